// Readings of images as outputs of many variants of a study.
#include "caravel/inference/population/study_family.hpp"
#include "caravel/study/study_images.hpp"

#include "support/study_text.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::inference::population {
namespace {

constexpr double hour = 3600.0;
const std::string reading = "tumour.t2_map[t2]";
const std::vector<VariedKey> dose{{"protocol.administer[0].dose", "mg/kg"}};

const std::vector<std::string> coarse{"protocol.image[0].repeat=2", "protocol.image[0].every=24 h",
                                      "protocol.image[0].matrix=[40, 40]",
                                      "imaging.resolution=0.8 mm"};

std::filesystem::path spion() {
    return std::filesystem::path(CARAVEL_SOURCE_DIR) / "studies/image_spion_mouse/study.toml";
}

StudyFamily family(std::vector<RequestedOutput> outputs) {
    return StudyFamily({spion(), coarse, dose, std::move(outputs), "test"},
                       test::repository_data());
}

std::string refusal(std::vector<RequestedOutput> outputs) {
    try {
        family(std::move(outputs));
    } catch (const InputError& error) {
        return error.what();
    }
    return "nothing was refused";
}

TEST(ImageOutputs, are_what_a_run_with_the_same_values_reads) {
    const auto mice =
        family({{reading, 24.5 * hour}, {"tumour.carrier_injected_dose_per_gram", 24.5 * hour}});
    auto changes = coarse;
    changes.emplace_back("protocol.administer[0].dose=12 mg/kg");
    const auto prepared = study::prepare(spion(), changes, test::repository_data());
    const auto run = study::run_model(prepared.file.input, prepared.built, {24.5 * hour}, {});
    double expected = std::nan("");
    for (const auto& q : study::image_quantities({prepared.file.input, prepared.built, run.record},
                                                 test::repository_data()))
        if (q.name == reading && std::abs(q.time.value_or(0.0) - 24.5 * hour) < 1.0)
            expected = q.value;
    const auto values = mice.evaluate(std::vector<double>{12.0});
    EXPECT_NEAR(values[0], expected, 1e-6 * expected);
    EXPECT_GT(values[1], 0.0);
    EXPECT_EQ(mice.output_units()[0], "ms");
    // Less iron, a longer T2; at 3 mg/kg it is still shorter than the first echo.
    EXPECT_GT(mice.evaluate(std::vector<double>{0.3})[0], 1.2 * values[0]);
}

/// The same mouse with a coarse tumour in space, seen once after 6 h.
const std::vector<std::string> in_space{"protocol.image[0].repeat=1",
                                        "protocol.image[0].at=7 h",
                                        "protocol.image[0].matrix=[40, 40]",
                                        "imaging.resolution=0.8 mm",
                                        "subject.tumour[0].model=grid",
                                        "subject.tumour[0].grid.resolution=700 um",
                                        "run.until=7 h"};

TEST(ImageOutputs, of_tumours_in_space_are_those_of_a_single_run_and_its_files) {
    const StudyFamily mice({spion(), in_space, dose, {{reading, {}}}, "test"},
                           test::repository_data());
    auto changes = in_space;
    changes.emplace_back("protocol.administer[0].dose=12 mg/kg");
    const auto prepared = study::prepare(spion(), changes, test::repository_data());
    const test::TemporaryFolder folder;
    study::RunnerHooks hooks;
    hooks.fields = [&](const study::FieldMoment& moment) {
        study::write_fields(prepared.built, moment, prepared.file.input.run.until,
                            folder.path() / "fields");
    };
    const auto run = study::run_model(prepared.file.input, prepared.built, {}, hooks);
    report::RunRecord record;
    study::ImageHooks images;
    images.folder = folder.path();
    study::take_subject_images({prepared.file.input, prepared.built, run.record},
                               test::repository_data(), images, record);
    double expected = std::nan("");
    for (const auto& q : record.quantities)
        if (q.name == reading) expected = q.value;
    const auto values = mice.evaluate(std::vector<double>{12.0});
    EXPECT_NEAR(values[0], expected, 1e-9 * expected);
    EXPECT_GT(mice.evaluate(std::vector<double>{1.0})[0], values[0]);
}

TEST(ImageOutputs, of_repeated_scans_need_one_of_their_times) {
    EXPECT_NE(refusal({{reading, {}}}).find("several scans"), std::string::npos);
    const std::string late = refusal({{reading, 20.0 * hour}});
    EXPECT_NE(late.find("24.5 h"), std::string::npos) << late;
}

}  // namespace
}  // namespace caravel::inference::population
