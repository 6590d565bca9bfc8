#include "caravel/study/compare_runs.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/input/document.hpp"
#include "caravel/study/study_diff.hpp"

#include <fmt/format.h>

#include <map>

namespace caravel::study {
namespace {

struct Number {
    std::string unit;
    double value = 0.0;
};

/// Numbers of results.json by name (and time, where a number has one).
std::map<std::string, Number> numbers_of(const FinishedRun& run) {
    std::map<std::string, Number> numbers;
    const auto document = input::parse_json(run.results_json, run.id + "/results.json");
    const auto* list = std::get<input::Table>(document.root.data).find("quantities");
    if (!list || !list->value.is_array()) return numbers;
    for (const auto& item : std::get<input::Array>(list->value.data)) {
        const auto& table = std::get<input::Table>(item.data);
        const auto* name = table.find("name");
        const auto* unit = table.find("unit");
        const auto* value = table.find("value");
        if (!name || !unit || !value) continue;
        Number number{std::get<std::string>(unit->value.data), 0.0};
        if (const auto* d = std::get_if<double>(&value->value.data))
            number.value = *d;
        else if (const auto* i = std::get_if<std::int64_t>(&value->value.data))
            number.value = static_cast<double>(*i);
        else
            continue;
        numbers.emplace(std::get<std::string>(name->value.data), number);
    }
    return numbers;
}

}  // namespace

std::string compare_runs(const std::vector<FinishedRun>& runs) {
    std::string text;
    for (std::size_t i = 0; i < runs.size(); ++i)
        text += fmt::format("[{}] {}  {}\n", i + 1, runs[i].id, runs[i].name);
    for (std::size_t i = 1; i < runs.size(); ++i) {
        text += fmt::format("\ninputs of [{}] against [1]\n", i + 1);
        for (const auto& c : study_diff(runs[0].study_toml, runs[i].study_toml))
            text += fmt::format("  {}: {} -> {}\n", c.key, c.before, c.after);
    }
    std::vector<std::map<std::string, Number>> all;
    for (const auto& run : runs) all.push_back(numbers_of(run));
    text += fmt::format("\n{:<46} {:<9}", "number", "unit");
    for (std::size_t i = 0; i < runs.size(); ++i)
        text += fmt::format(" {:>12}", "[" + std::to_string(i + 1) + "]");
    text += "\n";
    for (const auto& [name, first] : all[0]) {
        text += fmt::format("{:<46} {:<9}", name, first.unit);
        for (const auto& numbers : all) {
            const auto found = numbers.find(name);
            text += fmt::format(" {:>12}", found == numbers.end()
                                               ? std::string("-")
                                               : format_number(found->second.value, 5));
        }
        text += "\n";
    }
    return text;
}

}  // namespace caravel::study
