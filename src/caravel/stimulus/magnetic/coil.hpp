// Alternating and static magnetic fields of coils, and what they heat or pull.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/formulation/formulation.hpp"
#include "caravel/input/visitor.hpp"
#include "caravel/matter/table.hpp"
#include "caravel/stimulus/magnetic/axis.hpp"

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
    std::vector<double> position{
        0.0, 0.0, 0.0};  // m; a uniform field circles around the middle of the tissue
    std::vector<double> direction{0.0, 0.0, 1.0};  // axis
    double body_radius = 0.0;  // m, of eddy currents around the axis; 0: the domain's
    std::string on = "tumour";
    Location where{};
};
void describe(input::Visitor& v, CoilInput& coil);

/// The field of a coil or magnet, made ready once for many places. Vacuum and tissue alike: tissue
/// is not magnetic, and below 1 MHz it screens nothing within a body.
///
/// uniform: the same everywhere. loop: one thin turn, complete elliptic integrals. helmholtz: two
/// of them, one radius apart. solenoid: a thin current sheet (Derby and Olbert 2010, Am J Phys
/// 78:229). magnet: a cylinder magnetised along its axis, from its end faces as the same sheet.
class CoilField {
  public:
    /// Throws InputError for a kind that does not exist, sizes that are missing, a field or
    /// frequency that is not possible, and an alternating magnet.
    explicit CoilField(const CoilInput& coil);
    /// Field (A/m, vector amplitude). Throws InputError within 1 % of the radius from a thin turn
    /// (the winding stands in the tissue) and inside of a magnet.
    Vector3 operator()(const Vector3& place) const;
    /// Its length (A/m).
    double amplitude(const Vector3& place) const;
    /// Length (m) over which the field changes: the radius; 1 m where it is uniform.
    double scale() const { return kind_ == Kind::uniform ? 1.0 : radius_; }

  private:
    enum class Kind { uniform, loop, solenoid, helmholtz, magnet };
    struct Components {
        double axial = 0.0;
        double radial = 0.0;
    };
    Components unscaled(double away, double along) const;
    void refuse_magnet(double away, double along) const;

    std::string name_;
    Axis axis_;
    Kind kind_ = Kind::uniform;
    double radius_ = 0.0;
    double length_ = 0.0;
    double factor_ = 1.0;
};

/// Field (A/m, vector amplitude) at a place (m). Errors as CoilField.
Vector3 coil_field(const CoilInput& coil, const Vector3& place);
/// Amplitude (A/m) in the middle of every cell. Errors as CoilField.
std::vector<double> field_amplitude(const CoilInput& coil, const Grid& grid);

/// Heat (W/m3) of eddy currents in tissue of `conductivity` (S/m) at distance r (m) from the axis:
/// sigma (pi mu0 f r H)^2 / 2. Throws InputError for negative numbers.
double eddy_heating(double conductivity, double frequency, double field, double r);

/// H f (A/m/s) that whole tissue of a body of this radius (m) bears: 4.85e8 of a torso of 0.15 m
/// radius (Atkinson 1984, Brezovich 1988), with the same eddy heat, which goes with (H f r)^2, for
/// a smaller radius, and at most 5e9 (Hergt and Dutz 2007). A radius of 0 counts as the torso's.
double safe_field_frequency(double body_radius);

/// Limits of H f (A/m/s): Atkinson-Brezovich 4.85e8 (at the body's radius, see
/// safe_field_frequency), Hergt-Dutz 5e9 (small regions). A text that says which is exceeded and by
/// how much; empty when safe, as every static field is. The coil's own body_radius counts where
/// `body_radius` (m) is 0.
std::string coil_safety(const CoilInput& coil, double body_radius);

/// Heat (W/kg of carrier mass) of a formulation's magnetic cores against field amplitude (A/m),
/// tabulated once and interpolated: 24 amplitudes over a factor of 100, monotone cubic in their
/// logarithms, quadratic in the field below. A value: copies are independent.
class ParticleHeating {
  public:
    /// `largest_field` (A/m) ends the table. At frequency 0 (static field) the heat is 0. Throws
    /// InputError or NotAvailable where the formulation is not magnetic.
    ParticleHeating(const formulation::Formulation& formulation, matter::Library& library,
                    double frequency, double largest_field);
    /// Throws InputError for a field beyond the table, or below 0.
    double operator()(double field) const;
    /// Heat per mass (W/kg) of magnetic matter instead.
    double per_magnetic_mass(double field) const;
    /// Magnetic matter (kg) per kg of carrier.
    double magnetic_fraction() const { return magnetic_fraction_; }
    double largest_field() const { return largest_; }

  private:
    double frequency_ = 0.0;
    double largest_ = 0.0;
    double magnetic_fraction_ = 0.0;
    std::vector<double> field_;    // log of A/m
    std::vector<double> heating_;  // log of W/kg of magnetic matter
    std::vector<double> slope_;
};

/// What of a formulation a gradient pulls, found once for many places.
class MagneticPull {
  public:
    /// Throws InputError or NotAvailable where the formulation is not magnetic.
    MagneticPull(const formulation::Formulation& formulation, matter::Library& library);
    /// Mean moment (A m2) of one particle in a static field (A/m).
    double moment(double field) const;
    /// Drift velocity (m/s) at a place (m): mu0 m(|H|) grad |H| over Stokes friction 3 pi eta d.
    /// Exactly zero in a uniform field.
    Vector3 drift(const CoilField& field, const Vector3& place, double viscosity) const;

  private:
    double domains_ = 0.0;
    double domain_volume_ = 0.0;
    double saturation_ = 0.0;
    double temperature_ = 0.0;
    double diameter_ = 0.0;
};

/// Drift velocity (m/s) of a formulation's particles in a static field at a place: magnetic force
/// over Stokes friction. Zero in a uniform field. Throws NotAvailable for an alternating field.
Vector3 magnetic_drift(const formulation::Formulation& formulation, matter::Library& library,
                       const CoilInput& coil, const Vector3& place, double viscosity);

}  // namespace caravel::stimulus
