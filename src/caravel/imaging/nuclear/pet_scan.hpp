// Positron emission tomography of an object.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/object.hpp"
#include "caravel/input/visitor.hpp"

#include <optional>
#include <string>

namespace caravel::imaging {

/// A ring of scintillator blocks, the data taking and the reconstruction. Defaults: a mouse scanner
/// of the size of the Inveon.
struct PetSettings {
    std::string nuclide{};              // calibration; empty: the object's only positron emitter
    double scan_duration = 1200.0;      // s, all bed positions
    std::int64_t bed_positions = 1;     // they overlap by half the axial length
    double ring_diameter = 0.161;       // m
    double axial_length = 0.127;        // m
    double crystal_size = 1.51e-3;      // m, transaxial and axial
    double crystal_pitch = 1.59e-3;     // m
    double crystal_depth = 0.010;       // m
    double crystal_attenuation = 87.0;  // 1/m at 511 keV
    double photofraction = 0.32;        // photoelectric share of the first interactions
    double captured_share = 0.45;       // of the Compton-scattered photons, in the same block
    double energy_window_low = 5.6076182190000007e-14;   // J, 350 keV
    double energy_window_high = 1.0414148121000001e-13;  // J, 650 keV
    double energy_resolution = 0.146;                    // FWHM over energy at 511 keV
    double coincidence_window = 3.43e-9;                 // s, tau: randoms are 2 tau R1 R2
    std::optional<double> efficiency{};  // pairs in the window per pair that hits the ring
    double decoding_blur = 1.2e-3;       // m, FWHM beyond the width of the crystals
    bool randoms = true;
    bool scatter = true;
    bool attenuation = true;
    bool attenuation_correction = true;
    bool scatter_correction = true;  // false: scattered coincidences are taken for true ones
    bool positron_range = true;
    double positron_range_scale = 1.0;  // 1: Conti and Eriksson 2016; see docs/models/pet.md
    double field_of_view = 0.100;       // m, transaxial diameter
    double resolution = 0.8e-3;         // m, voxel edge of the image
    std::int64_t views = 96;
    std::optional<double> bin_width{};  // m of a sinogram; half the crystal pitch
    std::int64_t iterations = 4;
    std::int64_t subsets = 16;
    bool psf_model = true;                      // detector blur within the reconstruction
    double post_filter = 0.0;                   // m, FWHM
    std::optional<double> body_weight{};        // kg, for the SUV
    std::optional<double> injected_activity{};  // Bq, decayed to the start of the scan
};
void describe(input::Visitor& v, PetSettings& pet);

/// Images "activity" (Bq/mL at the start of the scan), "suv" (g/mL) with body weight and injected
/// activity, "injected_dose" (%/mL) with injected activity. Tier image: truth times the linearised
/// transfer of the reconstruction and noise of its linearised covariance. Tier acquisition: direct
/// sinograms that hold the counts of all ring differences, Poisson numbers, OSEM. Without activity
/// at this time (before the dose, after decay) the images are blank, with a note. Throws InputError
/// for an unknown nuclide, an object whose agents carry no positron emitter, one beyond the field
/// of view, a scanner that counts nothing, and more than 2e8 voxels or bins.
ScanResult scan_pet(const ScanContext& context, const ImagedObject& object,
                    const PetSettings& settings, Tier tier);

/// Cost known before the scan.
ScanCost estimate_pet(const Grid& object_grid, const PetSettings& settings, Tier tier);

}  // namespace caravel::imaging
