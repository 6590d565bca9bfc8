#include "caravel/tissue/cells/cell_biology.hpp"

#include "caravel/base/checks.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace caravel::tissue {

namespace {
using input::non_negative;
using input::positive;

/// 0 at or below `low`, 1 above `high`, straight between.
double ramp(double value, double low, double high) {
    if (value <= low) return 0.0;
    if (value >= high) return 1.0;
    return (value - low) / (high - low);
}

/// Share of the fastest rate left with this much of what limits it.
double saturation(double value, double half) {
    if (half <= 0.0 || std::isinf(value)) return 1.0;
    return value <= 0.0 ? 0.0 : value / (value + half);
}

/// (exp(x) - 1)/x
double growth_mean(double x) { return std::abs(x) < 1e-12 ? 1.0 : std::expm1(x) / x; }

/// Exact exchange between dividing and resting cells over dt.
void switch_states(double resting, double waking, double dt, CellStates& s) {
    const double sum = resting + waking;
    if (sum <= 0.0) return;
    const double relaxed = -std::expm1(-sum * dt);
    const double to_rest = (resting * s.dividing - waking * s.resting) / sum * relaxed;
    s.dividing -= to_rest;
    s.resting += to_rest;
}

void check(const CellBiology& b, const CellBiologyInput& input, const Location& where) {
    const auto refuse = [&](std::string what, std::string expected, std::string hint) {
        throw InputError(Diagnostic{where, std::move(what), std::move(expected), std::move(hint)});
    };
    if (b.recovery_pressure < b.quiescence_pressure)
        refuse("cells wake at a lower oxygen pressure than they come to rest at",
               "recovery_pressure >= quiescence_pressure", "give both");
    if (b.necrosis_pressure < b.necrosis_full_pressure)
        refuse("cells die at the full rate above the pressure below which they begin to die",
               "necrosis_pressure >= necrosis_full_pressure", "give both");
    if (input.oxygen_uptake && (input.oxygen_consumption || input.oxygen_half))
        refuse("oxygen_uptake (first order) stands beside oxygen_consumption or oxygen_half",
               "one law of consumption", "leave oxygen_uptake out");
    if (b.quiescence_pressure < b.necrosis_pressure)
        refuse("cells begin to die at a higher oxygen pressure than they come to rest at",
               "necrosis_pressure <= quiescence_pressure", "resting cells are those that die");
}
}  // namespace

void describe(input::Visitor& v, CellBiologyInput& b) {
    v.text({"line", "name in the table of cells"}, b.line);
    v.number({"doubling_time", "of dividing cells with oxygen in plenty"}, b.doubling_time,
             positive("h"));
    v.number({"proliferation_half", "oxygen pressure that halves the rate of division"},
             b.proliferation_half, non_negative("mm[Hg]"));
    v.number({"quiescence_pressure", "oxygen pressure below which all cells come to rest"},
             b.quiescence_pressure, non_negative("mm[Hg]"));
    v.number({"recovery_pressure", "oxygen pressure above which all cells divide again"},
             b.recovery_pressure, non_negative("mm[Hg]"));
    v.number({"switch_half_life", "of coming to rest and of waking"}, b.switch_half_life,
             positive("h"));
    v.number({"necrosis_pressure", "oxygen pressure below which resting cells begin to die"},
             b.necrosis_pressure, non_negative("mm[Hg]"));
    v.number({"necrosis_full_pressure", "oxygen pressure below which they die at the full rate"},
             b.necrosis_full_pressure, non_negative("mm[Hg]"));
    v.number({"necrosis_rate", "of resting cells without oxygen"}, b.necrosis_rate,
             non_negative("1/h"));
    v.number({"apoptosis_rate", "of all living cells"}, b.apoptosis_rate, non_negative("1/d"));
    v.number({"clearance_half_life", "of dead cells"}, b.clearance_half_life, positive("d"));
    v.number({"oxygen_consumption", "of tissue full of cells, with oxygen in plenty"},
             b.oxygen_consumption, non_negative("mm[Hg]/s"));
    v.number({"oxygen_half", "oxygen pressure that halves consumption"}, b.oxygen_half,
             non_negative("mm[Hg]"));
    v.number({"oxygen_uptake", "consumption per oxygen pressure, instead of the saturating law"},
             b.oxygen_uptake, non_negative("1/min"));
    v.number({"resting_consumption", "of oxygen by resting cells, against dividing ones"},
             b.resting_consumption, non_negative("1"));
    v.number({"dead_consumption", "of oxygen by dead cells, against dividing ones"},
             b.dead_consumption, non_negative("1"));
    v.number({"glucose_half", "glucose concentration that halves the rate of division"},
             b.glucose_half, non_negative("mmol/L"));
}

CellBiology make_cell_biology(const CellBiologyInput& input, matter::Library& library,
                              const Location& where) {
    library.require("cells", input.line, where);
    const auto value = [&](const std::optional<double>& given, std::string_view property) {
        if (given) return *given;
        if (const auto own = library.find("cells", input.line, property)) return *own;
        return library.value("cells", "generic", property);
    };
    const auto rate_of = [](double half_life) { return std::numbers::ln2 / half_life; };
    CellBiology b;
    b.growth_rate = rate_of(value(input.doubling_time, "doubling_time"));
    b.proliferation_half = value(input.proliferation_half, "proliferation_half");
    b.quiescence_pressure = value(input.quiescence_pressure, "quiescence_pressure");
    b.recovery_pressure = value(input.recovery_pressure, "recovery_pressure");
    b.switch_rate = rate_of(value(input.switch_half_life, "switch_half_life"));
    b.necrosis_pressure = value(input.necrosis_pressure, "necrosis_pressure");
    b.necrosis_full_pressure = value(input.necrosis_full_pressure, "necrosis_full_pressure");
    b.necrosis_rate = value(input.necrosis_rate, "necrosis_rate");
    b.apoptosis_rate = value(input.apoptosis_rate, "apoptosis_rate");
    b.clearance_rate = rate_of(value(input.clearance_half_life, "clearance_half_life"));
    const bool saturating = input.oxygen_consumption || input.oxygen_half;
    if (const auto uptake = input.oxygen_uptake || saturating
                                ? input.oxygen_uptake
                                : library.find("cells", input.line, "oxygen_uptake")) {
        b.oxygen_uptake = *uptake;
    } else {
        b.oxygen_consumption = value(input.oxygen_consumption, "oxygen_consumption");
        b.oxygen_half = value(input.oxygen_half, "oxygen_half");
    }
    b.resting_consumption = value(input.resting_consumption, "resting_consumption");
    b.dead_consumption = value(input.dead_consumption, "dead_consumption");
    b.glucose_half = value(input.glucose_half, "glucose_half");
    check(b, input, where);
    return b;
}

CellBiology with_factors(const CellBiology& biology, const PopulationFactors& factors) {
    for (const double f : {factors.growth, factors.pressures, factors.death, factors.consumption})
        if (!(f >= 0.0) || std::isinf(f))
            throw std::invalid_argument("factors of a population are finite and not negative");
    CellBiology b = biology;
    b.growth_rate *= factors.growth;
    for (double* pressure : {&b.quiescence_pressure, &b.recovery_pressure, &b.necrosis_pressure,
                             &b.necrosis_full_pressure})
        *pressure *= factors.pressures;
    b.necrosis_rate *= factors.death;
    b.apoptosis_rate *= factors.death;
    b.oxygen_consumption *= factors.consumption;
    b.oxygen_uptake *= factors.consumption;
    return b;
}

double dividing_share(const CellBiology& b, double oxygen) {
    return ramp(oxygen, b.quiescence_pressure, b.recovery_pressure);
}

double resting_rate(const CellBiology& b, double oxygen) {
    return b.switch_rate * (1.0 - dividing_share(b, oxygen));
}

double waking_rate(const CellBiology& b, double oxygen) {
    return b.switch_rate * dividing_share(b, oxygen);
}

double proliferation_rate(const CellBiology& b, double oxygen, double glucose) {
    return b.growth_rate * saturation(oxygen, b.proliferation_half) *
           saturation(glucose, b.glucose_half);
}

double necrosis_rate(const CellBiology& b, double oxygen) {
    return b.necrosis_rate * (1.0 - ramp(oxygen, b.necrosis_full_pressure, b.necrosis_pressure));
}

double consuming_volume(const CellBiology& b, const CellStates& s) {
    return s.dividing + b.resting_consumption * s.resting + b.dead_consumption * s.dead;
}

double oxygen_consumption(const CellBiology& b, double oxygen) {
    if (oxygen <= 0.0) return 0.0;
    return b.oxygen_uptake * oxygen + b.oxygen_consumption * saturation(oxygen, b.oxygen_half);
}

void advance_cells(const CellBiology& b, double oxygen, double glucose, double dt, CellStates& s,
                   CellTurnover& turnover) {
    const double resting = resting_rate(b, oxygen);
    const double waking = waking_rate(b, oxygen);
    switch_states(resting, waking, 0.5 * dt, s);

    const double birth = proliferation_rate(b, oxygen, glucose);
    const double mean = s.dividing * dt * growth_mean((birth - b.apoptosis_rate) * dt);
    const double born = birth * mean;
    const double died_dividing = b.apoptosis_rate * mean;
    const double death = necrosis_rate(b, oxygen) + b.apoptosis_rate;
    const double died_resting = -s.resting * std::expm1(-death * dt);
    const double died = died_dividing + died_resting;
    const double cleared = -s.dead * std::expm1(-b.clearance_rate * dt) +
                           died * (1.0 - growth_mean(-b.clearance_rate * dt));
    s.dividing += born - died_dividing;
    s.resting -= died_resting;
    s.dead += died - cleared;
    turnover.born += born;
    turnover.died += died;
    turnover.cleared += cleared;

    switch_states(resting, waking, 0.5 * dt, s);
}

}  // namespace caravel::tissue
