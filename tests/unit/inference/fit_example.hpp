// Two compartments after a bolus, solved in closed form: the small problem of the tests of fits.
#pragma once

#include "caravel/exec/random.hpp"
#include "caravel/inference/fit/fit_problem.hpp"

#include <cmath>

namespace caravel::inference::fit::test {

inline const std::vector<double> two_compartment_truth{2.0, 5.0, 3.0, 12.0, 0.15};

/// mg/L at t (h) after 100 mg: clearance (L/h), central volume (L), exchange (L/h), outer volume.
inline double two_compartments(std::span<const double> p, double t) {
    const double k10 = p[0] / p[1];
    const double k12 = p[2] / p[1];
    const double k21 = p[2] / p[3];
    const double sum = k10 + k12 + k21;
    const double root = std::sqrt(sum * sum - 4.0 * k10 * k21);
    const double fast = 0.5 * (sum + root);
    const double slow = k10 * k21 / fast;
    const double weight = (fast - k21) / (fast - slow);
    return 100.0 / p[1] * (weight * std::exp(-fast * t) + (1.0 - weight) * std::exp(-slow * t));
}

inline std::vector<Parameter> two_compartment_parameters() {
    return {{.name = "clearance", .lower = 0.1, .upper = 40.0, .scale = Scale::log10},
            {.name = "central_volume", .lower = 0.3, .upper = 100.0, .scale = Scale::log10},
            {.name = "exchange", .lower = 0.1, .upper = 60.0, .scale = Scale::log10},
            {.name = "outer_volume", .lower = 0.6, .upper = 240.0, .scale = Scale::log10},
            {.name = "sigma", .lower = 0.01, .upper = 2.0, .scale = Scale::log10}};
}

/// `animals` values at each of 12 times from 5 min to 48 h, drawn with noise of the logarithm.
inline FitProblem two_compartment_problem(std::uint64_t seed, int animals = 3) {
    FitProblem problem;
    problem.name = "two compartments";
    problem.time_unit = "h";
    problem.parameters = two_compartment_parameters();
    problem.parameter_units = {"L/h", "L", "L/h", "L", ""};
    problem.identity = "two compartments " + std::to_string(seed);
    problem.fixed_noise = false;
    exec::RandomStream random(seed, 1, 0);
    for (const double t : {0.083, 0.25, 0.5, 1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 24.0, 36.0, 48.0}) {
        for (int animal = 0; animal < animals; ++animal) {
            const double true_value = two_compartments(two_compartment_truth, t);
            const double value = exec::lognormal(random, true_value, two_compartment_truth[4]);
            problem.data.push_back({.observable = "plasma",
                                    .unit = "mg/L",
                                    .condition = "bolus",
                                    .group = "mouse " + std::to_string(animal),
                                    .time = t,
                                    .observation = {value, Censoring::none},
                                    .noise = NoiseKind::log_normal});
        }
    }
    const std::vector<Datum> data = problem.data;
    problem.predict = [data](std::span<const double> values, bool, Prediction& p) {
        p = {};
        for (const Datum& datum : data) {
            p.value.push_back(two_compartments(values, datum.time));
            p.sigma.push_back(values[4]);
        }
    };
    return problem;
}

}  // namespace caravel::inference::fit::test
