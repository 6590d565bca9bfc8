#include "caravel/inference/population/scan.hpp"

#include "caravel/report/atomic_file.hpp"
#include "support/study_text.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace caravel::inference::population {
namespace {

namespace fs = std::filesystem;

class Scan : public ::testing::Test {
  protected:
    void SetUp() override {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        folder_ = fs::temp_directory_path() /
                  (std::string("caravel_scan_") + test->name() + std::to_string(::getpid()));
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }

    ScanOptions options(const std::string& out) const {
        ScanOptions o;
        o.plan = read_scan_plan(fs::path(CARAVEL_SOURCE_DIR) / "studies/scan_size/scan.toml");
        o.out = folder_ / out;
        o.version = "test";
        return o;
    }

    fs::path folder_;
};

std::vector<double> point(const ScanPoints& points, std::uint64_t i) {
    std::vector<double> values(points.axes());
    points.point(i, values);
    return values;
}

/// What parsing throws.
std::string refusal(const std::string& vary) {
    try {
        ScanPlan plan;
        plan.axes.push_back(parse_vary(vary));
        ScanPoints points(plan);
    } catch (const InputError& error) {
        return error.what();
    }
    return "nothing was refused";
}

TEST_F(Scan, lists_and_ranges_are_read_from_text) {
    const auto list = parse_vary("subject.body_weight=18, 0.02 kg,22 g");
    EXPECT_EQ(list.key, "subject.body_weight");
    EXPECT_EQ(list.unit, "g");
    EXPECT_EQ(list.values, (std::vector<double>{18, 20, 22}));
    const auto range = parse_vary("protocol.administer[0].dose=5..20 mg/kg/4");
    EXPECT_EQ(range.unit, "mg/kg");
    EXPECT_EQ(range.from, 5.0);
    EXPECT_EQ(range.to, 20.0);
    EXPECT_EQ(range.points, 4);
    EXPECT_EQ(parse_vary("a=1..100 h/3 log").spacing, "log");
    EXPECT_EQ(parse_vary("a=1..100").points, 5);
    EXPECT_EQ(parse_vary("a=-1..1/3").from, -1.0);
}

TEST_F(Scan, mistakes_in_text_are_refused) {
    EXPECT_NE(refusal("body_weight").find("key=a,b,c"), std::string::npos);
    EXPECT_NE(refusal("a=1,x,3").find("'x'"), std::string::npos);
    EXPECT_NE(refusal("a=1 g, 2 h").find("different dimensions"), std::string::npos);
    EXPECT_NE(refusal("a=3..1").find("does not go upwards"), std::string::npos);
    EXPECT_NE(refusal("a=0..1 log").find("> 0"), std::string::npos);
    EXPECT_NE(refusal("a=1..2/0"), "nothing was refused");
}

TEST_F(Scan, the_last_axis_of_a_grid_runs_fastest) {
    ScanPlan plan;
    plan.axes = {parse_vary("a=1,2"), parse_vary("b=10..1000/3 log")};
    const ScanPoints points(plan);
    EXPECT_EQ(points.count(), 6u);
    EXPECT_EQ(point(points, 0), (std::vector<double>{1, 10}));
    EXPECT_NEAR(point(points, 1)[1], 100.0, 1e-12);
    EXPECT_EQ(point(points, 2), (std::vector<double>{1, 1000}));
    EXPECT_EQ(point(points, 3), (std::vector<double>{2, 10}));
}

TEST_F(Scan, rows_of_a_plan_are_points_in_order) {
    const auto file = folder_ / "rows.toml";
    report::write_file_atomically(file,
                                  "study = \"x/study.toml\"\nseed = 3\n[[axis]]\nkey = \"a\"\n"
                                  "unit = \"g\"\n[[axis]]\nkey = \"b\"\n[[row]]\nvalues = [1, 2]\n"
                                  "[[row]]\nvalues = [3, 4]\n");
    const auto plan = read_scan_plan(file);
    EXPECT_EQ(plan.study, (folder_ / "x/study.toml").string());
    EXPECT_TRUE(plan.has_seed);
    const ScanPoints points(plan);
    EXPECT_EQ(points.count(), 2u);
    EXPECT_FALSE(points.is_grid());
    EXPECT_EQ(point(points, 1), (std::vector<double>{3, 4}));
}

TEST_F(Scan, a_mistake_in_a_plan_has_its_place_and_did_you_mean) {
    const auto file = folder_ / "bad.toml";
    report::write_file_atomically(
        file, "study = \"study.toml\"\n[[axis]]\nkey = \"a\"\nvalus = [1, 2]\n");
    try {
        read_scan_plan(file);
        FAIL() << "nothing was refused";
    } catch (const InputError& error) {
        const std::string text = error.what();
        EXPECT_NE(text.find("bad.toml:4"), std::string::npos) << text;
        EXPECT_NE(text.find("did you mean 'values'?"), std::string::npos) << text;
    }
}

TEST_F(Scan, threads_and_an_interruption_leave_the_same_bytes) {
    const auto data = test::repository_data();
    const auto whole = run_scan(options("one"), data);
    EXPECT_EQ(whole.record.count, 24u);
    EXPECT_EQ(whole.record.failed, 0u);
    auto two = options("two");
    two.threads = 2;
    std::atomic<bool> cancel{true};
    two.cancel = &cancel;
    EXPECT_THROW(run_scan(two, data), Interrupted);
    cancel = false;
    const auto resumed = run_scan(two, data);
    EXPECT_EQ(resumed.record.id, whole.record.id);
    for (const char* name : {"table.csv", "scan.json", "report.html", "results.store"})
        EXPECT_TRUE(report::read_whole_file(whole.folder / name) ==
                    report::read_whole_file(resumed.folder / name))
            << name;
    EXPECT_EQ(run_scan(two, data).computed, 0u);
}

TEST_F(Scan, a_store_that_a_killed_process_left_unsorted_ends_with_the_same_bytes) {
    const auto data = test::repository_data();
    const auto whole = run_scan(options("one"), data);
    const auto file = whole.folder / "results.store";
    const std::string content = report::read_whole_file(file);
    std::vector<std::string> lines;
    std::istringstream stream(content);
    for (std::string line; std::getline(stream, line);) lines.push_back(line + "\n");
    std::reverse(lines.begin() + 1, lines.end());
    std::string reversed;
    for (const auto& line : lines) reversed += line;
    report::write_file_atomically(file, reversed);
    EXPECT_EQ(run_scan(options("one"), data).computed, 0u);
    EXPECT_TRUE(report::read_whole_file(file) == content);
}

TEST_F(Scan, a_point_alone_has_the_bits_it_has_in_the_scan) {
    const auto data = test::repository_data();
    const auto whole = run_scan(options("one"), data);
    const auto alone = run_scan_point(options("one"), 17, data);
    EXPECT_EQ(alone.point.values, whole.record.points[17].values);
    EXPECT_EQ(alone.point.outputs, whole.record.points[17].outputs);
    EXPECT_THROW(run_scan_point(options("one"), 24, data), UsageError);
}

TEST_F(Scan, smaller_liposomes_reach_the_tumour_better_and_all_points_are_in_the_table) {
    const auto result = run_scan(options("one"), test::repository_data());
    const auto& points = result.record.points;
    ASSERT_EQ(points.size(), 24u);
    // Delivery falls with the radius, the last axis, at every half-life.
    for (std::size_t i = 0; i + 1 < points.size(); ++i)
        if (i % 8 != 7) {
            EXPECT_GT(points[i].outputs[1], points[i + 1].outputs[1]) << i;
        }
    const auto table = report::read_whole_file(result.folder / "table.csv");
    EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 25);
    EXPECT_NE(table.find("formulation.layer[0].radius [nm]"), std::string::npos);
    EXPECT_NE(table.find("tumour.concentration@24 h [ug/g]"), std::string::npos);
}

TEST_F(Scan, a_point_that_fails_is_named_with_its_command_and_the_others_go_on) {
    auto o = options("one");
    o.plan.axes = {parse_vary("subject.body_weight=19,20,-3 g"),
                   parse_vary("subject.tumour[0].volume=200,1e7 mm3")};
    const auto result = run_scan(o, test::repository_data());
    EXPECT_EQ(result.record.count, 6u);
    EXPECT_EQ(result.record.failed, 4u);
    ASSERT_EQ(result.record.failures.size(), 4u);
    EXPECT_EQ(result.record.failures[0].index, 1u);
    EXPECT_NE(result.record.failures[0].command.find("subject.tumour[0].volume=1e+07 mm3"),
              std::string::npos)
        << result.record.failures[0].command;
    EXPECT_EQ(result.record.summaries[0].count, 2u);
    EXPECT_NE(report::read_whole_file(result.folder / "report.html").find("failed"),
              std::string::npos);
}

}  // namespace
}  // namespace caravel::inference::population
