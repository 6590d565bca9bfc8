// What a gridded tumour is made of, before it runs: voxels, local kinetics, what moves and how.
#pragma once

#include "caravel/formulation/formulation.hpp"
#include "caravel/kinetics/model.hpp"
#include "caravel/tissue/grid/grid_input.hpp"
#include "caravel/tissue/interstitium/matrix.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caravel::tissue {

/// A particle or molecule of one size on its way through the interstitium.
struct Solute {
    std::string name{};
    double radius = 0.0;  // m, hydrodynamic
    double permeability_surface =
        0.0;  // 1/s per tissue volume, at the tumour's mean vessel surface
    double normal_permeability_surface = 0.0;  // 1/s, at the normal tissue's
    double reflection = 1.0;                   // of the vessel wall (solvent drag)
    double plasma_space = 1.0;  // amount per blood volume over concentration in plasma
};

/// How a local species moves between voxels.
enum class Motion {
    blood,   // stays in its vessels
    fluid,   // diffuses and is carried by interstitial fluid
    tissue,  // moves with the cells
    outflow  // leaves: collected and handed to the body after every window
};

/// A species of the local model.
struct GridSpecies {
    Motion motion = Motion::blood;
    int solute = -1;    // of Motion::fluid
    int body = -1;      // species of the body's model that records the total; -1: none
    int exchange = -1;  // whose substance it is; -1: volumes and signals
    int outflow = -1;   // return that takes what is collected here
};

/// Amounts that blood brings: the body's pool `pool` gathers them, `coefficient` of the local model
/// spreads them.
struct Exchange {
    int pool = -1;         // species of the body's model
    int brought = -1;      // species of the body that counts all that came
    int coefficient = -1;  // of the local model, per volume and second
    int around = -1;       // species of the body that records what is around the tumour
    int vein = -1;         // return that takes what only passes
    int substance = 0;     // exchanges of one substance (a drug, free or carried) share this number
    double scale = 1.0;    // amount given in all doses: what a residual is measured by
};

/// Amounts that go back from the pool of an exchange into the body: a share of what comes in, which
/// passes the tumour, and a constant rate beside it; both are constant over a window.
struct Return {
    int exchange = -1;
    int coefficient = -1;      // of the body's model, amount per second
    int passing = -1;          // of the body's model: share times `inflow_rate`
    double inflow_rate = 0.0;  // 1/s, of the arterial amount at the reference flow
};

/// What a coefficient of the local model follows, voxel by voxel.
enum class Law {
    venous_outflow,  // perfusion over blood fraction
    wall_out,        // vessel to interstitium
    wall_back,       // interstitium to vessel
    lymph,           // interstitium to lymph
    tumour_part,     // value times the part of the content (solute, or blood) that is tumour's
    interstitium,    // value times the tumour's interstitial fraction over what the solute fills
    binding,         // both
    proliferation,   // value times what oxygen allows
    necrosis         // rate of death for want of oxygen
};

struct VaryingCoefficient {
    int coefficient = -1;
    Law law = Law::tumour_part;
    int solute = -1;
    double value = 0.0;
};

/// A signal that is the same everywhere in the tumour: a slot that another process writes.
struct UniformSignal {
    std::string slot{};
    std::string unit{};
};

/// Where a trigger finds its signal: at this place of plan.uniform_signals, or, below 0, here.
inline constexpr int no_signal = -1;           // the law has no trigger
inline constexpr int oxygen_signal = -2;       // in the oxygen field
inline constexpr int temperature_signal = -3;  // in the field of the treatment
/// In the field of molecule m of the study.
constexpr int molecule_signal(std::size_t m) { return -4 - static_cast<int>(m); }
constexpr bool is_field(int signal) { return signal < no_signal; }

/// A coefficient that follows release laws with age and triggers: release, change of a carrier.
struct GridRelease {
    int coefficient = -1;
    int within = -1;  // solute whose part in the tumour alone changes; -1: all of it
    std::vector<formulation::Release> laws{};
    std::vector<int> signals{};  // one per law
    double birth = 0.0;          // s
    double transit_time = 0.0;   // s, plug flow through capillaries
};

/// Where a needle puts its dose: share of it per volume of tissue (1/m3) in every voxel.
struct InjectionSite {
    std::size_t administration = 0;  // of the protocol
    std::vector<double> density{};
};

/// An amount that a needle brings into the interstitium: `counter` of the body's model counts it,
/// `coefficient` of the local model spreads it over a site.
struct InjectedAmount {
    int counter = -1;
    int coefficient = -1;
    std::size_t site = 0;
};

/// Receptors that carriers of a substance take.
struct ReceptorSites {
    std::string substance{};
    double capacity = 0.0;     // kg of carrier per tumour volume when all are taken
    std::vector<int> bound{};  // local species: carriers on them
};

/// What a treatment's kill moves: cells to the dying ones, drug inside them to the interstitium.
struct Death {
    int from = -1;  // local species
    int to = -1;
};

/// What a treatment says of every voxel: temperature (K), rate of death (1/s), perfusion that is
/// left; in this order in one block. Empty where nothing is treated.
struct TreatedTissueFields {
    std::span<const double> temperature{};
    std::span<const double> hazard{};
    std::span<const double> perfusion{};
};
inline constexpr std::size_t treated_rows = 3;

/// Supply and spread of oxygen.
struct OxygenConstants {
    double diffusion = 0.0;          // m2/s
    double wall_permeability = 0.0;  // m/s
    double capillary_radius = 0.0;   // m
    double arterial_pressure = 0.0;  // Pa
    /// Oxygen that blood gives up over what tissue dissolves at the arterial pressure.
    double blood_capacity = 0.0;
};

/// Constants of tissue, tumour and normal.
struct TissueConstants {
    VascularMeans vessels{};
    double interstitial_fraction = 0.0;
    Matrix matrix{};
    double hydraulic_conductivity = 0.0;  // m2/Pa/s
    double wall_conductivity = 0.0;       // m/Pa/s, Lp
    double osmotic_reflection = 0.0;
    double interstitial_osmotic_pressure = 0.0;  // Pa
    double lymph_conductance = 0.0;              // 1/Pa/s
};

/// Fields of vessels that change: their density against the start, and the blockade of VEGF, which
/// is the same everywhere.
inline constexpr std::size_t vessel_rows = 2;

struct GridPlan {
    std::string name{};  // of the tumour
    GridInput input{};
    Domain domain{};
    VascularMap vessels{};
    TissueConstants tumour{};
    TissueConstants normal{};
    double plasma_osmotic_pressure = 0.0;  // Pa
    kinetics::KineticModel local{};
    std::vector<GridSpecies> species{};  // of the local model, in its order
    std::vector<int> viable{};           // local species: volumes of viable populations
    std::vector<int> dead{};             // local species: volumes of dying cells
    std::vector<Solute> solutes{};
    std::vector<Exchange> exchanges{};
    std::vector<Return> returns{};
    std::vector<VaryingCoefficient> varying{};
    std::vector<GridRelease> releases{};
    std::vector<UniformSignal> uniform_signals{};  // that releases and changes read
    std::vector<InjectionSite> sites{};
    std::vector<InjectedAmount> injected{};
    std::vector<ReceptorSites> receptors{};
    /// Whether heat, cold or light act: rows of TreatedTissueFields come from `<tumour>.treated`.
    bool treated = false;
    std::vector<Death> deaths{};  // what their kill moves
    CellBiology biology{};
    OxygenConstants oxygen{};
    /// Where vessel_rows begin among the fields; only where the study has angiogenesis.
    std::size_t vessel_row() const { return species.size() + 2 + input.molecules.size(); }
    std::size_t field_rows() const { return vessel_row() + (input.angiogenesis ? vessel_rows : 0); }
    int body_species = 0;       // of the body's model
    int body_margin_flow = -1;  // likewise, of the blood flow around it
    int body_flow = -1;         // its species that holds the tumour's blood flow
    int body_vessels = -1;      // likewise, vessels per volume against the start; -1: they stay
};

}  // namespace caravel::tissue
