// Images as DICOM series, written by a program of its own.
#pragma once

#include "caravel/report/image_files.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace caravel::report {

/// A unique identifier below the root 2.25 (ISO/IEC 9834-8) made of the SHA-256 of `text`: the same
/// text gives the same one.
std::string dicom_uid(std::string_view text);

/// Path of `caravel-dicom`: the environment's CARAVEL_DICOM, else beside the running program.
std::filesystem::path dicom_program();

/// Writes an image as the folder `path`: CT images for Hounsfield units, MR images for "mri", PET
/// images for "pet" in a radioactivity per volume or SUV (g/mL), all with one file per slice of 16
/// bits and a scale; anything else as one Parametric Map of float32. Axes are turned from right,
/// front, head to DICOM's left, back, head: rows run to the left, columns to the back. The series
/// is written under another name and renamed: it is whole or not there. Dates count from
/// 2000-01-01. Throws NumericalError for values that are not finite; IoError when the program is
/// missing, fails (its text is handed on) or is killed; else as Replacement.
void write_dicom(const std::filesystem::path& path, const ImageFile& image,
                 const ImageFileOptions& options);

}  // namespace caravel::report
