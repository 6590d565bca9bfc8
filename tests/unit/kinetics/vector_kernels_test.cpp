#include "caravel/kinetics/vector_kernels.hpp"

#include "caravel/kinetics/padded_array.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace caravel::kinetics {
namespace {

constexpr std::size_t size = 40;

// values of many magnitudes and both signs, from a linear congruence
PaddedArray values(std::size_t count, unsigned seed) {
    PaddedArray array(count);
    unsigned state = seed;
    for (std::size_t i = 0; i < count; ++i) {
        state = state * 1664525u + 1013904223u;
        const double fraction = static_cast<double>(state >> 8) / 16777216.0 - 0.5;
        array[i] = std::ldexp(fraction, static_cast<int>(state % 41u) - 20);
    }
    return array;
}

std::vector<double> copy(const PaddedArray& array) {
    return {array.data(), array.data() + array.size()};
}

TEST(VectorKernels, CombineEveryNumberOfStagesAsTheScalarLoopDoesBitForBit) {
    const PaddedArray stages = values(size * most_stages, 1);
    const PaddedArray base = values(size, 2);
    const PaddedArray shift_weights = values(most_stages, 3);
    const PaddedArray right_weights = values(most_stages, 4);
    for (const VectorKernels& kernels : usable_kernels()) {
        for (std::size_t count = 0; count <= most_stages; ++count) {
            PaddedArray shift(size), right(size);
            kernels.combine[count]({stages.data(), size, shift_weights.data(), right_weights.data(),
                                    base.data(), 0.7, shift.data(), right.data()});
            for (std::size_t i = 0; i < size; ++i) {
                double expected_shift = 0.0;
                double expected_right = 0.0;
                for (std::size_t j = 0; j < count; ++j) {
                    expected_shift += shift_weights[j] * stages[j * size + i];
                    expected_right += right_weights[j] * stages[j * size + i];
                }
                EXPECT_EQ(shift[i], expected_shift) << kernels.name << " " << count;
                EXPECT_EQ(right[i], base[i] + 0.7 * expected_right) << kernels.name << " " << count;
            }
        }
    }
}

TEST(VectorKernels, LeaveTheShiftOutWhereNoneIsAskedFor) {
    const PaddedArray stages = values(size, 1);
    const PaddedArray base = values(size, 2);
    const double weight = 2.0;
    for (const VectorKernels& kernels : usable_kernels()) {
        PaddedArray right(size);
        kernels.combine[1](
            {stages.data(), size, nullptr, &weight, base.data(), 1.0, nullptr, right.data()});
        EXPECT_EQ(right[3], base[3] + 2.0 * stages[3]);
    }
}

TEST(VectorKernels, FinishAStepAsThePlainOneDoesBitForBit) {
    const PaddedArray before = values(size, 5);
    const PaddedArray increment = values(size, 6);
    const PaddedArray lower = values(size, 7);
    PaddedArray absolute(size), least(size);
    std::fill(absolute.data(), absolute.data() + size, 1e-4);
    std::fill(least.data(), least.data() + size, -1e9);
    const auto finish = [&](const VectorKernels& kernels, PaddedArray& result) {
        return kernels.finish({size, before.data(), increment.data(), lower.data(), absolute.data(),
                               least.data(), 1e-2, result.data()});
    };
    PaddedArray expected(size);
    const StepNorm plain = finish(usable_kernels().front(), expected);
    double squares = 0.0;
    for (std::size_t i = 0; i < size; ++i) {
        const double after = before[i] + increment[i];
        const double ratio = (increment[i] - lower[i]) /
                             (1e-4 + 1e-2 * std::max(std::abs(before[i]), std::abs(after)));
        squares += ratio * ratio;
        EXPECT_EQ(expected[i], after);
    }
    EXPECT_NEAR(plain.squares / squares, 1.0, 1e-14);
    for (const VectorKernels& kernels : usable_kernels()) {
        PaddedArray result(size);
        const StepNorm norm = finish(kernels, result);
        EXPECT_EQ(norm.squares, plain.squares) << kernels.name;
        EXPECT_FALSE(norm.below);
        EXPECT_EQ(copy(result), copy(expected)) << kernels.name;
        for (const std::size_t place : {std::size_t{0}, std::size_t{7}, size - 1}) {
            const double kept = least[place];
            least[place] = std::nextafter(expected[place], 1e300);
            EXPECT_TRUE(finish(kernels, result).below) << kernels.name << " " << place;
            least[place] = kept;
        }
    }
}

TEST(VectorKernels, GiveANormThatIsNotFiniteForAResultThatIsNot) {
    for (const VectorKernels& kernels : usable_kernels()) {
        for (const double bad : {HUGE_VAL, -HUGE_VAL, std::nan("")}) {
            PaddedArray before(8), increment(8), lower(8), absolute(8), least(8), result(8);
            std::fill(absolute.data(), absolute.data() + 8, 1.0);
            increment[5] = bad;
            const StepNorm norm =
                kernels.finish({8, before.data(), increment.data(), lower.data(), absolute.data(),
                                least.data(), 1e-3, result.data()});
            EXPECT_FALSE(std::isfinite(norm.squares)) << kernels.name << " " << bad;
        }
    }
}

}  // namespace
}  // namespace caravel::kinetics
