// Compton collisions, dose and scatter on the detector.
#include "caravel/base/constants.hpp"
#include "caravel/imaging/compton.hpp"
#include "caravel/imaging/xray/ct_scan.hpp"
#include "caravel/imaging/xray/scatter.hpp"
#include "caravel/imaging/xray/xray_dose.hpp"
#include "xray_phantoms.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

using test::cylinder;

constexpr double kev = kiloelectronvolt;

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}
const PhotonTables& photons() {
    static const PhotonTables tables(library());
    return tables;
}

TEST(ComptonWalk, MeanEnergyAfterACollisionIsThatOfKleinAndNishina) {
    exec::RandomStream stream(1, 2, 3);
    const double energy = 100.0 * kev;
    double sum = 0.0;
    constexpr int count = 100'000;
    for (int i = 0; i < count; ++i) {
        const ComptonEvent event = sample_compton(stream, energy);
        EXPECT_NEAR(event.energy, scattered_energy(energy, event.cosine), 1e-6 * energy);
        sum += event.energy;
    }
    double expected = 0.0;
    double chance = 0.0;
    constexpr int steps = 4000;
    for (int i = 0; i < steps; ++i) {
        const double cosine = -1.0 + 2.0 * (i + 0.5) / steps;
        const double density = compton_density(energy, cosine);
        chance += density * 4.0 * std::numbers::pi / steps;
        expected += density * 4.0 * std::numbers::pi / steps * scattered_energy(energy, cosine);
    }
    EXPECT_NEAR(chance, 1.0, 1e-6);
    // mean recoil energy at 100 keV: 13.8 keV (Attix 1986, table 7.1)
    EXPECT_NEAR((energy - expected) / kev, 13.8, 0.1);
    EXPECT_NEAR(sum / count / expected, 1.0, 0.001);
}

TEST(ComptonWalk, TurnedDirectionsKeepTheirLengthAndAngle) {
    exec::RandomStream stream(1, 2, 4);
    for (const Vector3& d : {Vector3{0.0, 0.0, -1.0}, Vector3{0.0, 1.0, 0.0}, {0.6, 0.0, 0.8}}) {
        const Vector3 t = turned(stream, d, 0.3);
        EXPECT_NEAR(t[0] * t[0] + t[1] * t[1] + t[2] * t[2], 1.0, 1e-12);
        EXPECT_NEAR(t[0] * d[0] + t[1] * d[1] + t[2] * d[2], 0.3, 1e-12);
    }
}

TEST(XrayDose, ThinCylindersTakeFluenceTimesEnergyAbsorption) {
    exec::ThreadTeam team(2);
    const WaterTable water(photons(), library());
    for (const double energy : {30.0, 60.0, 100.0}) {
        const PhotonSpectrum beam{{energy * kev}, {1e12}};
        const double expected =
            1e12 * energy * kev * photons().tables.curve("water").energy_absorption(energy * kev);
        // histories that deposit are few in a thin cylinder: error of chance of 3 %
        EXPECT_NEAR(cylinder_dose(team, water, beam, 2e-3, 1) / expected, 1.0, 0.08) << energy;
    }
}

TEST(XrayDose, NoMoreIsAbsorbedThanArrives) {
    exec::ThreadTeam team(2);
    const WaterTable water(photons(), library());
    const PhotonSpectrum beam{{60.0 * kev}, {1e12}};
    for (const double radius : {0.0125, 0.1, 0.16}) {
        const double arriving =
            1e12 * 60.0 * kev * 2.0 * radius / (std::numbers::pi * radius * radius * 1000.0);
        const double dose = cylinder_dose(team, water, beam, radius, 1);
        EXPECT_LT(dose, arriving);
        EXPECT_GT(dose, (radius > 0.05 ? 0.4 : 0.05) * arriving) << radius;
    }
}

ScatterField scatter_of(double diameter, double to_detector) {
    exec::ThreadTeam team(2);
    const ScanContext context{team, library(), 3, {}, {}};
    CtSettings s;
    s.tube_voltage = 120e3;
    s.filters = {{"Al", 3e-3}};
    s.source_to_centre = 1.0;
    s.source_to_detector = to_detector;
    s.detector.pixel_pitch = diameter / 40.0;
    s.resolution = diameter / 40.0;
    const ImagedObject object = cylinder("water", diameter, 32, 29);
    const CtModel model(library(), object, s);
    return simulate_scatter(context, model, s, scan_geometry(model.object, s, 0.0));
}

TEST(XrayScatter, ScatterToPrimaryGrowsWithTheObjectAndFallsWithTheGap) {
    const double mouse = scatter_of(25e-3, 1.1).to_primary_at_centre;
    const double head = scatter_of(0.16, 1.5).to_primary_at_centre;
    const double body = scatter_of(0.3, 1.5).to_primary_at_centre;
    EXPECT_GT(mouse, 0.002);
    EXPECT_LT(mouse, 0.15);
    EXPECT_GT(head, 3.0 * mouse);
    // Cone beams over the whole object: about 1 for heads at short gaps and several for bodies
    // (Siewerdsen and Jaffray, Med Phys 28 (2001) 220; recalled)
    EXPECT_GT(head, 0.1);
    EXPECT_LT(head, 1.2);
    EXPECT_GT(body, 1.0);
    EXPECT_LT(body, 8.0);
    EXPECT_LT(scatter_of(0.16, 2.2).to_primary_at_centre, 0.8 * head);
}

TEST(XrayScatter, OfSlicesIsThatOfTheMiddleInBothTiers) {
    // slices of a sphere: the lowest scatters next to nothing
    ImagedObject object = cylinder("water", 0.16, 24, 24);
    const double half = 0.5 * 24.0 * object.grid.spacing[2];
    for (index_t cell = 0; cell < object.grid.cell_count(); ++cell) {
        const Vector3 c = object.grid.centre(cell % 24, cell / 24 % 24, cell / (24 * 24));
        if (std::hypot(c[0], c[1], c[2] - half) > 0.08)
            object.region[static_cast<std::size_t>(cell)] = 0;
    }
    exec::ThreadTeam team(2);
    const ScanContext context{team, library(), 3, {}, {}};
    CtSettings s;
    s.beam = "fan";
    s.tube_voltage = 120e3;
    s.tube_current = 1.0;
    s.source_to_centre = 0.8;
    s.source_to_detector = 1.2;
    s.detector.pixel_pitch = 6e-3;
    s.resolution = 8e-3;
    s.views = 30;
    s.scatter = true;
    const auto ratio = [&](Tier tier) {
        for (const ScanNumber& n : scan_ct(context, object, s, tier).numbers)
            if (n.name == "scatter_to_primary") return n.value;
        return 0.0;
    };
    const double fast = ratio(Tier::image);
    EXPECT_GT(fast, 0.005);
    EXPECT_NEAR(ratio(Tier::acquisition) / fast, 1.0, 0.2);
}

TEST(XrayScatter, CorrectionOfTheMeanBringsTheValuesBack) {
    exec::ThreadTeam team(2);
    const ScanContext context{team, library(), 3, {}, {}};
    const ImagedObject object = cylinder("water", 0.16, 40, 18);
    CtSettings s;
    s.tube_voltage = 120e3;
    s.filters = {{"Al", 3e-3}};
    s.source_to_centre = 0.8;
    s.source_to_detector = 1.2;
    s.detector.pixel_pitch = 6e-3;
    s.resolution = 8e-3;
    s.views = 60;
    s.noise = false;
    const auto middle = [&](bool scatter, bool corrected) {
        s.scatter = scatter;
        s.scatter_correction = corrected;
        const Image ct = scan_ct(context, object, s, Tier::acquisition).images.front();
        return test::within(ct.grid, ct.values, 0.0, 0.0, 20e-3, 4).mean;
    };
    const double clean = middle(false, false);
    EXPECT_LT(middle(true, false), clean - 50.0);
    EXPECT_NEAR(middle(true, true), clean, 1.0);
}

}  // namespace
}  // namespace caravel::imaging
