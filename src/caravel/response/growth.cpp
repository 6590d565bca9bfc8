#include "caravel/response/growth.hpp"

#include <cmath>
#include <numbers>

namespace caravel::response {
namespace {

using input::non_negative;
using input::positive;
using input::Presence;
using kinetics::Factor;
using kinetics::Shape;

constexpr double one_millilitre = 1e-6;  // m3

/// A law as a first-order gain with a factor on the whole volume, and a first-order loss.
struct Rates {
    double gain = 0.0;  // 1/s
    std::vector<Factor> factors;
    double loss = 0.0;  // 1/s
};

struct ToRates {
    kinetics::SumId volume;
    Rates operator()(const NoGrowth&) const { return {}; }
    Rates operator()(const ExponentialGrowth& l) const {
        return {std::numbers::ln2 / l.doubling_time, {}, 0.0};
    }
    Rates operator()(const LogisticGrowth& l) const {
        return {l.rate, {{Shape::logistic, volume, l.capacity, 1.0}}, 0.0};
    }
    Rates operator()(const GompertzGrowth& l) const {
        return {l.rate, {{Shape::logarithm, volume, l.capacity, 1.0}}, 0.0};
    }
    Rates operator()(const BertalanffyGrowth& l) const {
        return {l.gain, {{Shape::power, volume, one_millilitre, l.exponent - 1.0}}, l.loss};
    }
    Rates operator()(const SimeoniGrowth& l) const {
        return {l.exponential_rate,
                {{Shape::simeoni, volume, l.linear_rate / l.exponential_rate, l.sharpness}},
                0.0};
    }
};

}  // namespace

void describe(input::Visitor&, NoGrowth&) {}
void describe(input::Visitor& v, ExponentialGrowth& l) {
    v.number({"doubling_time", "doubling time", Presence::required}, l.doubling_time,
             positive("d"));
}
void describe(input::Visitor& v, LogisticGrowth& l) {
    v.number({"rate", "rate of a small tumour", Presence::required}, l.rate, positive("1/d"));
    v.number({"capacity", "largest volume", Presence::required}, l.capacity, positive("mm3"));
}
void describe(input::Visitor& v, GompertzGrowth& l) {
    v.number({"rate", "r in r V ln(K/V)", Presence::required}, l.rate, positive("1/d"));
    v.number({"capacity", "largest volume K", Presence::required}, l.capacity, positive("mm3"));
}
void describe(input::Visitor& v, BertalanffyGrowth& l) {
    v.number({"gain", "a in a V^q, per time at 1 mL", Presence::required}, l.gain, positive("1/d"));
    v.number({"loss", "b in b V", Presence::required}, l.loss, non_negative("1/d"));
    v.number({"exponent", "q"}, l.exponent, {"1", 0.0, 1.0});
}
void describe(input::Visitor& v, SimeoniGrowth& l) {
    v.number({"exponential_rate", "lambda0", Presence::required}, l.exponential_rate,
             positive("1/d"));
    v.number({"linear_rate", "lambda1 as volume (1 g = 1 mL)", Presence::required}, l.linear_rate,
             positive("mL/d"));
    v.number({"sharpness", "psi"}, l.sharpness, positive("1"));
}
void describe(input::Visitor& v, Growth& growth) {
    v.alternatives({"law", "growth law"}, growth.law);
}

namespace {

/// d ln V / dt (1/s).
struct SpecificRate {
    double volume;  // m3

    double operator()(const NoGrowth&) const { return 0.0; }
    double operator()(const ExponentialGrowth& l) const { return std::log(2.0) / l.doubling_time; }
    double operator()(const LogisticGrowth& l) const {
        return l.rate * (1.0 - volume / l.capacity);
    }
    double operator()(const GompertzGrowth& l) const {
        return l.rate * std::log(l.capacity / volume);
    }
    double operator()(const BertalanffyGrowth& l) const {
        return l.gain * std::pow(volume / 1e-6, l.exponent - 1.0) - l.loss;
    }
    double operator()(const SimeoniGrowth& l) const {
        const double ratio = l.exponential_rate / l.linear_rate * volume;
        return l.exponential_rate / std::pow(1.0 + std::pow(ratio, l.sharpness), 1.0 / l.sharpness);
    }
};

}  // namespace

double untreated_volume(const GrowthLaw& law, double volume, double time) {
    constexpr int steps = 1000;
    const double h = time / steps;
    const auto rate = [&](double log_volume) {
        return std::visit(SpecificRate{std::exp(log_volume)}, law);
    };
    double log_volume = std::log(volume);
    for (int i = 0; i < steps; ++i) {
        const double first = rate(log_volume);
        const double second = rate(log_volume + 0.5 * h * first);
        const double third = rate(log_volume + 0.5 * h * second);
        const double fourth = rate(log_volume + h * third);
        log_volume += h / 6.0 * (first + 2.0 * second + 2.0 * third + fourth);
    }
    return std::exp(log_volume);
}

void add_growth(kinetics::KineticModel& model, const tissue::LumpedTumour& tumour,
                const Growth& growth) {
    const Rates rates = std::visit(ToRates{tumour.volume()}, growth.law);
    const auto& populations = tumour.parameters().populations;
    for (std::size_t i = 0; i < populations.size(); ++i) {
        const std::string name = tumour.name() + ".growth." + populations[i].name;
        const auto cells = tumour.population(i);
        const double own = populations[i].growth_factor;
        if (rates.gain * own > 0.0)
            model.add_reaction(
                {name,
                 {{cells, 1.0}},
                 {model.add_coefficient(name, rates.gain * own), cells, {}, rates.factors}});
        if (rates.loss > 0.0)
            model.add_reaction(
                {name + ".loss",
                 {{cells, -1.0}},
                 {model.add_coefficient(name + ".loss", rates.loss), cells, {}, {}}});
    }
}

}  // namespace caravel::response
