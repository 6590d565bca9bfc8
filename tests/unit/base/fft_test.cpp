#include "caravel/base/fft.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

namespace caravel {
namespace {

using Series = std::vector<std::complex<double>>;

Series some_series(index_t n, index_t lane) {
    Series x;
    for (index_t i = 0; i < n; ++i) {
        const double t = static_cast<double>(7 * i + 3 * lane + 1);
        x.emplace_back(std::sin(t * t), std::cos(1.7 * t * t));
    }
    return x;
}

Series direct_sum(const Series& x, double sign) {
    const auto n = static_cast<index_t>(x.size());
    Series sums(x.size());
    for (index_t k = 0; k < n; ++k) {
        for (index_t j = 0; j < n; ++j) {
            const double angle =
                2.0 * std::numbers::pi * static_cast<double>(j * k % n) / static_cast<double>(n);
            sums[static_cast<std::size_t>(k)] +=
                x[static_cast<std::size_t>(j)] * std::polar(1.0, sign * angle);
        }
    }
    return sums;
}

FftBlock filled(index_t n) {
    FftBlock block(n);
    for (index_t lane = 0; lane < fft_lanes; ++lane) {
        const Series x = some_series(n, lane);
        for (index_t i = 0; i < n; ++i) {
            block.re()[i * fft_lanes + lane] = x[static_cast<std::size_t>(i)].real();
            block.im()[i * fft_lanes + lane] = x[static_cast<std::size_t>(i)].imag();
        }
    }
    return block;
}

void expect_direct_sum(FftBlock& block, index_t n, double sign) {
    for (index_t lane = 0; lane < fft_lanes; ++lane) {
        const Series wanted = direct_sum(some_series(n, lane), sign);
        for (index_t i = 0; i < n; ++i) {
            const std::complex<double> w = wanted[static_cast<std::size_t>(i)];
            const double tolerance = 1e-14 * static_cast<double>(n);
            EXPECT_NEAR(block.re()[i * fft_lanes + lane], w.real(), tolerance) << n << ' ' << i;
            EXPECT_NEAR(block.im()[i * fft_lanes + lane], w.imag(), tolerance) << n << ' ' << i;
        }
    }
}

TEST(Fft, MeetsTheDirectSumForEveryRadix) {
    for (const index_t n : {1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 16, 30, 36, 45, 60, 64, 75, 120}) {
        const FftPlan plan(n);
        FftBlock block = filled(n);
        plan.forward(block);
        expect_direct_sum(block, n, -1.0);
        block = filled(n);
        plan.backward(block);
        expect_direct_sum(block, n, 1.0);
    }
}

TEST(Fft, BackwardUndoesForward) {
    for (const index_t n : {128, 270, 1000}) {
        const FftPlan plan(n);
        FftBlock block = filled(n);
        plan.forward(block);
        plan.backward(block);
        FftBlock wanted = filled(n);
        for (index_t i = 0; i < n * fft_lanes; ++i) {
            ASSERT_NEAR(block.re()[i] / static_cast<double>(n), wanted.re()[i], 2e-15);
            ASSERT_NEAR(block.im()[i] / static_cast<double>(n), wanted.im()[i], 2e-15);
        }
    }
}

TEST(Fft, EveryVectorWidthGivesTheSameBits) {
    for (const index_t n : {64, 90, 250}) {
        FftBlock plain = filled(n);
        FftPlan(n, usable_fft_kernels().front()).forward(plain);
        for (const FftKernel& kernel : usable_fft_kernels()) {
            FftBlock block = filled(n);
            FftPlan(n, kernel).forward(block);
            for (index_t i = 0; i < n * fft_lanes; ++i) {
                ASSERT_EQ(block.re()[i], plain.re()[i]) << kernel.name << n;
                ASSERT_EQ(block.im()[i], plain.im()[i]) << kernel.name << n;
            }
        }
    }
}

TEST(Fft, LengthsAreEvenWithSmallFactors) {
    EXPECT_EQ(even_fft_length(1), 2);
    EXPECT_EQ(even_fft_length(15), 16);
    EXPECT_EQ(even_fft_length(31), 32);
    EXPECT_EQ(even_fft_length(33), 36);
    EXPECT_EQ(even_fft_length(127), 128);
    EXPECT_EQ(even_fft_length(129), 144);  // 135 is odd
}

TEST(Fft, RefusesLargePrimeFactors) { EXPECT_THROW(FftPlan(14), std::logic_error); }

}  // namespace
}  // namespace caravel
