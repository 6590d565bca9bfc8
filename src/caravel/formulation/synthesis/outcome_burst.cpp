#include "caravel/formulation/synthesis/outcome_burst.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace caravel::formulation::synthesis {
namespace {

// Width of the self-similar distribution that ripening tends to (Lifshitz, Slyozov, Wagner).
constexpr double ripened_spread = 0.215;

double given(const BurstSystem& system) {
    double sum = system.precursor + system.monomer;
    for (const Feed& feed : system.feeds)
        sum += feed.rate * std::clamp(system.duration - feed.start, 0.0, feed.duration);
    return sum;
}

/// Time (s) at which the supersaturation is largest.
double burst_time(const BurstResult& result) {
    const auto peak =
        std::max_element(result.supersaturation.begin(), result.supersaturation.end());
    return result.times[static_cast<std::size_t>(peak - result.supersaturation.begin())];
}

void age(SynthesisOutcome& outcome, const BurstSystem& system, const Solution& solution) {
    const double before = outcome.mean_diameter;
    const double after =
        ripened_diameter(system, before, solution.ageing_temperature, solution.ageing_duration);
    const double growth = after / before;
    outcome.regime.push_back(
        {"diameter_before_ageing", before, "nm", "number mean when the reaction ends"});
    outcome.mean_diameter = after;
    // Volume is kept, so the number falls; the width relaxes as the initial volume is forgotten.
    if (outcome.number) *outcome.number /= growth * growth * growth;
    const double memory = 1.0 / (growth * growth * growth);
    outcome.spread = memory * outcome.spread + (1.0 - memory) * ripened_spread;
}

void add_regime(SynthesisOutcome& outcome, const BurstSystem& system, const BurstResult& result,
                double temperature) {
    const double diffusion = system.diffusivity(temperature);
    const double attachment = system.surface_rate(temperature);
    outcome.regime.push_back({"largest_supersaturation", result.largest_supersaturation, "1",
                              "monomer over its solubility at the peak"});
    outcome.regime.push_back({"critical_supersaturation",
                              critical_supersaturation(system, temperature), "1",
                              "where one nucleus per mm3 and second forms"});
    outcome.regime.push_back(
        {"interfacial_energy", system.interfacial_energy, "mJ/m2", "with the stabiliser in place"});
    outcome.regime.push_back(
        {"burst_time", burst_time(result), "s", "of the largest supersaturation"});
    outcome.regime.push_back({"growth_damkohler",
                              attachment * 0.5 * outcome.mean_diameter / diffusion, "1",
                              "attachment over diffusion: growth is limited by diffusion above 1"});
    outcome.regime.push_back({"balance_residual", result.balance_residual, "1",
                              "largest relative error of the mass balance"});
}

}  // namespace

SynthesisOutcome burst_outcome(const BurstSystem& system, const Solution& solution) {
    const double temperature = reaction_temperature(solution);
    const BurstResult result = run_burst_moments(system);
    SynthesisOutcome outcome;
    outcome.method = "LaMer: classical nucleation and growth by moments";
    outcome.history = {result.times, result.monomer, result.supersaturation, result.number,
                       result.mean_diameter};
    const double critical = critical_supersaturation(system, temperature);
    if (!result.nucleated && !system.seeds) {
        outcome.event = fmt::format(
            "no nucleation: largest supersaturation {:.3g}, critical about "
            "{:.3g}",
            result.largest_supersaturation, critical);
        return outcome;
    }
    outcome.formed = true;
    outcome.event = result.nucleated
                        ? fmt::format("nucleation after {:.3g} s at supersaturation {:.3g}",
                                      burst_time(result), result.largest_supersaturation)
                        : std::string("growth of seeds, no new nuclei");
    outcome.mean_diameter = result.mean_diameter.back();
    outcome.spread = result.spread.back();
    outcome.number = result.number.back();
    outcome.yield = result.solid.back() / given(system);
    add_regime(outcome, system, result, temperature);
    if (solution.ageing_duration > 0.0) age(outcome, system, solution);
    return outcome;
}

}  // namespace caravel::formulation::synthesis
