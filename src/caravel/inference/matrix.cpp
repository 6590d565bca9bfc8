#include "caravel/inference/matrix.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/inference/guards.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace caravel::inference {
namespace {

// L and the first pivot that is not above 0 (or none).
struct Factor {
    Matrix lower;
    std::optional<std::size_t> failed;
    double pivot = 0.0;
};

Factor factorise(const Matrix& a) {
    CARAVEL_EXPECTS(a.rows == a.columns);
    const std::size_t n = a.rows;
    Factor factor{Matrix(n, n), {}, 0.0};
    Matrix& l = factor.lower;
    for (std::size_t j = 0; j < n; ++j) {
        for (std::size_t i = j; i < n; ++i) {
            double sum = a(i, j);
            for (std::size_t k = 0; k < j; ++k) sum -= l(i, k) * l(j, k);
            if (i == j && !(sum > 0.0 && std::isfinite(sum))) {
                factor.failed = j;
                factor.pivot = sum;
                return factor;
            }
            l(i, j) = i == j ? std::sqrt(sum) : sum / l(j, j);
        }
    }
    return factor;
}

// Reflects rows from k on so that column k becomes zero under the diagonal; the length of the
// column is returned.
double reflect(Matrix& a, std::vector<double>& b, std::size_t k) {
    double square = 0.0;
    for (std::size_t i = k; i < a.rows; ++i) square += a(i, k) * a(i, k);
    const double length = std::sqrt(square);
    if (length == 0.0) return 0.0;
    const double diagonal = a(k, k) > 0.0 ? -length : length;
    const double head = a(k, k) - diagonal;
    const double scale = -1.0 / (diagonal * head);  // 2 / |v|^2
    a(k, k) = head;
    const auto apply = [&](const auto& at) {
        double sum = 0.0;
        for (std::size_t i = k; i < a.rows; ++i) sum += a(i, k) * at(i);
        for (std::size_t i = k; i < a.rows; ++i) at(i) -= scale * sum * a(i, k);
    };
    for (std::size_t j = k + 1; j < a.columns; ++j) {
        apply([&](std::size_t i) -> double& { return a(i, j); });
    }
    apply([&](std::size_t i) -> double& { return b[i]; });
    a(k, k) = diagonal;
    return length;
}

void rotate(Matrix& a, Matrix& v, std::size_t p, std::size_t q) {
    const double theta = 0.5 * (a(q, q) - a(p, p)) / a(p, q);
    const double t = std::copysign(1.0, theta) / (std::abs(theta) + std::hypot(theta, 1.0));
    const double c = 1.0 / std::hypot(t, 1.0);
    const double s = t * c;
    for (std::size_t k = 0; k < a.rows; ++k) {
        const double kp = a(k, p);
        const double kq = a(k, q);
        a(k, p) = c * kp - s * kq;
        a(k, q) = s * kp + c * kq;
        const double vp = v(k, p);
        const double vq = v(k, q);
        v(k, p) = c * vp - s * vq;
        v(k, q) = s * vp + c * vq;
    }
    for (std::size_t k = 0; k < a.rows; ++k) {
        const double pk = a(p, k);
        const double qk = a(q, k);
        a(p, k) = c * pk - s * qk;
        a(q, k) = s * pk + c * qk;
    }
    a(p, q) = a(q, p) = 0.0;
}

SymmetricEigen sorted(const Matrix& a, const Matrix& v) {
    const std::size_t n = a.rows;
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t i, std::size_t j) { return a(i, i) < a(j, j); });
    SymmetricEigen result{{}, Matrix(n, n)};
    for (std::size_t k = 0; k < n; ++k) {
        const std::size_t from = order[k];
        result.values.push_back(a(from, from));
        double largest = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
            if (std::abs(v(i, from)) > std::abs(largest) * (1.0 + 1e-9)) largest = v(i, from);
        }
        for (std::size_t i = 0; i < n; ++i) {
            result.vectors(i, k) = largest < 0.0 ? -v(i, from) : v(i, from);
        }
    }
    return result;
}

}  // namespace

Matrix identity(std::size_t size) {
    Matrix result(size, size);
    for (std::size_t i = 0; i < size; ++i) result(i, i) = 1.0;
    return result;
}

Matrix gram(const Matrix& a) {
    Matrix result(a.columns, a.columns);
    for (std::size_t r = 0; r < a.rows; ++r) {
        for (std::size_t i = 0; i < a.columns; ++i) {
            for (std::size_t j = 0; j <= i; ++j) result(i, j) += a(r, i) * a(r, j);
        }
    }
    for (std::size_t i = 0; i < a.columns; ++i) {
        for (std::size_t j = 0; j < i; ++j) result(j, i) = result(i, j);
    }
    return result;
}

double dot(std::span<const double> a, std::span<const double> b) {
    CARAVEL_EXPECTS(a.size() == b.size());
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

std::vector<double> multiply(const Matrix& a, std::span<const double> x) {
    CARAVEL_EXPECTS(x.size() == a.columns);
    std::vector<double> result(a.rows);
    for (std::size_t i = 0; i < a.rows; ++i) result[i] = dot(a.row(i), x);
    return result;
}

std::vector<double> multiply_transposed(const Matrix& a, std::span<const double> x) {
    CARAVEL_EXPECTS(x.size() == a.rows);
    std::vector<double> result(a.columns);
    for (std::size_t i = 0; i < a.rows; ++i) {
        for (std::size_t j = 0; j < a.columns; ++j) result[j] += a(i, j) * x[i];
    }
    return result;
}

std::optional<Matrix> try_cholesky(const Matrix& a) {
    Factor factor = factorise(a);
    if (factor.failed) return std::nullopt;
    return std::move(factor.lower);
}

std::vector<double> solve_cholesky(const Matrix& lower, std::span<const double> b) {
    CARAVEL_EXPECTS(b.size() == lower.rows);
    std::vector<double> x(b.begin(), b.end());
    const std::size_t n = x.size();
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < i; ++k) x[i] -= lower(i, k) * x[k];
        x[i] /= lower(i, i);
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; ++k) x[i] -= lower(k, i) * x[k];
        x[i] /= lower(i, i);
    }
    return x;
}

Matrix solve_cholesky(const Matrix& lower, Matrix b) {
    CARAVEL_EXPECTS(b.rows == lower.rows);
    const std::size_t n = b.rows;
    const auto subtract = [&b](std::size_t i, std::size_t k, double factor) {
        if (factor == 0.0) return;
        double* const own = b.values.data() + i * b.columns;
        const double* const other = b.values.data() + k * b.columns;
        for (std::size_t j = 0; j < b.columns; ++j) own[j] -= factor * other[j];
    };
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < i; ++k) subtract(i, k, lower(i, k));
        for (std::size_t j = 0; j < b.columns; ++j) b(i, j) /= lower(i, i);
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; ++k) subtract(i, k, lower(k, i));
        for (std::size_t j = 0; j < b.columns; ++j) b(i, j) /= lower(i, i);
    }
    return b;
}

Matrix inverse_cholesky(const Matrix& lower) {
    Matrix inverse = solve_cholesky(lower, identity(lower.rows));
    for (std::size_t i = 0; i < lower.rows; ++i)
        for (std::size_t j = 0; j < i; ++j)
            inverse(i, j) = inverse(j, i) = 0.5 * (inverse(i, j) + inverse(j, i));
    return inverse;
}

Matrix require_cholesky(const Matrix& a, const std::string& what) {
    if (a.rows != a.columns || a.rows == 0) {
        throw InputError(Diagnostic{Location{},
                                    what + " has " + std::to_string(a.rows) + " rows and " +
                                        std::to_string(a.columns) + " columns",
                                    "a square matrix", ""});
    }
    require_finite(a.values, what + " entry");
    for (std::size_t i = 0; i < a.rows; ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const double size = std::sqrt(std::abs(a(i, i) * a(j, j)));
            if (std::abs(a(i, j) - a(j, i)) <= 1e-12 * size) continue;
            throw InputError(Diagnostic{Location{},
                                        what + " has " + format_number(a(i, j)) + " at (" +
                                            std::to_string(i) + ", " + std::to_string(j) +
                                            ") and " + format_number(a(j, i)) + " opposite",
                                        "a symmetric matrix", ""});
        }
    }
    Factor factor = factorise(a);
    if (!factor.failed) return std::move(factor.lower);
    const double smallest = eigen_symmetric(a).values.front();
    throw InputError(Diagnostic{
        Location{},
        what + " is not positive definite: pivot " + std::to_string(*factor.failed) + " is " +
            format_number(factor.pivot, 3) + ", smallest eigenvalue " + format_number(smallest, 3),
        "eigenvalues above 0",
        "correlations of several quantities cannot be chosen freely; "
        "shrink them towards 0"});
}

std::optional<std::vector<double>> solve_least_squares(Matrix a, std::vector<double> b) {
    CARAVEL_EXPECTS(a.rows >= a.columns && b.size() == a.rows);
    const std::size_t n = a.columns;
    std::vector<double> length(n);
    for (std::size_t i = 0; i < a.rows; ++i) {
        for (std::size_t j = 0; j < n; ++j) length[j] += a(i, j) * a(i, j);
    }
    const double rounding =
        std::numeric_limits<double>::epsilon() * static_cast<double>(std::max(a.rows, n));
    for (std::size_t k = 0; k < n; ++k) {
        const double left = reflect(a, b, k);
        if (!(left > rounding * std::sqrt(length[k]))) return std::nullopt;
    }
    std::vector<double> x(n);
    for (std::size_t i = n; i-- > 0;) {
        double sum = b[i];
        for (std::size_t k = i + 1; k < n; ++k) sum -= a(i, k) * x[k];
        x[i] = sum / a(i, i);
    }
    return x;
}

SymmetricEigen eigen_symmetric(Matrix a) {
    CARAVEL_EXPECTS(a.rows == a.columns);
    guard_finite(a.values, "eigenvalues of a symmetric matrix", "entry", "");
    Matrix v = identity(a.rows);
    for (int sweep = 0; sweep < 60; ++sweep) {
        bool is_diagonal = true;
        for (std::size_t q = 1; q < a.rows; ++q) {
            for (std::size_t p = 0; p < q; ++p) {
                const double size = std::abs(a(p, q));
                const double tiny = 1e-18 * std::sqrt(std::abs(a(p, p)) * std::abs(a(q, q)));
                if (size <= tiny || size < std::numeric_limits<double>::min()) continue;
                is_diagonal = false;
                rotate(a, v, p, q);
            }
        }
        if (is_diagonal) break;
    }
    return sorted(a, v);
}

}  // namespace caravel::inference
