// How the numbers of an individual come into its lane.
#include "caravel/kinetics/batch_tile.hpp"
#include "caravel/kinetics/solver_work.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::kinetics {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

}  // namespace

// Whether the numbers have the form of the model and its uptakes, and are such as it takes.
bool BatchTile::fits() const {
    const Individual& own = individual_;
    const Individual& model = job_.defaults;
    const auto positive = [](double value) { return value > 0.0; };
    const auto positive_finite = [](double value) { return value > 0.0 && std::isfinite(value); };
    return own.initial.size() == model.initial.size() && own.scale.size() == model.scale.size() &&
           own.coefficients.size() == model.coefficients.size() &&
           own.factor_a.size() == model.factor_a.size() &&
           own.factor_b.size() == model.factor_b.size() &&
           own.sum_weights.size() == model.sum_weights.size() &&
           own.sum_constants.size() == model.sum_constants.size() &&
           std::all_of(own.scale.begin(), own.scale.end(), positive_finite) &&
           std::all_of(own.factor_a.begin(), own.factor_a.end(), positive) && keeps_uptakes();
}

bool BatchTile::keeps_uptakes() const {
    const auto weights = job_.program.unit_weights();
    const auto constants = job_.program.no_constants();
    return std::all_of(weights.begin(), weights.end(),
                       [&](std::size_t i) { return individual_.sum_weights[i] == 1.0; }) &&
           std::all_of(constants.begin(), constants.end(),
                       [&](std::size_t i) { return individual_.sum_constants[i] == 0.0; });
}

void BatchTile::load(std::size_t lane) {
    const auto place = job_.program.place();
    const SolverOptions& options = job_.options;
    for (std::size_t i = 0; i < size(); ++i) {
        const std::size_t p = at(place[i]);
        const double absolute = absolute_tolerance(individual_.scale[i], options);
        const bool non_negative = job_.model.model().all_species()[i].non_negative;
        entry(block_.y, p, lane) = individual_.initial[i];
        entry(block_.absolute, p, lane) = absolute;
        entry(block_.least, p, lane) = least_value(absolute, non_negative);
    }
    load_factors(lane);
    lanes_[lane].coefficients = individual_.coefficients;
}

void BatchTile::load_factors(std::size_t lane) {
    for (std::size_t i = 0; i < individual_.factor_a.size(); ++i) {
        entry(block_.factor_a, i, lane) = individual_.factor_a[i];
        entry(block_.factor_b, i, lane) = individual_.factor_b[i];
    }
    const auto constants = job_.program.sum_constants();
    for (std::size_t i = 0; i < constants.size(); ++i) {
        entry(block_.sum_constants, i, lane) = individual_.sum_constants[constants[i]];
    }
    const auto weights = job_.program.sum_weights();
    for (std::size_t i = 0; i < weights.size(); ++i) {
        entry(block_.sum_weights, i, lane) = individual_.sum_weights[weights[i]];
    }
    double* entries = block_.uptakes;
    for (const BoundModel::Uptake& uptake : job_.program.uptakes()) {
        const double capacity = individual_.factor_a[at(uptake.factor)];
        entry(entries, uptake_capacity, lane) = capacity;
        entry(entries, uptake_inverse_capacity, lane) = 1.0 / capacity;
        entries += uptake_entries * lane_count();
    }
}

void BatchTile::bind(std::size_t lane) {
    const std::vector<double>& coefficients = lanes_[lane].coefficients;
    for (std::size_t i = 0; i < job_.program.value_count(); ++i) {
        entry(block_.linear, i, lane) = 0.0;
    }
    const RateProgram& rates = job_.program.rates();
    for (std::size_t i = 0; i < rates.linear.size(); ++i) {
        entry(block_.linear, at(job_.program.linear_positions()[i]), lane) -=
            rates.linear[i].weight * coefficients[at(rates.linear[i].coefficient)];
    }
    for (std::size_t i = 0; i < rates.reactions.size(); ++i) {
        entry(block_.reaction_coefficients, i, lane) =
            coefficients[at(rates.reactions[i].coefficient)];
    }
    double* entries = block_.uptakes;
    for (const BoundModel::Uptake& uptake : job_.program.uptakes()) {
        entry(entries, uptake_coefficient, lane) = coefficients[at(uptake.coefficient)];
        entries += uptake_entries * lane_count();
    }
}

}  // namespace caravel::kinetics
