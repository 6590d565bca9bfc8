// Individuals of the mouse model for tests and benchmarks of batches.
#pragma once

#include "caravel/exec/random.hpp"
#include "caravel/kinetics/batch_individual.hpp"

#include <cstdint>

namespace caravel::test {

/// Every coefficient, capacity and the dose of the mouse model within 0.5 to 2 times its own value.
inline void vary_mouse(std::int64_t index, kinetics::Individual& mouse) {
    exec::RandomStream random(1, 2, static_cast<std::uint64_t>(index));
    const auto vary = [&](double& value) { value *= 0.5 + 1.5 * exec::uniform(random); };
    for (double& coefficient : mouse.coefficients) {
        vary(coefficient);
    }
    for (double& capacity : mouse.factor_a) {
        vary(capacity);
    }
    for (double& amount : mouse.initial) {
        vary(amount);
    }
}

}  // namespace caravel::test
