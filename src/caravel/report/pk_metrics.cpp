#include "caravel/report/pk_metrics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <vector>

namespace caravel::report {

namespace {

struct Curve {
    std::vector<double> t;
    std::vector<double> c;
};

struct Areas {
    double zero = 0.0;   // AUC
    double first = 0.0;  // AUMC
};

void require_curve(std::span<const double> times, std::span<const double> values) {
    if (times.size() != values.size()) {
        throw std::invalid_argument("pk_metrics: as many values as times are needed");
    }
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (!std::isfinite(times[i]) || !std::isfinite(values[i])) {
            throw std::invalid_argument("pk_metrics: times and values must be finite");
        }
        if (i > 0 && times[i] <= times[i - 1]) {
            throw std::invalid_argument("pk_metrics: times must increase");
        }
    }
}

/// int_0^1 s exp(-x s) ds; the closed form cancels for small x.
double first_moment_of_decay(double x) {
    if (x > 0.5) return (1.0 - std::exp(-x) * (1.0 + x)) / (x * x);
    double term = 1.0;
    double sum = 0.5;
    for (int n = 1; n < 20; ++n) {
        term *= -x / n;
        sum += term / (n + 2);
    }
    return sum;
}

/// AUC and AUMC between two points: an exponential while it falls, else a straight line.
Areas segment(double t1, double c1, double t2, double c2) {
    const double width = t2 - t1;
    if (c2 < c1 && c2 > 0.0) {
        const double x = std::log1p((c1 - c2) / c2);
        const double mean = (c1 - c2) / x;
        return {width * mean, width * (t1 * mean + width * c1 * first_moment_of_decay(x))};
    }
    return {width * 0.5 * (c1 + c2),
            width * (t1 * 0.5 * (c1 + c2) + width * (c1 / 6.0 + c2 / 3.0))};
}

Areas areas(const Curve& curve, std::size_t last) {
    Areas sum;
    for (std::size_t i = 1; i <= last; ++i) {
        const Areas part = segment(curve.t[i - 1], curve.c[i - 1], curve.t[i], curve.c[i]);
        sum.zero += part.zero;
        sum.first += part.first;
    }
    return sum;
}

/// Running straight line through points added one by one (Welford's update).
class RunningLine {
  public:
    void add(double x, double y) {
        ++n_;
        const double dx = x - mean_x_;
        const double dy = y - mean_y_;
        mean_x_ += dx / n_;
        mean_y_ += dy / n_;
        xx_ += dx * (x - mean_x_);
        xy_ += dx * (y - mean_y_);
        yy_ += dy * (y - mean_y_);
    }

    std::optional<LogLinearFit> decline() const {
        if (n_ < 3 || xx_ <= 0.0 || yy_ <= 0.0 || xy_ >= 0.0) return std::nullopt;
        const double slope = xy_ / xx_;
        const double unexplained = std::max(0.0, 1.0 - xy_ * slope / yy_);
        return LogLinearFit{-slope, mean_y_ - slope * mean_x_,
                            1.0 - unexplained * (n_ - 1.0) / (n_ - 2.0), n_};
    }

  private:
    int n_ = 0;
    double mean_x_ = 0.0;
    double mean_y_ = 0.0;
    double xx_ = 0.0;
    double xy_ = 0.0;
    double yy_ = 0.0;
};

void keep_better(std::optional<LogLinearFit>& best, const std::optional<LogLinearFit>& candidate) {
    if (!candidate) return;
    if (!best || candidate->adjusted_r_squared >= best->adjusted_r_squared) best = candidate;
}

std::optional<LogLinearFit> fit_tail(const Curve& curve, std::size_t peak) {
    RunningLine line;
    std::optional<LogLinearFit> best;
    for (std::size_t i = curve.t.size(); i-- > peak + 1;) {
        if (curve.c[i] <= 0.0) continue;
        line.add(curve.t[i], std::log(curve.c[i]));
        keep_better(best, line.decline());
    }
    return best;
}

/// Method of residuals: the curve less its tail, over the leading points from the peak.
std::optional<LogLinearFit> fit_distribution(const Curve& curve, std::size_t peak,
                                             const LogLinearFit& tail) {
    const auto tail_at = [&](double t) { return std::exp(tail.intercept - tail.rate * t); };
    if (curve.c[peak] - tail_at(curve.t[peak]) < 0.05 * curve.c[peak]) return std::nullopt;
    RunningLine line;
    std::optional<LogLinearFit> best;
    for (std::size_t i = peak; i < curve.t.size(); ++i) {
        const double rest = curve.c[i] - tail_at(curve.t[i]);
        // What is left is the error of the tail from here on.
        if (rest < 1e-3 * curve.c[peak]) break;
        line.add(curve.t[i], std::log(rest));
        keep_better(best, line.decline());
    }
    if (best && best->rate <= tail.rate) return std::nullopt;
    return best;
}

Curve from_start_of_dosing(std::span<const double> times, std::span<const double> values,
                           const PkDose& dose) {
    Curve curve{{times.begin(), times.end()}, {values.begin(), values.end()}};
    if (curve.t.empty() || curve.t.front() <= 0.0) return curve;
    double start = 0.0;
    if (dose.intravenous && dose.infusion_time <= 0.0) {
        start = curve.c.front();
        if (curve.c.size() > 1 && curve.c[1] > 0.0 && curve.c[1] < curve.c[0]) {
            const double rate = std::log(curve.c[0] / curve.c[1]) / (curve.t[1] - curve.t[0]);
            start = curve.c[0] * std::exp(rate * curve.t[0]);
        }
    }
    curve.t.insert(curve.t.begin(), 0.0);
    curve.c.insert(curve.c.begin(), start);
    return curve;
}

void add_disposition(PkMetrics& metrics, const Areas& total, const PkDose& dose, double rate) {
    if (!dose.intravenous) return;
    metrics.mean_residence_time = total.first / total.zero - 0.5 * dose.infusion_time;
    if (dose.amount <= 0.0) return;
    const double clearance = dose.amount / total.zero;
    metrics.clearance = clearance;
    metrics.volume_steady_state = clearance * *metrics.mean_residence_time;
    metrics.volume_terminal = clearance / rate;
}

}  // namespace

double area_under_curve(std::span<const double> times, std::span<const double> values) {
    require_curve(times, values);
    if (times.empty()) return 0.0;
    return areas({{times.begin(), times.end()}, {values.begin(), values.end()}}, times.size() - 1)
        .zero;
}

PkMetrics pk_metrics(std::span<const double> times, std::span<const double> values,
                     const PkDose& dose) {
    require_curve(times, values);
    PkMetrics metrics;
    if (values.empty()) return metrics;
    const auto highest = std::max_element(values.begin(), values.end());
    if (*highest <= 0.0) return metrics;
    const auto peak = static_cast<std::size_t>(highest - values.begin());
    metrics.c_max = *highest;
    metrics.t_max = times[peak];

    const Curve curve = from_start_of_dosing(times, values, dose);
    std::size_t last = curve.c.size() - 1;
    while (curve.c[last] <= 0.0) --last;
    const Areas observed = areas(curve, last);
    metrics.auc_last = observed.zero;

    const Curve measured{{times.begin(), times.end()}, {values.begin(), values.end()}};
    metrics.terminal_fit = fit_tail(measured, peak);
    if (!metrics.terminal_fit) return metrics;
    const double rate = metrics.terminal_fit->rate;
    metrics.half_life_terminal = std::log(2.0) / rate;
    if (const auto fast = fit_distribution(measured, peak, *metrics.terminal_fit)) {
        metrics.half_life_initial = std::log(2.0) / fast->rate;
    }
    const double tail = curve.c[last] / rate;
    const Areas total{observed.zero + tail, observed.first + tail * (curve.t[last] + 1.0 / rate)};
    metrics.auc_infinity = total.zero;
    metrics.auc_extrapolated = tail / total.zero;
    add_disposition(metrics, total, dose, rate);
    return metrics;
}

}  // namespace caravel::report
