#include "caravel/imaging/fourier.hpp"

#include "caravel/base/expects.hpp"
#include "caravel/base/fft.hpp"
#include "caravel/exec/for_each.hpp"

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
Lines lines_along(const std::array<index_t, 3>& size, const std::array<index_t, 3>& used,
                  int axis) {
    const index_t plane = size[0] * size[1];
    if (axis == 0) return {size[0], 1, used[1], size[0], plane, used[1] * used[2]};
    if (axis == 1) return {size[1], size[0], size[0], 1, plane, size[0] * used[2]};
    return {size[2], plane, plane, 1, plane * size[2], plane};
}

void transform_block(const FftPlan& plan, const Lines& lines, index_t first, bool forward,
                     ComplexVolume& volume) {
    FftBlock block(lines.length);
    const index_t used = std::min(fft_lanes, lines.count - first);
    std::array<index_t, fft_lanes> starts{};
    for (index_t l = 0; l < used; ++l) starts[static_cast<std::size_t>(l)] = lines.start(first + l);
    const auto each = [&](const auto& move) {
        for (index_t i = 0; i < lines.length; ++i) {
            for (index_t l = 0; l < used; ++l)
                move(static_cast<std::size_t>(starts[static_cast<std::size_t>(l)] + i * lines.step),
                     i * fft_lanes + l);
        }
    };
    each([&](std::size_t at, index_t to) {
        block.re()[to] = volume.re[at];
        block.im()[to] = volume.im[at];
    });
    forward ? plan.forward(block) : plan.backward(block);
    each([&](std::size_t at, index_t to) {
        volume.re[at] = block.re()[to];
        volume.im[at] = block.im()[to];
    });
}

void transform(exec::ThreadTeam& team, ComplexVolume& volume, const std::array<index_t, 3>& used,
               bool forward) {
    CARAVEL_EXPECTS(static_cast<index_t>(volume.re.size()) == volume.count());
    for (std::size_t a = 0; a < 3; ++a) CARAVEL_EXPECTS(used[a] >= 1 && used[a] <= volume.size[a]);
    for (int n = 0; n < 3; ++n) {
        const Lines lines = lines_along(volume.size, used, forward ? n : 2 - n);
        if (lines.length == 1) continue;
        const FftPlan plan(lines.length);
        const index_t blocks = (lines.count + fft_lanes - 1) / fft_lanes;
        team.run(blocks, [&](index_t block) {
            transform_block(plan, lines, block * fft_lanes, forward, volume);
        });
    }
}

}  // namespace

ComplexVolume::ComplexVolume(const std::array<index_t, 3>& points)
    : size(points),
      re(static_cast<std::size_t>(points[0] * points[1] * points[2]), 0.0),
      im(re.size(), 0.0) {}

void transform_forward(exec::ThreadTeam& team, ComplexVolume& volume) {
    transform_forward(team, volume, volume.size);
}

void transform_forward(exec::ThreadTeam& team, ComplexVolume& volume,
                       const std::array<index_t, 3>& filled) {
    transform(team, volume, filled, true);
}

void transform_backward(exec::ThreadTeam& team, ComplexVolume& volume) {
    transform_backward(team, volume, volume.size);
}

void transform_backward(exec::ThreadTeam& team, ComplexVolume& volume,
                        const std::array<index_t, 3>& wanted) {
    transform(team, volume, wanted, false);
    const double scale = 1.0 / static_cast<double>(volume.count());
    exec::for_each(team, volume.count(), [&](index_t i) {
        volume.re[static_cast<std::size_t>(i)] *= scale;
        volume.im[static_cast<std::size_t>(i)] *= scale;
    });
}

}  // namespace caravel::imaging
