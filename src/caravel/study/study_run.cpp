#include "caravel/study/study_run.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/html_report.hpp"
#include "caravel/report/results_json.hpp"
#include "caravel/report/series_csv.hpp"
#include "caravel/report/sha256.hpp"
#include "caravel/study/record_builder.hpp"
#include "caravel/study/study_diff.hpp"

#include <chrono>
#include <cstdlib>

namespace caravel::study {
namespace {

class Stopwatch {
  public:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

std::vector<double> data_times(const Prepared& prepared) {
    std::vector<double> times;
    for (const auto& m : prepared.measurements) times.push_back(m.point.time);
    return times;
}

bool has_growth(const StudyInput& study) {
    for (const auto& t : study.subject.tumours)
        if (t.growth.law.index() != 0) return true;
    return false;
}

/// Volumes of the first tumour without any dose, at the same times; empty without growth.
std::vector<double> untreated_volumes(const Prepared& prepared) {
    if (!has_growth(prepared.file.input) || prepared.built.tumours.empty()) return {};
    BuiltModel untreated = prepared.built;
    untreated.jumps.clear();
    untreated.infusions.clear();
    const auto outcome =
        run_model(prepared.file.input, untreated, data_times(prepared), RunnerHooks{});
    std::vector<double> volumes;
    for (const auto& o : make_observables(prepared.built, prepared.file.input)) {
        if (o.name != prepared.built.tumours.front().name() + ".volume") continue;
        for (std::size_t i = 0; i < outcome.record.times().size(); ++i)
            volumes.push_back(
                evaluate(o, prepared.built, outcome.record.row(i), outcome.record.times()[i]));
    }
    return volumes;
}

std::vector<report::Provenance> provenance(const Prepared& prepared) {
    std::vector<report::Provenance> rows;
    for (const auto& fact : prepared.facts)
        rows.push_back({fact.name + " " + fact.property +
                            (fact.context.empty() ? "" : " (" + fact.context + ")"),
                        format_number(fact.value, 6) + (fact.unit == "1" ? "" : " " + fact.unit),
                        std::string(matter::to_text(fact.status)), fact.source});
    return rows;
}

void add_notes(const StudyInput& study, report::RunRecord& record) {
    for (const auto& f : study.formulations) {
        for (const auto& r : f.responses)
            record.notes.push_back(f.name + ": " + r.trigger.signal + " acting on " + r.effect +
                                   " is described but not simulated yet.");
        for (const auto& l : f.labels)
            record.notes.push_back(f.name + ": label '" + l.name +
                                   "' is described but not imaged yet.");
        for (const auto& p : f.payloads)
            if (p.release.empty())
                record.notes.push_back(f.name + ": payload '" + p.agent +
                                       "' has no release law; it leaves only with degradation.");
    }
}

std::vector<std::string> models_used(const StudyInput& study) {
    std::vector<std::string> models{"formulation", "physiology", "whole_body_drug", "kinetics"};
    if (!study.formulations.empty()) {
        models.emplace_back("whole_body_carrier");
        models.emplace_back("release");
    }
    if (!study.subject.tumours.empty()) {
        models.emplace_back("lumped_tumour");
        models.emplace_back("growth_and_kill");
    }
    if (!study.subject.toxicities.empty()) models.emplace_back("myelosuppression");
    if (!study.protocol.stimuli.empty()) models.emplace_back("local_heating");
    return models;
}

std::string compiler() {
#if defined(__clang__)
    return "clang " + std::to_string(__clang_major__) + "." + std::to_string(__clang_minor__);
#else
    return "g++ " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__);
#endif
}

std::map<std::string, std::string> manifest_facts(const Prepared& prepared,
                                                  const std::string& version) {
    return {{"version", version},
            {"compiler", compiler()},
            {"seed", std::to_string(prepared.file.input.run.seed)},
            {"study_file", prepared.file.path.string()},
            {"study_hash", report::sha256_hex(prepared.file.echo)},
            {"species_count", std::to_string(prepared.built.model.all_species().size())},
            {"reaction_count", std::to_string(prepared.built.model.reactions().size())}};
}

void write_results(const report::RunRecord& record, const std::filesystem::path& folder) {
    report::write_file_atomically(folder / "study.toml", record.study_toml);
    report::write_file_atomically(folder / "results.json", report::results_json(record));
    report::write_file_atomically(folder / "series.csv", report::series_csv(record));
    report::write_file_atomically(folder / "report.html", report::html_report(record));
}

}  // namespace

DataPaths default_data_paths() {
    if (const char* own = std::getenv("CARAVEL_DATA")) return {own};
    return {CARAVEL_DATA_DIR};
}

Prepared prepare(const std::filesystem::path& path, const std::vector<std::string>& assignments,
                 const DataPaths& data) {
    Prepared prepared;
    prepared.file = read_study(path, assignments, data);
    matter::Library library(data.root);
    prepared.built = build_model(prepared.file.input, library, data);
    prepared.measurements = read_measurements(prepared.file.input, path.parent_path());
    // Observables that data name must exist before anything is computed.
    std::vector<report::Series> names;
    for (const auto& o : make_observables(prepared.built, prepared.file.input)) {
        report::Series s;
        s.name = o.name;
        s.unit = o.unit;
        names.push_back(std::move(s));
    }
    attach_measurements(names, prepared.measurements);
    prepared.facts = library.used();
    return prepared;
}

report::RunRecord simulate(const Prepared& prepared, const RunnerHooks& hooks,
                           const std::string& run_id) {
    const Stopwatch watch;
    const StudyInput& study = prepared.file.input;
    const auto outcome = run_model(study, prepared.built, data_times(prepared), hooks);
    report::RunRecord record;
    record.timings["integration"] = watch.seconds();
    record.name = study.info.name;
    record.description = study.info.description;
    record.run_id = run_id;
    record.study_file = prepared.file.path.string();
    record.study_toml = prepared.file.echo;
    record.times = outcome.record.times();
    record.ledger = make_ledger(prepared.built, outcome.record);
    record.series = make_series(prepared.built, study, outcome.record, prepared.measurements);
    record.quantities = make_quantities(prepared.built, study, record.times, record.series,
                                        untreated_volumes(prepared));
    record.provenance = provenance(prepared);
    record.assumptions = prepared.built.assumptions;
    add_notes(study, record);
    record.models = models_used(study);
    for (const auto& dose : prepared.built.doses) record.events.emplace_back(dose.start, dose.text);
    for (const auto& s : study.protocol.stimuli)
        record.events.emplace_back(s.at, s.kind + " on " + s.on);
    record.timings["all"] = watch.seconds();
    return record;
}

RunResult run_study(const RunOptions& options, const DataPaths& data) {
    const Stopwatch watch;
    auto assignments = options.assignments;
    if (options.seed) assignments.push_back("run.seed=" + std::to_string(*options.seed));
    const Prepared prepared = prepare(options.study, assignments, data);
    const double start_up = watch.seconds();
    report::RunStore store(options.out);
    const report::RunFolder folder =
        store.create({prepared.file.input.info.name, prepared.file.echo, options.version,
                      static_cast<std::uint64_t>(prepared.file.input.run.seed), options.parent},
                     report::Existing::reuse);
    RunnerHooks hooks;
    hooks.progress = options.progress;
    hooks.interrupted = options.interrupted;
    hooks.checkpoint = folder.path / "checkpoint.bin";
    hooks.identity = report::sha256_hex(prepared.file.echo + options.version);
    RunResult result;
    result.folder = folder.path;
    result.reused = folder.finished && !options.rerun;
    if (folder.finished) std::filesystem::remove(*hooks.checkpoint);
    try {
        result.record = simulate(prepared, hooks, folder.id);
    } catch (const Interrupted&) {
        store.set_state(folder.id, "interrupted");
        throw;
    } catch (const ResourceError&) {
        store.set_state(folder.id, "paused: no space");
        throw;
    } catch (const NumericalError&) {
        store.set_state(folder.id, "failed");
        throw;
    }
    auto& record = result.record;
    if (!options.parent.empty()) {
        const auto parent = store.find(options.parent);
        record.parent = parent.id;
        record.changes =
            study_diff(report::read_whole_file(parent.path / "study.toml"), prepared.file.echo);
    }
    record.timings["start_up"] = start_up;
    record.manifest = manifest_facts(prepared, options.version);
    const Stopwatch writing;
    write_results(record, folder.path);
    record.timings["writing"] = writing.seconds();
    std::filesystem::remove(*hooks.checkpoint);
    store.finish(folder.id, record.manifest, record.timings);
    return result;
}

CostEstimate estimate(const Prepared& prepared) {
    CostEstimate cost;
    const auto& model = prepared.built.model;
    cost.species = model.all_species().size();
    cost.reactions = model.reactions().size();
    cost.outputs = output_times(prepared.file.input, prepared.built, data_times(prepared)).size();
    cost.windows = window_ends(prepared.file.input, prepared.built).size();
    const auto observables = make_observables(prepared.built, prepared.file.input).size();
    cost.memory = 8.0 * static_cast<double>(cost.outputs) *
                  static_cast<double>(cost.species + observables + 40);
    // Measured on two cores of 2024: 30 ns per reaction and step, about 12 steps per window and 60
    // after each dose.
    const double steps = 12.0 * static_cast<double>(cost.windows) +
                         60.0 * static_cast<double>(prepared.built.doses.size());
    cost.seconds = steps * static_cast<double>(cost.reactions) * 30e-9 +
                   static_cast<double>(cost.outputs * observables) * 30e-9;
    return cost;
}

}  // namespace caravel::study
