// Alternating and static magnetic fields of coils, and what they heat or pull.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/formulation/formulation.hpp"
#include "caravel/input/visitor.hpp"
#include "caravel/matter/table.hpp"

#include <string>
#include <vector>

namespace caravel::stimulus {

/// [[protocol.magnetic_field]]
struct CoilInput {
    std::string name = "coil";
    double at = 0.0;               // s
    double duration = 0.0;         // s
    std::string kind = "uniform";  // uniform, loop, solenoid, helmholtz, magnet (cylinder, static)
    double field = 0.0;            // A/m: amplitude at the middle of the coil (at a magnet's pole)
    double frequency = 0.0;        // Hz; 0: static
    double radius = 0.0;           // m
    double length = 0.0;           // m, of a solenoid or magnet
    std::vector<double> position{0.0, 0.0, 0.0};   // m
    std::vector<double> direction{0.0, 0.0, 1.0};  // axis
    double body_radius = 0.0;  // m, of eddy currents around the axis; 0: the domain's
    std::string on = "tumour";
    Location where;
};
void describe(input::Visitor& v, CoilInput& coil);

/// Field (A/m, vector amplitude) at a place (m).
Vector3 coil_field(const CoilInput& coil, const Vector3& place);
/// Amplitude (A/m) in every cell.
std::vector<double> field_amplitude(const CoilInput& coil, const Grid& grid);

/// Heat (W/m3) of eddy currents in tissue of `conductivity` (S/m) at distance r (m) from the axis:
/// sigma (pi mu0 f r H)^2 / 2.
double eddy_heating(double conductivity, double frequency, double field, double r);

/// Limits of H f (A/m/s): Atkinson-Brezovich 4.85e8, Hergt-Dutz 5e9 (small regions). A text that
/// says which is exceeded and by how much; empty when safe.
std::string coil_safety(const CoilInput& coil, double body_radius);

/// Heat (W/kg of carrier mass) of a formulation's magnetic cores against field amplitude (A/m),
/// tabulated once and interpolated.
class ParticleHeating {
  public:
    /// Throws InputError or NotAvailable where the formulation is not magnetic.
    ParticleHeating(const formulation::Formulation& formulation, matter::Library& library,
                    double frequency, double largest_field);
    double operator()(double field) const;

  private:
    std::vector<double> field_;
    std::vector<double> heating_;
};

/// Drift velocity (m/s) of a formulation's particles in a static field at a place: magnetic force
/// over Stokes friction. Zero in a uniform field.
Vector3 magnetic_drift(const formulation::Formulation& formulation, matter::Library& library,
                       const CoilInput& coil, const Vector3& place, double viscosity);

}  // namespace caravel::stimulus
