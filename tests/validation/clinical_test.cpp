// The shipped studies in people against clinical numbers: every row of the clinical table is either
// met within 25 %, listed as a known miss with its ratio, or said to be of something not modelled.
#include "caravel/base/unit.hpp"
#include "caravel/input/csv.hpp"
#include "caravel/report/pk_metrics.hpp"
#include "caravel/study/study_run.hpp"
#include "support/shared_data.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

namespace caravel::study {
namespace {

using Assignments = std::vector<std::string>;

constexpr double allowed = 0.25;
constexpr double change_of_known_miss = 0.05;

report::RunRecord run(const std::string& folder, const Assignments& assignments = {}) {
    const auto prepared = prepare(CARAVEL_SOURCE_DIR "/studies/" + folder + "/study.toml",
                                  assignments, default_data_paths());
    return simulate(prepared, RunnerHooks{}, "test");
}

const report::QuantityResult& quantity(const report::RunRecord& record, const std::string& name) {
    for (const auto& q : record.quantities)
        if (q.name == name && !q.time) return q;
    throw std::runtime_error("the run reports no " + name);
}

const std::vector<double>& curve(const report::RunRecord& record, const std::string& name) {
    for (const auto& s : record.series)
        if (s.name == name) return s.values;
    throw std::runtime_error("the run has no series " + name);
}

/// Within 25 %, or (known > 0) outside by about the known ratio.
void expect_ratio(const std::string& what, double ratio, double known) {
    fmt::print("{:<52} predicted : measured {:.3f}{}\n", what, ratio,
               known > 0.0 ? "  known miss" : "");
    if (known > 0.0) {
        EXPECT_GT(std::abs(ratio - 1.0), allowed) << what << " is met: no longer a known miss";
        EXPECT_NEAR(ratio / known, 1.0, change_of_known_miss) << what;
    } else {
        EXPECT_LE(std::abs(ratio - 1.0), allowed) << what;
    }
}

struct Row {
    std::string product, dose, parameter;
    auto operator<=>(const Row&) const = default;
    std::string text() const { return fmt::format("{} {} {}", product, dose, parameter); }
};

struct Prediction {
    std::string quantity;
    double known_miss = 0.0;  // ratio predicted : measured; 0: to be met
};

struct Arm {
    std::string product, dose, study;
    Assignments assignments;
    std::map<std::string, Prediction> parameters;
};

/// Doses that a study does not name itself are set on it. The label was fitted; Gabizon's SSL-DOX
/// was not.
const std::vector<Arm> arms{
    {"Doxil/Caelyx",
     "20",
     "doxil_human_20",
     {},
     {{"Cmax", {"plasma.concentration_max"}},
      {"AUC", {"plasma.auc_infinity"}},
      {"CL", {"plasma.clearance_per_area"}},
      {"Vss", {"plasma.volume_steady_state_per_area"}},
      {"t1/2_lambda1", {"plasma.half_life_initial"}},
      {"t1/2_lambda2", {"plasma.half_life_terminal"}}}},
    {"Doxil/Caelyx",
     "10",
     "doxil_human_10",
     {},
     {{"Cmax", {"plasma.concentration_max"}},
      {"AUC", {"plasma.auc_infinity"}},
      {"CL", {"plasma.clearance_per_area"}},
      {"Vss", {"plasma.volume_steady_state_per_area"}},
      {"t1/2_lambda1", {"plasma.half_life_initial"}},
      {"t1/2_lambda2", {"plasma.half_life_terminal"}}}},
    {"SSL-DOX",
     "25",
     "doxil_human_20",
     {"protocol.administer[0].dose=25 mg/m2", "subject.body_surface_area=1.8 m2"},
     {{"AUC", {"plasma.auc_infinity"}},
      {"CL", {"plasma.clearance"}},
      {"Vd", {"plasma.volume_steady_state", 1.35}},
      {"t1/2_lambda2", {"plasma.half_life_terminal"}}}},
    {"SSL-DOX",
     "50",
     "doxil_human_20",
     {"protocol.administer[0].dose=50 mg/m2", "subject.body_surface_area=1.8 m2"},
     {{"AUC", {"plasma.auc_infinity", 1.3}},
      {"CL", {"plasma.clearance"}},
      {"Vd", {"plasma.volume_steady_state"}},
      {"t1/2_lambda2", {"plasma.half_life_terminal"}}}},
    {"free DOX",
     "25",
     "doxorubicin_free_human",
     {},
     {{"CL", {"plasma.clearance"}}, {"Vd", {"plasma.volume_steady_state"}}}},
    {"free DOX",
     "50",
     "doxorubicin_free_human",
     {"protocol.administer[0].dose=50 mg/m2"},
     {{"CL", {"plasma.clearance"}}}}};

/// Rows of drugs without a study, and volumes of a compartment model used below.
bool not_a_prediction(const Row& row) {
    return row.product == "DaunoXome-like DSPC/Chol" || row.product == "AmBisome" ||
           row.product == "Abraxane";
}

/// The table's values in SI.
std::map<Row, double> read_clinical(const std::filesystem::path& file) {
    const auto table = input::read_csv(file);
    const auto text = [&](std::size_t row, const char* column) {
        return table.rows[row][table.column(column)];
    };
    std::map<Row, double> result;
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        std::string unit = text(row, "unit");
        std::replace(unit.begin(), unit.end(), '*', '.');
        const Row key{text(row, "product"), text(row, "dose"), text(row, "parameter")};
        result[key] = to_si(table.number(row, table.column("value")), parse_unit(unit));
    }
    return result;
}

void expect_clinical(const Row& row, double measured, const Prediction& prediction,
                     const report::RunRecord& record) {
    const auto& predicted = quantity(record, prediction.quantity);
    const double ratio = to_si(predicted.value, parse_unit(predicted.unit)) / measured;
    expect_ratio(row.text(), ratio, prediction.known_miss);
}

TEST(Clinical, EveryRowOfTheTableIsMetListedOrNotModelled) {
    const auto shared = test::shared_data();
    if (!shared) GTEST_SKIP() << test::data_not_present;
    const auto clinical = read_clinical(*shared / "delivery/clinical_pk_summary.csv");
    std::set<Row> compared;
    for (const auto& arm : arms) {
        const auto record = run(arm.study, arm.assignments);
        for (const auto& [parameter, prediction] : arm.parameters) {
            const Row row{arm.product, arm.dose, parameter};
            ASSERT_TRUE(clinical.count(row)) << row.text() << " is not in the table";
            expect_clinical(row, clinical.at(row), prediction, record);
            compared.insert(row);
        }
    }
    for (const auto& [row, value] : clinical)
        EXPECT_TRUE(compared.count(row) || not_a_prediction(row))
            << row.text() << " is compared with nothing";
    EXPECT_EQ(compared.size(), 23u);
}

// The label: at least 90 % of the drug in plasma is inside the liposome.
TEST(Clinical, DoxorubicinInPlasmaStaysInsideTheLiposomeInPeople) {
    const auto record = run("doxil_human_20");
    const auto& inside = curve(record, "plasma.encapsulated_fraction");
    for (std::size_t i = 0; i < record.times.size(); ++i) {
        if (record.times[i] == 0.0 || record.times[i] > 14.0 * 86400.0) continue;
        EXPECT_GT(inside[i], 90.0) << record.times[i] / 3600.0 << " h";
    }
}

/// Three compartments of nab-paclitaxel in people (Chen 2014, doi 10.1002/jcph.304): saturable
/// exchange with V2, linear exchange with V3, Michaelis-Menten elimination. L, mg, h.
struct ChenModel {
    double v1 = 15.8, v2 = 1650.0, v3 = 75.4;

    using State = std::array<double, 3>;

    State rates(const State& y, double infusion) const {
        constexpr double vm = 8.07, km = 0.0402, vt = 325.0, kt = 4.26, q = 41.6;
        const double c1 = y[0] / v1, c2 = y[1] / v2, c3 = y[2] / v3;
        const double pool = vt * (c1 / (kt + c1) - c2 / (kt + c2));
        const double tissue = q * (c1 - c3);
        return {infusion - vm * c1 / (km + c1) - pool - tissue, pool, tissue};
    }

    /// Concentration (mg/L) in V1 at k * step (h) up to `end`, after an infusion of 0.5 h.
    std::vector<double> concentrations(double dose, double end, double step) const {
        std::vector<double> result{0.0};
        State y{};
        for (double t = 0.0; t < end - 0.5 * step; t += step) {
            const double infusion = t < 0.5 - 0.5 * step ? dose / 0.5 : 0.0;
            const auto moved = [&](const State& k, double h) {
                return State{y[0] + h * k[0], y[1] + h * k[1], y[2] + h * k[2]};
            };
            const State a = rates(y, infusion);
            const State b = rates(moved(a, 0.5 * step), infusion);
            const State c = rates(moved(b, 0.5 * step), infusion);
            const State d = rates(moved(c, step), infusion);
            for (std::size_t i = 0; i < y.size(); ++i)
                y[i] += step / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]);
            result.push_back(y[0] / v1);
        }
        return result;
    }
};

struct Metrics {
    double c_max, auc, clearance, volume, half_life;  // mg/L, mg h/L, L/h, L, h
};

/// Of the first 72 h, as sampled in people; half-life of 24 to 72 h. Times in h, dose in mg.
Metrics metrics(const std::vector<double>& times, const std::vector<double>& values, double dose) {
    std::vector<double> t, c, late_t, late_c;
    for (std::size_t i = 0; i < times.size() && times[i] <= 72.0; ++i) {
        t.push_back(times[i]);
        c.push_back(values[i]);
        if (times[i] < 24.0) continue;
        late_t.push_back(times[i]);
        late_c.push_back(values[i]);
    }
    const auto all = report::pk_metrics(t, c, {dose, 0.5, true});
    const double fall = std::log(late_c.front() / late_c.back());
    return {*all.c_max, *all.auc_infinity, *all.clearance, *all.volume_steady_state,
            std::log(2.0) * (late_t.back() - late_t.front()) / fall};
}

constexpr double surface = 1.9;  // m2, of the study

Metrics paclitaxel(double dose) {
    const auto record =
        run("nab_paclitaxel_human", {fmt::format("protocol.administer[0].dose={} mg/m2", dose)});
    std::vector<double> hours;
    for (const double t : record.times) hours.push_back(t / 3600.0);
    return metrics(hours, curve(record, "plasma.concentration"), dose * surface);
}

Metrics chen(double dose) {
    constexpr double step = 0.002;
    const auto values = ChenModel{}.concentrations(dose * surface, 72.0, step);
    std::vector<double> hours;
    for (std::size_t i = 0; i < values.size(); ++i) hours.push_back(step * static_cast<double>(i));
    return metrics(hours, values, dose * surface);
}

// Numbers of an independent integration (adaptive, other language) of the same equations.
TEST(Clinical, CompartmentModelOfNabPaclitaxelIsIntegratedRight) {
    const auto m = chen(260.0);
    EXPECT_NEAR(m.c_max, 14.2, 0.05);
    EXPECT_NEAR(m.auc, 18.9, 0.1);
    EXPECT_NEAR(m.half_life, 21.6, 0.4);
}

TEST(Clinical, CompartmentModelUsesTheVolumesOfTheTable) {
    const auto shared = test::shared_data();
    if (!shared) GTEST_SKIP() << test::data_not_present;
    const auto clinical = read_clinical(*shared / "delivery/clinical_pk_summary.csv");
    const ChenModel model;
    EXPECT_DOUBLE_EQ(clinical.at({"Abraxane", "", "V1"}), 1e-3 * model.v1);
    EXPECT_DOUBLE_EQ(clinical.at({"Abraxane", "", "V2 (saturable distribution)"}), 1e-3 * model.v2);
    EXPECT_DOUBLE_EQ(clinical.at({"Abraxane", "", "V3"}), 1e-3 * model.v3);
}

// 100 and 260 mg/m2 were fitted, 135 mg/m2 was not.
TEST(Clinical, NabPaclitaxelInOrgansFollowsTheCompartmentModel) {
    for (const double dose : {100.0, 135.0, 260.0}) {
        const auto ours = paclitaxel(dose);
        const auto theirs = chen(dose);
        const auto name = fmt::format("nab-paclitaxel {} mg/m2 against Chen 2014: ", dose);
        expect_ratio(name + "Cmax", ours.c_max / theirs.c_max, 0.0);
        expect_ratio(name + "AUC", ours.auc / theirs.auc, 0.0);
        expect_ratio(name + "CL", ours.clearance / theirs.clearance, 0.0);
        expect_ratio(name + "Vss", ours.volume / theirs.volume, 0.0);
        expect_ratio(name + "t1/2", ours.half_life / theirs.half_life, 0.0);
    }
}

// Deep binding that keeps some paclitaxel for days is in neither model: the volume is missed.
TEST(Clinical, NabPaclitaxelMeetsPatientsExceptInItsVolume) {
    const auto m = paclitaxel(260.0);
    const std::string cohort = "nab-paclitaxel, 60 patients (10.13748/...20242011): ";
    expect_ratio(cohort + "Cmax", m.c_max / 13.1, 0.0);
    expect_ratio(cohort + "AUC", m.auc / 13.6, 0.0);
    expect_ratio("nab-paclitaxel, Stinchcombe 2007: t1/2", m.half_life / 21.6, 0.0);
    expect_ratio("nab-paclitaxel, Sparreboom 2005: CL", m.clearance / surface / 21.13, 0.0);
    expect_ratio("nab-paclitaxel, Sparreboom 2005: Vss", m.volume / surface / 663.8, 0.23);
}

// Rat: 3.2 L/h/kg, the same as in people per body mass^(3/4): 5.0; volume 13.5 L/kg in rats.
TEST(Clinical, FreeDoxorubicinInMiceLiesBetweenRatsAndScaledPeople) {
    const auto record = run("doxorubicin_free_mouse");
    const double clearance = quantity(record, "plasma.clearance_per_weight").value / 1000.0;
    EXPECT_GT(clearance, 3.2);
    EXPECT_LT(clearance, 5.0);
    const double volume = quantity(record, "plasma.volume_steady_state").value / 20.0;
    expect_ratio("free doxorubicin, mouse: Vss", volume / 13.5, 0.0);
}

// 9 mg/kg in 4T1 tumours (aacrjournals.org/view-large/8877411): AUC 45.8 ug h/g over 24 h, peak
// 7.9 ug/g at 0.5 h. Cells of a well-mixed tumour fill for hours, so the peak is missed.
TEST(Clinical, FreeDoxorubicinInMouseTumoursMeetsTheExposureNotThePeak) {
    const auto record =
        run("doxorubicin_free_mouse", {"protocol.administer[0].dose=9 mg/kg", "run.until=24 h"});
    expect_ratio("free doxorubicin, 4T1: AUC", quantity(record, "tumour.auc").value / 45.8, 0.0);
    expect_ratio("free doxorubicin, 4T1: peak",
                 quantity(record, "tumour.concentration_max").value / 7.9, 0.36);
}

}  // namespace
}  // namespace caravel::study
