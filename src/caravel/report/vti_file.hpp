// Fields as VTK image data for ParaView.
#pragma once

#include "caravel/report/volume_field.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace caravel::report {

/// Writes fields as one .vti file: cell data named "name [unit]", appended raw (UInt64 lengths),
/// float64 or float32; lengths in mm; TimeValue in s. The file is complete or not there. Throws as
/// check_volume_fields and write_file_atomically.
void write_vti(const std::filesystem::path& path, const Grid& grid, double time,
               const std::vector<VolumeField>& fields, bool single_precision = true);

/// Writes the list (.pvd) that makes .vti files (time in s and name beside the list) one film.
void write_vti_series(const std::filesystem::path& path,
                      const std::vector<std::pair<double, std::string>>& files);

}  // namespace caravel::report
