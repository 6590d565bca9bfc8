#include "caravel/formulation/optics/angular_functions.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::formulation::optics {
namespace {

/// sqrt((2n+1)/2 (n-m)!/(n+m)!) P_n^m / sin^`removed` for n = m .. order at one cosine.
void normalised_legendre(int m, int order, int removed, double u, std::vector<double>& p) {
    const double sine = std::sqrt((1.0 - u) * (1.0 + u));
    double square = (2.0 * m + 1.0) / 2.0;
    for (int i = 1; i <= m; ++i) square *= (2.0 * i - 1.0) / (2.0 * i);
    double before = 0.0;
    double current = std::sqrt(square) * std::pow(sine, m - removed);
    const double mm = static_cast<double>(m) * m;
    p.assign(static_cast<std::size_t>(order) + 1, 0.0);
    for (int n = m; n <= order; ++n) {
        p[static_cast<std::size_t>(n)] = current;
        const double nn = static_cast<double>(n) * n;
        const double up = (n + 1.0) * (n + 1.0);
        const double next = std::sqrt((4.0 * up - 1.0) / (up - mm)) *
                            (u * current - std::sqrt((nn - mm) / (4.0 * nn - 1.0)) * before);
        before = current;
        current = next;
    }
}

}  // namespace

AngularFunctions::AngularFunctions(int m, int order, std::span<const double> cosines)
    : first_(std::max(1, m)), points_(cosines.size()) {
    const std::size_t size = static_cast<std::size_t>(std::max(0, order - first_ + 1)) * points_;
    d_.assign(size, 0.0);
    pi_.assign(size, 0.0);
    tau_.assign(size, 0.0);
    std::vector<double> p;  // divided by the sine, which keeps pi and tau exact at the poles
    std::vector<double> p0;
    for (std::size_t t = 0; t < points_; ++t) {
        const double u = cosines[t];
        const double sine = std::sqrt((1.0 - u) * (1.0 + u));
        normalised_legendre(first_, order, 1, u, p);
        if (m == 0) normalised_legendre(0, order, 0, u, p0);
        for (int n = first_; n <= order; ++n) {
            const auto i = static_cast<std::size_t>(n);
            const double nn = static_cast<double>(n) * (n + 1.0);
            const double scale = 1.0 / std::sqrt(nn);
            const std::size_t at = row(n) + t;
            if (m == 0) {
                d_[at] = scale * p0[i];
                tau_[at] = -sine * p[i];
            } else {
                const double nm = static_cast<double>(n) * n - static_cast<double>(m) * m;
                const double lower =
                    n > m ? std::sqrt((2.0 * n + 1.0) * nm / (2.0 * n - 1.0)) * p[i - 1] : 0.0;
                d_[at] = scale * sine * p[i];
                pi_[at] = scale * m * p[i];
                tau_[at] = scale * (n * u * p[i] - lower);
            }
        }
    }
}

}  // namespace caravel::formulation::optics
