// Force on a magnetic particle in a field gradient, its drift, and the field of a cylinder magnet.
#pragma once

namespace caravel::formulation::magnetism {

/// Force (N) along z on a moment that follows the field: mu0 m dH/dz, m the mean moment (A m2) in
/// the local field and dH/dz (A/m2) the slope of the field's magnitude. Zero in a uniform field,
/// however strong.
double gradient_force(double mean_moment, double field_slope);

/// Mean moment (A m2) of `domains` free domains: domains Ms V L(xi).
double mean_moment(double domains, double volume, double saturation, double field,
                   double temperature);

/// Steady drift (m/s) of a sphere against Stokes drag: F/(3 pi eta d).
double drift_speed(double force, double viscosity, double hydrodynamic_diameter);

/// Capture number: magnetic drift over the flow speed (1). Above about 1 a magnet beside a vessel
/// pulls the particle out of the flow within one vessel width of travel (Furlani and Ng 2006, Phys
/// Rev E 73:061919).
double capture_number(double drift, double flow_speed);

/// A cylinder magnetised along its axis; the origin lies in its centre.
struct CylinderMagnet {
    double radius = 0.0;     // m
    double length = 0.0;     // m
    double remanence = 0.0;  // T
};

/// Flux density (T): along the axis and away from it.
struct FluxDensity {
    double axial = 0.0;
    double radial = 0.0;
};

/// Flux density on the axis at z from the centre (T), outside or inside, closed form.
double axial_flux_density(const CylinderMagnet& magnet, double z);

/// Its slope dB/dz (T/m).
double axial_flux_slope(const CylinderMagnet& magnet, double z);

/// Flux density anywhere outside the magnet, by complete elliptic integrals (Derby and Olbert 2010,
/// Am J Phys 78:229). Throws InputError on the magnet's rim and for sizes that are not positive.
FluxDensity flux_density(const CylinderMagnet& magnet, double distance, double z);

/// Generalised complete elliptic integral of Bulirsch (1969), to 1e-14 relative.
double complete_elliptic(double kc, double p, double c, double s);

}  // namespace caravel::formulation::magnetism
