// The numbers and curves of the light section, from a model of the particle.
#pragma once

#include "caravel/formulation/cards/light_model.hpp"

#include <optional>
#include <vector>

namespace caravel::formulation {

/// A spectrum at the wavelengths that the materials cover.
struct LightSpectrum {
    std::vector<double> wavelengths;  // m
    std::vector<optics::CrossSections> values;
};

/// Wavelengths that were asked for and are covered, thinned to what the model can afford. Throws
/// InputError, naming table and range, when none is covered; a part that is not is named in
/// `notes`.
std::vector<double> covered_wavelengths(const LightModel& model, const std::vector<double>& asked,
                                        std::vector<std::string>& notes);

/// Position (m) of the highest maximum of the extinction that stands out by at least 2 % of its
/// height from the lower ground on both sides, refined; none when there is no such maximum.
std::optional<double> extinction_peak(const LightModel& model, const LightSpectrum& spectrum);

/// Middle (m) between the two flanks at 90 % of the maximum within 75 nm of the peak (m), with the
/// index of the medium raised by `shift`; none when a flank is not within 150 nm. Unlike the
/// maximum itself it does not stick to the points of a table that is interpolated linearly.
std::optional<double> band_centre(const LightModel& model, double peak, double shift);

/// Adds cross-sections and what follows at one wavelength; names end in _808 for 808 nm.
void add_at_wavelength(const LightModel& model, double wavelength, const CardContext& context,
                       CardSection& section);

/// Adds peak, cross-sections there, sensitivity and surface field.
void add_peak(const LightModel& model, const LightSpectrum& spectrum, const CardContext& context,
              CardSection& section);

/// Adds the spectra as curves.
void add_curves(const LightModel& model, const LightSpectrum& spectrum, CardSection& section);

}  // namespace caravel::formulation
