#include "caravel/formulation/trigger.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

namespace caravel::formulation {
namespace {

using input::any_number;
using input::fraction;
using input::NumberRule;
using input::positive;
using input::Presence;

const std::vector<NumberRule>& width_rules() {
    static const std::vector<NumberRule> rules{
        positive("1"),  positive("K"), positive("mmol/L"), positive("mm[Hg]"), positive("W/cm2"),
        positive("Gy"), positive("T"), positive("V/cm"),   positive("Gy/min")};
    return rules;
}

/// Curves that divide by this value have no meaning at 0 and turn negative below it.
void check_positive(input::Visitor& v, std::string_view key, const AnyQuantity& value) {
    if (v.describes_types() || !v.has(key) || value.si > 0.0) return;
    v.complain(key, fmt::format("{} is not above 0", key), "a value > 0");
}

}  // namespace

const std::vector<NumberRule>& signal_rules() {
    static const std::vector<NumberRule> rules{
        any_number("1"),      any_number("Cel"),   any_number("mmol/L"),
        any_number("mm[Hg]"), any_number("W/cm2"), any_number("Gy"),
        any_number("T"),      any_number("V/cm"),  any_number("Gy/min")};
    return rules;
}

const std::vector<SignalKind>& signal_kinds() {
    static const std::vector<SignalKind> kinds{
        {"pH", "1", "acidity"},
        {"temperature", "K", "temperature"},
        {"GSH", "mol/m3", "glutathione (redox)"},
        {"ROS", "mol/m3", "reactive oxygen species"},
        {"H2O2", "mol/m3", "hydrogen peroxide"},
        {"oxygen", "Pa", "oxygen partial pressure (hypoxia: below)"},
        {"ATP", "mol/m3", "adenosine triphosphate"},
        {"MMP", "mol/m3", "matrix metalloproteinases"},
        {"furin", "mol/m3", "furin"},
        {"NQO1", "mol/m3", "NAD(P)H quinone dehydrogenase 1"},
        {"enzyme", "mol/m3", "another enzyme"},
        {"light", "W/m2", "fluence rate of light"},
        {"ultrasound", "W/m2", "acoustic intensity"},
        {"microwave", "W/m2", "microwave intensity"},
        {"magnetic_static", "T", "static magnetic field"},
        {"magnetic_alternating", "T", "amplitude of the alternating magnetic field"},
        {"xray", "Gy/s", "dose rate of X-rays"},
        {"electric", "V/m", "electric field"},
        {"cold", "K", "temperature, acting below"},
    };
    return kinds;
}

const SignalKind& signal_kind(std::string_view name) {
    for (const auto& kind : signal_kinds())
        if (kind.name == name) return kind;
    throw std::out_of_range("no signal named '" + std::string(name) + "'");
}

void describe(input::Visitor& v, SigmoidResponse& r) {
    v.any_of({"midpoint", "signal at half response", Presence::required}, r.midpoint,
             signal_rules());
    v.any_of({"width", "width of the step (a temperature difference in K)", Presence::required},
             r.width, width_rules());
    v.flag({"below", "react to values below the midpoint"}, r.below);
    v.number({"off", "factor far from the trigger"}, r.off, fraction());
}

void describe(input::Visitor& v, HillResponse& r) {
    v.any_of({"half", "signal at half response", Presence::required}, r.half, signal_rules());
    v.number({"exponent", "Hill exponent"}, r.exponent, positive("1"));
    v.number({"off", "factor without signal"}, r.off, fraction());
}

void describe(input::Visitor& v, LinearResponse& r) {
    v.any_of({"reference", "signal at which the factor is 1", Presence::required}, r.reference,
             signal_rules());
    v.number({"off", "factor without signal"}, r.off, fraction());
}

void describe_signal(input::Visitor& v, std::string& signal) {
    input::Choices names;
    for (const auto& kind : signal_kinds()) names.push_back(kind.name);
    v.choice({"signal", "local condition or field", Presence::required}, signal, names);
}

void check_signal_value(input::Visitor& v, std::string_view key, const std::string& signal,
                        const AnyQuantity& value) {
    if (v.describes_types() || !v.has(key)) return;
    for (const auto& kind : signal_kinds()) {
        if (kind.name != signal) continue;
        const Dimension wanted = parse_unit(kind.unit).dimension;
        if (value.dimension != wanted)
            v.complain(key,
                       std::string(key) + " does not have the dimension of signal '" + signal + "'",
                       describe(wanted));
    }
}

void describe(input::Visitor& v, Trigger& trigger) {
    describe_signal(v, trigger.signal);
    v.alternatives({"response", "form of the response curve"}, trigger.response);
    const auto check = [&](std::string_view key, const AnyQuantity& quantity) {
        check_signal_value(v, key, trigger.signal, quantity);
    };
    if (const auto* s = std::get_if<SigmoidResponse>(&trigger.response)) {
        check("midpoint", s->midpoint);
        check("width", s->width);
    } else if (const auto* h = std::get_if<HillResponse>(&trigger.response)) {
        check("half", h->half);
        check_positive(v, "half", h->half);
    } else if (const auto* l = std::get_if<LinearResponse>(&trigger.response)) {
        check("reference", l->reference);
        check_positive(v, "reference", l->reference);
    }
}

namespace {

struct Factor {
    double x;
    double operator()(const SigmoidResponse& r) const {
        const double z = (x - r.midpoint.si) / r.width.si * (r.below ? -1.0 : 1.0);
        return r.off + (1.0 - r.off) / (1.0 + std::exp(-z));
    }
    double operator()(const HillResponse& r) const {
        if (x <= 0.0) return r.off;
        return r.off + (1.0 - r.off) / (1.0 + std::pow(r.half.si / x, r.exponent));
    }
    double operator()(const LinearResponse& r) const {
        return r.off + (1.0 - r.off) * x / r.reference.si;
    }
};

}  // namespace

double response_factor(const ResponseCurve& response, double x) {
    return std::visit(Factor{x}, response);
}

}  // namespace caravel::formulation
