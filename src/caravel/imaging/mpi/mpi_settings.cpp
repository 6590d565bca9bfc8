#include "caravel/imaging/mpi/mpi_settings.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace caravel::imaging {
namespace {

bool three(input::Visitor& v, std::string_view key, const std::vector<double>& values) {
    if (values.size() == 3) return true;
    v.complain(key, fmt::format("'{}' has {} entries", key, values.size()), "three: x, y and z");
    return false;
}

void check_gradient(input::Visitor& v, const MpiSettings& mpi) {
    const auto& g = mpi.gradient;
    const double largest = std::max({std::abs(g[0]), std::abs(g[1]), std::abs(g[2])});
    if (std::abs(g[0] + g[1] + g[2]) > 0.05 * largest)
        v.complain("gradient",
                   "the three gradients do not add up to 0, no magnet makes such a field",
                   "for example -1, -1, 2 T/m", "a flux density has no sources");
    const auto zeros = std::count(g.begin(), g.end(), 0.0);
    if (zeros != (mpi.field_free == "line" ? 1 : 0))
        v.complain(
            "gradient",
            fmt::format("{} of the gradients are 0 with a field-free {}", zeros, mpi.field_free),
            "none for a point, one for a line (the line's direction)");
    for (std::size_t a = 0; a < 3; ++a) {
        if (g[a] == 0.0 && mpi.drive_amplitude[a] > 0.0)
            v.complain("drive_amplitude", "a line is driven along itself", "0 along the line");
    }
}

void check_drive(input::Visitor& v, const MpiSettings& mpi) {
    const auto driven = std::count_if(mpi.drive_amplitude.begin(), mpi.drive_amplitude.end(),
                                      [](double a) { return a > 0.0; });
    if (driven == 0)
        v.complain("drive_amplitude", "no axis is driven, nothing is received",
                   "an amplitude above 0 for one axis");
    if (mpi.reconstruction == "x_space" && driven != 1)
        v.complain("reconstruction", fmt::format("x_space with {} driven axes", driven),
                   "one driven axis", "a Lissajous path needs reconstruction = \"system_matrix\"");
    for (std::size_t a = 0; a < 3; ++a) {
        const double d = mpi.dividers[a];
        if (d != std::round(d) || d < 8.0 || d > 1e5)
            v.complain("dividers", "a divider is no whole number from 8 to 100000",
                       "dividers = [102, 96, 99]");
        for (std::size_t b = 0; b < a; ++b) {
            if (mpi.drive_amplitude[a] > 0.0 && mpi.drive_amplitude[b] > 0.0 &&
                d == mpi.dividers[b])
                v.complain("dividers", "two axes are driven with one frequency",
                           "different dividers", "the path would be one line");
        }
    }
}

constexpr double used_reach = 0.9;  // of the path, where the point is still fast enough

[[noreturn]] void refuse_view(const MpiSettings& mpi, std::size_t axis, double view,
                              double extent) {
    throw InputError(
        Diagnostic{mpi.where,
                   fmt::format("the field of view is smaller than the object along {}: {} mm",
                               "xyz"[axis], format_number(1e3 * view, 4)),
                   fmt::format("at least {} mm", format_number(1e3 * extent, 4)),
                   "leave field_of_view out to take the object's extent"});
}

constexpr double most = 2e8;  // samples, voxels

[[noreturn]] void refuse_size(const MpiSettings& mpi, std::string what, const char* kind,
                              const char* hint) {
    throw InputError(Diagnostic{mpi.where, std::move(what),
                                fmt::format("at most {} {}", format_number(most, 3), kind), hint});
}

/// Voxels along an axis over `view` (m).
double voxels_along(const MpiSettings& mpi, std::size_t axis, double view) {
    return std::max(1.0, std::ceil(view / mpi.resolution[axis] - 1e-9));
}

/// A system matrix needs voxels where the drive takes the field-free point, and only there.
void check_encoded(const MpiSettings& mpi, const Grid& image) {
    const std::array<index_t, 3> size{image.nx, image.ny, image.nz};
    for (std::size_t a = 0; a < 3; ++a) {
        if (mpi.gradient[a] == 0.0) continue;
        const double view = static_cast<double>(size[a]) * image.spacing[a];
        const double path = 2.0 * mpi.drive_amplitude[a] / std::abs(mpi.gradient[a]);
        if (size[a] > 1 && view > 1.5 * path)
            throw InputError(Diagnostic{
                mpi.where,
                fmt::format("the drive moves the field-free region over {} mm along {}, the field "
                            "of view has {} mm",
                            format_number(1e3 * path, 4), "xyz"[a], format_number(1e3 * view, 4)),
                "a field of view of at most 1.5 times the path",
                "a smaller gradient, a larger drive_amplitude, or reconstruction = \"x_space\" "
                "with one driven axis, which steps over larger objects"});
    }
}

void describe_fields(input::Visitor& v, MpiSettings& mpi) {
    v.choice({"field_free", "region without field: point or line"}, mpi.field_free,
             {"point", "line"});
    v.numbers({"gradient", "of the selection field's flux density along x, y, z"}, mpi.gradient,
              input::any_number("T/m"));
    v.numbers({"drive_amplitude", "along x, y, z; an axis with 0 is stepped"}, mpi.drive_amplitude,
              {"mT", 0.0, 200.0});
    v.number({"clock", "sampling rate, of which the drive frequencies are parts"}, mpi.clock,
             {"MHz", 0.01, 100.0});
    v.numbers({"dividers", "drive frequencies are clock/divider"}, mpi.dividers,
              input::any_number("1"));
}

void describe_receiver(input::Visitor& v, MpiSettings& mpi) {
    v.integer({"frames", "averaged"}, mpi.frames, 1, 10'000'000);
    v.number({"coil_sensitivity", "flux density of a receive coil per current in it"},
             mpi.coil_sensitivity, input::positive("mT/A"));
    v.number({"noise_voltage", "of the receiver in a band of 1 Hz, referred to the coil"},
             mpi.noise_voltage, input::non_negative("nV"));
    v.number({"detection_limit",
              "iron seen at a signal-to-noise ratio of 3 in all frames; the noise "
              "then follows from it"},
             mpi.detection_limit, input::positive("ng"));
    v.number({"lowest_frequency", "received"}, mpi.lowest_frequency, input::non_negative("kHz"));
    v.number({"highest_frequency", "received"}, mpi.highest_frequency, input::positive("kHz"));
    v.number({"band_stop", "half width around every drive frequency"}, mpi.band_stop,
             input::non_negative("kHz"));
    v.integer({"highest_order", "of frequencies mixed from the drives"}, mpi.highest_order, 2, 60);
}

void describe_image(input::Visitor& v, MpiSettings& mpi) {
    v.choice({"reconstruction", "from the voltages to the image"}, mpi.reconstruction,
             {"system_matrix", "x_space"});
    v.choice({"solver", "of the system matrix"}, mpi.solver, {"kaczmarz", "conjugate_gradient"});
    v.number({"regularisation", "of the system matrix, in units of the mean energy of a voxel"},
             mpi.regularisation, {"1", 1e-12, 1e3});
    v.integer({"iterations", "of the solver"}, mpi.iterations, 1, 100'000);
    v.numbers({"field_of_view", "extent of the image; without it the object's"}, mpi.field_of_view,
              input::positive("mm"));
    v.numbers({"resolution", "voxels of the image"}, mpi.resolution, input::positive("mm"));
    v.number({"viscosity", "of the liquid in which the particles turn"}, mpi.viscosity,
             input::positive("mPa.s"));
    v.flag({"relaxation", "the moments lag behind the field"}, mpi.relaxation);
    v.flag({"noise", "add noise"}, mpi.noise);
}

void check(input::Visitor& v, const MpiSettings& mpi) {
    const bool complete =
        three(v, "gradient", mpi.gradient) && three(v, "drive_amplitude", mpi.drive_amplitude) &&
        three(v, "dividers", mpi.dividers) && three(v, "resolution", mpi.resolution);
    if (!mpi.field_of_view.empty()) three(v, "field_of_view", mpi.field_of_view);
    if (!complete) return;
    check_gradient(v, mpi);
    check_drive(v, mpi);
    if (mpi.highest_frequency > 0.5 * mpi.clock)
        v.complain("highest_frequency", "above half of the sampling rate",
                   "at most half of the clock");
    if (mpi.lowest_frequency >= mpi.highest_frequency)
        v.complain("lowest_frequency", "nothing is received between lowest and highest frequency",
                   "lowest_frequency < highest_frequency");
}

}  // namespace

void describe(input::Visitor& v, MpiSettings& mpi) {
    describe_fields(v, mpi);
    describe_receiver(v, mpi);
    describe_image(v, mpi);
    if (v.describes_types() || !v.reads()) return;
    mpi.where = v.where();
    check(v, mpi);
}

double drive_frequency(const MpiSettings& mpi, std::size_t axis) {
    return mpi.clock / mpi.dividers[axis];
}

index_t samples_per_frame(const MpiSettings& mpi) {
    index_t samples = 1;
    for (std::size_t a = 0; a < 3; ++a) {
        if (mpi.drive_amplitude[a] > 0.0)
            samples = std::lcm(samples, static_cast<index_t>(mpi.dividers[a]));
        if (static_cast<double>(samples) > most)
            refuse_size(mpi,
                        fmt::format("the drives' path closes only after {} samples",
                                    format_number(static_cast<double>(samples), 4)),
                        "samples", "dividers with common factors, such as 102, 96, 99");
    }
    return samples;
}

double frame_time(const MpiSettings& mpi) {
    return static_cast<double>(samples_per_frame(mpi)) / mpi.clock;
}

double sample_noise(const MpiSettings& mpi) {
    return mpi.noise_voltage * std::sqrt(0.5 * mpi.clock / static_cast<double>(mpi.frames));
}

std::array<index_t, 3> mpi_stations(const MpiSettings& mpi, const Grid& image) {
    const std::array<index_t, 3> size{image.nx, image.ny, image.nz};
    std::array<index_t, 3> stations{1, 1, 1};
    for (std::size_t a = 0; a < 3; ++a) {
        if (mpi.gradient[a] == 0.0) continue;
        if (mpi.drive_amplitude[a] > 0.0) {
            if (mpi.reconstruction != "x_space") continue;
            const index_t width = station_width(mpi, image, a);
            const index_t left = std::max<index_t>(size[a] - width, 0);
            stations[a] = 1 + (left + width / 2 - 1) / (width / 2);
        } else {
            stations[a] = size[a];
        }
    }
    return stations;
}

index_t station_width(const MpiSettings& mpi, const Grid& image, std::size_t axis) {
    const double reach = mpi.drive_amplitude[axis] / std::abs(mpi.gradient[axis]);
    const auto width = static_cast<index_t>(2.0 * used_reach * reach / image.spacing[axis]);
    if (width >= 4) return width;
    throw InputError(Diagnostic{mpi.where,
                                fmt::format("the drive moves the field-free region over {} mm only",
                                            format_number(2e3 * reach, 3)),
                                "at least 5 voxels of the resolution",
                                "a larger drive_amplitude or a finer resolution"});
}

double mpi_scan_time(const MpiSettings& mpi, const Grid& image) {
    const auto stations = mpi_stations(mpi, image);
    return static_cast<double>(stations[0] * stations[1] * stations[2]) *
           static_cast<double>(mpi.frames) * frame_time(mpi);
}

Grid mpi_image_grid(const MpiSettings& mpi, const Grid& object) {
    const std::array<index_t, 3> cells{object.nx, object.ny, object.nz};
    std::array<index_t, 3> points{};
    Grid image;
    double voxels = 1.0;
    for (std::size_t a = 0; a < 3; ++a) {
        const double extent = static_cast<double>(cells[a]) * object.spacing[a];
        const double view = mpi.field_of_view.empty() ? extent : mpi.field_of_view[a];
        if (view < extent * (1.0 - 1e-9)) refuse_view(mpi, a, view, extent);
        const bool along_line = mpi.gradient[a] == 0.0;
        image.spacing[a] = along_line ? view : mpi.resolution[a];
        const double count = along_line ? 1.0 : voxels_along(mpi, a, view);
        voxels *= count;
        if (voxels > most)
            refuse_size(
                mpi,
                fmt::format("a resolution of {} mm makes an image of {} voxels or more",
                            format_number(1e3 * mpi.resolution[a], 4), format_number(voxels, 3)),
                "voxels", "a coarser resolution");
        points[a] = static_cast<index_t>(count);
        image.origin[a] =
            object.origin[a] + 0.5 * (extent - static_cast<double>(points[a]) * image.spacing[a]);
    }
    image.nx = points[0];
    image.ny = points[1];
    image.nz = points[2];
    if (mpi.reconstruction == "system_matrix") check_encoded(mpi, image);
    return image;
}

}  // namespace caravel::imaging
