// Every study that ships: it runs, balances, repeats to the bit, echoes to itself and gives the
// numbers of tests/regression/expected/<study>.csv. After a change that is meant to move them:
//   CARAVEL_UPDATE_EXPECTED=1 build/<preset>/bin/regression --gtest_filter='*ShippedStudy*'
#include "support/study_text.hpp"

#include "caravel/input/csv.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/html_report.hpp"
#include "caravel/study/stored_study.hpp"
#include "caravel/study/study_images.hpp"
#include "caravel/study/study_run.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace caravel::study {
namespace {

namespace fs = std::filesystem;

const fs::path root = CARAVEL_SOURCE_DIR;
constexpr double tolerance = 1e-6;  // relative, of pinned numbers

std::vector<fs::path> studies() {
    std::vector<fs::path> list;
    for (const auto& entry : fs::directory_iterator(root / "studies"))
        if (fs::exists(entry.path() / "study.toml")) list.push_back(entry.path() / "study.toml");
    std::sort(list.begin(), list.end());
    return list;
}

std::string short_name(const fs::path& study) { return study.parent_path().filename().string(); }

DataPaths data() { return test::repository_data(); }

report::RunRecord run(const fs::path& study) {
    const Prepared prepared = prepare(study, {}, data());
    RunnerHooks hooks;
    hooks.finished = [&](const AmountRecord& amounts, report::RunRecord& record) {
        take_subject_images({prepared.file.input, prepared.built, amounts}, data(), {}, record);
    };
    return simulate(prepared, hooks, "run");
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

void expect_same(const report::RunRecord& a, const report::RunRecord& b) {
    EXPECT_TRUE(same_bits(a.times, b.times));
    ASSERT_EQ(a.series.size(), b.series.size());
    for (std::size_t i = 0; i < a.series.size(); ++i) {
        EXPECT_EQ(a.series[i].name, b.series[i].name);
        EXPECT_TRUE(same_bits(a.series[i].values, b.series[i].values)) << a.series[i].name;
    }
    ASSERT_EQ(a.quantities.size(), b.quantities.size());
    for (std::size_t i = 0; i < a.quantities.size(); ++i) {
        EXPECT_EQ(a.quantities[i].name, b.quantities[i].name);
        EXPECT_EQ(a.quantities[i].value, b.quantities[i].value) << a.quantities[i].name;
    }
    EXPECT_EQ(a.study_toml, b.study_toml);
}

/// Names with their time where one name stands for several samples.
std::map<std::string, double> numbers(const report::RunRecord& record) {
    std::map<std::string, int> count;
    for (const auto& q : record.quantities) ++count[q.name];
    std::map<std::string, double> result;
    for (const auto& q : record.quantities) {
        const std::string when =
            count[q.name] > 1 && q.time ? fmt::format(" at {:.6g} h", *q.time / 3600.0) : "";
        result[q.name + when] = q.value;
    }
    return result;
}

fs::path expected_file(const fs::path& study) {
    return root / "tests" / "regression" / "expected" / (short_name(study) + ".csv");
}

void write_expected(const fs::path& study, const std::map<std::string, double>& values) {
    std::string text = "name,value\n";
    for (const auto& [name, value] : values) text += fmt::format("\"{}\",{:.12g}\n", name, value);
    fs::create_directories(expected_file(study).parent_path());
    report::write_file_atomically(expected_file(study), text);
}

std::map<std::string, double> read_expected(const fs::path& study) {
    const auto table = input::read_csv(expected_file(study));
    const auto name = table.column("name");
    const auto value = table.column("value");
    std::map<std::string, double> result;
    for (const auto& row : table.rows) result[row[name]] = std::stod(row[value]);
    return result;
}

/// The name of the element that a tag opens or closes.
std::string element_of(const std::string& tag) {
    return tag.substr(0, tag.find_first_of(" \t\r\n/"));
}

/// What is wrong with the nesting of elements; empty when the document is well-formed so far.
std::string nesting_mistake(const std::string& html) {
    std::vector<std::string> open;
    for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at)) {
        const std::size_t end = html.find('>', at);
        if (end == std::string::npos) return "an open tag at the end";
        const std::string tag = html.substr(at + 1, end - at - 1);
        at = end;
        if (tag.empty()) return "an empty tag";
        if (tag[0] == '!' || tag[0] == '?' || tag.back() == '/') continue;
        if (tag[0] != '/') {
            open.push_back(element_of(tag));
            continue;
        }
        const std::string name = element_of(tag.substr(1));
        if (open.empty() || open.back() != name)
            return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back());
        open.pop_back();
    }
    return open.empty() ? "" : open.back() + " stays open";
}

/// A study with its data in a folder of its own, as a run keeps it.
class Copy {
  public:
    explicit Copy(const StoredStudy& study) { write_stored_study(study, folder_.path()); }
    fs::path path() const { return folder_.path() / "study.toml"; }

  private:
    test::TemporaryFolder folder_;
};

class ShippedStudy : public testing::TestWithParam<fs::path> {};

TEST_P(ShippedStudy, SaysWhatItAsksAndWhereItComesFrom) {
    const auto info = prepare(GetParam(), {}, data()).file.input.info;
    EXPECT_FALSE(info.name.empty());
    EXPECT_FALSE(info.description.empty());
    EXPECT_FALSE(info.reference.empty());
}

TEST_P(ShippedStudy, BalancesEverySubstance) {
    const auto record = run(GetParam());
    ASSERT_FALSE(record.ledger.empty());
    for (const auto& row : record.ledger) {
        EXPECT_LE(row.relative_residual, 1e-9) << row.substance;
        EXPECT_GT(row.sources, 0.0) << row.substance;
    }
}

TEST_P(ShippedStudy, HasFiniteCurvesThatDoNotGoBelowZero) {
    const auto prepared = prepare(GetParam(), {}, data());
    const auto record = simulate(prepared, RunnerHooks{}, "run");
    // Shares of what has been given, and ratios to it, begin after the last first dose.
    double begin = 0.0;
    std::map<std::pair<int, std::string>, double> first;
    for (const auto& dose : prepared.built.doses)
        first.try_emplace(
            {dose.formulation, dose.amounts.empty() ? "" : dose.amounts.begin()->first},
            dose.start);
    for (const auto& [what, time] : first) begin = std::max(begin, time);
    for (const auto& s : record.series) {
        ASSERT_EQ(s.values.size(), record.times.size()) << s.name;
        double largest = 0.0;
        for (const double v : s.values)
            if (std::isfinite(v)) largest = std::max(largest, v);
        for (std::size_t i = 0; i < s.values.size(); ++i) {
            if (record.times[i] > begin) {
                ASSERT_TRUE(std::isfinite(s.values[i])) << s.name << " at " << record.times[i];
            }
            if (std::isfinite(s.values[i])) {
                EXPECT_GE(s.values[i], -1e-5 * largest) << s.name << " at " << record.times[i];
            }
        }
    }
}

TEST_P(ShippedStudy, GivesTheSameBitsTwice) { expect_same(run(GetParam()), run(GetParam())); }

TEST_P(ShippedStudy, EchoesToItselfAndRunsTheSameFromItsEcho) {
    const auto prepared = prepare(GetParam(), {}, data());
    const auto first = run(GetParam());
    const Copy copy(prepared.stored);
    const auto again = run(copy.path());
    EXPECT_EQ(again.study_toml, first.study_toml);
    expect_same(first, again);
}

TEST_P(ShippedStudy, GivesThePinnedNumbers) {
    const auto now = numbers(run(GetParam()));
    ASSERT_FALSE(now.empty());
    if (std::getenv("CARAVEL_UPDATE_EXPECTED")) write_expected(GetParam(), now);
    ASSERT_TRUE(fs::exists(expected_file(GetParam())))
        << "run this test with CARAVEL_UPDATE_EXPECTED=1 to pin the numbers of a new study";
    const auto pinned = read_expected(GetParam());
    for (const auto& [name, value] : now) EXPECT_TRUE(pinned.count(name)) << "new: " << name;
    for (const auto& [name, value] : pinned) {
        const auto found = now.find(name);
        ASSERT_NE(found, now.end()) << "gone: " << name;
        EXPECT_NEAR(found->second, value, tolerance * std::abs(value)) << name;
    }
}

TEST_P(ShippedStudy, MakesASmallWellFormedReport) {
    const std::string html = report::html_report(run(GetParam()));
    EXPECT_LT(html.size(), 5'000'000U);
    EXPECT_EQ(html.substr(0, 15), "<!DOCTYPE html>");
    EXPECT_EQ(nesting_mistake(html), "");
}

std::string test_name(const testing::TestParamInfo<fs::path>& info) {
    return short_name(info.param);
}

INSTANTIATE_TEST_SUITE_P(All, ShippedStudy, testing::ValuesIn(studies()), test_name);

TEST(NestingMistake, SeesElementsThatDoNotMatch) {
    EXPECT_EQ(nesting_mistake("<a><b x=\"1\"/></a>"), "");
    EXPECT_EQ(nesting_mistake("<a><b></a>"), "</a> closes b");
    EXPECT_EQ(nesting_mistake("<a>"), "a stays open");
}

}  // namespace
}  // namespace caravel::study
