// Vessels that follow hypoxia, and what blocking VEGF does to them: functions of plain numbers.
#pragma once

namespace caravel::tissue {

/// Owen 2011 (M. R. Owen et al., Cancer Res 71 (2011) 2826) where not marked assumed.
struct AngiogenesisParameters {
    double hypoxic_pressure = 1186.6;                // Pa (8.9 mmHg: cells become quiescent)
    double hypoxic_exponent = 2.0;                   // of the fall with pO2, assumed
    double anoxic_vegf = 1e-6;                       // mol/m3 in tissue without oxygen, assumed
    double half_vegf = 0.5e-6;                       // mol/m3 of half-maximal sprouting
    double sprouting_rate = 2.5e-4 / 60.0;           // 1/s with VEGF in plenty
    double regression_rate = 1.0 / (4000.0 * 60.0);  // 1/s (survival of vessels with low shear)
    double most_gain = 3.0;  // target density with VEGF in plenty against the base, assumed
};

/// VEGF (mol/m3) where cells have oxygen at this pressure (Pa): anoxic/(1 + (p/hypoxic)^n). Local
/// production against decay; diffusion is left out (with the set's D = 1e-5 cm2/min and decay of
/// 0.01/min VEGF spreads (D/decay)^1/2 = 316 um, so that maps finer than this are too sharp).
double local_vegf(double oxygen_pressure, const AngiogenesisParameters& parameters = {});

/// Rate of new vessels (1/s, per vessel): sprouting c/(half + c).
double sprouting_rate(double vegf, const AngiogenesisParameters& parameters = {});

/// Density that vessels tend to (unit of `base`): base (1 + (gain - 1) c/(half + c)).
double target_density(double vegf, double base, const AngiogenesisParameters& parameters = {});

/// Density after `time` (s) at constant VEGF: exponential approach to the target, upwards with the
/// sprouting rate, downwards with the regression rate. Exact for any time; never overshoots.
double density_after(double density, double base, double vegf, double time,
                     const AngiogenesisParameters& parameters = {});

/// What full blockade of VEGF does; all assumed, chosen within what mouse tumours showed (R. K.
/// Jain, Science 307 (2005) 58: fewer, less leaky vessels that carry more blood each).
struct NormalisationParameters {
    double density_loss = 0.3;       // of the wall per tissue volume
    double permeability_loss = 0.5;  // of hydraulic and diffusive permeability
    double flow_gain = 0.6;          // of blood per vessel
};

/// Factors on a vascular map and on its walls.
struct VesselFactors {
    double density = 1.0;  // surface density and blood fraction
    double permeability = 1.0;
    double flow_per_vessel = 1.0;

    double perfusion() const { return density * flow_per_vessel; }
};

/// Factors for an effect between 0 (no drug) and 1 (full blockade), linear in it; beyond that range
/// the nearest end. Holds for the window of normalisation (days); longer blockade prunes vessels
/// until perfusion falls, which is not in here.
VesselFactors normalised_vessels(double effect, const NormalisationParameters& parameters = {});

}  // namespace caravel::tissue
