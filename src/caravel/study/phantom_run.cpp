#include "caravel/study/phantom_run.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/results_json.hpp"
#include "caravel/report/series_csv.hpp"
#include "caravel/report/sha256.hpp"
#include "caravel/study/imaged_phantom.hpp"
#include "caravel/study/phantom_record.hpp"
#include "caravel/study/provenance.hpp"
#include "caravel/study/run_folder.hpp"
#include "caravel/study/study_diff.hpp"

#include <algorithm>
#include <chrono>

namespace caravel::study {
namespace {

namespace fs = std::filesystem;

BuiltPhantom build_located(const PhantomFile& file, matter::Library& library) {
    try {
        return build_phantom(file.input, file.path.parent_path(), library);
    } catch (const InputError& error) {
        auto mistakes = error.diagnostics();
        for (auto& m : mistakes)
            if (m.where.file.empty()) m.where.file = file.path.string();
        throw InputError(std::move(mistakes));
    }
}

std::vector<Measurement> measurements_of(const PhantomFile& file) {
    StudyInput carrier;
    carrier.data = file.input.data;
    return read_measurements(carrier, file.path.parent_path());
}

std::vector<std::string> models_used(const BuiltPhantom& phantom) {
    std::vector<std::string> models{"phantom"};
    if (!phantom.plan.lights.empty()) models.emplace_back("photon_transport");
    if (phantom.plan.heat) models.emplace_back("treatment");
    if (phantom.plan.photodynamic) models.emplace_back("photodynamic");
    return models;
}

PhantomHooks phantom_hooks(const RunOptions& options, const report::RunFolder& folder,
                           const PreparedPhantom& prepared, const DataPaths& data) {
    PhantomHooks hooks;
    hooks.progress = options.progress;
    hooks.interrupted = options.interrupted;
    hooks.threads = options.threads;
    hooks.checkpoint_spacing = options.checkpoint_spacing;
    hooks.checkpoint = folder.path / "checkpoint.bin";
    hooks.identity = identity(prepared.stored, options.version, data);
    const auto times = phantom_field_times(prepared.file.input, prepared.built);
    const BuiltPhantom& built = prepared.built;
    hooks.fields = [times, &built, fields = folder.path / "fields"](
                       const std::vector<response::TreatmentField>& values, double time) {
        const auto number = std::lower_bound(times.begin(), times.end(), time) - times.begin() + 1;
        write_phantom_fields(built, values, time, number, fields);
    };
    if (folder.finished) fs::remove(*hooks.checkpoint);
    return hooks;
}

void write_results(const report::RunRecord& record, const PreparedPhantom& prepared,
                   const PhantomOutcome& outcome, const fs::path& folder) {
    report::write_file_atomically(folder / "results.json", report::results_json(record));
    report::write_file_atomically(folder / "series.csv", report::series_csv(record));
    const auto columns = light_table_columns(prepared.file.input);
    const auto write_tables = [&](const std::vector<LightTable>& tables, const char* name) {
        if (!tables.empty())
            report::write_file_atomically(folder / name, light_tables_csv(tables, columns));
    };
    write_tables(outcome.readings.gates, "time_gates.csv");
    write_tables(outcome.readings.sweeps, "sweeps.csv");
    report::write_file_atomically(
        folder / "report.html",
        phantom_page(record, phantom_sections(prepared.file.input, prepared.built, outcome)));
}

std::map<std::string, std::string> manifest_facts(const PreparedPhantom& prepared,
                                                  const std::string& version) {
    const Grid& grid = prepared.built.plan.domain.grid;
    return {{"version", version},
            {"seed", std::to_string(prepared.file.input.run.seed)},
            {"study_file", prepared.file.path.string()},
            {"study_hash", report::sha256_hex(prepared.stored.toml)},
            {"voxels", std::to_string(grid.cell_count())}};
}

/// What the models do not know about what happened.
void add_limits(const PhantomOutcome& outcome, report::RunRecord& record) {
    constexpr double boiling = 373.15;  // K
    if (outcome.books.hottest > boiling)
        record.notes.push_back("The hottest place got to " +
                               format_number(outcome.books.hottest - 273.15, 4) +
                               " Cel. Water boils at 100 Cel, which takes heat and dries tissue; "
                               "this is not computed, "
                               "so that temperatures above are too high.");
    for (const auto& book : outcome.lights) {
        if (!book.warning.empty()) record.notes.push_back(book.name + ": " + book.warning);
        if (book.missed > 0.0)
            record.notes.push_back(book.name + ": " + format_number(100.0 * book.missed, 3) +
                                   " % of the light misses the phantom.");
    }
}

/// Computes and writes into the folder of a run.
void fill_folder(const RunOptions& options, const DataPaths& data, const report::RunStore& store,
                 const report::RunFolder& folder, PreparedPhantom& prepared, double start_up,
                 RunResult& result) {
    write_stored_study(prepared.stored, folder.path);
    const PhantomHooks hooks = phantom_hooks(options, folder, prepared, data);
    auto simulated = simulate_phantom(prepared, hooks, folder.id);
    result.record = std::move(simulated.record);
    take_phantom_images(prepared, image_hooks(options, folder), result.record);
    result.record.manifest = manifest_facts(prepared, options.version);
    link_parent(result.record, options, store);
    result.record.pictures = read_phantom_pictures(prepared.built, folder.path / "fields");
    result.record.timings["start_up"] = start_up;
    if (folder.finished) result.earlier = compare_with_earlier(result.record, folder.path);
    const Stopwatch writing;
    write_results(result.record, prepared, simulated.outcome, folder.path);
    result.record.timings["writing"] = writing.seconds();
    fs::remove(*hooks.checkpoint);
    store.finish(folder.id, result.record.manifest, result.record.timings);
}

/// Runs of every lamp for gates, detectors and sweeps, and byte that the first of them holds.
struct ReadingCost {
    double runs = 0.0;
    double memory = 0.0;
};

ReadingCost reading_cost(const Phantom& phantom, const response::TreatmentPlan& plan) {
    ReadingCost cost;
    cost.runs = static_cast<double>(phantom.sweeps.size());
    if (!phantom.gates && phantom.detectors.empty()) return cost;
    cost.runs += 1.0;
    const auto number = [](const auto& all, const auto& is) {
        return static_cast<double>(std::count_if(all.begin(), all.end(), is));
    };
    const double lamps =
        number(plan.lights, [](const auto& l) { return l.method == "monte_carlo"; });
    if (lamps == 0.0) return cost;
    const double replayed = number(phantom.detectors, [](const auto& d) { return d.sensitivity; });
    const bool clear =
        number(plan.tissues, [](const auto& t) {
            return !t.composition && !t.optics.exterior && t.optics.absorption <= 0.0;
        }) > 0.0;
    const double gates = phantom.gates ? static_cast<double>(phantom.gates->count) : 1.0;
    // counts of a piece and of all, with path lengths where tissue is clear; fields are held twice
    double values = gates * (clear ? 4.0 : 2.0);
    if (phantom.gates && phantom.gates->fields) values += 2.0 * lamps * gates;
    if (replayed > 0.0) values += 2.0 + 2.0 * lamps * replayed;
    cost.memory = 8.0 * static_cast<double>(plan.domain.grid.cell_count()) * values;
    return cost;
}

double longest_duration(const BuiltPhantom& built) { return built.changes() ? built.end : 0.0; }

}  // namespace

PreparedPhantom prepare_phantom(const fs::path& path, const std::vector<std::string>& assignments,
                                const DataPaths& data) {
    PreparedPhantom prepared{matter::Library(data.root), {}, {}, {}, {}};
    prepared.file = read_phantom(path, assignments, data, prepared.library);
    prepared.built = build_located(prepared.file, prepared.library);
    define_imaged_tissues(prepared.file.input, prepared.library);
    check_imaged_tissues(prepared.file.input, prepared.built, prepared.library);
    prepared.measurements = measurements_of(prepared.file);
    prepared.stored = make_stored_phantom(prepared.file);
    PhantomStudy& study = prepared.file.input;
    matter::Library unused(data.root);  // what is looked up for an estimate is no value in use
    std::vector<std::string> nuclides = labelled_nuclides(study.formulations);
    for (const auto& load : study.phantom.loads)
        if (!load.nuclide.empty()) nuclides.push_back(load.nuclide);
    expect_nuclides(study.protocol.images, nuclides, unused);
    return prepared;
}

SimulatedPhantom simulate_phantom(PreparedPhantom& prepared, const PhantomHooks& hooks,
                                  const std::string& run_id) {
    const Stopwatch watch;
    const PhantomStudy& study = prepared.file.input;
    std::vector<double> data_times;
    for (const auto& m : prepared.measurements) data_times.push_back(m.point.time);
    SimulatedPhantom result;
    result.outcome = run_phantom_model(study, prepared.built, data_times, prepared.library, hooks);
    auto& record = result.record;
    record.name = study.info.name;
    record.description = study.info.description;
    record.run_id = run_id;
    record.study_file = prepared.file.path.string();
    record.study_toml = prepared.stored.toml;
    record.times = result.outcome.times;
    record.series = phantom_series(result.outcome);
    attach_measurements(record.series, prepared.measurements);
    record.quantities = phantom_quantities(study, prepared.built, result.outcome);
    record.ledger = phantom_ledger(result.outcome);
    add_provenance(prepared.library.used(), record);
    record.assumptions = prepared.built.assumptions;
    record.notes = prepared.built.notes;
    record.notes.insert(record.notes.end(), result.outcome.notes.begin(),
                        result.outcome.notes.end());
    add_limits(result.outcome, record);
    record.models = models_used(prepared.built);
    record.events = phantom_events(study);
    record.timings["integration"] = watch.seconds();
    return result;
}

bool names_phantom(const RunOptions& options) {
    if (!options.study.empty() || options.resume.empty()) return is_phantom_file(options.study);
    const std::string id = report::RunStore(options.out).find(options.resume).id;
    return is_phantom_file(options.out / id / "study.toml");
}

RunResult run_phantom(const RunOptions& options, const DataPaths& data) {
    const Stopwatch watch;
    const report::RunStore store(options.out);
    auto assignments = options.assignments;
    if (options.seed) assignments.push_back("run.seed=" + std::to_string(*options.seed));
    const auto resumed =
        options.resume.empty() ? std::nullopt : std::optional(store.find(options.resume).id);
    const auto path =
        options.study.empty() && resumed ? options.out / *resumed / "study.toml" : options.study;
    PreparedPhantom prepared = prepare_phantom(path, assignments, data);
    const report::NewRun identified{
        prepared.file.input.info.name, prepared.stored.toml, options.version,
        static_cast<std::uint64_t>(prepared.file.input.run.seed), options.parent};
    if (resumed) check_same_run(*resumed, identified);
    const double start_up = watch.seconds();
    const report::RunFolder folder = store.create(identified, report::Existing::reuse);
    remove_abandoned_files(folder.path);
    RunResult result;
    result.folder = folder.path;
    fill_or_note(store, folder.id,
                 [&] { fill_folder(options, data, store, folder, prepared, start_up, result); });
    return result;
}

PhantomCost estimate_phantom(const PreparedPhantom& prepared) {
    const auto& plan = prepared.built.plan;
    PhantomCost cost;
    cost.voxels = static_cast<double>(plan.domain.grid.cell_count());
    for (const auto& l : plan.lights)
        if (l.method == "monte_carlo") cost.photons += static_cast<double>(l.photons);
    const ReadingCost readings = reading_cost(prepared.file.input.phantom, plan);
    const double read = readings.runs * cost.photons;  // lamps alone
    for (const auto& e : plan.emissions)
        if (e.method == "monte_carlo") cost.photons += static_cast<double>(e.photons);
    cost.steps = longest_duration(prepared.built) /
                 (plan.longest_step > 0.0 ? plan.longest_step : response::automatic_step(plan));
    const double rows =
        24.0 + 3.0 * static_cast<double>(response::light_count(plan) + plan.agents.size());
    // The program and its report beside the voxels.
    constexpr double beside = 60e6;
    cost.memory = beside + 8.0 * cost.voxels * (prepared.built.changes() ? 3.0 * rows : rows) +
                  readings.memory;
    // On one core of 2024: photons take about as long as they do events, steps as they have voxels.
    const double runs = prepared.built.changes() ? 2.0 : 1.0;
    cost.seconds = (runs * cost.photons + read) * 2.5e-6 + cost.steps * cost.voxels * 0.4e-6 +
                   4.0 * cost.voxels * 2e-6;
    const auto images = image_cost(prepared.file.input.protocol.images, plan.domain.grid);
    cost.memory = std::max(cost.memory, beside + images.memory);
    cost.seconds += images.seconds;
    return cost;
}

std::vector<std::string> phantom_summary(const PreparedPhantom& prepared) {
    const auto& plan = prepared.built.plan;
    const Grid& grid = plan.domain.grid;
    const auto count = [](double n) { return format_number(n, 3); };
    std::vector<std::string> lines;
    lines.push_back(std::to_string(grid.nx) + " x " + std::to_string(grid.ny) + " x " +
                    std::to_string(grid.nz) + " voxels of " + count(grid.spacing[0] * 1e3) + " x " +
                    count(grid.spacing[1] * 1e3) + " x " + count(grid.spacing[2] * 1e3) +
                    " mm, tumour " + count(plan.domain.tumour_volume() * 1e9) + " mm3");
    std::string tissues;
    for (const auto& t : plan.tissues) tissues += (tissues.empty() ? "" : ", ") + t.name;
    lines.push_back("tissues: " + tissues);
    for (const auto& agent : plan.agents) lines.push_back("load: " + agent.name);
    for (const auto& l : plan.lights)
        lines.push_back(l.name + ": " + count(l.wavelength * 1e9) + " nm, " +
                        count(stimulus::light_power(l)) + " W, " + l.method);
    for (const auto& e : plan.emissions) {
        const std::string at =
            e.law.order > 1.0 ? " at " + count(from_si(e.law.saturation, "W/cm2")) + " W/cm2" : "";
        lines.push_back(e.name + ": " + count(e.wavelength * 1e9) + " nm, order " +
                        count(e.law.order) + ", " + count(100.0 * e.law.quantum_yield) +
                        " % of the absorbed photons" + at + ", " + e.method);
    }
    lines.push_back(prepared.built.changes() ? "until " + count(prepared.built.end / 60.0) + " min"
                    : plan.lights.empty()    ? std::string("images alone")
                                             : std::string("light alone"));
    for (const auto& line : image_lines(prepared)) lines.push_back(line);
    for (const auto& note : prepared.built.notes) lines.push_back("note: " + note);
    std::size_t assumed = 0;
    const auto facts = prepared.library.used();
    for (const auto& fact : facts) assumed += fact.status == matter::Status::assumed ? 1 : 0;
    lines.push_back(std::to_string(facts.size()) + " table values, " + std::to_string(assumed) +
                    " of them assumed");
    const auto cost = estimate_phantom(prepared);
    lines.push_back("estimate: " + format_number(cost.memory / 1e6, 2) + " MB memory, " +
                    format_number(cost.seconds, 2) + " s on one core");
    return lines;
}

}  // namespace caravel::study
