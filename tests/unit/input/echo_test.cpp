#include "sample.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace caravel::input {
namespace {

using sample::Study;

std::string echo_text(const std::string& text) {
    return to_toml(echo(read<Study>(parse_toml(text, "s").root)));
}

TEST(Echo, WritesEveryKeyWithDefaultsAndLeavesOutTheAbsent) {
    EXPECT_EQ(
        echo_text("count = 4\n[[layer]]\nmaterial = 'w'\nradius = '37 nm'\n[[release]]\n"
                  "law = 'first_order'\nhalf_life = '90 min'\n"),
        "name = \"unnamed\"\nloading = 0.125\ndose = \"6 mg/kg\"\ncount = 4\nverbose = false\n"
        "notes = []\ntimes = []\n\n[subject]\nspecies = \"mouse\"\nbody_weight = \"20 g\"\n\n"
        "[[layer]]\nmaterial = \"w\"\nradius = \"37 nm\"\n\n[[release]]\nlaw = \"first_order\"\n"
        "half_life = \"1.5 h\"\nfraction = 1.0\n");
}
TEST(Echo, WritesTheDigitsTheUserWrote) {
    for (const char* number : {"0.1", "37", "1.1", "33.3", "99.9", "123.456"})
        EXPECT_NE(echo_text(std::string("thickness = '") + number + " nm'")
                      .find(std::string("\"") + number + " nm\""),
                  std::string::npos)
            << number;
}
TEST(Echo, OfTheEchoIsTheEcho) {
    const std::string once = echo_text("count = 4\ntimes = ['1 h', '20 min', '7 s']\n[donor]\n");
    EXPECT_EQ(echo_text(once), once);
}

struct Numbers {
    static inline std::string_view unit = "nm";
    double x = 0.0;
    std::optional<double> y;
    std::vector<double> z;
    AnyQuantity a;
};
void describe(Visitor& v, Numbers& n) {
    v.number({"x", ""}, n.x, any_number(Numbers::unit));
    v.number({"y", ""}, n.y, any_number(Numbers::unit));
    v.numbers({"z", ""}, n.z, any_number(Numbers::unit));
    v.any_of({"a", ""}, n.a, {any_number("Pa"), any_number(Numbers::unit)});
}

class EchoUnits : public testing::TestWithParam<const char*> {};
TEST_P(EchoUnits, RandomValuesReadBackIdentically) {
    Numbers::unit = GetParam();
    const Unit unit = parse_unit(GetParam());
    std::mt19937_64 random(11);
    for (int i = 0; i < 400; ++i) {
        const auto draw = [&] {
            const double mantissa = 1.0 + static_cast<double>(random() >> 12) * 0x1p-52;
            const double x = std::ldexp(mantissa, static_cast<int>(random() % 200) - 100);
            return random() % 2 == 0 ? x : -x;
        };
        Numbers n{draw(), draw(), {draw(), 0.0, draw()}, {draw(), unit.dimension}};
        const std::string text = to_toml(echo(n));
        const Numbers back = read<Numbers>(parse_toml(text, "s").root);
        ASSERT_EQ(back.x, n.x) << text;
        ASSERT_EQ(back.y, n.y) << text;
        ASSERT_EQ(back.z, n.z) << text;
        ASSERT_EQ(back.a.si, n.a.si) << text;
        ASSERT_EQ(back.a.dimension, n.a.dimension) << text;
    }
}
INSTANTIATE_TEST_SUITE_P(All, EchoUnits,
                         testing::Values("1", "nm", "um", "mm", "m", "mg", "kg", "mg/kg", "h",
                                         "min", "1/h", "d", "mmol/L", "mol/m3", "Cel", "K", "%",
                                         "mm[Hg]", "mV", "W/cm2", "Gy/min", "V/cm", "uL", "mm3",
                                         "1/nm2", "cm2/s", "%{ID}/g", "kBq", "10*9/L", "deg", "keV",
                                         "[degF]"));

}  // namespace
}  // namespace caravel::input
