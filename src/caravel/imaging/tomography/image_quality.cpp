#include "caravel/imaging/tomography/image_quality.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/fft.hpp"
#include "caravel/exec/reduce.hpp"
#include "caravel/imaging/fourier.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <string>

namespace caravel::imaging {
namespace {

constexpr double pi = std::numbers::pi;
using Field = std::vector<double>;

std::size_t at(index_t i) { return static_cast<std::size_t>(i); }

constexpr int window_reach = 5;

std::array<double, window_reach + 1> window() {
    std::array<double, window_reach + 1> w{};
    for (int i = 0; i <= window_reach; ++i) w[at(i)] = std::exp(-i * i / (2.0 * 1.5 * 1.5));
    return w;
}

// Weighted mean along one axis; what lies beyond the border does not count.
void smooth_axis(exec::ThreadTeam& team, index_t count, index_t stride, Field& field) {
    if (count < 2) return;
    const Field from = field;
    const auto weights = window();
    exec::for_each(team, std::ssize(field), [&](index_t i) {
        const index_t place = i / stride % count;
        double sum = 0.0, all = 0.0;
        const index_t low = std::max(-place, index_t{-window_reach});
        const index_t high = std::min(count - 1 - place, index_t{window_reach});
        for (index_t d = low; d <= high; ++d) {
            const double w = weights[at(std::abs(d))];
            sum += w * from[at(i + d * stride)];
            all += w;
        }
        field[at(i)] = sum / all;
    });
}

Field local_mean(exec::ThreadTeam& team, const Grid& grid, std::span<const double> a,
                 std::span<const double> b) {
    Field field(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) field[i] = a[i] * (b.empty() ? 1.0 : b[i]);
    smooth_axis(team, grid.nx, 1, field);
    smooth_axis(team, grid.ny, grid.nx, field);
    smooth_axis(team, grid.nz, grid.nx * grid.ny, field);
    return field;
}

// |sum of samples exp(-2 pi i f x)| at half the samples' frequencies, scaled to 1 at 0.
std::vector<FrequencyPoint> spectrum_of(const Field& samples, double pitch,
                                        const std::string& what) {
    const auto n = std::ssize(samples);
    double sum = 0.0, scale = 0.0;
    for (const double x : samples) {
        sum += x;
        scale += std::abs(x);
    }
    if (!(std::abs(sum) > 1e-9 * scale)) {
        throw InputError(Diagnostic{{}, what, "a profile across it, background on both sides", {}});
    }
    std::vector<FrequencyPoint> points;
    for (index_t k = 0; 2 * k <= n; ++k) {
        std::complex<double> f = 0.0;
        for (index_t i = 0; i < n; ++i) {
            f += samples[at(i)] * std::polar(1.0, -2.0 * pi * static_cast<double>(k * i % n) /
                                                      static_cast<double>(n));
        }
        points.push_back({static_cast<double>(k) / (static_cast<double>(n) * pitch),
                          std::abs(f) / std::abs(sum)});
    }
    return points;
}

// Sums over rings of equal |frequency|, `step` apart.
struct Rings {
    double step;
    Field sums{};
    Field members{};

    void add(double frequency, double value) {
        const auto ring = static_cast<std::size_t>(std::lround(frequency / step));
        if (ring >= sums.size()) {
            sums.resize(ring + 1, 0.0);
            members.resize(ring + 1, 0.0);
        }
        sums[ring] += value;
        members[ring] += 1.0;
    }
};

void check_region(index_t n) {
    if (n % 2 == 0 && even_fft_length(n) == n) return;
    throw InputError(Diagnostic{{},
                                "a noise region of " + std::to_string(n) + " voxels",
                                "an even length of the form 2^a 3^b 5^c",
                                std::to_string(even_fft_length(n)) + " is the next"});
}

// What is taken away from every region: its mean, or the mean of all.
Field common_part(std::span<const double> regions, index_t size) {
    const index_t count = std::ssize(regions) / size;
    Field mean(at(size), 0.0);
    for (index_t i = 0; i < std::ssize(regions); ++i) {
        mean[at(i % size)] += regions[at(i)] / static_cast<double>(count);
    }
    if (count > 1) return mean;
    double sum = 0.0;
    for (const double x : mean) sum += x;
    return Field(at(size), sum / static_cast<double>(size));
}

}  // namespace

double mean_absolute_error(std::span<const double> a, std::span<const double> b) {
    CARAVEL_EXPECTS(a.size() == b.size());
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
    return a.empty() ? 0.0 : sum / static_cast<double>(a.size());
}

double root_mean_square_error(std::span<const double> a, std::span<const double> b) {
    CARAVEL_EXPECTS(a.size() == b.size());
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return a.empty() ? 0.0 : std::sqrt(sum / static_cast<double>(a.size()));
}

double peak_signal_to_noise(std::span<const double> a, std::span<const double> b, double peak) {
    CARAVEL_EXPECTS(peak > 0.0);
    const double error = root_mean_square_error(a, b);
    return error > 0.0 ? 20.0 * std::log10(peak / error) : std::numeric_limits<double>::infinity();
}

double structural_similarity(exec::ThreadTeam& team, const Grid& grid, std::span<const double> a,
                             std::span<const double> b, double range) {
    CARAVEL_EXPECTS(std::ssize(a) == grid.cell_count() && a.size() == b.size() && range > 0.0);
    const Field mean_a = local_mean(team, grid, a, {});
    const Field mean_b = local_mean(team, grid, b, {});
    const Field aa = local_mean(team, grid, a, a);
    const Field bb = local_mean(team, grid, b, b);
    const Field ab = local_mean(team, grid, a, b);
    const double c1 = 0.01 * range * 0.01 * range;
    const double c2 = 0.03 * range * 0.03 * range;
    const double sum = exec::sum_of(team, std::ssize(a), [&](index_t n) {
        const std::size_t i = at(n);
        const double product = mean_a[i] * mean_b[i];
        const double squares = mean_a[i] * mean_a[i] + mean_b[i] * mean_b[i];
        const double covariance = ab[i] - product;
        const double variances = aa[i] + bb[i] - squares;
        return (2.0 * product + c1) * (2.0 * covariance + c2) / ((squares + c1) * (variances + c2));
    });
    return sum / static_cast<double>(a.size());
}

std::vector<FrequencyPoint> edge_transfer(std::span<const double> profile, double pitch) {
    CARAVEL_EXPECTS(profile.size() >= 3 && pitch > 0.0);
    Field steps;
    for (std::size_t i = 1; i < profile.size(); ++i) steps.push_back(profile[i] - profile[i - 1]);
    std::vector<FrequencyPoint> points = spectrum_of(steps, pitch, "the edge has no step");
    for (FrequencyPoint& p : points) {
        const double x = pi * p.frequency * pitch;
        if (x > 0.0) p.value *= x / std::sin(x);
    }
    return points;
}

std::vector<FrequencyPoint> wire_transfer(std::span<const double> profile, double pitch) {
    CARAVEL_EXPECTS(profile.size() >= 3 && pitch > 0.0);
    const std::size_t margin = std::max<std::size_t>(1, profile.size() / 10);
    double background = 0.0;
    for (std::size_t i = 0; i < margin; ++i)
        background += profile[i] + profile[profile.size() - 1 - i];
    background /= 2.0 * static_cast<double>(margin);
    Field line;
    for (const double x : profile) line.push_back(x - background);
    return spectrum_of(line, pitch, "the wire does not stand out from the background");
}

double frequency_at(std::span<const FrequencyPoint> curve, double level) {
    CARAVEL_EXPECTS(!curve.empty());
    for (std::size_t i = 1; i < curve.size(); ++i) {
        const FrequencyPoint& a = curve[i - 1];
        const FrequencyPoint& b = curve[i];
        if (b.value >= level) continue;
        if (a.value <= level) return a.frequency;
        return a.frequency + (b.frequency - a.frequency) * (a.value - level) / (a.value - b.value);
    }
    return curve.back().frequency;
}

std::vector<FrequencyPoint> radial_noise_power(exec::ThreadTeam& team,
                                               std::span<const double> regions, index_t nx,
                                               index_t ny, double pitch) {
    CARAVEL_EXPECTS(nx > 1 && ny > 1 && pitch > 0.0);
    check_region(nx);
    check_region(ny);
    const index_t size = nx * ny;
    const index_t count = std::ssize(regions) / size;
    CARAVEL_EXPECTS(count >= 1 && count * size == std::ssize(regions));
    const Field common = common_part(regions, size);
    const double width = static_cast<double>(nx) * pitch;
    const double height = static_cast<double>(ny) * pitch;
    Rings rings{1.0 / std::max(width, height)};
    for (index_t r = 0; r < count; ++r) {
        ComplexVolume volume({nx, ny, 1});
        for (index_t i = 0; i < size; ++i) {
            volume.re[at(i)] = regions[at(r * size + i)] - common[at(i)];
        }
        transform_forward(team, volume);
        for (index_t i = 0; i < size; ++i) {
            const double fx = static_cast<double>(signed_frequency(i % nx, nx)) / width;
            const double fy = static_cast<double>(signed_frequency(i / nx, ny)) / height;
            const double re = volume.re[at(i)], im = volume.im[at(i)];
            rings.add(std::hypot(fx, fy), re * re + im * im);
        }
    }
    const double lost =
        count > 1 ? static_cast<double>(count) / static_cast<double>(count - 1) : 1.0;
    const double scale = lost * pitch * pitch / static_cast<double>(size);
    std::vector<FrequencyPoint> points;
    for (std::size_t ring = 0; ring < rings.sums.size(); ++ring) {
        if (rings.members[ring] == 0.0) continue;
        points.push_back({static_cast<double>(ring) * rings.step,
                          scale * rings.sums[ring] / rings.members[ring]});
    }
    return points;
}

}  // namespace caravel::imaging
