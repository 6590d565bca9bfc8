#include "caravel/input/nifti.hpp"

#include "messages.hpp"
#include "nifti_bytes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

namespace caravel::input {
namespace {

using sample::gzipped;
using sample::NiftiBytes;

template <class T>
std::vector<T> counted(std::size_t n = 12) {
    std::vector<T> values(n);
    std::iota(values.begin(), values.end(), T{0});
    return values;
}

NiftiVolume parse(const std::string& bytes) { return parse_nifti(bytes, "a.nii"); }

template <class Change>
std::string error(Change change, int version = 1) {
    NiftiBytes file(version);
    change(file);
    return message_of([&] { parse(file.bytes()); });
}

template <class T>
void expect_counts(int version, bool swapped, int code, const char* name) {
    NiftiBytes file(version, swapped);
    file.type(code, static_cast<int>(8 * sizeof(T)));
    file.values(counted<T>());
    const NiftiVolume image = parse(file.bytes());
    EXPECT_EQ(image.values, counted<double>()) << name;
    EXPECT_EQ(image.header.data_type, name);
    EXPECT_EQ(image.header.version, version);
}

TEST(Nifti, ReadsEveryTypeInBothByteOrdersAndVersions) {
    for (const int version : {1, 2})
        for (const bool swapped : {false, true}) {
            expect_counts<std::uint8_t>(version, swapped, 2, "uint8");
            expect_counts<std::int8_t>(version, swapped, 256, "int8");
            expect_counts<std::uint16_t>(version, swapped, 512, "uint16");
            expect_counts<std::int16_t>(version, swapped, 4, "int16");
            expect_counts<std::uint32_t>(version, swapped, 768, "uint32");
            expect_counts<std::int32_t>(version, swapped, 8, "int32");
            expect_counts<std::uint64_t>(version, swapped, 1280, "uint64");
            expect_counts<std::int64_t>(version, swapped, 1024, "int64");
            expect_counts<float>(version, swapped, 16, "float32");
            expect_counts<double>(version, swapped, 64, "float64");
        }
}

TEST(Nifti, ScalesValuesUnlessTheSlopeIsZero) {
    NiftiBytes file(1);
    file.values(counted<std::uint8_t>());
    file.scale(0.5, -1.0);
    EXPECT_DOUBLE_EQ(parse(file.bytes()).values[3], 0.5);
    file.scale(0.0, -1.0);
    EXPECT_DOUBLE_EQ(parse(file.bytes()).values[3], 3.0);
}

TEST(Nifti, LengthsCarryTheirUnit) {
    const std::vector<std::pair<int, double>> units{{1, 1.0}, {2, 1e-3}, {3, 1e-6}, {0, 1e-3}};
    for (const auto& [code, metres] : units) {
        NiftiBytes file(2);
        file.values(counted<std::uint8_t>());
        file.units(code | 8);
        file.voxel({0.1, 0.2, 0.7});
        const NiftiHeader header = parse(file.bytes()).header;
        EXPECT_DOUBLE_EQ(header.grid.spacing[0], 0.1 * metres);
        EXPECT_DOUBLE_EQ(header.grid.spacing[2], 0.7 * metres);
        EXPECT_FALSE(header.placed);
        EXPECT_EQ(header.grid.origin, (Vector3{0.0, 0.0, 0.0}));
    }
}

TEST(Nifti, FloatLengthsAreTakenAsTheDecimalsTheyStandFor) {
    NiftiBytes file(1);
    file.values(counted<std::uint8_t>());
    file.voxel({0.1, 0.02, 0.7});
    EXPECT_DOUBLE_EQ(parse(file.bytes()).header.grid.spacing[1], 2e-5);
}

TEST(Nifti, TurnsTheAxesOfTheFileToThoseOfTheBody) {
    // File axes: towards the feet, towards the left, towards the front.
    NiftiBytes file(2);
    file.values(counted<std::uint8_t>());
    file.voxel({3.0, 2.0, 1.0});
    file.sform({{{0.0, -2.0, 0.0, 10.0}, {0.0, 0.0, 1.0, 20.0}, {-3.0, 0.0, 0.0, 30.0}}});
    const NiftiVolume image = parse(file.bytes());
    EXPECT_EQ(image.header.axes, "ILA");
    EXPECT_TRUE(image.header.placed);
    const Grid& grid = image.header.grid;
    EXPECT_EQ(grid.nx, 2);
    EXPECT_EQ(grid.ny, 2);
    EXPECT_EQ(grid.nz, 3);
    // The middle of the file's first voxel is that of the grid's last along x and z.
    const Vector3 first = grid.centre(1, 0, 2);
    EXPECT_NEAR(first[0], 10e-3, 1e-15);
    EXPECT_NEAR(first[1], 20e-3, 1e-15);
    EXPECT_NEAR(first[2], 30e-3, 1e-15);
    EXPECT_EQ(image.values[static_cast<std::size_t>(grid.index(1, 0, 2))], 0.0);
    EXPECT_EQ(image.values[static_cast<std::size_t>(grid.index(1, 0, 1))], 1.0);
    EXPECT_EQ(image.values[static_cast<std::size_t>(grid.index(0, 0, 2))], 3.0);
    EXPECT_EQ(image.values[static_cast<std::size_t>(grid.index(1, 1, 2))], 6.0);
    EXPECT_EQ(image.values[static_cast<std::size_t>(grid.index(0, 1, 0))], 11.0);
}

TEST(Nifti, ReadsThePlaceFromAQuaternion) {
    NiftiBytes file(1);
    file.values(counted<std::uint8_t>());
    file.voxel({1.0, 2.0, 3.0});
    // Half a turn around z, third axis reversed: towards left, back, feet.
    file.qform(0.0, 0.0, 1.0, {5.0, 6.0, 7.0}, -1.0);
    const NiftiHeader header = parse(file.bytes()).header;
    EXPECT_EQ(header.axes, "LPI");
    EXPECT_NEAR(header.grid.origin[0], 5e-3 - 2.5e-3, 1e-15);
    EXPECT_NEAR(header.grid.origin[1], 6e-3 - 3e-3, 1e-15);
    EXPECT_NEAR(header.grid.origin[2], 7e-3 - 4.5e-3, 1e-15);
}

TEST(Nifti, CompressedFilesMayHaveSeveralParts) {
    NiftiBytes file(1);
    file.values(counted<std::uint8_t>());
    const std::string& bytes = file.bytes();
    EXPECT_EQ(parse(gzipped(bytes)).values, counted<double>());
    EXPECT_EQ(parse(gzipped(bytes.substr(0, 100)) + gzipped(bytes.substr(100))).values,
              counted<double>());
}

TEST(Nifti, SkipsExtensionsAndReadsPlanes) {
    NiftiBytes file(1);
    file.offset(384);
    file.size({4, 3});
    file.text(148, 240, "made by hand\x07");
    file.values(std::vector<std::uint8_t>(32, 77));
    file.values(counted<std::uint8_t>());
    const NiftiVolume image = parse(file.bytes());
    EXPECT_EQ(image.values, counted<double>());
    EXPECT_EQ(image.header.grid.nz, 1);
    EXPECT_EQ(image.header.description, "made by hand?");
}

TEST(Nifti, RefusesHeadersThatAreNone) {
    const std::string wanted = ", expected a NIfTI image (.nii, .nii.gz, or .hdr with .img)";
    EXPECT_EQ(message_of([] { parse(""); }),
              "a.nii: the file ends after 0 bytes, inside the header" + wanted);
    EXPECT_EQ(message_of([] { parse(std::string(347, 'x')); }),
              "a.nii: the file ends after 347 bytes, inside the header" + wanted);
    EXPECT_EQ(message_of([] { parse(std::string(600, 'x')); }),
              "a.nii: the file does not begin with a NIfTI header" + wanted);
    EXPECT_EQ(message_of([] { parse(NiftiBytes(2).bytes().substr(0, 400)); }),
              "a.nii: the file ends after 400 bytes, inside the header" + wanted);
    EXPECT_EQ(error([](NiftiBytes& f) { f.magic("xyz"); }),
              "a.nii: the header has no NIfTI mark (an Analyze 7.5 file?)" + wanted);
    EXPECT_EQ(error([](NiftiBytes& f) { f.magic("ni1"); }),
              "a.nii: the header belongs to a pair of files, expected the names .hdr and .img");
}

TEST(Nifti, RefusesSizesThatAreNone) {
    EXPECT_EQ(error([](NiftiBytes& f) { f.dim(0, 0); }),
              "a.nii: the image has 0 dimensions, expected 1 to 7");
    EXPECT_EQ(error([](NiftiBytes& f) { f.dim(0, 9); }),
              "a.nii: the image has 9 dimensions, expected 1 to 7");
    EXPECT_EQ(error([](NiftiBytes& f) { f.dim(2, 0); }),
              "a.nii: dimension 2 of the image has 0 voxels, expected at least 1");
    EXPECT_EQ(error([](NiftiBytes& f) { f.dim(3, -4); }, 2),
              "a.nii: dimension 3 of the image has -4 voxels, expected at least 1");
    EXPECT_EQ(error([](NiftiBytes& f) {
                  f.size({3, 2, 2, 5});
              }),
              "a.nii: the image has 5 values along dimension 4, expected a three-dimensional "
              "image of one value per voxel");
}

TEST(Nifti, RefusesWhatDoesNotFitTheLimitBeforeItTakesMemory) {
    EXPECT_EQ(error([](NiftiBytes& f) {
                  f.size({30000, 30000, 30000});
              }),
              "a.nii: the image has 30000 x 30000 x 30000 = 2.7e+13 voxels, expected at most "
              "2.68e+08");
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(error(
                  [](NiftiBytes& f) {
                      f.size({most, most, most});
                  },
                  2),
              "a.nii: the image has 9223372036854775807 x 9223372036854775807 x "
              "9223372036854775807 = 7.85e+56 voxels, expected at most 2.68e+08");
    NiftiBytes file(1);
    file.values(counted<std::uint8_t>());
    EXPECT_EQ(message_of([&] { parse_nifti(file.bytes(), "a.nii", {11.0}); }),
              "a.nii: the image has 3 x 2 x 2 = 12 voxels, expected at most 11");
}

TEST(Nifti, RefusesTypesAndScales) {
    EXPECT_EQ(error([](NiftiBytes& f) { f.type(128, 24); }),
              "a.nii: the values are of type 128 (RGB24), expected integers of 8 to 64 bits, "
              "float32 or float64");
    EXPECT_EQ(error([](NiftiBytes& f) { f.type(99, 8); }),
              "a.nii: the values are of type 99 (unknown), expected integers of 8 to 64 bits, "
              "float32 or float64");
    EXPECT_EQ(error([](NiftiBytes& f) { f.type(4, 32); }),
              "a.nii: the header gives 32 bits to a value of type int16, expected 16");
    EXPECT_EQ(error([](NiftiBytes& f) { f.scale(std::nan(""), 0.0); }),
              "a.nii: the scale of the values is nan x + 0, expected finite scl_slope and "
              "scl_inter");
    EXPECT_EQ(error([](NiftiBytes& f) { f.offset(100.0); }),
              "a.nii: the values begin at byte 100, expected 352 to 268435456");
    EXPECT_EQ(error([](NiftiBytes& f) { f.offset(std::nan("")); }),
              "a.nii: the values begin at byte nan, expected 352 to 268435456");
}

TEST(Nifti, RefusesPlacesThatAreNone) {
    EXPECT_EQ(error([](NiftiBytes& f) {
                  f.voxel({1.0, 0.0, 1.0});
              }),
              "a.nii: a voxel is 0 mm wide along axis 2, expected more than 0 and less than 10 m");
    EXPECT_EQ(
        error([](NiftiBytes& f) {
            f.voxel({1.0, 1.0, std::nan("")});
        }),
        "a.nii: a voxel is nan mm wide along axis 3, expected more than 0 and less than 10 m");
    EXPECT_EQ(error([](NiftiBytes& f) { f.units(5); }),
              "a.nii: the unit of length has number 5, expected 1 (m), 2 (mm) or 3 (um)");
    const double c = std::cos(0.2);
    const double s = std::sin(0.2);
    EXPECT_EQ(error([&](NiftiBytes& f) {
                  f.sform({{{c, -s, 0.0, 0.0}, {s, c, 0.0, 0.0}, {0.0, 0.0, 1.0, 0.0}}});
              }),
              "a.nii: axis 1 of the image is turned by 11.5 degrees against the body's, expected "
              "an image along right-left, front-back and head-foot (resample it without rotation)");
    EXPECT_EQ(error([](NiftiBytes& f) {
                  f.sform({{{1.0, 1.0, 0.0, 0.0}, {0.0, 0.0, 0.0, 0.0}, {0.0, 0.0, 1.0, 0.0}}});
              }),
              "a.nii: axis 2 of the image is turned by 0 degrees against the body's, expected "
              "an image along right-left, front-back and head-foot (resample it without rotation)");
    EXPECT_EQ(error([](NiftiBytes& f) {
                  f.sform({{{2.0, 0.0, 0.0, 0.0}, {0.0, 1.0, 0.0, 0.0}, {0.0, 0.0, 1.0, 0.0}}});
              }),
              "a.nii: a voxel is 1 mm wide along axis 1 by pixdim and 2 mm by the sform, expected "
              "the same size twice");
    EXPECT_EQ(error([](NiftiBytes& f) {
                  f.qform(1.0, 1.0, 0.0, {0.0, 0.0, 0.0});
              }),
              "a.nii: the quaternion of the qform has length 1.4142, expected at most 1");
    EXPECT_EQ(error([](NiftiBytes& f) {
                  f.qform(0.0, 0.0, 0.0, {std::nan(""), 0.0, 0.0});
              }),
              "a.nii: the place of the image is not finite, expected a finite sform or qform");
}

TEST(Nifti, RefusesTruncatedFiles) {
    NiftiBytes file(1);
    file.values(counted<std::uint8_t>(11));
    EXPECT_EQ(message_of([&] { parse(file.bytes()); }),
              "a.nii: the file has 363 bytes, expected 364 bytes for 3 x 2 x 2 values of type "
              "uint8");
    EXPECT_EQ(message_of([&] { parse(gzipped(file.bytes())); }),
              "a.nii: the file ends after 3 of 4 rows of values, expected 364 bytes for 3 x 2 x 2 "
              "values of type uint8");
    file.values(counted<std::uint8_t>(1));
    const std::string whole = gzipped(file.bytes());
    EXPECT_EQ(parse(whole).values.size(), 12u);
    std::string damaged = whole;
    damaged[damaged.size() - 6] ^= 1;  // of the checksum
    EXPECT_EQ(message_of([&] { parse(damaged); }),
              "a.nii: the compressed data are damaged, expected a gzip file whose checksum agrees");
}

TEST(Nifti, RefusesGzipBombs) {
    NiftiBytes small(1);
    small.values(std::vector<std::uint8_t>(5'000'000, 0));
    EXPECT_EQ(message_of([&] { parse(gzipped(small.bytes())); }),
              "a.nii: the compressed data go on after the last value, expected 364 bytes for "
              "3 x 2 x 2 values of type uint8");
    NiftiBytes large(1);
    large.size({1000, 500, 500});
    const std::string bomb = gzipped(large.bytes());
    EXPECT_EQ(message_of([&] { parse(bomb); }),
              "a.nii: " + std::to_string(bomb.size()) +
                  " compressed bytes cannot hold it, expected 250000352 bytes for 1000 x 500 x 500 "
                  "values of type uint8");
}

TEST(Nifti, NanIsAHoleInAMapButNoLabel) {
    NiftiBytes file(1);
    file.type(16, 32);
    std::vector<float> values(12, 1.0F);
    values[7] = std::nanf("");
    file.values(values);
    const NiftiVolume image = parse(file.bytes());
    EXPECT_TRUE(std::isnan(image.values[7]));
    EXPECT_EQ(message_of([&] { label_volumes(image); }),
              "a.nii: voxel (1, 0, 1) holds nan, expected a whole number of at most 32 bits as a "
              "label");
}

TEST(Nifti, RefusesLabelsThatAreNoWholeNumbers) {
    NiftiVolume image{"a.nii", {}, {1.0, 2.5}};
    image.header.grid.nx = 2;
    EXPECT_EQ(message_of([&] { nifti_labels(image); }),
              "a.nii: voxel (1, 0, 0) holds 2.5, expected a whole number of at most 32 bits as a "
              "label");
    image.values = {1.0, 3e9};
    EXPECT_EQ(message_of([&] { nifti_labels(image); }),
              "a.nii: voxel (1, 0, 0) holds 3000000000, expected a whole number of at most 32 bits "
              "as a label");
}

TEST(Nifti, ReportsTheVolumeOfEveryLabel) {
    NiftiBytes file(1);
    file.voxel({0.5, 1.0, 2.0});
    file.values(std::vector<std::uint8_t>{7, 7, 0, 0, 0, 0, 2, 2, 2, 0, 0, 0});
    const std::vector<LabelVolume> volumes = label_volumes(parse(file.bytes()));
    ASSERT_EQ(volumes.size(), 3u);
    EXPECT_EQ(volumes[0].label, 0);
    EXPECT_EQ(volumes[1].label, 2);
    EXPECT_EQ(volumes[2].label, 7);
    EXPECT_EQ(volumes[1].voxels, 3);
    EXPECT_NEAR(volumes[1].volume, 3e-9, 1e-22);
    EXPECT_NEAR(volumes[2].volume, 2e-9, 1e-22);
}

}  // namespace
}  // namespace caravel::input
