#include "caravel/inference/multi_start.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/inference/latin_hypercube.hpp"
#include "caravel/inference/shards.hpp"
#include "caravel/inference/sobol.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

namespace caravel::inference {
namespace {

LocalFit attempt(const std::vector<double>& start, const LocalSolver& solver) {
    LocalFit fit;
    try {
        fit = solver(start);
        if (!std::isfinite(fit.value)) fit.failure = "the fit ended at " + format_number(fit.value);
    } catch (const NumericalError& error) {
        fit.failure = error.what();
    }
    fit.start = start;
    return fit;
}

}  // namespace

std::vector<double> start_in_cube(const StartPlan& plan, std::uint64_t i) {
    require_between(static_cast<double>(plan.dimensions), 1, 1e6, "the number of parameters", "");
    require_between(static_cast<double>(plan.count), 1, 0x1p32, "the number of starts", "");
    CARAVEL_EXPECTS(i < plan.count);
    std::vector<double> point(plan.dimensions);
    const int dimensions = static_cast<int>(plan.dimensions);
    if (dimensions <= sobol_dimensions) {
        SobolSequence(dimensions, Scrambling::nested, plan.seed).point(i, point);
    } else {
        LatinHypercube(plan.count, dimensions, plan.seed).point(i, point);
    }
    return point;
}

bool MultiStart::is_complete() const {
    return std::all_of(fits.begin(), fits.end(), [](const auto& fit) { return fit.has_value(); });
}

std::vector<std::size_t> MultiStart::ranking() const {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < fits.size(); ++i) {
        if (fits[i] && fits[i]->failure.empty()) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return fits[a]->value < fits[b]->value; });
    return order;
}

const LocalFit& MultiStart::best() const {
    const std::vector<std::size_t> order = ranking();
    if (!order.empty()) return *fits[order.front()];
    NumericalFailure failure;
    failure.process = "multi-start";
    failure.quantity = "all " + std::to_string(fits.size()) + " starts";
    failure.problem = "failed";
    for (const auto& fit : fits) {
        if (!fit) continue;
        failure.problem += "; the first: " + fit->failure;
        break;
    }
    failure.advice = "narrow the bounds.";
    throw NumericalError(std::move(failure));
}

std::size_t MultiStart::failures() const {
    return static_cast<std::size_t>(std::count_if(
        fits.begin(), fits.end(), [](const auto& fit) { return fit && !fit->failure.empty(); }));
}

std::size_t MultiStart::hits(double tolerance) const {
    const double limit = best().value + tolerance;
    return static_cast<std::size_t>(std::count_if(fits.begin(), fits.end(), [&](const auto& fit) {
        return fit && fit->failure.empty() && fit->value <= limit;
    }));
}

void run_multi_start(const std::vector<std::vector<double>>& starts, const LocalSolver& solver,
                     exec::ThreadTeam& team, MultiStart& result, const MultiStartOptions& options) {
    result.fits.resize(starts.size());
    std::vector<std::size_t> missing;
    double best = std::numeric_limits<double>::quiet_NaN();
    const auto take = [&](const LocalFit& fit) {
        if (fit.failure.empty() && !(best <= fit.value)) best = fit.value;
    };
    for (std::size_t i = 0; i < starts.size(); ++i) {
        if (!result.fits[i]) missing.push_back(i);
        if (result.fits[i]) take(*result.fits[i]);
    }
    std::mutex mutex;
    auto done = static_cast<index_t>(starts.size() - missing.size());
    const auto work = [&](index_t k) {
        const std::size_t i = missing[static_cast<std::size_t>(k)];
        LocalFit fit = attempt(starts[i], solver);
        // A fit that the caller cut short is none; it is done again on resumption.
        if (fit.stop == Stop::cancelled) return;
        const std::lock_guard lock(mutex);
        take(fit);
        result.fits[i] = std::move(fit);
        ++done;
        if (options.progress) options.progress({done, static_cast<index_t>(starts.size()), best});
    };
    run_shards(static_cast<index_t>(missing.size()), work, team, {}, options.cancel);
}

}  // namespace caravel::inference
