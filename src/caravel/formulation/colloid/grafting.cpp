#include "caravel/formulation/colloid/grafting.hpp"

#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::formulation::colloid {
namespace {

using std::numbers::pi;

constexpr double dense_brush_ratio = 2.8;
constexpr double square_nm = 1e-18;  // m2

void require_fraction(double value, const char* name) {
    if (value >= 0.0 && value <= 1.0) return;
    throw InputError(Diagnostic{{}, fmt::format("{} = {:.4g}", name, value), "0 to 1", ""});
}

/// Surface (of one disc's circle) still open to discs, at coverage x of jamming.
double available(double x) {
    const double open = 1.0 - x;
    return open * open * open / (1.0 + x * (-0.812 + x * (0.2336 + 0.0845 * x)));
}

}  // namespace

std::string_view to_text(GraftRegime regime) {
    switch (regime) {
    case GraftRegime::mushroom: return "mushroom";
    case GraftRegime::brush: return "brush";
    case GraftRegime::dense_brush: break;
    }
    return "dense brush";
}

double flory_radius(const Chain& chain) {
    return chain.segment_length * std::pow(chain.segments, 0.6);
}

double gyration_radius(const Chain& chain) { return flory_radius(chain) / std::sqrt(6.0); }

double graft_spacing(double density) { return 2.0 / std::sqrt(pi * density); }

GraftRegime graft_regime(const Chain& chain, double density) {
    const double ratio = flory_radius(chain) / graft_spacing(density);
    if (ratio < 1.0) return GraftRegime::mushroom;
    return ratio < dense_brush_ratio ? GraftRegime::brush : GraftRegime::dense_brush;
}

double largest_graft_density(const Chain& chain) { return 1.0 / chain.footprint; }

void require_graft_density(const Chain& chain, double density) {
    const double most = largest_graft_density(chain);
    if (density > 0.0 && density <= most) return;
    throw InputError(Diagnostic{
        {},
        fmt::format("{:.4g} chains per nm2 cannot stand on the surface", density * square_nm),
        fmt::format("above 0 and at most {:.3g} per nm2 (one stretched chain covers {:.3g} nm2)",
                    most * square_nm, chain.footprint / square_nm),
        "was the density counted per particle, or per 100 nm2?"});
}

double layer_thickness(const Chain& chain, double density, double radius) {
    require_graft_density(chain, density);
    const double flat =
        chain.segments * std::pow(chain.segment_length, 5.0 / 3.0) * std::cbrt(density);
    const double curved = radius * (std::pow(1.0 + 5.0 / 3.0 * flat / radius, 0.6) - 1.0);
    const double height = graft_regime(chain, density) == GraftRegime::mushroom
                              ? flory_radius(chain)
                              : std::max(flory_radius(chain), curved);
    return std::min(height, chain.segments * chain.segment_length);
}

double dry_thickness(const Chain& chain, double density, double radius) {
    const double flat = density * chain.segments * chain.segment_volume;
    return radius * (std::cbrt(1.0 + 3.0 * flat / radius) - 1.0);
}

double random_sequential_coverage(double exposure) {
    if (exposure <= 0.0) return 0.0;
    // Steps grow with the exposure: coverage changes ever more slowly.
    constexpr int steps = 4000;
    const double factor = std::log1p(exposure) / steps;
    double x = 0.0;
    for (int i = 0; i < steps; ++i) {
        const double h = (std::exp(factor * (i + 1)) - std::exp(factor * i)) / jamming_coverage;
        const double k1 = available(x);
        const double k2 = available(x + 0.5 * h * k1);
        x = std::min(x + h * k2, 1.0);
    }
    return jamming_coverage * x;
}

double grafting_to_density(const Chain& chain, double exposure) {
    const double radius = gyration_radius(chain);
    const double crowded = random_sequential_coverage(exposure) / (pi * radius * radius);
    return std::min(crowded, largest_graft_density(chain));
}

GraftedFrom grafting_from(double initiators, double efficiency, double monomer, double conversion,
                          double footprint) {
    require_fraction(efficiency, "the initiator efficiency");
    require_fraction(conversion, "the conversion of monomer");
    const double density = std::min(initiators * efficiency, 1.0 / footprint);
    return {density, density > 0.0 ? monomer * conversion / density : 0.0};
}

GraftedFrom photo_grafting(const PhotoGrafting& light) {
    const double rate = light.cross_section * light.quantum_yield * light.photon_flux;
    const double density = -light.initiators * std::expm1(-rate * light.time);
    if (density <= 0.0) return {};
    const double mean_start = density / light.time;
    return {density, light.propagation / std::sqrt(mean_start * light.termination)};
}

}  // namespace caravel::formulation::colloid
