#include "caravel/study/study_images.hpp"

#include "caravel/base/error.hpp"
#include "caravel/study/imaged_phantom.hpp"
#include "caravel/study/imaged_subject.hpp"
#include "caravel/study/provenance.hpp"
#include "caravel/study/region_exchange.hpp"

#include <algorithm>
#include <stdexcept>

namespace caravel::study {
namespace {

/// Activity (Bq) of a nuclide given until a time, decayed to it; labels are made when a dose
/// starts.
double injected(const FinishedRun& run, matter::Library& library, const std::string& nuclide,
                double time) {
    double sum = 0.0;
    std::vector<std::string> unused;
    for (const auto& dose : run.built.doses) {
        if (dose.formulation < 0 || dose.start > time) continue;
        const double given =
            dose.duration > 0.0 ? std::min(1.0, (time - dose.start) / dose.duration) : 1.0;
        const auto& f = run.study.formulations[static_cast<std::size_t>(dose.formulation)];
        for (auto& label : imaged_labels(f, library, unused)) {
            const auto& emission = label.agent.radioactive.front();
            label.detachment_half_life = 0.0;  // what fell off was injected too
            if (emission.nuclide == nuclide)
                sum +=
                    emission.activity * dose.carrier_mass * given * label.left(time - dose.start);
        }
    }
    return sum;
}

/// Amounts at an output time.
std::span<const double> amounts_at(const AmountRecord& record, double time) {
    const auto& times = record.times();
    const auto at = std::lower_bound(times.begin(), times.end(), time);
    if (at == times.end() || *at != time)
        throw std::logic_error("no amounts were recorded at the time of an image");
    return record.row(static_cast<std::size_t>(at - times.begin()));
}

ImageSession session_of(const std::vector<ImageInput>& images, matter::Library& library,
                        std::int64_t seed, const ImageHooks& hooks) {
    ImageSession session{.images = images, .object = {}, .library = library};
    session.seed = static_cast<std::uint64_t>(seed);
    session.threads = hooks.threads;
    if (!hooks.folder.empty()) session.folder = hooks.folder / "images";
    session.run = hooks.run;
    session.version = hooks.version;
    session.progress = hooks.progress;
    session.interrupted = hooks.interrupted;
    return session;
}

void add_once(std::vector<std::string>& list, const std::vector<std::string>& sentences) {
    for (const auto& sentence : sentences)
        if (std::find(list.begin(), list.end(), sentence) == list.end()) list.push_back(sentence);
}

/// Places of the images' pages among the models used.
void add_models(const std::vector<ImageInput>& images, report::RunRecord& record) {
    for (const auto& image : images) {
        const std::string_view name = modality_name(image);
        const std::string page = name == "mri"            ? "mri_scan"
                                 : name == "xfi"          ? "xray_fluorescence"
                                 : name == "fluorescence" ? "fluorescence_imaging"
                                                          : std::string(name);
        add_once(record.models, {page, "image_reading"});
    }
}

/// The body that scanners see, at the start.
Grid body_grid(const Prepared& prepared) {
    std::vector<BodyPart> tumours;
    for (const auto& t : prepared.built.tumours)
        tumours.push_back({t.name(), t.parameters().volume});
    return draw_body(prepared.file.input.imaging, prepared.built.physiology.body_weight, {},
                     tumours)
        .object.grid;
}

/// Whether what scanners see rests on kinetics that were fitted to data.
bool is_calibrated(const BuiltModel& built) {
    return std::any_of(built.carrier_kinetics.begin(), built.carrier_kinetics.end(),
                       [](const auto& carrier) { return carrier.calibrated; }) ||
           std::any_of(built.drugs.begin(), built.drugs.end(), [](const auto& drug) {
               return !drug.second.disposition().calibrated_with.empty();
           });
}

}  // namespace

void take_subject_images(const FinishedRun& run, const DataPaths& data, const ImageHooks& hooks,
                         report::RunRecord& record) {
    const StudyInput& study = run.study;
    if (study.protocol.images.empty()) return;
    matter::Library library(data.root);
    for (const auto& f : study.formulations) formulation::define_materials(f, library);
    auto session = session_of(study.protocol.images, library, study.run.seed, hooks);
    for (const auto& dose : run.built.doses) session.doses.push_back(dose.start);
    session.haematocrit = run.built.physiology.haematocrit;
    session.object = [&](double time, const AgentView& view) {
        ScannedObject scanned;
        auto subject = imaged_subject({study, run.built, amounts_at(run.amounts, time), time,
                                       hooks.folder / "fields", run.fields},
                                      library, view, scanned.notes);
        scanned.object = std::move(subject.object);
        std::vector<std::string> regions;
        for (const auto& region : scanned.object.regions) regions.push_back(region.name);
        scanned.exchange = [&run, regions,
                            origins = std::move(subject.origins)](std::size_t agent) {
            return region_exchanges(run.built, origins.at(agent), regions);
        };
        scanned.body_weight = run.built.physiology.body_weight;
        scanned.injected = [&run, &library, time](const std::string& nuclide) {
            return injected(run, library, nuclide, time);
        };
        scanned.flank = "y_low";
        return scanned;
    };
    take_images(session, record);
    add_provenance(library.used(), record);
    add_once(record.assumptions, imaged_subject_assumptions());
    if (is_calibrated(run.built))
        for (auto& q : record.quantities)
            if (q.from_image) q.status = report::Status::calibrated;
    add_models(study.protocol.images, record);
}

std::vector<report::QuantityResult> image_quantities(const FinishedRun& run,
                                                     const DataPaths& data) {
    if (run.study.protocol.images.empty()) return {};
    report::RunRecord record;
    take_subject_images(run, data, {}, record);
    return std::move(record.quantities);
}

void take_phantom_images(PreparedPhantom& prepared, const ImageHooks& hooks,
                         report::RunRecord& record) {
    const PhantomStudy& study = prepared.file.input;
    if (study.protocol.images.empty()) return;
    for (const auto& f : study.formulations) formulation::define_materials(f, prepared.library);
    auto session = session_of(study.protocol.images, prepared.library, study.run.seed, hooks);
    session.object = [&](double time, const AgentView& view) {
        ScannedObject scanned;
        const auto fields = hooks.folder.empty() ? hooks.folder : hooks.folder / "fields";
        scanned.object = imaged_phantom(study, prepared.built, time, fields, prepared.library, view,
                                        scanned.notes);
        return scanned;
    };
    take_images(session, record);
    add_provenance(prepared.library.used(), record);
    add_models(study.protocol.images, record);
}

imaging::ScanCost study_image_cost(const Prepared& prepared) {
    const auto& images = prepared.file.input.protocol.images;
    return images.empty() ? imaging::ScanCost{} : image_cost(images, body_grid(prepared));
}

std::vector<std::string> image_lines(const Prepared& prepared) {
    const auto& images = prepared.file.input.protocol.images;
    if (images.empty()) return {};
    return image_summary(images, body_grid(prepared));
}

std::vector<std::string> image_lines(const PreparedPhantom& prepared) {
    return image_summary(prepared.file.input.protocol.images, prepared.built.plan.domain.grid);
}

}  // namespace caravel::study
