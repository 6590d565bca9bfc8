#include "caravel/tissue/vessels/rheology.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::tissue {
namespace {

constexpr double standard_haematocrit = 0.45;
constexpr double narrowest = 2.7e-6;          // m
constexpr double highest_haematocrit = 0.95;  // beyond it cells do not flow

/// How much of the viscosity at haematocrit 0.45 is there at another one: 1 at 0.45.
double haematocrit_factor(double micrometres, double haematocrit) {
    const double wide = 1.0 / (1.0 + 1e-11 * std::pow(micrometres, 12.0));
    const double c = (0.8 + std::exp(-0.075 * micrometres)) * (wide - 1.0) + wide;
    const double here = std::log1p(-haematocrit);
    const double standard = std::log1p(-standard_haematocrit);
    if (std::abs(c) < 1e-12) return here / standard;
    return std::expm1(c * here) / std::expm1(c * standard);
}

}  // namespace

double relative_viscosity(BloodViscosity law, double diameter, double haematocrit) {
    if (law == BloodViscosity::constant) return 1.0;
    if (!(diameter >= narrowest) || !std::isfinite(diameter))
        throw InputError(Diagnostic{
            {},
            "a vessel of " + format_number(diameter * 1e6, 4) + " um diameter with red cells",
            "2.7 um or wider",
            "a human red cell does not pass; leave the vessel out"});
    if (!(haematocrit >= 0.0 && haematocrit <= highest_haematocrit))
        throw InputError(
            Diagnostic{{}, "haematocrit " + format_number(haematocrit, 4), "0 to 0.95", ""});
    const double d = diameter * 1e6;
    const double bulk = 3.2 - 2.44 * std::exp(-0.06 * std::pow(d, 0.645));
    const double factor = haematocrit_factor(d, haematocrit);
    if (law == BloodViscosity::in_vitro)
        return 1.0 + (220.0 * std::exp(-1.3 * d) + bulk - 1.0) * factor;
    const double layer = d / (d - 1.1);
    return (1.0 + (6.0 * std::exp(-0.085 * d) + bulk - 1.0) * factor * layer * layer) * layer *
           layer;
}

double tube_haematocrit(double diameter, double discharge) {
    const double d = diameter * 1e6;
    const double dilute = 1.0 + 1.7 * std::exp(-0.415 * d) - 0.6 * std::exp(-0.011 * d);
    return discharge * (discharge + (1.0 - discharge) * std::min(1.0, dilute));
}

double cell_share(double flow_share, const Branching& branching) {
    const double plasma = (1.0 - branching.haematocrit) / (branching.feeding * 1e6);
    const double least = std::min(0.964 * plasma, 0.499);  // below it only plasma enters
    if (flow_share <= least) return 0.0;
    if (flow_share >= 1.0 - least) return 1.0;
    const double ratio = branching.diameter / branching.other;
    const double a = -13.29 * plasma * (ratio * ratio - 1.0) / (ratio * ratio + 1.0);
    const double b = 1.0 + 6.98 * plasma;
    const double logit = std::log((flow_share - least) / (1.0 - least - flow_share));
    return 1.0 / (1.0 + std::exp(-(a + b * logit)));
}

}  // namespace caravel::tissue
