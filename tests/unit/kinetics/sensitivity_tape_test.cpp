#include "caravel/kinetics/sensitivity_tape.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace caravel::kinetics {
namespace {

const std::vector<std::string> names{"x", "y", "z"};

TapeTangent tangent(const std::string& text) {
    return TapeTangent(compile_tape(Expression::parse(text), names));
}

// Derivative of a formula at `inputs` along one direction.
double slope(const std::string& text, const std::array<double, 3>& inputs,
             const std::array<double, 3>& direction) {
    TapeTangent one = tangent(text);
    double value = 0.0;
    one.linearise(inputs.data(), &value);
    std::array<TapeTangent::Change, 3> changes{};
    for (std::size_t i = 0; i < 3; ++i) {
        changes[i].fill(-7.0);
        changes[i][5] = direction[i];
    }
    TapeTangent::Change result{};
    one.push(changes.data(), &result);
    return result[5];
}

class EveryOperation : public testing::TestWithParam<const char*> {};

TEST_P(EveryOperation, HasTheSlopeOfItsSymbolicDerivative) {
    const std::array<double, 3> at{0.37, 0.81, -0.53};
    const std::array<double, 3> direction{1.3, -0.4, 0.9};
    const Expression formula = Expression::parse(GetParam());
    double expected = 0.0;
    for (std::size_t i = 0; i < 3; ++i) {
        expected += direction[i] * evaluate(formula.derivative(names[i]), names, at);
    }
    EXPECT_NEAR(slope(GetParam(), at, direction), expected, 1e-14 * (1.0 + std::abs(expected)));
    EXPECT_NE(expected, 0.0);
}

INSTANTIATE_TEST_SUITE_P(Formulas, EveryOperation,
                         testing::Values("-x", "x + y*z", "x - z", "x / (y + 2)", "x^y", "x^3",
                                         "(x + z^2)^1.7", "exp(x*y)", "log(x)", "log10(x*y)",
                                         "log2(x)", "sqrt(x*y)", "sin(x)", "cos(y)", "tan(x*z)",
                                         "asin(x)", "acos(y)", "atan(x/y)", "sinh(z)", "cosh(z)",
                                         "tanh(x)", "abs(z)", "min(x, y, z)", "max(x, z) * y",
                                         "piecewise(x*y, x < y, z)", "piecewise(x*y, x > y, z^2)",
                                         "x * floor(3*y)", "y + ceil(x) * z",
                                         "piecewise(x, x < y and not (z > 0), exp(y))"));

TEST(TapeTangent, LeavesPowersOfZeroFinite) {
    EXPECT_EQ(slope("x^2", {0.0, 1.0, 1.0}, {1.0, 0.0, 0.0}), 0.0);
    EXPECT_EQ(slope("x^y", {0.0, 1.0, 1.0}, {2.0, 3.0, 0.0}), 2.0);
    EXPECT_EQ(slope("x^y", {3.0, 0.0, 1.0}, {2.0, 0.0, 0.0}), 0.0);
}

TEST(TapeTangent, IsFiniteAlongWhatDoesNotMoveAtAnInfiniteSlope) {
    EXPECT_EQ(slope("sqrt(x) + 3*y", {0.0, 1.0, 1.0}, {0.0, 2.0, 0.0}), 6.0);
    EXPECT_TRUE(std::isinf(slope("sqrt(x) + 3*y", {0.0, 1.0, 1.0}, {1.0, 2.0, 0.0})));
}

TEST(TapeTangent, IgnoresTheBranchThatIsNotTaken) {
    EXPECT_EQ(slope("piecewise(2*y, x <= 0, 1/x)", {0.0, 1.0, 1.0}, {1.0, 1.0, 0.0}), 2.0);
}

TEST(TapeTangent, TurnsNegativeBasesByTheBaseAlone) {
    EXPECT_DOUBLE_EQ(slope("z^3", {0.0, 0.0, -2.0}, {1.0, 1.0, 1.0}), 12.0);
}

TEST(JoinTapes, KeepsWhatResultsNeedAndEqualPartsOnce) {
    const std::array first{Expression::parse("exp(x)*y"), Expression::parse("sin(z)")};
    const std::array second{Expression::parse("cos(z)"), Expression::parse("exp(x)*z")};
    const std::array one{0};
    const std::array other{1};
    const Tape joined =
        join_tapes(compile_tape(first, names), one, compile_tape(second, names), other);
    EXPECT_EQ(joined.steps.size(), 6U);  // x, exp, y, *, z, *
    ASSERT_EQ(joined.results.size(), 2U);
    const std::array inputs{0.3, 2.0, 5.0};
    std::array<double, 6> registers{};
    std::array<double, 2> out{};
    joined.run(inputs.data(), registers.data(), out.data());
    EXPECT_DOUBLE_EQ(out[0], 2.0 * std::exp(0.3));
    EXPECT_DOUBLE_EQ(out[1], 5.0 * std::exp(0.3));
}

}  // namespace
}  // namespace caravel::kinetics
