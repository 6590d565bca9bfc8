#include "caravel/kinetics/step_control.hpp"

#include "caravel/kinetics/batch_pack.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::kinetics {
namespace {

TEST(InverseRoot, IsThatOfNumbersOfAllSizes) {
    for (int n = 1; n <= 5; ++n) {
        for (double x = 1e-300; x < 1e300; x *= 1.37) {
            EXPECT_NEAR(x * std::pow(inverse_root(x, n), n), 1.0, 1e-14 * n) << x << " " << n;
        }
    }
}

TEST(InverseRoot, HasTheSameBitsInAVector) {
    using Lanes = lanes::Lanes<4, 2>;
    for (double x = 1e-12; x < 1e12; x *= 1.7) {
        alignas(32) const double values[] = {x, 1.1 * x, 1.2 * x, 1.3 * x};
        const Lanes::Pack pack = Lanes::load(values);
        alignas(32) double roots[4];
        Lanes::store(roots, {inverse_root<Lanes::Values, Lanes::Bits>(pack.v[0], 5),
                             inverse_root<Lanes::Values, Lanes::Bits>(pack.v[1], 5)});
        for (int i = 0; i < 4; ++i) {
            EXPECT_EQ(roots[i], inverse_root(values[i], 5));
        }
    }
}

TEST(StepController, GrowsByTheErrorWithinBounds) {
    // 0.95 err^(-1/4), by hand: err = 1/16 gives 1.9
    StepController control(2.0, 0.0, 4);
    control.propose(1e9);
    control.accept(1.0 / 16.0);
    EXPECT_NEAR(control.wish(), 3.8, 1e-13);
    control.propose(1e9);
    control.accept(0.0);  // no more than eightfold
    EXPECT_NEAR(control.wish(), 30.4, 1e-12);
    control.propose(1e9);
    control.reject(81.0);  // 0.95 / 3
    EXPECT_NEAR(control.wish(), 30.4 * 0.95 / 3.0, 1e-12);
    control.propose(1e9);
    control.reject(1e200);  // not below a fifth
    EXPECT_NEAR(control.wish(), 30.4 * 0.95 / 15.0, 1e-12);
    const double wish = control.wish();
    control.propose(1e9);
    control.accept(1e-9);  // not at once after a refusal
    EXPECT_EQ(control.wish(), wish);
}

}  // namespace
}  // namespace caravel::kinetics
