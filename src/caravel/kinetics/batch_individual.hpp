// The numbers in which the individuals of a batch differ; the structure of their model is common.
#pragma once

#include "caravel/kinetics/model.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace caravel::kinetics {

/// Every number of a model but its stoichiometry, in the order of the model.
struct Individual {
    std::vector<double> initial{};        // by species
    std::vector<double> scale{};          // by species, see Species::scale
    std::vector<double> coefficients{};   // by coefficient
    std::vector<double> factor_a{};       // by factor, reaction after reaction
    std::vector<double> factor_b{};       // likewise
    std::vector<double> sum_weights{};    // by term, sum after sum
    std::vector<double> sum_constants{};  // by sum
};

/// The model's own numbers.
Individual individual_of(const KineticModel& model);

/// The model with these numbers. Throws std::invalid_argument when it would not take one of them,
/// or there are too few or too many.
KineticModel model_of(const KineticModel& model, const Individual& individual);

/// Place of a reaction's factor in Individual::factor_a and factor_b. Throws std::invalid_argument
/// when there is none.
std::size_t factor_place(const KineticModel& model, std::string_view reaction,
                         std::size_t factor = 0);

/// Place of a sum's term in Individual::sum_weights. Throws std::invalid_argument when there is
/// none.
std::size_t weight_place(const KineticModel& model, SumId sum, std::size_t term = 0);

}  // namespace caravel::kinetics
