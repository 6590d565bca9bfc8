// The published whole-body model of vincristine, free and in PLA-PEG particles (Shalgunov 2017),
// written as inputs of the general model: against an independent integration of the published
// equations, and against single mice. No parameter is fitted here; the published fit used the mice.
#include "caravel/base/statistics.hpp"
#include "caravel/input/csv.hpp"
#include "caravel/report/fold_error.hpp"
#include "caravel/study/study_run.hpp"
#include "support/shared_data.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace caravel::study {
namespace {

using Assignments = std::vector<std::string>;

constexpr const char* places[] = {"plasma", "tumour", "liver", "kidney", "spleen", "lung"};

/// Means of one arm of the experiment: g and fractions of body mass.
struct Animal {
    double body, tumour, liver, spleen, kidney, lung;
};
constexpr Animal animal_61{20.8, 0.366, 0.0538, 0.00601, 0.0142, 0.00679};
constexpr Animal animal_t{21.8, 0.472, 0.0572, 0.0052, 0.0135, 0.00622};
constexpr Animal animal_free{21.2, 0.377, 0.0569, 0.00517, 0.0129, 0.00622};

struct Release {
    double burst, time_scale, exponent;  // 1, h, 1
};
constexpr Release release_u16p{0.00422, 391.1489559, 1.0532};
constexpr Release release_t{0.0222, 102.1136689, 0.402};

struct Scenario {
    std::string name;
    double dose;  // mg/kg
    Animal animal;
    std::optional<Release> release;  // in place of the study's own
};
const std::vector<Scenario> free_drug{{"NoNP_67_low", 1.5, animal_free, {}},
                                      {"NoNP_67_middle", 3.0, animal_free, {}}};
const std::vector<Scenario> u16c{{"U16c_61_low", 2.5, animal_61, {}},
                                 {"U16c_61_middle", 5.9, animal_61, {}},
                                 {"U16c_61_high", 11.8, animal_61, {}}};
const std::vector<Scenario> u16p{{"U16p_61_low", 2.17, animal_61, release_u16p},
                                 {"U16p_61_middle", 5.07, animal_61, release_u16p},
                                 {"U16p_61_high", 10.0, animal_61, release_u16p}};
const std::vector<Scenario> t67{{"T_67_low", 1.98, animal_t, release_t},
                                {"T_67_middle", 4.62, animal_t, release_t},
                                {"T_67_high", 9.24, animal_t, release_t}};

/// Volumes by the published rules: blood 0.0814 of body mass besides that in the sampled organs,
/// all else the rest of the body, of which the study's other organs keep their share of body mass.
Assignments subject(const Animal& a) {
    const double outside = 0.08138074;
    const double blood = a.body * (outside + 0.1408861 * a.liver + 0.15294 * a.spleen +
                                   0.08579112 * a.kidney + 0.2230023 * a.lung);
    const double dry_rest =
        a.body * (1.0 - a.liver - a.spleen - a.kidney - a.lung - outside) - a.tumour;
    const double named = 0.005432 + 0.4043 + 0.1795 + 0.07095 + 0.1008 + 0.004036;
    const double rest = dry_rest / (1.0 - 0.03) - 0.02 - named * a.body;
    return {fmt::format("subject.body_weight={} g", a.body),
            fmt::format("subject.blood_volume={} mL", blood),
            fmt::format("subject.tumour[0].volume={} mm3", 1000.0 * a.tumour),
            fmt::format("subject.organ[0].volume={} mL", a.lung * a.body),
            fmt::format("subject.organ[1].volume={} mL", a.liver * a.body),
            fmt::format("subject.organ[2].volume={} mL", a.spleen * a.body),
            fmt::format("subject.organ[3].volume={} mL", a.kidney * a.body),
            fmt::format("subject.organ[4].volume={} mL", rest)};
}

std::string payload_with(const Release& r) {
    return fmt::format(
        "formulation[0].payload=[{{agent=\"vincristine\", place=\"core\", "
        "loading=\"0.07692307692307693 kg/kg\", release=[{{law=\"burst\", fraction={}}}, "
        "{{law=\"weibull\", time_scale=\"{} h\", exponent={}}}]}}]",
        r.burst, r.time_scale, r.exponent);
}

Prepared prepare_scenario(const Scenario& scenario, const Assignments& extra = {}) {
    const bool free = scenario.name.starts_with("NoNP");
    Assignments all = subject(scenario.animal);
    all.push_back(fmt::format("protocol.administer[0].dose={} mg/kg", scenario.dose));
    all.emplace_back("run.output_interval=0.05 h");
    if (scenario.release) all.push_back(payload_with(*scenario.release));
    all.insert(all.end(), extra.begin(), extra.end());
    const std::string folder = free ? "vincristine_free_mouse" : "vincristine_plapeg_mouse";
    return prepare(CARAVEL_SOURCE_DIR "/studies/" + folder + "/study.toml", all,
                   default_data_paths());
}

report::RunRecord run(const Scenario& scenario, const Assignments& extra = {}) {
    return simulate(prepare_scenario(scenario, extra), RunnerHooks{}, "test");
}

double total_drug(const report::RunRecord& record, const std::string& place, double hours) {
    for (const auto& s : record.series)
        if (s.name == place + ".concentration")
            return report::interpolate(record.times, s.values, 3600.0 * hours).value_or(NAN);
    return NAN;
}

std::filesystem::path own_data(const char* file) {
    return std::filesystem::path(CARAVEL_SOURCE_DIR) / "tests/validation/data" / file;
}

/// |ln(simulated/reference)| per place, after 0.1 h, over some scenarios.
std::map<std::string, std::vector<double>> deviations(const std::vector<Scenario>& scenarios) {
    const auto table = input::read_csv(own_data("vincristine_curves.csv"));
    std::map<std::string, std::vector<double>> result;
    for (const auto& scenario : scenarios) {
        const auto record = run(scenario);
        for (std::size_t row = 0; row < table.rows.size(); ++row) {
            if (table.rows[row][table.column("scenario")] != scenario.name) continue;
            const double hours = table.number(row, table.column("time"));
            for (const std::string place : places)
                result[place].push_back(std::abs(std::log(total_drug(record, place, hours) /
                                                          table.number(row, table.column(place)))));
        }
    }
    return result;
}

void expect_near_reference(const std::vector<Scenario>& scenarios, double median_limit,
                           double worst_limit) {
    for (const auto& [place, all] : deviations(scenarios)) {
        ASSERT_EQ(all.size(), 14 * scenarios.size()) << place;
        const double worst = *std::max_element(all.begin(), all.end());
        EXPECT_LT(median(all), median_limit) << place;
        EXPECT_LT(worst, worst_limit) << place;
        testing::Test::RecordProperty(place + "_median", fmt::format("{:.4f}", median(all)));
        testing::Test::RecordProperty(place + "_worst", fmt::format("{:.4f}", worst));
    }
}

struct Fold {
    std::size_t points = 0;
    double median = 0.0;  // fold error
    double bias = 0.0;    // median of predicted over measured
};

std::map<std::string, Fold> folds(const std::filesystem::path& file,
                                  const std::vector<Scenario>& scenarios) {
    const std::map<std::string, std::string> place_of{
        {"D_P_aver", "plasma"}, {"D_T_aver", "tumour"}, {"D_L_aver", "liver"},
        {"D_K_aver", "kidney"}, {"D_S_aver", "spleen"}, {"D_U_aver", "lung"}};
    const auto table = input::read_csv(file);
    std::map<std::string, std::vector<double>> errors;
    std::map<std::string, std::vector<double>> ratios;
    for (const auto& scenario : scenarios) {
        const auto record = run(scenario, {"run.until=51 h"});
        for (std::size_t row = 0; row < table.rows.size(); ++row) {
            if (table.rows[row][table.column("scenario")] != scenario.name) continue;
            const auto& place = place_of.at(table.rows[row][table.column("prob.mean")]);
            const double measured = table.number(row, table.column("measurement"));
            const double predicted =
                total_drug(record, place, table.number(row, table.column("t")));
            errors[place].push_back(*report::fold_error(predicted, measured));
            ratios[place].push_back(predicted / measured);
        }
    }
    std::map<std::string, Fold> result;
    for (const auto& [place, all] : errors) {
        result[place] = {all.size(), median(all), median(ratios[place])};
        testing::Test::RecordProperty(place, fmt::format("n {} fold {:.3f} bias {:.3f}", all.size(),
                                                         result[place].median, result[place].bias));
    }
    return result;
}

std::size_t count(const std::map<std::string, Fold>& all) {
    std::size_t sum = 0;
    for (const auto& [place, fold] : all) sum += fold.points;
    return sum;
}

TEST(VincristineReference, FreeDrugFollowsThePublishedEquations) {
    expect_near_reference(free_drug, 0.01, 0.06);
}

TEST(VincristineReference, U16cFollowsThePublishedEquations) {
    expect_near_reference(u16c, 0.01, 0.03);
}

TEST(VincristineReference, U16pNeedsOnlyItsReleaseParameters) {
    expect_near_reference(u16p, 0.01, 0.03);
}

// Released drug of the tumour's own vessels stays in the tumour here; in the published model it
// joins the blood. T releases 2 % at once and a quarter in the first 5 h, which shows this most.
TEST(VincristineReference, TNeedsOnlyItsReleaseParameters) {
    expect_near_reference(t67, 0.05, 0.08);
}

TEST(VincristineReference, ShippedFormulationsDifferFromU16cInReleaseOnly) {
    for (const auto& [scenario, name] : {std::pair{u16p[1], "vincristine_plapeg_u16p"},
                                         std::pair{t67[1], "vincristine_plapeg_t"}}) {
        const auto changed = run(scenario);
        auto own = scenario;
        own.release.reset();
        const auto shipped = run(own, {std::string("formulation[0].use=") + name});
        for (const std::string place : places)
            for (const double hours : {2.0, 24.0, 48.0})
                EXPECT_NEAR(total_drug(shipped, place, hours) / total_drug(changed, place, hours),
                            1.0, 1e-5)
                    << name << " " << place << " at " << hours << " h";
    }
}

TEST(VincristineReference, DoseBringsThePublishedMassOfParticles) {
    const auto prepared = prepare_scenario(u16c[1]);
    ASSERT_EQ(prepared.built.doses.size(), 1u);
    const double published = 70e-6 * 20.8e-3;  // kg
    EXPECT_NEAR(prepared.built.doses[0].carrier_mass / published, 1.0, 0.02);
}

TEST(VincristineReference, BodyHoldsThePublishedVolumes) {
    for (const auto& animal : {animal_61, animal_t, animal_free}) {
        Scenario scenario = u16c[0];
        scenario.animal = animal;
        const auto body = prepare_scenario(scenario).built.physiology;
        double mass = body.arterial_volume + body.venous_volume + 1e-6 * animal.tumour;
        for (const auto& organ : body.organs) mass += organ.volume;
        EXPECT_NEAR(1e6 * mass, animal.body, 1e-6 * animal.body);
        EXPECT_NEAR(3600e6 * body.organ("liver").total_flow, 181.92, 0.01);
        EXPECT_NEAR(3600e6 * body.organ("kidney").total_flow, 124.6, 0.01);
    }
}

TEST(VincristineMice, FreeDrugLiesWithinTheFoldErrorOfThePublishedSet) {
    const auto shared = test::shared_data();
    if (!shared) GTEST_SKIP() << test::data_not_present;
    auto all = folds(*shared / "tumour/nano_pk/NoNP_67.csv", free_drug);
    EXPECT_EQ(count(all), 120u);
    // Known miss of the published set: its spleen partition, 64.8, is too small (refits: about
    // 150).
    EXPECT_NEAR(all.at("spleen").median, 2.30, 0.05);
    EXPECT_NEAR(all.at("spleen").bias, 0.43, 0.02);
    all.erase("spleen");
    for (const auto& [place, fold] : all) EXPECT_LE(fold.median, 1.4) << place;
}

TEST(VincristineMice, U16cLiesWithinAFoldErrorOf1_4) {
    const auto shared = test::shared_data();
    if (!shared) GTEST_SKIP() << test::data_not_present;
    const auto all = folds(*shared / "tumour/nano_pk/U16c_61.csv", u16c);
    EXPECT_EQ(count(all), 129u);
    EXPECT_EQ(all.size(), 6u);
    for (const auto& [place, fold] : all) EXPECT_LE(fold.median, 1.4) << place;
}

TEST(VincristineMice, U16pLiesWithinAFoldErrorOf1_4) {
    const auto all = folds(own_data("vincristine_points.csv"), u16p);
    EXPECT_EQ(count(all), 158u);
    for (const auto& [place, fold] : all) EXPECT_LE(fold.median, 1.4) << place;
}

TEST(VincristineMice, TLiesWithinAFoldErrorOf1_4) {
    const auto all = folds(own_data("vincristine_points.csv"), t67);
    EXPECT_EQ(count(all), 300u);
    for (const auto& [place, fold] : all) EXPECT_LE(fold.median, 1.4) << place;
}

// Blockade of capture by free drug. Without it every concentration is proportional to the dose.
TEST(VincristineMice, CaptureFallsWithTheDose) {
    const auto low = run(u16c[0]);
    const auto high = run(u16c[2]);
    const double doses = u16c[2].dose / u16c[0].dose;
    const auto relative = [&](const std::string& place, double hours) {
        return total_drug(high, place, hours) / total_drug(low, place, hours) / doses;
    };
    EXPECT_LT(relative("liver", 24.0), 0.97);
    EXPECT_GT(relative("plasma", 48.0), 1.5);
}

}  // namespace
}  // namespace caravel::study
