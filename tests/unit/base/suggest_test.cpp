#include "caravel/base/suggest.hpp"

#include <gtest/gtest.h>

namespace caravel {
namespace {

constexpr std::string_view keys[] = {"dose", "route", "radius", "density", "half_life"};

TEST(EditDistance, counts_single_edits) {
    EXPECT_EQ(edit_distance("", ""), 0);
    EXPECT_EQ(edit_distance("", "abc"), 3);
    EXPECT_EQ(edit_distance("abc", ""), 3);
    EXPECT_EQ(edit_distance("dose", "doze"), 1);
    EXPECT_EQ(edit_distance("dose", "doses"), 1);
    EXPECT_EQ(edit_distance("dose", "dos"), 1);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
}

TEST(EditDistance, swapped_neighbours_are_one_edit) {
    EXPECT_EQ(edit_distance("raduis", "radius"), 1);
    EXPECT_EQ(edit_distance("ab", "ba"), 1);
    EXPECT_EQ(edit_distance("ca", "abc"), 3);  // a swapped pair is not edited again
}

TEST(Nearest, finds_what_was_meant) {
    EXPECT_EQ(nearest("doze", keys), "dose");
    EXPECT_EQ(nearest("raduis", keys), "radius");
    EXPECT_EQ(nearest("halflife", keys), "half_life");
}

TEST(Nearest, gives_nothing_when_all_are_far) {
    EXPECT_EQ(nearest("viscosity", keys), "");
    EXPECT_EQ(nearest("do", keys), "");
    EXPECT_EQ(nearest("x", {}), "");
}

TEST(Nearest, limit_is_a_third_of_the_length_but_at_least_one) {
    constexpr std::string_view one[] = {"abcdef"};
    EXPECT_EQ(nearest("abcdxy", one), "abcdef");
    EXPECT_EQ(nearest("abcxyz", one), "");
    constexpr std::string_view two[] = {"ab"};
    EXPECT_EQ(nearest("a", two), "ab");
}

TEST(Nearest, first_of_equals_wins) {
    constexpr std::string_view equals[] = {"bat", "cat"};
    EXPECT_EQ(nearest("rat", equals), "bat");
}

TEST(DidYouMean, asks_or_stays_silent) {
    EXPECT_EQ(did_you_mean("rout", keys), "did you mean 'route'?");
    EXPECT_EQ(did_you_mean("elephant", keys), "");
    const std::string_view names[] = {"blood.concentration", "liver.concentration"};
    EXPECT_EQ(did_you_mean("blood.concentration[doxorubicin]", names),
              "did you mean 'blood.concentration'?");
    EXPECT_EQ(did_you_mean("spleen.something[doxorubicin]", names), "");
}

}  // namespace
}  // namespace caravel
