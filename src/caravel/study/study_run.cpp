#include "caravel/study/study_run.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/exec/threads.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/html_report.hpp"
#include "caravel/report/results_json.hpp"
#include "caravel/report/series_csv.hpp"
#include "caravel/report/sha256.hpp"
#include "caravel/study/field_output.hpp"
#include "caravel/study/grid_checks.hpp"
#include "caravel/study/idle_keys.hpp"
#include "caravel/study/phantom_run.hpp"
#include "caravel/study/provenance.hpp"
#include "caravel/study/record_builder.hpp"
#include "caravel/study/run_folder.hpp"
#include "caravel/study/study_diff.hpp"
#include "caravel/study/study_images.hpp"
#include "caravel/study/treatment_output.hpp"
#include "caravel/study/tumour_carriers.hpp"
#include "caravel/tissue/grid/grid_memory.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace caravel::study {
namespace {

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

/// Volumes of the first tumour without any dose, at the same times; empty without growth, and with
/// a note where the untreated tumour outgrows what the model holds for.
std::vector<double> untreated_volumes(const Prepared& prepared,
                                      const std::function<bool()>& interrupted,
                                      std::vector<std::string>& notes) {
    if (!has_growth(prepared.file.input) || prepared.built.tumours.empty()) return {};
    if (!prepared.built.grids.empty()) {
        notes.emplace_back(
            "Growth inhibition is left out: a tumour in space is not computed a second time "
            "without "
            "treatment.");
        return {};
    }
    BuiltModel untreated = prepared.built;
    untreated.jumps.clear();
    untreated.infusions.clear();
    RunnerHooks hooks;
    hooks.interrupted = interrupted;
    std::vector<double> volumes;
    std::optional<RunOutcome> run;
    try {
        run = run_model(prepared.file.input, untreated, data_times(prepared), hooks);
    } catch (const NumericalError& error) {
        notes.push_back("Growth inhibition is left out: without treatment, " +
                        std::string(error.what()));
        return volumes;
    }
    const RunOutcome& outcome = *run;
    for (const auto& o : make_observables(prepared.built, prepared.file.input)) {
        if (o.name != prepared.built.tumours.front().name() + ".volume") continue;
        for (std::size_t i = 0; i < outcome.record.times().size(); ++i)
            volumes.push_back(
                evaluate(o, prepared.built, outcome.record.row(i), outcome.record.times()[i]));
    }
    return volumes;
}

bool has_grid(const StudyInput& study) {
    return std::any_of(study.subject.tumours.begin(), study.subject.tumours.end(),
                       [](const Tumour& t) { return t.tissue.model == "grid"; });
}

/// Heat, radicals and ice of particles are part of a treatment of a tumour in space.
bool acts_in_treatments(const StudyInput& study, const formulation::Response& r) {
    if (study.protocol.local.empty()) return false;
    return r.effect == "heat" || r.effect == "radicals" || r.effect == "ice";
}

/// Why a response of a formulation has no effect in this study.
std::string idle_response(const std::string& name, const formulation::Response& r) {
    const std::string what =
        name + ": " + (r.trigger ? r.trigger->signal : "time") + " acting on " + r.effect;
    formulation::Response said = r;
    said.trapped = true;
    if (!said.makes_class()) return what + " is described but not simulated yet.";
    if (!r.makes_class())
        return what +
               " changes nothing: it says of the carriers after it neither a diameter nor "
               "an uptake_rate nor trapped = true.";
    return what + " changes nothing: carriers change in tumours, and this study has none.";
}

void add_notes(const StudyInput& study, report::RunRecord& record) {
    for (const auto& f : study.formulations) {
        for (const auto& r : f.responses) {
            if (!study.subject.tumours.empty() && r.makes_class()) continue;
            if (acts_in_treatments(study, r)) continue;
            record.notes.push_back(idle_response(f.name, r));
        }
        for (const auto& l : f.labels)
            if (study.protocol.images.empty())
                record.notes.push_back(f.name + ": label '" + l.name +
                                       "' is described, but no image is taken.");
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
        if (has_grid(study)) models.emplace_back("grid_tumour");
        models.emplace_back("growth_and_kill");
    }
    if (!study.subject.toxicities.empty()) models.emplace_back("myelosuppression");
    if (!study.protocol.stimuli.empty()) models.emplace_back("local_heating");
    if (!study.protocol.local.empty()) models.emplace_back("treatment");
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
            {"study_hash", report::sha256_hex(prepared.stored.toml)},
            {"species_count", std::to_string(prepared.built.model.all_species().size())},
            {"reaction_count", std::to_string(prepared.built.model.reactions().size())}};
}

void write_results(const report::RunRecord& record, const std::filesystem::path& folder) {
    report::write_file_atomically(folder / "results.json", report::results_json(record));
    report::write_file_atomically(folder / "series.csv", report::series_csv(record));
    report::write_file_atomically(folder / "report.html", report::html_report(record));
}

/// Mistakes found while the model is built name at least the study.
BuiltModel build_located(const StudyFile& file, matter::Library& library, const DataPaths& data) {
    try {
        return build_model(file.input, library, data);
    } catch (const InputError& error) {
        auto mistakes = error.diagnostics();
        for (auto& m : mistakes)
            if (m.where.file.empty()) m.where.file = file.path.string();
        throw InputError(std::move(mistakes));
    }
}

RunnerHooks runner_hooks(const RunOptions& options, const report::RunFolder& folder,
                         const Prepared& prepared, const DataPaths& data) {
    RunnerHooks hooks;
    hooks.progress = options.progress;
    hooks.interrupted = options.interrupted;
    hooks.threads = options.threads;
    const auto fields = folder.path / "fields";
    hooks.fields = [&prepared, fields](const FieldMoment& moment) {
        write_fields(prepared.built, moment, prepared.file.input.run.until, fields);
    };
    hooks.checkpoint_spacing = options.checkpoint_spacing;
    hooks.checkpoint = folder.path / "checkpoint.bin";
    hooks.identity = identity(prepared.stored, options.version, data);
    if (folder.finished) std::filesystem::remove(*hooks.checkpoint);
    hooks.finished = [&prepared, &data, images = image_hooks(options, folder)](
                         const AmountRecord& amounts, report::RunRecord& record) {
        take_subject_images({prepared.file.input, prepared.built, amounts}, data, images, record);
    };
    return hooks;
}

/// What a file holds; nothing where there is none.
std::string text_of(const std::filesystem::path& path) {
    return std::filesystem::exists(path) ? report::read_whole_file(path) : std::string();
}

}  // namespace

DataPaths default_data_paths() {
    if (const char* own = std::getenv("CARAVEL_DATA")) return {own};
    return {CARAVEL_DATA_DIR};
}

Prepared prepare(const std::filesystem::path& path, const std::vector<std::string>& assignments,
                 const DataPaths& data) {
    Prepared prepared;
    matter::Library library(data.root);
    prepared.file = read_study(path, assignments, data, library);
    prepared.built = build_located(prepared.file, library, data);
    for (auto& idle : idle_keys(prepared.file.input))
        prepared.built.warnings.push_back(std::move(idle));
    for (auto& grown : growth_warnings(prepared.file.input, prepared.built.grids))
        prepared.built.warnings.push_back(std::move(grown));
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
    prepared.stored = make_stored_study(prepared.file);
    expect_nuclides(prepared.file.input.protocol.images,
                    labelled_nuclides(prepared.file.input.formulations), library);
    return prepared;
}

report::RunRecord simulate(const Prepared& prepared, const RunnerHooks& hooks,
                           const std::string& run_id) {
    const Stopwatch watch;
    const StudyInput& study = prepared.file.input;
    std::optional<RunOutcome> treated;
    std::vector<double> untreated;
    std::vector<std::string> untreated_notes;
    exec::ThreadTeam team(std::min(hooks.threads, 2));
    team.run(2, [&](index_t which) {
        if (which == 0)
            treated.emplace(run_model(study, prepared.built, data_times(prepared), hooks));
        else
            untreated = untreated_volumes(prepared, hooks.interrupted, untreated_notes);
    });
    const RunOutcome& outcome = *treated;
    report::RunRecord record;
    record.timings["integration"] = watch.seconds();
    record.name = study.info.name;
    record.description = study.info.description;
    record.run_id = run_id;
    record.study_file = prepared.file.path.string();
    record.study_toml = prepared.stored.toml;
    record.times = outcome.record.times();
    record.ledger = make_ledger(prepared.built, outcome.record);
    record.series = make_series(prepared.built, study, outcome.record, prepared.measurements);
    record.quantities =
        make_quantities(prepared.built, study, record.times, record.series, untreated);
    for (auto& q : outcome.field_quantities) record.quantities.push_back(q);
    add_provenance(prepared.facts, record);
    record.assumptions = prepared.built.assumptions;
    record.notes = std::move(untreated_notes);
    for (auto& note : vanishing_notes(prepared.built, record.times, record.series))
        record.notes.push_back(std::move(note));
    add_notes(study, record);
    record.models = models_used(study);
    for (const auto& dose : prepared.built.doses) record.events.emplace_back(dose.start, dose.text);
    for (const auto& s : study.protocol.stimuli)
        record.events.emplace_back(s.at, s.kind + " on " + s.on);
    for (auto& event : treatment_events(study.protocol.local)) record.events.push_back(event);
    for (const auto& warning : prepared.built.warnings) record.notes.push_back(warning);
    for (const auto& note : outcome.notes) record.notes.push_back(note);
    if (hooks.finished) hooks.finished(outcome.record, record);
    record.timings["all"] = watch.seconds();
    return record;
}

RunResult run_study(const RunOptions& options, const DataPaths& data) {
    if (names_phantom(options)) return run_phantom(options, data);
    const Stopwatch watch;
    const report::RunStore store(options.out);
    auto assignments = options.assignments;
    if (options.seed) assignments.push_back("run.seed=" + std::to_string(*options.seed));
    const auto resumed =
        options.resume.empty() ? std::nullopt : std::optional(store.find(options.resume).id);
    const auto study =
        options.study.empty() && resumed ? options.out / *resumed / "study.toml" : options.study;
    const Prepared prepared = prepare(study, assignments, data);
    const report::NewRun identified{
        prepared.file.input.info.name, prepared.stored.toml, options.version,
        static_cast<std::uint64_t>(prepared.file.input.run.seed), options.parent};
    if (resumed) check_same_run(*resumed, identified);
    const double start_up = watch.seconds();
    const report::RunFolder folder = store.create(identified, report::Existing::reuse);
    remove_abandoned_files(folder.path);
    RunResult result;
    result.folder = folder.path;
    fill_or_note(store, folder.id, [&] {
        write_stored_study(prepared.stored, folder.path);
        const RunnerHooks hooks = runner_hooks(options, folder, prepared, data);
        result.record = simulate(prepared, hooks, folder.id);
        result.record.manifest = manifest_facts(prepared, options.version);
        link_parent(result.record, options, store);
        result.record.pictures = read_pictures(prepared.built, folder.path / "fields");
        result.record.timings["start_up"] = start_up;
        if (folder.finished) {
            result.earlier = compare_with_earlier(result.record, folder.path);
            result.earlier_results = text_of(folder.path / "results.json");
            result.earlier_report = text_of(folder.path / "report.html");
        }
        const Stopwatch writing;
        write_results(result.record, folder.path);
        result.record.timings["writing"] = writing.seconds();
        std::filesystem::remove(*hooks.checkpoint);
        store.finish(folder.id, result.record.manifest, result.record.timings);
    });
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
    for (const auto& grid : prepared.built.grids) {
        const auto voxels = static_cast<double>(grid.domain.grid.cell_count());
        // The program and its report beside the voxels (measured).
        constexpr double beside = 40e6;
        cost.memory = std::max(cost.memory, beside) + tissue::grid_memory(grid, voxels);
        // Measured on one core of 2024: 0.4 to 1 of this; 1 where convection needs many steps.
        cost.seconds += 2.0 * static_cast<double>(cost.windows) * voxels *
                        (static_cast<double>(grid.species.size()) * 110e-9 + 1e-6);
    }
    const auto images = study_image_cost(prepared);
    cost.memory = std::max(cost.memory, images.memory);
    cost.seconds += images.seconds;
    return cost;
}

}  // namespace caravel::study
