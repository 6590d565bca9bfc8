#include "caravel/imaging/xray/ct_settings.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>

namespace caravel::imaging {
namespace {

constexpr std::array<std::string_view, 5> windows{"none", "shepp_logan", "cosine", "hamming",
                                                  "hann"};

constexpr double degrees = 180.0 / std::numbers::pi;

/// First contradiction of the settings: key, what, expected, hint.
struct Complaint {
    std::string key{}, what{}, expected{}, hint{};
};

std::optional<Complaint> thresholds_complaint(const CtSettings& s) {
    const bool counting = s.detector.kind == "photon_counting";
    const std::vector<double>& edges = s.detector.thresholds;
    if (!counting && !edges.empty())
        return Complaint{"detector", "an energy-integrating detector has no thresholds",
                         "kind = \"photon_counting\"", "leave out detector.thresholds"};
    if (!std::is_sorted(edges.begin(), edges.end()) ||
        std::adjacent_find(edges.begin(), edges.end()) != edges.end())
        return Complaint{"detector", "thresholds do not ascend", "ascending energies", ""};
    if (!edges.empty() && edges.back() >= s.tube_voltage * elementary_charge)
        return Complaint{"detector",
                         fmt::format("the threshold of {} keV lies above every photon of {} kV",
                                     format_number(edges.back() / kiloelectronvolt, 4),
                                     format_number(s.tube_voltage * 1e-3, 4)),
                         "thresholds below the tube voltage", "the detector would have no counts"};
    if (s.decomposition == "none") return {};
    const std::size_t unknowns = 2 + s.elements.size();
    if (edges.size() < unknowns)
        return Complaint{
            "decomposition",
            fmt::format("{} materials cannot be told apart in {} energy bins", unknowns,
                        edges.size()),
            fmt::format("{} or more thresholds of a photon_counting detector", unknowns),
            "water and bone are always among the materials"};
    return {};
}

/// Half a turn, and the fan's angle where the detector is given: without, only the object tells.
double least_arc(const CtSettings& s) {
    constexpr double half_turn = std::numbers::pi;
    if (s.beam == "parallel" || s.reconstruction != "filtered" || s.detector.columns < 2)
        return half_turn;
    const double half = 0.5 * static_cast<double>(s.detector.columns - 1) * s.detector.pixel_pitch;
    return std::min(2.0 * half_turn, half_turn + 2.0 * std::atan(half / s.source_to_detector));
}

std::optional<Complaint> complaint(const CtSettings& s) {
    if (!(s.tube_current * s.exposure > 0.0) || !(s.detector.fill_factor > 0.0))
        return Complaint{"tube_current", "the detector would have no counts",
                         "a tube current, an exposure and a fill factor above 0", ""};
    if (s.beam != "parallel" && s.source_to_detector < s.source_to_centre)
        return Complaint{"source_to_detector", "the detector stands before the centre",
                         "source_to_detector >= source_to_centre", ""};
    if (s.scatter_correction && !s.scatter)
        return Complaint{"scatter_correction", "there is no scatter to correct", "scatter = true",
                         ""};
    if (s.arc < least_arc(s) * (1.0 - 1e-9))
        return Complaint{
            "arc",
            fmt::format("an arc of {} deg, less than half a turn and the fan, cannot be "
                        "reconstructed",
                        format_number(s.arc * degrees, 4)),
            fmt::format("at least {} deg", format_number(least_arc(s) * degrees, 6)),
            "a fan sees every line of the object in half a turn and its own angle"};
    return thresholds_complaint(s);
}

}  // namespace

void describe(input::Visitor& v, XrayFilter& filter) {
    v.text({"material", "element of the sheet"}, filter.material);
    v.number({"thickness", "of the sheet"}, filter.thickness, input::non_negative("mm"));
}

void describe(input::Visitor& v, CtDetector& detector) {
    v.choice({"kind", "what a pixel adds up: energy or photons"}, detector.kind,
             {"energy_integrating", "photon_counting"});
    v.choice({"material", "what absorbs"}, detector.material,
             {"ideal", "CsI", "GOS", "CdTe", "CZT", "Si"});
    v.number({"thickness", "of the absorber"}, detector.thickness, input::positive("mm"));
    v.number({"fill_factor", "share of a pixel that sees"}, detector.fill_factor,
             input::fraction());
    v.number({"electronic_noise", "standard deviation in one pixel and view, as absorbed energy"},
             detector.electronic_noise, input::non_negative("keV"));
    v.numbers({"thresholds", "lower ends of the energy bins of photon_counting"},
              detector.thresholds, input::non_negative("keV"));
    v.number({"energy_resolution", "full width at half maximum"}, detector.energy_resolution,
             input::non_negative("keV"));
    v.number({"pixel_pitch", "on the detector"}, detector.pixel_pitch, input::positive("um"));
    v.integer({"columns", "pixels across; 0: as many as the field of view needs"}, detector.columns,
              0, 100'000);
    v.integer({"rows", "pixels along the axis; 0: as many as the object needs"}, detector.rows, 0,
              100'000);
}

namespace {

void describe_scanner(input::Visitor& v, CtSettings& s) {
    v.number({"tube_voltage", "peak"}, s.tube_voltage, {"kV", 40.0, 140.0});
    v.number({"tube_current", "while exposing"}, s.tube_current, input::non_negative("mA"));
    v.number({"exposure", "of one view"}, s.exposure, input::non_negative("ms"));
    v.records({"filters", "sheets in the beam"}, s.filters);
    v.number({"focal_spot", "edge of the square source"}, s.focal_spot, input::non_negative("um"));
    v.record({"detector", "what turns X-rays into numbers"}, s.detector);
    v.choice({"beam", "shape; parallel and fan scan slice by slice"}, s.beam,
             {"parallel", "fan", "cone"});
    v.number({"source_to_centre", "distance"}, s.source_to_centre, input::positive("mm"));
    v.number({"source_to_detector", "distance"}, s.source_to_detector, input::positive("mm"));
    v.integer({"views", "over the arc"}, s.views, 2, 100'000);
    v.number({"arc", "over which the scanner turns"}, s.arc, {"deg", 0.0, 360.0 + 1e-9});
}

}  // namespace

void describe(input::Visitor& v, CtSettings& s) {
    describe_scanner(v, s);
    v.number({"resolution", "edge of an image voxel"}, s.resolution, input::positive("um"));
    v.number({"slice_thickness", "of image voxels; 0: as resolution"}, s.slice_thickness,
             input::non_negative("um"));
    v.number({"field_of_view", "across; 0: the object's extent"}, s.field_of_view,
             input::non_negative("mm"));
    v.choice({"reconstruction", "filtered back projection or iterations"}, s.reconstruction,
             {"filtered", "sart"});
    v.choice({"window", "of the ramp filter"}, s.window, {windows.begin(), windows.end()});
    v.integer({"iterations", "of sart"}, s.iterations, 1, 1000);
    v.choice({"beam_hardening_correction", "what the projections are corrected for"},
             s.beam_hardening_correction, {"none", "water"});
    v.flag({"scatter", "whether scattered photons reach the detector"}, s.scatter);
    v.flag({"scatter_correction", "whether the mean scatter is taken off"}, s.scatter_correction);
    v.flag({"noise", "photons and electronics"}, s.noise);
    v.choice({"decomposition", "into water, bone and elements: in the image or the projections"},
             s.decomposition, {"none", "image", "projection"});
    v.texts({"elements", "contrast elements of the decomposition"}, s.elements);
    if (v.describes_types()) return;
    if (const auto found = complaint(s))
        v.complain(found->key, found->what, found->expected, found->hint);
}

void check_ct(const CtSettings& settings) {
    if (const auto found = complaint(settings))
        throw InputError(Diagnostic{{}, found->what, found->expected, found->hint});
}

RampFilter ramp_filter(const std::string& window) {
    const auto found = std::find(windows.begin(), windows.end(), window);
    if (found == windows.end())
        throw InputError(Diagnostic{{},
                                    fmt::format("unknown window '{}'", window),
                                    "none, shepp_logan, cosine, hamming or hann",
                                    did_you_mean(window, windows)});
    return {static_cast<RampWindow>(found - windows.begin()), 1.0};
}

}  // namespace caravel::imaging
