#include "caravel/kinetics/solver.hpp"

#include "caravel/kinetics/integration.hpp"
#include "caravel/kinetics/solver_work.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <variant>

namespace caravel::kinetics {

namespace {

void expect_valid(const Call& call, int size) {
    if (std::ssize(call.y) != size) {
        throw std::invalid_argument("the state does not have one value per species");
    }
    if (!(call.end >= call.start) || !std::isfinite(call.end) || !std::isfinite(call.start)) {
        throw std::invalid_argument("the time interval must be finite and not run backwards");
    }
    const auto& times = call.output_times;
    if (!std::is_sorted(times.begin(), times.end()) ||
        (!times.empty() && (times.front() < call.start || times.back() > call.end))) {
        throw std::invalid_argument("output times must ascend inside the time interval");
    }
    if (!times.empty() && !call.sink) {
        throw std::invalid_argument("output times need a sink");
    }
}

}  // namespace

Solver::Solver(const CompiledModel& model, SolverOptions options)
    : work_(std::make_unique<Work>(model, options)) {}
Solver::~Solver() = default;
Solver::Solver(Solver&&) noexcept = default;
Solver& Solver::operator=(Solver&&) noexcept = default;

double Solver::advance(std::span<double> y, double t0, double t1, double& next_step,
                       const Forcing& forcing, std::span<const double> output_times,
                       const OutputSink& sink, std::span<const CrossingEvent> events) {
    const Call call{y, t0, t1, next_step, forcing, output_times, sink, events};
    expect_valid(call, work_->model.size());
    return std::visit(
        [&]<class Tableau>(RosenbrockStep<Tableau>& step) {
            return Integration<Tableau>(*work_, step, call).run();
        },
        work_->stepper);
}

std::span<double> Solver::coefficients() { return work_->coefficients; }

const SolverStatistics& Solver::statistics() const { return work_->statistics; }

}  // namespace caravel::kinetics
