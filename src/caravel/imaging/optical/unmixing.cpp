#include "caravel/imaging/optical/unmixing.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/expects.hpp"
#include "caravel/imaging/symmetric_solve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& expected) {
    throw InputError(Diagnostic{{}, what, expected, "unmix = false, or bands on their peaks"});
}

}  // namespace

Unmixing::Unmixing(std::vector<double> response, std::span<const double> sigma,
                   std::size_t emitters)
    : emitters_(emitters),
      bands_(sigma.size()),
      weighted_(std::move(response)),
      sigma_(sigma.begin(), sigma.end()),
      normal_(emitters * emitters, 0.0) {
    CARAVEL_EXPECTS(weighted_.size() == bands_ * emitters_);
    if (bands_ < emitters_ || emitters_ == 0)
        refuse(fmt::format("{} bands cannot tell {} emitters apart", bands_, emitters_),
               "at least one band per emitter, and an emitter");
    for (std::size_t c = 0; c < bands_; ++c)
        for (std::size_t a = 0; a < emitters_; ++a) weighted_[c * emitters_ + a] /= sigma_[c];
    for (std::size_t a = 0; a < emitters_; ++a)
        for (std::size_t b = 0; b < emitters_; ++b)
            for (std::size_t c = 0; c < bands_; ++c)
                normal_[a * emitters_ + b] +=
                    weighted_[c * emitters_ + a] * weighted_[c * emitters_ + b];
    for (std::size_t a = 0; a < emitters_; ++a)
        if (!(normal_[a * emitters_ + a] > 0.0))
            refuse(fmt::format("no band sees emitter {}", a + 1), "a band on its emission");
    std::vector<double> x;
    if (!solve_free(std::vector<bool>(emitters_, true), std::vector<double>(emitters_, 1.0), x))
        refuse("the spectra of the emitters cannot be told apart in these bands",
               "emitters of different colours");
}

bool Unmixing::solve_free(const std::vector<bool>& free, const std::vector<double>& right,
                          std::vector<double>& x) const {
    std::vector<std::size_t> of;
    for (std::size_t a = 0; a < emitters_; ++a)
        if (free[a]) of.push_back(a);
    std::vector<double> part, y;
    for (const std::size_t i : of) {
        y.push_back(right[i]);
        for (const std::size_t j : of) part.push_back(normal_[i * emitters_ + j]);
    }
    if (solve_symmetric(std::move(part), y) < of.size()) return false;
    x.assign(emitters_, 0.0);
    for (std::size_t i = 0; i < of.size(); ++i) x[of[i]] = y[i];
    return true;
}

std::vector<double> Unmixing::solve(std::span<const double> signal) const {
    std::vector<double> right(emitters_, 0.0), x(emitters_, 0.0), trial;
    for (std::size_t a = 0; a < emitters_; ++a)
        for (std::size_t c = 0; c < bands_; ++c)
            right[a] += weighted_[c * emitters_ + a] * signal[c] / sigma_[c];
    std::vector<bool> free(emitters_, false);
    for (std::size_t round = 0; round < 4 * emitters_; ++round) {
        // the emitter that would lower the sum fastest
        std::size_t next = emitters_;
        double steepest = 1e-10;
        for (std::size_t a = 0; a < emitters_; ++a) {
            if (free[a]) continue;
            double slope = right[a];
            for (std::size_t b = 0; b < emitters_; ++b) slope -= normal_[a * emitters_ + b] * x[b];
            slope /= std::sqrt(normal_[a * emitters_ + a]);
            if (slope > steepest) {
                steepest = slope;
                next = a;
            }
        }
        if (next == emitters_) return x;
        free[next] = true;
        for (std::size_t inner = 0; inner <= emitters_; ++inner) {
            if (!solve_free(free, right, trial)) return x;
            double step = 1.0;
            for (std::size_t a = 0; a < emitters_; ++a)
                if (free[a] && trial[a] <= 0.0)
                    step = std::min(step, x[a] > 0.0 ? x[a] / (x[a] - trial[a]) : 0.0);
            for (std::size_t a = 0; a < emitters_; ++a) x[a] += step * (trial[a] - x[a]);
            if (step >= 1.0) break;
            for (std::size_t a = 0; a < emitters_; ++a) {
                if (free[a] && trial[a] <= 0.0 && x[a] <= 1e-14 * std::abs(trial[a])) {
                    free[a] = false;
                    x[a] = 0.0;
                }
            }
        }
    }
    return x;
}

std::vector<double> Unmixing::deviation() const {
    std::vector<double> deviations(emitters_), column;
    for (std::size_t a = 0; a < emitters_; ++a) {
        std::vector<double> unit(emitters_, 0.0);
        unit[a] = 1.0;
        solve_free(std::vector<bool>(emitters_, true), unit, column);
        deviations[a] = std::sqrt(column[a]);
    }
    return deviations;
}

double ph_of_ratio(const std::function<double(double)>& ratio, double measured, double low,
                   double high) {
    const bool rises = ratio(high) > ratio(low);
    double a = low, b = high;
    while (b - a > 1e-6) {
        const double middle = 0.5 * (a + b);
        ((ratio(middle) < measured) == rises ? a : b) = middle;
    }
    return 0.5 * (a + b);
}

}  // namespace caravel::imaging
