// What leaves an X-ray tube.
#pragma once

#include "caravel/imaging/xray/photon_tables.hpp"
#include "caravel/matter/table.hpp"

#include <string_view>
#include <vector>

namespace caravel::imaging {

/// Bins of a photon spectrum.
struct PhotonSpectrum {
    std::vector<double> energy{};   // J
    std::vector<double> photons{};  // per bin
};

/// Photons per m2 and A s at 1 m of a tungsten tube (7 degrees), bins of 1 keV, filtered by the
/// tube's window. At 80, 100, 120 and 140 kV the spectra that XCIST ships (data/xray); between and
/// below them every energy's continuum follows a parabola in the voltage that starts at
/// V = E/e, and the K lines (V/69.5 kV - 1)^1.63 (Green and Cosslett 1961). Throws InputError
/// outside of 40 to 140 kV.
PhotonSpectrum tube_spectrum(const matter::Library& library, double tube_voltage);

/// What a sheet of an element (thickness in m) lets through; throws InputError for an unknown one.
void filter_spectrum(const PhotonTables& photons, matter::Library& library,
                     std::string_view material, double thickness, PhotonSpectrum& spectrum);

/// Sum of the photons, and their mean energy (J; 0 of none).
double photon_count(const PhotonSpectrum& spectrum);
double mean_energy(const PhotonSpectrum& spectrum);

}  // namespace caravel::imaging
