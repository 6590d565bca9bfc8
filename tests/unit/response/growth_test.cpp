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
