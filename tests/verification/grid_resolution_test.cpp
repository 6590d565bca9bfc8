// What a tumour of 1 mm takes up must not depend on its voxels, five or fifteen over the diameter.
#include "support/run_values.hpp"
#include "support/study_text.hpp"

#include "caravel/study/record_builder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace caravel::study {
namespace {

constexpr const char* head = R"(
[study]
name = "A tumour of 1 mm"
)";

/// A carrier that stays in blood for hours, of this radius.
std::string carrier(const std::string& radius) {
    return R"(
[[formulation]]
name = "carrier"
[[formulation.layer]]
material = "DSPC"
radius = ")" +
           radius + R"("
[[formulation.payload]]
agent = "doxorubicin"
place = "core"
loading = "0.1 kg/kg"
[[formulation.payload.release]]
law = "first_order"
half_life = "20 h"
[[formulation.disposition]]
species = "mouse"
source = "assumed"
[[formulation.disposition.organ]]
organ = "liver"
uptake_clearance = "0.02 mL/h/g"
[[formulation.disposition.organ]]
organ = "spleen"
uptake_clearance = "0.03 mL/h/g"
[[formulation.disposition.organ]]
organ = "kidney"
uptake_clearance = "0 mL/h/g"
)";
}

std::string tumour(const std::string& resolution) {
    return R"(
[subject]
species = "mouse"
body_weight = "20 g"
[[subject.tumour]]
name = "tumour"
model = "grid"
line = "generic"
volume = "0.5235987755982988 mm3"
[subject.tumour.grid]
margin = "0.3 mm"
oxygen = false
resolution = ")" +
           resolution + R"("
[[protocol.administer]]
at = "0 h"
route = "intravenous"
dose = "3 mg/kg"
of = "doxorubicin"
)";
}

constexpr const char* of_carrier = "formulation = \"carrier\"\n";
constexpr const char* plan = "[run]\nuntil = \"24 h\"\noutput_interval = \"1 h\"\n";

using test::value;

/// Largest relative difference at 6 and 24 h between voxels of 200 and of 66.7 um.
double difference(const std::string& formulation, const std::string& given,
                  const std::string& series) {
    const auto run = [&](const char* resolution) {
        return simulate(test::prepare_text(head + formulation + tumour(resolution) + given + plan),
                        {}, "run");
    };
    const auto coarse = run("200 um");
    const auto fine = run("66.6666666666666 um");
    double worst = 0.0;
    for (const double hours : {6.0, 24.0})
        worst = std::max(worst,
                         std::abs(value(coarse, series, hours) / value(fine, series, hours) - 1.0));
    return worst;
}

TEST(GridResolution, LiposomesOf90nmThatLymphDrainsBesideTheTumour) {
    EXPECT_LT(difference(carrier("45 nm"), of_carrier, "tumour.carrier_injected_dose_per_gram"),
              0.03);
}

TEST(GridResolution, CarriersOf20nmThatTheFluidCarriesOut) {
    EXPECT_LT(difference(carrier("10 nm"), of_carrier, "tumour.carrier_injected_dose_per_gram"),
              0.04);
}

TEST(GridResolution, DrugThatPassesWallsFasterThanItDiffuses) {
    EXPECT_LT(difference("", "", "tumour.injected_dose_per_gram"), 0.035);
}

}  // namespace
}  // namespace caravel::study
