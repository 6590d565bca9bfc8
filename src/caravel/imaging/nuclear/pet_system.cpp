#include "caravel/imaging/nuclear/pet_system.hpp"

#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/nuclear/scan_checks.hpp"
#include "caravel/imaging/tomography/projection.hpp"

#include <algorithm>

namespace caravel::imaging {
namespace {

std::size_t at(index_t n) { return static_cast<std::size_t>(n); }

/// Views of subset s of a scan.
ScanGeometry subset_geometry(const ScanGeometry& all, index_t subsets, index_t s) {
    ScanGeometry part = all;
    part.views = all.views / subsets;
    part.first_angle =
        all.first_angle + all.arc * static_cast<double>(s) / static_cast<double>(all.views);
    return part;
}

void blur_narrow(exec::ThreadTeam& team, const Grid& grid, double fwhm, std::span<float> volume) {
    std::vector<double> wide(volume.begin(), volume.end());
    blur(team, grid, {fwhm, fwhm, fwhm}, wide);
    std::copy(wide.begin(), wide.end(), volume.begin());
}

}  // namespace

EmissionSystem PetSystem::system() const {
    EmissionSystem all;
    all.voxels = grid.cell_count();
    all.subsets = subsets;
    all.subset_size = geometry.pixel_count() / subsets;
    all.project = [this](index_t s, std::span<const float> image, std::span<float> counts) {
        check_interrupted(context, "PET projection");
        std::vector<float> blurred(image.begin(), image.end());
        if (blur > 0.0) blur_narrow(context.team, grid, blur, blurred);
        project_scan(context.team, subset_geometry(geometry, subsets, s), grid, blurred, counts);
        const std::size_t first = at(s) * counts.size();
        for (std::size_t i = 0; i < counts.size(); ++i) counts[i] *= gain[first + i];
    };
    all.back_project = [this](index_t s, std::span<const float> counts, std::span<float> image) {
        check_interrupted(context, "PET back projection");
        std::vector<float> weighted(counts.begin(), counts.end());
        const std::size_t first = at(s) * counts.size();
        for (std::size_t i = 0; i < counts.size(); ++i) weighted[i] *= gain[first + i];
        std::fill(image.begin(), image.end(), 0.0F);
        back_project_scan(context.team, subset_geometry(geometry, subsets, s), grid, weighted,
                          image);
        if (blur > 0.0) blur_narrow(context.team, grid, blur, image);
    };
    return all;
}

}  // namespace caravel::imaging
