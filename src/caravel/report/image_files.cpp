#include "caravel/report/image_files.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/dicom_file.hpp"
#include "caravel/report/image_sidecar.hpp"
#include "caravel/report/nifti_file.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

namespace caravel::report {
namespace {

void demand_image(const ImageFile& image) {
    const auto cells = static_cast<std::size_t>(image.grid.cell_count());
    if (image.values.size() != cells || (!image.truth.empty() && image.truth.size() != cells))
        throw InputError(
            Diagnostic{{},
                       fmt::format("image '{}' holds {} values and {} of its truth", image.name,
                                   image.values.size(), image.truth.size()),
                       fmt::format("{}, one per voxel", cells),
                       ""});
    const bool plain = std::all_of(image.name.begin(), image.name.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '+';
    });
    if (image.name.empty() || image.name.front() == '.' || !plain)
        throw InputError(Diagnostic{
            {}, fmt::format("an image named '{}'", image.name), "letters, digits and _ . - +", ""});
}

VolumeField field_of(const ImageFile& image, const std::string& name,
                     std::span<const double> values) {
    return {name, image.unit,
            View<const double>(values.data(), static_cast<index_t>(values.size()))};
}

}  // namespace

ImageFile image_file(const imaging::Image& image, const imaging::ScanResult& scan,
                     std::string modality, double time, std::uint64_t seed) {
    ImageFile file;
    file.grid = image.grid;
    file.name = image.name;
    file.label = image.label;
    file.unit = image.unit;
    file.values = image.values;
    file.truth = image.truth;
    file.modality = std::move(modality);
    file.time = time;
    file.noise = image.noise;
    file.noise_model = image.noise_model;
    file.seed = seed;
    file.facts = scan.facts;
    return file;
}

std::vector<std::filesystem::path> write_image_files(const std::filesystem::path& folder,
                                                     const ImageFile& image,
                                                     const ImageFileOptions& options) {
    demand_image(image);
    create_folder(folder);
    std::vector<std::filesystem::path> written;
    if (options.nifti) {
        const std::string text = image.label.empty() ? image.name : image.label;
        written.emplace_back(image.name + ".nii.gz");
        write_nifti(folder / written.back(), image.grid, field_of(image, image.name, image.values),
                    text);
        if (!image.truth.empty()) {
            written.emplace_back(image.name + "_truth.nii.gz");
            write_nifti(folder / written.back(), image.grid,
                        field_of(image, image.name + "_truth", image.truth), text + ", truth");
        }
        written.emplace_back(image.name + ".json");
        write_file_atomically(folder / written.back(), image_sidecar(image, options));
    }
    if (options.dicom) {
        written.emplace_back(image.name + "_dicom");
        write_dicom(folder / written.back(), image, options);
    }
    return written;
}

}  // namespace caravel::report
