// Size of a rigid shape as its diffusion in water shows it.
#pragma once

#include "caravel/formulation/shape.hpp"

namespace caravel::formulation {

/// Capacitance radius (m) of an ellipsoid of revolution with the given full axes; its translational
/// friction, averaged over orientations, is exactly 6 pi eta times this (Perrin 1936).
double spheroid_friction_radius(double polar_diameter, double equatorial_diameter);

/// Hydrodynamic diameter (m) of the shape grown by `growth` on every side. Exact for spheres and
/// spheroids; rods and discs count as the spheroid of the same volume and aspect ratio; cubes and
/// cages by the capacitance of a cube; stars and core-satellites by their largest extent (the water
/// between the arms moves along).
double hydrodynamic_diameter(const ShapeVariant& shape, double growth);

}  // namespace caravel::formulation
