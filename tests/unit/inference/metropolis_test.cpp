#include "caravel/inference/metropolis.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace caravel::inference {
namespace {

double normal_density(std::span<const double> x) { return -0.5 * (x[0] * x[0] + x[1] * x[1]); }

MetropolisPlan plan() {
    MetropolisPlan p;
    p.box = Box{{-10.0, -10.0}, {10.0, 10.0}};
    p.warm_up = 500;
    p.draws = 400;
    p.seed = 3;
    return p;
}

const std::vector<std::vector<double>> starts{{0.0, 1.0}, {1.0, 0.0}, {-1.0, 0.0}};

TEST(Metropolis, DoesNotDependOnThreads) {
    std::vector<std::vector<ChainState>> results;
    for (const int threads : {1, 2, 4}) {
        exec::ThreadTeam team(threads);
        results.emplace_back();
        run_chains(plan(), normal_density, starts, team, results.back());
    }
    for (const auto& chains : results) {
        for (std::size_t c = 0; c < 3; ++c) EXPECT_EQ(chains[c].draws, results[0][c].draws);
    }
    EXPECT_EQ(results[0][0].draws.size(), 800U);
    EXPECT_NE(results[0][0].draws, results[0][1].draws);
}

TEST(Metropolis, ContinuesWithTheSameBits) {
    exec::ThreadTeam team(1);
    std::vector<ChainState> whole;
    run_chains(plan(), normal_density, starts, team, whole);
    std::atomic<bool> cancel{false};
    int calls = 0;
    const ScalarFunction counted = [&](std::span<const double> x) {
        if (++calls % 97 == 0) cancel = true;
        return normal_density(x);
    };
    std::vector<ChainState> parts;
    for (std::size_t c = 0; c < 3; ++c) {
        parts.push_back(start_chain(plan(), counted, c, starts[c]));
        while (parts[c].step < 900) {
            cancel = false;
            const ChainState stored = parts[c];
            parts[c] = stored;
            continue_chain(plan(), counted, parts[c], &cancel);
        }
        EXPECT_EQ(parts[c].draws, whole[c].draws);
        EXPECT_EQ(parts[c].words_used, whole[c].words_used);
    }
}

TEST(Metropolis, StaysInsideTheBoxAndCountsFailures) {
    MetropolisPlan p = plan();
    p.box = Box{{0.0, -1.0}, {2.0, 1.0}};
    const ScalarFunction fails = [](std::span<const double> x) {
        if (x[1] > 0.5) throw NumericalError({"model", "x", "", 0, 0, "explodes", ""});
        return 0.0;
    };
    ChainState state = start_chain(p, fails, 0, std::vector<double>{1.0, 0.0});
    continue_chain(p, fails, state);
    EXPECT_GT(state.failed, 0);
    for (std::size_t i = 0; i < state.draws.size(); i += 2) {
        EXPECT_TRUE(state.draws[i] >= 0.0 && state.draws[i] <= 2.0);
        EXPECT_TRUE(state.draws[i + 1] >= -1.0 && state.draws[i + 1] <= 0.5);
    }
}

TEST(Metropolis, RefusesNaNAndImpossibleStarts) {
    const ScalarFunction nan = [](std::span<const double> x) {
        return x[0] == 1.0 ? 0.0 : std::nan("");
    };
    ChainState state = start_chain(plan(), nan, 0, std::vector<double>{1.0, 0.0});
    try {
        continue_chain(plan(), nan, state);
        ADD_FAILURE();
    } catch (const NumericalError& error) {
        EXPECT_EQ(error.failure().quantity, "log density");
        EXPECT_FALSE(error.failure().place.empty());
    }
    const ScalarFunction nothing = [](std::span<const double>) {
        return -std::numeric_limits<double>::infinity();
    };
    EXPECT_THROW(start_chain(plan(), nothing, 0, std::vector<double>{1.0, 0.0}), NumericalError);
    EXPECT_THROW(start_chain(plan(), normal_density, 0, std::vector<double>{11.0, 0.0}),
                 InputError);
    MetropolisPlan empty = plan();
    empty.draws = 0;
    EXPECT_THROW(start_chain(empty, normal_density, 0, std::vector<double>{1.0, 0.0}), InputError);
}

TEST(ChainDiagnostics, SeeChainsThatDisagree) {
    Chains agree(4, std::vector<double>(100));
    for (std::size_t c = 0; c < 4; ++c) {
        for (std::size_t i = 0; i < 100; ++i) {
            agree[c][i] = std::sin(1.7 * static_cast<double>(i * (c + 3)));
        }
    }
    EXPECT_LT(split_r_hat(agree), 1.05);
    Chains shifted = agree;
    for (double& value : shifted[2]) value += 5.0;
    EXPECT_GT(split_r_hat(shifted), 2.0);
    EXPECT_GT(rank_r_hat(shifted), 1.2);
    // Equal means, another width: only the folded ranks see it.
    Chains wide = agree;
    for (double& value : wide[2]) value *= 20.0;
    EXPECT_LT(split_r_hat(wide), 1.05);
    EXPECT_GT(rank_r_hat(wide), 1.1);
}

// Within (0 1 0 1 ...) every half has variance n/(n-1)/4 and the means agree: R^2 = (n-1)/n.
TEST(ChainDiagnostics, GiveTheHandComputedValue) {
    Chains chains(2, std::vector<double>{0, 1, 0, 1, 0, 1, 0, 1});
    EXPECT_NEAR(split_r_hat(chains), std::sqrt(3.0 / 4.0), 1e-15);
    const Chains constant(2, std::vector<double>(8, 3.0));
    EXPECT_EQ(split_r_hat(constant), 1.0);
}

TEST(ChainDiagnostics, RefuseNaNShortAndUnequalChains) {
    EXPECT_THROW(split_r_hat({}), InputError);
    EXPECT_THROW(split_r_hat({{1.0, 2.0, 3.0}}), InputError);
    EXPECT_THROW(split_r_hat({{1.0, 2.0, 3.0, 4.0}, {1.0, 2.0, 3.0}}), InputError);
    EXPECT_THROW(effective_sample_size({{1.0, 2.0, std::nan(""), 4.0}}), InputError);
}

}  // namespace
}  // namespace caravel::inference
