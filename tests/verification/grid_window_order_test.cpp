// The order of a tumour in space in the length of its window: each of a day's fields against those
// with windows of half the length. What blood brings is largest after eight hours.
#include "support/particle_study.hpp"
#include "support/study_text.hpp"

#include "caravel/tissue/grid/grid_stepper.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace caravel::study {
namespace {

constexpr double day = 86400.0;  // s

/// Amounts of every exchange between two times (s): a tenth of the dose in all.
std::vector<double> brought(const tissue::GridPlan& plan, double start, double end) {
    const double decay = 8.0 * 3600.0;  // s
    // At a rate of t exp(-t/decay), so that nothing jumps at the start.
    const auto until = [&](double t) { return 1.0 - (1.0 + t / decay) * std::exp(-t / decay); };
    std::vector<double> amounts;
    for (const auto& exchange : plan.exchanges)
        amounts.push_back(0.1 * exchange.scale * (until(end) - until(start)));
    return amounts;
}

std::vector<double> fields_after_a_day(const tissue::GridPlan& plan, int windows) {
    const tissue::GridStepper stepper(plan, 1);
    std::vector<double> fields(stepper.size());
    stepper.initialise(fields);
    const double length = day / windows;
    for (int w = 0; w < windows; ++w) {
        const double start = w * length;
        stepper.advance(fields, brought(plan, start, start + length), {}, start, start + length);
    }
    return fields;
}

/// What halving the windows changes in a field (root mean square, against the field), and the
/// order that two halvings show.
struct Halving {
    double change = 0.0;  // from windows of an hour to half an hour
    double order = 0.0;   // from two hours to one, and from one to half
};

double difference(const std::vector<double>& a, const std::vector<double>& b, std::size_t field,
                  std::size_t n) {
    double square = 0.0;
    double size = 0.0;
    for (std::size_t i = field * n; i < (field + 1) * n; ++i) {
        square += (a[i] - b[i]) * (a[i] - b[i]);
        size += b[i] * b[i];
    }
    return size > 0.0 ? std::sqrt(square / size) : 0.0;
}

/// By local species without the tumour's name; "oxygen" and "pressure" too.
std::map<std::string, Halving> halve(const std::string& grid) {
    const auto prepared =
        test::prepare_text(test::particle_study("model = \"grid\"\n", grid, "until = \"24 h\"\n"));
    const auto& plan = prepared.built.grids.front();
    const std::size_t n = plan.domain.region.size();
    const auto long_windows = fields_after_a_day(plan, 12);
    const auto hours = fields_after_a_day(plan, 24);
    const auto half_hours = fields_after_a_day(plan, 48);
    std::map<std::string, Halving> result;
    for (std::size_t field = 0; field < plan.species.size() + 2; ++field) {
        const double before = difference(long_windows, hours, field, n);
        const double after = difference(hours, half_hours, field, n);
        std::string name = field == plan.species.size() ? "oxygen" : "pressure";
        if (field < plan.species.size())
            name = plan.local.all_species()[field].name.substr(plan.name.size() + 1);
        if (after > 0.0) result[name] = {after, std::log2(before / after)};
    }
    return result;
}

TEST(GridWindowOrder, CarriersAreOfSecondOrderInTissueThatStays) {
    for (const char* fluid : {"true", "false"}) {
        auto fields = halve(std::string("[subject.tumour.grid]\nresolution = \"600 um\"\n"
                                        "oxygen = false\nfluid = ") +
                            fluid + "\n");
        for (const char* where :
             {"interstitium.particle", "interstitium.particle.doxorubicin", "endocytosed.particle",
              "endocytosed.particle.doxorubicin", "endosome.doxorubicin"}) {
            EXPECT_NEAR(fields[where].order, 2.0, 0.1) << where << ", fluid " << fluid;
            EXPECT_LT(fields[where].change, 2e-3) << where << ", fluid " << fluid;
        }
    }
}

TEST(GridWindowOrder, WhatPassesWithinMinutesIsThatOfTheMiddleOfTheWindow) {
    // Inflow is even over a window: what is in balance with it lags by half of it.
    auto fields = halve("[subject.tumour.grid]\nresolution = \"600 um\"\noxygen = false\n");
    for (const char* where :
         {"plasma.doxorubicin", "plasma.particle", "interstitium.doxorubicin"}) {
        EXPECT_NEAR(fields[where].order, 1.0, 0.2) << where;
        EXPECT_LT(fields[where].change, 0.03) << where;
    }
}

TEST(GridWindowOrder, DrugInCellsIsOfSecondOrderInWindowsOfMinutesAlone) {
    // Its exchange through walls takes minutes and alternates with diffusion: a known miss of
    // second order in windows of hours.
    const auto prepared = test::prepare_text(test::particle_study(
        "model = \"grid\"\n", "[subject.tumour.grid]\nresolution = \"600 um\"\noxygen = false\n",
        "until = \"24 h\"\n"));
    const auto& plan = prepared.built.grids.front();
    const auto& all = plan.local.all_species();
    const auto cells = std::find_if(all.begin(), all.end(), [](const auto& species) {
        return species.name == "tumour.cells.sensitive.doxorubicin";
    });
    ASSERT_NE(cells, all.end());
    const auto field = static_cast<std::size_t>(cells - all.begin());
    const auto fine = fields_after_a_day(plan, 1536);
    const auto error = [&](int windows) {
        return difference(fields_after_a_day(plan, windows), fine, field,
                          plan.domain.region.size());
    };
    const double hour = error(24);
    EXPECT_NEAR(hour, 2.8e-3, 0.3e-3);
    EXPECT_NEAR(std::log2(hour / error(48)), 0.5, 0.15);
    EXPECT_NEAR(std::log2(error(192) / error(384)), 1.6, 0.25);
}

TEST(GridWindowOrder, GrowthOxygenAndPressureAreOfFirstOrder) {
    auto fields = halve(
        "[subject.tumour.grid]\nresolution = \"600 um\"\n[subject.tumour.growth]\n"
        "law = \"exponential\"\ndoubling_time = \"3 d\"\n");
    for (const char* where : {"volume.sensitive", "oxygen", "pressure"}) {
        EXPECT_NEAR(fields[where].order, 1.0, 0.25) << where;
        EXPECT_LT(fields[where].change, 6e-3) << where;
    }
    // Carriers follow the tissue that moves at the end of a window.
    EXPECT_LT(fields["interstitium.particle"].change, 4e-3);
    EXPECT_LT(fields["endocytosed.particle"].change, 4e-3);
}

}  // namespace
}  // namespace caravel::study
