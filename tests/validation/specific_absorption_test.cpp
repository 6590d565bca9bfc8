// Measured heat and relaxivity against the models with one parameter set; misses stay misses.
#include "caravel/formulation/magnetism/specific_absorption.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/base/sphere.hpp"
#include "caravel/formulation/magnetism/relaxation_time.hpp"
#include "caravel/formulation/magnetism/relaxivity.hpp"
#include "caravel/matter/water.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::formulation::magnetism {
namespace {

// As in data/magnetic.csv; 2 nm coat, water at 25 Cel, 1 ns. Cubes count by their volume.
constexpr double coat = 2e-9;
constexpr double room = 298.15;

struct Material {
    double saturation, anisotropy, density;
};
constexpr Material magnetite{446e3, 23e3, 5180.0};
constexpr Material iron{1714e3, 48e3, 7870.0};

double flux(double tesla) { return tesla / vacuum_permeability; }

/// W per gram of magnetic matter, one size.
double heat(const Material& m, double volume, const DriveField& drive) {
    const double d = std::cbrt(6.0 * volume / std::acos(-1.0));
    Ensemble e;
    e.sizes = {{d, 1.0}};
    e.particle = {volume, volume, m.saturation, m.anisotropy, 1e-9, matter::water_viscosity(room),
                  room};
    e.shell = coat;
    return specific_absorption(e, drive, 512).power_density / m.density / 1e3;
}

TEST(SpecificAbsorption, MagnetiteCubesOf19NanometresHit) {
    // 2452 W/g Fe at 520 kHz, 29 kA/m (recalled; Guardia 2012); magnetite is 72.4 % iron.
    const double predicted = heat(magnetite, std::pow(19e-9, 3), {29e3, 520e3}) / 0.724;
    EXPECT_GT(predicted, 2452.0 / 2.0);
    EXPECT_LT(predicted, 2452.0 * 2.0);
    EXPECT_NEAR(predicted / 2452.0, 1.10, 0.02);
}

TEST(SpecificAbsorption, MixedIronOxidesAt50KilohertzHit) {
    // 30 to 360 W/g Fe for 6 to 350 nm, 50 kHz 60 mT (Morales 2018): single domains of 14 to 20 nm.
    for (const double d : {14e-9, 17e-9, 20e-9}) {
        const double predicted = heat(magnetite, sphere_volume(d), {flux(60e-3), 50e3}) / 0.724;
        EXPECT_GT(predicted, 30.0 / 2.0) << d;
        EXPECT_LT(predicted, 360.0 * 2.0) << d;
    }
}

TEST(SpecificAbsorption, DextranMagnetiteLiesWithinTheSizesItMayHave) {
    // 75 W/g at 55 kHz, 200 Oe (Zhang 2007); the core size is not stated with the number. 10 nm
    // falls short by two orders, 15 nm hits: no hit is claimed.
    const DriveField drive{200.0 * 79.577, 55e3};
    EXPECT_LT(heat(magnetite, sphere_volume(10e-9), drive), 75.0 / 100.0);
    const double fifteen = heat(magnetite, sphere_volume(15e-9), drive);
    EXPECT_GT(fifteen, 75.0 / 2.0);
    EXPECT_LT(fifteen, 75.0 * 2.0);
}

TEST(SpecificAbsorption, IronCubesOf16NanometresAreAKnownMiss) {
    // 1690(160) W/g at 300 kHz, 66 mT (Mehdaoui 2010). Independent grains with both ways of turning
    // give five times that (stochastic equations of both directions, 120 particles: 4.0); dipolar
    // coupling in the dried or gelled sample is not modelled.
    const double predicted = heat(iron, std::pow(16e-9, 3), {flux(66e-3), 300e3});
    EXPECT_NEAR(predicted / 1690.0, 5.27, 0.1);
}

TEST(SpecificAbsorption, MagnetosomesAreAKnownMiss) {
    // 960 W/g at 410 kHz, 10 kA/m (recalled; Hergt 2005): chains of 30 nm with shape anisotropy.
    const double predicted = heat(magnetite, sphere_volume(30e-9), {10e3, 410e3});
    EXPECT_NEAR(predicted / 960.0, 0.27, 0.01);
}

/// r1 and r2 at 37 Cel of single magnetite cores.
struct Relaxivities {
    double one, two;
};
Relaxivities relaxivities(double diameter, double field) {
    const double temperature = 310.15;
    MomentStatistics s;
    s.moment = 446e3 * sphere_volume(diameter);
    s.xi = s.moment * field / (boltzmann * temperature);
    s.relaxation = neel_time(1e-9, 23e3 * sphere_volume(diameter) / (boltzmann * temperature));
    const Relaxer r{diameter, 446e3 * langevin(s.xi), molar_volume_of_metal(0.231533, 5180.0, 3.0),
                    matter::water_diffusion(temperature)};
    return {longitudinal_rate(r, s, field), transverse_rates(r, s, field, 5e-3).spin_echo};
}

TEST(SpecificAbsorption, FerumoxytolRelaxivityHits) {
    // Measured in saline: 19.9 and 60.8 at 1.5 T, 10.0 and 62.3 at 3 T (Knobloch 2018); core 6.5
    // nm.
    const Relaxivities low = relaxivities(6.5e-9, 1.5);
    EXPECT_NEAR(low.two / 60.8, 0.92, 0.02);
    EXPECT_NEAR(low.one / 19.9, 1.40, 0.03);
    const Relaxivities high = relaxivities(6.5e-9, 3.0);
    EXPECT_NEAR(high.two / 62.3, 0.86, 0.02);
    EXPECT_NEAR(high.one / 10.0, 1.89, 0.03);
}

TEST(SpecificAbsorption, FeridexRelaxivityAsSingleCores) {
    // 4.5 and 33 in plasma at 1.5 T, core 4.9 nm (recalled; Rohrer 2005): r2 hits, r1 of clustered
    // cores is overestimated several times by single ones.
    const Relaxivities r = relaxivities(4.9e-9, 1.5);
    EXPECT_NEAR(r.two / 33.0, 0.91, 0.02);
    EXPECT_NEAR(r.one / 4.5, 3.93, 0.1);
}

TEST(SpecificAbsorption, ResovistRelaxivityIsAKnownMissOfSingleCores) {
    // 7.4 and 95 in plasma at 1.5 T, core 4.2 nm: its cores are clustered. As single cores r2 is
    // five times too small.
    const Relaxivities r = relaxivities(4.2e-9, 1.5);
    EXPECT_NEAR(r.two / 95.0, 0.21, 0.01);
    // 60 cores by the fractal law (their number is assumed) come within a factor 2.
    EXPECT_NEAR(r.two * aggregation_gain(60.0) / 95.0, 1.26, 0.03);
}

TEST(SpecificAbsorption, WaterSolubleMagnetiteSeriesFollowsSize) {
    // Fe3O4 of 4, 6, 9, 12 nm at 1.5 T, 25 Cel: r2 78, 106, 130, 218 (recalled; Jun 2005). The
    // theory has the order and the large sizes; 4 nm measured is four times the theory.
    const double measured[] = {78.0, 106.0, 130.0, 218.0};
    const double diameters[] = {4e-9, 6e-9, 9e-9, 12e-9};
    double before = 0.0;
    for (int i = 0; i < 4; ++i) {
        const double predicted = relaxivities(diameters[i], 1.5).two;
        EXPECT_GT(predicted, before);
        before = predicted;
        if (i >= 2) {
            EXPECT_GT(predicted, measured[i] / 2.0);
            EXPECT_LT(predicted, measured[i] * 2.0);
        } else {
            EXPECT_LT(predicted, measured[i] / 2.0);
        }
    }
}

}  // namespace
}  // namespace caravel::formulation::magnetism
