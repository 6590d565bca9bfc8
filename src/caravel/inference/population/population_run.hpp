// Populations and sensitivities as resumable runs in the folder of runs.
#pragma once

#include "caravel/inference/ensemble.hpp"
#include "caravel/inference/population/population_study.hpp"
#include "caravel/inference/population/study_ensemble.hpp"
#include "caravel/report/run_store.hpp"

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace caravel::inference::population {

/// What the command line says beside the plan.
struct ManyRunOptions {
    std::filesystem::path plan;            // a plan or a study
    std::vector<std::string> assignments;  // added to those of the plan
    std::vector<std::string> outputs;      // instead of those of the plan, when any
    std::int64_t count = 0;                // 0: what the plan says
    std::optional<std::int64_t> seed;
    std::filesystem::path out = "runs";
    int threads = 1;
    std::string resume;  // id that the run must have; empty: any
    std::string version;
    ProgressCallback progress;
    const std::atomic<bool>* cancel = nullptr;
};

/// The models of `models` with the version of the product in their identity.
ModelFactory with_version(const ModelFactory& models, const std::string& version);

/// Many evaluations of one model: job i is a pure function of i.
struct ManyRuns {
    std::string name;      // of the run in the index
    std::string plan;      // echo, kept as plan.toml
    std::string identity;  // text over everything the results depend on
    std::uint64_t seed = 0;
    std::uint64_t count = 0;
    const ValueModel* model = nullptr;
    std::function<std::vector<double>(std::uint64_t)> values;
    std::function<std::string(std::uint64_t)> describe;
};

/// The results of all jobs, read one after the other as often as wanted.
struct StoredResults {
    std::uint64_t count = 0;
    std::function<void(const StudyEnsemble::Visitor&)> visit;
};

struct ManyRunsDone {
    std::filesystem::path folder;
    std::string id;
    std::vector<Quarantined> quarantined;  // by index, with their parameters
};

/// Computes what is missing below `out`/id/records.txt, then calls `write` with the complete
/// results and closes the run. The same runs give the same folder and bytes for any number of
/// threads and any interruptions. Throws Interrupted when cancelled, UsageError when `resume` names
/// another run.
ManyRunsDone run_many(const ManyRuns& runs, const ManyRunOptions& options,
                      const std::function<void(const StoredResults&, const ManyRunsDone&)>& write);

/// The plan of the command line: file, then overrides. `--only` and texts need it too.
PopulationInput population_input(const ManyRunOptions& options);

struct PopulationOutcome {
    std::filesystem::path folder;
    std::string id;
    std::string summary;  // for the terminal
};

/// Runs a population and writes population.json, individuals.csv and report.html.
PopulationOutcome run_population(const ManyRunOptions& options, const study::DataPaths& data,
                                 const ModelFactory& models);

/// One individual alone: traits, outputs and the command that runs it as a study. Throws UsageError
/// for a number that is not below the count.
std::string show_individual(const ManyRunOptions& options, std::int64_t only,
                            const study::DataPaths& data, const ModelFactory& models);

}  // namespace caravel::inference::population
