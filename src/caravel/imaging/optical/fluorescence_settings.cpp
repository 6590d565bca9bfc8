#include "caravel/imaging/optical/fluorescence_settings.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string_view>

namespace caravel::imaging {
namespace {

constexpr double default_irradiance = 100.0;  // W/m2

/// Where a mistake is told: key, what, expected, hint.
using Complaint =
    std::function<void(const char*, const std::string&, const std::string&, const std::string&)>;

const EmissionBand* find_band(const FluorescenceSettings& s, const std::string& name) {
    const auto at = std::find_if(s.bands.begin(), s.bands.end(),
                                 [&](const EmissionBand& band) { return band.name == name; });
    return at == s.bands.end() ? nullptr : &*at;
}

std::string band_hint(const FluorescenceSettings& s, const std::string& name) {
    std::vector<std::string_view> names;
    for (const EmissionBand& band : s.bands) names.emplace_back(band.name);
    return did_you_mean(name, names);
}

bool is_plain(const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

void check_light(const FluorescenceSettings& s, const Complaint& complain) {
    const bool is_point = s.illumination == "point";
    if (is_point && !s.power)
        complain("power", "a point of light needs its power", "power = \"1 mW\"", "");
    if (is_point && s.irradiance)
        complain("irradiance", "the irradiance of a point of light follows from its power", "power",
                 "leave out irradiance");
    if (!is_point && s.power)
        complain("power", "an even field of light is given by its irradiance", "irradiance",
                 "irradiance = \"10 mW/cm2\"");
    if (!s.spot.empty() && s.spot.size() != 2)
        complain("spot", fmt::format("the place of the spot has {} numbers", s.spot.size()),
                 "two, x and y", "");
}

void check_bands(const FluorescenceSettings& s, const Complaint& complain) {
    if (s.bands.empty()) complain("band", "there is no emission band", "at least one band", "");
    for (const EmissionBand& band : s.bands) {
        if (!is_plain(band.name))
            complain("band", fmt::format("a band is named '{}'", band.name),
                     "letters, digits and _", "");
        if (find_band(s, band.name) != &band)
            complain("band", fmt::format("two bands are named '{}'", band.name),
                     "names of their own", "");
        if (2.0 * std::abs(s.excitation - band.centre) < band.width)
            complain("band",
                     fmt::format("the excitation at {} nm lies in band '{}'",
                                 format_number(s.excitation * 1e9, 4), band.name),
                     "a band that keeps the excitation out",
                     "move the band's centre or make it narrower");
        if (!(band.width < 2.0 * band.centre))
            complain("band", fmt::format("band '{}' reaches below 0 nm", band.name),
                     "a width below twice the centre", "");
    }
}

void check_ratio(const FluorescenceSettings& s, const Complaint& complain) {
    if (!s.ratio) return;
    for (const std::string& name : {s.ratio->numerator, s.ratio->denominator}) {
        if (find_band(s, name) == nullptr)
            complain("ratio", fmt::format("the ratio asks for band '{}'", name),
                     "the name of a band", band_hint(s, name));
    }
    if (s.ratio->numerator == s.ratio->denominator)
        complain("ratio", "the ratio is that of a band to itself", "two bands", "");
}

void check_all(const FluorescenceSettings& s, const Complaint& complain) {
    check_light(s, complain);
    check_bands(s, complain);
    check_ratio(s, complain);
}

}  // namespace

void describe(input::Visitor& v, EmissionBand& band) {
    v.text({"name", "of the band; letters, digits and _"}, band.name);
    v.number({"centre", "of the filter"}, band.centre, {"nm", 300.0, 2400.0});
    v.number({"width", "of the filter, from edge to edge"}, band.width, {"nm", 1.0, 1500.0});
}

void describe(input::Visitor& v, RatioSettings& ratio) {
    using input::Presence;
    v.text({"agent", "the probe", Presence::required}, ratio.agent);
    v.text({"numerator", "band above the line", Presence::required}, ratio.numerator);
    v.text({"denominator", "band below the line", Presence::required}, ratio.denominator);
    v.number({"smallest_signal", "standard deviations that both bands must have"},
             ratio.smallest_signal, input::non_negative("1"));
}

void describe(input::Visitor& v, FluorescenceSettings& s) {
    v.number({"excitation", "wavelength in vacuum"}, s.excitation, {"nm", 250.0, 2000.0});
    v.choice({"illumination", "even from the camera's side, from the other, or a round beam"},
             s.illumination, {"epi", "trans", "point"});
    v.number({"irradiance", "of epi and trans; 10 mW/cm2 unless given"}, s.irradiance,
             input::positive("mW/cm2"));
    v.number({"power", "of point"}, s.power, input::positive("mW"));
    v.number({"spot_diameter", "of point"}, s.spot_diameter, input::positive("mm"));
    v.numbers({"spot", "x and y of point; the middle unless given"}, s.spot,
              input::any_number("mm"));
    v.number({"filter_density", "decades by which the filter stops excitation"}, s.filter_density,
             input::non_negative("1"));
    v.records({"band", "filters before the camera"}, s.bands);
    v.record({"camera", "that looks at the low z face"}, s.camera);
    v.number({"field_of_view", "edge of the square that is imaged; the object's unless given"},
             s.field_of_view, input::positive("mm"));
    v.flag({"autofluorescence", "whether tissue glows by itself"}, s.autofluorescence);
    v.choice({"background", "what is taken off: nothing, or an image without agent"}, s.background,
             {"none", "control"});
    v.integer({"background_frames", "images averaged for it"}, s.background_frames, 1, 10'000);
    v.choice({"method", "how light is followed in an acquisition"}, s.method,
             {"diffusion", "monte_carlo"});
    v.integer({"photons", "of each Monte Carlo run"}, s.photons, 1000, 2'000'000'000);
    v.flag({"unmix", "whether amounts of the agents are found from the bands"}, s.unmix);
    v.record({"ratio", "map of pH from two bands"}, s.ratio);
    v.number({"reference_depth", "at which amounts are calibrated"}, s.reference_depth,
             input::non_negative("mm"));
    v.number({"inclusion_diameter", "of the sphere of the depth limit"}, s.inclusion_diameter,
             input::positive("mm"));
    v.number({"inclusion_concentration", "in the sphere, in the agent's unit; else the highest"},
             s.inclusion_concentration, input::positive("1"));
    if (v.describes_types()) return;
    check_all(s, [&v](const char* key, const std::string& what, const std::string& expected,
                      const std::string& hint) { v.complain(key, what, expected, hint); });
}

void check_settings(const FluorescenceSettings& settings) {
    check_all(settings, [](const char*, const std::string& what, const std::string& expected,
                           const std::string& hint) {
        throw InputError(Diagnostic{{}, what, expected, hint});
    });
}

double even_irradiance(const FluorescenceSettings& settings) {
    return settings.irradiance.value_or(default_irradiance);
}

}  // namespace caravel::imaging
