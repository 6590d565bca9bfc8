// Filtered projections of some views, laid out for back projection.
#pragma once

#include "caravel/base/fft.hpp"
#include "caravel/imaging/tomography/ramp_filter.hpp"

#include <span>
#include <vector>

namespace caravel::imaging {

/// Projections of up to `batch` views, weighted and filtered, with rows next to each other. Around
/// the detector lie zeros: one column and one row before it, two columns and column_padding rows
/// after it (no rows where the detector has only one).
class FilteredViews {
  public:
    /// Keeps a reference to the geometry.
    FilteredViews(const ScanGeometry& geometry, const RampFilter& filter, index_t batch);

    /// Filters `count` views from `first` on; the projections are those of the whole scan.
    void load(exec::ThreadTeam& team, std::span<const float> projections, index_t first,
              index_t count);

    /// Column -1 of loaded view `slot`, at row -1 (at row 0 where the detector has only one).
    const float* view(index_t slot) const { return values_.data() + slot * view_size_; }
    index_t column_stride() const { return column_stride_; }

    /// Views that keep the batch below 64 MB, at least one.
    static index_t sensible_batch(const ScanGeometry& geometry);

    /// Memory of a batch (byte).
    static double memory(const ScanGeometry& geometry, index_t batch);

  private:
    void filter_lines(FftBlock& block, const float* projections, index_t first_view,
                      index_t first_line, index_t lines);

    const ScanGeometry& geometry_;
    ViewWeights weights_;
    FftPlan plan_;
    std::vector<double> spectrum_;
    std::vector<float> obliquity_;
    index_t column_stride_;
    index_t view_size_;
    std::vector<float> values_;
};

}  // namespace caravel::imaging
