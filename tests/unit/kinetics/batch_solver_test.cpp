#include "caravel/kinetics/batch_solver.hpp"
#include "../../support/mouse_model.hpp"
#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace caravel::kinetics {
namespace {

// a -> b, with a source of a that may blow up: da/dt = -k a + grow a a
KineticModel small_model() {
    KineticModel model;
    const SpeciesId a = model.add_species({"a", ""}, 1.0);
    const SpeciesId b = model.add_species({"b", ""}, 0.0);
    model.add_transfer("decay", a, b, model.add_coefficient("decay", 0.5),
                       {{Shape::capacity, model.add_sum({"load", {{b, 1.0}}, 0.0}), 10.0, 1.0}});
    model.add_reaction({"grow", {{a, 1.0}}, {model.add_coefficient("grow", 0.0), a, a, {}}});
    return model;
}

struct Fixture {
    CompiledModel compiled{small_model()};
    BatchPlan plan{0.0, 4.0, {1.0, 4.0}, {}};
    std::vector<std::vector<double>> states = std::vector<std::vector<double>>(100);
    BatchCallbacks callbacks{[](std::int64_t, Individual&) {},
                             [this](std::int64_t i, std::span<const double> found) {
                                 states[static_cast<std::size_t>(i)].assign(found.begin(),
                                                                            found.end());
                             },
                             {}};

    BatchResult run(std::int64_t first, std::int64_t count, SolverOptions options = {},
                    const LaneKernels& kernels = usable_lane_kernels().back()) {
        exec::ThreadTeam team(2);
        return BatchSolver(compiled, options, kernels).run(team, first, count, plan, callbacks);
    }
};

void spoil_six(std::int64_t i, Individual& numbers) {
    if (i == 3) numbers.coefficients[1] = 5.0;  // 1/a falls to 0 at 0.2 s
    if (i == 20) numbers.initial[0] = std::numeric_limits<double>::quiet_NaN();
    if (i == 41) numbers.factor_a[0] = -1.0;
    if (i == 60) throw InputError(Diagnostic{{}, "no such patient", "", ""});
    if (i == 61) numbers.coefficients.pop_back();
    if (i == 77) numbers.initial[1] = -1.0;
}

TEST(BatchSolver, GoesOnWithoutTheIndividualsThatFail) {
    const std::vector<std::int64_t> spoilt{3, 20, 41, 60, 61, 77};
    for (const LaneKernels& kernels : usable_lane_kernels()) {
        Fixture f;
        f.callbacks.prepare = spoil_six;
        const BatchResult result = f.run(0, 100, {}, kernels);
        EXPECT_EQ(result.finished, 94);
        EXPECT_EQ(result.failures.size(), spoilt.size());
        for (std::size_t i = 0; i < 100; ++i) {
            const bool failed =
                std::count(spoilt.begin(), spoilt.end(), static_cast<std::int64_t>(i)) > 0;
            ASSERT_EQ(f.states[i].empty(), failed) << i;
            if (!failed) {
                EXPECT_EQ(f.states[i], f.states[0]) << i;
            }
        }
    }
}

TEST(BatchSolver, NamesTheIndividualsThatFailAndWhy) {
    Fixture f;
    f.callbacks.prepare = spoil_six;
    const BatchResult result = f.run(0, 100);
    const std::vector<std::pair<std::int64_t, std::string>> expected{
        {3, "kinetics: a does not meet"}, {20, "a is not finite"}, {41, "a > 0"},
        {60, "no such patient"},          {61, "coefficients"},    {77, "b is negative"}};
    ASSERT_EQ(result.failures.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const auto& [individual, what] = result.failures[i];
        EXPECT_EQ(individual, expected[i].first);
        EXPECT_NE(what.find(expected[i].second), std::string::npos) << what;
    }
}

TEST(BatchSolver, LeavesIndividualsWhoseUptakeDependsOnMoreToTheScalarSolver) {
    Fixture f;
    f.callbacks.prepare = [](std::int64_t i, Individual& numbers) {
        if (i == 1) numbers.sum_weights[0] = 2.0;
        if (i == 2) numbers.factor_a[0] = 5.0;
    };
    const BatchResult result = f.run(0, 3);
    EXPECT_EQ(result.finished, 3);
    ASSERT_EQ(f.states[1].size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {  // load 2b over 10 is load b over 5
        EXPECT_NEAR(f.states[1][i], f.states[2][i], 1e-6);
    }
    EXPECT_GT(std::abs(f.states[1][3] - f.states[0][3]), 1e-3);
}

TEST(BatchSolver, NumbersIndividualsFromTheFirst) {
    Fixture f;
    EXPECT_EQ(f.run(90, 10).finished, 10);
    EXPECT_TRUE(f.states[89].empty());
    EXPECT_EQ(f.states[90].size(), 4U);
    EXPECT_EQ(f.run(0, 0).finished, 0);
}

TEST(BatchSolver, EndsAnIndividualAtTheStepLimit) {
    Fixture f;
    SolverOptions options;
    options.step_limit = 2;
    const BatchResult result = f.run(5, 2, options);
    EXPECT_EQ(result.finished, 0);
    ASSERT_EQ(result.failures.size(), 2U);
    EXPECT_NE(result.failures[0].what.find("more than 2 steps"), std::string::npos);
}

TEST(BatchSolver, RefusesPlansAndOptionsOutOfRange) {
    const auto refused = [](auto change) {
        Fixture f;
        change(f);
        EXPECT_THROW(f.run(0, 1), std::invalid_argument);
    };
    refused([](Fixture& f) { f.plan.end = 0.0; });
    refused([](Fixture& f) { f.plan.end = std::numeric_limits<double>::infinity(); });
    refused([](Fixture& f) { f.plan.output_times = {2.0, 1.0}; });
    refused([](Fixture& f) { f.plan.output_times = {5.0}; });
    refused([](Fixture& f) { f.plan.stops = {1.0}; });  // without at_stop
    refused([](Fixture& f) { f.callbacks.prepare = {}; });
    refused([](Fixture& f) {
        f.plan.stops = {1.0, 1.0};
        f.callbacks.at_stop = [](std::int64_t, std::size_t, std::span<double>, std::span<double>) {
        };
    });
    Fixture f;
    EXPECT_THROW(f.run(0, 1, {.relative_tolerance = 0.0}), std::invalid_argument);
    EXPECT_THROW(f.run(0, 1, {.method = Method::rodas4}), std::invalid_argument);
}

TEST(BatchSolver, RethrowsWhatFinishThrows) {
    Fixture f;
    f.callbacks.finish = [](std::int64_t, std::span<const double>) {
        throw ResourceError("disk full");
    };
    EXPECT_THROW(f.run(0, 10), ResourceError);
}

TEST(BatchIndividual, MakesTheModelItWasTakenFrom) {
    const KineticModel model = test::mouse_model();
    Individual individual = individual_of(model);
    EXPECT_EQ(individual.factor_a.size(), 9U);
    individual.factor_a[factor_place(model, "spleen.uptake")] = 7.0;
    individual.sum_weights[weight_place(model, SumId{2})] = 3.0;
    individual.scale[0] = 2.0;
    const KineticModel changed = model_of(model, individual);
    EXPECT_EQ(individual_of(changed).factor_a, individual.factor_a);
    EXPECT_EQ(changed.sums()[2].terms[0].weight, 3.0);
    EXPECT_EQ(changed.all_species()[0].scale, 2.0);
    EXPECT_EQ(changed.initial(), model.initial());
    const auto& reactions = changed.reactions();
    const auto found = std::find_if(reactions.begin(), reactions.end(),
                                    [](const Reaction& r) { return r.name == "spleen.uptake"; });
    ASSERT_NE(found, reactions.end());
    EXPECT_EQ(found->law.factors[0].a, 7.0);
    EXPECT_THROW(factor_place(model, "spleen.release"), std::invalid_argument);
    EXPECT_THROW(weight_place(model, SumId{2}, 1), std::invalid_argument);
}

}  // namespace
}  // namespace caravel::kinetics
