#include "caravel/kinetics/batch_solver.hpp"

#include "caravel/exec/for_each.hpp"
#include "caravel/kinetics/batch_tile.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace caravel::kinetics {

namespace {

// Individuals of a tile: enough that lanes which wait for the last ones cost little, few enough
// that every thread gets several tiles.
constexpr std::int64_t largest_tile = 4096;
constexpr std::int64_t smallest_tile = 2 * most_lanes;
constexpr std::int64_t tiles_per_thread = 4;

void expect_valid(const BatchPlan& plan, const BatchCallbacks& callbacks, std::int64_t count) {
    const auto& times = plan.output_times;
    const auto& stops = plan.stops;
    if (!(plan.end > plan.start) || !std::isfinite(plan.end) || !std::isfinite(plan.start)) {
        throw std::invalid_argument("the time interval of a batch must be finite and not empty");
    }
    if (!std::is_sorted(times.begin(), times.end()) ||
        (!times.empty() && !(times.front() >= plan.start && times.back() <= plan.end))) {
        throw std::invalid_argument("output times must ascend inside the time interval");
    }
    if (!std::is_sorted(stops.begin(), stops.end(), std::less_equal<>()) ||
        (!stops.empty() && !(stops.front() > plan.start && stops.back() < plan.end))) {
        throw std::invalid_argument("stops must ascend strictly inside the time interval");
    }
    if (count < 0 || !callbacks.prepare || !callbacks.finish ||
        (!stops.empty() && !callbacks.at_stop)) {
        throw std::invalid_argument(
            "a batch needs a count of individuals, prepare, finish and, with stops, at_stop");
    }
}

}  // namespace

BatchSolver::BatchSolver(const CompiledModel& model, SolverOptions options,
                         const LaneKernels& kernels)
    : model_(model),
      options_(options),
      kernels_(kernels),
      program_(model, static_cast<std::uint32_t>(kernels.lanes)),
      defaults_(individual_of(model.model())) {
    if (!(options.relative_tolerance > 0.0) || !(options.absolute_factor > 0.0)) {
        throw std::invalid_argument("solver tolerances must be positive");
    }
    if (model.model().has_expressions()) {
        throw std::invalid_argument(
            "batches cannot integrate reactions whose rate is an expression; use Solver");
    }
    if (options.method != Method::rodas5p) {
        throw std::invalid_argument("batches are integrated with rodas5p only");
    }
}

BatchResult BatchSolver::run(exec::ThreadTeam& team, std::int64_t first, std::int64_t count,
                             const BatchPlan& plan, const BatchCallbacks& callbacks) const {
    expect_valid(plan, callbacks, count);
    const BatchJob job{model_, program_, options_, kernels_, defaults_, plan, callbacks};
    const std::int64_t tiles = team.size() == 1 ? 1 : tiles_per_thread * team.size();
    const std::int64_t size = std::clamp(count / tiles, smallest_tile, largest_tile);
    std::vector<BatchResult> results(static_cast<std::size_t>((count + size - 1) / size));
    team.run(std::ssize(results), [&](std::int64_t tile) {
        const std::int64_t begin = first + tile * size;
        results[static_cast<std::size_t>(tile)] =
            BatchTile(job).run(begin, std::min(begin + size, first + count));
    });
    BatchResult all;
    for (BatchResult& result : results) {
        all.finished += result.finished;
        all.accepted += result.accepted;
        all.rejected += result.rejected;
        std::move(result.failures.begin(), result.failures.end(), std::back_inserter(all.failures));
    }
    return all;
}

std::vector<double> integrate_alone(const KineticModel& model, const SolverOptions& options,
                                    std::int64_t index, const BatchPlan& plan,
                                    const BatchCallbacks& callbacks) {
    Individual individual = individual_of(model);
    callbacks.prepare(index, individual);
    const CompiledModel compiled(model_of(model, individual));
    Solver solver(compiled, options);
    std::vector<double> states;
    const OutputSink sink = [&](std::size_t, double, std::span<const double> y) {
        states.insert(states.end(), y.begin(), y.end());
    };
    std::span<const double> times = plan.output_times;
    double t = plan.start;
    for (std::size_t stop = 0; stop <= plan.stops.size(); ++stop) {
        const double end = stop < plan.stops.size() ? plan.stops[stop] : plan.end;
        const auto count = static_cast<std::size_t>(
            std::upper_bound(times.begin(), times.end(), end) - times.begin());
        double next_step = 0.0;
        solver.advance(individual.initial, t, end, next_step, {}, times.first(count), sink);
        times = times.subspan(count);
        t = end;
        if (stop < plan.stops.size()) {
            callbacks.at_stop(index, stop, solver.coefficients(), individual.initial);
        }
    }
    return states;
}

}  // namespace caravel::kinetics
