#include "caravel/formulation/optics/mie_setup.hpp"

#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::formulation::optics::mie {
namespace {

[[noreturn]] void refuse(std::string what, std::string expected, std::string hint) {
    throw InputError(Diagnostic{{}, std::move(what), std::move(expected), std::move(hint)});
}

void check_index(std::complex<double> index, std::size_t layer) {
    if (is_conductor(index)) {
        if (layer != 0)
            refuse(fmt::format("layer {} is a perfect conductor around other layers", layer + 1),
                   "a perfect conductor as the innermost layer only",
                   "leave out the layers inside the conductor, no field enters them");
        return;
    }
    const bool good = std::isfinite(index.real()) && std::isfinite(index.imag()) &&
                      index.real() >= 0.0 && index.imag() >= 0.0 && std::abs(index) > 0.0;
    if (!good)
        refuse(fmt::format("refractive index {} + {}i of layer {}", index.real(), index.imag(),
                           layer + 1),
               "n >= 0 and k >= 0, not both 0",
               "absorption is a positive imaginary part here (time factor exp(-i omega t))");
}

double magnitude(std::complex<double> index, double x) { return std::abs(index) * x; }

}  // namespace

bool is_conductor(std::complex<double> index) { return std::isinf(index.imag()); }

void check_layers(std::span<const double> x, std::span<const std::complex<double>> m) {
    if (x.empty() || x.size() != m.size())
        refuse(fmt::format("{} layer sizes with {} refractive indices", x.size(), m.size()),
               "one index per layer, at least one layer", "");
    double inner = smallest_size_parameter;
    for (std::size_t l = 0; l < x.size(); ++l) {
        if (!(x[l] > inner && x[l] <= largest_size_parameter))
            refuse(fmt::format("size parameter {} of layer {}", x[l], l + 1),
                   fmt::format("more than {} ({}) and at most {}", inner,
                               l == 0 ? "the smallest there is" : "the layer within",
                               largest_size_parameter),
                   "size parameter = 2 pi n_medium r/lambda; give outer radii from the inside out");
        check_index(m[l], l);
        inner = x[l];
    }
}

int downward_start(double z, int orders) {
    const double safe =
        std::ceil(std::max(static_cast<double>(orders), z) + 16.0 + 8.0 * std::cbrt(z));
    double left = 1.0;
    int n = orders + 1;
    for (; left > 1e-18 && n < safe; ++n) {
        const double above = 2.0 * n + 1.0 - z;
        if (above > z) left *= (z / above) * (z / above);
    }
    return n;
}

ShellStart shell_start(std::complex<double> m, double inner, double outer) {
    if (std::abs(m) * outer < 1.0)  // chi_0 = cos z has no zero there, chi_{-1} = -sin z
        return {1.0 / inner + m * std::tan(m * inner), 1.0 / outer + m * std::tan(m * outer),
                std::cos(m * outer) / std::cos(m * inner)};
    const std::complex<double> turn{-m.imag(), m.real()};  // i m
    const double fade = std::exp(turn.real() * (outer - inner));
    const double angle = turn.imag() * (outer - inner);
    return {
        1.0 / inner - turn, 1.0 / outer - turn, {fade * std::cos(angle), fade * std::sin(angle)}};
}

PreparedSphere::PreparedSphere(std::span<const double> x, std::span<const std::complex<double>> m,
                               int orders) {
    const std::size_t count = x.size();
    const auto fill = [&](std::complex<double> index, double size) {
        rho_.emplace_back(static_cast<std::size_t>(orders) + 1);
        fill_rho<double>(from_std(index * index), 1.0 / size,
                         downward_start(magnitude(index, size), orders), orders,
                         rho_.back().data());
        return rho_.back().data();
    };
    rho_.reserve(2 * count);
    sphere_.inverse_core = 1.0 / x[0];
    if (!is_conductor(m[0])) sphere_.rho_core = fill(m[0], x[0]);
    shells_.resize(count - 1);
    for (std::size_t l = 1; l < count; ++l) {
        Shell<double>& shell = shells_[l - 1];
        const std::complex<double> within = is_conductor(m[l - 1]) ? 1.0 : m[l - 1];
        shell.permittivity = from_std(m[l] * m[l]);
        const std::complex<double> ratio = m[l] / within;
        shell.kappa = from_std(ratio * ratio);
        shell.less_one = from_std((m[l] - within) / within * (ratio + 1.0));
        shell.inverse_inner = 1.0 / x[l - 1];
        shell.inverse_outer = 1.0 / x[l];
        const ShellStart start = shell_start(m[l], x[l - 1], x[l]);
        shell.at.delta_inner = from_std(start.delta_inner);
        shell.at.delta_outer = from_std(start.delta_outer);
        shell.at.ratio = from_std(start.ratio);
        shell.rho_inner = fill(m[l], x[l - 1]);
        shell.rho_outer = fill(m[l], x[l]);
    }
    sphere_.shells = shells_.data();
    sphere_.shell_count = static_cast<int>(count) - 1;
    const std::complex<double> last = is_conductor(m[count - 1]) ? 1.0 : m[count - 1];
    sphere_.kappa = from_std(1.0 / (last * last));
    sphere_.less_one = from_std((1.0 - last) / last * (1.0 / last + 1.0));
    sphere_.inverse_outer = 1.0 / x[count - 1];
    rho_medium_.resize(static_cast<std::size_t>(orders) + 1);
    fill_rho<double>(sphere_.inverse_outer, downward_start(x[count - 1], orders), orders,
                     rho_medium_.data());
    sphere_.rho_medium = rho_medium_.data();
}

}  // namespace caravel::formulation::optics::mie
