#include "caravel/imaging/nuclear/spect_scan.hpp"

namespace caravel::imaging {
namespace {

using input::non_negative;
using input::positive;

void describe_camera(input::Visitor& v, SpectSettings& spect) {
    v.choice({"collimator", "what lets photons through to the detector"}, spect.collimator,
             {"parallel", "pinhole"});
    v.number({"hole_diameter", "of the parallel holes or of a pinhole"}, spect.hole_diameter,
             positive("mm"));
    v.number({"hole_length", "of the parallel holes"}, spect.hole_length, positive("mm"));
    v.number({"septa", "thickness of the walls between parallel holes"}, spect.septa,
             positive("mm"));
    v.text({"collimator_material", "chemical symbol"}, spect.collimator_material);
    v.number({"acceptance", "full opening angle of a pinhole"}, spect.acceptance,
             {"deg", 1.0, 170.0});
    v.integer({"pinholes", "per camera, images do not overlap"}, spect.pinholes, 1, 1000);
    v.integer({"cameras", "that share the views"}, spect.cameras, 1, 64);
    v.number({"radius_of_rotation", "from the axis to the collimator or aperture"},
             spect.radius_of_rotation, positive("mm"));
    v.number({"detector_distance", "from the aperture to the detector"}, spect.detector_distance,
             positive("mm"));
    v.number({"intrinsic_resolution", "full width at half maximum of the detector"},
             spect.intrinsic_resolution, non_negative("mm"));
    v.number({"detector_efficiency", "counts of any energy per photon that hits the detector"},
             spect.detector_efficiency, {"%", 0.0, 100.0});
    v.number({"energy_resolution", "full width at half maximum over energy at 140.5 keV"},
             spect.energy_resolution, {"%", 0.0, 100.0, true});
    v.number({"window_width", "of an energy window over the energy of its line"},
             spect.window_width, {"%", 0.0, 100.0, true});
    v.numbers({"lines", "energies of the windows; the strong lines of the nuclides if absent"},
              spect.lines, positive("keV"));
}

void check(input::Visitor& v, const SpectSettings& spect) {
    if (spect.views % spect.subsets != 0)
        v.complain("subsets", "the subsets do not divide the views", "a divisor of views");
    if (spect.attenuation_correction && !spect.attenuation)
        v.complain("attenuation_correction", "there is no attenuation to correct for",
                   "attenuation_correction = false");
    if (spect.scatter_correction && !spect.scatter)
        v.complain("scatter_correction", "there is no scatter to correct for",
                   "scatter_correction = false");
    if (spect.body_weight && !spect.injected_activity)
        v.complain("body_weight", "an SUV needs the injected activity too",
                   "injected_activity = \"5 MBq\"");
    if (spect.field_of_view > 2.0 * spect.radius_of_rotation)
        v.complain("field_of_view", "the field of view reaches into the collimator",
                   "field_of_view <= 2 radius_of_rotation");
}

}  // namespace

void describe(input::Visitor& v, SpectSettings& spect) {
    v.texts({"nuclides", "to make images of; all gamma emitters of the object if absent"},
            spect.nuclides);
    v.number({"scan_duration", "of all views"}, spect.scan_duration, positive("min"));
    describe_camera(v, spect);
    v.flag({"scatter", "photons scattered once in the object, into all windows"}, spect.scatter);
    v.flag({"scatter_correction", "expected scatter within the reconstruction"},
           spect.scatter_correction);
    v.flag({"attenuation", "in the object"}, spect.attenuation);
    v.flag({"attenuation_correction", "in the reconstruction"}, spect.attenuation_correction);
    v.flag({"response_model", "collimator blur within the reconstruction"}, spect.response_model);
    v.number({"field_of_view", "transaxial diameter and axial length"}, spect.field_of_view,
             positive("mm"));
    v.number({"resolution", "edge of a voxel of the image"}, spect.resolution, positive("mm"));
    v.integer({"views", "over a full turn"}, spect.views, 4, 4096);
    v.integer({"iterations", "of OSEM, each over all subsets"}, spect.iterations, 1, 1000);
    v.integer({"subsets", "they divide the views"}, spect.subsets, 1, 1024);
    v.number({"post_filter", "full width at half maximum of a normal filter of the image"},
             spect.post_filter, non_negative("mm"));
    v.number({"body_weight", "for the SUV"}, spect.body_weight, positive("g"));
    v.number({"injected_activity", "decayed to the start of the scan"}, spect.injected_activity,
             positive("MBq"));
    if (!v.describes_types()) check(v, spect);
}

}  // namespace caravel::imaging
