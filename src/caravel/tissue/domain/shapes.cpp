#include "caravel/tissue/domain/shapes.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace caravel::tissue {
namespace {

double norm(const Vector3& v) { return std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]); }

Vector3 scaled(const Vector3& v, double factor) {
    return {v[0] * factor, v[1] * factor, v[2] * factor};
}

/// Mean of (sin theta)^(2 L) over the sphere: 2^(2L) (L!)^2 / (2L + 1)!.
double mean_square_lobe(int lobes) {
    double mean = 1.0;
    for (int k = 1; k <= lobes; ++k) mean *= 2.0 * k / (2.0 * k + 1.0);
    return mean;
}

/// z^n for small n >= 0: repeated products are the same on every machine.
std::complex<double> power(std::complex<double> z, int n) {
    std::complex<double> product = 1.0;
    for (int k = 0; k < n; ++k)
        product = {product.real() * z.real() - product.imag() * z.imag(),
                   product.real() * z.imag() + product.imag() * z.real()};
    return product;
}

}  // namespace

TumourShape TumourShape::ellipsoid(const Vector3& axes, double volume) {
    CARAVEL_EXPECTS(volume > 0.0 && axes[0] > 0.0 && axes[1] > 0.0 && axes[2] > 0.0);
    const double unit = 4.0 / 3.0 * std::numbers::pi * axes[0] * axes[1] * axes[2];
    TumourShape shape;
    shape.axes_ = scaled(axes, std::cbrt(volume / unit));
    shape.extent_ = shape.axes_;
    return shape;
}

TumourShape TumourShape::lobed(int lobes, double volume) {
    CARAVEL_EXPECTS(volume > 0.0 && lobes >= 2);
    // The volume is R^3/3 times the integral of (1 + h s)^3, s = sin^L(theta) cos(L phi), over
    // directions: the odd powers of s vanish and cos^2 averages to a half.
    const double growth = 1.0 + 1.5 * lobe_height * lobe_height * mean_square_lobe(lobes);
    TumourShape shape;
    shape.lobes_ = lobes;
    shape.radius_ = std::cbrt(volume / (4.0 / 3.0 * std::numbers::pi * growth));
    const double reach = shape.radius_ * (1.0 + lobe_height);
    shape.extent_ = {reach, reach, shape.radius_};
    return shape;
}

TumourShape::Height TumourShape::of_ellipsoid(const Vector3& place) const {
    const Vector3 u{place[0] / axes_[0], place[1] / axes_[1], place[2] / axes_[2]};
    const double q = norm(u);
    if (q == 0.0) return {-std::min({axes_[0], axes_[1], axes_[2]}), {1.0, 0.0, 0.0}};
    const Vector3 gradient{u[0] / (axes_[0] * q), u[1] / (axes_[1] * q), u[2] / (axes_[2] * q)};
    const double slope = norm(gradient);
    return {(q - 1.0) / slope, scaled(gradient, 1.0 / slope)};
}

TumourShape::Height TumourShape::of_lobed(const Vector3& place) const {
    const double r = norm(place);
    if (r == 0.0) return {-radius_, {1.0, 0.0, 0.0}};
    const Vector3 n = scaled(place, 1.0 / r);
    const std::complex<double> lower = power({n[0], n[1]}, lobes_ - 1);
    const double lobe = lower.real() * n[0] - lower.imag() * n[1];  // Re of the power L
    // Gradient of r - R (1 + h lobe); lobe is of degree 0, so that its radial part is taken off.
    // The surface stays outside 0.7 R; nearer to the centre the gradient would grow without bound.
    const double rise = radius_ * lobe_height * lobes_ / std::max(r, 0.5 * radius_);
    const Vector3 gradient{n[0] - rise * (lower.real() - lobe * n[0]),
                           n[1] - rise * (-lower.imag() - lobe * n[1]),
                           n[2] - rise * (-lobe * n[2])};
    const double slope = norm(gradient);
    return {(r - radius_ * (1.0 + lobe_height * lobe)) / slope, scaled(gradient, 1.0 / slope)};
}

TumourShape::Height TumourShape::height_and_normal(const Vector3& place) const {
    return lobes_ == 0 ? of_ellipsoid(place) : of_lobed(place);
}

double TumourShape::height(const Vector3& place) const { return height_and_normal(place).value; }

}  // namespace caravel::tissue
