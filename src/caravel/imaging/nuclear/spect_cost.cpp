#include "caravel/base/fft.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/nuclear/scan_checks.hpp"
#include "caravel/imaging/nuclear/spect_scan.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr double filled = 0.9;  // width of the body over that of its grid

/// Points of a volume padded for the flight of scattered photons (SpectCounting).
double padded_points(const Grid& image) {
    const auto padded = [more = 0.5 * static_cast<double>(image.nx)](index_t n) {
        return static_cast<double>(even_fft_length(n + static_cast<index_t>(std::ceil(more))));
    };
    return padded(image.nx) * padded(image.ny) * padded(image.nz);
}

/// Byte while the counts of a source in a window are computed: activity, flux, scattered and seen,
/// the transform with its tables.
double expectation_memory(const Grid& image, const SpectSettings& spect) {
    const auto voxels = static_cast<double>(image.cell_count());
    return 36.0 * voxels + (spect.scatter ? 18.0 * padded_points(image) : 0.0);
}

/// Byte of OSEM beside the counts: sensitivities of the subsets, one image per view of a subset,
/// image, correction and what a thread works with.
double update_memory(double voxels, const SpectSettings& spect) {
    const auto subsets = static_cast<double>(spect.subsets);
    const double tiles = static_cast<double>(spect.views) / subsets * spect.expected.most;
    return voxels * 4.0 * (subsets + tiles + 4.0);
}

}  // namespace

ScanCost estimate_spect(const Grid& object_grid, const SpectSettings& spect, Tier tier) {
    const SpectLines& lines = spect.expected;
    check_voxels(object_grid, spect.resolution, "SPECT");
    const Grid image =
        covering_grid(object_grid, {spect.resolution, spect.resolution, spect.resolution});
    const auto voxels = static_cast<double>(image.cell_count());
    const auto cells = static_cast<double>(object_grid.cell_count());
    const double imaged = std::max(1.0, lines.imaged);
    const double windows = std::max(1.0, lines.windows);
    // maps of attenuation and activities; one more where they are summed
    const double maps = 8.0 * cells * (lines.energies + lines.nuclides);
    if (tier == Tier::image)
        return {maps + 7.0 * cells + voxels * (64.0 + 24.0 * (imaged - 1.0)),
                imaged * (0.07 + 3e-7 * voxels) + 2e-8 * cells};
    const auto views = static_cast<double>(spect.views);
    const double across =
        std::min(std::hypot(static_cast<double>(image.nx), static_cast<double>(image.ny)),
                 filled * static_cast<double>(image.nx) + 4.0);
    const double counts = 4.0 * views * across * static_cast<double>(image.nz);  // of a window
    // attenuation and what stops photons, as it is and as it is believed
    const double kept = maps + voxels * (8.0 * lines.energies + 8.0 * windows) + counts * windows;
    const double expected = expectation_memory(image, spect);
    const double taken = expected + 4.0 * counts;
    const double found = 16.0 * imaged * voxels;
    const double background = found + counts * (2.0 + 2.0 * lines.most) + expected;
    const double updated = found + 3.0 * counts * lines.most + update_memory(voxels, spect);
    const double projections = windows * views * 2.0 * static_cast<double>(spect.iterations + 4);
    return {kept + std::max({taken, background, updated}),
            0.15 * imaged + projections * voxels * 1e-8};
}

}  // namespace caravel::imaging
