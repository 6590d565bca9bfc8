// Whole-body kinetics of a dissolved drug: one pool per organ, limited by perfusion.
#pragma once

#include "caravel/body/physiology.hpp"
#include "caravel/kinetics/model.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace caravel::body {

/// Tissue:plasma partition of one organ.
struct Partition {
    std::string organ;
    double coefficient = 1.0;  // bloodless tissue : plasma
};

/// How one species handles a drug. Values are calibrated to the named data, or assumptions.
struct DrugDisposition {
    std::string agent;
    std::string species = "mouse";
    std::string calibrated_with;
    std::string source;
    double blood_to_plasma = 1.0;    // concentration ratio
    double default_partition = 1.0;  // tissue : plasma where no organ is named
    std::vector<Partition> partitions;
    std::optional<double> hepatic_clearance;   // m3/s/kg liver, on plasma leaving the liver
    std::optional<double> hepatic_saturation;  // kg/m3 plasma at half of it (Michaelis constant)
    std::optional<double> renal_clearance;     // m3/s/kg body, on plasma in the kidney
    std::optional<double> plasma_clearance;    // m3/s/kg body, everywhere in plasma
    /// Saturable exchange with cells, per organ mass: rate [c/(half + c) - d/(half + d)], c in
    /// plasma, d in the cells' space (Chen 2014 for paclitaxel); not in brain and tumours.
    std::optional<double> cell_pool_rate;               // 1/s: kg drug per kg organ and second
    std::optional<double> cell_pool_half;               // kg/m3
    std::optional<double> cell_pool_volume;             // m3/kg organ
    std::optional<double> tumour_permeability_surface;  // m3/s/kg tumour, vessel wall
    std::optional<double> cell_uptake;  // 1/s, interstitium to cells, per cell volume
    double cell_accumulation = 1.0;     // intracellular : interstitial at equilibrium
};

void describe(input::Visitor& v, Partition& partition);
void describe(input::Visitor& v, DrugDisposition& disposition);

/// Blood flow through one organ, with the factors of rates that are proportional to it.
struct OrganFlow {
    double arterial = 0.0;  // m3/s of blood
    double total = 0.0;     // m3/s of blood, portal inflow included
    std::vector<kinetics::Factor> factors;
};

/// How the rest of the body's flow falls when tumours grow: total flow (m3/s) it would have without
/// tumours, and the tumours' flow as a sum over their volumes. Without tumours `tumour_flow` is
/// unset.
struct RestFlow {
    double flow_without_tumours = 0.0;  // m3/s of blood
    kinetics::SumId tumour_flow{};      // m3/s of blood
    /// Blood (m3/s) of the muscle that is computed in space around tumours; it is missing in the
    /// organ. Unset without such tumours.
    kinetics::SumId margin_flow{};

    /// The flow through an organ; that of the rest falls when tumours grow.
    OrganFlow through(const Organ& organ) const;
};

/// Pools of one drug in the model, amounts in mol.
class DrugBlock {
  public:
    /// Adds the species of blood, organs and sinks (no reactions yet).
    DrugBlock(kinetics::KineticModel& model, const Physiology& body, DrugDisposition disposition,
              double molar_mass, double scale);

    /// A drug without a body: only the pools that are added, e.g. those of one voxel.
    DrugBlock(DrugDisposition disposition, double molar_mass, double scale)
        : disposition_(std::move(disposition)), molar_mass_(molar_mass), scale_(scale) {}

    /// Adds blood flow, exchange and elimination.
    void add_reactions(kinetics::KineticModel& model, const Physiology& body,
                       const RestFlow& rest) const;

    /// Adds a pool that another folder fills (tumour, depot) and returns its species.
    kinetics::SpeciesId add_pool(kinetics::KineticModel& model, const std::string& place);

    /// The drug (mol) at a place; throws std::invalid_argument when there is no such pool.
    kinetics::SpeciesId pool(const std::string& place) const;
    bool has_pool(const std::string& place) const { return pools_.count(place) > 0; }
    const std::string& agent() const { return disposition_.agent; }
    const DrugDisposition& disposition() const { return disposition_; }
    double molar_mass() const { return molar_mass_; }  // kg/mol
    /// Bloodless tissue : plasma at equilibrium.
    double partition(const std::string& organ) const;

    /// Whether an organ has the saturable cell pool (`<organ>.cells`).
    bool has_cell_pool(const Organ& organ) const;

    /// Volume of plasma (m3) that would hold an organ's drug at its plasma concentration.
    double plasma_equivalent(const Organ& organ) const;

    const std::map<std::string, kinetics::SpeciesId>& pools() const { return pools_; }

  private:
    /// Moves drug from pool to pool with a first-order rate (1/s).
    void add_flow(kinetics::KineticModel& model, const std::string& from, const std::string& to,
                  double rate, std::vector<kinetics::Factor> factors = {}) const;
    void add_cell_pools(kinetics::KineticModel& model, const Physiology& body) const;
    void add_elimination(kinetics::KineticModel& model, const Physiology& body) const;

    DrugDisposition disposition_;
    double molar_mass_;
    double scale_;
    std::map<std::string, kinetics::SpeciesId> pools_;
};

}  // namespace caravel::body
