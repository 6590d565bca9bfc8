#include "caravel/inference/fit/fit_run.hpp"

#include "caravel/base/error.hpp"
#include "caravel/inference/fit/page.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/result_lock.hpp"
#include "caravel/report/run_store.hpp"

#include <chrono>

namespace caravel::inference::fit {
namespace {

constexpr std::size_t simulated_sets = 200;

void write_results(const FitObjective& objective, const FitJob& job, const FitRun& run) {
    const auto write = [&](const char* name, const std::string& content) {
        if (!content.empty()) report::write_file_atomically(run.folder / name, content);
    };
    const FitRecord& record = run.record;
    const std::string assignments =
        job.assignments ? job.assignments(record.result.values) : std::string();
    write("fit.json", fit_json(job.problem, record));
    write("starts.csv", starts_csv(job.problem, record));
    write("residuals.csv", residuals_csv(job.problem, record));
    write("chains.csv", chains_csv(objective.space(), record));
    write("fitted.toml", assignments);
    write("report.html", report::fit_page(page_of(objective, record, assignments)));
}

void complete(const FitObjective& objective, const FitJob& job, const FitRunOptions& options,
              FitRun& run) {
    exec::ThreadTeam team(options.threads);
    FitControl control;
    control.folder = run.folder;
    control.progress = options.progress;
    control.cancel = options.cancel;
    FitRecord& record = run.record;
    record.version = options.version;
    record.description = job.description;
    record.plan = job.plan;
    record.result = run_fit(objective, job.plan, team, control);
    record.check = predictive_check(objective, record.result, job.plan.seed, simulated_sets, team,
                                    options.cancel);
    if (job.problem.curves) {
        try {
            record.curves = job.problem.curves(record.result.values);
        } catch (const NumericalError& error) {
            record.result.messages.push_back(std::string("curves are not drawn: ") + error.what());
        }
    }
    write_results(objective, job, run);
}

}  // namespace

FitRun run_fit_job(const FitJob& job, const FitRunOptions& options) {
    const auto begin = std::chrono::steady_clock::now();
    const FitObjective objective(job.problem);
    require_predictions_above_zero(objective);
    const report::RunStore store(options.out);
    const report::NewRun identified{job.problem.name,
                                    "caravel fit " + hash_of(job.problem, job.plan),
                                    options.version, job.plan.seed, ""};
    const std::string id =
        report::run_id(identified.study_echo, identified.version, identified.seed);
    if (!options.resume.empty() && id.rfind(options.resume, 0) != 0)
        throw UsageError("run '" + options.resume +
                         "' belongs to another fit, other data, another plan or another version; "
                         "leave out --resume to begin a new one");
    const report::ResultLock lock(options.out / id);
    const report::RunFolder folder = store.create(identified, report::Existing::reuse);
    FitRun run;
    run.folder = folder.path;
    run.was_finished = folder.finished;
    run.record.run_id = folder.id;
    try {
        complete(objective, job, options, run);
    } catch (const Interrupted&) {
        store.set_state(folder.id, "interrupted");
        throw;
    } catch (const ResourceError&) {
        throw;  // no room to note it either
    } catch (...) {
        store.set_state(folder.id, "failed");
        throw;
    }
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    store.finish(folder.id, {{"version", options.version}, {"seed", std::to_string(job.plan.seed)}},
                 {{"fit", passed.count()}});
    return run;
}

}  // namespace caravel::inference::fit
