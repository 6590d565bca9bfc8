// Small symmetric systems against solutions by hand.
#include "caravel/imaging/symmetric_solve.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace caravel::imaging {
namespace {

TEST(SymmetricSolve, RegularSystem) {
    // A = [4 2 0; 2 5 3; 0 3 6], x = (1, -2, 3)
    std::vector<double> b{0.0, 1.0, 12.0};
    EXPECT_EQ(solve_symmetric({4.0, 2.0, 0.0, 2.0, 5.0, 3.0, 0.0, 3.0, 6.0}, b), 3u);
    EXPECT_NEAR(b[0], 1.0, 1e-14);
    EXPECT_NEAR(b[1], -2.0, 1e-14);
    EXPECT_NEAR(b[2], 3.0, 1e-14);
}

TEST(SymmetricSolve, DependentUnknownsAreNought) {
    // The second is twice the first: the first and the third alone are solved for.
    std::vector<double> b{2.0, 4.0, 9.0};
    EXPECT_EQ(solve_symmetric({1.0, 2.0, 0.0, 2.0, 4.0, 0.0, 0.0, 0.0, 3.0}, b), 2u);
    EXPECT_NEAR(b[0], 2.0, 1e-14);
    EXPECT_EQ(b[1], 0.0);
    EXPECT_NEAR(b[2], 3.0, 1e-14);
    std::vector<double> none{1.0};
    EXPECT_EQ(solve_symmetric({0.0}, none), 0u);
    EXPECT_EQ(none[0], 0.0);
}

TEST(SymmetricSolve, ScaleDoesNotMatter) {
    std::vector<double> b{1e-18, 2e-9};
    EXPECT_EQ(solve_symmetric({1e-18, 0.0, 0.0, 1e-9}, b), 2u);
    EXPECT_NEAR(b[0], 1.0, 1e-14);
    EXPECT_NEAR(b[1], 2.0, 1e-14);
}

}  // namespace
}  // namespace caravel::imaging
