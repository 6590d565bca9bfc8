// What switches a photosensitiser on besides the lamp: acid, upconversion, X-rays.
#pragma once

namespace caravel::response {

/// Share (0 to 1) of a pH-switchable sensitiser that is active: 1 / (1 + exp((pH - midpoint) /
/// width)); 1 for midpoint 0 (no switch).
double acid_activity(double ph, double midpoint, double width);

/// Light power per volume (W/m3) that particles emit: absorbed = their absorption (1/m) at the
/// exciting line times its fluence rate (W/m2), `yield` the emitted share of that power in the
/// bands that the sensitiser takes.
double emitted_power(double absorption, double fluence_rate, double yield);

/// Yield of upconversion at a fluence rate (W/m2): saturation x / (1 + x) with x = (rate /
/// half)^(order - 1), so that light rises with the power `order` in weak light and with 1 in strong
/// light. H. Liu and others, Nanoscale 5, 4770 (2013) for order 2.
double upconversion_yield(double saturation, double half_fluence_rate, double fluence_rate,
                          double order = 2.0);

/// Light power per volume (W/m3) of a scintillator: dose rate (Gy/s) in it times its mass per
/// volume of tissue (kg/m3) times photons per energy (1/J) times the energy of one (J).
double scintillation_power(double dose_rate, double mass_concentration, double light_yield,
                           double wavelength);

/// Fluence rate (W/m2) of light that is made evenly and everywhere and absorbed where it is made:
/// power per volume (W/m3) over absorption of the tissue with all that is in it (1/m). An upper
/// limit for a region that is small beside the light's reach.
double uniform_fluence_rate(double power, double absorption);

/// Fluence rate (W/m2) that would excite the sensitiser as often as energy handed over to it within
/// the carrier does: `efficiency` of the emitted power (W/m3) over the sensitiser's own absorption
/// (1/m) at the wavelength at which its photochemical rate holds; `emission` and that wavelength
/// (m) turn energy into photons.
double transfer_fluence_rate(double power, double efficiency, double sensitiser_absorption,
                             double emission, double wavelength);

}  // namespace caravel::response
