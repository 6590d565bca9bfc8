#include "caravel/input/reader.hpp"
#include "caravel/study/phantom_file.hpp"
#include "caravel/study/scanner_presets.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace caravel::study {
namespace {

namespace fs = std::filesystem;

DataPaths data() { return {fs::path(CARAVEL_SOURCE_DIR) / "data"}; }

class ImageInputs : public ::testing::Test {
  protected:
    ImageInputs() : file_(fs::temp_directory_path() / ("image_input_" + std::to_string(getpid()))) {
        fs::create_directories(file_);
        file_ /= "study.toml";
    }
    ~ImageInputs() override { fs::remove_all(file_.parent_path()); }
    ImageInputs(const ImageInputs&) = delete;
    ImageInputs& operator=(const ImageInputs&) = delete;

    PhantomStudy read(const std::string& images, const std::vector<std::string>& set = {}) {
        std::ofstream(file_) << "[study]\nname = \"x\"\n[phantom]\nsize = [\"10 mm\", \"10 mm\", "
                                "\"4 mm\"]\nresolution = \"1 mm\"\nbackground = \"water\"\n"
                             << images;
        matter::Library library(data().root);
        return read_phantom(file_, set, data(), library).input;
    }

    /// What the reader complains of, joined.
    std::string complaint(const std::string& images) {
        try {
            read(images);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    }

    fs::path file_;
};

TEST_F(ImageInputs, AScannerGivesModalityAndDefaultsOwnKeysGoOnTop) {
    const auto study = read(
        "[[protocol.image]]\nscanner = \"mouse_micro_ct\"\n"
        "tube_voltage = \"55 kV\"\n");
    ASSERT_EQ(study.protocol.images.size(), 1u);
    const auto& image = study.protocol.images[0];
    EXPECT_EQ(modality_name(image), "ct");
    EXPECT_EQ(image.name, "ct");
    const auto& ct = std::get<CtImage>(image.modality).settings;
    EXPECT_NEAR(ct.tube_voltage, 55e3, 1e-6);
    EXPECT_FALSE(study.phantom.heat);  // nothing warms it
}

TEST_F(ImageInputs, NamesAreNumberedAndMayNotStandTwice) {
    const std::string ct = "[[protocol.image]]\nmodality = \"ct\"\n";
    const auto study = read(ct + ct + ct);
    EXPECT_EQ(study.protocol.images[2].name, "ct_3");
    EXPECT_NE(complaint(ct + "name = \"a\"\n" + ct + "name = \"a\"\n").find("two images"),
              std::string::npos);
    EXPECT_NE(complaint(ct + "name = \"a/b\"\n").find("letters, digits"), std::string::npos);
}

TEST_F(ImageInputs, MistakesNameTheirLineAndWhatWasMeant) {
    const std::string unknown = complaint("[[protocol.image]]\nscanner = \"mouse_micro_cd\"\n");
    EXPECT_NE(unknown.find("study.toml:8"), std::string::npos) << unknown;
    EXPECT_NE(unknown.find("mouse_micro_ct"), std::string::npos) << unknown;
    const std::string other =
        complaint("[[protocol.image]]\nscanner = \"mouse_micro_ct\"\nmodality = \"pet\"\n");
    EXPECT_NE(other.find("is of modality ct"), std::string::npos) << other;
    const std::string misspelt =
        complaint("[[protocol.image]]\nmodality = \"ct\"\ntube_voltag = \"80 kV\"\n");
    EXPECT_NE(misspelt.find("tube_voltage"), std::string::npos) << misspelt;
    const std::string echo = complaint(
        "[[protocol.image]]\nmodality = \"mri\"\nsequence = \"gre\"\n"
        "repetition_time = \"5 ms\"\necho_time = \"9 ms\"\n");
    EXPECT_NE(echo.find("echo"), std::string::npos) << echo;
    EXPECT_NE(complaint("[[protocol.image]]\nmodality = \"ct\"\nrepeat = 3\n").find("every"),
              std::string::npos);
}

TEST_F(ImageInputs, RepeatsGiveTimes) {
    const auto study = read(
        "[[protocol.image]]\nmodality = \"ct\"\nat = \"1 h\"\nrepeat = 3\n"
        "every = \"2 h\"\n[[protocol.image]]\nmodality = \"pet\"\nat = \"3 h\"\n");
    EXPECT_EQ(object_times(study.protocol.images), (std::vector<double>{3600, 10800, 18000}));
}

TEST_F(ImageInputs, FramesOfADynamicScanMeetTheObjectInTheirMiddle) {
    const std::string text =
        "[[protocol.image]]\nmodality = \"mri\"\nsequence = \"dce\"\nat = \"1 min\"\n"
        "matrix = [32, 32]\nframes = 3\nframe_time = \"20 s\"\nrepetition_time = \"20 ms\"\n"
        "echo_time = \"2 ms\"\n";
    EXPECT_EQ(object_times(read(text).protocol.images), (std::vector<double>{60, 70, 90, 110}));
    const auto quarters = read(text + "tier = \"acquisition\"\n").protocol.images;
    EXPECT_EQ(meeting_times(quarters.front()),
              (std::vector<double>{2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 32.5, 37.5, 42.5, 47.5, 52.5,
                                   57.5}));
    EXPECT_NE(complaint(text + "volume = true\n[[protocol.image]]\nmodality = \"mri\"\n"
                               "sequence = \"dce\"\nvolume = true\n")
                  .find("number of slices"),
              std::string::npos);
}

TEST_F(ImageInputs, FramesOutsideADynamicScanAreRefused) {
    const std::string still =
        "[[protocol.image]]\nmodality = \"mri\"\nsequence = \"gre\"\nmatrix = [32, 32]\n";
    EXPECT_EQ(complaint(still), "");
    EXPECT_NE(complaint(still + "frames = 3\n").find("frames has no effect on sequence 'gre'"),
              std::string::npos);
    EXPECT_NE(complaint(still + "frame_time = \"20 s\"\n").find("frame_time has no effect"),
              std::string::npos);
}

TEST_F(ImageInputs, AKeyOfOtherScannersNamesThem) {
    const std::string told =
        complaint("[[protocol.image]]\nmodality = \"mri\"\nscatter_correction = true\n");
    EXPECT_NE(told.find("'scatter_correction' does not belong to modality 'mri'"),
              std::string::npos)
        << told;
    EXPECT_NE(told.find("it belongs to modality 'ct', 'pet', 'spect'"), std::string::npos) << told;
}

TEST_F(ImageInputs, TheEchoReadsBackToTheSameSettings) {
    const auto study =
        read("[[protocol.image]]\nscanner = \"mouse_pet_inveon\"\nscan_duration = \"7 min\"\n");
    std::ofstream(file_) << input::to_toml(input::echo(study));
    matter::Library library(data().root);
    const auto again = read_phantom(file_, {}, data(), library).input;
    EXPECT_EQ(input::to_toml(input::echo(again)), input::to_toml(input::echo(study)));
    EXPECT_NEAR(std::get<PetImage>(again.protocol.images[0].modality).settings.scan_duration, 420.0,
                1e-9);
}

TEST(Scanners, EveryShippedOneIsReadWhole) {
    const auto names = shipped_scanners(data());
    EXPECT_GE(names.size(), 15u);
    for (const auto& name : names) {
        const auto info = scanner_info(name, data());
        EXPECT_EQ(info.name, name);
        EXPECT_FALSE(info.title.empty());
        EXPECT_TRUE(info.species == "mouse" || info.species == "human") << name;
    }
}

}  // namespace
}  // namespace caravel::study
