#include "caravel/kinetics/factor.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::kinetics {
namespace {

constexpr Shape all_shapes[] = {
    Shape::capacity, Shape::michaelis, Shape::hill,    Shape::inhibition, Shape::exponential,
    Shape::power,    Shape::logarithm, Shape::simeoni, Shape::linear,     Shape::logistic};

TEST(Factor, ValuesAgreeWithHandNumbers) {
    EXPECT_DOUBLE_EQ(evaluate(Shape::capacity, 1.0, 4.0, 1.0).value, 0.75);
    EXPECT_DOUBLE_EQ(evaluate(Shape::capacity, 5.0, 4.0, 1.0).value, 0.0);
    EXPECT_DOUBLE_EQ(evaluate(Shape::michaelis, 4.0, 4.0, 1.0).value, 0.5);
    EXPECT_DOUBLE_EQ(evaluate(Shape::hill, 2.0, 1.0, 2.0).value, 0.8);
    EXPECT_DOUBLE_EQ(evaluate(Shape::inhibition, 2.0, 1.0, 2.0).value, 0.2);
    EXPECT_DOUBLE_EQ(evaluate(Shape::exponential, 2.0, 2.0, 1.0).value, std::exp(-1.0));
    EXPECT_DOUBLE_EQ(evaluate(Shape::power, 8.0, 2.0, 1.5).value, 8.0);
    EXPECT_DOUBLE_EQ(evaluate(Shape::logarithm, 2.0, 2.0 * std::exp(1.0), 1.0).value, 1.0);
    EXPECT_NEAR(evaluate(Shape::simeoni, 3.0, 3.0, 2.0).value, std::sqrt(0.5), 1e-15);
    EXPECT_DOUBLE_EQ(evaluate(Shape::linear, 3.0, 2.0, 1.0).value, 1.5);
    EXPECT_DOUBLE_EQ(evaluate(Shape::logistic, 4.0, 2.0, 2.0).value, -3.0);
}

TEST(Factor, DerivativesAgreeWithCentralDifferences) {
    for (const Shape shape : all_shapes) {
        for (const double b : {0.7, 1.0, 2.0, 20.0}) {
            for (const double x : {1e-3, 0.5, 1.4, 2.9, 7.0}) {
                const double step = 1e-6 * x;
                const double difference = (evaluate(shape, x + step, 1.5, b).value -
                                           evaluate(shape, x - step, 1.5, b).value) /
                                          (2.0 * step);
                const double exact = evaluate(shape, x, 1.5, b).derivative;
                EXPECT_NEAR(exact, difference, 2e-7 * std::abs(exact) + 1e-7)
                    << static_cast<int>(shape) << " at " << x << " with b " << b;
            }
        }
    }
}

TEST(Factor, StaysFiniteAtAndBelowZeroAndFarAbove) {
    for (const Shape shape : all_shapes) {
        for (const double x : {-1e-9, 0.0, 1e-300, 1e15}) {
            const FactorValue factor = evaluate(shape, x, 2.0, 5.0);
            EXPECT_TRUE(std::isfinite(factor.value)) << static_cast<int>(shape) << " at " << x;
            EXPECT_TRUE(std::isfinite(factor.derivative)) << static_cast<int>(shape) << " at " << x;
        }
    }
    EXPECT_EQ(evaluate(Shape::hill, -1.0, 2.0, 3.0).value, 0.0);
    EXPECT_EQ(evaluate(Shape::simeoni, 0.0, 2.0, 20.0).value, 1.0);
    EXPECT_NEAR(evaluate(Shape::simeoni, 1e18, 2.0, 20.0).value, 2e-18, 1e-30);
    EXPECT_GT(evaluate(Shape::inhibition, 1e9, 1.0, 2.0).value, 0.99e-18);
}

// every entry, with a factor argument that sums over three species including the substrate
TEST(CompiledModel, JacobianIsExactForEveryShape) {
    for (const Shape shape : all_shapes) {
        KineticModel model;
        const SpeciesId a = model.add_species({"a"}, 0.8);
        const SpeciesId b = model.add_species({"b"}, 0.3);
        const SpeciesId c = model.add_species({"c"}, 0.6);
        const CoefficientId k = model.add_coefficient("k", 1.3);
        const SumId sum = model.add_sum({"sum", {{a, 0.5}, {b, 2.0}, {c, 1.0}}, 0.1});
        const SumId other = model.add_sum({"other", {{c, 1.0}}, 0.0});
        model.add_transfer("t", a, b, k, {{shape, sum, 2.5, 1.7}, {Shape::michaelis, other, 2.0}});
        model.add_reaction(
            {"m", {{a, -1.0}, {b, -1.0}, {c, 2.0}}, {k, a, b, {{shape, sum, 3.0, 0.9}}}});
        model.add_transfer("ratio", b, c, k, {{shape, sum, 2.0, 1.3, other}});
        model.add_reaction({"dimer", {{a, -2.0}, {c, 1.0}}, {k, a, a, {}}});
        const CompiledModel compiled(model);
        const std::vector<double> jacobian =
            compiled.dense_jacobian(model.initial(), compiled.coefficients());
        for (std::size_t column = 0; column < 3; ++column) {
            std::vector<double> y = model.initial(), up(3), down(3);
            const double step = 1e-6;
            y[column] += step;
            compiled.rates(y, compiled.coefficients(), up);
            y[column] -= 2.0 * step;
            compiled.rates(y, compiled.coefficients(), down);
            for (std::size_t row = 0; row < 3; ++row) {
                EXPECT_NEAR(jacobian[row * 3 + column], (up[row] - down[row]) / (2.0 * step), 1e-8)
                    << static_cast<int>(shape) << " row " << row << " column " << column;
            }
        }
    }
}

// amount over a volume that is empty, or negative by rounding
TEST(CompiledModel, HoldsADivisorThatVanishes) {
    for (const double volume : {0.0, -1e-12, 1e-31}) {
        KineticModel model;
        const SpeciesId a = model.add_species({"a"}, 2.0);
        const SpeciesId v = model.add_species({"v"}, volume);
        const CoefficientId k = model.add_coefficient("k", 1.0);
        const SumId amount = model.add_sum({"amount", {{a, 1.0}}, 0.0});
        const SumId size = model.add_sum({"size", {{v, 1.0}}, 0.0});
        model.add_reaction(
            {"r", {{a, 1.0}}, {k, {}, {}, {{Shape::linear, amount, 4.0, 1.0, size}}}});
        const CompiledModel compiled(model);
        std::vector<double> rates(2);
        compiled.rates(model.initial(), compiled.coefficients(), rates);
        EXPECT_DOUBLE_EQ(rates[0], 2.0 / smallest_divisor / 4.0);
        const std::vector<double> jacobian =
            compiled.dense_jacobian(model.initial(), compiled.coefficients());
        EXPECT_DOUBLE_EQ(jacobian[0], 1.0 / smallest_divisor / 4.0);
        EXPECT_EQ(jacobian[1], 0.0);  // by the volume
        const std::vector<double> empty{0.0, volume};
        compiled.rates(empty, compiled.coefficients(), rates);
        EXPECT_EQ(rates[0], 0.0);
    }
}

}  // namespace
}  // namespace caravel::kinetics
