// Release while blood passes the capillaries of a heated tumour: plug flow leaves exp(-k T) inside.
#include "support/study_text.hpp"

#include "caravel/formulation/trigger.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::study {
namespace {

constexpr double transit = 12.0;  // s
constexpr double vascular_fraction = 0.04;
constexpr double blood_flow = vascular_fraction / transit;  // 1/s: 0.2 mL/min/mL

/// A carrier that stays in vessels, infused until the payload inside carriers is steady.
std::string study(double half_life) {
    return fmt::format(R"(
[study]
name = "transit"
[formulation]
name = "carrier"
hydrodynamic_diameter = "100 nm"
[[formulation.layer]]
material = "lipid_bilayer"
radius = "50 nm"
[[formulation.payload]]
agent = "doxorubicin"
loading = "0.05 kg/kg"
[[formulation.payload.release]]
law = "first_order"
half_life = "{:.17g} s"
[formulation.payload.release.trigger]
signal = "temperature"
midpoint = "41 Cel"
width = "0.5 K"
[[formulation.disposition]]
species = "mouse"
renal_sieving = 0
[subject]
species = "mouse"
body_weight = "20 g"
[[subject.tumour]]
name = "tumour"
volume = "200 mm3"
blood_flow = "{:.17g} mL/min/mL"
vascular_fraction = {:.17g}
vascular_permeability = "0 cm/s"
uptake_clearance = "0 mL/h/mL"
[[protocol.administer]]
at = "0 h"
dose = "5 mg/kg"
of = "doxorubicin"
duration = "400 h"
[[protocol.stimulus]]
kind = "heat"
at = "0 h"
duration = "400 h"
temperature = "42 Cel"
[run]
until = "400 h"
relative_tolerance = 1e-9
)",
                       half_life, blood_flow * 60.0, vascular_fraction);
}

/// Fraction of the payload that arrives inside carriers and is set free in one pass.
double extraction(const Prepared& prepared) {
    const auto outcome = run_model(prepared.file.input, prepared.built, {}, {});
    const auto last = outcome.record.row(outcome.record.times().size() - 1);
    const auto& places = prepared.built.cohorts.at(0).places;
    const auto amount = [&](const char* place) {
        return last[static_cast<std::size_t>(places.place(place).species[1].index)];
    };
    const double in = amount("arterial") / prepared.built.physiology.arterial_volume;
    const double out = amount("tumour.plasma") / (200e-9 * vascular_fraction);
    return 1.0 - out / in;
}

class Pass : public testing::TestWithParam<double> {};

TEST_P(Pass, SetsFreeWhatPlugFlowDoes) {
    const double passes = GetParam();  // k T
    formulation::SigmoidResponse response;
    response.midpoint = {314.15, dimension::temperature};
    response.width = {0.5, dimension::temperature};
    const double factor = formulation::response_factor(response, 315.15);
    EXPECT_NEAR(factor, 1.0 / (1.0 + std::exp(-2.0)), 1e-12);
    const double half_life = std::numbers::ln2 * transit * factor / passes;
    const auto prepared = test::prepare_text(study(half_life));
    EXPECT_NEAR(extraction(prepared), 1.0 - std::exp(-passes), 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Rates, Pass, testing::Values(0.01, 0.3, 1.0, 4.0));

}  // namespace
}  // namespace caravel::study
