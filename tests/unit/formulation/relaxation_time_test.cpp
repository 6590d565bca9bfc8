#include "caravel/formulation/magnetism/relaxation_time.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/sphere.hpp"
#include "caravel/formulation/magnetism/fokker_planck.hpp"
#include "caravel/formulation/magnetism/langevin.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::formulation::magnetism {
namespace {

constexpr double magnetite_anisotropy = 23e3;

TEST(RelaxationTime, FourteenNanometresHaveTheReferenceTimes) {
    const Macrospin p{
        sphere_volume(14e-9), sphere_volume(18e-9), 446e3, 23e3, 1e-9, 0.7e-3, 310.15};
    EXPECT_NEAR(neel_time_high_barrier(1e-9, barrier(p)) / 7.166741e-7, 1.0, 1e-6);
    EXPECT_NEAR(brown_time(0.7e-3, p.hydrodynamic_volume, 310.15) / 1.497547e-6, 1.0, 1e-6);
    EXPECT_NEAR(effective_time(7.166741e-7, 1.497547e-6) / 4.847091e-7, 1.0, 1e-6);
}

TEST(RelaxationTime, InterpolationStaysWithinNinePercentOfTheExactOne) {
    double worst = 0.0;
    for (const double g : {0.01, 0.1, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 25.0}) {
        const double exact = longitudinal_time({neel_diffusion_time(1e-9, g), g});
        worst = std::max(worst, std::abs(neel_time(1e-9, g) / exact - 1.0));
    }
    EXPECT_LT(worst, 0.09);
    EXPECT_GT(worst, 0.06);  // so that the documented deviation is the real one
}

TEST(RelaxationTime, InterpolationMeetsTheHighBarrierFormFromBelow) {
    // Their ratio is 1 + 1/G + ...
    EXPECT_NEAR(neel_time(1e-9, 100.0) / neel_time_high_barrier(1e-9, 100.0), 1.01, 1e-4);
    EXPECT_TRUE(std::isinf(neel_time(1e-9, 800.0)));
    EXPECT_EQ(effective_time(neel_time(1e-9, 800.0), 2e-6), 2e-6);
}

TEST(RelaxationTime, LowBarrierIsFreeDiffusionNotInfinite) {
    // The high-barrier form goes to infinity as the barrier vanishes.
    EXPECT_NEAR(neel_time(1e-9, 1e-3) / neel_diffusion_time(1e-9, 1e-3), 1.0, 2e-3);
    EXPECT_GT(neel_time_high_barrier(1e-9, 1e-3), 1e3 * neel_time(1e-9, 1e-3));
}

TEST(RelaxationTime, BlockingTemperatureReproducesTheMeasurementTime) {
    const double volume = sphere_volume(14e-9);
    const double blocked = blocking_temperature(magnetite_anisotropy, volume, 1e-9, 100.0);
    const Macrospin p{volume, volume, 446e3, magnetite_anisotropy, 1e-9, 1e-3, blocked};
    EXPECT_NEAR(neel_time(1e-9, barrier(p)), 100.0, 1e-9);
    // K V/kT about 25 for 100 s and 1 ns, the rule of thumb.
    EXPECT_NEAR(barrier(p), 26.8, 0.5);
}

TEST(RelaxationTime, SuperparamagneticLimitOfMagnetiteIsBelow25Nanometres) {
    const double limit = superparamagnetic_limit(magnetite_anisotropy, 1e-9, 100.0, 310.15);
    EXPECT_NEAR(limit, 21.3e-9, 0.1e-9);
    EXPECT_NEAR(blocking_temperature(magnetite_anisotropy, sphere_volume(limit), 1e-9, 100.0),
                310.15, 1e-6);
}

TEST(RelaxationTime, FasterMeasurementBlocksAtAHigherTemperature) {
    const double volume = sphere_volume(10e-9);
    EXPECT_GT(blocking_temperature(23e3, volume, 1e-9, 1e-8),
              blocking_temperature(23e3, volume, 1e-9, 100.0));
    EXPECT_THROW(blocking_temperature(23e3, volume, 1e-9, 1e-9), InputError);
}

TEST(RelaxationTime, RejectsWhatIsNotPositive) {
    EXPECT_THROW(brown_time(0.0, 1e-24, 300.0), InputError);
    EXPECT_THROW(neel_time(1e-9, 0.0), InputError);
    EXPECT_THROW(neel_time(-1e-9, 5.0), InputError);
}

}  // namespace
}  // namespace caravel::formulation::magnetism
