#include "caravel/study/image_session.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/imaging/nuclear/nuclide.hpp"
#include "caravel/study/image_dynamic.hpp"
#include "caravel/study/image_recorder.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

namespace caravel::study {
namespace {

using imaging::ImagedObject;
using imaging::ScanContext;
using imaging::ScanCost;
using imaging::ScanResult;
using imaging::Tier;

ScanResult scan(const ScanContext& c, const ImagedObject& o, const MriImage& m, Tier tier) {
    return imaging::scan_mri(c, o, m.settings, tier);
}
ScanResult scan(const ScanContext& c, const ImagedObject& o, const MpiImage& m, Tier tier) {
    return imaging::scan_mpi(c, o, m.settings, tier);
}
ScanResult scan(const ScanContext& c, const ImagedObject& o, const CtImage& m, Tier tier) {
    return imaging::scan_ct(c, o, m.settings, tier);
}
ScanResult scan(const ScanContext& c, const ImagedObject& o, const XfiImage& m, Tier tier) {
    return imaging::scan_xfi(c, o, m.settings, tier);
}
ScanResult scan(const ScanContext& c, const ImagedObject& o, const PetImage& m, Tier tier) {
    return imaging::scan_pet(c, o, m.settings, tier);
}
ScanResult scan(const ScanContext& c, const ImagedObject& o, const SpectImage& m, Tier tier) {
    return imaging::scan_spect(c, o, m.settings, tier);
}
ScanResult scan(const ScanContext& c, const ImagedObject& o, const FluorescenceImage& m,
                Tier tier) {
    return imaging::scan_fluorescence(c, o, m.settings, tier);
}

ScanCost cost(const Grid& g, const MriImage& m, Tier t) {
    return imaging::estimate_mri(g, m.settings, t);
}
ScanCost cost(const Grid& g, const MpiImage& m, Tier t) {
    return imaging::estimate_mpi(g, m.settings, t);
}
ScanCost cost(const Grid& g, const CtImage& m, Tier t) {
    return imaging::estimate_ct(g, m.settings, t);
}
ScanCost cost(const Grid& g, const XfiImage& m, Tier t) {
    return imaging::estimate_xfi(g, m.settings, t);
}
ScanCost cost(const Grid& g, const PetImage& m, Tier t) {
    return imaging::estimate_pet(g, m.settings, t);
}
ScanCost cost(const Grid& g, const SpectImage& m, Tier t) {
    return imaging::estimate_spect(g, m.settings, t);
}
ScanCost cost(const Grid& g, const FluorescenceImage& m, Tier t) {
    return imaging::estimate_fluorescence(g, m.settings, t);
}

/// Every scan has noise of its own: splitmix64 of seed and number.
std::uint64_t seed_of(std::uint64_t seed, std::uint64_t number) {
    std::uint64_t z = seed + 0x9e3779b97f4a7c15U * (number + 1);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
}

std::vector<ScanMoment> moments_of(const std::vector<ImageInput>& images, std::uint64_t seed) {
    std::vector<ScanMoment> moments;
    for (const auto& image : images) {
        const auto times = image_times(image);
        for (const double t : times)
            moments.push_back(
                {&image, t, moments.size(), times.size(), seed_of(seed, moments.size())});
    }
    std::stable_sort(moments.begin(), moments.end(),
                     [](const ScanMoment& a, const ScanMoment& b) { return a.time < b.time; });
    return moments;
}

/// Puts what the patient's sheet says where the settings leave it open.
template <class Nuclear>
void fill_sheet(Nuclear& settings, const std::string& nuclide, const ScannedObject& scanned) {
    if (!settings.body_weight && scanned.body_weight > 0.0)
        settings.body_weight = scanned.body_weight;
    if (!settings.injected_activity && scanned.injected)
        if (const double activity = scanned.injected(nuclide); activity > 0.0)
            settings.injected_activity = activity;
}

/// Nuclides of an object, each once.
std::vector<std::string> nuclides_of(const ImagedObject& object) {
    std::vector<std::string> found;
    for (const auto& agent : object.agents)
        for (const auto& label : agent.radioactive)
            if (std::find(found.begin(), found.end(), label.nuclide) == found.end())
                found.push_back(label.nuclide);
    return found;
}

/// The only positron emitter of an object; empty when there are several or none.
std::string only_positron_emitter(const ImagedObject& object, matter::Library& library) {
    const matter::XrayTables tables(library.root() / "xray");
    std::string only;
    for (const auto& name : nuclides_of(object)) {
        if (!(imaging::emitter(library, tables, name).positron_fraction > 0.0)) continue;
        if (!only.empty()) return {};
        only = name;
    }
    return only;
}

bool image_states_injection(const ImageInput& image) {
    const auto* spect = std::get_if<SpectImage>(&image.modality);
    return spect != nullptr && spect->settings.injected_activity.has_value();
}

ImageInput completed(const ImageInput& image, const ScannedObject& scanned,
                     matter::Library& library) {
    ImageInput full = image;
    if (auto* pet = std::get_if<PetImage>(&full.modality)) {
        const std::string nuclide = pet->settings.nuclide.empty()
                                        ? only_positron_emitter(scanned.object, library)
                                        : pet->settings.nuclide;
        fill_sheet(pet->settings, nuclide, scanned);
    }
    if (auto* spect = std::get_if<SpectImage>(&full.modality)) {
        const auto nuclides = nuclides_of(scanned.object);
        fill_sheet(spect->settings, nuclides.size() == 1 ? nuclides.front() : std::string(),
                   scanned);
        if (scanned.injected && !image_states_injection(image))
            for (const auto& name : nuclides)
                spect->settings.injected_by_nuclide.emplace_back(name, scanned.injected(name));
    }
    return full;
}

/// Gives mistakes without a place that of the image.
template <class Work>
auto located(const ImageInput& image, const Work& work) {
    try {
        return work();
    } catch (const InputError& error) {
        auto mistakes = error.diagnostics();
        for (auto& m : mistakes) {
            if (m.where.file.empty()) m.where = image.where;
            m.what = fmt::format("image '{}': {}", image.name, m.what);
        }
        throw InputError(std::move(mistakes));
    }
}

}  // namespace

AgentView view_of(const ImageInput& image) {
    AgentView view;
    if (const auto* mri = std::get_if<MriImage>(&image.modality)) {
        view.field = mri->settings.field;
        view.echo = mri->settings.echo_spacing;
    }
    return view;
}

ScanResult take_scan(const ScanContext& context, const ImagedObject& object,
                     const ImageInput& image) {
    return std::visit([&](const auto& m) { return scan(context, object, m, tier_of(image)); },
                      image.modality);
}

void expect_nuclides(std::vector<ImageInput>& images, const std::vector<std::string>& nuclides,
                     matter::Library& library) {
    std::vector<std::string> once = nuclides;
    std::sort(once.begin(), once.end());
    once.erase(std::unique(once.begin(), once.end()), once.end());
    for (auto& image : images)
        if (auto* spect = std::get_if<SpectImage>(&image.modality))
            spect->settings.expected = imaging::spect_lines(library, once, spect->settings);
}

ScanCost estimate_scan(const Grid& object, const ImageInput& image) {
    return std::visit([&](const auto& m) { return cost(object, m, tier_of(image)); },
                      image.modality);
}

ScanCost image_cost(const std::vector<ImageInput>& images, const Grid& object) {
    const double there =
        static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
    ScanCost all;
    for (const auto& image : images) {
        const ScanCost one = located(image, [&] { return estimate_scan(object, image); });
        constexpr double gib = 1024.0 * 1024.0 * 1024.0;
        if (!(one.memory <= 0.9 * there))
            throw ResourceError(fmt::format(
                "image '{}' needs about {:.3g} GiB, this machine has {:.1f} GiB: a coarser "
                "resolution or a smaller field of view",
                image.name, one.memory / gib, there / gib));
        all.memory = std::max(all.memory, one.memory);
        all.seconds += one.seconds * static_cast<double>(image.repeat);
    }
    return all;
}

void take_images(const ImageSession& session, report::RunRecord& record) {
    const auto moments = moments_of(session.images, session.seed);
    exec::ThreadTeam team(session.threads);
    ImageRecorder recorder({session.folder, session.run, session.version}, record);
    const auto count = static_cast<double>(moments.size());
    for (std::size_t i = 0; i < moments.size(); ++i) {
        const ScanMoment& moment = moments[i];
        const ImageInput& image = *moment.image;
        if (session.interrupted && session.interrupted()) throw Interrupted("between two scans");
        located(image, [&] {
            ScannedObject scanned = session.object(moment.time, view_of(image));
            for (auto& note : scanned.notes)
                if (std::find(record.notes.begin(), record.notes.end(), note) == record.notes.end())
                    record.notes.push_back(std::move(note));
            if (std::holds_alternative<FluorescenceImage>(image.modality))
                scanned.object =
                    seen_from(scanned.object, image.view == "auto" ? scanned.flank : image.view);
            const ScanContext context{
                team, session.library, moment.seed,
                [&](double share) {
                    if (session.progress)
                        session.progress((static_cast<double>(i) + share) / count);
                },
                session.interrupted};
            image_cost({image}, scanned.object.grid);
            const ImageInput full = completed(image, scanned, session.library);
            const ScanResult result = dynamic_scan(full) != nullptr
                                          ? take_dynamic_scan(context, session, full, moment.time)
                                          : take_scan(context, scanned.object, full);
            recorder.add(moment, scanned.object, result, team);
        });
    }
}

std::vector<std::string> image_summary(const std::vector<ImageInput>& images, const Grid& object) {
    std::vector<std::string> lines;
    for (const auto& image : images) {
        const ScanCost cost_of = image_cost({image}, object);
        std::string line = fmt::format("image {}: {}", image.name, modality_name(image));
        if (!image.scanner.empty()) line += ", " + image.scanner;
        if (image.repeat > 1) line += fmt::format(", {} times", image.repeat);
        line +=
            fmt::format(", {} MB memory, {} s on one core", format_number(cost_of.memory / 1e6, 2),
                        format_number(cost_of.seconds, 2));
        lines.push_back(line);
    }
    return lines;
}

}  // namespace caravel::study
