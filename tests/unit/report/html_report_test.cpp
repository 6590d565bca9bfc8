#include "caravel/report/html_report.hpp"

#include "../../support/example_record.hpp"
#include "caravel/report/panels.hpp"

#include <cctype>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace caravel::report {
namespace {

/// Checks tags, attribute quotes and entities of an XML text; the first fault, empty when none.
std::string fault_of(const std::string& page) {
    std::vector<std::string> open;
    for (std::size_t i = page.find('>') + 1; i < page.size(); ++i) {
        if (page[i] == '&' && page.substr(i, 12).find(';') == std::string::npos) {
            return "bare & at " + page.substr(i, 40);
        }
        if (page[i] != '<') continue;
        const std::size_t end = page.find('>', i);
        if (end == std::string::npos) return "tag does not end";
        std::string tag = page.substr(i + 1, end - i - 1);
        i = end;
        std::size_t quotes = 0;
        for (const char c : tag) quotes += c == '"' ? 1u : 0u;
        if (quotes % 2 != 0 || tag.find('<') != std::string::npos) return "broken tag " + tag;
        if (tag.back() == '/') continue;
        if (tag.front() == '/') {
            if (open.empty() || open.back() != tag.substr(1)) return "unexpected <" + tag;
            open.pop_back();
            continue;
        }
        open.push_back(tag.substr(0, tag.find(' ')));
    }
    return open.empty() ? "" : "not closed: " + open.back();
}

TEST(HtmlReport, TheCheckerSeesFaults) {
    EXPECT_EQ(fault_of("<!DOCTYPE html><p>a</p>"), "");
    EXPECT_NE(fault_of("<!DOCTYPE html><p>a"), "");
    EXPECT_NE(fault_of("<!DOCTYPE html><p><b>a</p></b>"), "");
    EXPECT_NE(fault_of("<!DOCTYPE html><p>a & b</p>"), "");
}

TEST(HtmlReport, IsWellFormedAndSelfContained) {
    const std::string page = html_report(testing::example_record());
    EXPECT_EQ(fault_of(page), "");
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_EQ(page.find("src="), std::string::npos);
    EXPECT_EQ(page.find("@import"), std::string::npos);
    EXPECT_EQ(page.find("href=\"http"), std::string::npos);
    EXPECT_LE(page.size(), 5'000'000u);
}

TEST(HtmlReport, HoldsEverySection) {
    const std::string page = html_report(testing::example_record());
    for (const char* id :
         {"numbers", "protocol", "blood", "organs", "tumour", "release", "toxicity", "measurements",
          "ledger", "changes", "assumptions", "notes", "sources", "details", "study"}) {
        EXPECT_NE(page.find("<section id=\"" + std::string(id) + "\">"), std::string::npos) << id;
    }
    EXPECT_NE(page.find("For research use only."), std::string::npos);
    EXPECT_NE(page.find("# A &amp; B &lt;escaped&gt;"), std::string::npos);
    EXPECT_NE(page.find("<tr class=\"assumed\"><td>tumour permeability"), std::string::npos);
}

TEST(HtmlReport, MissesStandFirstAndAreCounted) {
    const std::string page = html_report(testing::example_record());
    EXPECT_NE(page.find("4 of 14 measured points</a> missed by more than a factor of two"),
              std::string::npos);
    const std::size_t points = page.find("Every measured point");
    EXPECT_NE(page.find("predicted above the limit", points), std::string::npos);
    EXPECT_LT(page.find("<tr class=\"miss\"><td>Tumour uptake", points),
              page.find("within 2×", points));
}

TEST(HtmlReport, SameRecordGivesTheSameBytes) {
    EXPECT_EQ(html_report(testing::example_record()), html_report(testing::example_record()));
}

TEST(HtmlReport, HostileTextStaysText) {
    RunRecord record = testing::example_record();
    const std::string hostile = "</td><script>alert(1)</script>\"'&\xff";
    record.name = record.description = record.run_id = record.parent = hostile;
    record.events[0].second = record.notes[0] = record.study_toml = hostile;
    record.manifest[hostile] = hostile;
    record.quantities[0].label = record.quantities[0].unit = hostile;
    record.quantities[1].calibrated_with = hostile;
    record.series[0].label = record.series[0].unit = record.series[1].group = hostile;
    record.series[0].measured[0].source = record.series[0].measured[0].group = hostile;
    record.provenance[0].status = record.provenance[0].value = hostile;
    record.changes[0].key = record.ledger[0].substance = hostile;
    const std::string page = html_report(record);
    EXPECT_EQ(fault_of(page), "");
    EXPECT_EQ(page.find("<script"), std::string::npos);
}

TEST(HtmlReport, AnEmptyRecordIsStillAPage) {
    const std::string page = html_report(RunRecord{});
    EXPECT_EQ(fault_of(page), "");
    EXPECT_EQ(page.find("<section"), std::string::npos);
}

TEST(HtmlReport, SaysWhichNumbersAreForecasts) {
    RunRecord record = testing::example_record();
    record.intervals.emplace().draws = 200;
    const std::string exception = "Delivered shares are the exception";
    record.quantities[0].forecast = DeliveryForecast{2.0, {1.0, 4.0}, {}, false};
    EXPECT_EQ(html_report(record).find(exception), std::string::npos);
    record.quantities[0].forecast->is_reported = true;
    EXPECT_NE(html_report(record).find(exception), std::string::npos);
}

TEST(HtmlReport, BarsOfForecastsStandAtTheirMedian) {
    RunRecord record;
    record.times = {0.0, 3600.0};
    for (const char* organ : {"liver", "spleen"}) {
        Series series;
        series.name = std::string(organ) + ".carrier_injected_dose_per_gram";
        series.unit = "%{ID}/g";
        series.group = "organs";
        series.values = {0.0, 3.0};
        series.band = {{3600.0, 5.0, 20.0, std::nullopt}};
        record.series.push_back(series);
    }
    record.series[0].band[0].median = 10.0;
    const auto charts = organ_bars(record);
    ASSERT_EQ(charts.size(), 1u);
    ASSERT_EQ(charts[0].bars.size(), 2u);
    EXPECT_EQ(charts[0].bars[0].value, 10.0);
    EXPECT_EQ(charts[0].bars[1].value, 3.0) << "no forecast: the curve's end";
}

TEST(HtmlReport, ABrokenLedgerIsShown) {
    RunRecord record = testing::example_record();
    record.ledger[1].relative_residual = std::numeric_limits<double>::quiet_NaN();
    const std::string page = html_report(record);
    EXPECT_NE(page.find("1 substance breaks</a> the ledger limit"), std::string::npos);
    EXPECT_NE(page.find("<span class=\"badge bad\">broken</span>"), std::string::npos);
}

TEST(HtmlReport, ABigRecordStaysUnderTheLimitAndSaysWhatIsLeftOut) {
    RunRecord record = testing::example_record();
    record.times.clear();
    for (int i = 0; i < 20000; ++i) record.times.push_back(30.0 * i);
    record.series.clear();
    for (int k = 0; k < 60; ++k) {
        Series series;
        series.name = "organ" + std::to_string(k) + ".concentration";
        series.unit = "mg/L";
        series.group = k % 2 == 0 ? "organs" : "blood";
        for (int i = 0; i < 20000; ++i) {
            series.values.push_back(2.0 + std::sin(0.1 * i + k));
        }
        for (int i = 0; i < 200; ++i)
            series.measured.push_back({30.0 * i, 1.0, {}, {}, false, "s", "g"});
        record.series.push_back(series);
    }
    record.study_toml = std::string(3'000'000, 'x');
    const std::string page = html_report(record);
    EXPECT_LE(page.size(), 5'000'000u);
    EXPECT_EQ(fault_of(page), "");
    EXPECT_NE(page.find("points per curve, chosen to keep its shape"), std::string::npos);
    EXPECT_NE(page.find("rows are shown; the files beside this report hold all"),
              std::string::npos);
    EXPECT_NE(page.find("study.toml holds all"), std::string::npos);
}

}  // namespace
}  // namespace caravel::report
