// Many runs of a tumour in space: each is the run that the study would give alone.
#include "support/particle_study.hpp"
#include "support/study_text.hpp"

#include "caravel/inference/delivery/study_interval.hpp"
#include "caravel/inference/population/study_family.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::inference::population {
namespace {

constexpr double hour = 3600.0;

std::string small_study(const std::string& resolution = "900 um") {
    return test::particle_study("model = \"grid\"\n",
                                "[subject.tumour.grid]\nresolution = \"" + resolution + "\"\n",
                                "until = \"4 h\"\noutput_interval = \"1 h\"\n");
}

class GridFamily : public testing::Test {
  protected:
    std::filesystem::path write(const std::string& text) const {
        report::write_file_atomically(folder_.path() / "study.toml", text);
        return folder_.path() / "study.toml";
    }
    const std::vector<RequestedOutput> outputs_{{"tumour.concentration", 4.0 * hour},
                                                {"tumour.delivery_efficiency_max", {}},
                                                {"tumour.hypoxic_fraction", {}},
                                                {"tumour.core_to_mean_ratio[doxorubicin]", {}}};

  private:
    test::TemporaryFolder folder_;
};

TEST_F(GridFamily, GivesTheNumbersOfSingleRuns) {
    const auto study = write(small_study());
    const StudyFamily family({study, {}, {{"subject.body_weight", "g"}}, outputs_, "test"},
                             test::repository_data());
    const std::vector<double> weights{18.0, 25.0};
    const auto block = family.evaluate_block(weights);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        ASSERT_EQ(block.failures[i], "");
        const auto prepared = study::prepare(
            study, {"subject.body_weight=\"" + format_number(weights[i], 4) + " g\""},
            test::repository_data());
        const auto record = study::simulate(prepared, {}, "");
        const auto number = [&](const std::string& name) {
            for (const auto& q : record.quantities)
                if (q.name == name) return q.value;
            return std::nan("");
        };
        for (const std::size_t k : {1U, 2U, 3U})
            EXPECT_NEAR(block.outputs[i][k], number(outputs_[k].name),
                        1e-9 * std::abs(number(outputs_[k].name)))
                << outputs_[k].name;
        for (const auto& s : record.series) {
            if (s.name != "tumour.concentration") continue;
            EXPECT_NEAR(block.outputs[i][0], s.values.back(), 1e-9 * s.values.back());
        }
    }
    EXPECT_NE(block.outputs[0][0], block.outputs[1][0]);
}

TEST_F(GridFamily, IsRefusedWhereOneRunTakesTooLong) {
    const auto study = write(small_study("60 um"));
    try {
        const StudyFamily family(
            {study, {"run.until=\"200 h\""}, {{"subject.body_weight", "g"}}, outputs_, "test"},
            test::repository_data());
        ADD_FAILURE() << "nothing refused";
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("too long to do many times"), std::string::npos)
            << error.what();
    }
}

TEST_F(GridFamily, IntervalsAreDrawnWhenAskedFor) {
    const auto study = write(small_study("1 mm"));
    auto record = study::simulate(study::prepare(study, {}, test::repository_data()), {}, "run");
    delivery::StudyIntervalOptions options;
    options.draws = 20;
    delivery::add_intervals(record, study, {}, test::repository_data(), "test", options);
    for (const auto& q : record.quantities) {
        if (q.name != "tumour.delivery_efficiency_max") continue;
        ASSERT_TRUE(q.interval);
        EXPECT_LT((*q.interval)[0], q.value);
        EXPECT_GT((*q.interval)[1], q.value);
        return;
    }
    ADD_FAILURE() << "no number";
}

}  // namespace
}  // namespace caravel::inference::population
