#include "caravel/imaging/tomography/geometry.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/tomography/scan_frame.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

void check(bool good, const std::string& what, const std::string& expected,
           const std::string& hint = {}) {
    if (!good) throw InputError(Diagnostic{{}, what, expected, hint});
}

void check_detector(const ScanGeometry& g) {
    check(g.views >= 1, "the scan has " + std::to_string(g.views) + " views", "at least 1");
    check(g.columns >= 1 && g.rows >= 1,
          "the detector has " + std::to_string(g.columns) + " columns and " +
              std::to_string(g.rows) + " rows",
          "at least 1 of each");
    check(std::isfinite(g.column_pitch) && g.column_pitch > 0.0,
          "the detector's column pitch is not above 0", "a length");
    check(g.rows == 1 || (std::isfinite(g.row_pitch) && g.row_pitch > 0.0),
          "the detector's row pitch is not above 0", "a length");
    check(std::isfinite(g.column_offset) && std::isfinite(g.row_offset),
          "the detector's offset is not a finite length", "a length");
    check(g.beam != BeamShape::fan || g.rows == 1,
          "a fan beam has " + std::to_string(g.rows) + " rows", "1",
          "several rows make a cone beam");
    check(std::isfinite(g.first_angle) && std::isfinite(g.arc) && g.arc > 0.0,
          "the arc of the scan is not above 0", "an angle");
}

void check_source_offset(const ScanGeometry& g) {
    if (g.source_offset == 0.0) return;
    check(std::isfinite(g.source_offset), "the source's offset is not a finite length", "a length");
    check(g.beam != BeamShape::parallel && !g.arced,
          "the source of a parallel beam or of an arced detector stands beside the central ray",
          "source_offset 0", "column_offset displaces the detector");
    check(std::abs(g.source_offset) < g.source_to_centre,
          "the source's offset exceeds its distance from the centre", "a smaller source_offset");
}

}  // namespace

void check_geometry(const ScanGeometry& geometry, const Grid& grid) {
    check_detector(geometry);
    check_source_offset(geometry);
    if (geometry.beam == BeamShape::parallel) return;
    const double radius = geometry.source_to_centre;
    check(std::isfinite(radius) && radius > 0.0, "the source stands at no distance of the centre",
          "source_to_centre above 0");
    check(std::isfinite(geometry.source_to_detector) &&
              geometry.source_to_detector >= geometry.source_to_centre,
          "the detector is closer to the source than the centre",
          "source_to_detector of at least source_to_centre");
    check(!geometry.arced ||
              std::abs(geometry.column_offset) +
                      0.5 * static_cast<double>(geometry.columns) * geometry.column_pitch <
                  1.5 * geometry.source_to_detector,
          "the arced detector runs round the source", "less than half a turn");
    double farthest = 0.0;
    for (const index_t i : {index_t{0}, grid.nx}) {
        for (const index_t j : {index_t{0}, grid.ny}) {
            const double x = grid.origin[0] + static_cast<double>(i) * grid.spacing[0];
            const double y = grid.origin[1] + static_cast<double>(j) * grid.spacing[1];
            farthest =
                std::max(farthest, std::hypot(x - geometry.centre[0], y - geometry.centre[1]));
        }
    }
    check(radius > farthest, "the source passes through the volume",
          "source_to_centre above " + std::to_string(farthest * 1e3) + " mm");
}

ScanFrame::ScanFrame(const ScanGeometry& geometry, index_t view) : geometry_(&geometry) {
    const double angle = geometry.first_angle + geometry.arc * static_cast<double>(view) /
                                                    static_cast<double>(geometry.views);
    cosine_ = std::cos(angle);
    sine_ = std::sin(angle);
}

Ray ScanFrame::ray(double column, double row) const {
    const ScanGeometry& g = *geometry_;
    const double u = detector_column(g, column);
    const double v = detector_row(g, row);
    if (g.beam == BeamShape::parallel) {
        // Far beyond any volume that the detector can see.
        const double far = 1e3 * (static_cast<double>(g.columns) * g.column_pitch + std::abs(u) +
                                  static_cast<double>(g.rows) * g.row_pitch);
        return {place(u, -far, v), place(u, far, v)};
    }
    const Vector3 source = place(0.0, -g.source_to_centre, 0.0);
    const double beyond = g.source_to_detector;
    if (!g.arced) return {source, place(u, beyond - g.source_to_centre, v)};
    const double fan = u / beyond;
    return {source, place(beyond * std::sin(fan), beyond * std::cos(fan) - g.source_to_centre, v)};
}

Ray pixel_ray(const ScanGeometry& geometry, index_t view, double column, double row) {
    return ScanFrame(geometry, view).ray(column, row);
}

}  // namespace caravel::imaging
