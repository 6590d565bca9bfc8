#include "caravel/imaging/optical/fluorescence_settings.hpp"
#include "caravel/base/error.hpp"
#include "caravel/imaging/optical/fluorescence_scan.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <variant>

namespace caravel::imaging {
namespace {

const std::filesystem::path data = std::filesystem::path(CARAVEL_SOURCE_DIR) / "data";

FluorescenceSettings from(const std::string& text) {
    const input::Document document = input::parse_toml(text, "test.toml");
    return input::read<FluorescenceSettings>(document.root);
}

TEST(FluorescenceSettings, EveryPresetIsReadAndFitsItsSensor) {
    const matter::Library library(data);
    for (const char* name : {"mouse_fluorescence_nir1", "mouse_fluorescence_nir2",
                             "mouse_fluorescence_visible", "human_surgical_nir"}) {
        const input::Document document =
            input::read_document(data / "scanners" / (std::string(name) + ".toml"));
        const auto& root = std::get<input::Table>(document.root.data);
        EXPECT_EQ(std::get<std::string>(root.find("name")->value.data), name);
        EXPECT_EQ(std::get<std::string>(root.find("modality")->value.data), "fluorescence");
        const auto settings = input::read<FluorescenceSettings>(root.find("fluorescence")->value);
        EXPECT_NO_THROW(check_settings(settings));
        for (const EmissionBand& band : settings.bands)
            EXPECT_GT(sensor_efficiency(library, settings.camera.sensor, band.centre), 0.1)
                << name << " " << band.name;
    }
}

TEST(FluorescenceSettings, DefaultsAreWithoutContradiction) {
    EXPECT_NO_THROW(check_settings({}));
    EXPECT_DOUBLE_EQ(even_irradiance({}), 100.0);
}

TEST(FluorescenceSettings, ReadsUnitsAndSeveralBands) {
    const FluorescenceSettings s = from(
        "excitation = \"488 nm\"\nirradiance = \"2 mW/cm2\"\n"
        "[[band]]\nname = \"a\"\ncentre = \"525 nm\"\n"
        "[[band]]\nname = \"b\"\ncentre = \"600 nm\"\n"
        "[camera]\nsensor = \"ingaas\"\nexposure = \"20 ms\"\n");
    EXPECT_DOUBLE_EQ(s.excitation, 488e-9);
    EXPECT_DOUBLE_EQ(even_irradiance(s), 20.0);
    ASSERT_EQ(s.bands.size(), 2U);
    EXPECT_DOUBLE_EQ(s.bands[1].centre, 600e-9);
    EXPECT_EQ(s.camera.sensor, "ingaas");
    EXPECT_DOUBLE_EQ(s.camera.exposure.value(), 0.02);
}

TEST(FluorescenceSettings, SaysWhichKeysContradictEachOther) {
    for (const char* text :
         {"illumination = \"point\"", "power = \"1 mW\"",
          "illumination = \"point\"\npower = \"1 mW\"\nirradiance = \"1 mW/cm2\"",
          "[[band]]\ncentre = \"790 nm\"", "[[band]]\nname = \"a b\"",
          "[[band]]\nname = \"a\"\n[[band]]\nname = \"a\"", "spot = [\"1 mm\"]",
          "[ratio]\nagent = \"x\"\nnumerator = \"band\"\ndenominator = \"band\"",
          "method = \"montecarlo\"", "excitaton = \"785 nm\""})
        EXPECT_THROW(from(text), InputError) << text;
}

TEST(FluorescenceSettings, CostGrowsWithVoxelsAndBands) {
    FluorescenceSettings s;
    const Grid small{64, 64, 64, {1e-3, 1e-3, 1e-3}, {}};
    const Grid large{128, 128, 128, {1e-3, 1e-3, 1e-3}, {}};
    const ScanCost one = estimate_fluorescence(small, s, Tier::image);
    EXPECT_NEAR(estimate_fluorescence(large, s, Tier::image).memory / one.memory, 8.0, 0.5);
    EXPECT_GT(estimate_fluorescence(small, s, Tier::acquisition).seconds, one.seconds);
    s.bands.push_back({"second", 900e-9, 20e-9});
    EXPECT_GT(estimate_fluorescence(small, s, Tier::image).seconds, one.seconds);
}

}  // namespace
}  // namespace caravel::imaging
