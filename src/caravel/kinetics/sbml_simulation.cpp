#include "caravel/kinetics/sbml_simulation.hpp"

#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace caravel::kinetics {

namespace {

void expect_valid(std::span<const double> times, double start) {
    const bool finite =
        std::all_of(times.begin(), times.end(), [](double t) { return std::isfinite(t); });
    if (!finite || !std::is_sorted(times.begin(), times.end()) ||
        (!times.empty() && times.front() < start)) {
        throw InputError(Diagnostic{{},
                                    "the output times of a model run are out of order",
                                    fmt::format("ascending numbers from {}", start),
                                    ""});
    }
}

}  // namespace

std::vector<double> values_of(const SbmlModel& model, const SbmlRun& run,
                              const Expression& formula) {
    const Tape tape = compile_tape(model.resolve(formula), model.base_names());
    std::vector<double> registers(tape.steps.size());
    std::vector<double> values(run.times.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        tape.run(run.row(i).data(), registers.data(), &values[i]);
    }
    return values;
}

std::vector<double> values_of(const SbmlModel& model, const SbmlRun& run, std::string_view name) {
    return values_of(model, run, Expression::variable(name));
}

SbmlSimulator::SbmlSimulator(const SbmlModel& model, SbmlOptions options)
    : model_(model), options_(options), solver_(model.compiled(), options.solver) {
    const auto compile = [&](const Expression& formula) {
        Tape tape = compile_tape(formula, model.base_names());
        registers_.resize(std::max(registers_.size(), tape.steps.size()));
        return tape;
    };
    for (std::size_t i = 0; i < model.triggers().size(); ++i) {
        conditions_.push_back(compile(model.triggers()[i].condition));
        for (const SbmlChange& change : model.triggers()[i].changes) {
            const std::size_t offset = change.state ? 0 : model.state_count();
            changes_.push_back(
                {offset + static_cast<std::size_t>(change.index), i, compile(change.value)});
        }
    }
    for (const Expression& distance : model.crossings()) {
        crossings_.push_back(compile(distance));
    }
}

double SbmlSimulator::evaluate(const Tape& tape) {
    double value = 0.0;
    tape.run(now_.data(), registers_.data(), &value);
    return value;
}

void SbmlSimulator::update_switches(double t, Side side) {
    now_.back() = t;
    const std::span<double> all(now_);
    const std::size_t fixed = model_.state_count();
    model_.switches().values(
        t, all.subspan(fixed, model_.fixed_count()), side,
        all.subspan(fixed + model_.fixed_count(), model_.switches().names().size()));
}

// Runs the events whose triggers became true.
void SbmlSimulator::process(double t, Side side) {
    for (bool fired = true; fired;) {
        fired = false;
        update_switches(t, side);
        std::vector<char> due(conditions_.size(), 0);
        for (std::size_t i = 0; i < conditions_.size(); ++i) {
            const char holds = evaluate(conditions_[i]) != 0.0 ? 1 : 0;
            due[i] = holds != 0 && holds_[i] == 0 ? 1 : 0;
            holds_[i] = holds;
            fired = fired || due[i] != 0;
        }
        // all values are those before any of the events
        std::vector<double> values;
        for (const Change& change : changes_) {
            if (due[change.trigger] != 0) values.push_back(evaluate(change.tape));
        }
        auto value = values.begin();
        for (const Change& change : changes_) {
            if (due[change.trigger] != 0) now_[change.input] = *value++;
        }
        if (fired && ++events_ > options_.most_events) {
            throw NumericalError({"SBML events", model_.description().id, "", t, t,
                                  fmt::format("more than {} events", options_.most_events),
                                  "check for triggers that set each other off"});
        }
    }
}

void SbmlSimulator::fire(double t) {
    process(t, Side::at);
    process(t, Side::after);
    next_step_ = 0.0;  // the rates may have jumped
}

// Rows up to output `until` with the present values.
void SbmlSimulator::deliver(SbmlRun& run, std::size_t until) {
    for (; delivered_ < until; ++delivered_) {
        std::copy(now_.begin(), now_.end(),
                  run.values.begin() + static_cast<std::ptrdiff_t>(delivered_ * run.width));
        run.values[delivered_ * run.width + run.width - 1] = run.times[delivered_];
    }
}

std::vector<CrossingEvent> SbmlSimulator::crossing_events() {
    std::vector<CrossingEvent> events;
    for (const Tape& tape : crossings_) {
        CrossingEvent event;
        event.function = [this, &tape](double t, std::span<const double> y) {
            std::copy(y.begin(), y.end(), now_.begin());
            now_.back() = t;
            return evaluate(tape);
        };
        events.push_back(std::move(event));
    }
    return events;
}

// Integrates to `end` or the first crossing; returns the time reached, the state is in now_.
double SbmlSimulator::advance(SbmlRun& run, double t, double end) {
    const std::size_t states = model_.state_count();
    if (states == 0) return end;
    std::vector<double> y(now_.begin(), now_.begin() + static_cast<std::ptrdiff_t>(states));
    std::copy(now_.begin() + static_cast<std::ptrdiff_t>(states), now_.end() - 1,
              solver_.coefficients().begin());
    // outputs at `end` itself wait for the events there
    const auto first = run.times.begin() + static_cast<std::ptrdiff_t>(delivered_);
    const auto last = std::lower_bound(first, run.times.end(), end);
    const std::vector<double> coefficients(now_.begin() + static_cast<std::ptrdiff_t>(states),
                                           now_.end());
    const OutputSink sink = [&](std::size_t, double, std::span<const double> state) {
        double* const row = run.values.data() + delivered_ * run.width;
        std::copy(state.begin(), state.end(), row);
        std::copy(coefficients.begin(), coefficients.end() - 1, row + states);
        row[run.width - 1] = run.times[delivered_];
        ++delivered_;
    };
    const std::vector<CrossingEvent> events = crossing_events();
    const double reached = solver_.advance(y, t, end, next_step_, {}, {first, last}, sink, events);
    std::copy(y.begin(), y.end(), now_.begin());
    return reached;
}

void SbmlSimulator::count_switch(double t, bool switches) {
    if (!switches || ++switches_ <= options_.most_switches) return;
    throw NumericalError(
        {"SBML conditions of time", model_.description().id, "", t, t,
         fmt::format("change more than {} times in one run", options_.most_switches),
         "check the periods of conditions, floor and ceil of time"});
}

SbmlRun SbmlSimulator::run(const SbmlValues& given, std::span<const double> times) {
    expect_valid(times, options_.start);
    SbmlRun result{{times.begin(), times.end()}, model_.base_names().size(), {}, 0};
    result.values.resize(result.width * times.size());
    double t = options_.start;
    now_ = model_.initial_values(given, t);
    holds_.clear();
    for (const SbmlTrigger& trigger : model_.triggers()) {
        holds_.push_back(trigger.initial_value ? 1 : 0);
    }
    delivered_ = 0;
    next_step_ = 0.0;
    events_ = 0;
    switches_ = 0;
    const double end = times.empty() ? t : times.back();
    fire(t);
    while (t < end) {
        const std::span<const double> all(now_);
        const std::size_t fixed = model_.state_count() + model_.fixed_count();
        const double stop =
            model_.switches().next(t, end, all.subspan(model_.state_count(), model_.fixed_count()),
                                   all.subspan(fixed, model_.switches().names().size()));
        count_switch(t, stop < end);
        const auto until = std::upper_bound(result.times.begin(), result.times.end(), t);
        deliver(result, static_cast<std::size_t>(until - result.times.begin()));
        t = advance(result, t, stop);
        fire(t);
    }
    deliver(result, times.size());
    result.events = events_;
    return result;
}

SbmlRun simulate(const SbmlModel& model, const SbmlValues& given, std::span<const double> times,
                 SbmlOptions options) {
    return SbmlSimulator(model, options).run(given, times);
}

}  // namespace caravel::kinetics
