#include "../../support/mouse_model.hpp"
#include "caravel/kinetics/rosenbrock_step.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace caravel::kinetics {
namespace {

// Saturation by one species, by a sum and by a ratio, beside the first-order reactions.
KineticModel uptake_model() {
    KineticModel model;
    const SpeciesId a = model.add_species({"a", "x"}, 2.0);
    const SpeciesId b = model.add_species({"b", "x"}, 0.7);
    const SpeciesId c = model.add_species({"c", "x"}, 0.4);
    const SpeciesId volume = model.add_species({"volume"}, 3.0);
    const CoefficientId k = model.add_coefficient("k", 1.5);
    const SumId single = model.add_sum({"single", {{b, 1.0}}, 0.0});
    const SumId several = model.add_sum({"several", {{b, 1.0}, {c, 2.0}}, 0.0});
    const SumId size = model.add_sum({"size", {{volume, 1.0}}, 0.0});
    model.add_transfer("first order", b, a, k);
    model.add_transfer("one species", a, b, k, {{Shape::capacity, single, 4.0, 1.0}});
    model.add_transfer("sum", a, c, k, {{Shape::capacity, several, 5.0, 1.0}});
    model.add_transfer("ratio", c, b, k, {{Shape::capacity, single, 4.0, 1.0, size}});
    model.add_transfer("full", a, c, k, {{Shape::capacity, single, 0.5, 1.0}});
    return model;
}

TEST(BoundModel, AgreesWithTheCompiledModelInRatesAndFactors) {
    for (const KineticModel& model : {uptake_model(), test::mouse_model()}) {
        const CompiledModel compiled(model);
        BoundModel bound(compiled);
        bound.bind(compiled.coefficients());
        const auto n = static_cast<std::size_t>(compiled.size());
        std::vector<double> y(model.initial());
        for (std::size_t i = 0; i < n; ++i) {
            y[i] += 0.01 * static_cast<double>(i + 1);
        }
        std::vector<double> placed(bound.padded_size(), 0.0), placed_rates(bound.padded_size());
        for (std::size_t i = 0; i < n; ++i) {
            placed[static_cast<std::size_t>(bound.place()[i])] = y[i];
        }
        std::vector<double> rates(n);
        compiled.rates(y, compiled.coefficients(), rates);
        bound.add_rates(placed.data(), placed_rates.data());
        for (std::size_t i = 0; i < n; ++i) {
            const double fast = placed_rates[static_cast<std::size_t>(bound.place()[i])];
            EXPECT_NEAR(fast, rates[i], 1e-13 * (std::abs(rates[i]) + 100.0)) << i;
        }
        // (d I - J) x, solved, must give x back
        const double diagonal = 0.3;
        const std::vector<double> jacobian = compiled.dense_jacobian(y, compiled.coefficients());
        std::vector<double> x(bound.padded_size(), 0.0);
        for (std::size_t row = 0; row < n; ++row) {
            double value = diagonal * y[row];
            for (std::size_t column = 0; column < n; ++column) {
                value -= jacobian[row * n + column] * y[column];
            }
            x[static_cast<std::size_t>(bound.place()[row])] = value;
        }
        ASSERT_TRUE(bound.factor(placed.data(), diagonal));
        bound.solve(x.data());
        for (std::size_t i = 0; i < n; ++i) {
            EXPECT_NEAR(x[static_cast<std::size_t>(bound.place()[i])], y[i], 1e-9);
        }
    }
}

}  // namespace
}  // namespace caravel::kinetics
