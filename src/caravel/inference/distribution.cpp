#include "caravel/inference/distribution.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/expects.hpp"
#include "caravel/exec/normal_quantile.hpp"
#include "caravel/inference/special.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace caravel::inference {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Every distribution is an increasing map of one of three standard ones: x = from(location +
// scale z), z uniform on (0, 1), normal or Laplace.
enum class Shape { uniform, normal, laplace };
struct Standard {
    Shape shape;
    double location;
    double scale;
    bool is_logarithmic;
};

Standard standard(const Uniform& d) { return {Shape::uniform, d.low, d.high - d.low, false}; }
Standard standard(const LogUniform& d) {
    return {Shape::uniform, std::log(d.low), std::log(d.high / d.low), true};
}
Standard standard(const Normal& d) { return {Shape::normal, d.mean, d.standard_deviation, false}; }
Standard standard(const LogNormal& d) { return {Shape::normal, std::log(d.median), d.sigma, true}; }
Standard standard(const Laplace& d) { return {Shape::laplace, d.location, d.scale, false}; }
Standard standard_of(const Distribution& distribution) {
    return std::visit([](const auto& d) { return standard(d); }, distribution);
}

double to_z(const Standard& s, double x) {
    if (s.is_logarithmic) x = x > 0.0 ? std::log(x) : -infinity;
    return (x - s.location) / s.scale;
}

double from_z(const Standard& s, double z) {
    const double x = s.location + s.scale * z;
    return s.is_logarithmic ? std::exp(x) : x;
}

double standard_cumulative(Shape shape, double z) {
    if (shape == Shape::uniform) return std::clamp(z, 0.0, 1.0);
    if (shape == Shape::normal) return 0.5 * std::erfc(-z / std::numbers::sqrt2);
    return z < 0.0 ? 0.5 * std::exp(z) : 1.0 - 0.5 * std::exp(-z);
}

double standard_quantile(Shape shape, double p) {
    if (shape == Shape::uniform) return p;
    if (shape == Shape::normal) return exec::normal_quantile(p);
    return p < 0.5 ? std::log(2.0 * p) : -std::log(2.0 * (1.0 - p));
}

double standard_log_density(Shape shape, double z) {
    if (shape == Shape::uniform) return z >= 0.0 && z <= 1.0 ? 0.0 : -infinity;
    if (shape == Shape::normal) return log_normal_density(z);
    return -std::abs(z) - std::numbers::ln2;
}

double standard_slope(Shape shape, double z) {
    if (shape == Shape::uniform || std::isinf(z)) return 0.0;
    if (shape == Shape::normal) return -z;
    return z > 0.0 ? -1.0 : (z < 0.0 ? 1.0 : 0.0);
}

// z of the truncated standard distribution. Symmetric shapes are mirrored when the interval lies
// above the middle, where 1 - p would lose digits.
double truncated_z(Shape shape, double low, double high, double p) {
    const bool is_mirrored = shape != Shape::uniform && low > 0.0;
    const double from = is_mirrored ? -high : low;
    const double to = is_mirrored ? -low : high;
    const double below = standard_cumulative(shape, from);
    const double between = standard_cumulative(shape, to) - below;
    if (!(between > 1e-300)) {
        throw InputError(Diagnostic{{},
                                    "the truncated distribution has probability " +
                                        format_number(between, 3) + " between its ends",
                                    "more than 1e-300",
                                    "move the ends towards the middle of the distribution"});
    }
    const double z = standard_quantile(shape, below + (is_mirrored ? 1.0 - p : p) * between);
    return std::clamp(is_mirrored ? -z : z, low, high);
}

void require_finite_number(double value, const std::string& what) {
    if (std::isfinite(value)) return;
    throw InputError(Diagnostic{{}, what + " is " + format_number(value), "a finite number", ""});
}

void require_range(double low, double high, const std::string& owner) {
    require_finite_number(low, "the lower end of " + owner);
    require_finite_number(high, "the upper end of " + owner);
    if (low < high) return;
    throw InputError(
        Diagnostic{{},
                   owner + " reaches from " + format_number(low) + " to " + format_number(high),
                   "a lower end below the upper end",
                   ""});
}

void require_numbers(const Uniform& d, const std::string& owner) {
    require_range(d.low, d.high, owner);
}
void require_numbers(const LogUniform& d, const std::string& owner) {
    require_positive(d.low, "the lower end of " + owner, "");
    require_range(d.low, d.high, owner);
}
void require_numbers(const Normal& d, const std::string& owner) {
    require_finite_number(d.mean, "the mean of " + owner);
    require_positive(d.standard_deviation, "the standard deviation of " + owner, "");
}
void require_numbers(const LogNormal& d, const std::string& owner) {
    require_positive(d.median, "the median of " + owner, "");
    require_positive(d.sigma, "sigma of " + owner, "");
}
void require_numbers(const Laplace& d, const std::string& owner) {
    require_finite_number(d.location, "the location of " + owner);
    require_positive(d.scale, "the scale of " + owner, "");
}

}  // namespace

void require_valid(const Distribution& distribution, const std::string& owner) {
    std::visit([&](const auto& d) { require_numbers(d, owner); }, distribution);
}

double log_density(const Distribution& distribution, double x) {
    CARAVEL_EXPECTS(!std::isnan(x));
    const Standard s = standard_of(distribution);
    if (s.is_logarithmic && !(x > 0.0)) return -infinity;
    const double log_slope = -std::log(s.scale) - (s.is_logarithmic ? std::log(x) : 0.0);
    return standard_log_density(s.shape, to_z(s, x)) + log_slope;
}

double log_density_slope(const Distribution& distribution, double x) {
    CARAVEL_EXPECTS(!std::isnan(x));
    if (log_density(distribution, x) == -infinity) return 0.0;
    const Standard s = standard_of(distribution);
    const double slope = standard_slope(s.shape, to_z(s, x)) / s.scale;
    return s.is_logarithmic ? (slope - 1.0) / x : slope;
}

double cumulative(const Distribution& distribution, double x) {
    CARAVEL_EXPECTS(!std::isnan(x));
    const Standard s = standard_of(distribution);
    return standard_cumulative(s.shape, to_z(s, x));
}

double quantile(const Distribution& distribution, double p) {
    CARAVEL_EXPECTS(p >= 0.0 && p <= 1.0);
    const Standard s = standard_of(distribution);
    return from_z(s, standard_quantile(s.shape, p));
}

double truncated_quantile(const Distribution& distribution, double low, double high, double p) {
    CARAVEL_EXPECTS(p >= 0.0 && p <= 1.0);
    if (!(low < high)) {
        throw InputError(Diagnostic{
            {},
            "a distribution is cut to " + format_number(low) + " to " + format_number(high),
            "a lower end below the upper end",
            ""});
    }
    const Standard s = standard_of(distribution);
    const double x = from_z(s, truncated_z(s.shape, to_z(s, low), to_z(s, high), p));
    return std::clamp(x, low, high);
}

LogNormal log_normal_from_mean(double mean, double coefficient_of_variation) {
    require_positive(mean, "the mean of a log-normal quantity", "");
    require_positive(coefficient_of_variation, "the coefficient of variation", "");
    const double variance = std::log1p(coefficient_of_variation * coefficient_of_variation);
    return {mean * std::exp(-0.5 * variance), std::sqrt(variance)};
}

}  // namespace caravel::inference
