#include "caravel/study/vegf_blockade.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>

namespace caravel::study {

VegfBlockade::VegfBlockade(couple::Wiring& wiring, const BuiltModel& built, std::size_t grid)
    : plan_(built.grids[grid]) {
    couple::Ports ports(wiring, name());
    amounts_ = ports.read_block("kinetics.amounts", "1", built.model.all_species().size());
    effect_ = ports.write(plan_.name + ".vegf_blockade", "1");
    const auto& agent = plan_.input.angiogenesis->agent;
    if (agent.empty()) return;
    const auto& drug = built.drugs.at(agent);
    drug_ = drug.pool("venous").index;
    concentration_ =
        drug.molar_mass() / (built.physiology.venous_volume * drug.disposition().blood_to_plasma);
}

std::string VegfBlockade::name() const { return plan_.name + " (VEGF blockade)"; }

void VegfBlockade::initialise(couple::State& state) const {
    state.set(effect_, tissue::blockade(*plan_.input.angiogenesis, 0.0));
}

void VegfBlockade::advance(couple::State& state, const couple::Window& window) const {
    const auto& change = *plan_.input.angiogenesis;
    const double by_time = tissue::blockade(change, 0.5 * (window.start + window.end));
    double by_drug = 0.0;
    if (drug_ >= 0) {
        const double amount = state.end_block(amounts_)[static_cast<std::size_t>(drug_)];
        const double c = std::max(0.0, amount) * concentration_;
        by_drug = c / (*change.half + c);
    }
    state.set_end(effect_, 1.0 - (1.0 - by_time) * (1.0 - by_drug));
}

void check_blockade(const BuiltModel& built, const tissue::GridPlan& plan) {
    if (!plan.input.angiogenesis) return;
    const auto& change = *plan.input.angiogenesis;
    if (change.agent.empty() || built.drugs.count(change.agent) > 0) return;
    throw InputError(Diagnostic{
        change.where, "'" + change.agent + "' blocks VEGF, but the study does not give it",
        "an agent of the protocol or of a payload",
        "or [[subject.tumour.grid.angiogenesis.blockade]] with times"});
}

std::vector<double> blockade_times(const BuiltModel& built) {
    std::vector<double> times;
    for (const auto& plan : built.grids) {
        if (!plan.input.angiogenesis) continue;
        for (const auto& b : plan.input.angiogenesis->blockades) {
            times.push_back(b.at);
            times.push_back(b.at + b.duration);
        }
    }
    return times;
}

}  // namespace caravel::study
