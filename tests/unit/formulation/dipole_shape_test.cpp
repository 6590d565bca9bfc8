#include "caravel/formulation/optics/dipole_shape.hpp"
#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::formulation::optics {
namespace {

constexpr double nm = 1e-9;

index_t count_material(const DipoleShape& shape, int material) {
    index_t count = 0;
    for (const std::uint8_t m : shape.material) count += m == material ? 1 : 0;
    return count;
}

TEST(DipoleShape, SphereOfSixteenHasThePublishedNumberOfDipoles) {
    const LatticeShape s = lattice_sphere(16.0 * nm, nm);
    EXPECT_EQ(s.shape.nx, 16);
    EXPECT_EQ(dipole_count(s.shape), 2176);  // ADDA 1.4, sample
    EXPECT_NEAR(s.volume_error, 2176.0 / (4.0 / 3.0 * M_PI * 512.0) - 1.0, 1e-12);
    EXPECT_DOUBLE_EQ(s.spacing, std::cbrt(s.volume / 2176.0));
}

TEST(DipoleShape, EveryBodyFillsItsVolume) {
    const std::vector<LatticeShape> bodies{lattice_sphere(30 * nm, nm),
                                           lattice_rod(52 * nm, 14 * nm, nm),
                                           lattice_spheroid(60 * nm, 20 * nm, nm),
                                           lattice_disc(40 * nm, 12 * nm, nm),
                                           lattice_cage(40 * nm, 8 * nm, 12 * nm, nm),
                                           lattice_cage(50 * nm, 5 * nm, 24 * nm, nm),
                                           lattice_star(30 * nm, 6, 20 * nm, 12 * nm, nm),
                                           lattice_star(30 * nm, 7, 20 * nm, 12 * nm, nm),
                                           lattice_star(30 * nm, 12, 15 * nm, 10 * nm, nm),
                                           lattice_janus(40 * nm, 0.3, nm),
                                           lattice_core_satellite(30 * nm, 8, 10 * nm, nm)};
    for (const LatticeShape& body : bodies) {
        EXPECT_LT(std::abs(body.volume_error), 0.03) << &body - bodies.data();
        const double cells = static_cast<double>(dipole_count(body.shape));
        EXPECT_NEAR(cells * std::pow(body.spacing, 3) / body.volume, 1.0, 1e-12);
    }
    EXPECT_DOUBLE_EQ(bodies[1].volume, (4.0 / 3.0 * M_PI * 343.0 + M_PI * 49.0 * 38.0) * 1e-27);
}

TEST(DipoleShape, CubesAndClosedCagesAreExact) {
    const LatticeShape cube = lattice_cube(12 * nm, nm);
    EXPECT_EQ(dipole_count(cube.shape), 1728);
    EXPECT_NEAR(cube.volume_error, 0.0, 1e-12);
    const LatticeShape cage = lattice_cage(12 * nm, 2 * nm, 0.0, nm);
    EXPECT_EQ(dipole_count(cage.shape), 1728 - 512);
    EXPECT_NEAR(cage.volume_error, 0.0, 1e-12);
    EXPECT_NEAR(cage.thinnest_cells, 2.0, 1e-9);
    EXPECT_LT(dipole_count(lattice_cage(12 * nm, 2 * nm, 5 * nm, nm).shape), 1728 - 512);
}

TEST(DipoleShape, JanusIsCutAtTheFraction) {
    const LatticeShape s = lattice_janus(40 * nm, 0.25, nm);
    const double first = static_cast<double>(count_material(s.shape, 1));
    EXPECT_NEAR(first / static_cast<double>(dipole_count(s.shape)), 0.25, 0.03);
    EXPECT_EQ(material_count(s.shape), 2);
}

TEST(DipoleShape, CoreSatelliteHoldsBothMaterials) {
    const LatticeShape s = lattice_core_satellite(30 * nm, 6, 10 * nm, nm);
    const double ratio = static_cast<double>(count_material(s.shape, 2)) /
                         static_cast<double>(count_material(s.shape, 1));
    EXPECT_NEAR(ratio, 6.0 / 27.0, 0.02);
}

TEST(DipoleShape, SymmetriesAreFound) {
    EXPECT_EQ(symmetries(lattice_sphere(9 * nm, nm).shape).size(), 48U);
    EXPECT_EQ(symmetries(lattice_rod(20 * nm, 8 * nm, nm).shape).size(), 16U);
    EXPECT_EQ(symmetries(lattice_janus(10 * nm, 0.5, nm).shape).size(), 8U);
    EXPECT_EQ(symmetries(lattice_star(10 * nm, 4, 8 * nm, 4 * nm, nm).shape).size(), 24U);
}

template <class Build>
void expect_refused(const Build& build, const std::string& word) {
    try {
        build();
        ADD_FAILURE() << "accepted: " << word;
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
}

TEST(DipoleShape, ImpossibleLengthsAreRefusedByName) {
    expect_refused([] { lattice_sphere(-1.0, nm); }, "sphere diameter");
    expect_refused([] { lattice_sphere(nm, NAN); }, "lattice spacing");
    expect_refused([] { lattice_rod(5 * nm, 10 * nm, nm); }, "rod length");
    expect_refused([] { lattice_cage(10 * nm, 5 * nm, 0.0, nm); }, "cage wall");
    expect_refused([] { lattice_cage(10 * nm, 2 * nm, 6 * nm, nm); }, "corner opening");
    expect_refused([] { lattice_star(10 * nm, 50, 5 * nm, 8 * nm, nm); }, "branch base");
    expect_refused([] { lattice_star(10 * nm, 6, 0.01 * nm, 4 * nm, nm); }, "branch length");
    expect_refused([] { lattice_janus(10 * nm, 1.5, nm); }, "first fraction");
    expect_refused([] { lattice_core_satellite(10 * nm, 40, 9 * nm, nm); }, "satellite diameter");
    expect_refused([] { lattice_sphere(1e-3, nm); }, "lattice box");
    expect_refused([] { check_shape({2, 2, 2, {0, 0, 0}}); }, "lattice shape");
}

}  // namespace
}  // namespace caravel::formulation::optics
