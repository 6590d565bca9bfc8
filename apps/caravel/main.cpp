// The command line: parses arguments, maps errors to exit codes. No physics here.
#include "commands.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <iostream>

namespace {

using caravel::apps::Options;

void add_run(CLI::App& app, Options& o) {
    auto* run = app.add_subcommand("run", "Run a study and write its report");
    run->add_option("study", o.study, "study file (.toml or .json); not needed with --resume");
    run->add_option("--set", o.assignments, "replace a value, e.g. run.until=\"24 h\"");
    run->add_option("--out", o.out, "folder of runs")->capture_default_str();
    run->add_option("--threads", o.threads, "worker threads")->check(CLI::Range(1, 1024));
    run->add_option("--seed", o.seed, "seed of random numbers");
    run->add_option("--resume", o.resume, "id of an interrupted run to go on with");
    run->add_option("--checkpoint-every", o.checkpoint_every, "least time between checkpoints")
        ->capture_default_str();
    run->add_option("--parent", o.parent, "id of a run to compare the inputs with");
    run->add_option("--draws", o.draws, "draws behind the 90 % intervals; 0: no intervals");
    run->add_option("--known-until", o.known_until,
                    "update the prediction by measured points up to a time, e.g. \"4 h\"");
    run->add_option("--progress", o.progress, "auto, line, json or quiet")->capture_default_str();
    run->add_flag("--quiet", o.quiet, "print only the run's id");
    run->callback([&o] { o.command = caravel::apps::command_run; });
}

void add_study_commands(CLI::App& app, Options& o) {
    auto* check = app.add_subcommand("check", "Check a study: inputs, cost, what it will do");
    check->add_option("study", o.study, "study file")->required();
    check->add_option("--set", o.assignments, "replace a value");
    check->callback([&o] { o.command = caravel::apps::command_check; });
    auto* show = app.add_subcommand("show", "Print a study with every default, or a finished run");
    show->add_option("study", o.study, "study file or run id")->required();
    show->add_option("--set", o.assignments, "replace a value");
    show->add_option("--out", o.out, "folder of runs")->capture_default_str();
    show->add_flag("--json", o.json, "as JSON");
    show->callback([&o] { o.command = caravel::apps::command_show; });
    auto* flow = app.add_subcommand("flow", "Print processes, slots and blood flows of a study");
    flow->add_option("study", o.study, "study file")->required();
    flow->add_option("--set", o.assignments, "replace a value");
    flow->callback([&o] { o.command = caravel::apps::command_flow; });
}

void add_other_commands(CLI::App& app, Options& o) {
    auto* particle = app.add_subcommand("particle", "Properties of a formulation");
    particle->add_option("name", o.study, "shipped name or file")->required();
    particle->add_flag("--json", o.json, "as JSON");
    particle->add_option("--property", o.properties, "one property by name, in SI");
    particle->add_option("--wavelengths", o.wavelengths, "in nm: 808, or 400:1100:2");
    particle->add_option("--html", o.html, "write the card as a page to this file");
    particle->add_option("--set", o.assignments, "replace a value, e.g. medium.ph=6.5");
    particle->add_flag("--dipoles", o.dipoles,
                       "solve shapes that need it by discrete dipoles (minutes)");
    particle->add_option("--threads", o.threads, "worker threads")->check(CLI::Range(1, 1024));
    particle->add_option("--seed", o.seed, "seed of random numbers");
    particle->callback([&o] { o.command = caravel::apps::command_particle; });
    auto* list = app.add_subcommand("list", "List what is shipped");
    list->add_option("what", o.what,
                     "materials, tissues, agents, species, formulations, subjects, studies, "
                     "observables, runs, scanners")
        ->required();
    list->add_option("--study", o.study, "study whose observables are listed");
    list->add_option("--out", o.out, "folder of runs")->capture_default_str();
    list->callback([&o] { o.command = caravel::apps::command_list; });
    auto* compare = app.add_subcommand("compare", "Compare finished runs");
    compare->add_option("runs", o.runs, "run ids")->required()->expected(2, 20);
    compare->add_option("--out", o.out, "folder of runs")->capture_default_str();
    compare->callback([&o] { o.command = caravel::apps::command_compare; });
    auto* manual = app.add_subcommand("manual", "Keys of a study file as a table, or its schema");
    manual->add_flag_callback(
        "--phantom", [&o] { o.what = "phantom"; }, "keys of a file with [phantom]");
    manual->add_flag("--schema", o.json, "JSON Schema (draft-07)");
    manual->callback([&o] { o.command = caravel::apps::command_manual; });
}

void add_ensemble_options(CLI::App& command, Options& o) {
    command.add_option("--set", o.assignments, "replace a value of the study");
    command.add_option("--out", o.out, "folder of runs")->capture_default_str();
    command.add_option("--threads", o.threads, "worker threads")->check(CLI::Range(1, 1024));
    command.add_option("--seed", o.seed, "seed of random numbers");
    command.add_option("--resume", o.resume, "id of an interrupted run to go on with");
    command.add_option("--progress", o.progress, "auto, line, json or quiet")
        ->capture_default_str();
    command.add_flag("--quiet", o.quiet, "print only the run's id");
}

/// CLI11's own check names the largest double, digit by digit.
CLI::Validator above_zero() {
    return {[](const std::string& text) {
                double value = 0.0;
                return CLI::detail::lexical_cast(text, value) && value > 0.0
                           ? std::string()
                           : "expected a number above 0, not '" + text + "'";
            },
            "POSITIVE"};
}

void add_many_run_commands(CLI::App& app, Options& o) {
    auto* population = app.add_subcommand("population", "Simulate virtual subjects of a study");
    population->add_option("study", o.study, "study, or plan of a population")->required();
    population->add_option("--count", o.count, "individuals")->check(above_zero());
    population->add_option("--output", o.outputs, "number wanted, e.g. \"tumour.volume@240 h\"");
    population->add_option("--only", o.only, "repeat one individual alone");
    add_ensemble_options(*population, o);
    population->callback([&o] { o.command = caravel::apps::command_population; });
    auto* sensitivity = app.add_subcommand("sensitivity", "What moves the results of a study");
    sensitivity->add_option("study", o.study, "study, or plan of a sensitivity")->required();
    sensitivity->add_option("--vary", o.vary,
                            "key=low..high, e.g. subject.body_weight=\"18..26 g\"");
    sensitivity->add_option("--method", o.method, "morris or sobol")->capture_default_str();
    sensitivity->add_option("--count", o.count, "trajectories or base points")->check(above_zero());
    sensitivity->add_option("--output", o.outputs, "number wanted");
    sensitivity->add_option("--only", o.only, "repeat one individual alone");
    add_ensemble_options(*sensitivity, o);
    sensitivity->callback([&o] { o.command = caravel::apps::command_sensitivity; });
    auto* scan = app.add_subcommand("scan", "Run a study over a grid or list of values");
    scan->add_option("study", o.study, "study, or plan of a scan")->required();
    scan->add_option("--vary", o.vary, "key=a,b,c or key=low..high/points");
    scan->add_option("--output", o.outputs, "number wanted");
    scan->add_option("--only", o.only, "repeat one point alone");
    add_ensemble_options(*scan, o);
    scan->callback([&o] { o.command = caravel::apps::command_scan; });
}

void add_learning_commands(CLI::App& app, Options& o) {
    auto* fit = app.add_subcommand("fit", "Fit parameters to measured data");
    fit->add_option("problem", o.study, "plan of a fit, or a PEtab problem (.yaml)")->required();
    fit->add_option("--starts", o.count, "local fits from points spread over the bounds")
        ->check(above_zero());
    fit->add_option("--method", o.method, "auto, least_squares or quasi_newton")
        ->capture_default_str();
    fit->add_flag("--profiles", o.profiles, "profile likelihood of every parameter");
    fit->add_option("--samples", o.samples, "draws of each Markov chain; 0: none");
    fit->add_option("--chains", o.chains, "Markov chains")->check(CLI::Range(1, 64));
    add_ensemble_options(*fit, o);
    fit->callback([&o] { o.command = caravel::apps::command_fit; });
    auto* qualify = app.add_subcommand("qualify", "Hold the product against measured data sets");
    qualify->add_option("what", o.what, "delivery")->required();
    qualify->add_option("--data", o.data_folder, "folder of measured sets");
    qualify->add_option("--folds", o.folds, "of the cross-validation")->capture_default_str();
    qualify->add_option("--refit", o.refit,
                        "fit the property laws to all articles and write laws*.csv to this folder");
    qualify->add_option("--seed", o.seed, "seed of folds and resampling");
    qualify->add_flag("--quiet", o.quiet, "no progress");
    qualify->add_option("--out", o.out, "folder of runs")->capture_default_str();
    qualify->add_option("--threads", o.threads, "worker threads")->check(CLI::Range(1, 1024));
    qualify->add_option("--progress", o.progress, "auto, line, json or quiet")
        ->capture_default_str();
    qualify->callback([&o] { o.command = caravel::apps::command_qualify; });
}

void add_spheroid(CLI::App& app, Options& o) {
    auto* spheroid = app.add_subcommand("spheroid", "Grow a spheroid from seeded cells, as CSV");
    spheroid->add_option("line", o.what, "line of data/cells.csv, e.g. 983b")->required();
    spheroid->add_option("--seeded", o.seeded_cells, "cells seeded into the well")
        ->required()
        ->check(above_zero());
    spheroid->add_option("--until", o.until, "time after seeding")->capture_default_str();
    spheroid->callback([&o] { o.command = caravel::apps::command_spheroid; });
}

/// What is wrong with the first word when it names no command; empty when it does.
std::string unknown_command(const CLI::App& app, int argc, char** argv) {
    if (argc < 2 || argv[1][0] == '-') return "";
    const std::string word = argv[1];
    std::vector<std::string> names;
    for (const auto* command : app.get_subcommands({})) names.push_back(command->get_name());
    if (std::find(names.begin(), names.end(), word) != names.end()) return "";
    const std::vector<std::string_view> views(names.begin(), names.end());
    const std::string hint = caravel::did_you_mean(word, views);
    return "error: there is no command '" + word + "'" + (hint.empty() ? "" : " (" + hint + ")") +
           "; caravel --help lists them";
}

/// Everything printed must have arrived: a full disk or a closed pipe shows at the latest here.
/// Returns the exit code.
int finish(int code) {
    std::cout.flush();
    if (std::cout.good() && std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
    std::fprintf(stderr, "error: the output could not be written completely\n");
    return caravel::exit_code(caravel::IoError(""));
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Caravel: an in-silico laboratory for cancer nanomedicine. Research use only."};
    app.name("caravel");
    app.set_version_flag("--version", CARAVEL_VERSION);
    app.require_subcommand(1);
    Options options;
    options.version = CARAVEL_VERSION;
    add_run(app, options);
    add_study_commands(app, options);
    add_other_commands(app, options);
    add_many_run_commands(app, options);
    add_learning_commands(app, options);
    add_spheroid(app, options);
    if (const std::string problem = unknown_command(app, argc, argv); !problem.empty()) {
        std::fprintf(stderr, "%s\n", problem.c_str());
        return 2;
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? finish(0) : 2;
    }
    try {
        options.command(options);
        return finish(0);
    } catch (const std::exception& error) {
        std::cout.flush();
        if (std::ferror(stdout) != 0) return finish(0);  // fmt throws its own error for it
        std::fprintf(stderr, "%s\n", caravel::apps::message(error).c_str());
        return caravel::exit_code(error);
    }
}
