// Turning magnetisation, one spin at a time: the plain forms behind the kernels.
#pragma once

#include "caravel/base/grid.hpp"

#include <cmath>
#include <complex>

namespace caravel::imaging::mri {

/// M turned right-handed about the axis of `rotation` by its length (rad), which is w t for even w:
/// Rodrigues' formula M cos a + (n x M) sin a + n (n.M) (1 - cos a).
inline Vector3 turned(const Vector3& m, const Vector3& rotation) {
    const double angle = std::hypot(rotation[0], rotation[1], rotation[2]);
    if (angle == 0.0) return m;
    const Vector3 n{rotation[0] / angle, rotation[1] / angle, rotation[2] / angle};
    const double c = std::cos(angle);
    const double s = std::sin(angle);
    const double along = (n[0] * m[0] + n[1] * m[1] + n[2] * m[2]) * (1.0 - c);
    return {c * m[0] + s * (n[1] * m[2] - n[2] * m[1]) + along * n[0],
            c * m[1] + s * (n[2] * m[0] - n[0] * m[2]) + along * n[1],
            c * m[2] + s * (n[0] * m[1] - n[1] * m[0]) + along * n[2]};
}

/// A rotation as the spinor (Cayley-Klein) pair.
struct Spinor {
    std::complex<double> alpha{1.0, 0.0};
    std::complex<double> beta{0.0, 0.0};
};

/// alpha = cos(a/2) - i nz sin(a/2), beta = -i (nx + i ny) sin(a/2).
inline Spinor spinor(const Vector3& rotation) {
    const double angle = std::hypot(rotation[0], rotation[1], rotation[2]);
    if (angle == 0.0) return {};
    const double s = std::sin(0.5 * angle) / angle;
    return {{std::cos(0.5 * angle), -rotation[2] * s}, {rotation[1] * s, -rotation[0] * s}};
}

/// First a, then b.
inline Spinor then(const Spinor& a, const Spinor& b) {
    return {b.alpha * a.alpha - std::conj(b.beta) * a.beta,
            b.beta * a.alpha + std::conj(b.alpha) * a.beta};
}

/// As the 3x3 form: m' = conj(alpha)^2 m - beta^2 conj(m) + 2 conj(alpha) beta Mz.
inline Vector3 turned(const Vector3& m, const Spinor& q) {
    const std::complex<double> t(m[0], m[1]);
    const std::complex<double> u = std::conj(q.alpha);
    const std::complex<double> r =
        u * u * t - q.beta * q.beta * std::conj(t) + 2.0 * u * q.beta * m[2];
    const double z = (std::norm(q.alpha) - std::norm(q.beta)) * m[2] -
                     2.0 * std::real(q.alpha * q.beta * std::conj(t));
    return {r.real(), r.imag(), z};
}

}  // namespace caravel::imaging::mri
