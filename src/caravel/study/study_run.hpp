// One study from file to results: what `caravel run` and `caravel check` do.
#pragma once

#include "caravel/report/record.hpp"
#include "caravel/report/run_store.hpp"
#include "caravel/study/measured_data.hpp"
#include "caravel/study/runner.hpp"
#include "caravel/study/stored_study.hpp"
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
    StoredStudy stored;
    BuiltModel built;
    std::vector<Measurement> measurements;
    std::vector<matter::Fact> facts;  // every table value in use
};

/// Reads a study and builds its model; throws InputError with everything that is wrong.
Prepared prepare(const std::filesystem::path& path, const std::vector<std::string>& assignments,
                 const DataPaths& data);

/// Result of the integration and everything derived, without files; with two threads or more the
/// control without treatment runs beside the treated one.
report::RunRecord simulate(const Prepared& prepared, const RunnerHooks& hooks,
                           const std::string& run_id);

struct RunOptions {
    std::filesystem::path study;
    std::vector<std::string> assignments;  // key=value
    std::filesystem::path out = "runs";
    std::optional<std::int64_t> seed;
    int threads = 1;
    double checkpoint_spacing = 1.0;  // s of wall time, at least, between checkpoints
    std::string resume;               // id of the run to go on with; empty: by content
    std::string parent;               // run to compare the inputs with
    std::string version;
    std::function<void(double, double)> progress;
    std::function<bool()> interrupted;
};

/// What became of a finished run of the same study.
enum class Earlier { none, same_results, other_results };

struct RunResult {
    report::RunRecord record;
    std::filesystem::path folder;
    Earlier earlier = Earlier::none;
    std::string earlier_results{};  // results.json of the finished run that this one replaced
    std::string earlier_report{};
};

/// Runs a study into `out`/`id`/. The same study, data, version and seed give the same folder; an
/// interrupted run is resumed, a finished one computed again and compared with what it had written.
/// With `resume`, the study may be left empty: that run's own is taken; throws UsageError when the
/// run belongs to another study.
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
