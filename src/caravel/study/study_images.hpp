// The images of a study's protocol: of a subject or of a phantom.
#pragma once

#include "caravel/study/field_output.hpp"
#include "caravel/study/image_session.hpp"
#include "caravel/study/phantom_run.hpp"
#include "caravel/study/study_run.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace caravel::study {

/// Where images go and who may stop them.
struct ImageHooks {
    std::filesystem::path folder{};  // of the run
    std::string run{};
    std::string version{};
    int threads = 1;
    std::function<void(double)> progress{};
    std::function<bool()> interrupted{};
};

/// A subject after its run.
struct FinishedRun {
    const StudyInput& study;
    const BuiltModel& built;
    const AmountRecord& amounts;
    const KeptFields* fields = nullptr;  // of tumours in space; null: in the files of ImageHooks
};

/// Takes the images of a subject; nothing without images. Adds to the record as take_images() does.
void take_subject_images(const FinishedRun& run, const DataPaths& data, const ImageHooks& hooks,
                         report::RunRecord& record);

/// The numbers of all images of a subject, in the order of their times, without files; a tumour in
/// space needs FinishedRun::fields.
std::vector<report::QuantityResult> image_quantities(const FinishedRun& run, const DataPaths& data);

/// The same of a phantom.
void take_phantom_images(PreparedPhantom& prepared, const ImageHooks& hooks,
                         report::RunRecord& record);

/// Memory and time of all images.
imaging::ScanCost study_image_cost(const Prepared& prepared);

/// What `caravel check` says of images, line by line.
std::vector<std::string> image_lines(const Prepared& prepared);
std::vector<std::string> image_lines(const PreparedPhantom& prepared);

}  // namespace caravel::study
