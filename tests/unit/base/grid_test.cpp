#include "caravel/base/grid.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/field.hpp"
#include "caravel/base/view.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace caravel {
namespace {

TEST(Contracts, broken_one_names_the_condition_and_the_place) {
    try {
        CARAVEL_EXPECTS(1 + 1 == 3);
        FAIL();
    } catch (const std::logic_error& error) {
        const std::string text = error.what();
        EXPECT_NE(text.find("grid_test.cpp:"), std::string::npos);
        EXPECT_TRUE(text.ends_with("expects failed: 1 + 1 == 3"));
    }
    EXPECT_THROW(CARAVEL_ENSURES(false), std::logic_error);
    EXPECT_NO_THROW(CARAVEL_ENSURES(true));
}

TEST(View, checks_bounds_in_at) {
    std::vector<double> values{1.0, 2.0, 3.0};
    const View<double> view = view_of(values);
    EXPECT_EQ(view.at(2), 3.0);
    EXPECT_THROW(view.at(3), std::logic_error);
    EXPECT_THROW(view.at(-1), std::logic_error);
    EXPECT_THROW(View<double>().at(0), std::logic_error);
}

TEST(View, writes_through_and_reads_as_const) {
    std::vector<double> values{1.0, 2.0};
    view_of(values)[1] = 5.0;
    const View<const double> read = view_of(values);
    EXPECT_EQ(read[1], 5.0);
    double sum = 0.0;
    for (const double value : read) sum += value;
    EXPECT_EQ(sum, 6.0);
    static_assert(std::is_trivially_copyable_v<View<double>>);
    static_assert(!std::is_convertible_v<View<const double>, View<double>>);
}

TEST(View, part_stays_inside) {
    std::vector<int> values{1, 2, 3, 4};
    EXPECT_EQ(view_of(values).part(1, 2).at(1), 3);
    EXPECT_TRUE(view_of(values).part(4, 0).empty());
    EXPECT_THROW(view_of(values).part(3, 2), std::logic_error);
    EXPECT_THROW(view_of(values).part(-1, 1), std::logic_error);
}

TEST(Grid, x_runs_fastest) {
    const Grid grid{.nx = 4, .ny = 3, .nz = 2};
    EXPECT_EQ(grid.cell_count(), 24);
    EXPECT_EQ(grid.index(0, 0, 0), 0);
    EXPECT_EQ(grid.index(1, 0, 0), 1);
    EXPECT_EQ(grid.index(0, 1, 0), 4);
    EXPECT_EQ(grid.index(3, 2, 1), 23);
}

TEST(Grid, centre_lies_half_a_cell_from_the_corner) {
    const Grid grid{.nx = 4, .ny = 3, .nz = 2, .spacing = {1e-3, 2e-3, 4e-3}, .origin = {1, 2, 3}};
    EXPECT_DOUBLE_EQ(grid.centre(0, 0, 0)[0], 1.0005);
    EXPECT_DOUBLE_EQ(grid.centre(0, 1, 0)[1], 2.003);
    EXPECT_DOUBLE_EQ(grid.centre(0, 0, 1)[2], 3.006);
    EXPECT_DOUBLE_EQ(grid.cell_volume(), 8e-9);
}

TEST(Grid, too_many_cells_are_a_resource_error) {
    const index_t many = index_t{1} << 31;
    EXPECT_EQ((Grid{.nx = many, .ny = many}.cell_count()), index_t{1} << 62);
    EXPECT_THROW((Grid{.nx = many, .ny = many, .nz = 2}.cell_count()), ResourceError);
    EXPECT_THROW((Grid{.nx = 0}.cell_count()), std::logic_error);
}

TEST(Field, is_born_nan) {
    const Field<double> field(Grid{.nx = 2, .ny = 2});
    EXPECT_EQ(field.size(), 4);
    for (const double value : field.view()) EXPECT_TRUE(std::isnan(value));
}

TEST(Field, initial_value_and_checked_access) {
    Field<int> field(Grid{.nx = 2, .ny = 3, .nz = 4}, 7);
    field.at(1, 2, 3) = 9;
    EXPECT_EQ(field.view()[23], 9);
    EXPECT_EQ(field.view()[0], 7);
    EXPECT_THROW(field.at(2, 0, 0), std::logic_error);
    EXPECT_THROW(field.at(0, -1, 0), std::logic_error);
}

}  // namespace
}  // namespace caravel
