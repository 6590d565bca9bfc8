// What heat meets: thermal constants of the voxels, the faces of the box, and what acts in a step.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/base/view.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace caravel::tissue {

/// Thermal constants of one kind of tissue (or gel, water, metal ...).
struct ThermalTissue {
    std::string name{};
    double density = 0.0;               // kg/m3
    double heat_capacity = 0.0;         // J/kg/K, unfrozen
    double conductivity = 0.0;          // W/m/K, unfrozen, at 310.15 K
    double conductivity_slope = 0.0;    // W/m/K2, unfrozen
    double perfusion = 0.0;             // 1/s, volume of blood per volume of tissue and second
    double metabolic_heat = 0.0;        // W/m3
    double frozen_heat_capacity = 0.0;  // J/kg/K
    double frozen_conductivity = 0.0;   // W/m/K
    double latent_heat = 0.0;           // J/m3; 0: does not freeze
    double liquidus = 272.15;           // K, above which nothing is frozen
    double solidus = 265.15;            // K, below which all is; equal to liquidus: sharp front

    /// J/m3/K, unfrozen.
    double volumetric_heat_capacity() const { return density * heat_capacity; }
};

/// Particles that melt or freeze in the tissue; their heat adds to the tissue's own.
struct AddedPhaseChange {
    double liquidus = 0.0;              // K
    double solidus = 0.0;               // K
    std::vector<double> latent_heat{};  // J/m3 of tissue, per voxel; empty: none
};

/// A face of the box: insulated, held at a temperature, or cooled by its surroundings.
struct HeatFace {
    enum class Kind : std::uint8_t { insulated, fixed, convective };
    Kind kind = Kind::insulated;
    double temperature = 310.15;  // K, of the face or of what is outside
    double transfer = 0.0;        // W/m2/K, convective (evaporation included)
    double heat_flux = 0.0;       // W/m2 that the outside takes beside it (constant evaporation)
};

/// Where the border between two tissues cuts the way from the centre of a voxel to that of its next
/// higher neighbour along an axis: the share (0 to 1) of the way that lies in the voxel's own
/// tissue.
struct HeatLink {
    index_t voxel = 0;
    int axis = 0;  // 0 to 2
    double share = 0.5;
};

struct HeatMedium {
    Grid grid{};
    std::vector<std::uint16_t> label{};  // of `tissues`, per voxel
    std::vector<ThermalTissue> tissues{};
    std::vector<double> conductivity_factor{};  // per voxel, of particles; empty: 1
    std::vector<double> capacity_factor{};      // per voxel, of particles; empty: 1
    /// Borders within the voxels; elsewhere neighbours meet half-way. Both pieces of a way conduct
    /// one after the other. Tissue that freezes does not look at them.
    std::vector<HeatLink> links{};
    AddedPhaseChange particles{};
    std::array<HeatFace, 6> faces{};                // x low, x high, y low ...
    double blood_heat_capacity = 1049.75 * 3617.0;  // J/m3/K (data/thermal tables: blood)
};

/// What acts in a step; empty views: nothing of the kind. Vessels, probes and applicators are
/// contacts: a power per volume of conductance (contact temperature - temperature).
struct HeatDrive {
    View<const double> source{};               // W/m3
    View<const double> perfusion_factor{};     // of the tissue's perfusion
    View<const double> contact_conductance{};  // W/m3/K
    View<const double> contact_temperature{};  // K
    double arterial_temperature = 310.15;      // K
};

/// Heat (J) that came in over a step by each way; what the box gained is their sum.
struct HeatBalance {
    double source = 0.0;
    double metabolic = 0.0;
    double perfusion = 0.0;
    double contact = 0.0;
    double faces = 0.0;
    double stored = 0.0;  // change of the content

    double residual() const { return stored - (source + metabolic + perfusion + contact + faces); }
};

/// Throws InputError for sizes that do not match, unknown labels, and constants that are not
/// positive or out of order (solidus above liquidus).
void check(const HeatMedium& medium);

}  // namespace caravel::tissue
