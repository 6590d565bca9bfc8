// What the order of subsets leaves in the noise of an image.
#pragma once

#include "caravel/base/view.hpp"

#include <vector>

namespace caravel::imaging {

/// Mean over the directions of sinc^2(q sin theta): the share of a wave of `q` periods per chord
/// that parallel lines see, q = 0: 1, q large: 1/(pi q).
double coverage_of_views(double q);

/// coverage_of_views() from a table that the first call lays, by interpolation: within 4e-4.
double tabulated_coverage(double q);

/// Noise of iterations over ordered subsets of views. A view informs of a wave within an angle of
/// about one over its periods per chord; so each subset informs of other waves, and of long waves
/// all do. Then the last subset replaces what the others knew: an update by subset s moves an error
/// by l_s = lambda S c_s / c towards the subset's own estimate, whose variance is that of all views
/// times c / c_s, with the share c_s of the subset in the coverage c = mean of the sum of
/// sinc^2(q sin(theta_v - phi)) over all directions phi. Nothing is fitted.
class SubsetCycle {
  public:
    SubsetCycle(double updates, index_t subsets, index_t views);
    /// Variance over that of as many updates with all views together, T^2 / F. `removed`: lambda,
    /// the share of an error that a mean update removes; `place`: of q along the table.
    double excess(double removed, double place) const;
    /// Place in the table of q periods per chord.
    double place(double periods) const;

  private:
    double most_periods_ = 1.0;
    std::vector<double> table_{};
};

}  // namespace caravel::imaging
