// Individual i of a population plan as a pure function of (plan, seed, i).
#pragma once

#include "caravel/inference/population/population_plan.hpp"
#include "caravel/inference/population/virtual_subject.hpp"
#include "caravel/inference/sobol.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace caravel::inference::population {

struct Individual {
    VirtualSubject subject;
    std::vector<double> own;  // values of the plan's own keys
};

/// Correlated samples: individual i is point i / 8 of the scrambled Sobol sequence number i % 8,
/// its normal scores are correlated by a Gaussian copula and read off each quantity's truncated
/// distribution.
class PopulationSample {
  public:
    /// `own` are keys beside the population's quantities. Throws InputError when a correlation
    /// names an unknown quantity ("did you mean") or the matrix is not positive definite.
    PopulationSample(VirtualPopulation population, std::vector<VariedNumber> own,
                     std::span<const CorrelationInput> correlations, std::uint64_t seed);

    const VirtualPopulation& population() const { return population_; }
    const std::vector<VariedNumber>& own() const { return own_; }

    Individual individual(std::uint64_t i) const;
    /// The individual at a point of the unit cube (quantities, then own keys; no correlation).
    Individual at(double sex, std::span<const double> u) const;

  private:
    Matrix correlation_matrix(std::span<const CorrelationInput> own) const;

    VirtualPopulation population_;
    std::vector<VariedNumber> own_;
    Matrix lower_;
    std::vector<SobolSequence> sequences_;
};

}  // namespace caravel::inference::population
