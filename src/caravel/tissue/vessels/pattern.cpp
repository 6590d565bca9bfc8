#include "caravel/tissue/vessels/pattern.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/tissue/vessels/distance.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::tissue {
namespace {

constexpr std::uint32_t spot_purpose = 0x53504F54;  // own stream of random numbers

/// Volume (m3) of the tumour, copies included.
double volume_of(const Domain& domain) {
    double shares = 0.0;
    for (const double share : domain.tumour_share) shares += share;
    return shares * domain.grid.cell_volume() * domain.copies;
}

double mean_spacing(const Grid& grid) { return std::cbrt(grid.cell_volume()); }

/// 1 in the rim, 0 in the core, in between within a voxel of their border.
std::vector<double> rim_share(const Domain& domain, const VesselPatternInput& pattern) {
    const double radius = std::cbrt(0.75 * volume_of(domain) / std::numbers::pi);
    const double thickness = pattern.rim_thickness > 0.0 ? pattern.rim_thickness : 0.2 * radius;
    std::vector<double> rim = tumour_depth(domain);
    double deepest = 0.0;
    for (std::size_t v = 0; v < rim.size(); ++v)
        if (domain.tumour_share[v] > 0.0) deepest = std::max(deepest, rim[v]);
    if (!std::isfinite(deepest))
        throw InputError(Diagnostic{pattern.where, "the tumour has no surface and so no rim",
                                    "voxels without tumour around it", "set margin"});
    if (thickness >= deepest)
        throw InputError(Diagnostic{
            pattern.where, "a rim of " + format_number(thickness * 1e6, 4) + " um leaves no core",
            "rim_thickness below " + format_number(deepest * 1e6, 4) + " um",
            "use pattern = \"uniform\", or a finer resolution"});
    const double width = mean_spacing(domain.grid);
    for (double& d : rim) d = std::clamp((thickness - d) / width + 0.5, 0.0, 1.0);
    return rim;
}

/// Marks the voxels in whose middle a spot lies: drawn uniformly over the tumour's volume.
std::vector<std::uint8_t> spot_voxels(const Domain& domain, const VesselPatternInput& pattern) {
    std::vector<double> below(domain.tumour_share.size() + 1, 0.0);
    for (std::size_t v = 0; v + 1 < below.size(); ++v)
        below[v + 1] = below[v] + domain.tumour_share[v];
    const auto wanted = static_cast<double>(pattern.spots) / domain.copies;
    const long count = std::max(1L, std::lround(wanted));
    std::vector<std::uint8_t> marked(domain.tumour_share.size(), 0);
    for (long spot = 0; spot < count; ++spot) {
        exec::RandomStream stream(static_cast<std::uint64_t>(pattern.seed), spot_purpose,
                                  static_cast<std::uint64_t>(spot));
        const double target = exec::uniform(stream) * below.back();
        const auto found = std::upper_bound(below.begin(), below.end() - 1, target);
        marked[static_cast<std::size_t>(std::max<std::ptrdiff_t>(1, found - below.begin())) - 1] =
            1;
    }
    return marked;
}

/// 1 in the middle of a spot, falling as a Gaussian whose width is a quarter of the spots' mean
/// distance.
std::vector<double> spot_share(const Domain& domain, const VesselPatternInput& pattern) {
    const double apart = std::cbrt(volume_of(domain) / static_cast<double>(pattern.spots));
    const double width = 0.25 * apart;
    std::vector<double> result = distance_to(domain.grid, spot_voxels(domain, pattern));
    for (double& d : result) d = std::exp(-0.5 * d * d / (width * width));
    return result;
}

}  // namespace

std::vector<double> tumour_depth(const Domain& domain) {
    std::vector<std::uint8_t> outside(domain.tumour_share.size());
    for (std::size_t v = 0; v < outside.size(); ++v)
        outside[v] = domain.tumour_share[v] < 0.5 ? 1 : 0;
    std::vector<double> depth = distance_to(domain.grid, outside);
    const double half = 0.5 * mean_spacing(domain.grid);
    for (double& d : depth) d = std::max(0.0, d - half);
    return depth;
}

void normalise(const Domain& domain, std::vector<double>& values, const Location& where) {
    double sum = 0.0;
    double shares = 0.0;
    for (std::size_t v = 0; v < values.size(); ++v) {
        sum += domain.tumour_share[v] * values[v];
        shares += domain.tumour_share[v];
    }
    const double scale = shares / sum;
    if (!(sum > 0.0) || !std::isfinite(scale))
        throw InputError(Diagnostic{where, "no vessel with blood flow lies in the tumour",
                                    "vessels that pass through tumour voxels",
                                    "are the places in metres of the domain?"});
    for (double& value : values) value *= scale;
}

std::vector<double> pattern_factor(const Domain& domain, const VesselPatternInput& pattern) {
    std::vector<double> factor(domain.tumour_share.size(), 0.0);
    if (pattern.pattern == "rim" || pattern.pattern == "core")
        factor = rim_share(domain, pattern);
    else if (pattern.pattern == "hot_spots")
        factor = spot_share(domain, pattern);
    const bool inside = pattern.pattern == "core";
    for (std::size_t v = 0; v < factor.size(); ++v) {
        const double high = inside ? 1.0 - factor[v] : factor[v];
        const bool tumour = domain.tumour_share[v] > 0.0;
        factor[v] = tumour ? 1.0 + (pattern.contrast - 1.0) * high : 0.0;
    }
    normalise(domain, factor, pattern.where);
    return factor;
}

}  // namespace caravel::tissue
