#include "caravel/imaging/mri/mri_dynamic.hpp"
#include "caravel/imaging/mri/mri_scan.hpp"
#include "caravel/imaging/mri/mri_scan_pulseq.hpp"
#include "caravel/imaging/mri/sequence_library.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

// Bytes per cell of the object and per point of the image, as a counting allocator found. Tissue
// maps take 40 bytes a cell, an agent and warmth up to 32 more, of which half is taken here.
constexpr double image_cell = 56.0;
constexpr double image_point = 28.0;
constexpr double image_frame = 42.0;  // per point of each further frame
constexpr double raw_cell = 78.0;
constexpr double raw_point = 58.0;
constexpr double raw_frame = 36.0;
constexpr double second_maps = 50.0;  // per cell, of the object at another time
constexpr double series_cell = 30.0;  // of a series: the object itself, and maps before the agent
constexpr double one_shot = 8.0;      // per cell and echo of a train

// Seconds of one 3 GHz core.
constexpr double per_cell = 60e-9;
constexpr double per_point = 70e-9;
constexpr double per_sample_and_cell = 3e-9;  // of a line, for every voxel
constexpr double per_gridded_sample = 6e-6;
constexpr double per_density = 1.3e-5;  // compensation, per sample of a plane
constexpr double per_t1 = 2e-6;         // fit of one voxel
constexpr double per_spin = 2e-7;       // of a file of Pulseq: one of a slice is set up
constexpr double per_spin_sample = 1e-9;
constexpr double per_spin_pulse = 2e-9;
constexpr double per_spin_window = 1e-8;
constexpr double pulseq_cell = 56.0;  // byte
constexpr double pulseq_point = 8.0;
constexpr double pulseq_spin = 130.0;  // vectors that grow
constexpr double pulseq_sample = 100.0;
constexpr double pulseq_sum = 16.0;  // of a sample of one group of spins

/// Every voxel of a slice goes through the whole sequence, slice after slice.
ScanCost pulseq_cost(const Grid& object, const MriSettings& mri, const Grid& image) {
    const PulseqWork work = pulseq_work(object, mri, image);
    const auto cells = static_cast<double>(object.cell_count());
    const auto points = static_cast<double>(image.cell_count());
    const double steps = work.samples * per_spin_sample + work.pulses * per_spin_pulse +
                         work.windows * per_spin_window;
    // groups of spins whose samples are summed apart
    const double groups =
        std::min(std::clamp(work.spins / 1024.0, 16.0, 64.0),
                 std::clamp(256e6 / (pulseq_sum * std::max(1.0, work.samples)), 4.0, 64.0));
    ScanCost cost;
    cost.seconds =
        per_cell * cells +
        work.slices * (work.spins * (per_spin + steps) + work.samples * per_gridded_sample) +
        per_density * work.samples;
    cost.memory = pulseq_cell * cells + pulseq_point * points + pulseq_spin * work.spins +
                  work.samples * (pulseq_sample + pulseq_sum * groups);
    return cost;
}

}  // namespace

ScanCost estimate_mri(const Grid& object_grid, const MriSettings& settings, Tier tier) {
    const Grid image = mri_image_grid(settings, object_grid);
    if (settings.sequence == "pulseq") return pulseq_cost(object_grid, settings, image);
    const auto cells = static_cast<double>(object_grid.cell_count());
    const auto points = static_cast<double>(image.cell_count());
    const auto coils = static_cast<double>(settings.coils);
    double frames = static_cast<double>(exposures(settings).size());
    if (settings.sequence == "dce" || settings.sequence == "thermometry")
        frames = static_cast<double>(mri_repeats(settings));
    const bool raw = tier == Tier::acquisition;
    // a frame of a series meets its object as often, each time with maps and lines of its own
    const bool series = settings.sequence == "dce";
    const double meetings =
        series ? static_cast<double>(frame_meetings(0.0, 1.0, tier).size()) : 1.0;
    const double shots =
        settings.sequence == "tse" ? static_cast<double>(settings.echo_count) : meetings;
    ScanCost cost;
    cost.memory = cells * (raw ? raw_cell : image_cell) +
                  points * ((raw ? raw_point : image_point) +
                            (frames - 1.0) * (raw ? raw_frame : image_frame));
    if (settings.sequence == "thermometry") cost.memory += second_maps * cells;
    if (series) cost.memory += (series_cell + second_maps * (meetings - 1.0)) * cells;
    if (raw) cost.memory += (shots - 1.0) * one_shot * cells;
    if (raw) cost.memory += (coils - 1.0) * (16.0 * cells + 32.0 * points);
    cost.seconds = frames * (meetings * per_cell * cells + per_point * points);
    const bool gridded = settings.sequence == "spiral" || settings.sequence == "ute";
    if (settings.sequence == "spiral")
        cost.seconds += per_density * 1.2 * static_cast<double>(image.nx * image.ny);
    if (settings.sequence == "t1_map") cost.seconds += per_t1 * points;
    if (!raw) return cost;
    const double lines = gridded
                             ? points * 1.2 * per_gridded_sample
                             : shots * cells * static_cast<double>(image.nx) * per_sample_and_cell;
    cost.seconds += frames * coils * lines;
    return cost;
}

}  // namespace caravel::imaging
