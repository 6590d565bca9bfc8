#include "caravel/tissue/cells/cell_biology.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace caravel::tissue {
namespace {

constexpr double mmhg = 133.322;
constexpr double hour = 3600.0;

matter::Library& library() {
    static matter::Library shipped(std::string(CARAVEL_SOURCE_DIR) + "/data");
    return shipped;
}

CellBiology hanging_drop() {
    CellBiologyInput input;
    input.line = "hanging_drop";
    return make_cell_biology(input, library());
}

std::string refusal(const CellBiologyInput& input) {
    try {
        make_cell_biology(input, library());
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(CellBiology, RampsBetweenThePublishedPressures) {
    const CellBiology b = hanging_drop();
    EXPECT_EQ(dividing_share(b, 4.9 * mmhg), 0.0);
    EXPECT_NEAR(dividing_share(b, 7.5 * mmhg), 0.5, 1e-5);
    EXPECT_EQ(dividing_share(b, 10.1 * mmhg), 1.0);
    EXPECT_EQ(necrosis_rate(b, 5.1 * mmhg), 0.0);
    EXPECT_NEAR(necrosis_rate(b, 3.75 * mmhg) * hour, 0.5 / 6.0, 1e-6);
    EXPECT_NEAR(necrosis_rate(b, 1.0 * mmhg) * hour, 1.0 / 6.0, 1e-6);
    EXPECT_NEAR(oxygen_consumption(b, 38.0 * mmhg) / mmhg * 60.0, 380.0, 1e-9);  // mmHg/min
}

TEST(CellBiology, HalvesDivisionAndConsumptionAtTheirHalfPressures) {
    CellBiologyInput input;
    input.glucose_half = 0.5;  // mol/m3
    const CellBiology b = make_cell_biology(input, library());
    EXPECT_NEAR(b.growth_rate * 1600.0 * 60.0, std::log(2.0), 1e-12);
    EXPECT_NEAR(proliferation_rate(b, 1.4 * mmhg) / b.growth_rate, 0.5, 1e-5);
    EXPECT_NEAR(proliferation_rate(b, 1e9, 0.5) / b.growth_rate, 0.5, 1e-5);
    EXPECT_EQ(proliferation_rate(b, 0.0), 0.0);
    EXPECT_NEAR(oxygen_consumption(b, 2.5 * mmhg) / mmhg, 7.5, 1e-4);
    EXPECT_EQ(oxygen_consumption(b, 0.0), 0.0);
    EXPECT_NEAR(consuming_volume(b, {0.5, 0.3, 0.2}), 0.82, 1e-12);
}

TEST(CellBiology, PopulationsDifferByFactorsAlone) {
    const CellBiology b = hanging_drop();
    const CellBiology hardy = with_factors(b, {0.5, 0.4, 0.1, 2.0});
    EXPECT_DOUBLE_EQ(hardy.growth_rate, 0.5 * b.growth_rate);
    EXPECT_DOUBLE_EQ(necrosis_rate(hardy, 3.0 * mmhg), 0.0);  // its threshold is 2 mmHg
    EXPECT_DOUBLE_EQ(necrosis_rate(hardy, 0.0), 0.1 * b.necrosis_rate);
    EXPECT_DOUBLE_EQ(oxygen_consumption(hardy, 1.0), 2.0 * oxygen_consumption(b, 1.0));
    EXPECT_THROW(with_factors(b, {-1.0, 1.0, 1.0, 1.0}), std::invalid_argument);
}

TEST(CellBiology, GrowsDiesAndClearsExponentially) {
    CellBiology b = hanging_drop();
    b.apoptosis_rate = 0.0;
    CellStates s{1.0, 0.0, 0.0};
    CellTurnover t;
    for (int i = 0; i < 231; ++i) advance_cells(b, 38.0 * mmhg, 1.0, 0.1 * hour, s, t);
    EXPECT_NEAR(s.dividing, 2.0, 1e-4);  // 23.1 h
    EXPECT_NEAR(t.born, s.sum() - 1.0, 1e-13);

    s = {0.0, 1.0, 0.0};
    b.clearance_rate = 0.0;
    for (int i = 0; i < 60; ++i) advance_cells(b, 0.0, 1.0, 0.1 * hour, s, t);
    EXPECT_NEAR(s.dead, 1.0 - std::exp(-1.0), 1e-5);  // the rate is 1/(6 h)

    b.clearance_rate = 1.0 / (6.0 * hour);
    s = {0.0, 0.0, 1.0};
    advance_cells(b, 0.0, 1.0, 6.0 * hour, s, t);
    EXPECT_NEAR(s.dead, std::exp(-1.0), 1e-12);
}

/// Dividing volume after 12 h of partial hypoxia in steps of dt.
CellStates after(int steps) {
    CellBiology b = hanging_drop();
    b.clearance_rate = 0.05 / hour;
    b.necrosis_pressure = 8.0 * mmhg;
    CellStates s{0.7, 0.2, 0.1};
    CellTurnover t;
    const double before = s.sum();
    for (int i = 0; i < steps; ++i)
        advance_cells(b, 6.0 * mmhg, input::infinity, 12.0 * hour / steps, s, t);
    EXPECT_NEAR(s.sum() - before, t.born - t.cleared, 1e-14);
    return s;
}

TEST(CellBiology, IsOfSecondOrderInTheStep) {
    const CellStates exact = after(4096);
    for (const auto member : {&CellStates::dividing, &CellStates::resting, &CellStates::dead}) {
        const double coarse = after(8).*member - exact.*member;
        const double fine = after(16).*member - exact.*member;
        EXPECT_NEAR(std::log2(coarse / fine), 2.0, 0.1);
    }
}

TEST(CellBiology, StaysPositiveForAnyStep) {
    for (const double dt : {1e-6, 1.0, 1e4, 1e7}) {
        CellStates s{0.3, 0.3, 0.4};
        CellTurnover t;
        advance_cells(hanging_drop(), 1.0 * mmhg, 1.0, dt, s, t);
        EXPECT_GE(s.dividing, 0.0) << dt;
        EXPECT_GE(s.resting, 0.0) << dt;
        EXPECT_GE(s.dead, 0.0) << dt;
        EXPECT_TRUE(std::isfinite(s.sum())) << dt;
    }
}

TEST(CellBiology, RefusesWhatDoesNotFit) {
    CellBiologyInput input;
    input.line = "983c";
    EXPECT_NE(refusal(input).find("983b"), std::string::npos);
    input = {};
    input.recovery_pressure = 1.0 * mmhg;
    EXPECT_NE(refusal(input).find("recovery_pressure >= quiescence_pressure"), std::string::npos);
    input = {};
    input.necrosis_full_pressure = 6.0 * mmhg;
    EXPECT_NE(refusal(input).find("necrosis_full_pressure"), std::string::npos);
    input = {};
    input.necrosis_pressure = 9.0 * mmhg;
    EXPECT_NE(refusal(input).find("necrosis_pressure <= quiescence_pressure"), std::string::npos);
    input = {};
    input.oxygen_uptake = 0.1;
    input.oxygen_half = 100.0;
    EXPECT_NE(refusal(input).find("one law of consumption"), std::string::npos);
}

TEST(CellBiology, EveryLineOfTheTableIsComplete) {
    for (const std::string& line : library().table("cells").names()) {
        CellBiologyInput input;
        input.line = line;
        EXPECT_NO_THROW(make_cell_biology(input, library())) << line;
    }
}

}  // namespace
}  // namespace caravel::tissue
