#include "caravel/formulation/magnetism/particle_imaging.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/formulation/magnetism/langevin.hpp"

#include <cmath>
#include <cstddef>
#include <numbers>

namespace caravel::formulation::magnetism {

std::vector<double> langevin_harmonics(double xi, int highest) {
    require_between(xi, 0.0, 1e6, "xi", "1");
    require_between(highest, 1, 99, "the highest harmonic", "1");
    // The equal-step sum converges exponentially for a periodic analytic integrand.
    constexpr int points = 4096;
    std::vector<double> amplitudes(static_cast<std::size_t>(highest) + 1, 0.0);
    for (int k = 0; k < points; ++k) {
        const double phase = 2.0 * std::numbers::pi * (k + 0.5) / points;
        const double value = langevin(xi * std::sin(phase));
        for (int n = 1; n <= highest; n += 2)
            amplitudes[static_cast<std::size_t>(n)] += 2.0 / points * value * std::sin(n * phase);
    }
    return amplitudes;
}

double point_spread_width(double moment, double gradient, double temperature) {
    require_positive(moment, "the magnetic moment", "A.m2");
    require_positive(gradient, "the gradient of the selection field", "A/m2");
    require_positive(temperature, "the temperature", "K");
    return langevin_derivative_width() * boltzmann * temperature /
           (vacuum_permeability * moment * gradient);
}

}  // namespace caravel::formulation::magnetism
