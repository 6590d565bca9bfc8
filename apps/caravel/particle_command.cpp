#include "commands.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/formulation/card.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/particle_card.hpp"
#include "caravel/study/study_file.hpp"
#include "caravel/study/study_run.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <iostream>

namespace caravel::apps {
namespace {

constexpr double nanometre = 1e-9;  // m
constexpr std::size_t most_wavelengths = 100'000;

[[noreturn]] void bad_wavelengths(const std::string& text, const std::string& why) {
    throw UsageError("--wavelengths " + text + ": " + why +
                     "; give one wavelength in nm, as in 808, or first:last:step, as in "
                     "400:1100:2");
}

double number(const std::string& text, const std::string& whole) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || !std::isfinite(value))
        bad_wavelengths(whole, "'" + text + "' is not a number");
    if (value <= 0.0) bad_wavelengths(whole, text + " nm is not positive");
    return value;
}

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts{""};
    for (const char c : text)
        if (c == ':')
            parts.emplace_back();
        else
            parts.back() += c;
    return parts;
}

/// "400:1100:2" -> 400 nm, 402 nm ... 1100 nm (in m).
std::vector<double> parse_wavelengths(const std::string& text) {
    if (text.empty()) return {};
    const auto parts = split(text);
    const double first = number(parts[0], text);
    if (parts.size() == 1) return {first * nanometre};
    if (parts.size() != 3) bad_wavelengths(text, "a range has three numbers");
    const double last = number(parts[1], text);
    const double step = number(parts[2], text);
    if (last < first) bad_wavelengths(text, "the last is shorter than the first");
    const double quotient = std::floor((last - first) / step * (1.0 + 1e-12));
    if (!(quotient < static_cast<double>(most_wavelengths)))
        bad_wavelengths(text, "too many wavelengths");
    const auto steps = static_cast<std::size_t>(quotient);
    std::vector<double> list;
    for (std::size_t i = 0; i <= steps; ++i)
        list.push_back((first + step * static_cast<double>(i)) * nanometre);
    return list;
}

void print_property(const formulation::Card& card, const std::string& name) {
    if (const auto* value = card.find(name)) {
        fmt::print("{}\n", format_number(value->si));
        return;
    }
    if (const auto* refusal = card.refused(name))
        throw NotAvailable("'" + name + "' is not given: " + refusal->reason);
    std::vector<std::string_view> names;
    for (const auto& section : card.sections)
        for (const auto& value : section.values) names.push_back(value.name);
    throw InputError(Diagnostic{
        {}, "'" + card.name + "' has no property '" + name + "'", "", did_you_mean(name, names)});
}

}  // namespace

void command_particle(const Options& o) {
    formulation::CardOptions options;
    options.wavelengths = parse_wavelengths(o.wavelengths);
    options.dipoles = o.dipoles;
    options.threads = o.threads;
    if (o.seed) options.seed = static_cast<std::uint64_t>(*o.seed);
    const auto data = study::default_data_paths();
    matter::Library library(data.root);
    const auto formulation = study::read_formulation(o.study, data, o.assignments, &library);
    const auto card = formulation::make_card(formulation, library, options);
    for (const auto& name : o.properties) print_property(card, name);
    if (!o.html.empty()) report::write_file_atomically(o.html, report::card_html(card));
    if (!o.properties.empty()) return;
    if (o.json)
        std::cout << report::card_json(card) << '\n';
    else
        std::cout << report::card_text(card);
}

}  // namespace caravel::apps
