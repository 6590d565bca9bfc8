#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/formulation/magnetism/linear_response.hpp"
#include "caravel/formulation/magnetism/magnetic_force.hpp"
#include "caravel/stimulus/magnetic/coil.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::stimulus {
namespace {

namespace magnetism = formulation::magnetism;
using std::numbers::pi;

constexpr double winding = 0.01;       // of the radius: nearer than that a turn is not thin
constexpr double torso_radius = 0.15;  // m, of the limit of Atkinson and Brezovich

/// A thin turn of radius `a` with H = 1 A/m in its middle: current 2 a.
magnetism::FluxDensity turn(double a, double away, double along) {
    const double near = std::hypot(a - away, along);
    const double far = std::hypot(a + away, along);
    const double scale = 2.0 * a * a / (pi * far);
    const double kc = near / far;
    const double axial =
        magnetism::complete_elliptic(kc, 1.0, (a - away) / (near * near), (a + away) / (far * far));
    const double radial =
        along * magnetism::complete_elliptic(kc, 1.0, 1.0 / (near * near), -1.0 / (far * far));
    return {scale * axial, scale * radial};
}

[[noreturn]] void refuse_winding(const std::string& name, double distance) {
    throw InputError(Diagnostic{
        {},
        fmt::format("the winding of '{}' stands in the tissue, {:.3g} mm from a place whose field "
                    "is asked for",
                    name, distance * 1e3),
        "a coil around or beside the domain",
        "move it or change its radius; the field of a thin wire has no bound"});
}

void check_numbers(const CoilInput& c) {
    require_between(c.field, 0.0, 1e9, "the field of '" + c.name + "'", "A/m");
    require_between(c.frequency, 0.0, 1e9, "the frequency of '" + c.name + "'", "Hz");
    if (c.kind != "uniform") require_positive(c.radius, "the radius of '" + c.name + "'", "m");
    if (c.kind == "solenoid" || c.kind == "magnet")
        require_positive(c.length, "the length of '" + c.name + "'", "m");
    if (c.kind == "magnet" && c.frequency > 0.0)
        throw InputError(Diagnostic{c.where, "the permanent magnet '" + c.name + "' alternates",
                                    "0 Hz", "a coil makes an alternating field"});
}

}  // namespace

CoilField::CoilField(const CoilInput& c)
    : name_(c.name), axis_(c.position, c.direction), radius_(c.radius), length_(c.length) {
    check_numbers(c);
    if (c.kind == "uniform")
        kind_ = Kind::uniform;
    else if (c.kind == "loop")
        kind_ = Kind::loop;
    else if (c.kind == "solenoid")
        kind_ = Kind::solenoid;
    else if (c.kind == "helmholtz")
        kind_ = Kind::helmholtz;
    else if (c.kind == "magnet")
        kind_ = Kind::magnet;
    else
        throw InputError(Diagnostic{c.where, "a coil of kind '" + c.kind + "' is not known",
                                    "uniform, loop, solenoid, helmholtz or magnet", ""});
    const double along = kind_ == Kind::magnet ? 0.5 * length_ : 0.0;
    const double there = kind_ == Kind::magnet || kind_ == Kind::solenoid
                             ? magnetism::axial_flux_density({radius_, length_, 1.0}, along)
                             : unscaled(0.0, along).axial;
    factor_ = c.field / there;
}

CoilField::Components CoilField::unscaled(double away, double along) const {
    if (kind_ == Kind::uniform) return {1.0, 0.0};
    if (kind_ == Kind::solenoid || kind_ == Kind::magnet) {
        const magnetism::FluxDensity b =
            magnetism::flux_density({radius_, length_, 1.0}, away, along);
        return {b.axial, b.radial};
    }
    Components sum;
    const double half = kind_ == Kind::helmholtz ? 0.5 * radius_ : 0.0;
    for (const double z : {along - half, along + half}) {
        const double distance = std::hypot(radius_ - away, z);
        if (distance < winding * radius_) refuse_winding(name_, distance);
        const magnetism::FluxDensity h = turn(radius_, away, z);
        sum.axial += 0.5 * h.axial;
        sum.radial += 0.5 * h.radial;
    }
    return sum;
}

void CoilField::refuse_magnet(double away, double along) const {
    if (away >= radius_ || std::abs(along) >= 0.5 * length_) return;
    throw InputError(Diagnostic{{},
                                "the magnet '" + name_ + "' stands in the tissue",
                                "a magnet outside of the domain",
                                "move its position away along its direction"});
}

Vector3 CoilField::operator()(const Vector3& place) const {
    const AxisPlace p = axis_(place);
    if (kind_ == Kind::magnet) refuse_magnet(p.away, p.along);
    const Components h = unscaled(p.away, p.along);
    Vector3 field{};
    for (std::size_t i = 0; i < 3; ++i)
        field[i] = factor_ * (h.axial * p.axis[i] + h.radial * p.outward[i]);
    return field;
}

double CoilField::amplitude(const Vector3& place) const {
    const Vector3 h = (*this)(place);
    return std::hypot(h[0], h[1], h[2]);
}

Vector3 coil_field(const CoilInput& coil, const Vector3& place) { return CoilField(coil)(place); }

std::vector<double> field_amplitude(const CoilInput& coil, const Grid& grid) {
    const CoilField field(coil);
    std::vector<double> amplitude(static_cast<std::size_t>(grid.cell_count()));
    std::size_t cell = 0;
    for (index_t k = 0; k < grid.nz; ++k)
        for (index_t j = 0; j < grid.ny; ++j)
            for (index_t i = 0; i < grid.nx; ++i)
                amplitude[cell++] = field.amplitude(grid.centre(i, j, k));
    return amplitude;
}

double eddy_heating(double conductivity, double frequency, double field, double r) {
    require_between(conductivity, 0.0, 1e9, "the conductivity", "S/m");
    require_between(frequency, 0.0, 1e12, "the frequency", "Hz");
    require_between(field, 0.0, 1e12, "the field", "A/m");
    require_between(r, 0.0, 1e6, "the distance from the axis", "m");
    const double electric = pi * vacuum_permeability * frequency * r * field;
    return 0.5 * conductivity * electric * electric;
}

double safe_field_frequency(double body_radius) {
    require_between(body_radius, 0.0, 1e3, "the radius of the body", "m");
    if (body_radius == 0.0) return magnetism::brezovich_limit;
    return std::min(magnetism::hergt_limit,
                    magnetism::brezovich_limit * torso_radius / body_radius);
}

std::string coil_safety(const CoilInput& coil, double body_radius) {
    const double radius = body_radius > 0.0 ? body_radius : coil.body_radius;
    const double product = coil.field * coil.frequency;
    const double line = safe_field_frequency(radius);
    if (product <= line) return "";
    std::string text =
        fmt::format("the field of '{}' ({:.4g} kA/m at {:.4g} kHz, H f = {:.3g} A/m/s) ", coil.name,
                    coil.field * 1e-3, coil.frequency * 1e-3, product);
    if (line < magnetism::hergt_limit) {
        text += fmt::format(
            "is {:.3g} times the Atkinson-Brezovich limit of {:.3g} A/m/s for eddy currents",
            product / line, line);
        if (radius > 0.0)
            text += fmt::format(" in a body of {:.3g} mm radius (4.85e8 A/m/s at 150 mm)",
                                radius * 1e3);
        text += product > magnetism::hergt_limit ? " and " : "";
    }
    if (product > magnetism::hergt_limit)
        text += fmt::format("is {:.3g} times the Hergt-Dutz limit of 5e9 A/m/s for small regions",
                            product / magnetism::hergt_limit);
    return text;
}

}  // namespace caravel::stimulus
