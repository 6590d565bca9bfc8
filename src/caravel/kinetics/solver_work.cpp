#include "caravel/kinetics/solver_work.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace caravel::kinetics {

namespace {

Solver::Work::Stepper make_stepper(Method method, std::size_t size) {
    switch (method) {
    case Method::rodas4: return RosenbrockStep<Rodas4>(size);
    case Method::rodas4p: return RosenbrockStep<Rodas4P>(size);
    case Method::rodas5p: break;
    }
    return RosenbrockStep<Rodas5P>(size);
}

}  // namespace

Solver::Work::Work(const CompiledModel& compiled, const SolverOptions& chosen)
    : model(compiled),
      options(chosen),
      bound(compiled),
      coefficients(compiled.coefficients().begin(), compiled.coefficients().end()),
      start_coefficients(coefficients),
      stage_coefficients(coefficients),
      slope_coefficients(coefficients),
      y(static_cast<std::size_t>(compiled.size())),
      absolute(y.size()),
      least(y.size()),
      between(y.size()),
      first_rates(y.size()),
      second_rates(y.size()),
      output(static_cast<std::size_t>(compiled.size())),
      stepper(make_stepper(chosen.method, output.size())) {
    if (!(options.relative_tolerance > 0.0) || !(options.absolute_factor > 0.0)) {
        throw std::invalid_argument("solver tolerances must be positive");
    }
    std::fill(absolute.data(), absolute.data() + absolute.size(), 1.0);
    for (std::size_t i = 0; i < output.size(); ++i) {
        const Species& species = model.model().all_species()[i];
        const auto place = static_cast<std::size_t>(bound.place()[i]);
        absolute[place] = absolute_tolerance(species.scale, options);
        if (std::isinf(species.scale)) --steering;
        least[place] = least_value(absolute[place], species.non_negative);
    }
}

void Solver::Work::load(std::span<const double> values) {
    for (std::size_t i = 0; i < output.size(); ++i) {
        y[static_cast<std::size_t>(bound.place()[i])] = values[i];
    }
}

void Solver::Work::store(const double* from, std::span<double> values) const {
    for (std::size_t i = 0; i < output.size(); ++i) {
        values[i] = from[bound.place()[i]];
    }
}

double Solver::Work::weighted_norm(const double* values, const double* state) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < size(); ++i) {
        const double ratio =
            values[i] / (absolute[i] + options.relative_tolerance * std::abs(state[i]));
        sum += ratio * ratio;
    }
    return root_mean(sum);
}

double Solver::Work::automatic_step(double span, int order) {
    PaddedArray& first = first_rates;
    PaddedArray& second = second_rates;
    bound.evaluate(y.data(), first.data());
    const double speed = weighted_norm(first.data(), y.data());
    const double extent = weighted_norm(y.data(), y.data());
    const double h = euler_step(speed, extent, span);
    for (std::size_t i = 0; i < size(); ++i) {
        between[i] = y[i] + h * first[i];
    }
    bound.evaluate(between.data(), second.data());
    statistics.rate_evaluations += 2;
    for (std::size_t i = 0; i < size(); ++i) {
        second[i] = (second[i] - first[i]) / h;
    }
    return first_step(speed, weighted_norm(second.data(), y.data()), h, span, order);
}

}  // namespace caravel::kinetics
