#include "caravel/study/imaged_body.hpp"
#include "caravel/study/image_session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numbers>

namespace caravel::study {
namespace {

double volume_of(const imaging::ImagedObject& object, const std::string& name) {
    double voxels = 0.0;
    for (const auto region : object.region)
        if (object.regions[region].name == name) voxels += 1.0;
    return voxels * object.grid.cell_volume();
}

ImagedBody mouse() {
    return draw_body({}, 0.025, {{"liver", 1.3e-6}, {"kidney", 0.4e-6}, {"blood", 1.5e-6}},
                     {{"tumour", 200e-9}});
}

TEST(ImagedBody, PartsHaveTheirVolumes) {
    const auto body = mouse();
    EXPECT_NEAR(volume_of(body.object, "liver"), 1.3e-6, 0.03e-6);
    EXPECT_NEAR(volume_of(body.object, "kidney"), 0.4e-6, 0.02e-6);
    EXPECT_NEAR(volume_of(body.object, "blood"), 0.15e-6, 0.01e-6);  // a tenth, as the heart's
    EXPECT_NEAR(volume_of(body.object, "tumour"), 200e-9, 6e-9);
    imaging::check_object(body.object);
}

TEST(ImagedBody, TheTrunkFollowsTheBodyWeight) {
    // 80 % of 25 mL in a cylinder three diameters long: D = (4 20e-6/(3 pi))^(1/3) = 20.4 mm
    const auto body = mouse();
    const double across = static_cast<double>(body.object.grid.nx) * body.object.grid.spacing[0];
    EXPECT_NEAR(across, 20.4e-3, 2e-3);
    const double along = static_cast<double>(body.object.grid.nz) * body.object.grid.spacing[2];
    EXPECT_NEAR(along, 40.8e-3, 1e-3);
}

TEST(ImagedBody, TheTumourLiesOnTheLowFlankBelowTheSkin) {
    ImagedBodyInput input;
    input.tumour_depth = 1e-3;
    const auto body = draw_body(input, 0.025, {}, {{"tumour", 60e-9}});
    const auto& t = body.tumours.front();
    EXPECT_NEAR(t.radius, 2.43e-3, 0.01e-3);
    EXPECT_NEAR(t.centre[1] - t.radius, -10.2e-3 + 1e-3, 0.05e-3);
    const auto lesion = std::count_if(body.object.regions.begin(), body.object.regions.end(),
                                      [](const auto& r) { return r.lesion; });
    EXPECT_EQ(lesion, 1);
}

TEST(ImagedBody, TwoTumoursLieSideBySide) {
    const auto body = draw_body({}, 0.025, {}, {{"left", 60e-9}, {"right", 60e-9}});
    ASSERT_EQ(body.tumours.size(), 2u);
    EXPECT_GT(body.tumours[1].centre[2] - body.tumours[0].centre[2], 2.0 * body.tumours[0].radius);
    EXPECT_NEAR(volume_of(body.object, "left"), volume_of(body.object, "right"), 5e-9);
}

imaging::ImagedObject marked() {
    imaging::ImagedObject object;
    object.grid = {2, 3, 4, {1e-3, 2e-3, 3e-3}, {0.0, 1e-3, 2e-3}};
    object.regions = {{"all", "muscle", false, true}};
    object.region.assign(24, 0);
    for (int i = 0; i < 24; ++i) object.temperature.push_back(300.0 + i);
    return object;
}

double value_at(const imaging::ImagedObject& object, const Vector3& place) {
    const Grid& g = object.grid;
    index_t n[3];
    for (std::size_t d = 0; d < 3; ++d)
        n[d] = static_cast<index_t>((place[d] - g.origin[d]) / g.spacing[d]);
    return object.temperature[static_cast<std::size_t>(g.index(n[0], n[1], n[2]))];
}

TEST(SeenFrom, TheFaceBecomesLowZAndPlacesAreTurnedNotMirrored) {
    const auto object = marked();
    const Vector3 p{1.5e-3, 4e-3, 9.5e-3};
    const double here = value_at(object, p);
    EXPECT_EQ(value_at(seen_from(object, "z_low"), p), here);
    EXPECT_EQ(value_at(seen_from(object, "y_low"), {p[0], -p[2], p[1]}), here);
    EXPECT_EQ(value_at(seen_from(object, "y_high"), {p[0], p[2], -p[1]}), here);
    EXPECT_EQ(value_at(seen_from(object, "x_low"), {-p[2], p[1], p[0]}), here);
    EXPECT_EQ(value_at(seen_from(object, "x_high"), {p[2], p[1], -p[0]}), here);
    EXPECT_EQ(value_at(seen_from(object, "z_high"), {p[0], -p[1], -p[2]}), here);
    EXPECT_EQ(seen_from(object, "y_low").grid.nz, 3);
}

}  // namespace
}  // namespace caravel::study
