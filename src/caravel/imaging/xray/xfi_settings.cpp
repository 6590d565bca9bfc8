#include "caravel/imaging/xray/xfi_settings.hpp"

#include "caravel/base/error.hpp"

#include <numbers>
#include <optional>

namespace caravel::imaging {
namespace {

std::optional<Diagnostic> complaint(const XfiSettings& s) {
    if (!(s.photons > 0.0) || !(s.solid_angle > 0.0) || !(s.detector_efficiency > 0.0))
        return Diagnostic{{},
                          "the detector would have no counts",
                          "photons, a solid angle and an efficiency above 0",
                          ""};
    if (!(s.resolution > 0.0))
        return Diagnostic{{}, "positions of the beam have no distance", "resolution above 0", ""};
    return {};
}

}  // namespace

void describe(input::Visitor& v, XfiSettings& s) {
    v.text({"element", "whose K lines are counted"}, s.element);
    v.number({"beam_energy", "of the monochromatic beam"}, s.beam_energy, {"keV", 10.0, 150.0});
    v.number({"photons", "on every position of the beam and view"}, s.photons,
             input::non_negative("1"));
    v.number({"beam_width", "full width at half maximum"}, s.beam_width, input::positive("mm"));
    v.number({"dwell_time", "on every position and view"}, s.dwell_time, input::non_negative("s"));
    v.number({"detector_angle", "between the beam and the way to the detector"}, s.detector_angle,
             {"deg", 0.0, 180.0});
    v.number({"solid_angle", "of all detectors"}, s.solid_angle,
             {"sr", 0.0, 4.0 * std::numbers::pi});
    v.number({"detector_efficiency", "at the line"}, s.detector_efficiency, input::fraction());
    v.number({"energy_resolution", "full width at half maximum"}, s.energy_resolution,
             input::positive("keV"));
    v.number({"multiple_scatter", "photons scattered more than once, per one scattered once"},
             s.multiple_scatter, input::non_negative("1"));
    v.choice({"mode", "slices, or one view through the object"}, s.mode,
             {"tomography", "projection"});
    v.number({"resolution", "between positions, and edge of a voxel"}, s.resolution,
             input::positive("mm"));
    v.number({"slice_thickness", "along the axis; 0: as resolution"}, s.slice_thickness,
             input::non_negative("mm"));
    v.number({"field_of_view", "across; 0: the object's extent"}, s.field_of_view,
             input::non_negative("mm"));
    v.integer({"views", "of tomography, over a turn"}, s.views, 4, 100'000);
    v.choice({"window", "of the ramp filter"}, s.window,
             {"none", "shepp_logan", "cosine", "hamming", "hann"});
    v.flag({"attenuation_correction", "whether what tissue absorbs is made good"},
           s.attenuation_correction);
    v.flag({"noise", "of the counts"}, s.noise);
    if (v.describes_types()) return;
    if (const auto found = complaint(s))
        v.complain("photons", found->what, found->expected, found->hint);
}

void check_xfi(const XfiSettings& settings) {
    if (const auto found = complaint(settings)) throw InputError(*found);
}

}  // namespace caravel::imaging
