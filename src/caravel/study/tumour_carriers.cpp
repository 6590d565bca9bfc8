#include "caravel/study/tumour_carriers.hpp"

#include "caravel/body/two_pore.hpp"
#include "caravel/study/conditions.hpp"
#include "caravel/study/receptor_binding.hpp"

#include <fmt/format.h>

namespace caravel::study {
namespace {

/// Half-life of a change whose condition is fully met, where the study gives none (assumed).
constexpr double fast_change = 600.0;  // s

int class_before(const std::vector<ClassOfCarrier>& classes, const formulation::Response& change) {
    if (change.after.empty()) return -1;
    for (std::size_t i = 0; i < classes.size(); ++i)
        if (classes[i].change->name == change.after) return static_cast<int>(i);
    return -1;
}

}  // namespace

double tumour_wall(const tissue::TumourParameters& p, const body::CarrierKinetics& k) {
    if (p.vascular_permeability) return *p.vascular_permeability * p.vessel_surface_density;
    if (k.tumour_permeability_surface) return *k.tumour_permeability_surface;
    return body::tumour_vessel_permeability(k.hydrodynamic_radius) * p.vessel_surface_density;
}

std::vector<ClassOfCarrier> carrier_classes(const formulation::Formulation& formulation,
                                            const tissue::TumourParameters& p,
                                            const body::CarrierKinetics& k) {
    const tissue::CarrierClass injected{
        "interstitium", "", k.hydrodynamic_radius, tumour_wall(p, k), p.endocytosis_rate, 1.0};
    std::vector<ClassOfCarrier> classes;
    for (const auto& change : formulation.responses) {
        if (!change.makes_class()) continue;
        ClassOfCarrier c;
        c.change = &change;
        c.before = class_before(classes, change);
        const auto& before =
            c.before < 0 ? injected : classes[static_cast<std::size_t>(c.before)].what;
        c.what = before;
        c.what.place = classes.empty() ? "switched" : fmt::format("switched{}", classes.size() + 1);
        c.what.from = before.place;
        if (change.diameter) {
            c.what.radius = 0.5 * *change.diameter;
            c.what.wall =
                body::tumour_vessel_permeability(c.what.radius) * p.vessel_surface_density;
        }
        c.what.uptake_rate = change.uptake_rate.value_or(before.uptake_rate);
        c.what.binding = change.binding;
        c.what.trapped = change.trapped;
        classes.push_back(std::move(c));
    }
    return classes;
}

std::vector<tissue::CarrierClass> without_changes(const std::vector<ClassOfCarrier>& classes) {
    std::vector<tissue::CarrierClass> result;
    result.reserve(classes.size());
    for (const auto& c : classes) result.push_back(c.what);
    return result;
}

formulation::Release rate_of(const formulation::Response& change) {
    formulation::Release rate;
    formulation::FirstOrder law;
    law.half_life = change.half_life.value_or(fast_change);
    rate.law = law;
    rate.trigger = change.trigger;
    return rate;
}

void add_carrier_to_tumour(BuiltModel& built, const StudyInput& study, matter::Library& library,
                           const Cohort& cohort, std::size_t t, kinetics::SumId bound) {
    const auto f = static_cast<std::size_t>(cohort.formulation);
    const auto& tumour = built.tumours[t];
    const auto& p = tumour.parameters();
    const auto& k = built.carrier_kinetics[f];
    const auto binding = receptor_binding(built, study, library, f, t);
    tumour.add_carrier_reactions(built.model, cohort.places, built.physiology, tumour_wall(p, k),
                                 p.uptake_clearance.value_or(k.tumour_capture), binding, bound);
    const std::string environment = tumour.name() + ".interstitium";
    for (const auto& c : carrier_classes(study.formulations[f], p, k)) {
        const auto id =
            tumour.add_class_reactions(built.model, cohort.places, c.what, binding, bound);
        if (c.change->trigger)
            add_condition(built, library, study.subject.conditions, environment,
                          c.change->trigger->signal);
        built.releases.push_back({id, {rate_of(*c.change)}, cohort.birth, environment, 0.0});
    }
}

}  // namespace caravel::study
