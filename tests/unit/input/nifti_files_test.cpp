#include "caravel/input/nifti.hpp"

#include "messages.hpp"
#include "nifti_bytes.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <numeric>

#include <unistd.h>

namespace caravel::input {
namespace {

namespace fs = std::filesystem;
using sample::gzipped;
using sample::NiftiBytes;

std::vector<std::uint8_t> counted_bytes() {
    std::vector<std::uint8_t> values(12);
    std::iota(values.begin(), values.end(), std::uint8_t{0});
    return values;
}

std::vector<double> counted() {
    std::vector<double> values(12);
    std::iota(values.begin(), values.end(), 0.0);
    return values;
}

class NiftiFiles : public testing::Test {
  protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() /
                  ("caravel-nifti-" + std::to_string(::getpid()) + "-" +
                   testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }
    fs::path put(const std::string& name, const std::string& bytes) const {
        std::ofstream(folder_ / name, std::ios::binary) << bytes;
        return folder_ / name;
    }

    fs::path folder_;
};

TEST_F(NiftiFiles, AreReadPlainCompressedAndInPairs) {
    NiftiBytes single(2);
    single.values(counted_bytes());
    EXPECT_EQ(read_nifti(put("a.nii", single.bytes())).values, counted());
    EXPECT_EQ(read_nifti(put("a.nii.gz", gzipped(single.bytes()))).values, counted());
    EXPECT_EQ(read_nifti_header(folder_ / "a.nii.gz").grid.nx, 3);
    NiftiBytes pair(1);
    pair.magic("ni1");
    pair.offset(0);
    put("b.hdr", pair.bytes().substr(0, 348));
    put("b.img", std::string("\0\1\2\3\4\5\6\7\x8\x9\xa\xb", 12));
    EXPECT_EQ(read_nifti(folder_ / "b.hdr").values, counted());
    EXPECT_EQ(read_nifti(folder_ / "b.img").values, counted());
    EXPECT_EQ(read_nifti_header(folder_ / "b.img").grid.ny, 2);
}

TEST_F(NiftiFiles, OfAnotherProgramAreRead) {
    // Written by nibabel 5.0; the same 3 x 2 x 2 values counted up along the last axis.
    const fs::path corpus = fs::path(CARAVEL_SOURCE_DIR) / "tests/fuzz/corpus/nifti_fuzz";
    const std::vector<double> along_z{0, 4, 8, 2, 6, 10, 1, 5, 9, 3, 7, 11};
    for (const char* name : {"version1.nii", "compressed.nii.gz"}) {
        const NiftiVolume image = read_nifti(corpus / name);
        EXPECT_EQ(image.values, along_z);
        EXPECT_EQ(image.header.axes, "RAS");
        EXPECT_EQ(image.header.grid.spacing, (Vector3{1e-4, 2e-4, 5e-4}));
        EXPECT_NEAR(image.header.grid.origin[2], -2.5e-4, 1e-18);
    }
    const NiftiVolume second = read_nifti(corpus / "version2_swapped.nii");
    EXPECT_EQ(second.header.version, 2);
    EXPECT_EQ(second.header.data_type, "float32");
    EXPECT_EQ(second.header.axes, "ILA");
    EXPECT_EQ(second.header.grid.spacing, (Vector3{2e-3, 1e-3, 3e-3}));
    EXPECT_NEAR(second.header.grid.origin[0], 7e-3, 1e-15);
    EXPECT_EQ(second.values, (std::vector<double>{10, 8, 11, 9, 6, 4, 7, 5, 2, 0, 3, 1}));
    const NiftiVolume third = read_nifti(corpus / "quaternion.nii");
    EXPECT_EQ(third.header.axes, "LPS");
    EXPECT_EQ(third.header.grid.spacing, (Vector3{1e-6, 1e-6, 2e-6}));
    EXPECT_EQ(third.values.front(), 21.0);
    EXPECT_EQ(third.values.back(), 3.0);
}

TEST_F(NiftiFiles, ThatCannotBeReadSaySo) {
    const auto reading = [&](const std::string& name) {
        return message_of([&] { read_nifti(folder_ / name); });
    };
    const std::string folder = folder_.string();
    EXPECT_EQ(reading("absent.nii"), "IoError: cannot read '" + folder + "/absent.nii'");
    EXPECT_EQ(reading("."), "IoError: cannot read '" + folder + "/.'");
    NiftiBytes pair(1);
    pair.magic("ni1");
    put("b.hdr", pair.bytes());
    EXPECT_EQ(reading("b.hdr"), "IoError: cannot read '" + folder + "/b.img'");
    put("b.nii", pair.bytes());
    EXPECT_EQ(reading("b.nii"), folder +
                                    "/b.nii: the header belongs to a pair of files, expected "
                                    "the names .hdr and .img");
    NiftiBytes single(1);
    single.values(counted_bytes());
    put("c.hdr", single.bytes());
    EXPECT_EQ(reading("c.hdr"), folder +
                                    "/c.hdr: the header belongs to a single file, expected "
                                    "the name .nii or .nii.gz");
}

TEST_F(NiftiFiles, AreCheckedForLengthWhenOnlyTheHeaderIsRead) {
    NiftiBytes file(1);
    const fs::path path = put("a.nii", file.bytes());
    EXPECT_EQ(message_of([&] { read_nifti_header(path); }),
              path.string() +
                  ": the file has 352 bytes, expected 364 bytes for 3 x 2 x 2 values "
                  "of type uint8");
}

}  // namespace
}  // namespace caravel::input
