#include "commands.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/input/document.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/run_store.hpp"
#include "caravel/study/compare_runs.hpp"
#include "caravel/study/scanner_presets.hpp"
#include "caravel/study/study_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace caravel::apps {
namespace {

void list_table(const matter::Library& library, const char* table) {
    for (const auto& name : library.table(table).names()) fmt::print("{}\n", name);
}

void list_formulations(const study::DataPaths& data) {
    for (const auto& name : study::shipped_formulations(data)) {
        const auto f = study::read_formulation(name, data);
        fmt::print("{:<44} {:<12} {}\n", name, f.category, f.title);
    }
}

void list_scanners(const study::DataPaths& data) {
    for (const auto& name : study::shipped_scanners(data)) {
        const auto s = study::scanner_info(name, data);
        fmt::print("{:<28} {:<13} {:<6} {}\n", name, s.modality, s.species, s.title);
    }
}

void list_studies(const study::DataPaths& data) {
    const auto folder = data.root.parent_path() / "studies";
    std::vector<std::string> names;
    if (std::filesystem::exists(folder)) {
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            const auto name = entry.path().filename().string();
            if (std::filesystem::exists(entry.path() / "study.toml"))
                names.push_back(name + "/study.toml");
            else if (entry.path().extension() == ".toml")  // phantoms
                names.push_back(name);
        }
    }
    std::sort(names.begin(), names.end());
    for (const auto& name : names) fmt::print("studies/{}\n", name);
}

void list_observables(const Options& o, const study::DataPaths& data) {
    const std::filesystem::path study =
        o.study.empty() ? data.root.parent_path() / "studies/doxil_mouse/study.toml"
                        : std::filesystem::path(o.study);
    const auto prepared = study::prepare(study, {}, data);
    for (const auto& x : study::make_observables(prepared.built, prepared.file.input))
        fmt::print("{:<52} {:<9} {}\n", x.name, x.unit, x.label);
}

void list_runs(const Options& o) {
    for (const auto& run : report::RunStore(o.out).list())
        fmt::print("{}  {:<12} {}\n", run.id, run.state, run.name);
}

}  // namespace

void command_list(const Options& o) {
    const auto data = study::default_data_paths();
    const std::vector<std::string_view> known{"materials", "tissues",      "agents",  "species",
                                              "subjects",  "formulations", "studies", "observables",
                                              "runs",      "receptors",    "scanners"};
    if (o.what == "formulations") return list_formulations(data);
    if (o.what == "scanners") return list_scanners(data);
    if (o.what == "studies") return list_studies(data);
    if (o.what == "observables") return list_observables(o, data);
    if (o.what == "runs") return list_runs(o);
    const matter::Library library(data.root);
    if (o.what == "materials" || o.what == "agents" || o.what == "species" || o.what == "receptors")
        return list_table(library, o.what.c_str());
    if (o.what == "subjects") return list_table(library, "species");
    if (o.what == "tissues") return list_table(library, "tumour_lines");
    const std::string hint = did_you_mean(o.what, known);
    throw UsageError("nothing to list under '" + o.what + "'" +
                     (hint.empty() ? "" : " (" + hint + ")"));
}

void command_compare(const Options& o) {
    const report::RunStore store(o.out);
    std::vector<study::FinishedRun> runs;
    for (const auto& id : o.runs) {
        const auto entry = store.find(id);
        const auto folder = store.root() / entry.id;
        if (!std::filesystem::exists(folder / "results.json"))
            throw UsageError("'" + entry.id +
                             "' is no run of one study; compare takes runs that "
                             "`caravel run` wrote");
        runs.push_back({entry.id, entry.name, report::read_whole_file(folder / "study.toml"),
                        report::read_whole_file(folder / "results.json")});
    }
    std::cout << study::compare_runs(runs);
}

}  // namespace caravel::apps
