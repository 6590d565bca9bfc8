#include "caravel/formulation/colloid/magnetic_pair.hpp"

#include "caravel/base/constants.hpp"

#include <array>
#include <cmath>
#include <numbers>

namespace caravel::formulation::colloid {
namespace {

constexpr double strong_coupling = 10.0;

// Gauss-Legendre nodes and weights of order 16 on [-1, 1], positive half.
constexpr std::array<double, 8> nodes{0.0950125098376374, 0.2816035507792589, 0.4580167776572274,
                                      0.6178762444026438, 0.7554044083550030, 0.8656312023878318,
                                      0.9445750230732326, 0.9894009349916499};
constexpr std::array<double, 8> weights{0.1894506104550685, 0.1826034150449236, 0.1691565193950025,
                                        0.1495959888165767, 0.1246289712555339, 0.0951585116824928,
                                        0.0622535239386479, 0.0271524594117541};

/// Mean of exp(l cos phi) over the angle between the planes of both moments.
double bessel(double l) { return std::cyl_bessel_i(0.0, l); }

/// Mean of exp(l (2 x y - sqrt(1-x2) sqrt(1-y2) cos phi)) over both orientations.
double mean_boltzmann(double l) {
    double sum = 0.0;
    for (std::size_t i = 0; i < nodes.size(); ++i)
        for (std::size_t j = 0; j < nodes.size(); ++j) {
            const double x = nodes[i];
            const double y = nodes[j];
            const double across = bessel(l * std::sqrt((1.0 - x * x) * (1.0 - y * y)));
            sum += weights[i] * weights[j] * across * std::cosh(2.0 * l * x * y);
        }
    return sum;
}

}  // namespace

double dipole_coupling(double moment, double distance, double temperature) {
    return vacuum_permeability * moment * moment /
           (4.0 * std::numbers::pi * boltzmann * temperature * std::pow(distance, 3));
}

double aligned_dipole_energy(double moment, double distance) {
    return -vacuum_permeability * moment * moment /
           (2.0 * std::numbers::pi * std::pow(distance, 3));
}

double rotating_dipole_energy(double moment, double distance, double temperature) {
    const double l = dipole_coupling(moment, distance, temperature);
    const double kt = boltzmann * temperature;
    if (l < 1e-4) return -kt * l * l / 3.0;
    if (l > strong_coupling) return -kt * (2.0 * l - std::log(6.0 * l * l));
    return -kt * std::log(mean_boltzmann(l));
}

}  // namespace caravel::formulation::colloid
