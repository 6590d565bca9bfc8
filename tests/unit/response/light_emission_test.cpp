// What agents give off of the light that they absorb, by hand.
#include "caravel/response/treatment/light_emission.hpp"

#include "caravel/response/photodynamic/activation.hpp"

#include <gtest/gtest.h>

#include <array>

namespace caravel::response {
namespace {

TEST(LightEmission, yield_of_fluorescence_does_not_depend_on_the_light) {
    const EmissionLaw law{0.3, 1.0, 0.0};
    EXPECT_EQ(emission_yield(law, 1.0), 0.3);
    EXPECT_EQ(emission_yield(law, 1e9), 0.3);
}

TEST(LightEmission, yield_of_upconversion_is_the_given_one_at_saturation) {
    const EmissionLaw two{0.01, 2.0, 1e5};
    EXPECT_DOUBLE_EQ(emission_yield(two, 1e5), 0.01);
    // x = 0.5: 2 0.01 0.5 / 1.5
    EXPECT_DOUBLE_EQ(emission_yield(two, 5e4), 0.01 / 1.5);
    const EmissionLaw three{0.01, 3.0, 1e5};
    // x = 0.25
    EXPECT_DOUBLE_EQ(emission_yield(three, 5e4), 0.02 * 0.25 / 1.25);
    EXPECT_EQ(emission_yield(two, 0.0), 0.0);
    EXPECT_DOUBLE_EQ(upconversion_yield(0.02, 1e5, 3e5), 0.015);
}

TEST(LightEmission, two_lamps_give_what_their_photons_do) {
    LightEmission emission;
    emission.agents = {1};
    emission.wavelength = 900e-9;
    emission.law = {0.5, 1.0, 0.0};
    emission.absorption = {2.0, 0.0, 1.0};
    emission.reference = 2.0;
    const std::array fluence{3.0, 1.0};
    const std::array<ExcitingLight, 3> lamps{
        {{600e-9, 10.0, 0.5, fluence}, {700e-9, 1e6, 1.0, fluence}, {450e-9, 4.0, 1.0, fluence}}};
    const std::array other{9.0, 9.0};
    const std::array amount{0.1, 0.0};
    const std::array<View<const double>, 2> agents{View<const double>(other.data(), 2),
                                                   View<const double>(amount.data(), 2)};
    const auto light = emitted_light(emission, lamps, agents, 2, 1e-3);
    // 0.1 (2 10 3 0.5 600/900 + 1 4 3 450/900) 0.5 = 0.1 (20 + 6) 0.5
    EXPECT_DOUBLE_EQ(light.density[0], 1.3);
    EXPECT_EQ(light.density[1], 0.0);
    EXPECT_DOUBLE_EQ(light.taken, 0.1 * (30.0 + 12.0) * 1e-3);
    EXPECT_DOUBLE_EQ(light.emitted, 1.3e-3);
}

/// What one voxel gives of a lamp of 1000 nm in pulses: two photons for one, yield 0.1 at 100 W/m2.
EmittedLight upconverted(double power, double duty) {
    LightEmission emission;
    emission.agents = {0};
    emission.wavelength = 500e-9;
    emission.law = {0.1, 2.0, 100.0};
    emission.absorption = {1.0};
    emission.reference = 1.0;
    const std::array fluence{1.0};
    const std::array amount{1.0};
    const std::array<View<const double>, 1> agents{View<const double>(amount.data(), 1)};
    const std::array<ExcitingLight, 1> lamp{{{1000e-9, power, duty, fluence}}};
    return emitted_light(emission, lamp, agents, 1, 1.0);
}

TEST(LightEmission, pulses_upconvert_at_their_own_fluence_rate) {
    // 100 W all the time: yield 0.1; 200 W half of it: 0.2 (2/3).
    EXPECT_DOUBLE_EQ(upconverted(100.0, 1.0).emitted, 100.0 * 0.1 * 2.0);
    EXPECT_DOUBLE_EQ(upconverted(200.0, 0.5).emitted, 100.0 * (0.2 * 2.0 / 3.0) * 2.0);
}

TEST(LightEmission, knows_what_it_gives_within_the_pulses) {
    const auto light = upconverted(200.0, 0.25);
    EXPECT_DOUBLE_EQ(light.at_once, 200.0 * (0.2 * 2.0 / 3.0) * 2.0);
    EXPECT_DOUBLE_EQ(light.emitted, 0.25 * light.at_once);
}

TEST(LightEmission, change_of_a_source_is_that_of_its_shape) {
    const std::array a{1.0, 1.0};
    const std::array b{5.0, 5.0};
    const std::array c{1.0, 3.0};
    const std::array dark{0.0, 0.0};
    EXPECT_EQ(shape_change(a, b), 0.0);
    EXPECT_DOUBLE_EQ(shape_change(a, c), 0.25);
    EXPECT_EQ(shape_change(a, dark), 1.0);
}

}  // namespace
}  // namespace caravel::response
