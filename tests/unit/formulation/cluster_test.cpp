#include "caravel/formulation/optics/cluster.hpp"

#include "caravel/base/error.hpp"
#include "caravel/formulation/optics/cluster_krylov.hpp"
#include "caravel/formulation/optics/complex_lu.hpp"
#include "caravel/formulation/optics/surface_enhancement.hpp"
#include "caravel/formulation/optics/translation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <span>

namespace {

using namespace caravel;
using namespace caravel::formulation::optics;
using Complex = std::complex<double>;

std::vector<Complex> random_numbers(std::size_t n, unsigned seed) {
    std::mt19937 source(seed);
    const auto draw = [&] { return static_cast<double>(source()) / 2147483648.0 - 1.0; };
    std::vector<Complex> values(n);
    for (Complex& value : values) value = Complex(draw(), draw());
    return values;
}

std::size_t elements(int order) { return static_cast<std::size_t>(2 * mode_count(order)); }

double largest_difference(std::span<const Complex> a, std::span<const Complex> b) {
    double largest = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
    return largest;
}

double largest(std::span<const Complex> a) {
    double value = 0.0;
    for (const Complex& x : a) value = std::max(value, std::abs(x));
    return value;
}

ClusterSphere glass(const Vector3& centre, double radius, double wave_number, int orders,
                    Complex index = 1.5) {
    return layered_cluster_sphere(centre, std::span(&radius, 1), std::span(&index, 1), wave_number,
                                  orders);
}

ClusterInput glass_trio() {
    ClusterInput input;
    input.wave_number = 2.0 * std::numbers::pi / 500e-9;
    input.spheres = {glass({0, 0, 0}, 80e-9, input.wave_number, 30),
                     glass({190e-9, 20e-9, -10e-9}, 60e-9, input.wave_number, 30),
                     glass({40e-9, -170e-9, 90e-9}, 70e-9, input.wave_number, 30)};
    return input;
}

constexpr double k0 = 15.7;
const Vector3 step{0.11, -0.23, 0.17};

TEST(ThreeJ, EqualsHandValues) {
    // (1 2 3; 0 1 -1) = sqrt(8/105); (0 1 1; 0 1 -1) = 1/sqrt 3; (1 1 1; 0 1 -1) = 1/sqrt 6 in size
    EXPECT_NEAR(three_j_column(2, 3, 1).front(), std::sqrt(8.0 / 105.0), 1e-15);
    EXPECT_NEAR(three_j_column(1, 1, 1)[0], 1.0 / std::sqrt(3.0), 1e-15);
    EXPECT_NEAR(std::abs(three_j_column(1, 1, 1)[1]), 1.0 / std::sqrt(6.0), 1e-15);
    EXPECT_NEAR(three_j_column(1, 1, 1)[2], 1.0 / std::sqrt(30.0), 1e-15);
}

TEST(RotationMatrix, EqualsHandValuesOfOrderOne) {
    const double angle = 0.7, c = std::cos(angle), s = std::sin(angle);
    const std::vector<double> d = rotation_matrices(1, angle);
    const double expected[9] = {
        0.5 * (1 + c),    s / std::sqrt(2), 0.5 * (1 - c),     -s / std::sqrt(2), c,
        s / std::sqrt(2), 0.5 * (1 - c),    -s / std::sqrt(2), 0.5 * (1 + c)};
    for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(d[i], expected[i], 1e-15) << i;
}

TEST(RotationMatrix, IsOrthogonalAtHighOrder) {
    const int l = 40;
    const std::vector<double> d = rotation_matrices(l, 2.1);
    const double* rows = d.data() + rotation_offset(l);
    for (int i = 0; i <= 2 * l; i += 9) {
        for (int j = 0; j <= 2 * l; j += 9) {
            double sum = 0.0;
            for (int k = 0; k <= 2 * l; ++k) {
                sum += rows[i * (2 * l + 1) + k] * rows[j * (2 * l + 1) + k];
            }
            EXPECT_NEAR(sum, i == j ? 1.0 : 0.0, 1e-12);
        }
    }
}

TEST(VectorWaves, SumUpToThePlaneWave) {
    const Vector3 direction{0.36, -0.48, 0.8};
    const ComplexVector3 polarisation{Complex(0.8, 0.1), Complex(0.6, 0.075), 0.0};
    const WaveCoefficients a = plane_wave(20, direction, polarisation);
    for (const Vector3& r : {Vector3{0.05, -0.07, 0.11}, Vector3{0.0, 0.0, -0.1}}) {
        const ComplexVector3 e = wave_field(WaveKind::regular, a, 20, k0, r);
        const Complex phase = std::polar(1.0, k0 * dot(direction, r));
        for (std::size_t c = 0; c < 3; ++c) {
            EXPECT_LT(std::abs(e[c] - polarisation[c] * phase), 1e-14);
        }
    }
}

class Translation : public ::testing::TestWithParam<WaveKind> {};

TEST_P(Translation, GivesTheSameFieldOnBothSidesOfTheAdditionTheorem) {
    const int low = 4, high = 30;
    const AxialTable table(high, low);
    const WaveTranslation move(table, GetParam(), high, low, k0, step);
    const std::vector<Complex> c = random_numbers(elements(low), 1);
    std::vector<Complex> moved(elements(high));
    move.add(c, moved);
    for (const Vector3& p :
         {Vector3{0.02, 0.01, -0.03}, Vector3{0, 0, 0.02}, Vector3{-0.01, 0, 0}}) {
        const Vector3 r{p[0] + step[0], p[1] + step[1], p[2] + step[2]};
        const ComplexVector3 before = wave_field(GetParam(), c, low, k0, r);
        const ComplexVector3 after = wave_field(WaveKind::regular, moved, high, k0, p);
        for (std::size_t i = 0; i < 3; ++i) EXPECT_LT(std::abs(before[i] - after[i]), 3e-15);
    }
}

TEST_P(Translation, ReversedIsTheTranslationByTheOppositeVector) {
    const int low = 5, high = 8;
    const AxialTable table(high, high);
    const WaveTranslation move(table, GetParam(), high, low, k0, step);
    const WaveTranslation opposite(table, GetParam(), low, high, k0,
                                   {-step[0], -step[1], -step[2]});
    const std::vector<Complex> c = random_numbers(elements(high), 2);
    std::vector<Complex> a(elements(low)), b(elements(low));
    move.add_reverse(c, a);
    opposite.add(c, b);
    EXPECT_LT(largest_difference(a, b), 1e-13 * largest(a));
}

INSTANTIATE_TEST_SUITE_P(BothKinds, Translation,
                         ::testing::Values(WaveKind::regular, WaveKind::outgoing));

TEST(RegularTranslation, ThereAndBackIsTheIdentity) {
    const int low = 5, high = 35;
    const AxialTable table(high, high);
    const WaveTranslation there(table, WaveKind::regular, high, low, k0, step);
    const std::vector<Complex> c = random_numbers(elements(low), 3);
    std::vector<Complex> away(elements(high)), back(elements(low));
    there.add(c, away);
    there.add_reverse(away, back);
    EXPECT_LT(largest_difference(c, back), 1e-13);
}

TEST(ComplexLu, SolvesWhatGmresSolves) {
    const std::size_t n = 151;
    const std::vector<Complex> values = random_numbers(n * n, 4), right = random_numbers(n, 5);
    ComplexRows matrix(n, n), x(n, 1);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            matrix.set(i, j, 0.03 * values[i * n + j] + (i == j ? 1.0 : 0.0));
        }
        x.set(i, 0, right[i]);
    }
    const ComplexRows copy = matrix;
    ComplexLu(matrix, 2).solve(x);
    const GmresResult krylov = solve_gmres(
        [&](std::span<const Complex> in, std::span<Complex> out) {
            for (std::size_t i = 0; i < n; ++i) {
                for (std::size_t j = 0; j < n; ++j) out[i] += copy(i, j) * in[j];
            }
        },
        right, 1e-13, 200, 20);
    EXPECT_LT(krylov.residual, 1e-12);
    for (std::size_t i = 0; i < n; ++i) EXPECT_LT(std::abs(x(i, 0) - krylov.solution[i]), 1e-11);
}

TEST(ComplexLu, RefusesASingularMatrix) {
    EXPECT_THROW(ComplexLu(ComplexRows(3, 3), 1), NumericalError);
}

TEST(Cluster, OfOneSphereIsTheSphere) {
    ClusterInput input;
    input.wave_number = 1e7;
    input.order = 12;
    input.spheres = {glass({3e-8, -2e-8, 5e-8}, 1e-7, 1e7, 12)};  // x = 1, m = 1.5
    const ClusterResult result = cluster_cross_sections(input);
    const double disc = std::numbers::pi * 1e-14;
    EXPECT_NEAR(result.fixed.extinction / disc, 0.2150975960428854, 1e-14);  // MSTM
    EXPECT_NEAR(result.average->extinction / disc, 0.2150975960428854, 1e-14);
}

TEST(Cluster, GivesTheSameWithBothSolversAndAnyThreads) {
    ClusterInput input = glass_trio();
    input.order = 8;
    input.orientation_average = false;
    input.solver = ClusterSolver::direct;
    const ClusterResult direct = cluster_cross_sections(input);
    input.threads = 2;
    EXPECT_EQ(cluster_cross_sections(input).fixed.extinction, direct.fixed.extinction);
    input.solver = ClusterSolver::iterative;
    const ClusterResult iterative = cluster_cross_sections(input);
    EXPECT_GT(iterative.iterations, 0);
    EXPECT_NEAR(iterative.fixed.extinction / direct.fixed.extinction, 1.0, 1e-11);
}

TEST(Cluster, ChosenOrderKeepsTheToleranceItReports) {
    ClusterInput input = glass_trio();
    input.tolerance = 1e-5;
    const ClusterResult chosen = cluster_cross_sections(input);
    ASSERT_TRUE(chosen.convergence);
    EXPECT_LE(*chosen.convergence, 1e-5);
    input.order = 14;
    const ClusterResult fine = cluster_cross_sections(input);
    EXPECT_NEAR(chosen.fixed.extinction / fine.fixed.extinction, 1.0, 1e-5);
    EXPECT_NEAR(chosen.average->scattering / fine.average->scattering, 1.0, 1e-5);
}

TEST(Cluster, RefusesWhatItCannotSolve) {
    ClusterInput input = glass_trio();
    input.spheres[1].centre = {100e-9, 0, 0};
    EXPECT_THROW(cluster_cross_sections(input), InputError);  // overlap
    input = glass_trio();
    input.polarisation = {0.0, 0.0, 1.0};
    EXPECT_THROW(cluster_cross_sections(input), InputError);  // along the direction
    input = glass_trio();
    input.order = 31;
    EXPECT_THROW(cluster_cross_sections(input), InputError);  // more than the spheres bring
    input = glass_trio();
    input.spheres.clear();
    EXPECT_THROW(cluster_cross_sections(input), InputError);
}

TEST(Cluster, RefusesAGapThatItsOrdersDoNotResolve) {
    ClusterInput input;
    input.wave_number = 2.0 * std::numbers::pi * 1.33 / 550e-9;
    const Complex metal(0.3, 2.2);
    input.spheres = {glass({-20.05e-9, 0, 0}, 20e-9, input.wave_number, 8, metal),
                     glass({20.05e-9, 0, 0}, 20e-9, input.wave_number, 8, metal)};
    try {
        cluster_cross_sections(input);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("gap"), std::string::npos);
    }
}

TEST(SurfaceField, IsOneWithoutAScatterer) {
    ClusterInput input;
    input.wave_number = 1e7;
    input.order = 3;
    input.orientation_average = false;
    ClusterSphere vacuum;
    vacuum.radius = 5e-8;
    vacuum.coefficients.a = vacuum.coefficients.b = {0.0, 0.0, 0.0};
    input.spheres = {vacuum};
    const ClusterResult result = cluster_cross_sections(input);
    const SurfaceEnhancement field = surface_enhancement(input, result.waves);
    EXPECT_NEAR(field.all.mean_square, 1.0, 1e-13);
    EXPECT_NEAR(field.all.mean_fourth, 1.0, 1e-13);
    EXPECT_EQ(field.spheres[0].excluded, 0.0);
}

TEST(SurfaceField, OfATinySphereIsTheElectrostaticOne) {
    // outside, E = E0 (z + g (3 (z.n) n - z)), g = (eps - 1)/(eps + 2):
    // |E|^2 = (1 - g)^2 + 3 g (g + 2) cos^2 -> mean 1 + 2 g^2, pole (1 + 2 g)^2
    ClusterInput input;
    input.wave_number = 1e5;
    input.order = 2;
    input.orientation_average = false;
    input.spheres = {glass({}, 1e-8, 1e5, 2, 2.0)};  // eps 4, g = 1/2, k R = 1e-3
    const ClusterResult result = cluster_cross_sections(input);
    const SurfaceEnhancement field = surface_enhancement(input, result.waves);
    EXPECT_NEAR(field.all.mean_square, 1.5, 3e-6);
    // |E|^2 = 1/4 + 15/4 cos^2: mean of the square 1/16 + 15/24 + 225/80
    EXPECT_NEAR(field.all.mean_fourth, 0.0625 + 0.625 + 2.8125, 1e-5);
    const ComplexVector3 pole = electric_field(input, result.waves, {1e-8, 0, 0});
    EXPECT_NEAR(std::norm(pole[0]), 4.0, 1e-5);
    EXPECT_THROW(electric_field(input, result.waves, {5e-9, 0, 0}), InputError);
}

TEST(SurfaceField, FallsWithTheMoleculesDistance) {
    ClusterInput input;
    input.wave_number = 1e5;
    input.order = 2;
    input.orientation_average = false;
    input.spheres = {glass({}, 1e-8, 1e5, 2, 2.0)};
    const ClusterResult result = cluster_cross_sections(input);
    const SurfaceEnhancement far = surface_enhancement(input, result.waves, {1e-8, 0});
    // at twice the radius g is 1/16: mean |E|^2 = 1 + 2/256
    EXPECT_NEAR(far.all.mean_square, 1.0 + 2.0 / 256.0, 1e-6);
}

}  // namespace
