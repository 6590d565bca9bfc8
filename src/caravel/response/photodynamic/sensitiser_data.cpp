#include "caravel/response/photodynamic/sensitiser_data.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/stimulus/light/tissue_optics.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <utility>

namespace caravel::response {
namespace {

constexpr std::string_view table = "photosensitisers";
constexpr std::string_view generic = "generic";

std::vector<std::string> known_sensitisers(matter::Library& library) {
    std::vector<std::string> names = library.table(table).names();
    std::erase(names, std::string(generic));
    return names;
}

/// Looks up one sensitiser and remembers what was not found.
class Finder {
  public:
    Finder(const std::string& name, matter::Library& library) : name_(name), library_(library) {}

    std::optional<double> own(std::string_view property) {
        return library_.find(table, name_, property);
    }
    double needed(const std::optional<double>& given, std::string_view property) {
        const auto value = given ? given : own(property);
        if (!value) missing_.emplace_back(property);
        return value.value_or(0.0);
    }
    double or_generic(const std::optional<double>& given, std::string_view property) {
        if (given) return *given;
        const auto value = own(property);
        return value ? *value : library_.value(table, generic, property);
    }
    /// xi of what the dye absorbs; empty when its absorption or yield is not in the tables.
    std::optional<double> estimate(double wavelength) {
        if (!(wavelength > 0.0)) return std::nullopt;
        const auto yield = library_.find("emitters", name_, "singlet_oxygen_yield");
        if (!yield) return std::nullopt;
        const double absorption = stimulus::agent_optics(name_, library_, wavelength).absorption;
        if (!(absorption > 0.0)) return std::nullopt;
        const double reacting =
            reacting_share(library_.value(table, generic, "singlet_oxygen_lifetime", "cells"),
                           library_.value(table, generic, "singlet_oxygen_lifetime", "water"));
        return photochemical_rate(absorption, *yield, reacting, wavelength);
    }
    void complain() {
        if (missing_.empty()) return;
        const std::vector<std::string> names = known_sensitisers(library_);
        const std::vector<std::string_view> views(names.begin(), names.end());
        const std::string guess = did_you_mean(name_, views);
        throw InputError(Diagnostic{{},
                                    fmt::format("sensitiser '{}' has no {} in photosensitisers.csv",
                                                name_, fmt::join(missing_, ", ")),
                                    fmt::format("one of {}", fmt::join(names, ", ")),
                                    fmt::format("{}or give {}", guess.empty() ? "" : guess + ", ",
                                                fmt::join(missing_, ", "))});
    }
    void lacks(std::string_view property) { missing_.emplace_back(property); }

  private:
    const std::string& name_;
    matter::Library& library_;
    std::vector<std::string> missing_;
};

struct Bound {
    std::string_view key;
    double value;
    double least;
    double most;
    bool least_excluded;
    std::string_view unit;
};

void check(const std::string& name, const Bound& b) {
    const bool low = b.least_excluded ? !(b.value > b.least) : !(b.value >= b.least);
    if (!low && b.value <= b.most && std::isfinite(b.value)) return;
    const std::string range =
        b.most < input::infinity
            ? fmt::format("{} to {} {}", b.least, b.most, b.unit)
            : fmt::format("{} {} {}", b.least_excluded ? "above" : "at least", b.least, b.unit);
    throw InputError(Diagnostic{{},
                                fmt::format("{} of sensitiser '{}' is {} {}", b.key, name,
                                            format_number(b.value, 4), b.unit),
                                range,
                                ""});
}

/// The table's xi holds at the table's wavelength.
void check_wavelength(const PhotodynamicInput& p, double usual) {
    if (p.wavelength == 0.0 || std::abs(p.wavelength - usual) <= 1e-6 * usual) return;
    throw InputError(Diagnostic{
        {},
        fmt::format("wavelength {} is given for sensitiser '{}' without photochemical_rate",
                    format_quantity(p.wavelength, "nm"), p.sensitiser),
        fmt::format("{}, at which the rate of the table holds", format_quantity(usual, "nm")),
        "leave wavelength out: light of any other wavelength is weighed by the dye's absorption"});
}

void check(const PhotodynamicInput& p, const SensitiserData& d) {
    constexpr double none = input::infinity;
    for (const Bound& bound : {
             Bound{"activity_in_carrier", p.activity_in_carrier, 0.0, none, false, "1"},
             Bound{"photochemical_rate", d.photochemical_rate, 0.0, none, true, "m2/J"},
             Bound{"bleaching", d.bleaching, 0.0, none, false, "m3/mol"},
             Bound{"oxygen_half", d.oxygen_half, 0.0, none, true, "mol/m3"},
             Bound{"low_concentration", d.low_concentration, 0.0, none, false, "mol/m3"},
             Bound{"oxygen_supply", d.oxygen_supply, 0.0, none, false, "mol/(m3.s)"},
             Bound{"reference_oxygen", d.reference_oxygen, 0.0, none, true, "mol/m3"},
             Bound{"threshold", d.threshold, 0.0, none, true, "mol/m3"},
             Bound{"threshold_spread", d.threshold_spread, 0.0, none, true, "1"},
             Bound{"radical_share", d.radical_share, 0.0, 1.0, false, "1"},
             Bound{"peroxide", p.peroxide.value_or(0.0), 0.0, none, false, "mol/m3"},
             Bound{"catalysis", p.catalysis, 0.0, none, false, "1/s"},
             Bound{"peroxide_turnover", p.peroxide_turnover, 0.0, none, false, "1/s"},
             Bound{"ph_midpoint", p.ph_midpoint, 0.0, 14.0, false, "1"},
             Bound{"ph_width", p.ph_width, 0.0, none, true, "1"},
             Bound{"wavelength", d.wavelength, 0.0, none, true, "m"},
         }) {
        check(p.sensitiser, bound);
    }
}

}  // namespace

double photochemical_rate(double absorption, double yield, double reacting, double wavelength) {
    return yield * reacting * absorption * wavelength / (planck * speed_of_light * avogadro);
}

double reacting_share(double lifetime_in_cells, double lifetime_in_water) {
    if (!(lifetime_in_cells > 0.0) || !(lifetime_in_water > lifetime_in_cells)) {
        throw InputError(Diagnostic{{},
                                    fmt::format("lifetime of singlet oxygen is {} s in cells and "
                                                "{} s in water",
                                                lifetime_in_cells, lifetime_in_water),
                                    "above 0 s, shorter in cells than in water",
                                    ""});
    }
    return 1.0 - lifetime_in_cells / lifetime_in_water;
}

SensitiserData find_sensitiser(const PhotodynamicInput& input, matter::Library& library) {
    Finder find(input.sensitiser, library);
    SensitiserData d;
    const auto usual = find.own("wavelength");
    d.wavelength = input.wavelength != 0.0 ? input.wavelength : usual.value_or(0.0);
    if (d.wavelength == 0.0) find.lacks("wavelength");
    if (usual && !input.photochemical_rate) check_wavelength(input, *usual);
    auto rate =
        input.photochemical_rate ? input.photochemical_rate : find.own("photochemical_rate");
    if (!rate) {
        rate = find.estimate(usual.value_or(0.0));
        d.estimated = rate.has_value();
    }
    if (!rate) find.lacks("photochemical_rate");
    d.photochemical_rate = rate.value_or(0.0);
    d.bleaching = find.needed(input.bleaching, "bleaching");
    find.complain();
    d.oxygen_half = find.or_generic(input.oxygen_half, "oxygen_half");
    d.low_concentration = find.or_generic(input.low_concentration, "low_concentration");
    d.oxygen_supply = find.or_generic(input.oxygen_supply, "oxygen_supply");
    d.reference_oxygen = find.or_generic(input.reference_oxygen, "reference_oxygen");
    d.threshold = find.or_generic(input.threshold, "threshold");
    d.threshold_spread = find.or_generic(input.threshold_spread, "threshold_spread");
    d.radical_share = input.radical_share.value_or(0.0);
    check(input, d);
    return d;
}

}  // namespace caravel::response
