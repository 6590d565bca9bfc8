// Skin and large vessels as a study states them.
#pragma once

#include "caravel/input/visitor.hpp"
#include "caravel/tissue/heat/heat_vessels.hpp"
#include "caravel/tissue/heat/skin_surface.hpp"

#include <vector>

namespace caravel::tissue {

/// [[phantom.vessel]], [[subject.tumour.treatment.vessel]]: a straight piece of a vessel whose
/// blood keeps its temperature.
struct HeatVesselInput {
    std::vector<double> start;  // m
    std::vector<double> end;    // m
    HeatVessel vessel{};        // all but the places
    Location where{};
};

void describe(input::Visitor& v, HeatVesselInput& vessel);
void describe(input::Visitor& v, SkinSurroundings& skin);

/// The vessels with their places. Throws InputError for one that lies wholly outside of the grid.
std::vector<HeatVessel> heat_vessels(const std::vector<HeatVesselInput>& vessels, const Grid& grid);

}  // namespace caravel::tissue
