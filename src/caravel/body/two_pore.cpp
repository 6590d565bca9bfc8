#include "caravel/body/two_pore.hpp"

#include <cmath>

namespace caravel::body {

double renkin_hindrance(double ratio) {
    if (ratio >= 1.0) return 0.0;
    const double open = (1.0 - ratio) * (1.0 - ratio);
    const double cubed = ratio * ratio * ratio;
    return open * (1.0 - 2.104 * ratio + 2.09 * cubed - 0.95 * cubed * ratio * ratio);
}

double tumour_vessel_permeability(double radius) {
    constexpr double diffusivity_times_radius = 3e-6 * 1e-4 * 1e-9;  // m3/s
    constexpr double small_pore = 4.5e-9;                            // m
    constexpr double large_pore = 500e-9;                            // m
    constexpr double small_area = 17.6e2;                            // 1/m
    constexpr double large_area = 0.65e2;                            // 1/m
    const double diffusivity = diffusivity_times_radius / radius;
    return diffusivity * (renkin_hindrance(radius / small_pore) * small_area +
                          renkin_hindrance(radius / large_pore) * large_area);
}

double glomerular_sieving(double hydrodynamic_diameter) {
    constexpr double midpoint = 5.5e-9;
    constexpr double width = 0.5e-9;
    return 1.0 / (1.0 + std::exp((hydrodynamic_diameter - midpoint) / width));
}

}  // namespace caravel::body
