// A fit as a run in the folder of runs: what `caravel fit` does.
#pragma once

#include "caravel/inference/fit/results.hpp"

#include <filesystem>

namespace caravel::inference::fit {

struct FitJob {
    FitProblem problem;
    FitPlan plan;
    std::string description;
    /// Text of fitted.toml at these values; empty where the problem has no study.
    std::function<std::string(std::span<const double> values)> assignments;
};

struct FitRunOptions {
    std::filesystem::path out = "runs";
    std::string resume;  // id (or its begin) that the run must have; empty: any
    int threads = 1;
    std::string version;
    ProgressCallback progress;
    const std::atomic<bool>* cancel = nullptr;
};

struct FitRun {
    FitRecord record;
    std::filesystem::path folder;
    bool was_finished = false;  // the same fit had been done; its files were written again
};

/// Fits into `out`/ID/: fit.json, starts.csv, residuals.csv, chains.csv, fitted.toml,
/// report.html. The id follows from problem, plan and version; a fit that was interrupted or killed
/// goes on and leaves the same bytes. Throws as run_fit; UsageError when `resume` names another
/// fit; InputError as require_fit_problem.
FitRun run_fit_job(const FitJob& job, const FitRunOptions& options);

}  // namespace caravel::inference::fit
