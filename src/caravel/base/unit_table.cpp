// Sources: Unified Code for Units of Measure, case-sensitive table ucum-cs.units (ucum.org). u and
// eV are those of CODATA 2018, which UCUM has in older values; [pH], a logarithm there, is read as
// a plain number.
#include "caravel/base/unit_table.hpp"

#include <numbers>

namespace caravel::unit_table {
namespace {

constexpr Dimension energy{.length = 2, .mass = 1, .time = -2};
constexpr Dimension enzyme_activity{.time = -1, .amount = 1};

constexpr Prefix prefixes[] = {{"Y", 24},  {"Z", 21},  {"E", 18},  {"P", 15},  {"T", 12},
                               {"G", 9},   {"M", 6},   {"k", 3},   {"h", 2},   {"da", 1},
                               {"d", -1},  {"c", -2},  {"m", -3},  {"u", -6},  {"n", -9},
                               {"p", -12}, {"f", -15}, {"a", -18}, {"z", -21}, {"y", -24}};

constexpr bool metric = true;
constexpr bool not_metric = false;

constexpr Atom atoms[] = {
    // plain numbers
    {"10*", 1, 1, 1, dimension::none, not_metric},
    {"10^", 1, 1, 1, dimension::none, not_metric},
    {"%", 1, 1, -2, dimension::none, not_metric},
    {"[ppth]", 1, 1, -3, dimension::none, not_metric},
    {"[ppm]", 1, 1, -6, dimension::none, not_metric},
    {"[ppb]", 1, 1, -9, dimension::none, not_metric},
    {"[pptr]", 1, 1, -12, dimension::none, not_metric},
    {"[pH]", 1, 1, 0, dimension::none, not_metric},
    {"[hnsf'U]", 1, 1, 0, dimension::none, not_metric},
    {"[arb'U]", 1, 1, 0, dimension::none, not_metric},
    {"[CFU]", 1, 1, 0, dimension::none, not_metric},
    {"[PFU]", 1, 1, 0, dimension::none, not_metric},
    {"[iU]", 1, 1, 0, dimension::none, metric},
    {"[IU]", 1, 1, 0, dimension::none, metric},
    {"rad", 1, 1, 0, dimension::none, metric},
    {"sr", 1, 1, 0, dimension::none, metric},
    {"deg", std::numbers::pi, 180, 0, dimension::none, not_metric},
    // base units
    {"m", 1, 1, 0, dimension::length, metric},
    {"g", 1, 1, -3, dimension::mass, metric},
    {"s", 1, 1, 0, dimension::time, metric},
    {"A", 1, 1, 0, {.current = 1}, metric},
    {"K", 1, 1, 0, dimension::temperature, metric},
    {"mol", 1, 1, 0, dimension::amount, metric},
    {"cd", 1, 1, 0, {.luminosity = 1}, metric},
    // length, volume, mass
    {"L", 1, 1, -3, dimension::volume, metric},
    {"l", 1, 1, -3, dimension::volume, metric},
    {"b", 1, 1, -28, dimension::area, not_metric},
    {"Ao", 1, 1, -10, dimension::length, not_metric},
    {"[in_i]", 254, 1, -4, dimension::length, not_metric},
    {"[ft_i]", 3048, 1, -4, dimension::length, not_metric},
    {"[lb_av]", 45359237, 1, -8, dimension::mass, not_metric},
    {"u", 166053906660, 1, -38, dimension::mass, metric},
    // time: Julian year, month of 30.4375 days
    {"min", 60, 1, 0, dimension::time, not_metric},
    {"h", 3600, 1, 0, dimension::time, not_metric},
    {"d", 86400, 1, 0, dimension::time, not_metric},
    {"wk", 604800, 1, 0, dimension::time, not_metric},
    {"mo", 2629800, 1, 0, dimension::time, not_metric},
    {"a", 31557600, 1, 0, dimension::time, not_metric},
    {"Hz", 1, 1, 0, dimension::frequency, metric},
    // mechanics and heat
    {"N", 1, 1, 0, {.length = 1, .mass = 1, .time = -2}, metric},
    {"dyn", 1, 1, -5, {.length = 1, .mass = 1, .time = -2}, metric},
    {"Pa", 1, 1, 0, dimension::pressure, metric},
    {"bar", 1, 1, 5, dimension::pressure, metric},
    {"atm", 101325, 1, 0, dimension::pressure, not_metric},
    {"m[Hg]", 133322, 1, 0, dimension::pressure, metric},
    {"m[H2O]", 980665, 1, -2, dimension::pressure, metric},
    {"P", 1, 1, -1, {.length = -1, .mass = 1, .time = -1}, metric},
    {"J", 1, 1, 0, energy, metric},
    {"erg", 1, 1, -7, energy, metric},
    {"cal", 4184, 1, -3, energy, metric},
    {"eV", 1602176634, 1, -28, energy, metric},
    {"W", 1, 1, 0, {.length = 2, .mass = 1, .time = -3}, metric},
    {"Cel", 1, 1, 0, dimension::temperature, not_metric, 273.15},
    {"[degF]", 5, 9, 0, dimension::temperature, not_metric, 45967.0 * 5.0 / 900.0},
    // electricity and magnetism
    {"C", 1, 1, 0, {.time = 1, .current = 1}, metric},
    {"V", 1, 1, 0, dimension::voltage, metric},
    {"Ohm", 1, 1, 0, {.length = 2, .mass = 1, .time = -3, .current = -2}, metric},
    {"S", 1, 1, 0, {.length = -2, .mass = -1, .time = 3, .current = 2}, metric},
    {"F", 1, 1, 0, {.length = -2, .mass = -1, .time = 4, .current = 2}, metric},
    {"Wb", 1, 1, 0, {.length = 2, .mass = 1, .time = -2, .current = -1}, metric},
    {"T", 1, 1, 0, dimension::magnetic_flux_density, metric},
    {"G", 1, 1, -4, dimension::magnetic_flux_density, metric},
    {"Oe", 250, std::numbers::pi, 0, {.length = -1, .current = 1}, metric},
    {"H", 1, 1, 0, {.length = 2, .mass = 1, .time = -2, .current = -2}, metric},
    // light and radiation
    {"lm", 1, 1, 0, {.luminosity = 1}, metric},
    {"lx", 1, 1, 0, {.length = -2, .luminosity = 1}, metric},
    {"Bq", 1, 1, 0, dimension::rate, metric},
    {"Ci", 37, 1, 9, dimension::rate, metric},
    {"Gy", 1, 1, 0, dimension::dose, metric},
    {"Sv", 1, 1, 0, dimension::dose, metric},
    // chemistry
    {"osm", 1, 1, 0, dimension::amount, metric},
    {"eq", 1, 1, 0, dimension::amount, metric},
    {"kat", 1, 1, 0, enzyme_activity, metric},
    {"U", 1, 60, -6, enzyme_activity, metric},
};

const Atom* find_atom(std::string_view symbol) {
    for (const Atom& atom : atoms) {
        if (atom.symbol == symbol) return &atom;
    }
    return nullptr;
}

}  // namespace

Match find(std::string_view symbol) {
    if (const Atom* atom = find_atom(symbol)) return {atom, 0};
    for (const Prefix& prefix : prefixes) {
        if (!symbol.starts_with(prefix.symbol)) continue;
        const Atom* atom = find_atom(symbol.substr(prefix.symbol.size()));
        if (atom != nullptr && atom->is_metric) return {atom, prefix.exponent};
    }
    return {};
}

}  // namespace caravel::unit_table
