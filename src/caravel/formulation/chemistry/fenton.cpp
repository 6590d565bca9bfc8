#include "caravel/formulation/chemistry/fenton.hpp"

#include "caravel/base/checks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <utility>

namespace caravel::formulation::chemistry {
namespace {

/// Surface s, store b, OH per surface ion, ions reduced by glutathione per surface ion.
using State = std::array<double, 4>;
constexpr double tolerance = 1e-9;
constexpr int most_steps = 2'000'000;

struct Rates {
    double oxidation;  // 1/s
    double reduction;  // 1/s
    double migration;  // 1/s
    double share;      // surface ions over stored ions

    State operator()(const State& y) const {
        const double used = oxidation * y[0];
        const double returned = reduction * (1.0 - y[0]);
        const double moved = migration * y[1] * (1.0 - y[0]);
        return {returned + moved - used, -share * moved, used, returned};
    }
};

State add(const State& y, double h, std::initializer_list<std::pair<double, const State*>> terms) {
    State out = y;
    for (const auto& [factor, k] : terms)
        for (std::size_t i = 0; i < out.size(); ++i) out[i] += h * factor * (*k)[i];
    return out;
}

/// One step of the 5(4) pair of Cash and Karp. Returns the error over the tolerance.
double step(const Rates& f, const State& y, double h, State& next) {
    const State k1 = f(y);
    const State k2 = f(add(y, h, {{0.2, &k1}}));
    const State k3 = f(add(y, h, {{3.0 / 40, &k1}, {9.0 / 40, &k2}}));
    const State k4 = f(add(y, h, {{0.3, &k1}, {-0.9, &k2}, {1.2, &k3}}));
    const State k5 =
        f(add(y, h, {{-11.0 / 54, &k1}, {2.5, &k2}, {-70.0 / 27, &k3}, {35.0 / 27, &k4}}));
    const State k6 = f(add(y, h,
                           {{1631.0 / 55296, &k1},
                            {175.0 / 512, &k2},
                            {575.0 / 13824, &k3},
                            {44275.0 / 110592, &k4},
                            {253.0 / 4096, &k5}}));
    next =
        add(y, h, {{37.0 / 378, &k1}, {250.0 / 621, &k3}, {125.0 / 594, &k4}, {512.0 / 1771, &k6}});
    const State lower = add(y, h,
                            {{2825.0 / 27648, &k1},
                             {18575.0 / 48384, &k3},
                             {13525.0 / 55296, &k4},
                             {277.0 / 14336, &k5},
                             {0.25, &k6}});
    double error = 0.0;
    for (std::size_t i = 0; i < y.size(); ++i)
        error = std::max(error,
                         std::abs(next[i] - lower[i]) / (tolerance * (1e-3 + std::abs(next[i]))));
    return error;
}

void advance(const Rates& f, State& y, double& t, double end, double& h) {
    for (int count = 0; t < end; ++count) {
        if (count == most_steps)
            throw NumericalError({"Fenton depletion", "surface ions", "", t, t,
                                  "needs more than 2 million steps",
                                  "ask for a shorter time or a slower migration."});
        const bool last = h >= end - t;
        const double taken = last ? end - t : h;
        State next{};
        const double error = step(f, y, taken, next);
        if (error <= 1.0) {
            y = next;
            t = last ? end : t + taken;
        }
        const double change = std::clamp(0.9 * std::pow(std::max(error, 1e-10), -0.2), 0.2, 5.0);
        if (!last || error > 1.0) h = taken * change;
    }
}

Rates rates_at(const FentonRates& r, const FentonStore& store, double peroxide,
               double glutathione) {
    require_between(r.oxidation, 0.0, 1e12, "the oxidation rate", "m3/(mol.s)");
    require_between(r.reduction, 0.0, 1e12, "the reduction rate", "m3/(mol.s)");
    require_between(r.migration, 0.0, 1e12, "the migration rate", "1/s");
    require_positive(store.surface_ions, "the number of surface ions", "");
    require_between(store.stored_ions, 0.0, 1e30, "the number of stored ions", "");
    require_between(store.reduced_share, 0.0, 1.0, "the reduced share", "");
    require_between(peroxide, 0.0, 1e5, "the concentration of H2O2", "mol/m3");
    require_between(glutathione, 0.0, 1e5, "the concentration of glutathione", "mol/m3");
    const bool stored = store.stored_ions > 0.0;
    return {r.oxidation * peroxide, r.reduction * glutathione, stored ? r.migration : 0.0,
            stored ? store.surface_ions / store.stored_ions : 0.0};
}

}  // namespace

std::vector<FentonState> fenton_run(const FentonRates& rates, const FentonStore& store,
                                    double peroxide, double glutathione,
                                    const std::vector<double>& times) {
    const Rates f = rates_at(rates, store, peroxide, glutathione);
    State y{store.reduced_share, 1.0, 0.0, 0.0};
    double t = 0.0;
    const double fastest = f.oxidation + f.reduction + f.migration + 1e-30;
    double h = 1e-3 / fastest;
    std::vector<FentonState> out;
    for (const double end : times) {
        require_between(end, t, 1e12, "an output time", "s");
        advance(f, y, t, end, h);
        out.push_back({end, y[0], y[1], store.surface_ions * y[2], store.surface_ions * y[3]});
    }
    return out;
}

double fenton_rate(const FentonRates& rates, const FentonStore& store, double peroxide,
                   double surface) {
    require_between(surface, 0.0, 1.0, "the reduced share", "");
    return store.surface_ions * rates.oxidation * peroxide * surface;
}

double kept_up_share(const FentonRates& rates, double peroxide, double glutathione) {
    const double back = rates.reduction * glutathione;
    const double used = rates.oxidation * peroxide;
    return back + used > 0.0 ? back / (back + used) : 0.0;
}

double depletion_half_life(const FentonRates& rates, const FentonStore& store, double peroxide,
                           double glutathione) {
    const Rates f = rates_at(rates, store, peroxide, glutathione);
    const double half = 0.5 * store.reduced_share;
    if (f.oxidation <= 0.0 || kept_up_share(rates, peroxide, glutathione) >= half)
        return std::numeric_limits<double>::infinity();
    State y{store.reduced_share, 1.0, 0.0, 0.0};
    double t = 0.0;
    double h = 1e-3 / (f.oxidation + f.reduction + f.migration);
    const double stride = 0.05 / f.oxidation;
    State before = y;
    for (double grown = stride;; grown = std::max(stride, 0.02 * t)) {
        before = y;
        const double start = t;
        advance(f, y, t, start + grown, h);
        if (y[0] > half) continue;
        const double part = std::log(before[0] / half) / std::log(before[0] / y[0]);
        return start + part * grown;
    }
}

}  // namespace caravel::formulation::chemistry
