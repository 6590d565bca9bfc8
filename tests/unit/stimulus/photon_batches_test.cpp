// Photons in batches: the same sum, and how sure it is.
#include "caravel/base/error.hpp"
#include "caravel/stimulus/light/batch_error.hpp"
#include "caravel/stimulus/light/photon_transport.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace caravel::stimulus {
namespace {

PhotonMedium slab() {
    PhotonMedium medium;
    medium.grid = {10, 10, 10, {1e-3, 1e-3, 1e-3}, {}};
    medium.label.assign(1000, 0);
    medium.media = {{"", 50.0, 1000.0, 0.5, 1.37, {}, false}};
    medium.faces.fill(LightFace::fresnel);
    return medium;
}

LightSourceInput pencil() {
    LightSourceInput source;
    source.position = {5e-3, 5e-3, 0.0};
    return source;
}

TEST(PhotonBatches, add_up_to_the_run_that_is_not_cut) {
    exec::ThreadTeam team(2);
    PhotonRun run;
    run.photons = 3001;  // does not divide
    run.detectors = {{{5e-3, 5e-3, 0.0}, 3e-3}};
    const PhotonTally whole = transport_photons(team, slab(), pencil(), run);
    std::int64_t seen = 0;
    int batches = 0;
    const PhotonTally sum = transport_batches(team, slab(), pencil(), run, 10, [&](const auto& b) {
        seen += b.photons;
        ++batches;
        EXPECT_NEAR(static_cast<double>(b.photons), 300.1, 1.0);
        EXPECT_EQ(b.residual(), 0);
    });
    EXPECT_EQ(batches, 10);
    EXPECT_EQ(seen, 3001);
    EXPECT_EQ(sum.photons, whole.photons);
    EXPECT_EQ(sum.absorbed, whole.absorbed);
    EXPECT_EQ(sum.left, whole.left);
    EXPECT_EQ(sum.events, whole.events);
    ASSERT_EQ(sum.exits.size(), whole.exits.size());
    ASSERT_GT(sum.exits.size(), 100U);
    for (std::size_t i = 0; i < sum.exits.size(); ++i)
        EXPECT_EQ(sum.exits[i].id, whole.exits[i].id);
}

TEST(PhotonBatches, are_no_more_than_there_are_photons) {
    exec::ThreadTeam team(1);
    PhotonRun run;
    run.photons = 3;
    int batches = 0;
    transport_batches(team, slab(), pencil(), run, 10, [&](const auto&) { ++batches; });
    EXPECT_EQ(batches, 3);
    run.only = {1, 2};
    EXPECT_THROW(transport_batches(team, slab(), pencil(), run, 10, [](const auto&) {}),
                 InputError);
    run.only.clear();
    run.first = -1;
    EXPECT_THROW(transport_photons(team, slab(), pencil(), run), InputError);
}

TEST(BatchError, of_three_numbers_by_hand) {
    BatchError error;
    for (const double value : {1.0, 2.0, 6.0}) {
        const std::array<double, 2> row{value, 5.0};
        error.add(row);
    }
    EXPECT_DOUBLE_EQ(error.mean(0), 3.0);
    // (4 + 1 + 9)/(3 * 2)
    EXPECT_NEAR(error.standard_error(0), std::sqrt(14.0 / 6.0), 1e-15);
    EXPECT_EQ(error.standard_error(1), 0.0);
    EXPECT_THROW(error.add(std::array<double, 1>{1.0}), std::invalid_argument);
    EXPECT_NEAR(batch_interval(3), 2.920, 1e-12);
    EXPECT_TRUE(std::isnan(batch_interval(1)));
    BatchError single;
    single.add(std::array<double, 1>{1.0});
    EXPECT_TRUE(std::isnan(single.standard_error(0)));
}

// What batches say about a run is how far runs with other random numbers lie apart.
TEST(BatchError, is_the_spread_of_independent_runs) {
    exec::ThreadTeam team(2);
    const PhotonMedium medium = slab();
    BatchError between;
    double squares = 0.0;
    constexpr int runs = 60;
    for (int r = 0; r < runs; ++r) {
        PhotonRun run;
        run.photons = 1000;
        run.stream = static_cast<std::uint32_t>(r);
        BatchError within;
        const auto tally = transport_batches(team, medium, pencil(), run, 10, [&](const auto& b) {
            within.add(std::array<double, 1>{b.absorbed_share()});
        });
        between.add(std::array<double, 1>{tally.absorbed_share()});
        squares += std::pow(within.standard_error(0), 2) / runs;
    }
    const double spread = between.standard_error(0) * std::sqrt(double{runs});
    // 60 runs know a spread to 9 %, the mean of 60 times 9 degrees of freedom to 3 %.
    EXPECT_NEAR(std::sqrt(squares) / spread, 1.0, 0.35);
}

}  // namespace
}  // namespace caravel::stimulus
