#include "caravel/formulation/trigger.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <stdexcept>
#include <string>

namespace caravel::formulation {
namespace {

AnyQuantity plain(double value) { return {value, dimension::none}; }

TEST(ResponseCurve, SigmoidIsHalfWayAtItsMidpoint) {
    const SigmoidResponse r{plain(6.0), plain(0.5), false, 0.2};
    EXPECT_DOUBLE_EQ(response_factor(r, 6.0), 0.6);
    EXPECT_NEAR(response_factor(r, 6.5), 0.2 + 0.8 / (1.0 + std::exp(-1.0)), 1e-15);
    EXPECT_NEAR(response_factor(r, -1e3), 0.2, 1e-15);
    EXPECT_NEAR(response_factor(r, 1e3), 1.0, 1e-15);
}

TEST(ResponseCurve, SigmoidBelowIsMirrored) {
    const SigmoidResponse above{plain(6.0), plain(0.5), false, 0.1};
    const SigmoidResponse below{plain(6.0), plain(0.5), true, 0.1};
    EXPECT_DOUBLE_EQ(response_factor(below, 5.2), response_factor(above, 6.8));
    EXPECT_NEAR(response_factor(below, 1e3), 0.1, 1e-15);
}

TEST(ResponseCurve, HillSaturates) {
    EXPECT_DOUBLE_EQ(response_factor(HillResponse{plain(2.0), 1.0, 0.0}, 2.0), 0.5);
    EXPECT_NEAR(response_factor(HillResponse{plain(1.0), 2.0, 0.0}, 3.0), 0.9, 1e-15);
    EXPECT_NEAR(response_factor(HillResponse{plain(1.0), 2.0, 0.5}, 3.0), 0.95, 1e-15);
    EXPECT_DOUBLE_EQ(response_factor(HillResponse{plain(1.0), 2.0, 0.03}, 0.0), 0.03);
}

TEST(ResponseCurve, LinearDoesNotSaturate) {
    const LinearResponse r{plain(4.0), 0.1};
    EXPECT_DOUBLE_EQ(response_factor(r, 0.0), 0.1);
    EXPECT_DOUBLE_EQ(response_factor(r, 4.0), 1.0);
    EXPECT_NEAR(response_factor(r, 8.0), 1.9, 1e-15);
}

TEST(Signals, HaveUnitsAndUniqueNames) {
    std::set<std::string_view> names;
    for (const SignalKind& kind : signal_kinds()) {
        EXPECT_NO_THROW(parse_unit(kind.unit)) << kind.name;
        EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
        EXPECT_FALSE(kind.doc.empty());
    }
    EXPECT_EQ(signal_kind("oxygen").unit, "Pa");
    EXPECT_THROW(signal_kind("oxygne"), std::out_of_range);
}

Trigger read_trigger(const std::string& text) {
    return input::read<Trigger>(input::parse_toml(text, "trigger.toml").root);
}

std::string message(const std::string& text) {
    try {
        read_trigger(text);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(TriggerInput, ReadsTemperaturesInCelsiusAndWidthsInKelvin) {
    const Trigger t = read_trigger(
        "signal = 'temperature'\nresponse = 'sigmoid'\nmidpoint = '41 Cel'\nwidth = '0.5 K'\n");
    EXPECT_NEAR(response_factor(t.response, 314.15), 0.5, 1e-12);
    EXPECT_NEAR(response_factor(t.response, 314.65), 1.0 / (1.0 + std::exp(-1.0)), 1e-12);
}

TEST(TriggerInput, EverySignalTakesAHalfPointInItsUnit) {
    for (const SignalKind& kind : signal_kinds()) {
        const std::string unit = kind.unit == "1" ? "" : " " + std::string(kind.unit);
        const Trigger t = read_trigger("signal = '" + std::string(kind.name) +
                                       "'\nresponse = 'linear'\nreference = '300" + unit + "'\n");
        EXPECT_NEAR(response_factor(t.response, 300.0), 1.0, 1e-12) << kind.name;
    }
}

TEST(TriggerInput, RejectsAMidpointOfAnotherDimension) {
    const std::string text =
        message("signal = 'temperature'\nresponse = 'sigmoid'\nmidpoint = 6.5\nwidth = '0.5 K'\n");
    EXPECT_NE(text.find("midpoint"), std::string::npos) << text;
    EXPECT_NE(text.find("temperature"), std::string::npos) << text;
    EXPECT_FALSE(message("signal = 'GSH'\nresponse = 'hill'\nhalf = '1 T'\n").empty());
}

TEST(TriggerInput, RejectsAReferenceThatTheCurveCannotDivideBy) {
    EXPECT_NE(message("signal = 'ROS'\nresponse = 'linear'\nreference = '0 mmol/L'\n")
                  .find("reference is not above 0"),
              std::string::npos);
    EXPECT_NE(message("signal = 'GSH'\nresponse = 'hill'\nhalf = '-1 mmol/L'\n")
                  .find("half is not above 0"),
              std::string::npos);
}

TEST(TriggerInput, SuggestsTheSignalThatWasMeant) {
    const std::string text =
        message("signal = 'temperatur'\nresponse = 'linear'\nreference = '300 K'\n");
    EXPECT_NE(text.find("did you mean 'temperature'"), std::string::npos) << text;
}

}  // namespace
}  // namespace caravel::formulation
