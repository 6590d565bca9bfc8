#include "caravel/report/field_file.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/atomic_file.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <sys/resource.h>
#include <unistd.h>
#include <csignal>

namespace caravel::report {
namespace {

namespace fs = std::filesystem;

class FieldFiles : public testing::Test {
  protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() /
                  ("caravel-fields-" + std::to_string(::getpid()) + "-" +
                   testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::remove_all(folder_);
        fs::create_directories(folder_);
        const auto cells = static_cast<int>(when_.grid.cell_count());
        for (int i = 0; i < cells; ++i) {
            oxygen_.push_back(0.1 * i);
            viable_.push_back(std::sin(0.3 * i));
        }
    }
    void TearDown() override { fs::remove_all(folder_); }
    std::vector<VolumeField> fields() const {
        return {{"viable", "", view_of(viable_)}, {"oxygen", "mmHg", view_of(oxygen_)}};
    }
    fs::path path(std::int64_t step = 0) const { return folder_ / field_file_name(step); }
    int files() const {
        int count = 0;
        for ([[maybe_unused]] const auto& item : fs::directory_iterator(folder_)) ++count;
        return count;
    }
    std::string reading(const fs::path& file) const {
        try {
            read_field_file(file);
        } catch (const IoError& error) {
            return error.what();
        }
        return "no error";
    }

    fs::path folder_;
    // More voxels than one chunk holds along each axis.
    FieldTime when_{7, 3600.5, {70, 66, 35, {2e-5, 3e-5, 1e-3}, {-4e-5, 0.0, 5e-2}}};
    std::vector<double> oxygen_;
    std::vector<double> viable_;
};

TEST_F(FieldFiles, AreNamedByStep) {
    EXPECT_EQ(field_file_name(123), "t000123.h5");
    EXPECT_EQ(field_file_name(1234567), "t1234567.h5");
}

TEST_F(FieldFiles, AreReadBackToTheBit) {
    for (const int deflate : {0, 4}) {
        write_field_file(path(), when_, fields(), {false, deflate});
        const FieldFile file = read_field_file(path());
        EXPECT_EQ(file.when.step, 7);
        EXPECT_EQ(file.when.time, 3600.5);
        EXPECT_EQ(file.when.grid, when_.grid);
        ASSERT_EQ(file.fields.size(), 2u);
        EXPECT_EQ(file.fields[0].name, "oxygen");
        EXPECT_EQ(file.fields[0].unit, "mmHg");
        EXPECT_EQ(file.fields[0].values, oxygen_);
        EXPECT_EQ(file.fields[1].name, "viable");
        EXPECT_EQ(file.fields[1].unit, "");
        EXPECT_EQ(file.fields[1].values, viable_);
    }
}

TEST_F(FieldFiles, MayHoldSinglePrecision) {
    write_field_file(path(), when_, fields(), {true, 0});
    const FieldFile file = read_field_file(path());
    for (std::size_t i = 0; i < viable_.size(); ++i)
        ASSERT_EQ(file.fields[1].values[i], static_cast<double>(static_cast<float>(viable_[i])));
}

TEST_F(FieldFiles, ShrinkWhenDeflated) {
    oxygen_.assign(oxygen_.size(), 40.0);
    write_field_file(path(0), when_, {{"oxygen", "mmHg", view_of(oxygen_)}}, {false, 0});
    write_field_file(path(1), when_, {{"oxygen", "mmHg", view_of(oxygen_)}}, {false, 1});
    EXPECT_LT(fs::file_size(path(1)) * 20, fs::file_size(path(0)));
}

TEST_F(FieldFiles, AreTheSameBytesForTheSameFields) {
    write_field_file(path(0), when_, fields(), {false, 4});
    write_field_file(path(1), when_, fields(), {false, 4});
    EXPECT_EQ(read_whole_file(path(0)), read_whole_file(path(1)));
}

TEST_F(FieldFiles, OfACrashLeaveEarlierTimesReadable) {
    write_field_file(path(0), when_, fields());
    // What a killed process leaves: a torn temporary file beside the finished ones.
    const std::string whole = read_whole_file(path(0));
    std::ofstream(path(1) += ".tmp-1", std::ios::binary) << whole.substr(0, whole.size() / 2);
    EXPECT_EQ(read_field_file(path(0)).fields[0].values, oxygen_);
    EXPECT_FALSE(fs::exists(path(1)));
}

TEST_F(FieldFiles, AnErrorKeepsTheOldFileAndLeavesNoOther) {
    write_field_file(path(), when_, fields());
    const std::string before = read_whole_file(path());
    std::vector<double> bad = oxygen_;
    bad[3] = std::nan("");
    EXPECT_THROW(write_field_file(path(), when_, {{"oxygen", "mmHg", view_of(bad)}}),
                 NumericalError);
    EXPECT_THROW(write_field_file(path(), when_, fields(), {false, 10}), std::invalid_argument);
    EXPECT_EQ(read_whole_file(path()), before);
    EXPECT_EQ(files(), 1);
}

TEST_F(FieldFiles, AFullDiskIsAnErrorWithoutAFile) {
    // A limit on the size of files stands for a full disk.
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit old{};
    ::getrlimit(RLIMIT_FSIZE, &old);
    rlimit small = old;
    small.rlim_cur = 100000;
    ::setrlimit(RLIMIT_FSIZE, &small);
    std::string message = "no error";
    try {
        write_field_file(path(), when_, fields());
    } catch (const ResourceError& error) {
        message = error.what();
    } catch (const IoError& error) {
        message = std::string("IoError: ") + error.what();
    }
    ::setrlimit(RLIMIT_FSIZE, &old);
    std::signal(SIGXFSZ, old_handler);
    EXPECT_NE(message.find("file size limit reached while writing '" + path().string() + "'"),
              std::string::npos)
        << message;
    EXPECT_EQ(files(), 0);
}

TEST_F(FieldFiles, RefusesFoldersThatAreMissing) {
    EXPECT_THROW(write_field_file(folder_ / "no" / "t.h5", when_, fields()), IoError);
    EXPECT_EQ(files(), 0);
}

TEST_F(FieldFiles, ThatAreNoneAreRefusedWhenRead) {
    EXPECT_EQ(reading(path()), "cannot read '" + path().string() + "': no such file");
    std::ofstream(path()) << "not a field file";
    EXPECT_NE(reading(path()).find("cannot read '" + path().string() + "': "), std::string::npos);
    write_field_file(path(1), when_, fields());
    const std::string whole = read_whole_file(path(1));
    std::ofstream(path(2), std::ios::binary) << whole.substr(0, whole.size() / 2);
    EXPECT_NE(reading(path(2)).find("cannot read '" + path(2).string() + "': "), std::string::npos);
    std::string other = whole;
    const std::size_t schema = other.find("caravel-field-1");
    ASSERT_NE(schema, std::string::npos);
    other[schema + 14] = '9';
    std::ofstream(path(3), std::ios::binary) << other;
    EXPECT_EQ(reading(path(3)),
              "cannot read '" + path(3).string() + "': its schema is not caravel-field-1");
}

}  // namespace
}  // namespace caravel::report
