// Single photon emission computed tomography of an object.
#pragma once

#include "caravel/imaging/image.hpp"
#include "caravel/imaging/object.hpp"
#include "caravel/input/visitor.hpp"
#include "caravel/matter/table.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace caravel::imaging {

/// What of the object's nuclides the cost of a scan depends on.
struct SpectLines {
    double nuclides = 1.0;  // that emit
    double imaged = 1.0;    // of these
    double windows = 1.0;   // of all imaged nuclides
    double most = 1.0;      // windows of one nuclide
    double energies = 1.0;  // of photons that are attenuated or scatter into a window
};

/// A camera that turns around the object. Defaults: a mouse scanner with pinholes of 1 mm.
struct SpectSettings {
    std::vector<std::string> nuclides{};    // to image; empty: all gamma emitters of the object
    double scan_duration = 1800.0;          // s, all views together
    std::string collimator = "pinhole";     // parallel, pinhole
    double hole_diameter = 1.0e-3;          // m, parallel holes: across flats; pinhole: aperture
    double hole_length = 0.024;             // m, parallel holes
    double septa = 0.2e-3;                  // m, parallel holes
    std::string collimator_material = "W";  // element of the X-ray tables
    double acceptance = 1.5708;             // rad, full opening of a pinhole
    std::int64_t pinholes = 5;              // per camera, images not overlapping
    std::int64_t cameras = 4;               // each sees 1/cameras of the views
    double radius_of_rotation = 0.030;      // m, axis to collimator face or aperture
    double detector_distance = 0.150;       // m, aperture to detector (pinhole)
    double intrinsic_resolution = 1.8e-3;   // m, FWHM of the detector
    double detector_efficiency = 0.85;      // counts per photon that hits the detector, any window
    double energy_resolution = 0.095;       // FWHM over energy at 140.5 keV
    double window_width = 0.20;             // of the energy of the line, full width
    std::vector<double> lines{};            // J; empty: the strong lines between 50 and 400 keV
    bool scatter = true;                    // down-scatter within the object, into all windows
    bool scatter_correction = true;         // expected scatter in the model of the reconstruction
    bool attenuation = true;
    bool attenuation_correction = true;
    bool response_model = true;    // depth-dependent blur within the reconstruction
    double field_of_view = 0.060;  // m, transaxial diameter and axial length
    double resolution = 0.8e-3;    // m, voxel edge of the image
    std::int64_t views = 64;       // over a full turn
    std::int64_t iterations = 8;
    std::int64_t subsets = 8;
    double post_filter = 0.0;                   // m, FWHM
    std::optional<double> body_weight{};        // kg, for the SUV
    std::optional<double> injected_activity{};  // Bq, decayed to the start of the scan
    /// The same of every nuclide (name, Bq), not read from files: with several nuclides imaged
    /// `injected_activity` says nothing, without an entry here a nuclide has no "suv" image.
    std::vector<std::pair<std::string, double>> injected_by_nuclide{};
    /// What the object's nuclides will emit, for the estimate of cost; not read from files.
    SpectLines expected{};
};
void describe(input::Visitor& v, SpectSettings& spect);

/// Per nuclide images "activity_NUCLIDE" (Bq/mL at the start of the scan; "activity" when there is
/// one only), and as for PET "suv..." and "injected_dose..." of nuclides whose injected activity is
/// known. Nuclides without activity at this time give blank images, with a note. Throws InputError
/// for an unknown nuclide, an object whose agents carry no gamma emitter, one beyond the field of
/// view, a detector that counts nothing, and more than 2e8 voxels or bins.
ScanResult scan_spect(const ScanContext& context, const ImagedObject& object,
                      const SpectSettings& settings, Tier tier);

/// Lines that an object with these nuclides shows to the camera. Those that data/nuclides.csv does
/// not hold are left out, as the images leave them out with a note.
SpectLines spect_lines(matter::Library& library, const std::vector<std::string>& nuclides,
                       const SpectSettings& settings);

/// Cost known before the scan.
ScanCost estimate_spect(const Grid& object_grid, const SpectSettings& settings, Tier tier);

}  // namespace caravel::imaging
