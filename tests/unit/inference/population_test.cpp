#include "caravel/base/error.hpp"
#include "caravel/inference/population/percentiles.hpp"
#include "caravel/inference/population/population_plan.hpp"
#include "caravel/inference/population/population_results.hpp"
#include "caravel/inference/population/population_run.hpp"
#include "caravel/inference/population/subgroups.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace caravel::inference::population {
namespace {

namespace fs = std::filesystem;

const study::DataPaths data{CARAVEL_SOURCE_DIR "/data"};

std::string message(const std::function<void()>& work) {
    try {
        work();
    } catch (const InputError& error) {
        return error.what();
    }
    return "nothing was refused";
}

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(Percentile, LiesLinearlyBetweenValues) {
    const std::vector<double> x{1.0, 2.0, 4.0, 8.0, 16.0};
    EXPECT_DOUBLE_EQ(percentile(x, 0.5), 4.0);
    EXPECT_DOUBLE_EQ(percentile(x, 0.25), 2.0);
    EXPECT_DOUBLE_EQ(percentile(x, 0.05), 1.2);
    EXPECT_DOUBLE_EQ(percentile(x, 0.95), 14.4);
}

TEST(Wilson, MatchesPublishedIntervals) {
    // Newcombe, Stat. Med. 17 (1998) 857, table I: 81/263, 15/148, 0/20, 1/29.
    const Share a = wilson(81, 263);
    EXPECT_NEAR(a.low, 0.2553, 5e-5);
    EXPECT_NEAR(a.high, 0.3662, 5e-5);
    EXPECT_NEAR(wilson(15, 148).low, 0.0624, 5e-5);
    EXPECT_NEAR(wilson(15, 148).high, 0.1605, 5e-5);
    EXPECT_EQ(wilson(0, 20).low, 0.0);
    EXPECT_NEAR(wilson(0, 20).high, 0.1611, 5e-5);
    EXPECT_NEAR(wilson(1, 29).low, 0.0061, 5e-5);
    EXPECT_TRUE(std::isnan(wilson(0, 0).value));
}

TEST(Spread, OfOneIndividualHasNoError) {
    const std::vector<double> x{3.0};
    const std::vector<std::uint64_t> i{0};
    const Spread s = spread_of(x, i, 1);
    EXPECT_EQ(s.percentiles[2].value, 3.0);
    EXPECT_EQ(s.mean.standard_error, 0.0);
    EXPECT_THROW(spread_of({}, {}, 1), InputError);
}

TEST(Condition, ComparesInTheUnitsOfTheColumn) {
    const std::vector<Column> columns{{"body_weight", "kg"},
                                      {"sex", "1"},
                                      {"tumour.volume@240 h", "mm3"},
                                      {"tumour.volume@0 h", "mm3"}};
    const auto test = [&](const std::string& text, std::vector<double> row) {
        return bind_condition(parse_condition(text, {}), columns, {})(row);
    };
    const std::vector<double> row{0.021, 1.0, 150.0, 200.0};
    EXPECT_TRUE(test("body_weight > 20 g", row));
    EXPECT_FALSE(test("body_weight <= 20 g", row));
    EXPECT_TRUE(test("sex == female", row));
    EXPECT_TRUE(test("sex != male", row));
    EXPECT_TRUE(test("tumour.volume@10 d < 0.16 mL", row));
    EXPECT_TRUE(test("tumour.volume@240 h < 0.8 * tumour.volume@0 h", row));
    EXPECT_FALSE(test("tumour.volume@240 h < 0.7 * tumour.volume@0 h", row));
}

TEST(Condition, IsRefusedWithWhatIsWrong) {
    const std::vector<Column> columns{{"body_weight", "kg"}};
    const auto refusal = [&](const std::string& text) {
        return message([&] { bind_condition(parse_condition(text, {}), columns, {}); });
    };
    EXPECT_TRUE(says(refusal("body_weigth > 20 g"), "did you mean 'body_weight'?"));
    EXPECT_TRUE(says(refusal("body_weight > 20 mm"), "body_weight is in kg"));
    EXPECT_TRUE(says(refusal("body_weight > 20"), "a pure number"));
    EXPECT_TRUE(says(refusal("body_weight"), "compares nothing"));
    EXPECT_TRUE(says(refusal("body_weight >"), "nothing to compare with"));
    EXPECT_TRUE(says(refusal("body_weight > 20 gg"), "20 gg"));
}

TEST(VaryTable, IsRefusedWithWhatIsWrong) {
    const auto refusal = [](auto change) {
        VaryInput v;
        v.key = "subject.body_weight";
        v.mean = "20 g";
        change(v);
        return message([&] { make_varied(v); });
    };
    EXPECT_TRUE(says(refusal([](auto& v) { v.sd = "-2 g"; }), "is -2"));
    EXPECT_TRUE(says(refusal([](auto& v) { v.cv = 0.0; }), "a number above 0"));
    EXPECT_TRUE(says(refusal([](auto&) {}), "no sd and no cv"));
    EXPECT_TRUE(says(refusal([](auto& v) { v.sd = "2 mm"; }), "another dimension"));
    EXPECT_TRUE(says(refusal([](auto& v) {
                         v.cv = 0.1;
                         v.low = "30 g";
                         v.high = "10 g";
                     }),
                     "low below high"));
    EXPECT_TRUE(says(refusal([](auto& v) {
                         v.distribution = "uniform";
                         v.mean.clear();
                         v.low = "30 g";
                     }),
                     "low and high"));
    EXPECT_TRUE(says(message([] { parse_range("26..18 g", "weight", {}); }), "low below high"));
    EXPECT_TRUE(says(message([] { parse_range("18 g", "weight", {}); }), "low..high"));
    const UnitRange range = parse_range("\"0.018 kg..26 g\"", "weight", {});
    EXPECT_DOUBLE_EQ(range.low, 18.0);
    EXPECT_EQ(range.unit, "g");
}

/// A plan beside the shipped mouse study, and a formula instead of its model.
class PopulationRun : public ::testing::Test {
  protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() /
                  ("caravel-population-" + std::to_string(::getpid()) + "-" +
                   ::testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::create_directories(folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }

    ManyRunOptions options(const std::string& more, int threads = 1) {
        std::ofstream(folder_ / "population.toml")
            << "study = \"" CARAVEL_SOURCE_DIR "/studies/doxil_mouse/study.toml\"\n"
            << "count = 96\noutputs = [\"weight\", \"tumour.volume@24 h\"]\n"
            << more;
        ManyRunOptions o;
        o.plan = folder_ / "population.toml";
        o.out = folder_ / ("runs" + std::to_string(threads));
        o.threads = threads;
        o.count = count_;
        o.version = "test";
        return o;
    }

    /// Output 0 is the body weight in g; mice above `limit` g fail.
    ModelFactory models(double limit) {
        return [limit](const StudyFamily::Plan& plan) {
            ValueModel model;
            for (const auto& o : plan.outputs) {
                model.names.push_back(output_name(o));
                model.units.push_back(o.name == "weight" ? "g" : "mm3");
            }
            model.identity = "formula";
            const std::size_t n = plan.outputs.size();
            model.evaluate = [limit, n](std::span<const double> x) {
                if (x[0] * 1000.0 > limit)
                    throw NumericalError({"test", "weight", "", 0.0, 0.0, "is too high", ""});
                return std::vector<double>(n, x[0] * 1000.0);
            };
            model.command = [](std::span<const double>) { return std::string("caravel run"); };
            return model;
        };
    }

    static std::string text(const fs::path& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }

    fs::path folder_;
    std::int64_t count_ = 0;
};

TEST_F(PopulationRun, HasTheSameBytesForAnyThreadsAndInterruption) {
    count_ = 600;
    const std::string more = "[[subgroup]]\nname = \"heavy\"\nwhere = \"body_weight > 20 g\"\n";
    const auto one = run_population(options(more, 1), data, models(1000.0));
    auto interrupted = options(more, 3);
    std::atomic<bool> stop = false;
    interrupted.cancel = &stop;
    interrupted.progress = [&](const Progress&) { stop = true; };
    EXPECT_THROW(run_population(interrupted, data, models(1000.0)), Interrupted);
    const auto three = run_population(options(more, 3), data, models(1000.0));
    EXPECT_EQ(one.id, three.id);
    for (const char* file :
         {"population.json", "individuals.csv", "report.html", "plan.toml", "records.txt"}) {
        EXPECT_FALSE(text(one.folder / file).empty()) << file;
        EXPECT_EQ(text(one.folder / file), text(three.folder / file)) << file;
    }
}

TEST_F(PopulationRun, GivesTheVersionToItsModels) {
    std::string seen;
    const ModelFactory formula = models(1000.0);
    const ModelFactory watched = [&](const StudyFamily::Plan& plan) {
        seen = plan.version;
        return formula(plan);
    };
    run_population(options(""), data, watched);
    EXPECT_EQ(seen, "test");
}

TEST_F(PopulationRun, GoesOnWithoutIndividualsThatFailAndNamesThem) {
    const auto outcome = run_population(options(""), data, models(22.0));
    const std::string json = text(outcome.folder / "population.json");
    EXPECT_TRUE(says(json, "\"schema\": \"caravel.population/1\""));
    EXPECT_TRUE(says(json, "weight of \"") || says(json, "is too high"));
    EXPECT_TRUE(says(json, "--only "));
    EXPECT_TRUE(says(json, "body_weight 2"));
    EXPECT_TRUE(says(outcome.summary, "failed"));
    EXPECT_THROW(run_population(options("seed = 2\n"), data, models(0.0)), InputError);
}

TEST_F(PopulationRun, ReportsAnEmptySubgroup) {
    const auto outcome =
        run_population(options("[[subgroup]]\nname = \"giants\"\nwhere = \"body_weight > 1 kg\"\n"
                               "[[responder]]\nname = \"all\"\nwhere = \"weight > 1 g\"\n"),
                       data, models(1000.0));
    EXPECT_TRUE(says(text(outcome.folder / "population.json"), "\"empty\": true"));
    EXPECT_TRUE(says(outcome.summary, "subgroup 'giants': empty"));
    EXPECT_TRUE(says(outcome.summary, "responders 'all': 100 %"));
}

TEST_F(PopulationRun, CutsSubgroupsOfEqualSize) {
    const auto outcome = run_population(
        options("[[subgroup]]\nname = \"third\"\nby = \"body_weight\"\ngroups = 3\n"), data,
        models(1000.0));
    for (const char* group : {"third 1/3': 32", "third 2/3': 32", "third 3/3': 32"})
        EXPECT_TRUE(says(outcome.summary, group)) << group;
}

TEST_F(PopulationRun, RefusesABadPlan) {
    const auto refusal = [&](const std::string& more) {
        return message([&] { run_population(options(more), data, models(1000.0)); });
    };
    EXPECT_TRUE(says(refusal("popluation = \"mouse_nude\"\n"), "did you mean 'population'?"));
    EXPECT_TRUE(says(refusal("population = \"human_adult\"\n"), "same species"));
    EXPECT_TRUE(says(refusal("[[responder]]\nname = \"r\"\nwhere = \"body_wieght > 20 g\"\n"),
                     "did you mean 'body_weight'?"));
    EXPECT_TRUE(says(refusal("[[correlation]]\nbetween = [\"volume.liver\", \"volume.livr\"]\n"
                             "value = 0.5\n"),
                     "did you mean 'volume.liver'?"));
    EXPECT_TRUE(
        says(refusal("[[correlation]]\nbetween = [\"volume.liver\"]\nvalue = 0.5\n"), "two"));
    EXPECT_TRUE(says(refusal("[[subgroup]]\nname = \"x\"\n"), "either where or by"));
    std::ofstream(folder_ / "population.toml") << "study = \"s.toml\"\ncount = 0\n";
    EXPECT_TRUE(says(message([&] { read_population_plan(folder_ / "population.toml"); }), "count"));
}

}  // namespace
}  // namespace caravel::inference::population
