#include "caravel/formulation/optics/spheroid.hpp"

#include "caravel/base/error.hpp"
#include "caravel/formulation/optics/spheroid_integrals.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace caravel::formulation::optics {
namespace {

using Complex = std::complex<double>;

struct Problem {
    double x_equator;
    double x_pole;
    double wavenumber;
    Complex index;

    double size() const { return std::max(x_equator, x_pole); }
    double aspect() const { return x_pole / x_equator; }
};

void require(bool holds, const std::string& what, const std::string& expected,
             const std::string& hint) {
    if (!holds) throw InputError(Diagnostic{{}, what, expected, hint});
}

Problem checked(double equatorial, double polar, double wavenumber, Complex index) {
    const auto positive = [](double v) { return std::isfinite(v) && v > 0.0; };
    require(positive(equatorial) && positive(polar),
            fmt::format("semi-axes of {:g} m and {:g} m of a spheroid", equatorial, polar),
            "two lengths above 0", "");
    require(positive(wavenumber), fmt::format("wavenumber {:g} 1/m in the medium", wavenumber),
            "a number above 0", "2 pi times the index of the medium over the wavelength");
    require(std::isfinite(index.real()) && std::isfinite(index.imag()) && index.imag() >= 0.0 &&
                index.real() >= 0.0 && std::abs(index) > 1e-3 && std::abs(index) < 100.0,
            fmt::format("relative index {:g} + {:g}i of a spheroid", index.real(), index.imag()),
            "real and imaginary part of at least 0 and a magnitude from 0.001 to 100",
            "an absorbing material has a positive imaginary part");
    require(std::abs(index - 1.0) > 1e-8,
            fmt::format("relative index {:g} + {:g}i of a spheroid", index.real(), index.imag()),
            "an index that differs from the medium's by more than 1e-8",
            "a particle with the index of its medium does not scatter");
    const Problem problem{wavenumber * equatorial, wavenumber * polar, wavenumber, index};
    const double aspect = std::max(problem.aspect(), 1.0 / problem.aspect());
    require(problem.size() >= spheroid_smallest_size && problem.size() <= spheroid_largest_size,
            fmt::format("spheroid of size parameter {:.4g} (aspect ratio {:.4g})", problem.size(),
                        problem.aspect()),
            fmt::format("a size parameter from {:g} to {:g}", spheroid_smallest_size,
                        spheroid_largest_size),
            problem.size() < 1.0 ? "use the quasi-static ellipsoid"
                                 : "the particle is too large for the T-matrix");
    require(aspect <= spheroid_largest_aspect,
            fmt::format("spheroid of aspect ratio {:.4g} (size parameter {:.4g})", problem.aspect(),
                        problem.size()),
            fmt::format("an aspect ratio from 1/{0:g} to {0:g}", spheroid_largest_aspect), "");
    return problem;
}

[[noreturn]] void refuse(const Problem& problem, const std::string& reason) {
    throw InputError(
        Diagnostic{{},
                   fmt::format("the T-matrix of a spheroid of size parameter {:.4g}, aspect ratio "
                               "{:.4g} and relative index {:g} + {:g}i {}",
                               problem.size(), problem.aspect(), problem.index.real(),
                               problem.index.imag(), reason),
                   "a smaller or rounder particle, or a looser tolerance",
                   "discrete dipoles have no such limit"});
}

/// T of one azimuthal number with the degrees up to `order` of the given P and Q.
std::vector<Complex> t_block(const std::array<SpheroidBlock, 2>& parities, int m, int order) {
    const auto size = static_cast<std::size_t>(order - std::max(1, m) + 1);
    std::vector<Complex> t(4 * size * size);
    for (const SpheroidBlock& block : parities) {
        const ComplexMatrix part =
            solve_from_right(leading_block(block.q, size), leading_block(block.p, size));
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t j = 0; j < size; ++j)
                t[(i + (block.magnetic[i] ? 0 : size)) * 2 * size + j +
                  (block.magnetic[j] ? 0 : size)] = -part(i, j);
    }
    return t;
}

constexpr int shells = 3;  // orders N, N - 2 and N - 4 from one set of integrals

struct Attempt {
    std::array<TMatrix, shells> t;

    explicit Attempt(int order) : t{TMatrix(order), TMatrix(order - 2), TMatrix(order - 4)} {}
};

/// T up to `order` and to two lower orders; azimuthal numbers until their part is negligible.
Attempt attempt_order(const Problem& problem, int order, int points, double tolerance) {
    const SpheroidSurface surface(problem.x_equator, problem.x_pole, points);
    const SpheroidIntegrals integrals(surface, problem.index, order);
    Attempt attempt(order);
    CrossSections sum;
    for (int m = 0; m <= order; ++m) {
        const std::array<SpheroidBlock, 2> parities = integrals.blocks(m);
        for (TMatrix& t : attempt.t)
            if (m <= t.order()) t.add_block(t_block(parities, m, t.order()));
        const CrossSections part = average_contribution(attempt.t[0], m, problem.wavenumber);
        sum.extinction += part.extinction;
        sum.scattering += part.scattering;
        const double rest =
            std::max(std::abs(part.extinction) / sum.extinction, part.scattering / sum.scattering);
        if (m > 0 && rest < 1e-3 * tolerance) break;
    }
    return attempt;
}

/// Extinction and scattering of the average and the three standard orientations.
std::array<double, 8> eight_numbers(const TMatrix& t, double wavenumber) {
    CrossSections average;
    for (int m = 0; m < t.blocks(); ++m) {
        const CrossSections part = average_contribution(t, m, wavenumber);
        average.extinction += part.extinction;
        average.scattering += part.scattering;
    }
    std::array<double, 8> numbers{average.extinction, average.scattering};
    std::size_t at = 2;
    for (const Incidence incidence :
         {Incidence::along_axis, Incidence::field_along_axis, Incidence::field_across_axis}) {
        const CrossSections c = fixed_cross_sections(t, wavenumber, incidence);
        numbers[at++] = c.extinction;
        numbers[at++] = c.scattering;
    }
    return numbers;
}

struct Change {
    double error = 0.0;  // what is likely still missing, tenfold, or what rounding took
    double ratio = 0.0;  // of the changes, largest
};

/// The changes fall geometrically once the order covers the particle.
Change change_of(const Attempt& attempt, double wavenumber) {
    std::array<std::array<double, 8>, shells> numbers;
    for (std::size_t i = 0; i < shells; ++i) numbers[i] = eight_numbers(attempt.t[i], wavenumber);
    Change worst;
    for (std::size_t i = 0; i < 8; ++i) {
        const double scale = std::abs(numbers[0][i]);
        const double last = std::abs(numbers[0][i] - numbers[1][i]) / scale;
        const double before = std::abs(numbers[1][i] - numbers[2][i]) / scale;
        if (!std::isfinite(last)) return {1e300, 1.0};
        const double ratio = before > 0.0 ? std::min(1.0, last / before) : 1.0;
        worst.error = std::max(worst.error, last * std::min(1.0, 10.0 * ratio));
        if (last > 1e-14) worst.ratio = std::max(worst.ratio, ratio);
    }
    const double defect = reciprocity_defect(attempt.t[0]);
    worst.error = std::max(worst.error, defect * defect);
    return worst;
}

int first_order(const Problem& problem) {
    const double x = problem.size();
    const double aspect = std::max(problem.aspect(), 1.0 / problem.aspect());
    return static_cast<int>(x + 2.0 * std::cbrt(x) + 5.2 + std::min(1.5 * aspect, 12.0));
}

/// Orders to go from the last change and the rate at which changes fall.
int step_of(const Change& change, double tolerance) {
    const double rate = -std::log(std::clamp(change.ratio, 1e-6, 0.5));
    return std::clamp(2 * static_cast<int>(std::ceil(std::log(change.error / tolerance) / rate)), 2,
                      12);
}

SpheroidSolution converge(const Problem& problem, const SpheroidOptions& options) {
    require(options.tolerance >= 1e-14 && options.tolerance <= 0.1,
            fmt::format("tolerance {:g} of a T-matrix", options.tolerance), "1e-14 to 0.1", "");
    require(options.order >= 0 && options.order <= spheroid_largest_order,
            fmt::format("order {} of a T-matrix", options.order),
            fmt::format("0 (automatic) to {}", spheroid_largest_order), "");
    require(options.quadrature_points >= 0 && options.quadrature_points <= 4000,
            fmt::format("{} quadrature points", options.quadrature_points), "0 (automatic) to 4000",
            "");
    int order = std::max(5, options.order > 0 ? options.order : first_order(problem));
    double error = 1e300;
    int idle = 0;  // attempts in a row that did not halve the error
    while (order <= spheroid_largest_order) {
        const int points = options.quadrature_points > 0
                               ? options.quadrature_points + options.quadrature_points % 2
                               : spheroid_quadrature_points(problem.x_equator, problem.x_pole,
                                                            order, options.tolerance);
        try {
            Attempt attempt = attempt_order(problem, order, points, options.tolerance);
            const Change change = change_of(attempt, problem.wavenumber);
            idle = change.error < 0.5 * error ? 0 : idle + 1;
            error = std::min(error, change.error);
            if (options.order > 0 || change.error < options.tolerance)
                return {std::move(attempt.t[0]), points, change.error};
            if (idle > 1) break;
            order += step_of(change, options.tolerance);
        } catch (const NumericalError&) {
            refuse(problem, fmt::format("has no solution at order {}", order));
        }
    }
    order = std::min(order, spheroid_largest_order);
    if (error >= 1.0) refuse(problem, fmt::format("does not converge up to order {}", order));
    refuse(problem, fmt::format("is uncertain by {:.1e} at best, up to order {}, where {:.1e} was "
                                "asked for",
                                error, order, options.tolerance));
}

}  // namespace

SpheroidSolution solve_spheroid(double equatorial_radius, double polar_radius,
                                double medium_wavenumber, Complex relative_index,
                                const SpheroidOptions& options) {
    return converge(checked(equatorial_radius, polar_radius, medium_wavenumber, relative_index),
                    options);
}

SpheroidResult spheroid_cross_sections(double equatorial_radius, double polar_radius,
                                       double medium_wavenumber, Complex relative_index,
                                       const SpheroidOptions& options) {
    const Problem problem =
        checked(equatorial_radius, polar_radius, medium_wavenumber, relative_index);
    const SpheroidSolution found = converge(problem, options);
    const TMatrix& t = found.t;
    SpheroidResult result;
    result.average = orientation_average(t, medium_wavenumber);
    result.along_axis = fixed_orientation(t, medium_wavenumber, Incidence::along_axis);
    result.field_along_axis = fixed_orientation(t, medium_wavenumber, Incidence::field_along_axis);
    result.field_across_axis =
        fixed_orientation(t, medium_wavenumber, Incidence::field_across_axis);
    result.order = t.order();
    result.quadrature_points = found.quadrature_points;
    result.error = found.error;
    result.size_parameter = problem.size();
    result.aspect_ratio = problem.aspect();
    return result;
}

SpheroidAxes spheroid_for_capped_rod(double diameter, double length) {
    require(
        std::isfinite(diameter) && diameter > 0.0 && std::isfinite(length) && length >= diameter,
        fmt::format("rod of diameter {:g} m and length {:g} m", diameter, length),
        "a length of at least the diameter, both above 0", "a disc is no capped rod");
    const double volume = std::numbers::pi * diameter * diameter * (length / 4.0 - diameter / 12.0);
    const double aspect = length / diameter;
    const double equatorial = std::cbrt(3.0 * volume / (4.0 * std::numbers::pi * aspect));
    return {equatorial, aspect * equatorial};
}

}  // namespace caravel::formulation::optics
