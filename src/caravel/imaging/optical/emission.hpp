// How much light an agent gives off, and of which colour.
#pragma once

#include "caravel/imaging/agent.hpp"
#include "caravel/imaging/optical/fluorescence_settings.hpp"

#include <functional>
#include <vector>

namespace caravel::imaging {

/// Absorption (1/m per unit of concentration, napierian) at a wavelength (m): a Gaussian band.
double absorption_per_unit(const LuminescentAgent& emitter, double wavelength);

/// Integral over the band of the emitter's spectrum (a Gaussian of area 1) times `weight` of the
/// wavelength (m), by the midpoint rule on 64 pieces of the part within four widths. With weight 1
/// the share of its photons that the filter lets through, good to 1e-3.
double band_response(const LuminescentAgent& emitter, const EmissionBand& band,
                     const std::function<double(double)>& weight);

/// Brightness at a pH, relative to that when fully on: dark + (1 - dark)/(1 + 10^(pH - midpoint))
/// where acid switches it on, with the other sign where base does. 1 without a midpoint.
double ph_brightness(const LuminescentAgent& emitter, double ph);

/// Photons emitted per photon absorbed at a local irradiance (W/m2). Upconversion of order n, with
/// x = (irradiance/saturation)^(n-1): quantum_yield 2 x/(1 + x), so that the yield belongs to the
/// irradiance of saturation, light rises with power n far below it, with (n + 1)/2 at it and with 1
/// far above. H. Liu and others, Nanoscale 5, 4770 (2013) for n = 2. Else quantum_yield.
double local_yield(const LuminescentAgent& emitter, double irradiance);

/// Photons per s and m3 of tissue, per unit of concentration, lit with `irradiance` (fluence rate,
/// W/m2) of a wavelength (m), all colours.
double emitted_photons(const LuminescentAgent& emitter, double excitation, double irradiance,
                       double ph);

/// Two emitters of which the first hands the share `efficiency` of its energy to the second: what
/// is left of the donor, the acceptor's light out of the donor's absorption, and the acceptor lit
/// directly. Absorptions add up to those of the two. Throws InputError for shares out of 0 to 1.
std::vector<LuminescentAgent> transfer_pair(const LuminescentAgent& donor,
                                            const LuminescentAgent& acceptor, double efficiency);

/// A probe of which the share `activated` has been switched on by an enzyme; the rest glows with
/// `dark_share` of its brightness. Throws InputError for shares out of 0 to 1.
LuminescentAgent enzyme_activated(const LuminescentAgent& emitter, double activated);

}  // namespace caravel::imaging
