// Simeoni's tumour growth model against reference values and an independent integration.
#include "caravel/response/growth.hpp"
#include "caravel/response/kill.hpp"
#include "unit/tissue/example_tumour.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace caravel::response {
namespace {

constexpr double day = 86400.0;
constexpr double millilitre = 1e-6;  // m3, of 1 g

// Simeoni 2004 (Cancer Res 64:1094), as tabulated in shared/data/tumour/analytic_reference.csv
constexpr double w0 = 0.055;       // g
constexpr double lambda0 = 0.273;  // 1/d
constexpr double lambda1 = 0.814;  // g/d
constexpr double psi = 20.0;
constexpr double k1 = 0.968;  // 1/d, of each stage of dying cells

tissue::TumourParameters tumour_parameters() {
    tissue::TumourParameters p = test::example_tumour();
    p.volume = w0 * millilitre;
    p.dying_rate = k1 / day;
    p.populations = {tissue::PopulationInput{}};
    return p;
}

const Growth growth{SimeoniGrowth{lambda0 / day, lambda1* millilitre / day, psi}};

TEST(Simeoni, ControlMeetsTheReferenceValues) {
    kinetics::KineticModel model;
    const tissue::LumpedTumour tumour(model, tumour_parameters());
    add_growth(model, tumour, growth);
    const kinetics::CompiledModel compiled(model);
    struct Row {
        double day;
        double grams;
    };
    // rows "simeoni_control" of analytic_reference.csv
    auto y = model.initial();
    double now = 0.0;
    for (const Row& row : {Row{0.0, 0.05500000}, Row{5.0, 0.21536477}, Row{10.0, 0.84330879},
                           Row{20.0, 7.34335233}, Row{25.0, 11.41335233}}) {
        if (row.day > now) y = test::integrate(model, y, (row.day - now) * day, 1e-9);
        now = row.day;
        EXPECT_NEAR(compiled.sum(tumour.volume(), y) / millilitre / row.grams, 1.0, 1e-6)
            << row.day << " d";
    }
}

using Stages = std::array<double, 4>;  // g

Stages slope(const Stages& w, double kill) {
    const double total = w[0] + w[1] + w[2] + w[3];
    const double limit = std::pow(1.0 + std::pow(lambda0 / lambda1 * total, psi), 1.0 / psi);
    return {lambda0 * w[0] / limit - kill * w[0], kill * w[0] - k1 * w[1], k1 * (w[1] - w[2]),
            k1 * (w[2] - w[3])};
}

Stages moved(const Stages& w, const Stages& k, double h) {
    Stages result = w;
    for (std::size_t i = 0; i < w.size(); ++i) result[i] += h * k[i];
    return result;
}

/// Classical Runge-Kutta with 1e-3 d.
Stages runge_kutta(Stages w, double kill, double days) {
    const int n = static_cast<int>(std::lround(days * 1000.0));
    const double h = days / n;
    for (int i = 0; i < n; ++i) {
        const Stages a = slope(w, kill);
        const Stages b = slope(moved(w, a, h / 2.0), kill);
        const Stages c = slope(moved(w, b, h / 2.0), kill);
        const Stages d = slope(moved(w, c, h), kill);
        for (std::size_t k = 0; k < w.size(); ++k)
            w[k] += h / 6.0 * (a[k] + 2.0 * b[k] + 2.0 * c[k] + d[k]);
    }
    return w;
}

TEST(Simeoni, ConstantConcentrationMeetsAnIndependentIntegration) {
    const auto body = test::reference_mouse();
    for (const double kill_rate : {0.1, 0.3, 0.6}) {  // 1/d: slower growth, near stasis, regression
        kinetics::KineticModel model;
        const tissue::LumpedTumour tumour(model, tumour_parameters());
        const body::DrugDisposition disposition = test::inert_drug();
        std::map<std::string, body::DrugBlock> drugs;
        auto& drug = drugs.emplace("probe", body::DrugBlock(model, body, disposition, 0.5, 1e-9))
                         .first->second;
        tumour.add_drug_pools(model, drug);
        add_growth(model, tumour, growth);
        // k2 = 6e-4 mL/(ng d) = 6e2 m3/(kg d), at a plasma concentration that nothing changes
        const double potency = 6e2 / day;  // m3/kg/s
        Kill kill;
        kill.agent = "probe";
        kill.site = "plasma";
        kill.law = LinearKill{potency};
        add_kill(model, tumour, kill, drugs, body);
        auto y = model.initial();
        const double concentration = kill_rate / 6e2;  // kg/m3
        test::amount(y, drug.pool("venous")) =
            concentration / 0.5 * 0.8 * body.venous_volume;  // mol
        const kinetics::CompiledModel compiled(model);
        Stages reference{w0, 0.0, 0.0, 0.0};
        for (int step = 0; step < 6; ++step) {
            y = test::integrate(model, y, 5.0 * day, 1e-9);
            reference = runge_kutta(reference, kill_rate, 5.0);
            const double total = reference[0] + reference[1] + reference[2] + reference[3];
            EXPECT_NEAR(compiled.sum(tumour.volume(), y) / millilitre / total, 1.0, 1e-6)
                << kill_rate << " 1/d, " << 5 * (step + 1) << " d";
            EXPECT_NEAR(test::amount(y, tumour.dying()[2]) / millilitre / reference[3], 1.0, 1e-6);
        }
    }
}

}  // namespace
}  // namespace caravel::response
