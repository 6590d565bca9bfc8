// Images of Pulseq files: phases that spread within a voxel.
#include "caravel/imaging/mri/mri_scan.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace caravel::imaging {
namespace {

constexpr double mm = 1e-3;

int number = 0;  // of files

/// Two hard pulses of 45 degrees with a gradient in between that turns the phase by `turns` over 1
/// mm along an axis (0 to 2: x, y, z), then the sample in the middle of k space.
class SpoiledPair {
  public:
    SpoiledPair(int axis, double turns)
        : path_(std::filesystem::temp_directory_path() /
                ("spoiled_pair_" + std::to_string(::getpid()) + "_" + std::to_string(number++) +
                 ".seq")) {
        std::ofstream file(path_);
        file << "[VERSION]\nmajor 1\nminor 4\nrevision 0\n\n[DEFINITIONS]\n"
                "AdcRasterTime 1e-07\nBlockDurationRaster 1e-05\nGradientRasterTime 1e-05\n"
                "RadiofrequencyRasterTime 1e-06\n\n[BLOCKS]\n"
                "1 1 1 0 0 0 0 0\n2 20 0 "
             << (axis == 0) << ' ' << (axis == 1) << ' ' << (axis == 2)
             << " 0 0\n3 1 1 0 0 0 0 0\n4 1 0 0 0 0 1 0\n\n[RF]\n1 12500 1 2 0 0 0 0\n\n[TRAP]\n1 "
             << turns / mm / 1e-4 << " 100 0 100 0\n\n[ADC]\n1 1 10000 0 0 0\n\n[SHAPES]\n\n"
             << "shape_id 1\nnum_samples 10\n1\n0\n0\n7\n\nshape_id 2\nnum_samples 10\n0\n0\n8\n";
    }
    ~SpoiledPair() { std::filesystem::remove(path_); }
    SpoiledPair(const SpoiledPair&) = delete;
    SpoiledPair& operator=(const SpoiledPair&) = delete;

    /// Signal of an even block of 6 x 6 cells of 1 mm seen as one point, per proton.
    double signal(std::int64_t in_plane, std::int64_t through) const {
        ImagedObject object;
        object.grid = {6, 6, 1, {1.0 * mm, 1.0 * mm, 1.0 * mm}, {}};
        object.regions = {{"body", "water"}};
        object.region.assign(36, 0);
        MriSettings mri;
        mri.sequence = "pulseq";
        mri.pulseq = path_.string();
        mri.matrix = {1.0, 1.0};
        mri.slice_thickness = 1.0 * mm;
        mri.filter = "none";
        mri.noise = false;
        mri.spins_in_plane = in_plane;
        mri.spins_through_slice = through;
        exec::ThreadTeam team(1);
        matter::Library library(CARAVEL_SOURCE_DIR "/data");
        return scan_mri({team, library, 1, {}, {}}, object, mri, Tier::acquisition)
            .images.front()
            .values.front();
    }

  private:
    std::filesystem::path path_;
};

/// Both pulses as one of 90 degrees: spins in the middle of their slice do not see gradients along
/// z.
double together() {
    const double signal = SpoiledPair(2, 1.0).signal(1, 1);
    EXPECT_NEAR(signal, 1.0, 0.02);  // less what relaxes
    return signal;
}

// What the first pulse left in the plane and a whole turn spreads is gone: sin 45 cos 45 of the
// second pulse remain. One spin per cell sees half a turn instead (the cells' middles lie at odd
// halves of a millimetre), by which the second pulse undoes the first.
TEST(PulseqScan, SpinsWithinACellLoseTheirPhase) {
    for (const int axis : {0, 1}) {
        const SpoiledPair pair(axis, 1.0);
        EXPECT_NEAR(pair.signal(18, 1), 0.5 * together(), 1e-3) << axis;  // 3 in each cell
        EXPECT_NEAR(pair.signal(6, 1), 0.0, 1e-3) << axis;
        EXPECT_NEAR(pair.signal(1, 1), 0.0, 1e-3) << axis;
    }
}

TEST(PulseqScan, WholeTurnsRefocusWhenTheyAreAMultipleOfTheSpins) {
    const SpoiledPair twice(0, 2.0);
    EXPECT_NEAR(twice.signal(18, 1), 0.5 * together(), 1e-3);
    EXPECT_NEAR(twice.signal(12, 1), 0.0, 1e-3);  // 2 in each cell, two turns: known limit
}

TEST(PulseqScan, GradientsThroughTheSliceNeedSpinsThere) {
    EXPECT_NEAR(SpoiledPair(2, 1.0).signal(1, 4), 0.5 * together(), 1e-3);
}

}  // namespace
}  // namespace caravel::imaging
