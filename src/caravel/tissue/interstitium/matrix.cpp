#include "caravel/tissue/interstitium/matrix.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/body/property_laws.hpp"

#include <cmath>
#include <numbers>
#include <string>

#include <fmt/format.h>

namespace caravel::tissue {

namespace {

constexpr double body_temperature = 310.15;  // K
constexpr double water_viscosity = 0.69e-3;  // Pa s, at 37 C
constexpr double last_of_polynomial = 0.95;  // ratio of radii
constexpr double conductivity_exponent = -1.17;

void demand(bool holds, std::string_view what, double value, std::string_view expected,
            std::string_view hint = "") {
    if (holds) return;
    throw InputError(Diagnostic{
        {}, fmt::format("{} is {:g}", what, value), std::string(expected), std::string(hint)});
}

void demand_positive(double value, std::string_view what, std::string_view unit) {
    demand(std::isfinite(value) && value > 0.0, what, value,
           fmt::format("a positive number ({})", unit));
}

void demand_share(double value, std::string_view what) {
    demand(value >= 0.0 && value <= 1.0, what, value, "0 to 1");
}

void demand_valid(const Matrix& m) {
    demand_positive(m.fibre_radius, "the fibres' radius", "m, typically 0.5e-9 to 20e-9");
    demand(m.fibre_fraction > 0.0 && m.fibre_fraction < 1.0, "the fibres' volume fraction",
           m.fibre_fraction, "above 0 and below 1 (typically 0.01 to 0.2)",
           "a matrix of hyaluronan alone has no fibres left after hyaluronidase");
    demand_positive(m.pore_radius, "the pores' radius", "m, typically 20e-9 to 500e-9");
    demand(m.tortuosity > 0.0 && m.tortuosity <= 1.0, "the tortuosity factor", m.tortuosity,
           "above 0, at most 1");
    demand_share(m.hyaluronan_share, "the share of hyaluronan");
    demand_share(m.open_share, "the share of open spaces");
}

void demand_valid(double radius, const Matrix& matrix) {
    demand_positive(radius, "the radius of the sphere", "m");
    demand_valid(matrix);
}

double pore_polynomial(double l) {
    if (l <= 0.0) return 1.0;
    const double regular =
        -1.56034 +
        l * (0.528155 +
             l * (1.91521 + l * (-2.81903 + l * (0.270788 + l * (1.10115 - 0.435933 * l)))));
    return 1.0 + 1.125 * l * std::log(l) + l * regular;
}

}  // namespace

void describe(input::Visitor& v, Matrix& m) {
    v.number({"fibre_radius", "radius of the matrix's fibres"}, m.fibre_radius,
             input::positive("nm"));
    v.number({"fibre_fraction", "volume fraction of the fibres in the interstitium"},
             m.fibre_fraction, {"1", 0.0, 1.0, true, true});
    v.number({"hyaluronan_share", "share of the fibres that hyaluronidase can remove"},
             m.hyaluronan_share, input::fraction());
    v.number({"pore_radius", "radius of the narrow places between fibre bundles and cells"},
             m.pore_radius, input::positive("nm"));
    v.number({"tortuosity", "factor on diffusion from cells as obstacles"}, m.tortuosity,
             {"1", 0.0, 1.0, true, false});
    v.number({"open_share", "share of the interstitium that any particle can reach"}, m.open_share,
             input::fraction());
}

Matrix tabulated_matrix(matter::Library& library, std::string_view context) {
    const auto value = [&](std::string_view property) {
        return library.value("interstitium", "generic", property, context);
    };
    Matrix m;
    m.fibre_radius = value("fibre_radius");
    m.fibre_fraction = value("fibre_fraction");
    m.hyaluronan_share = value("hyaluronan_share");
    m.pore_radius = value("pore_radius");
    m.tortuosity = value("tortuosity");
    m.open_share = value("open_share");
    return m;
}

Matrix without_hyaluronan(const Matrix& matrix, double removed) {
    demand_share(removed, "the share of hyaluronan removed");
    Matrix m = matrix;
    const double lost = removed * matrix.hyaluronan_share;
    m.fibre_fraction = matrix.fibre_fraction * (1.0 - lost);
    m.hyaluronan_share =
        lost < 1.0 ? (matrix.hyaluronan_share - lost) / (1.0 - lost) : matrix.hyaluronan_share;
    demand_valid(m);
    return m;
}

double free_diffusion(double radius) { return free_diffusion(radius, water_viscosity); }

double free_diffusion(double radius, double viscosity) {
    demand_positive(radius, "the radius of the sphere", "m");
    demand_positive(viscosity, "the viscosity", "Pa s");
    return boltzmann * body_temperature / (6.0 * std::numbers::pi * viscosity * radius);
}

double pore_diffusion(double ratio) {
    if (ratio >= 1.0) return 0.0;
    if (ratio <= last_of_polynomial) return pore_polynomial(ratio);
    const double gap = (1.0 - ratio) / (1.0 - last_of_polynomial);
    return pore_polynomial(last_of_polynomial) * gap * gap *
           std::pow(gap * last_of_polynomial / ratio, 2.5);
}

double hindrance(double radius, const Matrix& m) {
    demand_valid(radius, m);
    const double ratio = radius / m.fibre_radius;
    const double obstruction = std::exp(-std::sqrt(m.fibre_fraction) * (1.0 + ratio));
    const double drag =
        std::exp(-std::numbers::pi * std::pow(m.fibre_fraction, 0.174 * std::log(59.6 / ratio)));
    return m.tortuosity * obstruction * drag * pore_diffusion(radius / m.pore_radius);
}

double available_share(double radius, const Matrix& m) {
    demand_valid(radius, m);
    const double reach = 1.0 + radius / m.fibre_radius;
    const double gel = std::exp(-m.fibre_fraction * reach * reach);
    return m.open_share + (1.0 - m.open_share) * gel;
}

double retardation(double radius, const Matrix& m) {
    demand_valid(radius, m);
    return std::exp(-std::sqrt(m.fibre_fraction) * radius / m.fibre_radius) *
           body::convective_hindrance(radius / m.pore_radius);
}

double hydraulic_conductivity(const Matrix& matrix, const Matrix& reference_matrix,
                              double reference) {
    demand_valid(matrix);
    demand_valid(reference_matrix);
    demand_positive(reference, "the reference hydraulic conductivity", "m2/Pa/s");
    const double radii = matrix.fibre_radius / reference_matrix.fibre_radius;
    return reference * radii * radii *
           std::pow(matrix.fibre_fraction / reference_matrix.fibre_fraction, conductivity_exponent);
}

}  // namespace caravel::tissue
