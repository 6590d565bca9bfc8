// Photon transport against exact solutions of the transport equation.
#include "caravel/stimulus/light/photon_transport.hpp"
#include "caravel/base/constants.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace caravel::stimulus {
namespace {

constexpr double mm = 1e-3;

PhotonMedium slab(double absorption, double scattering, double g, double thickness) {
    PhotonMedium medium;
    medium.grid = {2, 2, 2, {thickness, thickness, 0.5 * thickness}, {}};
    medium.label.assign(8, 0);
    medium.media = {{"slab", absorption, scattering, g, 1.0, {}, false}};
    medium.faces = {LightFace::cyclic, LightFace::cyclic, LightFace::cyclic,
                    LightFace::cyclic, LightFace::open,   LightFace::open};
    return medium;
}

struct Totals {
    double back = 0.0;
    double through = 0.0;
    double absorbed = 0.0;
};

Totals totals(const PhotonMedium& medium, PhotonRun run) {
    LightSourceInput source;
    source.position = {0.3 * medium.grid.spacing[0], 0.3 * medium.grid.spacing[1], -1.0 * mm};
    exec::ThreadTeam team(2);
    const PhotonTally tally = transport_photons(team, medium, source, run);
    EXPECT_EQ(tally.residual(), 0);
    const auto all = static_cast<double>(tally.launched);
    return {static_cast<double>(tally.left[4]) / all, static_cast<double>(tally.left[5]) / all,
            tally.absorbed_share()};
}

double standard_error(double share, double photons) {
    return std::sqrt(share * (1.0 - share) / photons);
}

// H. C. van de Hulst, Multiple Light Scattering (1980): 0.09739 and 0.66096; eight digits by
// adding-doubling
TEST(PhotonSlab, VanDeHulstInBothKindsOfFlight) {
    const PhotonMedium medium = slab(1000.0, 9000.0, 0.75, 0.2 * mm);
    for (const auto tracking : {PhotonTracking::delta, PhotonTracking::marching}) {
        PhotonRun run;
        run.photons = 1'000'000;
        run.tracking = tracking;
        const Totals t = totals(medium, run);
        EXPECT_NEAR(t.back, 0.097395, 4.0 * standard_error(0.097395, 1e6));
        EXPECT_NEAR(t.through, 0.660958, 4.0 * standard_error(0.660958, 1e6));
    }
}

// Added absorption and scattering make the same slab as media do.
TEST(PhotonSlab, AddedCoefficientsActAsTheMedium) {
    PhotonMedium medium = slab(600.0, 0.0, 0.0, 0.2 * mm);
    medium.added_absorption.assign(8, 400.0);
    medium.added_scattering.assign(8, 9000.0);
    medium.added_anisotropy = 0.75;
    PhotonRun run;
    run.photons = 400'000;
    const Totals t = totals(medium, run);
    EXPECT_NEAR(t.back, 0.097395, 4.0 * standard_error(0.097395, 4e5));
    EXPECT_NEAR(t.through, 0.660958, 4.0 * standard_error(0.660958, 4e5));
}

// Henyey-Greenstein as a table of its own inverse, and as a modified one with beta = 1.
TEST(PhotonSlab, TabulatedAngleGivesTheSameSlab) {
    PhotonMedium medium = slab(1000.0, 9000.0, 0.75, 0.2 * mm);
    PhaseFunction& phase = medium.media[0].phase;
    constexpr int steps = 4000;
    const double g = 0.75;
    for (int i = 0; i <= steps; ++i) {
        const double f = (1.0 - g * g) / (1.0 - g + 2.0 * g * i / steps);
        phase.cosines.push_back(std::clamp((1.0 + g * g - f * f) / (2.0 * g), -1.0, 1.0));
    }
    PhotonRun run;
    run.photons = 400'000;
    for (const auto kind :
         {PhaseFunction::Kind::tabulated, PhaseFunction::Kind::modified_henyey_greenstein}) {
        phase.kind = kind;
        const Totals t = totals(medium, run);
        EXPECT_NEAR(t.back, 0.097395, 4.0 * standard_error(0.097395, 4e5));
        EXPECT_NEAR(t.through, 0.660958, 4.0 * standard_error(0.660958, 4e5));
    }
}

struct Moments {
    double z = 0.0;
    double r2 = 0.0;
};

Moments moments(const PhotonMedium& medium, const PhotonTally& tally, const Vector3& start) {
    const std::vector<double> density = absorbed_density(tally, medium);
    const double volume = medium.grid.cell_volume();
    Moments m;
    for (index_t k = 0; k < medium.grid.nz; ++k) {
        for (index_t j = 0; j < medium.grid.ny; ++j) {
            for (index_t i = 0; i < medium.grid.nx; ++i) {
                const Vector3 at = medium.grid.centre(i, j, k);
                const double share =
                    density[static_cast<std::size_t>(medium.grid.index(i, j, k))] * volume;
                m.z += share * (at[2] - start[2]);
                for (std::size_t a = 0; a < 3; ++a) m.r2 += share * std::pow(at[a] - start[a], 2);
            }
        }
    }
    return m;
}

// Where a beam's light is absorbed in an endless medium: <z> = 1 / (mua + mus (1 - g)), and
// <r2> = 2 / (mua (mua + mus (1 - g))), from the recursion of the scatterings' moments.
TEST(PhotonInfiniteMedium, AbsorbedLightHasTheMomentsOfTheTransportEquation) {
    constexpr double mua = 1000.0;
    constexpr double mus = 3000.0;
    for (const double g : {0.0, 0.5, 0.9, -0.5}) {
        PhotonMedium medium;
        medium.grid = {61, 61, 61, {0.25 * mm, 0.25 * mm, 0.25 * mm}, {}};
        medium.label.assign(61 * 61 * 61, 0);
        medium.media = {{"", mua, mus, g, 1.37, {}, false}};
        LightSourceInput source;
        source.position = {7.625 * mm, 7.625 * mm, 7.625 * mm};
        PhotonRun run;
        run.photons = 300'000;
        run.roulette_below = 1e-3;
        for (const auto tracking : {PhotonTracking::delta, PhotonTracking::marching}) {
            run.tracking = tracking;
            exec::ThreadTeam team(2);
            const PhotonTally tally = transport_photons(team, medium, source, run);
            const Moments m = moments(medium, tally, {7.625 * mm, 7.625 * mm, 7.625 * mm});
            const double z = 1.0 / (mua + mus * (1.0 - g));
            const double r2 = 2.0 / mua * z;
            // the spread of a place is at most that of the absorbed light; voxels blur by h2/12
            const double blur = 3.0 * std::pow(0.25 * mm, 2) / 12.0;
            EXPECT_NEAR(m.z, z, 4.0 * std::sqrt(r2 / 3e5)) << g;
            EXPECT_NEAR(m.r2 - blur, r2, 4.0 * 2.5 * r2 / std::sqrt(3e5)) << g;
        }
    }
}

// Lanes of a cube where bricks differ a lot: cell-by-cell bricks against plain marching.
TEST(PhotonTracking, DeltaAndMarchingAgreeVoxelGroupByVoxelGroup) {
    PhotonMedium medium;
    medium.grid = {24, 24, 24, {mm, mm, mm}, {}};
    medium.label.assign(24 * 24 * 24, 0);
    for (std::size_t i = 0; i < medium.label.size(); ++i) {
        medium.label[i] = i % 24 >= 16 ? 1 : 0;
        if (i / (24 * 24) == 11 && i / 24 % 24 > 12) medium.label[i] = 2;
    }
    medium.media = {{"", 20.0, 500.0, 0.5, 1.37, {}, false},
                    {"", 300.0, 6000.0, 0.9, 1.37, {}, false},
                    {"", 10.0, 10.0, 0.9, 1.5, {}, false}};
    medium.faces.fill(LightFace::fresnel);
    LightSourceInput source;
    source.kind = "disk";
    source.radius = 4.0 * mm;
    source.position = {14.0 * mm, 12.0 * mm, 0.0};
    constexpr int runs = 16;
    std::vector<std::vector<double>> sums[2];
    for (int i = 0; i < 2; ++i) {
        for (std::uint32_t r = 0; r < runs; ++r) {
            PhotonRun run;
            run.photons = 4000;
            run.stream = r + (i == 0 ? 0U : 1000U);
            run.tracking = i == 0 ? PhotonTracking::delta : PhotonTracking::marching;
            exec::ThreadTeam team(2);
            const PhotonTally tally = transport_photons(team, medium, source, run);
            std::vector<double> groups(27, 0.0);
            for (std::size_t v = 0; v < tally.absorbed.size(); ++v) {
                const std::size_t group = v % 24 / 8 + 3 * (v / 24 % 24 / 8 + 3 * (v / 4608));
                groups[group] +=
                    static_cast<double>(tally.absorbed[v]) / static_cast<double>(tally.launched);
            }
            sums[i].push_back(std::move(groups));
        }
    }
    double chi2 = 0.0;
    for (std::size_t group = 0; group < 27; ++group) {
        double mean[2] = {};
        double variance[2] = {};
        for (int i = 0; i < 2; ++i) {
            for (const auto& one : sums[i]) mean[i] += one[group] / runs;
            for (const auto& one : sums[i]) {
                variance[i] += std::pow(one[group] - mean[i], 2) / (runs * (runs - 1));
            }
        }
        const double z = (mean[0] - mean[1]) / std::sqrt(variance[0] + variance[1]);
        EXPECT_LT(std::abs(z), 4.5) << group;
        chi2 += z * z;
    }
    EXPECT_LT(chi2, 60.0);  // 27 groups, about 30 degrees of freedom each: 1 in 3000 above 60
}

// A photon on a high face that flies inwards by less than a rounding must not come out at the far
// side: a block of a hundred mean free paths lets nothing through from either side.
TEST(PhotonSlab, NothingCrossesAThickBlockFromEitherSide) {
    PhotonMedium medium;
    medium.grid = {4, 4, 200, {mm, mm, mm}, {}};
    medium.label.assign(3200, 0);
    medium.media = {{"ink", 1000.0, 10000.0, 0.9, 1.37, {}, false}};
    for (const bool mirrored : {false, true}) {
        medium.faces.fill(mirrored ? LightFace::mirror : LightFace::open);
        medium.faces[4] = medium.faces[5] = LightFace::fresnel;
        for (const double sign : {1.0, -1.0}) {
            LightSourceInput source;
            source.position = {1.5 * mm, 1.5 * mm, sign > 0.0 ? -mm : 201.0 * mm};
            source.direction = {0.0, 0.0, sign};
            PhotonRun run;
            run.photons = 100'000;
            exec::ThreadTeam team(2);
            const PhotonTally tally = transport_photons(team, medium, source, run);
            EXPECT_EQ(tally.left[sign > 0.0 ? 5 : 4], 0) << sign << " " << mirrored;
            EXPECT_EQ(tally.residual(), 0);
        }
    }
}

}  // namespace
}  // namespace caravel::stimulus
