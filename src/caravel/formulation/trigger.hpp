// Triggers: how local conditions act on a particle. A response curve turns a signal (pH,
// temperature, glutathione ...) into a factor on a rate.
#pragma once

#include "caravel/input/visitor.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace caravel::formulation {

/// off + (1 - off)/(1 + exp(-(x - midpoint)/width)); `below` mirrors it at the midpoint.
struct SigmoidResponse {
    static constexpr std::string_view tag = "sigmoid";
    static constexpr std::string_view doc = "logistic step at a midpoint";
    AnyQuantity midpoint;
    AnyQuantity width;   // same dimension as the midpoint (for temperatures a difference in K)
    bool below = false;  // reacts to values below the midpoint
    double off = 0.0;    // factor far from the trigger
};
/// off + (1 - off) x^n/(half^n + x^n): enzymes and reactants (n = 1 is Michaelis-Menten).
struct HillResponse {
    static constexpr std::string_view tag = "hill";
    static constexpr std::string_view doc = "saturating with concentration";
    AnyQuantity half;
    double exponent = 1.0;
    double off = 0.0;
};
/// off + (1 - off) x/reference: first order in the signal, not saturating.
struct LinearResponse {
    static constexpr std::string_view tag = "linear";
    static constexpr std::string_view doc = "proportional to the signal";
    AnyQuantity reference;
    double off = 0.0;
};

using ResponseCurve = std::variant<SigmoidResponse, HillResponse, LinearResponse>;

/// A local condition and the curve by which it acts.
struct Trigger {
    std::string signal = "pH";
    ResponseCurve response;
};

void describe(input::Visitor& v, SigmoidResponse& response);
void describe(input::Visitor& v, HillResponse& response);
void describe(input::Visitor& v, LinearResponse& response);
void describe(input::Visitor& v, Trigger& trigger);

/// The signals a trigger can name, and the unit each is given in ("1" for pH).
struct SignalKind {
    std::string_view name;
    std::string_view unit;
    std::string_view doc;
};
const std::vector<SignalKind>& signal_kinds();
/// Throws std::out_of_range for an unknown name.
const SignalKind& signal_kind(std::string_view name);

/// The key `signal`, one of signal_kinds().
void describe_signal(input::Visitor& v, std::string& signal);
/// Units in which signals can be written.
const std::vector<input::NumberRule>& signal_rules();
/// Complains at `key` when a value has not its signal's dimension.
void check_signal_value(input::Visitor& v, std::string_view key, const std::string& signal,
                        const AnyQuantity& value);

/// Factor (dimensionless, >= 0 for x >= 0) of a response curve at signal value x (SI).
double response_factor(const ResponseCurve& response, double x);

}  // namespace caravel::formulation
