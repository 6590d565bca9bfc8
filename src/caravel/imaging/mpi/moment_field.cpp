#include "caravel/imaging/mpi/moment_field.hpp"

#include "caravel/imaging/blur.hpp"
#include "caravel/imaging/octant_convolution.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace caravel::imaging {
namespace {

struct Stretch {
    double low = 0.0;
    double high = 0.0;
};

std::array<index_t, 3> counts(const Grid& g) { return {g.nx, g.ny, g.nz}; }

Stretch stretch(const Grid& g, std::size_t axis) {
    return {g.origin[axis],
            g.origin[axis] + static_cast<double>(counts(g)[axis]) * g.spacing[axis]};
}

/// Where the field-free point goes along an axis.
Stretch path(const MpiSettings& mpi, const Grid& image, std::size_t axis) {
    const Stretch s = stretch(image, axis);
    const double middle = 0.5 * (s.low + s.high);
    if (mpi.gradient[axis] == 0.0) return {middle, middle};
    const double reach = mpi.drive_amplitude[axis] / std::abs(mpi.gradient[axis]);
    // stations at the voxels of the image
    return {std::min(s.low, middle - reach), std::max(s.high, middle + reach)};
}

Grid working_grid(const MpiSettings& mpi, const ParticleResponse& response, const Grid& object,
                  const Grid& image) {
    Grid work = object;
    std::array<index_t, 3> size{};
    const double width = response.width();
    for (std::size_t a = 0; a < 3; ++a) {
        const double gradient = std::abs(mpi.gradient[a]);
        const double finest = gradient > 0.0 ? 0.25 * width / gradient : object.spacing[a];
        work.spacing[a] = object.spacing[a] / std::max(1.0, std::ceil(object.spacing[a] / finest));
        const Stretch o = stretch(object, a);
        const Stretch p = path(mpi, image, a);
        const double margin = 2.0 * work.spacing[a];
        const double below = std::max(0.0, std::ceil((o.low - p.low + margin) / work.spacing[a]));
        work.origin[a] = o.low - below * work.spacing[a];
        const double high = std::max(o.high, p.high + margin);
        size[a] = static_cast<index_t>(
            std::ceil((high - work.origin[a]) / work.spacing[a] * (1.0 - 1e-12)));
    }
    work.nx = size[0];
    work.ny = size[1];
    work.nz = size[2];
    return work;
}

/// Weights of the four voxels around a place, and the first of them.
struct Cubic {
    index_t first = 0;
    std::array<double, 4> weight{};
};

Cubic cubic(double place, index_t count) {
    const auto cell = static_cast<index_t>(std::floor(place));
    const double t = place - static_cast<double>(cell);
    Cubic c{cell - 1, {}};
    c.weight = {-t * (t - 1.0) * (t - 2.0) / 6.0, (t + 1.0) * (t - 1.0) * (t - 2.0) / 2.0,
                -(t + 1.0) * t * (t - 2.0) / 2.0, (t + 1.0) * t * (t - 1.0) / 6.0};
    if (count < 4) return {std::clamp<index_t>(cell, 0, count - 1), {1.0, 0.0, 0.0, 0.0}};
    c.first = std::clamp<index_t>(c.first, 0, count - 4);
    return c;
}

}  // namespace

double MomentField::at(const Vector3& place) const {
    const auto along = [&](std::size_t a, index_t count) {
        return cubic((place[a] - grid.origin[a]) / grid.spacing[a] - 0.5, count);
    };
    const Cubic x = along(0, grid.nx);
    const Cubic y = along(1, grid.ny);
    const Cubic z = along(2, grid.nz);
    double sum = 0.0;
    for (std::size_t c = 0; c < 4; ++c) {
        for (std::size_t b = 0; b < 4; ++b) {
            const double weight = z.weight[c] * y.weight[b];
            if (weight == 0.0) continue;
            const auto row = static_cast<std::size_t>(grid.index(
                x.first, y.first + static_cast<index_t>(b), z.first + static_cast<index_t>(c)));
            for (std::size_t a = 0; a < 4; ++a) {
                if (x.weight[a] != 0.0) sum += weight * x.weight[a] * values[row + a];
            }
        }
    }
    return sum;
}

double largest_field(const MpiSettings& mpi, const Grid& object, const Grid& image) {
    double squared = 0.0;
    for (std::size_t a = 0; a < 3; ++a) {
        const Stretch o = stretch(object, a);
        const Stretch p = path(mpi, image, a);
        const double reach = std::max(o.high, p.high) - std::min(o.low, p.low);
        squared += std::pow(mpi.gradient[a] * reach, 2);
    }
    return std::sqrt(squared);
}

MomentField moment_field(const ScanContext& context, const MpiSettings& mpi,
                         const ParticleResponse& response, const Grid& object,
                         std::span<const double> iron, const Grid& image, int axis) {
    MomentField field;
    field.grid = working_grid(mpi, response, object, image);
    const Grid& work = field.grid;
    OctantKernel kernel = empty_kernel(work, axis);
    const auto a = static_cast<std::size_t>(axis);
    context.team.run(work.nz, [&](index_t k) {
        for (index_t j = 0; j < work.ny; ++j) {
            for (index_t i = 0; i < work.nx; ++i) {
                // the particle lies behind the field-free point: the field there is against it
                const Vector3 b{-mpi.gradient[0] * static_cast<double>(i) * work.spacing[0],
                                -mpi.gradient[1] * static_cast<double>(j) * work.spacing[1],
                                -mpi.gradient[2] * static_cast<double>(k) * work.spacing[2]};
                const double size = std::sqrt(b[0] * b[0] + b[1] * b[1] + b[2] * b[2]);
                kernel.values[static_cast<std::size_t>(kernel.index(i, j, k))] =
                    b[a] * response.alignment_over_field(size);
            }
        }
    });
    transform_kernel(context.team, kernel);
    const std::vector<double> fine = resample(context.team, object, iron, work);
    field.values =
        convolve(context.team, work, kernel, fine, response.moment_per_iron() * work.cell_volume());
    return field;
}

}  // namespace caravel::imaging
