// `caravel scan`: a study over a grid or a list of values, into a run folder.
#pragma once

#include "caravel/inference/population/scan_plan.hpp"
#include "caravel/inference/population/study_ensemble.hpp"
#include "caravel/report/scan_page.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace caravel::inference::population {

struct ScanOptions {
    ScanPlan plan;
    std::filesystem::path out = "runs";
    int threads = 1;
    std::string resume;  // id the run must have; empty: any
    std::string version;
    ProgressCallback progress;
    const std::atomic<bool>* cancel = nullptr;
};

struct ScanResult {
    report::ScanRecord record;
    std::filesystem::path folder;
    std::uint64_t computed = 0;  // in this call; the others stood in the folder
};

/// Runs what the folder of this scan does not have yet and writes table.csv, scan.json and
/// report.html there; their bytes do not depend on threads or interruptions. Throws InputError,
/// UsageError when `resume` names another scan, Interrupted when cancelled.
ScanResult run_scan(const ScanOptions& options, const study::DataPaths& data);

/// One point alone.
struct ScanSingle {
    std::vector<report::ScanColumn> keys;
    std::vector<report::ScanColumn> outputs;
    report::ScanPoint point;
    std::string command;  // that runs it as a study of its own
};

/// Computes point i without a folder. Throws InputError or NumericalError for one that fails.
ScanSingle run_scan_point(const ScanOptions& options, std::uint64_t i,
                          const study::DataPaths& data);

}  // namespace caravel::inference::population
