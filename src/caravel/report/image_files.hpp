// Images of a scan as files that image viewers open: NIfTI with a sidecar, DICOM.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/imaging/image.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace caravel::report {

/// One image on its way into files. The values are looked at, not copied.
struct ImageFile {
    Grid grid{};
    std::string name{};  // letters, digits and _ . - +; the stem of the files
    std::string label{};
    std::string unit{};  // UCUM, of values, truth and noise
    std::span<const double> values{};
    std::span<const double> truth{};  // empty: none
    std::string modality{};           // "mri", "mpi", "ct", "xfi", "pet", "spect", "fluorescence"
    double time = 0.0;                // s of the study at which the object was seen
    double duration = 0.0;            // s of the scan; 0: not said
    double noise = 0.0;               // standard deviation of a voxel; 0: unknown
    std::string noise_model{};
    std::uint64_t seed = 0;
    std::string description{};
    std::vector<std::pair<std::string, std::string>> facts{};  // name, value with unit
};

struct ImageFileOptions {
    bool nifti = true;
    bool dicom = false;
    std::string run{};                      // names patient and study; letters, digits, _ and -
    std::string version{};                  // of the program
    std::filesystem::path dicom_program{};  // empty: dicom_program()
};

/// What a scanner handed over, ready for write_image_files(); looks at `image`.
ImageFile image_file(const imaging::Image& image, const imaging::ScanResult& scan,
                     std::string modality, double time, std::uint64_t seed);

/// Writes into `folder`, which is made: NAME.nii.gz (float32, write_nifti()) with NAME.json
/// (image_sidecar()), NAME_truth.nii.gz where there is a truth, and the folder NAME_dicom
/// (write_dicom()). Every file or folder is complete or not there. Returns their paths, relative to
/// `folder`. Throws as the functions named.
std::vector<std::filesystem::path> write_image_files(const std::filesystem::path& folder,
                                                     const ImageFile& image,
                                                     const ImageFileOptions& options = {});

}  // namespace caravel::report
