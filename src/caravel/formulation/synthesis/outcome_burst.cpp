#include "caravel/formulation/synthesis/outcome_burst.hpp"

#include "caravel/base/error.hpp"
#include "caravel/formulation/synthesis/burst_moments.hpp"
#include "caravel/formulation/synthesis/outcome_classes.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include <fmt/format.h>

namespace caravel::formulation::synthesis {
namespace {

// Width of the self-similar distribution that ripening tends to (Lifshitz, Slyozov, Wagner).
constexpr double ripened_spread = 0.215;

constexpr double smallest_loss = 1e-3;  // of the number, that counts as dissolution
constexpr int most_steps_moments = 3'000;

double given(const BurstSystem& system) {
    double sum = system.precursor + system.monomer;
    if (system.seeds && system.seeds->number > 0.0) {
        const double x = system.seeds->spread * system.seeds->spread;
        sum += system.seeds->number * std::numbers::pi / 6.0 * std::pow(system.seeds->diameter, 3) *
               (1.0 + x) * (1.0 + 2.0 * x) / system.molar_volume;
    }
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

/// Whether particles vanished, by dissolution or collisions, at any time.
bool lost_particles(const BurstResult& result) {
    const double most = *std::max_element(result.number.begin(), result.number.end());
    return result.number.back() < (1.0 - smallest_loss) * most;
}

/// The reaction, and its particles where they are held in classes.
struct Reaction {
    BurstResult result;
    std::optional<ClassPopulation> particles;
    std::string method = "LaMer: classical nucleation and growth by moments";
};

/// By moments, which are exact without dissolution and take milliseconds; where particles vanish,
/// where ageing follows and where the moments give up, by classes.
Reaction react(const BurstSystem& system, bool ages, int classes) {
    check(system);
    Reaction reaction;
    BurstStepping stepping;
    stepping.step_limit = most_steps_moments;
    try {
        reaction.result = BurstRun<NodePopulation>(system, seeded_nodes(system), stepping).run();
        const bool formed = reaction.result.nucleated || system.seeds;
        if (!formed || (!ages && !lost_particles(reaction.result))) return reaction;
    } catch (const NumericalError&) {
        reaction.result = {};
    }
    ClassedBurst run = run_burst_classes(system, static_cast<std::size_t>(classes));
    reaction.result = std::move(run.result);
    reaction.particles = std::move(run.particles);
    reaction.method = fmt::format(
        "LaMer: classical nucleation, growth and ripening by at least {} size classes", classes);
    return reaction;
}

/// Ageing by the law of Lifshitz, Slyozov and Wagner, where classes fail.
void age_in_closed_form(SynthesisOutcome& outcome, const BurstSystem& system,
                        const Solution& solution) {
    const double before = outcome.mean_diameter;
    outcome.mean_diameter =
        ripened_diameter(system, before, solution.ageing_temperature, solution.ageing_duration);
    outcome.method += "; ageing in closed form (size classes gave up)";
    const double memory = std::pow(before / outcome.mean_diameter, 3);
    // Volume is kept, so the number falls; the width relaxes as the initial volume is forgotten.
    if (outcome.number) *outcome.number *= memory;
    outcome.spread = memory * outcome.spread + (1.0 - memory) * ripened_spread;
}

void append(History& history, const BurstResult& aged) {
    const double start = history.times.back();
    for (const double t : aged.times) history.times.push_back(start + t);
    const auto extend = [](std::vector<double>& line, const std::vector<double>& more) {
        line.insert(line.end(), more.begin(), more.end());
    };
    extend(history.monomer, aged.monomer);
    extend(history.supersaturation, aged.supersaturation);
    extend(history.number, aged.number);
    extend(history.mean_diameter, aged.mean_diameter);
}

void age(SynthesisOutcome& outcome, const BurstSystem& system, const Solution& solution,
         const BurstResult& reaction, const ClassPopulation& particles) {
    outcome.regime.push_back({"diameter_before_ageing", outcome.mean_diameter, "nm",
                              "number mean when the reaction ends"});
    try {
        const BurstResult aged =
            age_classes(system, particles, reaction.precursor.back(), reaction.monomer.back(),
                        solution.ageing_temperature, solution.ageing_duration);
        outcome.mean_diameter = aged.mean_diameter.back();
        outcome.spread = aged.spread.back();
        outcome.number = aged.number.back();
        outcome.yield = aged.solid.back() / given(system);
        outcome.method += "; ageing by the same classes";
        append(outcome.history, aged);
        if (!(outcome.mean_diameter > 0.0)) {
            outcome.formed = false;
            outcome.event = "the particles dissolve while ageing";
        }
    } catch (const NumericalError&) {
        age_in_closed_form(outcome, system, solution);
    }
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

SynthesisOutcome burst_outcome(const BurstSystem& system, const Solution& solution, int classes) {
    const double temperature = reaction_temperature(solution);
    const bool ages = solution.ageing_duration > 0.0;
    const Reaction reaction = react(system, ages, classes);
    const BurstResult& result = reaction.result;
    SynthesisOutcome outcome;
    outcome.method = reaction.method;
    outcome.history = {result.times, result.monomer, result.supersaturation, result.number,
                       result.mean_diameter};
    const double critical = critical_supersaturation(system, temperature);
    if (!(result.mean_diameter.back() > 0.0)) {
        outcome.event =
            result.nucleated || system.seeds
                ? std::string("no particles are left: all dissolve again")
                : fmt::format(
                      "no nucleation: largest supersaturation {:.3g}, critical about {:.3g}",
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
    if (ages && reaction.particles) age(outcome, system, solution, result, *reaction.particles);
    return outcome;
}

}  // namespace caravel::formulation::synthesis
