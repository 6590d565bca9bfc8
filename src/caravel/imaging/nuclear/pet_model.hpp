// One PET scan of one object, ready to be counted and reconstructed.
#pragma once

#include "caravel/imaging/nuclear/linear_reconstruction.hpp"
#include "caravel/imaging/nuclear/nuclide.hpp"
#include "caravel/imaging/nuclear/pet_scan.hpp"
#include "caravel/imaging/nuclear/positron_range.hpp"
#include "caravel/imaging/tomography/geometry.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caravel::imaging {

/// Annihilations of one nuclide: its field and how far its positrons fly.
struct AnnihilationSource {
    EmittingField field{};
    std::optional<RangeKernel> range{};
    double per_decay = 0.0;  // positrons per decay at the start, mean over the scan
};

/// Everything that follows from object and settings.
struct PetModel {
    PetSettings pet{};
    Grid image{};
    std::vector<AnnihilationSource> sources{};
    std::size_t calibrated = 0;         // source in whose activity the image is
    std::vector<double> attenuation{};  // 1/m at 511 keV on the object's grid; zeros when off
    std::vector<double> truth{};        // Bq/m3 on the image's grid
    double bin = 0.0;                   // m

    /// Whether there is anything to be seen at this time.
    bool is_active() const;
    /// Sinograms of direct planes: a row per plane of `grid`.
    ScanGeometry sinograms(const Grid& grid, index_t views) const;
    /// Counts per line integral of annihilations (1/(s m2)) in a bin of each row of sinograms, a
    /// plane of the image's thickness.
    std::vector<double> row_gains(const ScanGeometry& geometry) const;
    /// Of a row of sinograms, m above the middle of the scanned length.
    static double height(const ScanGeometry& geometry, index_t row);
};

/// Throws InputError for an unknown nuclide, an object whose agents carry no positron emitter, an
/// object beyond the field of view, sizes beyond reason.
PetModel pet_model(const ScanContext& context, const ImagedObject& object,
                   const PetSettings& settings);

/// Activity-weighted annihilations (1/(s m3)) of one or all sources, without any blur, on a grid.
std::vector<double> annihilation_rate(const PetModel& model, const ImagedObject& object,
                                      exec::ThreadTeam& team, const Grid& grid);

/// How finely scatter is simulated.
struct ScatterDetail {
    index_t rings = 8;
    index_t around = 40;
    double across = 20.0;    // voxels across the object
    index_t coarsening = 2;  // voxels along the edge of what is one scatterer
};

/// Expected scattered and accidental counts per bin of the scan, at the lines of `geometry` (whose
/// rows are planes at any heights); for the views and bins of the settings.
struct PetBackground {
    std::vector<float> counts{};
    std::vector<float> known{};  // what the reconstruction takes off
    double scattered = 0.0;      // sum
    double accidental = 0.0;     // sum
};
PetBackground pet_background(const ScanContext& context, const PetModel& model,
                             const ImagedObject& object, const ScanGeometry& geometry,
                             const ScatterDetail& detail);

/// Expected counts of a scan.
struct PetTotals {
    double trues = 0.0;
    double scattered = 0.0;
    double accidental = 0.0;
};

/// Images, numbers, sentences that both tiers share. `activity` and `noise` in Bq/m3 on the model's
/// image grid; noise 0: unknown.
void add_pet_images(const PetModel& model, exec::ThreadTeam& team,
                    const std::vector<double>& activity, double noise, ScanResult& result);
void add_pet_numbers(const PetModel& model, const PetTotals& totals, double noise,
                     ScanResult& result);

/// What a scan shows that has no counts: zeros, and a note. Throws InputError when the scanner
/// would not count any activity.
ScanResult blank_pet(const PetModel& model, exec::ThreadTeam& team, const PetTotals& totals);

/// The grid that counts are projected from: the image's slices, with finer voxels across where the
/// object has them.
Grid pet_source_grid(const Grid& object, const Grid& image);

/// The two tiers.
ScanResult pet_image_tier(const ScanContext& context, const ImagedObject& object,
                          const PetModel& model);
ScanResult pet_acquisition_tier(const ScanContext& context, const ImagedObject& object,
                                const PetModel& model);

/// Counts, noise and convergence expected in the image, by projecting on a coarse grid.
struct PetForecast {
    std::vector<double> weight{};         // kappa^2 per annihilation rate, on the image's grid
    std::vector<double> gain{};           // mean counts of the model per line integral
    std::vector<double> seen{};           // attenuation left uncorrected, 0 to 1
    double information = 0.0;             // of LinearReconstruction, activity-weighted
    double chord = 0.0;                   // m, of LinearReconstruction
    std::vector<double> beyond_linear{};  // 1/(s m3), image less its linear model; see there
    PetTotals totals{};
};
PetForecast forecast_pet(const ScanContext& context, const PetModel& model,
                         const ImagedObject& object);
/// Standard deviation (Bq/m3) of every voxel of an expected image (Bq/m3).
std::vector<double> expected_deviation(const PetModel& model, const PetForecast& forecast,
                                       exec::ThreadTeam& team, std::span<const double> activity);
/// The reconstruction's linear model for an object of the calibrated nuclide.
LinearReconstruction pet_reconstruction(const PetModel& model, const PetForecast& forecast);

}  // namespace caravel::imaging
