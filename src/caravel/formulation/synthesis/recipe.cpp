#include "caravel/formulation/synthesis/recipe.hpp"

#include <fmt/format.h>

namespace caravel::formulation::synthesis {
namespace {

using input::Presence;

constexpr input::NumberRule kelvin{"K", 200.0, 3000.0};
constexpr input::NumberRule liquid_water{"K", 273.15, 373.15};
// Beyond these a number is a slip of the unit: pure liquids hold some 50 mol/L, a year is long.
constexpr input::NumberRule concentration{"mmol/L", 0.0, 1e5};
constexpr input::NumberRule some_concentration{"mmol/L", 0.0, 1e5, true};
constexpr input::NumberRule up_to_a_year{"min", 0.0, 525'960.0};
constexpr input::NumberRule some_time{"min", 0.0, 525'960.0, true};
constexpr input::NumberRule mass_concentration{"mg/mL", 0.0, 2000.0};
constexpr input::NumberRule some_mass_concentration{"mg/mL", 0.0, 2000.0, true};

void check_programme(input::Visitor& v, const Solution& s) {
    if (s.times.size() != s.programme.size())
        v.complain("programme_times", "the programme has times and temperatures of unequal number",
                   fmt::format("as many programme_temperatures ({} and {} given)", s.times.size(),
                               s.programme.size()));
    for (std::size_t i = 1; i < s.times.size(); ++i)
        if (!(s.times[i] > s.times[i - 1])) {
            v.complain("programme_times", "times do not increase", "each later than the last");
            return;
        }
    if (!s.times.empty() && s.times.front() >= s.duration && s.duration > 0.0 && s.times.size() > 1)
        v.complain("programme_times", "the programme starts when the reaction is over",
                   fmt::format("times within the duration of {:.4g} min", s.duration / 60.0));
}

void check_feed(input::Visitor& v, const Solution& s) {
    if (s.feed_rate > 0.0 && s.feed_duration <= 0.0)
        v.complain("feed_rate", "a feed without a duration", "feed_duration above 0");
    if (s.feed_duration > 0.0 && s.feed_rate <= 0.0)
        v.complain("feed_duration", "a feed without a rate", "feed_rate above 0");
    if (s.duration > 0.0 && s.feed_duration > s.duration * (1.0 + 1e-9))
        v.complain("feed_duration",
                   fmt::format("the feed lasts {:.4g} min, the reaction {:.4g} min",
                               s.feed_duration / 60.0, s.duration / 60.0),
                   "a feed that ends with the reaction or before",
                   "raise duration or lower feed_duration");
    if (s.precursor <= 0.0 && s.feed_rate * s.feed_duration <= 0.0)
        v.complain("precursor", "the recipe has no precursor",
                   "precursor > 0, or feed_rate and feed_duration > 0");
}

void check_stabilisers(input::Visitor& v, const Solution& s) {
    for (std::size_t i = 0; i < s.stabilisers.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (s.stabilisers[i].name == s.stabilisers[j].name)
                v.complain("stabilisers",
                           fmt::format("stabiliser '{}' is given twice", s.stabilisers[i].name),
                           "each once", "add the concentrations");
}

}  // namespace

void describe(input::Visitor& v, Stabiliser& s) {
    v.text({"name", "adsorbing molecule", Presence::required}, s.name);
    v.number({"concentration", "in the liquid", Presence::required}, s.concentration,
             concentration);
    v.number({"binding_energy", "of one molecule to the surface, positive binds"}, s.binding_energy,
             {"kJ/mol", -50.0, 300.0});
}

void describe(input::Visitor& v, Solution& s) {
    v.text({"chemistry", "parameter set in the synthesis table", Presence::required}, s.chemistry);
    v.number({"precursor", "concentration of formula units at the start"}, s.precursor,
             concentration);
    v.number({"reagent_ratio", "reductant, base or water per precursor (mol/mol)"}, s.reagent_ratio,
             {"1", 0.0, 1e6, true});
    v.number({"temperature", "of the reaction, when there is no programme"}, s.temperature, kelvin);
    v.numbers({"programme_times", "of the temperature programme, increasing"}, s.times,
              up_to_a_year);
    v.numbers({"programme_temperatures", "at those times, straight lines between"}, s.programme,
              kelvin);
    v.number({"duration", "of the reaction", Presence::required}, s.duration, some_time);
    v.number({"feed_rate", "precursor added from the start"}, s.feed_rate,
             {"mmol/L/min", 0.0, 1e6});
    v.number({"feed_duration", "how long it is added"}, s.feed_duration, up_to_a_year);
    v.records({"stabilisers", "molecules that adsorb on the particles"}, s.stabilisers);
    v.number({"ageing_temperature", "of ripening after the reaction"}, s.ageing_temperature,
             kelvin);
    v.number({"ageing_duration", "of ripening after the reaction"}, s.ageing_duration,
             {"h", 0.0, 87'660.0});
    if (!v.reads()) return;
    check_programme(v, s);
    check_feed(v, s);
    check_stabilisers(v, s);
}

void describe(input::Visitor& v, CitrateReduction& r) {
    v.number({"gold", "chloroaurate", Presence::required}, r.gold, some_concentration);
    v.number({"citrate", "trisodium citrate", Presence::required}, r.citrate, some_concentration);
    v.number({"temperature", "of the bath"}, r.temperature, liquid_water);
    v.number({"duration", "of the reaction"}, r.duration, some_time);
}
void describe(input::Visitor& v, Burst& r) { describe(v, r.solution); }
void describe(input::Visitor& v, Coprecipitation& r) { describe(v, r.solution); }
void describe(input::Visitor& v, SolGel& r) { describe(v, r.solution); }
void describe(input::Visitor& v, Hydrothermal& r) { describe(v, r.solution); }
void describe(input::Visitor& v, ThermalDecomposition& r) { describe(v, r.solution); }
void describe(input::Visitor& v, Photochemical& r) {
    describe(v, r.solution);
    v.number({"irradiance", "of the reducing light", Presence::required}, r.irradiance,
             {"mW/cm2", 0.0, 1e6, true});
}
void describe(input::Visitor& v, SeededGrowth& r) {
    describe(v, r.solution);
    v.number({"seed_diameter", "number mean", Presence::required}, r.seed_diameter,
             {"nm", 0.5, 1e4});
    v.number({"seed_number", "seeds per volume", Presence::required}, r.seed_number,
             {"1/mL", 0.0, 1e20, true});
    v.number({"seed_spread", "standard deviation over mean"}, r.seed_spread, {"1", 0.0, 1.0});
}
void describe(input::Visitor& v, Microemulsion& r) {
    v.text({"chemistry", "parameter set in the synthesis table", Presence::required}, r.chemistry);
    v.number({"precursor", "formula units in the droplets", Presence::required}, r.precursor,
             some_concentration);
    v.number({"water_to_surfactant", "mol/mol", Presence::required}, r.water_to_surfactant,
             {"1", 1.0, 60.0});
    v.number({"exchange_time", "between fusions of two droplets"}, r.exchange_time,
             {"ms", 1e-6, 1e9});
    v.number({"reaction_time", "until the precursor is used up"}, r.reaction_time,
             {"s", 1e-9, 1e7});
}
void describe(input::Visitor& v, Nanoprecipitation& r) {
    v.text({"polymer", "parameter set in the synthesis table", Presence::required}, r.polymer);
    v.text({"solvent", "of the polymer, in the synthesis table", Presence::required}, r.solvent);
    v.number({"polymer_concentration", "in the solvent", Presence::required},
             r.polymer_concentration, some_mass_concentration);
    v.number({"solvent_fraction", "volume of solvent in the mixture"}, r.solvent_fraction,
             {"1", 0.0, 1.0, true, true});
    v.number({"mixing_time", "until solvent and water are one stream", Presence::required},
             r.mixing_time, {"ms", 0.0, 1e7, true});
    v.number({"striation", "thickness of the streams that diffusion has to even out"}, r.striation,
             {"um", 0.0, 1e5, true});
    v.number({"charges_per_mass", "ionised groups on the polymer"}, r.charges_per_mass,
             {"mmol/g", 0.0, 100.0});
    v.number({"ionic_strength", "of the mixture"}, r.ionic_strength, {"mmol/L", 1e-4, 1e4});
    v.text({"stabiliser", "in the water, in the synthesis table"}, r.stabiliser);
    v.number({"stabiliser_concentration", "in the water"}, r.stabiliser_concentration,
             mass_concentration);
    v.number({"temperature", "of the mixture"}, r.temperature, liquid_water);
}
void describe(input::Visitor& v, EmulsionEvaporation& r) {
    v.text({"polymer", "parameter set in the synthesis table", Presence::required}, r.polymer);
    v.text({"solvent", "of the polymer, in the synthesis table", Presence::required}, r.solvent);
    v.number({"polymer_concentration", "in the solvent", Presence::required},
             r.polymer_concentration, some_mass_concentration);
    v.number({"power_density", "turbulent dissipation", Presence::required}, r.power_density,
             {"W/kg", 0.0, 1e12, true});
    v.text({"stabiliser", "in the water, in the synthesis table"}, r.stabiliser);
    v.number({"stabiliser_concentration", "in the water"}, r.stabiliser_concentration,
             mass_concentration);
    v.number({"temperature", "of the emulsion"}, r.temperature, liquid_water);
}
void describe(input::Visitor& v, BallMilling& r) {
    v.text({"chemistry", "parameter set in the synthesis table", Presence::required}, r.chemistry);
    v.number({"start_diameter", "of the crystallites before", Presence::required}, r.start_diameter,
             {"nm", 0.5, 1e8});
    v.number({"ball_diameter", "of one ball", Presence::required}, r.ball_diameter,
             {"mm", 1e-3, 1e3});
    v.number({"speed", "of the balls at impact", Presence::required}, r.speed,
             {"m/s", 0.0, 100.0, true});
    v.number({"ball_to_powder", "mass ratio", Presence::required}, r.ball_to_powder,
             {"1", 0.0, 1e4, true});
    v.number({"duration", "of milling", Presence::required}, r.duration,
             {"h", 0.0, 87'660.0, true});
}
void describe(input::Visitor& v, WireExplosion& r) {
    v.text({"chemistry", "parameter set in the synthesis table", Presence::required}, r.chemistry);
    v.number(
        {"energy_ratio", "deposited energy over the wire's sublimation energy", Presence::required},
        r.energy_ratio, {"1", 0.0, 20.0, true});
    v.number({"wire_diameter", "of the wire", Presence::required}, r.wire_diameter,
             {"mm", 1e-4, 100.0});
    v.number({"medium_density", "of the gas or liquid around the vapour", Presence::required},
             r.medium_density, {"kg/m3", 1e-6, 2e4});
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
