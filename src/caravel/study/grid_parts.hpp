// What the parts of a tumour in space share while its plan is built.
#pragma once

#include "caravel/study/model_builder.hpp"

#include <map>
#include <string>
#include <vector>

namespace caravel::study {

/// The plan so far, and what its parts look up.
class GridParts {
  public:
    GridParts(BuiltModel& built_model, const StudyInput& study_input, matter::Library& tables,
              std::size_t t);

    std::string place(const std::string& suffix) const { return name + suffix; }
    kinetics::KineticModel& local() { return plan.local; }
    /// Amount per volume at which tolerances matter: the dose spread over the body.
    double scale(double dose) const { return dose / (built.physiology.body_weight * 1e-3); }
    double value_of(const std::string& coefficient) const;
    /// Says what a coefficient follows; one that does not exist needs nothing.
    void vary(const std::string& coefficient, tissue::Law law, int solute = -1, double value = 0.0);
    /// Adds a solute; returns its place in the plan.
    int add_solute(tissue::Solute solute);
    /// Says that the carriers of a cohort at a place are this solute.
    void mark_fluid(const body::CarrierCohort& cohort, const std::string& where, int solute);
    /// Where the stepper finds a signal; a slot for the whole tumour unless it is a field.
    int signal(const std::string& environment, const std::string& signal_name);
    /// Vessel surface of normal tissue over the tumour's.
    double surfaces() const {
        return plan.normal.vessels.surface_density / plan.tumour.vessels.surface_density;
    }

    BuiltModel& built;
    const StudyInput& study;
    matter::Library& library;
    const std::size_t tumour_index;
    const tissue::TumourParameters& parameters;
    const std::string name;
    tissue::GridPlan plan{};
    tissue::LumpedTumour tumour;
    std::map<std::string, body::DrugBlock> drugs{};
    std::vector<body::CarrierCohort> cohorts{};  // in the order of built.cohorts
    std::map<std::string, int> solute_of{};      // by local species
};

/// Free drugs: pools, exchange, uptake into cells.
void add_grid_drugs(GridParts& parts);
/// Carriers: walls, binding, classes, release.
void add_grid_carriers(GridParts& parts);
/// Kill, growth, necrosis, and what a treatment's kill moves. Throws InputError for a growth law
/// of the volume.
void add_grid_cells(GridParts& parts, const Tumour& input);

}  // namespace caravel::study
