#include "caravel/formulation/optics/dipoles_scattering.hpp"

#include "caravel/base/quadrature.hpp"
#include "caravel/exec/for_each.hpp"

#include <cmath>
#include <numbers>

namespace caravel::formulation::optics {
namespace {

using Complex = std::complex<double>;

struct Direction {
    Vector3 n{};
    double weight = 0.0;
};

std::vector<Direction> all_directions(const DipoleShape& shape, double kd) {
    const auto square = [](index_t n) { return static_cast<double>(n * n); };
    const double size =
        0.5 * kd * std::sqrt(square(shape.nx) + square(shape.ny) + square(shape.nz));
    const int order = static_cast<int>(std::ceil(size + 4.05 * std::cbrt(size) + 2.0));
    const int rows = order + 2;
    const int turns = 2 * order + 3;
    std::vector<Direction> directions;
    const QuadratureRule rule = gauss_legendre(rows);
    for (std::size_t i = 0; i < rule.size(); ++i) {
        const double cosine = rule.node[i];
        const double sine = std::sqrt(1.0 - cosine * cosine);
        for (int j = 0; j < turns; ++j) {
            const double phi = 2.0 * std::numbers::pi * j / turns;
            directions.push_back({{sine * std::cos(phi), sine * std::sin(phi), cosine},
                                  rule.weight[i] * 2.0 * std::numbers::pi / turns});
        }
    }
    return directions;
}

std::vector<Complex> phases(double step, index_t n) {
    std::vector<Complex> values;
    for (index_t i = 0; i < n; ++i) {
        values.push_back(std::polar(1.0, -step * (static_cast<double>(i) - 0.5 * double(n - 1))));
    }
    return values;
}

/// Squared far-field amplitude in direction n over kd^4.
double intensity(const DipoleShape& s, double kd, const Vector3& n, const SplitVector& moments) {
    const auto along_x = phases(kd * n[0], s.nx);
    const auto along_y = phases(kd * n[1], s.ny);
    const auto along_z = phases(kd * n[2], s.nz);
    const std::size_t count = moments.size() / 3;
    ComplexVector3 sum{};
    std::size_t dipole = 0;
    for (std::size_t x = 0; x < along_x.size(); ++x) {
        for (std::size_t y = 0; y < along_y.size(); ++y) {
            const std::uint8_t* const row = s.material.data() + s.cell(index_t(x), index_t(y), 0);
            std::array<double, 3> re{};
            std::array<double, 3> im{};
            for (std::size_t z = 0; z < along_z.size(); ++z) {
                if (row[z] == 0) continue;
                const double c = along_z[z].real(), e = along_z[z].imag();
                for (std::size_t a = 0; a < 3; ++a) {
                    const double pr = moments.re[a * count + dipole];
                    const double pi = moments.im[a * count + dipole];
                    re[a] += pr * c - pi * e;
                    im[a] += pr * e + pi * c;
                }
                ++dipole;
            }
            const Complex phase = along_x[x] * along_y[y];
            for (std::size_t a = 0; a < 3; ++a) sum[a] += phase * Complex(re[a], im[a]);
        }
    }
    const Complex radial = n[0] * sum[0] + n[1] * sum[1] + n[2] * sum[2];
    return square(sum) - std::norm(radial);
}

}  // namespace

ScatteringIntegral integrate_scattering(exec::ThreadTeam& team, const DipoleShape& shape, double kd,
                                        const Vector3& incident, const SplitVector& moments) {
    const std::vector<Direction> directions = all_directions(shape, kd);
    std::vector<double> values(directions.size());
    const auto fill = [&](index_t index) {
        const auto i = static_cast<std::size_t>(index);
        values[i] = directions[i].weight * intensity(shape, kd, directions[i].n, moments);
    };
    exec::for_each(team, static_cast<index_t>(directions.size()), fill, 1);
    ScatteringIntegral result;
    double forward = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const Vector3& n = directions[i].n;
        result.cross_section += values[i];
        forward += values[i] * dot(n, incident);
    }
    if (result.cross_section > 0.0) result.anisotropy = forward / result.cross_section;
    result.cross_section *= kd * kd * kd * kd;
    return result;
}

}  // namespace caravel::formulation::optics
