// Heat of the turning and hopping rotor against linear response, the Legendre moments of a turning
// particle, the switching of fixed axes and a stochastic solution of both directions.
#include "caravel/base/constants.hpp"
#include "caravel/base/sphere.hpp"
#include "caravel/formulation/magnetism/fokker_planck.hpp"
#include "caravel/formulation/magnetism/hopping_rotor.hpp"
#include "caravel/formulation/magnetism/specific_absorption.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace caravel::formulation::magnetism {
namespace {

Macrospin magnetite(double diameter) {
    return {
        sphere_volume(diameter), sphere_volume(diameter + 4e-9), 446e3, 23e3, 1e-9, 0.7e-3, 310.15};
}

double heat(const Macrospin& p, const DriveField& drive, int steps = 128) {
    return power_density(p, drive, HeatingMethod::turning_and_hopping, steps);
}

/// W per gram of magnetite.
double specific(double diameter, double amplitude, double frequency = 300e3) {
    return heat(magnetite(diameter), {amplitude, frequency}) / 5180.0 / 1e3;
}

TEST(MagneticHeating, WeakFieldsMeetDebyeWithBothTimesInParallel) {
    // Hops, mixed and turning: 8 to 20 nm. xi < 0.005, so the rest is the grid's.
    for (const double diameter : {8e-9, 12e-9, 14e-9, 16e-9, 20e-9}) {
        const Macrospin p = magnetite(diameter);
        const DriveField drive{8.0, 300e3};
        EXPECT_NEAR(
            heat(p, drive, 1024) / power_density(p, drive, HeatingMethod::linear_response, 0), 1.0,
            2e-3)
            << diameter;
    }
}

TEST(MagneticHeating, MethodsJoinWithinTwoPercent) {
    for (double diameter = 8e-9; diameter < 30e-9; diameter += 1e-9) {
        const Macrospin p = magnetite(diameter);
        const double field = 0.2 * boltzmann * 310.15 / (vacuum_permeability * 446e3 * p.volume);
        const DriveField drive{field, 300e3};
        EXPECT_NEAR(heat(p, drive) / power_density(p, drive, HeatingMethod::linear_response, 0),
                    1.0, 0.02)
            << diameter;
    }
}

TEST(MagneticHeating, WithoutHopsItIsTheLegendreSolutionOfATurningParticle) {
    for (const double xi : {0.5, 5.0, 40.0}) {
        const RotorDrive drive{xi, 300e3, 512};
        const double exact = loop_area(periodic_response({2e-6, 0.0}, drive).first);
        const double here = loop_area(periodic_magnetisation({2e-6, 1.0, 1e-9, 1e5}, drive));
        EXPECT_NEAR(here / exact, 1.0, 5e-3) << xi;
    }
}

TEST(MagneticHeating, SlowFieldsGiveLangevin) {
    const std::vector<double> m = periodic_magnetisation({2e-6, 1.0, 1e-9, 10.0}, {6.0, 1.0, 64});
    EXPECT_NEAR(m[0], 1.0 / std::tanh(6.0) - 1.0 / 6.0, 2e-3);
}

TEST(MagneticHeating, BarrierVanishesAtTheStonerWohlfarthFields) {
    EXPECT_DOUBLE_EQ(barrier_in_field(20.0, 1.0, 0.0), 20.0);
    // Along the axis G (1-h)^2; at 45 degrees it is gone at Hk/2.
    EXPECT_NEAR(barrier_in_field(20.0, 1.0, 0.25), 20.0 * 0.5625, 1e-12);
    EXPECT_GT(barrier_in_field(20.0, std::sqrt(0.5), 0.4999), 0.0);
    EXPECT_EQ(barrier_in_field(20.0, std::sqrt(0.5), 0.5001), 0.0);
    EXPECT_EQ(barrier_in_field(20.0, 1.0, 1.5), 0.0);
}

TEST(MagneticHeating, SlowlyTurningAxesEndAlignedWithTheField) {
    // Cold and strong: area over Hk of axes fixed at random is the mean of 4 cos(a) hs(a), 1.1;
    // axes that turn at all align until steady state, where the largest possible loop has 4.
    const double g = 4000.0;
    const double over_hk = 1.5;
    const double area =
        loop_area(periodic_magnetisation({1e3, 1.0, 1e-9, g}, {2.0 * g * over_hk, 1e3, 1024}));
    EXPECT_GT(area * over_hk, 3.2);
    EXPECT_LT(area * over_hk, 4.0);
}

TEST(MagneticHeating, HeatRisesWithTheFieldAtEveryFrequency) {
    for (const double frequency : {50e3, 300e3, 500e3})
        for (double diameter = 6e-9; diameter < 40e-9; diameter += 1e-9) {
            double before = 0.0;
            for (double field = 1e3; field < 60e3; field *= 1.25) {
                const double now = specific(diameter, field, frequency);
                EXPECT_GT(now, before) << diameter << ' ' << field << ' ' << frequency;
                before = now;
            }
        }
}

TEST(MagneticHeating, HeatIsSmoothInTheSize) {
    // No jump above 20 % per 0.25 nm from 14 nm on. The rise below, 40 % per step at most, is that
    // of exp(KV/kT) in linear response too; successive steps differ by less than 10 % everywhere.
    for (const double field : {5e3, 10e3, 15e3, 30e3}) {
        double before = specific(7.75e-9, field);
        double last = 0.0;
        for (double diameter = 8e-9; diameter < 30e-9; diameter += 0.25e-9) {
            const double now = specific(diameter, field);
            const double step = std::log(now / before);
            if (diameter > 13.9e-9) {
                EXPECT_LT(std::abs(step), std::log(1.2)) << diameter << ' ' << field;
            }
            if (last != 0.0) {
                EXPECT_LT(std::abs(step - last), 0.1) << diameter << ' ' << field;
            }
            before = now;
            last = step;
        }
    }
}

TEST(MagneticHeating, StochasticSolutionOfBothDirectionsIsMet) {
    // W/g of magnetite with 2 nm coat at 0.7 mPa s, 37 Cel, 300 kHz: overdamped Langevin equations
    // of moment and easy axis, 500 particles over three periods, 1 to 7 % statistical error. The
    // rigid moment is 4 to 32 % too hot.
    struct Row {
        double diameter, field, heat;
    };
    for (const Row& row :
         {Row{12e-9, 15e3, 69.3}, Row{14e-9, 15e3, 482.0}, Row{14e-9, 30e3, 1057.0},
          Row{16e-9, 5e3, 56.4}, Row{16e-9, 10e3, 225.5}, Row{16e-9, 15e3, 552.7},
          Row{16e-9, 20e3, 1049.4}, Row{16e-9, 30e3, 1866.3}, Row{18e-9, 15e3, 512.3},
          Row{20e-9, 20e3, 1014.0}}) {
        const double ratio = specific(row.diameter, row.field) / row.heat;
        EXPECT_GT(ratio, 1.0) << row.diameter << ' ' << row.field;
        EXPECT_LT(ratio, 1.33) << row.diameter << ' ' << row.field;
    }
}

TEST(MagneticHeating, HeatStaysBelowTheSquareLoop) {
    for (const double field : {20e3, 200e3}) {
        const double loop = heat(magnetite(20e-9), {field, 300e3});
        EXPECT_LT(loop, 4.0 * vacuum_permeability * 446e3 * field * 300e3);
    }
    // 20 nm, 20 kA/m: the chord susceptibility of linear response loses two thirds of the heat.
    EXPECT_GT(heat(magnetite(20e-9), {20e3, 300e3}),
              3.0 * linear_response(magnetite(20e-9), {20e3, 300e3}).power_density);
}

TEST(MagneticHeating, HeatPerCycleVanishesForSlowFields) {
    const Macrospin p = magnetite(18e-9);
    const auto per_cycle = [&](double frequency) {
        return heat(p, {10e3, frequency}, 512) / frequency;
    };
    EXPECT_NEAR(per_cycle(20.0) / per_cycle(10.0), 2.0, 0.01);
}

TEST(MagneticHeating, DefaultStepsAreEnoughForThreeDigits) {
    for (const double diameter : {12e-9, 16e-9, 22e-9}) {
        const Macrospin p = magnetite(diameter);
        const DriveField drive{15e3, 300e3};
        EXPECT_NEAR(heat(p, drive) / heat(p, drive, 1024), 1.0, 2e-3) << diameter;
    }
}

}  // namespace
}  // namespace caravel::formulation::magnetism
