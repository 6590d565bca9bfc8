#include "caravel/report/nifti_file.hpp"

#include "caravel/base/error.hpp"
#include "caravel/input/nifti.hpp"
#include "caravel/report/atomic_file.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <stdexcept>

#include <unistd.h>

namespace caravel::report {
namespace {

namespace fs = std::filesystem;

class NiftiFile : public testing::Test {
  protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() /
                  ("caravel-nifti-file-" + std::to_string(::getpid()) + "-" +
                   testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::remove_all(folder_);
        fs::create_directories(folder_);
        for (int i = 0; i < 24; ++i) values_.push_back(0.125 * i - 1.0);
    }
    void TearDown() override { fs::remove_all(folder_); }
    VolumeField field() const { return {"oxygen", "mmHg", view_of(values_)}; }

    fs::path folder_;
    Grid grid_{4, 3, 2, {2e-5, 3e-5, 1e-3}, {-4e-5, 0.0, 5e-2}};
    std::vector<double> values_;
};

TEST_F(NiftiFile, IsReadBackOnTheSameGrid) {
    for (const char* name : {"a.nii", "a.nii.gz"}) {
        write_nifti(folder_ / name, grid_, field(), "oxygen at 3 h");
        const input::NiftiVolume image = input::read_nifti(folder_ / name);
        EXPECT_EQ(image.values, values_);
        EXPECT_EQ(image.header.axes, "RAS");
        EXPECT_EQ(image.header.data_type, "float32");
        EXPECT_EQ(image.header.description, "oxygen at 3 h [mmHg]");
        EXPECT_TRUE(image.header.placed);
        for (std::size_t d = 0; d < 3; ++d) {
            EXPECT_DOUBLE_EQ(image.header.grid.spacing[d], grid_.spacing[d]);
            EXPECT_NEAR(image.header.grid.origin[d], grid_.origin[d], 1e-9);
        }
    }
}

TEST_F(NiftiFile, IsTheSameBytesForTheSameField) {
    write_nifti(folder_ / "a.nii.gz", grid_, field(), "x");
    write_nifti(folder_ / "b.nii.gz", grid_, field(), "x");
    EXPECT_EQ(read_whole_file(folder_ / "a.nii.gz"), read_whole_file(folder_ / "b.nii.gz"));
    write_nifti(folder_ / "a.nii", grid_, field(), "x");
    EXPECT_EQ(fs::file_size(folder_ / "a.nii"), 352u + 24u * 4u);
}

TEST_F(NiftiFile, KeepsTheUnitOfALongDescription) {
    write_nifti(folder_ / "a.nii", grid_, field(), std::string(200, 'd'));
    EXPECT_EQ(input::read_nifti_header(folder_ / "a.nii").description,
              std::string(72, 'd') + " [mmHg]");
}

TEST_F(NiftiFile, VersionTwoIsReadBackOnTheSameGrid) {
    write_nifti(folder_ / "a.nii.gz", grid_, field(), "oxygen at 3 h", NiftiVersion::two);
    const input::NiftiVolume image = input::read_nifti(folder_ / "a.nii.gz");
    EXPECT_EQ(image.values, values_);
    EXPECT_EQ(image.header.axes, "RAS");
    EXPECT_EQ(image.header.description, "oxygen at 3 h [mmHg]");
    EXPECT_TRUE(image.header.placed);
    for (std::size_t d = 0; d < 3; ++d) {
        EXPECT_DOUBLE_EQ(image.header.grid.spacing[d], grid_.spacing[d]);
        EXPECT_NEAR(image.header.grid.origin[d], grid_.origin[d], 1e-15);
    }
}

TEST_F(NiftiFile, LongAxesMakeVersionTwo) {
    const std::vector<double> row(40000, 2.5);
    const Grid grid{40000, 1, 1, {1e-6, 1e-3, 1e-3}, {}};
    write_nifti(folder_ / "a.nii", grid, {"row", "1", view_of(row)}, "");
    EXPECT_EQ(fs::file_size(folder_ / "a.nii"), 544u + 4u * 40000u);
    const input::NiftiVolume image = input::read_nifti(folder_ / "a.nii");
    EXPECT_EQ(image.header.grid.nx, 40000);
    EXPECT_EQ(image.values, row);
}

TEST_F(NiftiFile, RefusesWhatItCannotHoldAndLeavesNoFile) {
    const fs::path path = folder_ / "a.nii";
    const auto message = [&] {
        try {
            write_nifti(path, grid_, field(), "");
        } catch (const NumericalError& error) {
            return error.failure().quantity + ", " + error.failure().place + ", " +
                   error.failure().problem;
        }
        return std::string("no error");
    };
    values_[9] = std::nan("");
    EXPECT_EQ(message(), "oxygen, voxel (1, 2, 0), is nan, which the file cannot hold");
    values_[9] = -1e39;
    EXPECT_EQ(message(), "oxygen, voxel (1, 2, 0), is -1e+39, which the file cannot hold");
    values_.pop_back();
    EXPECT_THROW(write_nifti(path, grid_, field(), ""), std::invalid_argument);
    const std::vector<double> row(40000, 1.0);
    EXPECT_THROW(
        write_nifti(path, {40000, 1, 1}, {"row", "1", view_of(row)}, "", NiftiVersion::one),
        std::invalid_argument);
    EXPECT_TRUE(fs::is_empty(folder_));
    values_.assign(24, 0.0);
    EXPECT_THROW(write_nifti(folder_ / "no" / "a.nii", grid_, field(), ""), IoError);
}

}  // namespace
}  // namespace caravel::report
