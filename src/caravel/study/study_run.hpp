// One study from file to results: what `caravel run` and `caravel check` do.
#pragma once

#include "caravel/report/record.hpp"
#include "caravel/report/run_store.hpp"
#include "caravel/study/measured_data.hpp"
#include "caravel/study/runner.hpp"
#include "caravel/study/study_file.hpp"

#include <functional>
#include <optional>
#include <string>

namespace caravel::study {

/// Where the product's data folder is: $CARAVEL_DATA, else the one it was built with.
DataPaths default_data_paths();

/// A study with its model, ready to run.
struct Prepared {
    StudyFile file;
    BuiltModel built;
    std::vector<Measurement> measurements;
    std::vector<matter::Fact> facts;  // every table value in use
};

/// Reads a study and builds its model; throws InputError with everything that is wrong.
Prepared prepare(const std::filesystem::path& path, const std::vector<std::string>& assignments,
                 const DataPaths& data);

/// Result of the integration and everything derived, without files.
report::RunRecord simulate(const Prepared& prepared, const RunnerHooks& hooks,
                           const std::string& run_id);

struct RunOptions {
    std::filesystem::path study;
    std::vector<std::string> assignments;  // key=value
    std::filesystem::path out = "runs";
    std::optional<std::int64_t> seed;
    bool rerun = false;  // compute again although a finished run exists
    std::string resume;  // run id; empty: by content
    std::string parent;  // run to compare the inputs with
    std::string version;
    std::function<void(double, double)> progress;
    std::function<bool()> interrupted;
};

struct RunResult {
    report::RunRecord record;
    std::filesystem::path folder;
    bool reused = false;  // the same study was run before and its results stand
};

/// Runs a study into <out>/<id>/. The same study, version and seed give the same folder; a finished
/// one is reused, an interrupted one resumed.
RunResult run_study(const RunOptions& options, const DataPaths& data);

/// Cost known before the run, for `caravel check`.
struct CostEstimate {
    std::size_t species = 0;
    std::size_t reactions = 0;
    std::size_t outputs = 0;
    std::size_t windows = 0;
    double memory = 0.0;   // byte
    double seconds = 0.0;  // s of computation on one core
};
CostEstimate estimate(const Prepared& prepared);

}  // namespace caravel::study
