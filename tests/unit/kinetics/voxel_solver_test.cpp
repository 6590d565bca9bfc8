#include "caravel/kinetics/voxel_solver.hpp"

#include "caravel/base/error.hpp"
#include "caravel/kinetics/rosenbrock_step.hpp"
#include "caravel/kinetics/voxel_lanes.hpp"
#include "caravel/kinetics/voxel_reactions.hpp"
#include "caravel/kinetics/voxel_tableau.hpp"
#include "support/voxel_tumour.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

using namespace caravel;
using namespace caravel::kinetics;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

KineticModel decay(double rate) {
    KineticModel model;
    const auto a = model.add_species({"a", "x", 1.0, true}, 1.0);
    const auto b = model.add_species({"b", "x", 1.0, true}, 0.0);
    model.add_transfer("move", a, b, model.add_coefficient("k", rate));
    return model;
}

VoxelStatistics advance(const VoxelSolver& solver, test::VoxelArrays& arrays, double dt,
                        int threads = 1, std::span<const unsigned char> active = {}) {
    exec::ThreadTeam team(threads);
    return solver.advance(team, arrays.voxels, arrays.rows(), arrays.coefficients, dt, active);
}

TEST(VoxelSolver, ADecayIsExactToTheTolerance) {
    const CompiledModel model(decay(1e-3));
    test::VoxelArrays arrays(model.model(), 5);
    arrays.coefficients[0].values = nullptr;
    for (double& a : arrays.amounts[0]) a = 2.0;
    advance(VoxelSolver(model, {1e-6, 10000}), arrays, 1000.0);
    for (const double a : arrays.amounts[0]) EXPECT_NEAR(a, 2.0 * std::exp(-1.0), 2e-6);
    for (const double b : arrays.amounts[1]) EXPECT_NEAR(b, 2.0 * (1.0 - std::exp(-1.0)), 2e-6);
}

TEST(VoxelSolver, AStiffDecayIsOneStepAndLeavesNothing) {
    const CompiledModel model(decay(1e9));
    test::VoxelArrays arrays(model.model(), 3);
    arrays.coefficients[0].values = nullptr;
    for (double& a : arrays.amounts[0]) a = 1e-9;
    const auto statistics = advance(VoxelSolver(model, {1e-3, 100}), arrays, 3600.0);
    EXPECT_EQ(statistics.accepted, 3);
    for (const double a : arrays.amounts[0]) EXPECT_LT(std::abs(a), 1e-15);
}

// Errors of a transient much shorter than the step hardly fall with it: by the order of the method
// alone nine steps are refused before one sees it.
TEST(VoxelSolver, FindsTheStepOfAShortTransientInFewTrials) {
    KineticModel both_ways;
    const auto a = both_ways.add_species({"a", "x", 1.0, true}, 1.0);
    const auto b = both_ways.add_species({"b", "x", 1.0, true}, 1.0);
    both_ways.add_transfer("there", a, b, both_ways.add_coefficient("there", 0.01));
    both_ways.add_transfer("back", b, a, both_ways.add_coefficient("back", 0.01));
    const CompiledModel model(both_ways);
    test::VoxelArrays arrays(model.model(), 1);
    arrays.coefficients = {{0.01, nullptr}, {0.01, nullptr}};
    arrays.amounts[0][0] = 1.03;
    arrays.amounts[1][0] = 1.0;
    const auto statistics = advance(VoxelSolver(model, {1e-4, 10000}), arrays, 1800.0);
    EXPECT_GT(statistics.rejected, 0);
    EXPECT_LE(statistics.rejected, 4);
    EXPECT_LE(statistics.accepted, 8);
    EXPECT_NEAR(arrays.amounts[0][0], 1.015, 1e-6);
}

// One window over which every voxel needs several steps, and some more than others.
std::vector<std::vector<double>> several_steps(const VoxelKernels& kernels, int threads,
                                               const test::VoxelTumour& size) {
    const CompiledModel model(test::voxel_tumour_model(size));
    test::VoxelArrays arrays(model.model(), 4096 + 77);
    const auto statistics =
        advance(VoxelSolver(model, {1e-3, 10000}, kernels), arrays, 60.0, threads);
    EXPECT_GT(statistics.accepted, 2 * arrays.voxels);
    EXPECT_GT(statistics.rejected, arrays.voxels);
    return arrays.amounts;
}

TEST(VoxelSolver, GivesTheSameBitsForAnyWidthAndNumberOfThreads) {
    for (const auto& size : {test::small_voxel_tumour, test::large_voxel_tumour}) {
        const auto plain = several_steps(usable_voxel_kernels().front(), 1, size);
        for (const VoxelKernels& kernels : usable_voxel_kernels()) {
            EXPECT_EQ(several_steps(kernels, 2, size), plain) << kernels.name;
        }
        EXPECT_EQ(several_steps(usable_voxel_kernels().back(), 4, size), plain);
    }
}

TEST(VoxelSolver, AVoxelDoesNotDependOnItsNeighbours) {
    const CompiledModel model(test::voxel_tumour_model(test::small_voxel_tumour));
    const VoxelSolver solver(model);
    test::VoxelArrays all(model.model(), 500);
    test::VoxelArrays reversed(model.model(), 500);
    for (auto* rows : {&reversed.amounts, &reversed.values}) {
        for (std::vector<double>& row : *rows) std::reverse(row.begin(), row.end());
    }
    advance(solver, all, 60.0);
    advance(solver, reversed, 60.0);
    for (std::vector<double>& row : reversed.amounts) std::reverse(row.begin(), row.end());
    EXPECT_EQ(reversed.amounts, all.amounts);
}

TEST(VoxelSolver, LeavesInactiveVoxelsAndSolvesTheOthersAlike) {
    const CompiledModel model(test::voxel_tumour_model(test::small_voxel_tumour));
    const VoxelSolver solver(model);
    test::VoxelArrays all(model.model(), 500);
    test::VoxelArrays some(model.model(), 500);
    std::vector<unsigned char> active(500);
    for (std::size_t v = 0; v < 500; ++v) active[v] = v % 7 < 4 ? 1 : 0;
    some.amounts[0][6] = std::numeric_limits<double>::quiet_NaN();  // not looked at
    const auto start = some.amounts;
    advance(solver, all, 60.0);
    advance(solver, some, 60.0, 2, active);
    for (std::size_t s = 0; s < start.size(); ++s) {
        for (std::size_t v = 0; v < 500; ++v) {
            if (s == 0 && v == 6) continue;
            EXPECT_EQ(some.amounts[s][v], active[v] != 0 ? all.amounts[s][v] : start[s][v]);
        }
    }
}

TEST(VoxelSolver, OneCoefficientForAllIsAsGoodAsOneEach) {
    const CompiledModel model(test::voxel_tumour_model(test::small_voxel_tumour));
    const VoxelSolver solver(model);
    test::VoxelArrays uniform(model.model(), 40);
    test::VoxelArrays each(model.model(), 40);
    for (std::size_t c = 0; c < each.coefficients.size(); ++c) {
        uniform.coefficients[c].values = nullptr;
        each.values[c].assign(40, each.coefficients[c].uniform);
        each.coefficients[c].values = each.values[c].data();
    }
    advance(solver, uniform, 60.0);
    advance(solver, each, 60.0);
    EXPECT_EQ(uniform.amounts, each.amounts);
}

// The step of the scalar solver with libm, and the one of the lanes.
TEST(VoxelSolver, AStepOfTheLanesIsThatOfTheScalarCode) {
    const CompiledModel model(test::voxel_tumour_model(test::large_voxel_tumour));
    constexpr double h = 60.0;
    const VoxelSolver solver(model, {1e9, 1});  // one step, whatever its error
    test::VoxelArrays arrays(model.model(), 64);
    advance(VoxelSolver(model), arrays, 3600.0);
    const auto start = arrays.amounts;
    BoundModel bound(model);
    const auto n = static_cast<std::size_t>(model.size());
    RosenbrockStep<Rodas3> step(n);
    PaddedArray y(n);
    PaddedArray ones(n);
    std::fill_n(ones.data(), ones.size(), 1.0);
    advance(solver, arrays, h);
    for (std::size_t v = 0; v < 64; ++v) {
        for (std::size_t s = 0; s < n; ++s) {
            y[static_cast<std::size_t>(bound.place()[s])] = start[s][v];
        }
        bound.bind(arrays.coefficients_of(static_cast<index_t>(v)));
        ASSERT_TRUE(bound.factor(y.data(), 1.0 / (Rodas3::gamma * h)));
        step.run(bound, y.data(), h, {ones.data(), y.data(), 1.0});
        for (std::size_t s = 0; s < n; ++s) {
            const double expected = step.result()[bound.place()[s]];
            const double extent = std::abs(expected) + 1e-6;  // mol/m3, of all pools together
            // about 400 operations lead to a value
            EXPECT_NEAR(arrays.amounts[s][v], expected, 10.0 * epsilon * 400.0 * extent);
        }
    }
}

using Two = lanes::Lanes<2, 2>;

TEST(VoxelMath, ExponentialAndLogarithmAreAccurateToTwoUnits) {
    for (double x = -690.0; x < 690.0; x += 0.37) {
        const double e = lanes::exponential<Two>(Two::all(x)).v[0][1];
        EXPECT_NEAR(e / std::exp(x), 1.0, 2.0 * epsilon) << x;
    }
    for (double x = 1e-300; x < 1e300; x *= 1.37) {
        const double l = lanes::logarithm<Two>(Two::all(x)).v[0][0];
        EXPECT_NEAR(l, std::log(x), 2.0 * epsilon * std::abs(std::log(x))) << x;
    }
    for (double x = 0.5; x < 2.0; x += 0.00137) {
        const double l = lanes::logarithm<Two>(Two::all(x)).v[0][0];
        EXPECT_NEAR(l, std::log(x), 2.0 * epsilon * std::abs(std::log(x))) << x;
    }
}

TEST(VoxelMath, PowersAreThoseOfTheLibrary) {
    for (const double b : {1.0, 2.0, 3.0, -1.0, -2.0, 20.0, 1.5, 0.3, -0.7, 64.0, 65.0}) {
        for (double x = 1e-4; x < 1e4; x *= 1.7) {
            const double value = lanes::raise<Two>(Two::all(x), b).v[0][0];
            EXPECT_NEAR(value / std::pow(x, b), 1.0,
                        epsilon * (4.0 + 2.0 * std::abs(b * std::log(x))))
                << x << " to " << b;
        }
    }
}

TEST(VoxelMath, FactorsAreThoseOfTheScalarCode) {
    constexpr Shape shapes[] = {
        Shape::capacity, Shape::michaelis, Shape::hill,    Shape::inhibition, Shape::exponential,
        Shape::power,    Shape::logarithm, Shape::simeoni, Shape::linear,     Shape::logistic};
    for (const Shape shape : shapes) {
        for (const double b : {1.0, 2.0, 1.5, 20.0}) {
            for (const double x : {-3.0, 0.0, 1e-12, 0.02, 0.3, 1.4, 2.5, 30.0, 4000.0}) {
                const FlatFactor factor{shape, 0, 2.5, b, -1};
                const auto value = lanes::evaluate_shared<Two>(factor, Two::all(x));
                const FactorValue expected = evaluate(shape, x, 2.5, b);
                const double tolerance = epsilon * 400.0;
                EXPECT_NEAR(value.value.v[0][0], expected.value,
                            tolerance * std::abs(expected.value) + 1e-290)
                    << static_cast<int>(shape) << ' ' << x << ' ' << b;
                EXPECT_NEAR(value.derivative.v[0][0], expected.derivative,
                            tolerance * std::abs(expected.derivative) + 1e-290)
                    << static_cast<int>(shape) << ' ' << x << ' ' << b;
            }
        }
    }
}

KineticModel chain(double scale) {
    KineticModel model;
    std::vector<SpeciesId> species;
    for (int i = 0; i < 8; ++i) {
        species.push_back(
            model.add_species({"s" + std::to_string(i), "x", scale, true}, i < 1 ? 1.0 : 0.0));
    }
    for (std::size_t i = 0; i + 1 < species.size(); ++i) {
        const std::string name = "k" + std::to_string(i);
        model.add_transfer(name, species[i], species[i + 1], model.add_coefficient(name, 1e-3));
    }
    return model;
}

// A step of Rodas3 over h from the first species alone leaves about -(k h)^5 / 48 in the sixth. The
// error does not count here: with a scale of 1e-12 half of a step is refused until h is 8 s; with
// 1e-22 until it is below dt/1024, where Euler steps take over.
TEST(VoxelSolver, NoAmountEndsBelowItsAbsoluteTolerance) {
    constexpr double tolerance = 1e3;
    for (const double scale : {1e-12, 1e-22}) {
        const CompiledModel model(chain(scale));
        test::VoxelArrays arrays(model.model(), 20);
        for (double& a : arrays.amounts[0]) a = 1.0;
        const auto statistics = advance(VoxelSolver(model, {tolerance, 10000}), arrays, 600.0);
        EXPECT_GT(statistics.rejected, scale > 1e-20 ? 20 * 5 : 20 * 10);
        for (std::size_t v = 0; v < 20; ++v) {
            double sum = 0.0;
            for (std::size_t s = 0; s < 8; ++s) {
                EXPECT_GE(arrays.amounts[s][v], -tolerance * 1e-3 * scale);
                sum += arrays.amounts[s][v];
            }
            EXPECT_NEAR(sum, 1.0, 100.0 * epsilon);
        }
    }
}

TEST(VoxelSolver, AnAmountThatStartsBelowItsToleranceMayRise) {
    const CompiledModel model(decay(1e-3));
    test::VoxelArrays arrays(model.model(), 4);
    for (double& a : arrays.amounts[0]) a = -1e-3;
    for (double& b : arrays.amounts[1]) b = 1.0;
    advance(VoxelSolver(model), arrays, 1000.0);
    for (const double a : arrays.amounts[0]) {
        EXPECT_GE(a, -1e-3);
        EXPECT_LT(a, -1e-5);
    }
}

std::string failure(test::VoxelArrays& arrays, const VoxelSolver& solver) {
    try {
        advance(solver, arrays, 60.0, 2);
    } catch (const NumericalError& error) {
        return error.what();
    }
    return "";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(VoxelSolver, NamesTheFirstVoxelThatCannotBeSolved) {
    const CompiledModel model(test::voxel_tumour_model(test::small_voxel_tumour));
    for (const VoxelKernels& kernels : usable_voxel_kernels()) {
        const VoxelSolver solver(model, {}, kernels);
        test::VoxelArrays arrays(model.model(), 9000);
        arrays.amounts[3][8000] = std::numeric_limits<double>::infinity();
        arrays.amounts[4][4711] = std::numeric_limits<double>::quiet_NaN();
        arrays.amounts[5][4700] = std::numeric_limits<double>::infinity();
        const std::string text = failure(arrays, solver);
        EXPECT_TRUE(contains(text, "voxel 4700")) << text;
        EXPECT_TRUE(contains(text, model.model().all_species()[5].name)) << text;
        EXPECT_TRUE(contains(text, "not finite")) << text;
    }
}

TEST(VoxelSolver, NamesACoefficientThatIsNotFinite) {
    const CompiledModel model(test::voxel_tumour_model(test::small_voxel_tumour));
    test::VoxelArrays arrays(model.model(), 100);
    arrays.values[1][55] = std::numeric_limits<double>::quiet_NaN();
    const std::string text = failure(arrays, VoxelSolver(model));
    EXPECT_TRUE(contains(text, "voxel 55")) << text;
    EXPECT_TRUE(contains(text, model.model().coefficients()[1].name)) << text;
}

TEST(VoxelSolver, SaysWhereTheStepsDoNotSuffice) {
    const CompiledModel model(test::voxel_tumour_model(test::small_voxel_tumour));
    test::VoxelArrays arrays(model.model(), 100);
    const auto before = arrays.state(0);
    const std::string text = failure(arrays, VoxelSolver(model, {1e-4, 2}));
    EXPECT_EQ(arrays.state(0), before);
    EXPECT_TRUE(contains(text, "voxel 0")) << text;
    EXPECT_TRUE(contains(text, "needs more than 2 steps")) << text;
}

TEST(VoxelSolver, ACellNumberThatExplodesIsAnError) {
    KineticModel squared;
    const auto a = squared.add_species({"a", "", 1.0, true}, 1.0);
    squared.add_reaction(
        {"blow up", {{a, 1.0}}, {squared.add_coefficient("k", 1.0), a, a, {}, {}}});
    const CompiledModel model(squared);
    test::VoxelArrays arrays(model.model(), 3);
    for (double& value : arrays.amounts[0]) value = 1.0;  // infinite after 1 s
    const std::string text = failure(arrays, VoxelSolver(model));
    EXPECT_TRUE(contains(text, "voxel 0")) << text;
}

TEST(VoxelSolver, RefusesWhatItCannotUse) {
    const CompiledModel model(decay(1.0));
    EXPECT_THROW(VoxelSolver(model, {0.0, 10}), std::invalid_argument);
    EXPECT_THROW(VoxelSolver(model, {std::nan(""), 10}), std::invalid_argument);
    EXPECT_THROW(VoxelSolver(model, {1e-3, 0}), std::invalid_argument);
    KineticModel formula = decay(1.0);
    formula.add_formula("f", {{formula.species("a"), 1.0}}, "k * a / (1 + a)");
    const CompiledModel with_formula(formula);
    EXPECT_THROW(VoxelSolver{with_formula}, std::invalid_argument);
    const VoxelSolver solver(model);
    test::VoxelArrays arrays(model.model(), 4);
    EXPECT_THROW(advance(solver, arrays, -1.0), std::invalid_argument);
    EXPECT_THROW(advance(solver, arrays, std::numeric_limits<double>::infinity()),
                 std::invalid_argument);
    const std::vector<unsigned char> short_mask(3, 1);
    EXPECT_THROW(advance(solver, arrays, 1.0, 1, short_mask), std::invalid_argument);
    arrays.coefficients.clear();
    EXPECT_THROW(advance(solver, arrays, 1.0), std::invalid_argument);
}

TEST(VoxelSolver, NothingHappensInNoTimeOrWithoutVoxels) {
    const CompiledModel model(decay(1.0));
    const VoxelSolver solver(model);
    test::VoxelArrays arrays(model.model(), 4);
    const auto before = arrays.amounts;
    EXPECT_EQ(advance(solver, arrays, 0.0).accepted, 0);
    EXPECT_EQ(arrays.amounts, before);
    test::VoxelArrays none(model.model(), 0);
    EXPECT_EQ(advance(solver, none, 1.0).accepted, 0);
}

}  // namespace
