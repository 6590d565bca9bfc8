#include "caravel/response/damage/arrhenius.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>

namespace caravel::response {
namespace {

constexpr double zero = 273.15;  // K

matter::Library& library() {
    static matter::Library shipped(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    return shipped;
}

ArrheniusProcess unlimited(double frequency, double energy) {
    return {"test", frequency, energy, 1.0, 1000.0};
}

TEST(Arrhenius, RateIsThatOfTheFormula) {
    const ArrheniusProcess liver = unlimited(5.659e41, 276.8e3);
    const double t = 60.0 + zero;
    const long double exact =
        expl(logl(5.659e41L) - 276.8e3L / (static_cast<long double>(gas_constant) * t));
    EXPECT_NEAR(arrhenius_rate(liver, t), static_cast<double>(exact),
                static_cast<double>(exact) * 1e-12);
    EXPECT_NEAR(time_to_damage(liver, t), 44.25, 0.005);
}

TEST(Arrhenius, IntegralOverARampAgreesWithAFineQuadrature) {
    // 50 panels of Gauss-Legendre with 40 points in extended precision
    EXPECT_NEAR(arrhenius_dose(unlimited(5.659e41, 276.8e3), 45.0 + zero, 70.0 + zero, 30.0),
                1.728406970150840138e+0, 1.728406970150840138e+0 * 1e-12);
    EXPECT_NEAR(arrhenius_dose(unlimited(1.98e106, 667e3), 43.0 + zero, 50.0 + zero, 20.0),
                1.118841009053086439e-1, 1.118841009053086439e-1 * 1e-12);
}

TEST(Arrhenius, ConstantTemperatureIsRateTimesTime) {
    const ArrheniusProcess cells = unlimited(2.99e37, 244.5e3);
    const double expected = 7.0 * arrhenius_rate(cells, 325.0);
    EXPECT_NEAR(arrhenius_dose(cells, 325.0, 325.0, 7.0), expected, expected * 1e-14);
}

TEST(Arrhenius, PartsOfARampAddUp) {
    const ArrheniusProcess liver = find_process(library(), "liver_coagulation");
    const double whole = arrhenius_dose(liver, 37.0 + zero, 77.0 + zero, 40.0);
    const double first = arrhenius_dose(liver, 37.0 + zero, 57.0 + zero, 20.0);
    const double second = arrhenius_dose(liver, 57.0 + zero, 77.0 + zero, 20.0);
    EXPECT_NEAR(first + second, whole, whole * 1e-12);
    EXPECT_NEAR(arrhenius_dose(liver, 77.0 + zero, 37.0 + zero, 40.0), whole, whole * 1e-12);
}

TEST(Arrhenius, NothingHappensBelowTheRangeAndTheRateStaysAboveIt) {
    const ArrheniusProcess vessels = find_process(library(), "microvasculature");
    EXPECT_EQ(arrhenius_dose(vessels, 37.0 + zero, 41.9 + zero, 1e6), 0.0);
    EXPECT_EQ(arrhenius_dose(vessels, vessels.highest + 10.0, vessels.highest + 20.0, 1.0),
              arrhenius_rate(vessels, vessels.highest));
    // half of the ramp lies below the range: only the other half counts
    const double half = arrhenius_dose(vessels, vessels.lowest, vessels.lowest + 4.0, 5.0);
    EXPECT_NEAR(arrhenius_dose(vessels, vessels.lowest - 4.0, vessels.lowest + 4.0, 10.0), half,
                half * 1e-12);
}

TEST(Arrhenius, DamagedShare) {
    EXPECT_NEAR(damaged_share(1.0), 0.6321205588285577, 1e-15);
    EXPECT_EQ(damaged_share(0.0), 0.0);
    EXPECT_EQ(damaged_share(1e300), 1.0);
    EXPECT_THROW(damaged_share(-0.1), InputError);
}

TEST(Arrhenius, EveryShippedProcessStartsAboveBodyTemperature) {
    const auto names = process_names(library());
    EXPECT_GE(names.size(), 12u);
    for (const std::string& name : names) {
        const ArrheniusProcess process = find_process(library(), name);
        EXPECT_GE(process.lowest, 41.0 + zero) << name;
        EXPECT_LE(process.highest, 100.0 + zero) << name;
    }
    EXPECT_EQ(std::count(names.begin(), names.end(), "freezing"), 0);
}

TEST(Arrhenius, UnknownProcessIsNamedWithASuggestion) {
    try {
        find_process(library(), "liver_coagulaton");
        FAIL();
    } catch (const InputError& error) {
        const Diagnostic& d = error.diagnostics().at(0);
        EXPECT_NE(d.what.find("'liver_coagulaton'"), std::string::npos);
        EXPECT_EQ(d.hint, "did you mean 'liver_coagulation'?");
        EXPECT_NE(d.expected.find("microvasculature"), std::string::npos);
    }
    EXPECT_THROW(find_process(library(), "freezing"), InputError);
    EXPECT_THROW(arrhenius_dose(unlimited(1.0, 1.0), 300.0, 310.0, -1.0), InputError);
    EXPECT_THROW(arrhenius_rate(unlimited(1.0, 1.0), 0.0), InputError);
}

}  // namespace
}  // namespace caravel::response
