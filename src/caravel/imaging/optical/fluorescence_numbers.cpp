#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/optical/depth_limit.hpp"
#include "caravel/imaging/optical/fluorescence_reading.hpp"
#include "caravel/imaging/optical/voxel_light.hpp"
#include "caravel/stimulus/light/tissue_optics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr double seen = 3.0;       // contrast to noise
constexpr double deepest = 40e-3;  // m, to which limits are sought
constexpr double usual_ph = 7.4;

/// Highest concentration of an agent in the object, or the user's.
double inclusion_concentration(const FluorescenceView& view, std::size_t agent) {
    if (view.settings.inclusion_concentration) return *view.settings.inclusion_concentration;
    const std::vector<double> total = total_concentration(view.object, agent);
    return *std::max_element(total.begin(), total.end());
}

/// Mean irradiance of the lit columns.
double lit_irradiance(const FluorescenceView& view) {
    const std::vector<double> beam = beam_profile(view.object.grid, view.settings);
    double sum = 0.0, lit = 0.0;
    for (const double share : beam) {
        if (!(share > 0.0)) continue;
        sum += share;
        lit += 1.0;
    }
    return lit > 0.0 ? sum / lit : 0.0;
}

InclusionScene inclusion_scene(const FluorescenceView& view, std::size_t band) {
    InclusionScene scene;
    scene.excitation = deepened(view.light.excitation, deepest);
    scene.emission = deepened(view.light.bands[band].layers, deepest);
    scene.irradiance = lit_irradiance(view);
    scene.from_below = view.settings.illumination == "trans";
    scene.background = view.bands[band].background;
    scene.background_images = view.settings.background == "control"
                                  ? static_cast<double>(view.settings.background_frames)
                                  : 0.0;
    scene.camera = view.cameras[band];
    return scene;
}

/// 1 umol/L of a dye of 1e5 L/(mol cm) and a yield of 0.1, excited at its peak, that emits in the
/// middle of the band: what is left are tissue and camera.
void add_equal_brightness(const FluorescenceView& view, std::size_t band,
                          const InclusionScene& scene, ScanResult& result) {
    constexpr double concentration = 1e-3;  // mol/m3
    const EmissionBand& seen_in = view.settings.bands[band];
    LuminescentAgent dye;
    dye.excitation_peak = view.settings.excitation;
    dye.excitation_width = 60e-9;
    dye.emission_peak = seen_in.centre;
    dye.emission_width = seen_in.width;
    dye.absorption_cross_section = std::log(10.0) * 1e4;  // m2/mol
    dye.quantum_yield = 0.1;
    ImagedAgent agent;
    agent.luminescent = {dye};
    const AgentResponse response(view.context.library, agent, view.settings, seen_in);
    Inclusion inclusion;
    inclusion.diameter = view.settings.inclusion_diameter;
    inclusion.emission = [&](double irradiance) {
        return concentration * response(irradiance, usual_ph);
    };
    result.numbers.push_back(
        {"equal_brightness_depth_" + seen_in.name,
         fmt::format("depth at which {:.3g} mm of 1 umol/L of an emitter equally bright at every "
                     "wavelength are just seen, {}",
                     inclusion.diameter * 1e3, seen_in.name),
         depth_limit(scene, inclusion, inclusion_signals(scene, inclusion), seen), "mm"});
}

void add_limits(const FluorescenceView& view, std::size_t band, ScanResult& result) {
    const InclusionScene scene = inclusion_scene(view, band);
    const std::string& name = view.settings.bands[band].name;
    add_equal_brightness(view, band, scene, result);
    for (std::size_t a = 0; a < view.object.agents.size(); ++a) {
        const ImagedAgent& agent = view.object.agents[a];
        const double concentration = inclusion_concentration(view, a);
        const AgentResponse response(view.context.library, agent, view.settings,
                                     view.settings.bands[band]);
        const double bright = response(scene.irradiance, usual_ph);
        if (!(concentration * bright > 0.0)) continue;
        Inclusion inclusion;
        inclusion.diameter = view.settings.inclusion_diameter;
        inclusion.emission = [&](double irradiance) {
            return concentration * response(irradiance, usual_ph);
        };
        const std::vector<double> signals = inclusion_signals(scene, inclusion);
        result.numbers.push_back({"depth_limit_" + name + "_" + agent.name,
                                  fmt::format("depth at which {:.3g} mm of {} are just seen, {}",
                                              inclusion.diameter * 1e3, agent.name, name),
                                  depth_limit(scene, inclusion, signals, seen), "mm"});
        const auto reference = std::min(
            signals.size() - 1,
            static_cast<std::size_t>(view.settings.reference_depth / scene.emission.thickness));
        if (!(signals[reference] > 0.0)) continue;
        result.numbers.push_back(
            {"detection_limit_" + name + "_" + agent.name,
             fmt::format("least {} in {:.3g} mm at the reference depth, {}", agent.name,
                         inclusion.diameter * 1e3, name),
             concentration * least_signal(scene, inclusion, seen) / signals[reference],
             agent.unit});
    }
}

/// Share of each pixel's columns that hold a region of one kind.
std::vector<double> region_share(const FluorescenceView& view, bool lesion) {
    const std::size_t columns = view.light.body.size();
    std::vector<double> holds(columns, 0.0), other(columns, 0.0);
    for (std::size_t i = 0; i < view.object.region.size(); ++i) {
        const ImagedRegion& region = view.object.regions[view.object.region[i]];
        if (region.lesion) other[i % columns] = 1.0;
        if (lesion ? region.lesion : region.background) holds[i % columns] = 1.0;
    }
    if (!lesion)
        for (std::size_t n = 0; n < columns; ++n)
            if (other[n] > 0.0) holds[n] = 0.0;
    return resample(view.context.team, view.light.columns, holds, view.pixels);
}

double mean_over(const std::vector<double>& values, const std::vector<double>& share) {
    double sum = 0.0, count = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (share[i] < 0.99) continue;
        sum += values[i];
        count += 1.0;
    }
    return count > 0.0 ? sum / count : 0.0;
}

}  // namespace

void add_numbers(const FluorescenceView& view, ScanResult& result) {
    const std::vector<double> lesion = region_share(view, true);
    const std::vector<double> beside = region_share(view, false);
    for (std::size_t c = 0; c < view.bands.size(); ++c) {
        const std::string& name = view.settings.bands[c].name;
        add_limits(view, c, result);
        const double tumour = mean_over(view.bands[c].raw, lesion);
        const double background = mean_over(view.bands[c].raw, beside);
        if (tumour > 0.0 && background > 0.0)
            result.numbers.push_back(
                {"tumour_to_background_" + name,
                 "lesion against background before anything is taken off, " + name,
                 tumour / background, "1"});
        result.numbers.push_back({"background_" + name,
                                  "electrons per pixel from tissue and filter, " + name,
                                  view.bands[c].background, "1"});
        result.numbers.push_back(
            {"exposure_" + name, "of a frame, " + name, view.cameras[c].exposure, "ms"});
        result.numbers.push_back({"full_pixels_" + name, "pixels at the full well, " + name,
                                  static_cast<double>(view.bands[c].full), "1"});
        if (view.bands[c].full > 0)
            result.notes.push_back(fmt::format(
                "{} pixels of band {} are full: a shorter exposure would show their light.",
                view.bands[c].full, name));
    }
    double time = 0.0;
    for (const Camera& camera : view.cameras) time += camera.exposure * camera.frames;
    result.numbers.push_back({"scan_time", "exposure of all bands", time, "s"});
    const double irradiance = lit_irradiance(view);
    const double limit = stimulus::skin_exposure_limit(view.settings.excitation, 10.0);
    result.numbers.push_back({"irradiance", "at the surface", irradiance, "mW/cm2"});
    if (limit > 0.0 && irradiance > limit)
        result.notes.push_back(fmt::format(
            "The irradiance of {:.3g} mW/cm2 is above what skin may see for 10 s, {:.3g} mW/cm2.",
            irradiance * 0.1, limit * 0.1));
}

}  // namespace caravel::imaging
