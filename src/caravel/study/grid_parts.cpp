#include "caravel/study/grid_parts.hpp"

#include "caravel/study/conditions.hpp"
#include "caravel/study/grid_exchanges.hpp"

#include <utility>

namespace caravel::study {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

}  // namespace

GridParts::GridParts(BuiltModel& built_model, const StudyInput& study_input,
                     matter::Library& tables, std::size_t t)
    : built(built_model),
      study(study_input),
      library(tables),
      tumour_index(t),
      parameters(built_model.tumours[t].parameters()),
      name(parameters.name),
      tumour(plan.local, parameters, tissue::TumourSetting::voxel) {}

double GridParts::value_of(const std::string& coefficient) const {
    return plan.local.coefficients()[at(coefficient_index(plan.local, coefficient))].value;
}

void GridParts::vary(const std::string& coefficient, tissue::Law law, int solute, double value) {
    const int id = coefficient_index(plan.local, coefficient);
    if (id >= 0) plan.varying.push_back({id, law, solute, value});
}

int GridParts::add_solute(tissue::Solute solute) {
    plan.solutes.push_back(std::move(solute));
    return static_cast<int>(plan.solutes.size()) - 1;
}

void GridParts::mark_fluid(const body::CarrierCohort& cohort, const std::string& where,
                           int solute) {
    for (const auto species : cohort.place(place(where)).species)
        solute_of[plan.local.all_species()[at(species.index)].name] = solute;
}

int GridParts::signal(const std::string& environment, const std::string& signal_name) {
    if (environment == place(".interstitium"))
        for (std::size_t m = 0; m < plan.input.molecules.size(); ++m)
            if (plan.input.molecules[m].signal == signal_name) return tissue::molecule_signal(m);
    if (signal_name == "temperature" && plan.treated) return tissue::temperature_signal;
    if (signal_name == "oxygen" && plan.input.oxygen && environment != place(".plasma"))
        return tissue::oxygen_signal;
    const std::string slot = condition_slot(environment, signal_name);
    add_condition(built, library, study.subject.conditions, environment, signal_name);
    for (std::size_t i = 0; i < plan.uniform_signals.size(); ++i)
        if (plan.uniform_signals[i].slot == slot) return static_cast<int>(i);
    plan.uniform_signals.push_back({slot, std::string(formulation::signal_kind(signal_name).unit)});
    return static_cast<int>(plan.uniform_signals.size()) - 1;
}

}  // namespace caravel::study
