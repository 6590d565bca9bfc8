#include "caravel/tissue/fields/constant_diffusion_feed.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::tissue {

namespace {

using Line = std::vector<double>;

// Phase that a face gives to a mode of angle `theta` per cell: 0 closed, pi/2 for a value. With the
// ghost cell beyond the face, link (ghost - first) = -rate first.
double face_phase(double rate, double link, double theta) {
    // rate = link h / (1 + h / 2), h being exchange * spacing / diffusion
    const double open = rate / link;
    return std::atan2(open * std::cos(0.5 * theta), (2.0 - open) * std::sin(0.5 * theta));
}

// 1 - R(-z), without cancellation
double lost_in_step(double z, TimeScheme scheme) {
    if (scheme == TimeScheme::backward_euler) return z / (1.0 + z);
    if (scheme == TimeScheme::crank_nicolson) return z / (1.0 + 0.5 * z);
    const double gamma = 1.0 - std::sqrt(0.5);
    const double pivot = 1.0 + gamma * z;
    return (z / pivot) * ((1.0 + gamma * gamma * z) / pivot);
}

struct AxisFeed {
    AxisModes modes;
    Line supplied;  // supply and faces, by mode
    Line uniform;   // 1, by mode
    Line lost;      // 1 - R, by mode
    double loss = 0.0;
};

AxisFeed axis_feed(const AxisProblem& axis, double dt, TimeScheme scheme) {
    AxisFeed f{axis_modes(axis), {}, {}, {}, axis.loss};
    const auto n = static_cast<std::size_t>(axis.cells);
    const double low = face_rate(axis, axis.low) * axis.low.value;
    const double high = face_rate(axis, axis.high) * axis.high.value;
    for (std::size_t k = 0; k < n; ++k) {
        const double* const v = f.modes.vectors.data() + k * n;
        double sum = 0.0;
        for (std::size_t i = 0; i < n; ++i) sum += v[i];
        f.uniform.push_back(sum);
        f.supplied.push_back(axis.supply * sum + low * v[0] + high * v[n - 1]);
        f.lost.push_back(lost_in_step(dt * (f.modes.rates[k] + axis.loss), scheme));
    }
    return f;
}

// F by modes: what is supplied to a mode times (1 - R) over its rate.
Line fed_modes(const std::array<AxisFeed, 3>& a, double dt) {
    Line result;
    result.reserve(a[0].lost.size() * a[1].lost.size() * a[2].lost.size());
    const double loss = a[0].loss + a[1].loss + a[2].loss;
    for (std::size_t k = 0; k < a[2].lost.size(); ++k) {
        for (std::size_t j = 0; j < a[1].lost.size(); ++j) {
            const double both = a[1].lost[j] + (1.0 - a[1].lost[j]) * a[2].lost[k];
            const double rates = a[1].modes.rates[j] + a[2].modes.rates[k] + loss;
            const double uniform = a[1].uniform[j] * a[2].uniform[k];
            const double supplied =
                a[1].supplied[j] * a[2].uniform[k] + a[1].uniform[j] * a[2].supplied[k];
            for (std::size_t i = 0; i < a[0].lost.size(); ++i) {
                const double lost = a[0].lost[i] + (1.0 - a[0].lost[i]) * both;
                const double rate = a[0].modes.rates[i] + rates;
                const double g = a[0].supplied[i] * uniform + a[0].uniform[i] * supplied;
                result.push_back(g * (rate > 0.0 ? lost / rate : dt));
            }
        }
    }
    return result;
}

// rows[k] of `width` values -> sum over k of vectors[k, i] rows[k], in place
void sum_modes(const Line& vectors, std::size_t n, double* rows, std::size_t width) {
    constexpr std::size_t block = 64;
    Line sums(n * block);
    for (std::size_t first = 0; first < width; first += block) {
        const std::size_t count = std::min(block, width - first);
        sums.assign(n * block, 0.0);
        for (std::size_t k = 0; k < n; ++k) {
            const double* const row = rows + k * width + first;
            for (std::size_t i = 0; i < n; ++i) {
                const double v = vectors[k * n + i];
                double* const sum = sums.data() + i * block;
                for (std::size_t c = 0; c < count; ++c) sum[c] += v * row[c];
            }
        }
        for (std::size_t i = 0; i < n; ++i) {
            std::copy_n(sums.data() + i * block, count, rows + i * width + first);
        }
    }
}

void sum_modes_of_line(const Line& vectors, std::size_t n, double* line, Line& sums) {
    sums.assign(n, 0.0);
    for (std::size_t k = 0; k < n; ++k) {
        const double* const v = vectors.data() + k * n;
        for (std::size_t i = 0; i < n; ++i) sums[i] += v[i] * line[k];
    }
    std::copy(sums.begin(), sums.end(), line);
}

}  // namespace

AxisModes axis_modes(const AxisProblem& axis) {
    const auto n = static_cast<std::size_t>(axis.cells);
    const double link = axis.diffusion / (axis.spacing * axis.spacing);
    const double low = face_rate(axis, axis.low);
    const double high = face_rate(axis, axis.high);
    AxisModes modes{Line(n), Line(n * n)};
    for (std::size_t k = 0; k < n; ++k) {
        // n theta = k pi + both phases, which fall with theta
        double least = 0.0;
        double most = std::numbers::pi;
        for (int i = 0; i < 80; ++i) {
            const double theta = 0.5 * (least + most);
            const double excess = static_cast<double>(n) * theta -
                                  static_cast<double>(k) * std::numbers::pi -
                                  face_phase(low, link, theta) - face_phase(high, link, theta);
            (excess < 0.0 ? least : most) = theta;
        }
        const double theta = k == 0 && low == 0.0 && high == 0.0 ? 0.0 : most;
        const double phase = theta == 0.0 ? 0.0 : face_phase(low, link, theta);
        const double s = std::sin(0.5 * theta);
        modes.rates[k] = 4.0 * link * s * s;
        double* const v = modes.vectors.data() + k * n;
        double squares = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
            v[i] = std::cos((static_cast<double>(i) + 0.5) * theta - phase);
            squares += v[i] * v[i];
        }
        for (std::size_t i = 0; i < n; ++i) v[i] /= std::sqrt(squares);
    }
    return modes;
}

std::vector<double> fed_in_step(const std::array<AxisProblem, 3>& axes, double dt,
                                TimeScheme scheme) {
    const std::array<AxisFeed, 3> feeds{axis_feed(axes[0], dt, scheme),
                                        axis_feed(axes[1], dt, scheme),
                                        axis_feed(axes[2], dt, scheme)};
    Line fed = fed_modes(feeds, dt);
    const std::size_t nx = feeds[0].lost.size();
    const std::size_t ny = feeds[1].lost.size();
    const std::size_t nz = feeds[2].lost.size();
    Line sums;
    for (std::size_t k = 0; k < nz; ++k) {
        double* const plane = fed.data() + k * nx * ny;
        for (std::size_t j = 0; j < ny; ++j) {
            sum_modes_of_line(feeds[0].modes.vectors, nx, plane + j * nx, sums);
        }
        sum_modes(feeds[1].modes.vectors, ny, plane, nx);
    }
    sum_modes(feeds[2].modes.vectors, nz, fed.data(), nx * ny);
    return fed;
}

}  // namespace caravel::tissue
