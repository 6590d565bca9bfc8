// Photon cross-sections against the xraylib library, where xraylib is right (its mass
// energy-absorption is not).
#include "caravel/base/constants.hpp"
#include "caravel/matter/photon_cross_sections.hpp"
#include "caravel/matter/xray.hpp"

#include <gtest/gtest.h>
#include <xraylib.h>

#include <filesystem>

namespace caravel::matter {
namespace {

constexpr double kev = 1e3 * electronvolt;
const std::filesystem::path folder = std::filesystem::path(CARAVEL_SOURCE_DIR) / "data" / "xray";

TEST(Xraylib, CrossSectionsAgree) {
    const PhotonCrossSections cross(folder / "cross_sections.csv");
    const struct {
        const char* symbol;
        int z;
    } elements[] = {{"H", 1}, {"C", 6}, {"O", 8}, {"Fe", 26}, {"I", 53}, {"Gd", 64}, {"Au", 79}};
    for (const auto& [symbol, z] : elements) {
        for (const double energy : {5.0, 12.5, 33.0, 60.0, 110.0, 300.0}) {
            const double unit = 0.1;  // m2/kg per cm2/g
            EXPECT_NEAR(cross(symbol, PhotonProcess::photo, energy * kev) /
                            (unit * CS_Photo(z, energy, nullptr)),
                        1.0, 1e-4)
                << symbol << " photo " << energy;
            EXPECT_NEAR(cross(symbol, PhotonProcess::rayleigh, energy * kev) /
                            (unit * CS_Rayl(z, energy, nullptr)),
                        1.0, 1e-4)
                << symbol << " rayleigh " << energy;
            EXPECT_NEAR(cross(symbol, PhotonProcess::compton, energy * kev) /
                            (unit * CS_Compt(z, energy, nullptr)),
                        1.0, 1e-4)
                << symbol << " compton " << energy;
        }
    }
}

TEST(Xraylib, EdgesAndYieldsAgree) {
    const XrayTables tables(folder);
    const auto shells = tables.shells("Au");
    ASSERT_GE(shells.size(), 4u);
    EXPECT_NEAR(shells[0].edge / kev, EdgeEnergy(79, K_SHELL, nullptr), 1e-3);
    EXPECT_NEAR(shells[3].edge / kev, EdgeEnergy(79, L3_SHELL, nullptr), 1e-3);
    EXPECT_NEAR(shells[3].fluorescence_yield, FluorYield(79, L3_SHELL, nullptr), 1e-6);
}

}  // namespace
}  // namespace caravel::matter
