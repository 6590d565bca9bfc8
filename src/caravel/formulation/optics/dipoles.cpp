#include "caravel/formulation/optics/dipoles.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/exec/reduce.hpp"
#include "caravel/formulation/optics/dipoles_scattering.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace caravel::formulation::optics {
namespace {

using Complex = std::complex<double>;
constexpr double pi = std::numbers::pi;

void check_wave(const PlaneWave& wave) {
    const bool units = std::abs(dot(wave.direction, wave.direction) - 1.0) < 1e-9 &&
                       std::abs(dot(wave.polarisation, wave.polarisation) - 1.0) < 1e-9;
    if (units && std::abs(dot(wave.direction, wave.polarisation)) < 1e-9) return;
    throw InputError(Diagnostic{{},
                                "direction and polarisation of the incident wave",
                                "unit vectors at right angles to each other",
                                ""});
}

void check_indices(std::span<const Complex> indices, int materials) {
    if (indices.size() < static_cast<std::size_t>(materials)) {
        throw InputError(Diagnostic{{},
                                    fmt::format("{} refractive indices", indices.size()),
                                    fmt::format("one for each of {} materials", materials),
                                    ""});
    }
    for (const Complex& m : indices) {
        const bool possible = std::isfinite(std::norm(m)) && m.real() >= 0.0 && m.imag() >= 0.0 &&
                              std::abs(m) > 0.0 && std::abs(m * m - 1.0) > 1e-12;
        if (possible) continue;
        throw InputError(
            Diagnostic{{},
                       fmt::format("relative refractive index {:g} + {:g} i", m.real(), m.imag()),
                       "real and imaginary part of at least 0, different from the medium",
                       "absorption has a positive imaginary part"});
    }
}

std::vector<std::uint8_t> occupied(const DipoleShape& shape) {
    std::vector<std::uint8_t> materials;
    for (const std::uint8_t material : shape.material) {
        if (material != 0) materials.push_back(material);
    }
    return materials;
}

/// y_i = f_i x_i.
void scale(exec::ThreadTeam& team, const SplitVector& f, const SplitVector& x, SplitVector& y) {
    const auto one = [&](index_t index) {
        const auto i = static_cast<std::size_t>(index);
        const double re = f.re[i] * x.re[i] - f.im[i] * x.im[i];
        y.im[i] = f.re[i] * x.im[i] + f.im[i] * x.re[i];
        y.re[i] = re;
    };
    exec::for_each(team, static_cast<index_t>(y.size()), one, 8192);
}

/// x where a neighbour's moments are p = f x.
SplitVector start_of(const SplitVector& f, const SplitVector* moments) {
    SplitVector x(f.size());
    if (moments == nullptr || moments->size() != f.size()) return x;
    for (std::size_t i = 0; i < f.size(); ++i) {
        const Complex value = Complex(moments->re[i], moments->im[i]) / Complex(f.re[i], f.im[i]);
        x.re[i] = value.real();
        x.im[i] = value.imag();
    }
    return x;
}

}  // namespace

Complex cell_polarisability(Polarisability kind, Complex m, double kd, const PlaneWave& wave) {
    constexpr double b1 = 1.8915316;  // Draine and Goodman 1993, eq. 5.8
    constexpr double b2 = -0.1648469;
    constexpr double b3 = 1.7700004;
    const Complex eps = m * m;
    Complex inverse = 4.0 * pi / 3.0 * (eps + 2.0) / (eps - 1.0);
    if (kind == Polarisability::lattice_dispersion) {
        double s = 0.0;
        for (std::size_t a = 0; a < 3; ++a) {
            s += std::pow(wave.direction[a] * wave.polarisation[a], 2);
        }
        inverse -= (b1 + eps * (b2 + b3 * s)) * kd * kd;
    }
    if (kind != Polarisability::clausius_mossotti) {
        inverse -= Complex(0.0, 2.0 / 3.0 * kd * kd * kd);
    }
    return 1.0 / inverse;
}

FullWaveSolver::FullWaveSolver(const DipoleShape& shape, double spacing, double wavenumber,
                               exec::ThreadTeam& team)
    : shape_(shape),
      team_(team),
      spacing_(spacing),
      kd_(wavenumber * spacing),
      interaction_((require_positive(spacing, "lattice spacing", "m"),
                    require_positive(wavenumber, "wave number", "1/m"), shape),
                   Coupling::full_wave, kd_, team),
      materials_(occupied(shape)) {}

SplitVector FullWaveSolver::incident_field(const PlaneWave& wave) const {
    const std::size_t count = materials_.size();
    SplitVector field(3 * count);
    const auto centre = [](index_t i, index_t n) {
        return static_cast<double>(i) - 0.5 * static_cast<double>(n - 1);
    };
    std::size_t dipole = 0;
    for (index_t cell = 0; cell < shape_.cells(); ++cell) {
        if (shape_.material[static_cast<std::size_t>(cell)] == 0) continue;
        const index_t row = cell / shape_.nz;
        const double along = dot(
            wave.direction, {centre(row / shape_.ny, shape_.nx), centre(row % shape_.ny, shape_.ny),
                             centre(cell % shape_.nz, shape_.nz)});
        const Complex phase = std::polar(1.0, kd_ * along);
        for (std::size_t a = 0; a < 3; ++a) {
            field.re[a * count + dipole] = wave.polarisation[a] * phase.real();
            field.im[a * count + dipole] = wave.polarisation[a] * phase.imag();
        }
        ++dipole;
    }
    return field;
}

// With f the root of the polarisability and p = f x: (1 - f G f) x = f E, which is symmetric.
void FullWaveSolver::solve_system(const SplitVector& roots, const SplitVector& field,
                                  const FullWaveOptions& options, FullWaveResult& result) {
    SplitVector work(field.size());
    const SplitOperator multiply = [&](const SplitVector& x, SplitVector& y) {
        scale(team_, roots, x, work);
        interaction_.apply(team_, work.re, work.im, y.re, y.im);
        scale(team_, roots, y, y);
        const auto subtract = [&](index_t index) {
            const auto i = static_cast<std::size_t>(index);
            y.re[i] = x.re[i] - y.re[i];
            y.im[i] = x.im[i] - y.im[i];
        };
        exec::for_each(team_, static_cast<index_t>(y.size()), subtract, 8192);
    };
    SplitVector b(field.size());
    scale(team_, roots, field, b);
    SplitVector x = start_of(roots, options.start);
    const KrylovOptions limits{options.residual, options.most_steps};
    KrylovResult solved = solve_qmr(team_, multiply, b, x, limits);
    result.solver = "QMR";
    if (!solved.converged) {
        x = start_of(roots, options.start);
        solved = solve_bicgstab(team_, multiply, b, x, limits);
        result.solver = "BiCGSTAB";
    }
    result.residuals = solved.residuals;
    SplitVector rest(b.size());
    multiply(x, rest);
    for (std::size_t i = 0; i < b.size(); ++i) {
        rest.re[i] -= b.re[i];
        rest.im[i] -= b.im[i];
    }
    result.residual =
        std::sqrt(inner_product(team_, rest, rest).real() / inner_product(team_, b, b).real());
    if (!solved.converged || !(result.residual < 10.0 * options.residual + 1e-13)) {
        throw NumericalError(
            {"discrete dipoles", "dipole moments", "", 0.0, 0.0,
             fmt::format("relative residual is {:.3g} after {} steps, not {:g}", result.residual,
                         result.residuals.size() - 1, options.residual),
             "use a finer lattice, more steps or a larger residual"});
    }
    result.moments = SplitVector(b.size());
    scale(team_, roots, x, result.moments);
}

void FullWaveSolver::measure(const SplitVector& field, std::span<const Complex> polarisabilities,
                             const PlaneWave& wave, bool radiates, FullWaveResult& result) const {
    const SplitVector& p = result.moments;
    const std::size_t count = materials_.size();
    const double reaction = radiates ? 2.0 / 3.0 * kd_ * kd_ * kd_ : 0.0;
    std::vector<double> loss;  // of each material, per squared moment
    for (const Complex& alpha : polarisabilities) {
        loss.push_back(-(1.0 / alpha).imag() - reaction);
    }
    const double absorbed = exec::sum_of(team_, static_cast<index_t>(p.size()), [&](index_t index) {
        const auto i = static_cast<std::size_t>(index);
        return loss[materials_[i % count] - 1U] * (p.re[i] * p.re[i] + p.im[i] * p.im[i]);
    });
    const double unit = 4.0 * pi * kd_ * spacing_ * spacing_;
    CrossSections& c = result.cross_sections;
    c.extinction = unit * inner_product(team_, field, p).imag();
    c.absorption = unit * absorbed;
    c.scattering = c.extinction - c.absorption;
    const ScatteringIntegral angles = integrate_scattering(team_, shape_, kd_, wave.direction, p);
    c.anisotropy = angles.anisotropy;
    result.scattering_by_angles = angles.cross_section * spacing_ * spacing_;
    result.optical_theorem_error =
        std::abs(c.scattering - result.scattering_by_angles) / c.extinction;
}

FullWaveResult FullWaveSolver::solve(std::span<const Complex> relative_indices,
                                     const PlaneWave& wave, const FullWaveOptions& options) {
    check_wave(wave);
    const int materials = material_count(shape_);
    check_indices(relative_indices, materials);
    require_positive(options.residual, "relative residual", "");
    FullWaveResult result;
    std::vector<Complex> polarisabilities;
    for (const Complex& m : relative_indices.first(static_cast<std::size_t>(materials))) {
        polarisabilities.push_back(cell_polarisability(options.polarisability, m, kd_, wave));
        result.kd_m = std::max(result.kd_m, kd_ * std::abs(m));
    }
    const std::size_t count = materials_.size();
    result.size_parameter = kd_ * std::cbrt(3.0 * static_cast<double>(count) / (4.0 * pi));
    SplitVector roots(3 * count);
    for (std::size_t i = 0; i < roots.size(); ++i) {
        const Complex root = std::sqrt(polarisabilities[materials_[i % count] - 1U]);
        roots.re[i] = root.real();
        roots.im[i] = root.imag();
    }
    const SplitVector field = incident_field(wave);
    solve_system(roots, field, options, result);
    measure(field, polarisabilities, wave,
            options.polarisability != Polarisability::clausius_mossotti, result);
    return result;
}

FullWaveResult full_wave(const DipoleShape& shape, double spacing, double wavenumber,
                         std::span<const Complex> relative_indices, const PlaneWave& wave,
                         const FullWaveOptions& options, exec::ThreadTeam& team) {
    return FullWaveSolver(shape, spacing, wavenumber, team).solve(relative_indices, wave, options);
}

}  // namespace caravel::formulation::optics
