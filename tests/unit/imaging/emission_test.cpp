// Expectation maximisation on small problems.
#include "caravel/imaging/nuclear/emission.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace caravel::imaging {
namespace {

constexpr index_t n = 16;

/// Lines of 24 angles through a square of n x n voxels, and a disc with a hot spot.
struct Problem {
    Grid grid{n, n, 1, {1e-3, 1e-3, 1e-3}, {-8e-3, -8e-3, -0.5e-3}};
    std::vector<Ray> lines{};
    std::vector<float> truth = std::vector<float>(n * n, 0.0F);

    Problem() {
        for (int a = 0; a < 24; ++a) {
            const double t = 3.14159265358979 * a / 24.0;
            for (int s = -14; s <= 14; ++s) {
                const double x = 0.8e-3 * s * std::cos(t);
                const double y = 0.8e-3 * s * std::sin(t);
                lines.push_back({{x - 0.03 * std::sin(t), y + 0.03 * std::cos(t), 0.0},
                                 {x + 0.03 * std::sin(t), y - 0.03 * std::cos(t), 0.0}});
            }
        }
        for (index_t j = 0; j < n; ++j) {
            for (index_t i = 0; i < n; ++i) {
                const Vector3 p = grid.centre(i, j, 0);
                float& value = truth[static_cast<std::size_t>(grid.index(i, j, 0))];
                if (std::hypot(p[0], p[1]) < 6e-3) value = 1e6F;
                if (std::hypot(p[0] - 2e-3, p[1]) < 1.5e-3) value = 4e6F;
            }
        }
    }

    EmissionSystem system(exec::ThreadTeam& team, index_t subsets) const {
        EmissionSystem all;
        all.voxels = n * n;
        all.subsets = subsets;
        all.subset_size = static_cast<index_t>(lines.size()) / subsets;
        const auto part = [this, size = all.subset_size](index_t s) {
            return std::span(lines).subspan(static_cast<std::size_t>(s * size),
                                            static_cast<std::size_t>(size));
        };
        all.project = [=, this, &team](index_t s, std::span<const float> x, std::span<float> y) {
            project_rays(team, grid, x, part(s), y);
        };
        all.back_project = [=, this, &team](index_t s, std::span<const float> y,
                                            std::span<float> x) {
            std::fill(x.begin(), x.end(), 0.0F);
            back_project_rays(team, grid, part(s), y, x);
        };
        return all;
    }
};

double total(std::span<const float> values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

TEST(Mlem, KeepsTheCountsAndRaisesTheLikelihoodInEveryIteration) {
    exec::ThreadTeam team(2);
    const Problem problem;
    const EmissionSystem system = problem.system(team, 1);
    EmissionCounts data;
    data.counts.resize(problem.lines.size());
    system.project(0, problem.truth, data.counts);
    for (std::size_t i = 0; i < data.counts.size(); ++i)  // noise that any counts may have
        data.counts[i] = std::floor(data.counts[i] * 0.01F) + static_cast<float>(i % 3);
    std::vector<float> image(n * n, 1.0F);
    std::vector<float> means(data.counts.size());
    double likelihood = -1e300;
    for (int iteration = 0; iteration < 20; ++iteration) {
        reconstruct_emission(team, system, data, 1, image);
        system.project(0, image, means);
        double seen = 0.0;  // lines beside the object cannot be explained
        for (std::size_t i = 0; i < means.size(); ++i)
            if (means[i] > 0.0F) seen += static_cast<double>(data.counts[i]);
        EXPECT_NEAR(total(means) / seen, 1.0, 2e-6);
        const double now = log_likelihood(team, system, data, image);
        EXPECT_GE(now, likelihood - 1e-9 * std::abs(likelihood)) << iteration;
        likelihood = now;
    }
}

TEST(Osem, FindsTheTruthOfNoiselessDataAndTakesBackgroundAway) {
    exec::ThreadTeam team(2);
    const Problem problem;
    const EmissionSystem system = problem.system(team, 4);
    EmissionCounts data;
    data.counts.resize(problem.lines.size());
    for (index_t s = 0; s < 4; ++s)
        system.project(s, problem.truth,
                       std::span(data.counts)
                           .subspan(static_cast<std::size_t>(s * system.subset_size),
                                    static_cast<std::size_t>(system.subset_size)));
    data.background.assign(data.counts.size(), 2000.0F);
    for (float& count : data.counts) count += 2000.0F;
    std::vector<float> image(n * n, 1e6F);
    reconstruct_emission(team, system, data, 60, image);
    for (std::size_t i = 0; i < image.size(); ++i) {
        if (problem.truth[i] > 0.0F) {
            EXPECT_NEAR(image[i] / problem.truth[i], 1.0, 0.1) << i;
        }
    }
    EXPECT_NEAR(total(image) / total(problem.truth), 1.0, 0.01);
}

TEST(Osem, SameBitsForAnyNumberOfThreads) {
    std::vector<std::vector<float>> images;
    for (const int threads : {1, 2, 4}) {
        exec::ThreadTeam team(threads);
        const Problem problem;
        const EmissionSystem system = problem.system(team, 4);
        EmissionCounts data;
        data.counts.assign(problem.lines.size(), 3.0F);
        images.emplace_back(n * n, 1.0F);
        reconstruct_emission(team, system, data, 3, images.back());
    }
    EXPECT_EQ(images[0], images[1]);
    EXPECT_EQ(images[0], images[2]);
}

TEST(ListMode, AgreesWithMlemOfTheSameCounts) {
    exec::ThreadTeam team(2);
    const Problem problem;
    const EmissionSystem system = problem.system(team, 1);
    EmissionCounts data;
    data.counts.resize(problem.lines.size());
    system.project(0, problem.truth, data.counts);
    std::vector<ListEvent> events;
    for (std::size_t i = 0; i < data.counts.size(); ++i) {
        data.counts[i] = std::floor(data.counts[i] * 2e-3F);
        for (int k = 0; k < static_cast<int>(data.counts[i]); ++k)
            events.push_back({problem.lines[i]});
    }
    std::vector<float> binned(n * n, 1.0F);
    reconstruct_emission(team, system, data, 5, binned);
    std::vector<float> listed(n * n, 1.0F);
    reconstruct_list(team, problem.grid, events, subset_sensitivities(system), 5, listed);
    for (std::size_t i = 0; i < listed.size(); ++i)
        EXPECT_NEAR(listed[i], binned[i], 1e-3F * (1.0F + binned[i])) << i;
}

TEST(SubsetOrder, VisitsEverySubsetOnceWithFarNeighbours) {
    for (const index_t subsets : {1, 2, 7, 16, 24}) {
        std::vector<index_t> order = subset_order(subsets);
        if (subsets == 16) {
            EXPECT_GE(std::abs(order[1] - order[0]), 4);
        }
        std::sort(order.begin(), order.end());
        for (index_t i = 0; i < subsets; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
    }
}

}  // namespace
}  // namespace caravel::imaging
