#include "caravel/study/body_kinetics.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/study/conditions.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::study {

AmountRecord::AmountRecord(std::vector<double> times, std::size_t species)
    : times_(std::move(times)),
      species_(species),
      values_(times_.size() * species, std::numeric_limits<double>::quiet_NaN()) {}

void check_tumour_flow(const BuiltModel& built, double taken, double t, double last_good) {
    if (taken < built.rest.flow_without_tumours) return;
    throw NumericalError({"body kinetics", "blood flow", "tumour", t, last_good,
                          "of the tumours, " + format_number(from_si(taken, "mL/min"), 3) +
                              " mL/min, is more than the rest of the body has left",
                          "end the study earlier, let growth slow down (logistic, gompertz, "
                          "simeoni), or lower the tumour's blood_flow"});
}

BodyKinetics::BodyKinetics(couple::Wiring& wiring, const BuiltModel& built, AmountRecord& record,
                           double relative_tolerance)
    : built_(built), record_(record), compiled_(built.model) {
    kinetics::SolverOptions options;
    options.relative_tolerance = relative_tolerance;
    solver_ = std::make_unique<kinetics::Solver>(compiled_, options);
    couple::Ports ports(wiring, name());
    amounts_ =
        ports.write_block("kinetics.amounts", "1", static_cast<std::size_t>(compiled_.size()));
    step_ = ports.write("kinetics.next_step", "s");
    for (const auto& driver : built.releases) {
        BoundDriver bound{&driver, {}};
        for (const auto& release : driver.laws) {
            couple::ReadHandle handle;
            if (release.trigger)
                handle =
                    ports.read(condition_slot(driver.environment, release.trigger->signal),
                               std::string(formulation::signal_kind(release.trigger->signal).unit));
            bound.signals.push_back(handle);
        }
        drivers_.push_back(std::move(bound));
    }
    for (const auto& grid : built.grids) {
        returns_.push_back(ports.read_block(grid.name + ".return", "1/s", grid.returns.size()));
        passing_.push_back(ports.read_block(grid.name + ".passing", "1", grid.returns.size()));
    }
}

BodyKinetics::~BodyKinetics() = default;

void BodyKinetics::initialise(couple::State& state) const {
    const auto block = state.jump_block(amounts_);
    std::copy(built_.model.initial().begin(), built_.model.initial().end(), block.begin());
    state.set(step_, 0.0);
}

void BodyKinetics::apply_jumps(couple::State& state, double time) const {
    bool any = false;
    for (const auto& jump : built_.jumps) {
        if (jump.time != time) continue;
        state.jump_block(amounts_)[static_cast<std::size_t>(jump.species.index)] += jump.amount;
        any = true;
    }
    for (const auto& infusion : built_.infusions)
        any = any || infusion.start == time || infusion.end == time;
    // A jump invalidates the step size that was right before it.
    if (any) state.set(step_, 0.0);
}

void BodyKinetics::record_start(const couple::State& state, double time) const {
    const auto& times = record_.times();
    const auto found = std::lower_bound(times.begin(), times.end(), time);
    if (found == times.end() || *found != time) return;
    const auto amounts = state.start_block(amounts_);
    std::copy(amounts.begin(), amounts.end(),
              record_.row(static_cast<std::size_t>(found - times.begin())).begin());
}

double BodyKinetics::rate(const BoundDriver& bound, const couple::State& state,
                          const couple::Window& window, double t) const {
    return release_rate(*bound.driver, t,
                        [&](std::size_t i) { return state.ramp(bound.signals[i], window, t); });
}

bool BodyKinetics::is_dynamic(const BoundDriver& bound, const couple::State& state,
                              const couple::Window& window) const {
    const auto& laws = bound.driver->laws;
    for (std::size_t i = 0; i < laws.size(); ++i) {
        if (!formulation::is_memoryless(laws[i].law)) return true;
        if (laws[i].trigger && state.ramp(bound.signals[i], window, window.start) !=
                                   state.ramp(bound.signals[i], window, window.end))
            return true;
    }
    return false;
}

void BodyKinetics::advance(couple::State& state, const couple::Window& window) const {
    const auto coefficients = solver_->coefficients();
    for (const auto& infusion : built_.infusions) {
        const bool on = window.start >= infusion.start && window.end <= infusion.end;
        coefficients[static_cast<std::size_t>(infusion.coefficient.index)] =
            on ? infusion.rate : 0.0;
    }
    for (std::size_t g = 0; g < returns_.size(); ++g) {
        const auto rates = state.end_block(returns_[g]);
        const auto passing = state.end_block(passing_[g]);
        for (std::size_t r = 0; r < rates.size(); ++r) {
            const auto& back = built_.grids[g].returns[r];
            coefficients[static_cast<std::size_t>(back.coefficient)] = rates[r];
            coefficients[static_cast<std::size_t>(back.passing)] = passing[r] * back.inflow_rate;
        }
    }
    std::vector<const BoundDriver*> dynamic;
    for (const auto& driver : drivers_) {
        coefficients[static_cast<std::size_t>(driver.driver->coefficient.index)] =
            rate(driver, state, window, window.start);
        if (is_dynamic(driver, state, window)) dynamic.push_back(&driver);
    }
    kinetics::Forcing forcing;
    if (!dynamic.empty())
        forcing = [&](double t, std::span<double> values) {
            for (const auto* driver : dynamic)
                values[static_cast<std::size_t>(driver->driver->coefficient.index)] =
                    rate(*driver, state, window, t);
        };

    const auto start = state.start_block(amounts_);
    const auto end = state.end_block(amounts_);
    std::copy(start.begin(), start.end(), end.begin());
    double step = state.start(step_);

    const auto& times = record_.times();
    const auto first = std::upper_bound(times.begin(), times.end(), window.start);
    const auto last = std::upper_bound(times.begin(), times.end(), window.end);
    const auto offset = static_cast<std::size_t>(first - times.begin());
    const std::span<const double> outputs(times.data() + offset,
                                          static_cast<std::size_t>(last - first));
    solver_->advance(end, window.start, window.end, step, forcing, outputs,
                     [&](std::size_t i, double, std::span<const double> y) {
                         std::copy(y.begin(), y.end(), record_.row(offset + i).begin());
                     });
    state.set_end(step_, step);
    check_flow(end, window);
}

void BodyKinetics::check_flow(std::span<const double> y, const couple::Window& window) const {
    if (built_.rest.tumour_flow.index < 0) return;
    check_tumour_flow(built_, compiled_.sum(built_.rest.tumour_flow, y), window.end, window.start);
}

}  // namespace caravel::study
