// A tumour as one well-mixed block: capillaries, interstitium, receptor-bound and endocytosed
// carriers, released drug outside and inside the cells of several populations.
#pragma once

#include "caravel/body/carrier.hpp"
#include "caravel/body/drug.hpp"
#include "caravel/input/visitor.hpp"
#include "caravel/kinetics/model.hpp"
#include "caravel/matter/table.hpp"
#include "caravel/tissue/grid/grid_input.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::tissue {

/// Receptors on the cells of a population.
struct ReceptorInput {
    std::string name;
    double count = 0.0;  // per cell
};

/// Cells that respond alike.
struct PopulationInput {
    std::string name = "sensitive";
    double fraction = 1.0;       // of the viable volume at the start
    double accumulation = 1.0;   // intracellular drug against a sensitive cell (efflux pumps: < 1)
    double growth_factor = 1.0;  // growth rate against the tumour's growth law
    std::vector<ReceptorInput> receptors;
};

/// A tumour as the user describes it; what is left open comes from its line's facts.
struct TumourInput {
    std::string name = "tumour";
    std::string model = "lumped";
    std::string line = "generic";
    double volume = 0.0;               // m3
    std::optional<double> blood_flow;  // 1/s, per tumour volume
    std::optional<double> vascular_fraction;
    std::optional<double> interstitial_fraction;
    std::optional<double> vessel_surface_density;  // 1/m
    std::optional<double> vascular_permeability;   // m/s, of the carrier
    std::optional<double> uptake_clearance;     // 1/s, plasma cleared per tumour volume: captured
    double endocytosis_rate = 0.0;              // 1/s, of carriers in the interstitium
    double exit_rate = 0.0;                     // 1/s, interstitium to lymph and veins
    double endosomal_escape_half_life = 600.0;  // s, of drug released in endosomes (assumed)
    double dying_rate = 0.968 / 86400.0;        // 1/s, each of three stages (Simeoni 2004)
    std::vector<PopulationInput> populations;
    GridInput grid;  // for model = "grid"
    Location where;
};

void describe(input::Visitor& v, ReceptorInput& receptor);
void describe(input::Visitor& v, PopulationInput& population);
/// The keys of a tumour that transport needs (growth and drug response are described elsewhere).
void describe_tumour(input::Visitor& v, TumourInput& tumour);

/// Numbers a lumped tumour works with, table values filled in.
struct TumourParameters {
    std::string name;
    std::string line;
    double volume = 0.0;      // m3 at the start
    double blood_flow = 0.0;  // 1/s
    double vascular_fraction = 0.0;
    double interstitial_fraction = 0.0;
    double vessel_surface_density = 0.0;          // 1/m
    double cell_volume = 0.0;                     // m3
    std::optional<double> vascular_permeability;  // m/s
    std::optional<double> uptake_clearance;       // 1/s
    double endocytosis_rate = 0.0;                // 1/s
    double exit_rate = 0.0;                       // 1/s
    double endosomal_escape_half_life = 0.0;      // s
    double dying_rate = 0.0;                      // 1/s
    std::vector<PopulationInput> populations;

    /// Cells per tumour volume: what vessels and interstitium leave. A population's volume counts
    /// its share of the tumour; the space inside its cells is this fraction of that.
    double cell_fraction() const { return 1.0 - vascular_fraction - interstitial_fraction; }
};

/// Fills what the user left open from the tumour line's facts, else from "generic". Throws
/// InputError for an unknown line, or when vessels and interstitium leave no volume for cells.
TumourParameters resolve(const TumourInput& tumour, matter::Library& library);

/// Wall permeability times surface (1/s, per tumour volume) for a dissolved drug: its own, else ten
/// times the blood flow, so that the drug follows perfusion (assumed).
double drug_wall(const body::DrugDisposition& drug, const TumourParameters& tumour);

/// How a particle binds to the receptors of this tumour.
struct Binding {
    double on_rate = 0.0;          // 1/s at free receptors
    double off_rate = 0.0;         // 1/s
    double internalisation = 0.0;  // 1/s
    double capacity = 0.0;         // kg of carrier when all receptors are taken
};

/// What a well-mixed block of tumour stands for. `whole`: the tumour, part of the body's model.
/// `record`: amounts that a gridded tumour fills in; nothing reacts. `voxel`: amounts per volume of
/// tissue in one voxel; blood comes in by the coefficients `inflow.<species>` (per volume and
/// second), leaves into the places "venous" and "lymph", and the rates that differ between voxels
/// are coefficients with the names of their transfers.
enum class TumourSetting { whole, record, voxel };

/// Species and reactions of one well-mixed block of tumour. Compartment volumes follow the tumour's
/// volume, so most rates within it are constant; arterial inflow grows with it.
class LumpedTumour {
  public:
    /// Adds the volumes of the populations and of dying cells (m3; in a voxel per volume).
    LumpedTumour(kinetics::KineticModel& model, TumourParameters parameters,
                 TumourSetting setting = TumourSetting::whole);

    const TumourParameters& parameters() const { return parameters_; }
    const std::string& name() const { return parameters_.name; }
    kinetics::SumId volume() const { return volume_; }         // m3, viable and dying
    kinetics::SumId viable_volume() const { return viable_; }  // m3
    /// What amounts are divided by, beside a constant, to be concentrations in this block: its
    /// volume; nothing (index -1) in a voxel, whose amounts are per volume.
    kinetics::SumId concentration_divisor() const {
        return setting_ == TumourSetting::voxel ? kinetics::SumId{} : volume_;
    }
    kinetics::SpeciesId population(std::size_t i) const { return populations_[i]; }
    kinetics::SumId population_volume(std::size_t i) const { return population_sums_[i]; }
    const std::vector<kinetics::SpeciesId>& dying() const { return dying_; }
    /// Name of the pool of drug inside the cells of population i.
    std::string cell_place(std::size_t i) const;

    /// Name of the transfer of a drug from place to place, and of its coefficient.
    static std::string drug_transfer(const std::string& from, const std::string& to,
                                     const std::string& agent);
    /// Adds the pools of a drug (mol) in vessels, interstitium, endosomes and cells.
    void add_drug_pools(kinetics::KineticModel& model, body::DrugBlock& drug) const;
    /// Adds perfusion, exchange over the vessel wall, uptake into cells and escape from endosomes.
    void add_drug_reactions(kinetics::KineticModel& model, const body::DrugBlock& drug,
                            const body::Physiology& body) const;
    /// Adds the places of a cohort in vessels, interstitium, on receptors and in cells; with
    /// `switching` one more for carriers in the interstitium that changed their size.
    void add_carrier_places(kinetics::KineticModel& model, body::CarrierCohort& cohort,
                            bool switching = false) const;
    /// `wall` is permeability times surface (1/s, per tumour volume), `capture` the plasma cleared
    /// per tumour volume (1/s) by cells that hold the carrier; `bound` sums bound carrier (kg).
    void add_carrier_reactions(kinetics::KineticModel& model, const body::CarrierCohort& cohort,
                               const body::Physiology& body, double wall, double capture,
                               const std::optional<Binding>& binding, kinetics::SumId bound) const;

  private:
    std::vector<kinetics::Factor> inflow_factors() const;
    std::vector<kinetics::Factor> population_share(std::size_t i) const;
    kinetics::Factor dead_share() const;
    void add_inflow(kinetics::KineticModel& model, kinetics::SpeciesId species) const;

    TumourParameters parameters_;
    TumourSetting setting_;
    std::vector<kinetics::SpeciesId> populations_;
    std::vector<kinetics::SumId> population_sums_;
    std::vector<kinetics::SpeciesId> dying_;
    kinetics::SumId volume_;
    kinetics::SumId viable_;
};

}  // namespace caravel::tissue
