// Estimates of memory and time before a scan against scans: the memory in a process of its own.
#include "caravel/imaging/mpi/mpi_scan.hpp"
#include "caravel/imaging/mri/mri_scan.hpp"
#include "caravel/imaging/nuclear/pet_scan.hpp"
#include "caravel/imaging/nuclear/spect_scan.hpp"
#include "caravel/imaging/optical/fluorescence_scan.hpp"
#include "caravel/imaging/xray/ct_scan.hpp"
#include "caravel/imaging/xray/xfi_scan.hpp"

#include "support/sanitized.hpp"

#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>

namespace caravel::imaging {
namespace {

constexpr double megabyte = 1e6;

ScanContext context() {
    static matter::Library library(CARAVEL_SOURCE_DIR "/data");
    static exec::ThreadTeam team(1);
    return {team, library, 1, {}, {}};
}

/// Muscle with a ball of an agent that every scanner sees; `air` around it or not.
ImagedObject body(index_t n, index_t nz, double spacing, const std::string& nuclide, bool air) {
    ImagedObject o;
    const double half = 0.5 * spacing * static_cast<double>(n);
    const double low = -0.5 * spacing * static_cast<double>(nz);
    o.grid = {n, n, nz, {spacing, spacing, spacing}, {-half, -half, low}};
    o.regions = {{"outside", air ? "air" : "muscle"}, {"body", "muscle", false, true}};
    const auto cells = static_cast<std::size_t>(o.grid.cell_count());
    o.region.assign(cells, 0);
    AgentField field;
    field.concentration.assign(cells, 0.0);
    for (std::size_t v = 0; v < cells; ++v) {
        const auto i = static_cast<index_t>(v);
        const Vector3 at = o.grid.centre(i % n, i / n % n, i / (n * n));
        if (std::hypot(at[0], at[1]) < 0.84 * half) o.region[v] = 1;
        if (std::hypot(at[0] - 0.3 * half, at[1], at[2]) < 0.24 * half)
            field.concentration[v] = 1e-3;
    }
    o.fields = {field};
    ImagedAgent agent;
    agent.name = "probe";
    agent.relaxing = RelaxingAgent{};
    agent.attenuating = AttenuatingAgent{{{{"Au", 1.0}}}, 1.0};
    if (!nuclide.empty()) agent.radioactive = {{nuclide, 1e13}};
    agent.magnetic = MagneticAgent{25e-9, 0.1, 474e3, 2.7e-4, 1.0, 40e-9, 0.0};
    LuminescentAgent dye;
    dye.emitter = "dye";
    dye.excitation_peak = 789e-9;
    dye.emission_peak = 817e-9;
    dye.excitation_width = 70e-9;
    dye.emission_width = 50e-9;
    dye.absorption_cross_section = 4e4;
    dye.quantum_yield = 0.1;
    agent.luminescent = {dye};
    o.agents = {agent};
    return o;
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
