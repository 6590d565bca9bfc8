#include "caravel/response/growth.hpp"
#include "unit/tissue/example_tumour.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::response {
namespace {

using test::amount;

struct GrowingTumour {
    GrowingTumour(const tissue::TumourParameters& p, const GrowthLaw& law) : tumour(model, p) {
        add_growth(model, tumour, {law});
    }
    double rate(const std::vector<double>& y, std::size_t population) const {
        return amount(test::rates_at(model, y), tumour.population(population));
    }
    kinetics::KineticModel model;
    tissue::LumpedTumour tumour;
};

TEST(Growth, APopulationGrowsWithItsOwnFactor) {
    tissue::TumourParameters p = test::example_tumour();
    p.populations[1].growth_factor = 0.4;
    const GrowingTumour m(p, ExponentialGrowth{1e5});
    const double rate = std::log(2.0) / 1e5;
    EXPECT_NEAR(m.rate(m.model.initial(), 0), rate * 1.5e-7, 1e-22);
    EXPECT_NEAR(m.rate(m.model.initial(), 1), 0.4 * rate * 0.5e-7, 1e-22);
}

TEST(Growth, TheLimitSeesTheOtherPopulationAndDyingCells) {
    const GrowingTumour m(test::example_tumour(), LogisticGrowth{1e-5, 1e-6});
    auto y = m.model.initial();
    EXPECT_NEAR(m.rate(y, 0), 1e-5 * 1.5e-7 * 0.8, 1e-22);
    amount(y, m.tumour.dying()[2]) = 3e-7;
    EXPECT_NEAR(m.rate(y, 0), 1e-5 * 1.5e-7 * 0.5, 1e-22);
}

TEST(Growth, BertalanffyGainIsPerTimeAtOneMillilitre) {
    tissue::TumourParameters p = test::example_tumour();
    p.volume = 1e-6;
    p.populations = {tissue::PopulationInput{}};
    const GrowingTumour m(p, BertalanffyGrowth{3e-6, 1e-6});
    EXPECT_NEAR(m.rate(m.model.initial(), 0), 2e-6 * 1e-6, 1e-22);
}

TEST(Growth, SimeoniIsExponentialWhenSmallAndLinearWhenLarge) {
    tissue::TumourParameters p = test::example_tumour();
    p.populations = {tissue::PopulationInput{}};
    const SimeoniGrowth law{3e-6, 9e-12, 20.0};  // the switch lies at 3e-6 m3
    p.volume = 3e-8;
    const GrowingTumour small(p, law);
    EXPECT_NEAR(small.rate(small.model.initial(), 0), 3e-6 * 3e-8, 1e-22);
    p.volume = 3e-4;
    const GrowingTumour large(p, law);
    EXPECT_NEAR(large.rate(large.model.initial(), 0), 9e-12, 1e-20);
}

TEST(UntreatedVolume, IsThatOfTheClosedFormsOfItsLaws) {
    constexpr double start = 2e-7;
    constexpr double time = 864000.0;
    const auto expect = [&](const GrowthLaw& law, double volume) {
        EXPECT_NEAR(untreated_volume(law, start, time), volume, 1e-6 * volume);
    };
    expect(NoGrowth{}, start);
    expect(ExponentialGrowth{172800.0}, 32.0 * start);  // five doublings
    const double e = std::exp(-5e-6 * time);
    expect(LogisticGrowth{5e-6, 1e-6}, 1e-6 / (1.0 + (1e-6 / start - 1.0) * e));
    expect(GompertzGrowth{5e-6, 1e-6}, 1e-6 * std::pow(start / 1e-6, e));
    // q = 2/3: V^(1/3) relaxes to gain / loss at a third of the loss; volumes in mL
    const double end = 3.0 + (std::cbrt(0.2) - 3.0) * std::exp(-1e-6 * time / 3.0);
    expect(BertalanffyGrowth{3e-6, 1e-6}, 1e-6 * end * end * end);
    // beyond the switch at 1e-7 m3 linear
    expect(SimeoniGrowth{1e-4, 1e-11, 20.0}, start + 1e-11 * time);
}

TEST(Growth, WithoutALawNothingIsAdded) {
    tissue::TumourParameters p = test::example_tumour();
    kinetics::KineticModel model;
    const tissue::LumpedTumour tumour(model, p);
    const std::size_t before = model.reactions().size();
    add_growth(model, tumour, {});
    EXPECT_EQ(model.reactions().size(), before);
}

}  // namespace
}  // namespace caravel::response
