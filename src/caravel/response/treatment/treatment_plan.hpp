// What is treated and with what: tissues, agents, lamps, coils, antennas, probes and their control.
#pragma once

#include "caravel/response/damage/tissue_damage.hpp"
#include "caravel/response/photodynamic/photodynamics.hpp"
#include "caravel/response/treatment/light_emission.hpp"
#include "caravel/stimulus/contact/applicator.hpp"
#include "caravel/stimulus/light/light_input.hpp"
#include "caravel/stimulus/light/tissue_optics.hpp"
#include "caravel/stimulus/magnetic/coil.hpp"
#include "caravel/stimulus/microwave/antenna.hpp"
#include "caravel/stimulus/power_control.hpp"
#include "caravel/tissue/domain/domain.hpp"
#include "caravel/tissue/heat/heat_medium.hpp"
#include "caravel/tissue/heat/heat_vessels.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace caravel::response {

/// One kind of tissue: its optics from composition, or fixed values whatever the wavelength.
struct TreatedTissue {
    std::string name{};
    std::optional<stimulus::TissueOptics> composition{};
    stimulus::OpticalMedium optics{};  // without composition
    tissue::ThermalTissue thermal{};
    std::string dielectric{};  // of data/dielectric.csv; empty: muscle
};

/// A carrier (amounts in kg of dry mass per m3 of tissue) or a dissolved agent (mol/m3).
struct TreatedAgent {
    std::string name{};
    bool carrier = true;
    std::vector<stimulus::AbsorberOptics> optics{};  // one per light, then one per emission
    /// One per coil; empty where nothing is magnetic.
    std::vector<stimulus::ParticleHeating> magnetic{};
    double density = 0.0;         // kg/m3 of the dry carrier; 0: no effective properties
    double conductivity = 0.0;    // W/m/K
    double heat_capacity = 0.0;   // J/kg/K
    double latent_heat = 0.0;     // J/kg, of a phase-change core
    double solidus = 0.0;         // K
    double liquidus = 0.0;        // K
    double ice_nucleation = 0.0;  // relative sites of ice per kg/m3
};

struct TreatmentPlan {
    std::string name{};
    tissue::Domain domain{};
    std::vector<std::uint16_t> label{};  // of `tissues`, per voxel
    std::vector<TreatedTissue> tissues{};
    std::vector<TreatedAgent> agents{};
    std::vector<stimulus::LightInput> lights{};
    std::vector<LightEmission> emissions{};  // their optics follow those of the lights
    std::vector<stimulus::CoilInput> coils{};
    std::vector<stimulus::MicrowaveInput> microwaves{};
    std::vector<stimulus::ProbeInput> probes{};
    std::vector<stimulus::ControlInput> controls{};
    DamageInput damage{};
    std::optional<PhotodynamicInput> photodynamic{};
    std::vector<tissue::HeatLink> heat_links{};  // where borders cut voxels; not when it freezes
    std::array<tissue::HeatFace, 6> heat_faces{};
    std::array<stimulus::LightFace, 6> light_faces{};
    double outside_index = 1.0;
    /// Heat from tissue to the air of exterior voxels beside it, W/m2/K, and their temperature, K.
    double skin_transfer = 0.0;
    double ambient_temperature = 295.0;
    double skin_flux = 0.0;                     // W/m2 that leaves it beside that, by evaporation
    std::vector<tissue::HeatVessel> vessels{};  // whose blood keeps its temperature
    double body_temperature = 310.15;           // K, of blood and of tissue before
    bool settle_first = true;                   // start from tissue in balance with blood and faces
    bool heat = true;                           // off: light and photochemistry alone
    double longest_step = 0.0;                  // s, while something acts; 0: automatic_step()
    /// Change of the fluence's weight (coagulation, particles) that asks for a new light run.
    double light_tolerance = 0.05;
    std::uint64_t seed = 1;
};

/// Number of a plan's lights, lamps and emissions.
inline std::size_t light_count(const TreatmentPlan& plan) {
    return plan.lights.size() + plan.emissions.size();
}

/// Step (s) of a plan that leaves it open: a 120th of the shortest exposure (a pulse, where pulses
/// are followed one by one), from 0.25 s to 5 s.
double automatic_step(const TreatmentPlan& plan);

/// What the voxels hold while a window runs; empty views: nothing of the kind.
struct TreatmentLoad {
    std::vector<View<const double>> agents{};  // kg/m3 or mol/m3, in the plan's order
    PhotodynamicLoad photodynamic{};
    View<const double> perfusion_factor{};  // of the table's perfusion: the tumour's own vessels
};

}  // namespace caravel::response
