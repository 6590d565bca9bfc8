// Images of the NIfTI format, versions 1 and 2: segmentations and measured maps.
#pragma once

#include "caravel/base/error.hpp"
#include "caravel/base/grid.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::input {

/// What is refused before memory is taken for it.
struct NiftiLimits {
    double voxels = 268435456.0;  // values are held as double: 2 GiB
};

/// What the header says. The grid is turned to RAS+: x to the subject's right, y to the front
/// (anterior), z to the head (superior); lengths in m.
struct NiftiHeader {
    int version = 1;
    Grid grid;
    std::string axes = "RAS";  // directions in which the file's own axes run
    std::string data_type;     // "uint8", "float32", ...
    std::string description;   // printable ASCII
    bool placed = false;       // a sform or qform says where the voxels lie
};

/// A three-dimensional image; values are scaled by scl_slope and scl_inter and lie x fastest on
/// the grid of the header. NaN is kept: maps may have holes.
struct NiftiVolume {
    std::string file;
    NiftiHeader header;
    std::vector<double> values;
};

/// Header of a .nii, .nii.gz, .hdr or .img file. Throws InputError (file, what is wrong, what was
/// expected) for broken or oblique images and what exceeds the limits; IoError when the file cannot
/// be read.
NiftiHeader read_nifti_header(const std::filesystem::path& path, const NiftiLimits& limits = {});

/// The whole image; errors as read_nifti_header, and InputError for truncated files and for
/// compressed ones that hold more than their header announces.
NiftiVolume read_nifti(const std::filesystem::path& path, const NiftiLimits& limits = {});

/// As read_nifti for the bytes of a .nii or .nii.gz file; `name` stands in messages.
NiftiVolume parse_nifti(std::string_view bytes, const std::string& name,
                        const NiftiLimits& limits = {});

/// One label of a segmentation.
struct LabelVolume {
    std::int64_t label = 0;
    std::int64_t voxels = 0;
    double volume = 0.0;  // m3
};

/// The image's values as labels. Throws InputError for NaN, fractions and values beyond 32 bits
/// (with the voxel's place as stored in RAS+ order, from 0).
std::vector<std::int32_t> nifti_labels(const NiftiVolume& image);

/// Voxels and volume of every label, in ascending order. Errors as nifti_labels.
std::vector<LabelVolume> label_volumes(const NiftiVolume& image);

}  // namespace caravel::input
