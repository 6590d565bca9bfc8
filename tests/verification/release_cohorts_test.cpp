// Release in the body by laws that depend on age: in a body whose places are all alike, the payload
// inside carriers follows the law, and cut infusions converge to the exact integral.
#include "support/study_text.hpp"

#include "caravel/formulation/release.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::study {
namespace {

/// Carriers that nothing destroys or excretes; `administration` says when and for how long.
std::string study(const std::string& law, const std::string& administration,
                  const std::string& until) {
    return R"(
[study]
name = "cohorts"
[formulation]
name = "carrier"
hydrodynamic_diameter = "100 nm"
[[formulation.layer]]
material = "PLGA"
radius = "50 nm"
[[formulation.payload]]
agent = "doxorubicin"
loading = "0.05 kg/kg"
[[formulation.payload.release]]
)" + law + R"(
[[formulation.disposition]]
species = "mouse"
renal_sieving = 0
[[formulation.disposition.organ]]
organ = "liver"
uptake_clearance = "0.05 mL/h/g"
[subject]
species = "mouse"
body_weight = "20 g"
[[protocol.administer]]
of = "doxorubicin"
)" + administration +
           R"(
[run]
relative_tolerance = 1e-9
output_interval = "0.5 h"
until = ")" +
           until + "\"\n";
}

/// Payload inside carriers at an output time, all places and cohorts.
double inside(const BuiltModel& built, std::span<const double> row) {
    double sum = 0.0;
    for (const auto& cohort : built.cohorts)
        for (const auto& place : cohort.places.places())
            sum += row[static_cast<std::size_t>(place.species[1].index)];
    return sum;
}

struct Case {
    const char* name;
    const char* text;
    formulation::ReleaseLaw law;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class AgeDependentLaw : public testing::TestWithParam<Case> {};

TEST_P(AgeDependentLaw, HoldsForTheWholeBody) {
    const auto& [name, text, law] = GetParam();
    const auto prepared =
        test::prepare_text(study(text, "at = \"2 h\"\ndose = \"5 mg/kg\"", "20 h"));
    const auto outcome = run_model(prepared.file.input, prepared.built, {}, {});
    const double dose = prepared.built.doses.at(0).amounts.at("doxorubicin");
    int compared = 0;
    for (std::size_t i = 0; i < outcome.record.times().size(); ++i) {
        const double age = outcome.record.times()[i] - 7200.0;
        if (age < 0.0) continue;
        // Laws with an infinite first rate begin one second old, with what that second releases.
        const double expected =
            formulation::retained_fraction(law, age + formulation::initial_age(law));
        EXPECT_NEAR(inside(prepared.built, outcome.record.row(i)) / dose, expected, 1e-6)
            << name << " at age " << age << " s";
        ++compared;
    }
    EXPECT_GT(compared, 40);
}

INSTANTIATE_TEST_SUITE_P(
    Laws, AgeDependentLaw,
    testing::Values(Case{"weibull", "law = \"weibull\"\ntime_scale = \"10 h\"\nexponent = 0.43",
                         formulation::Weibull{36000.0, 0.43}},
                    Case{"steep_weibull", "law = \"weibull\"\ntime_scale = \"10 h\"\nexponent = 2",
                         formulation::Weibull{36000.0, 2.0}},
                    Case{"higuchi", "law = \"higuchi\"\ncomplete_after = \"30 h\"",
                         formulation::Higuchi{30.0 * 3600.0}},
                    Case{"zero_order", "law = \"zero_order\"\ncomplete_after = \"24 h\"",
                         formulation::ZeroOrder{24.0 * 3600.0}},
                    Case{"zero_order_to_its_end", "law = \"zero_order\"\ncomplete_after = \"12 h\"",
                         formulation::ZeroOrder{12.0 * 3600.0}}),
    [](const auto& parameter) { return std::string(parameter.param.name); });

/// Mean over an infusion of length d of exp(-((t - s)/tau)^2), from its error function.
double exact_infusion(double t, double d, double tau) {
    return std::sqrt(std::numbers::pi) / 2.0 * tau / d *
           (std::erf(t / tau) - std::erf((t - d) / tau));
}

/// Share of the payload inside carriers 12 h after the start of an 8 h infusion, given as n
/// infusions that follow each other; each is cut into 8 cohorts.
double inside_after_infusion(const std::string& law, int n) {
    constexpr double hours = 8.0;
    const auto prepared = test::prepare_text(
        study(law,
              fmt::format("at = \"0 h\"\ndose = \"{} mg/kg\"\nduration = \"{} h\"\nrepeat = {}\n"
                          "every = \"{} h\"",
                          8.0 / n, hours / n, n, hours / n),
              "12 h"));
    const auto outcome = run_model(prepared.file.input, prepared.built, {}, {});
    double dose = 0.0;
    for (const auto& d : prepared.built.doses) dose += d.amounts.at("doxorubicin");
    return inside(prepared.built, outcome.record.row(outcome.record.times().size() - 1)) / dose;
}

double error_of_parts(int n) {
    const double exact = exact_infusion(12.0, 8.0, 10.0);
    const std::string law = "law = \"weibull\"\ntime_scale = \"10 h\"\nexponent = 2";
    return std::abs(inside_after_infusion(law, n) - exact) / exact;
}

TEST(InfusionOfAgeDependentCarrier, ConvergesWithTheSquareOfItsParts) {
    const double one = error_of_parts(1);
    const double two = error_of_parts(2);
    const double four = error_of_parts(4);
    EXPECT_LT(one, 5e-3);
    EXPECT_GT(one, 1e-6);  // there is something to converge
    EXPECT_NEAR(one / two, 4.0, 0.4);
    EXPECT_NEAR(two / four, 4.0, 0.4);
}

/// Its first rate is infinite, so the order is lower; the material that comes before the middle of
/// its part must not meet that rate all the while.
TEST(InfusionOfAgeDependentCarrier, IsCloseForASquareRootLaw) {
    // Mean over ages 4 to 12 h of 1 - (age/30 h)^(1/2)
    const double exact =
        1.0 - 2.0 / 3.0 * (std::pow(12.0, 1.5) - std::pow(4.0, 1.5)) / (8.0 * std::sqrt(30.0));
    const std::string law = "law = \"higuchi\"\ncomplete_after = \"30 h\"";
    EXPECT_NEAR(inside_after_infusion(law, 1), exact, 5e-3);
}

}  // namespace
}  // namespace caravel::study
