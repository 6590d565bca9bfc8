// Pegylated liposomal doxorubicin in people predicted from animals alone, with intervals.
#include "caravel/inference/delivery/extrapolation_carrier.hpp"
#include "caravel/inference/delivery/law_parameters_file.hpp"
#include "caravel/inference/delivery/study_interval.hpp"
#include "caravel/input/csv.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/report/atomic_file.hpp"
#include "support/shared_data.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace caravel::inference::delivery {
namespace {

/// The US label at 20 mg/m2.
struct Clinical {
    const char* name;
    double value;
};
constexpr std::array<Clinical, 3> label = {{{"plasma.clearance_per_area", 0.041},
                                            {"plasma.volume_steady_state_per_area", 2.72},
                                            {"plasma.half_life_terminal", 55.0}}};

/// Rows of the clinical table of animals, by product and parameter.
struct Leak {
    double rate = 0.0;  // 1/s
    std::string row;
};
Leak leak_in_rats(const std::filesystem::path& folder) {
    const auto table = input::read_csv(folder / "delivery" / "clinical_pk_summary.csv");
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const auto& row = table.rows[i];
        if (row[table.column("species")] == "rat" && row[table.column("parameter")] == "k_release")
            return {table.number(i, table.column("value")) / 3600.0,
                    "rat: " + row[table.column("product")] + " k_release (" +
                        row[table.column("source")] + ")"};
    }
    throw std::runtime_error("no leak of liposomes in rats");
}

study::StudyInput label_study() {
    const auto data = study::default_data_paths();
    matter::Library library(data.root);
    return study::read_study(CARAVEL_SOURCE_DIR "/studies/doxil_human_20/study.toml", {}, data,
                             library)
        .input;
}

/// The study with only these dispositions and this leak.
study::StudyInput of_animals(std::vector<formulation::Disposition> dispositions, const Leak& leak) {
    study::StudyInput study = label_study();
    auto& carrier = study.formulations.at(0);
    carrier.dispositions = std::move(dispositions);
    auto& release = carrier.payloads.at(0).release;
    EXPECT_EQ(release.size(), 1u);
    release.at(0).law = formulation::FirstOrder{std::numbers::ln2 / leak.rate};
    return study;
}

report::RunRecord predict(const study::StudyInput& study, const std::string& name) {
    const auto folder = std::filesystem::path(::testing::TempDir()) /
                        ("clinical_" + name + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    const auto file = folder / "study.json";
    report::write_file_atomically(file, input::to_json({input::echo(study), {}}, true));
    const auto data = study::default_data_paths();
    auto record = study::simulate(study::prepare(file, {}, data), {}, name);
    StudyIntervalOptions options;
    options.draws = 200;
    add_intervals(record, file, {}, data, "test", options);
    std::filesystem::remove_all(folder);
    return record;
}

const report::QuantityResult& quantity(const report::RunRecord& record, const std::string& name) {
    for (const auto& q : record.quantities)
        if (q.name == name) return q;
    throw std::runtime_error("the run reports no " + name);
}

/// What is known to lie outside a factor of two, and outside the interval.
struct Misses {
    std::vector<std::string> far;
    std::vector<std::string> uncovered;
};

bool holds(const std::vector<std::string>& names, const char* name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

void expect_label(const report::RunRecord& record, const Misses& known) {
    for (const Clinical& clinical : label) {
        const auto& q = quantity(record, clinical.name);
        ASSERT_TRUE(q.interval) << clinical.name;
        const double ratio = q.value / clinical.value;
        fmt::print("{:<38} {:.4g} [{:.4g}, {:.4g}] label {:.4g}, ratio {:.2f}\n", clinical.name,
                   q.value, (*q.interval)[0], (*q.interval)[1], clinical.value, ratio);
        EXPECT_EQ(std::abs(std::log2(ratio)) > 1.0, holds(known.far, clinical.name))
            << clinical.name;
        EXPECT_EQ(clinical.value < (*q.interval)[0] || clinical.value > (*q.interval)[1],
                  holds(known.uncovered, clinical.name))
            << clinical.name;
    }
}

void expect_no_human(const std::vector<std::string>& rows) {
    ASSERT_FALSE(rows.empty());
    for (const std::string& row : rows) {
        EXPECT_TRUE(row.rfind("mouse", 0) == 0 || row.rfind("rat", 0) == 0) << row;
        for (const char* word : {"human", "label", "Gabizon", "people", "patient"})
            EXPECT_EQ(row.find(word), std::string::npos) << row;
    }
}

TEST(ClinicalExtrapolation, OfTheCarrierMeasuredInMice) {
    const auto folder = test::shared_data();
    if (!folder) GTEST_SKIP() << test::data_not_present;
    const auto doxil = label_study().formulations.at(0);
    const auto mouse = std::find_if(doxil.dispositions.begin(), doxil.dispositions.end(),
                                    [](const auto& d) { return d.species == "mouse"; });
    ASSERT_NE(mouse, doxil.dispositions.end());
    CarriedDisposition carried = carry_disposition(*mouse, 0.02, "human", 70.0);
    const Leak leak = leak_in_rats(*folder);
    carried.rows.push_back(leak.row);
    expect_no_human(carried.rows);
    EXPECT_EQ(carried.rows.size(), 38u);
    const auto record = predict(of_animals({carried.disposition}, leak), "mouse");
    // Known miss of coverage: 87 h [64, 169] against 55 h; the leak, of another drug in rats, does
    // not vary.
    expect_label(record, {{}, {"plasma.half_life_terminal"}});
}

TEST(ClinicalExtrapolation, OfTheLawsAlone) {
    const auto folder = test::shared_data();
    if (!folder) GTEST_SKIP() << test::data_not_present;
    const FittedLaws laws = load_laws(study::default_data_paths().root / "delivery");
    EXPECT_TRUE(laws.provenance.species == "mouse" || laws.provenance.species == "mouse rat")
        << laws.provenance.species;
    for (const std::string& data : laws.provenance.data)
        EXPECT_TRUE(data.rfind("nano_tumor_db.csv ", 0) == 0 ||
                    data.rfind("nano_tumor_timecourse.csv ", 0) == 0 ||
                    data.rfind("nm_biodistribution_long.csv ", 0) == 0)
            << data;
    const Leak leak = leak_in_rats(*folder);
    expect_no_human({leak.row});
    const auto record = predict(of_animals({}, leak), "laws");
    EXPECT_TRUE(std::any_of(
        record.assumptions.begin(), record.assumptions.end(),
        [](const auto& a) { return a.find("by the property laws") != std::string::npos; }));
    // Within a factor of two; known misses: the intervals of volume and half-life end just beside
    // the label.
    expect_label(record,
                 {{}, {"plasma.volume_steady_state_per_area", "plasma.half_life_terminal"}});
}

}  // namespace
}  // namespace caravel::inference::delivery
