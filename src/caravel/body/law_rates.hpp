// From the property laws to the rate constants of one particle in one body.
#pragma once

#include "caravel/body/law_parameters.hpp"
#include "caravel/body/physiology.hpp"

#include <array>

namespace caravel::body {

/// A particle as the laws see it; every number known or imputed by the caller.
struct ParticleInBody {
    double diameter = 100e-9;  // m, hydrodynamic
    double zeta = 0.0;         // V, in water
    double stealth = 0.5;      // 0 bare, 1 PEG brush, 0.5 not known
    double ligand = 0.0;       // 1: carries ligands for the tumour
    double number = 0.0;       // particles per kg of body
    std::string material = "other_organic";
    std::string shape = "sphere";
};

/// A tumour as the laws see it.
struct TumourInBody {
    double mass = 3e-4;       // kg
    double xenograft = 0.5;   // 1 yes, 0 no, 0.5 not known
    double orthotopic = 0.5;  // 1 yes, 0 no, 0.5 not known
    std::string cancer = "other";
};

/// Organs with a content of their own, in the order of their clearances in the law table.
inline constexpr std::size_t law_organ_count = 12;
const std::array<std::string, law_organ_count>& law_organs();

/// The body as the laws see it.
struct LawBody {
    double body_weight = 0.02;                           // kg
    double plasma_volume = 0.0;                          // m3
    double glomerular_filtration = 0.0;                  // m3/s
    std::array<double, law_organ_count> organ_mass{};    // kg
    std::array<double, law_organ_count> blood_volume{};  // m3 in the organ's vessels
    double blood_total = 0.0;                            // m3
    /// Clearances per organ mass and tissue rates relative to the mouse of 20 g.
    double rate_scale = 1.0;
};

/// A mouse of this weight (kg): organ masses and blood fractions of Brown et al., Toxicol. Ind.
/// Health 13 (1997) 407, blood 77 mL/kg, haematocrit 0.45, GFR 0.28 mL/min at 20 g.
LawBody law_mouse(double body_weight);

/// Any individual. Clearances per organ mass, and the rates of tissue exchange and loss, scale with
/// (body weight / 20 g)^-1/4 at equal phagocyte density; volumes, GFR and organ masses are its own;
/// tumour permeability, drainage and binding are unchanged.
LawBody law_body(const Physiology& physiology);

/// Rate constants (1/s) of the reduced body; `in` are of plasma content captured by an organ.
struct RateConstants {
    std::array<double, law_organ_count> in{};
    std::array<double, law_organ_count> exchange{};  // into the interstitium, and back
    double exchange_return = 0.0;                    // from the interstitium to plasma
    double captured_loss = 0.0;                      // of captured particles or their label
    double leak = 0.0;                               // of payload from particles in plasma
    double bile = 0.0;                               // of captured particles of the liver
    double urine = 0.0;
    double tumour_in = 0.0;
    double tumour_out = 0.0;
    double tumour_binding = 0.0;
    double tumour_loss = 0.0;
    double tumour_blood = 0.0;    // part of plasma content in the tumour
    double residual_blood = 0.0;  // part of an organ's vascular blood that is measured with it
    double heterogeneity = 0.0;   // standard deviation of ln phagocytosis among particles
    double label_blood = 0.0;     // label set free in blood, per captured content
    double label_lost = 0.0;      // label or dose that is found nowhere, per what is found
};

/// The particles of one batch differ: factors on capture and their shares, of a log-normal spread
/// with median 1 and standard deviation `heterogeneity` of the logarithm, by Gauss and Hermite's
/// rule of 5 nodes.
struct BatchPart {
    double share = 0.0;
    double factor = 1.0;
};
std::array<BatchPart, 5> batch_parts(double heterogeneity);

/// The one factor on capture with which equal particles have the exposure of the batch: the area
/// under the plasma content for the time T when nothing but capture (rate k at factor 1) clears
/// it; c solves (1 - exp(-c k T)) / c = sum over the parts of share (1 - exp(-f k T)) / f.
/// `captures` is k T, above 0. 1 for a batch of equal particles.
double equal_exposure_factor(double heterogeneity, double captures);

/// Clearance (m3/s per kg of organ) from plasma for the 20 g mouse, without the rate scale of the
/// body; `values` in the order of law_parameters(). The rest (fat, lymph nodes and what has no
/// number of its own) takes what muscle does (assumed).
std::array<double, law_organ_count> organ_clearances(const ParticleInBody& particle,
                                                     std::span<const double> values);

/// Clearance (m3/s per kg of organ) through the pores of continuous endothelium into the
/// interstitium, the same in all organs but the brain and those that capture most: the convective
/// hindrance of pores of 50 nm, nothing above. Large pores of 22 to 28 nm radius: B. Rippe,
/// B. Haraldsson, Physiol. Rev. 74 (1994) 163.
double pore_exchange(const ParticleInBody& particle, std::span<const double> values);

/// Shares of the organs in the exchange of a body, by mass; sum 1.
std::array<double, law_organ_count> exchange_shares(const LawBody& body);

/// Permeability (m/s) of tumour vessels: two-pore law times the fitted factors.
double law_tumour_permeability(const ParticleInBody& particle, const TumourInBody& tumour,
                               std::span<const double> values);

/// Part of the filtrate's particles that leaves with urine or is kept by the kidney.
double law_glomerular_passage(const ParticleInBody& particle, std::span<const double> values);

/// Vessel surface per volume (1/m) of a tumour, 200 1/cm. Source: L. T. Baxter, R. K. Jain,
/// Microvasc. Res. 37 (1989) 77.
inline constexpr double tumour_vessel_surface = 2e4;

/// All rates. Throws InputError for a diameter or masses that are not above 0.
RateConstants rates(const ParticleInBody& particle, const TumourInBody& tumour, const LawBody& body,
                    std::span<const double> values);

}  // namespace caravel::body
