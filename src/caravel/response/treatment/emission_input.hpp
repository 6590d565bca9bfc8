// Light that agents in the tissue give off, as the user writes it.
#pragma once

#include "caravel/input/visitor.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace caravel::response {

/// [[phantom.emission]], [[subject.tumour.treatment.emission]]: fluorescence or upconversion of an
/// agent, launched again as a source in the volume. What is not given comes from the formulation's
/// luminescence or from data/emitters.csv.
struct EmissionInput {
    std::string name;                     // default: "<of> emission"
    std::string of;                       // name of a phantom's load or a tumour's agent
    std::optional<double> wavelength;     // m, of the emitted light
    std::optional<double> quantum_yield;  // photons per absorbed photon
    std::optional<double> order;          // photons taken per photon given in weak light
    std::optional<double> saturation;     // W/m2, where the power law bends
    std::optional<double> yield_at;       // W/m2, at which quantum_yield holds; none: saturation
    bool reabsorption = true;             // it absorbs its own light
    double transfer = 0.0;                // share that the sensitiser takes within the carrier
    std::string method = "monte_carlo";   // monte_carlo, diffusion
    std::int64_t photons = 100'000;
    Location where;

    std::string shown_name() const { return name.empty() ? of + " emission" : name; }
};
void describe(input::Visitor& v, EmissionInput& emission);

}  // namespace caravel::response
