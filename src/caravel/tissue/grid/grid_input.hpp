// The tumour in space as the user describes it: shape, vessels, matrix, cells, steps.
#pragma once

#include "caravel/tissue/cells/cell_biology.hpp"
#include "caravel/tissue/domain/domain.hpp"
#include "caravel/tissue/vessels/vascular_map.hpp"

#include <optional>
#include <vector>

namespace caravel::tissue {

/// What lies between the cells of the tumour; what is left open comes from data/interstitium.csv.
struct MatrixInput {
    std::optional<double> fibre_fraction;  // of the interstitial volume
    std::optional<double> pore_radius;     // m
    double hyaluronidase = 0.0;            // share of the hyaluronan that was removed beforehand
};
void describe(input::Visitor& v, MatrixInput& matrix);

struct GridInput {
    DomainInput domain;
    VesselPatternInput vessels;
    MatrixInput matrix;
    CellBiologyInput biology;
    bool fluid = true;                // interstitial fluid flow
    bool oxygen = true;               // oxygen, and what it lets cells do
    std::optional<double> time_step;  // s, longest coupling window
    std::vector<double> fields_at;    // s, when fields are written; empty: five times
};
void describe(input::Visitor& v, GridInput& grid);

}  // namespace caravel::tissue
