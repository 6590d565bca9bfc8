// What the solution is like at one instant of a burst: rates, growth law and nucleation.
#pragma once

#include "caravel/formulation/synthesis/burst.hpp"
#include "caravel/formulation/synthesis/growth.hpp"

#include <vector>

namespace caravel::formulation::synthesis {

/// One particle per millilitre: fewer are no nucleation event.
inline constexpr double smallest_event = 1e6;  // 1/m3

struct BurstConditions {
    double temperature = 0.0;           // K
    double conversion = 0.0;            // 1/s
    double surface_conversion = 0.0;    // m/s
    double feed = 0.0;                  // mol/m3/s
    double interfacial_energy = 0.0;    // J/m2
    double heterogeneous_factor = 1.0;  // 1
    double nucleation_prefactor = 0.0;  // 1/m3/s
    double collision = 0.0;             // m3/s, 2 kT/(3 eta W); 0: no aggregation
    GrowthLaw growth;

    /// ln(monomer/solubility); minus infinity without monomer.
    double log_supersaturation(double monomer) const;
    /// Radius (m) of new nuclei.
    double nucleus(double monomer) const;
    /// Rate (1/m3/s); 0 below saturation and where a nucleus would be larger than the largest size.
    double nucleation(double monomer) const;
};

/// Conditions at `time` (s).
BurstConditions burst_conditions(const BurstSystem& system, double time);

/// Times (s) in (0, duration] where a feed or a line of the temperature programme starts or ends.
std::vector<double> break_points(const BurstSystem& system);

/// Precursor (mol/m3) fed between two times.
double fed(const BurstSystem& system, double from, double to);

/// Radius (m) of a sphere of one formula unit, below which there are no particles.
double formula_unit_radius(double molar_volume);

/// Throws InputError naming the first impossible quantities.
void check(const BurstSystem& system);

}  // namespace caravel::formulation::synthesis
