// Nothing in a study knows what time it is: a protocol that begins 100 h later gives the same
// curves 100 h later, and in a linear model doses add.
#include "support/study_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace caravel::study {
namespace {

constexpr double shift = 100.0;  // h

/// The tumour neither grows nor shrinks: its volume would tell the time.
std::string subject() {
    return R"(
[[drug]]
agent = "doxorubicin"
species = "mouse"
default_partition = 8
hepatic_clearance = "60 mL/h/g"
renal_clearance = "100 mL/h/kg"
tumour_permeability_surface = "25 mL/h/g"
cell_uptake = "0.5 1/h"
cell_accumulation = 20
[subject]
species = "mouse"
body_weight = "20 g"
[[subject.tumour]]
name = "tumour"
volume = "200 mm3"
endocytosis_rate = "0.02 1/h"
)";
}

/// Windows begin at multiples of 25 h, so that those after the shift are as those before.
std::string run(double hours, double tolerance) {
    return fmt::format(
        "\n[run]\nuntil = \"{} h\"\noutput_interval = \"0.5 h\"\ncheckpoint_interval = \"25 h\"\n"
        "relative_tolerance = {}\n",
        hours, tolerance);
}

std::string dose(double at, const std::string& more) {
    return fmt::format("\n[[protocol.administer]]\nat = \"{} h\"\n{}\n", at, more);
}

constexpr const char* weibull_particle = R"(
[formulation]
name = "particle"
hydrodynamic_diameter = "100 nm"
[[formulation.layer]]
material = "PLGA"
radius = "50 nm"
[[formulation.payload]]
agent = "doxorubicin"
loading = "0.05 kg/kg"
[[formulation.payload.release]]
law = "weibull"
time_scale = "40 h"
exponent = 0.6
)";

struct Curves {
    std::vector<double> times;  // s
    std::vector<report::Series> series;
    double at(std::size_t s, double time) const {
        const auto found = std::lower_bound(times.begin(), times.end(), time - 1e-6);
        if (found == times.end() || *found > time + 1e-6)
            throw std::out_of_range(fmt::format("no result at {} s", time));
        return series[s].values[static_cast<std::size_t>(found - times.begin())];
    }
};

Curves curves(const std::string& text) {
    const auto prepared = test::prepare_text(text);
    auto record = simulate(prepared, RunnerHooks{}, "run");
    return {std::move(record.times), std::move(record.series)};
}

/// Largest |difference| of a curve over its largest value.
void expect_shifted(const Curves& early, const Curves& late, double tolerance) {
    ASSERT_EQ(early.series.size(), late.series.size());
    for (std::size_t s = 0; s < early.series.size(); ++s) {
        double largest = 0.0;
        double difference = 0.0;
        for (std::size_t i = 0; i < early.times.size(); ++i) {
            const double a = early.series[s].values[i];
            const double b = late.at(s, early.times[i] + shift * 3600.0);
            ASSERT_EQ(std::isnan(a), std::isnan(b)) << early.series[s].name;
            if (std::isnan(a)) continue;
            largest = std::max(largest, std::abs(a));
            difference = std::max(difference, std::abs(a - b));
        }
        EXPECT_LE(difference, tolerance * largest) << early.series[s].name;
    }
}

TEST(TimeShift, ChangesNothingForDosesAndHeat) {
    const auto study = [](double at) {
        return "[study]\nname = \"shift\"\n[formulation]\n"
               "use = \"thermosensitive_liposome_doxorubicin\"\n" +
               subject() + dose(at + 1.0, "dose = \"5 mg/kg\"\nof = \"doxorubicin\"") +
               dose(at + 10.0,
                    "dose = \"2 mg/kg\"\nof = \"doxorubicin\"\nformulation = \"free\"\n"
                    "duration = \"60 min\"") +
               fmt::format(
                   "\n[[protocol.stimulus]]\nkind = \"heat\"\nat = \"{} h\"\n"
                   "duration = \"30 min\"\ntemperature = \"42 Cel\"\n"
                   "\n[[protocol.sample]]\nat = \"{} h\"\n",
                   at + 1.0, at + 3.25) +
               run(at + 50.0, 1e-6);
    };
    expect_shifted(curves(study(0.0)), curves(study(shift)), 1e-9);
}

TEST(TimeShift, ChangesNothingForReleaseThatDependsOnAge) {
    const auto study = [](double at) {
        return "[study]\nname = \"shift\"\n[formulation]\nuse = \"vincristine_plapeg_u16c\"\n" +
               subject() + dose(at + 1.0, "dose = \"1 mg/kg\"\nof = \"vincristine\"") +
               dose(at + 20.0, "dose = \"1 mg/kg\"\nof = \"vincristine\"\nduration = \"30 min\"") +
               run(at + 50.0, 1e-6);
    };
    expect_shifted(curves(study(0.0)), curves(study(shift)), 1e-9);
}

TEST(TwoDoses, AddWhereTheModelIsLinear) {
    const auto study = [](bool first, bool second) {
        const std::string text = "dose = \"5 mg/kg\"\nof = \"doxorubicin\"";
        return "[study]\nname = \"sum\"\n" + std::string(weibull_particle) + subject() +
               (first ? dose(0.0, text) : "") + (second ? dose(shift, text) : "") +
               run(2.0 * shift, 1e-8);
    };
    const auto one = curves(study(true, false));
    const auto other = curves(study(false, true));
    const auto both = curves(study(true, true));
    for (std::size_t s = 0; s < both.series.size(); ++s) {
        const auto& series = both.series[s];
        if (series.name.find("concentration") == std::string::npos) continue;
        double largest = 0.0;
        double difference = 0.0;
        for (std::size_t i = 0; i < other.times.size(); ++i) {
            const double time = other.times[i];
            // Close to the second dose the first run alone has no output.
            if (std::fmod(time, 1800.0) > 1e-6) continue;
            const double sum = one.at(s, time) + other.at(s, time);
            largest = std::max(largest, sum);
            difference = std::max(difference, std::abs(both.at(s, time) - sum));
        }
        EXPECT_GT(largest, 0.0) << series.name;
        EXPECT_LE(difference, 1e-5 * largest) << series.name;
    }
}

TEST(TwoDoses, OfALaterCarrierReleaseByTheirOwnAge) {
    // Would both follow the first dose's clock, the second would release far less.
    const std::string text = "dose = \"5 mg/kg\"\nof = \"doxorubicin\"";
    const auto study = [&](double at) {
        return "[study]\nname = \"age\"\n" + std::string(weibull_particle) + subject() +
               dose(at, text) + run(2.0 * shift, 1e-8);
    };
    const auto early = curves(study(0.0));
    const auto late = curves(study(shift));
    for (std::size_t s = 0; s < early.series.size(); ++s) {
        if (early.series[s].name != "plasma.released_concentration") continue;
        const double hour = 3600.0;
        EXPECT_NEAR(late.at(s, (shift + 2.0) * hour), early.at(s, 2.0 * hour),
                    1e-6 * early.at(s, 2.0 * hour));
    }
}

}  // namespace
}  // namespace caravel::study
