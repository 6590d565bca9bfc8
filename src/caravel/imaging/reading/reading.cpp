#include "caravel/imaging/reading/reading.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/reading/detectability.hpp"
#include "caravel/imaging/reading/noise_covariance.hpp"
#include "caravel/imaging/reading/region_map.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace caravel::imaging {
namespace {

struct Statistics {
    double mean = 0.0;
    double deviation = 0.0;
};

Statistics statistics(std::span<const double> values, const WeightedVoxels& where) {
    Statistics s;
    if (!(where.total > 0.0)) return s;
    // about the first value, so that an even image has exactly its mean
    const double first = values[static_cast<std::size_t>(where.voxel.front())];
    double sum = 0.0;
    double squares = 0.0;
    double weights = 0.0;
    for (std::size_t n = 0; n < where.voxel.size(); ++n)
        sum += where.weight[n] * (values[static_cast<std::size_t>(where.voxel[n])] - first);
    s.mean = first + sum / where.total;
    for (std::size_t n = 0; n < where.voxel.size(); ++n) {
        const double d = values[static_cast<std::size_t>(where.voxel[n])] - s.mean;
        squares += where.weight[n] * d * d;
        weights += where.weight[n] * where.weight[n];
    }
    // weighted form of n - 1
    const double freedom = where.total - weights / where.total;
    s.deviation = freedom > 0.0 ? std::sqrt(squares / freedom) : 0.0;
    // what rounding leaves in an even image is no noise
    if (s.deviation < 1e-12 * std::abs(s.mean)) s.deviation = 0.0;
    return s;
}

double ratio(double a, double b) { return b > 0.0 ? a / b : 0.0; }

/// Mean of the truth within, less that of the background; NaN without a truth.
struct Truth {
    double inside = std::numeric_limits<double>::quiet_NaN();
    double contrast = std::numeric_limits<double>::quiet_NaN();
};

Truth truth_of(const Image& image, const WeightedVoxels& where, const WeightedVoxels& background) {
    if (image.truth.empty()) return {};
    const double inside = statistics(image.truth, where).mean;
    return {inside, inside - statistics(image.truth, background).mean};
}

void demand_readable(const Image& image, const ImagedObject& object) {
    check_object(object);
    const auto cells = static_cast<std::size_t>(image.grid.cell_count());
    if (!image.missing.empty() && image.missing.size() != cells)
        throw InputError(
            Diagnostic{{},
                       fmt::format("image '{}' marks {} voxels", image.name, image.missing.size()),
                       fmt::format("{}, one per voxel", cells),
                       ""});
    if (!image.without.empty() && image.without.size() != cells)
        throw InputError(Diagnostic{{},
                                    fmt::format("image '{}' holds {} values without agents",
                                                image.name, image.without.size()),
                                    fmt::format("{}, one per voxel", cells),
                                    ""});
    if (image.values.size() != cells || (!image.truth.empty() && image.truth.size() != cells))
        throw InputError(
            Diagnostic{{},
                       fmt::format("image '{}' holds {} values and {} of its truth", image.name,
                                   image.values.size(), image.truth.size()),
                       fmt::format("{}, one per voxel", cells),
                       ""});
    const bool any = std::any_of(object.regions.begin(), object.regions.end(),
                                 [](const ImagedRegion& region) { return region.background; });
    if (!any)
        throw InputError(Diagnostic{{},
                                    "no region of the object is a background to read against",
                                    "background = true for at least one region",
                                    ""});
}

/// The voxels that have a value.
WeightedVoxels present(const Image& image, const WeightedVoxels& where) {
    if (image.missing.empty()) return where;
    WeightedVoxels kept;
    kept.whole = where.whole;
    for (std::size_t n = 0; n < where.voxel.size(); ++n) {
        if (image.missing[static_cast<std::size_t>(where.voxel[n])] != 0) continue;
        kept.voxel.push_back(where.voxel[n]);
        kept.weight.push_back(where.weight[n]);
        kept.total += where.weight[n];
    }
    return kept;
}

/// Values and ratios of a region, without what the noise's covariance adds.
RegionReading reading_of(const Image& image, const WeightedVoxels& where, const Statistics& around,
                         const Truth& truth) {
    const Statistics inside = statistics(image.values, where);
    RegionReading r;
    r.image = image.name;
    r.unit = image.unit;
    r.voxels = where.whole ? static_cast<double>(where.voxel.size()) : 0.0;
    r.mean = inside.mean;
    r.deviation = inside.deviation;
    r.truth = truth.inside;
    r.background = around.mean;
    r.background_deviation = around.deviation;
    r.contrast = inside.mean - around.mean;
    r.contrast_to_noise = ratio(r.contrast, around.deviation);
    r.signal_to_noise = ratio(r.mean, image.noise > 0.0 ? image.noise : around.deviation);
    r.recovery = truth.contrast == 0.0 ? std::numeric_limits<double>::quiet_NaN()
                                       : r.contrast / truth.contrast;
    return r;
}

/// Contrast that the place has without agents: brighter tissue, an edge of the body.
double contrast_without(const Image& image, const WeightedVoxels& where,
                        const WeightedVoxels& background) {
    if (image.without.empty()) return 0.0;
    return statistics(image.without, where).mean - statistics(image.without, background).mean;
}

/// The observer's d' squared less 1, which noise adds to the mean of the squared contrast.
double detectability(const RegionReading& reading, double without) {
    const double index = ratio(reading.contrast - without, reading.mean_error);
    return std::sqrt(std::max(0.0, index * index - 1.0));
}

}  // namespace

std::vector<RegionReading> read_regions(exec::ThreadTeam& team, const Image& image,
                                        const ImagedObject& object) {
    demand_readable(image, object);
    const RegionMap map(team, image.grid, object);
    const WeightedVoxels background = present(image, map.background());
    if (background.voxel.empty())
        throw InputError(
            Diagnostic{{},
                       fmt::format("image '{}' shows nothing of the background", image.name),
                       "a field of view that holds some of it",
                       ""});
    const Statistics around = statistics(image.values, background);
    const NoiseCovariance noise = around.deviation > 0.0
                                      ? measured_noise(team, image.grid, image.values, background)
                                      : white_noise(image.noise);
    std::vector<RegionReading> readings;
    for (std::size_t number = 0; number < object.regions.size(); ++number) {
        const WeightedVoxels where = present(image, map.region(number));
        if (object.regions[number].background || where.voxel.empty()) continue;
        RegionReading r = reading_of(image, where, around, truth_of(image, where, background));
        r.region = object.regions[number].name;
        r.mean_error = std::sqrt(template_variance(image.grid, noise, where)) / where.total;
        r.detectability = detectability(r, contrast_without(image, where, background));
        r.area_under_curve = area_under_curve(r.detectability);
        readings.push_back(r);
    }
    return readings;
}

}  // namespace caravel::imaging
