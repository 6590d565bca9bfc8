#include "caravel/report/progress.hpp"
#include "caravel/report/log.hpp"
#include "caravel/report/terminal_summary.hpp"

#include "../../support/example_record.hpp"
#include "caravel/base/error.hpp"

#include <algorithm>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace caravel::report {
namespace {

struct Fixture {
    double now = 100.0;
    std::ostringstream out;

    Progress start(ProgressStyle style) {
        return {out, [this] { return now; }, style, "simulate"};
    }
};

std::ptrdiff_t count(const std::string& text, char c) {
    return std::count(text.begin(), text.end(), c);
}

TEST(Progress, DrawsOneLineAtMostFiveTimesASecond) {
    Fixture f;
    Progress progress = f.start({ProgressMode::line, false, false, 120});
    for (int i = 0; i <= 100; ++i) {
        f.now = 100.0 + 0.01 * i;
        progress.update(36.0 * i, 7200.0);
    }
    EXPECT_LE(count(f.out.str(), '\r'), 6);
    EXPECT_GE(count(f.out.str(), '\r'), 5);
    EXPECT_EQ(count(f.out.str(), '\n'), 0);
}

TEST(Progress, LineHoldsBarPercentTimesAndEta) {
    Fixture f;
    Progress progress = f.start({ProgressMode::line, false, false, 120});
    f.now += 30.0;
    progress.update(6.0 * 3600.0, 24.0 * 3600.0, "whole_body");
    EXPECT_EQ(f.out.str(),
              "\rsimulate ######..................  25 %  6 h of 24 h in 30 s  ETA 1:30 min  "
              "whole_body\x1b[K");
    f.out.str("");
    f.now += 90.0;
    progress.update(24.0 * 3600.0, 24.0 * 3600.0);
    f.out.str("");
    progress.finish();
    EXPECT_EQ(f.out.str(),
              "\rsimulate ######################## 100 %  24 h of 24 h in 2:00 min  done\x1b[K\n");
}

TEST(Progress, NarrowTerminalsGetNoBarAndNoWrap) {
    Fixture f;
    Progress progress = f.start({ProgressMode::line, true, true, 30});
    progress.update(1.0, 2.0);
    EXPECT_LE(f.out.str().size(), 30u + 4u);
    EXPECT_EQ(f.out.str().find("█"), std::string::npos);
}

TEST(Progress, JsonLinesComeEveryTenSecondsAndAtTheEnd) {
    Fixture f;
    Progress progress = f.start({ProgressMode::json, false, false, 80});
    for (int i = 0; i < 25; ++i) {
        f.now = 100.0 + i;
        progress.update(i, 50.0, "a \"b\"");
    }
    progress.finish("interrupted");
    EXPECT_EQ(f.out.str(),
              "{\"event\":\"progress\",\"job\":\"simulate\",\"fraction\":0.2,\"simulated_s\":10,"
              "\"total_s\":50,\"elapsed_s\":10.0,\"eta_s\":40.0,\"activity\":\"a \\\"b\\\"\"}\n"
              "{\"event\":\"progress\",\"job\":\"simulate\",\"fraction\":0.4,\"simulated_s\":20,"
              "\"total_s\":50,\"elapsed_s\":20.0,\"eta_s\":30.0,\"activity\":\"a \\\"b\\\"\"}\n"
              "{\"event\":\"progress\",\"job\":\"simulate\",\"fraction\":0.48,\"simulated_s\":24,"
              "\"total_s\":50,\"elapsed_s\":24.0,\"activity\":\"a \\\"b\\\"\","
              "\"outcome\":\"interrupted\"}\n");
}

TEST(Progress, CountsWhatTheStyleNames) {
    Fixture f;
    Progress progress = f.start({ProgressMode::json, false, false, 80, "starts"});
    f.now = 110.0;
    progress.update(5.0, 20.0, "best 3");
    EXPECT_EQ(f.out.str(),
              "{\"event\":\"progress\",\"job\":\"simulate\",\"fraction\":0.25,\"done\":5,"
              "\"total\":20,\"counted\":\"starts\",\"elapsed_s\":10.0,\"eta_s\":30.0,"
              "\"activity\":\"best 3\"}\n");
    Fixture g;
    Progress line = g.start({ProgressMode::line, false, false, 120, "starts"});
    line.update(5.0, 20.0);
    EXPECT_NE(g.out.str().find("5 of 20 starts in"), std::string::npos);
}

TEST(Progress, QuietWritesNothing) {
    Fixture f;
    Progress progress = f.start({ProgressMode::quiet, false, false, 80});
    f.now += 100.0;
    progress.update(1.0, 2.0);
    progress.finish();
    EXPECT_EQ(f.out.str(), "");
}

TEST(ProgressStyle, FollowsTerminalEnvironmentAndChoice) {
    const TerminalFacts terminal{true, false, "en_GB.UTF-8", "xterm", 100};
    EXPECT_EQ(progress_style("auto", terminal).mode, ProgressMode::line);
    EXPECT_TRUE(progress_style("auto", terminal).unicode);
    EXPECT_TRUE(progress_style("auto", terminal).colour);
    EXPECT_EQ(progress_style("json", terminal).mode, ProgressMode::json);
    EXPECT_FALSE(progress_style("auto", {true, true, "C", "xterm", 100}).colour);
    EXPECT_FALSE(progress_style("auto", {true, false, "C", "xterm", 100}).unicode);
    EXPECT_EQ(progress_style("auto", {true, false, "C", "dumb", 100}).mode, ProgressMode::json);
    EXPECT_EQ(progress_style("auto", {}).mode, ProgressMode::json);
    EXPECT_THROW(progress_style("loud", {}), UsageError);
}

TEST(Log, WritesUpToItsLevel) {
    std::ostringstream out;
    Log log(out, LogLevel::warning);
    log.error("no {}", 1);
    log.warning("careful");
    log.info("hidden");
    EXPECT_EQ(out.str(), "error: no 1\nwarning: careful\n");
}

TEST(TerminalSummary, HasAtMostTwentyLinesWithNumbersAndPaths) {
    const std::string text = terminal_summary(testing::example_record(), "runs/abc");
    EXPECT_LE(count(text, '\n'), 20);
    EXPECT_NE(text.find("0.94\u00A0%ID [0.41, 1.87] at 31.5\u00A0h"), std::string::npos) << text;
    EXPECT_NE(text.find("Measured points: 13, median fold error 1.22, within 2x 77 %"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("Ledger: closed, largest relative residual 8.8e-12"), std::string::npos);
    EXPECT_NE(text.find("Report:  runs/abc/report.html"), std::string::npos);
}

TEST(TerminalSummary, SaysWhichNumbersAreForecasts) {
    RunRecord record = testing::example_record();
    record.intervals.emplace().draws = 200;
    const auto names_forecasts = [&record] {
        return terminal_summary(record, "runs/x").find("delivered shares") != std::string::npos;
    };
    record.quantities[0].forecast = DeliveryForecast{2.0, {1.0, 4.0}, {}, false};
    EXPECT_FALSE(names_forecasts());
    record.quantities[0].forecast->is_reported = true;
    EXPECT_TRUE(names_forecasts());
}

TEST(TerminalSummary, ManyNumbersAreCutAndControlCharactersRemoved) {
    RunRecord record;
    record.name = "evil\x1b[2J\nname";
    for (int i = 0; i < 100; ++i) {
        record.quantities.push_back({"a.b", 1.0, "1", "", {}, Status::predicted, "", {}, true});
    }
    const std::string text = terminal_summary(record, "runs/x");
    EXPECT_LE(count(text, '\n'), 20);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace caravel::report
