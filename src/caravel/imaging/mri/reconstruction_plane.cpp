#include "caravel/imaging/mri/reconstruction_plane.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/philox.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/imaging/mri/gridding.hpp"
#include "caravel/imaging/noise.hpp"
#include "caravel/imaging/sinc.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

/// The object as slices: complex signal at the echo, decay and frequency while it is read.
struct Slices {
    ComplexField signal{};
    std::vector<double> decay{};  // 1/s
    std::vector<double> turn{};   // rad/s
};

AxisMatrix slice_matrix(const MriSettings& mri, const Axis& axis) {
    return mri.volume ? spread_matrix(axis, mri.filter) : overlap_matrix(axis);
}

/// Mean of a property over slices, weighted with the size of the signal.
std::vector<double> weighted_mean(exec::ThreadTeam& team, const MriMaps& maps,
                                  const std::vector<double>& weight,
                                  const std::vector<double>& values, const AxisMatrix& slices) {
    if (values.empty()) return {};
    std::vector<double> both(values.size());
    for (std::size_t v = 0; v < values.size(); ++v) both[v] = std::abs(weight[v]) * values[v];
    std::vector<double> size(weight.size());
    for (std::size_t v = 0; v < values.size(); ++v) size[v] = std::abs(weight[v]);
    std::array<index_t, 3> shape{maps.grid.nx, maps.grid.ny, maps.grid.nz};
    std::vector<double> mean = apply_axis(team, both, shape, 2, slices);
    shape = {maps.grid.nx, maps.grid.ny, maps.grid.nz};
    const std::vector<double> total = apply_axis(team, size, shape, 2, slices);
    for (std::size_t v = 0; v < mean.size(); ++v)
        mean[v] = total[v] > 0.0 ? mean[v] / total[v] : 0.0;
    return mean;
}

Slices to_slices(exec::ThreadTeam& team, const MriMaps& maps, const MriSettings& mri,
                 const Exposure& exposure, const Shot& shot, const Grid& image,
                 const ComplexField& coil) {
    Slices s;
    s.signal.size = {maps.grid.nx, maps.grid.ny, maps.grid.nz};
    const std::size_t voxels = shot.amplitude.size();
    s.signal.re.resize(voxels);
    s.signal.im.resize(voxels);
    for (std::size_t v = 0; v < voxels; ++v) {
        const double phase =
            maps.off_resonance.empty() ? 0.0 : maps.off_resonance[v] * exposure.echo_time;
        const double re = shot.amplitude[v] * std::cos(phase);
        const double im = shot.amplitude[v] * std::sin(phase);
        s.signal.re[v] = re * coil.re[v] - im * coil.im[v];
        s.signal.im[v] = re * coil.im[v] + im * coil.re[v];
    }
    const Axis z = axis_of(maps.grid, image, 2);
    apply_axis(team, s.signal, 2, slice_matrix(mri, z));
    const AxisMatrix mean = overlap_matrix(z);
    s.decay = weighted_mean(team, maps, shot.amplitude, maps.r2_star, mean);
    s.turn = weighted_mean(team, maps, shot.amplitude, maps.off_resonance, mean);
    return s;
}

/// Samples [first, last) in time of a trajectory, in the object's cycles.
struct Segment {
    Trajectory part{};
    std::vector<std::size_t> number{};
    double time = 0.0;  // s
};

std::vector<Segment> segments_of(const Trajectory& t, double scale_x, double scale_y,
                                 std::size_t count) {
    const double end = *std::max_element(t.time.begin(), t.time.end());
    std::vector<Segment> segments(count);
    for (std::size_t s = 0; s < count; ++s)
        segments[s].time = end * (static_cast<double>(s) + 0.5) / static_cast<double>(count);
    for (std::size_t n = 0; n < t.size(); ++n) {
        const double share = end > 0.0 ? t.time[n] / end : 0.0;
        const auto s =
            std::min(count - 1, static_cast<std::size_t>(share * static_cast<double>(count)));
        segments[s].part.kx.push_back(t.kx[n] * scale_x);
        segments[s].part.ky.push_back(t.ky[n] * scale_y);
        segments[s].number.push_back(n);
    }
    return segments;
}

/// Raw data of slice z without noise.
std::vector<std::complex<double>> slice_samples(exec::ThreadTeam& team, const Slices& slices,
                                                index_t z, const std::vector<Segment>& segments,
                                                std::size_t samples, double share) {
    const index_t nx = slices.signal.size[0];
    const index_t ny = slices.signal.size[1];
    const auto plane = static_cast<std::size_t>(nx * ny);
    const std::size_t skip = plane * static_cast<std::size_t>(z);
    const Gridder gridder(nx, ny);
    ComplexField now;
    now.size = {nx, ny, 1};
    now.re.resize(plane);
    now.im.resize(plane);
    std::vector<std::complex<double>> all(samples);
    for (const Segment& segment : segments) {
        for (std::size_t v = 0; v < plane; ++v) {
            const double turn = slices.turn.empty() ? 0.0 : slices.turn[skip + v] * segment.time;
            const std::complex<double> value =
                std::complex<double>(slices.signal.re[skip + v], slices.signal.im[skip + v]) *
                std::polar(std::exp(-slices.decay[skip + v] * segment.time), turn);
            now.re[v] = value.real();
            now.im[v] = value.imag();
        }
        const auto part = gridder.forward(team, now, segment.part);
        for (std::size_t n = 0; n < part.size(); ++n)
            all[segment.number[n]] =
                part[n] * (share * sinc(segment.part.kx[n] / static_cast<double>(nx)) *
                           sinc(segment.part.ky[n] / static_cast<double>(ny)));
    }
    return all;
}

void add_noise(std::vector<std::complex<double>>& samples, double sigma, std::uint64_t seed,
               std::uint32_t entity, index_t slice) {
    if (!(sigma > 0.0)) return;
    exec::RandomStream stream(seed, static_cast<std::uint32_t>(NoisePurpose::raw_real),
                              (std::uint64_t{entity} << 32U) | static_cast<std::uint64_t>(slice));
    for (auto& sample : samples) {
        const double re = sigma * exec::normal(stream);
        sample += std::complex<double>(re, sigma * exec::normal(stream));
    }
}

Trajectory filtered_trajectory(const MriSettings& mri, const Grid& image) {
    Trajectory t = plane_trajectory(mri, image);
    constexpr index_t fine = 1 << 20;
    for (std::size_t n = 0; n < t.size(); ++n) {
        const double radius = std::hypot(t.kx[n] / static_cast<double>(image.nx),
                                         t.ky[n] / static_cast<double>(image.ny));
        t.density[n] *= window(mri.filter, static_cast<index_t>(radius * fine), fine);
    }
    return t;
}

std::size_t segment_count(const Slices& slices, const Trajectory& trajectory) {
    double fastest = 0.0;
    for (const double turn : slices.turn) fastest = std::max(fastest, std::abs(turn));
    for (const double decay : slices.decay) fastest = std::max(fastest, decay);
    const double end = *std::max_element(trajectory.time.begin(), trajectory.time.end());
    return static_cast<std::size_t>(std::clamp(std::ceil(fastest * end / 0.3), 1.0, 64.0));
}

}  // namespace

ComplexField plane_image(const ScanContext& context, const MriMaps& maps, const MriSettings& mri,
                         const Exposure& exposure, const Shot& shot, const Grid& image,
                         const ComplexField& coil, std::uint32_t entity) {
    const Slices slices = to_slices(context.team, maps, mri, exposure, shot, image, coil);
    const Trajectory trajectory = filtered_trajectory(mri, image);
    const Axis x = axis_of(maps.grid, image, 0);
    const Axis y = axis_of(maps.grid, image, 1);
    const double scale_x = x.cell * static_cast<double>(x.cells) / x.extent();
    const double scale_y = y.cell * static_cast<double>(y.cells) / y.extent();
    const auto segments =
        segments_of(trajectory, scale_x, scale_y, segment_count(slices, trajectory));
    double sigma =
        mri_image_noise(mri, image) / std::sqrt(static_cast<double>(image.nx * image.ny));
    if (mri.volume) sigma *= window_noise(mri.filter, image.nz);
    const Gridder gridder(image.nx, image.ny);
    ComplexField result;
    result.size = {image.nx, image.ny, image.nz};
    for (index_t z = 0; z < image.nz; ++z) {
        if (context.interrupted && context.interrupted())
            throw Interrupted("the scan was interrupted");
        auto samples =
            slice_samples(context.team, slices, z, segments, trajectory.size(), scale_x * scale_y);
        add_noise(samples, sigma, context.seed, entity, z);
        const ComplexField plane = gridder.adjoint(context.team, samples, trajectory);
        result.re.insert(result.re.end(), plane.re.begin(), plane.re.end());
        result.im.insert(result.im.end(), plane.im.begin(), plane.im.end());
    }
    return result;
}

double plane_noise(const MriSettings& mri, const Grid& image) {
    return gridding_noise(filtered_trajectory(mri, image), mri, image);
}

}  // namespace caravel::imaging
