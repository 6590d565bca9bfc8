// Where source and detector stand while a scanner turns around the object.
#pragma once

#include "caravel/base/grid.hpp"

#include <cstdint>
#include <string>

namespace caravel::imaging {

enum class BeamShape : std::uint8_t { parallel, fan, cone };

/// A circular scan around the z axis through `centre`. At angle 0 the source stands at -y and rays
/// run along +y; columns grow along +x, rows along +z; the scan turns x towards y. A fan is a cone
/// of one row. Projections lie view after view, row after row, column fastest.
struct ScanGeometry {
    BeamShape beam = BeamShape::cone;
    Vector3 centre{0.0, 0.0, 0.0};    // m
    double source_to_centre = 0.0;    // m; not of parallel beams
    double source_to_detector = 0.0;  // m; not of parallel beams
    index_t views = 360;
    double first_angle = 0.0;        // rad
    double arc = 6.283185307179586;  // rad over all views (the last one lies one step before)
    index_t columns = 1;
    index_t rows = 1;
    double column_pitch = 0.0;   // m on the detector
    double row_pitch = 0.0;      // m on the detector
    double column_offset = 0.0;  // m by which the detector's middle lies beside the central ray
    double row_offset = 0.0;     // m
    double source_offset = 0.0;  // m by which the central ray passes beside the centre, along +x
    bool arced = false;          // detector on an arc around the source (columns at equal angles)

    index_t pixel_count() const { return views * rows * columns; }
};

/// Throws InputError for sizes without meaning and a source inside of `grid`.
void check_geometry(const ScanGeometry& geometry, const Grid& grid);

/// Source (or a point far up the ray of a parallel beam) and middle of a detector pixel (m).
struct Ray {
    Vector3 from{};
    Vector3 to{};
};
Ray pixel_ray(const ScanGeometry& geometry, index_t view, double column, double row);

}  // namespace caravel::imaging
