// Lamps and lasers of a protocol: what may be written, power, and when they are on.
#include "caravel/stimulus/light/light_input.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <numbers>
#include <string>

namespace caravel::stimulus {
namespace {

const std::string head = "at = '1 h'\nduration = '10 min'\nwavelength = '808 nm'\n";
const std::string disk =
    "[source]\nkind = 'disk'\nposition = ['0 mm', '0 mm', '-1 mm']\nradius = '5 mm'\n";

LightInput read_light(const std::string& text) {
    return input::read<LightInput>(input::parse_toml(text, "light.toml").root);
}

std::string complaint(const std::string& text) {
    try {
        (void)read_light(text);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(LightInput, ReadsWithUnits) {
    const LightInput light = read_light(head + "power = '500 mW'\n");
    EXPECT_DOUBLE_EQ(light.at, 3600.0);
    EXPECT_DOUBLE_EQ(light.duration, 600.0);
    EXPECT_DOUBLE_EQ(light.wavelength, 808e-9);
    EXPECT_DOUBLE_EQ(light_power(light), 0.5);
    EXPECT_EQ(light.method, "monte_carlo");
}

TEST(LightInput, IrradianceTimesAreaIsPower) {
    const LightInput light = read_light(head + "irradiance = '1 W/cm2'\n" + disk);
    EXPECT_NEAR(light_power(light), 1e4 * std::numbers::pi * 25e-6, 1e-12);
}

TEST(LightInput, NeedsExactlyOneOfPowerAndIrradiance) {
    EXPECT_NE(complaint(head).find("a light needs its power or its irradiance"), std::string::npos);
    EXPECT_NE(complaint(head + "power = '1 W'\nirradiance = '1 W/cm2'\n" + disk).find("not both"),
              std::string::npos);
    LightInput light;
    EXPECT_THROW(light_power(light), InputError);
    light.power = 1.0;
    light.irradiance = 1.0;
    EXPECT_THROW(light_power(light), InputError);
}

TEST(LightInput, RefusesAnIrradianceWithoutArea) {
    EXPECT_NE(complaint(head + "irradiance = '1 W/cm2'\n").find("has no area"), std::string::npos);
    LightInput light;
    light.irradiance = 1e4;
    EXPECT_THROW(light_power(light), InputError);
}

TEST(LightInput, RefusesWavelengthsThatAreNoOpticalLight) {
    const std::string rest = "at = '0 s'\nduration = '1 min'\npower = '1 W'\nwavelength = ";
    EXPECT_NE(complaint(rest + "'100 nm'").find("between 200 and 2500 nm"), std::string::npos);
    EXPECT_NE(complaint(rest + "'3 um'").find("2500 nm"), std::string::npos);
    EXPECT_EQ(complaint(rest + "'2.5 um'"), "");
}

TEST(LightInput, RefusesZeroPhotonsAndHalfPulses) {
    EXPECT_NE(complaint(head + "power = '1 W'\nphotons = 0\n").find("photons"), std::string::npos);
    EXPECT_NE(complaint(head + "power = '1 W'\non_time = '1 s'\n").find("off_time is not given"),
              std::string::npos);
    EXPECT_NE(complaint(head + "power = '1 W'\non_time = '1 h'\noff_time = '1 s'\n")
                  .find("longer than the whole light"),
              std::string::npos);
    EXPECT_NE(complaint(head + "power = '1 W'\nmethod = 'magic'\n").find("monte_carlo"),
              std::string::npos);
}

LightInput pulsed() {
    LightInput light;
    light.at = 100.0;
    light.duration = 60.0;
    light.on_time = 5.0;
    light.off_time = 15.0;
    return light;
}

TEST(LightInput, DutyIsTheShareOfTimeWithLight) {
    const LightInput light = pulsed();
    EXPECT_DOUBLE_EQ(light_duty(light, 100.0, 105.0), 1.0);
    EXPECT_DOUBLE_EQ(light_duty(light, 105.0, 120.0), 0.0);
    EXPECT_DOUBLE_EQ(light_duty(light, 100.0, 160.0), 0.25);
    EXPECT_DOUBLE_EQ(light_duty(light, 102.0, 122.0), 0.25);
    EXPECT_DOUBLE_EQ(light_duty(light, 0.0, 100.0), 0.0);
    EXPECT_DOUBLE_EQ(light_duty(light, 160.0, 1000.0), 0.0);
    EXPECT_DOUBLE_EQ(light_duty(light, 5.0, 5.0), 0.0);
    LightInput steady = light;
    steady.on_time.reset();
    steady.off_time.reset();
    EXPECT_DOUBLE_EQ(light_duty(steady, 90.0, 110.0), 0.5);
    EXPECT_DOUBLE_EQ(light_duty(steady, 110.0, 111.0), 1.0);
}

TEST(LightInput, SwitchesAreWherePulsesBeginAndEnd) {
    EXPECT_EQ(light_switches(pulsed()),
              (std::vector<double>{100.0, 105.0, 120.0, 125.0, 140.0, 145.0}));
    EXPECT_EQ(light_switches(pulsed(), 5), (std::vector<double>{100.0, 160.0}));
    LightInput cut = pulsed();
    cut.duration = 23.0;
    EXPECT_EQ(light_switches(cut), (std::vector<double>{100.0, 105.0, 120.0, 123.0}));
    cut.on_time.reset();
    cut.off_time.reset();
    EXPECT_EQ(light_switches(cut), (std::vector<double>{100.0, 123.0}));
}

TEST(LightInput, DutyBetweenSwitchesIsAllOrNothing) {
    const std::vector<double> times = light_switches(pulsed());
    for (std::size_t i = 0; i + 1 < times.size(); ++i)
        EXPECT_DOUBLE_EQ(light_duty(pulsed(), times[i], times[i + 1]), i % 2 == 0 ? 1.0 : 0.0);
}

}  // namespace
}  // namespace caravel::stimulus
