#include "caravel/formulation/optics/dipoles_krylov.hpp"

#include "caravel/exec/reduce.hpp"

#include <cmath>
#include <utility>

namespace caravel::formulation::optics {
namespace {

using Complex = std::complex<double>;

constexpr index_t tile = 8192;
constexpr double breakdown = 1e-14;  // of the norm, below which a recurrence has lost its digits

struct Pair {
    double re = 0.0;
    double im = 0.0;
};

/// sum a_i b_i, with a conjugated when `sign` is -1.
Complex product_sum(exec::ThreadTeam& team, const SplitVector& a, const SplitVector& b,
                    double sign) {
    const auto value = [&](index_t index) {
        const auto i = static_cast<std::size_t>(index);
        const double im = sign * a.im[i];
        return Pair{a.re[i] * b.re[i] - im * b.im[i], a.re[i] * b.im[i] + im * b.re[i]};
    };
    const auto add = [](const Pair& p, const Pair& q) { return Pair{p.re + q.re, p.im + q.im}; };
    const Pair sum =
        exec::transform_reduce(team, static_cast<index_t>(a.size()), Pair{}, value, add);
    return {sum.re, sum.im};
}

double norm(exec::ThreadTeam& team, const SplitVector& a) {
    return std::sqrt(product_sum(team, a, a, -1.0).real());
}

/// One term of a linear combination.
struct Term {
    Complex factor;
    const SplitVector& vector;
};

/// y = f y + a u + b v; `y` may be u or v.
void combine(exec::ThreadTeam& team, SplitVector& y, Complex f, const Term& u, const Term& v) {
    const double fr = f.real(), fi = f.imag();
    const double ar = u.factor.real(), ai = u.factor.imag();
    const double br = v.factor.real(), bi = v.factor.imag();
    const auto add = [&](index_t index) {
        const auto i = static_cast<std::size_t>(index);
        const double re = fr * y.re[i] - fi * y.im[i] +
                          (ar * u.vector.re[i] - ai * u.vector.im[i]) +
                          (br * v.vector.re[i] - bi * v.vector.im[i]);
        y.im[i] = fr * y.im[i] + fi * y.re[i] + (ar * u.vector.im[i] + ai * u.vector.re[i]) +
                  (br * v.vector.im[i] + bi * v.vector.re[i]);
        y.re[i] = re;
    };
    exec::for_each(team, static_cast<index_t>(y.size()), add, tile);
}

void combine(exec::ThreadTeam& team, SplitVector& y, Complex f, const Term& u) {
    combine(team, y, f, u, {0.0, u.vector});
}

/// b - A x.
SplitVector residual_of(exec::ThreadTeam& team, const SplitOperator& multiply, const SplitVector& b,
                        const SplitVector& x) {
    SplitVector r(b.size());
    multiply(x, r);
    combine(team, r, -1.0, {1.0, b});
    return r;
}

/// The least-squares problem of QMR, one column and one Givens rotation at a time.
struct QuasiMinimum {
    double c_last = 1.0, c_before = 1.0;
    Complex s_last = 0.0, s_before = 0.0;
    double omega_last = 0.0, omega = 1.0;
    Complex tau = 0.0;
    Complex theta, eta, zeta;  // what the last column holds after the rotations

    /// Takes column (beta, alpha, beta_next) in; `size` is the norm of the next Lanczos vector.
    /// Returns the factor of the new search direction.
    Complex add_column(Complex beta, Complex alpha, Complex beta_next, double size) {
        const double omega_next = size > 0.0 ? size / std::abs(beta_next) : 1.0;
        theta = std::conj(s_before) * omega_last * beta;
        eta = c_last * c_before * omega_last * beta + std::conj(s_last) * omega * alpha;
        const Complex part = c_last * omega * alpha - s_last * c_before * omega_last * beta;
        const double part_size = std::abs(part);
        const double zeta_size = std::hypot(part_size, size);
        zeta = part_size > 0.0 ? zeta_size * part / part_size : Complex(zeta_size);
        c_before = c_last;
        s_before = s_last;
        c_last = part_size / zeta_size;
        s_last = omega_next * beta_next / zeta;
        omega_last = omega;
        omega = omega_next;
        const Complex factor = c_last * tau;
        tau *= -s_last;
        return factor;
    }
};

}  // namespace

Complex inner_product(exec::ThreadTeam& team, const SplitVector& a, const SplitVector& b) {
    return product_sum(team, a, b, -1.0);
}

KrylovResult solve_qmr(exec::ThreadTeam& team, const SplitOperator& multiply, const SplitVector& b,
                       SplitVector& x, const KrylovOptions& options) {
    KrylovResult result;
    const double scale = norm(team, b);
    SplitVector r = residual_of(team, multiply, b, x);
    SplitVector v = r;  // Lanczos vector, not yet normalised
    SplitVector v_last(b.size()), product(b.size()), p(b.size()), p_last(b.size());
    double size = norm(team, v);
    result.residuals.push_back(size / scale);
    Complex beta = std::sqrt(product_sum(team, v, v, 1.0));
    QuasiMinimum minimum;
    if (size > 0.0) minimum.omega = size / std::abs(beta);
    minimum.tau = minimum.omega * beta;
    for (int step = 0; step < options.most_steps; ++step) {
        if (result.residuals.back() <= options.residual || !(std::abs(beta) > breakdown * size)) {
            break;
        }
        combine(team, v, 1.0 / beta, {0.0, v});
        multiply(v, product);
        const Complex alpha = product_sum(team, v, product, 1.0);
        combine(team, v_last, -beta, {1.0, product}, {-alpha, v});
        std::swap(v, v_last);  // v is the next one now, v_last the present one
        const Complex beta_next = std::sqrt(product_sum(team, v, v, 1.0));
        size = norm(team, v);
        const Complex factor = minimum.add_column(beta, alpha, beta_next, size);
        const Complex zeta = minimum.zeta;
        combine(team, p_last, -minimum.theta / zeta, {1.0 / zeta, v_last},
                {-minimum.eta / zeta, p});
        std::swap(p, p_last);
        combine(team, x, 1.0, {factor, p});
        const Complex share =
            size > 0.0 ? minimum.c_last * minimum.tau / (minimum.omega * beta_next) : Complex(0.0);
        combine(team, r, std::norm(minimum.s_last), {share, v});
        result.residuals.push_back(norm(team, r) / scale);
        beta = beta_next;
    }
    result.converged = result.residuals.back() <= options.residual;
    return result;
}

KrylovResult solve_bicgstab(exec::ThreadTeam& team, const SplitOperator& multiply,
                            const SplitVector& b, SplitVector& x, const KrylovOptions& options) {
    KrylovResult result;
    const double scale = norm(team, b);
    SplitVector r = residual_of(team, multiply, b, x);
    const SplitVector shadow = r;
    SplitVector p(b.size()), v(b.size()), t(b.size());
    Complex rho = 1.0, alpha = 1.0, omega = 1.0;
    result.residuals.push_back(norm(team, r) / scale);
    const double shadow_size = norm(team, shadow);
    for (int step = 0; step < options.most_steps; ++step) {
        const Complex rho_next = inner_product(team, shadow, r);
        const double least = breakdown * shadow_size * result.residuals.back() * scale;
        if (result.residuals.back() <= options.residual || !(std::abs(rho_next) > least)) break;
        const Complex factor = rho_next / rho * (alpha / omega);
        rho = rho_next;
        combine(team, p, factor, {1.0, r}, {-factor * omega, v});
        multiply(p, v);
        alpha = rho / inner_product(team, shadow, v);
        combine(team, r, 1.0, {-alpha, v});
        multiply(r, t);
        const double squared = inner_product(team, t, t).real();
        omega = squared > 0.0 ? inner_product(team, t, r) / squared : Complex(0.0);
        combine(team, x, 1.0, {alpha, p}, {omega, r});
        combine(team, r, 1.0, {-omega, t});
        result.residuals.push_back(norm(team, r) / scale);
    }
    result.converged = result.residuals.back() <= options.residual;
    return result;
}

}  // namespace caravel::formulation::optics
