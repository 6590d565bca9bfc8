// Materials from energy bins.
#include "caravel/imaging/xray/material_decomposition.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/imaging/xray/ct_scan.hpp"
#include "xray_phantoms.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace caravel::imaging {
namespace {

using test::cylinder;
using test::within;

constexpr double kev = kiloelectronvolt;

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}

/// Counting detector with bins on both sides of gold's edge.
CtSettings counting() {
    CtSettings s;
    s.tube_voltage = 120e3;
    s.tube_current = 2e-3;
    s.filters = {{"Al", 3e-3}};
    s.beam = "fan";
    s.views = 180;
    s.resolution = 0.5e-3;
    s.detector.kind = "photon_counting";
    s.detector.pixel_pitch = 300e-6;
    s.detector.thresholds = {25.0 * kev, 45.0 * kev, 62.0 * kev, 80.7 * kev};
    s.detector.energy_resolution = 2.0 * kev;
    s.decomposition = "image";
    s.elements = {"Au"};
    return s;
}

/// A mouse of muscle with a spine and tubes of gold solution.
ImagedObject mouse() {
    ImagedObject object = cylinder(
        "muscle", 25e-3, 84, 2, "Au",
        {{6e-3, 0.0, 2.5e-3, 2.0}, {-3e-3, 5.2e-3, 2.5e-3, 5.0}, {-3e-3, -5.2e-3, 2.5e-3, 10.0}});
    object.regions.push_back({"spine", "bone", false, false});
    for (index_t k = 0; k < object.grid.nz; ++k)
        for (index_t j = 0; j < object.grid.ny; ++j)
            for (index_t i = 0; i < object.grid.nx; ++i) {
                const Vector3 c = object.grid.centre(i, j, k);
                if (std::hypot(c[0] + 8e-3, c[1]) < 1.5e-3)
                    object.region[static_cast<std::size_t>(object.grid.index(i, j, k))] = 5;
            }
    return object;
}

const Image& image_of(const ScanResult& result, const std::string& name) {
    for (const Image& image : result.images)
        if (image.name == name) return image;
    throw std::runtime_error("no image " + name);
}

/// Slope of concentration found against concentration there, over the tubes and the muscle.
double slope(const Image& gold) {
    double xy = 0.0;
    double xx = 0.0;
    double mean_x = 0.0;
    double mean_y = 0.0;
    const std::array<std::array<double, 2>, 4> places{
        {{6e-3, 0.0}, {-3e-3, 5.2e-3}, {-3e-3, -5.2e-3}, {0.5e-3, 0.0}}};
    std::array<double, 4> x{};
    std::array<double, 4> y{};
    for (std::size_t i = 0; i < 4; ++i) {
        x[i] = within(gold.grid, gold.truth, places[i][0], places[i][1], 1.5e-3).mean;
        y[i] = within(gold.grid, gold.values, places[i][0], places[i][1], 1.5e-3).mean;
        mean_x += x[i] / 4.0;
        mean_y += y[i] / 4.0;
    }
    for (std::size_t i = 0; i < 4; ++i) {
        xy += (x[i] - mean_x) * (y[i] - mean_y);
        xx += (x[i] - mean_x) * (x[i] - mean_x);
    }
    return xy / xx;
}

TEST(MaterialDecomposition, NewtonFindsTheIntegralsThatMadeTheCounts) {
    const CtModel model(library(), mouse(), counting());
    const MaterialModel materials = material_model(model, library(), {"Au"});
    ASSERT_EQ(materials.names, (std::vector<std::string>{"water", "bone", "Au"}));
    for (const std::array<double, 3>& truth :
         {std::array<double, 3>{20.0, 3.0, 0.05}, {25.0, 0.0, 0.0}, {5.0, 8.0, 0.3}}) {
        std::array<ChannelSignal, 4> signals{};
        channel_signals(materials.spectral, truth, signals);
        std::array<double, 4> counts{};
        for (std::size_t c = 0; c < 4; ++c) counts[c] = signals[c].mean;
        std::array<double, 3> found{15.0, 0.0, 0.0};
        EXPECT_TRUE(decompose_counts(materials.spectral, counts, found));
        for (std::size_t m = 0; m < 3; ++m) EXPECT_NEAR(found[m], truth[m], 1e-4) << m;
    }
}

TEST(MaterialDecomposition, FitsNeverGoBelowNoughtAndMinimiseTheMisfit) {
    const std::array<double, 6> matrix{1.0, 0.2, 0.8, 0.5, 0.5, 0.9};
    const std::array<double, 3> weights{1.0, 2.0, 1.0};
    const NonNegativeFit fit(matrix, weights, 2);
    std::array<double, 2> x{};
    fit.solve(std::array{1.2, 1.3, 1.4}, x);  // 1, 1
    EXPECT_NEAR(x[0], 1.0, 1e-12);
    EXPECT_NEAR(x[1], 1.0, 1e-12);
    fit.solve(std::array{1.0, 0.8, 0.2}, x);  // free: the second is below nought
    EXPECT_NEAR(x[1], 0.0, 0.0);
    EXPECT_NEAR(x[0], (1.0 + 2.0 * 0.64 + 0.1) / (1.0 + 2.0 * 0.64 + 0.25), 1e-12);
    fit.solve(std::array{-1.0, -1.0, -1.0}, x);
    EXPECT_EQ(x[0], 0.0);
    EXPECT_EQ(x[1], 0.0);
    EXPECT_THROW(NonNegativeFit(std::array{1.0, 2.0, 2.0, 4.0}, std::array{1.0, 1.0}, 2),
                 InputError);
}

TEST(MaterialDecomposition, GoldInAMouseIsRecoveredInTheImageAndInTheProjections) {
    exec::ThreadTeam team(2);
    const ScanContext context{team, library(), 3, {}, {}};
    const ImagedObject object = mouse();
    for (const auto& [tier, way] :
         {std::pair{Tier::image, "image"}, std::pair{Tier::acquisition, "image"},
          std::pair{Tier::acquisition, "projection"}}) {
        CtSettings s = counting();
        s.decomposition = way;
        const ScanResult result = scan_ct(context, object, s, tier);
        const Image& gold = image_of(result, "au_concentration");
        EXPECT_EQ(gold.unit, "mg/mL");
        const double found = slope(gold);
        EXPECT_GT(found, 0.9) << way << static_cast<int>(tier);
        EXPECT_LT(found, 1.1) << way << static_cast<int>(tier);
        RecordProperty(
            std::string("slope_") + way + (tier == Tier::image ? "_image" : "_acquisition"),
            std::to_string(found));
        const Image& bone = image_of(result, "bone_density");
        EXPECT_GT(within(bone.grid, bone.values, -8e-3, 0.0, 0.6e-3).mean, 1200.0) << way;
    }
}

TEST(MaterialDecomposition, TooFewBinsAreRefused) {
    exec::ThreadTeam team(1);
    const ScanContext context{team, library(), 3, {}, {}};
    CtSettings s = counting();
    s.detector.thresholds.resize(2);
    EXPECT_THROW(scan_ct(context, mouse(), s, Tier::image), InputError);
    s = counting();
    s.elements = {"Aurum"};
    EXPECT_THROW(scan_ct(context, mouse(), s, Tier::image), InputError);
}

}  // namespace
}  // namespace caravel::imaging
