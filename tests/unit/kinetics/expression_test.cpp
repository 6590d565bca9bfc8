#include "caravel/base/error.hpp"
#include "caravel/kinetics/expression_tape.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <numbers>

namespace caravel::kinetics {
namespace {

const std::vector<std::string> names{"x", "y", "z"};

double value(const Expression& e, double x = 0.7, double y = 1.3, double z = -0.4) {
    const std::vector<double> values{x, y, z};
    return evaluate(e, names, values);
}

double value(std::string_view text) { return value(Expression::parse(text)); }

std::string message(std::string_view text) {
    try {
        static_cast<void>(Expression::parse(text));
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(Expression, ReadsArithmeticWithItsUsualRanks) {
    EXPECT_EQ(value("1 + 2 * 3"), 7.0);
    EXPECT_EQ(value("-2^2"), -4.0);
    EXPECT_EQ(value("2^3^2"), 512.0);
    EXPECT_EQ(value("2**-1"), 0.5);
    EXPECT_EQ(value("8 / 4 / 2"), 1.0);
    EXPECT_EQ(value("1 - 2 - 3"), -4.0);
    EXPECT_EQ(value("(1 + 2) * 3"), 9.0);
    EXPECT_EQ(value("1e-3 * 2.5E3 + .5"), 3.0);
    EXPECT_DOUBLE_EQ(value("x / (x + y)"), 0.35);
}

TEST(Expression, ReadsLogicAndPieces) {
    EXPECT_EQ(value("x < y and not z > 0"), 1.0);
    EXPECT_EQ(value("x >= y || z != z"), 0.0);
    EXPECT_EQ(value("1 < 2 && 2 <= 2"), 1.0);
    EXPECT_EQ(value("piecewise(10, x > 1, 20, y > 1, 30)"), 20.0);
    EXPECT_EQ(value("piecewise(10, x > 1, 20, y > 2, 30)"), 30.0);
    // the branch that is not taken may have no value
    EXPECT_EQ(value("piecewise(0, z < 0, log(z))"), 0.0);
}

TEST(Expression, KnowsTheFunctionsOfTheFormulaSyntax) {
    EXPECT_DOUBLE_EQ(value("exp(1) - e"), 0.0);
    EXPECT_DOUBLE_EQ(value("log(x) - ln(x)"), 0.0);
    EXPECT_DOUBLE_EQ(value("log(8, 2) + log2(8) + log10(100)"), 8.0);
    EXPECT_DOUBLE_EQ(value("sqrt(y) - root(2, y) + pow(2, 3) + root(9)"), 11.0);
    EXPECT_DOUBLE_EQ(value("sin(pi / 6) + cos(0) + tan(0)"), 1.5);
    EXPECT_DOUBLE_EQ(value("tan(atan(x)) + sin(asin(x)) + cos(acos(x))"), 2.1);
    EXPECT_DOUBLE_EQ(value("cosh(x)^2 - sinh(x)^2 + tanh(0)"), 1.0);
    EXPECT_EQ(value("min(x, y, z) + max(x, y, z)"), 1.3 - 0.4);
    EXPECT_EQ(value("abs(z) + floor(y) + ceil(x)"), 2.4);
}

TEST(Expression, NamesOfQuantitiesHideConstants) {
    const std::vector<std::string> own{"e"};
    const std::vector<double> values{2.0};
    EXPECT_EQ(evaluate(Expression::parse("e * 3"), own, values), 6.0);
}

TEST(Expression, DerivativesAgreeWithDifferenceQuotients) {
    for (const char* text :
         {"x^3 + 2*x*y - y/x", "exp(-x^2) * sin(3*x)", "x^y", "y^x", "(x*y)^(x+z)",
          "log(x) + log2(x)", "log10(x) * sqrt(x)", "asin(x) + acos(x*x) + atan(x)",
          "sinh(x) * cosh(x) - tanh(x)", "tan(x) / cos(x)", "abs(z*x)", "min(x, y) + max(x, z)",
          "piecewise(x^2, x < y, x^3)", "x^2.5 / (y^2.5 + x^2.5)", "-x^-2 + 1/(1 + x)^3",
          "floor(x) * x + ceil(y) * x^2"}) {
        const Expression e = Expression::parse(text);
        const double h = 1e-5;
        const double difference = (value(e, 0.7 + h) - value(e, 0.7 - h)) / (2.0 * h);
        EXPECT_NEAR(value(e.derivative("x")), difference, 1e-8 * (1.0 + std::abs(difference)))
            << text;
        const Expression first = e.derivative("x");
        const double bend = (value(first, 0.7 + h) - value(first, 0.7 - h)) / (2.0 * h);
        EXPECT_NEAR(value(first.derivative("x")), bend, 1e-7 * (1.0 + std::abs(bend))) << text;
    }
}

TEST(Expression, PowersHaveDerivativesAtZero) {
    EXPECT_EQ(value(Expression::parse("x^y").derivative("x"), 0.0), 0.0);
    EXPECT_EQ(value(Expression::parse("x^y").derivative("y"), 0.0), 0.0);
    EXPECT_EQ(value(Expression::parse("x^3").derivative("x"), 0.0), 0.0);
}

TEST(Expression, IsSimplifiedAsItArises) {
    EXPECT_EQ(Expression::parse("0 * x + 1 * y - 0").text(), "y");
    EXPECT_EQ(Expression::parse("x^1 + x^0 * 2 - (x - x)").text(), "x + 2");
    EXPECT_EQ(Expression::parse("piecewise(x, 1 < 2, y)").text(), "x");
    EXPECT_EQ(Expression::parse("x + y").derivative("x").text(), "1");
    EXPECT_EQ(Expression::parse("x*y").derivative("z").constant_value(), 0.0);
    EXPECT_EQ(Expression::parse("- -x").text(), "x");
    EXPECT_EQ(Expression::parse("2 * 3 + 4").constant_value(), 10.0);
}

TEST(Expression, TextReadsBack) {
    for (const char* text : {"x - (y - z)", "x / (y * z)", "-(x + y)", "-x^2", "(-z)^2.5",
                             "(x < y) == (y < z)", "not (x < y)", "(x or y) and z", "x^(y^z)",
                             "(x^y)^z", "x * -3", "2 - -1e-30 * x", "min(x, -y)"}) {
        const Expression e = Expression::parse(text);
        EXPECT_EQ(value(Expression::parse(e.text())), value(e)) << text << " -> " << e.text();
    }
}

TEST(Expression, SubstitutesAllNamesAtOnce) {
    const Expression swapped = Expression::parse("x - y").substitute(
        {{"x", Expression::variable("y")}, {"y", Expression::variable("x")}});
    EXPECT_EQ(swapped.text(), "y - x");
    EXPECT_EQ(Expression::parse("x^2").substitute({{"x", Expression::constant(3.0)}}).text(), "9");
}

TEST(Expression, ListsItsFreeNames) {
    EXPECT_EQ(Expression::parse("b * a + b - 0 * c").names(), (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(Expression::parse("time * 2").depends_on("time"));
}

TEST(Expression, MistakesNameTheColumnAndWhatWasExpected) {
    EXPECT_NE(message("1 + * 2").find("column 5"), std::string::npos) << message("1 + * 2");
    EXPECT_NE(message("sqr(x)").find("did you mean 'sqrt'"), std::string::npos);
    EXPECT_NE(message("(1 + 2").find("')'"), std::string::npos);
    EXPECT_NE(message("").find("too early"), std::string::npos);
    EXPECT_NE(message("x < y < z").find("chained"), std::string::npos);
    EXPECT_NE(message("min(x)").find("at least 2"), std::string::npos);
    EXPECT_NE(message("x y").find("operator"), std::string::npos);
    EXPECT_NE(message("1e999").find("out of range"), std::string::npos);
    try {
        static_cast<void>(compile_tape(Expression::parse("xx + yyy"), names));
        FAIL();
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("did you mean 'x'"), std::string::npos)
            << error.what();
    }
}

TEST(Expression, RefusesNestingThatWouldExhaustTheStack) {
    const std::string open(100000, '(');
    EXPECT_NE(message(open).find("nested"), std::string::npos);
    EXPECT_NE(message(std::string(100000, '-')).find("nested"), std::string::npos);
    EXPECT_NE(message("x" +
                      [] {
                          std::string text;
                          for (int i = 0; i < 100000; ++i) text += "^x";
                          return text;
                      }())
                  .find("nested"),
              std::string::npos);
}

// Any text gives an expression or an InputError.
TEST(Expression, SurvivesRandomText) {
    constexpr std::string_view pieces[] = {"x",   "y",    "(",    ")",          ",", "+",  "-",
                                           "*",   "/",    "^",    "**",         "<", "==", "!",
                                           "not", "and ", "or ",  "1",          ".", "e5", "exp(",
                                           "log", "min(", "\xff", "piecewise(", " ", "#"};
    std::uint64_t state = 1;
    const auto random = [&](std::uint64_t below) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        return (state >> 33U) % below;
    };
    int read = 0;
    for (int trial = 0; trial < 20000; ++trial) {
        std::string text;
        for (std::uint64_t i = random(12); i-- > 0;) text += pieces[random(std::size(pieces))];
        try {
            const Expression e = Expression::parse(text);
            ++read;
            static_cast<void>(value(e.derivative("x")));
            static_cast<void>(Expression::parse(e.text()));
        } catch (const InputError&) {
        }
    }
    EXPECT_GT(read, 500);
}

// A number that carries its derivative, as forward sensitivities use it.
struct Dual {
    double value = 0.0;
    double slope = 0.0;
    Dual() = default;
    explicit Dual(double v, double s = 0.0) : value(v), slope(s) {}
};
Dual operator+(Dual a, Dual b) { return Dual(a.value + b.value, a.slope + b.slope); }
Dual operator-(Dual a, Dual b) { return Dual(a.value - b.value, a.slope - b.slope); }
Dual operator*(Dual a, Dual b) {
    return Dual(a.value * b.value, a.slope * b.value + a.value * b.slope);
}
Dual operator/(Dual a, Dual b) {
    return Dual(a.value / b.value, (a.slope - a.value / b.value * b.slope) / b.value);
}
Dual tape_apply(Operation operation, const Dual& a, const Dual&, const Dual&) {
    EXPECT_EQ(operation, Operation::exp);
    return Dual(std::exp(a.value), std::exp(a.value) * a.slope);
}

TEST(ExpressionTape, RunsOnOtherNumbers) {
    const Expression e = Expression::parse("exp(x * y) / (1 + x)");
    const Tape tape = compile_tape(e, names);
    const std::vector<Dual> inputs{Dual(0.7, 1.0), Dual(1.3), Dual(-0.4)};
    const Dual result = tape.evaluate<Dual>(inputs);
    EXPECT_DOUBLE_EQ(result.value, value(e));
    EXPECT_DOUBLE_EQ(result.slope, value(e.derivative("x")));
}

TEST(ExpressionTape, ComputesSharedPartsOnce) {
    const std::vector<Expression> both{Expression::parse("exp(x*y) + 1"),
                                       Expression::parse("exp(x*y) * z")};
    const Tape tape = compile_tape(both, names);
    int exponentials = 0;
    for (const TapeStep& step : tape.steps) {
        exponentials += step.operation == Operation::exp ? 1 : 0;
    }
    EXPECT_EQ(exponentials, 1);
    EXPECT_EQ(tape.results.size(), 2U);
}

}  // namespace
}  // namespace caravel::kinetics
