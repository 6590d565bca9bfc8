#include "caravel/formulation/optics/cluster_krylov.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace caravel::formulation::optics {

namespace {

using Complex = std::complex<double>;
using Vector = std::vector<Complex>;

Complex inner(const Vector& a, const Vector& b) {
    double re = 0.0, im = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        re += a[i].real() * b[i].real() + a[i].imag() * b[i].imag();
        im += a[i].real() * b[i].imag() - a[i].imag() * b[i].real();
    }
    return {re, im};
}

void add_scaled(Vector& y, const Complex& s, const Vector& x) {
    for (std::size_t i = 0; i < y.size(); ++i) {
        y[i] += Complex(s.real() * x[i].real() - s.imag() * x[i].imag(),
                        s.real() * x[i].imag() + s.imag() * x[i].real());
    }
}

double length(const Vector& a) { return std::sqrt(inner(a, a).real()); }

// The growing triangular factor of one restart cycle.
struct Cycle {
    std::vector<Vector> basis;    // orthonormal
    std::vector<Vector> columns;  // of the Hessenberg matrix, already rotated
    std::vector<double> cosines;
    std::vector<Complex> sines;
    Vector right;  // rotated right-hand side

    // Takes A v_last in; returns the residual norm.
    double extend(Vector w) {
        const std::size_t k = columns.size();
        Vector h(k + 2);
        for (std::size_t i = 0; i <= k; ++i) {
            h[i] = inner(basis[i], w);
            add_scaled(w, -h[i], basis[i]);
        }
        const double below = length(w);
        for (std::size_t i = 0; i < k; ++i) {
            const Complex top = cosines[i] * h[i] + sines[i] * h[i + 1];
            h[i + 1] = cosines[i] * h[i + 1] - std::conj(sines[i]) * h[i];
            h[i] = top;
        }
        const double size = std::abs(h[k]), both = std::hypot(size, below);
        const Complex direction = size > 0.0 ? h[k] / size : Complex(1.0, 0.0);
        cosines.push_back(both > 0.0 ? size / both : 1.0);
        sines.push_back(both > 0.0 ? direction * below / both : Complex(0.0, 0.0));
        h[k] = direction * both;
        h.resize(k + 1);
        columns.push_back(std::move(h));
        right.push_back(-std::conj(sines[k]) * right[k]);
        right[k] *= cosines[k];
        if (below > 0.0) {
            for (Complex& value : w) value /= below;
        }
        basis.push_back(std::move(w));
        return std::abs(right.back());
    }

    void add_solution(Vector& x) const {
        const std::size_t n = columns.size();
        Vector y(right.begin(), right.begin() + static_cast<std::ptrdiff_t>(n));
        for (std::size_t k = n; k-- > 0;) {
            for (std::size_t j = k + 1; j < n; ++j) y[k] -= columns[j][k] * y[j];
            y[k] /= columns[k][k];
        }
        for (std::size_t k = 0; k < n; ++k) add_scaled(x, y[k], basis[k]);
    }
};

}  // namespace

GmresResult solve_gmres(const LinearOperator& a, std::span<const Complex> b, double tolerance,
                        int limit, int restart) {
    GmresResult result;
    result.solution.assign(b.size(), 0.0);
    Vector residual(b.begin(), b.end());
    const double scale = length(residual);
    if (scale == 0.0) return result;
    result.residual = 1.0;
    while (result.residual > tolerance && result.iterations < limit) {
        const double start = length(residual);
        Cycle cycle;
        cycle.right.push_back(start);
        for (Complex& value : residual) value /= start;
        cycle.basis.push_back(std::move(residual));
        for (int k = 0; k < restart && result.iterations < limit; ++k) {
            Vector w(b.size());
            a(cycle.basis.back(), w);
            ++result.iterations;
            result.residual = cycle.extend(std::move(w)) / scale;
            if (result.residual <= tolerance) break;
        }
        cycle.add_solution(result.solution);
        residual.assign(b.size(), 0.0);
        a(result.solution, residual);
        for (std::size_t i = 0; i < b.size(); ++i) residual[i] = b[i] - residual[i];
        const double reached = length(residual) / scale;
        const bool stuck = reached > 0.99 * start / scale;
        result.residual = reached;
        if (stuck || reached <= 10.0 * tolerance) break;
    }
    return result;
}

}  // namespace caravel::formulation::optics
