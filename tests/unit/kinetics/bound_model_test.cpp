#include "caravel/kinetics/bound_model.hpp"
#include "../../support/mouse_model.hpp"
#include "caravel/kinetics/padded_array.hpp"

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
        std::vector<double> placed(n, 0.0), placed_rates(n);
        for (std::size_t i = 0; i < n; ++i) {
            placed[static_cast<std::size_t>(bound.place()[i])] = y[i];
        }
        std::vector<double> rates(n);
        compiled.rates(y, compiled.coefficients(), rates);
        bound.evaluate(placed.data(), placed_rates.data());
        for (std::size_t i = 0; i < n; ++i) {
            const double fast = placed_rates[static_cast<std::size_t>(bound.place()[i])];
            EXPECT_NEAR(fast, rates[i], 1e-13 * (std::abs(rates[i]) + 100.0)) << i;
        }
        // (d I - J) x, solved, must give x back
        const double diagonal = 0.3;
        const std::vector<double> jacobian = compiled.dense_jacobian(y, compiled.coefficients());
        std::vector<double> x(n, 0.0);
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

// states in model order on one side, in elimination order on the other
struct Pair {
    explicit Pair(const KineticModel& source) : model(source), compiled(model), bound(compiled) {
        bound.bind(compiled.coefficients());
    }
    std::vector<double> placed(const std::vector<double>& values) const {
        std::vector<double> out(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            out[static_cast<std::size_t>(bound.place()[i])] = values[i];
        }
        return out;
    }
    std::vector<double> rates(const std::vector<double>& y,
                              std::span<const double> coefficients) const {
        std::vector<double> out(y.size());
        compiled.rates(y, coefficients, out);
        return out;
    }

    KineticModel model;
    CompiledModel compiled;
    BoundModel bound;
};

KineticModel mass_action_model() {
    KineticModel model = uptake_model();
    const CoefficientId k = model.add_coefficient("binding", 0.8);
    const SpeciesId a = model.species("a"), b = model.species("b"), c = model.species("c");
    model.add_reaction({"bind", {{a, -1.0}, {b, -1.0}, {c, 1.0}}, {k, a, b, {}}});
    model.add_reaction({"dimer", {{a, -2.0}, {c, 1.0}}, {k, a, a, {}}});
    model.add_reaction({"source", {{a, 1.0}}, {k, {}, {}, {}}});
    model.add_reaction({"second only", {{b, 1.0}}, {k, {}, c, {}}});
    return model;
}

// below the capacities, across them upwards and downwards, and above
TEST(BoundModel, RemainderIsWhatTheLinearisationLeaves) {
    for (const double first : {0.3, 0.7, 6.0}) {
        for (const double step : {0.05, 0.4, 7.0, -0.25}) {
            Pair pair(mass_action_model());
            const std::size_t n = pair.model.initial().size();
            std::vector<double> y(n), shift(n), moved(n);
            for (std::size_t i = 0; i < n; ++i) {
                y[i] = first * (1.0 + 0.3 * static_cast<double>(i));
                shift[i] = step * (1.0 - 0.2 * static_cast<double>(i));
                moved[i] = y[i] + shift[i];
            }
            ASSERT_TRUE(pair.bound.factor(pair.placed(y).data(), 30.0));
            std::vector<double> remainder(n, 0.0);
            pair.bound.add_remainder(pair.placed(y).data(), pair.placed(shift).data(),
                                     remainder.data());
            const auto k = pair.compiled.coefficients();
            const std::vector<double> jacobian = pair.compiled.dense_jacobian(y, k);
            const std::vector<double> before = pair.rates(y, k);
            const std::vector<double> after = pair.rates(moved, k);
            for (std::size_t row = 0; row < n; ++row) {
                double expected = after[row] - before[row];
                for (std::size_t column = 0; column < n; ++column) {
                    expected -= jacobian[row * n + column] * shift[column];
                }
                EXPECT_NEAR(remainder[static_cast<std::size_t>(pair.bound.place()[row])], expected,
                            1e-12 * (1.0 + std::abs(expected)))
                    << first << " " << step << " row " << row;
            }
        }
    }
}

TEST(BoundModel, ChangeOfCoefficientsIsTheDifferenceOfRates) {
    Pair pair(mass_action_model());
    const std::vector<double> y{1.1, 0.3, 0.6, 2.0};
    const std::vector<double> start(pair.compiled.coefficients().begin(),
                                    pair.compiled.coefficients().end());
    for (std::size_t changed = 0; changed < start.size(); ++changed) {
        std::vector<double> change(start.size(), 0.0), end = start;
        change[changed] = 0.37;
        end[changed] += 0.37;
        std::vector<double> out(y.size(), 0.0);
        pair.bound.add_change(change, pair.placed(y).data(), out.data());
        const std::vector<double> before = pair.rates(y, start), after = pair.rates(y, end);
        for (std::size_t i = 0; i < y.size(); ++i) {
            EXPECT_NEAR(out[static_cast<std::size_t>(pair.bound.place()[i])], after[i] - before[i],
                        1e-14);
        }
    }
}

}  // namespace
}  // namespace caravel::kinetics
