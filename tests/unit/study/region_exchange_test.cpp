// The truth of dynamic contrast: exchange constants by hand, and against the body's own courses.
#include "caravel/study/region_exchange.hpp"
#include "caravel/study/study_run.hpp"

#include "support/study_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace caravel::study {
namespace {

TEST(RegionExchange, ByHand) {
    VesselExchange v{0.01, 0.001, 0.0, 0.2, 1e-4, 0.05};
    const auto mixed = tracer_constants(v);
    EXPECT_NEAR(mixed.transfer, 1e-5 / 0.011, 1e-15);
    EXPECT_NEAR(mixed.back_rate, 0.005 * 0.01 / 0.011 + 1e-4, 1e-15);
    EXPECT_EQ(mixed.plasma_volume, 0.05);
    v.capture = 0.004;  // taken up for good: more goes in, no more comes back
    const auto captured = tracer_constants(v);
    EXPECT_NEAR(captured.transfer, 5e-5 / 0.015, 1e-15);
    EXPECT_NEAR(captured.back_rate, 0.005 * 0.01 / 0.015 + 1e-4, 1e-15);
    v = {0.01, 1e3, 0.0, 0.2, 0.0, 0.05};  // limited by flow
    EXPECT_NEAR(tracer_constants(v).transfer, 0.01, 1e-6);
    EXPECT_NEAR(tracer_constants(v).back_rate, 0.05, 1e-5);
    v = {1e3, 0.001, 0.0, 0.2, 0.0, 0.05};  // limited by the wall
    EXPECT_NEAR(tracer_constants(v).transfer, 0.001, 1e-8);
    EXPECT_EQ(tracer_constants({}).transfer, 0.0);
}

/// Amounts of the only cohort's carrier at places, over time.
struct Courses {
    const Prepared& prepared;
    const AmountRecord& record;

    double at(std::size_t i, const std::string& place) const {
        const auto& cohort = prepared.built.cohorts.front().places;
        if (!cohort.has_place(place)) return 0.0;
        const auto species = cohort.place(place).species.front();
        return record.row(i)[static_cast<std::size_t>(species.index)];
    }
    /// Integral of what `value` makes of a row, by trapezoids.
    template <class Value>
    double integral(const Value& value) const {
        double sum = 0.0;
        const auto& times = record.times();
        for (std::size_t i = 1; i < times.size(); ++i)
            sum += 0.5 * (times[i] - times[i - 1]) * (value(i) + value(i - 1));
        return sum;
    }
};

TEST(RegionExchange, HoldsForTheBodysOwnCourses) {
    const auto study =
        std::filesystem::path(CARAVEL_SOURCE_DIR) / "studies/image_dce_silica_mouse/study.toml";
    const auto prepared = prepare(study, {}, test::repository_data());
    const auto run = run_model(prepared.file.input, prepared.built, {}, {});
    const Courses courses{prepared, run.record};
    const auto& body = prepared.built.physiology;
    const std::vector<std::string> regions{"blood", "tumour", "muscle", "spleen", "air"};
    const auto constants = region_exchanges(prepared.built, {0, ""}, regions);
    const auto plasma = [&](std::size_t i) {
        return courses.at(i, "arterial") / (body.arterial_volume * body.plasma_fraction());
    };
    const std::size_t last = run.record.times().size() - 1;
    EXPECT_NEAR(constants[0].plasma_volume, body.plasma_fraction(), 1e-12);
    EXPECT_EQ(constants[4].transfer, 0.0);
    for (std::size_t r = 1; r < 4; ++r) {
        const std::string& name = regions[r];
        const double volume = name == "tumour" ? prepared.built.tumours.front().parameters().volume
                                               : body.organ(name).volume;
        const auto free = [&](std::size_t i) {
            return courses.at(i, name + ".interstitium") / volume;
        };
        const auto outside = [&](std::size_t i) {
            double sum = free(i);
            for (const char* place : {".bound", ".endocytosed", ".captured"})
                sum += courses.at(i, name + place) / volume;
            return sum;
        };
        const double expected = constants[r].transfer * courses.integral(plasma) -
                                constants[r].back_rate * courses.integral(free);
        ASSERT_GT(expected, 0.0) << name;
        EXPECT_NEAR(outside(last) / expected, 1.0, 0.03) << name;
        EXPECT_NEAR(courses.at(last, name + ".plasma") / volume /
                        (constants[r].plasma_volume * plasma(last)),
                    1.0, 0.05)
            << name;
    }
}

}  // namespace
}  // namespace caravel::study
