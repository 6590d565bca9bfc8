#include "caravel/formulation/synthesis/population_balance.hpp"

#include "caravel/formulation/synthesis/gqmom.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::formulation::synthesis {
namespace {

/// Nodes below this share of both number and volume are rounding of the inversion.
constexpr double negligible_share = 1e-15;

constexpr double relative_growth = 0.1;
constexpr double longest_exponent = 0.5;

double volume_of(const Quadrature& measure, std::size_t i) {
    return measure.weights[i] * measure.nodes[i] * measure.nodes[i] * measure.nodes[i];
}

Quadrature without_rounding(Quadrature measure) {
    double number = 0.0;
    double volume = 0.0;
    for (std::size_t i = 0; i < measure.size(); ++i) {
        number += measure.weights[i];
        volume += volume_of(measure, i);
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < measure.size(); ++i) {
        if (!(measure.nodes[i] > 0.0) || !(measure.weights[i] > 0.0)) continue;
        if (measure.weights[i] < negligible_share * number &&
            volume_of(measure, i) < negligible_share * volume)
            continue;
        measure.nodes[kept] = measure.nodes[i];
        measure.weights[kept++] = measure.weights[i];
    }
    measure.nodes.resize(kept);
    measure.weights.resize(kept);
    return measure;
}

/// The rule with its sizes scaled to the volume of `before`: rounding must not make or lose mass,
/// even where nearly all number is in sizes with nearly no volume.
Quadrature with_volume_of(const Quadrature& before, Quadrature after) {
    const double ratio = std::cbrt(moment(before, 3) / moment(after, 3));
    for (double& size : after.nodes) size *= ratio;
    return after;
}

}  // namespace

double grown_size(double size, const SizeRate& rate, double duration, double smallest,
                  double relative_step) {
    double left = duration;
    while (left > 0.0 && size > smallest) {
        const double first = rate(size);
        double h = first == 0.0 ? left : std::min(left, relative_step * size / std::abs(first));
        if (left - h < 1e-12 * duration) h = left;
        const double second = rate(size + 0.5 * h * first);
        const double third = rate(size + 0.5 * h * second);
        const double fourth = rate(size + h * third);
        size += h / 6.0 * (first + 2.0 * second + 2.0 * third + fourth);
        left -= h;
    }
    return size > smallest ? size : 0.0;
}

double grown_radius(double radius, const GrowthLaw& law, double concentration, double duration,
                    double smallest) {
    double left = duration;
    while (left > 0.0 && radius > smallest) {
        const double first = law.rate(radius, concentration);
        if (first >= 0.0 && radius >= law.largest_radius) break;
        double h = left;
        if (std::abs(first) * h > relative_growth * radius)
            h = relative_growth * radius / std::abs(first);
        const double steepness = std::abs(law.slope(radius, concentration));
        if (steepness * h > longest_exponent) h = longest_exponent / steepness;
        const double second = law.rate(radius + 0.5 * h * first, concentration);
        const double third = law.rate(radius + 0.5 * h * second, concentration);
        const double fourth = law.rate(radius + h * third, concentration);
        radius += h / 6.0 * (first + 2.0 * second + 2.0 * third + fourth);
        if (first >= 0.0) radius = std::min(radius, law.largest_radius);
        left -= h;
        if (left < 1e-12 * duration) break;
    }
    return radius > smallest ? radius : 0.0;
}

void grow(Quadrature& measure, const SizeRate& rate, double duration, double smallest) {
    for (double& size : measure.nodes) size = grown_size(size, rate, duration, smallest);
    measure = without_rounding(std::move(measure));
}

Quadrature compressed(const Quadrature& measure, std::size_t count) {
    if (measure.size() <= count) return measure;
    return with_volume_of(measure,
                          without_rounding(gauss_nodes(recurrence_from_measure(measure, count))));
}

Quadrature refilled(const Quadrature& measure, std::size_t kept, std::size_t count) {
    const Recurrence given = recurrence_from_measure(measure, kept);
    return with_volume_of(measure,
                          without_rounding(gauss_nodes(generalised_recurrence(given, count))));
}

}  // namespace caravel::formulation::synthesis
