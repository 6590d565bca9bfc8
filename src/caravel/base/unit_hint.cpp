#include "caravel/base/suggest.hpp"
#include "caravel/base/unit_table.hpp"

#include <algorithm>

namespace caravel::unit_table {
namespace {

struct Habit {
    std::string_view written;
    std::string_view ucum;
};

// What people write, beside what UCUM wants.
constexpr Habit habits[] = {
    {"hr", "h"},
    {"hrs", "h"},
    {"hour", "h"},
    {"hours", "h"},
    {"sec", "s"},
    {"secs", "s"},
    {"second", "s"},
    {"seconds", "s"},
    {"mins", "min"},
    {"minute", "min"},
    {"minutes", "min"},
    {"msec", "ms"},
    {"day", "d"},
    {"days", "d"},
    {"week", "wk"},
    {"weeks", "wk"},
    {"month", "mo"},
    {"months", "mo"},
    {"yr", "a"},
    {"yrs", "a"},
    {"year", "a"},
    {"years", "a"},
    {"mcg", "ug"},
    {"cc", "mL"},
    {"ccm", "mL"},
    {"gram", "g"},
    {"grams", "g"},
    {"liter", "L"},
    {"litre", "L"},
    {"meter", "m"},
    {"metre", "m"},
    {"micron", "um"},
    {"microns", "um"},
    {"angstrom", "Ao"},
    {"Angstrom", "Ao"},
    {"in", "[in_i]"},
    {"inch", "[in_i]"},
    {"ft", "[ft_i]"},
    {"foot", "[ft_i]"},
    {"lb", "[lb_av]"},
    {"lbs", "[lb_av]"},
    {"degC", "Cel"},
    {"Celsius", "Cel"},
    {"celsius", "Cel"},
    {"deg_C", "Cel"},
    {"degF", "[degF]"},
    {"degree", "deg"},
    {"degrees", "deg"},
    {"Kelvin", "K"},
    {"kelvin", "K"},
    {"mmHg", "mm[Hg]"},
    {"cmHg", "cm[Hg]"},
    {"mmHG", "mm[Hg]"},
    {"Torr", "mm[Hg]"},
    {"torr", "mm[Hg]"},
    {"cmH", "cm[H2O]"},
    {"mmH", "mm[H2O]"},
    {"HU", "[hnsf'U]"},
    {"CFU", "[CFU]"},
    {"PFU", "[PFU]"},
    {"IU", "[iU]"},
    {"iU", "[iU]"},
    {"ppm", "[ppm]"},
    {"PPM", "[ppm]"},
    {"ppb", "[ppb]"},
    {"ppt", "[pptr]"},
    {"amu", "u"},
    {"dalton", "u"},
    {"ohm", "Ohm"},
    {"gauss", "G"},
    {"Gauss", "G"},
    {"tesla", "T"},
    {"Tesla", "T"},
    {"rpm", "1/min"},
    {"cps", "1/s"},
    {"cpm", "1/min"},
    {"percent", "%"},
    {"wt%", "%"},
    {"%ID", "%{ID}"},
    {"ID%", "%{ID}"},
    {"%IA", "%{IA}"},
    {"cell", "{cell}"},
    {"cells", "{cells}"},
    {"particle", "{particle}"},
    {"particles", "{particles}"},
    {"molecule", "{molecule}"},
    {"molecules", "{molecules}"},
    {"count", "{count}"},
    {"counts", "{counts}"},
    {"photons", "{photons}"},
    {"kcals", "kcal"},
    {"Osm", "osm"},
    {"mOsm", "mosm"},
    {"mole", "mol"},
    {"moles", "mol"},
    {"pound", "[lb_av]"},
    {"pounds", "[lb_av]"},
    {"joule", "J"},
    {"watt", "W"},
    {"gray", "Gy"},
    {"volt", "V"},
};

constexpr std::string_view common_units[] = {
    "m",      "cm",     "mm",      "um",     "nm",    "pm",    "km",     "g",      "kg",   "mg",
    "ug",     "ng",     "pg",      "L",      "dL",    "mL",    "uL",     "nL",     "pL",   "s",
    "ms",     "us",     "ns",      "ps",     "min",   "h",     "d",      "wk",     "mo",   "mol",
    "mmol",   "umol",   "nmol",    "pmol",   "Hz",    "kHz",   "MHz",    "GHz",    "THz",  "J",
    "mJ",     "kJ",     "W",       "mW",     "kW",    "Pa",    "kPa",    "MPa",    "mPa",  "V",
    "mV",     "kV",     "A",       "mA",     "T",     "mT",    "Gy",     "mGy",    "cGy",  "Sv",
    "mSv",    "Bq",     "kBq",     "MBq",    "GBq",   "Ci",    "mCi",    "uCi",    "eV",   "keV",
    "MeV",    "K",      "Cel",     "N",      "mN",    "S",     "mS",     "Ohm",    "kOhm", "F",
    "C",      "H",      "Wb",      "bar",    "mbar",  "atm",   "cal",    "kcal",   "rad",  "mrad",
    "sr",     "deg",    "kat",     "osm",    "mosm",  "lm",    "lx",     "cd",     "Ao",   "dyn",
    "erg",    "mm[Hg]", "cm[H2O]", "[degF]", "[ppm]", "[ppb]", "[ppth]", "[pptr]", "[pH]", "[iU]",
    "[in_i]", "[ft_i]", "[lb_av]",
};

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

std::string write(std::string_view ucum) { return "write '" + std::string(ucum) + "'"; }

bool is_prefix(std::string_view text) {
    // Every prefix, and only a prefix (or nothing), makes a unit of "mol".
    return find(std::string(text) + "mol").atom != nullptr;
}

}  // namespace

std::string hint(std::string_view symbol) {
    for (const Habit& habit : habits) {
        if (habit.written == symbol) return write(habit.ucum);
    }
    if (symbol == "dB" || symbol == "Np") {
        return "write an attenuation of the amplitude in 1/m or 1/cm: 1 dB/cm = 0.115129/cm";
    }
    if (symbol.ends_with("M") && is_prefix(symbol.substr(0, symbol.size() - 1))) {
        return write(std::string(symbol.substr(0, symbol.size() - 1)) + "mol/L");
    }
    if (symbol.ends_with("Da") && is_prefix(symbol.substr(0, symbol.size() - 2))) {
        const std::string prefix(symbol.substr(0, symbol.size() - 2));
        return write(prefix + "u") + " for the mass of a molecule or '" + prefix +
               "g/mol' for a molar mass";
    }
    if (symbol.ends_with("Cel") && is_prefix(symbol.substr(0, symbol.size() - 3))) return "use K";
    for (const std::string_view unit : common_units) {
        if (lower(unit) == lower(symbol)) return write(unit);
    }
    for (const Habit& habit : habits) {
        if (lower(habit.written) == lower(symbol)) return write(habit.ucum);
    }
    // Every single letter is one edit away from every other one.
    return symbol.size() < 2 ? "" : did_you_mean(symbol, common_units);
}

}  // namespace caravel::unit_table
