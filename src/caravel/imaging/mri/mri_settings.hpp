// One magnetic resonance scan as a user writes it.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/input/visitor.hpp"

#include <string>
#include <vector>

namespace caravel::imaging {

/// Table `mri` of a scanner's file and of a scan.
struct MriSettings {
    double field = 7.0;            // T
    std::string sequence = "gre";  // one of mri_sequences()
    std::string pulseq{};          // path of a .seq file, for sequence = "pulseq"
    double repetition_time = 0.1;  // s
    double echo_time = 4e-3;       // s, of the first or the effective echo; not of cpmg, t2_map
    double echo_spacing = 8e-3;    // s; of cpmg, t2_map, tse also the time of the first echo
    std::int64_t echo_count = 8;   // of trains and multi-echo scans
    std::vector<double> inversion_times{0.05, 0.4, 1.1, 2.5};  // s
    bool fit_efficiency = false;                               // t1_map: inversion not ideal
    double flip_angle = 0.5235987755982988;                    // rad
    std::vector<double> flip_angles{0.03490658503988659, 0.08726646259971647, 0.17453292519943295,
                                    0.2617993877991494};  // rad, of t1_map by variable flip angle
    double refocusing_angle = 3.141592653589793;          // rad
    std::vector<double> field_of_view{};                  // m, x and y; empty: the object's extent
    std::vector<double> matrix{128.0, 128.0};             // points along x (read) and y
    double slice_thickness = 0.5e-3;                      // m
    std::int64_t slices = 0;                              // 0: as many as the object needs
    bool volume = false;  // whole volume excited, z encoded by phase
    std::int64_t averages = 1;
    double bandwidth = 50e3;         // Hz, of all points of a line
    std::string filter = "hamming";  // none, hamming, hann: on the raw data
    double snr = 3000.0;             // 1 mm3 of water, fully relaxed, 1 s of sampling, all coils
    bool noise = true;
    std::int64_t coils = 1;
    double saturation_amplitude = 1e-6;        // T
    double saturation_time = 3.0;              // s
    std::vector<double> saturation_offsets{};  // 1, against water; empty: +- the agent's shift
    double frame_time = 0.0;                   // s, of dynamic scans; 0: as long as one image
    std::int64_t frames = 1;                   // of dynamic scans
    std::int64_t interleaves = 16;             // of a spiral
    std::int64_t spokes = 0;                   // of ute; 0: pi/2 times the matrix
    std::int64_t spins_in_plane = 2;  // of pulseq: isochromats per point of the image, at least,
                                      // along x and along y
    std::int64_t spins_through_slice = 1;  // of pulseq; 1: gradients along z have no effect
    Location where{};
};
void describe(input::Visitor& v, MriSettings& mri);

/// What contradicts itself in settings: echo after the repetition, too few images for a fit ...
struct MriProblem {
    std::string key{};
    std::string what{};
    std::string expected{};
    std::string hint{};
};
std::vector<MriProblem> mri_problems(const MriSettings& mri);

/// Throws InputError for any problem.
void check_mri(const MriSettings& mri);

/// Names of the sequences in alphabetical order.
const input::Choices& mri_sequences();

/// Grid of the image over an object; throws InputError for a field of view, or the slices of a
/// volume, smaller than the object, and for more than 2e8 voxels or points of a trajectory.
Grid mri_image_grid(const MriSettings& mri, const Grid& object);

/// Number of images that a scan takes (echoes of one train count as one): inversion times, flip
/// angles, saturation offsets or frames.
std::int64_t mri_repeats(const MriSettings& mri);

/// Spokes of a radial scan.
std::int64_t mri_spokes(const MriSettings& mri);

/// Time of the whole scan (s), averages and repeats included.
double mri_scan_time(const MriSettings& mri, const Grid& image);

/// Time that the receiver samples for one image (s): what noise averages over.
double mri_sampling_time(const MriSettings& mri, const Grid& image);

/// Standard deviation of each channel of a complex image (of the signal of water) without filter.
double mri_image_noise(const MriSettings& mri, const Grid& image);

}  // namespace caravel::imaging
