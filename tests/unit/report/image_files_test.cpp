#include "caravel/report/image_files.hpp"

#include "caravel/base/error.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/nifti.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/image_sidecar.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include <unistd.h>

namespace caravel::report {
namespace {

namespace fs = std::filesystem;

class ImageFiles : public testing::Test {
  protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() /
                  ("caravel-image-files-" + std::to_string(::getpid()) + "-" +
                   testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::remove_all(folder_);
        for (int n = 0; n < 24; ++n) values_.push_back(0.5 * n);
        truth_.assign(24, 3.0);
        image_.grid = {4, 3, 2, {2e-4, 2e-4, 1e-3}, {-4e-4, 0.0, 0.0}};
        image_.name = "t2_map";
        image_.label = "T2 map";
        image_.unit = "ms";
        image_.values = values_;
        image_.truth = truth_;
        image_.modality = "mri";
        image_.time = 3600.0;
        image_.noise = 0.25;
        image_.noise_model = "rician";
        image_.seed = 18446744073709551615U;
        image_.facts = {{"echo_time", "8 ms"},    {"TR", "2 s"},        {"field_strength", "7 T"},
                        {"flip_angle", "90 deg"}, {"nuclide", "Cu-64"}, {"sequence", "multi echo"},
                        {"echo_spacing", "1 ms"}};
    }
    void TearDown() override { fs::remove_all(folder_); }

    fs::path folder_;
    std::vector<double> values_;
    std::vector<double> truth_;
    ImageFile image_;
};

TEST_F(ImageFiles, AreNiftiTruthAndSidecar) {
    ImageFileOptions options;
    options.run = "mouse_7";
    options.version = "0.1.0";
    const auto written = write_image_files(folder_, image_, options);
    EXPECT_EQ(written,
              (std::vector<fs::path>{"t2_map.nii.gz", "t2_map_truth.nii.gz", "t2_map.json"}));
    EXPECT_EQ(input::read_nifti(folder_ / "t2_map.nii.gz").values, values_);
    const input::NiftiVolume truth = input::read_nifti(folder_ / "t2_map_truth.nii.gz");
    EXPECT_EQ(truth.values, truth_);
    EXPECT_EQ(truth.header.description, "T2 map, truth [ms]");
    const input::Document sidecar = input::read_document(folder_ / "t2_map.json");
    const auto& table = std::get<input::Table>(sidecar.root.data);
    const auto number = [&](std::string_view key) {
        return std::get<double>(table.find(key)->value.data);
    };
    const auto text = [&](std::string_view key) {
        return std::get<std::string>(table.find(key)->value.data);
    };
    EXPECT_EQ(number("EchoTime"), 0.008);
    EXPECT_EQ(number("RepetitionTime"), 2.0);
    EXPECT_EQ(number("MagneticFieldStrength"), 7.0);
    EXPECT_EQ(number("FlipAngle"), 90.0);
    EXPECT_EQ(number("NoiseStandardDeviation"), 0.25);
    EXPECT_EQ(text("NoiseModel"), "rician");
    EXPECT_EQ(text("Seed"), "18446744073709551615");
    EXPECT_EQ(text("Units"), "ms");
    EXPECT_EQ(text("Orientation"), "RAS");
    EXPECT_EQ(text("Modality"), "MR");
    EXPECT_EQ(text("TracerRadionuclide"), "Cu-64");
    EXPECT_EQ(text("Truth"), "t2_map_truth.nii.gz");
    const auto& facts = std::get<input::Table>(table.find("Facts")->value.data);
    EXPECT_EQ(facts.entries.size(), 2u);
    EXPECT_EQ(std::get<std::string>(facts.find("sequence")->value.data), "multi echo");
    const auto& spacing = std::get<input::Array>(table.find("Spacing")->value.data);
    EXPECT_EQ(std::get<double>(spacing[0].data), 0.2);
}

TEST_F(ImageFiles, SameImageSameBytes) {
    write_image_files(folder_ / "a", image_);
    write_image_files(folder_ / "b", image_);
    for (const char* name : {"t2_map.nii.gz", "t2_map_truth.nii.gz", "t2_map.json"})
        EXPECT_EQ(read_whole_file(folder_ / "a" / name), read_whole_file(folder_ / "b" / name));
}

TEST_F(ImageFiles, FactsOfOtherDimensionStayText) {
    image_.facts = {{"echo_time", "short"}, {"field", "7 mm"}, {"TE", "5 ms"}};
    EXPECT_EQ(fact_value(image_, "EchoTime"), 0.005);
    EXPECT_FALSE(fact_value(image_, "MagneticFieldStrength").has_value());
    EXPECT_FALSE(sidecar_key("colour of the coil").has_value());
    const std::string json = image_sidecar(image_, {});
    EXPECT_NE(json.find("\"field\": \"7 mm\""), std::string::npos);
    EXPECT_NE(json.find("\"EchoTime\": 0.005"), std::string::npos);
}

TEST_F(ImageFiles, TakeWhatAScannerHandedOver) {
    imaging::Image image;
    image.name = "signal";
    image.unit = "1";
    image.grid = image_.grid;
    image.values = values_;
    image.noise = 0.5;
    imaging::ScanResult scan;
    scan.facts = {{"TE", "5 ms"}};
    const ImageFile file = image_file(image, scan, "mri", 60.0, 5);
    EXPECT_EQ(file.values.data(), image.values.data());
    EXPECT_TRUE(file.truth.empty());
    EXPECT_EQ(file.facts, scan.facts);
    EXPECT_EQ(write_image_files(folder_, file),
              (std::vector<fs::path>{"signal.nii.gz", "signal.json"}));
}

TEST_F(ImageFiles, RefuseNamesAndSizesThatDoNotFit) {
    image_.name = "../t2";
    EXPECT_THROW(write_image_files(folder_, image_), InputError);
    image_.name = "t2";
    image_.truth = image_.truth.first(3);
    EXPECT_THROW(write_image_files(folder_, image_), InputError);
    EXPECT_FALSE(fs::exists(folder_));
}

}  // namespace
}  // namespace caravel::report
