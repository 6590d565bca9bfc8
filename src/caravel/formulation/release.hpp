// Release laws as rate laws in the carrier's age. A law is given by the fraction S(age) of the
// payload that is still inside under reference conditions; its rate is the hazard h = -S'/S.
// Hazards of several laws add; a trigger multiplies a hazard by a response to the local conditions.
#pragma once

#include "caravel/formulation/trigger.hpp"
#include "caravel/input/visitor.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace caravel::formulation {

/// S = 1 - t/T: constant rate until everything is out at T.
struct ZeroOrder {
    static constexpr std::string_view tag = "zero_order";
    static constexpr std::string_view doc = "constant rate until complete";
    double complete_after = 0.0;  // s
};
/// S = exp(-k t), given by its half-life.
struct FirstOrder {
    static constexpr std::string_view tag = "first_order";
    static constexpr std::string_view doc = "constant fraction per time";
    double half_life = 0.0;  // s
};
/// S = 1 - (t/T)^(1/2): planar matrix (Higuchi 1961).
struct Higuchi {
    static constexpr std::string_view tag = "higuchi";
    static constexpr std::string_view doc = "square root of time (planar matrix)";
    double complete_after = 0.0;  // s
};
/// S = 1 - (t/T)^n (Korsmeyer and Peppas 1983).
struct KorsmeyerPeppas {
    static constexpr std::string_view tag = "korsmeyer_peppas";
    static constexpr std::string_view doc = "power law of time";
    double complete_after = 0.0;  // s
    double exponent = 0.5;
};
/// S = exp(-(t/tau)^b): Weibull; b < 1 is the stretched exponential.
struct Weibull {
    static constexpr std::string_view tag = "weibull";
    static constexpr std::string_view doc = "Weibull; exponent < 1 is a stretched exponential";
    double time_scale = 0.0;  // s
    double exponent = 1.0;
};
/// S = (1 - t/T)^3: dissolution of a shrinking sphere (Hixson and Crowell 1931).
struct HixsonCrowell {
    static constexpr std::string_view tag = "hixson_crowell";
    static constexpr std::string_view doc = "cube-root dissolution of a sphere";
    double complete_after = 0.0;  // s
};
/// S = 6/pi^2 sum exp(-n^2 pi^2 D t/R^2)/n^2: diffusion out of a sphere into a sink (Crank 1975).
struct CrankSphere {
    static constexpr std::string_view tag = "crank_sphere";
    static constexpr std::string_view doc = "diffusion out of a sphere";
    double diffusion_coefficient = 0.0;  // m2/s
    double radius = 0.0;                 // m
};
/// S = f exp(-k1 t) + (1-f) exp(-k2 t).
struct Biphasic {
    static constexpr std::string_view tag = "biphasic";
    static constexpr std::string_view doc = "fast and slow first-order parts";
    double fast_fraction = 0.0;
    double fast_half_life = 0.0;  // s
    double slow_half_life = 0.0;  // s
};
/// A fraction that is outside the carrier as soon as it is administered.
struct Burst {
    static constexpr std::string_view tag = "burst";
    static constexpr std::string_view doc = "fraction released at once";
    double fraction = 0.0;
};

using ReleaseLaw = std::variant<FirstOrder, ZeroOrder, Higuchi, KorsmeyerPeppas, Weibull,
                                HixsonCrowell, CrankSphere, Biphasic, Burst>;

/// A law with the trigger that modulates its rate.
struct Release {
    ReleaseLaw law;
    std::optional<Trigger> trigger;
};

void describe(input::Visitor& v, ZeroOrder& law);
void describe(input::Visitor& v, FirstOrder& law);
void describe(input::Visitor& v, Higuchi& law);
void describe(input::Visitor& v, KorsmeyerPeppas& law);
void describe(input::Visitor& v, Weibull& law);
void describe(input::Visitor& v, HixsonCrowell& law);
void describe(input::Visitor& v, CrankSphere& law);
void describe(input::Visitor& v, Biphasic& law);
void describe(input::Visitor& v, Burst& law);
void describe(input::Visitor& v, Release& release);

/// Fraction (0..1) still inside at `age` (s >= 0) under reference conditions; relative error of the
/// Crank series below 1e-12.
double retained_fraction(const ReleaseLaw& law, double age);

/// Hazard -S'/S (1/s) at `age` (s). Laws that end at T keep a finite hazard: within the last
/// `1e-6 T` it stays at its value there. Laws with an infinite initial rate need age > 0.
double hazard(const ReleaseLaw& law, double age);

/// Whether the hazard does not depend on age (only then cohorts need no age).
bool is_memoryless(const ReleaseLaw& law);

/// Fraction released at once: bursts, and for laws whose rate is infinite at age 0 the part
/// released in the first second, from which their age then counts.
double initial_fraction(const ReleaseLaw& law);

/// Age (s) from which the hazard is used: 1 s for laws with an infinite initial rate, else 0.
double initial_age(const ReleaseLaw& law);

/// Rate (1/s) at which laws together release at an age (s), which counts from the middle of an
/// infusion's part: material that comes before is as young as what comes after, so the caller gives
/// the distance. `signal(i)` is the local condition that the trigger of law i sees, asked only of
/// laws with one. Plug flow through capillaries in `transit_time` (s; 0: well mixed) releases
/// 1 - exp(-k T): a well-mixed block with (exp(k T) - 1)/T does the same.
template <class Signal>
double release_rate(const std::vector<Release>& laws, double age, double transit_time,
                    const Signal& signal) {
    double sum = 0.0;
    for (std::size_t i = 0; i < laws.size(); ++i) {
        double h = hazard(laws[i].law, age + initial_age(laws[i].law));
        if (laws[i].trigger) h *= response_factor(laws[i].trigger->response, signal(i));
        sum += h;
    }
    if (transit_time <= 0.0) return sum;
    // Beyond k T = 20 all but 2e-9 is out.
    return std::expm1(std::min(sum * transit_time, 20.0)) / transit_time;
}

}  // namespace caravel::formulation
