// Axes of one view of a scan.
#pragma once

#include "caravel/imaging/tomography/geometry.hpp"

namespace caravel::imaging {

/// Place of a column's middle along the detector, from the central ray (m).
inline double detector_column(const ScanGeometry& g, double column) {
    return (column - 0.5 * static_cast<double>(g.columns - 1)) * g.column_pitch + g.column_offset;
}

/// Height of a row's middle above the central plane (m).
inline double detector_row(const ScanGeometry& g, double row) {
    return (row - 0.5 * static_cast<double>(g.rows - 1)) * g.row_pitch + g.row_offset;
}

/// One view: `across` grows along the columns from the central ray, `along` down that ray from the
/// point next to the centre.
/// Keeps a reference to the geometry.
class ScanFrame {
  public:
    ScanFrame(const ScanGeometry& geometry, index_t view);

    double cosine() const { return cosine_; }
    double sine() const { return sine_; }

    /// As pixel_ray().
    Ray ray(double column, double row) const;

    /// Coordinates of a place (m), relative to the centre.
    double across(double x, double y) const {
        return cosine_ * x + sine_ * y - geometry_->source_offset;
    }
    double along(double x, double y) const { return cosine_ * y - sine_ * x; }

  private:
    Vector3 place(double across, double along, double up) const {
        const Vector3& c = geometry_->centre;
        across += geometry_->source_offset;
        return {c[0] + across * cosine_ - along * sine_, c[1] + across * sine_ + along * cosine_,
                c[2] + up};
    }

    const ScanGeometry* geometry_;
    double cosine_ = 1.0;
    double sine_ = 0.0;
};

}  // namespace caravel::imaging
