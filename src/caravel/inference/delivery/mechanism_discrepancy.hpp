// What articles measure where the laws speak of particles: per class of place a regression on the
// laws' forecast and on what the article tells, with levels and processes in log time of article
// and case. An early point moves later forecasts as far as their covariance says.
#pragma once

#include "caravel/inference/delivery/discrepancy_terms.hpp"
#include "caravel/inference/delivery/mixed_model.hpp"

namespace caravel::inference::delivery {

/// Source of the form: M. C. Kennedy and A. O'Hagan, J. R. Stat. Soc. B 63 (2001) 425.
struct Discrepancy {
    DiscrepancyTerms terms;
    MixedModel model;
    double loading = 0.0;         // share of shared_level() that all classes have, within (-1, 1)
    double prior_factor = 1.0;    // on the half-widths, nothing known
    double updated_factor = 1.0;  // on the half-widths, early points known
};

/// Range of the factors on half-widths that a fit can give.
inline constexpr double least_factor = 0.2;
inline constexpr double most_factor = 4.0;

/// The forecast of the laws itself, with spreads that are not fitted.
Discrepancy no_discrepancy();

/// Where a value lies and what the laws say there.
struct DiscrepancyPoint {
    std::size_t klass = 0;  // of noise
    Place place = Place::tumour;
    double decades = 0.0;  // log10 h
    std::vector<double> terms;
};
DiscrepancyPoint discrepancy_point(std::span<const Discrepancy> all, const DeliveryCase& c,
                                   Place place, double time, double raw);

/// Mean of a value of an article not seen before.
double discrepancy_mean(const Discrepancy& own, const DiscrepancyPoint& at);

/// Variance of the level that all values of a case in a class have: those of article and series,
/// but the article's alone where the class has several places, each a series of its own.
double shared_level(std::span<const Discrepancy> all, std::size_t klass);

/// Covariance of two values of one new case without noise: slopes, levels and processes in one
/// class; between classes the product of loadings and deviations of the shared levels; levels and
/// processes times the growth of their deviations in time (deviation_growth()). No set of
/// values has a matrix of these that is not positive semidefinite.
double discrepancy_covariance(std::span<const Discrepancy> all, const DiscrepancyPoint& a,
                              const DiscrepancyPoint& b);

/// Normal distribution of new values (noise included) of one case, given residuals of known ones.
struct JointForecast {
    std::vector<double> mean;
    Matrix covariance;
};
JointForecast joint_forecast(std::span<const Discrepancy> all,
                             std::span<const DiscrepancyPoint> asked,
                             std::span<const DiscrepancyPoint> known,
                             std::span<const double> residuals);

/// Median and 90 % interval of the greatest of the values, its half-widths times `factor`; the same
/// draws for every case. Of one value the exact quantiles. Throws InputError without a value and
/// NumericalError for a covariance that is not positive definite.
Forecast greatest_of(const JointForecast& joint, double factor);

/// Values of one case whose article the laws did not know.
struct HeldOutCase {
    const DeliveryCase* facts = nullptr;
    std::vector<Place> places;
    std::vector<double> times;     // s, ascending in each place
    std::vector<double> raw;       // log10, the laws'
    std::vector<double> measured;  // log10
};

/// One for every class of noise; classes with values of fewer than 3 articles get
/// no_discrepancy(). The factors let 90 % of the values of each article (of tumours the greatest;
/// updated: later ones given the first) lie inside intervals from all other articles.
/// Throws InputError for a word of a case that names no term (DiscrepancyTerms).
std::vector<Discrepancy> fit_discrepancies(std::span<const HeldOutCase> cases);

}  // namespace caravel::inference::delivery
