#include "caravel/imaging/mri/mapping.hpp"

#include "caravel/imaging/mri/epg.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace caravel::imaging {
namespace {

/// Least squares of a + b e for given e: sums of products solve it, and tell what is left.
struct Line {
    double a = 0.0;
    double b = 0.0;
    double left = 0.0;  // sum of squares
};

template <class Basis>
Line fit_line(std::span<const double> signals, const Basis& basis) {
    const auto n = static_cast<double>(signals.size());
    double se = 0.0;
    double ss = 0.0;
    for (std::size_t i = 0; i < signals.size(); ++i) {
        se += basis(i);
        ss += signals[i];
    }
    double ee = 0.0;
    double es = 0.0;
    double vv = 0.0;
    for (std::size_t i = 0; i < signals.size(); ++i) {
        const double e = basis(i) - se / n;
        const double s = signals[i] - ss / n;
        ee += e * e;
        es += e * s;
        vv += s * s;
    }
    Line line;
    line.b = ee > 0.0 ? es / ee : 0.0;
    line.a = (ss - line.b * se) / n;
    line.left = std::max(0.0, vv - line.b * es);
    return line;
}

/// Golden section for the least of left(log rate) between low and high.
template <class Left>
double golden_section(double low, double high, const Left& left) {
    constexpr double golden = 0.6180339887498949;
    double x1 = high - golden * (high - low);
    double x2 = low + golden * (high - low);
    double f1 = left(x1);
    double f2 = left(x2);
    for (int n = 0; n < 28; ++n) {
        if (f1 < f2) {
            high = x2;
            x2 = x1;
            f2 = f1;
            x1 = high - golden * (high - low);
            f1 = left(x1);
        } else {
            low = x1;
            x1 = x2;
            f1 = f2;
            x2 = low + golden * (high - low);
            f2 = left(x2);
        }
    }
    return 0.5 * (low + high);
}

/// Logarithm of the rate with the least left(log rate): a grid, then golden section. Rates that are
/// over before the first time or not begun by the last cannot be told.
template <class Left>
double best_log_rate(std::span<const double> times, const Left& left) {
    const auto [least, most] = std::minmax_element(times.begin(), times.end());
    const double low = std::log(0.02 / *most);
    const double high = std::log(12.0 / std::max(*least, 1e-3 * *most));
    constexpr int grid = 24;
    const double step = (high - low) / grid;
    int best = 0;
    double smallest = 1e300;
    for (int n = 0; n <= grid; ++n) {
        const double value = left(low + n * step);
        if (value >= smallest) continue;
        smallest = value;
        best = n;
    }
    return golden_section(low + (best - 1) * step, low + (best + 1) * step, left);
}

bool has_signal(std::span<const double> times, std::span<const double> signals) {
    return *std::max_element(times.begin(), times.end()) > 0.0 &&
           std::any_of(signals.begin(), signals.end(), [](double s) { return s != 0.0; });
}

/// Start of fit_decay(): logarithms weighted with the squared signal.
RelaxationFit log_decay(std::span<const double> times, std::span<const double> signals) {
    double w = 0.0;
    double wt = 0.0;
    double wl = 0.0;
    double wtt = 0.0;
    double wtl = 0.0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        const double weight = signals[i] * signals[i];
        const double log = std::log(signals[i]);
        w += weight;
        wt += weight * times[i];
        wl += weight * log;
        wtt += weight * times[i] * times[i];
        wtl += weight * times[i] * log;
    }
    const double det = w * wtt - wt * wt;
    if (!(det > 0.0)) return {};
    const double slope = (w * wtl - wt * wl) / det;
    return {std::exp((wl - slope * wt) / w), -slope, 0.0};
}

/// One step of Gauss-Newton for amplitude exp(-t rate); also sets the residual before it.
void improve_decay(std::span<const double> times, std::span<const double> signals,
                   RelaxationFit& fit) {
    double aa = 0.0;
    double ar = 0.0;
    double rr = 0.0;
    double ya = 0.0;
    double yr = 0.0;
    double sum = 0.0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        const double e = std::exp(-times[i] * fit.rate);
        const double slope = -times[i] * fit.amplitude * e;
        const double left = signals[i] - fit.amplitude * e;
        aa += e * e;
        ar += e * slope;
        rr += slope * slope;
        ya += e * left;
        yr += slope * left;
        sum += left * left;
    }
    fit.residual = std::sqrt(sum / static_cast<double>(times.size()));
    const double det = aa * rr - ar * ar;
    if (!(det > 1e-14 * aa * rr)) return;
    fit.amplitude += (rr * ya - ar * yr) / det;
    fit.rate += (aa * yr - ar * ya) / det;
}

}  // namespace

RelaxationFit fit_decay(std::span<const double> times, std::span<const double> signals,
                        double floor) {
    std::size_t used = 0;
    while (used < signals.size() && signals[used] > floor && signals[used] > 0.0) ++used;
    if (used < 2) return {};
    const auto t = times.first(used);
    const auto s = signals.first(used);
    RelaxationFit fit = log_decay(t, s);
    const RelaxationFit start = fit;
    for (int n = 0; n < 4; ++n) improve_decay(t, s, fit);
    const bool sane = std::isfinite(fit.rate) && std::isfinite(fit.amplitude);
    return sane ? fit : start;
}

RelaxationFit fit_recovery(std::span<const double> times, std::span<const double> signals) {
    if (times.size() < 3 || !has_signal(times, signals)) return {};
    const auto line_at = [&](double log_rate) {
        const double rate = std::exp(log_rate);
        return fit_line(signals, [&](std::size_t i) { return std::exp(-times[i] * rate); });
    };
    const double log_rate = best_log_rate(times, [&](double x) { return line_at(x).left; });
    const Line line = line_at(log_rate);
    return {line.a, std::exp(log_rate), std::sqrt(line.left / static_cast<double>(times.size()))};
}

RelaxationFit fit_inversion(std::span<const double> times, std::span<const double> signals,
                            double repetition_time, double echo_time) {
    if (times.size() < 2 || !has_signal(times, signals)) return {};
    const auto scale_at = [&](double log_rate) {
        const double rate = std::exp(log_rate);
        const double rest = 1.0 + 2.0 * std::exp(-(repetition_time - 0.5 * echo_time) * rate) -
                            std::exp(-repetition_time * rate);
        double mm = 0.0;
        double ms = 0.0;
        double ss = 0.0;
        for (std::size_t i = 0; i < times.size(); ++i) {
            const double model = rest - 2.0 * std::exp(-times[i] * rate);
            mm += model * model;
            ms += model * signals[i];
            ss += signals[i] * signals[i];
        }
        const double scale = mm > 0.0 ? ms / mm : 0.0;
        return Line{scale, 0.0, std::max(0.0, ss - scale * ms)};
    };
    const double log_rate = best_log_rate(times, [&](double x) { return scale_at(x).left; });
    const Line fit = scale_at(log_rate);
    return {fit.a, std::exp(log_rate), std::sqrt(fit.left / static_cast<double>(times.size()))};
}

RelaxationFit fit_recovery_magnitude(std::span<const double> times,
                                     std::span<const double> magnitudes) {
    RelaxationFit best;
    bool first = true;
    std::vector<double> turned(magnitudes.begin(), magnitudes.end());
    for (std::size_t n = 0; n <= magnitudes.size(); ++n) {
        if (n > 0) turned[n - 1] = -turned[n - 1];
        const RelaxationFit fit = fit_recovery(times, turned);
        if (!first && !(fit.residual < best.residual)) continue;
        best = fit;
        first = false;
    }
    return best;
}

RelaxationFit fit_flip_angles(std::span<const double> angles, std::span<const double> signals,
                              double repetition_time) {
    std::vector<double> over_sine(signals.size());
    for (std::size_t i = 0; i < signals.size(); ++i)
        over_sine[i] = signals[i] / std::sin(angles[i]);
    const Line line =
        fit_line(over_sine, [&](std::size_t i) { return signals[i] / std::tan(angles[i]); });
    if (!(line.b > 0.0 && line.b < 1.0)) return {};
    return {line.a / (1.0 - line.b), -std::log(line.b) / repetition_time,
            std::sqrt(line.left / static_cast<double>(signals.size()))};
}

TrainFit::TrainFit(double spacing, int count, double refocusing_angle, double r1, double lowest,
                   double highest)
    : echoes_(static_cast<std::size_t>(count)) {
    const auto steps =
        static_cast<std::size_t>(std::max(2.0, std::ceil(std::log(highest / lowest) / 0.02)));
    mri::EpgTissue tissue;
    for (std::size_t n = 0; n <= steps; ++n)
        rates_.push_back(lowest * std::pow(highest / lowest,
                                           static_cast<double>(n) / static_cast<double>(steps)));
    tissue.density.assign(rates_.size(), 1.0);
    tissue.r1.assign(rates_.size(), r1);
    tissue.r2 = rates_;
    mri::EchoTrain train;
    train.spacing = spacing;
    train.refocusing.assign(echoes_, refocusing_angle);
    const auto signal = mri::echo_train(tissue, train);
    for (std::size_t n = 0; n < rates_.size(); ++n) {
        double sum = 0.0;
        for (std::size_t e = 0; e < echoes_; ++e) sum += std::norm(signal[e * rates_.size() + n]);
        norms_.push_back(std::sqrt(sum));
        for (std::size_t e = 0; e < echoes_; ++e)
            trains_.push_back(std::abs(signal[e * rates_.size() + n]) / norms_.back());
    }
}

double TrainFit::match(std::size_t rate, std::span<const double> signals) const {
    double sum = 0.0;
    for (std::size_t e = 0; e < echoes_; ++e) sum += trains_[rate * echoes_ + e] * signals[e];
    return sum;
}

RelaxationFit TrainFit::fit(std::span<const double> signals) const {
    std::size_t best = 0;
    double most = 0.0;
    double power = 0.0;
    for (const double s : signals) power += s * s;
    for (std::size_t n = 0; n < rates_.size(); ++n) {
        const double sum = match(n, signals);
        if (sum <= most) continue;
        most = sum;
        best = n;
    }
    if (!(most > 0.0)) return {};
    RelaxationFit fit{most / norms_[best], rates_[best],
                      std::sqrt(std::max(0.0, power - most * most) / static_cast<double>(echoes_))};
    if (best == 0 || best + 1 == rates_.size()) return fit;
    // the correlation is a parabola in the logarithm of the rate near its top
    const double below = match(best - 1, signals);
    const double above = match(best + 1, signals);
    const double bend = below - 2.0 * most + above;
    if (bend < 0.0)
        fit.rate *= std::pow(rates_[best + 1] / rates_[best], 0.5 * (below - above) / bend);
    return fit;
}

}  // namespace caravel::imaging
