#include "caravel/tissue/vessels/network.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace caravel::tissue {
namespace {

/// Two vessels in a row along x.
VesselNetwork row() {
    VesselNetwork n;
    n.nodes = {{{0.0, 0.0, 0.0}, 2000.0, 0.0},
               {{1e-4, 0.0, 0.0}, std::nullopt, 0.0},
               {{3e-4, 0.0, 0.0}, 1000.0, 0.0}};
    n.segments = {{0, 1, 5e-6, 0.0}, {1, 2, 4e-6, 0.0}};
    return n;
}

std::string complaint(const VesselNetwork& network) {
    try {
        check_network(network);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(VesselNetwork, AddsLengthWallAndBlood) {
    VesselNetwork n = row();
    EXPECT_NEAR(n.total_length(), 3e-4, 1e-18);
    n.segments[1].length = 2.5e-4;  // winding
    EXPECT_NEAR(n.total_length(), 3.5e-4, 1e-18);
    const double pi = std::numbers::pi;
    EXPECT_NEAR(n.wall_area() / (2 * pi * (5e-6 * 1e-4 + 4e-6 * 2.5e-4)), 1.0, 1e-14);
    EXPECT_NEAR(n.blood_volume() / (pi * (25e-12 * 1e-4 + 16e-12 * 2.5e-4)), 1.0, 1e-14);
}

TEST(VesselNetwork, AcceptsWhatBloodCanFlowThrough) { EXPECT_EQ(complaint(row()), ""); }

TEST(VesselNetwork, NamesWhatKeepsBloodFromFlowing) {
    auto loose = row();
    loose.nodes[2].pressure.reset();
    EXPECT_NE(complaint(loose).find("loose end: one vessel ends at node '2'"), std::string::npos);
    auto pushed = loose;
    pushed.nodes[2].inflow = -1e-15;
    EXPECT_EQ(complaint(pushed), "");
    auto unknown = row();
    unknown.segments[1].to = 7;
    EXPECT_NE(complaint(unknown).find("node 7, which does not exist"), std::string::npos);
    auto negative = row();
    negative.segments[0].radius = -4e-6;
    EXPECT_NE(complaint(negative).find("radius -4 um"), std::string::npos);
    auto flat = row();
    flat.nodes[1].position = flat.nodes[0].position;
    EXPECT_NE(complaint(flat).find("has no length"), std::string::npos);
    auto shorter = row();
    shorter.segments[1].length = 1e-4;
    EXPECT_NE(complaint(shorter).find("at least the way between its ends, 200 um"),
              std::string::npos);
    auto both = row();
    both.nodes[0].inflow = 1e-15;
    EXPECT_NE(complaint(both).find("both pressure and inflow"), std::string::npos);
    auto lonely = row();
    lonely.nodes.push_back({{1.0, 0.0, 0.0}, 0.0, 0.0});
    EXPECT_NE(complaint(lonely).find("node '3' has no vessel"), std::string::npos);
    EXPECT_NE(complaint({}).find("without nodes"), std::string::npos);
    auto endless = row();
    endless.nodes[1].position[1] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_NE(complaint(endless).find("not finite"), std::string::npos);
}

TEST(VesselNetwork, WantsAPressureInEveryPart) {
    auto n = row();
    n.nodes.push_back({{0.0, 1e-3, 0.0}, std::nullopt, 1e-15});
    n.nodes.push_back({{1e-4, 1e-3, 0.0}, std::nullopt, -1e-15});
    n.segments.push_back({3, 4, 4e-6, 0.0});
    EXPECT_NE(complaint(n).find("part of the network with node '3' has no held pressure"),
              std::string::npos);
    n.nodes[4] = {{1e-4, 1e-3, 0.0}, 0.0, 0.0};
    EXPECT_EQ(complaint(n), "");
}

TEST(VesselNetwork, ListsAtMostTwentyMistakes) {
    VesselNetwork n = row();
    for (int i = 0; i < 100; ++i) n.segments.push_back({0, 1, 0.0, 0.0});
    try {
        check_network(n);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_EQ(error.diagnostics().size(), 20u);
    }
}

}  // namespace
}  // namespace caravel::tissue
