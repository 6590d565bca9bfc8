// Fields as NIfTI images for the tools of medical imaging.
#pragma once

#include "caravel/report/volume_field.hpp"

#include <filesystem>
#include <string>

namespace caravel::report {

enum class NiftiVersion { automatic, one, two };

/// Writes a field as NIfTI-1 image, or NIfTI-2 where asked for or where an axis has more than 32767
/// voxels, of float32 (compressed when the name ends in .gz; the same input
/// gives the same bytes): lengths in mm, sform and qform along the axes x = right, y = front,
/// z = head, so that a field on the grid of a segmentation lies over it. `description` (at most 79
/// characters are kept) is followed by the unit in brackets.
/// The file is complete or not there. Throws std::invalid_argument for axes of more than 32767
/// voxels where version one is asked for; else as check_volume_fields and write_file_atomically.
void write_nifti(const std::filesystem::path& path, const Grid& grid, const VolumeField& field,
                 const std::string& description, NiftiVersion version = NiftiVersion::automatic);

}  // namespace caravel::report
