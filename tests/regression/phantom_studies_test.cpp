// Every phantom that ships: its books close, its numbers are finite and those of
// tests/regression/expected/<phantom>.csv. After a change that is meant to move them:
//   CARAVEL_UPDATE_EXPECTED=1 build/<preset>/bin/regression --gtest_filter='*ShippedPhantom*'
#include "support/study_text.hpp"

#include "caravel/input/csv.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/study/phantom_run.hpp"
#include "caravel/study/study_images.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace caravel::study {
namespace {

namespace fs = std::filesystem;

const fs::path root = CARAVEL_SOURCE_DIR;
constexpr double tolerance = 1e-6;  // relative, of pinned numbers

std::vector<fs::path> phantoms() {
    std::vector<fs::path> list;
    for (const auto& entry : fs::directory_iterator(root / "studies"))
        if (entry.path().filename().string().starts_with("phantom_") &&
            entry.path().extension() == ".toml")
            list.push_back(entry.path());
    std::sort(list.begin(), list.end());
    return list;
}

report::RunRecord run(const fs::path& study, int threads = 1) {
    PreparedPhantom prepared = prepare_phantom(study, {}, test::repository_data());
    PhantomHooks hooks;
    hooks.threads = threads;
    auto record = simulate_phantom(prepared, hooks, "run").record;
    ImageHooks images;
    images.threads = threads;
    take_phantom_images(prepared, images, record);
    return record;
}

std::map<std::string, double> numbers(const report::RunRecord& record) {
    std::map<std::string, double> result;
    for (const auto& q : record.quantities)
        EXPECT_TRUE(result.emplace(q.name, q.value).second) << "twice: " << q.name;
    return result;
}

fs::path expected_file(const fs::path& study) {
    return root / "tests" / "regression" / "expected" / (study.stem().string() + ".csv");
}

void write_expected(const fs::path& study, const std::map<std::string, double>& values) {
    std::string text = "name,value\n";
    for (const auto& [name, value] : values) text += fmt::format("\"{}\",{:.12g}\n", name, value);
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

void expect_closed_books(const report::RunRecord& record) {
    // Scans that nothing lit or warmed have no books.
    ASSERT_TRUE(!record.ledger.empty() || !record.readings.empty());
    for (const auto& row : record.ledger)
        EXPECT_LE(row.relative_residual, row.limit) << row.substance;
}

/// A controller's thermometer shows nothing before it is first read.
bool not_read_yet(const report::Series& series, std::size_t time) {
    return series.name.starts_with("phantom.reading[") &&
           std::all_of(series.values.begin(),
                       series.values.begin() + static_cast<std::ptrdiff_t>(time),
                       [](double v) { return std::isnan(v); });
}

void expect_finite(const report::RunRecord& record) {
    for (const auto& q : record.quantities) EXPECT_TRUE(std::isfinite(q.value)) << q.name;
    for (const auto& s : record.series)
        for (std::size_t i = 0; i < s.values.size(); ++i)
            ASSERT_TRUE(std::isfinite(s.values[i]) || not_read_yet(s, i))
                << s.name << " at " << record.times[i] << " s";
}

class ShippedPhantom : public testing::TestWithParam<fs::path> {};

TEST_P(ShippedPhantom, SaysWhatItAsks) {
    matter::Library library(root / "data");
    const auto file = read_phantom(GetParam(), {}, test::repository_data(), library);
    EXPECT_FALSE(file.input.info.name.empty());
    EXPECT_FALSE(file.input.info.description.empty());
}

TEST_P(ShippedPhantom, ClosesItsBooksAndGivesThePinnedNumbers) {
    const auto record = run(GetParam());
    expect_closed_books(record);
    expect_finite(record);
    const auto now = numbers(record);
    ASSERT_FALSE(now.empty());
    if (std::getenv("CARAVEL_UPDATE_EXPECTED")) write_expected(GetParam(), now);
    ASSERT_TRUE(fs::exists(expected_file(GetParam())))
        << "run this test with CARAVEL_UPDATE_EXPECTED=1 to pin the numbers of a new phantom";
    const auto pinned = read_expected(GetParam());
    for (const auto& [name, value] : now) EXPECT_TRUE(pinned.count(name)) << "new: " << name;
    for (const auto& [name, value] : pinned) {
        const auto found = now.find(name);
        ASSERT_NE(found, now.end()) << "gone: " << name;
        EXPECT_NEAR(found->second, value, tolerance * std::abs(value)) << name;
    }
}

std::string test_name(const testing::TestParamInfo<fs::path>& info) {
    return info.param.stem().string();
}

INSTANTIATE_TEST_SUITE_P(All, ShippedPhantom, testing::ValuesIn(phantoms()), test_name);

TEST(ShippedPhantoms, HaveTheSameBitsWithTwoThreads) {
    for (const char* name : {"phantom_heat_after_cold.toml", "phantom_carbon_dots_ce6_671.toml"}) {
        const auto one = run(root / "studies" / name);
        const auto two = run(root / "studies" / name, 2);
        ASSERT_EQ(one.quantities.size(), two.quantities.size()) << name;
        for (std::size_t i = 0; i < one.quantities.size(); ++i)
            EXPECT_EQ(one.quantities[i].value, two.quantities[i].value) << one.quantities[i].name;
        ASSERT_EQ(one.series.size(), two.series.size()) << name;
        for (std::size_t i = 0; i < one.series.size(); ++i)
            EXPECT_EQ(one.series[i].values, two.series[i].values) << one.series[i].name;
    }
}

}  // namespace
}  // namespace caravel::study
