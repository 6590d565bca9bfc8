#include "caravel/tissue/domain/domain.hpp"

#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::tissue {
namespace {

constexpr double cubic_centimetre = 1e-6;  // m3

double radius_of(double volume) { return std::cbrt(0.75 * volume / std::numbers::pi); }

DomainInput shape(const std::string& name) {
    DomainInput input;
    input.shape = name;
    if (name == "ellipsoid") input.axes = {1.0, 1.3, 0.7};
    return input;
}

double at(const Domain& domain, const std::vector<double>& values, index_t i, index_t j,
          index_t k) {
    return values[static_cast<std::size_t>(domain.grid.index(i, j, k))];
}

std::string message(const DomainInput& input, double volume = cubic_centimetre) {
    try {
        make_domain(input, volume, {"study.toml", 7, 1});
    } catch (const InputError& error) {
        return error.what();
    } catch (const IoError& error) {
        return std::string("IoError: ") + error.what();
    }
    return "no error";
}

DomainInput read_domain(const std::string& text) {
    return input::read<DomainInput>(input::parse_toml(text, "s").root);
}

std::string reading(const std::string& text) {
    try {
        read_domain(text);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

/// Largest distance (m) between depths and those of a sphere around the origin.
double sphere_error(const Domain& domain, double radius) {
    const std::vector<double> depth = depth_below_surface(domain);
    double worst = 0.0;
    for (index_t k = 0; k < domain.grid.nz; ++k)
        for (index_t j = 0; j < domain.grid.ny; ++j)
            for (index_t i = 0; i < domain.grid.nx; ++i) {
                const Vector3 c = domain.grid.centre(i, j, k);
                const double r = std::sqrt(c[0] * c[0] + c[1] * c[1] + c[2] * c[2]);
                worst = std::max(worst, std::abs(at(domain, depth, i, j, k) - (radius - r)));
            }
    return worst;
}

TEST(Domain, SharesAddToTheVolumeOfEveryShape) {
    for (const char* name : {"sphere", "ellipsoid", "lobed"})
        for (const char* symmetry : {"octant", "full"}) {
            DomainInput input = shape(name);
            input.symmetry = symmetry;
            const Domain domain = make_domain(input, cubic_centimetre);
            // The default is 30 voxels over the diameter; the gate is 0.1 %.
            EXPECT_NEAR(domain.tumour_volume() / cubic_centimetre, 1.0, 1e-4) << name << symmetry;
        }
}

TEST(Domain, CoarseSpheresKeepTheirVolumeToo) {
    for (const double voxels : {4.0, 7.3, 12.0}) {
        DomainInput input;
        input.resolution = 2.0 * radius_of(cubic_centimetre) / voxels;
        const Domain domain = make_domain(input, cubic_centimetre);
        EXPECT_NEAR(domain.tumour_volume() / cubic_centimetre, 1.0, 2e-4) << voxels;
    }
}

TEST(Domain, RegionIsTumourFromHalfAShareOn) {
    const Domain domain = make_domain(shape("lobed"), cubic_centimetre);
    ASSERT_EQ(domain.region.size(), domain.tumour_share.size());
    for (std::size_t i = 0; i < domain.region.size(); ++i)
        EXPECT_EQ(domain.region[i] == Region::tumour, domain.tumour_share[i] >= 0.5);
    EXPECT_DOUBLE_EQ(
        domain.volume(Region::tumour) + domain.volume(Region::normal),
        8.0 * domain.grid.cell_volume() * static_cast<double>(domain.grid.cell_count()));
}

TEST(Domain, AnOctantIsTheCornerOfTheFullDomain) {
    for (const char* name : {"sphere", "ellipsoid", "lobed"}) {
        DomainInput input = shape(name);
        const Domain octant = make_domain(input, cubic_centimetre);
        input.symmetry = "full";
        const Domain full = make_domain(input, cubic_centimetre);
        EXPECT_EQ(octant.copies, 8.0);
        EXPECT_EQ(full.copies, 1.0);
        EXPECT_EQ(octant.mirrored, (std::array<bool, 6>{true, false, true, false, true, false}));
        EXPECT_EQ(full.mirrored, (std::array<bool, 6>{}));
        ASSERT_EQ(full.grid.nx, 2 * octant.grid.nx);
        const Grid& grid = octant.grid;
        for (index_t k = 0; k < grid.nz; ++k)
            for (index_t j = 0; j < grid.ny; ++j)
                for (index_t i = 0; i < grid.nx; ++i)
                    EXPECT_NEAR(at(octant, octant.tumour_share, i, j, k),
                                at(full, full.tumour_share, i + grid.nx, j + grid.ny, k + grid.nz),
                                1e-12);
    }
}

TEST(Domain, ASkinLiesOnFacesWithAirAboveIt) {
    DomainInput input;
    input.skin_depth = 1.1e-3;
    const Domain domain = make_domain(input, cubic_centimetre);
    EXPECT_EQ(domain.copies, 4.0);
    EXPECT_EQ(domain.mirrored, (std::array<bool, 6>{true, false, true, false, false, false}));
    EXPECT_NEAR(domain.tumour_volume() / cubic_centimetre, 1.0, 1e-4);
    const Grid& grid = domain.grid;
    const double skin = radius_of(cubic_centimetre) + 1.1e-3;
    for (index_t k = 0; k < grid.nz; ++k) {
        const bool air =
            domain.region[static_cast<std::size_t>(grid.index(0, 0, k))] == Region::outside;
        EXPECT_EQ(air, grid.centre(0, 0, k)[2] > skin);
    }
    EXPECT_NEAR(grid.origin[2] + static_cast<double>(grid.nz - 2) * grid.spacing[2], skin, 1e-15);
    EXPECT_GT(domain.volume(Region::outside), 0.0);
    // Below the tumour lies the margin, a fifth of the radius.
    EXPECT_LE(grid.origin[2], -1.2 * radius_of(cubic_centimetre) * (1.0 - 1e-9));
}

TEST(Domain, VoxelsMayBeFlat) {
    DomainInput input;
    input.spacing = {400e-6, 300e-6, 700e-6};
    const Domain domain = make_domain(input, cubic_centimetre);
    EXPECT_EQ(domain.grid.spacing, (Vector3{400e-6, 300e-6, 700e-6}));
    EXPECT_NEAR(domain.tumour_volume() / cubic_centimetre, 1.0, 1e-4);
    // 18 voxels over the diameter along z.
    EXPECT_LT(sphere_error(domain, radius_of(cubic_centimetre)), 0.2 * 700e-6);
}

TEST(Domain, LobesStandOutByThreeTenthsOfTheMeanRadius) {
    DomainInput input = shape("lobed");
    input.symmetry = "full";
    input.lobes = 3;
    const Domain domain = make_domain(input, cubic_centimetre);
    EXPECT_NEAR(domain.tumour_volume() / cubic_centimetre, 1.0, 1e-4);
    // Mean of sin^6 is 2/3 4/5 6/7 = 16/35; R from 4/3 pi R^3 (1 + 1.5 0.09 16/35).
    const double radius = radius_of(cubic_centimetre / (1.0 + 0.135 * 16.0 / 35.0));
    const std::vector<double> depth = depth_below_surface(domain);
    const Grid& grid = domain.grid;
    double furthest = 0.0;
    for (index_t i = 0; i < grid.nx; ++i)
        if (at(domain, depth, i, grid.ny / 2, grid.nz / 2) >= 0.0)
            furthest = grid.centre(i, 0, 0)[0];
    EXPECT_NEAR(furthest, 1.3 * radius, grid.spacing[0]);
}

TEST(Domain, DepthIsTheDistanceToTheSurface) {
    const double radius = radius_of(cubic_centimetre);
    DomainInput input;
    Domain domain = make_domain(input, cubic_centimetre);
    EXPECT_LT(sphere_error(domain, radius), 0.1 * domain.grid.spacing[0]);
    input.symmetry = "full";
    domain = make_domain(input, cubic_centimetre);
    EXPECT_LT(sphere_error(domain, radius), 0.1 * domain.grid.spacing[0]);
    input.skin_depth = 2e-3;
    domain = make_domain(input, cubic_centimetre);
    EXPECT_LT(sphere_error(domain, radius), 0.1 * domain.grid.spacing[0]);
}

TEST(Domain, DepthOfASlabIsExactAtAnyShare) {
    Domain slab;
    slab.grid = {3, 1, 10, {2e-5, 1e-5, 1e-5}, {}};
    slab.region.assign(30, Region::normal);
    slab.tumour_share.assign(30, 0.0);
    for (index_t k = 0; k <= 4; ++k)
        for (index_t i = 0; i < 3; ++i)
            slab.tumour_share[static_cast<std::size_t>(slab.grid.index(i, 0, k))] =
                k < 4 ? 1.0 : 0.3;
    const std::vector<double> depth = depth_below_surface(slab);
    for (index_t k = 0; k < 10; ++k)
        EXPECT_NEAR(at(slab, depth, 1, 0, k), 4.3e-5 - (static_cast<double>(k) + 0.5) * 1e-5,
                    1e-18);
}

TEST(Domain, DepthOfALoneVoxelStaysWithinAVoxelOfTheDistance) {
    Domain dot;
    dot.grid = {9, 9, 9, {1.0, 1.0, 1.0}, {}};
    dot.region.assign(729, Region::normal);
    dot.tumour_share.assign(729, 0.0);
    dot.tumour_share[static_cast<std::size_t>(dot.grid.index(4, 4, 4))] = 1.0;
    const std::vector<double> depth = depth_below_surface(dot);
    for (index_t k = 0; k < 9; ++k)
        for (index_t i = 0; i < 9; ++i) {
            const double away = std::hypot(static_cast<double>(i - 4), static_cast<double>(k - 4));
            const double outside = std::max(0.0, away - 0.5);
            EXPECT_NEAR(at(dot, depth, i, 4, k), away == 0.0 ? 0.5 : -outside, 1.0);
        }
    dot.tumour_share.assign(729, 1.0);
    EXPECT_THROW(depth_below_surface(dot), InputError);
}

TEST(Domain, PlansAreTheGridsThatAreMade) {
    for (const char* name : {"sphere", "ellipsoid", "lobed"}) {
        const DomainInput input = shape(name);
        const DomainSize size = plan_domain(input, cubic_centimetre);
        const Domain domain = make_domain(input, cubic_centimetre);
        EXPECT_EQ(size.grid, domain.grid);
        EXPECT_EQ(size.cells, static_cast<double>(domain.grid.cell_count()));
    }
}

TEST(Domain, TooManyVoxelsAreRefusedWithTheirNumber) {
    DomainInput input;
    input.resolution = 1e-6;
    input.symmetry = "full";
    // 2 ceil(1.2 R / 1 um) = 11832 voxels along each axis.
    EXPECT_EQ(message(input, 500e-9),
              "study.toml:7:1: a resolution of 1 um for 500 mm3 needs 1.7e+12 voxels, expected at "
              "most 2.1e9 voxels (a resolution of 9.252 um or coarser would fit)");
    input.resolution = 1e-15;
    EXPECT_THROW(plan_domain(input, 500e-9), InputError);
}

TEST(Domain, RefusesWhatIsNoDomain) {
    const auto with = [](auto change) {
        DomainInput input;
        change(input);
        return message(input);
    };
    using D = DomainInput;
    EXPECT_EQ(
        with([](D& d) { d.resolution = 0.0; }),
        "study.toml:7:1: a voxel of the tumour's domain is 0 um wide, expected more than 0 um");
    EXPECT_EQ(
        with([](D& d) {
            d.spacing = {1e-4, 0.0, 1e-4};
        }),
        "study.toml:7:1: a voxel of the tumour's domain is 0 um wide, expected more than 0 um");
    EXPECT_EQ(with([](D& d) { d.spacing = {1e-4}; }),
              "study.toml:7:1: spacing has 1 values, expected three, along x, y and z");
    EXPECT_EQ(with([](D& d) {
                  d.resolution = 1e-4, d.spacing = {1e-4, 1e-4, 1e-4};
              }),
              "study.toml:7:1: both resolution and spacing are given, expected one of them");
    EXPECT_EQ(with([](D& d) { d.resolution = 5e-3; }),
              "study.toml:7:1: voxels of 5 mm leave 2.5 over the 12.41 mm of the tumour along x, "
              "expected at least 4: at most 3.102 mm");
    EXPECT_EQ(with([](D& d) { d.shape = "cube"; }),
              "study.toml:7:1: shape = \"cube\" is unknown, expected sphere, ellipsoid, lobed or "
              "file");
    EXPECT_EQ(with([](D& d) { d.shape = "ellipsoid"; }),
              "study.toml:7:1: axes has 0 values, expected three relative half axes of the "
              "ellipsoid, such as [1, 1, 1.5]");
    EXPECT_EQ(with([](D& d) {
                  d.shape = "ellipsoid", d.axes = {1.0, 1.0, 30.0};
              }),
              "study.toml:7:1: the axes of the ellipsoid reach from 1 to 30, expected positive "
              "values, the longest at most 20 times the shortest");
    EXPECT_EQ(with([](D& d) { d.shape = "lobed", d.lobes = 5; }),
              "study.toml:7:1: a tumour of 5 lobes has no octant, expected an even number of lobes "
              "or symmetry = \"full\"");
    EXPECT_EQ(with([](D& d) { d.shape = "lobed", d.lobes = 1; }),
              "study.toml:7:1: lobes = 1, expected 2 to 12");
    EXPECT_EQ(with([](D& d) { d.margin = -1e-3; }),
              "study.toml:7:1: margin = -1 mm, expected 0 mm or more");
    EXPECT_EQ(with([](D& d) { d.skin_depth = std::nan(""); }),
              "study.toml:7:1: skin_depth = nan mm, expected 0 mm or more");
    EXPECT_EQ(message({}, 0.0),
              "study.toml:7:1: the tumour's volume is 0 mm3, expected more than 0 mm3");
}

TEST(Domain, IsReadFromAStudy) {
    const DomainInput d = read_domain(
        "shape = 'lobed'\nresolution = '20 um'\nmargin = '2 mm'\nlobes = 3\nsymmetry = 'full'\n"
        "skin_depth = '0.5 mm'\n");
    EXPECT_EQ(d.shape, "lobed");
    EXPECT_DOUBLE_EQ(*d.resolution, 2e-5);
    EXPECT_DOUBLE_EQ(d.margin, 2e-3);
    EXPECT_EQ(d.lobes, 3);
    EXPECT_DOUBLE_EQ(*d.skin_depth, 5e-4);
    const DomainInput file =
        read_domain("shape = 'file'\nfile = 'a.nii'\n[[label]]\nvalue = 3\nregion = 'organ'\n");
    ASSERT_EQ(file.labels.size(), 1u);
    EXPECT_EQ(file.labels[0].value, 3);
    EXPECT_EQ(file.labels[0].region, "organ");
    EXPECT_EQ(file.symmetry, "full");  // whatever the default of shapes is
}

TEST(Domain, ComplainsAboutKeysThatDoNotGoTogether) {
    EXPECT_EQ(reading("resolution = '2 um'"),
              "s:1:14: resolution is 2 um, expected a number between 5 and 1000 um");
    EXPECT_EQ(reading("shape = 'file'"),
              "s:1:1: shape = \"file\" without a file, expected file = \"tumour.nii.gz\"");
    EXPECT_EQ(reading("file = 'a.nii'"),
              "s:1:1: a file for shape = \"sphere\", expected shape = \"file\"");
    EXPECT_EQ(reading("shape = 'file'\nfile = 'a.nii'\nsymmetry = 'octant'"),
              "s:3:1: a segmentation has no octant, expected symmetry = \"full\"");
    EXPECT_EQ(reading("shape = 'file'\nfile = 'a.nii'\nskin_depth = '1 mm'"),
              "s:3:1: a segmentation shows its own skin, expected no skin_depth; a label with "
              "region = \"outside\" for air");
    EXPECT_EQ(reading("axes = [3, 2, 1]"),
              "s:1:1: 'axes' has no effect for shape = \"sphere\", expected shape = \"ellipsoid\"");
    EXPECT_EQ(reading("shape = 'ellipsoid'\nlobes = 6\naxes = [1, 1, 2]"),
              "s:2:1: 'lobes' has no effect for shape = \"ellipsoid\", expected shape = \"lobed\"");
    EXPECT_EQ(reading("[[label]]\nvalue = 3"),
              "s:1:3: 'label' has no effect for shape = \"sphere\", expected shape = \"file\"");
    // one mistake, not another about the number of axes
    EXPECT_EQ(reading("shape = 'ellipsoid'\naxes = [2, 0, 1]"),
              "s:2:12: axes is 0, expected a number > 0");
    EXPECT_EQ(reading("shape = 'lobed'\nlobes = 3"),
              "s:2:1: a tumour of 3 lobes has no octant, expected an even number of lobes or "
              "symmetry = \"full\"");
}

}  // namespace
}  // namespace caravel::tissue
