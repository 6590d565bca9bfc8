#include "caravel/base/dimension.hpp"
#include "caravel/base/quantity.hpp"

#include <gtest/gtest.h>

namespace caravel {
namespace {

TEST(Dimension, usual_ones_have_names) {
    EXPECT_EQ(describe(dimension::none), "a plain number");
    EXPECT_EQ(describe(dimension::length), "length");
    EXPECT_EQ(describe(dimension::area), "area");
    EXPECT_EQ(describe(dimension::volume), "volume");
    EXPECT_EQ(describe(dimension::mass), "mass");
    EXPECT_EQ(describe(dimension::time), "time");
    EXPECT_EQ(describe(dimension::rate), "rate (1/time)");
    EXPECT_EQ(describe(dimension::temperature), "temperature");
    EXPECT_EQ(describe(dimension::amount), "amount of substance");
    EXPECT_EQ(describe(dimension::molar_mass), "molar mass");
    EXPECT_EQ(describe(dimension::density), "mass concentration");
    EXPECT_EQ(describe(dimension::molar_concentration), "molar concentration");
    EXPECT_EQ(describe(dimension::number_density), "number density");
    EXPECT_EQ(describe(dimension::velocity), "velocity");
    EXPECT_EQ(describe(dimension::flow), "flow");
    EXPECT_EQ(describe(dimension::diffusivity), "diffusivity");
    EXPECT_EQ(describe(dimension::pressure), "pressure");
    EXPECT_EQ(describe(dimension::voltage), "voltage");
    EXPECT_EQ(describe(dimension::mass_per_area), "mass per area");
}

TEST(Dimension, others_are_written_in_base_units) {
    EXPECT_EQ(describe({.length = 4}), "m4");
    EXPECT_EQ(describe({.length = 1, .mass = 1, .time = -4}), "m.kg/s4");
    EXPECT_EQ(describe({.length = 5, .time = -2, .amount = -1}), "m5/(s2.mol)");
    EXPECT_EQ(describe({.time = -3, .luminosity = -1}), "1/(s3.cd)");
    EXPECT_EQ(describe({.temperature = -2}), "1/K2");
}

TEST(Dimension, products_and_powers_add_exponents) {
    EXPECT_EQ(dimension::length / dimension::time, dimension::velocity);
    EXPECT_EQ(power(dimension::length, 3), dimension::volume);
    EXPECT_EQ(dimension::mass / dimension::volume, dimension::density);
}

TEST(Quantity, carries_its_dimension_through_products) {
    const Quantity<dimension::length> way{6.0};
    const Quantity<dimension::time> duration{2.0};
    const Quantity<dimension::velocity> speed = way / duration;
    EXPECT_EQ(speed.si, 3.0);
    EXPECT_LT(way, 2.0 * way);
}

}  // namespace
}  // namespace caravel
