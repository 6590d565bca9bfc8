// Estimates of memory and time before a scan against scans: the memory in a process of its own.
#include "caravel/imaging/mpi/mpi_scan.hpp"
#include "caravel/imaging/mri/mri_scan.hpp"
#include "caravel/imaging/nuclear/pet_scan.hpp"
#include "caravel/imaging/nuclear/spect_scan.hpp"
#include "caravel/imaging/optical/fluorescence_scan.hpp"
#include "caravel/imaging/xray/ct_scan.hpp"
#include "caravel/imaging/xray/xfi_scan.hpp"

#include "support/sanitized.hpp"
#include "support/scanned_body.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <functional>

namespace caravel::imaging {
namespace {

using test::body;

constexpr double megabyte = 1e6;

ScanContext context() {
    static matter::Library library(CARAVEL_SOURCE_DIR "/data");
    static exec::ThreadTeam team(1);
    return {team, library, 1, {}, {}};
}

double resident_peak() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

double resident_now() {
    std::ifstream file("/proc/self/statm");
    double all = 0.0, resident = 0.0;
    file >> all >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// Memory (byte) that a scan adds to what the process holds before. `touch`, a small scan, brings
/// code and tables in.
double measured_memory(const std::function<void()>& touch, const std::function<void()>& scan) {
    int ends[2];
    if (pipe(ends) != 0) return 0.0;
    const pid_t child = fork();
    if (child == 0) {
        double added = 0.0;
        try {
            touch();
            malloc_trim(0);
            const double before = resident_now();
            scan();
            added = resident_peak() - before;
        } catch (...) {
            added = -1.0;
        }
        const auto written = write(ends[1], &added, sizeof added);
        _exit(written == static_cast<ssize_t>(sizeof added) ? 0 : 1);
    }
    double added = 0.0;
    const auto got = read(ends[0], &added, sizeof added);
    close(ends[0]);
    close(ends[1]);
    int status = 0;
    waitpid(child, &status, 0);
    return got == static_cast<ssize_t>(sizeof added) ? added : 0.0;
}

template <class Scan, class Estimate>
void expect_memory(const ImagedObject& small, const ImagedObject& large, const Scan& scan,
                   const Estimate& estimate, const char* name) {
    if (test::is_sanitized) GTEST_SKIP() << "a sanitizer's shadow counts as memory";
    for (const Tier tier : {Tier::image, Tier::acquisition}) {
        const double measured =
            measured_memory([&] { scan(small, tier); }, [&] { scan(large, tier); });
        const double expected = estimate(large.grid, tier).memory;
        std::printf("%s %s: %.1f MB measured, %.1f MB estimated (%.2f)\n", name,
                    tier == Tier::image ? "image" : "acquisition", measured / megabyte,
                    expected / megabyte, expected / measured);
        EXPECT_NEAR(expected / measured, 1.0, 0.25) << name;
    }
}

TEST(ScanCost, MemoryOfMagneticResonance) {
    MriSettings s;
    s.matrix = {96.0, 96.0};
    s.slice_thickness = 0.5e-3;
    expect_memory(
        body(16, 8, 1e-3, "", false), body(96, 60, 0.3e-3, "", false),
        [&](const ImagedObject& o, Tier tier) { return scan_mri(context(), o, s, tier); },
        [&](const Grid& g, Tier tier) { return estimate_mri(g, s, tier); }, "mri");
}

TEST(ScanCost, MemoryOfTomography) {
    CtSettings s;
    s.detector.pixel_pitch = 0.3e-3;
    s.views = 120;
    s.resolution = 0.25e-3;
    expect_memory(
        body(16, 4, 1e-3, "", true), body(64, 40, 0.4e-3, "", true),
        [&](const ImagedObject& o, Tier tier) { return scan_ct(context(), o, s, tier); },
        [&](const Grid& g, Tier tier) { return estimate_ct(g, s, tier); }, "ct");
}

TEST(ScanCost, MemoryOfXrayFluorescence) {
    XfiSettings s;
    s.views = 20;
    expect_memory(
        body(16, 4, 1e-3, "", true), body(100, 100, 0.3e-3, "", true),
        [&](const ImagedObject& o, Tier tier) { return scan_xfi(context(), o, s, tier); },
        [&](const Grid& g, Tier tier) { return estimate_xfi(g, s, tier); }, "xfi");
}

TEST(ScanCost, MemoryOfSinglePhotons) {
    SpectSettings s;
    s.iterations = 1;
    expect_memory(
        body(12, 12, 2e-3, "Tc-99m", true), body(64, 64, 0.6e-3, "Tc-99m", true),
        [&](const ImagedObject& o, Tier tier) { return scan_spect(context(), o, s, tier); },
        [&](const Grid& g, Tier tier) { return estimate_spect(g, s, tier); }, "spect");
}

TEST(ScanCost, MemoryOfTwoNuclidesOfSeveralLines) {
    SpectSettings s;
    s.iterations = 1;
    const auto both = [](ImagedObject o) {
        o.agents[0].radioactive.push_back({"Tc-99m", 1e13});
        return o;
    };
    for (const bool two : {false, true}) {
        s.expected = spect_lines(
            context().library,
            two ? std::vector<std::string>{"In-111", "Tc-99m"} : std::vector<std::string>{"In-111"},
            s);
        EXPECT_EQ(s.expected.windows, two ? 3.0 : 2.0);
        const ImagedObject small = body(12, 12, 2e-3, "In-111", true);
        const ImagedObject large = body(48, 48, 0.8e-3, "In-111", true);
        expect_memory(
            two ? both(small) : small, two ? both(large) : large,
            [&](const ImagedObject& o, Tier tier) { return scan_spect(context(), o, s, tier); },
            [&](const Grid& g, Tier tier) { return estimate_spect(g, s, tier); },
            two ? "spect, three windows" : "spect, two windows");
    }
}

TEST(ScanCost, MemoryOfPositrons) {
    PetSettings s;
    s.iterations = 1;
    expect_memory(
        body(12, 12, 2e-3, "F-18", true), body(64, 64, 0.6e-3, "F-18", true),
        [&](const ImagedObject& o, Tier tier) { return scan_pet(context(), o, s, tier); },
        [&](const Grid& g, Tier tier) { return estimate_pet(g, s, tier); }, "pet");
}

TEST(ScanCost, MemoryOfMagneticParticles) {
    MpiSettings s;
    expect_memory(
        body(16, 16, 0.8e-3, "", false), body(96, 96, 0.17e-3, "", false),
        [&](const ImagedObject& o, Tier tier) { return scan_mpi(context(), o, s, tier); },
        [&](const Grid& g, Tier tier) { return estimate_mpi(g, s, tier); }, "mpi");
}

MriSettings sequence_file() {
    MriSettings s;
    s.sequence = "pulseq";
    s.matrix = {64.0, 64.0};
    s.slices = 1;
    s.pulseq = (*test::shared_data() / "imaging" / "pulseq_fixtures" / "gre.seq").string();
    return s;
}

TEST(ScanCost, TimeOfASequenceFileFollowsItsSpinsAndSamples) {
    if (!test::shared_data()) GTEST_SKIP() << test::data_not_present;
    MriSettings s = sequence_file();
    const Grid grid = body(64, 4, 0.4e-3, "", false).grid;
    const double once = estimate_mri(grid, s, Tier::image).seconds;
    s.spins_in_plane *= 3;
    const double finer = estimate_mri(grid, s, Tier::image).seconds;
    EXPECT_GT(finer, 3.0 * once);  // three times the spins along both axes
    EXPECT_LT(finer, 9.0 * once);  // gridding stays
    s.pulseq = (*test::shared_data() / "imaging" / "pulseq_fixtures" / "fid.seq").string();
    EXPECT_LT(estimate_mri(grid, s, Tier::image).seconds, 0.1 * finer);
}

TEST(ScanCost, MemoryOfPhotonsThroughTissue) {
    FluorescenceSettings s;
    s.method = "monte_carlo";
    for (const std::int64_t photons : {10'000, 150'000}) {
        s.photons = photons;
        expect_memory(
            body(16, 16, 1e-3, "", false), body(48, 48, 0.4e-3, "", false),
            [&](const ImagedObject& o, Tier tier) {
                return scan_fluorescence(context(), o, s, tier);
            },
            [&](const Grid& g, Tier tier) { return estimate_fluorescence(g, s, tier); },
            photons > 100'000 ? "fluorescence, many photons" : "fluorescence, few photons");
    }
}

TEST(ScanCost, MemoryOfFluorescence) {
    FluorescenceSettings s;
    expect_memory(
        body(16, 16, 1e-3, "", false), body(64, 64, 0.3e-3, "", false),
        [&](const ImagedObject& o, Tier tier) { return scan_fluorescence(context(), o, s, tier); },
        [&](const Grid& g, Tier tier) { return estimate_fluorescence(g, s, tier); },
        "fluorescence");
}

}  // namespace
}  // namespace caravel::imaging
