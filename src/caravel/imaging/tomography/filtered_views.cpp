#include "caravel/imaging/tomography/filtered_views.hpp"

#include "caravel/imaging/tomography/column_kernels.hpp"

#include <algorithm>

namespace caravel::imaging {
namespace {

constexpr index_t lines_per_block = 2 * fft_lanes;  // one in the real part, one in the imaginary
constexpr index_t blocks_per_tile = 8;

index_t stride_of(const ScanGeometry& g) { return g.rows == 1 ? 1 : g.rows + 1 + column_padding; }

index_t size_of(const ScanGeometry& g) { return (g.columns + 3) * stride_of(g); }

// Distance of the samples that the filter convolves: at the centre (m) or on the arc (rad).
double filter_pitch(const ScanGeometry& g) {
    if (g.beam == BeamShape::parallel) return g.column_pitch;
    return g.column_pitch / g.source_to_detector * (g.arced ? 1.0 : g.source_to_centre);
}

}  // namespace

FilteredViews::FilteredViews(const ScanGeometry& geometry, const RampFilter& filter, index_t batch)
    : geometry_(geometry),
      weights_(geometry),
      plan_(even_fft_length(2 * geometry.columns)),
      spectrum_(ramp_spectrum(filter, plan_.length(), filter_pitch(geometry),
                              geometry.beam != BeamShape::parallel && geometry.arced)),
      column_stride_(stride_of(geometry)),
      view_size_(size_of(geometry)),
      values_(static_cast<std::size_t>(batch * view_size_), 0.0F) {
    obliquity_.reserve(static_cast<std::size_t>(geometry.rows * geometry.columns));
    for (index_t row = 0; row < geometry.rows; ++row) {
        for (index_t column = 0; column < geometry.columns; ++column) {
            obliquity_.push_back(static_cast<float>(weights_.obliquity(column, row)));
        }
    }
}

void FilteredViews::load(exec::ThreadTeam& team, std::span<const float> projections, index_t first,
                         index_t count) {
    CARAVEL_EXPECTS(count * view_size_ <= std::ssize(values_));
    const index_t lines = count * geometry_.rows;
    constexpr index_t per_tile = blocks_per_tile * lines_per_block;
    team.run((lines + per_tile - 1) / per_tile, [&](index_t tile) {
        FftBlock block(plan_.length());
        const index_t end = std::min(lines, (tile + 1) * per_tile);
        for (index_t line = tile * per_tile; line < end; line += lines_per_block) {
            filter_lines(block, projections.data(), first, line,
                         std::min(lines_per_block, end - line));
        }
    });
}

void FilteredViews::filter_lines(FftBlock& block, const float* projections, index_t first_view,
                                 index_t first_line, index_t lines) {
    const index_t length = plan_.length();
    const index_t columns = geometry_.columns;
    std::fill_n(block.re(), length * fft_lanes, 0.0);
    std::fill_n(block.im(), length * fft_lanes, 0.0);
    const auto part = [&block](index_t i) {
        return (i < fft_lanes ? block.re() : block.im()) + i % fft_lanes;
    };
    for (index_t i = 0; i < lines; ++i) {
        const index_t view = first_view + (first_line + i) / geometry_.rows;
        const index_t row = (first_line + i) % geometry_.rows;
        const float* const from = projections + (view * geometry_.rows + row) * columns;
        const float* const oblique = obliquity_.data() + row * columns;
        double* const to = part(i);
        for (index_t c = 0; c < columns; ++c) {
            to[c * fft_lanes] =
                static_cast<double>(from[c] * oblique[c]) * weights_.column(view, c);
        }
    }
    plan_.forward(block);
    for (index_t k = 0; k < length; ++k) {
        const double gain = spectrum_[static_cast<std::size_t>(k)];
        for (index_t lane = 0; lane < fft_lanes; ++lane) {
            block.re()[k * fft_lanes + lane] *= gain;
            block.im()[k * fft_lanes + lane] *= gain;
        }
    }
    plan_.backward(block);
    const index_t before = geometry_.rows == 1 ? 0 : 1;
    for (index_t i = 0; i < lines; ++i) {
        const index_t slot = (first_line + i) / geometry_.rows;
        const index_t row = (first_line + i) % geometry_.rows;
        float* const to = values_.data() + slot * view_size_ + column_stride_ + row + before;
        const double* const from = part(i);
        for (index_t c = 0; c < columns; ++c) {
            to[c * column_stride_] = static_cast<float>(from[c * fft_lanes]);
        }
    }
}

index_t FilteredViews::sensible_batch(const ScanGeometry& geometry) {
    constexpr index_t floats = index_t{16} << 20;
    return std::clamp(floats / size_of(geometry), index_t{1}, geometry.views);
}

double FilteredViews::memory(const ScanGeometry& geometry, index_t batch) {
    return 4.0 * (static_cast<double>(size_of(geometry)) * static_cast<double>(batch) +
                  static_cast<double>(geometry.rows * geometry.columns));
}

}  // namespace caravel::imaging
