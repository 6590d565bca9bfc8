#include "caravel/tissue/interstitium/wall_exchange.hpp"

#include "caravel/base/error.hpp"
#include "caravel/body/property_laws.hpp"
#include "caravel/body/two_pore.hpp"

#include <cmath>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace caravel::tissue {

namespace {

// Diffusion coefficient times radius as the two-pore model was published with, 3e-6 cm2/s nm.
constexpr double diffusivity_times_radius = 3e-6 * 1e-4 * 1e-9;  // m3/s
constexpr double steepest = 700.0;  // Peclet number at which exp() still is finite

void demand(bool holds, std::string_view what, double value, std::string_view expected) {
    if (holds) return;
    throw InputError(
        Diagnostic{{}, fmt::format("{} is {:g}", what, value), std::string(expected), ""});
}

void demand_valid(double radius, const WallPores& pores) {
    const auto positive = [](double value) { return std::isfinite(value) && value > 0.0; };
    const auto not_negative = [](double value) { return std::isfinite(value) && value >= 0.0; };
    demand(positive(radius), "the radius of the sphere", radius, "a positive number (m)");
    demand(positive(pores.small_radius), "the small pores' radius", pores.small_radius,
           "a positive number (m), typically 4e-9 to 6e-9");
    demand(positive(pores.large_radius), "the large pores' radius", pores.large_radius,
           "a positive number (m), typically 20e-9 to 600e-9");
    demand(not_negative(pores.small_area_length), "the small pores' area per length",
           pores.small_area_length, "0 or more (1/m)");
    demand(not_negative(pores.large_area_length), "the large pores' area per length",
           pores.large_area_length, "0 or more (1/m)");
}

}  // namespace

double permeability(double radius, const WallPores& pores) {
    demand_valid(radius, pores);
    return diffusivity_times_radius / radius *
           (body::renkin_hindrance(radius / pores.small_radius) * pores.small_area_length +
            body::renkin_hindrance(radius / pores.large_radius) * pores.large_area_length);
}

double reflection_coefficient(double radius, const WallPores& pores) {
    demand_valid(radius, pores);
    const double small = pores.small_area_length * pores.small_radius * pores.small_radius;
    const double large = pores.large_area_length * pores.large_radius * pores.large_radius;
    const double total = small + large;
    demand(total > 0.0, "the pores' area per length", total, "above 0 for one kind of pores");
    return (small * (1.0 - body::convective_hindrance(radius / pores.small_radius)) +
            large * (1.0 - body::convective_hindrance(radius / pores.large_radius))) /
           total;
}

WallRates wall_rates(double permeability_surface, double reflection, double filtration) {
    demand(std::isfinite(permeability_surface) && permeability_surface >= 0.0,
           "permeability times surface", permeability_surface, "0 or more (1/s)");
    demand(reflection >= 0.0 && reflection <= 1.0, "the reflection coefficient", reflection,
           "0 to 1");
    demand(std::isfinite(filtration), "the filtration", filtration, "a finite number (1/s)");
    const double drag = filtration * (1.0 - reflection);
    const double flow = std::abs(drag);
    // The smaller of both rates, against the flow; the other one is larger by the flow exactly.
    double against = permeability_surface;
    if (flow > 0.0) {
        against = 0.0;
        if (flow < steepest * permeability_surface) {
            const double peclet = flow / permeability_surface;
            against = permeability_surface * (peclet > 0.0 ? peclet / std::expm1(peclet) : 1.0);
        }
    }
    return drag >= 0.0 ? WallRates{against + flow, against} : WallRates{against, against + flow};
}

}  // namespace caravel::tissue
