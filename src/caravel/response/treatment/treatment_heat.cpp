#include "caravel/response/treatment/treatment_heat.hpp"

#include "caravel/base/error.hpp"
#include "caravel/formulation/thermal/effective_conductivity.hpp"
#include "caravel/response/treatment/loaded_tissue.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace caravel::response {
namespace {

constexpr double ice_point = 273.15;  // K

bool may_freeze(const TreatmentPlan& plan) {
    for (const auto& probe : plan.probes)
        if (stimulus::probe_temperature(probe) < ice_point) return true;
    for (const auto& agent : plan.agents)
        if (agent.latent_heat > 0.0) return true;
    for (const auto& face : plan.heat_faces)
        if (face.kind != tissue::HeatFace::Kind::insulated && face.temperature < ice_point)
            return true;
    return plan.body_temperature < ice_point ||
           (plan.skin_transfer > 0.0 && plan.ambient_temperature < ice_point);
}

/// Fowler-Noll-Vo hash of the values' bits, in the 53 bits that a double holds exactly.
double mark_of(const std::vector<double>& values, double before) {
    auto hash = static_cast<std::uint64_t>(before) ^ 14695981039346656037ULL;
    for (const double v : values) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, &v, sizeof bits);
        hash = (hash ^ bits) * 1099511628211ULL;
        hash ^= hash >> 29U;
    }
    return static_cast<double>(hash >> 11U);
}

[[noreturn]] void refuse_overfull(const std::string& agent, double share) {
    throw InputError(Diagnostic{{},
                                "with " + agent + " the particles fill " +
                                    format_number(100.0 * share, 4) + " % of a voxel",
                                "at most 100 %",
                                "lower concentrations"});
}

const TreatedAgent* melting_agent(const TreatmentPlan& plan) {
    const TreatedAgent* found = nullptr;
    for (const auto& agent : plan.agents) {
        if (agent.latent_heat <= 0.0) continue;
        if (found)
            throw InputError(Diagnostic{
                {},
                "two kinds of phase-change particles: " + found->name + " and " + agent.name,
                "one kind in a treatment",
                "leave the latent heat of the smaller load out"});
        found = &agent;
    }
    return found;
}

/// Factor of an agent that fills `part` of a voxel on a conductivity (W/m/K).
double conductivity_by(const TreatedAgent& agent, double of_tissue, double part) {
    if (agent.conductivity <= 0.0) return 1.0;
    return formulation::thermal::loaded_conductivity(of_tissue, agent.conductivity, part) /
           of_tissue;
}

/// The same on a heat capacity (J/m3/K).
double capacity_by(const TreatedAgent& agent, double of_tissue, double part) {
    if (agent.heat_capacity <= 0.0) return 1.0;
    return formulation::thermal::mixture(of_tissue, agent.density * agent.heat_capacity, part) /
           of_tissue;
}

std::vector<tissue::ThermalTissue> own_tissues(const TreatmentPlan& plan) {
    std::vector<tissue::ThermalTissue> all;
    for (const auto& t : plan.tissues) all.push_back(t.thermal);
    return all;
}

tissue::HeatMedium make_medium(const TreatmentPlan& plan) {
    tissue::HeatMedium m;
    m.grid = plan.domain.grid;
    m.label = plan.label;
    m.tissues = own_tissues(plan);
    m.links = plan.heat_links;
    m.faces = plan.heat_faces;
    for (std::size_t f = 0; f < 6; ++f)
        if (plan.domain.mirrored[f]) m.faces[f] = {};
    if (const auto* agent = melting_agent(plan)) {
        m.particles.solidus = agent->solidus;
        m.particles.liquidus = agent->liquidus;
    }
    return m;
}

}  // namespace

TreatmentHeat::TreatmentHeat(const TreatmentPlan& plan)
    : plan_(plan), medium_(std::make_unique<tissue::HeatMedium>(make_medium(plan))) {
    if (may_freeze(plan)) freezing_.emplace(*medium_);
    pennes_.emplace(*medium_);
}

/// Latent heat (J/m3) of the particles in every voxel; empty without any.
std::vector<double> TreatmentHeat::load_phase_change(const TreatmentLoad& load) const {
    std::vector<double> latent;
    for (std::size_t a = 0; a < plan_.agents.size() && a < load.agents.size(); ++a) {
        const auto& agent = plan_.agents[a];
        if (agent.latent_heat <= 0.0 || load.agents[a].empty()) continue;
        latent.resize(medium_->label.size());
        for (std::size_t i = 0; i < latent.size(); ++i)
            latent[i] = agent.latent_heat * load.agents[a][static_cast<index_t>(i)];
    }
    return latent;
}

bool TreatmentHeat::is_followed(const TreatmentLoad& load) const {
    return std::equal(followed_.begin(), followed_.end(), load.agents.begin(), load.agents.end(),
                      [](const std::vector<double>& known, const View<const double>& given) {
                          return std::equal(known.begin(), known.end(), given.begin(), given.end());
                      });
}

double TreatmentHeat::follow_load(const TreatmentLoad& load) {
    if (is_followed(load)) return mark_;
    bool any = false;
    std::vector<double> conductivity(medium_->label.size(), 1.0);
    std::vector<double> capacity(medium_->label.size(), 1.0);
    ParticleShare share{std::vector<double>(medium_->label.size(), 0.0), conductivity, capacity};
    for (std::size_t a = 0; a < plan_.agents.size() && a < load.agents.size(); ++a) {
        const auto& agent = plan_.agents[a];
        if (load.agents[a].empty()) continue;
        any = any || agent.density > 0.0 || agent.latent_heat > 0.0;
        if (agent.density <= 0.0) continue;
        for (std::size_t i = 0; i < conductivity.size(); ++i) {
            const double amount = load.agents[a][static_cast<index_t>(i)];
            if (amount <= 0.0) continue;
            const double part = formulation::thermal::volume_fraction(amount, agent.density);
            share.filled[i] += part;
            if (share.filled[i] > 1.0) refuse_overfull(agent.name, share.filled[i]);
            const auto& tissue = plan_.tissues[plan_.label[i]].thermal;
            conductivity[i] *= conductivity_by(agent, tissue.conductivity, part);
            capacity[i] *= capacity_by(agent, tissue.volumetric_heat_capacity(), part);
            if (!freezing_ || tissue.latent_heat <= 0.0) continue;
            share.frozen_conductivity[i] *=
                conductivity_by(agent, tissue.frozen_conductivity, part);
            share.frozen_capacity[i] *=
                capacity_by(agent, tissue.density * tissue.frozen_heat_capacity, part);
        }
    }
    followed_.clear();
    for (const View<const double>& agent : load.agents)
        followed_.emplace_back(agent.begin(), agent.end());
    if (!any && medium_->conductivity_factor.empty()) return mark_;
    const auto latent = load_phase_change(load);
    if (conductivity == medium_->conductivity_factor && capacity == medium_->capacity_factor &&
        latent == medium_->particles.latent_heat)
        return mark_;
    medium_->conductivity_factor = std::move(conductivity);
    medium_->capacity_factor = std::move(capacity);
    medium_->particles.latent_heat = latent;
    if (freezing_) split_loaded(plan_.label, own_tissues(plan_), share, *medium_);
    if (pennes_) pennes_->follow_medium();
    if (freezing_) freezing_->follow_medium();
    mark_ = mark_of(medium_->conductivity_factor,
                    mark_of(medium_->capacity_factor, mark_of(medium_->particles.latent_heat, 0)));
    return mark_;
}

void TreatmentHeat::rest(exec::ThreadTeam& team, const tissue::HeatDrive& drive,
                         std::span<double> temperature, std::span<double> enthalpy) {
    std::fill(temperature.begin(), temperature.end(), plan_.body_temperature);
    if (plan_.settle_first) pennes_->balance(team, view_of(temperature), drive);
    set_enthalpy(temperature, enthalpy);
}

void TreatmentHeat::set_enthalpy(std::span<const double> temperature,
                                 std::span<double> enthalpy) const {
    if (freezing_) freezing_->enthalpy_of(view_of(temperature), view_of(enthalpy));
}

tissue::HeatBalance TreatmentHeat::step(exec::ThreadTeam& team, std::span<double> temperature,
                                        std::span<double> enthalpy, const tissue::HeatDrive& drive,
                                        double dt) {
    if (!freezing_) return pennes_->step(team, view_of(temperature), drive, dt);
    const auto done = freezing_->step(team, view_of(enthalpy), drive, dt);
    freezing_->temperature_of(View<const double>(enthalpy.data(), view_of(enthalpy).size()),
                              view_of(temperature));
    return done.balance;
}

void TreatmentHeat::frozen_share(std::span<const double> enthalpy, std::span<double> share) const {
    if (freezing_)
        freezing_->frozen_share(view_of(enthalpy), view_of(share));
    else
        std::fill(share.begin(), share.end(), 0.0);
}

}  // namespace caravel::response
