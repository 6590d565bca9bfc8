// K fluorescence of an element, and the Compton background under it.
#pragma once

#include "caravel/imaging/xray/photon_tables.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace caravel::imaging {

/// The K lines that are counted, K-alpha 1 and 2.
struct KAlpha {
    double edge = 0.0;     // J
    double alpha_1 = 0.0;  // J
    double alpha_2 = 0.0;  // J
    double share_1 = 0.0;  // of the K photons
    double share_2 = 0.0;
    double mean_energy() const {
        return (share_1 * alpha_1 + share_2 * alpha_2) / (share_1 + share_2);
    }
};

/// Throws InputError for an element without tabulated K lines ("did you mean").
KAlpha k_alpha(const PhotonTables& photons, std::string_view element);

/// K photons of an element per photon of the beam and areal mass (m2/kg): photoelectric
/// cross-section times (1 - 1/jump) times the fluorescence yield; 0 below the edge. Within 1 % of
/// the same with xraylib 4.
double k_production(const PhotonTables& photons, std::string_view element, double energy);

/// Share of a normal line at `energy` (J), of standard deviation `sigma`, between two energies.
double line_share(double energy, double sigma, double low, double high);

/// Energy windows around the K-alpha lines, one full width at half maximum to both sides; one where
/// they overlap.
std::vector<std::pair<double, double>> line_windows(const KAlpha& lines, double resolution);

}  // namespace caravel::imaging
