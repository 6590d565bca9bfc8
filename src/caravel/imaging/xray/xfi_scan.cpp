#include "caravel/imaging/xray/xfi_scan.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/noise.hpp"
#include "caravel/imaging/tomography/filtered_back_projection.hpp"
#include "caravel/imaging/xray/ct_model.hpp"
#include "caravel/imaging/xray/xfi_model.hpp"
#include "caravel/imaging/xray/xray_dose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double pi = std::numbers::pi;
constexpr index_t image_tier_views = 12;
constexpr index_t image_tier_cells = 24;  // of the grid on which its noise is found

double square(double x) { return x * x; }

/// Parts of a scan that both tiers need.
struct Scan {
    const ScanContext& context;
    const ImagedObject& object;
    const XfiSettings& settings;
    PhotonTables photons;
    XfiYield yield{};
    Grid grid{};
};

/// The tomography's point spread and noise are those of a parallel-beam CT of this pitch.
CtSettings like_ct(const XfiSettings& s, index_t views) {
    CtSettings ct;
    ct.beam = "parallel";
    ct.detector.pixel_pitch = s.resolution;
    ct.focal_spot = 0.0;
    ct.window = s.window;
    ct.views = views;
    return ct;
}

/// A grid of the same extent with at most `image_tier_cells` cells along an axis.
Grid coarse_grid(const Grid& fine) {
    const auto spacing = [](double s, index_t n) {
        return s * static_cast<double>(n) / static_cast<double>(std::min(n, image_tier_cells));
    };
    return covering_grid(fine,
                         {spacing(fine.spacing[0], fine.nx), spacing(fine.spacing[1], fine.ny),
                          spacing(fine.spacing[2], fine.nz)});
}

/// Standard deviation (kg/m3) of every voxel of `object` with Poisson counts of line and
/// background, from the rays that cross it; with `blank` as if there were no agent.
std::vector<double> noise_of(const Scan& scan, const XfiObject& object, const XfiCounts& counts,
                             bool blank) {
    const Grid& grid = object.grid;
    const double gain = noise_gain(like_ct(scan.settings, scan.settings.views));
    const double middle_x = grid.origin[0] + 0.5 * grid.spacing[0] * static_cast<double>(grid.nx);
    const double middle_y = grid.origin[1] + 0.5 * grid.spacing[1] * static_cast<double>(grid.ny);
    const auto half = 0.5 * static_cast<double>(counts.positions - 1);
    std::vector<double> sigma(object.density.size());
    scan.context.team.run(grid.nz, [&](index_t k) {
        for (index_t j = 0; j < grid.ny; ++j) {
            for (index_t i = 0; i < grid.nx; ++i) {
                const Vector3 c = grid.centre(i, j, k);
                double sum = 0.0;
                for (index_t v = 0; v < counts.views; ++v) {
                    const double angle =
                        2.0 * pi * static_cast<double>(v) / static_cast<double>(counts.views);
                    const double across =
                        std::cos(angle) * (c[0] - middle_x) + std::sin(angle) * (c[1] - middle_y);
                    const auto p =
                        static_cast<index_t>(std::lround(across / scan.settings.resolution + half));
                    const auto at =
                        static_cast<std::size_t>((v * grid.nz + k) * counts.positions +
                                                 std::clamp<index_t>(p, 0, counts.positions - 1));
                    sum += counts.background[at] + (blank ? 0.0 : counts.line[at]);
                }
                const auto voxel = static_cast<std::size_t>(grid.index(i, j, k));
                const double per_unit = scan.yield.line * counts.passing[voxel];
                sigma[voxel] = std::sqrt(gain * sum / static_cast<double>(counts.views)) / per_unit;
            }
        }
    });
    return sigma;
}

/// Root mean square over tissue.
double over_tissue(const XfiObject& object, const std::vector<double>& sigma) {
    double sum = 0.0;
    double count = 0.0;
    for (std::size_t i = 0; i < sigma.size(); ++i) {
        if (object.density[i] < 100.0) continue;
        sum += square(sigma[i]);
        count += 1.0;
    }
    return count > 0.0 ? std::sqrt(sum / count) : 0.0;
}

/// Numbers of one scan that its image brings along.
struct Made {
    Image image{};
    double limit = 0.0;  // at three standard deviations
    double line = 0.0;   // counts of the whole scan
    double background = 0.0;
    double positions = 0.0;  // of the beam, all views
};

void count(const XfiCounts& counts, double views, Made& made) {
    for (const double n : counts.line) made.line += n;
    for (const double n : counts.background) made.background += n;
    made.line *= views / static_cast<double>(counts.views);
    made.background *= views / static_cast<double>(counts.views);
    made.positions =
        static_cast<double>(counts.line.size()) * views / static_cast<double>(counts.views);
}

XfiObject seen_on(const Scan& scan, const Grid& grid) {
    return xfi_object(scan.context.team, scan.photons, scan.context.library, scan.object,
                      scan.settings, scan.yield, grid);
}

/// Noise of the reconstruction and, for tier image, its map on the image's grid.
std::vector<double> predict(const Scan& scan, Made& made) {
    const XfiObject coarse = seen_on(scan, coarse_grid(scan.grid));
    const XfiCounts counts =
        expected_counts(scan.context.team, coarse, scan.settings, scan.yield,
                        std::min(image_tier_views, static_cast<index_t>(scan.settings.views)),
                        scan.context.interrupted);
    const double slices = static_cast<double>(scan.grid.nz) / static_cast<double>(coarse.grid.nz);
    count(counts, static_cast<double>(scan.settings.views) * slices, made);
    const std::vector<double> sigma = noise_of(scan, coarse, counts, false);
    made.limit = 3.0 * over_tissue(coarse, noise_of(scan, coarse, counts, true));
    made.image.noise = scan.settings.noise ? over_tissue(coarse, sigma) : 0.0;
    return resample(scan.context.team, coarse.grid, sigma, scan.grid);
}

void blur_element(const Scan& scan, const Vector3& fwhm, std::vector<double>& element) {
    blur(scan.context.team, scan.object.grid, fwhm, element);
}

Made tomography_image(const Scan& scan) {
    Made made;
    const std::vector<double> sigma = predict(scan, made);
    const Vector3 spread = point_spread(like_ct(scan.settings, scan.settings.views));
    // The pixel's own width is the beam's.
    const double pitch = square(scan.settings.resolution * fwhm_per_sigma);
    const double in_plane = std::sqrt(std::max(0.0, square(spread[0]) - pitch / 12.0) +
                                      square(scan.settings.beam_width));
    std::vector<double> fine = element_concentration(scan.object, scan.settings.element);
    blur_element(scan, {in_plane, in_plane, scan.settings.beam_width}, fine);
    made.image.values = resample(scan.context.team, scan.object.grid, fine, scan.grid);
    if (!scan.settings.noise) return made;
    std::vector<double> drawn(made.image.values.size());
    add_gaussian_noise(scan.context.team, drawn, 1.0, scan.context.seed, NoisePurpose::photons);
    for (std::size_t i = 0; i < drawn.size(); ++i) made.image.values[i] += sigma[i] * drawn[i];
    return made;
}

/// Object with what the beam's width makes of the element.
XfiObject blurred_object(const Scan& scan) {
    XfiObject object = seen_on(scan, scan.grid);
    std::vector<double> fine = element_concentration(scan.object, scan.settings.element);
    const double width = scan.settings.beam_width;
    blur_element(scan, {width, width, width}, fine);
    object.element = resample(scan.context.team, scan.object.grid, fine, scan.grid);
    return object;
}

/// Counts with their noise less the mean background, per count of 1 kg/m2.
std::vector<double> measured(const Scan& scan, const XfiCounts& counts) {
    std::vector<double> drawn(counts.line.size());
    for (std::size_t i = 0; i < drawn.size(); ++i) drawn[i] = counts.line[i] + counts.background[i];
    if (scan.settings.noise)
        draw_counts(scan.context.team, drawn, scan.context.seed, NoisePurpose::photons);
    for (std::size_t i = 0; i < drawn.size(); ++i)
        drawn[i] = (drawn[i] - counts.background[i]) / scan.yield.line;
    return drawn;
}

Grid one_slice(Grid grid, index_t k) {
    grid.nz = 1;
    grid.origin[2] += grid.spacing[2] * static_cast<double>(k);
    return grid;
}

/// Views of one slice of the scan.
ScanGeometry slice_geometry(const XfiSettings& settings, const XfiCounts& counts,
                            const Grid& slice) {
    ScanGeometry geometry;
    geometry.beam = BeamShape::parallel;
    geometry.views = counts.views;
    geometry.columns = counts.positions;
    geometry.column_pitch = settings.resolution;
    geometry.row_pitch = slice.spacing[2];
    geometry.centre = {slice.origin[0] + 0.5 * slice.spacing[0] * static_cast<double>(slice.nx),
                       slice.origin[1] + 0.5 * slice.spacing[1] * static_cast<double>(slice.ny),
                       slice.origin[2] + 0.5 * slice.spacing[2]};
    return geometry;
}

Made tomography_acquisition(const Scan& scan) {
    Made made;
    predict(scan, made);
    const XfiObject object = blurred_object(scan);
    const XfiCounts counts = expected_counts(scan.context.team, object, scan.settings, scan.yield,
                                             scan.settings.views, scan.context.interrupted);
    const std::vector<double> projections = measured(scan, counts);
    made.image.values.resize(object.density.size());
    for (index_t k = 0; k < scan.grid.nz; ++k) {
        if (scan.context.interrupted && scan.context.interrupted())
            throw Interrupted("the X-ray fluorescence scan was interrupted");
        const Grid slice = one_slice(scan.grid, k);
        std::vector<float> sinogram;
        for (index_t v = 0; v < counts.views; ++v)
            for (index_t p = 0; p < counts.positions; ++p)
                sinogram.push_back(static_cast<float>(projections[static_cast<std::size_t>(
                    (v * scan.grid.nz + k) * counts.positions + p)]));
        std::vector<float> volume(static_cast<std::size_t>(slice.nx * slice.ny));
        reconstruct_filtered(scan.context.team, slice_geometry(scan.settings, counts, slice),
                             sinogram, ramp_filter(scan.settings.window), slice, volume,
                             scan.context.interrupted);
        for (std::size_t i = 0; i < volume.size(); ++i) {
            const auto voxel = static_cast<std::size_t>(scan.grid.index(0, 0, k)) + i;
            const double passing =
                scan.settings.attenuation_correction ? counts.passing[voxel] : 1.0;
            made.image.values[voxel] = static_cast<double>(volume[i]) / passing;
        }
        if (scan.context.progress)
            scan.context.progress(static_cast<double>(k + 1) / static_cast<double>(scan.grid.nz));
    }
    return made;
}

/// What one line of voxels along the beam holds.
struct Line {
    double density = 0.0;  // kg/m3, summed over voxels
    double passing = 0.0;  // the same times the share that tissue lets through
    double amount = 0.0;   // kg/m2 of the element
};

Line line_along_beam(const XfiObject& object, const XfiCounts& counts,
                     const std::vector<double>& element, index_t i, index_t k) {
    Line line;
    for (index_t j = 0; j < object.grid.ny; ++j) {
        const auto voxel = static_cast<std::size_t>(object.grid.index(i, j, k));
        line.passing += object.density[voxel] * counts.passing[voxel];
        line.density += object.density[voxel];
        line.amount += element[voxel] * object.grid.spacing[1];
    }
    return line;
}

/// Measured mass of every position (kg/m2), tissue's attenuation not made good: counts as they are
/// drawn, or their mean with normal noise.
std::vector<double> projected_mass(const Scan& scan, const XfiCounts& counts, Tier tier) {
    if (tier == Tier::acquisition) return measured(scan, counts);
    std::vector<double> mass(counts.line.size());
    for (std::size_t i = 0; i < mass.size(); ++i) {
        exec::RandomStream stream(scan.context.seed,
                                  static_cast<std::uint32_t>(NoisePurpose::photons), i);
        const double sigma = std::sqrt(counts.line[i] + counts.background[i]);
        mass[i] = counts.line[i] + (scan.settings.noise ? sigma * exec::normal(stream) : 0.0);
        mass[i] /= scan.yield.line;
    }
    return mass;
}

/// One view along +y: areal mass, made good for the mean attenuation of tissue on the way.
Made projection(const Scan& scan, Tier tier) {
    Made made;
    const XfiObject object = blurred_object(scan);
    const XfiCounts counts = expected_counts(scan.context.team, object, scan.settings, scan.yield,
                                             1, scan.context.interrupted);
    count(counts, 1.0, made);
    std::vector<double> mass = projected_mass(scan, counts, tier);
    const std::vector<double> sharp =
        resample(scan.context.team, scan.object.grid,
                 element_concentration(scan.object, scan.settings.element), scan.grid);
    const Grid& grid = scan.grid;
    double variance = 0.0;
    double blank = 0.0;
    double tissue = 0.0;
    for (index_t k = 0; k < grid.nz; ++k) {
        for (index_t i = 0; i < grid.nx; ++i) {
            const Line line = line_along_beam(object, counts, sharp, i, k);
            const bool corrects = scan.settings.attenuation_correction && line.density > 0.0;
            const double share = corrects ? line.passing / line.density : 1.0;
            const auto pixel = static_cast<std::size_t>(k * grid.nx + i);
            mass[pixel] /= share;
            made.image.truth.push_back(line.amount);
            if (line.density * grid.spacing[1] < 1.0) continue;  // a millimetre of water
            const double unit = square(scan.yield.line * share);
            variance += (counts.line[pixel] + counts.background[pixel]) / unit;
            blank += counts.background[pixel] / unit;
            tissue += 1.0;
        }
    }
    made.image.values = std::move(mass);
    made.image.noise = scan.settings.noise && tissue > 0.0 ? std::sqrt(variance / tissue) : 0.0;
    made.limit = tissue > 0.0 ? 3.0 * std::sqrt(blank / tissue) : 0.0;
    made.image.grid = grid;
    made.image.grid.ny = 1;
    made.image.grid.spacing[1] *= static_cast<double>(grid.ny);
    return made;
}

double radius_of(const Grid& grid) {
    return 0.5 * std::min(grid.spacing[0] * static_cast<double>(grid.nx),
                          grid.spacing[1] * static_cast<double>(grid.ny));
}

void add_numbers(const Scan& scan, const Made& made, ScanResult& result) {
    const XfiSettings& s = scan.settings;
    const bool slices = s.mode == "tomography";
    const double views = slices ? static_cast<double>(s.views) : 1.0;
    const PhotonSpectrum beam{{s.beam_energy},
                              {s.photons * views / (s.resolution * scan.grid.spacing[2])}};
    const double dose =
        cylinder_dose(scan.context.team, WaterTable(scan.photons, scan.context.library), beam,
                      radius_of(scan.object.grid), scan.context.seed);
    result.numbers = {
        {"dose", "mean dose in water of the object's width", dose, "mGy"},
        {"detection_limit", "three standard deviations without agent", made.limit,
         slices ? "mg/mL" : "mg/cm2"},
        {"counts_line", "in the windows, whole scan", made.line, "1"},
        {"counts_background", "in the windows, whole scan", made.background, "1"},
        {"line_energy", "mean of K-alpha", scan.yield.exit_energy, "keV"},
        {"compton_energy", "of photons scattered once", scan.yield.compton_energy, "keV"},
        {"scan_time", "beam on, all positions", s.dwell_time * made.positions, "s"}};
    result.assumptions = {
        "The background is scattered once by free electrons at the detector's middle angle, spread "
        "by resolution and aperture, with an even continuum of multiple scatter; its mean is "
        "known and taken off.",
        "All detectors stand in the plane of the slice at one angle from the beam.",
        "Attenuation is made good by its mean over views (tomography) or tissue (projection)."};
    result.facts = {{"element", s.element},
                    {"beam energy", format_number(s.beam_energy / kiloelectronvolt, 4) + " keV"},
                    {"photons per position", format_number(s.photons, 4)},
                    {"detector angle", format_number(s.detector_angle * 180.0 / pi, 4) + " deg"},
                    {"views", fmt::format("{}", slices ? s.views : 1)}};
}

/// Throws InputError for more counts than can be held.
void check_projections(const Grid& grid, const XfiSettings& settings, Tier tier) {
    const bool slices = settings.mode == "tomography";
    if (slices && tier == Tier::image) return;
    const auto views = slices ? static_cast<index_t>(settings.views) : 1;
    check_image_size(static_cast<double>(beam_positions(grid, settings, views)) *
                         static_cast<double>(grid.nz) * static_cast<double>(views),
                     "projection values", "choose a larger resolution, or fewer views");
}

}  // namespace

ScanResult scan_xfi(const ScanContext& context, const ImagedObject& object,
                    const XfiSettings& settings, Tier tier) {
    check_object(object);
    check_xfi(settings);
    Scan scan{context, object, settings, PhotonTables(context.library)};
    scan.yield = xfi_yield(scan.photons, context.library, settings);
    scan.grid = xfi_grid(object, settings);
    const bool slices = settings.mode == "tomography";
    check_projections(scan.grid, settings, tier);
    Made made = !slices               ? projection(scan, tier)
                : tier == Tier::image ? tomography_image(scan)
                                      : tomography_acquisition(scan);
    std::string name = settings.element;
    for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    made.image.name = name + (slices ? "_concentration" : "_areal_mass");
    made.image.label = settings.element + (slices ? " concentration" : " along the beam");
    made.image.unit = slices ? "mg/mL" : "mg/cm2";
    made.image.noise_model = made.image.noise > 0.0 ? "gaussian" : "none";
    if (slices) {
        made.image.grid = scan.grid;
        made.image.truth = resample(context.team, object.grid,
                                    element_concentration(object, settings.element), scan.grid);
    } else {
        const double scale = to_si(1.0, parse_unit("mg/cm2"));
        for (double& value : made.image.values) value /= scale;
        for (double& value : made.image.truth) value /= scale;
        made.image.noise /= scale;
    }
    ScanResult result;
    add_numbers(scan, made, result);
    result.images.push_back(std::move(made.image));
    if (context.progress) context.progress(1.0);
    return result;
}

}  // namespace caravel::imaging
