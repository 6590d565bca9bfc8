// Dynamic contrast: images of an object that changes, and what the agent's course tells.
#pragma once

#include "caravel/imaging/mri/mri_scan.hpp"
#include "caravel/imaging/mri/tracer_kinetics.hpp"

#include <cstddef>
#include <vector>

namespace caravel::imaging {

/// When frames are taken and what their course is compared with.
struct DynamicProtocol {
    std::vector<double> times{};   // s, starts of the frames, as object_at() counts them
    std::size_t baseline = 1;      // frames before the agent comes; their mean is the start
    std::size_t agent = 0;         // of the object, whose relaxivity the reader knows
    std::vector<double> plasma{};  // agent's unit per volume of plasma, in the middle of each
                                   // frame; empty: no fit of exchange
    TracerModel model = TracerModel::tofts;
    std::vector<TracerConstants> constants{};  // true ones, one per region of the object, against
                                               // `plasma`; empty: not known
    double area_time = 60.0;  // s after the baseline's last frame, of the area under the course
};

/// Length of a frame (s): frame_time, or the time that one image takes.
double dynamic_frame_time(const MriSettings& settings, const Grid& image);

/// Starts (s) of the frames of a series without pauses, the first at 0.
std::vector<double> dynamic_starts(const MriSettings& settings, double frame_time);

/// Times (s) at which a frame that starts at `start` meets its object: its middle, with
/// Tier::acquisition the middle of each quarter of its lines.
std::vector<double> frame_meetings(double start, double frame_time, Tier tier);

/// One image per frame (sequence "dce", spoiled gradient echoes) of object_at(time), which is asked
/// for times within the frames: with Tier::acquisition four times per frame, one per quarter of the
/// lines. Beside the frames: "enhancement" (1, last frame over the first), "area" (agent's unit
/// times s, from the end of the baseline on under the concentration above the mean of its frames;
/// a series that ends before `area_time` has a note), and with `plasma` the maps "ktrans" (1/min),
/// "kep" (1/min, of the Tofts model; 0 where the voxel's course does not ask for it) and
/// "plasma_volume" (1), by TracerFitter; voxels without a fit are flagged in Image::missing. Noise
/// lifts magnitudes: what it adds is taken off (signal_of_magnitude). The truth of "area" is that
/// of the object's concentration, that of the maps the mean of `constants` over each voxel.
/// ScanResult::courses holds for every region but the background the fit of its mean signal, with
/// standard errors, and the median of its voxels; a note names regions whose transfer cannot be
/// told from 0. The reader takes the relaxivity of the free agent and knows T1 before it (a map
/// without noise): agent that is bound or shut in relaxes otherwise, and the reading shows by how
/// much. Throws InputError for another sequence, times that do not ascend or leave a frame no room,
/// a baseline, plasma or constants that do not fit them, an agent that does not relax.
ScanResult scan_mri_dynamic(const ScanContext& context, const MovingObject& object_at,
                            const MriSettings& settings, const DynamicProtocol& protocol,
                            Tier tier);

}  // namespace caravel::imaging
