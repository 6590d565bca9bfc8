#include "caravel/formulation/release.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::formulation {
namespace {

using input::positive;
using input::Presence;
using std::numbers::ln2;
using std::numbers::pi;

/// Laws that end at T keep their hazard within this last fraction of T.
constexpr double last_fraction = 1e-6;
/// Age (s) from which laws with an infinite initial rate count.
constexpr double first_age = 1.0;

struct CrankSums {
    double retained;  // sum exp(-n2 x)/n2
    double rate;      // sum exp(-n2 x)
};

/// Long-time series for x = pi^2 D t/R^2 >= 0.3.
CrankSums crank_series(double x) {
    CrankSums sums{0.0, 0.0};
    for (int n = 1; n <= 40; ++n) {
        const double n2 = static_cast<double>(n) * n;
        const double e = std::exp(-n2 * x);
        sums.retained += e / n2;
        sums.rate += e;
        if (e < 1e-17) break;
    }
    return sums;
}

/// Retained fraction and its derivative with respect to u = D t/R^2. The short-time form (erfc
/// corrections neglected) is exact to 1e-14 below u = 0.03.
std::pair<double, double> crank(double u) {
    if (u < 0.03) {
        const double root = std::sqrt(u / pi);
        return {1.0 - 6.0 * root + 3.0 * u, -3.0 / std::sqrt(pi * u) + 3.0};
    }
    const CrankSums sums = crank_series(pi * pi * u);
    return {6.0 / (pi * pi) * sums.retained, -6.0 * sums.rate};
}

struct Retained {
    double t;
    double operator()(const ZeroOrder& l) const {
        return std::max(0.0, 1.0 - t / l.complete_after);
    }
    double operator()(const FirstOrder& l) const { return std::exp(-ln2 * t / l.half_life); }
    double operator()(const Higuchi& l) const {
        return std::max(0.0, 1.0 - std::sqrt(t / l.complete_after));
    }
    double operator()(const KorsmeyerPeppas& l) const {
        return std::max(0.0, 1.0 - std::pow(t / l.complete_after, l.exponent));
    }
    double operator()(const Weibull& l) const {
        return std::exp(-std::pow(t / l.time_scale, l.exponent));
    }
    double operator()(const HixsonCrowell& l) const {
        const double x = std::max(0.0, 1.0 - t / l.complete_after);
        return x * x * x;
    }
    double operator()(const CrankSphere& l) const {
        return crank(l.diffusion_coefficient * t / (l.radius * l.radius)).first;
    }
    double operator()(const Biphasic& l) const {
        return l.fast_fraction * std::exp(-ln2 * t / l.fast_half_life) +
               (1.0 - l.fast_fraction) * std::exp(-ln2 * t / l.slow_half_life);
    }
    double operator()(const Burst& l) const { return 1.0 - l.fraction; }
};

/// Age within a law that ends at T, kept away from the end.
double inside(double t, double end) { return std::min(t, end * (1.0 - last_fraction)); }

struct Hazard {
    double t;
    double operator()(const ZeroOrder& l) const {
        return 1.0 / (l.complete_after - inside(t, l.complete_after));
    }
    double operator()(const FirstOrder& l) const { return ln2 / l.half_life; }
    double operator()(const Higuchi& l) const { return power_law_hazard(l.complete_after, 0.5); }
    double operator()(const KorsmeyerPeppas& l) const {
        return power_law_hazard(l.complete_after, l.exponent);
    }
    double operator()(const Weibull& l) const {
        return l.exponent / l.time_scale * std::pow(t / l.time_scale, l.exponent - 1.0);
    }
    double operator()(const HixsonCrowell& l) const {
        return 3.0 / (l.complete_after - inside(t, l.complete_after));
    }
    double operator()(const CrankSphere& l) const {
        const double scale = l.diffusion_coefficient / (l.radius * l.radius);
        // Far out the ratio tends to pi^2; both sums underflow together, so stop there.
        const double u = std::min(scale * t, 60.0);
        const auto [retained, slope] = crank(u);
        return -slope / retained * scale;
    }
    double operator()(const Biphasic& l) const {
        const double k1 = ln2 / l.fast_half_life;
        const double k2 = ln2 / l.slow_half_life;
        // Weights relative to the slow part, which never underflows before it matters.
        const double fast = l.fast_fraction * std::exp(-(k1 - k2) * t);
        const double slow = 1.0 - l.fast_fraction;
        return slow > 0.0 ? (k1 * fast + k2 * slow) / (fast + slow) : k1;
    }
    double operator()(const Burst&) const { return 0.0; }

  private:
    double power_law_hazard(double end, double n) const {
        const double x = inside(t, end) / end;
        return n * std::pow(x, n - 1.0) / (end * (1.0 - std::pow(x, n)));
    }
};

bool rate_is_infinite_at_start(const ReleaseLaw& law) {
    if (std::holds_alternative<Higuchi>(law) || std::holds_alternative<CrankSphere>(law))
        return true;
    if (const auto* l = std::get_if<KorsmeyerPeppas>(&law)) return l->exponent < 1.0;
    if (const auto* l = std::get_if<Weibull>(&law)) return l->exponent < 1.0;
    return false;
}

}  // namespace

void describe(input::Visitor& v, ZeroOrder& l) {
    v.number({"complete_after", "time until everything is out", Presence::required},
             l.complete_after, positive("h"));
}
void describe(input::Visitor& v, FirstOrder& l) {
    v.number({"half_life", "half-life of the payload inside", Presence::required}, l.half_life,
             positive("h"));
}
void describe(input::Visitor& v, Higuchi& l) {
    v.number({"complete_after", "time until everything is out", Presence::required},
             l.complete_after, positive("h"));
}
void describe(input::Visitor& v, KorsmeyerPeppas& l) {
    v.number({"complete_after", "time until everything is out", Presence::required},
             l.complete_after, positive("h"));
    v.number({"exponent", "0.43 sphere, 0.45 cylinder, 0.5 slab (Fickian)"}, l.exponent,
             {"1", 0.0, 4.0, true});
}
void describe(input::Visitor& v, Weibull& l) {
    v.number({"time_scale", "time at which 63 % are out", Presence::required}, l.time_scale,
             positive("h"));
    v.number({"exponent", "shape"}, l.exponent, {"1", 0.0, 10.0, true});
}
void describe(input::Visitor& v, HixsonCrowell& l) {
    v.number({"complete_after", "time until everything is dissolved", Presence::required},
             l.complete_after, positive("h"));
}
void describe(input::Visitor& v, CrankSphere& l) {
    v.number({"diffusion_coefficient", "of the payload in the sphere", Presence::required},
             l.diffusion_coefficient, positive("cm2/s"));
    v.number({"radius", "of the sphere", Presence::required}, l.radius, positive("nm"));
}
void describe(input::Visitor& v, Biphasic& l) {
    v.number({"fast_fraction", "part that leaves fast", Presence::required}, l.fast_fraction,
             input::fraction());
    v.number({"fast_half_life", "of the fast part", Presence::required}, l.fast_half_life,
             positive("h"));
    v.number({"slow_half_life", "of the slow part", Presence::required}, l.slow_half_life,
             positive("h"));
    if (l.slow_half_life < l.fast_half_life)
        v.complain("slow_half_life", "the slow part is faster than the fast one",
                   "slow_half_life >= fast_half_life");
}
void describe(input::Visitor& v, Burst& l) {
    v.number({"fraction", "outside the carrier at once", Presence::required}, l.fraction,
             input::fraction());
}
void describe(input::Visitor& v, Release& release) {
    v.alternatives({"law", "release law", Presence::required}, release.law);
    v.record({"trigger", "local condition that multiplies the rate"}, release.trigger);
}

double retained_fraction(const ReleaseLaw& law, double age) {
    return std::visit(Retained{age}, law);
}

double hazard(const ReleaseLaw& law, double age) { return std::visit(Hazard{age}, law); }

bool is_memoryless(const ReleaseLaw& law) {
    if (const auto* l = std::get_if<Weibull>(&law)) return l->exponent == 1.0;
    return std::holds_alternative<FirstOrder>(law) || std::holds_alternative<Burst>(law);
}

double initial_fraction(const ReleaseLaw& law) {
    if (const auto* l = std::get_if<Burst>(&law)) return l->fraction;
    return rate_is_infinite_at_start(law) ? 1.0 - retained_fraction(law, first_age) : 0.0;
}

double initial_age(const ReleaseLaw& law) {
    return rate_is_infinite_at_start(law) ? first_age : 0.0;
}

}  // namespace caravel::formulation
