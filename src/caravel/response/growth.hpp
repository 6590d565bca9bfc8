// Growth laws of a tumour, as rates of its viable volume.
#pragma once

#include "caravel/input/visitor.hpp"
#include "caravel/kinetics/model.hpp"
#include "caravel/tissue/lumped_tumour.hpp"

#include <optional>
#include <string_view>
#include <variant>

namespace caravel::response {

/// The volume stays (only drug changes it).
struct NoGrowth {
    static constexpr std::string_view tag = "none";
    static constexpr std::string_view doc = "no growth";
};
/// dV/dt = ln2/Td V
struct ExponentialGrowth {
    static constexpr std::string_view tag = "exponential";
    static constexpr std::string_view doc = "constant doubling time";
    double doubling_time = 0.0;  // s
};
/// dV/dt = r V (1 - V/K)
struct LogisticGrowth {
    static constexpr std::string_view tag = "logistic";
    static constexpr std::string_view doc = "growth up to a capacity";
    double rate = 0.0;      // 1/s
    double capacity = 0.0;  // m3
};
/// dV/dt = r V ln(K/V)
struct GompertzGrowth {
    static constexpr std::string_view tag = "gompertz";
    static constexpr std::string_view doc = "rate falling with the logarithm of volume";
    double rate = 0.0;      // 1/s
    double capacity = 0.0;  // m3
};
/// dV/dt = a V (V/V1)^(q-1) - b V with V1 = 1 mL: general Bertalanffy, q = 2/3 the classical one.
struct BertalanffyGrowth {
    static constexpr std::string_view tag = "bertalanffy";
    static constexpr std::string_view doc = "general Bertalanffy: a V^q - b V";
    double gain = 0.0;  // 1/s at 1 mL
    double loss = 0.0;  // 1/s
    double exponent = 2.0 / 3.0;
};
/// dw/dt = l0 w1 / (1 + (l0/l1 w)^psi)^(1/psi): exponential, then linear (Simeoni 2004).
struct SimeoniGrowth {
    static constexpr std::string_view tag = "simeoni";
    static constexpr std::string_view doc = "exponential, then linear (Simeoni 2004)";
    double exponential_rate = 0.0;  // 1/s
    double linear_rate = 0.0;       // m3/s (tumour density 1 g/mL)
    double sharpness = 20.0;
};

using GrowthLaw = std::variant<NoGrowth, ExponentialGrowth, LogisticGrowth, GompertzGrowth,
                               BertalanffyGrowth, SimeoniGrowth>;

struct Growth {
    GrowthLaw law;
};

void describe(input::Visitor& v, NoGrowth& law);
void describe(input::Visitor& v, ExponentialGrowth& law);
void describe(input::Visitor& v, LogisticGrowth& law);
void describe(input::Visitor& v, GompertzGrowth& law);
void describe(input::Visitor& v, BertalanffyGrowth& law);
void describe(input::Visitor& v, SimeoniGrowth& law);
void describe(input::Visitor& v, Growth& growth);

/// Volume (m3) after `time` (s) of a tumour that begins with `volume`, all of its cells viable and
/// nothing against them: d ln V / dt of the law by Runge-Kutta of order 4; relative error below
/// 1e-6 up to a thousandfold growth.
double untreated_volume(const GrowthLaw& law, double volume, double time);

/// Adds growth of every population; the law's limit sees the whole volume (dying cells included).
void add_growth(kinetics::KineticModel& model, const tissue::LumpedTumour& tumour,
                const Growth& growth);

}  // namespace caravel::response
