// The tumour in space as the user describes it: shape, vessels, matrix, cells, steps.
#pragma once

#include "caravel/tissue/cells/cell_biology.hpp"
#include "caravel/tissue/domain/domain.hpp"
#include "caravel/tissue/vessels/vascular_map.hpp"
#include "caravel/tissue/vessels/vessel_change.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::tissue {

/// What lies between the cells of the tumour; what is left open comes from data/interstitium.csv.
struct MatrixInput {
    std::optional<double> fibre_fraction;  // of the interstitial volume
    std::optional<double> pore_radius;     // m
    double hyaluronidase = 0.0;            // share of the hyaluronan that was removed beforehand
};
void describe(input::Visitor& v, MatrixInput& matrix);

/// A molecule between the cells that triggers react to, in balance in every window.
struct MoleculeInput {
    std::string signal = "pH";        // as triggers name it
    double diffusion = 0.0;           // m2/s
    std::optional<double> half_life;  // s, of decay; none: it leaves with blood alone
    double production = 0.0;          // mol/m3/s, by viable tumour cells per their volume
    double hypoxic_production = 0.0;  // mol/m3/s, further, where they lack oxygen
    double dead_production = 0.0;     // mol/m3/s, by dying cells
    double blood = 0.0;               // mol/m3, in plasma
    double wall_permeability = 1e-6;  // m/s, of vessel walls (assumed: a small molecule)
    double buffer_capacity = 30.0;    // mol/m3 of acid per unit of pH (signal "pH"; assumed)
    double blood_ph = 7.4;
};
void describe(input::Visitor& v, MoleculeInput& molecule);

struct GridInput {
    DomainInput domain;
    VesselPatternInput vessels;
    std::optional<VesselChangeInput> angiogenesis;  // none: vessels stay as they are
    MatrixInput matrix;
    CellBiologyInput biology;
    std::vector<MoleculeInput> molecules;
    bool fluid = true;                // interstitial fluid flow
    bool oxygen = true;               // oxygen, and what it lets cells do
    std::optional<double> time_step;  // s, longest coupling window
    std::vector<double> fields_at;    // s, when fields are written; empty: four times
};
void describe(input::Visitor& v, GridInput& grid);

}  // namespace caravel::tissue
