// The surface of a probe: patches of a cylinder with a round tip.
#pragma once

#include "caravel/stimulus/contact/applicator.hpp"

namespace caravel::stimulus {

/// Unit vector into the shaft. The probe must have passed check_probe().
Vector3 probe_axis(const ProbeInput& probe);

/// Area (m2) of the active surface: half a sphere at the tip and the shaft behind it up to the
/// active length from the tip's point.
double probe_area(const ProbeInput& probe);

/// A piece of the surface.
struct SurfacePatch {
    Vector3 centre{};   // m
    double area = 0.0;  // m2
};

/// Patches no wider than about `spacing` (m); their areas add to probe_area().
std::vector<SurfacePatch> probe_patches(const ProbeInput& probe, double spacing);

/// Shortest distance (m) between the axes of two probes' active lengths.
double axis_distance(const ProbeInput& a, const ProbeInput& b);

}  // namespace caravel::stimulus
