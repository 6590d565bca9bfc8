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

/// A drug that binds in the nucleus: cytosol to nucleus at sites of which there are only so many.
struct NucleusInput {
    std::string agent;
    double binding_rate = 0.0;       // 1/s, on drug in the cells, at free sites
    double release_half_life = 0.0;  // s, back to the cytosol
    std::optional<double> capacity;  // mol/m3 of cells; none: sites in plenty
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
    /// s, of receptors that carriers took inside, back to the surface (recycled or made anew);
    /// none: at once
    std::optional<double> receptor_return_half_life;
    std::optional<double> exocytosis_half_life;  // s, of endocytosed carriers; none: they stay
    std::vector<NucleusInput> nuclei;
    double dying_rate = 0.968 / 86400.0;  // 1/s, each of three stages (Simeoni 2004)
    std::vector<PopulationInput> populations;
    GridInput grid;  // for model = "grid"
    Location where;
};

void describe(input::Visitor& v, ReceptorInput& receptor);
void describe(input::Visitor& v, PopulationInput& population);
void describe(input::Visitor& v, NucleusInput& nucleus);
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
    double receptor_return_rate = 0.0;  // 1/s; 0: at once
    double exocytosis_rate = 0.0;       // 1/s
    std::vector<NucleusInput> nuclei;

    /// Where a drug binds in the nucleus; none: nullptr.
    const NucleusInput* nucleus(const std::string& agent) const;

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
    std::string formulation{};
};

/// Carriers that a condition has changed in the interstitium: smaller, of another charge, in
/// clusters. They are at a place of their own.
struct CarrierClass {
    std::string place;         // "switched"
    std::string from;          // "interstitium", or the place of the class before
    double radius = 0.0;       // m, hydrodynamic
    double wall = 0.0;         // 1/s, permeability times surface, per tumour volume
    double uptake_rate = 0.0;  // 1/s, endocytosis
    double binding = 0.0;      // share of the rate at which they bind to receptors
    bool trapped = false;      // moves neither in the matrix nor through walls

    std::string bound_place() const { return place + "_bound"; }
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
    /// Name of the pool of drug inside the cells of population i, and of that bound in their
    /// nuclei.
    std::string cell_place(std::size_t i) const;
    std::string nucleus_place(std::size_t i) const;
    /// Names of all pools of an agent inside the cells of population i.
    std::vector<std::string> inside_cells(std::size_t i, const std::string& agent) const;

    /// Name of the transfer of a drug from place to place, and of its coefficient.
    static std::string drug_transfer(const std::string& from, const std::string& to,
                                     const std::string& agent);
    /// Adds the pools of a drug (mol) in vessels, interstitium, endosomes and cells.
    void add_drug_pools(kinetics::KineticModel& model, body::DrugBlock& drug) const;
    /// Adds perfusion, exchange over the vessel wall, uptake into cells and escape from endosomes.
    void add_drug_reactions(kinetics::KineticModel& model, const body::DrugBlock& drug,
                            const body::Physiology& body) const;
    /// Adds the places of a cohort in vessels, interstitium, on receptors and in cells, and those
    /// of its classes.
    void add_carrier_places(kinetics::KineticModel& model, body::CarrierCohort& cohort,
                            const std::vector<CarrierClass>& classes = {}) const;
    /// Adds the sum (kg of carrier) of what takes up the receptors of one formulation: carriers on
    /// them in all of `cohorts`, and receptors that are inside cells (`inside`) until they return.
    kinetics::SumId add_bound_sum(kinetics::KineticModel& model, const std::string& formulation,
                                  const std::vector<const body::CarrierCohort*>& cohorts,
                                  const std::vector<CarrierClass>& classes, bool inside) const;
    /// `wall` is permeability times surface (1/s, per tumour volume), `capture` the plasma cleared
    /// per tumour volume (1/s) by cells that hold the carrier; `bound` sums bound carrier (kg).
    void add_carrier_reactions(kinetics::KineticModel& model, const body::CarrierCohort& cohort,
                               const body::Physiology& body, double wall, double capture,
                               const std::optional<Binding>& binding, kinetics::SumId bound) const;
    /// Adds what changed carriers do. Returns the coefficient (1/s, 0 so far) of the change, which
    /// follows its condition.
    kinetics::CoefficientId add_class_reactions(kinetics::KineticModel& model,
                                                const body::CarrierCohort& cohort,
                                                const CarrierClass& changed,
                                                const std::optional<Binding>& binding,
                                                kinetics::SumId bound) const;

  private:
    std::vector<kinetics::Factor> inflow_factors() const;
    std::vector<kinetics::Factor> population_share(std::size_t i) const;
    kinetics::Factor dead_share() const;
    void add_inflow(kinetics::KineticModel& model, kinetics::SpeciesId species) const;
    void add_nucleus(kinetics::KineticModel& model, const body::DrugBlock& drug,
                     std::size_t i) const;
    /// Binding of carriers at `matrix` to receptors and back, and with them into cells.
    void add_binding(kinetics::KineticModel& model, const body::CarrierCohort& cohort,
                     const std::string& matrix, const std::string& on_receptors,
                     const Binding& binding, double share, kinetics::SumId bound) const;
    std::string receptors_inside(const std::string& formulation) const;

    TumourParameters parameters_;
    TumourSetting setting_;
    std::vector<kinetics::SpeciesId> populations_;
    std::vector<kinetics::SumId> population_sums_;
    std::vector<kinetics::SpeciesId> dying_;
    kinetics::SumId volume_;
    kinetics::SumId viable_;
};

}  // namespace caravel::tissue
