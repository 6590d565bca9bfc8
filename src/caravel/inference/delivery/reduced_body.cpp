#include "caravel/inference/delivery/reduced_body.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::inference::delivery {

namespace {

/// (1 - exp(-x)) / x.
double mean_decay(double x) { return std::abs(x) < 1e-8 ? 1.0 - 0.5 * x : -std::expm1(-x) / x; }

/// Response of a pool with loss b to an input exp(-a t): (exp(-a t) - exp(-b t)) / (b - a).
double response(double a, double b, double t) {
    const double low = std::min(a, b);
    return t * std::exp(-low * t) * mean_decay(std::abs(b - a) * t);
}

/// The organ's place in the rates, or the end for none.
std::size_t organ_of(Place place) {
    switch (place) {
    case Place::liver: return 0;
    case Place::spleen: return 1;
    case Place::kidney: return 2;
    case Place::lung: return 3;
    case Place::heart: return 4;
    case Place::muscle: return 5;
    case Place::bone: return 6;
    case Place::skin: return 7;
    case Place::brain: return 8;
    case Place::intestine: return 9;
    case Place::stomach: return 10;
    default: return body::law_organ_count;
    }
}

}  // namespace

ReducedBody::ReducedBody(const body::RateConstants& rates,
                         const std::array<double, body::law_organ_count>& vessels)
    : rates_(rates), vessels_(vessels) {
    for (const double rate : rates.in) capture_ += rate;
    for (const double rate : rates.exchange) exchange_ += rate;
    const double back = rates.exchange_return;
    const std::array<body::BatchPart, 5> parts = body::batch_parts(rates.heterogeneity);
    for (std::size_t n = 0; n < kinds_.size(); ++n) {
        Kind& kind = kinds_[n];
        kind.weight = parts[n].share;
        kind.capture = parts[n].factor;
        const double leave = kind.capture * capture_ + rates.urine + rates.tumour_in + rates.leak;
        const double half = 0.5 * (leave + exchange_ + back);
        const double root = std::sqrt(std::max(0.0, half * half - leave * back));
        kind.decay = {half + root, leave * back / (half + root)};
        const double gap = std::max(kind.decay[0] - kind.decay[1], 1e-300);
        kind.portion = {(kind.decay[0] - back) / gap, (back - kind.decay[1]) / gap};
    }
}

double ReducedBody::plasma(double time) const {
    double sum = 0.0;
    for (const Kind& kind : kinds_)
        for (std::size_t m = 0; m < 2; ++m)
            sum += kind.weight * kind.portion[m] * std::exp(-kind.decay[m] * time);
    return sum;
}

double ReducedBody::integral(const Kind& kind, double time) const {
    return captured(kind, 1.0, 0.0, time);
}

double ReducedBody::plasma_integral(double time) const {
    double sum = 0.0;
    for (const Kind& kind : kinds_) sum += kind.weight * integral(kind, time);
    return sum;
}

double ReducedBody::captured(const Kind& kind, double inflow, double loss, double time) const {
    return inflow * (kind.portion[0] * response(kind.decay[0], loss, time) +
                     kind.portion[1] * response(kind.decay[1], loss, time));
}

double ReducedBody::tumour(const Kind& kind, double time) const {
    const double leave = rates_.tumour_out + rates_.tumour_binding;
    double sum = 0.0;
    for (std::size_t m = 0; m < 2; ++m) {
        const double free = response(kind.decay[m], leave, time);
        double gap = leave - kind.decay[m];
        // Near a double root the quotient below is continued from a neighbour, exact to 1e-6.
        if (std::abs(gap) < 1e-6 * leave) gap = 1e-6 * leave;
        const double held = (response(leave - gap, rates_.tumour_loss, time) -
                             response(leave, rates_.tumour_loss, time)) /
                            gap;
        sum += kind.portion[m] * (free + rates_.tumour_binding * held);
    }
    return rates_.tumour_in * sum;
}

double ReducedBody::organ(const Kind& kind, std::size_t organ, double time) const {
    const double loss = rates_.captured_loss + (organ == 0 ? rates_.bile : 0.0);
    const double kept = captured(kind, kind.capture * rates_.in[organ], loss, time);
    if (!(rates_.exchange[organ] > 0.0)) return kept;
    return kept + captured(kind, rates_.exchange[organ], rates_.exchange_return, time);
}

double ReducedBody::all_captured(const Kind& kind, double time) const {
    const double liver = kind.capture * rates_.in[0];
    const double loss = rates_.captured_loss;
    return captured(kind, kind.capture * capture_ - liver, loss, time) +
           captured(kind, liver, loss + rates_.bile, time);
}

double ReducedBody::blood(double time) const {
    double sum = 0.0;
    for (const Kind& kind : kinds_) sum += kind.weight * all_captured(kind, time);
    return plasma(time) + rates_.label_blood * sum;
}

double ReducedBody::faeces(const Kind& kind, double time) const {
    return kind.capture * capture_ * integral(kind, time) - all_captured(kind, time);
}

double ReducedBody::fraction(Place place, double time) const {
    return content(place, time) / (1.0 + rates_.label_lost);
}

double ReducedBody::content(Place place, double time) const {
    if (place == Place::blood) return blood(time);
    if (place == Place::urine) return rates_.urine * plasma_integral(time);
    const std::size_t at = organ_of(place);
    double sum = 0.0;
    for (const Kind& kind : kinds_) {
        const double amount = place == Place::tumour   ? tumour(kind, time)
                              : place == Place::faeces ? faeces(kind, time)
                                                       : organ(kind, at, time);
        sum += kind.weight * amount;
    }
    if (place == Place::faeces) return std::max(0.0, sum);
    const double vessels =
        place == Place::tumour ? rates_.tumour_blood : rates_.residual_blood * vessels_[at];
    return sum + vessels * blood(time);
}

}  // namespace caravel::inference::delivery
