// The property laws as a hierarchical regression: what an article tells becomes a particle in a
// body, shared parameters and effects become rates, rates become fractions of the dose.
#pragma once

#include "caravel/inference/delivery/delivery_case.hpp"
#include "caravel/inference/delivery/hierarchical.hpp"
#include "caravel/inference/delivery/predictor.hpp"
#include "caravel/inference/delivery/reduced_body.hpp"

namespace caravel::inference::delivery {

/// A case as the laws see it; what is not told is imputed (docs/models/property_laws.md).
struct CaseFacts {
    body::ParticleInBody particle;
    body::TumourInBody tumour;
    body::LawBody body;
    std::vector<std::size_t> active;  // parameters that this case depends on
};

CaseFacts facts_of(const DeliveryCase& delivery_case);

/// Effects of study and case on natural logarithms of rates.
namespace effect {
enum : std::size_t {
    phagocytosis,  // of all organs together
    spleen,
    kidney,
    lung,
    exchange,             // capture by all other organs
    tumour_permeability,  // into the tumour
    persistence,          // loss of captured particles or their label
    label,                // label or dose that is found nowhere
    // what kinetics leaves, on the logarithm of the fraction in tumour and blood: smooth in log
    // time
    tumour_early,
    tumour_middle,
    tumour_late,
    blood_trend,
    count
};
}  // namespace effect
const std::vector<std::string>& effect_names();

/// Classes of residual.
inline constexpr std::size_t noise_class_count = 8;
std::size_t noise_class(Place place);
const std::vector<std::string>& noise_class_names();

/// Natural logarithms of the rates: in (12), exchange (sum), exchange return, captured loss, bile,
/// urine, tumour in, out, binding, loss, blood, residual blood, heterogeneity, label in
/// blood, label lost.
inline constexpr std::size_t log_rate_count = body::law_organ_count + 14;
using LogRates = std::array<double, log_rate_count>;

LogRates log_rates(const CaseFacts& facts, std::span<const double> theta,
                   std::span<const double> effects);

/// Kinetics of a case with these rates and a leak of payload (1/s).
ReducedBody kinetics_of(const CaseFacts& facts, const LogRates& logs, double leak = 0.0);

/// Kinetics of a case with these parameters and effects.
ReducedBody kinetics_of(const CaseFacts& facts, std::span<const double> theta,
                        std::span<const double> effects);

/// log10 of the fraction, not below 1e-9.
double log_fraction(const ReducedBody& kinetics, Place place, double time);
/// The same with the effects that act beside the rates.
double log_fraction(const ReducedBody& kinetics, Place place, double time,
                    std::span<const double> effects);

/// The laws' parameters as shared parameters with families.
std::vector<SharedParameter> shared_parameters();
std::vector<std::string> family_names();

/// log10 fractions of a question's or point's places and times with derivatives by differences.
void predict_points(const CaseFacts& facts, std::span<const Place> places,
                    std::span<const double> times, std::span<const double> theta,
                    std::span<const double> effects, std::span<double> prediction, Matrix* by_theta,
                    Matrix* by_effects);

/// The regression over training cases, articles being studies. Points with fractions that are not
/// above 0 and no censoring are left out. Throws InputError when nothing is left.
HierarchicalProblem mechanism_problem(std::span<const DeliveryCase> training);

}  // namespace caravel::inference::delivery
