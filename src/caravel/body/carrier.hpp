// Whole-body kinetics of a carrier and of the payload it takes along. A cohort is carrier material
// of one age; payload moves with its carrier and leaves it by release or degradation.
#pragma once

#include "caravel/body/drug.hpp"
#include "caravel/body/physiology.hpp"
#include "caravel/formulation/formulation.hpp"
#include "caravel/kinetics/model.hpp"

#include <map>

namespace caravel::body {

/// What is known about a carrier in one kind of subject, numbers in SI.
struct CarrierKinetics {
    std::string name;                  // of the formulation
    double hydrodynamic_radius = 0.0;  // m
    double renal_sieving = 0.0;        // fraction of GFR
    double biliary_clearance = 0.0;    // m3/s
    struct InOrgan {
        double uptake_clearance = 0.0;      // m3/s of plasma
        double capacity = 0.0;              // kg of carrier, 0: unlimited
        double release_rate = 0.0;          // 1/s
        double degradation_rate = 0.0;      // 1/s
        double permeability_surface = 0.0;  // m3/s
        double uptake_damping = 0.0;        // 1
    };
    std::map<std::string, InOrgan> organs;
    double tumour_capture = 0.0;                        // 1/s, plasma cleared per tumour volume
    std::optional<double> tumour_permeability_surface;  // 1/s, per tumour volume
    double damping_synthesis = 0.0;                     // m3/kg/s
    double damping_decay = 0.0;                         // 1/s
    bool calibrated = false;
    std::string source;
};

/// Resolves a disposition to one individual; organs it does not name take the mechanism's priors:
/// no phagocytosis, wall permeability from the particle's size.
CarrierKinetics resolve(const formulation::Formulation& formulation, double hydrodynamic_diameter,
                        const formulation::Disposition& disposition, const Physiology& body);

/// A place where carriers are.
struct CarrierPlace {
    std::string name;                          // "liver.plasma"
    std::string environment;                   // of triggers: slots are `<environment>.<signal>`
    std::vector<kinetics::SpeciesId> species;  // carrier (kg), then payloads (mol)
    std::string drug_place;                    // pool that released drug enters; empty: a sink
};

/// The places of one cohort and the transports between them.
class CarrierCohort {
  public:
    CarrierCohort(std::string label, std::string carrier, std::vector<std::string> agents,
                  std::vector<double> scales);

    /// Adds a place; amounts start at 0. An empty drug place marks a sink.
    void add_place(kinetics::KineticModel& model, const std::string& name,
                   const std::string& environment, const std::string& drug_place);
    /// Carrier moves with `rate` (1/s), payload along with it; a rate of 0 adds nothing.
    void add_transport(kinetics::KineticModel& model, const std::string& from,
                       const std::string& to, kinetics::CoefficientId rate,
                       const std::vector<kinetics::Factor>& factors = {}) const;
    void add_transport(kinetics::KineticModel& model, const std::string& from,
                       const std::string& to, double rate,
                       const std::vector<kinetics::Factor>& factors = {}) const;
    /// The carrier falls apart with `rate` (1/s; 0 adds nothing): it becomes `degraded`, its
    /// payload is free at the place's pool.
    void add_degradation(kinetics::KineticModel& model, const std::string& from, double rate,
                         const std::map<std::string, DrugBlock>& drugs) const;

    /// Throws std::invalid_argument when there is no such place.
    const CarrierPlace& place(const std::string& name) const;
    bool has_place(const std::string& name) const { return index_.count(name) > 0; }
    const std::vector<CarrierPlace>& places() const { return places_; }
    const std::vector<std::string>& agents() const { return agents_; }
    /// The agent, or "agent#2" where several payloads are of one agent.
    const std::string& payload_name(std::size_t i) const { return payload_names_[i]; }
    const std::string& label() const { return label_; }
    const std::string& carrier() const { return carrier_; }

    /// Name of a transport's reaction of the carrier and of its coefficient.
    std::string transport_name(const std::string& from, const std::string& to) const;

  private:
    std::string label_;    // "doxil" or "doxil#2"
    std::string carrier_;  // ledger name of the carrier's matter
    std::vector<std::string> agents_;
    std::vector<std::string> payload_names_;
    std::vector<double> scales_;  // of carrier (kg), then payloads (mol)
    std::vector<CarrierPlace> places_;
    std::map<std::string, std::size_t> index_;
};

/// Adds blood, organs, lymph and sinks to a cohort (species only).
void add_body_places(kinetics::KineticModel& model, CarrierCohort& cohort, const Physiology& body);

/// Sums over all cohorts of one formulation that reactions depend on.
struct CarrierSums {
    std::map<std::string, kinetics::SumId> captured;  // kg per organ
    kinetics::SumId damping{};                        // unset without damping
};

/// Adds flows, exchange, uptake and elimination of one cohort.
void add_body_reactions(kinetics::KineticModel& model, const CarrierCohort& cohort,
                        const Physiology& body, const CarrierKinetics& kinetics,
                        const CarrierSums& sums, const RestFlow& rest,
                        const std::map<std::string, DrugBlock>& drugs);

}  // namespace caravel::body
