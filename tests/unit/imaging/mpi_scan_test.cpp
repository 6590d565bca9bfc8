// Magnetic particle imaging: settings, particle response, both tiers on one object.
#include "caravel/imaging/mpi/mpi_scan.hpp"
#include "caravel/base/error.hpp"
#include "caravel/formulation/magnetism/fokker_planck.hpp"
#include "caravel/imaging/mpi/point_spread.hpp"
#include "caravel/imaging/mpi/system_solver.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/matter/table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <complex>
#include <cstdio>
#include <filesystem>
#include <numbers>
#include <string>
#include <thread>

namespace caravel::imaging {
namespace {

constexpr double kilo = 1e3;  // mg/L per kg/m3

MagneticAgent particle(double diameter = 25e-9) {
    MagneticAgent a;
    a.core_diameter = diameter;
    a.spread = 0.1;
    a.saturation_magnetisation = 474e3;
    a.core_volume = 1.0 / (0.724 * 5180.0);  // per kg of iron in magnetite
    a.iron = 1.0;
    a.hydrodynamic_diameter = 40e-9;
    return a;
}

/// A slab of 24 x 24 x 1 mm with a disk of 5 mm across.
ImagedObject disk(double concentration) {
    ImagedObject o;
    o.grid = {48, 48, 1, {0.5e-3, 0.5e-3, 1e-3}, {-12e-3, -12e-3, -0.5e-3}};
    o.region.assign(48 * 48, 0);
    o.regions = {{"slab", "water", false, true}};
    ImagedAgent agent;
    agent.name = "iron";
    agent.magnetic = particle();
    o.agents = {agent};
    AgentField field;
    for (index_t j = 0; j < 48; ++j) {
        for (index_t i = 0; i < 48; ++i) {
            const Vector3 c = o.grid.centre(i, j, 0);
            field.concentration.push_back(std::hypot(c[0], c[1]) < 2.5e-3 ? concentration : 0.0);
        }
    }
    o.fields = {field};
    return o;
}

MpiSettings plane_scan() {
    MpiSettings s;
    s.drive_amplitude = {0.012, 0.012, 0.0};
    s.resolution = {1e-3, 1e-3, 1e-3};
    return s;
}

MpiSettings line_scan() {
    MpiSettings s;
    s.reconstruction = "x_space";
    s.gradient = {5.7, -2.85, -2.85};
    s.drive_amplitude = {0.02, 0.0, 0.0};
    s.clock = 4.5e6;
    s.dividers = {100.0, 100.0, 100.0};
    s.lowest_frequency = 67.5e3;
    s.highest_order = 22;
    s.frames = 50;
    return s;
}

struct Bench {
    exec::ThreadTeam team{2};
    matter::Library library{std::filesystem::path(CARAVEL_SOURCE_DIR) / "data"};
    Image scan(const ImagedObject& o, const MpiSettings& s, Tier tier, std::uint64_t seed = 1) {
        return scan_mpi({team, library, seed, {}, {}}, o, s, tier).images.at(0);
    }
};

/// Mean of the image within 1.5 mm of the middle less that beyond 8 mm.
double contrast(const Image& image) {
    double inside = 0.0, outside = 0.0, n = 0.0, m = 0.0;
    for (index_t j = 0; j < image.grid.ny; ++j) {
        for (index_t i = 0; i < image.grid.nx; ++i) {
            const Vector3 c = image.grid.centre(i, j, 0);
            const double value = image.values[static_cast<std::size_t>(image.grid.index(i, j, 0))];
            const double r = std::hypot(c[0], c[1]);
            if (r < 1.5e-3) inside += value, ++n;
            if (r > 8e-3 && r < 11e-3) outside += value, ++m;
        }
    }
    return inside / n - outside / m;
}

/// Standard deviation within 8 mm of the middle over several seeds of an object without iron.
double noise_level(Bench& bench, const MpiSettings& s, Tier tier, std::uint64_t seeds) {
    double sum = 0.0, n = 0.0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const Image image = bench.scan(disk(0.0), s, tier, seed);
        for (index_t j = 0; j < image.grid.ny; ++j) {
            for (index_t i = 0; i < image.grid.nx; ++i) {
                const Vector3 c = image.grid.centre(i, j, 0);
                if (std::hypot(c[0], c[1]) > 8e-3) continue;
                sum +=
                    std::pow(image.values[static_cast<std::size_t>(image.grid.index(i, j, 0))], 2);
                ++n;
            }
        }
    }
    return std::sqrt(sum / n);
}

TEST(MpiScan, TiersAgreeForASystemMatrix) {
    Bench bench;
    MpiSettings s = plane_scan();
    s.noise = false;
    const double image = contrast(bench.scan(disk(1.0), s, Tier::image));
    const double acquisition = contrast(bench.scan(disk(1.0), s, Tier::acquisition));
    std::printf("system matrix contrast: image %.2f, acquisition %.2f mg/L of 1000\n", image,
                acquisition);
    EXPECT_NEAR(image / acquisition, 1.0, 0.05);
    s.noise = true;
    const double level_image = noise_level(bench, s, Tier::image, 12);
    const double level_acquisition = noise_level(bench, s, Tier::acquisition, 12);
    std::printf("system matrix noise: image %.4g, acquisition %.4g mg/L\n", level_image,
                level_acquisition);
    EXPECT_NEAR(level_image / level_acquisition, 1.0, 0.1);
}

TEST(MpiScan, NoiseOfTheTiersAgreesForEveryRegularisation) {
    Bench bench;
    MpiSettings s = plane_scan();
    s.solver = "conjugate_gradient";
    s.iterations = 400;
    for (const double regularisation : {0.2, 0.1, 0.05, 0.01}) {
        s.regularisation = regularisation;
        const double ratio =
            noise_level(bench, s, Tier::image, 12) / noise_level(bench, s, Tier::acquisition, 4);
        std::printf("noise of the image tier over acquisition, regularisation %.2f: %.3f\n",
                    regularisation, ratio);
        EXPECT_NEAR(ratio, 1.0, 0.1) << regularisation;
    }
}

TEST(MpiScan, TiersAgreeInXSpace) {
    Bench bench;
    MpiSettings s = line_scan();
    s.noise = false;
    const double image = contrast(bench.scan(disk(1.0), s, Tier::image));
    const double acquisition = contrast(bench.scan(disk(1.0), s, Tier::acquisition));
    std::printf("x space contrast: image %.2f, acquisition %.2f mg/L\n", image, acquisition);
    EXPECT_NEAR(image / acquisition, 1.0, 0.05);
    s.noise = true;
    const double level = noise_level(bench, s, Tier::acquisition, 4);
    EXPECT_NEAR(noise_level(bench, s, Tier::image, 4) / level, 1.0, 0.1);
    const double predicted = bench.scan(disk(0.0), s, Tier::image).noise;
    std::printf("x space noise: %.4g, predicted in the middle %.4g mg/L\n", level, predicted);
}

TEST(MpiScan, StatedDetectionLimitSetsTheNoise) {
    Bench bench;
    for (MpiSettings s : {plane_scan(), line_scan()}) {
        s.detection_limit = 5e-12;
        const ScanResult r =
            scan_mpi({bench.team, bench.library, 1, {}, {}}, disk(1.0), s, Tier::image);
        EXPECT_EQ(r.numbers.at(1).name, "detection_limit");
        EXPECT_NEAR(r.numbers.at(1).value, 5e-12, 1e-17);
    }
}

TEST(MpiScan, NoiseFallsWithTheRootOfFrames) {
    Bench bench;
    MpiSettings s = plane_scan();
    const double once = bench.scan(disk(1.0), s, Tier::image).noise;
    s.frames *= 4;
    EXPECT_NEAR(bench.scan(disk(1.0), s, Tier::image).noise, 0.5 * once, 1e-9 * once);
}

TEST(MpiScan, TruthKeepsTheIron) {
    Bench bench;
    const Image image = bench.scan(disk(2.0), plane_scan(), Tier::image);
    double sum = 0.0;
    for (const double v : image.truth) sum += v;
    const ImagedObject o = disk(2.0);
    double expected = 0.0;
    for (const double c : o.fields[0].concentration) expected += c;
    EXPECT_NEAR(sum * image.grid.cell_volume(), kilo * expected * o.grid.cell_volume(), 1e-9 * sum);
    EXPECT_EQ(image.unit, "mg/L");
}

TEST(MpiScan, SolversMeet) {
    Bench bench;
    MpiSettings s = plane_scan();
    s.noise = false;
    s.regularisation = 0.1;
    s.iterations = 300;
    const Image kaczmarz = bench.scan(disk(1.0), s, Tier::acquisition);
    s.solver = "conjugate_gradient";
    const Image gradients = bench.scan(disk(1.0), s, Tier::acquisition);
    const double largest = *std::max_element(gradients.values.begin(), gradients.values.end());
    for (std::size_t i = 0; i < gradients.values.size(); ++i)
        EXPECT_NEAR(kaczmarz.values[i], gradients.values[i], 0.01 * largest);
}

TEST(MpiScan, SameBitsForAnyNumberOfThreads) {
    Bench bench;
    for (MpiSettings s : {plane_scan(), line_scan()}) {
        s.highest_order = 10;
        s.solver = "conjugate_gradient";
        for (const Tier tier : {Tier::image, Tier::acquisition}) {
            const Image two = bench.scan(disk(1.0), s, tier);
            exec::ThreadTeam one(1);
            exec::ThreadTeam four(4);
            for (auto* team : {&one, &four})
                EXPECT_EQ(two.values,
                          scan_mpi({*team, bench.library, 1, {}, {}}, disk(1.0), s, tier)
                              .images[0]
                              .values);
        }
    }
}

TEST(MpiScan, MomentsWithoutLagFollowLangevinAndSlowOnesVanish) {
    MpiSettings s = plane_scan();
    const auto fifth = [&](double viscosity) {
        const ParticleResponse response(particle(), {310.15, viscosity, true}, 0.05);
        for (const ReceivedOrder& o : received_orders(s, response.relaxation_time(), 1e-9)) {
            if (o.coil == 0 && o.order == std::array<int, 3>{5, 0, 0})
                return std::abs(o.frequencies.at(0).gain);
        }
        return 0.0;
    };
    // p w = 0.016 T/A * 2 pi 5 * 2.5 MHz/102 for a moment that follows at once
    const double at_once = 0.016 * 2.0 * std::numbers::pi * 5.0 * 2.5e6 / 102.0;
    EXPECT_NEAR(fifth(1e-9) / at_once, 1.0, 1e-9);
    EXPECT_LT(fifth(10.0) / at_once, 1e-3);
    s.relaxation = false;
    EXPECT_DOUBLE_EQ(ParticleResponse(particle(), {310.15, 1.0, false}, 0.05).relaxation_time(),
                     0.0);
}

TEST(MpiScan, DebyeLagIsThatOfTheFokkerPlanckEquationInWeakFields) {
    MagneticAgent a = particle();
    a.spread = 0.0;
    const ParticleResponse response(a, {310.15, 1e-3, true}, 0.05);
    const double frequency = 25e3;
    const auto m = formulation::magnetism::periodic_response({response.relaxation_time(), 0.0},
                                                             {0.05, frequency, 1024});
    std::complex<double> first = 0.0;
    for (std::size_t n = 0; n < m.first.size(); ++n)
        first += m.first[n] * 2.0 / static_cast<double>(m.first.size()) *
                 std::polar(1.0, -2.0 * std::numbers::pi * static_cast<double>(n) /
                                     static_cast<double>(m.first.size()));
    const std::complex<double> debye =
        0.05 / 3.0 /
        std::complex<double>(1.0, 2.0 * std::numbers::pi * frequency * response.relaxation_time());
    EXPECT_LT(std::abs(first - debye) / std::abs(debye), 2e-3);
}

TEST(MpiScan, SpectrumOfTheAlignmentInOneDirectionIsThatOfLangevin) {
    MagneticAgent a = particle();
    a.spread = 0.0;
    const ParticleResponse response(a, {}, 0.05);
    const double gain = 3.0 * response.slope(0.0);
    for (const double k : {0.01, 0.3, 1.0, 2.0}) {
        // kappa times the slice is the transform of the slope; compare with quadrature
        double sum = 0.0;
        for (int i = -4000; i <= 4000; ++i) {
            const double x = 0.05 * i;
            sum += 0.05 * response.slope(std::abs(x) / gain) / gain * std::cos(k * x);
        }
        const double tail = k > 0.1 ? 0.02 : 0.01;  // 1/x^2 beyond the sum
        EXPECT_NEAR(sliced_spectrum(response, k * gain, 1) * k * gain, sum, tail);
    }
}

std::string complaint(const std::string& text) {
    try {
        (void)input::read<MpiSettings>(input::parse_toml(text, "scan.toml").root);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(MpiSettings, ComplainsAboutContradictions) {
    EXPECT_EQ(complaint("frames = 10"), "");
    EXPECT_NE(complaint("gradient = ['1 T/m', '1 T/m', '1 T/m']").find("add up"),
              std::string::npos);
    EXPECT_NE(complaint("gradient = ['1 T/m', '0 T/m', '-1 T/m']").find("0 with a field-free"),
              std::string::npos);
    EXPECT_NE(complaint("reconstruction = 'x_space'").find("one driven axis"), std::string::npos);
    EXPECT_NE(complaint("drive_amplitude = ['0 mT', '0 mT', '0 mT']").find("no axis is driven"),
              std::string::npos);
    EXPECT_NE(complaint("dividers = [96, 96, 99]").find("one frequency"), std::string::npos);
    EXPECT_NE(complaint("highest_frequency = '2 MHz'").find("sampling"), std::string::npos);
    EXPECT_NE(complaint("lowest_frequency = '1.1 MHz'").find("nothing is received"),
              std::string::npos);
    EXPECT_NE(complaint("resolution = ['1 mm']").find("three"), std::string::npos);
    EXPECT_NE(complaint("solver = 'kazmarz'").find("kaczmarz"), std::string::npos);
}

TEST(MpiSettings, OpenMpiPeriods) {
    MpiSettings s;
    EXPECT_EQ(samples_per_frame(s), 53856);
    EXPECT_NEAR(frame_time(s), 21.54e-3, 5e-6);
    EXPECT_NEAR(frame_time(plane_scan()), 652.8e-6, 1e-9);
    s.drive_amplitude = {0.012, 0.0, 0.0};
    EXPECT_NEAR(frame_time(s), 40.8e-6, 1e-12);
}

TEST(MpiScan, RefusesWhatCannotBeScanned) {
    Bench bench;
    MpiSettings s = plane_scan();
    s.field_of_view = {20e-3, 24e-3, 1e-3};
    EXPECT_THROW(bench.scan(disk(1.0), s, Tier::image), InputError);
    ImagedObject bare = disk(1.0);
    bare.agents[0].magnetic.reset();
    EXPECT_THROW(bench.scan(bare, plane_scan(), Tier::image), InputError);
    ImagedObject large = disk(1.0);
    large.grid.spacing[0] = 2e-3;
    EXPECT_THROW(bench.scan(large, plane_scan(), Tier::image), InputError);
    s = plane_scan();
    s.lowest_frequency = 999.9e3;
    EXPECT_THROW(bench.scan(disk(1.0), s, Tier::image), InputError);
    ImagedObject no_size = disk(1.0);
    no_size.agents[0].magnetic->core_diameter = 0.0;
    EXPECT_THROW(bench.scan(no_size, plane_scan(), Tier::image), InputError);
}

TEST(MpiScan, RefusesSizesBeyondReasonBeforeItAllocates) {
    Bench bench;
    const auto refusal = [&](const MpiSettings& s) -> std::string {
        try {
            bench.scan(disk(1.0), s, Tier::image);
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    };
    MpiSettings s = plane_scan();
    s.resolution = {1e-9, 1e-9, 1e-9};  // 24 mm: 2.4e7 along x, 5.76e14 with y
    EXPECT_NE(refusal(s).find("5.76e+14 voxels"), std::string::npos) << refusal(s);
    EXPECT_THROW(estimate_mpi(disk(1.0).grid, s, Tier::image), InputError);
    s = plane_scan();
    s.dividers = {99991.0, 99989.0, 99.0};  // primes: 9.998e9 samples
    EXPECT_NE(refusal(s).find("9.998e+09 samples"), std::string::npos) << refusal(s);
}

TEST(MpiScan, NothingIsReceivedAtFrequencyZero) {
    // 3 and 2 cycles in 48 samples: of |3a +- 2b| below 13 every bin has two orders or none, but 0,
    // which is that of a = 2, b = 3 alone; 13 is that of a = 3, b = 2.
    MpiSettings s = plane_scan();
    s.dividers = {16.0, 24.0, 99.0};
    s.highest_order = 5;
    s.lowest_frequency = 0.0;
    s.highest_frequency = 700e3;
    const auto orders = received_orders(s, 0.0, 1e-9);
    ASSERT_EQ(orders.size(), 2U);
    for (const ReceivedOrder& order : orders) {
        EXPECT_EQ(order.order, (std::array<int, 3>{3, 2, 0}));
        ASSERT_EQ(order.frequencies.size(), 1U);
        EXPECT_EQ(order.frequencies[0].bin, 13);
        EXPECT_GT(order.weight, 0.0);
    }
    Bench bench;
    for (const Tier tier : {Tier::image, Tier::acquisition})
        for (const double value : bench.scan(disk(1.0), s, tier).values)
            ASSERT_TRUE(std::isfinite(value));
}

TEST(MpiScan, AsksForInterruptionFromItsOwnThreadOnly) {
    Bench bench;
    const auto own = std::this_thread::get_id();
    std::atomic<int> asked{0};
    std::atomic<int> elsewhere{0};
    const ScanContext context{bench.team, bench.library, 1, {}, [&] {
                                  ++asked;
                                  if (std::this_thread::get_id() != own) ++elsewhere;
                                  return false;
                              }};
    scan_mpi(context, disk(1.0), plane_scan(), Tier::acquisition);
    const int matrix = asked;
    EXPECT_GT(matrix, 2);
    scan_mpi(context, disk(1.0), line_scan(), Tier::acquisition);
    EXPECT_GT(asked, matrix + 1);
    EXPECT_EQ(elsewhere, 0);
}

TEST(MpiScan, CanBeInterrupted) {
    Bench bench;
    const ScanContext context{bench.team, bench.library, 1, {}, [] { return true; }};
    EXPECT_THROW(scan_mpi(context, disk(1.0), plane_scan(), Tier::acquisition), Interrupted);
}

struct Preset {
    std::string name, title, modality, species, source;
    MpiSettings mpi{};
};
void describe(input::Visitor& v, Preset& p) {
    v.text({"name", ""}, p.name);
    v.text({"title", ""}, p.title);
    v.text({"modality", ""}, p.modality);
    v.text({"species", ""}, p.species);
    v.text({"source", ""}, p.source);
    v.record({"mpi", ""}, p.mpi);
}

TEST(MpiScan, PresetsScanAnObject) {
    Bench bench;
    for (const char* name : {"mouse_mpi_openmpi", "mouse_mpi_xspace", "human_mpi_head"}) {
        const auto path = std::filesystem::path(CARAVEL_SOURCE_DIR) / "data" / "scanners" /
                          (std::string(name) + ".toml");
        const auto preset = input::read<Preset>(input::read_document(path).root);
        EXPECT_EQ(preset.name, name);
        EXPECT_EQ(preset.modality, "mpi");
        ImagedObject o = disk(1.0);
        if (preset.species == "human") o.grid.spacing = {4e-3, 4e-3, 4e-3};
        if (preset.name == "mouse_mpi_xspace") {  // driven along z
            o.grid.ny = 1;
            o.grid.nz = 48;
            o.grid.spacing = {0.5e-3, 1e-3, 0.5e-3};
        }
        const ScanResult r =
            scan_mpi({bench.team, bench.library, 1, {}, {}}, o, preset.mpi, Tier::image);
        EXPECT_GT(r.numbers.at(0).value, 0.0);
        std::printf("%s: %.3g s, detection limit %.3g ng\n", name, r.numbers[0].value,
                    1e12 * r.numbers[1].value);
        const ScanCost cost = estimate_mpi(o.grid, preset.mpi, Tier::acquisition);
        EXPECT_GT(cost.memory, estimate_mpi(o.grid, preset.mpi, Tier::image).memory);
    }
}

}  // namespace
}  // namespace caravel::imaging
