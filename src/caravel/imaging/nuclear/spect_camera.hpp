// What a collimated camera counts: sensitivity and blur against distance, energy windows.
#pragma once

#include "caravel/imaging/compton.hpp"
#include "caravel/imaging/nuclear/spect_scan.hpp"
#include "caravel/matter/xray.hpp"

namespace caravel::imaging {

/// A collimator at one photon energy.
struct Collimator {
    bool pinhole = false;
    double hole = 0.0;       // m, effective diameter of a pinhole
    double length = 0.0;     // m, effective length of parallel holes
    double septa = 0.0;      // m
    double distance = 0.0;   // m, pinhole to detector
    double intrinsic = 0.0;  // m, FWHM of the detector
    double count = 1.0;      // pinholes that see a place

    /// Full width at half maximum (m) in the object at a distance (m) from the face or aperture.
    /// Parallel holes: d (l_e + z) / l_e, l_e = l - 2/mu (H. O. Anger 1964); pinhole: d_e (1 + 1/M)
    /// and the detector's over M, M = distance/z (H. O. Anger 1958; R. J. Jaszczak 1994).
    double blur(double z) const;
    /// Photons that pass per photon emitted: parallel (0.26 d/l_e)^2 (d/(d+t))^2 for hexagonal
    /// holes, whatever the distance; pinhole d_e^2 / (16 z^2) on its axis, times the pinholes.
    double sensitivity(double z) const;
};

/// d_e = sqrt(d (d + 2/mu tan(acceptance/2))) for the pinhole. Throws InputError for an unknown
/// material, and for parallel holes shorter than the photons' way into the material.
Collimator collimator_at(const SpectSettings& spect, const matter::XrayTables& tables,
                         double energy);

/// Window around a line (J).
EnergyWindow spect_window(const SpectSettings& spect, double line);

}  // namespace caravel::imaging
