// One magnetic particle imaging scan as a user writes it.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/input/visitor.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace caravel::imaging {

/// Table `mpi` of a scanner's file and of a scan. Lists have one entry per axis x, y, z.
struct MpiSettings {
    std::string field_free = "point";                          // point, line
    std::vector<double> gradient{-1.0, -1.0, 2.0};             // T/m, of mu0 H; line: 0 along it
    std::vector<double> drive_amplitude{0.012, 0.012, 0.012};  // T, 0: not driven but stepped
    double clock = 2.5e6;                                      // Hz, also the sampling rate
    std::vector<double> dividers{102.0, 96.0, 99.0};           // drive frequencies: clock/divider
    std::int64_t frames = 100;                                 // averaged (per station of x_space)
    double coil_sensitivity = 0.016;          // T/A, field of a receive coil per current in it
    double noise_voltage = 0.3e-9;            // V/Hz^(1/2), of the receiver
    std::optional<double> detection_limit{};  // kg of iron; replaces the noise voltage
    double lowest_frequency = 80e3;           // Hz, received
    double highest_frequency = 1.0e6;         // Hz, received
    double band_stop = 2e3;                   // Hz, half width of the stop at every drive frequency
    std::int64_t highest_order = 20;          // of frequencies mixed from the drives
    std::string reconstruction = "system_matrix";  // x_space, system_matrix
    std::string solver = "kaczmarz";               // kaczmarz, conjugate_gradient
    double regularisation = 0.2;                   // of the mean energy of a voxel's response
    std::int64_t iterations = 40;
    std::vector<double> field_of_view{};               // m; empty: the object's extent
    std::vector<double> resolution{1e-3, 1e-3, 1e-3};  // m, voxels of the image
    double viscosity = 1.0e-3;                         // Pa s, where the particles turn
    bool relaxation = true;                            // moments lag behind the field
    bool noise = true;
    Location where{};
};
void describe(input::Visitor& v, MpiSettings& mpi);

/// Drive frequency (Hz) of an axis.
double drive_frequency(const MpiSettings& mpi, std::size_t axis);

/// Time (s) after which the path of the field-free point closes: one frame.
double frame_time(const MpiSettings& mpi);

/// Samples of one frame. Throws InputError for more than 2e8.
index_t samples_per_frame(const MpiSettings& mpi);

/// Voxels along a driven axis that x_space takes from one station. Throws InputError below 4.
index_t station_width(const MpiSettings& mpi, const Grid& image, std::size_t axis);

/// Stations per axis over an image grid: steps of axes that are not driven, and of driven ones
/// (x_space only) half the stations' width apart.
std::array<index_t, 3> mpi_stations(const MpiSettings& mpi, const Grid& image);

/// Time (s) of the whole scan over an image grid.
double mpi_scan_time(const MpiSettings& mpi, const Grid& image);

/// Standard deviation (V) of one sample after averaging, without detection_limit.
double sample_noise(const MpiSettings& mpi);

/// Grid of the image over an object; along a field-free line one voxel. Throws InputError for a
/// field of view smaller than the object and for more than 2e8 voxels.
Grid mpi_image_grid(const MpiSettings& mpi, const Grid& object);

}  // namespace caravel::imaging
