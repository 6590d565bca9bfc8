// One heated particle in a large medium.
#pragma once

namespace caravel::formulation::thermal {

/// A sphere that turns a power into heat.
struct HeatedSphere {
    double radius = 0.0;         // m
    double conductivity = 0.0;   // W/(m K)
    double heat_capacity = 0.0;  // J/(m3 K)
};

/// What it sits in.
struct HeatedMedium {
    double conductivity = 0.0;   // W/(m K)
    double heat_capacity = 0.0;  // J/(m3 K)
    double interface = 0.0;      // W/(m2 K); 0: no resistance
};

/// Steady rise (K) of the temperature at distance r (m) from the centre of a sphere heated evenly
/// with `power` (W): Goldenberg and Tranter 1952 (Br J Appl Phys 3:296), with the step at the
/// interface. At r = radius the inside.
double steady_rise(const HeatedSphere& sphere, const HeatedMedium& medium, double power, double r);

/// Rise of the particle over its steady rise (1) at time t (s) after the heat is switched on. Even
/// temperature inside, no interface resistance: the integral of Carslaw and Jaeger 1959, section
/// 13.5, to about 1e-12.
double relative_rise(const HeatedSphere& sphere, const HeatedMedium& medium, double time);

/// Time (s) after which 1 - 1/e of the steady rise is reached.
double rise_time(const HeatedSphere& sphere, const HeatedMedium& medium);

/// Fourier number time of the particle itself, a^2/(pi^2 alpha) (s): relative_rise() holds for much
/// longer times.
double internal_time(const HeatedSphere& sphere);

}  // namespace caravel::formulation::thermal
