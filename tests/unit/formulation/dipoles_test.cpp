#include "caravel/formulation/optics/dipoles_interaction.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::formulation::optics {
namespace {

DipoleShape ragged_box(index_t nx, index_t ny, index_t nz) {
    DipoleShape shape{nx, ny, nz, {}};
    for (index_t i = 0; i < shape.cells(); ++i) {
        shape.material.push_back(i % 7 == 3 || i % 5 == 1 ? 0 : 1);
    }
    return shape;
}

std::vector<std::array<double, 3>> places(const DipoleShape& shape) {
    std::vector<std::array<double, 3>> found;
    for (index_t x = 0; x < shape.nx; ++x) {
        for (index_t y = 0; y < shape.ny; ++y) {
            for (index_t z = 0; z < shape.nz; ++z) {
                if (shape.material[static_cast<std::size_t>(shape.cell(x, y, z))] == 0) continue;
                found.push_back({double(x), double(y), double(z)});
            }
        }
    }
    return found;
}

std::vector<double> some_vector(std::size_t n, double seed) {
    std::vector<double> v;
    for (std::size_t i = 0; i < n; ++i) v.push_back(std::sin(seed + 1.3 * double(i * i)));
    return v;
}

using Vector = std::vector<std::complex<double>>;

/// The textbook field of a dipole, written out in vectors.
Vector direct_sum(const DipoleShape& shape, double k, const Vector& p) {
    const auto at = places(shape);
    const std::size_t n = at.size();
    Vector field(3 * n);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            if (i == j) continue;
            const std::array<double, 3> d{at[i][0] - at[j][0], at[i][1] - at[j][1],
                                          at[i][2] - at[j][2]};
            const double r = std::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
            const std::complex<double> along =
                (d[0] * p[j] + d[1] * p[n + j] + d[2] * p[2 * n + j]) / r;
            const std::complex<double> wave = std::polar(1.0, k * r) / r;
            const std::complex<double> near = std::complex<double>(1.0, -k * r) / (r * r);
            for (std::size_t c = 0; c < 3; ++c) {
                const std::complex<double> across = p[c * n + j] - along * d[c] / r;
                field[c * n + i] +=
                    wave * (k * k * across + near * (3.0 * along * d[c] / r - p[c * n + j]));
            }
        }
    }
    return field;
}

constexpr std::array<std::array<index_t, 3>, 4> boxes{
    {{4, 3, 5}, {1, 9, 17}, {8, 2, 1}, {3, 5, 24}}};

TEST(Dipoles, FourierProductMeetsTheDirectSum) {
    exec::ThreadTeam team(1);
    for (const auto& box : boxes) {
        const DipoleShape shape = ragged_box(box[0], box[1], box[2]);
        InteractionOperator interaction(shape, Coupling::full_wave, 0.7, team);
        const std::size_t n = 3 * static_cast<std::size_t>(interaction.dipoles());
        const std::vector<double> xr = some_vector(n, 0.1), xi = some_vector(n, 0.7);
        std::vector<double> yr(n), yi(n);
        interaction.apply(team, xr, xi, yr, yi);
        Vector x;
        for (std::size_t i = 0; i < n; ++i) x.emplace_back(xr[i], xi[i]);
        const Vector wanted = direct_sum(shape, 0.7, x);
        for (std::size_t i = 0; i < n; ++i) {
            ASSERT_NEAR(yr[i], wanted[i].real(), 2e-13) << box[0] << ' ' << i;
            ASSERT_NEAR(yi[i], wanted[i].imag(), 2e-13) << box[0] << ' ' << i;
        }
    }
}

TEST(Dipoles, StaticProductMeetsTheDirectSum) {
    exec::ThreadTeam team(1);
    for (const auto& box : boxes) {
        const DipoleShape shape = ragged_box(box[0], box[1], box[2]);
        InteractionOperator interaction(shape, Coupling::quasi_static, 0.0, team);
        const std::size_t n = 3 * static_cast<std::size_t>(interaction.dipoles());
        const std::vector<double> x = some_vector(n, 0.1);
        std::vector<double> y(n);
        interaction.apply(team, x, y);
        const Vector wanted = direct_sum(shape, 0.0, Vector(x.begin(), x.end()));
        for (std::size_t i = 0; i < n; ++i) ASSERT_NEAR(y[i], wanted[i].real(), 2e-13) << i;
    }
}

// G(k) = G0 + k^2 G2 + (2/3) i k^3 + ...
TEST(Dipoles, RetardationIsTheSecondOrderOfTheFullWave) {
    const std::array<double, 3> r{1.0, -2.0, 3.0};
    const double k = 1e-3;
    const DipoleTensor full = dipole_tensor(Coupling::full_wave, k, r);
    const DipoleTensor fixed = dipole_tensor(Coupling::quasi_static, 0.0, r);
    const DipoleTensor second = dipole_tensor(Coupling::retardation, 0.0, r);
    for (std::size_t c = 0; c < 6; ++c) {
        EXPECT_NEAR((full[c] - fixed[c]).real() / (k * k), second[c].real(), 2e-6) << c;
        EXPECT_NEAR(full[c].imag() / (k * k * k), c == 0 || c == 3 || c == 5 ? 2.0 / 3.0 : 0.0,
                    1e-5);
    }
}

TEST(Dipoles, ProductsHaveTheSameBitsForAnyNumberOfThreads) {
    const DipoleShape shape = ragged_box(9, 11, 13);
    exec::ThreadTeam one(1);
    InteractionOperator alone(shape, Coupling::full_wave, 0.4, one);
    const std::size_t n = 3 * static_cast<std::size_t>(alone.dipoles());
    const std::vector<double> xr = some_vector(n, 0.1), xi = some_vector(n, 0.7);
    std::vector<double> yr(n), yi(n), zr(n), zi(n);
    alone.apply(one, xr, xi, yr, yi);
    for (const int threads : {2, 3, 5}) {
        exec::ThreadTeam team(threads);
        InteractionOperator shared(shape, Coupling::full_wave, 0.4, team);
        shared.apply(team, xr, xi, zr, zi);
        EXPECT_EQ(yr, zr);
        EXPECT_EQ(yi, zi);
    }
}

}  // namespace
}  // namespace caravel::formulation::optics
