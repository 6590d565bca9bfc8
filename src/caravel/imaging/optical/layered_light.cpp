#include "caravel/imaging/optical/layered_light.hpp"

#include "caravel/imaging/optical/cosine_transform.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

using Plane = std::vector<double>;

/// Lateral size that can be transformed; what is added stays dark.
struct Frame {
    explicit Frame(const Grid& grid)
        : nx(grid.nx == 1 ? 1 : even_fft_length(grid.nx)),
          ny(grid.ny == 1 ? 1 : even_fft_length(grid.ny)),
          inside_x(grid.nx),
          inside_y(grid.ny),
          x(mirror_eigenvalues(nx, grid.spacing[0])),
          y(mirror_eigenvalues(ny, grid.spacing[1])) {}
    std::size_t size() const { return static_cast<std::size_t>(nx * ny); }
    std::size_t index(index_t i, index_t j) const { return static_cast<std::size_t>(i + nx * j); }
    /// Weight of a wave when summed back: 1/n for the mean, 2/n for the others, per axis.
    index_t nx, ny, inside_x, inside_y;
    Plane x, y;
};

constexpr index_t pieces = 16;  // of the layers, whatever the number of threads

/// The voxels at depth d below their own surface.
void gather(const LayeredObject& object, const Frame& frame, index_t d,
            const std::vector<double>& source, Plane& plane) {
    plane.assign(frame.size(), 0.0);
    if (source.empty()) return;
    for (index_t j = 0; j < frame.inside_y; ++j) {
        for (index_t i = 0; i < frame.inside_x; ++i) {
            const BodyColumn& column =
                object.columns[static_cast<std::size_t>(i + frame.inside_x * j)];
            if (column.top < 0 || column.top + d > column.bottom) continue;
            plane[frame.index(i, j)] =
                source[static_cast<std::size_t>(object.grid.index(i, j, column.top + d))];
        }
    }
}

void scatter(const LayeredObject& object, const Frame& frame, index_t d, const Plane& plane,
             std::vector<double>& field) {
    for (index_t j = 0; j < frame.inside_y; ++j) {
        for (index_t i = 0; i < frame.inside_x; ++i) {
            const BodyColumn& column =
                object.columns[static_cast<std::size_t>(i + frame.inside_x * j)];
            if (column.top < 0 || column.top + d > column.bottom) continue;
            field[static_cast<std::size_t>(object.grid.index(i, j, column.top + d))] +=
                std::max(0.0, plane[frame.index(i, j)]);
        }
    }
}

bool is_dark(const Plane& plane) {
    return std::all_of(plane.begin(), plane.end(), [](double v) { return v == 0.0; });
}

std::vector<double> crop(const Frame& frame, const Plane& plane) {
    std::vector<double> inside(static_cast<std::size_t>(frame.inside_x * frame.inside_y));
    for (index_t j = 0; j < frame.inside_y; ++j)
        for (index_t i = 0; i < frame.inside_x; ++i)
            // the transform leaves rounding where it is dark
            inside[static_cast<std::size_t>(i + frame.inside_x * j)] =
                std::max(0.0, plane[frame.index(i, j)]);
    return inside;
}

Plane eigenvalues_of_row(const Frame& frame, index_t row) {
    Plane lateral = frame.x;
    for (double& value : lateral) value += frame.y[static_cast<std::size_t>(row)];
    return lateral;
}

}  // namespace

std::vector<double> mirror_eigenvalues(index_t n, double h) {
    std::vector<double> values;
    for (index_t m = 0; m < n; ++m) {
        const double s =
            std::sin(0.5 * std::numbers::pi * static_cast<double>(m) / static_cast<double>(n));
        values.push_back(4.0 * s * s / (h * h));
    }
    return values;
}

LayeredLight::LayeredLight(const LightLayers& layers)
    : absorption_(layers.absorption), thickness_(layers.thickness) {
    const std::size_t n = layers.size();
    const double h = layers.thickness;
    const double longest = h * static_cast<double>(n);
    for (std::size_t d = 0; d < n; ++d)
        diffusion_.push_back(
            diffusion_coefficient(layers.absorption[d], layers.reduced[d], longest));
    for (std::size_t d = 0; d + 1 < n; ++d)
        coupling_.push_back(2.0 * diffusion_[d] * diffusion_[d + 1] /
                            (diffusion_[d] + diffusion_[d + 1]) / (h * h));
    surface_ = 1.0 / (0.5 * h / diffusion_.front() + 2.0 * layers.top_factor);
    bottom_ = 1.0 / (0.5 * h / diffusion_.back() + 2.0 * layers.bottom_factor);
}

// The matrix is symmetric, so its first column holds what every layer sends to the first one. From
// the last layer up each value is a share of the one above.
void LayeredLight::escape(std::span<const double> lateral, std::span<double> escape) const {
    const std::size_t waves = lateral.size(), n = size();
    const double h = thickness_;
    for (std::size_t d = n; d-- > 0;) {
        const double above = d > 0 ? coupling_[d - 1] : 0.0;
        const double below = d + 1 < n ? coupling_[d] : 0.0;
        const double fixed = above + below + absorption_[d] + (d == 0 ? surface_ / h : 0.0) +
                             (d + 1 == n ? bottom_ / h : 0.0);
        const double numerator = d > 0 ? above : surface_ / h;
        double* here = escape.data() + d * waves;
        if (d + 1 == n) {
            for (std::size_t i = 0; i < waves; ++i)
                here[i] = numerator / (fixed + diffusion_[d] * lateral[i]);
            continue;
        }
        const double* next = here + waves;
        for (std::size_t i = 0; i < waves; ++i)
            here[i] = numerator / (fixed + diffusion_[d] * lateral[i] - below * next[i]);
    }
    for (std::size_t d = 1; d < n; ++d) {
        double* here = escape.data() + d * waves;
        const double* above = escape.data() + (d - 1) * waves;
        for (std::size_t i = 0; i < waves; ++i) here[i] *= above[i];
    }
}

std::vector<double> LayeredLight::fluence(const std::vector<double>& source, double lateral) const {
    const std::size_t n = size();
    std::vector<double> share(n, 0.0), value(n, 0.0);
    for (std::size_t d = 0; d < n; ++d) {
        const double above = d > 0 ? coupling_[d - 1] : 0.0;
        const double below = d + 1 < n ? coupling_[d] : 0.0;
        const double own = above + below + absorption_[d] + diffusion_[d] * lateral +
                           (d == 0 ? surface_ / thickness_ : 0.0) +
                           (d + 1 == n ? bottom_ / thickness_ : 0.0) -
                           (d > 0 ? above * share[d - 1] : 0.0);
        share[d] = below / own;
        value[d] = (source[d] + (d > 0 ? above * value[d - 1] : 0.0)) / own;
    }
    for (std::size_t d = n - 1; d-- > 0;) value[d] += share[d] * value[d + 1];
    return value;
}

SurfacePair layered_escape(exec::ThreadTeam& team, const LayeredObject& object,
                           const std::vector<double>& first, const std::vector<double>& second) {
    const LayeredLight light(object.layers);
    const Frame frame(object.grid);
    const std::size_t depth = light.size();
    std::vector<Plane> a(depth), b(depth);  // waves; dark layers stay empty
    team.run(pieces, [&](index_t piece) {
        CosineTransform transform(frame.nx, frame.ny);
        for (std::size_t d = static_cast<std::size_t>(piece); d < depth; d += pieces) {
            gather(object, frame, static_cast<index_t>(d), first, a[d]);
            gather(object, frame, static_cast<index_t>(d), second, b[d]);
            if (is_dark(a[d]) && is_dark(b[d])) {
                a[d].clear();
                continue;
            }
            transform.forward(a[d], b[d]);
        }
    });
    Plane sum_a(frame.size(), 0.0), sum_b(frame.size(), 0.0);
    team.run(frame.ny, [&](index_t row) {
        const auto waves = static_cast<std::size_t>(frame.nx);
        const Plane lateral = eigenvalues_of_row(frame, row);
        Plane escape(depth * waves);
        light.escape(lateral, escape);
        const std::size_t start = frame.index(0, row);
        for (std::size_t d = 0; d < depth; ++d) {
            if (a[d].empty()) continue;
            const double h = light.thickness();
            for (std::size_t i = 0; i < waves; ++i) {
                const double share = escape[d * waves + i] * h;
                sum_a[start + i] += share * a[d][start + i];
                sum_b[start + i] += share * b[d][start + i];
            }
        }
    });
    CosineTransform transform(frame.nx, frame.ny);
    transform.backward(sum_a, sum_b);
    return {crop(frame, sum_a), crop(frame, sum_b)};
}

std::vector<double> layered_fluence(const LightLayers& layers, bool from_below) {
    const EnteringLight light = entering_light(layers.absorption, layers.reduced, layers.thickness,
                                               layers.index, from_below);
    std::vector<double> fluence = LayeredLight(layers).fluence(light.source, 0.0);
    for (std::size_t d = 0; d < fluence.size(); ++d) fluence[d] += light.fluence[d];
    return fluence;
}

std::vector<double> layered_beam(exec::ThreadTeam& team, const LayeredObject& object,
                                 const std::vector<double>& beam) {
    const LightLayers& layers = object.layers;
    const EnteringLight light =
        entering_light(layers.absorption, layers.reduced, layers.thickness, layers.index, false);
    const LayeredLight diffuse(layers);
    const Frame frame(object.grid);
    Plane spot(frame.size(), 0.0), none(frame.size(), 0.0);
    for (index_t j = 0; j < frame.inside_y; ++j)
        for (index_t i = 0; i < frame.inside_x; ++i)
            spot[frame.index(i, j)] = beam[static_cast<std::size_t>(i + frame.inside_x * j)];
    Plane waves = spot;
    CosineTransform(frame.nx, frame.ny).forward(waves, none);
    const std::size_t depth = layers.size();
    std::vector<Plane> planes(depth, Plane(frame.size()));
    team.run(frame.ny, [&](index_t row) {
        const Plane lateral = eigenvalues_of_row(frame, row);
        for (index_t i = 0; i < frame.nx; ++i) {
            const std::size_t at = frame.index(i, row);
            const Plane column =
                diffuse.fluence(light.source, lateral[static_cast<std::size_t>(i)]);
            for (std::size_t d = 0; d < depth; ++d) planes[d][at] = column[d] * waves[at];
        }
    });
    std::vector<double> field(static_cast<std::size_t>(object.grid.cell_count()), 0.0);
    team.run(pieces, [&](index_t piece) {
        CosineTransform transform(frame.nx, frame.ny);
        Plane dark(frame.size(), 0.0);
        for (std::size_t d = static_cast<std::size_t>(piece); d < depth; d += pieces) {
            transform.backward(planes[d], dark);
            for (std::size_t n = 0; n < spot.size(); ++n)
                planes[d][n] += light.fluence[d] * spot[n];
            scatter(object, frame, static_cast<index_t>(d), planes[d], field);
            dark.assign(frame.size(), 0.0);
        }
    });
    return field;
}

}  // namespace caravel::imaging
