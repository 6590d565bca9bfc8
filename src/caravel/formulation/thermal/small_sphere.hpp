// Sound on a sphere far below the wavelength.
#pragma once

namespace caravel::formulation::thermal {

/// A medium that carries sound.
struct SoundMedium {
    double density = 0.0;    // kg/m3
    double speed = 0.0;      // m/s
    double viscosity = 0.0;  // Pa s; 0: ideal
    double compressibility() const { return 1.0 / (density * speed * speed); }
    double impedance() const { return density * speed; }
};

/// A homogeneous sphere.
struct SoundSphere {
    double radius = 0.0;           // m
    double density = 0.0;          // kg/m3
    double compressibility = 0.0;  // 1/Pa
};

/// What it does to a plane wave.
struct SoundResponse {
    double monopole = 0.0;         // f1 = 1 - kappa ratio
    double dipole = 0.0;           // real part of f2
    double dipole_loss = 0.0;      // imaginary part of f2
    double contrast_factor = 0.0;  // f1/3 + Re f2/2; positive: driven to the pressure nodes
    double scattering = 0.0;       // m2
    double absorption = 0.0;       // m2, by friction with the liquid
    double size_parameter = 0.0;   // k a
    double boundary_layer = 0.0;   // m, sqrt(2 eta/(rho omega))
};

/// Monopole and dipole with the viscous boundary layer, M. Settnes and H. Bruus 2012 (Phys Rev E
/// 85:016327). Thermal losses and those inside the sphere are left out. Throws NotAvailable for k a
/// above 0.3 (3 % of the Rayleigh law).
SoundResponse small_sphere_response(const SoundSphere& sphere, const SoundMedium& medium,
                                    double frequency);

/// Attenuation (Np/m of the pressure) of `number` spheres per m3 (1/m3), each on its own.
double suspension_attenuation(const SoundResponse& response, double number);

/// Speed of sound (m/s) of a suspension: mean density, mean compressibility (A. B. Wood 1930).
double suspension_speed(const SoundSphere& sphere, const SoundMedium& medium, double fraction);

/// Np/m to dB/m.
double decibel_per_metre(double neper_per_metre);

}  // namespace caravel::formulation::thermal
