#include "caravel/formulation/optics/satellites.hpp"

#include "caravel/base/error.hpp"
#include "caravel/formulation/optics/coupled_dipoles.hpp"
#include "caravel/formulation/optics/surface_enhancement.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <span>
#include <string>

namespace {

using namespace caravel;
using namespace caravel::formulation::optics;
using Complex = std::complex<double>;

constexpr double water = 1.33;

// Closed form of gold (Etchegoin, Le Ru and Meyer 2006; parameters as in SMARTIES), nm.
Complex gold(double wavelength) {
    const Complex i(0.0, 1.0);
    const auto band = [&](double size, double centre, double width) {
        const Complex turn = std::polar(1.0, -0.25 * std::numbers::pi);
        return size / centre *
               (turn / (1.0 / centre - 1.0 / wavelength - i / width) +
                std::conj(turn) / (1.0 / centre + 1.0 / wavelength + i / width));
    };
    return 1.54 * (1.0 - 1.0 / (177.5 * 177.5 *
                                (1.0 / (wavelength * wavelength) + i / (14500.0 * wavelength)))) +
           band(1.27, 470.0, 1900.0) + band(1.1, 325.0, 1060.0);
}

double wave_number(double wavelength) {
    return 2.0 * std::numbers::pi * water / (wavelength * 1e-9);
}

CoreSatellites particle(double satellite_nm, double spacer_nm, int count) {
    CoreSatellites p;
    p.core_radius = 20e-9;
    p.satellite_radius = satellite_nm * 1e-9;
    p.spacer = spacer_nm * 1e-9;
    p.satellites = count;
    return p;
}

ClusterInput gold_cluster(const CoreSatellites& p, double wavelength, int order) {
    const Complex index = std::sqrt(gold(wavelength)) / water;
    ClusterInput input = core_satellite_cluster(p, wave_number(wavelength), index, index, order);
    input.order = order;
    input.orientation_average = false;
    return input;
}

struct Response {
    double peak = 0.0;        // nm
    double extinction = 0.0;  // m2, at the peak
    double raman = 0.0;       // mean |E|^4 at 560 nm
};

// Chosen orders: with order 5 for all, mean |E|^4 would be half and the peak still rise at 1.5 nm.
ClusterInput converging(const CoreSatellites& p, double wavelength) {
    ClusterInput input = gold_cluster(p, wavelength, 40);
    input.order = 0;
    input.tolerance = 0.01;
    input.solver = ClusterSolver::iterative;
    return input;
}

Response response(const CoreSatellites& p) {
    Response r;
    double last = 0.0, left = 0.0, right = 0.0;
    for (double wavelength = 535.0; wavelength <= 575.0; wavelength += 5.0) {
        const double e = cluster_cross_sections(converging(p, wavelength)).fixed.extinction;
        if (e > r.extinction) {
            r.extinction = e;
            r.peak = wavelength;
            left = last;
        } else if (last == r.extinction) {
            right = e;
        }
        last = e;
    }
    r.peak += 2.5 * (right - left) / (2.0 * r.extinction - left - right);  // parabola
    const ClusterInput input = converging(p, 560.0);
    const ClusterResult solved = cluster_cross_sections(input);
    r.raman = surface_enhancement(input, solved.waves, {0.0, 12}).all.mean_fourth;
    return r;
}

TEST(GoldClosedForm, GivesThePublishedIndexRatio) {
    const Complex m = std::sqrt(gold(650.0)) / water;
    EXPECT_NEAR(m.real(), 0.119065, 1e-6);
    EXPECT_NEAR(m.imag(), 2.67664, 1e-5);
}

TEST(SatellitePlaces, AreTheRegularBodiesForSmallCounts) {
    // Shell radius 27 nm: tetrahedron edge sqrt(8/3) R, octahedron sqrt 2 R, icosahedron 1.0515 R.
    const double shell = 27.0, diameter = 10.0;
    EXPECT_NEAR(place_satellites(particle(5, 2, 2)).nearest_gap * 1e9, 2 * shell - diameter, 1e-6);
    EXPECT_NEAR(place_satellites(particle(5, 2, 4)).nearest_gap * 1e9,
                std::sqrt(8.0 / 3.0) * shell - diameter, 1e-3);
    EXPECT_NEAR(place_satellites(particle(5, 2, 6)).nearest_gap * 1e9,
                std::sqrt(2.0) * shell - diameter, 1e-3);
    EXPECT_NEAR(place_satellites(particle(5, 2, 12)).nearest_gap * 1e9,
                1.0514622242 * shell - diameter, 1e-3);
}

TEST(SatellitePlaces, AreTheSameEveryTimeAndKeepTheSpacer) {
    const SatellitePlaces a = place_satellites(particle(5, 2, 30));
    const SatellitePlaces b = place_satellites(particle(5, 2, 30));
    for (std::size_t i = 0; i < a.centres.size(); ++i) {
        EXPECT_EQ(a.centres[i], b.centres[i]);
        EXPECT_NEAR(norm(a.centres[i]), 27e-9, 1e-20);
    }
    EXPECT_GT(a.nearest_gap, 0.0);
}

TEST(SatellitePlaces, RefuseOverlapAndNameTheLargestCount) {
    CoreSatellites p = particle(20, 1, 20);  // core and satellites alike: about kissing number 12
    try {
        place_satellites(p);
        FAIL();
    } catch (const InputError& error) {
        const std::string text = error.what();
        EXPECT_NE(text.find("at most 12 satellites fit"), std::string::npos) << text;
    }
    p.satellites = 12;
    EXPECT_GT(place_satellites(p).nearest_gap, 0.0);
    p.satellites = 0;
    EXPECT_THROW(place_satellites(p), InputError);
    p = particle(5, 0, 6);
    EXPECT_THROW(place_satellites(p), InputError);
}

TEST(CoreSatelliteTrend, ThinnerSpacerShiftsRedAndRaisesRaman) {
    const Response far = response(particle(5, 4, 6)), near = response(particle(5, 2, 6)),
                   closest = response(particle(5, 1.5, 6));
    EXPECT_GT(near.peak, far.peak + 1.0);
    EXPECT_GT(closest.peak, near.peak + 1.0);
    EXPECT_GT(near.extinction, far.extinction);  // from 2 to 1.5 nm it no longer rises
    EXPECT_GT(near.raman, 1.5 * far.raman);
    EXPECT_GT(closest.raman, near.raman);
}

TEST(CoreSatelliteTrend, LargerOrDenserSatellitesShiftRedAndRaiseRaman) {
    const Response base = response(particle(5, 2, 6)), larger = response(particle(7, 2, 6)),
                   denser = response(particle(5, 2, 10));
    EXPECT_GT(larger.peak, base.peak + 1.0);
    EXPECT_GT(larger.raman, base.raman);
    EXPECT_GT(denser.peak, base.peak + 1.0);
    EXPECT_GT(denser.raman, base.raman);
}

TEST(SurfaceEnhancement, UsesTheFieldAtTheShiftedWavelength) {
    const ClusterInput input = gold_cluster(particle(7, 4, 2), 560.0, 5);
    const ClusterInput shifted = gold_cluster(particle(7, 4, 2), 610.0, 5);
    const ClusterResult a = cluster_cross_sections(input), b = cluster_cross_sections(shifted);
    const double both = surface_enhancement(input, a.waves, shifted, b.waves).all.mean_raman;
    const SurfaceEnhancement one = surface_enhancement(input, a.waves);
    const double other = surface_enhancement(shifted, b.waves).all.mean_fourth;
    EXPECT_EQ(one.all.mean_raman, one.all.mean_fourth);
    // Cauchy and Schwarz
    EXPECT_LE(both, std::sqrt(one.all.mean_fourth * other));
    EXPECT_GT(both, std::min(one.all.mean_fourth, other) * 0.5);
    EXPECT_GE(one.all.maximum * one.all.maximum, one.all.mean_fourth);
}

ClusterInput gold_dimer(double gap_ratio) {
    const double radius = 10e-9;
    const Complex index = std::sqrt(gold(540.0)) / water;
    ClusterInput input;
    input.wave_number = wave_number(540.0);
    input.orientation_average = false;
    for (const double side : {-1.0, 1.0}) {
        input.spheres.push_back(layered_cluster_sphere(
            {side * radius * (1.0 + 0.5 * gap_ratio), 0, 0}, std::span(&radius, 1),
            std::span(&index, 1), input.wave_number, 30));
    }
    return input;
}

TEST(CoupledDipoles, ApproachTheFullSolverAsTheGapOpens) {
    const auto error = [](double gap_ratio) {
        const ClusterInput input = gold_dimer(gap_ratio);
        return std::abs(coupled_dipoles(input).fixed.extinction /
                            cluster_cross_sections(input).fixed.extinction -
                        1.0);
    };
    EXPECT_LT(error(2.0), 0.005);
    EXPECT_LT(error(1.0), 0.02);
    EXPECT_LT(error(0.5), 0.06);
    EXPECT_GT(error(0.2), 0.1);  // a known miss of the cheap tier at its limit
    EXPECT_THROW(coupled_dipoles(gold_dimer(0.15)), InputError);
}

}  // namespace
