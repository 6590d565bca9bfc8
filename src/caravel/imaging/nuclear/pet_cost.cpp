#include "caravel/base/fft.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/nuclear/pet_model.hpp"
#include "caravel/imaging/nuclear/scan_checks.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr double margin = 6e-3;     // m, of the image's filter
constexpr double forecast = 1.5e6;  // byte, of the coarse grid and what belongs to it

/// Byte of the complex transform of a padded grid and of its filter's tables.
double filter_memory(const Grid& grid) {
    const auto padded = [&](index_t n, std::size_t axis) {
        const auto more = static_cast<index_t>(std::ceil(margin / grid.spacing[axis]));
        return static_cast<double>(even_fft_length(n + more));
    };
    return 18.0 * padded(grid.nx, 0) * padded(grid.ny, 1) * padded(grid.nz, 2);
}

}  // namespace

ScanCost estimate_pet(const Grid& object_grid, const PetSettings& settings, Tier tier) {
    check_voxels(object_grid, settings.resolution, "PET");
    const Grid image =
        covering_grid(object_grid, {settings.resolution, settings.resolution, settings.resolution});
    const auto voxels = static_cast<double>(image.cell_count());
    const auto cells = static_cast<double>(object_grid.cell_count());
    const double bin = settings.bin_width.value_or(0.5 * settings.crystal_pitch);
    const double across = std::hypot(static_cast<double>(image.nx), static_cast<double>(image.ny));
    const double bins = static_cast<double>(settings.views) * static_cast<double>(image.nz) *
                        across * settings.resolution / bin;
    // time as measured (docs/models/pet.md); truth, forecast, image and noise
    const double images = 24.0 * cells + 56.0 * voxels + filter_memory(image) + forecast;
    if (tier == Tier::image) return {images, 0.28 + 4e-7 * voxels + 8e-8 * cells};
    const double steps = bins * across * 0.7;  // planes crossed by the lines
    const auto iterations = static_cast<double>(settings.iterations);
    const auto subsets = static_cast<double>(settings.subsets);
    const Grid source = pet_source_grid(object_grid, image);
    const auto sources = static_cast<double>(source.cell_count());
    const double counted = 16.0 * cells + 8.0 * voxels + 16.0 * sources + filter_memory(source);
    const double updated = 24.0 * cells + (20.0 + 4.0 * subsets) * voxels + 14.0 * bins;
    return {std::max({counted, updated, images + 12.0 * bins}),
            4.7e-6 * bins + (2.0 * iterations + 4.0) * steps * 2e-9 +
                iterations * subsets * voxels * 1.2e-7};
}

}  // namespace caravel::imaging
