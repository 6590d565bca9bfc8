#include "caravel/kinetics/rosenbrock_tableau.hpp"
#include "caravel/kinetics/solver.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace caravel::kinetics {
namespace {

// Coefficients in the textbook form: u_i = y + sum alpha_ij K_j, Gamma, weights b.
template <class Tableau>
struct Textbook {
    static constexpr int s = Tableau::stages;
    using Matrix = std::array<std::array<double, s>, s>;
    Matrix gamma{}, alpha{}, beta{};
    std::array<double, s> b{};

    Textbook() {
        // Gamma^-1 = I/gamma - C is lower triangular; invert column by column
        for (int j = 0; j < s; ++j) {
            for (int i = j; i < s; ++i) {
                double sum = i == j ? 1.0 : 0.0;
                for (int k = j; k < i; ++k) {
                    sum += Tableau::c[i][k] * at(gamma, k, j);
                }
                at(gamma, i, j) = sum * Tableau::gamma;
            }
        }
        for (int i = 0; i < s; ++i) {
            for (int j = 0; j < s; ++j) {
                for (int k = 0; k < s; ++k) {
                    at(alpha, i, j) += Tableau::a[i][k] * at(gamma, k, j);
                }
                at(beta, i, j) = at(alpha, i, j) + at(gamma, i, j);
            }
        }
        for (int j = 0; j < s; ++j) {
            b[static_cast<std::size_t>(j)] = at(alpha, s - 1, j) + at(gamma, s - 1, j);
        }
    }
    static double& at(Matrix& m, int i, int j) {
        return m[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
    }
    using Vector = std::array<double, s>;
    static Vector times(const Matrix& m, const Vector& x) {
        Vector out{};
        for (std::size_t i = 0; i < s; ++i) {
            for (std::size_t j = 0; j < s; ++j) {
                out[i] += m[i][j] * x[j];
            }
        }
        return out;
    }
    double weighted(const Vector& x) const {
        double sum = 0.0;
        for (std::size_t i = 0; i < s; ++i) {
            sum += b[i] * x[i];
        }
        return sum;
    }
    static Vector product(const Vector& x, const Vector& y) {
        Vector out{};
        for (std::size_t i = 0; i < s; ++i) {
            out[i] = x[i] * y[i];
        }
        return out;
    }
};

template <class Tableau>
class RosenbrockTableau : public testing::Test {};
using Tableaux = testing::Types<Rodas4, Rodas4P, Rodas5P>;
TYPED_TEST_SUITE(RosenbrockTableau, Tableaux);

TYPED_TEST(RosenbrockTableau, MeetsTheConditionsOfOrderFour) {
    const Textbook<TypeParam> m;
    typename Textbook<TypeParam>::Vector one;
    one.fill(1.0);
    const auto times = [](const auto& matrix, const auto& x) {
        return Textbook<TypeParam>::times(matrix, x);
    };
    const auto product = [](const auto& x, const auto& y) {
        return Textbook<TypeParam>::product(x, y);
    };
    const auto c = times(m.alpha, one);
    const auto d = times(m.beta, one);
    const double tolerance = 2e-12;  // coefficients have 16 digits and sizes up to 150
    EXPECT_NEAR(m.weighted(one), 1.0, tolerance);
    EXPECT_NEAR(m.weighted(d), 1.0 / 2.0, tolerance);
    EXPECT_NEAR(m.weighted(product(c, c)), 1.0 / 3.0, tolerance);
    EXPECT_NEAR(m.weighted(times(m.beta, d)), 1.0 / 6.0, tolerance);
    EXPECT_NEAR(m.weighted(product(c, product(c, c))), 1.0 / 4.0, tolerance);
    EXPECT_NEAR(m.weighted(product(c, times(m.alpha, d))), 1.0 / 8.0, tolerance);
    EXPECT_NEAR(m.weighted(times(m.beta, product(c, c))), 1.0 / 12.0, tolerance);
    EXPECT_NEAR(m.weighted(times(m.beta, times(m.beta, d))), 1.0 / 24.0, tolerance);
    for (int i = 0; i < TypeParam::stages; ++i) {
        const auto k = static_cast<std::size_t>(i);
        EXPECT_NEAR(c[k], TypeParam::alpha[i], 1e-12);
        EXPECT_NEAR(d[k] - c[k], TypeParam::d[i], 1e-12);
    }
}

// y' = lambda y with lambda h -> -infinity: one step must give 0
TYPED_TEST(RosenbrockTableau, DampsInfinitelyStiffComponentsInOneStep) {
    const Textbook<TypeParam> m;
    // R(inf) = 1 - b^T beta^-1 1; beta is lower triangular with diagonal gamma
    typename Textbook<TypeParam>::Vector x{};
    for (std::size_t i = 0; i < x.size(); ++i) {
        double rest = 1.0;
        for (std::size_t j = 0; j < i; ++j) {
            rest -= m.beta[i][j] * x[j];
        }
        x[i] = rest / m.beta[i][i];
    }
    EXPECT_NEAR(1.0 - m.weighted(x), 0.0, 1e-11);
}

struct FixedStepRun {
    double end_error = 0.0;
    double dense_error = 0.0;
};

// a' = -k(t) a^2 beside a stiff partner; a = 1/(1 + integral of k)
FixedStepRun run_fixed(Method method, double h, bool forced) {
    KineticModel model;
    const SpeciesId a = model.add_species({"a"}, 1.0);
    const SpeciesId p = model.add_species({"p"}, 0.5);
    const CoefficientId k = model.add_coefficient("k", 1.0);
    model.add_reaction({"dimer", {{a, -1.0}}, {k, a, a, {}}});
    const SumId load = model.add_sum({"load", {{p, 1.0}}, 0.0});
    model.add_reaction({"growth",
                        {{p, 1.0}},
                        {model.add_coefficient("g", 1.5), p, {}, {{Shape::logistic, load, 1.0}}}});
    const CompiledModel compiled(model);
    SolverOptions options;
    options.method = method;
    options.relative_tolerance = 1e8;
    options.first_step = options.longest_step = h;
    Solver solver(compiled, options);
    std::vector<double> y = model.initial();
    std::vector<double> times;
    for (double t = 0.37 * h; t < 2.0; t += h) {
        times.push_back(t);
    }
    const auto exact = [forced](double t) {
        return 1.0 / (1.0 + (forced ? t + 0.8 * (1.0 - std::cos(2.0 * t)) / 2.0 : t));
    };
    const auto logistic = [](double t) { return 1.0 / (1.0 + std::exp(-1.5 * t)); };
    FixedStepRun result;
    double step = 0.0;
    const Forcing forcing = [](double t, std::span<double> c) {
        c[0] = 1.0 + 0.8 * std::sin(2.0 * t);
    };
    solver.advance(y, 0.0, 2.0, step, forced ? forcing : Forcing(), times,
                   [&](std::size_t, double t, std::span<const double> v) {
                       result.dense_error = std::max({result.dense_error, std::abs(v[0] - exact(t)),
                                                      std::abs(v[1] - logistic(t))});
                   });
    EXPECT_NEAR(static_cast<double>(solver.statistics().accepted), 2.0 / h, 1.0);
    result.end_error = std::max(std::abs(y[0] - exact(2.0)), std::abs(y[1] - logistic(2.0)));
    return result;
}

struct Expected {
    Method method;
    double order;
    double dense_order;
};

class ObservedOrder : public testing::TestWithParam<Expected> {};

TEST_P(ObservedOrder, IsReachedAutonomousForcedAndBetweenSteps) {
    for (const bool forced : {false, true}) {
        const FixedStepRun coarse = run_fixed(GetParam().method, 0.1, forced);
        const FixedStepRun fine = run_fixed(GetParam().method, 0.05, forced);
        const double order = std::log2(coarse.end_error / fine.end_error);
        const double dense_order = std::log2(coarse.dense_error / fine.dense_error);
        EXPECT_GT(order, GetParam().order - 0.4) << "forced " << forced;
        EXPECT_GT(dense_order, GetParam().dense_order - 0.4) << "forced " << forced;
        EXPECT_LT(fine.end_error, 1e-5);
    }
}

INSTANTIATE_TEST_SUITE_P(Rodas, ObservedOrder,
                         testing::Values(Expected{Method::rodas4, 4.0, 3.0},
                                         Expected{Method::rodas4p, 4.0, 3.0},
                                         Expected{Method::rodas5p, 5.0, 4.0}));

}  // namespace
}  // namespace caravel::kinetics
