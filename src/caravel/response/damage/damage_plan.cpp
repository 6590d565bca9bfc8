#include "caravel/response/damage/damage_plan.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace caravel::response {
namespace {

constexpr std::array<std::string_view, 3> models{"arrhenius", "three_state", "cem43"};
constexpr double largest_gain = 20.0;

void check(const DamageInput& input) {
    if (std::find(models.begin(), models.end(), input.model) == models.end())
        throw InputError(Diagnostic{{},
                                    fmt::format("unknown model of damage '{}'", input.model),
                                    "arrhenius, three_state or cem43",
                                    did_you_mean(input.model, models)});
    if (!(std::isfinite(input.lethal_dose) && input.lethal_dose > 0.0))
        throw InputError(Diagnostic{
            {},
            fmt::format("lethal_dose = {} min", format_number(input.lethal_dose / 60.0, 6)),
            "more than 0 min at 43 Cel",
            "240 min is common for tissue that is to die"});
    if (!(input.dilation >= 0.0 && input.dilation <= largest_gain))
        throw InputError(Diagnostic{{},
                                    fmt::format("dilation = {}", format_number(input.dilation, 6)),
                                    "0 to 20, the perfusion of warm tissue relative to rest",
                                    "1 leaves perfusion alone; muscle gains some 8.6"});
}

class Planner {
  public:
    int row(std::string name) {
        plan.names.push_back(std::move(name));
        return plan.constants.row_count++;
    }
    ArrheniusProcess process(matter::Library& library, const std::string& name) {
        ArrheniusProcess found = find_process(library, name);
        plan.constants.coldest_heat = std::min(plan.constants.coldest_heat, found.lowest);
        return found;
    }

    DamagePlan plan{};
};

void plan_cells(const DamageInput& input, matter::Library& library, Planner& planner) {
    DamageConstants& c = planner.plan.constants;
    if (input.model == "arrhenius") {
        c.cells = planner.process(library, input.process);
        c.rows.cells = planner.row("arrhenius.cells");
    } else if (input.model == "three_state") {
        c.three_state = find_three_state(library);
        c.coldest_heat = std::min(c.coldest_heat, c.three_state.lowest);
        c.rows.alive = planner.row("alive");
        c.rows.vulnerable = planner.row("vulnerable");
    } else {
        c.rows.felt_dose = planner.row("cem43.cells");
    }
}

void plan_ice(const DamageInput& input, matter::Library& library, Planner& planner) {
    DamageConstants& c = planner.plan.constants;
    c.freezing = find_freezing(library, input.process, input.lethal_temperature);
    c.rows.hazard = planner.row("freezing.hazard");
    c.rows.lowest = planner.row("freezing.lowest");
    c.rows.coldest = planner.row("freezing.coldest");
    c.rows.cooling = planner.row("freezing.cooling_rate");
    c.rows.time = planner.row("freezing.lethal_time");
    c.rows.cycles = planner.row("freezing.cycles");
}

}  // namespace

DamagePlan plan_damage(const DamageInput& input, matter::Library& library) {
    check(input);
    Planner planner;
    DamageConstants& c = planner.plan.constants;
    c.lethal_dose = input.lethal_dose;
    c.largest_gain = input.dilation;
    c.dilation = find_dilation(library);
    c.coldest_heat = c.limits.lowest;
    c.rows.cem43 = planner.row("cem43");
    plan_cells(input, library, planner);
    if (input.vessels != "none") {
        c.vessels = planner.process(library, input.vessels);
        c.rows.vessels = planner.row("arrhenius.vessels");
    }
    if (input.coagulation != "none") {
        c.coagulation = planner.process(library, input.coagulation);
        c.rows.coagulation = planner.row("arrhenius.coagulation");
    }
    if (input.heat_shock) {
        c.heat_shock = find_heat_shock(library);
        c.rows.stress = planner.row("heat_shock.stress");
        c.rows.tolerance = planner.row("heat_shock.tolerance");
    }
    c.heat_rows = c.row_count;
    if (input.ice) plan_ice(input, library, planner);
    return std::move(planner.plan);
}

void describe(input::Visitor& v, DamageInput& d) {
    v.choice({"model", "how cells die of heat"}, d.model, {models.begin(), models.end()});
    v.text({"process", "of data/thermal_damage.csv by which cells die, of model arrhenius"},
           d.process);
    v.text({"vessels", "process that shuts vessels; none: they stay open"}, d.vessels);
    v.text({"coagulation", "process that changes the tissue's optics; none"}, d.coagulation);
    v.number({"lethal_dose", "time at 43 Cel after which one cell in a hundred lives, model cem43"},
             d.lethal_dose, input::positive("min"));
    v.flag({"heat_shock", "cells grow tolerant after sublethal heat"}, d.heat_shock);
    v.number({"dilation", "largest gain of perfusion by warmth; 1: none"}, d.dilation,
             {"1", 0.0, largest_gain});
    v.number({"lethal_temperature", "of freezing (default: of the table)"}, d.lethal_temperature,
             {"Cel", -196.0, -1.0});
    v.flag({"ice", "freezing injures"}, d.ice);
}

}  // namespace caravel::response
