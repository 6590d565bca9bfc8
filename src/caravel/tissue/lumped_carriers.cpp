// Carriers in a well-mixed block of tumour: through the wall, on receptors, into cells; carriers
// that a condition has changed.
#include "caravel/tissue/lumped_tumour.hpp"

namespace caravel::tissue {

using body::CarrierCohort;
using kinetics::CoefficientId;
using kinetics::KineticModel;
using kinetics::Shape;
using kinetics::SumId;

void LumpedTumour::add_carrier_places(KineticModel& model, CarrierCohort& cohort,
                                      const std::vector<CarrierClass>& classes) const {
    const std::string vessel = name() + ".plasma";
    const std::string matrix = name() + ".interstitium";
    // What is only recorded releases nothing: its environment is computed elsewhere.
    const auto add = [&](const std::string& place, const std::string& environment,
                         const std::string& drug_place) {
        const bool reacts = setting_ != TumourSetting::record;
        cohort.add_place(model, place, reacts ? environment : "", reacts ? drug_place : "");
    };
    add(vessel, vessel, vessel);
    add(matrix, matrix, matrix);
    for (const auto& changed : classes) add(name() + "." + changed.place, matrix, matrix);
    add(name() + ".bound", matrix, matrix);
    for (const auto& changed : classes)
        if (changed.binding > 0.0) add(name() + "." + changed.bound_place(), matrix, matrix);
    add(name() + ".endocytosed", name() + ".lysosome", name() + ".endosome");
}

std::string LumpedTumour::receptors_inside(const std::string& formulation) const {
    return name() + ".receptors_inside." + formulation;
}

SumId LumpedTumour::add_bound_sum(KineticModel& model, const std::string& formulation,
                                  const std::vector<const CarrierCohort*>& cohorts,
                                  const std::vector<CarrierClass>& classes, bool inside) const {
    kinetics::Sum sum{name() + ".bound." + formulation, {}, 0.0};
    double scale = 0.0;
    for (const auto* cohort : cohorts) {
        const auto on = cohort->place(name() + ".bound").species[0];
        scale = model.all_species()[static_cast<std::size_t>(on.index)].scale;
        sum.terms.push_back({on, 1.0});
        for (const auto& changed : classes)
            if (changed.binding > 0.0)
                sum.terms.push_back(
                    {cohort->place(name() + "." + changed.bound_place()).species[0], 1.0});
    }
    if (inside && parameters_.receptor_return_rate > 0.0 && !cohorts.empty()) {
        const std::string label = receptors_inside(formulation);
        const auto receptors = model.add_species({label, "", scale, true});
        model.add_reaction(
            {label + ".return",
             {{receptors, -1.0}},
             {model.add_coefficient(label + ".return", parameters_.receptor_return_rate),
              receptors,
              {},
              {}}});
        sum.terms.push_back({receptors, 1.0});
    }
    return model.add_sum(std::move(sum));
}

void LumpedTumour::add_binding(KineticModel& model, const CarrierCohort& cohort,
                               const std::string& matrix, const std::string& on_receptors,
                               const Binding& b, double share, SumId bound) const {
    const std::string cells = name() + ".endocytosed";
    cohort.add_transport(model, matrix, on_receptors, share * b.on_rate,
                         {{Shape::capacity, bound, b.capacity / parameters_.volume, 1.0, volume_}});
    cohort.add_transport(model, on_receptors, matrix, b.off_rate);
    cohort.add_transport(model, on_receptors, cells, b.internalisation);
    if (!model.has_species(receptors_inside(b.formulation)) || b.internalisation == 0.0) return;
    // Receptors go in with their carriers; counted as the carrier mass they held.
    const std::string label = "receptors." + cohort.transport_name(on_receptors, cells);
    model.add_reaction({label,
                        {{model.species(receptors_inside(b.formulation)), 1.0}},
                        {model.add_coefficient(label, b.internalisation),
                         cohort.place(on_receptors).species[0],
                         {},
                         {}}});
}

void LumpedTumour::add_carrier_reactions(KineticModel& model, const CarrierCohort& cohort,
                                         const body::Physiology& body, double wall, double capture,
                                         const std::optional<Binding>& binding, SumId bound) const {
    const auto& p = parameters_;
    const std::string vessel = name() + ".plasma";
    const std::string matrix = name() + ".interstitium";
    const std::string cells = name() + ".endocytosed";
    const double plasma = p.vascular_fraction * body.plasma_fraction();
    if (setting_ == TumourSetting::voxel)
        for (const auto species : cohort.place(vessel).species) add_inflow(model, species);
    else
        cohort.add_transport(model, "arterial", vessel,
                             p.blood_flow * p.volume / body.arterial_volume, inflow_factors());
    cohort.add_transport(model, vessel, "venous", p.blood_flow / p.vascular_fraction);
    cohort.add_transport(model, vessel, matrix, wall / plasma);
    cohort.add_transport(model, vessel, cells, capture / plasma);
    cohort.add_transport(model, matrix, vessel, wall / p.interstitial_fraction);
    if (setting_ == TumourSetting::voxel)
        cohort.add_transport(model, matrix, "lymph",
                             model.add_coefficient(cohort.transport_name(matrix, "lymph"), 0.0));
    else
        cohort.add_transport(model, matrix, "lymph", p.exit_rate);
    cohort.add_transport(model, matrix, cells, p.endocytosis_rate);
    cohort.add_transport(model, cells, matrix, p.exocytosis_rate);
    if (binding) add_binding(model, cohort, matrix, name() + ".bound", *binding, 1.0, bound);
}

CoefficientId LumpedTumour::add_class_reactions(KineticModel& model, const CarrierCohort& cohort,
                                                const CarrierClass& changed,
                                                const std::optional<Binding>& binding,
                                                SumId bound) const {
    const auto& p = parameters_;
    const std::string before = name() + "." + changed.from;
    const std::string here = name() + "." + changed.place;
    const std::string vessel = name() + ".plasma";
    const auto change = model.add_coefficient(cohort.transport_name(before, here), 0.0);
    cohort.add_transport(model, before, here, change);
    if (!changed.trapped) {
        cohort.add_transport(model, here, vessel, changed.wall / p.interstitial_fraction);
        if (setting_ == TumourSetting::voxel)
            cohort.add_transport(model, here, "lymph",
                                 model.add_coefficient(cohort.transport_name(here, "lymph"), 0.0));
        else
            cohort.add_transport(model, here, "lymph", p.exit_rate);
    }
    cohort.add_transport(model, here, name() + ".endocytosed", changed.uptake_rate);
    if (binding && changed.binding > 0.0)
        add_binding(model, cohort, here, name() + "." + changed.bound_place(), *binding,
                    changed.binding, bound);
    return change;
}

}  // namespace caravel::tissue
