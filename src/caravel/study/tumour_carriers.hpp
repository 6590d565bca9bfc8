// What carriers of a study meet in a tumour, lumped or in space.
#pragma once

#include "caravel/study/model_builder.hpp"

namespace caravel::study {

/// Wall permeability times surface (1/s, per tumour volume) for a carrier: the tumour's own value,
/// else the formulation's, else that of the particle's size.
double tumour_wall(const tissue::TumourParameters& tumour, const body::CarrierKinetics& carrier);

/// What a formulation's carriers can become in a tumour.
struct ClassOfCarrier {
    tissue::CarrierClass what;
    const formulation::Response* change = nullptr;
    int before = -1;  // place of the class before in the list; -1: as injected
};
/// The classes that a formulation's changes of size, charge and aggregation make, in the order they
/// are written. Size, wall and uptake that a change leaves open stay as they were before; binding
/// and whether carriers are trapped every change says anew. `after` names a change above it: where
/// formulations are read, that is checked.
std::vector<ClassOfCarrier> carrier_classes(const formulation::Formulation& formulation,
                                            const tissue::TumourParameters& tumour,
                                            const body::CarrierKinetics& carrier);
/// The same without what they change.
std::vector<tissue::CarrierClass> without_changes(const std::vector<ClassOfCarrier>& classes);

/// The rate of a change as a law of release: first order at full response.
formulation::Release rate_of(const formulation::Response& change);

/// Adds the reactions of a cohort in tumour t, which is lumped; `bound` as of add_bound_sum.
void add_carrier_to_tumour(BuiltModel& built, const StudyInput& study, matter::Library& library,
                           const Cohort& cohort, std::size_t t, kinetics::SumId bound);

}  // namespace caravel::study
