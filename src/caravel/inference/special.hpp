// Distribution functions of the normal, chi-squared and Student laws, accurate in the tails.
#pragma once

namespace caravel::inference {

/// log of the standard normal density at z.
double log_normal_density(double z);

/// log Phi(z), without underflow: by erfc above -5, by a continued fraction of Mills' ratio below.
double log_normal_cdf(double z);

/// d log Phi / dz = phi(z) / Phi(z); tends to -z for z to -infinity.
double normal_hazard(double z);

/// Regularised incomplete gamma function P(a, x) for a > 0, x >= 0, to about 1e-14 (series or
/// continued fraction). Throws std::logic_error outside.
double gamma_p(double a, double x);

/// Value that a chi-squared variable of `freedom` > 0 degrees stays below with 0 <= p < 1. Throws
/// InputError outside.
double chi_squared_quantile(double p, double freedom);

/// log I_x(a, b) of the regularised incomplete beta function for a, b > 0 and 0 < x < 1, by
/// Lentz's continued fraction. Throws std::logic_error outside.
double log_incomplete_beta(double a, double b, double x);

/// log density, log distribution function and d/dt of both for Student's law of `freedom` > 0.
double log_student_density(double t, double freedom);
double log_student_cdf(double t, double freedom);
double student_density_slope(double t, double freedom);  // d log density / dt
double student_hazard(double t, double freedom);         // density / distribution function

}  // namespace caravel::inference
