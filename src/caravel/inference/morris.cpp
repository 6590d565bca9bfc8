#include "caravel/inference/morris.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/inference/guards.hpp"

#include <cmath>
#include <numeric>
#include <utility>

namespace caravel::inference {
namespace {

constexpr std::uint32_t walk_purpose = 0x4D4F5252;  // "MORR"

// One walk from a corner of the grid: where it starts, which parameter changes at each step and in
// which direction.
struct Walk {
    std::vector<double> start;
    std::vector<double> change;  // of each parameter
    std::vector<std::size_t> order;
};

double step_of(const MorrisPlan& plan) { return plan.levels / (2.0 * (plan.levels - 1)); }

Walk walk_of(const MorrisPlan& plan, std::uint64_t trajectory) {
    exec::RandomStream stream(plan.seed, walk_purpose, trajectory);
    const double step = step_of(plan);
    Walk walk{{}, {}, std::vector<std::size_t>(plan.dimensions)};
    for (std::size_t d = 0; d < plan.dimensions; ++d) {
        const double place = std::floor(exec::uniform(stream) * (plan.levels / 2.0));
        const bool is_upward = exec::uniform(stream) < 0.5;
        const double low = place / (plan.levels - 1);
        walk.start.push_back(is_upward ? low : low + step);
        walk.change.push_back(is_upward ? step : -step);
    }
    std::iota(walk.order.begin(), walk.order.end(), std::size_t{0});
    for (std::size_t k = plan.dimensions; k-- > 1;) {
        const double u = exec::uniform(stream);
        std::swap(walk.order[k],
                  walk.order[static_cast<std::size_t>(u * static_cast<double>(k + 1))]);
    }
    return walk;
}

void require_plan(const MorrisPlan& plan) {
    require_between(static_cast<double>(plan.dimensions), 1, 1e6, "the number of parameters", "");
    require_between(static_cast<double>(plan.trajectories), 2, 1e9,
                    "the number of Morris trajectories", "");
    require_between(plan.levels, 2, 1e6, "the number of Morris levels", "");
    require_between(plan.levels % 2, 0, 0, "the number of Morris levels modulo 2", "",
                    "the number of levels must be even");
}

}  // namespace

std::vector<double> morris_point(const MorrisPlan& plan, std::uint64_t i) {
    require_plan(plan);
    CARAVEL_EXPECTS(i < plan.points());
    const Walk walk = walk_of(plan, i / (plan.dimensions + 1));
    std::vector<double> point = walk.start;
    for (std::size_t k = 0; k < i % (plan.dimensions + 1); ++k) {
        point[walk.order[k]] += walk.change[walk.order[k]];
    }
    return point;
}

std::vector<MorrisEffect> morris_effects(const MorrisPlan& plan, std::span<const double> outputs,
                                         const BootstrapOptions& options) {
    require_plan(plan);
    CARAVEL_EXPECTS(outputs.size() == plan.points());
    require_finite(outputs, "the output of Morris point");
    const std::size_t d = plan.dimensions;
    const auto rows = static_cast<std::size_t>(plan.trajectories);
    std::vector<double> effect(rows * d);  // of trajectory and parameter
    for (std::size_t t = 0; t < rows; ++t) {
        const Walk walk = walk_of(plan, t);
        for (std::size_t k = 0; k < d; ++k) {
            const std::size_t p = walk.order[k];
            const double rise = outputs[t * (d + 1) + k + 1] - outputs[t * (d + 1) + k];
            effect[t * d + p] = rise / walk.change[p];
        }
    }
    std::vector<MorrisEffect> result(d);
    for (std::size_t p = 0; p < d; ++p) {
        const auto statistic = [&](std::span<const std::size_t> chosen) {
            double sum = 0.0;
            double absolute = 0.0;
            for (const std::size_t t : chosen) {
                sum += effect[t * d + p];
                absolute += std::abs(effect[t * d + p]);
            }
            const auto n = static_cast<double>(chosen.size());
            double square = 0.0;
            for (const std::size_t t : chosen) {
                square += (effect[t * d + p] - sum / n) * (effect[t * d + p] - sum / n);
            }
            return std::vector{absolute / n, std::sqrt(square / (n - 1.0)), sum / n};
        };
        const std::vector<Estimate> estimates = bootstrap(rows, statistic, options);
        result[p] = {estimates[2].value, estimates[0], estimates[1]};
    }
    return result;
}

}  // namespace caravel::inference
