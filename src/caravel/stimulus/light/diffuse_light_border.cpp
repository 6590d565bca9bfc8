#include "caravel/base/error.hpp"
#include "caravel/base/quadrature.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/stimulus/light/diffuse_light.hpp"

#include <fmt/format.h>

#include <cmath>

namespace caravel::stimulus {
namespace {

/// Fresnel's reflectance of light of no polarisation between cosines on both sides; `n`: index on
/// the first side over that on the second.
double reflectance(double first, double second, double n) {
    const double across = (n * first - second) / (n * first + second);
    const double along = (first - n * second) / (first + n * second);
    return 0.5 * (across * across + along * along);
}

struct Moments {
    double fluence = 0.0;  // integral of 2 c R(c) dc over cosines c from 0 to 1
    double current = 0.0;  // of 3 c^2 R(c) dc
};

/// From the denser side: the integral over what gets out runs over the cosine outside, in which it
/// is smooth up to the critical angle; what is reflected totally is known.
Moments from_denser(double n) {
    const double critical = std::sqrt(1.0 - 1.0 / (n * n));
    Moments m{critical * critical, critical * critical * critical};
    const QuadratureRule rule = gauss_legendre(96, 0.0, 1.0);
    for (std::size_t i = 0; i < rule.size(); ++i) {
        const double outside = rule.node[i];
        const double inside = std::sqrt(1.0 - (1.0 - outside * outside) / (n * n));
        const double part =
            rule.weight[i] * reflectance(inside, outside, n) * outside / (n * n);  // times c dc
        m.fluence += 2.0 * part;
        m.current += 3.0 * inside * part;
    }
    return m;
}

Moments from_thinner(double n) {
    Moments m;
    const QuadratureRule rule = gauss_legendre(96, 0.0, 1.0);
    for (std::size_t i = 0; i < rule.size(); ++i) {
        const double inside = rule.node[i];
        const double outside = std::sqrt(1.0 - n * n * (1.0 - inside * inside));
        const double part = rule.weight[i] * reflectance(inside, outside, n) * inside;
        m.fluence += 2.0 * part;
        m.current += 3.0 * inside * part;
    }
    return m;
}

}  // namespace

double effective_reflection(double relative_index) {
    if (!(relative_index > 0.0 && std::isfinite(relative_index)))
        throw InputError(Diagnostic{{},
                                    fmt::format("the relative refractive index of a border is {}",
                                                format_number(relative_index, 6)),
                                    "more than 0",
                                    "index inside over index outside, 1.37 from tissue to air"});
    if (relative_index == 1.0) return 0.0;
    const Moments m =
        relative_index > 1.0 ? from_denser(relative_index) : from_thinner(relative_index);
    return (m.fluence + m.current) / (2.0 - m.fluence + m.current);
}

}  // namespace caravel::stimulus
