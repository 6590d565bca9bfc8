#include "caravel/formulation/magnetism/dense_solver.hpp"

#include <cmath>
#include <utility>

namespace caravel::formulation::magnetism {

std::vector<double> solve_dense(std::vector<double> a, std::size_t n) {
    const std::size_t w = n + 1;
    for (std::size_t k = 0; k < n; ++k) {
        std::size_t best = k;
        for (std::size_t i = k + 1; i < n; ++i)
            if (std::abs(a[i * w + k]) > std::abs(a[best * w + k])) best = i;
        for (std::size_t c = k; c < w; ++c) std::swap(a[k * w + c], a[best * w + c]);
        for (std::size_t i = k + 1; i < n; ++i) {
            const double ratio = a[i * w + k] / a[k * w + k];
            for (std::size_t c = k; c < w; ++c) a[i * w + c] -= ratio * a[k * w + c];
        }
    }
    std::vector<double> x(n);
    for (std::size_t k = n; k-- > 0;) {
        double sum = a[k * w + n];
        for (std::size_t c = k + 1; c < n; ++c) sum -= a[k * w + c] * x[c];
        x[k] = sum / a[k * w + k];
    }
    return x;
}

}  // namespace caravel::formulation::magnetism
