#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/nuclear/pet_model.hpp"
#include "caravel/imaging/nuclear/pet_ring.hpp"
#include "caravel/imaging/nuclear/scan_checks.hpp"
#include "caravel/imaging/nuclear/single_scatter.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

ScatterObject scatter_object(const PetModel& model, const ImagedObject& object,
                             exec::ThreadTeam& team, const ScatterDetail& detail) {
    const Grid& grid = object.grid;
    const double width = std::max(static_cast<double>(grid.nx) * grid.spacing[0],
                                  static_cast<double>(grid.ny) * grid.spacing[1]);
    const double spacing = width / detail.across;
    ScatterObject scatter;
    scatter.coarsening = detail.coarsening;
    scatter.grid = covering_grid(grid, {spacing, spacing, spacing});
    const std::vector<double> rate = annihilation_rate(model, object, team, scatter.grid);
    const std::vector<double> attenuation = resample(team, grid, model.attenuation, scatter.grid);
    scatter.rate.assign(rate.begin(), rate.end());
    scatter.attenuation.assign(attenuation.begin(), attenuation.end());
    return scatter;
}

double singles_rate(const PetModel& model, const ScatterObject& object, double middle) {
    const Grid& grid = object.grid;
    const auto plane = static_cast<std::size_t>(grid.nx * grid.ny);
    double sum = 0.0;
    for (index_t k = 0; k < grid.nz; ++k) {
        double rate = 0.0;
        for (std::size_t i = 0; i < plane; ++i)
            rate += static_cast<double>(object.rate[static_cast<std::size_t>(k) * plane + i]);
        const double z =
            (static_cast<double>(k) + 0.5 - 0.5 * static_cast<double>(grid.nz)) * grid.spacing[2];
        sum += 2.0 * rate * grid.cell_volume() * single_sensitivity(model.pet, z - middle);
    }
    return sum;
}

/// Accidental coincidences per (s m2 rad) of direct planes, see ScatterPlanes; pairs of detectors
/// are alike, and a plane at height z holds ring differences over 4 (L/2 - |z|).
double accidental_density(const PetSettings& pet, double rate, double offset, double z) {
    const double radius = 0.5 * pet.ring_diameter;
    const double heights = 4.0 * (0.5 * pet.axial_length - std::abs(z));
    const double surface = 2.0 * std::numbers::pi * radius * pet.axial_length;
    if (!(heights > 0.0 && std::abs(offset) < radius)) return 0.0;
    return rate * 2.0 / (surface * surface) * 2.0 * radius * radius /
           std::sqrt(radius * radius - offset * offset) * heights;
}

struct BedBackground {
    double middle = 0.0;
    double accidental = 0.0;  // 1/s
    ScatterPlanes scatter{};
};

/// What every bed position adds to bins of `geometry`.
std::vector<BedBackground> bed_backgrounds(const ScanContext& context, const PetModel& model,
                                           const ScatterObject& source,
                                           const ScanGeometry& geometry,
                                           const ScatterDetail& detail) {
    const PetSettings& pet = model.pet;
    std::vector<BedBackground> beds;
    for (std::int64_t b = 0; b < pet.bed_positions; ++b) {
        check_interrupted(context, "PET background");
        BedBackground bed;
        bed.middle = bed_middle(pet, b);
        if (pet.randoms)
            bed.accidental =
                randoms_rate(pet.coincidence_window, singles_rate(model, source, bed.middle));
        if (pet.scatter && pet.attenuation) {
            Vector3 centre = geometry.centre;
            centre[2] += bed.middle;
            bed.scatter =
                simulate_single_scatter(context.team, source,
                                        {centre, 0.5 * pet.ring_diameter, pet.axial_length,
                                         detail.rings, detail.around, pet_window(pet)});
        }
        beds.push_back(std::move(bed));
    }
    return beds;
}

/// Sums the beds at single lines.
struct BinBackground {
    const PetModel& model;
    const ScanGeometry& geometry;
    std::vector<BedBackground> beds;
    double efficiency = 0.0;  // counts per pair that hits the ring
    double cell = 0.0;        // s m2 rad of a bin

    /// Scattered and accidental counts of one view, whose bins are overwritten.
    std::array<double, 2> fill(index_t view, std::span<float> bins, std::span<float> known) const {
        const double angle = geometry.first_angle + geometry.arc * static_cast<double>(view) /
                                                        static_cast<double>(geometry.views);
        std::array<double, 2> sum{};
        for (index_t row = 0; row < geometry.rows; ++row) {
            const double z = PetModel::height(geometry, row);
            for (index_t column = 0; column < geometry.columns; ++column) {
                const double offset = (static_cast<double>(column) + 0.5 -
                                       0.5 * static_cast<double>(geometry.columns)) *
                                      geometry.column_pitch;
                const auto [scattered, accidental] = at(offset, angle, z);
                sum[0] += scattered * cell;
                sum[1] += accidental * cell;
                const auto bin = static_cast<std::size_t>(column + geometry.columns * row);
                bins[bin] = static_cast<float>((scattered + accidental) * cell);
                known[bin] = model.pet.scatter_correction ? bins[bin]
                                                          : static_cast<float>(accidental * cell);
            }
        }
        return sum;
    }

  private:
    std::array<double, 2> at(double offset, double angle, double z) const {
        std::array<double, 2> density{};
        for (const BedBackground& bed : beds) {
            const double above = z - bed.middle;
            if (std::abs(above) >= 0.5 * model.pet.axial_length) continue;
            density[0] += efficiency * bed.scatter.at(offset, angle, above);
            density[1] += accidental_density(model.pet, bed.accidental, offset, above);
        }
        return density;
    }
};

}  // namespace

PetBackground pet_background(const ScanContext& context, const PetModel& model,
                             const ImagedObject& object, const ScanGeometry& geometry,
                             const ScatterDetail& detail) {
    const PetSettings& pet = model.pet;
    PetBackground background;
    background.counts.assign(static_cast<std::size_t>(geometry.pixel_count()), 0.0F);
    background.known = background.counts;
    if (!pet.scatter && !pet.randoms) return background;
    const ScatterObject source = scatter_object(model, object, context.team, detail);
    const BinBackground bins{
        model, geometry, bed_backgrounds(context, model, source, geometry, detail),
        pair_sensitivity(pet, 0.0) /
            pair_solid_angle(0.5 * pet.ring_diameter, pet.axial_length, 0.0),
        std::numbers::pi / static_cast<double>(pet.views) * model.bin * model.image.spacing[2] *
            pet.scan_duration / static_cast<double>(pet.bed_positions)};
    const auto size = static_cast<std::size_t>(geometry.rows * geometry.columns);
    std::vector<std::array<double, 2>> sums(static_cast<std::size_t>(geometry.views));
    context.team.run(geometry.views, [&](index_t view) {
        const auto v = static_cast<std::size_t>(view);
        sums[v] = bins.fill(view, std::span(background.counts).subspan(v * size, size),
                            std::span(background.known).subspan(v * size, size));
    });
    for (const auto& sum : sums) {
        background.scattered += sum[0];
        background.accidental += sum[1];
    }
    return background;
}

}  // namespace caravel::imaging
