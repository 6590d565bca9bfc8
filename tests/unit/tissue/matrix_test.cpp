#include "caravel/tissue/interstitium/matrix.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>

namespace caravel::tissue {
namespace {

constexpr double day = 86400.0;

double in_cm2_per_s(double diffusivity) { return diffusivity * 1e4; }

double in_tumour(double radius) { return free_diffusion(radius) * hindrance(radius, Matrix{}); }

/// Root mean square way (m) along one axis in a day.
double way_in_a_day(double radius) { return std::sqrt(2.0 * in_tumour(radius) * day); }

TEST(FreeDiffusion, GivesTheTabulatedValuesByDiameter) {
    struct Row {
        double diameter;  // nm
        double value;     // cm2/s, Stokes-Einstein with 0.69 mPa s at 37 C, evaluated by hand
        double digit;     // the last printed one
    };
    for (const Row& row : {Row{5.0, 1.3e-6, 1e-7}, Row{10.0, 6.6e-7, 1e-8}, Row{50.0, 1.3e-7, 1e-8},
                           Row{100.0, 6.6e-8, 1e-9}})
        EXPECT_NEAR(in_cm2_per_s(free_diffusion(0.5e-9 * row.diameter)), row.value, 0.5 * row.digit)
            << row.diameter << " nm";
    // kT = 4.282083e-21 J, 6 pi 0.69e-3 Pa s 5 nm = 6.503097e-11 kg/s
    EXPECT_NEAR(free_diffusion(5e-9), 6.58468e-11, 1e-15);
    EXPECT_DOUBLE_EQ(free_diffusion(5e-9, 1.38e-3), 0.5 * free_diffusion(5e-9));
}

TEST(PoreHindrance, GivesThePrintedValuesOfDechadilokAndDeen) {
    EXPECT_EQ(pore_diffusion(0.0), 1.0);
    EXPECT_NEAR(pore_diffusion(0.1), 0.592, 5e-4);
    EXPECT_NEAR(pore_diffusion(0.2), 0.358, 5e-4);
    EXPECT_NEAR(pore_diffusion(0.5), 0.0475, 1e-4);
    EXPECT_NEAR(pore_diffusion(0.9), 3.3e-5, 5e-7);
}

TEST(PoreHindrance, FallsAllTheWayToContact) {
    for (int i = 0; i < 2000; ++i) {
        const double l = i / 2000.0;
        EXPECT_GT(pore_diffusion(l), pore_diffusion(l + 0.0005)) << l;
    }
    EXPECT_EQ(pore_diffusion(1.0), 0.0);
    EXPECT_EQ(pore_diffusion(7.0), 0.0);
    // Mavrovouniotis and Brenner 1988: (1-l)^2 0.984 ((1-l)/l)^2.5 close to contact
    EXPECT_NEAR(pore_diffusion(0.99) / (1e-4 * 0.984 * std::pow(1.0 / 99.0, 2.5)), 1.0, 0.01);
}

TEST(Hindrance, IsTheProductOfItsThreeFactors) {
    Matrix m;
    m.fibre_radius = 2e-9;
    m.fibre_fraction = 0.04;
    m.pore_radius = 20e-9;
    m.tortuosity = 0.5;
    // r = r_f: exp(-0.4) = 0.670320; 0.04^(0.174 ln 59.6) = 0.101324, exp(-pi 0.101324) = 0.727371;
    // H(0.1) = 0.591844
    EXPECT_NEAR(hindrance(2e-9, m), 0.5 * 0.670320 * 0.727371 * 0.591844, 2e-6);
    // exp(-0.2) W(0.1)
    EXPECT_NEAR(retardation(2e-9, m), 0.818731 * 0.938789, 2e-6);
    // 0.3 + 0.7 exp(-0.04 2^2)
    EXPECT_NEAR(available_share(2e-9, m), 0.3 + 0.7 * 0.852144, 1e-6);
}

TEST(Hindrance, FallsWithRadiusAndFibresAndHasItsLimits) {
    const Matrix m;
    double before = hindrance(1e-13, m);
    EXPECT_NEAR(before, 0.4 * std::exp(-std::sqrt(0.03)), 1e-3);
    EXPECT_NEAR(retardation(1e-13, m), 1.0, 1e-4);
    EXPECT_NEAR(available_share(1e-13, m), 0.3 + 0.7 * std::exp(-0.03), 1e-4);
    for (double radius = 0.2e-9; radius < 61e-9; radius += 0.2e-9) {
        const double now = hindrance(radius, m);
        EXPECT_LT(now, radius < 60e-9 ? before : 1e-300) << radius;
        before = now;
        EXPECT_LE(retardation(radius + 1e-10, m), retardation(radius, m)) << radius;
        EXPECT_LE(available_share(radius + 1e-10, m), available_share(radius, m)) << radius;
    }
    Matrix dense = m;
    dense.fibre_fraction = 0.06;
    for (const double radius : {0.5e-9, 5e-9, 25e-9, 45e-9}) {
        EXPECT_LT(hindrance(radius, dense), hindrance(radius, m)) << radius;
        EXPECT_LT(retardation(radius, dense), retardation(radius, m)) << radius;
        EXPECT_LT(available_share(radius, dense), available_share(radius, m)) << radius;
    }
}

TEST(Hindrance, IsFiniteForAnyPositiveRadius) {
    for (const double radius :
         {std::numeric_limits<double>::denorm_min(), 1e-300, 1e-30, 1e-6, 1.0, 1e300}) {
        const Matrix m;
        for (const double value :
             {hindrance(radius, m), retardation(radius, m), available_share(radius, m)}) {
            EXPECT_GE(value, 0.0) << radius;
            EXPECT_LE(value, 1.0) << radius;
        }
    }
    EXPECT_EQ(hindrance(1.0, Matrix{}), 0.0);
    EXPECT_DOUBLE_EQ(available_share(1.0, Matrix{}), 0.3);
}

TEST(Hindrance, LetsFreeDoxorubicinThroughAsMeasured) {
    // 0.5 nm; a model of tumour cords uses 7000 um2/min = 1.17e-6 cm2/s (El-Kareh and Secomb 2000)
    EXPECT_GT(in_cm2_per_s(in_tumour(0.5e-9)), 1e-6);
    EXPECT_LT(in_cm2_per_s(in_tumour(0.5e-9)), 3e-6);
}

TEST(Hindrance, IsWithinAFactorOfThreeOfProteinsAndDextransInTumours) {
    // Albumin-bound doxorubicin 530 um2/min (El-Kareh and Secomb 2000). Dextrans in the VX2
    // carcinoma, D = 2.51e-2 Mr^-1.14 cm2/s (Nugent and Jain 1984), r = 0.0488 Mr^0.437 nm.
    const auto dextran = [](double mass) { return 2.51e-2 * std::pow(mass, -1.14); };
    const auto radius = [](double mass) { return 0.0488e-9 * std::pow(mass, 0.437); };
    EXPECT_LT(std::abs(std::log(in_cm2_per_s(in_tumour(3.5e-9)) / 8.83e-8)), std::log(1.5));
    for (const double mass : {19400.0, 71800.0})
        EXPECT_LT(std::abs(std::log(in_cm2_per_s(in_tumour(radius(mass))) / dextran(mass))),
                  std::log(3.0))
            << mass;
}

TEST(Hindrance, CannotMeetALiposomeFasterThanInWater) {
    // 9e-12 m2/s has been used for liposomes in tumours; a sphere of 90 nm in water has 7.3e-12.
    EXPECT_LT(free_diffusion(45e-9), 9e-12);
    EXPECT_LT(in_tumour(45e-9), 1e-5 * 9e-12);
}

TEST(Hindrance, Keeps90NanometreParticlesAtTheVesselWhile50NanometreOnesSpread) {
    // half the distance between vessels at 200 1/cm of surface is 20 to 30 um
    EXPECT_LT(way_in_a_day(50e-9), 1e-6);
    EXPECT_LT(way_in_a_day(45e-9), 3e-6);
    EXPECT_GT(way_in_a_day(25e-9), 40e-6);
    EXPECT_GT(way_in_a_day(10e-9), 300e-6);
    // the drop: 30 to 60 nm in diameter less than 60 to 90 nm
    EXPECT_LT(in_tumour(15e-9) / in_tumour(30e-9), in_tumour(30e-9) / in_tumour(45e-9));
}

TEST(HydraulicConductivity, OpensAsFibresAreRemoved) {
    const Matrix m;
    EXPECT_DOUBLE_EQ(hydraulic_conductivity(m, m, 3.1e-14), 3.1e-14);
    const Matrix treated = without_hyaluronan(m, 1.0);
    EXPECT_DOUBLE_EQ(treated.fibre_fraction, 0.021);
    EXPECT_DOUBLE_EQ(treated.hyaluronan_share, 0.0);
    // 0.7^-1.17 = 1.517873
    EXPECT_NEAR(hydraulic_conductivity(treated, m, 1.0), 1.517873, 1e-6);
    EXPECT_GT(hindrance(25e-9, treated), 1.5 * hindrance(25e-9, m));
    Matrix thick = m;
    thick.fibre_radius = 4e-9;
    EXPECT_DOUBLE_EQ(hydraulic_conductivity(thick, m, 1.0), 4.0);
    // removing half twice removes three quarters
    const Matrix twice = without_hyaluronan(without_hyaluronan(m, 0.5), 0.5);
    EXPECT_NEAR(twice.fibre_fraction, 0.03 * (1.0 - 0.75 * 0.3), 1e-15);
}

TEST(Matrix, OfTheTableAgreesWithTheDefaultsAndTheRatioOfConductivities) {
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    const Matrix tumour = tabulated_matrix(library, "tumour");
    const Matrix normal = tabulated_matrix(library, "normal tissue");
    const Matrix m;
    EXPECT_DOUBLE_EQ(tumour.fibre_radius, m.fibre_radius);
    EXPECT_DOUBLE_EQ(tumour.fibre_fraction, m.fibre_fraction);
    EXPECT_DOUBLE_EQ(tumour.hyaluronan_share, m.hyaluronan_share);
    EXPECT_DOUBLE_EQ(tumour.pore_radius, m.pore_radius);
    EXPECT_DOUBLE_EQ(tumour.tortuosity, m.tortuosity);
    EXPECT_DOUBLE_EQ(tumour.open_share, m.open_share);
    // Baxter and Jain 1989: 4.13e-8 and 8.53e-9 cm2/mmHg/s
    const double tumour_conductivity =
        library.value("tumour_lines", "generic", "hydraulic_conductivity_tissue");
    const double normal_conductivity =
        library.value("tumour_lines", "generic", "hydraulic_conductivity_tissue", "normal tissue");
    EXPECT_NEAR(hydraulic_conductivity(normal, tumour, tumour_conductivity) / normal_conductivity,
                1.0, 0.02);
    EXPECT_THROW(tabulated_matrix(library, "moon"), InputError);
}

TEST(Matrix, RefusesWhatIsNoMatrix) {
    const auto changed = [](double Matrix::*member, double value) {
        Matrix m;
        m.*member = value;
        return m;
    };
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const double radius : {0.0, -1e-9, nan, std::numeric_limits<double>::infinity()}) {
        EXPECT_THROW(free_diffusion(radius), InputError);
        EXPECT_THROW(hindrance(radius, Matrix{}), InputError);
        EXPECT_THROW(available_share(radius, Matrix{}), InputError);
        EXPECT_THROW(retardation(radius, Matrix{}), InputError);
    }
    for (const double bad : {0.0, 1.0, -0.1, nan})
        EXPECT_THROW(hindrance(1e-9, changed(&Matrix::fibre_fraction, bad)), InputError);
    EXPECT_THROW(hindrance(1e-9, changed(&Matrix::fibre_radius, 0.0)), InputError);
    EXPECT_THROW(hindrance(1e-9, changed(&Matrix::pore_radius, nan)), InputError);
    EXPECT_THROW(hindrance(1e-9, changed(&Matrix::tortuosity, 1.1)), InputError);
    EXPECT_THROW(available_share(1e-9, changed(&Matrix::open_share, -0.1)), InputError);
    EXPECT_THROW(without_hyaluronan(Matrix{}, 1.5), InputError);
    EXPECT_THROW(without_hyaluronan(changed(&Matrix::hyaluronan_share, 1.0), 1.0), InputError);
    EXPECT_THROW(hydraulic_conductivity(Matrix{}, Matrix{}, -1.0), InputError);
}

}  // namespace
}  // namespace caravel::tissue
