// Light in a treatment's step: when it is computed again, and what it leaves in the tissue.
#include "caravel/exec/reduce.hpp"
#include "caravel/response/treatment/treatment_work.hpp"

#include <algorithm>

namespace caravel::response {
namespace {

/// Steps between two looks at whether the tissue's optics have changed.
constexpr std::int64_t light_interval = 5;

}  // namespace

/// Runs a light again where its tissue has changed; that is looked at every few steps.
void Treatment::Work::renew_light(std::span<double> state, const TreatmentLoad& load, std::size_t l,
                                  TreatmentBooks& books) {
    const bool look = layout.light_runs(state, l) == 0.0 || books.steps % light_interval == 0;
    if (!look && !absorption[l].empty()) return;
    damage.coagulated(team, layout.damage(std::span<const double>(state)), rows.coagulated);
    const auto medium = light.medium(l, load, rows.coagulated);
    if (absorption[l].empty()) {
        absorption[l].resize(layout.voxels());
        for (std::size_t i = 0; i < layout.voxels(); ++i)
            absorption[l][i] = stimulus::absorption_at(medium, i);
    }
    if (look) compute_light(state, l, medium, books);
}

void Treatment::Work::compute_light(std::span<double> state, std::size_t l,
                                    const stimulus::PhotonMedium& medium, TreatmentBooks& books) {
    const auto now = effective_attenuation(medium);
    const auto then = layout.attenuation(state, l);
    const auto fluence = layout.fluence(state, l);
    double& runs = layout.light_runs(state, l);
    if (runs > 0.0 && attenuation_change(now, then, fluence) <= plan.light_tolerance) return;
    const auto field = light.compute(team, l, medium, static_cast<std::uint32_t>(runs));
    std::copy(field.fluence.begin(), field.fluence.end(), fluence.begin());
    std::copy(now.begin(), now.end(), then.begin());
    books.photons += field.photons;
    runs += 1.0;
    double& error = layout.rise_error(state, l);
    error = std::max(error, field.rise_error);
    if (!field.warning.empty() &&
        std::find(notes.begin(), notes.end(), field.warning) == notes.end())
        notes.push_back(field.warning);
}

/// Adds what a light of this mean power (W) leaves in the tissue.
void Treatment::Work::absorb(std::span<const double> state, const TreatmentLoad& load,
                             std::size_t l, double power, double dt, TreatmentBooks& books) {
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
    books.light_launched += power * dt;
    books.light_absorbed += all * energy;
    books.light_by_agents += agents * energy;
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
        absorb(state, load, l, power, end - start, books);
        lit = true;
    }
}

}  // namespace caravel::response
