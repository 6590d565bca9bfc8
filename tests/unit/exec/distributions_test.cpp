#include "caravel/exec/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace caravel::exec {
namespace {

// Quantiles to 16 digits as tabulated (p = 0.975 is the familiar 1.959964).
TEST(NormalQuantile, gives_tabulated_values) {
    EXPECT_EQ(normal_quantile(0.5), 0.0);
    EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 4e-15);
    EXPECT_NEAR(normal_quantile(0.95), 1.644853626951472, 4e-15);
    EXPECT_NEAR(normal_quantile(0.99), 2.326347874040841, 5e-15);
    EXPECT_NEAR(normal_quantile(0.75), 0.6744897501960817, 2e-15);
    EXPECT_NEAR(normal_quantile(0.25), -0.6744897501960817, 2e-15);
    // Tests printed with AS 241: 0.25, 0.001, 1e-20
    EXPECT_NEAR(normal_quantile(0.001), -3.090232306167813, 1e-14);
    EXPECT_NEAR(normal_quantile(1e-20), -9.262340089798408, 2e-14);
}

TEST(NormalQuantile, inverts_the_distribution_function_in_every_branch) {
    for (const double p : {1e-300, 1e-100, 1e-20, 1e-12, 1.3e-11, 1.5e-11, 1e-6, 0.01, 0.0749,
                           0.0751, 0.2, 0.4, 0.499}) {
        const double z = normal_quantile(p);
        const double back = 0.5 * std::erfc(-z / std::sqrt(2.0));
        // Relative error of p is z^2 times that of z in the tail.
        EXPECT_NEAR(back / p, 1.0, 2e-15 * (1.0 + z * z)) << p;
        if (p > 1e-3) {
            EXPECT_NEAR(normal_quantile(1.0 - p), -z, 1e-13);
        }
    }
}

TEST(NormalQuantile, ends_are_infinite_and_outside_is_nan) {
    EXPECT_EQ(normal_quantile(0.0), -std::numeric_limits<double>::infinity());
    EXPECT_EQ(normal_quantile(1.0), std::numeric_limits<double>::infinity());
    EXPECT_TRUE(std::isnan(normal_quantile(-0.1)));
    EXPECT_TRUE(std::isnan(normal_quantile(1.1)));
    EXPECT_TRUE(std::isnan(normal_quantile(std::nan(""))));
}

TEST(Uniform, is_the_upper_bits_of_the_stream) {
    RandomStream stream(1, 2, 3);
    RandomStream bits(1, 2, 3);
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(uniform(stream), std::ldexp(static_cast<double>(bits.next_64() >> 11U), -53));
    }
}

TEST(Uniform, open_interval_is_mirrored_exactly) {
    RandomStream stream(1, 2, 3);
    for (int i = 0; i < 10000; ++i) {
        const double u = uniform_open(stream);
        ASSERT_GT(u, 0.0);
        ASSERT_LT(u, 1.0);
        ASSERT_EQ(1.0 - (1.0 - u), u);
    }
}

TEST(Distributions, take_one_number_of_64_bits_each) {
    RandomStream stream(1, 2, 3);
    uniform(stream), uniform_open(stream), normal(stream), lognormal(stream, 1.0, 0.5);
    exponential(stream, 1.0);
    EXPECT_EQ(stream.used(), 10U);
    poisson(stream, 5.0);
    EXPECT_EQ(stream.used(), 12U);
}

TEST(Lognormal, is_the_median_times_a_normal_power) {
    RandomStream first(4, 4, 4);
    RandomStream second(4, 4, 4);
    EXPECT_DOUBLE_EQ(lognormal(first, 3.0, 0.4), 3.0 * std::exp(0.4 * normal(second)));
    EXPECT_EQ(lognormal(first, 3.0, 0.0), 3.0);
}

TEST(LogPoisson, agrees_with_the_direct_formula) {
    for (const double mean : {0.1, 1.0, 9.5, 30.0, 400.0}) {
        for (const std::int64_t k : {0, 1, 2, 5, 15, 16, 17, 40, 380, 500}) {
            const auto x = static_cast<double>(k);
            const double direct = x * std::log(mean) - mean - std::lgamma(x + 1.0);
            EXPECT_NEAR(log_poisson(k, mean), direct, 1e-12 * (1.0 + std::abs(direct)))
                << mean << ' ' << k;
        }
    }
    EXPECT_NEAR(std::exp(log_poisson(3, 2.0)), 8.0 / 6.0 * std::exp(-2.0), 1e-15);
}

TEST(LogPoisson, keeps_its_digits_at_a_mean_of_a_billion) {
    // At k = mean: -log(2 pi k)/2 = -(1.8378770664093453 + 20.72326583694641)/2.
    EXPECT_NEAR(log_poisson(1'000'000'000, 1e9), -11.280571451677878, 1e-9);
    // One standard deviation away, second-order expansion in 1/sqrt(mean): (s^3 - 3 s)/6
    // sqrt(mean).
    const double root = std::sqrt(1e9);
    const auto k = static_cast<std::int64_t>(1e9 + std::round(root));
    const double s = (static_cast<double>(k) - 1e9) / root;
    const double expected = -0.5 * std::log(2.0 * 3.141592653589793 * 1e9) - 0.5 * s * s +
                            (s * s * s - 3.0 * s) / (6.0 * root);
    EXPECT_NEAR(log_poisson(k, 1e9), expected, 1e-9);
}

TEST(Poisson, mean_zero_gives_zero) {
    RandomStream stream(1, 1, 1);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(poisson(stream, 0.0), 0);
}

TEST(Poisson, refuses_a_mean_outside_its_range) {
    RandomStream stream(1, 1, 1);
    EXPECT_THROW(poisson(stream, -1.0), std::logic_error);
    EXPECT_THROW(poisson(stream, 1.1e9), std::logic_error);
    EXPECT_THROW(poisson(stream, std::nan("")), std::logic_error);
    EXPECT_NO_THROW(poisson(stream, 1e9));
}

}  // namespace
}  // namespace caravel::exec
