#include "caravel/formulation/synthesis/finite_volume.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace caravel::formulation::synthesis {
namespace {

constexpr double fastest_explicit = 0.5;  // cells per move; van Leer stays positive up to it

}  // namespace

std::vector<double> uniform_faces(double low, double high, int cells) {
    std::vector<double> faces;
    for (int i = 0; i <= cells; ++i) faces.push_back(low + (high - low) * i / cells);
    return faces;
}

std::vector<double> geometric_faces(double low, double high, int cells) {
    std::vector<double> faces;
    for (int i = 0; i <= cells; ++i) faces.push_back(low * std::pow(high / low, 1.0 * i / cells));
    return faces;
}

FiniteVolume::FiniteVolume(std::vector<double> faces) : faces_(std::move(faces)) {
    if (faces_.size() < 3 ||
        std::adjacent_find(faces_.begin(), faces_.end(), std::greater_equal<>()) != faces_.end())
        throw InputError({{}, "a size grid whose faces do not ascend", "two cells or more", ""});
    for (std::size_t i = 0; i + 1 < faces_.size(); ++i) {
        centres_.push_back(0.5 * (faces_[i] + faces_[i + 1]));
        widths_.push_back(faces_[i + 1] - faces_[i]);
    }
    density_.assign(centres_.size(), 0.0);
    flux_.assign(faces_.size(), 0.0);
}

void FiniteVolume::fill(const std::function<double(double)>& density) {
    const double offset = std::sqrt(0.15);
    for (std::size_t i = 0; i < density_.size(); ++i)
        density_[i] =
            (5.0 * density(centres_[i] - offset * widths_[i]) + 8.0 * density(centres_[i]) +
             5.0 * density(centres_[i] + offset * widths_[i])) /
            18.0;
}

void FiniteVolume::add(double number, double size) {
    const auto above = std::upper_bound(centres_.begin(), centres_.end(), size);
    if (above == centres_.begin() || above == centres_.end()) {
        const std::size_t i = above == centres_.begin() ? 0 : centres_.size() - 1;
        density_[i] += number / widths_[i];
        return;
    }
    const auto i = static_cast<std::size_t>(above - centres_.begin());
    const double share = (size - centres_[i - 1]) / (centres_[i] - centres_[i - 1]);
    density_[i - 1] += (1.0 - share) * number / widths_[i - 1];
    density_[i] += share * number / widths_[i];
}

double FiniteVolume::slope(const std::vector<double>& density, std::size_t i) const {
    if (i == 0 || i + 1 == density.size()) return 0.0;
    const double left = (density[i] - density[i - 1]) / (centres_[i] - centres_[i - 1]);
    const double right = (density[i + 1] - density[i]) / (centres_[i + 1] - centres_[i]);
    return left * right > 0.0 ? 2.0 * left * right / (left + right) : 0.0;
}

void FiniteVolume::stage(std::span<const double> speeds, double dt, std::vector<double>& density) {
    const std::size_t cells = density.size();
    flux_[cells] = 0.0;
    flux_[0] = 0.0;
    // explicit faces first, then from the top down those crossed so fast that they must be implicit
    for (std::size_t f = 0; f < cells; ++f) {
        const double moved = speeds[f] * dt;
        if (moved >= 0.0)
            flux_[f] =
                f == 0 ? 0.0
                       : moved * (density[f - 1] + 0.5 * widths_[f - 1] * slope(density, f - 1));
        else if (-moved <= fastest_explicit * widths_[f])
            flux_[f] = moved * (density[f] - 0.5 * widths_[f] * slope(density, f));
    }
    for (std::size_t f = cells; f-- > 0;) {
        const double moved = -speeds[f] * dt;
        if (moved <= fastest_explicit * widths_[f]) continue;
        const double held = density[f] * widths_[f] - flux_[f + 1];
        flux_[f] = -moved * std::max(held, 0.0) / (widths_[f] + moved);
    }
    for (std::size_t i = 0; i < cells; ++i)
        density[i] = std::max(density[i] + (flux_[i] - flux_[i + 1]) / widths_[i], 0.0);
}

void FiniteVolume::move(std::span<const double> speeds, double dt) {
    std::vector<double> twice = density_;
    stage(speeds, dt, twice);
    stage(speeds, dt, twice);
    for (std::size_t i = 0; i < density_.size(); ++i) density_[i] = 0.5 * (density_[i] + twice[i]);
}

double FiniteVolume::moment(int k) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < density_.size(); ++i) {
        // (high^(k+1) - low^(k+1))/(k+1) without the difference of powers
        double powers = 0.0;
        double term = 1.0;
        for (int j = 0; j <= k; ++j) {
            powers = powers * faces_[i + 1] + term;
            term *= faces_[i];
        }
        sum += density_[i] * widths_[i] * powers / (k + 1.0);
    }
    return sum;
}

}  // namespace caravel::formulation::synthesis
