#include "caravel/report/results_json.hpp"
#include "caravel/report/series_csv.hpp"

#include "../../support/example_record.hpp"
#include "caravel/input/document.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>
#include <variant>

#include <gtest/gtest.h>

namespace caravel::report {
namespace {

const input::Value& at(const input::Value& value, const char* key) {
    const auto* entry = std::get<input::Table>(value.data).find(key);
    if (entry == nullptr) throw std::out_of_range(key);
    return entry->value;
}
const input::Value& item(const input::Value& value, std::size_t i) {
    return std::get<input::Array>(value.data).at(i);
}
std::string text(const input::Value& value) { return std::get<std::string>(value.data); }
double number(const input::Value& value) {
    if (const auto* whole = std::get_if<std::int64_t>(&value.data)) {
        return static_cast<double>(*whole);
    }
    return std::get<double>(value.data);
}

TEST(ResultsJson, ReadsBackWithTheSchemaOfTheDesign) {
    const RunRecord record = testing::example_record();
    const auto document = input::parse_json(results_json(record), "results.json");
    EXPECT_EQ(text(at(document.root, "schema")), "caravel.results/1");
    EXPECT_EQ(text(at(document.root, "study")), record.name);
    EXPECT_EQ(text(at(document.root, "run")), record.run_id);
    const input::Value& first = item(at(document.root, "quantities"), 0);
    EXPECT_EQ(text(at(first, "name")), "tumour.delivery_efficiency_max");
    EXPECT_EQ(number(at(first, "value")), 0.94);
    EXPECT_EQ(text(at(first, "unit")), "%{ID}");
    EXPECT_EQ(number(at(at(first, "time"), "value")), 31.5);
    EXPECT_EQ(text(at(at(first, "time"), "unit")), "h");
    EXPECT_EQ(text(at(first, "status")), "predicted");
    EXPECT_EQ(number(item(at(first, "interval"), 1)), 1.87);
    EXPECT_EQ(text(at(item(at(document.root, "quantities"), 1), "calibrated_with")),
              "Example 2001");
    EXPECT_EQ(number(at(item(at(document.root, "ledger"), 0), "relative_residual")), 3.1e-13);
    EXPECT_EQ(number(at(at(document.root, "timings"), "simulate")), 1.84);
    EXPECT_EQ(text(item(at(document.root, "assumptions"), 0)), record.assumptions[0]);
    EXPECT_EQ(text(item(at(document.root, "notes"), 0)), record.notes[0]);
    EXPECT_EQ(text(at(item(at(document.root, "provenance"), 2), "status")), "assumed");
}

TEST(ResultsJson, BandsOfForecastsBeginAfterTheDose) {
    RunRecord record;
    record.intervals.emplace();
    record.series.resize(2);
    record.series[0].name = "a";
    record.series[0].band = {{0.0, 0.0, 0.0, std::nullopt}, {3600.0, 1.0, 4.0, 2.0}};
    record.series[1].name = "b";
    record.series[1].band = {{0.0, 0.0, 0.0, std::nullopt}};
    const auto document = input::parse_json(results_json(record), "results.json");
    const auto& bands = at(at(document.root, "intervals"), "bands");
    const auto& medians = at(item(bands, 0), "forecast_median");
    EXPECT_EQ(std::get<input::Array>(medians.data).size(), 1u);
    EXPECT_EQ(number(item(medians, 0)), 2.0);
    EXPECT_EQ(std::get<input::Array>(at(item(bands, 0), "low").data).size(), 1u);
    EXPECT_EQ(number(item(at(item(bands, 0), "time"), 0)), 1.0);
    EXPECT_EQ(std::get<input::Array>(at(item(bands, 1), "low").data).size(), 1u);
    EXPECT_THROW(at(item(bands, 1), "forecast_median"), std::out_of_range);
}

TEST(ResultsJson, NumbersThatAreNotFiniteBecomeNull) {
    RunRecord record;
    record.quantities = {{"a.b",
                          std::numeric_limits<double>::quiet_NaN(),
                          "1",
                          "",
                          {},
                          Status::predicted,
                          "",
                          {{0.1, std::numeric_limits<double>::infinity()}}}};
    std::string json = results_json(record);
    json.erase(
        std::remove_if(json.begin(), json.end(), [](char c) { return c == ' ' || c == '\n'; }),
        json.end());
    EXPECT_NE(json.find("\"value\":null,"), std::string::npos) << json;
    EXPECT_NE(json.find("\"interval\":[0.1,null]"), std::string::npos) << json;
}

TEST(SeriesCsv, HoldsEveryTimeExactly) {
    RunRecord record;
    record.times = {0.0, 360.0, 3600.0};
    record.series = {{"blood.concentration[x]",
                      "",
                      "mg/L",
                      "blood",
                      {0.1 + 0.2, std::numeric_limits<double>::quiet_NaN(), 1e-300},
                      {}},
                     {"odd,\"name\"", "", "1", "blood", {1.0, 2.0, 3.0}, {}}};
    EXPECT_EQ(series_csv(record),
              "time [h],blood.concentration[x] [mg/L],\"odd,\"\"name\"\" [1]\"\n"
              "0,0.30000000000000004,1\n"
              "0.1,nan,2\n"
              "1,1e-300,3\n");
}

TEST(SeriesCsv, RefusesSeriesOfAnotherLength) {
    RunRecord record;
    record.times = {0.0, 1.0};
    record.series = {{"a.b", "", "1", "blood", {1.0}, {}}};
    try {
        series_csv(record);
        FAIL();
    } catch (const std::invalid_argument& error) {
        EXPECT_STREQ(error.what(), "series 'a.b' has 1 values for 2 times");
    }
}

}  // namespace
}  // namespace caravel::report
