#include "caravel/imaging/xray/xfi_model.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/compton.hpp"
#include "caravel/imaging/tomography/projection.hpp"
#include "caravel/imaging/xray/tissue_attenuation.hpp"
#include "caravel/imaging/xray/xray_object.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double pi = std::numbers::pi;

std::string kev(double energy) { return format_number(energy / kiloelectronvolt, 4) + " keV"; }

/// Standard deviation (J) of the energy of photons scattered once into the detector: resolution,
/// and the angles that a cone of the solid angle spans.
double compton_spread(const XfiSettings& s, double scattered) {
    const double half = std::acos(std::max(-1.0, 1.0 - s.solid_angle / (2.0 * pi)));
    const double slope = scattered * scattered / (electron_mass * speed_of_light * speed_of_light) *
                         std::sin(s.detector_angle);
    return std::hypot(s.energy_resolution / fwhm_per_sigma, 0.5 * half * slope);
}

/// Way through a field from a voxel's middle along a direction in the plane (unit of the field
/// times m): nearest voxels, half of the own one.
double way_through(const Grid& grid, std::span<const double> field, const Vector3& from, double x,
                   double y, index_t k) {
    const double step = std::min(grid.spacing[0], grid.spacing[1]);
    double sum = 0.0;
    for (int i = 0;; ++i) {
        const double along = (i + 0.25) * step;
        const auto a = static_cast<index_t>(
            std::floor((from[0] + along * x - grid.origin[0]) / grid.spacing[0]));
        const auto b = static_cast<index_t>(
            std::floor((from[1] + along * y - grid.origin[1]) / grid.spacing[1]));
        if (!grid.contains(a, b, k)) return sum;
        sum += (i == 0 ? 0.5 : 1.0) * step * field[static_cast<std::size_t>(grid.index(a, b, k))];
    }
}

/// What is left of the beam and of the line's photons, per voxel of one view.
std::vector<double> passing_share(exec::ThreadTeam& team, const XfiObject& object, double angle,
                                  double detector_angle) {
    const Grid& grid = object.grid;
    const std::array<double, 2> beam{-std::sin(angle), std::cos(angle)};
    const std::array<double, 2> exit{-std::sin(angle + detector_angle),
                                     std::cos(angle + detector_angle)};
    std::vector<double> share(object.density.size());
    team.run(grid.nz, [&](index_t k) {
        for (index_t j = 0; j < grid.ny; ++j) {
            for (index_t i = 0; i < grid.nx; ++i) {
                const auto voxel = static_cast<std::size_t>(grid.index(i, j, k));
                const Vector3 at = grid.centre(i, j, k);
                share[voxel] =
                    std::exp(-way_through(grid, object.inward, at, -beam[0], -beam[1], k) -
                             way_through(grid, object.outward, at, exit[0], exit[1], k));
            }
        }
    });
    return share;
}

/// One view of the positions over all slices.
ScanGeometry view_geometry(const Grid& grid, const XfiSettings& settings, const XfiCounts& counts) {
    ScanGeometry geometry;
    geometry.beam = BeamShape::parallel;
    geometry.centre = {grid.origin[0] + 0.5 * grid.spacing[0] * static_cast<double>(grid.nx),
                       grid.origin[1] + 0.5 * grid.spacing[1] * static_cast<double>(grid.ny),
                       grid.origin[2] + 0.5 * grid.spacing[2] * static_cast<double>(grid.nz)};
    geometry.views = 1;
    geometry.columns = counts.positions;
    geometry.rows = grid.nz;
    geometry.column_pitch = counts.views == 1 ? grid.spacing[0] : settings.resolution;
    geometry.row_pitch = grid.spacing[2];
    return geometry;
}

}  // namespace

XfiYield xfi_yield(const PhotonTables& photons, matter::Library& library, const XfiSettings& s) {
    const KAlpha lines = k_alpha(photons, s.element);
    if (s.beam_energy <= lines.edge)
        throw InputError(Diagnostic{
            {},
            fmt::format("a beam of {} excites no K line of {}", kev(s.beam_energy), s.element),
            fmt::format("beam_energy above the edge at {}", kev(lines.edge)),
            ""});
    const double sigma = s.energy_resolution / fwhm_per_sigma;
    XfiYield yield;
    yield.exit_energy = lines.mean_energy();
    yield.compton_energy = scattered_energy(s.beam_energy, std::cos(s.detector_angle));
    const double spread = compton_spread(s, yield.compton_energy);
    const double continuum = s.beam_energy - scattered_energy(s.beam_energy, -1.0);
    double counted = 0.0;    // of the K photons
    double scattered = 0.0;  // of single scatter
    for (const auto& [low, high] : line_windows(lines, s.energy_resolution)) {
        counted += lines.share_1 * line_share(lines.alpha_1, sigma, low, high) +
                   lines.share_2 * line_share(lines.alpha_2, sigma, low, high);
        scattered += line_share(yield.compton_energy, spread, low, high) +
                     s.multiple_scatter * (high - low) / continuum;
    }
    const double seen = s.photons * s.detector_efficiency;
    yield.line = seen * s.solid_angle / (4.0 * pi) * counted *
                 k_production(photons, s.element, s.beam_energy);
    const matter::Composition water = tissue_composition(library, "water");
    double electrons = 0.0;  // per kg
    for (const auto& [symbol, fraction] : water.mass_fractions)
        for (const matter::Element& element : photons.tables.elements())
            if (element.symbol == symbol)
                electrons += fraction * element.z / element.atomic_weight * avogadro;
    yield.background = seen * s.solid_angle * scattered * electrons *
                       klein_nishina(s.beam_energy, std::cos(s.detector_angle));
    return yield;
}

Grid xfi_grid(const ImagedObject& object, const XfiSettings& s) {
    const double dz = s.slice_thickness > 0.0 ? s.slice_thickness : s.resolution;
    Grid grid = covering_grid(object.grid, {s.resolution, s.resolution, dz});
    if (!(s.field_of_view > 0.0)) return grid;
    double radius = 0.0;
    const Grid& fine = object.grid;
    const double x = fine.origin[0] + 0.5 * fine.spacing[0] * static_cast<double>(fine.nx);
    const double y = fine.origin[1] + 0.5 * fine.spacing[1] * static_cast<double>(fine.ny);
    for (index_t k = 0; k < fine.nz; ++k) {
        for (index_t j = 0; j < fine.ny; ++j) {
            for (index_t i = 0; i < fine.nx; ++i) {
                const auto voxel = static_cast<std::size_t>(fine.index(i, j, k));
                if (object.regions[object.region[voxel]].tissue == "air") continue;
                const Vector3 c = fine.centre(i, j, k);
                radius = std::max(radius, std::hypot(c[0] - x, c[1] - y));
            }
        }
    }
    if (s.field_of_view < 2.0 * radius)
        throw InputError(
            Diagnostic{{},
                       fmt::format("the field of view of {} mm is smaller than the object",
                                   format_number(s.field_of_view * 1e3, 4)),
                       fmt::format("{} mm or more", format_number(2e3 * radius, 4)),
                       "0 takes the object's extent"});
    const double across = s.field_of_view / s.resolution;
    check_image_size(across * across * static_cast<double>(grid.nz), "voxels",
                     "choose a larger resolution, or a smaller field of view");
    const auto count = static_cast<index_t>(std::ceil(across - 1e-9));
    grid.origin[0] = x - 0.5 * s.resolution * static_cast<double>(count);
    grid.origin[1] = y - 0.5 * s.resolution * static_cast<double>(count);
    grid.nx = count;
    grid.ny = count;
    return grid;
}

XfiObject xfi_object(exec::ThreadTeam& team, const PhotonTables& photons, matter::Library& library,
                     const ImagedObject& object, const XfiSettings& settings, const XfiYield& yield,
                     const Grid& grid) {
    std::vector<std::array<double, 3>> tissues;  // density, inward, outward
    for (const ImagedRegion& region : object.regions) {
        const matter::Composition composition = tissue_composition(library, region.tissue);
        const double density = tissue_density(library, region.tissue);
        tissues.push_back({density,
                           density * mass_attenuation(photons, composition, settings.beam_energy),
                           density * mass_attenuation(photons, composition, yield.exit_energy)});
    }
    XfiObject seen;
    seen.grid = grid;
    seen.element =
        resample(team, object.grid, element_concentration(object, settings.element), grid);
    std::vector<double> fine(object.region.size());
    const std::array<std::vector<double>*, 3> fields{&seen.density, &seen.inward, &seen.outward};
    for (std::size_t f = 0; f < fields.size(); ++f) {
        for (std::size_t i = 0; i < fine.size(); ++i) fine[i] = tissues[object.region[i]][f];
        *fields[f] = resample(team, object.grid, fine, grid);
    }
    const matter::Composition pure = photons.tables.composition(settings.element);
    const double inward = mass_attenuation(photons, pure, settings.beam_energy);
    const double outward = mass_attenuation(photons, pure, yield.exit_energy);
    for (std::size_t i = 0; i < seen.element.size(); ++i) {
        seen.inward[i] += inward * seen.element[i];
        seen.outward[i] += outward * seen.element[i];
    }
    return seen;
}

index_t beam_positions(const Grid& grid, const XfiSettings& settings, index_t views) {
    if (views == 1) return grid.nx;
    const double diagonal = std::hypot(grid.spacing[0] * static_cast<double>(grid.nx),
                                       grid.spacing[1] * static_cast<double>(grid.ny));
    return static_cast<index_t>(std::ceil(diagonal / settings.resolution)) + 2;
}

XfiCounts expected_counts(exec::ThreadTeam& team, const XfiObject& object,
                          const XfiSettings& settings, const XfiYield& yield, index_t views,
                          const std::function<bool()>& interrupted) {
    const Grid& grid = object.grid;
    XfiCounts counts;
    counts.views = views;
    counts.positions = beam_positions(grid, settings, views);
    counts.passing.assign(object.density.size(), 0.0);
    ScanGeometry geometry = view_geometry(grid, settings, counts);
    std::vector<float> weighted(object.density.size());
    std::vector<float> integrals(static_cast<std::size_t>(geometry.pixel_count()));
    const auto collect = [&](const std::vector<double>& field, const std::vector<double>& share,
                             double gain, std::vector<double>& to) {
        for (std::size_t i = 0; i < field.size(); ++i)
            weighted[i] = static_cast<float>(gain * field[i] * share[i]);
        project_scan(team, geometry, grid, weighted, integrals);
        for (const float value : integrals) to.push_back(std::max(0.0, static_cast<double>(value)));
    };
    for (index_t view = 0; view < views; ++view) {
        if (interrupted && interrupted())
            throw Interrupted("the X-ray fluorescence scan was interrupted");
        geometry.first_angle = 2.0 * pi * static_cast<double>(view) / static_cast<double>(views);
        const std::vector<double> share =
            passing_share(team, object, geometry.first_angle, settings.detector_angle);
        collect(object.element, share, yield.line, counts.line);
        collect(object.density, share, yield.background, counts.background);
        for (std::size_t i = 0; i < share.size(); ++i)
            counts.passing[i] += share[i] / static_cast<double>(views);
    }
    return counts;
}

}  // namespace caravel::imaging
