// The angular functions of vector spherical waves.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace caravel::formulation::optics {

/// d_n, pi_n = m d_n / sin(theta) and tau_n = d(d_n)/d(theta) of azimuthal number m >= 0 for all
/// degrees max(1, m) <= n <= order at the given cosines, where
/// d_n = sqrt((2n+1) (n-m)! / (2 n(n+1) (n+m)!)) P_n^m (no alternating sign), so that the integral
/// of (pi_n^2 + tau_n^2) sin(theta) over theta is 1.
class AngularFunctions {
  public:
    AngularFunctions(int m, int order, std::span<const double> cosines);

    int first_degree() const { return first_; }
    const double* d(int n) const { return d_.data() + row(n); }
    const double* pi(int n) const { return pi_.data() + row(n); }
    const double* tau(int n) const { return tau_.data() + row(n); }

  private:
    std::size_t row(int n) const { return static_cast<std::size_t>(n - first_) * points_; }

    int first_;
    std::size_t points_;
    std::vector<double> d_, pi_, tau_;
};

}  // namespace caravel::formulation::optics
