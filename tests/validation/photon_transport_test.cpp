// Photon transport against adding-doubling tables, closed forms and what other codes publish.
#include "caravel/stimulus/light/photon_transport.hpp"
#include "caravel/stimulus/light/photon_lanes.hpp"

#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <fstream>
#include <sstream>

namespace caravel::stimulus {
namespace {

constexpr double mm = 1e-3;
constexpr double cm = 1e-2;

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, at);) parts.push_back(part);
    return parts;
}

std::vector<std::vector<std::string>> rows(const char* name) {
    std::ifstream file(*test::shared_data() / "optics_tissue" / "reference" / name);
    std::vector<std::vector<std::string>> rows;
    for (std::string line; std::getline(file, line);) {
        if (!line.empty() && line[0] != '#') rows.push_back(split(line, ','));
    }
    rows.erase(rows.begin());
    return rows;
}

// Layers of a row, voxels as thick as the thinnest one.
PhotonMedium layered(const std::string& layers, double index) {
    PhotonMedium medium;
    const std::vector<std::string> each = split(layers, '|');
    const double thin = std::stod(split(each.front(), ':')[3]) * cm;
    // wide, so that few photons go round the cyclic faces
    medium.grid = {2, 2, 0, {100.0 * thin, 100.0 * thin, thin}, {}};
    for (std::size_t i = 0; i < each.size(); ++i) {
        const std::vector<std::string> values = split(each[i], ':');
        const auto voxels = std::lround(std::stod(values[3]) * cm / thin);
        medium.grid.nz += voxels;
        medium.label.insert(medium.label.end(), static_cast<std::size_t>(4 * voxels),
                            static_cast<std::uint16_t>(i));
        medium.media.push_back({"",
                                std::stod(values[0]) / cm,
                                std::stod(values[1]) / cm,
                                std::stod(values[2]),
                                index,
                                {},
                                false});
    }
    medium.faces = {LightFace::cyclic, LightFace::cyclic,  LightFace::cyclic,
                    LightFace::cyclic, LightFace::fresnel, LightFace::fresnel};
    return medium;
}

TEST(PhotonSlabTable, EveryRowWithinFourStandardErrors) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    constexpr double photons = 2e5;
    exec::ThreadTeam team(2);
    double sum = 0.0;
    int count = 0;
    PhotonRun run;
    run.photons = static_cast<std::int64_t>(photons);
    for (const auto& row : rows("slab_total_R_T_exact.csv")) {
        const PhotonMedium medium = layered(row[1], std::stod(row[2]));
        LightSourceInput source;
        source.position = {0.3 * medium.grid.spacing[0], 0.3 * medium.grid.spacing[1], -mm};
        ++run.stream;  // rows are independent
        const PhotonTally tally = transport_photons(team, medium, source, run);
        EXPECT_EQ(tally.residual(), 0);
        const auto all = static_cast<double>(tally.launched);
        EXPECT_NEAR(static_cast<double>(tally.specular) / all, std::stod(row[3]), 1e-7);
        const std::array<double, 3> found{static_cast<double>(tally.left[4]) / all,
                                          static_cast<double>(tally.left[5]) / all,
                                          tally.absorbed_share()};
        for (std::size_t i = 0; i < 3; ++i) {
            const double exact = std::stod(row[4 + i]);
            const double error =
                std::hypot(std::sqrt(std::max(exact * (1.0 - exact), 1.0 / photons) / photons),
                           std::stod(row[7]));
            const double z = (found[i] - exact) / error;
            EXPECT_LT(std::abs(z), 4.0) << row[0] << " " << row[1] << ", column " << i;
            sum += std::abs(z);
            ++count;
        }
    }
    EXPECT_EQ(count, 156);
    // chance: 0.80; less, since absorbed weights spread less than whole photons
    EXPECT_GT(sum / count, 0.4);
    EXPECT_LT(sum / count, 1.0);
}

// The kernel's own free path, deflection and turn, four lanes at a time.
TEST(PhotonScatteringMoments, FollowTheClosedForms) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    constexpr std::uint32_t packets = 50'000;
    exec::ThreadTeam team(1);
    PhotonScene scene;
    for (const double g : {0.0, 0.5, 0.9}) {
        constexpr int most = 8;
        std::array<std::array<double, 6>, most + 1> sums{};  // z, x2, z2 and their squares
        for (std::uint32_t p = 0; p < packets; ++p) {
            Real<4> d[3] = {{}, {}, fill<Real<4>>(1.0F)};
            Real<4> at[3] = {};
            const Word<4> id{4 * p, 4 * p + 1, 4 * p + 2, 4 * p + 3};
            for (std::uint32_t n = 1; n <= most; ++n) {
                const Draw<4> draw = philox<4>(scene, fill<Word<4>>(n), id, Word<4>{});
                const Real<4> path = free_path<4>(draw.word[0], draw.word[1]);
                for (std::size_t a = 0; a < 3; ++a) at[a] += path * d[a];
                for (int lane = 0; lane < 4; ++lane) {
                    const std::array<double, 3> values{double{at[2][lane]},
                                                       std::pow(double{at[0][lane]}, 2),
                                                       std::pow(double{at[2][lane]}, 2)};
                    for (std::size_t i = 0; i < 3; ++i) {
                        sums[n][i] += values[i];
                        sums[n][i + 3] += values[i] * values[i];
                    }
                }
                Real<4> sine{};
                Real<4> cosine{};
                even_angle<4>(draw.word[1], sine, cosine);
                turn<4>(
                    d,
                    deflection<4>(fill<Real<4>>(static_cast<float>(g)), uniform<4>(draw.word[2])),
                    sine, cosine);
            }
        }
        int found = 0;
        for (const auto& row : rows("infinite_medium_scattering_moments.csv")) {
            if (std::stod(row[0]) != g) continue;
            const auto& sum = sums[std::stoul(row[1])];
            const std::array<std::size_t, 3> columns{2, 3, 4};
            for (std::size_t i = 0; i < 3; ++i) {
                const double mean = sum[i] / (4.0 * packets);
                const double variance = sum[i + 3] / (4.0 * packets) - mean * mean;
                EXPECT_NEAR(mean, std::stod(row[columns[i]]),
                            4.0 * std::sqrt(variance / (4.0 * packets)) + 1e-12)
                    << "g " << g << " n " << row[1] << " column " << i;
            }
            ++found;
        }
        EXPECT_GE(found, 5);
    }
}

OpticalMedium tissue(double absorption, double scattering, double g, double index) {
    return {"", absorption / mm, scattering / mm, g, index, {}, false};
}

PhotonMedium cube60(bool reflects) {
    PhotonMedium medium;
    medium.grid = {60, 60, 60, {mm, mm, mm}, {}};
    medium.label.assign(60 * 60 * 60, 0);
    medium.media = {tissue(0.005, 1.0, 0.01, 1.37)};
    if (reflects) medium.faces.fill(LightFace::fresnel);
    return medium;
}

void add_sphere(PhotonMedium& medium, double radius) {
    for (std::size_t i = 0; i < medium.label.size(); ++i) {
        const auto n = static_cast<index_t>(i);
        const Vector3 at = medium.grid.centre(n % 60, n / 60 % 60, n / 3600);
        const double r = std::hypot(at[0] - 30.0 * mm, at[1] - 30.0 * mm, at[2] - 30.0 * mm);
        if (r <= radius) medium.label[i] = 1;
    }
}

LightSourceInput pencil(double x, double y) {
    LightSourceInput source;
    source.position = {x, y, 0.0};
    return source;
}

// Absorbed share (percent) after 5 ns, without roulette as there.
double absorbed_percent(const PhotonMedium& medium, const LightSourceInput& source, double photons,
                        double specular_too = 0.0) {
    PhotonRun run;
    run.photons = static_cast<std::int64_t>(photons);
    run.longest_time = 5e-9;
    exec::ThreadTeam team(2);
    const PhotonTally tally = transport_photons(team, medium, source, run);
    EXPECT_EQ(tally.residual(), 0);
    const double entered =
        static_cast<double>(tally.launched - tally.specular) / static_cast<double>(tally.launched);
    return 100.0 * tally.absorbed_share() / (specular_too > 0.0 ? 1.0 : entered);
}

// Voxel benchmarks of MCX (fangq/mcx, src/mcx_bench.c); what its own checks expect, and the spread
// of several GPUs. The converged values of 1e8 photons stand in docs/models/photon_transport.md.
TEST(PhotonBenchmarks, CubesAbsorbWhatOtherCodesFind) {
    const double standard_error = 0.04;  // points at 3e5 photons
    const double cube = absorbed_percent(cube60(false), pencil(29.0 * mm, 29.0 * mm), 3e5);
    EXPECT_NEAR(cube, 17.69, 0.05 + 4.0 * standard_error);
    const double reflecting = absorbed_percent(cube60(true), pencil(29.0 * mm, 29.0 * mm), 3e5);
    EXPECT_NEAR(reflecting, 27.25, 0.05 + 4.0 * standard_error);
}

TEST(PhotonBenchmarks, PlanarSourceOutsideTheCube) {
    LightSourceInput source;
    source.kind = "planar";
    source.position = {10.0 * mm, 10.0 * mm, -10.0 * mm};
    source.edge_1 = {40.0 * mm, 0.0, 0.0};
    source.edge_2 = {0.0, 40.0 * mm, 0.0};
    // the published share is of the light behind the first surface
    EXPECT_NEAR(absorbed_percent(cube60(true), source, 3e5), 25.51, 0.05 + 4.0 * 0.04);
    EXPECT_NEAR(absorbed_percent(cube60(true), source, 3e5, 1.0), 24.89, 0.05 + 4.0 * 0.04);
}

TEST(PhotonBenchmarks, SpheresInTheCube) {
    PhotonMedium hollow = cube60(true);
    hollow.media.push_back(tissue(0.002, 5.0, 0.9, 1.0));
    add_sphere(hollow, 15.0 * mm);
    EXPECT_NEAR(absorbed_percent(hollow, pencil(29.0 * mm, 29.0 * mm), 1e5), 27.01,
                0.05 + 4.0 * 0.07);
    PhotonMedium dark = cube60(false);
    dark.media = {tissue(0.002, 1.0, 0.01, 1.37), tissue(0.05, 5.0, 0.9, 1.37)};
    add_sphere(dark, 10.0 * mm);
    // 10.957 (0.002) with 6.9e7 photons; published from 10.96 on
    EXPECT_NEAR(absorbed_percent(dark, pencil(29.5 * mm, 29.5 * mm), 1e5), 10.957, 4.0 * 0.063);
}

PhotonMedium skin_with_vessel() {
    PhotonMedium medium;
    medium.grid = {200, 200, 200, {5e-6, 5e-6, 5e-6}, {}};
    medium.media = {tissue(3.564e-5, 1.0, 1.0, 1.37), tissue(23.05426549, 9.398496241, 0.9, 1.37),
                    tissue(0.04584957865, 35.65405549, 0.9, 1.37),
                    tissue(1.657237447, 37.59398496, 0.9, 1.37)};
    for (int k = 0; k < 200; ++k) {
        for (int j = 0; j < 200; ++j) {
            const int layer = k < 20 ? 0 : (k < 32 ? 3 : 2);
            const bool vessel = std::hypot(j + 0.5 - 100.5, k + 0.5 - 100.5) <= 20.0;
            medium.label.insert(medium.label.end(), 200,
                                static_cast<std::uint16_t>(vessel ? 1 : layer));
        }
    }
    return medium;
}

TEST(PhotonBenchmarks, SkinWithAVessel) {
    LightSourceInput source;
    source.kind = "disk";
    source.radius = 0.3 * mm;
    source.position = {0.5 * mm, 0.5 * mm, 0.1 * mm};
    EXPECT_NEAR(absorbed_percent(skin_with_vessel(), source, 1e5), 39.77, 0.05 + 4.0 * 0.11);
}

}  // namespace
}  // namespace caravel::stimulus
