#include "caravel/imaging/mri/tracer_kinetics.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/expects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace caravel::imaging {
namespace {

/// Columns of the model, at most three, which of them are free and the numbers of the others.
struct Columns {
    std::array<std::vector<double>, 3> of{};  // int Cp, -int C, Cp
    std::array<bool, 3> free{true, true, true};
    std::array<double, 3> held{};

    void hold(std::size_t i, double value) {
        free[i] = false;
        held[i] = value;
    }
    /// The held columns' part of a value.
    double known(std::size_t n) const {
        double sum = 0.0;
        for (std::size_t i = 0; i < 3; ++i)
            if (!free[i]) sum += held[i] * of[i][n];
        return sum;
    }
};

std::vector<double> running_integral(std::span<const double> times,
                                     std::span<const double> values) {
    std::vector<double> sum(values.size(), 0.0);
    for (std::size_t n = 1; n < values.size(); ++n)
        sum[n] = sum[n - 1] + 0.5 * (times[n] - times[n - 1]) * (values[n] + values[n - 1]);
    return sum;
}

/// Least squares of the free columns by elimination; false where they are not independent.
bool solve(const Columns& columns, std::span<const double> right, std::array<double, 3>& x) {
    std::array<std::array<double, 4>, 3> a{};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t n = 0; n < right.size(); ++n) {
            for (std::size_t j = 0; j < 3; ++j) a[i][j] += columns.of[i][n] * columns.of[j][n];
            a[i][3] += columns.of[i][n] * (right[n] - columns.known(n));
        }
    }
    const std::array<double, 3> scale{a[0][0], a[1][1], a[2][2]};
    for (std::size_t i = 0; i < 3; ++i) {
        if (columns.free[i]) continue;
        a[i] = {};
        for (auto& row : a) row[i] = 0.0;
        a[i][i] = 1.0;
        a[i][3] = columns.held[i];
    }
    for (std::size_t i = 0; i < 3; ++i) {
        if (columns.free[i] && !(a[i][i] > 1e-12 * scale[i])) return false;
        for (std::size_t row = i + 1; row < 3; ++row) {
            const double factor = a[row][i] / a[i][i];
            for (std::size_t j = i; j < 4; ++j) a[row][j] -= factor * a[i][j];
        }
    }
    for (std::size_t i = 3; i-- > 0;) {
        double sum = a[i][3];
        for (std::size_t j = i + 1; j < 3; ++j) sum -= a[i][j] * x[j];
        x[i] = sum / a[i][i];
    }
    return true;
}

void check_course(std::span<const double> times, std::size_t tissue, std::size_t plasma) {
    if (tissue != times.size() || plasma != times.size())
        throw InputError(Diagnostic{{},
                                    fmt::format("{} times go with {} values of tissue and {} of "
                                                "plasma",
                                                times.size(), tissue, plasma),
                                    "as many of each",
                                    {}});
    for (std::size_t n = 1; n < times.size(); ++n) {
        if (!(times[n] > times[n - 1]))
            throw InputError(Diagnostic{{}, "the times do not ascend", "ascending times", {}});
    }
}

double misfit(const Columns& columns, std::span<const double> right,
              const std::array<double, 3>& x) {
    double sum = 0.0;
    for (std::size_t n = 0; n < right.size(); ++n) {
        double model = 0.0;
        for (std::size_t i = 0; i < 3; ++i) model += x[i] * columns.of[i][n];
        sum += (right[n] - model) * (right[n] - model);
    }
    return std::sqrt(sum / static_cast<double>(right.size()));
}

/// A value out of its range is set to the nearest end and the others are fitted again; at most
/// five times, as each is held at most once, the plasma's twice.
bool solve_bounded(Columns columns, std::span<const double> right, std::array<double, 3>& x) {
    while (solve(columns, right, x)) {
        const double transfer = x[0] - x[1] * x[2];
        if (columns.free[1] && x[1] < 0.0) {
            columns.hold(1, 0.0);
        } else if (columns.free[2] && (x[2] < 0.0 || x[2] > 1.0)) {
            columns.hold(2, x[2] < 0.0 ? 0.0 : 1.0);
        } else if (columns.free[0] && transfer < 0.0) {
            // nothing crosses the wall: the plasma alone is left
            columns.hold(0, 0.0);
            columns.hold(1, 0.0);
            columns.free[2] = true;
        } else {
            return true;
        }
    }
    return false;
}

}  // namespace

TracerFit fit_tracer(std::span<const double> times, std::span<const double> tissue,
                     std::span<const double> plasma, TracerModel model) {
    check_course(times, tissue.size(), plasma.size());
    const std::size_t unknowns = model == TracerModel::tofts ? 3 : 2;
    TracerFit fit;
    if (times.size() <= unknowns) return fit;
    Columns columns;
    columns.of = {running_integral(times, plasma), running_integral(times, tissue),
                  std::vector<double>(plasma.begin(), plasma.end())};
    for (double& value : columns.of[1]) value = -value;
    const auto nothing = [](const std::vector<double>& column) {
        return std::all_of(column.begin(), column.end(), [](double v) { return v == 0.0; });
    };
    if (nothing(columns.of[0])) return fit;
    if (model == TracerModel::patlak || nothing(columns.of[1])) columns.hold(1, 0.0);
    std::array<double, 3> x{};
    if (!solve_bounded(columns, tissue, x)) {
        // a course shaped like the plasma's leaves no trace of a return
        columns.hold(1, 0.0);
        if (!solve_bounded(columns, tissue, x)) return fit;
    }
    fit.back_rate = x[1];
    fit.plasma_volume = x[2];
    fit.transfer = std::max(0.0, x[0] - x[1] * x[2]);
    fit.residual = misfit(columns, tissue, x);
    fit.found = std::isfinite(fit.transfer) && std::isfinite(fit.back_rate);
    return fit.found ? fit : TracerFit{};
}

double area_from(double start, std::span<const double> times, std::span<const double> course,
                 double duration) {
    CARAVEL_EXPECTS(course.size() == times.size());
    double sum = 0.0;
    double time = start;
    double low = 0.0;
    for (std::size_t n = 0; n < times.size(); ++n) {
        if (!(times[n] > start)) continue;
        const double step = times[n] - time;
        const double part = std::min(step, start + duration - time);
        if (!(part > 0.0)) break;
        sum += 0.5 * part * (2.0 * low + (course[n] - low) * part / step);
        time = times[n];
        low = course[n];
    }
    return sum;
}

FoundConcentration concentration_of(double ratio, double r1_before, const SpoiledAgent& agent) {
    if (!(ratio > 0.0) || !std::isfinite(ratio) || !(r1_before > 0.0) || !(agent.r1 > 0.0))
        return {};
    const double cosine = std::cos(agent.flip);
    const double before = std::exp(-agent.repetition_time * r1_before);
    const double relaxed = (1.0 - before) / (1.0 - cosine * before);
    double c = 0.0;
    // The decay at the echo hides part of the signal: made good with the concentration found
    // before.
    for (int pass = 0; pass < 50; ++pass) {
        const double a = ratio * std::exp(agent.echo_time * agent.r2_star * c) * relaxed;
        if (!(a < 1.0)) return {};
        const double e1 = (1.0 - a) / (1.0 - a * cosine);
        const double next = (-std::log(e1) / agent.repetition_time - r1_before) / agent.r1;
        const bool settled = std::abs(next - c) <= 1e-9 * std::abs(next) + 1e-15;
        c = next;
        if (settled) return {c, true};
    }
    return {};
}

}  // namespace caravel::imaging
