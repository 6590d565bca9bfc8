// What stands in the scanner: tissues, agents, temperature, on one grid.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/imaging/agent.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace caravel::imaging {

/// A part of the object that readings are made of: a tumour, an organ, a rod of a phantom.
struct ImagedRegion {
    std::string name{};
    std::string tissue = "muscle";  // row of the modalities' tables; "air" outside
    bool lesion = false;            // a reader looks for it ...
    bool background = false;        // ... against this
};

/// Concentration of one agent in one compartment, per volume of tissue.
struct AgentField {
    std::size_t agent = 0;
    Compartment compartment = Compartment::free;
    std::vector<double> concentration{};  // the agent's unit, one per voxel
};

/// The object at the time of an image. Fields that are empty are even: body temperature, pH 7.4,
/// the tissue's own oxygen.
struct ImagedObject {
    Grid grid{};
    std::vector<std::uint16_t> region{};  // of `regions`, per voxel
    std::vector<ImagedRegion> regions{};
    std::vector<ImagedAgent> agents{};
    std::vector<AgentField> fields{};
    std::vector<double> temperature{};  // K
    /// K, of the image that thermometry compares with, and of tissue where `temperature` is empty.
    double reference_temperature = 310.15;
    std::vector<double> ph{};      // 1
    std::vector<double> oxygen{};  // Pa, partial pressure
};

/// Throws InputError for sizes that do not match, unknown regions and agents, negative or infinite
/// concentrations.
void check_object(const ImagedObject& object);

/// Concentration of an agent over all compartments (the agent's unit), one per voxel.
std::vector<double> total_concentration(const ImagedObject& object, std::size_t agent);

}  // namespace caravel::imaging
