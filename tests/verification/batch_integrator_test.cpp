// Batches of individuals against the scalar solver, bit for bit, and against CVODE.
#include "../support/cvode_oracle.hpp"
#include "../support/mouse_model.hpp"
#include "../support/mouse_population.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/kinetics/batch_solver.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace caravel::kinetics {
namespace {

using Trajectories = std::map<std::int64_t, std::vector<double>>;

struct Population {
    KineticModel model;
    BatchPlan plan;
    BatchCallbacks callbacks;
};

Trajectories run(const Population& population, const LaneKernels& kernels, int threads,
                 std::int64_t first, std::int64_t count, BatchResult* result = nullptr) {
    const CompiledModel compiled(population.model);
    const BatchSolver solver(compiled, {}, kernels);
    exec::ThreadTeam team(threads);
    Trajectories found;
    std::mutex mutex;
    BatchCallbacks callbacks = population.callbacks;
    callbacks.finish = [&](std::int64_t i, std::span<const double> states) {
        const std::scoped_lock lock(mutex);
        found[i].assign(states.begin(), states.end());
    };
    const BatchResult outcome = solver.run(team, first, count, population.plan, callbacks);
    EXPECT_EQ(outcome.finished, std::ssize(found));
    if (result != nullptr) {
        *result = outcome;
    }
    return found;
}

Trajectories run_alone(const Population& population, std::int64_t first, std::int64_t count) {
    Trajectories found;
    for (std::int64_t i = first; i < first + count; ++i) {
        found[i] = integrate_alone(population.model, {}, i, population.plan, population.callbacks);
    }
    return found;
}

Population mouse_population() {
    const std::vector<double> times = test::mouse_output_times();
    return {test::mouse_model(), {0.0, times.back(), times, {}}, {test::vary_mouse, {}, {}}};
}

// every shape of a factor, sums of several terms, divisors, mass action, a source, a coefficient
// that is 0 and capacities that are reached
KineticModel every_shape() {
    KineticModel model;
    std::vector<SpeciesId> y;
    for (int i = 0; i < 8; ++i) {
        y.push_back(model.add_species({fmt::format("y{}", i), "", 1.0, i != 7}, 1.0 + 0.2 * i));
    }
    const auto sum = [&](const char* name, std::vector<Term> terms, double constant) {
        return model.add_sum({name, std::move(terms), constant});
    };
    const SumId one = sum("one", {{y[1], 1.0}}, 0.0);
    const SumId two = sum("two", {{y[2], 0.7}, {y[3], 0.2}}, 0.1);
    const SumId below = sum("below", {{y[4], 1.0}}, 0.5);
    const auto transfer = [&](int from, int to, double k, std::vector<Factor> factors) {
        const std::string name = fmt::format("r{}", model.reactions().size());
        model.add_transfer(name, y[static_cast<std::size_t>(from)], y[static_cast<std::size_t>(to)],
                           model.add_coefficient(name, k), std::move(factors));
    };
    transfer(0, 1, 3.0, {{Shape::capacity, one, 1.5, 1.0, {}}});
    transfer(1, 0, 0.4, {});
    transfer(0, 2, 0.3, {{Shape::capacity, two, 1.1, 1.0, {}}});
    transfer(2, 3, 0.5, {{Shape::hill, two, 0.8, 2.5, below}});
    transfer(3, 4, 0.6,
             {{Shape::michaelis, one, 0.7, 1.0, {}}, {Shape::inhibition, two, 1.2, 3.0, {}}});
    transfer(4, 5, 0.2, {{Shape::exponential, two, 2.0, 1.0, {}}});
    transfer(5, 6, 0.3, {{Shape::power, one, 1.3, 0.6, {}}, {Shape::simeoni, two, 1.0, 4.0, {}}});
    transfer(6, 0, 0.1, {{Shape::linear, one, 2.0, 1.0, below}});
    transfer(5, 0, 0.0, {{Shape::linear, one, 2.0, 1.0, {}}});
    const auto grow = [&](Shape shape, double k) {
        const std::string name = fmt::format("g{}", model.reactions().size());
        const SumId size = sum(name.c_str(), {{y[7], 1.0}}, 0.0);
        model.add_reaction(
            {name,
             {{y[7], 1.0}},
             {model.add_coefficient(name, k), y[7], {}, {{shape, size, 5.0, 0.9, {}}}}});
    };
    grow(Shape::logarithm, 0.3);
    grow(Shape::logistic, 0.2);
    model.add_reaction({"meet",
                        {{y[1], -1.0}, {y[6], 1.0}},
                        {model.add_coefficient("meet", 0.25), y[1], y[2], {}}});
    model.add_reaction(
        {"source", {{y[0], 1.0}}, {model.add_coefficient("source", 0.05), {}, {}, {}}});
    // fills y1 beyond the capacity of r0
    model.add_reaction({"fill", {{y[1], 1.0}}, {model.add_coefficient("fill", 1.0), {}, {}, {}}});
    return model;
}

void vary_all(std::int64_t index, Individual& numbers) {
    exec::RandomStream random(3, 4, static_cast<std::uint64_t>(index));
    for (std::vector<double>* values :
         {&numbers.initial, &numbers.scale, &numbers.coefficients, &numbers.factor_a,
          &numbers.factor_b, &numbers.sum_constants}) {
        for (double& value : *values) {
            value *= 0.6 + 0.8 * exec::uniform(random);
        }
    }
    numbers.sum_weights[1] *= 0.6 + 0.8 * exec::uniform(random);
    numbers.sum_weights[2] *= 0.6 + 0.8 * exec::uniform(random);
}

// doses and another coefficient at two stops
Population shapes_population() {
    const std::vector<double> times{0.0, 0.3, 2.0, 5.0, 5.0, 7.5, 40.0};
    return {every_shape(),
            {0.0, 40.0, times, {2.0, 6.0}},
            {vary_all,
             {},
             [](std::int64_t i, std::size_t stop, std::span<double> k, std::span<double> y) {
                 y[0] += 1.0 + 0.01 * static_cast<double>(i);
                 k[2] *= stop == 0 ? 1.5 : 0.5;
             }}};
}

TEST(BatchIntegrator, GivesTheBitsOfTheScalarSolverForEveryMouse) {
    const Population population = mouse_population();
    const Trajectories expected = run_alone(population, 100, 61);
    for (const LaneKernels& kernels : usable_lane_kernels()) {
        EXPECT_TRUE(run(population, kernels, 1, 100, 61) == expected) << kernels.name;
    }
}

TEST(BatchIntegrator, GivesTheBitsOfTheScalarSolverForEveryShapeAndStop) {
    const Population population = shapes_population();
    const Trajectories expected = run_alone(population, 0, 61);
    for (const LaneKernels& kernels : usable_lane_kernels()) {
        EXPECT_TRUE(run(population, kernels, 1, 0, 61) == expected) << kernels.name;
    }
}

TEST(BatchIntegrator, DoesNotDependOnThreadsOrOnWhoElseIsInTheBatch) {
    const Population population = mouse_population();
    const LaneKernels& kernels = usable_lane_kernels().back();
    const Trajectories expected = run(population, kernels, 1, 0, 300);
    ASSERT_EQ(expected.size(), 300U);
    EXPECT_TRUE(run(population, kernels, 2, 0, 300) == expected);
    EXPECT_TRUE(run(population, kernels, 5, 0, 300) == expected);
    for (const std::int64_t first : {0, 7, 150, 299}) {
        const Trajectories single = run(population, kernels, 1, first, 1);
        EXPECT_TRUE(single.at(first) == expected.at(first)) << first;
    }
}

TEST(BatchIntegrator, GivesTheBitsOfTheScalarSolverForFewIndividualsAndManyOutputs) {
    Population population = mouse_population();
    population.plan.output_times.clear();
    for (int i = 0; i <= 400; ++i) {  // several in most steps
        population.plan.output_times.push_back(population.plan.end * i / 400.0);
    }
    const Trajectories expected = run_alone(population, 0, 17);
    for (const LaneKernels& kernels : usable_lane_kernels()) {
        for (const std::int64_t count : {1, 8, 9, 17}) {  // around the lanes of a block
            for (const auto& [index, states] : run(population, kernels, 1, 0, count)) {
                EXPECT_TRUE(states == expected.at(index)) << kernels.name << " " << index;
            }
        }
    }
}

// Weighted error of the mouse's states against a reference, in tolerances of a run at 1e-6.
double worst_error(const KineticModel& model, const std::vector<double>& found,
                   const std::vector<double>& reference) {
    double worst = 0.0;
    const std::size_t n = model.all_species().size();
    for (std::size_t i = 0; i < reference.size(); ++i) {
        const double tolerance =
            1e-6 * (std::abs(reference[i]) + 1e-3 * model.all_species()[i % n].scale);
        worst = std::max(worst, std::abs(found[i] - reference[i]) / tolerance);
    }
    return worst;
}

TEST(BatchIntegrator, IsWithinAFewTolerancesOfCvodeAt1e10) {
    const Population population = mouse_population();
    const Trajectories found = run(population, usable_lane_kernels().back(), 1, 0, 24);
    double worst = 0.0;
    for (const auto& [index, states] : found) {
        Individual numbers = individual_of(population.model);
        test::vary_mouse(index, numbers);
        const KineticModel own = model_of(population.model, numbers);
        const CompiledModel compiled(own);
        test::CvodeOracle oracle(compiled, {});
        const std::vector<double> reference =
            oracle.run(own.initial(), population.plan.output_times);
        worst = std::max(worst, worst_error(own, states, reference));
    }
    RecordProperty("worst_error_in_tolerances", fmt::format("{:.3g}", worst));
    EXPECT_LT(worst, 10.0);
    EXPECT_GT(worst, 0.01);  // it is not the reference itself
}

TEST(BatchIntegrator, KeepsTheTotalOfEveryMouse) {
    const Population population = mouse_population();
    for (const auto& [index, states] : run(population, usable_lane_kernels().back(), 2, 0, 64)) {
        Individual numbers = individual_of(population.model);
        test::vary_mouse(index, numbers);
        const std::size_t n = numbers.initial.size();
        double dose = 0.0;
        for (const double amount : numbers.initial) {
            dose += amount;
        }
        for (std::size_t row = 0; row < states.size(); row += n) {
            double total = 0.0;
            for (std::size_t i = 0; i < n; ++i) {
                total += states[row + i];
            }
            EXPECT_NEAR(total, dose, 1e-11 * dose) << index;
        }
    }
}

}  // namespace
}  // namespace caravel::kinetics
