// Axes of charts: range, ticks and their labels.
#pragma once

#include <string>
#include <vector>

namespace caravel::report {

struct Tick {
    double value = 0.0;
    std::string label;  // empty: a faint line without a number
};

struct Axis {
    double low = 0.0;
    double high = 1.0;
    bool logarithmic = false;
    std::vector<Tick> ticks;

    /// 0 at `low`, 1 at `high`; NaN where a logarithmic axis has no place for the value.
    double position(double value) const;
};

/// Linear axis with about `count` ticks at steps 1, 2, 2.5, 5 x 10^n, or at the smallest fitting
/// one of `steps`. `widen` moves the ends out to ticks.
Axis linear_axis(double low, double high, int count, bool widen,
                 const std::vector<double>& steps = {});

/// Logarithmic axis around low..high (both > 0), ends at 1, 2 or 5 x 10^n.
Axis logarithmic_axis(double low, double high);

/// Unit in which a time axis up to `end` (s) is read best, and the steps natural to it.
struct TimeScale {
    double seconds = 3600.0;
    std::string unit = "h";
    std::vector<double> steps;
};
TimeScale time_scale(double end);

}  // namespace caravel::report
