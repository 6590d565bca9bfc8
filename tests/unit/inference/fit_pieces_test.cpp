#include "caravel/inference/fit/pieces.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::inference::fit {
namespace {

TEST(FitPieces, LocalFitsComeBackBitForBit) {
    LocalFit fit;
    fit.start = {0.1, -3e300};
    fit.theta = {std::nextafter(1.0, 2.0), -0.0};
    fit.value = 1.0 / 3.0;
    fit.stop = Stop::cost;
    fit.evaluations = 123;
    const LocalFit back = decode_local_fit(encode(fit), 2);
    EXPECT_EQ(back.start, fit.start);
    EXPECT_EQ(back.theta, fit.theta);
    EXPECT_TRUE(std::signbit(back.theta[1]));
    EXPECT_EQ(back.value, fit.value);
    EXPECT_EQ(back.stop, Stop::cost);
    EXPECT_EQ(back.evaluations, 123);
}

TEST(FitPieces, AFailedFitKeepsItsReasonOnOneLine) {
    LocalFit fit;
    fit.start = {0.5};
    fit.failure = one_line("step size | collapsed\nat 3 h");
    const std::string payload = encode(fit);
    EXPECT_EQ(payload.find('\n'), std::string::npos);
    const LocalFit back = decode_local_fit(payload, 1);
    EXPECT_EQ(back.failure, "step size | collapsed at 3 h");
    EXPECT_TRUE(back.theta.empty());
}

TEST(FitPieces, ProfilesComeBackWithOpenEnds) {
    Profile profile;
    profile.parameter = 1;
    profile.threshold = 1.92;
    profile.below.limit = -0.25;
    profile.below.reason = "|y| fell | under 0";
    profile.above.reason = "the bound |2| is reached";
    profile.above.greatest_rise = 0.7;
    profile.points = {{-1.0, 3.0, {0.5, -1.0}}, {0.0, 1.0, {0.25, 0.0}}};
    profile.better = ProfilePoint{0.5, 0.9, {1.0, 0.5}};
    const Profile back = decode_profile(encode(profile), 2);
    EXPECT_EQ(back.parameter, 1u);
    EXPECT_EQ(back.below.limit, -0.25);
    EXPECT_FALSE(back.above.limit);
    EXPECT_EQ(back.below.reason, profile.below.reason);
    EXPECT_EQ(back.above.reason, profile.above.reason);
    EXPECT_EQ(back.above.greatest_rise, 0.7);
    ASSERT_EQ(back.points.size(), 2u);
    EXPECT_EQ(back.points[1].theta, profile.points[1].theta);
    EXPECT_EQ(back.better->value, 0.9);
}

TEST(FitPieces, ChainsComeBackWithAllDraws) {
    ChainState chain;
    chain.chain = 3;
    chain.step = 40;
    chain.accepted = 9;
    chain.theta = {1.0, 2.0};
    chain.draws = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
    chain.log_densities = {-1.0, -2.0, -3.0};
    const ChainState back = decode_chain(encode(chain), 2);
    EXPECT_EQ(back.draws, chain.draws);
    EXPECT_EQ(back.log_densities, chain.log_densities);
    EXPECT_EQ(back.chain, 3u);
    EXPECT_EQ(back.accepted, 9);
}

TEST(FitPieces, OtherTextIsRefused) {
    EXPECT_THROW(decode_local_fit("", 1), IoError);
    EXPECT_THROW(decode_local_fit("3ff0000000000000|", 1), IoError);
    EXPECT_THROW(decode_profile("nonsense|", 1), IoError);
}

}  // namespace
}  // namespace caravel::inference::fit
