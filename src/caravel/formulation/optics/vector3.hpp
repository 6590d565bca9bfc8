// Vectors in space.
#pragma once

#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <vector>

namespace caravel::formulation::optics {

using Vector3 = std::array<double, 3>;                       // m, or a direction
using ComplexVector3 = std::array<std::complex<double>, 3>;  // Cartesian

inline double dot(const Vector3& a, const Vector3& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

inline double norm(const Vector3& a) { return std::hypot(a[0], a[1], a[2]); }

inline Vector3 difference(const Vector3& a, const Vector3& b) {
    return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}

inline Vector3 cross(const Vector3& a, const Vector3& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

/// Sum of |a_i|^2.
inline double square(const ComplexVector3& a) {
    return std::norm(a[0]) + std::norm(a[1]) + std::norm(a[2]);
}

/// `count` unit vectors spread evenly, on a spiral with the golden angle (Fibonacci).
std::vector<Vector3> spiral_directions(std::int64_t count);

}  // namespace caravel::formulation::optics
