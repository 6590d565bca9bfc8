#include "caravel/response/treatment/lesion.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace caravel::response {
namespace {

using tissue::Domain;
using tissue::DomainInput;
using tissue::Region;

constexpr double radius = 5e-3;  // m, of the tumour

Domain sphere(const char* symmetry) {
    DomainInput input;
    input.symmetry = symmetry;
    input.margin = 3e-3;
    input.resolution = 0.25e-3;
    return tissue::make_domain(input, 4.0 / 3.0 * std::numbers::pi * std::pow(radius, 3.0));
}

/// Survival that crosses 0.01 at `reach` (m) from the middle, linear within some voxels.
std::vector<double> survival(const Domain& domain, double reach) {
    std::vector<double> share;
    const Grid& g = domain.grid;
    for (index_t k = 0; k < g.nz; ++k)
        for (index_t j = 0; j < g.ny; ++j)
            for (index_t i = 0; i < g.nx; ++i) {
                const Vector3 c = g.centre(i, j, k);
                const double r = std::sqrt(c[0] * c[0] + c[1] * c[1] + c[2] * c[2]);
                share.push_back(std::clamp(0.01 + (r - reach) * 20.0, 0.0, 1.0));
            }
    return share;
}

TEST(Lesion, SphereThatCoversTheTumour) {
    const Domain domain = sphere("octant");
    ASSERT_EQ(domain.copies, 8.0);
    const auto share = survival(domain, radius + 1e-3);
    std::vector<double> peak(share.size(), 310.0);
    peak[0] = 350.0;
    peak.back() = 320.0;
    const Lesion lesion = lesion_of(domain, share, peak);
    const double volume = 4.0 / 3.0 * std::numbers::pi * std::pow(radius + 1e-3, 3.0);
    EXPECT_NEAR(lesion.volume, volume, 0.01 * volume);
    EXPECT_DOUBLE_EQ(lesion.tumour_covered, 1.0);
    EXPECT_NEAR(lesion.normal_harmed, volume - domain.tumour_volume(), 0.02 * volume);
    EXPECT_NEAR(lesion.least_margin, 1e-3, 0.1 * 0.25e-3);
    EXPECT_EQ(lesion.hottest_tumour, 350.0);
    EXPECT_EQ(lesion.hottest_normal, 320.0);
}

TEST(Lesion, MirroredDomainIsTheWholeOne) {
    const Domain octant = sphere("octant");
    const Domain full = sphere("full");
    const Lesion a = lesion_of(octant, survival(octant, 4e-3), {});
    const Lesion b = lesion_of(full, survival(full, 4e-3), {});
    EXPECT_NEAR(a.volume, b.volume, 0.01 * b.volume);
    EXPECT_NEAR(a.tumour_covered, b.tumour_covered, 0.01);
    EXPECT_NEAR(a.least_margin, b.least_margin, 0.1 * 0.25e-3);
    EXPECT_NEAR(b.tumour_covered, 0.512, 0.01);
}

TEST(Lesion, MarginIsNegativeWhereTheLesionFallsShort) {
    const Domain domain = sphere("octant");
    EXPECT_NEAR(lesion_of(domain, survival(domain, 4e-3), {}).least_margin, -1e-3, 0.1 * 0.25e-3);
    // a living core: the deepest living voxel counts
    auto share = survival(domain, radius + 1e-3);
    share[0] = 1.0;
    EXPECT_NEAR(lesion_of(domain, share, {}).least_margin, -radius, 0.3e-3);
    const std::vector<double> alive(share.size(), 1.0);
    const Lesion none = lesion_of(domain, alive, {});
    EXPECT_EQ(none.volume, 0.0);
    EXPECT_EQ(none.tumour_covered, 0.0);
    EXPECT_NEAR(none.least_margin, -radius, 0.3e-3);
}

TEST(Lesion, LesionBeyondTheBoxReachesItsOpenFaces) {
    const Domain domain = sphere("octant");
    const std::vector<double> dead(domain.region.size(), 0.0);
    EXPECT_NEAR(lesion_of(domain, dead, {}).least_margin, 3e-3, 0.5e-3);
}

TEST(DoseVolume, SharesOfARamp) {
    Domain domain;
    domain.grid = Grid{100, 1, 1};
    domain.grid.spacing = {1e-3, 1e-3, 1e-3};
    domain.region.assign(100, Region::tumour);
    domain.tumour_share.assign(100, 1.0);
    domain.copies = 2.0;
    std::vector<double> dose;
    for (int i = 0; i < 100; ++i) dose.push_back(i);
    const DoseVolume histogram = dose_volume(domain, dose, Region::tumour, 100);
    ASSERT_EQ(histogram.x.size(), 100u);
    EXPECT_EQ(histogram.share.front(), 1.0);
    EXPECT_NEAR(histogram.share.back(), 0.01, 1e-12);
    EXPECT_NEAR(histogram.share[40], 0.6, 1e-12);
    EXPECT_EQ(dose_at_volume(domain, dose, Region::tumour, 0.9), 10.0);
    EXPECT_EQ(dose_at_volume(domain, dose, Region::tumour, 0.5), 50.0);
    EXPECT_EQ(dose_at_volume(domain, dose, Region::tumour, 0.005), 99.0);
    EXPECT_NEAR(isoeffect_volume(domain, dose, Region::tumour, 90.0), 20e-9, 1e-18);
    EXPECT_TRUE(dose_volume(domain, dose, Region::bone).x.empty());
}

TEST(DoseVolume, VoxelsOfTheSurfaceCountByTheirShare) {
    Domain domain;
    domain.grid = Grid{3, 1, 1};
    domain.region = {Region::tumour, Region::tumour, Region::normal};
    domain.tumour_share = {1.0, 0.75, 0.25};
    const std::vector<double> dose{10.0, 20.0, 30.0};
    EXPECT_DOUBLE_EQ(isoeffect_volume(domain, dose, Region::tumour, 20.0), 1.0);
    EXPECT_DOUBLE_EQ(isoeffect_volume(domain, dose, Region::normal, 20.0), 1.0);
    EXPECT_DOUBLE_EQ(isoeffect_volume(domain, dose, Region::tumour, 0.0), 2.0);
    const DoseVolume histogram = dose_volume(domain, dose, Region::tumour, 3);
    EXPECT_DOUBLE_EQ(histogram.share[1], 0.5);
    EXPECT_DOUBLE_EQ(histogram.share[2], 0.125);
}

TEST(DoseVolume, DosesOverManyDecadesAreNotBlurred) {
    Domain domain;
    domain.grid = Grid{10, 1, 1};
    domain.region.assign(10, Region::tumour);
    domain.tumour_share.assign(10, 1.0);
    std::vector<double> dose;
    for (int i = 0; i < 10; ++i) dose.push_back(std::pow(10.0, i));
    EXPECT_EQ(dose_at_volume(domain, dose, Region::tumour, 0.9), 10.0);
}

TEST(DoseVolume, OneValueEverywhere) {
    Domain domain;
    domain.grid = Grid{2, 1, 1};
    domain.region.assign(2, Region::tumour);
    domain.tumour_share.assign(2, 1.0);
    const std::vector<double> dose{7.0, 7.0};
    EXPECT_EQ(dose_at_volume(domain, dose, Region::tumour, 0.9), 7.0);
    EXPECT_EQ(dose_at_volume(domain, dose, Region::tumour, 1.0), 7.0);
    // no surface of the tumour: no margin
    EXPECT_EQ(lesion_of(domain, std::vector<double>(2, 0.0), {}).least_margin, 0.0);
}

TEST(Lesion, RefusesWhatDoesNotFit) {
    const Domain domain = sphere("octant");
    const std::vector<double> few(3, 0.0);
    const std::vector<double> all(domain.region.size(), 0.0);
    EXPECT_THROW(lesion_of(domain, few, {}), InputError);
    EXPECT_THROW(lesion_of(domain, all, few), InputError);
    EXPECT_THROW(lesion_of(domain, all, {}, 0.0), InputError);
    EXPECT_THROW(dose_volume(domain, few, Region::tumour), InputError);
    EXPECT_THROW(dose_volume(domain, all, Region::tumour, 1), InputError);
    EXPECT_THROW(dose_at_volume(domain, all, Region::bone, 0.9), InputError);
    EXPECT_THROW(dose_at_volume(domain, all, Region::tumour, 1.5), InputError);
}

}  // namespace
}  // namespace caravel::response
