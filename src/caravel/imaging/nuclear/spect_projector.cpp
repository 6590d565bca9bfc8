#include "caravel/imaging/nuclear/spect_projector.hpp"

#include "caravel/base/expects.hpp"
#include "caravel/imaging/blur.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace caravel::imaging {
namespace {

std::size_t at(index_t n) { return static_cast<std::size_t>(n); }

/// Volume with z fastest.
std::vector<float> to_columns(const Grid& grid, std::span<const float> volume) {
    std::vector<float> columns(volume.size());
    const index_t across = grid.nx * grid.ny;
    for (index_t k = 0; k < grid.nz; ++k)
        for (index_t n = 0; n < across; ++n)
            columns[at(n * grid.nz + k)] = volume[at(k * across + n)];
    return columns;
}

}  // namespace

/// Four columns around a place of the turned volume.
struct SpectProjector::Corner {
    std::array<index_t, 4> column{};
    std::array<float, 4> weight{};  // 0 outside
};

SpectProjector::SpectProjector(const Grid& grid, index_t width, double radius_of_rotation,
                               const Collimator& collimator, std::span<const double> attenuation,
                               bool blurs)
    : grid_(grid), width_(width) {
    const double h = grid.spacing[0];
    CARAVEL_EXPECTS(grid.spacing[1] == h && grid.spacing[2] == h);
    std::vector<double> variance(at(width), 0.0);
    for (index_t j = 0; j < width; ++j) {
        const double towards =
            (static_cast<double>(j) + 0.5 - 0.5 * static_cast<double>(width)) * h;
        const double z = std::max(radius_of_rotation - towards, 0.5 * h);
        sensitivity_.push_back(static_cast<float>(collimator.sensitivity(z)));
        if (blurs) variance[at(j)] = std::pow(collimator.blur(z) / (fwhm_per_sigma * h), 2);
    }
    for (index_t j = 0; j + 1 < width; ++j)
        variance_.push_back(std::max(0.0, variance[at(j)] - variance[at(j + 1)]));
    near_variance_ = variance.back();
    if (attenuation.empty()) return;
    std::vector<float> half(attenuation.size());
    for (std::size_t i = 0; i < half.size(); ++i)
        half[i] = static_cast<float>(-std::expm1(-0.5 * h * attenuation[i]));
    stopped_ = to_columns(grid, half);
}

SpectProjector::Corner SpectProjector::corner(double angle, index_t column, index_t plane) const {
    const double middle = 0.5 * static_cast<double>(width_) - 0.5;
    const double u = static_cast<double>(column) - middle;
    const double v = static_cast<double>(plane) - middle;
    const double c = std::cos(angle);
    const double s = std::sin(angle);
    const double x = u * c - v * s + 0.5 * static_cast<double>(grid_.nx) - 0.5;
    const double y = u * s + v * c + 0.5 * static_cast<double>(grid_.ny) - 0.5;
    const auto i = static_cast<index_t>(std::floor(x));
    const auto j = static_cast<index_t>(std::floor(y));
    const auto px = static_cast<float>(x - static_cast<double>(i));
    const auto py = static_cast<float>(y - static_cast<double>(j));
    Corner corner;
    const std::array<float, 4> weight{(1.0F - px) * (1.0F - py), px * (1.0F - py), (1.0F - px) * py,
                                      px * py};
    for (index_t n = 0; n < 4; ++n) {
        const index_t a = i + n % 2;
        const index_t b = j + n / 2;
        if (!grid_.contains(a, b, 0)) continue;
        corner.column[at(n)] = (a + grid_.nx * b) * grid_.nz;
        corner.weight[at(n)] = weight[at(n)];
    }
    return corner;
}

void SpectProjector::turn(double angle, index_t plane, std::span<const float> columns,
                          std::vector<float>& out) const {
    const std::size_t nz = at(grid_.nz);
    for (index_t c = 0; c < width_; ++c) {
        const Corner from = corner(angle, c, plane);
        float* line = out.data() + at(c) * nz;
        const float* a = columns.data() + from.column[0];
        const float* b = columns.data() + from.column[1];
        const float* d = columns.data() + from.column[2];
        const float* e = columns.data() + from.column[3];
        for (std::size_t k = 0; k < nz; ++k)
            line[k] = from.weight[0] * a[k] + from.weight[1] * b[k] + from.weight[2] * d[k] +
                      from.weight[3] * e[k];
    }
}

void SpectProjector::widen(std::vector<float>& view, double variance,
                           std::vector<float>& work) const {
    if (!(variance > 0.0)) return;
    const auto passes = static_cast<int>(std::ceil(variance / 0.5));
    const auto side = static_cast<float>(0.5 * variance / passes);
    const float middle = 1.0F - 2.0F * side;
    const std::size_t nz = at(grid_.nz);
    const std::size_t n = at(width_);
    work.resize(view.size());
    for (int pass = 0; pass < passes; ++pass) {
        for (std::size_t c = 0; c < n; ++c) {
            const float* here = view.data() + c * nz;
            const float* before = c > 0 ? here - nz : nullptr;
            const float* after = c + 1 < n ? here + nz : nullptr;
            float* out = work.data() + c * nz;
            for (std::size_t k = 0; k < nz; ++k) out[k] = middle * here[k];
            if (before != nullptr)
                for (std::size_t k = 0; k < nz; ++k) out[k] += side * before[k];
            if (after != nullptr)
                for (std::size_t k = 0; k < nz; ++k) out[k] += side * after[k];
        }
        for (std::size_t c = 0; c < n; ++c) {
            const float* in = work.data() + c * nz;
            float* out = view.data() + c * nz;
            for (std::size_t k = 0; k < nz; ++k) out[k] = middle * in[k];
            for (std::size_t k = 1; k < nz; ++k) out[k] += side * in[k - 1];
            for (std::size_t k = 0; k + 1 < nz; ++k) out[k] += side * in[k + 1];
        }
    }
}

void SpectProjector::project(double angle, std::span<const float> volume,
                             std::span<float> view) const {
    const std::vector<float> columns = to_columns(grid_, volume);
    std::vector<float> sum(at(view_size()), 0.0F);
    std::vector<float> plane(sum.size());
    std::vector<float> stopped(sum.size(), 0.0F);
    std::vector<float> work;
    for (index_t j = 0; j < width_; ++j) {
        turn(angle, j, columns, plane);
        if (!stopped_.empty()) turn(angle, j, stopped_, stopped);
        const float weight = sensitivity_[at(j)];
        for (std::size_t i = 0; i < sum.size(); ++i) {
            const float half = 1.0F - stopped[i];
            sum[i] = half * (half * sum[i] + weight * plane[i]);
        }
        widen(sum, j + 1 < width_ ? variance_[at(j)] : near_variance_, work);
    }
    std::copy(sum.begin(), sum.end(), view.begin());
}

void SpectProjector::back_project(double angle, std::span<const float> view,
                                  std::span<float> volume) const {
    std::vector<float> columns(volume.size(), 0.0F);
    std::vector<float> sum(view.begin(), view.end());
    std::vector<float> stopped(sum.size(), 0.0F);
    std::vector<float> work;
    const std::size_t nz = at(grid_.nz);
    for (index_t j = width_ - 1; j >= 0; --j) {
        widen(sum, j + 1 < width_ ? variance_[at(j)] : near_variance_, work);
        if (!stopped_.empty()) turn(angle, j, stopped_, stopped);
        const float weight = sensitivity_[at(j)];
        for (index_t c = 0; c < width_; ++c) {
            const Corner to = corner(angle, c, j);
            const float* in = sum.data() + at(c) * nz;
            const float* lost = stopped.data() + at(c) * nz;
            for (std::size_t n = 0; n < 4; ++n) {
                float* out = columns.data() + to.column[n];
                const float share = weight * to.weight[n];
                if (share == 0.0F) continue;
                for (std::size_t k = 0; k < nz; ++k) out[k] += share * (1.0F - lost[k]) * in[k];
            }
        }
        for (std::size_t i = 0; i < sum.size(); ++i)
            sum[i] *= (1.0F - stopped[i]) * (1.0F - stopped[i]);
    }
    const index_t across = grid_.nx * grid_.ny;
    for (index_t k = 0; k < grid_.nz; ++k)
        for (index_t n = 0; n < across; ++n)
            volume[at(k * across + n)] += columns[at(n * grid_.nz + k)];
}

}  // namespace caravel::imaging
