#include "caravel/inference/population/population_run.hpp"

#include "caravel/exec/threads.hpp"
#include "caravel/inference/population/population_results.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/result_lock.hpp"
#include "caravel/report/run_store.hpp"
#include "caravel/report/sha256.hpp"
#include "caravel/report/text.hpp"
#include "caravel/study/run_folder.hpp"
#include "caravel/study/stored_study.hpp"

#include <algorithm>
#include <memory>

namespace caravel::inference::population {
namespace {

constexpr std::uint64_t shard = 64;

EnsemblePlan ensemble_plan(const ManyRuns& runs) {
    EnsemblePlan plan;
    plan.outputs = runs.model->names;
    plan.job = [&](std::uint64_t i) { return runs.model->evaluate(runs.values(i)); };
    plan.describe = runs.describe;
    plan.shard = shard;
    return plan;
}

/// What is left to do, and how to read what is done.
struct Computed {
    std::uint64_t missing = 0;
    std::shared_ptr<const void> store;  // keeps what `results` reads
    StoredResults results;
};

Computed compute_study(const ManyRuns& runs, const ManyRunOptions& options,
                       const std::filesystem::path& file, exec::ThreadTeam& team) {
    StudyJobs jobs;
    jobs.count = runs.count;
    jobs.identity = runs.identity + options.version;
    jobs.shard = shard;
    jobs.values = [&runs](std::uint64_t i, std::span<double> out) {
        const std::vector<double> values = runs.values(i);
        std::copy(values.begin(), values.end(), out.begin());
    };
    auto ensemble = std::make_shared<StudyEnsemble>(*runs.model->family, std::move(jobs), file);
    const auto report = ensemble->run(team, options.progress, options.cancel);
    return {report.missing, ensemble, {runs.count, [ensemble](const StudyEnsemble::Visitor& v) {
                                           ensemble->visit(v);
                                       }}};
}

Computed compute_formula(const ManyRuns& runs, const ManyRunOptions& options,
                         const std::filesystem::path& file, exec::ThreadTeam& team) {
    auto store = std::make_shared<RecordStore>(
        file, report::sha256_hex(runs.identity + options.version), runs.count);
    const auto report =
        run_ensemble(ensemble_plan(runs), *store, team, options.progress, options.cancel);
    const auto visit = [store](const StudyEnsemble::Visitor& visitor) {
        RecordReader reader(*store);
        for (std::uint64_t i = 0; i < store->count(); ++i) {
            const std::string payload = reader.payload(i);
            const auto outputs = outputs_of(payload);
            const auto failure = quarantined_of(i, payload);
            visitor(i, outputs ? &*outputs : nullptr, failure ? &*failure : nullptr);
        }
    };
    return {report.missing, store, {runs.count, visit}};
}

std::vector<Quarantined> failures(const ManyRuns& runs, const StoredResults& results) {
    std::vector<Quarantined> list;
    results.visit([&](std::uint64_t i, const std::vector<double>*, const Quarantined* failure) {
        if (failure != nullptr) list.push_back({i, runs.describe(i), failure->reason});
    });
    return list;
}

std::uint64_t count_of(const PopulationInput& plan) {
    return static_cast<std::uint64_t>(plan.count);
}

}  // namespace

ModelFactory with_version(const ModelFactory& models, const std::string& version) {
    return [models, version](const StudyFamily::Plan& plan) {
        StudyFamily::Plan versioned = plan;
        versioned.version = version;
        return models(versioned);
    };
}

ManyRunsDone run_many(const ManyRuns& runs, const ManyRunOptions& options,
                      const std::function<void(const StoredResults&, const ManyRunsDone&)>& write) {
    const report::RunStore store(options.out);
    const report::NewRun identified{runs.name, runs.identity, options.version, runs.seed, ""};
    const std::string id = report::run_id(runs.identity, options.version, runs.seed);
    if (!options.resume.empty() && store.find(options.resume).id != id)
        throw UsageError("run '" + options.resume +
                         "' belongs to another plan, study, seed or version; leave out --resume to "
                         "begin a new run");
    const report::ResultLock lock(options.out / id);
    const auto folder = store.create(identified, report::Existing::reuse);
    study::remove_abandoned_files(folder.path);
    ManyRunsDone done{folder.path, folder.id, {}};
    study::fill_or_note(store, id, [&] {
        report::write_file_atomically(folder.path / "plan.toml", runs.plan);
        const auto path = folder.path / "records.txt";
        exec::ThreadTeam team(options.threads);
        const Computed computed = runs.model->family ? compute_study(runs, options, path, team)
                                                     : compute_formula(runs, options, path, team);
        if (computed.missing > 0)
            throw Interrupted("interrupted after " + std::to_string(runs.count - computed.missing) +
                              " of " + std::to_string(runs.count) + " in run " + id);
        done.quarantined = failures(runs, computed.results);
        write(computed.results, done);
        store.finish(id,
                     {{"version", options.version},
                      {"seed", std::to_string(runs.seed)},
                      {"count", std::to_string(runs.count)},
                      {"quarantined", std::to_string(done.quarantined.size())}},
                     {});
    });
    return done;
}

PopulationInput population_input(const ManyRunOptions& options) {
    PopulationInput plan = read_population_plan(options.plan);
    plan.assignments.insert(plan.assignments.end(), options.assignments.begin(),
                            options.assignments.end());
    if (!options.outputs.empty()) plan.outputs = options.outputs;
    if (options.count > 0) plan.count = options.count;
    if (options.seed) plan.seed = *options.seed;
    return plan;
}

PopulationOutcome run_population(const ManyRunOptions& options, const study::DataPaths& data,
                                 const ModelFactory& models) {
    const PopulationStudy study(population_input(options), data,
                                with_version(models, options.version));
    ManyRuns runs;
    runs.name = "Population of " + study.facts().name;
    runs.plan = echo_plan(study.plan());
    runs.identity = study.identity();
    runs.seed = static_cast<std::uint64_t>(study.plan().seed);
    runs.count = count_of(study.plan());
    runs.model = &study.model();
    runs.values = [&](std::uint64_t i) { return study.values(study.sample().individual(i)); };
    runs.describe = [&](std::uint64_t i) { return study.describe(study.sample().individual(i)); };
    PopulationOutcome outcome;
    const auto done =
        run_many(runs, options, [&](const StoredResults& records, const ManyRunsDone& so_far) {
            const PopulationResults results =
                population_results(study, records, so_far.quarantined, options.plan.string(),
                                   so_far.folder / "individuals.csv");
            report::write_file_atomically(so_far.folder / "population.json",
                                          population_json(study, results));
            report::write_file_atomically(so_far.folder / "report.html",
                                          population_page(study, results));
            outcome.summary = population_summary(study, results, so_far.folder);
        });
    outcome.folder = done.folder;
    outcome.id = done.id;
    return outcome;
}

std::string show_individual(const ManyRunOptions& options, std::int64_t only,
                            const study::DataPaths& data, const ModelFactory& models) {
    const PopulationStudy study(population_input(options), data,
                                with_version(models, options.version));
    if (only < 0 || only >= study.plan().count)
        throw UsageError("--only " + std::to_string(only) +
                         ": individuals are numbered from 0 to " +
                         std::to_string(study.plan().count - 1));
    const Individual one = study.sample().individual(static_cast<std::uint64_t>(only));
    const std::vector<double> values = study.values(one);
    std::string text = "Individual " + std::to_string(only) + " of " + study.plan().population +
                       "\n  " + study.describe(one) + "\n";
    const std::vector<double> outputs = study.model().evaluate(values);
    for (std::size_t k = 0; k < outputs.size(); ++k) {
        const Column& column = study.columns()[study.first_output() + k];
        text += "  " + column.name + " = " + report::exact_text(outputs[k]) +
                (column.unit == "1" ? "" : " " + column.unit) + "\n";
    }
    return text + "  " + study.model().command(values) + "\n";
}

}  // namespace caravel::inference::population
