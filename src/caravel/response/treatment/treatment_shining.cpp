// The light of a step: lamps, and what agents make of it.
#include "caravel/base/error.hpp"
#include "caravel/exec/reduce.hpp"
#include "caravel/response/photodynamic/activation.hpp"
#include "caravel/response/treatment/treatment_work.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace caravel::response {
namespace {

/// Steps between two looks at whether the tissue's optics have changed.
constexpr std::int64_t light_interval = 5;
/// Share of the sensitiser below which nothing is left that could take energy.
constexpr double bleached = 1e-6;

/// Whether steps take the mean over the pulses of a lamp.
bool averages(const stimulus::LightInput& light) {
    const double end = light.at + light.duration;
    return stimulus::light_switches(light) == std::vector{light.at, end} &&
           stimulus::light_duty(light, light.at, end) < 1.0 - 1e-9;
}

bool overlap(const stimulus::LightInput& a, const stimulus::LightInput& b) {
    return a.at < b.at + b.duration && b.at < a.at + a.duration;
}

}  // namespace

/// What photochemistry makes of every light.
void Treatment::Work::weigh_lights(matter::Library& library) {
    if (!photodynamics) return;
    for (const auto& l : plan.lights)
        spectral.push_back(photodynamics->spectral_factor(l.wavelength));
    for (const auto& e : plan.emissions) {
        spectral.push_back(photodynamics->spectral_factor(e.wavelength));
        if (!(e.transfer > 0.0)) continue;
        const auto dye = stimulus::agent_optics(plan.photodynamic->sensitiser, library,
                                                photodynamics->wavelength());
        sensitiser_absorption = dye.absorption;
        if (sensitiser_absorption <= 0.0)
            throw InputError(Diagnostic{{},
                                        fmt::format("'{}' cannot take over the energy of '{}': {}",
                                                    dye.name, e.name, dye.method),
                                        "transfer = 0",
                                        ""});
    }
}

bool Treatment::Work::looks(std::span<double> state, std::size_t l,
                            const TreatmentBooks& books) const {
    return layout.light_runs(state, l) == 0.0 || books.steps % light_interval == 0;
}

/// The tissue as light l meets it; its absorption is kept.
stimulus::PhotonMedium Treatment::Work::medium_of(std::span<double> state,
                                                  const TreatmentLoad& load, std::size_t l) {
    damage.coagulated(team, layout.damage(std::span<const double>(state)), rows.coagulated);
    auto medium = light.medium(l, load, rows.coagulated);
    if (absorption[l].empty()) {
        absorption[l].resize(layout.voxels());
        for (std::size_t i = 0; i < layout.voxels(); ++i)
            absorption[l][i] = stimulus::absorption_at(medium, i);
    }
    return medium;
}

/// Runs a light again where its tissue has changed; that is looked at every few steps.
void Treatment::Work::renew_light(std::span<double> state, const TreatmentLoad& load, std::size_t l,
                                  TreatmentBooks& books) {
    const bool look = looks(state, l, books);
    if (!look && !absorption[l].empty()) return;
    const auto medium = medium_of(state, load, l);
    if (!look) return;
    const auto now = effective_attenuation(medium);
    const auto then = layout.attenuation(state, l);
    const double runs = layout.light_runs(state, l);
    if (runs > 0.0 &&
        attenuation_change(now, then, layout.fluence(state, l)) <= plan.light_tolerance)
        return;
    keep_light(state, l, light.compute(team, l, medium, static_cast<std::uint32_t>(runs)), now,
               books);
}

void Treatment::Work::keep_light(std::span<double> state, std::size_t l,
                                 const TreatmentLight::Field& field,
                                 std::span<const double> attenuation, TreatmentBooks& books) {
    std::copy(field.fluence.begin(), field.fluence.end(), layout.fluence(state, l).begin());
    std::copy(attenuation.begin(), attenuation.end(), layout.attenuation(state, l).begin());
    books.photons += field.photons;
    layout.light_runs(state, l) += 1.0;
    double& error = layout.rise_error(state, l);
    error = std::max(error, field.rise_error);
    double& invalid = layout.invalid_share(state, l);
    invalid = std::max(invalid, field.invalid_share);
}

/// Adds what a light of this mean power (W) leaves in the tissue.
Treatment::Work::Absorbed Treatment::Work::absorb(std::span<const double> state,
                                                  const TreatmentLoad& load, std::size_t l,
                                                  double power, double dt) {
    const auto fluence = layout.fluence(state, l);
    const double energy = plan.domain.grid.cell_volume() * dt;
    const auto voxels = static_cast<index_t>(fluence.size());
    exec::for_each(team, voxels, [&](index_t voxel) {
        const auto i = static_cast<std::size_t>(voxel);
        const double rate = power * fluence[i];
        if (rate <= 0.0) return;
        rows.source[i] += rate * absorption[l][i];
        if (!spectral.empty()) rows.fluence_rate[i] += spectral[l] * rate;
    });
    const double all = exec::sum_of(team, voxels, [&](index_t voxel) {
        const auto i = static_cast<std::size_t>(voxel);
        return power * fluence[i] * absorption[l][i];
    });
    const double agents = exec::sum_of(team, voxels, [&](index_t voxel) {
        const auto i = static_cast<std::size_t>(voxel);
        double own = 0.0;
        for (std::size_t a = 0; a < load.agents.size(); ++a)
            own += light.agent_absorption(l, load, a, i);
        return power * fluence[i] * own;
    });
    return {all * energy, agents * energy};
}

double Treatment::Work::full_power(std::span<const double> state, std::size_t l) const {
    const auto& input = plan.lights[l];
    return stimulus::light_power(input) * share_of(state, input.name);
}

void Treatment::Work::shine(std::span<double> state, const TreatmentLoad& load, double start,
                            double end, TreatmentBooks& books) {
    std::fill(rows.fluence_rate.begin(), rows.fluence_rate.end(), 0.0);
    lit = false;
    for (std::size_t l = 0; l < plan.lights.size(); ++l) {
        const auto& input = plan.lights[l];
        const double power = stimulus::light_power(input) *
                             stimulus::light_duty(input, start, end) * share_of(state, input.name);
        if (power <= 0.0) continue;
        renew_light(state, load, l, books);
        const auto absorbed = absorb(state, load, l, power, end - start);
        books.light_launched += power * (end - start);
        books.light_absorbed += absorbed.all;
        books.light_by_agents += absorbed.agents;
        lit = true;
    }
    if (lit) emit(state, load, start, end, books);
}

void Treatment::Work::emit(std::span<double> state, const TreatmentLoad& load, double start,
                           double end, TreatmentBooks& books) {
    for (std::size_t e = 0; e < plan.emissions.size(); ++e) {
        const auto& emission = plan.emissions[e];
        const auto glow = emitted(state, load, emission, start, end);
        layout.emitted_power(state, e) = (1.0 - emission.transfer) * glow.at_once;
        if (!(glow.emitted > 0.0)) continue;
        hand_over(state, load, emission, glow);
        const double launched = (1.0 - emission.transfer) * glow.emitted;
        for (std::size_t i = 0; i < glow.density.size(); ++i)
            rows.source[i] -= (1.0 - emission.transfer) * glow.density[i];
        if (!(launched > 0.0)) continue;
        launch(state, load, e, glow, books);
        const double duration = end - start;
        books.light_emitted += launched * duration;
        books.emitted_absorbed +=
            absorb(state, load, plan.lights.size() + e, launched, duration).all;
    }
}

/// Lamps whose pulses no step follows may take turns; the law takes them as on together.
void Treatment::Work::note_turns() {
    const auto excites = [&](const LightEmission& e, std::size_t l) {
        return e.law.order > 1.0 && e.absorption[l] > 0.0;
    };
    for (const auto& emission : plan.emissions) {
        bool meet = false;
        for (std::size_t a = 0; a < plan.lights.size(); ++a)
            for (std::size_t b = 0; b < plan.lights.size(); ++b)
                meet =
                    meet || (a != b && excites(emission, a) && excites(emission, b) &&
                             averages(plan.lights[a]) && overlap(plan.lights[a], plan.lights[b]));
        if (meet)
            notes.push_back(
                fmt::format("'{}': pulses of several lamps that no step follows count as on at the "
                            "same time; lamps that take turns upconvert less.",
                            emission.name));
    }
}

EmittedLight Treatment::Work::emitted(std::span<const double> state, const TreatmentLoad& load,
                                      const LightEmission& emission, double start,
                                      double end) const {
    std::vector<ExcitingLight> lamps;
    for (std::size_t l = 0; l < plan.lights.size(); ++l) {
        const double duty = stimulus::light_duty(plan.lights[l], start, end);
        lamps.push_back({plan.lights[l].wavelength, duty > 0.0 ? full_power(state, l) : 0.0, duty,
                         layout.fluence(state, l)});
    }
    return emitted_light(emission, lamps, load.agents, layout.voxels(),
                         plan.domain.grid.cell_volume());
}

/// Runs an emission again where its source or its tissue has changed.
void Treatment::Work::launch(std::span<double> state, const TreatmentLoad& load, std::size_t number,
                             const EmittedLight& source, TreatmentBooks& books) {
    const std::size_t l = plan.lights.size() + number;
    const bool look = looks(state, l, books);
    if (!look && !absorption[l].empty()) return;
    const auto medium = medium_of(state, load, l);
    if (!look) return;
    const auto now = effective_attenuation(medium);
    const auto before = layout.emission_source(state, number);
    const double runs = layout.light_runs(state, l);
    if (runs > 0.0 && shape_change(source.density, before) <= plan.light_tolerance &&
        attenuation_change(now, layout.attenuation(state, l), layout.fluence(state, l)) <=
            plan.light_tolerance)
        return;
    const auto field =
        light.emit(team, number, medium, source.density, static_cast<std::uint32_t>(runs));
    std::copy(source.density.begin(), source.density.end(), before.begin());
    keep_light(state, l, field, now, books);
}

/// Energy that the sensitiser takes within the carrier counts as the fluence rate that would excite
/// what is left of it as often; where all is bleached the energy stays heat.
void Treatment::Work::hand_over(std::span<const double> state, const TreatmentLoad& load,
                                const LightEmission& emission, const EmittedLight& glow) {
    if (spectral.empty() || !(emission.transfer > 0.0)) return;
    const auto at = [](View<const double> view, std::size_t i) {
        return view.empty() ? 0.0 : view[static_cast<index_t>(i)];
    };
    const auto unbleached = layout.photodynamic(state).first(layout.voxels());
    for (std::size_t i = 0; i < glow.density.size(); ++i) {
        const double all = at(load.photodynamic.released, i) + at(load.photodynamic.carried, i);
        if (!(all > 0.0 && glow.density[i] > 0.0 && unbleached[i] > bleached)) continue;
        const double amount = all * unbleached[i];
        rows.fluence_rate[i] += transfer_fluence_rate(
            glow.density[i], emission.transfer, sensitiser_absorption * amount, emission.wavelength,
            photodynamics->wavelength());
    }
}

}  // namespace caravel::response
