#include "caravel/body/two_pore.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::body {
namespace {

double in_cm_per_s(double radius_in_nm) {
    return 100.0 * tumour_vessel_permeability(radius_in_nm * 1e-9);
}

TEST(TwoPore, GivesTheTabulatedPermeabilitiesToThePrintedDigits) {
    // Schmidt and Wittrup 2009 (Mol Cancer Ther 8:2861) constants, evaluated by hand per radius.
    struct Row {
        double radius;  // nm
        double value;   // cm/s
        double digit;   // the last printed one
    };
    for (const Row& row : {Row{1.0, 2.0e-5, 1e-6}, Row{2.5, 1.3e-6, 1e-7}, Row{5.0, 3.7e-7, 1e-8},
                           Row{10.0, 1.8e-7, 1e-8}, Row{20.0, 8.2e-8, 1e-9},
                           Row{45.0, 2.9e-8, 1e-9}, Row{100.0, 7.4e-9, 1e-10}})
        EXPECT_NEAR(in_cm_per_s(row.radius), row.value, 0.5 * row.digit) << row.radius << " nm";
}

TEST(TwoPore, MeetsMeasuredLiposomesWithinAFactorOfOneAndAHalf) {
    // Yuan 1994: 90 nm liposome 2e-8 cm/s; 9.4 nm particle 2.8e-7 cm/s (diameters)
    EXPECT_LT(std::abs(std::log(in_cm_per_s(45.0) / 2e-8)), std::log(1.5));
    EXPECT_LT(std::abs(std::log(in_cm_per_s(4.7) / 2.8e-7)), std::log(1.5));
}

TEST(TwoPore, FallsWithSizeAndVanishesWhereNoPoreIsWideEnough) {
    double before = in_cm_per_s(0.5);
    for (double radius = 1.0; radius < 500.0; radius += 0.5) {
        const double now = in_cm_per_s(radius);
        EXPECT_LT(now, before) << radius;
        before = now;
    }
    EXPECT_EQ(in_cm_per_s(500.0), 0.0);
    EXPECT_EQ(in_cm_per_s(800.0), 0.0);
}

TEST(RenkinHindrance, HasTheLimitsAndTheValueOfTheEquation) {
    EXPECT_EQ(renkin_hindrance(0.0), 1.0);
    EXPECT_EQ(renkin_hindrance(1.0), 0.0);
    EXPECT_EQ(renkin_hindrance(2.0), 0.0);
    // l = 1/2: 0.25 (1 - 1.052 + 0.26125 - 0.0296875) = 0.044890625
    EXPECT_NEAR(renkin_hindrance(0.5), 0.044890625, 1e-15);
}

TEST(GlomerularSieving, PassesSmallHoldsLargeAndIsOneHalfAtTheMidpoint) {
    EXPECT_DOUBLE_EQ(glomerular_sieving(5.5e-9), 0.5);
    // one width below and above: 1/(1 + 1/e) and its complement
    EXPECT_NEAR(glomerular_sieving(5.0e-9), 0.7310585786300049, 1e-12);
    EXPECT_NEAR(glomerular_sieving(6.0e-9), 0.2689414213699951, 1e-12);
    EXPECT_GT(glomerular_sieving(1e-9), 0.999);
    EXPECT_LT(glomerular_sieving(10e-9), 1.3e-4);
    EXPECT_EQ(glomerular_sieving(1e-6), 0.0);
}

}  // namespace
}  // namespace caravel::body
