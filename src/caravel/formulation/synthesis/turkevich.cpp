#include "caravel/formulation/synthesis/turkevich.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace caravel::formulation::synthesis {
namespace {

using std::numbers::pi;

enum Slot : std::size_t { au3, au1, citrate_left, dca, acetone, m0, m1, m2, m3, slots };
using State = std::array<double, slots>;

// Moments count diameters in this unit, so that all slots are of moderate size.
constexpr double length = 1e-8;  // m

constexpr int step_limit = 200'000;
constexpr double spent = 1e-9;  // share of the gold left in solution where nothing changes any more

struct Rates {
    double oxidation, consumption, equivalents, loss, nucleation, growth;
    double organisers;
    double nucleus;   // in `length`
    double gold_per;  // mol of gold in a sphere of diameter `length`

    State operator()(const State& y) const {
        const double three = std::max(y[au3], 0.0);
        const double one = std::max(y[au1], 0.0);
        const double acid = std::max(y[dca], 0.0);
        const double first = oxidation * three * std::max(y[citrate_left], 0.0);
        const double second = consumption * three * std::max(y[acetone], 0.0);
        const double birth = nucleation * one * one * std::pow(acid, organisers);
        const double rate = growth * one;
        const double cube = nucleus * nucleus * nucleus;
        State d{};
        d[m0] = birth;
        d[m1] = rate * y[m0] + birth * nucleus;
        d[m2] = 2.0 * rate * y[m1] + birth * nucleus * nucleus;
        d[m3] = 3.0 * rate * y[m2] + birth * cube;
        const double solid = gold_per * d[m3];
        // 3 Au(I) -> 2 Au + Au(III)
        d[au3] = -first - second + 0.5 * solid;
        d[au1] = first + second - 1.5 * solid;
        d[citrate_left] = -first;
        d[dca] = first - loss * acid;
        d[acetone] = loss * acid - second / equivalents;
        return d;
    }
};

State add(const State& y, double h, std::initializer_list<std::pair<double, const State*>> parts) {
    State sum = y;
    for (const auto& [weight, k] : parts)
        for (std::size_t i = 0; i < slots; ++i) sum[i] += h * weight * (*k)[i];
    return sum;
}

struct Trial {
    State y;
    double error;  // over the tolerance
};

/// One step of Bogacki and Shampine's pair of orders 3 and 2.
Trial try_step(const Rates& f, const State& y, double h, const State& scale) {
    const State k1 = f(y);
    const State k2 = f(add(y, h, {{0.5, &k1}}));
    const State k3 = f(add(y, h, {{0.75, &k2}}));
    const State next = add(y, h, {{2.0 / 9.0, &k1}, {1.0 / 3.0, &k2}, {4.0 / 9.0, &k3}});
    const State k4 = f(next);
    double error = 0.0;
    for (std::size_t i = 0; i < slots; ++i) {
        const double e = h * (-5.0 / 72.0 * k1[i] + k2[i] / 12.0 + k3[i] / 9.0 - k4[i] / 8.0);
        const double size = scale[i] + std::max(std::abs(y[i]), std::abs(next[i]));
        error = std::max(error, std::abs(e) / (1e-6 * size));
    }
    return {next, error};
}

[[noreturn]] void give_up(double time, const char* problem) {
    NumericalFailure failure;
    failure.process = "citrate reduction";
    failure.quantity = "time step";
    failure.time = time;
    failure.last_good_time = time;
    failure.problem = problem;
    failure.advice = "check the rate constants and concentrations.";
    throw NumericalError(failure);
}

void record(TurkevichResult& result, double time, const State& y, double gold, double gold_per) {
    const double number = y[m0];
    const double mean = number > 0.0 ? y[m1] / number : 0.0;
    const double variance = number > 0.0 ? y[m2] / number - mean * mean : 0.0;
    const double solid = gold_per * y[m3];
    result.times.push_back(time);
    result.gold_three.push_back(y[au3]);
    result.gold_one.push_back(y[au1]);
    result.number.push_back(number);
    result.mean_diameter.push_back(mean * length);
    result.spread.push_back(mean > 0.0 ? std::sqrt(std::max(variance, 0.0)) / mean : 0.0);
    result.solid.push_back(solid);
    const double residual = std::abs(y[au3] + y[au1] + solid - gold) / gold;
    result.balance_residual = std::max(result.balance_residual, residual);
}

}  // namespace

TurkevichResult run_turkevich(const TurkevichParameters& p, double gold, double citrate,
                              double temperature, double duration) {
    const double gold_per = pi / 6.0 * length * length * length / p.molar_volume;
    TurkevichResult result;
    const Rates f{p.oxidation(temperature),
                  p.consumption(temperature),
                  p.equivalents,
                  p.loss(temperature),
                  p.nucleation(temperature),
                  p.growth(temperature) / length,
                  p.organisers,
                  p.nucleus / length,
                  gold_per};
    State y{};
    y[au3] = gold;
    y[citrate_left] = citrate;
    // Below these values a slot does not matter: a billionth of the gold, a particle per cubic mm.
    State scale;
    scale.fill(1e-6 * gold);
    for (const Slot m : {m0, m1, m2, m3}) scale[m] = 1e9;
    result.damkohler = f.loss / (f.oxidation * citrate);
    record(result, 0.0, y, gold, gold_per);
    double time = 0.0;
    double h = 1e-6 * duration;
    for (int steps = 0; time < duration; ++steps) {
        if (steps > step_limit) give_up(time, "needed too many steps");
        h = std::min(h, duration - time);
        const Trial trial = try_step(f, y, h, scale);
        if (trial.error <= 1.0) {
            time += h;
            y = trial.y;
            record(result, time, y, gold, gold_per);
            if (std::max(y[au3], 0.0) + std::max(y[au1], 0.0) < spent * gold) break;
        } else if (h < 1e-12 * duration) {
            give_up(time, "fell below 1e-12 of the duration");
        }
        h *= std::clamp(0.9 / std::cbrt(std::max(trial.error, 1e-6)), 0.2, 4.0);
    }
    return result;
}

}  // namespace caravel::formulation::synthesis
