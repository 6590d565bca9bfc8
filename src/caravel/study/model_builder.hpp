// Joins the blocks of body, tissue and response into the one kinetic model of a study.
#pragma once

#include "caravel/body/carrier.hpp"
#include "caravel/body/drug.hpp"
#include "caravel/formulation/properties.hpp"
#include "caravel/kinetics/model.hpp"
#include "caravel/matter/table.hpp"
#include "caravel/response/treatment/tumour_treatment.hpp"
#include "caravel/study/study_input.hpp"
#include "caravel/tissue/grid/grid_plan.hpp"
#include "caravel/tissue/lumped_tumour.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace caravel::study {

/// One dose of a protocol with its repeats spelt out, in absolute amounts.
struct PlannedDose {
    std::size_t administration = 0;         // in the protocol
    double start = 0.0;                     // s
    double duration = 0.0;                  // s, 0: bolus
    int formulation = -1;                   // -1: dissolved drug
    double carrier_mass = 0.0;              // kg
    std::map<std::string, double> amounts;  // mol of each agent
    std::string text;                       // "6 mg/kg doxorubicin, intravenous"
};

/// Carrier material of one age.
struct Cohort {
    body::CarrierCohort places;
    int formulation = 0;
    double birth = 0.0;  // s: its release clock
};

/// A release coefficient that depends on age or local conditions.
struct ReleaseDriver {
    kinetics::CoefficientId coefficient;
    std::vector<formulation::Release> laws;  // their rates add
    double birth = 0.0;                      // s
    std::string environment;
    double transit_time = 0.0;  // s, plug flow through tumour capillaries; 0: well mixed
};

/// An amount that appears in a species at a time.
struct Jump {
    double time = 0.0;  // s
    kinetics::SpeciesId species;
    double amount = 0.0;
};

/// A source that runs for a while.
struct Infusion {
    double start = 0.0;  // s
    double end = 0.0;    // s
    kinetics::CoefficientId coefficient;
    double rate = 0.0;  // doses per second
};

/// Local conditions a trigger sees.
struct Condition {
    std::string slot;  // "tumour.temperature"
    std::string unit;  // SI
    double value = 0.0;
    bool operator<(const Condition& other) const { return slot < other.slot; }
};

/// Receptors of a tumour that a formulation binds to.
struct BoundReceptors {
    std::size_t tumour = 0;
    std::size_t formulation = 0;
    double capacity = 0.0;  // kg of carrier per tumour volume when all are taken
};

struct BuiltModel {
    kinetics::KineticModel model;
    body::Physiology physiology;
    body::RestFlow rest;                                  // blood flow left to the rest of the body
    std::vector<formulation::Properties> properties;      // one per formulation
    std::vector<body::CarrierKinetics> carrier_kinetics;  // one per formulation
    std::map<std::string, body::DrugBlock> drugs;         // by agent
    std::vector<Cohort> cohorts;
    std::vector<tissue::LumpedTumour> tumours;
    std::vector<tissue::GridPlan> grids;  // of the tumours in space
    std::vector<BoundReceptors> receptors;
    std::vector<response::TumourTreatmentPlan> treatments;   // of those that are treated
    std::map<std::string, kinetics::SpeciesId> blood_cells;  // by name
    std::vector<PlannedDose> doses;
    std::vector<Jump> jumps;
    std::vector<Infusion> infusions;
    std::vector<ReleaseDriver> releases;
    std::vector<Condition> conditions;     // constant ones
    std::vector<std::string> assumptions;  // sentences for the report
    std::vector<std::string> warnings;     // likewise: what is unsafe or does nothing
    std::filesystem::path data;            // where the tables are
    std::string main_agent;                // of observables without a name in brackets
};

/// Where the product's tables are.
struct DataPaths {
    std::filesystem::path root;  // data/
    std::filesystem::path circulation() const { return root / "circulation.csv"; }
    std::filesystem::path formulations() const { return root / "formulations"; }
    std::filesystem::path drugs() const { return root / "drugs"; }
    std::filesystem::path dispositions() const { return root / "dispositions"; }
};

/// Builds everything; throws InputError for what does not fit together.
BuiltModel build_model(const StudyInput& study, matter::Library& library, const DataPaths& paths);

}  // namespace caravel::study
