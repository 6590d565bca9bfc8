// The fast tier of every scanner on 128^3 cells of one body, one voxel per cell where the scanner's
// images are that fine. Gate, two threads: 0.5 s each.
#include "caravel/imaging/mpi/mpi_scan.hpp"
#include "caravel/imaging/mri/mri_scan.hpp"
#include "caravel/imaging/nuclear/pet_scan.hpp"
#include "caravel/imaging/nuclear/spect_scan.hpp"
#include "caravel/imaging/optical/fluorescence_scan.hpp"
#include "caravel/imaging/xray/ct_scan.hpp"
#include "caravel/imaging/xray/xfi_scan.hpp"
#include "support/scanned_body.hpp"

#include <benchmark/benchmark.h>

#include <ctime>

namespace {

using namespace caravel;
using namespace caravel::imaging;

constexpr double spacing = 0.2e-3;

double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Scan, class Settings>
void time_scan(benchmark::State& state, const Scan& scan, const char* nuclide,
               const Settings& settings) {
    exec::ThreadTeam team(2);
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    const ImagedObject object = test::body(128, 128, spacing, nuclide, true);
    const double before = processor_seconds();
    std::size_t voxels = 0;
    for (auto _ : state) {
        const ScanResult result = scan({team, library}, object, settings, Tier::image);
        voxels = result.images.front().values.size();
    }
    state.counters["voxels"] = static_cast<double>(voxels);
    // of both threads: what a quiet machine needs is about half of it
    state.counters["processor_s"] =
        (processor_seconds() - before) / static_cast<double>(state.iterations());
    state.SetLabel("gate 0.5 s");
}

void mri(benchmark::State& state) {
    MriSettings s;
    s.matrix = {128.0, 128.0};
    s.slice_thickness = spacing;
    time_scan(state, scan_mri, "", s);
}
void mpi(benchmark::State& state) {
    MpiSettings s;                   // voxels of 1 mm: no finer one is seen
    s.gradient = {-0.5, -0.5, 1.0};  // the field-free point crosses the whole body
    time_scan(state, scan_mpi, "", s);
}
void ct(benchmark::State& state) {
    CtSettings s;
    s.resolution = spacing;
    time_scan(state, scan_ct, "", s);
}
void xfi(benchmark::State& state) {
    XfiSettings s;
    s.resolution = spacing;
    time_scan(state, scan_xfi, "", s);
}
void pet(benchmark::State& state) {
    PetSettings s;
    s.resolution = spacing;
    time_scan(state, scan_pet, "F-18", s);
}
void spect(benchmark::State& state) {
    SpectSettings s;
    s.resolution = spacing;
    time_scan(state, scan_spect, "Tc-99m", s);
}
void fluorescence(benchmark::State& state) {
    time_scan(state, scan_fluorescence, "", FluorescenceSettings{});
}

BENCHMARK(mri)->Unit(benchmark::kSecond)->UseRealTime();
BENCHMARK(mpi)->Unit(benchmark::kSecond)->UseRealTime();
BENCHMARK(ct)->Unit(benchmark::kSecond)->UseRealTime();
BENCHMARK(xfi)->Unit(benchmark::kSecond)->UseRealTime();
BENCHMARK(pet)->Unit(benchmark::kSecond)->UseRealTime();
BENCHMARK(spect)->Unit(benchmark::kSecond)->UseRealTime();
BENCHMARK(fluorescence)->Unit(benchmark::kSecond)->UseRealTime();

}  // namespace
