#include "caravel/formulation/synthesis/outcome.hpp"

#include "caravel/base/error.hpp"
#include "caravel/formulation/synthesis/outcome_burst.hpp"

#include <fmt/format.h>

namespace caravel::formulation::synthesis {
namespace {

template <class T>
const T& expect(const Parameters& parameters, std::string_view method) {
    if (const T* p = std::get_if<T>(&parameters)) return *p;
    throw InputError(Diagnostic{{},
                                fmt::format("parameters of another method given to '{}'", method),
                                "the parameter set of the recipe's own method",
                                ""});
}

struct Make {
    const Parameters& parameters;
    int classes;

    SynthesisOutcome liquid(const Solution& solution, double irradiance = 0.0) const {
        const auto& chemistry = expect<Chemistry>(parameters, "burst");
        if (chemistry.reference_irradiance > 0.0 && irradiance <= 0.0)
            throw InputError(
                Diagnostic{{},
                           fmt::format("'{}' reacts in light only", solution.chemistry),
                           "method = \"photochemical\" with an irradiance",
                           ""});
        return burst_outcome(burst_system(chemistry, solution, irradiance), solution, classes);
    }
    SynthesisOutcome operator()(const Burst& r) const { return liquid(r.solution); }
    SynthesisOutcome operator()(const Coprecipitation& r) const { return liquid(r.solution); }
    SynthesisOutcome operator()(const SolGel& r) const { return liquid(r.solution); }
    SynthesisOutcome operator()(const Hydrothermal& r) const { return liquid(r.solution); }
    SynthesisOutcome operator()(const ThermalDecomposition& r) const { return liquid(r.solution); }
    SynthesisOutcome operator()(const Photochemical& r) const {
        return liquid(r.solution, r.irradiance);
    }
    SynthesisOutcome operator()(const SeededGrowth& r) const {
        BurstSystem system = burst_system(expect<Chemistry>(parameters, r.tag), r.solution, 0.0);
        system.seeds = Seeds{r.seed_number, r.seed_diameter, r.seed_spread};
        return burst_outcome(system, r.solution, classes);
    }

    SynthesisOutcome operator()(const CitrateReduction& r) const {
        const auto& p = expect<TurkevichParameters>(parameters, r.tag);
        TurkevichResult run = run_turkevich(p, r.gold, r.citrate, r.temperature, r.duration);
        SynthesisOutcome o;
        o.method = "citrate reduction: nucleation by dicarboxyacetone against its loss";
        // Fewer than one particle per mm3 is no product.
        o.formed = run.number.back() > 1e9;
        o.event = o.formed ? fmt::format("{:.3g} particles per mL", 1e-6 * run.number.back())
                           : std::string("no nucleation: dicarboxyacetone is lost before it acts");
        if (o.formed) {
            o.mean_diameter = run.mean_diameter.back();
            o.spread = run.spread.back();
            o.number = run.number.back();
            o.yield = run.solid.back() / r.gold;
        }
        o.regime = {{"damkohler", run.damkohler, "1",
                     "loss of dicarboxyacetone over its formation at the start"},
                    {"citrate_to_gold", r.citrate / r.gold, "1", "mol/mol"},
                    {"balance_residual", run.balance_residual, "1",
                     "largest relative error of the gold balance"}};
        o.history = {std::move(run.times),
                     std::move(run.gold_one),
                     {},
                     std::move(run.number),
                     std::move(run.mean_diameter)};
        return o;
    }

    SynthesisOutcome operator()(const Microemulsion& r) const {
        auto s = expect<MicroemulsionSystem>(parameters, r.tag);
        s.precursor = r.precursor;
        s.water_to_surfactant = r.water_to_surfactant;
        s.exchange_time = r.exchange_time;
        s.reaction_time = r.reaction_time;
        const MicroemulsionResult run = precipitate_in_droplets(s);
        SynthesisOutcome o;
        o.method = "precipitation in droplets";
        o.formed = true;
        o.event = run.droplet_limited ? "the droplet limits the size"
                                      : "the content that reaches a nucleus limits the size";
        o.mean_diameter = run.mean_diameter;
        o.spread = run.spread;
        o.number = run.number;
        o.regime = {{"droplet_diameter", run.droplet_diameter, "nm", "water core"},
                    {"occupancy", run.occupancy, "1", "formula units per droplet"},
                    {"nucleated_share", run.nucleated_share, "1", "of the droplets"},
                    {"damkohler", run.damkohler, "1", "exchange time over reaction time"}};
        return o;
    }

    SynthesisOutcome operator()(const Nanoprecipitation& r) const {
        auto s = expect<PrecipitationSystem>(parameters, r.tag);
        s.polymer = r.polymer_concentration * r.solvent_fraction;
        s.charges_per_mass = r.charges_per_mass;
        s.ionic_strength = r.ionic_strength;
        s.temperature = r.temperature;
        s.mixing_time = r.mixing_time;
        s.stabiliser = r.stabiliser_concentration * (1.0 - r.solvent_fraction);
        PrecipitationResult run = precipitate(s);
        SynthesisOutcome o;
        o.method =
            "nanoprecipitation: aggregation by diffusion until solvent, charge or "
            "stabiliser arrests it";
        o.formed = true;
        o.event = run.barrier > 1.0 ? fmt::format("arrested by a barrier of {:.3g} kT", run.barrier)
                                    : "arrested when the solvent has left";
        o.mean_diameter = run.mean_diameter;
        o.spread = run.spread;
        o.number = run.number;
        o.regime = {{"damkohler", run.damkohler, "1", "mixing time over first-collision time"},
                    {"exchange_time", run.exchange_time, "ms", "until the solvent has left"},
                    {"aggregation_time", run.aggregation_time, "ms", "of the first collision"},
                    {"barrier", run.barrier, "1", "kT, of charge and stabiliser at the end"},
                    {"coverage", run.coverage, "1", "of the stabiliser at the end"}};
        o.history = {std::move(run.times), {}, {}, {}, std::move(run.diameters)};
        return o;
    }

    SynthesisOutcome operator()(const EmulsionEvaporation& r) const {
        auto s = expect<EmulsionSystem>(parameters, r.tag);
        s.polymer = r.polymer_concentration;
        s.power_density = r.power_density;
        s.stabiliser = r.stabiliser_concentration;
        s.temperature = r.temperature;
        const EmulsionResult run = emulsify(s);
        SynthesisOutcome o;
        o.method = "emulsification by turbulence, solvent removed";
        o.formed = true;
        o.event = run.droplet_diameter < run.kolmogorov_length
                      ? "droplets below the Kolmogorov length: viscosity damps the eddies"
                      : "droplets above the Kolmogorov length: inertia of eddies breaks them";
        o.mean_diameter = run.mean_diameter;
        o.spread = run.spread;
        o.regime = {{"droplet_diameter", run.droplet_diameter, "nm",
                     "largest stable one, with its solvent"},
                    {"interfacial_energy", run.interfacial_energy, "mJ/m2", "with the stabiliser"},
                    {"viscosity", run.viscosity, "mPa.s", "of the water with the stabiliser"},
                    {"kolmogorov_length", run.kolmogorov_length, "nm", "smallest eddies"}};
        return o;
    }

    SynthesisOutcome operator()(const BallMilling& r) const {
        auto s = expect<MillingSystem>(parameters, r.tag);
        s.start_diameter = r.start_diameter;
        s.ball_diameter = r.ball_diameter;
        s.speed = r.speed;
        s.ball_to_powder = r.ball_to_powder;
        s.duration = r.duration;
        const MillingResult run = mill(s);
        SynthesisOutcome o;
        o.method = "ball milling: energy to boundaries, limited by dislocations";
        o.formed = true;
        o.event = fmt::format("{:.3g} % of the way to the limit", 100.0 * run.progress);
        o.mean_diameter = run.mean_diameter;
        // Crystallites break in two at random until they are too small to.
        o.spread = spread_of_broken;
        o.yield = 1.0;
        o.regime = {{"limit_diameter", run.limit_diameter, "nm", "after long milling"},
                    {"specific_energy", run.specific_energy, "kJ/g", "of impacts"},
                    {"progress", run.progress, "1", "towards the limit in 1/d"}};
        return o;
    }

    SynthesisOutcome operator()(const WireExplosion& r) const {
        auto s = expect<WireSystem>(parameters, r.tag);
        s.energy_ratio = r.energy_ratio;
        s.wire_diameter = r.wire_diameter;
        s.medium_density = r.medium_density;
        const WireResult run = explode_wire(s);
        SynthesisOutcome o;
        o.method = "wire explosion: free-molecular coagulation in the expanding vapour";
        o.formed = true;
        o.event = fmt::format("vapour expands at {:.3g} m/s", run.expansion_speed);
        o.mean_diameter = run.mean_diameter;
        o.spread = run.spread;
        o.regime = {{"plume_diameter", run.plume_diameter, "mm", "where expansion ends"},
                    {"coagulation_time", run.time, "us", "until expansion ends"},
                    {"expansion_speed", run.expansion_speed, "m/s", "of the vapour"}};
        return o;
    }
};

}  // namespace

SynthesisOutcome make(const Recipe& recipe, const Parameters& parameters, int classes) {
    return std::visit(Make{parameters, classes}, recipe.method);
}

}  // namespace caravel::formulation::synthesis
