#include "commands.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/run_store.hpp"
#include "caravel/study/phantom_run.hpp"
#include "caravel/study/study_images.hpp"
#include "caravel/study/study_run.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>

namespace caravel::apps {
namespace {

study::Prepared prepare(const Options& o) {
    return study::prepare(o.study, o.assignments, study::default_data_paths());
}

/// The first of these files that a run's folder has; each kind of run has its own.
std::filesystem::path first_of(const std::filesystem::path& folder,
                               const std::vector<std::string>& names) {
    for (const auto& name : names)
        if (std::filesystem::exists(folder / name)) return folder / name;
    return folder / names.front();
}

void check_phantom(const Options& o) {
    const auto prepared =
        study::prepare_phantom(o.study, o.assignments, study::default_data_paths());
    const auto lines = study::phantom_summary(prepared);
    fmt::print("{}: no mistakes found\n", o.study);
    for (const auto& line : lines) fmt::print("  {}\n", line);
}

void show_phantom(const Options& o) {
    const auto data = study::default_data_paths();
    matter::Library library(data.root);
    const auto file = study::read_phantom(o.study, o.assignments, data, library);
    if (o.json)
        std::cout << input::to_json({input::echo(file.input), {}}) << '\n';
    else
        std::cout << file.echo;
}

/// Keys of a study file as a manual table needs a nested name for its title.
constexpr const char* manual_title = "Keys of a study file";

}  // namespace

void command_check(const Options& o) {
    if (study::is_phantom_file(o.study)) {
        check_phantom(o);
        return;
    }
    const auto prepared = prepare(o);
    const auto cost = study::estimate(prepared);
    const auto images = study::image_lines(prepared);
    const auto& built = prepared.built;
    fmt::print("{}: no mistakes found\n", o.study);
    fmt::print("  {} organs, {} tumours, {} drugs, {} carrier cohorts\n",
               built.physiology.organs.size(), built.tumours.size(), built.drugs.size(),
               built.cohorts.size());
    for (const auto& dose : built.doses)
        fmt::print("  {:>8} h  {}\n", format_number(from_si(dose.start, "h"), 5), dose.text);
    std::size_t assumed = 0;
    for (const auto& fact : prepared.facts)
        assumed += fact.status == matter::Status::assumed ? 1 : 0;
    fmt::print("  {} table values, {} of them assumed\n", prepared.facts.size(), assumed);
    fmt::print("  {} amounts, {} reactions, {} output times, {} windows\n", cost.species,
               cost.reactions, cost.outputs, cost.windows);
    for (const auto& grid : prepared.built.grids) {
        const auto& g = grid.domain.grid;
        fmt::print("  {}: {} x {} x {} voxels{}, tumour {} mm3, normal tissue {} mm3\n", grid.name,
                   g.nx, g.ny, g.nz,
                   grid.domain.copies > 1.0
                       ? fmt::format(" (1/{} of the whole by symmetry)", grid.domain.copies)
                       : std::string(),
                   format_number(from_si(grid.domain.tumour_volume(), "mm3"), 4),
                   format_number(from_si(grid.domain.volume(tissue::Region::normal), "mm3"), 4));
    }
    for (const auto& line : images) fmt::print("  {}\n", line);
    for (const auto& warning : built.warnings) fmt::print("  note: {}\n", warning);
    fmt::print("  estimate: {} MB memory, {} s on one core\n", format_number(cost.memory / 1e6, 2),
               format_number(cost.seconds, 2));
}

void command_show(const Options& o) {
    if (!std::filesystem::exists(o.study)) {
        const auto run = report::RunStore(o.out).find(o.study);
        std::cout << report::read_whole_file(first_of(
            std::filesystem::path(o.out) / run.id,
            o.json
                ? std::vector<std::string>{"results.json", "fit.json", "population.json",
                                           "sensitivity.json", "scan.json"}
                : std::vector<std::string>{"study.toml", "plan.toml", "scan.toml", "fitted.toml"}));
        return;
    }
    if (study::is_phantom_file(o.study)) {
        show_phantom(o);
        return;
    }
    const auto data = study::default_data_paths();
    matter::Library library(data.root);
    const auto file = study::read_study(o.study, o.assignments, data, library);
    if (o.json)
        std::cout << input::to_json({input::echo(file.input), {}}) << '\n';
    else
        std::cout << file.echo;
}

void command_flow(const Options& o) {
    const auto prepared = prepare(o);
    std::cout << study::slot_graph(prepared.file.input, prepared.built);
    fmt::print("blood flows [mL/min] ({}, {} kg):\n", prepared.built.physiology.species,
               format_number(prepared.built.physiology.body_weight, 4));
    for (const auto& edge : prepared.built.physiology.edges)
        fmt::print("  {:>10} -> {:<12} {}\n", edge.from, edge.to,
                   format_number(from_si(edge.flow, "mL/min"), 4));
    fmt::print("reactions: {}\n", prepared.built.model.reactions().size());
    for (const auto& reaction : prepared.built.model.reactions())
        fmt::print("  {}\n", reaction.name);
}

void command_manual(const Options& o) {
    if (o.what == "phantom") {
        if (o.json)
            std::cout << input::to_json(input::json_schema<study::PhantomStudy>("Caravel phantom"))
                      << '\n';
        else
            std::cout << input::manual<study::PhantomStudy>("Keys of a phantom");
        return;
    }
    if (o.json)
        std::cout << input::to_json(input::json_schema<study::StudyInput>("Caravel study")) << '\n';
    else
        std::cout << input::manual<study::StudyInput>(manual_title);
}

}  // namespace caravel::apps
