#include "caravel/inference/parameter_space.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::inference {
namespace {

ParameterSpace example() {
    Parameter rate{"rate", 1e-4, 1e2, 0.1, Scale::log10, true, LogNormal{0.1, 1.0}, false};
    Parameter share{"share", 0.01, 0.99, 0.3, Scale::logit, true, Uniform{0.0, 1.0}, false};
    Parameter fixed{"volume", std::nan(""), std::nan(""), 2.5, Scale::linear, false, {}, false};
    Parameter offset{"offset", -1.0, 1.0, std::nan(""), Scale::linear, true, {}, false};
    Parameter power{"power", 0.1, 10.0, 1.0, Scale::log10, true, Laplace{0.0, 0.5}, true};
    return ParameterSpace({rate, share, fixed, offset, power});
}

std::vector<std::string> refusals(std::vector<Parameter> parameters) {
    std::vector<std::string> found;
    try {
        const ParameterSpace space(std::move(parameters));
    } catch (const InputError& error) {
        for (const Diagnostic& d : error.diagnostics()) found.push_back(format(d));
    }
    return found;
}

TEST(ParameterSpace, GoesThereAndBack) {
    const ParameterSpace space = example();
    EXPECT_EQ(space.size(), 4U);
    EXPECT_EQ(space.names(), (std::vector<std::string>{"rate", "share", "offset", "power"}));
    const std::vector<double> theta{-2.0, 0.7, 0.25, 0.5};
    const std::vector<double> x = space.values(theta);
    EXPECT_NEAR(x[0], 0.01, 1e-17);
    EXPECT_NEAR(x[1], 1.0 / (1.0 + std::exp(-0.7)), 1e-16);
    EXPECT_EQ(x[2], 2.5);
    EXPECT_EQ(x[3], 0.25);
    const std::vector<double> again = space.theta(x);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(again[i], theta[i], 1e-14);
    EXPECT_NEAR(space.lower()[0], -4.0, 1e-15);
    EXPECT_NEAR(space.upper()[1], std::log(99.0), 1e-13);
    EXPECT_NEAR(space.nominal()[0], -1.0, 1e-15);
    EXPECT_EQ(space.nominal()[2], 0.0);
}

TEST(ParameterSpace, SlopesAreDerivativesOfTheValues) {
    const ParameterSpace space = example();
    const std::vector<double> theta{-2.0, 0.7, 0.25, 0.5};
    const std::vector<double> slopes = space.slopes(theta);
    const std::size_t place[] = {0, 1, 3, 4};
    for (std::size_t i = 0; i < 4; ++i) {
        std::vector<double> high = theta;
        std::vector<double> low = theta;
        high[i] += 1e-6;
        low[i] -= 1e-6;
        const double expected = (space.values(high)[place[i]] - space.values(low)[place[i]]) / 2e-6;
        EXPECT_NEAR(slopes[i] / expected, 1.0, 1e-8) << i;
    }
}

TEST(ParameterSpace, PriorHasItsGradientForBothDensities) {
    const ParameterSpace space = example();
    for (const Density density : {Density::of_value, Density::of_scaled}) {
        const std::vector<double> theta{-2.0, 0.7, 0.25, 0.5};
        std::vector<double> gradient(4);
        space.log_prior(theta, gradient, density);
        for (std::size_t i = 0; i < 4; ++i) {
            std::vector<double> high = theta;
            std::vector<double> low = theta;
            high[i] += 1e-6;
            low[i] -= 1e-6;
            const double expected =
                (space.log_prior(high, {}, density) - space.log_prior(low, {}, density)) / 2e-6;
            EXPECT_NEAR(gradient[i], expected, 1e-8) << i;
        }
    }
}

// A log-normal prior of x is a normal one of log10 x: with the Jacobian the density of theta
// integrates to 1, without it it does not.
TEST(ParameterSpace, DensityOfTheScaledParameterCarriesTheJacobian) {
    const Parameter p{"k", 1e-6, 1e4, 0.1, Scale::log10, true, LogNormal{0.1, 1.0}, false};
    const ParameterSpace space({p});
    double sum = 0.0;
    for (int i = 0; i < 10000; ++i) {
        const std::vector<double> theta{-6.0 + (i + 0.5) * 1e-3};
        sum += 1e-3 * std::exp(space.log_prior(theta, {}, Density::of_scaled));
    }
    EXPECT_NEAR(sum, 1.0, 1e-9);
}

TEST(ParameterSpace, MapsTheCubeThroughThePriors) {
    const ParameterSpace space = example();
    const std::vector<double> theta = space.from_cube(std::vector<double>{0.5, 0.5, 0.75, 0.5});
    EXPECT_NEAR(theta[0], -1.0, 1e-4);  // the cut ends at 1e-4 and 1e2 are nearly symmetric
    EXPECT_NEAR(space.values(theta)[1], 0.5, 1e-12);
    EXPECT_NEAR(theta[2], 0.5, 1e-15);
    EXPECT_NEAR(theta[3], 0.0, 1e-12);
    for (const double u : {0.0, 1.0}) {
        const std::vector<double> corner = space.from_cube(std::vector<double>(4, u));
        for (std::size_t i = 0; i < 4; ++i) {
            EXPECT_GE(corner[i], space.lower()[i]);
            EXPECT_LE(corner[i], space.upper()[i]);
        }
    }
}

TEST(ParameterSpace, RefusesAParameterWithoutBounds) {
    const auto found = refusals({{"k_on", 1e-3}});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found[0].find("parameter 'k_on' has no finite bounds"), std::string::npos);
    EXPECT_NE(found[0].find("a lower and an upper bound"), std::string::npos);
}

TEST(ParameterSpace, CollectsAllMistakes) {
    const double none = std::nan("");
    const auto found = refusals({{"a", 2.0, 1.0},
                                 {"b", 0.0, 1.0, none, Scale::log10},
                                 {"c", 0.0, 1.0, none, Scale::logit},
                                 {"d", 0.0, 1.0, 3.0},
                                 {"d", 0.0, 1.0, 0.5},
                                 {"", 0.0, 1.0},
                                 {"e", none, none, none, Scale::linear, false},
                                 {"f", 0.0, 1.0, 0.5, Scale::linear, true, Normal{0.0, -1.0}},
                                 {"g", 0.0, 1.0, 0.5, Scale::linear, true, Uniform{2.0, 3.0}}});
    EXPECT_EQ(found.size(), 9U);
    EXPECT_NE(found[4].find("parameter 'd' appears twice"), std::string::npos) << found[4];
    EXPECT_NE(found[8].find("no probability inside the bounds"), std::string::npos) << found[8];
}

TEST(ParameterSpace, RefusesNothingToEstimateAndNaN) {
    const double none = std::nan("");
    EXPECT_EQ(refusals({{"a", none, none, 1.0, Scale::linear, false}}).size(), 1U);
    const ParameterSpace space = example();
    try {
        space.values(std::vector<double>{-2.0, none, 0.0, 0.0});
        ADD_FAILURE();
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("parameter 'share' is nan"), std::string::npos);
    }
    EXPECT_THROW(space.theta(std::vector<double>{1e3, 0.5, 2.5, 0.0, 1.0}), InputError);
}

}  // namespace
}  // namespace caravel::inference
