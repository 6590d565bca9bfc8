#include "caravel/imaging/nuclear/positron_range.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/expects.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

namespace caravel::imaging {
namespace {

constexpr double fine_structure = 1.0 / 137.035999;
constexpr double rest_energy = electron_mass * speed_of_light * speed_of_light;

/// ln |Gamma(z)|^2 by Lanczos' sum (g = 7, 9 terms), Re z > 0.5.
double log_gamma_square(std::complex<double> z) {
    static constexpr std::array<double, 9> terms{
        0.99999999999980993,  676.5203681218851,     -1259.1392167224028,
        771.32342877765313,   -176.61502916214059,   12.507343278686905,
        -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7};
    z -= 1.0;
    std::complex<double> sum = terms[0];
    for (std::size_t k = 1; k < terms.size(); ++k) sum += terms[k] / (z + static_cast<double>(k));
    const std::complex<double> t = z + 7.5;
    const std::complex<double> log_gamma =
        0.5 * std::log(2.0 * std::numbers::pi) + (z + 0.5) * std::log(t) - t + std::log(sum);
    return 2.0 * log_gamma.real();
}

/// Rate (no unit) of positrons of total energy w and momentum p (rest energies) before the daughter
/// of `charge`; constant factors left out.
double branch_rate(double w, double end, double charge, bool unique) {
    const double p = std::sqrt(w * w - 1.0);
    const double q = end - w;
    const double gamma = std::sqrt(1.0 - std::pow(fine_structure * charge, 2));
    const double nu = -fine_structure * charge * w / p;
    const double fermi = std::exp((2.0 * gamma - 2.0) * std::log(p) + std::numbers::pi * nu +
                                  log_gamma_square({gamma, nu}));
    return p * w * q * q * fermi * (unique ? p * p + q * q : 1.0);
}

}  // namespace

PositronSpectrum positron_spectrum(const Emitter& nuclide, int points) {
    CARAVEL_EXPECTS(points > 0 && !nuclide.branches.empty());
    PositronSpectrum spectrum;
    double highest = 0.0;
    for (const PositronBranch& branch : nuclide.branches)
        highest = std::max(highest, branch.endpoint);
    const double step = highest / points;
    for (int i = 0; i < points; ++i) spectrum.energy.push_back((i + 0.5) * step);
    spectrum.density.assign(spectrum.energy.size(), 0.0);
    double all = 0.0;
    for (const PositronBranch& branch : nuclide.branches) all += branch.share;
    for (const PositronBranch& branch : nuclide.branches) {
        std::vector<double> rate(spectrum.energy.size(), 0.0);
        double sum = 0.0;
        for (std::size_t i = 0; i < rate.size(); ++i) {
            if (spectrum.energy[i] >= branch.endpoint) continue;
            rate[i] = branch_rate(1.0 + spectrum.energy[i] / rest_energy,
                                  1.0 + branch.endpoint / rest_energy, nuclide.daughter_charge,
                                  branch.unique);
            sum += rate[i];
        }
        for (std::size_t i = 0; i < rate.size(); ++i)
            spectrum.density[i] += branch.share / all * rate[i] / (sum * step);
    }
    return spectrum;
}

double mean_energy(const PositronSpectrum& spectrum) {
    double sum = 0.0;
    double moment = 0.0;
    for (std::size_t i = 0; i < spectrum.energy.size(); ++i) {
        sum += spectrum.density[i];
        moment += spectrum.density[i] * spectrum.energy[i];
    }
    return moment / sum;
}

double positron_path(double energy, double density) {
    const double mev = energy / megaelectronvolt;
    const double knee = 2.5;
    const double e = std::min(mev, knee);
    double path = 4.12 * std::pow(e, 1.265 - 0.0954 * std::log(e));  // kg/m2
    if (mev > knee) path += 5.3 * (mev - knee);
    return path / density;
}

double RangeKernel::mean_range() const {
    double sum = 0.0;
    for (std::size_t i = 0; i < weight.size(); ++i) sum += weight[i] * sigma[i];
    return sum * std::sqrt(8.0 / std::numbers::pi);
}

double RangeKernel::transfer(double frequency) const {
    const double w = 2.0 * std::numbers::pi * frequency;
    double sum = 0.0;
    for (std::size_t i = 0; i < weight.size(); ++i)
        sum += weight[i] * std::exp(-0.5 * std::pow(w * sigma[i], 2));
    return sum;
}

RangeKernel range_kernel(const Emitter& nuclide, double scale, double density, int groups) {
    CARAVEL_EXPECTS(groups > 0 && scale >= 0.0 && density > 0.0);
    const PositronSpectrum spectrum = positron_spectrum(nuclide, 16 * groups);
    const double per_sigma = std::sqrt(8.0 / std::numbers::pi);
    RangeKernel kernel;
    double all = 0.0;
    for (const double d : spectrum.density) all += d;
    for (std::size_t g = 0; g < static_cast<std::size_t>(groups); ++g) {
        double weight = 0.0;
        double path = 0.0;
        for (std::size_t i = 16 * g; i < 16 * (g + 1); ++i) {
            weight += spectrum.density[i] / all;
            path += spectrum.density[i] / all * positron_path(spectrum.energy[i], density);
        }
        if (!(weight > 0.0)) continue;
        kernel.weight.push_back(weight);
        kernel.sigma.push_back(scale * path / weight / per_sigma);
    }
    return kernel;
}

}  // namespace caravel::imaging
