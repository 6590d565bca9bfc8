// Particles and dissolved agents in a phantom: what they do to light, heat and ice, and where they
// are.
#pragma once

#include "caravel/input/reader.hpp"
#include "caravel/matter/table.hpp"
#include "caravel/response/treatment/treatment_plan.hpp"
#include "caravel/study/phantom_input.hpp"

#include <string>
#include <vector>

namespace caravel::study {

/// What a carrier does, from its formulation: cross-sections at every light, heating in every
/// coil (`largest_fields`, A/m, one per coil), heat constants. What cannot be computed is left at
/// zero with a sentence in `notes`. Without `with_payload` the payload's own light is left out, for
/// those who follow it as agents of their own.
response::TreatedAgent treated_carrier(const formulation::Formulation& formulation,
                                       const std::vector<stimulus::LightInput>& lights,
                                       const std::vector<stimulus::CoilInput>& coils,
                                       const std::vector<double>& largest_fields, double index,
                                       matter::Library& library, std::vector<std::string>& notes,
                                       bool with_payload = true);

/// What a dissolved agent does to light.
response::TreatedAgent treated_agent(const std::string& agent,
                                     const std::vector<stimulus::LightInput>& lights,
                                     matter::Library& library);

/// Agents of a phantom's loads with their concentrations (kg/m3 or mol/m3) per voxel.
struct PhantomLoads {
    std::vector<response::TreatedAgent> agents;
    std::vector<std::vector<double>> values;
    std::vector<double> released;  // mol/m3 of the sensitiser out of carriers
    std::vector<double> carried;   // within
    std::vector<std::string> notes;
};

/// What the voxels of a phantom are, as loads need it.
struct PhantomVoxels {
    const tissue::Domain& domain;
    const std::vector<int>& shape;  // uppermost one, -1: none
    const std::vector<std::uint16_t>& label;
    const std::vector<response::TreatedTissue>& tissues;
};

/// Mistakes go to `mistakes`: unknown names, empty places, wrong dimensions.
PhantomLoads load_phantom(const PhantomStudy& study, const PhantomVoxels& voxels,
                          matter::Library& library, input::Diagnostics& mistakes);

}  // namespace caravel::study
