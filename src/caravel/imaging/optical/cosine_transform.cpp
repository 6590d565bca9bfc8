#include "caravel/imaging/optical/cosine_transform.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::imaging {

namespace {
constexpr auto width = static_cast<std::size_t>(fft_lanes);
}

CosineTransform::Axis::Axis(index_t n) : plan(n), block(n) {
    const auto length = static_cast<std::size_t>(n);
    order.resize(length);
    for (std::size_t i = 0; i < length; ++i) {
        const double angle =
            std::numbers::pi * static_cast<double>(i) / (2.0 * static_cast<double>(n));
        cosine.push_back(std::cos(angle));
        sine.push_back(std::sin(angle));
        order[i % 2 == 0 ? i / 2 : length - 1 - i / 2] = i;
    }
}

CosineTransform::CosineTransform(index_t nx, index_t ny) : nx_(nx), ny_(ny), x_(nx), y_(ny) {}

void CosineTransform::forward(std::vector<double>& first, std::vector<double>& second) {
    const auto nx = static_cast<std::size_t>(nx_), ny = static_cast<std::size_t>(ny_);
    lines(x_, ny, nx, 1, first, second, true);
    lines(y_, nx, 1, nx, first, second, true);
}

void CosineTransform::backward(std::vector<double>& first, std::vector<double>& second) {
    const auto nx = static_cast<std::size_t>(nx_), ny = static_cast<std::size_t>(ny_);
    lines(y_, nx, 1, nx, first, second, false);
    lines(x_, ny, nx, 1, first, second, false);
}

void CosineTransform::lines(Axis& axis, std::size_t count, std::size_t line_step, std::size_t step,
                            std::vector<double>& first, std::vector<double>& second, bool forward) {
    for (std::size_t line = 0; line < count; line += width) {
        const std::size_t lanes = std::min(width, count - line);
        const std::size_t from = line * line_step;
        if (forward) {
            load(axis, from, lanes, line_step, step, first, second);
            axis.plan.forward(axis.block);
            store(axis, from, lanes, line_step, step, first, second);
        } else {
            load_frequencies(axis, from, lanes, line_step, step, first, second);
            axis.plan.backward(axis.block);
            store_samples(axis, from, lanes, line_step, step, first, second);
        }
    }
}

void CosineTransform::load(Axis& axis, std::size_t from, std::size_t lanes, std::size_t line_step,
                           std::size_t step, const std::vector<double>& first,
                           const std::vector<double>& second) {
    double* re = axis.block.re();
    double* im = axis.block.im();
    for (std::size_t i = 0; i < axis.order.size(); ++i) {
        for (std::size_t l = 0; l < width; ++l) {
            const std::size_t at = from + std::min(l, lanes - 1) * line_step + axis.order[i] * step;
            re[i * width + l] = first[at];
            im[i * width + l] = second[at];
        }
    }
}

// Both planes are real: with V the transform of a + i b, the cosine sums of a and b are the real
// and the imaginary part of (e^-it V_k + e^it V_(n-k))/2, t = pi k/2n.
void CosineTransform::store(Axis& axis, std::size_t from, std::size_t lanes, std::size_t line_step,
                            std::size_t step, std::vector<double>& first,
                            std::vector<double>& second) {
    const std::size_t n = axis.order.size();
    const double* re = axis.block.re();
    const double* im = axis.block.im();
    for (std::size_t k = 0; k < n; ++k) {
        const std::size_t mirror = k == 0 ? 0 : n - k;
        const double c = 0.5 * axis.cosine[k], s = 0.5 * axis.sine[k];
        for (std::size_t l = 0; l < lanes; ++l) {
            const double a = re[k * width + l], b = im[k * width + l];
            const double p = re[mirror * width + l], q = im[mirror * width + l];
            const std::size_t at = from + l * line_step + k * step;
            first[at] = c * (a + p) + s * (b - q);
            second[at] = c * (b + q) - s * (a - p);
        }
    }
}

// The way back: V_k = e^it (X_k - i X_(n-k)), with X_n = 0.
void CosineTransform::load_frequencies(Axis& axis, std::size_t from, std::size_t lanes,
                                       std::size_t line_step, std::size_t step,
                                       const std::vector<double>& first,
                                       const std::vector<double>& second) {
    const std::size_t n = axis.order.size();
    double* re = axis.block.re();
    double* im = axis.block.im();
    for (std::size_t k = 0; k < n; ++k) {
        for (std::size_t l = 0; l < width; ++l) {
            const std::size_t line = from + std::min(l, lanes - 1) * line_step;
            const double a = first[line + k * step], b = second[line + k * step];
            const double p = k == 0 ? 0.0 : first[line + (n - k) * step];
            const double q = k == 0 ? 0.0 : second[line + (n - k) * step];
            const double x = a + q, y = b - p;
            re[k * width + l] = axis.cosine[k] * x - axis.sine[k] * y;
            im[k * width + l] = axis.cosine[k] * y + axis.sine[k] * x;
        }
    }
}

void CosineTransform::store_samples(Axis& axis, std::size_t from, std::size_t lanes,
                                    std::size_t line_step, std::size_t step,
                                    std::vector<double>& first, std::vector<double>& second) {
    const double scale = 1.0 / static_cast<double>(axis.order.size());
    const double* re = axis.block.re();
    const double* im = axis.block.im();
    for (std::size_t i = 0; i < axis.order.size(); ++i) {
        for (std::size_t l = 0; l < lanes; ++l) {
            const std::size_t at = from + l * line_step + axis.order[i] * step;
            first[at] = scale * re[i * width + l];
            second[at] = scale * im[i * width + l];
        }
    }
}

}  // namespace caravel::imaging
