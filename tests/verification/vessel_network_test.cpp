#include "caravel/exec/random.hpp"
#include "caravel/tissue/vessels/network_file.hpp"
#include "caravel/tissue/vessels/network_growth.hpp"
#include "caravel/tissue/vessels/network_map.hpp"
#include "caravel/tissue/vessels/network_pattern.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <numeric>

namespace caravel::tissue {
namespace {

/// A tumour that fills the box, or a sphere in it.
Domain tumour_box(index_t n, double size, bool sphere) {
    Domain d;
    const double h = size / static_cast<double>(n);
    d.grid = {n, n, n, {h, h, h}, {-0.5 * size, -0.5 * size, -0.5 * size}};
    for (index_t k = 0; k < n; ++k)
        for (index_t j = 0; j < n; ++j)
            for (index_t i = 0; i < n; ++i) {
                const Vector3 x = d.grid.centre(i, j, k);
                const bool in = !sphere || std::hypot(x[0], x[1], x[2]) < 0.45 * size;
                d.tumour_share.push_back(in ? 1.0 : 0.0);
                d.region.push_back(in ? Region::tumour : Region::normal);
            }
    return d;
}

/// A cubic lattice of vessels with radii drawn by chance, pressure held at two opposite corners.
VesselNetwork random_lattice(std::size_t n, std::uint64_t seed) {
    VesselNetwork network;
    exec::RandomStream stream(seed, 7, 0);
    for (std::size_t v = 0; v < n * n * n; ++v) {
        VesselNode node;
        const std::array<std::size_t, 3> at{v % n, v / n % n, v / (n * n)};
        for (std::size_t a = 0; a < 3; ++a) node.position[a] = 60e-6 * static_cast<double>(at[a]);
        network.nodes.push_back(node);
        std::size_t stride = 1;
        for (std::size_t a = 0; a < 3; ++a, stride *= n)
            if (at[a] > 0)
                network.segments.push_back(
                    {v - stride, v, 3e-6 + 6e-6 * exec::uniform(stream), 0.0});
    }
    network.nodes.front().pressure = 3300.0;
    network.nodes.back().pressure = 2000.0;
    return network;
}

/// Largest imbalance of blood and of red cells at a node, relative to the flow through it.
std::array<double, 2> imbalance(const VesselNetwork& network, const NetworkFlow& flow,
                                double inflow_haematocrit) {
    const std::size_t n = network.nodes.size();
    std::vector<double> blood(n, 0.0);
    std::vector<double> cells(n, 0.0);
    std::vector<double> through(n, 0.0);
    for (std::size_t s = 0; s < network.segments.size(); ++s) {
        const double q = flow.flow[s];
        for (const auto& [node, sign] :
             {std::pair{network.segments[s].from, -1.0}, std::pair{network.segments[s].to, 1.0}}) {
            blood[node] += sign * q;
            cells[node] += sign * q * flow.haematocrit[s];
            through[node] += 0.5 * std::abs(q);
        }
    }
    std::array<double, 2> worst{};
    for (std::size_t i = 0; i < n; ++i) {
        if (network.nodes[i].pressure && flow.boundary_flow[i] < 0.0) continue;  // the way out
        const double balance = blood[i] + flow.boundary_flow[i];
        const double cell_balance = cells[i] + flow.boundary_flow[i] * inflow_haematocrit;
        if (through[i] <= 1e-9 * flow.total_inflow) continue;
        worst[0] = std::max(worst[0], std::abs(balance) / through[i]);
        worst[1] = std::max(worst[1], std::abs(cell_balance) / (through[i] * inflow_haematocrit));
    }
    return worst;
}

/// Power put in at the ends against power lost in the vessels (Tellegen).
double power_ratio(const VesselNetwork& network, const NetworkFlow& flow) {
    double in = 0.0;
    double lost = 0.0;
    for (std::size_t n = 0; n < network.nodes.size(); ++n)
        in += flow.boundary_flow[n] * (flow.pressure[n] - 2000.0);
    for (std::size_t s = 0; s < network.segments.size(); ++s)
        lost += flow.flow[s] *
                (flow.pressure[network.segments[s].from] - flow.pressure[network.segments[s].to]);
    return lost / in;
}

TEST(VesselNetworkFlow, ConservesBloodAndRedCellsInATreeWhereEveryVesselCarriesFlow) {
    const Domain d = tumour_box(24, 1e-3, true);
    TreeInput input;
    input.spacing = 70e-6;
    const VesselNetwork tree = grow_tree(d, input);
    const NetworkFlow flow = solve_flow(tree);
    const auto worst = imbalance(tree, flow, 0.45);
    RecordProperty("segments", static_cast<int>(tree.segments.size()));
    RecordProperty("rounds", flow.rounds);
    EXPECT_LT(worst[0], 1e-10);
    EXPECT_LT(worst[1], 1e-10);
    EXPECT_NEAR(power_ratio(tree, flow), 1.0, 1e-9);
    double least = 1e300;
    for (const double q : flow.flow) least = std::min(least, q);
    EXPECT_GT(least, 1e-9 * flow.total_inflow);  // positive: from artery to vein everywhere
    for (const double h : flow.haematocrit) {
        EXPECT_GE(h, 0.0);
        EXPECT_LE(h, 0.95 + 1e-12);
    }
}

TEST(VesselNetworkFlow, ConservesBloodAndRedCellsInLatticesFullOfLoops) {
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
        const VesselNetwork lattice = random_lattice(6, seed);
        const NetworkFlow flow = solve_flow(lattice);
        const auto worst = imbalance(lattice, flow, 0.45);
        EXPECT_LT(worst[0], 1e-10) << seed;
        EXPECT_LT(worst[1], 1e-10) << seed;
        EXPECT_NEAR(power_ratio(lattice, flow), 1.0, 1e-9) << seed;
        double out = 0.0;
        for (const double q : flow.boundary_flow) out += std::min(0.0, q);
        EXPECT_NEAR(-out / flow.total_inflow, 1.0, 1e-10) << seed;
    }
}

TEST(VesselNetworkFlow, StaysBalancedWithConductancesTenOrdersApart) {
    VesselNetwork lattice = random_lattice(5, 4);
    for (std::size_t s = 0; s < lattice.segments.size(); s += 3)
        lattice.segments[s].radius *= 300.0;
    FlowOptions options;
    options.viscosity = BloodViscosity::constant;
    const NetworkFlow flow = solve_flow(lattice, options);
    const auto worst = imbalance(lattice, flow, 0.45);
    EXPECT_LT(worst[0], 1e-10);
    EXPECT_LT(worst[1], 1e-10);
}

TEST(VesselTree, HasTheDensityAskedForAndMurraysRadii) {
    const Domain d = tumour_box(24, 1e-3, true);
    const double volume =
        std::accumulate(d.tumour_share.begin(), d.tumour_share.end(), 0.0) * d.grid.cell_volume();
    for (const double spacing : {60e-6, 90e-6, 120e-6}) {
        TreeInput input;
        input.spacing = spacing;
        const VesselNetwork tree = grow_tree(d, input);
        EXPECT_NEAR(tree.total_length() * spacing * spacing / volume, 1.0, 0.03) << spacing;
        const auto again = grow_tree(d, input);
        EXPECT_EQ(write_network(again), write_network(tree));
        input.seed = 2;
        EXPECT_NE(write_network(grow_tree(d, input)), write_network(tree));
        // cubes of radii over both sides of an arterial branching
        std::vector<double> mother(tree.nodes.size(), 0.0);
        std::vector<double> daughters(tree.nodes.size(), 0.0);
        std::vector<double> out(tree.nodes.size(), 0.0);
        for (const auto& s : tree.segments) {
            mother[s.to] += std::pow(s.radius, 3.0);
            daughters[s.from] += std::pow(s.radius, 3.0);
            out[s.from] += 1.0;
        }
        for (std::size_t n = 0; n < out.size(); ++n) {
            if (out[n] == 2.0 && mother[n] > 0.0) {
                EXPECT_NEAR(daughters[n] / mother[n], 1.0, 1e-12);
            }
        }
    }
}

TEST(VesselTree, RefusesTumoursItDoesNotFit) {
    TreeInput input;
    input.spacing = 5e-3;
    EXPECT_THROW(grow_tree(tumour_box(8, 1e-4, true), input), InputError);
    input.spacing = 1e-6;
    EXPECT_THROW(grow_tree(tumour_box(8, 1e-3, true), input), InputError);
    input.spacing = -1.0;
    EXPECT_THROW(grow_tree(tumour_box(8, 1e-3, true), input), InputError);
}

TEST(KroghArray, HasItsDensityFlowAndTransitInABox) {
    const Domain d = tumour_box(20, 1e-3, false);
    KroghInput input;
    const VesselNetwork square = krogh_array(d, input);
    ASSERT_EQ(square.segments.size(), 100u);
    EXPECT_NEAR(square.total_length() / 1e-9 * 1e-8, 1.0, 1e-12);
    const NetworkFlow flow = solve_flow(square);
    const double viscosity = 1.2e-3 * relative_viscosity(BloodViscosity::in_vivo, 8e-6, 0.45);
    const double expected =
        poiseuille_conductance(4e-6, 1e-3, viscosity) * (3333.05 - 1999.83) * 100.0;
    EXPECT_NEAR(flow.total_inflow / expected, 1.0, 1e-12);
    input.hexagonal = true;
    const VesselNetwork hexagonal = krogh_array(tumour_box(50, 5e-3, false), input);
    EXPECT_NEAR(hexagonal.total_length() / 125e-9 * (0.5 * std::sqrt(3.0) * 1e-8), 1.0, 0.03);
}

TEST(NetworkMap, DepositsWallBloodAndFlowExactly) {
    const Domain d = tumour_box(24, 1e-3, true);
    TreeInput input;
    input.spacing = 70e-6;
    VesselNetwork tree = grow_tree(d, input);
    for (std::size_t s = 0; s < tree.segments.size(); s += 5)
        tree.segments[s].length = 1.3 * tree.length(s);  // winding vessels
    const NetworkFlow flow = solve_flow(tree);
    const NetworkMap result = map_network(d.grid, tree, flow);
    const auto total = [&](const std::vector<double>& field) {
        return std::accumulate(field.begin(), field.end(), 0.0) * d.grid.cell_volume();
    };
    EXPECT_NEAR(total(result.map.surface_density) / tree.wall_area(), 1.0, 1e-12);
    EXPECT_NEAR(total(result.map.blood_fraction) / tree.blood_volume(), 1.0, 1e-12);
    EXPECT_NEAR(total(result.map.perfusion) / flow.total_inflow, 1.0, 1e-12);
    EXPECT_NEAR(result.shunted / flow.total_inflow, 0.0, 1e-12);
    const auto range = std::minmax_element(result.map.pressure.begin(), result.map.pressure.end());
    EXPECT_GE(*range.first, 1999.83 - 1e-6);
    EXPECT_LE(*range.second, 3333.05 + 1e-6);
}

TEST(NetworkMap, GivesAKroghArrayItsPerfusionAndPressureProfile) {
    const Domain d = tumour_box(20, 1e-3, false);
    const VesselNetwork array = krogh_array(d, {});
    const NetworkFlow flow = solve_flow(array);
    const NetworkMap result = map_network(d.grid, array, flow);
    double sum = 0.0;
    for (std::size_t v = 0; v < result.map.perfusion.size(); ++v) {
        sum += result.map.perfusion[v];
        const std::size_t layer = v / 400;
        const auto k = static_cast<double>(layer);
        const double middle = 3333.05 - (k + 0.5) / 20.0 * (3333.05 - 1999.83);
        EXPECT_NEAR(result.map.pressure[v], middle, 1e-9);
    }
    EXPECT_NEAR(sum * d.grid.cell_volume() / flow.total_inflow, 1.0, 1e-12);
}

TEST(KroghArray, PerfusesASphereEvenly) {
    const Domain d = tumour_box(24, 1e-3, true);
    const VesselNetwork array = krogh_array(d, {});
    const NetworkFlow flow = solve_flow(array);
    double least = HUGE_VAL;
    double most = 0.0;
    double shortest = HUGE_VAL;
    double longest = 0.0;
    for (std::size_t s = 0; s < array.segments.size(); ++s) {
        const double length = array.length(s);
        const double per_length = flow.flow[s] / length;
        least = std::min(least, per_length);
        most = std::max(most, per_length);
        shortest = std::min(shortest, length);
        longest = std::max(longest, length);
    }
    EXPECT_GT(longest, 3.0 * shortest);
    EXPECT_GT(least, 0.0);
    EXPECT_NEAR(most / least, 1.0, 1e-9);
}

TEST(NetworkMap, CountsShuntsApart) {
    // a wide vessel and a capillary side by side; then two capillaries in a row
    VesselNetwork n;
    n.nodes = {{{0.0, 0.0, 0.0}, 3000.0, 0.0},
               {{1e-4, 0.0, 0.0}, std::nullopt, 0.0},
               {{2e-4, 0.0, 0.0}, 2000.0, 0.0},
               {{0.0, 1e-4, 0.0}, 3000.0, 0.0},
               {{2e-4, 1e-4, 0.0}, 2000.0, 0.0}};
    n.segments = {{0, 1, 4e-6, 0.0}, {1, 2, 4e-6, 3e-4}, {3, 4, 20e-6, 0.0}};
    const NetworkFlow flow = solve_flow(n);
    double shunted = 0.0;
    const auto perfusion = segment_perfusion(n, flow, 10e-6, shunted);
    EXPECT_NEAR(shunted / flow.flow[2], 1.0, 1e-12);
    EXPECT_NEAR(perfusion[0] / flow.flow[0], 0.25, 1e-12);  // by length
    EXPECT_NEAR(perfusion[1] / flow.flow[0], 0.75, 1e-12);
    EXPECT_EQ(perfusion[2], 0.0);
}

TEST(NetworkMap, MeasuresTheDistanceToTheNearestWall) {
    Domain d = tumour_box(12, 6e-4, true);
    d.grid.spacing[2] *= 1.7;
    VesselNetwork lattice = random_lattice(4, 9);
    for (auto& node : lattice.nodes) node.position[0] += 2e-4;  // partly outside of the grid
    const NearestVessel nearest = nearest_vessels(d.grid, lattice);
    for (std::size_t v = 0; v < nearest.distance.size(); ++v) {
        const auto i = static_cast<index_t>(v);
        const Vector3 x = d.grid.centre(i % 12, i / 12 % 12, i / 144);
        double best = 1e300;
        for (const auto& s : lattice.segments) {
            const Vector3& a = lattice.nodes[s.from].position;
            const Vector3& b = lattice.nodes[s.to].position;
            for (int t = 0; t <= 1000; ++t) {
                Vector3 y{};
                for (std::size_t c = 0; c < 3; ++c) y[c] = x[c] - a[c] - 0.001 * t * (b[c] - a[c]);
                best = std::min(best, std::hypot(y[0], y[1], y[2]) - s.radius);
                if (v % 7 != 0) break;
            }
        }
        if (v % 7 == 0) {
            EXPECT_NEAR(nearest.distance[v], std::max(0.0, best), 1e-9) << v;
        }
    }
}

TEST(ClipSegment, CutsAtEveryFaceAndKeepsTheWholeLine) {
    const Grid grid{4, 4, 4, {1.0, 1.0, 1.0}, {}};
    const auto pieces = clip_segment(grid, {-1.0, 0.5, 0.5}, {5.0, 0.5, 0.5});
    ASSERT_EQ(pieces.size(), 6u);
    EXPECT_FALSE(pieces.front().inside);
    EXPECT_FALSE(pieces.back().inside);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        EXPECT_NEAR(pieces[i].end - pieces[i].begin, 1.0 / 6.0, 1e-15);
        EXPECT_EQ(pieces[i].begin, i == 0 ? 0.0 : pieces[i - 1].end);
    }
    EXPECT_EQ(pieces.back().end, 1.0);
    // along the upper face of the grid: still inside
    for (const auto& piece : clip_segment(grid, {0.0, 4.0, 4.0}, {4.0, 4.0, 4.0}))
        EXPECT_TRUE(piece.inside);
}

TEST(NetworkPattern, KeepsTheMeansOfTheTumour) {
    const Domain d = tumour_box(24, 1e-3, true);
    const VascularMeans tumour{20000.0, 0.0285, 2e-3, 2080.0};
    const VascularMeans normal{7000.0, 0.02, 8e-3, 2500.0};
    for (const char* name : {"krogh", "krogh_hexagonal", "tree"}) {
        SCOPED_TRACE(name);
        VesselPatternInput pattern;
        pattern.pattern = "network";
        pattern.network = name;
        if (std::string(name) == "tree") pattern.vessel_spacing = 60e-6;
        const VascularMap map = make_vascular_map(d, pattern, tumour, normal);
        std::array<double, 4> mean{};
        double shares = 0.0;
        for (std::size_t v = 0; v < map.perfusion.size(); ++v) {
            const double w = d.tumour_share[v];
            shares += w;
            mean[0] += w * map.surface_density[v];
            mean[1] += w * map.blood_fraction[v];
            mean[2] += w * map.perfusion[v];
            mean[3] += w * map.pressure[v];
            EXPECT_LE(map.blood_fraction[v], most_blood_fraction);
        }
        EXPECT_NEAR(mean[0] / shares / tumour.surface_density, 1.0, 1e-12);
        EXPECT_NEAR(mean[1] / shares / tumour.blood_fraction, 1.0, 1e-12);
        EXPECT_NEAR(mean[2] / shares / tumour.perfusion, 1.0, 1e-12);
        EXPECT_NEAR(mean[3] / shares / tumour.pressure, 1.0, 1e-12);
    }
    VesselPatternInput sparse;  // one capillary cannot hold 3 % blood
    sparse.pattern = "network";
    sparse.network = "krogh";
    sparse.vessel_spacing = 500e-6;
    EXPECT_THROW(make_vascular_map(d, sparse, tumour, normal), InputError);
    VesselPatternInput missing;
    missing.pattern = "network";
    missing.network = "no_such_graph.csv";
    EXPECT_THROW(make_vascular_map(d, missing, tumour, normal), InputError);
}

}  // namespace
}  // namespace caravel::tissue
