// The image quality phantom of NEMA NU 4-2008 in a scanner like the Inveon.
#include "caravel/imaging/nuclear/pet_scan.hpp"
#include "support/emission_phantom.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double mm = 1e-3;

double rod_angle(int diameter) { return 2.0 * std::numbers::pi * diameter / 5.0; }

/// Whether a place lies in the rod of that diameter (mm), 7 mm from the axis.
bool in_rod(const Vector3& p, int diameter) {
    const double x = p[0] - 7.0 * mm * std::cos(rod_angle(diameter));
    const double y = p[1] - 7.0 * mm * std::sin(rod_angle(diameter));
    return std::hypot(x, y) < 0.5 * diameter * mm;
}

/// Water (+1) or air (-1) chamber of 8 mm.
bool in_chamber(const Vector3& p, double side) {
    return std::hypot(p[0] - side * 7.0 * mm, p[1]) < 4.0 * mm && p[2] < -10.0 * mm;
}

/// Rods at z > 10 mm in PMMA, even part, chambers at z < -10 mm; 3.7 MBq of 18F.
ImagedObject image_quality_phantom() {
    test::EmissionPhantom phantom;
    phantom.n = {120, 120, 25};
    phantom.spacing = {0.3 * mm, 0.3 * mm, 2.0 * mm};
    phantom.regions = {
        {"outside", "air"}, {"wall", "pmma"}, {"inside", "water", false, true}, {"empty", "air"}};
    const auto filled = [](const Vector3& p) {
        if (p[2] > 10.0 * mm) {
            for (int d = 1; d <= 5; ++d)
                if (in_rod(p, d)) return true;
            return false;
        }
        return std::hypot(p[0], p[1]) < 15.0 * mm && !in_chamber(p, 1.0) && !in_chamber(p, -1.0);
    };
    phantom.region_at = [=](const Vector3& p) -> std::uint16_t {
        if (std::hypot(p[0], p[1]) > 16.75 * mm) return 0;
        if (in_chamber(p, -1.0)) return 3;
        return filled(p) || in_chamber(p, 1.0) ? 2 : 1;
    };
    const double volume = 2.0e-5;  // m3 of the fillable parts, nearly
    phantom.activities = {
        {"F-18", [=](const Vector3& p) { return filled(p) ? 3.7e6 / volume : 0.0; }}};
    return test::make_object(phantom);
}

struct Quality {
    std::array<double, 5> recovery{};
    double water = 0.0;
    double air = 0.0;
    double deviation = 0.0;
};

/// As NEMA reads them: largest value of the mean image of 10 mm of rods within twice a diameter;
/// chambers in 4 mm by 7.5 mm; over the mean of the even part.
Quality read_quality(const Image& image) {
    const Grid& grid = image.grid;
    Quality quality;
    const auto [even, spread] = test::statistics(grid, image.values, [](const Vector3& p) {
        return std::hypot(p[0], p[1]) < 11.25 * mm && std::abs(p[2]) < 5.0 * mm;
    });
    quality.deviation = spread / even;
    const auto chamber = [&, mean = even](double side) {
        return test::statistics(grid, image.values,
                                [side](const Vector3& p) {
                                    return std::hypot(p[0] - side * 7.0 * mm, p[1]) < 2.0 * mm &&
                                           p[2] < -13.0 * mm && p[2] > -21.0 * mm;
                                })
                   .first /
               mean;
    };
    quality.water = chamber(1.0);
    quality.air = chamber(-1.0);
    for (int d = 1; d <= 5; ++d) {
        for (index_t j = 0; j < grid.ny; ++j) {
            for (index_t i = 0; i < grid.nx; ++i) {
                const Vector3 p = grid.centre(i, j, 0);
                const double x = p[0] - 7.0 * mm * std::cos(rod_angle(d));
                const double y = p[1] - 7.0 * mm * std::sin(rod_angle(d));
                if (std::hypot(x, y) > d * mm) continue;
                double sum = 0.0;
                double count = 0.0;
                for (index_t k = 0; k < grid.nz; ++k) {
                    const double z = grid.centre(i, j, k)[2];
                    if (z < 12.5 * mm || z > 22.5 * mm) continue;
                    sum += image.values[static_cast<std::size_t>(grid.index(i, j, k))];
                    count += 1.0;
                }
                double& best = quality.recovery[static_cast<std::size_t>(d - 1)];
                best = std::max(best, sum / count / even);
            }
        }
    }
    return quality;
}

TEST(ImageQualityPhantom, RecoveryGrowsWithTheRodsAndSpillOverIsSmall) {
    exec::ThreadTeam team(2);
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    PetSettings pet;
    pet.psf_model = false;
    pet.resolution = 0.8 * mm;
    pet.views = 96;
    const ImagedObject phantom = image_quality_phantom();
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const ScanResult result = scan_pet({team, library, 3}, phantom, pet, tier);
        const Quality quality = read_quality(result.images[0]);
        for (std::size_t d = 1; d < 5; ++d)
            EXPECT_GT(quality.recovery[d], quality.recovery[d - 1]) << d + 1 << " mm";
        EXPECT_GT(quality.recovery[0], 0.08);
        EXPECT_LT(quality.recovery[0], 0.40);
        EXPECT_GT(quality.recovery[4], 0.85);
        EXPECT_LT(quality.recovery[4], 1.10);
        // Cited scanners leave 0.24 to 0.28 in water and 0.35 in air; scatter known as its
        // expectation and positrons that fly in air as in water leave less.
        EXPECT_LT(quality.water, 0.28);
        EXPECT_LT(quality.air, 0.35);
        std::printf("tier %d: rods %.2f %.2f %.2f %.2f %.2f, water %.3f, air %.3f, even %.3f\n",
                    static_cast<int>(tier), quality.recovery[0], quality.recovery[1],
                    quality.recovery[2], quality.recovery[3], quality.recovery[4], quality.water,
                    quality.air, quality.deviation);
    }
}

TEST(ImageQualityPhantom, ScatterLeftInSpillsIntoBothChambers) {
    exec::ThreadTeam team(2);
    matter::Library library(std::filesystem::path(CARAVEL_SOURCE_DIR) / "data");
    PetSettings pet;
    pet.psf_model = false;
    pet.resolution = 1.2 * mm;
    pet.views = 48;
    pet.subsets = 8;
    const ImagedObject phantom = image_quality_phantom();
    const auto spill = [&](Tier tier) {
        const Quality quality =
            read_quality(scan_pet({team, library, 3}, phantom, pet, tier).images[0]);
        std::printf("tier %d, scatter %scorrected: water %.3f, air %.3f\n", static_cast<int>(tier),
                    pet.scatter_correction ? "" : "un", quality.water, quality.air);
        return quality;
    };
    const Quality corrected = spill(Tier::acquisition);
    pet.scatter_correction = false;
    const Quality left = spill(Tier::acquisition);
    const Quality image = spill(Tier::image);
    EXPECT_GT(left.water, corrected.water + 0.005);
    EXPECT_GT(left.air, corrected.air + 0.002);
    EXPECT_NEAR(image.water, left.water, 0.05);
}

}  // namespace
}  // namespace caravel::imaging
