#include "caravel/imaging/mri/mri_scan_pulseq.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/imaging/mri/gridding.hpp"
#include "caravel/imaging/mri/isochromat.hpp"
#include "caravel/imaging/mri/pulseq_reader.hpp"
#include "caravel/imaging/noise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

mri::Sequence sequence_of(const MriSettings& mri) {
    return mri::read_pulseq(mri.pulseq, {}, mri.field);
}

/// Spins of a cell along one axis so that an image point has as many as wanted.
index_t spins_along(const Axis& axis, std::int64_t per_point) {
    const double spins = static_cast<double>(per_point) * axis.cell / axis.point;
    return std::max(index_t{1}, static_cast<index_t>(std::ceil(spins - 1e-9)));
}

/// Middle of part i of n of a length, from its middle.
double part_middle(index_t i, index_t n, double length) {
    return ((static_cast<double>(i) + 0.5) / static_cast<double>(n) - 0.5) * length;
}

/// How a cell is split.
struct Split {
    index_t x = 1, y = 1, z = 1;

    index_t count() const { return x * y * z; }
};

Split split_of(const Grid& object, const MriSettings& mri, const Grid& image) {
    return {spins_along(axis_of(object, image, 0), mri.spins_in_plane),
            spins_along(axis_of(object, image, 1), mri.spins_in_plane), mri.spins_through_slice};
}

/// The parts of one cell: even spacing, so that a gradient that turns the phase by whole turns over
/// a cell cancels unless the turns are a multiple of the parts.
void add_cell(const MriMaps& maps, std::size_t at, const Vector3& middle, const Vector3& extent,
              const Split& split, double weight, mri::SpinPopulation& spins) {
    const double shift = maps.off_resonance.empty() ? 0.0 : maps.off_resonance[at];
    for (index_t part = 0; part < split.count(); ++part) {
        const index_t row = part / split.x;
        spins.x.push_back(middle[0] + part_middle(part % split.x, split.x, extent[0]));
        spins.y.push_back(middle[1] + part_middle(row % split.y, split.y, extent[1]));
        spins.z.push_back(middle[2] + part_middle(row / split.y, split.z, extent[2]));
        spins.density.push_back(weight);
        spins.r1.push_back(maps.r1[at]);
        spins.r2.push_back(maps.r2[at]);
        spins.off_resonance.push_back(shift);
    }
}

/// Spins of one slice; weights are shares of the field of view's area and the slice.
mri::SpinPopulation spins_of(const MriMaps& maps, const MriSettings& mri, const Grid& image,
                             index_t slice) {
    const Grid& grid = maps.grid;
    const Axis x = axis_of(grid, image, 0);
    const Axis y = axis_of(grid, image, 1);
    const AxisMatrix overlap = overlap_matrix(axis_of(grid, image, 2));
    const Split split = split_of(maps.grid, mri, image);
    const auto parts = static_cast<double>(split.count());
    const Vector3 extent{x.cell, y.cell, image.spacing[2]};
    mri::SpinPopulation spins;
    for (index_t k = 0; k < grid.nz; ++k) {
        const double share = overlap.weights[static_cast<std::size_t>(slice * grid.nz + k)] *
                             x.cell * y.cell / (x.extent() * y.extent());
        if (!(share > 0.0)) continue;
        for (index_t v = k * grid.nx * grid.ny; v < (k + 1) * grid.nx * grid.ny; ++v) {
            const auto at = static_cast<std::size_t>(v);
            if (!(maps.proton_density[at] > 0.0)) continue;
            add_cell(maps, at,
                     {x.cell_place(v % grid.nx), y.cell_place(v / grid.nx % grid.ny), 0.0}, extent,
                     split, share * maps.proton_density[at] / parts, spins);
        }
    }
    return spins;
}

Trajectory trajectory_of(const mri::Sequence& sequence, const Grid& image) {
    Trajectory t;
    const double x = static_cast<double>(image.nx) * image.spacing[0];
    const double y = static_cast<double>(image.ny) * image.spacing[1];
    for (const Vector3& k : mri::k_trajectory(sequence)) {
        t.kx.push_back(k[0] * x);
        t.ky.push_back(k[1] * y);
    }
    t.density = density_compensation(t, std::max(image.nx, image.ny));
    for (std::size_t n = 0; n < t.size(); ++n) {
        // what lies beyond the matrix would fold back onto it
        const bool inside = std::abs(t.kx[n]) <= 0.5 * static_cast<double>(image.nx) &&
                            std::abs(t.ky[n]) <= 0.5 * static_cast<double>(image.ny);
        if (!inside) t.density[n] = 0.0;
    }
    return t;
}

/// Samples of one slice with their noise.
std::vector<std::complex<double>> slice_samples(const ScanContext& context,
                                                const mri::TimeLine& line,
                                                mri::SpinPopulation spins, std::size_t count,
                                                double sigma, index_t slice) {
    std::vector<std::complex<double>> samples(count);
    mri::BlochOptions options;
    options.interrupted = context.interrupted;
    if (spins.size() > 0) samples = mri::simulate_signal(context.team, line, spins, options).value;
    exec::RandomStream stream(context.seed, static_cast<std::uint32_t>(NoisePurpose::raw_real),
                              static_cast<std::uint64_t>(slice));
    for (auto& sample : samples) {
        const double re = sigma * exec::normal(stream);
        sample += std::complex<double>(re, sigma * exec::normal(stream));
    }
    return samples;
}

void add_words(const MriMaps& maps, const MriSettings& mri, const Grid& image, ScanResult& result) {
    const Split split = split_of(maps.grid, mri, image);
    result.facts.emplace_back("spins per cell of the object",
                              fmt::format("{} x {} x {}", split.x, split.y, split.z));
    result.assumptions.emplace_back(
        mri.spins_through_slice > 1
            ? "every slice lies in the middle of the magnet, where the sequence selects it"
            : "spins in the middle of their slice: slice selection and gradients along z have no "
              "effect");
}

}  // namespace

void add_pulseq_image(const ScanContext& context, const MriMaps& maps, const MriSettings& mri,
                      const Grid& image, ScanResult& result) {
    const mri::Sequence sequence = sequence_of(mri);
    if (sequence.sample_count() == 0)
        throw InputError(Diagnostic{mri.where,
                                    fmt::format("the sequence '{}' has no receiver", mri.pulseq),
                                    "at least one ADC event", ""});
    const mri::TimeLine line = mri::compile_sequence(sequence);
    const Trajectory trajectory = trajectory_of(sequence, image);
    const Gridder gridder(image.nx, image.ny);
    const double sigma =
        mri_image_noise(mri, image) / std::sqrt(static_cast<double>(image.nx * image.ny));
    Image out;
    out.name = "image";
    out.label = "Signal";
    out.unit = "1";
    out.grid = image;
    out.noise =
        mri.noise ? mri_image_noise(mri, image) * gridding_noise(trajectory, mri, image) : 0.0;
    out.noise_model = mri.noise ? "rician" : "none";
    for (index_t z = 0; z < image.nz; ++z) {
        const auto samples = slice_samples(context, line, spins_of(maps, mri, image, z),
                                           trajectory.size(), sigma, z);
        const ComplexField plane = gridder.adjoint(context.team, samples, trajectory);
        for (std::size_t v = 0; v < plane.re.size(); ++v)
            out.values.push_back(std::hypot(plane.re[v], plane.im[v]));
        if (context.progress)
            context.progress(static_cast<double>(z + 1) / static_cast<double>(image.nz));
    }
    result.images.push_back(std::move(out));
    add_words(maps, mri, image, result);
}

PulseqWork pulseq_work(const Grid& object, const MriSettings& mri, const Grid& image) {
    const mri::TimeLine line = mri::compile_sequence(sequence_of(mri));
    PulseqWork work;
    const AxisMatrix overlap = overlap_matrix(axis_of(object, image, 2));
    double planes = 0.0;  // of the object, each counted for every slice that it lies in
    for (const double weight : overlap.weights) planes += weight > 0.0 ? 1.0 : 0.0;
    work.slices = static_cast<double>(image.nz);
    work.spins = planes / work.slices * static_cast<double>(object.nx * object.ny) *
                 static_cast<double>(split_of(object, mri, image).count());
    work.samples = static_cast<double>(line.sample_time.size());
    for (const mri::TimePiece& piece : line.pieces) {
        work.pulses += piece.flip > 0.0 ? 1.0 : 0.0;
        work.windows += piece.samples > 0 ? 1.0 : 0.0;
    }
    return work;
}

double pulseq_duration(const MriSettings& mri) { return sequence_of(mri).duration(); }

}  // namespace caravel::imaging
