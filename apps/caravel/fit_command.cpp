#include "long_work.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/inference/fit/fit_run.hpp"
#include "caravel/inference/fit/petab.hpp"
#include "caravel/inference/fit/study_problem.hpp"

#include <cmath>
#include <filesystem>
#include <iostream>

namespace caravel::apps {
namespace {

namespace fit = inference::fit;

/// What the command line says on top of the plan.
void apply(const Options& o, fit::FitPlan& plan) {
    if (o.count > 0) plan.starts = static_cast<std::uint64_t>(o.count);
    if (o.seed) plan.seed = static_cast<std::uint64_t>(*o.seed);
    if (o.method != "auto") plan.method = fit::method_of(o.method);
    plan.profiles = plan.profiles || o.profiles;
    if (o.samples > 0) {
        plan.draws = static_cast<int>(o.samples);
        plan.chains = static_cast<int>(o.chains);
    }
}

fit::FitJob study_job(const Options& o) {
    const fit::FitInput input = fit::read_fit_input(o.study);
    fit::StudyFit studies = fit::make_study_fit(input, o.assignments, study::default_data_paths());
    return {std::move(studies.problem), fit::plan_of(input), input.info.description,
            std::move(studies.assignments)};
}

fit::FitJob petab_job(const Options& o) {
    if (!o.assignments.empty())
        throw UsageError("--set replaces values of studies; a PEtab problem has none");
    fit::FitJob job;
    job.problem = fit::read_petab(o.study);
    return job;
}

fit::FitJob job_of(const Options& o) {
    const std::string extension = std::filesystem::path(o.study).extension().string();
    return extension == ".yaml" || extension == ".yml" ? petab_job(o) : study_job(o);
}

}  // namespace

void command_fit(const Options& o) {
    stop_on_signals();
    fit::FitJob job = job_of(o);
    apply(o, job.plan);
    report::Progress progress =
        make_progress(o, std::filesystem::path(o.study).stem().string(), "pieces");
    fit::FitRunOptions options;
    options.out = o.out;
    options.resume = o.resume;
    options.threads = o.threads;
    options.version = o.version;
    options.cancel = &stop_requested;
    options.progress = [&](const inference::Progress& p) {
        progress.update(static_cast<double>(p.done), static_cast<double>(p.total),
                        std::isfinite(p.best) ? "best " + format_number(p.best, 6) : "");
    };
    fit::FitRun run;
    try {
        run = fit::run_fit_job(job, options);
    } catch (const Interrupted&) {
        progress.finish("interrupted");
        throw;
    }
    progress.finish();
    if (o.quiet) {
        std::cout << run.record.run_id << '\n';
        return;
    }
    std::cout << fit::fit_summary(job.problem, run.record);
    std::cout << "Report: " << (run.folder / "report.html").string() << '\n';
    if (run.was_finished) std::cout << "This fit had been done before; its files are the same.\n";
}

}  // namespace caravel::apps
