#include "caravel/imaging/symmetric_solve.hpp"

#include "caravel/base/expects.hpp"

#include <cmath>

namespace caravel::imaging {

std::size_t solve_symmetric(std::vector<double> a, std::span<double> b, double least) {
    const std::size_t n = b.size();
    CARAVEL_EXPECTS(a.size() == n * n);
    std::vector<bool> used(n, false);
    std::size_t rank = 0;
    for (std::size_t j = 0; j < n; ++j) {
        double pivot = a[j * n + j];
        const double own = pivot;
        for (std::size_t k = 0; k < j; ++k) pivot -= a[j * n + k] * a[j * n + k];
        used[j] = pivot > least * own && own > 0.0;
        if (used[j]) ++rank;
        a[j * n + j] = used[j] ? std::sqrt(pivot) : 1.0;
        for (std::size_t i = j + 1; i < n; ++i) {
            double sum = a[i * n + j];
            for (std::size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = used[j] ? sum / a[j * n + j] : 0.0;
        }
    }
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
        b[i] = used[i] ? b[i] / a[i * n + i] : 0.0;
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
        b[i] = used[i] ? b[i] / a[i * n + i] : 0.0;
    }
    return rank;
}

}  // namespace caravel::imaging
