#include "caravel/base/error.hpp"
#include "caravel/inference/delivery/baselines.hpp"
#include "caravel/inference/delivery/mechanism.hpp"
#include "caravel/inference/delivery/qualification_files.hpp"
#include "caravel/report/atomic_file.hpp"
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

}  // namespace

void command_qualify(const Options& o) {
    if (o.what != "delivery")
        throw UsageError("qualify what? only 'delivery' can be qualified, not '" + o.what + "'");
    stop_on_signals();
    report::Progress progress = make_progress(o, "qualify delivery", "folds");
    const delivery::DeliveryData data = read_data(o);
    const auto learners = all_learners();
    delivery::QualificationOptions options;
    options.folds = o.folds;
    options.organ_folds = std::min(options.organ_folds, o.folds);
    options.threads = o.threads;
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
