#include "caravel/imaging/mri/mri_scan_frames.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/for_each.hpp"
#include "caravel/imaging/mri/coils.hpp"
#include "caravel/imaging/mri/reconstruction.hpp"
#include "caravel/imaging/mri/reconstruction_plane.hpp"
#include "caravel/imaging/noise.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace caravel::imaging {
namespace {

constexpr std::uint32_t most_coils = 128;  // numbers of noise streams per frame

bool off_grid(const MriSettings& mri) { return mri.sequence == "spiral" || mri.sequence == "ute"; }

std::array<index_t, 3> size_of(const Grid& grid) { return {grid.nx, grid.ny, grid.nz}; }

/// Point spread along z first: fewest values are left for the others.
void spread(exec::ThreadTeam& team, const MriSettings& mri, const Grid& object, const Grid& image,
            ComplexField& field) {
    const Axis z = axis_of(object, image, 2);
    apply_axis(team, field, 2, mri.volume ? spread_matrix(z, mri.filter) : overlap_matrix(z));
    for (const int axis : {1, 0})
        apply_axis(team, field, axis, spread_matrix(axis_of(object, image, axis), mri.filter));
}

ComplexField image_frame(const ScanContext& context, const MriMaps& maps, const MriSettings& mri,
                         const Exposure& exposure, const Grid& image, std::uint32_t number,
                         std::vector<double>& truth) {
    ComplexField field = voxel_signal(context.team, maps, mri, exposure, false);
    if (field.im.empty()) {
        truth = voxel_mean(context.team, maps.grid, field.re, image);
        for (double& value : truth) value = std::abs(value);
    }
    spread(context.team, mri, maps.grid, image, field);
    field.im.resize(field.re.size(), 0.0);
    const double sigma = frame_noise(mri, image);
    add_gaussian_noise(context.team, field.re, sigma, context.seed, NoisePurpose::raw_real, number);
    add_gaussian_noise(context.team, field.im, sigma, context.seed, NoisePurpose::raw_imaginary,
                       number);
    return field;
}

/// Shots of one frame: bands of a train, quarters of a dynamic frame, or everything at once.
std::vector<Shot> shots_of(const ScanContext& context, std::span<const MriMaps> maps,
                           const MriSettings& mri, const Exposure& exposure, const Grid& image) {
    const auto amplitude = [&](const MriMaps& m, const Exposure& e) {
        return echo_signal(context.team, m, mri, e, true);
    };
    std::vector<Shot> shots;
    if (mri.sequence == "tse") {
        const auto lines = train_lines(image.ny, mri.echo_count, exposure.echo);
        for (std::size_t n = 0; n < lines.size(); ++n) {
            Exposure echo = exposure;
            echo.echo = static_cast<std::int64_t>(n) + 1;
            echo.echo_time = static_cast<double>(echo.echo) * mri.echo_spacing;
            if (!lines[n].empty()) shots.push_back({amplitude(maps.back(), echo), lines[n]});
        }
        return shots;
    }
    const auto parts = static_cast<index_t>(maps.size());
    for (index_t p = 0; p < parts; ++p) {
        Shot shot;
        shot.amplitude = amplitude(maps[static_cast<std::size_t>(p)], exposure);
        for (index_t line = p * image.ny / parts; line < (p + 1) * image.ny / parts; ++line)
            shot.lines.push_back(line);
        shots.push_back(std::move(shot));
    }
    return shots;
}

ComplexField coil_image(const ScanContext& context, std::span<const MriMaps> maps,
                        const MriSettings& mri, const Exposure& exposure,
                        const std::vector<Shot>& shots, const Grid& image, const ComplexField& coil,
                        std::uint32_t entity) {
    const MriMaps& now = maps.back();
    if (off_grid(mri))
        return plane_image(context, now, mri, exposure, shots.front(), image, coil, entity);
    ComplexField raw = mri.sequence == "epi"
                           ? acquire_planar(context, now, mri, exposure, shots.front(), image, coil)
                           : acquire_cartesian(context, now, mri, exposure, shots, image, coil);
    add_raw_noise(context, raw, raw_noise(mri, image, mri_image_noise(mri, image)), entity);
    return reconstruct_cartesian(context.team, mri, std::move(raw), image);
}

}  // namespace

double frame_noise(const MriSettings& mri, const Grid& image) {
    const double plain = mri_image_noise(mri, image);
    return off_grid(mri) ? plain * plane_noise(mri, image) : plain * filter_noise(mri, image);
}

ComplexField voxel_signal(exec::ThreadTeam& team, const MriMaps& maps, const MriSettings& mri,
                          const Exposure& exposure, bool exact) {
    ComplexField field;
    field.size = size_of(maps.grid);
    field.re = echo_signal(team, maps, mri, exposure, exact);
    const bool turns = !exposure.refocused && exposure.weighting != Weighting::fluorine &&
                       !maps.off_resonance.empty() && exposure.echo_time > 0.0;
    if (!turns) return field;
    field.im.resize(field.re.size());
    exec::for_each(team, static_cast<index_t>(field.re.size()), [&](index_t i) {
        const auto v = static_cast<std::size_t>(i);
        const double phase = maps.off_resonance[v] * exposure.echo_time;
        field.im[v] = field.re[v] * std::sin(phase);
        field.re[v] *= std::cos(phase);
    });
    return field;
}

std::vector<double> voxel_mean(exec::ThreadTeam& team, const Grid& object,
                               const std::vector<double>& values, const Grid& image) {
    std::array<index_t, 3> size = size_of(object);
    std::vector<double> mean =
        apply_axis(team, values, size, 2, overlap_matrix(axis_of(object, image, 2)));
    for (const int axis : {1, 0})
        mean = apply_axis(team, mean, size, axis, overlap_matrix(axis_of(object, image, axis)));
    return mean;
}

Frame take_frame(const ScanContext& context, std::span<const MriMaps> maps, const MriSettings& mri,
                 const Exposure& exposure, const Grid& image, Tier tier, std::uint32_t number) {
    if (context.interrupted && context.interrupted()) throw Interrupted("the scan was interrupted");
    Frame frame;
    frame.exposure = exposure;
    if (tier == Tier::image) {
        frame.image = image_frame(context, maps.back(), mri, exposure, image, number, frame.truth);
        frame.magnitude = magnitude_of(frame.image);
    } else {
        const auto coils = coil_sensitivities(maps.back().grid, mri.coils);
        const auto shots = shots_of(context, maps, mri, exposure, image);
        std::vector<ComplexField> images;
        for (std::uint32_t c = 0; c < coils.size(); ++c)
            images.push_back(coil_image(context, maps, mri, exposure, shots, image, coils[c],
                                        number * most_coils + c));
        frame.magnitude = sum_of_squares(images);
        frame.image = matched_sum(images, coil_sensitivities(image, mri.coils));
    }
    if (frame.truth.empty()) {
        frame.truth = echo_signal(context.team, maps.back(), mri, exposure, false);
        for (double& value : frame.truth) value = std::abs(value);
        frame.truth = voxel_mean(context.team, maps.back().grid, frame.truth, image);
    }
    return frame;
}

}  // namespace caravel::imaging
