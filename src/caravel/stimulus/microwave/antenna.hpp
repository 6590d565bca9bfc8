// Microwave and radio-frequency antennas: power deposited in tissue.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/input/visitor.hpp"
#include "caravel/matter/table.hpp"

#include <string>
#include <vector>

namespace caravel::stimulus {

/// [[protocol.microwave]]
struct MicrowaveInput {
    std::string name = "microwave";
    double at = 0.0;               // s
    double duration = 0.0;         // s
    std::string kind = "antenna";  // antenna (interstitial), plane (from a face), needle (RF)
    double frequency = 2.45e9;     // Hz
    double power = 0.0;            // W, given off by the applicator
    double efficiency = 1.0;       // of it that reaches tissue
    double length = 0.0;           // m, active length
    double radius = 0.0;           // m, of the applicator
    std::vector<double> position{
        0.0, 0.0,
        0.0};  // m, middle of the active length; of a plane wave: the spot's middle on the face
    std::vector<double> direction{0.0, 0.0, 1.0};
    double spot_radius = 0.0;  // m, of a plane applicator
    std::string on = "tumour";
    Location where;
};
void describe(input::Visitor& v, MicrowaveInput& microwave);

/// Dielectric of a tissue at a frequency.
struct Dielectric {
    double permittivity = 0.0;  // relative
    double conductivity = 0.0;  // S/m
};
/// From data/dielectric.csv (Cole-Cole terms of Gabriel 1996). Throws InputError for an unknown
/// one.
Dielectric tissue_dielectric(matter::Library& library, const std::string& tissue, double frequency);
/// Depth (m) at which the power of a plane wave has fallen to 1/e.
double penetration_depth(const Dielectric& dielectric, double frequency);

/// Power density (W/m3) in every cell, scaled so that all of the domain (and what lies beyond, by
/// the pattern) takes power times efficiency.
std::vector<double> power_density(const MicrowaveInput& microwave, const Grid& grid,
                                  const Dielectric& dielectric);

}  // namespace caravel::stimulus
