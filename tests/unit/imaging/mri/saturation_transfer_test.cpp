#include "caravel/imaging/mri/saturation_transfer.hpp"

#include "caravel/imaging/mri/signal_equations.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::imaging {
namespace {

constexpr double tesla = 2.6752218744e8;

TwoPools pools(double share, double rate) {
    TwoPools p;
    p.r1a = 1.0 / 1.8;
    p.r2a = 20.0;
    p.r1b = p.r1a;
    p.r2b = 60.0;
    p.share = share;
    p.rate = rate;
    p.shift = 3.5e-6 * tesla * 7.0;
    return p;
}

/// Steady state of one pool under an even pulse (Bloch).
double bloch_steady(double r1, double r2, double w1, double offset) {
    const double in = r2 * r2 + offset * offset;
    return r1 * in / (r1 * in + r2 * w1 * w1);
}

TEST(SaturationTransfer, WithoutExchangeWaterIsAlone) {
    const double w1 = 1e-6 * tesla;
    for (const double offset : {500.0, -3000.0, 6557.0}) {
        const TwoPools p = pools(1e-3, 0.0);
        EXPECT_NEAR(bloch_mcconnell(p, w1, offset, 60.0), bloch_steady(p.r1a, p.r2a, w1, offset),
                    1e-9);
    }
}

TEST(SaturationTransfer, FastExchangeIsOnePool) {
    // relaxation and shift become means weighted with the protons
    const double w1 = 1e-6 * tesla;
    TwoPools p = pools(0.01, 1e9);
    p.r1b = 5.0;
    const double b = p.share / (1.0 + p.share);
    const double r1 = (1.0 - b) * p.r1a + b * p.r1b;
    const double r2 = (1.0 - b) * p.r2a + b * p.r2b;
    for (const double offset : {400.0, -700.0}) {
        EXPECT_NEAR(bloch_mcconnell(p, w1, offset, 60.0),
                    bloch_steady(r1, r2, w1, offset - b * p.shift), 1e-4);
    }
}

TEST(SaturationTransfer, WeakLimitIsTheClosedForm) {
    // slow exchange, w1 well above the rate and below the shift; little direct saturation
    const double w1 = 0.5e-6 * tesla;
    TwoPools p = pools(2e-4, 30.0);
    p.r2b = 1.0;
    p.r1b = 1.0;
    p.r2a = 2.0;
    p.shift = 20e-6 * tesla * 7.0;
    const double asym =
        bloch_mcconnell(p, w1, -p.shift, 5.0) - bloch_mcconnell(p, w1, p.shift, 5.0);
    const double closed = mri::saturation_transfer(p.r1a, p.rate, p.share, w1, 5.0);
    EXPECT_NEAR(asym, closed, 0.03 * closed);
}

TEST(SaturationTransfer, TiltedFrameIsNearTheFullEquations) {
    const double w1 = 1.5e-6 * tesla;
    double largest = 0.0;
    for (const double rate : {50.0, 300.0, 1500.0}) {
        const TwoPools p = pools(5e-3, rate);
        for (double ppm = -6.0; ppm <= 6.0; ppm += 0.5) {
            const double offset = ppm * 1e-6 * tesla * 7.0;
            largest = std::max(largest, std::abs(tilted_frame(p, w1, offset, 3.0) -
                                                 bloch_mcconnell(p, w1, offset, 3.0)));
        }
    }
    EXPECT_LT(largest, 0.03);
}

TEST(SaturationTransfer, EquilibriumStaysWithoutPulse) {
    const TwoPools p = pools(1e-3, 200.0);
    EXPECT_NEAR(bloch_mcconnell(p, 0.0, 1000.0, 3.0), 1.0, 1e-9);
    EXPECT_NEAR(bloch_mcconnell(p, 0.0, 1000.0, 1.8, 0.0), 1.0 - std::exp(-1.0), 1e-9);
    EXPECT_NEAR(tilted_frame(p, 0.0, 0.0, 1.8, 0.0), 1.0 - std::exp(-1.0), 1e-12);
    EXPECT_NEAR(asymmetry(0.8, 0.6, 0.8), 0.25, 1e-15);
}

}  // namespace
}  // namespace caravel::imaging
