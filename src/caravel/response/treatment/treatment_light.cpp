#include "caravel/response/treatment/treatment_light.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/response/treatment/light_noise.hpp"
#include "caravel/stimulus/light/diffuse_light.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::response {
namespace {

double reduced(const stimulus::OpticalMedium& m) { return m.scattering * (1.0 - m.anisotropy); }

double value_at(View<const double> view, std::size_t i) {
    return view.empty() ? 0.0 : view[static_cast<index_t>(i)];
}

/// That spreads heat least: where the error of chance is largest.
tissue::ThermalTissue slowest_tissue(const TreatmentPlan& plan) {
    const auto spread = [](const TreatedTissue& t) {
        return t.optics.exterior ? std::numeric_limits<double>::infinity()
                                 : t.thermal.conductivity / t.thermal.volumetric_heat_capacity();
    };
    return std::min_element(plan.tissues.begin(), plan.tissues.end(),
                            [&](const auto& a, const auto& b) { return spread(a) < spread(b); })
        ->thermal;
}

}  // namespace

TreatmentLight::TreatmentLight(const TreatmentPlan& plan, matter::Library& library) : plan_(plan) {
    for (std::size_t l = 0; l < plan.lights.size(); ++l) {
        const auto& light = plan.lights[l];
        check_symmetry(light);
        add_media(light.wavelength, library);
        note_exposure(light);
        note_agents(l);
    }
    for (const auto& emission : plan.emissions) add_media(emission.wavelength, library);
}

void TreatmentLight::add_media(double wavelength, matter::Library& library) {
    const auto white = stimulus::find_coagulated_optics(library);
    std::vector<stimulus::OpticalMedium> media;
    std::vector<double> added;
    for (const auto& tissue : plan_.tissues) {
        auto medium = tissue.composition
                          ? stimulus::optical_medium(*tissue.composition, wavelength, library)
                          : tissue.optics;
        medium.name = tissue.name;
        added.push_back(std::max(
            reduced(stimulus::coagulated_medium(medium, 1.0, white)) - reduced(medium), 0.0));
        media.push_back(std::move(medium));
    }
    media_.push_back(std::move(media));
    coagulated_.push_back(std::move(added));
}

void TreatmentLight::check_symmetry(const stimulus::LightInput& light) const {
    if (plan_.domain.copies == 1.0) return;
    throw InputError(Diagnostic{
        light.where, fmt::format("light '{}' on a symmetric piece of a tumour", light.name),
        "the whole domain: light comes from one side",
        "symmetry = \"full\" in the grid of the tumour"});
}

void TreatmentLight::note_exposure(const stimulus::LightInput& light) {
    const double area = stimulus::beam_area(light.source);
    if (area <= 0.0) return;
    const double peak = stimulus::light_power(light) / area;
    const double duty = stimulus::light_duty(light, light.at, light.at + light.duration);
    note_exposure(light, peak, std::min(light.on_time.value_or(light.duration), light.duration));
    if (light.on_time) note_exposure(light, peak * duty, light.duration);
}

void TreatmentLight::note_exposure(const stimulus::LightInput& light, double irradiance,
                                   double duration) {
    const double limit = stimulus::skin_exposure_limit(light.wavelength, duration);
    if (!(irradiance > limit)) return;
    notes_.push_back(fmt::format(
        "Light '{}': {} W/cm2 is {} times what skin may see for {} s at {} nm ({} W/cm2, after "
        "ANSI Z136.1 as recalled).",
        light.name, format_number(from_si(irradiance, "W/cm2"), 3),
        format_number(irradiance / limit, 3), format_number(duration, 4),
        format_number(light.wavelength * 1e9, 4), format_number(from_si(limit, "W/cm2"), 3)));
}

void TreatmentLight::note_agents(std::size_t l) {
    const auto& light = plan_.lights[l];
    // A carrier of a dye need not absorb itself.
    for (const auto& agent : plan_.agents)
        if (l < agent.optics.size() && agent.optics[l].absorption > 0.0) return;
    for (const auto& agent : plan_.agents) {
        if (l >= agent.optics.size()) continue;
        notes_.push_back(fmt::format("{} does not absorb at {} nm (light '{}'): {}", agent.name,
                                     format_number(light.wavelength * 1e9, 4), light.name,
                                     agent.optics[l].method));
    }
}

double TreatmentLight::agent_absorption(std::size_t light, const TreatmentLoad& load,
                                        std::size_t agent, std::size_t i) const {
    const auto& optics = plan_.agents[agent].optics;
    if (light >= optics.size() || agent >= load.agents.size()) return 0.0;
    return optics[light].absorption * value_at(load.agents[agent], i);
}

stimulus::PhotonMedium TreatmentLight::medium(std::size_t light, const TreatmentLoad& load,
                                              std::span<const double> coagulated) const {
    stimulus::PhotonMedium m;
    m.grid = plan_.domain.grid;
    m.label = plan_.label;
    m.media = media_[light];
    m.faces = plan_.light_faces;
    m.outside_index = plan_.outside_index;
    const std::size_t n = m.label.size();
    std::vector<double> absorption(n, 0.0);
    std::vector<double> scattering(n, 0.0);
    bool any = false;
    for (std::size_t i = 0; i < n; ++i) {
        const auto tissue = static_cast<std::size_t>(m.label[i]);
        for (std::size_t a = 0; a < plan_.agents.size() && a < load.agents.size(); ++a) {
            const auto& optics = plan_.agents[a].optics;
            if (light >= optics.size()) continue;
            const double amount = value_at(load.agents[a], i);
            absorption[i] += optics[light].absorption * amount;
            scattering[i] += optics[light].scattering * (1.0 - optics[light].anisotropy) * amount;
        }
        if (!coagulated.empty()) scattering[i] += coagulated_[light][tissue] * coagulated[i];
        any = any || absorption[i] > 0.0 || scattering[i] > 0.0;
    }
    if (any) {
        m.added_absorption = std::move(absorption);
        m.added_scattering = std::move(scattering);
    }
    return m;
}

namespace {

TreatmentLight::Field diffused(stimulus::DiffuseLight solved) {
    const double invalid = solved.warning.empty() ? 0.0 : 1.0 - solved.valid_share;
    return {std::move(solved.fluence), 0, invalid, 0.0};
}

}  // namespace

TreatmentLight::Field TreatmentLight::compute(exec::ThreadTeam& team, std::size_t light,
                                              const stimulus::PhotonMedium& medium,
                                              std::uint32_t run) const {
    const auto& input = plan_.lights[light];
    if (input.method == "diffusion") {
        return diffused(stimulus::diffuse_light(team, medium, input.source));
    }
    stimulus::PhotonRun photons;
    photons.photons = input.photons;
    photons.seed = plan_.seed;
    photons.stream = light_stream(light, run);
    photons.fluence = has_clear_tissue(medium);
    LightNoise noise(
        medium.grid, slowest_tissue(plan_),
        input.duration * stimulus::light_duty(input, input.at, input.at + input.duration));
    const auto tally =
        stimulus::transport_batches(team, medium, input.source, photons, stimulus::photon_batches,
                                    [&](const stimulus::PhotonTally& batch) { noise.add(batch); });
    const double error = noise.rise_error();
    return {stimulus::fluence(tally, medium), tally.photons, 0.0,
            std::isfinite(error) ? error : 0.0};
}

TreatmentLight::Field TreatmentLight::emit(exec::ThreadTeam& team, std::size_t number,
                                           const stimulus::PhotonMedium& medium,
                                           std::span<const double> source,
                                           std::uint32_t run) const {
    const auto& emission = plan_.emissions[number];
    const auto volume = volume_source(source);
    if (emission.method == "diffusion") {
        return diffused(stimulus::diffuse_light(team, medium, volume));
    }
    stimulus::PhotonRun photons;
    photons.photons = emission.photons;
    photons.seed = plan_.seed;
    photons.stream = light_stream(plan_.lights.size() + number, run);
    photons.fluence = has_clear_tissue(medium);
    const auto tally = stimulus::transport_photons(team, medium, volume, photons);
    return {stimulus::fluence(tally, medium), tally.photons, 0.0, 0.0};
}

stimulus::LightSourceInput volume_source(std::span<const double> brightness) {
    stimulus::LightSourceInput source;
    source.kind = "volume";
    source.weights.assign(brightness.begin(), brightness.end());
    return source;
}

std::uint32_t light_stream(std::size_t light, std::uint32_t run) {
    return static_cast<std::uint32_t>(light) * 65536U + run;
}

bool has_clear_tissue(const stimulus::PhotonMedium& medium) {
    return std::any_of(medium.media.begin(), medium.media.end(),
                       [](const auto& m) { return !m.exterior && m.absorption <= 0.0; });
}

std::vector<double> effective_attenuation(const stimulus::PhotonMedium& medium) {
    std::vector<double> result(medium.label.size(), 0.0);
    for (std::size_t i = 0; i < result.size(); ++i) {
        const auto& m = medium.media[medium.label[i]];
        const double absorption = stimulus::absorption_at(medium, i);
        double scattering = reduced(m);
        if (!medium.added_scattering.empty())
            scattering += medium.added_scattering[i] * (1.0 - medium.added_anisotropy);
        result[i] = std::sqrt(3.0 * absorption * (absorption + scattering));
    }
    return result;
}

double attenuation_change(std::span<const double> now, std::span<const double> then,
                          std::span<const double> fluence) {
    double moved = 0.0;
    double all = 0.0;
    for (std::size_t i = 0; i < now.size(); ++i) {
        moved += fluence[i] * std::abs(now[i] - then[i]);
        all += fluence[i] * then[i];
    }
    return all > 0.0 ? moved / all : 0.0;
}

}  // namespace caravel::response
