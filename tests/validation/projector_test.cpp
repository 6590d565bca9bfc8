// The projector on the ten rays that libparallelproj ships with the values it computes.
#include "caravel/imaging/tomography/projection.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace caravel::imaging {
namespace {

std::vector<double> read_numbers(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::vector<double> numbers;
    for (double x = 0.0; file >> x;) numbers.push_back(x);
    return numbers;
}

TEST(ProjectorFixture, GivesTheValuesOfLibparallelproj) {
    const auto data = test::shared_data();
    if (!data) GTEST_SKIP() << test::data_not_present;
    const auto folder = *data / "imaging" / "projector_fixtures";
    const auto image = read_numbers(folder / "img.txt");
    const auto starts = read_numbers(folder / "vstart.txt");
    const auto ends = read_numbers(folder / "vend.txt");
    const auto expected = read_numbers(folder / "expected_fwd_vals.txt");
    ASSERT_EQ(image.size(), 24U);
    ASSERT_EQ(starts.size(), 3 * expected.size());
    ASSERT_EQ(ends.size(), starts.size());
    // Its image is 2 x 3 x 4 voxels of 4 x 3 x 2 mm with the last axis fastest, and voxel (0, 0, 0)
    // of its rays is the middle of the first voxel: the axes swap.
    const Grid grid{4, 3, 2, {2.0, 3.0, 4.0}, {-1.0, -1.5, -2.0}};
    const auto place = [](const std::vector<double>& v, std::size_t ray) {
        return Vector3{v[3 * ray + 2] * 2.0, v[3 * ray + 1] * 3.0, v[3 * ray] * 4.0};
    };
    std::vector<Ray> rays;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        rays.push_back({place(starts, i), place(ends, i)});
    }
    exec::ThreadTeam team(1);
    const std::vector<float> volume(image.begin(), image.end());
    std::vector<float> sums(rays.size());
    project_rays(team, grid, volume, rays, sums);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(sums[i], expected[i], 1e-4) << "ray " << i;
    }
}

}  // namespace
}  // namespace caravel::imaging
