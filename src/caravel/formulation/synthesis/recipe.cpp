#include "caravel/formulation/synthesis/recipe.hpp"

namespace caravel::formulation::synthesis {
namespace {

using input::fraction;
using input::non_negative;
using input::positive;
using input::Presence;

constexpr input::NumberRule kelvin{"K", 200.0, 3000.0};
constexpr input::NumberRule liquid_water{"K", 273.15, 373.15};

}  // namespace

void describe(input::Visitor& v, Stabiliser& s) {
    v.text({"name", "adsorbing molecule", Presence::required}, s.name);
    v.number({"concentration", "in the liquid", Presence::required}, s.concentration,
             non_negative("mmol/L"));
    v.number({"binding_energy", "of one molecule to the surface, positive binds"}, s.binding_energy,
             {"kJ/mol", -50.0, 300.0});
}

void describe(input::Visitor& v, Solution& s) {
    v.text({"chemistry", "parameter set in the synthesis table", Presence::required}, s.chemistry);
    v.number({"precursor", "concentration of formula units at the start"}, s.precursor,
             non_negative("mmol/L"));
    v.number({"reagent_ratio", "reductant, base or water per precursor (mol/mol)"}, s.reagent_ratio,
             positive("1"));
    v.number({"temperature", "of the reaction, when there is no programme"}, s.temperature, kelvin);
    v.numbers({"programme_times", "of the temperature programme, increasing"}, s.times,
              non_negative("min"));
    v.numbers({"programme_temperatures", "at those times, straight lines between"}, s.programme,
              kelvin);
    v.number({"duration", "of the reaction", Presence::required}, s.duration, positive("min"));
    v.number({"feed_rate", "precursor added from the start"}, s.feed_rate,
             non_negative("mmol/L/min"));
    v.number({"feed_duration", "how long it is added"}, s.feed_duration, non_negative("min"));
    v.records({"stabilisers", "molecules that adsorb on the particles"}, s.stabilisers);
    v.number({"ageing_temperature", "of ripening after the reaction"}, s.ageing_temperature,
             kelvin);
    v.number({"ageing_duration", "of ripening after the reaction"}, s.ageing_duration,
             non_negative("h"));
    if (s.times.size() != s.programme.size())
        v.complain("programme_times", "the programme has times and temperatures of unequal number",
                   "as many programme_temperatures");
    for (std::size_t i = 1; i < s.times.size(); ++i)
        if (!(s.times[i] > s.times[i - 1])) {
            v.complain("programme_times", "times do not increase", "each later than the last");
            break;
        }
    if (v.reads() && s.precursor <= 0.0 && s.feed_rate * s.feed_duration <= 0.0)
        v.complain("precursor", "the recipe has no precursor",
                   "precursor > 0, or feed_rate and feed_duration > 0");
}

void describe(input::Visitor& v, CitrateReduction& r) {
    v.number({"gold", "chloroaurate", Presence::required}, r.gold, positive("mmol/L"));
    v.number({"citrate", "trisodium citrate", Presence::required}, r.citrate, positive("mmol/L"));
    v.number({"temperature", "of the bath"}, r.temperature, liquid_water);
    v.number({"duration", "of the reaction"}, r.duration, positive("min"));
}
void describe(input::Visitor& v, Burst& r) { describe(v, r.solution); }
void describe(input::Visitor& v, Coprecipitation& r) { describe(v, r.solution); }
void describe(input::Visitor& v, SolGel& r) { describe(v, r.solution); }
void describe(input::Visitor& v, Hydrothermal& r) { describe(v, r.solution); }
void describe(input::Visitor& v, ThermalDecomposition& r) { describe(v, r.solution); }
void describe(input::Visitor& v, Photochemical& r) {
    describe(v, r.solution);
    v.number({"irradiance", "of the reducing light", Presence::required}, r.irradiance,
             positive("mW/cm2"));
}
void describe(input::Visitor& v, SeededGrowth& r) {
    describe(v, r.solution);
    v.number({"seed_diameter", "number mean", Presence::required}, r.seed_diameter, positive("nm"));
    v.number({"seed_number", "seeds per volume", Presence::required}, r.seed_number,
             positive("1/mL"));
    v.number({"seed_spread", "standard deviation over mean"}, r.seed_spread, {"1", 0.0, 1.0});
}
void describe(input::Visitor& v, Microemulsion& r) {
    v.text({"chemistry", "parameter set in the synthesis table", Presence::required}, r.chemistry);
    v.number({"precursor", "formula units in the droplets", Presence::required}, r.precursor,
             positive("mmol/L"));
    v.number({"water_to_surfactant", "mol/mol", Presence::required}, r.water_to_surfactant,
             {"1", 1.0, 60.0});
    v.number({"exchange_time", "between fusions of two droplets"}, r.exchange_time, positive("ms"));
    v.number({"reaction_time", "until the precursor is used up"}, r.reaction_time, positive("s"));
}
void describe(input::Visitor& v, Nanoprecipitation& r) {
    v.text({"polymer", "parameter set in the synthesis table", Presence::required}, r.polymer);
    v.text({"solvent", "of the polymer, in the synthesis table", Presence::required}, r.solvent);
    v.number({"polymer_concentration", "in the solvent", Presence::required},
             r.polymer_concentration, positive("mg/mL"));
    v.number({"solvent_fraction", "volume of solvent in the mixture"}, r.solvent_fraction,
             {"1", 0.0, 1.0, true, true});
    v.number({"mixing_time", "until solvent and water are one stream", Presence::required},
             r.mixing_time, positive("ms"));
    v.number({"striation", "thickness of the streams that diffusion has to even out"}, r.striation,
             positive("um"));
    v.number({"charges_per_mass", "ionised groups on the polymer"}, r.charges_per_mass,
             non_negative("mmol/g"));
    v.number({"ionic_strength", "of the mixture"}, r.ionic_strength, positive("mmol/L"));
    v.text({"stabiliser", "in the water, in the synthesis table"}, r.stabiliser);
    v.number({"stabiliser_concentration", "in the water"}, r.stabiliser_concentration,
             non_negative("mg/mL"));
    v.number({"temperature", "of the mixture"}, r.temperature, liquid_water);
}
void describe(input::Visitor& v, EmulsionEvaporation& r) {
    v.text({"polymer", "parameter set in the synthesis table", Presence::required}, r.polymer);
    v.text({"solvent", "of the polymer, in the synthesis table", Presence::required}, r.solvent);
    v.number({"polymer_concentration", "in the solvent", Presence::required},
             r.polymer_concentration, positive("mg/mL"));
    v.number({"power_density", "turbulent dissipation", Presence::required}, r.power_density,
             positive("W/kg"));
    v.text({"stabiliser", "in the water, in the synthesis table"}, r.stabiliser);
    v.number({"stabiliser_concentration", "in the water"}, r.stabiliser_concentration,
             non_negative("mg/mL"));
    v.number({"temperature", "of the emulsion"}, r.temperature, liquid_water);
}
void describe(input::Visitor& v, BallMilling& r) {
    v.text({"chemistry", "parameter set in the synthesis table", Presence::required}, r.chemistry);
    v.number({"start_diameter", "of the crystallites before", Presence::required}, r.start_diameter,
             positive("nm"));
    v.number({"ball_diameter", "of one ball", Presence::required}, r.ball_diameter, positive("mm"));
    v.number({"speed", "of the balls at impact", Presence::required}, r.speed,
             {"m/s", 0.0, 100.0, true});
    v.number({"ball_to_powder", "mass ratio", Presence::required}, r.ball_to_powder, positive("1"));
    v.number({"duration", "of milling", Presence::required}, r.duration, positive("h"));
}
void describe(input::Visitor& v, WireExplosion& r) {
    v.text({"chemistry", "parameter set in the synthesis table", Presence::required}, r.chemistry);
    v.number(
        {"energy_ratio", "deposited energy over the wire's sublimation energy", Presence::required},
        r.energy_ratio, {"1", 0.0, 20.0, true});
    v.number({"wire_diameter", "of the wire", Presence::required}, r.wire_diameter, positive("mm"));
    v.number({"medium_density", "of the gas or liquid around the vapour", Presence::required},
             r.medium_density, positive("kg/m3"));
}

void describe(input::Visitor& v, Tolerances& t) {
    v.number({"concentration", "relative, between batches"}, t.concentration, {"1", 0.0, 0.5});
    v.number({"temperature", "between batches"}, t.temperature, {"K", 0.0, 50.0});
    v.number({"time", "relative, between batches"}, t.time, {"1", 0.0, 0.5});
    v.number({"intensity", "of mixing, stirring, light, mill or pulse; relative"}, t.intensity,
             {"1", 0.0, 0.5});
}

void describe(input::Visitor& v, Recipe& r) {
    v.text({"source", "where the recipe comes from"}, r.source);
    v.alternatives({"method", "way of making", Presence::required}, r.method);
    v.record({"tolerances", "standard deviations between batches"}, r.tolerances);
}

namespace {

template <class T>
concept InLiquid = requires(T& recipe) {
    recipe.solution;
};

}  // namespace

const Solution* solution_of(const RecipeMethod& method) {
    return std::visit(
        [](const auto& recipe) -> const Solution* {
            if constexpr (InLiquid<decltype(recipe)>)
                return &recipe.solution;
            else
                return nullptr;
        },
        method);
}

Solution* solution_of(RecipeMethod& method) {
    return std::visit(
        [](auto& recipe) -> Solution* {
            if constexpr (InLiquid<decltype(recipe)>)
                return &recipe.solution;
            else
                return nullptr;
        },
        method);
}

}  // namespace caravel::formulation::synthesis
