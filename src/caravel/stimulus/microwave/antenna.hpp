// Microwave and radio-frequency antennas: power deposited in tissue.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/input/visitor.hpp"
#include "caravel/matter/table.hpp"
#include "caravel/stimulus/magnetic/axis.hpp"

#include <optional>
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
    Location where{};
};
void describe(input::Visitor& v, MicrowaveInput& microwave);

/// Dielectric of a tissue at a frequency.
struct Dielectric {
    double permittivity = 0.0;  // relative
    double conductivity = 0.0;  // S/m
};
/// From data/dielectric.csv: eps_inf + sum strength_n/(1 + (i w tau_n)^(1 - broadening_n))
/// + sigma/(i w eps0), up to four Cole-Cole terms (Gabriel 1996). Throws InputError for an unknown
/// tissue and for frequencies outside of 10 Hz to 100 GHz.
Dielectric tissue_dielectric(matter::Library& library, const std::string& tissue, double frequency);
/// Depth (m) at which the power of a plane wave has fallen to 1/e; the field falls to 1/e in twice
/// that, which tables call the penetration depth. Throws InputError for numbers that are not
/// positive.
double penetration_depth(const Dielectric& dielectric, double frequency);

/// Power density (W/m3) as a closed form in a uniform infinite medium, made ready once; its
/// integral over all tissue is power times efficiency.
///
/// antenna: every point of the active length sends e^(-d/depth)/(4 pi d^2 depth), weighted with the
/// square of a half wave's current, cos^2; nothing inside of the applicator. needle: heat of the
/// static current that leaves an ellipsoid of the given length and radius. plane: e^(-z/depth)
/// under a disk.
class PowerPattern {
  public:
    /// Throws InputError for a kind that does not exist and sizes that are missing or impossible.
    PowerPattern(const MicrowaveInput& microwave, const Dielectric& dielectric);
    double operator()(const Vector3& place) const;  // W/m3
    /// Mean over a cell, halved until it is small against the distance from the applicator.
    double mean(const Vector3& centre, const Vector3& spacing) const;
    double total() const { return total_; }  // W

  private:
    enum class Kind { antenna, plane, needle };
    void set_antenna();
    void set_needle();
    double in_frame(double along, double away) const;
    double antenna(double along, double away) const;
    double needle(double along, double away) const;
    double plane(double along, double away) const;
    /// Mean over a cell that needs no division; none where it does.
    std::optional<double> whole_cell(const Vector3& centre, const Vector3& spacing) const;
    std::optional<double> line_cell(const AxisPlace& c, double reach, const Vector3& centre,
                                    const Vector3& spacing) const;
    double surface_cell(const AxisPlace& c, double width) const;
    std::optional<double> plane_cell(const AxisPlace& c, double reach,
                                     const Vector3& spacing) const;

    Axis axis_;
    Kind kind_ = Kind::antenna;
    double half_ = 0.0;    // m, half the active length
    double radius_ = 0.0;  // m, of the applicator or the spot
    double depth_ = 0.0;   // m
    double focus_ = 0.0;   // m, of the needle's ellipsoid
    double total_ = 0.0;   // W
    double factor_ = 0.0;  // of the unscaled pattern
};

/// Power density (W/m3) in every cell, scaled so that all of the domain (and what lies beyond, by
/// the pattern) takes power times efficiency. Throws InputError where the applicator has no part in
/// the domain, and as PowerPattern.
std::vector<double> power_density(const MicrowaveInput& microwave, const Grid& grid,
                                  const Dielectric& dielectric);

}  // namespace caravel::stimulus
