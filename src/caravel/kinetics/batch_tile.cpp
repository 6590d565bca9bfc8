#include "caravel/kinetics/batch_tile.hpp"

#include "caravel/base/error.hpp"
#include "caravel/kinetics/rosenbrock_tableau.hpp"
#include "caravel/kinetics/solver_work.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace caravel::kinetics {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

std::size_t at(int index) { return static_cast<std::size_t>(index); }

// Whether `call` did not find its individual at fault; the scalar solver will repeat the reason.
template <class CallBack>
bool succeeds(const CallBack& call) {
    try {
        call();
        return true;
    } catch (const InputError&) {
        return false;
    } catch (const NumericalError&) {
        return false;
    } catch (const std::invalid_argument&) {
        return false;
    }
}

}  // namespace

BatchTile::BatchTile(const BatchJob& job)
    : job_(job),
      block_(job.program),
      lanes_(job.kernels.lanes),
      individual_(job.defaults),
      state_(size()),
      first_rates_(size()),
      second_rates_(size()) {
    block_.relative = job.options.relative_tolerance;
    // An idle lane is computed like the others: let it rest at 0.
    std::fill(block_.absolute, block_.absolute + size() * lane_count(), 1.0);
    std::fill(block_.h, block_.h + lane_count(), 1.0);
    std::fill(block_.factor_a, block_.factor_a + job.program.rates().factors.size() * lane_count(),
              1.0);
    for (Lane& lane : lanes_) {
        lane.states.resize(job.plan.output_times.size() * size());
    }
}

BatchResult BatchTile::run(std::int64_t first, std::int64_t end) {
    next_ = first;
    end_ = end;
    for (std::size_t lane = 0; lane < lane_count(); ++lane) {
        refill(lane);
    }
    while (busy_ > 0) {
        for (std::size_t lane = 0; lane < lane_count(); ++lane) {
            set_step(lane);
        }
        job_.kernels.step(block_);
        judge();
        deliver();
        job_.kernels.commit(block_);
        for (std::size_t lane = 0; lane < lane_count(); ++lane) {
            if (block_.accepted[lane] != 0) {
                end_step(lane);
            }
        }
    }
    std::sort(result_.failures.begin(), result_.failures.end(),
              [](const auto& a, const auto& b) { return a.individual < b.individual; });
    return std::move(result_);
}

// What the lanes do not take goes to the scalar solver, which knows the reason or can do it.
void BatchTile::refill(std::size_t lane) {
    lanes_[lane].busy = false;
    while (!lanes_[lane].busy && next_ < end_) {
        lanes_[lane].individual = next_++;
        lanes_[lane].busy = begin(lane);
        if (!lanes_[lane].busy) {
            integrate_alone(lanes_[lane].individual);
        }
    }
    busy_ += lanes_[lane].busy ? 1 : 0;
}

void BatchTile::integrate_alone(std::int64_t individual) {
    std::vector<double> states;
    try {
        states = kinetics::integrate_alone(job_.model.model(), job_.options, individual, job_.plan,
                                           job_.callbacks);
    } catch (const InputError& error) {
        return result_.failures.push_back({individual, error.what()});
    } catch (const NumericalError& error) {
        return result_.failures.push_back({individual, error.what()});
    } catch (const std::invalid_argument& error) {
        return result_.failures.push_back({individual, error.what()});
    }
    job_.callbacks.finish(individual, states);
    ++result_.finished;
}

void BatchTile::abandon(std::size_t lane) {
    --busy_;
    integrate_alone(lanes_[lane].individual);
    refill(lane);
}

bool BatchTile::begin(std::size_t lane) {
    Lane& l = lanes_[lane];
    individual_ = job_.defaults;
    if (!succeeds([&] { job_.callbacks.prepare(l.individual, individual_); }) || !fits()) {
        return false;
    }
    load(lane);
    l.t = job_.plan.start;
    l.stop = 0;
    seek_output(l, 0);
    if (!begin_window(lane)) {
        return false;
    }
    while (l.output_time <= l.t) {
        store(block_.y, lane);
    }
    return true;
}

// As Integration::start.
bool BatchTile::begin_window(std::size_t lane) {
    Lane& l = lanes_[lane];
    l.end = l.stop < job_.plan.stops.size() ? job_.plan.stops[l.stop] : job_.plan.end;
    l.rejected = 0;
    l.steps = 0;
    for (std::size_t i = 0; i < size(); ++i) {
        const double value = entry(block_.y, i, lane);
        if (!std::isfinite(value) || value < entry(block_.least, i, lane)) {
            return false;
        }
    }
    bind(lane);
    const SolverOptions& options = job_.options;
    const double first =
        options.first_step > 0 ? options.first_step : automatic_step(lane, l.end - l.t);
    l.control = {first, options.longest_step, Rodas5P::order};
    return true;
}

// As Solver::Work::automatic_step.
double BatchTile::automatic_step(std::size_t lane, double span) {
    for (std::size_t i = 0; i < size(); ++i) {
        entry(block_.between, i, lane) = entry(block_.y, i, lane);
    }
    job_.kernels.evaluate(block_);
    for (std::size_t i = 0; i < size(); ++i) {
        state_[i] = entry(block_.y, i, lane);
        first_rates_[i] = entry(block_.rates, i, lane);
    }
    const double speed = weighted_norm(first_rates_, lane);
    const double extent = weighted_norm(state_, lane);
    const double h = euler_step(speed, extent, span);
    for (std::size_t i = 0; i < size(); ++i) {
        entry(block_.between, i, lane) = state_[i] + h * first_rates_[i];
    }
    job_.kernels.evaluate(block_);
    for (std::size_t i = 0; i < size(); ++i) {
        second_rates_[i] = (entry(block_.rates, i, lane) - first_rates_[i]) / h;
    }
    return first_step(speed, weighted_norm(second_rates_, lane), h, span, Rodas5P::order);
}

double BatchTile::weighted_norm(const std::vector<double>& values, std::size_t lane) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < size(); ++i) {
        const double ratio =
            values[i] / (entry(block_.absolute, i, lane) + block_.relative * std::abs(state_[i]));
        sum += ratio * ratio;
    }
    return std::sqrt(sum / static_cast<double>(size()));
}

void BatchTile::set_step(std::size_t lane) {
    while (lanes_[lane].busy && !choose_step(lanes_[lane])) {
        abandon(lane);
    }
    if (lanes_[lane].busy) {
        block_.h[lane] = lanes_[lane].h;
    }
}

// As Integration::choose_step; false where that fails.
bool BatchTile::choose_step(Lane& lane) const {
    if (lane.steps++ >= job_.options.step_limit) {
        return false;
    }
    const StepController::Step step = lane.control.propose(lane.end - lane.t);
    lane.h = step.size;
    lane.last = step.last;
    const bool whole_rest = lane.last && lane.rejected == 0;
    return lane.rejected < rejections_in_a_row &&
           (lane.h >= 16.0 * epsilon * std::abs(lane.t) || whole_rest);
}

// The errors of all lanes in units of the tolerance, and what follows for the next step: divisions
// and roots side by side.
void BatchTile::measure_errors() {
    for (std::size_t lane = 0; lane < lane_count(); ++lane) {
        const double mean = block_.squares[lane] / static_cast<double>(size());
        errors_[lane] = Rodas5P::error_share * std::sqrt(mean);
    }
    using Pair = lanes::Lanes<2, 2>;
    const Pair::Pack least = Pair::all(StepController::least_error);
    for (std::size_t lane = 0; lane < lane_count(); lane += Pair::width) {
        const Pair::Pack error = Pair::load(errors_ + lane);
        const Pair::Pack bounded = Pair::select(Pair::less(error, least), least, error);
        Pair::store(growths_ + lane, {StepController::growth<Pair::Values, Pair::Bits>(
                                         bounded.v[0], Rodas5P::order)});
    }
}

// As Integration::take_step.
void BatchTile::judge() {
    measure_errors();
    for (std::size_t lane = 0; lane < lane_count(); ++lane) {
        block_.accepted[lane] = 0;
        if (lanes_[lane].busy) {
            const double error =
                block_.flaw[lane] == 0.0 ? errors_[lane] : std::numeric_limits<double>::infinity();
            judge(lane, error);
        }
    }
}

void BatchTile::judge(std::size_t lane, double error) {
    Lane& l = lanes_[lane];
    if (error <= 1.0 && block_.below[lane] == 0) {
        ++result_.accepted;
        l.control.grow(growths_[lane]);
        l.rejected = 0;
        l.limit = l.last ? l.end : l.t + l.h;
        block_.accepted[lane] = -1;
        return;
    }
    if (error <= 1.0) {
        l.control.shrink(0.5);
    } else if (std::isfinite(error)) {
        l.control.reject(error);
    } else {
        l.control.shrink(0.1);
    }
    ++l.rejected;
    ++result_.rejected;
}

void BatchTile::deliver() {
    const std::size_t width = job_.kernels.width;
    for (std::size_t first = 0; first < lane_count(); first += width) {
        bool any = false;
        for (std::size_t lane = first; lane < first + width; ++lane) {
            Lane& l = lanes_[lane];
            l.inside = block_.accepted[lane] != 0 && l.output_time <= l.limit && find_output(lane);
            any = any || l.inside;
        }
        while (any) {
            job_.kernels.interpolate(block_, first);
            any = false;
            for (std::size_t lane = first; lane < first + width; ++lane) {
                if (lanes_[lane].inside) {
                    store(block_.between, lane);
                    lanes_[lane].inside = find_output(lane);
                    any = any || lanes_[lane].inside;
                }
            }
        }
    }
}

// Whether the next output lies inside the step; those at its end are taken here.
bool BatchTile::find_output(std::size_t lane) {
    Lane& l = lanes_[lane];
    while (l.output_time == l.limit) {
        store(block_.result, lane);
    }
    if (l.output_time > l.limit) {
        return false;
    }
    block_.x[lane] = (l.output_time - l.t) / l.h;
    return true;
}

void BatchTile::store(const double* array, std::size_t lane) {
    Lane& l = lanes_[lane];
    const auto place = job_.program.place();
    double* const row = l.states.data() + l.output * size();
    for (std::size_t i = 0; i < size(); ++i) {
        row[i] = array[at(place[i]) * lane_count() + lane];
    }
    seek_output(l, l.output + 1);
}

void BatchTile::seek_output(Lane& lane, std::size_t output) const {
    const std::vector<double>& times = job_.plan.output_times;
    lane.output = output;
    lane.output_time =
        output < times.size() ? times[output] : std::numeric_limits<double>::infinity();
}

void BatchTile::end_step(std::size_t lane) {
    Lane& l = lanes_[lane];
    l.t = l.limit;
    if (l.t < l.end) {
        return;
    }
    if (l.stop == job_.plan.stops.size()) {
        --busy_;
        ++result_.finished;
        job_.callbacks.finish(l.individual, l.states);
        refill(lane);
    } else if (!change_at_stop(lane)) {
        abandon(lane);
    }
}

bool BatchTile::change_at_stop(std::size_t lane) {
    Lane& l = lanes_[lane];
    const auto place = job_.program.place();
    for (std::size_t i = 0; i < size(); ++i) {
        state_[i] = entry(block_.y, at(place[i]), lane);
    }
    if (!succeeds([&] { job_.callbacks.at_stop(l.individual, l.stop, l.coefficients, state_); })) {
        return false;
    }
    for (std::size_t i = 0; i < size(); ++i) {
        entry(block_.y, at(place[i]), lane) = state_[i];
    }
    ++l.stop;
    return begin_window(lane);
}

}  // namespace caravel::kinetics
