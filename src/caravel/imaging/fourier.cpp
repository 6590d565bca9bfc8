#include "caravel/imaging/fourier.hpp"

#include "caravel/base/expects.hpp"
#include "caravel/base/fft.hpp"
#include "caravel/base/large_pages.hpp"

#include <algorithm>

namespace caravel::imaging {
namespace {

/// Lines along one axis, numbered.
struct Lines {
    index_t length = 1;
    index_t step = 1;    // between points of a line
    index_t inner = 1;   // lines of a group
    index_t beside = 1;  // between these
    index_t jump = 1;    // between groups
    index_t count = 1;
    index_t start(index_t line) const { return line % inner * beside + line / inner * jump; }
};

/// Those that hold or shall hold something, where x is transformed first and z last forward.
Lines lines_along(const ComplexVolume& volume, const std::array<index_t, 3>& used, int axis) {
    const std::array<index_t, 3>& size = volume.size;
    const index_t plane = volume.plane;
    if (axis == 0) return {size[0], 1, used[1], size[0], plane, used[1] * used[2]};
    if (axis == 1) return {size[1], size[0], size[0], 1, plane, size[0] * used[2]};
    return {size[2], plane, size[0] * size[1], 1, 0, size[0] * size[1]};
}

constexpr index_t blocks_per_task = 16;

/// Where the lines of a block start; unused ones start where the first does.
struct BlockStarts {
    std::array<index_t, fft_lanes> at{};
    index_t used = 0;
    bool adjacent = false;  // all lanes used, side by side

    BlockStarts(const Lines& lines, index_t first)
        : used(std::min(fft_lanes, lines.count - first)) {
        for (index_t l = 0; l < fft_lanes; ++l)
            at[static_cast<std::size_t>(l)] = lines.start(first + (l < used ? l : 0));
        adjacent = used == fft_lanes && lines.beside == 1 && at.back() - at.front() == used - 1;
    }
};

void gather(const BlockStarts& starts, const Lines& lines, const double* from, double* to) {
    for (index_t i = 0; i < lines.length; ++i, to += fft_lanes) {
        const double* const point = from + i * lines.step;
        if (starts.adjacent) {
            std::copy_n(point + starts.at.front(), fft_lanes, to);
        } else {
            for (std::size_t l = 0; l < starts.at.size(); ++l) to[l] = point[starts.at[l]];
        }
    }
}

void scatter(const BlockStarts& starts, const Lines& lines, double scale, const double* from,
             double* to) {
    for (index_t i = 0; i < lines.length; ++i, from += fft_lanes) {
        double* const point = to + i * lines.step;
        if (starts.adjacent) {
            for (index_t l = 0; l < fft_lanes; ++l) point[starts.at.front() + l] = scale * from[l];
        } else {
            for (std::size_t l = 0; l < static_cast<std::size_t>(starts.used); ++l)
                point[starts.at[l]] = scale * from[l];
        }
    }
}

void transform_axis(exec::ThreadTeam& team, const Lines& lines, bool forward, double scale,
                    ComplexVolume& volume) {
    const FftPlan plan(lines.length);
    const index_t blocks = (lines.count + fft_lanes - 1) / fft_lanes;
    const index_t tasks = (blocks + blocks_per_task - 1) / blocks_per_task;
    team.run(tasks, [&](index_t task) {
        FftBlock block(lines.length);
        const index_t end = std::min(blocks, (task + 1) * blocks_per_task);
        for (index_t n = task * blocks_per_task; n < end; ++n) {
            const BlockStarts starts(lines, n * fft_lanes);
            gather(starts, lines, volume.re.data(), block.re());
            gather(starts, lines, volume.im.data(), block.im());
            forward ? plan.forward(block) : plan.backward(block);
            scatter(starts, lines, scale, block.re(), volume.re.data());
            scatter(starts, lines, scale, block.im(), volume.im.data());
        }
    });
}

/// Multiplies the result by `scale`.
void transform(exec::ThreadTeam& team, ComplexVolume& volume, const std::array<index_t, 3>& used,
               bool forward, double scale) {
    CARAVEL_EXPECTS(static_cast<index_t>(volume.re.size()) == volume.plane * volume.size[2]);
    for (std::size_t a = 0; a < 3; ++a) CARAVEL_EXPECTS(used[a] >= 1 && used[a] <= volume.size[a]);
    std::vector<int> axes;
    for (int n = 0; n < 3; ++n) {
        const int axis = forward ? n : 2 - n;
        if (volume.size[static_cast<std::size_t>(axis)] > 1) axes.push_back(axis);
    }
    for (const int axis : axes)
        transform_axis(team, lines_along(volume, used, axis), forward,
                       axis == axes.back() ? scale : 1.0, volume);
}

index_t plane_pitch(const std::array<index_t, 3>& points) {
    constexpr index_t cache_line = 8;  // doubles
    const index_t plane = points[0] * points[1];
    return points[2] > 1 && plane % (2 * cache_line) == 0 ? plane + cache_line : plane;
}

}  // namespace

ComplexVolume::ComplexVolume(const std::array<index_t, 3>& points)
    : size(points),
      plane(plane_pitch(points)),
      re(large_vector<double>(static_cast<std::size_t>(plane * points[2]))),
      im(large_vector<double>(re.size())) {}

void transform_forward(exec::ThreadTeam& team, ComplexVolume& volume) {
    transform_forward(team, volume, volume.size);
}

void transform_forward(exec::ThreadTeam& team, ComplexVolume& volume,
                       const std::array<index_t, 3>& filled) {
    transform(team, volume, filled, true, 1.0);
}

void transform_backward(exec::ThreadTeam& team, ComplexVolume& volume) {
    transform_backward(team, volume, volume.size);
}

void transform_backward(exec::ThreadTeam& team, ComplexVolume& volume,
                        const std::array<index_t, 3>& wanted) {
    transform(team, volume, wanted, false, 1.0 / static_cast<double>(volume.count()));
}

}  // namespace caravel::imaging
