#include "caravel/formulation/luminescence/sizing_curve.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/base/roots.hpp"

#include <cmath>

namespace caravel::formulation::luminescence {
namespace {

constexpr double nanometre = 1e-9;              // m
constexpr double longest = 1200.0 * nanometre;  // beyond every curve
constexpr double shortest = 200.0 * nanometre;
constexpr double step = 0.5 * nanometre;

double slope(const SizingCurve& curve, double wavelength) {
    double sum = 0.0;
    for (std::size_t k = curve.coefficients.size(); k-- > 1;)
        sum = sum * wavelength + static_cast<double>(k) * curve.coefficients[k];
    return sum;
}

struct Branch {
    double from, to;  // m
};

// The stretch on which the size rises from the smallest to the largest sample; polynomials turn
// round outside of their data, so the largest such stretch of the whole range is not it.
Branch rising_branch(const SizingCurve& curve) {
    for (double start = longest; start > shortest; start -= step) {
        const bool ends_here = sizing_polynomial(curve, start) >= curve.largest &&
                               sizing_polynomial(curve, start - step) < curve.largest &&
                               slope(curve, start) > 0.0;
        if (!ends_here) continue;
        double from = start;
        while (from - step > shortest && slope(curve, from - step) > 0.0 &&
               sizing_polynomial(curve, from) > curve.smallest)
            from -= step;
        return {from, start};
    }
    throw InputError(Diagnostic{{},
                                "the sizing curve does not reach its largest size",
                                "a curve that rises up to " + format_number(curve.largest) + " m",
                                ""});
}

void require_size(const SizingCurve& curve, double diameter) {
    require_between(diameter / nanometre, curve.smallest / nanometre * (1.0 - 1e-9),
                    curve.largest / nanometre * (1.0 + 1e-9), "the dot's diameter", "nm",
                    "the sizing curve was fitted on these sizes");
}

}  // namespace

double sizing_polynomial(const SizingCurve& curve, double wavelength) {
    double sum = 0.0;
    for (std::size_t k = curve.coefficients.size(); k-- > 0;)
        sum = sum * wavelength + curve.coefficients[k];
    return sum;
}

double dot_diameter(const SizingCurve& curve, double wavelength) {
    const Branch branch = rising_branch(curve);
    require_between(wavelength / nanometre, branch.from / nanometre, branch.to / nanometre,
                    "the first absorption peak", "nm",
                    "outside, the polynomial no longer rises with the size of the samples");
    const double diameter = sizing_polynomial(curve, wavelength);
    require_size(curve, diameter);
    return diameter;
}

double first_absorption(const SizingCurve& curve, double diameter) {
    require_size(curve, diameter);
    const Branch branch = rising_branch(curve);
    const auto difference = [&](double x) { return sizing_polynomial(curve, x) - diameter; };
    if (difference(branch.from) > 0.0)
        throw InputError(Diagnostic{
            {},
            "no rising branch of the sizing curve has " + format_number(diameter / nanometre, 4) +
                " nm",
            "at least " + format_number(sizing_polynomial(curve, branch.from) / nanometre, 4) +
                " nm",
            ""});
    return find_root(difference, branch.from, branch.to, {0.0, 200, "the absorption peak"});
}

double dot_absorption(double prefactor, double exponent, double diameter) {
    require_positive(diameter, "the dot's diameter", "m");
    return prefactor * std::pow(diameter / nanometre, exponent);
}

double dot_gap(const GapCurve& curve, double diameter) {
    require_positive(diameter, "the dot's diameter", "m");
    return curve.bulk +
           1.0 / (diameter * (curve.square * diameter + curve.linear) + curve.constant);
}

double dot_diameter(const GapCurve& curve, double gap) {
    require_positive(gap - curve.bulk, "the gap above the bulk's", "J");
    // a D^2 + b D = 1/(E - E0) - c
    const double inverse = 1.0 / (gap - curve.bulk) - curve.constant;
    require_positive(inverse, "what the gap leaves for a size", "1/J");
    const double root =
        std::sqrt(curve.linear * curve.linear + 4.0 * curve.square * inverse) + curve.linear;
    return 2.0 * inverse / root;
}

double photon_wavelength(double energy) {
    require_positive(energy, "the photon energy", "J");
    return planck * speed_of_light / energy;
}

double photon_energy(double wavelength) {
    require_positive(wavelength, "the wavelength", "m");
    return planck * speed_of_light / wavelength;
}

}  // namespace caravel::formulation::luminescence
