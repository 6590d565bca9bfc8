#include "caravel/base/error.hpp"
#include "caravel/inference/delivery/baselines.hpp"
#include "caravel/inference/delivery/law_parameters_file.hpp"
#include "caravel/inference/delivery/mechanism.hpp"
#include "caravel/inference/delivery/qualification_files.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/sha256.hpp"
#include "caravel/study/study_run.hpp"
#include "long_work.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace caravel::apps {
namespace {

namespace delivery = inference::delivery;

std::vector<inference::delivery::Learner> all_learners() {
    std::vector<delivery::Learner> learners{delivery::mechanism_learner()};
    for (auto& baseline : delivery::baseline_learners()) learners.push_back(std::move(baseline));
    return learners;
}

delivery::DeliveryData read_data(const Options& o) {
    const auto folder = delivery::measured_data_folder(o.data_folder);
    if (!std::filesystem::is_directory(folder))
        throw IoError(folder.string() +
                      " is no folder; name the measured sets with --data or CARAVEL_SHARED_DATA");
    matter::Library library(study::default_data_paths().root);
    return delivery::read_delivery_data(folder, delivery::mouse_organ_sizes(library));
}

/// A measured set as the provenance of the laws names it.
std::string source_text(const std::filesystem::path& folder, const std::string& name,
                        const std::string& terms) {
    return name + " sha256 " + report::sha256_hex_of_file(folder / name) + " (" + terms + ")";
}

void refit_laws(const Options& o) {
    const auto data = read_data(o);
    const auto folder = delivery::measured_data_folder(o.data_folder) / "delivery";
    const auto laws =
        delivery::refit(data.cases, {source_text(folder, "nano_tumor_db.csv", "CC0"),
                                     source_text(folder, "nano_tumor_timecourse.csv", "CC0"),
                                     source_text(folder, "nm_biodistribution_long.csv", "MIT")});
    std::filesystem::create_directories(o.refit);
    delivery::save_laws(laws, o.refit);
    std::cout << "Property laws fitted to " << laws.provenance.cases << " particles of "
              << laws.provenance.articles << " articles, " << laws.provenance.points
              << " points: " << (std::filesystem::path(o.refit) / "laws.csv").string() << '\n';
}

}  // namespace

void command_qualify(const Options& o) {
    if (o.what != "delivery")
        throw UsageError("qualify what? only 'delivery' can be qualified, not '" + o.what + "'");
    if (!o.refit.empty()) return refit_laws(o);
    stop_on_signals();
    report::Progress progress = make_progress(o, "qualify delivery", "folds");
    const delivery::DeliveryData data = read_data(o);
    const auto learners = all_learners();
    delivery::QualificationOptions options;
    options.folds = o.folds;
    options.organ_folds = std::min(options.organ_folds, o.folds);
    options.threads = o.threads;
    if (o.seed) options.seed = static_cast<std::uint64_t>(*o.seed);
    options.cancel = &stop_requested;
    options.progress = [&](const inference::Progress& p) {
        progress.update(static_cast<double>(p.done), static_cast<double>(p.total), "folds");
    };
    delivery::require_plan(data, options);
    // Named by its plan: finished folds of an interrupted run are found again, by nobody else.
    const std::string hash = delivery::qualification_hash(data, learners, options, o.version);
    const auto folder =
        std::filesystem::path(o.out) / ("qualification-delivery-" + hash.substr(0, 12));
    report::create_folder(folder);
    const auto finished_folds = folder / "folds.rec";
    inference::RecordStore store(finished_folds, hash,
                                 delivery::job_count(learners.size(), options));
    options.store = &store;
    try {
        const auto result = delivery::qualify_delivery(data, learners, options);
        progress.finish();
        delivery::write_qualification(folder, data, result, options);
        std::filesystem::remove(finished_folds);
        std::cout << delivery::qualification_text(data, result) << "\n"
                  << (folder / "report.html").string() << "\n";
    } catch (const Interrupted&) {
        progress.finish("interrupted");
        throw;
    }
}

}  // namespace caravel::apps
