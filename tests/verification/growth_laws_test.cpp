// Growth laws against their closed solutions.
#include "caravel/response/growth.hpp"
#include "unit/tissue/example_tumour.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace caravel::response {
namespace {

constexpr double day = 86400.0;
constexpr double initial = 5e-8;  // m3

/// Volume over time with two populations that grow alike, against `exact` (m3 at t in s).
void expect_solution(const GrowthLaw& law, const std::function<double(double)>& exact) {
    tissue::TumourParameters p = test::example_tumour();
    p.volume = initial;
    kinetics::KineticModel model;
    const tissue::LumpedTumour tumour(model, p);
    add_growth(model, tumour, {law});
    const kinetics::CompiledModel compiled(model);
    auto y = model.initial();
    double now = 0.0;
    for (const double end : {1.0 * day, 5.0 * day, 20.0 * day, 60.0 * day}) {
        y = test::integrate(model, y, end - now, 1e-9);
        now = end;
        EXPECT_NEAR(compiled.sum(tumour.volume(), y) / exact(end), 1.0, 1e-7) << end / day << " d";
        EXPECT_NEAR(test::amount(y, tumour.population(1)) / exact(end), 0.25, 1e-7);
    }
}

TEST(GrowthLaws, NoneKeepsTheVolume) {
    expect_solution(NoGrowth{}, [](double) { return initial; });
}

TEST(GrowthLaws, Exponential) {
    expect_solution(ExponentialGrowth{3.0 * day},
                    [](double t) { return initial * std::exp2(t / (3.0 * day)); });
}

TEST(GrowthLaws, Logistic) {
    const double r = 0.3 / day;
    const double k = 2e-6;
    expect_solution(LogisticGrowth{r, k},
                    [=](double t) { return k / (1.0 + (k / initial - 1.0) * std::exp(-r * t)); });
}

TEST(GrowthLaws, LogisticFromAboveItsCapacityShrinks) {
    const double r = 0.3 / day;
    const double k = 2e-8;
    expect_solution(LogisticGrowth{r, k},
                    [=](double t) { return k / (1.0 + (k / initial - 1.0) * std::exp(-r * t)); });
}

TEST(GrowthLaws, Gompertz) {
    const double r = 0.08 / day;
    const double k = 5e-6;
    expect_solution(GompertzGrowth{r, k},
                    [=](double t) { return k * std::pow(initial / k, std::exp(-r * t)); });
}

/// V^(1-q) = A/b + (V0^(1-q) - A/b) exp(-b (1-q) t) with A = a V1^(1-q), V1 = 1 mL
std::function<double(double)> bertalanffy(double a, double b, double q) {
    return [=](double t) {
        const double n = 1.0 - q;
        const double gain = a * std::pow(1e-6, n);
        const double start = std::pow(initial, n);
        const double power =
            b == 0.0 ? start + n * gain * t : gain / b + (start - gain / b) * std::exp(-b * n * t);
        return std::pow(power, 1.0 / n);
    };
}

TEST(GrowthLaws, ClassicalBertalanffy) {
    const double a = 0.25 / day;
    const double b = 0.12 / day;
    expect_solution(BertalanffyGrowth{a, b}, bertalanffy(a, b, 2.0 / 3.0));
}

TEST(GrowthLaws, GeneralBertalanffy) {
    const double a = 0.25 / day;
    const double b = 0.12 / day;
    for (const double q : {0.0, 0.5, 0.75, 0.9})
        expect_solution(BertalanffyGrowth{a, b, q}, bertalanffy(a, b, q));
}

TEST(GrowthLaws, PowerLawIsBertalanffyWithoutLoss) {
    const double a = 0.2 / day;
    expect_solution(BertalanffyGrowth{a, 0.0, 0.75}, bertalanffy(a, 0.0, 0.75));
}

}  // namespace
}  // namespace caravel::response
