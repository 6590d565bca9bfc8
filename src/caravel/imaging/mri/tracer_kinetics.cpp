#include "caravel/imaging/mri/tracer_kinetics.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/expects.hpp"
#include "caravel/imaging/symmetric_solve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace caravel::imaging {
namespace {

constexpr int rates_tried = 40;     // of return, evenly in their logarithm
constexpr double slowest = 0.1;     // of them, over the length of the course
constexpr int halvings = 30;        // of the interval around the best one, golden
constexpr double asked_for = 6.63;  // of chi squared with one degree of freedom: 1 %
constexpr double sure = 1.96;       // standard errors
constexpr double rounding = 1e-20;  // of the squares of a course, that sums leave

double dot(std::span<const double> a, std::span<const double> b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void refuse_lengths(std::size_t times, std::size_t values, const char* of) {
    throw InputError(Diagnostic{{},
                                fmt::format("{} times go with {} values of {}", times, values, of),
                                "as many of each",
                                {}});
}

void check_times(std::span<const double> times, std::size_t plasma) {
    if (plasma != times.size()) refuse_lengths(times.size(), plasma, "plasma");
    for (std::size_t n = 1; n < times.size(); ++n) {
        if (!(times[n] > times[n - 1]))
            throw InputError(Diagnostic{{}, "the times do not ascend", "ascending times", {}});
    }
}

double shortest_step(std::span<const double> times) {
    double step = times.back() - times.front();
    for (std::size_t n = 1; n < times.size(); ++n) step = std::min(step, times[n] - times[n - 1]);
    return step;
}

/// What numbers fitted to few points win of twice the log likelihood without being there (Akaike's
/// corrected criterion).
double small_sample(double points, double numbers) {
    return 2.0 * numbers * (numbers + 1.0) / (points - numbers - 1.0);
}

}  // namespace

bool TracerFit::is_significant() const {
    return found && value.transfer != 0.0 && std::abs(value.transfer) >= sure * error.transfer;
}

TracerFitter::TracerFitter(std::span<const double> times, std::span<const double> plasma,
                           TracerModel model, std::size_t baseline)
    : times_(times.begin(), times.end()),
      plasma_(plasma.begin(), plasma.end()),
      baseline_(baseline) {
    check_times(times, plasma.size());
    CARAVEL_EXPECTS(baseline <= times.size());
    const std::size_t unknowns = model == TracerModel::tofts ? 3 : 2;
    if (times_.size() <= unknowns) return;
    responses_.push_back(response(0.0));
    if (model == TracerModel::patlak) return;
    const double low = slowest / (times_.back() - times_.front());
    const double high = 1.0 / shortest_step(times_);
    for (int i = 0; i < rates_tried; ++i)
        responses_.push_back(response(low * std::pow(high / low, i / (rates_tried - 1.0))));
}

TracerFitter::Response TracerFitter::response(double rate) const {
    Response r{rate, std::vector<double>(times_.size(), 0.0)};
    for (std::size_t n = 1; n < times_.size(); ++n) {
        const double h = times_[n] - times_[n - 1];
        const double z = rate * h;
        // means of exp(-z (1 - w)) and of w times it, w from 0 to 1
        const double even = z > 0.0 ? -std::expm1(-z) / z : 1.0;
        const double rising = z > 1e-3 ? (1.0 - even) / z : 0.5 - z / 6.0 + z * z / 24.0;
        r.course[n] = r.course[n - 1] * std::exp(-z) +
                      h * (plasma_[n - 1] * (even - rising) + plasma_[n] * rising);
    }
    return r;
}

TracerFitter::Solved TracerFitter::solve(const Response& with,
                                         std::span<const double> course) const {
    const double both = dot(with.course, plasma_);
    std::array<double, 2> x{dot(with.course, course), dot(plasma_, course)};
    Solved solved;
    solved.found =
        solve_symmetric({dot(with.course, with.course), both, both, dot(plasma_, plasma_)}, x) ==
        x.size();
    solved.value = {x[0], with.rate, x[1]};
    for (std::size_t n = 0; n < course.size(); ++n) {
        const double left = course[n] - x[0] * with.course[n] - x[1] * plasma_[n];
        solved.squares += left * left;
    }
    return solved;
}

double TracerFitter::free_points() const {
    return static_cast<double>(times_.size()) - (baseline_ > 0 ? 1.0 : 0.0);
}

bool TracerFitter::asks_for_return(const Solved& without, const Solved& with,
                                   std::span<const double> course) const {
    const double points = free_points();
    if (!with.found || points <= 4.0) return false;
    if (without.squares <= rounding * dot(course, course)) return false;
    const double gain =
        points *
        std::log(without.squares / std::max(with.squares, std::numeric_limits<double>::min()));
    return gain > asked_for + small_sample(points, 3.0) - small_sample(points, 2.0);
}

TracerFitter::Solved TracerFitter::best_return(std::span<const double> course) const {
    Solved best;
    std::size_t at = 0;
    for (std::size_t i = 1; i < responses_.size(); ++i) {
        const Solved trial = solve(responses_[i], course);
        if (!trial.found || (best.found && !(trial.squares < best.squares))) continue;
        best = trial;
        at = i;
    }
    if (!best.found) return best;
    double low = std::log(responses_[std::max<std::size_t>(at, 2) - 1].rate);
    double high = std::log(responses_[std::min(at + 1, responses_.size() - 1)].rate);
    constexpr double part = 0.6180339887498949;
    const auto trial = [&](double log_rate) { return solve(response(std::exp(log_rate)), course); };
    double a = high - part * (high - low);
    double b = low + part * (high - low);
    Solved at_a = trial(a);
    Solved at_b = trial(b);
    for (int i = 0; i < halvings; ++i) {
        if (at_a.squares < at_b.squares) {
            high = b;
            b = a;
            at_b = at_a;
            at_a = trial(a = high - part * (high - low));
        } else {
            low = a;
            a = b;
            at_a = at_b;
            at_b = trial(b = low + part * (high - low));
        }
    }
    for (const Solved& end : {at_a, at_b})
        if (end.found && end.squares < best.squares) best = end;
    return best;
}

void TracerFitter::add_errors(const Solved& solved, TracerFit& fit) const {
    const double rate = solved.value.back_rate;
    std::vector<std::vector<double>> columns{response(rate).course, plasma_};
    if (fit.returns) {
        constexpr double step = 1e-4;
        const auto more = response(rate * (1.0 + step)).course;
        auto slope = response(rate * (1.0 - step)).course;
        for (std::size_t n = 0; n < slope.size(); ++n)
            slope[n] = solved.value.transfer * (more[n] - slope[n]) / (2.0 * step * rate);
        columns.push_back(std::move(slope));
    }
    const std::size_t size = columns.size();
    const double freedom = free_points() - static_cast<double>(size);
    if (!(freedom > 0.0)) return;
    std::vector<double> normal;
    for (const auto& a : columns)
        for (const auto& b : columns) normal.push_back(dot(a, b));
    // the mean of the baseline is in all of the course
    std::vector<double> shift;
    for (const auto& a : columns) shift.push_back(std::accumulate(a.begin(), a.end(), 0.0));
    if (solve_symmetric(normal, shift) < size) return;
    std::array<double, 3> deviation{TracerFit::unknown, TracerFit::unknown, TracerFit::unknown};
    for (std::size_t i = 0; i < size; ++i) {
        std::vector<double> own(size, 0.0);
        own[i] = 1.0;
        solve_symmetric(normal, own);
        const double common =
            baseline_ > 0 ? shift[i] * shift[i] / static_cast<double>(baseline_) : 0.0;
        deviation[i] = std::sqrt(solved.squares / freedom * (own[i] + common));
    }
    fit.error = {deviation[0], deviation[2], deviation[1]};
}

TracerFit TracerFitter::fit(std::span<const double> tissue) const {
    if (tissue.size() != times_.size()) refuse_lengths(times_.size(), tissue.size(), "tissue");
    TracerFit fit;
    if (responses_.empty()) return fit;
    const std::vector<double> course = above_baseline(tissue, baseline_);
    Solved solved = solve(responses_.front(), course);
    if (!solved.found) return fit;
    if (responses_.size() > 1) {
        const Solved with = best_return(course);
        fit.returns = asks_for_return(solved, with, course);
        if (fit.returns) solved = with;
    }
    fit.value = solved.value;
    fit.residual = std::sqrt(solved.squares / static_cast<double>(course.size()));
    add_errors(solved, fit);
    fit.found = std::isfinite(fit.residual);
    return fit.found ? fit : TracerFit{};
}

TracerFit fit_tracer(std::span<const double> times, std::span<const double> tissue,
                     std::span<const double> plasma, TracerModel model, std::size_t baseline) {
    return TracerFitter(times, plasma, model, baseline).fit(tissue);
}

double mean_of_first(std::span<const double> values, std::size_t count) {
    CARAVEL_EXPECTS(count > 0 && count <= values.size());
    const auto first = values.first(count);
    return std::accumulate(first.begin(), first.end(), 0.0) / static_cast<double>(count);
}

std::vector<double> above_baseline(std::span<const double> course, std::size_t baseline) {
    std::vector<double> rest(course.begin(), course.end());
    if (baseline == 0) return rest;
    const double mean = mean_of_first(course, baseline);
    for (double& value : rest) value -= mean;
    return rest;
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
    if (!std::isfinite(ratio) || !(r1_before > 0.0) || !(agent.r1 > 0.0)) return {};
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

double signal_of_magnitude(double magnitude, double noise, double channels) {
    const double square = magnitude * magnitude - (2.0 * channels - 1.0) * noise * noise;
    return std::copysign(std::sqrt(std::abs(square)), square);
}

}  // namespace caravel::imaging
