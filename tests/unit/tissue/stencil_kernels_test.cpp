#include "caravel/tissue/fields/stencil_kernels.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace {

using namespace caravel;
using namespace caravel::tissue;
using Values = std::vector<double>;

/// Numbers in [0, 1) that repeat.
Values noise(index_t count, unsigned seed) {
    Values values;
    unsigned state = seed;
    for (index_t i = 0; i < count; ++i) {
        state = state * 1664525U + 1013904223U;
        values.push_back(static_cast<double>(state >> 8U) / 16777216.0);
    }
    return values;
}

struct KernelCase {
    static constexpr index_t row = 7;
    static constexpr index_t plane = 35;
    static constexpr index_t cells = 245;
    Values doubles = noise(cells + 4 * (plane + 1), 11);
    std::vector<float> floats{doubles.begin(), doubles.end()};
    /// Another stretch of the same numbers for every argument.
    const float* single(index_t shift) const { return floats.data() + plane + 1 + shift; }
    const double* real(index_t shift) const { return doubles.data() + plane + 1 + shift; }
};

std::vector<StencilWidth> widths() {
    std::vector<StencilWidth> usable;
    for (const auto width : {StencilWidth::plain, StencilWidth::avx2, StencilWidth::avx512}) {
        if (width <= widest_stencil()) usable.push_back(width);
    }
    return usable;
}

TEST(StencilKernels, EveryWidthGivesTheBitsOfThePlainLoop) {
    const KernelCase c;
    const Stencil<float> stencil{c.single(1), c.single(2), c.single(3), c.row, c.plane};
    std::vector<float> plain(c.cells);
    for (const auto width : widths()) {
        std::vector<float> out(c.cells);
        run(width, SmoothPass{stencil, c.single(4), c.single(5), c.single(6), out.data(), 0.7F},
            {3, c.cells});
        if (width == StencilWidth::plain) plain = out;
        EXPECT_EQ(out, plain);
        for (index_t p = 3; p < c.cells; ++p) {
            const float* u = c.single(6) + p;
            const double sum = static_cast<double>(stencil.x[p]) * u[-1] +
                               static_cast<double>(stencil.x[p + 1]) * u[1] +
                               static_cast<double>(stencil.y[p]) * u[-c.row] +
                               static_cast<double>(stencil.y[p + c.row]) * u[c.row] +
                               static_cast<double>(stencil.z[p]) * u[-c.plane] +
                               static_cast<double>(stencil.z[p + c.plane]) * u[c.plane];
            const double exact = *u + 0.7 * (c.single(4)[p] * (c.single(5)[p] + sum) - *u);
            constexpr double rounding = 10.0 * 17.0 * 6e-8;  // 10 eps times the operation count
            ASSERT_NEAR(static_cast<double>(out[static_cast<std::size_t>(p)]), exact,
                        rounding * (1.0 + std::abs(exact)));
        }
    }
}

TEST(StencilKernels, SumsHaveTheSameBitsForEveryWidth) {
    const KernelCase c;
    const Stencil<double> stencil{c.real(1), c.real(2), c.real(3), c.row, c.plane};
    double plain = 0.0;
    for (const auto width : widths()) {
        Values q(c.cells);
        const double value =
            sum(width, ApplyPass{stencil, c.real(4), c.real(5), q.data()}, {0, c.cells});
        if (width == StencilWidth::plain) plain = value;
        EXPECT_EQ(value, plain);
        Values x(c.cells);
        Values r(c.real(7), c.real(7) + c.cells);
        std::vector<float> f(c.cells);
        const double square =
            sum(width, AdvancePass{c.real(5), q.data(), x.data(), r.data(), f.data(), 0.3, 2.0},
                {0, c.cells});
        double exact = 0.0;
        for (const double v : r) exact += v * v;
        EXPECT_NEAR(square, exact, 1e-13 * exact);
        EXPECT_EQ(f[244], static_cast<float>(2.0 * r[244]));
    }
}

}  // namespace
