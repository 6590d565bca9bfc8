// The filter of filtered back projection, and the weights of projections before it.
#pragma once

#include "caravel/imaging/tomography/filtered_back_projection.hpp"

#include <vector>

namespace caravel::imaging {

/// Gain of the window at a share of the cut-off frequency; 0 above 1.
double window_gain(RampWindow window, double share);

/// Spectrum of the band-limited ramp on `length` samples (1/m, scaled by 1 / length for a forward
/// and a backward transform that are not scaled), for columns of `pitch` (m or, on an arc, rad).
/// Samples in space: 1 / (4 pitch) at 0, -1 / (pi^2 n^2 pitch) at odd n (Ramachandran and
/// Lakshminarayanan 1971; Kak and Slaney 1988, eq. 3.61), so that the mean comes out right. On an
/// arc sample n is multiplied by (g / sin g)^2 with g = n pitch (eq. 3.112).
std::vector<double> ramp_spectrum(const RampFilter& filter, index_t length, double pitch,
                                  bool arced);

/// Shares of a line's several measurements, and the geometry's factors, by which a projection is
/// multiplied before it is filtered: constant along a row but for the rows' obliquity.
class ViewWeights {
  public:
    /// Throws InputError for an arc that is too short, or longer than a turn and no whole number
    /// of turns.
    explicit ViewWeights(const ScanGeometry& geometry);

    /// Weight of a column in a view, the step of the angle included.
    double column(index_t view, index_t column) const;

    /// Cosine between the ray and its projection into the central plane times that of the fan.
    double obliquity(index_t column, index_t row) const;

  private:
    enum class Kind { whole_turns, displaced, short_scan };

    double fan_angle(double u) const;

    const ScanGeometry& geometry_;
    Kind kind_ = Kind::whole_turns;
    double step_ = 0.0;    // rad
    double margin_ = 0.0;  // rad: half of what the arc has beyond half a turn
    double shared_ = 0.0;  // m: columns up to here are seen from both sides
};

}  // namespace caravel::imaging
