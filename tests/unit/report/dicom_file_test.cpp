#include "caravel/report/dicom_file.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/dicom_process.hpp"
#include "caravel/report/dicom_request.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <limits>

#include <unistd.h>

namespace caravel::report {
namespace {

namespace fs = std::filesystem;

class DicomFile : public testing::Test {
  protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() /
                  ("caravel-dicom-file-" + std::to_string(::getpid()) + "-" +
                   testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::remove_all(folder_);
        fs::create_directories(folder_);
        for (int n = 0; n < 12; ++n) values_.push_back(10.0 * n - 20.0);
        image_.grid = {3, 2, 2, {1e-3, 2e-3, 3e-3}, {-1e-3, 5e-3, 0.0}};
        image_.name = "ct";
        image_.unit = "[hnsf'U]";
        image_.modality = "ct";
        image_.values = values_;
    }
    void TearDown() override { fs::remove_all(folder_); }

    /// A shell script that stands for the program.
    fs::path program(const std::string& lines) const {
        const fs::path path = folder_ / "program.sh";
        std::ofstream(path) << "#!/bin/sh\n" << lines << '\n';
        fs::permissions(path, fs::perms::owner_all);
        return path;
    }
    std::string failure(const fs::path& with) const {
        try {
            ImageFileOptions options;
            options.run = "mouse";
            options.dicom_program = with;
            write_dicom(folder_ / "series", image_, options);
        } catch (const IoError& error) {
            return error.what();
        }
        return "no error";
    }
    void expect_nothing_left() const {
        for (const auto& entry : fs::directory_iterator(folder_))
            EXPECT_EQ(entry.path().filename(), "program.sh");
    }

    fs::path folder_;
    std::vector<double> values_;
    ImageFile image_;
};

TEST_F(DicomFile, IdentifiersAreFixedByTheTextAndValid) {
    const std::string uid = dicom_uid("caravel/mouse");
    EXPECT_EQ(uid, dicom_uid("caravel/mouse"));
    EXPECT_NE(uid, dicom_uid("caravel/mouse2"));
    EXPECT_EQ(uid.substr(0, 5), "2.25.");
    EXPECT_LE(uid.size(), 64u);
    EXPECT_NE(uid[5], '0');
    EXPECT_EQ(uid.find_first_not_of("0123456789", 5), std::string::npos);
}

TEST_F(DicomFile, RequestIsReadBack) {
    DicomRequest request;
    request.object = dicom_pet;
    request.modality = "PT";
    request.values = "/a/b";
    request.folder = "/a";
    request.size = {3, 2, 1};
    request.spacing = {0.5, 1.0, 2.0};
    request.first = {-1.0, 2.5, 3.0};
    request.slope = 0.25;
    request.window = {0.0, 9.0};
    request.label = "Activity \"µ\"";
    request.time = 90.0;
    request.facts = {{"EchoTime", 8.0}};
    request.corrections = "decay, scatter";
    const DicomRequest back = parse_dicom_request(dicom_request_json(request), "request.json");
    EXPECT_EQ(back.object, request.object);
    EXPECT_EQ(back.size, request.size);
    EXPECT_EQ(back.spacing, request.spacing);
    EXPECT_EQ(back.first, request.first);
    EXPECT_EQ(back.slope, 0.25);
    EXPECT_EQ(back.window, request.window);
    EXPECT_EQ(back.label, request.label);
    EXPECT_EQ(back.facts, request.facts);
    EXPECT_EQ(back.corrections, request.corrections);
    EXPECT_THROW(parse_dicom_request("{}", "request.json"), InputError);
    EXPECT_THROW(parse_dicom_request("{\"object\": 3}", "request.json"), InputError);
    request.size = {3, 0, 1};
    EXPECT_THROW(parse_dicom_request(dicom_request_json(request), "r"), InputError);
}

TEST_F(DicomFile, HandsTheProgramValuesTurnedToLeftAndBack) {
    // the program keeps what it was given
    const fs::path kept = folder_ / "kept";
    fs::create_directories(kept);
    EXPECT_EQ(
        failure(program("cp \"$1\" \"$(dirname \"$1\")/values.raw\" '" + kept.string() + "'")),
        "no error");
    std::ifstream raw(kept / "values.raw", std::ios::binary);
    std::vector<float> values(12);
    raw.read(reinterpret_cast<char*>(values.data()), 48);
    EXPECT_EQ(values[0], static_cast<float>(values_[5]));  // x and y from their high ends
    EXPECT_EQ(values[5], static_cast<float>(values_[0]));
    EXPECT_EQ(values[6], static_cast<float>(values_[11]));
    std::ifstream json(kept / "request.json");
    const std::string text{std::istreambuf_iterator<char>(json), {}};
    const DicomRequest request = parse_dicom_request(text, "request.json");
    EXPECT_EQ(request.object, dicom_ct);
    // right 1.5 mm, front 8 mm, head 1.5 mm is the last voxel of the first slice
    EXPECT_EQ(request.first, (std::array<double, 3>{-1.5, -8.0, 1.5}));
    EXPECT_EQ(request.slope, 1.0);
    // neither request nor values stay in the series
    EXPECT_TRUE(fs::is_empty(folder_ / "series"));
}

TEST_F(DicomFile, FailureOfTheProgramIsToldAndLeavesNothing) {
    const std::string text =
        failure(program("touch \"$(dirname \"$1\")/0001.dcm\"; echo 'disk full' >&2; exit 5"));
    EXPECT_NE(text.find("failed: disk full; nothing of the series was left behind"),
              std::string::npos)
        << text;
    expect_nothing_left();
}

TEST_F(DicomFile, KilledProgramIsToldAndLeavesNothing) {
    const std::string text = failure(program("kill -9 $$"));
    EXPECT_NE(text.find("was ended by signal 9"), std::string::npos) << text;
    expect_nothing_left();
}

TEST_F(DicomFile, MissingProgramIsTold) {
    const std::string text = failure(folder_ / "none");
    EXPECT_NE(text.find("did not start: No such file"), std::string::npos) << text;
    expect_nothing_left();
}

TEST_F(DicomFile, FailureKeepsTheSeriesOfBefore) {
    fs::create_directories(folder_ / "series");
    std::ofstream(folder_ / "series" / "0001.dcm") << "old";
    failure(program("exit 3"));
    EXPECT_EQ(fs::file_size(folder_ / "series" / "0001.dcm"), 3u);
    // and success replaces it
    EXPECT_EQ(failure(program("echo newer > \"$(dirname \"$1\")/0002.dcm\"")), "no error");
    EXPECT_FALSE(fs::exists(folder_ / "series" / "0001.dcm"));
    EXPECT_EQ(fs::file_size(folder_ / "series" / "0002.dcm"), 6u);
}

TEST_F(DicomFile, ASeriesThatCannotTakeItsPlaceLeavesThatOfBefore) {
    fs::create_directories(folder_ / "series");
    std::ofstream(folder_ / "series" / "1.dcm") << "old";
    const std::string told = failure(program("rm -rf \"$(dirname \"$1\")\""));
    EXPECT_NE(told.find("cannot write"), std::string::npos) << told;
    EXPECT_TRUE(fs::exists(folder_ / "series" / "1.dcm"));
    fs::remove_all(folder_ / "series");
    expect_nothing_left();
}

TEST_F(DicomFile, RefusesWhatItCannotHold) {
    values_[4] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THROW(failure(program("exit 0")), NumericalError);
    expect_nothing_left();
    const std::vector<double> row(70000, 1.0);
    image_.grid = {70000, 1, 1, {1e-3, 1e-3, 1e-3}, {}};
    image_.values = row;
    EXPECT_THROW(failure(program("exit 0")), InputError);
}

TEST_F(DicomFile, LongErrorsAreCut) {
    const ChildEnd end =
        run_child(program("i=0; while [ $i -lt 400 ]; do echo 0123456789012345678 >&2; "
                          "i=$((i+1)); done; exit 1"),
                  "x");
    EXPECT_EQ(end.code, 1);
    EXPECT_LE(end.text.size(), 4096u);
    EXPECT_GE(end.text.size(), 4000u);
}

}  // namespace
}  // namespace caravel::report
