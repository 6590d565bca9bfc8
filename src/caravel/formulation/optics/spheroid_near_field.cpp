#include "caravel/formulation/optics/spheroid_near_field.hpp"

#include "caravel/formulation/optics/angular_functions.hpp"
#include "caravel/formulation/optics/spheroid_integrals.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <vector>

namespace caravel::formulation::optics {
namespace {

using Complex = std::complex<double>;

/// Coefficients of the internal waves of one m, type M then type N.
struct Internal {
    std::vector<Complex> m_type, n_type;
};

Internal internal_waves(const std::array<SpheroidBlock, 2>& blocks, int m, int order,
                        Incidence incidence) {
    const std::vector<Complex> wave = plane_wave(m, order, incidence);
    const std::size_t size = wave.size() / 2;
    const double sign = m < 0 ? -1.0 : 1.0;  // of type N: turns the block of |m| into that of m
    Internal result{std::vector<Complex>(size), std::vector<Complex>(size)};
    for (const SpheroidBlock& block : blocks) {
        std::vector<Complex> a(size);
        for (std::size_t i = 0; i < size; ++i)
            a[i] = Complex(0.0, 1.0) * (block.magnetic[i] ? wave[i] : sign * wave[size + i]);
        a = solve_system(block.q, a);
        for (std::size_t i = 0; i < size; ++i)
            (block.magnetic[i] ? result.m_type[i] : result.n_type[i]) =
                block.magnetic[i] ? a[i] : sign * a[i];
    }
    return result;
}

/// The internal field of one m at one node, without the azimuthal phase.
struct Field {
    Complex radial, polar, azimuthal;
};

/// Surface nodes of both halves of the polar range.
struct Nodes {
    explicit Nodes(const SpheroidSurface& half) {
        for (const double side : {1.0, -1.0}) {
            for (std::size_t t = 0; t < half.x.size(); ++t) {
                const double u = side * half.cosine[t];
                const double sine = std::sqrt((1.0 - u) * (1.0 + u));
                const double g = side * half.slope[t] * sine / half.x[t];
                cosine.push_back(u);
                x.push_back(half.x[t]);
                tilt.push_back(g);
                area.push_back(half.weight[t] * half.x[t] * half.x[t] * std::sqrt(1.0 + g * g));
            }
        }
    }
    std::vector<double> cosine, x, tilt, area;  // tilt: (dr/dtheta) / r
};

std::vector<Field> fields_of(const Internal& waves, int m, int order, const Nodes& nodes,
                             const std::vector<std::vector<Complex>>& psi, Complex s) {
    const AngularFunctions f(std::abs(m), order, nodes.cosine);
    const Complex i(0.0, 1.0);
    const double norm = 1.0 / std::sqrt(2.0 * std::numbers::pi);
    std::vector<Field> fields(nodes.x.size());
    for (std::size_t t = 0; t < fields.size(); ++t) {
        const Complex y = s * nodes.x[t];
        for (int n = f.first_degree(); n <= order; ++n) {
            const auto at = static_cast<std::size_t>(n - f.first_degree());
            const Complex value = psi[t][static_cast<std::size_t>(n)] / y;
            const Complex slope =
                psi[t][static_cast<std::size_t>(n) - 1] / y - static_cast<double>(n) / y * value;
            const double pi = (m < 0 ? -1.0 : 1.0) * f.pi(n)[t];
            const double tau = f.tau(n)[t];
            const Complex cm = norm * waves.m_type[at];
            const Complex cn = norm * waves.n_type[at];
            fields[t].radial += cn * (n * (n + 1.0) * f.d(n)[t]) * value / y;
            fields[t].polar += i * pi * cm * value + tau * cn * slope;
            fields[t].azimuthal += -tau * cm * value + i * pi * cn * slope;
        }
    }
    return fields;
}

struct Averager {
    double area = 0.0;
    SpheroidSurfaceField sum;

    void add(const Field& e, double tilt, double weight, Complex permittivity) {
        const double norm = 1.0 / std::sqrt(1.0 + tilt * tilt);
        const double normal = std::norm(permittivity * norm * (e.radial - tilt * e.polar));
        const double square =
            normal + std::norm(norm * (tilt * e.radial + e.polar)) + std::norm(e.azimuthal);
        area += weight;
        sum.square += weight * square;
        sum.normal_square += weight * normal;
        sum.fourth += weight * square * square;
        sum.largest_square = std::max(sum.largest_square, square);
    }
    SpheroidSurfaceField mean() const {
        return {sum.square / area, sum.normal_square / area, sum.fourth / area, sum.largest_square};
    }
};

}  // namespace

SpheroidSurfaceField spheroid_surface_field(double equatorial_radius, double polar_radius,
                                            double medium_wavenumber, Complex relative_index,
                                            Incidence incidence, const SpheroidOptions& options) {
    const SpheroidSolution solution =
        solve_spheroid(equatorial_radius, polar_radius, medium_wavenumber, relative_index, options);
    const int order = solution.t.order();
    const int largest_m = incidence == Incidence::along_axis ? 1 : solution.t.blocks() - 1;
    const SpheroidSurface surface(medium_wavenumber * equatorial_radius,
                                  medium_wavenumber * polar_radius, solution.quadrature_points);
    const SpheroidIntegrals integrals(surface, relative_index, order);
    const Nodes nodes(surface);
    std::vector<std::vector<Complex>> psi;
    for (const double x : nodes.x) psi.push_back(riccati_psi(order, relative_index * x));

    std::vector<std::vector<Field>> fields;  // m from -largest_m on
    for (int m = -largest_m; m <= largest_m; ++m) {
        const Internal waves = internal_waves(integrals.blocks(std::abs(m)), m, order, incidence);
        fields.push_back(fields_of(waves, m, order, nodes, psi, relative_index));
    }
    Averager averager;
    const int turns = 4 * largest_m + 4;  // exact for the fourth power
    for (int j = 0; j < turns; ++j) {
        const double angle = 2.0 * std::numbers::pi * j / turns;
        for (std::size_t t = 0; t < nodes.x.size(); ++t) {
            Field e;
            std::size_t block = 0;
            for (int m = -largest_m; m <= largest_m; ++m) {
                const Field& part = fields[block++][t];
                const Complex phase(std::cos(m * angle), std::sin(m * angle));
                e.radial += phase * part.radial;
                e.polar += phase * part.polar;
                e.azimuthal += phase * part.azimuthal;
            }
            averager.add(e, nodes.tilt[t], nodes.area[t], relative_index * relative_index);
        }
    }
    return averager.mean();
}

}  // namespace caravel::formulation::optics
