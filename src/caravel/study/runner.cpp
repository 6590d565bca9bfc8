#include "caravel/study/runner.hpp"

#include "caravel/couple/schedule.hpp"
#include "caravel/stimulus/local_heating.hpp"
#include "caravel/study/checkpoint.hpp"
#include "caravel/study/constant_conditions.hpp"
#include "caravel/study/field_output.hpp"
#include "caravel/study/treatment_output.hpp"
#include "caravel/study/vegf_blockade.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::study {
namespace {

constexpr int even_outputs = 400;
constexpr int even_windows = 20;
// Windows between a tumour in space and the body: the fields change over hours.
constexpr int even_grid_windows = 96;
constexpr double longest_grid_window = 3600.0;  // s
constexpr double most_grid_windows = 1e5;

std::vector<stimulus::Heating> heatings_of(const StudyInput& study, const std::string& tumour) {
    std::vector<stimulus::Heating> heatings;
    for (const auto& s : study.protocol.stimuli)
        if (s.kind == "heat" && s.on == tumour)
            heatings.push_back(
                {s.at, s.duration, s.temperature.value_or(0.0), s.rise_time, s.cooling_time});
    return heatings;
}

double body_temperature(const BuiltModel& built, const std::string& slot) {
    for (const auto& c : built.conditions)
        if (c.slot == slot) return c.value;
    return 310.15;
}

/// The processes of a study, wired.
struct Machine {
    std::unique_ptr<couple::Schedule> schedule;
    const BodyKinetics* kinetics = nullptr;  // owned by the schedule
    std::vector<const stimulus::LocalHeating*> heatings;
    const ConstantConditions* conditions = nullptr;
    std::vector<const tissue::GridTumour*> grids;
    std::vector<const response::TumourTreatment*> treatments;
    std::vector<const VegfBlockade*> blockades;

    const response::TumourTreatment* treatment_of(const tissue::GridTumour& grid) const {
        for (const auto* t : treatments)
            if (&t->grid() == &grid.plan()) return t;
        return nullptr;
    }
};

Machine make_machine(const StudyInput& study, const BuiltModel& built, AmountRecord& record,
                     int threads) {
    couple::Wiring wiring;
    std::vector<std::unique_ptr<couple::Process>> processes;
    Machine machine;
    std::vector<Condition> constant = built.conditions;
    for (const auto& tumour : built.tumours) {
        const auto heatings = heatings_of(study, tumour.name());
        if (heatings.empty()) continue;
        const std::string slot = tumour.name() + ".temperature";
        auto heating = std::make_unique<stimulus::LocalHeating>(
            wiring, tumour.name(), body_temperature(built, slot), heatings);
        machine.heatings.push_back(heating.get());
        processes.push_back(std::move(heating));
        std::erase_if(constant, [&](const Condition& c) { return c.slot == slot; });
    }
    auto conditions = std::make_unique<ConstantConditions>(wiring, std::move(constant));
    machine.conditions = conditions.get();
    processes.push_back(std::move(conditions));
    auto kinetics =
        std::make_unique<BodyKinetics>(wiring, built, record, study.run.relative_tolerance);
    machine.kinetics = kinetics.get();
    processes.push_back(std::move(kinetics));
    for (const auto& plan : built.grids) {
        auto grid = std::make_unique<tissue::GridTumour>(wiring, plan, threads);
        machine.grids.push_back(grid.get());
        processes.push_back(std::move(grid));
    }
    for (std::size_t g = 0; g < built.grids.size(); ++g) {
        if (!built.grids[g].input.angiogenesis) continue;
        auto blockade = std::make_unique<VegfBlockade>(wiring, built, g);
        machine.blockades.push_back(blockade.get());
        processes.push_back(std::move(blockade));
    }
    if (!built.treatments.empty()) {
        matter::Library library(built.data);
        for (const auto& plan : built.treatments) {
            auto treatment = std::make_unique<response::TumourTreatment>(
                wiring, plan, built.grids[plan.grid], library, threads);
            machine.treatments.push_back(treatment.get());
            processes.push_back(std::move(treatment));
        }
    }
    machine.schedule = std::make_unique<couple::Schedule>(std::move(wiring), std::move(processes));
    return machine;
}

void initialise(const Machine& machine, couple::State& state) {
    machine.conditions->initialise(state);
    for (const auto* heating : machine.heatings) heating->initialise(state);
    machine.kinetics->initialise(state);
    for (const auto* blockade : machine.blockades) blockade->initialise(state);
    for (const auto* grid : machine.grids) grid->initialise(state);
    for (const auto* treatment : machine.treatments) treatment->initialise(state);
}

/// Largest residual of a substance between a gridded tumour and the body, against the dose.
constexpr double field_ledger_limit = 1e-6;

/// Writes what is in the gridded tumours into the body's record. Throws NumericalError when a
/// substance does not balance.
void publish(const Machine& machine, couple::State& state, double now, double last_good,
             RunOutcome& outcome) {
    for (const auto* grid : machine.grids) {
        const double residual = grid->publish(state, machine.kinetics->amounts(state));
        if (!(residual <= outcome.field_residual)) outcome.field_residual = residual;
        if (!(residual <= field_ledger_limit))
            throw NumericalError(
                {grid->name(), "ledger", "body and tumour", now, last_good,
                 "does not balance: relative residual " + format_number(residual, 3),
                 "a shorter time_step in [subject.tumour.grid]"});
    }
    for (const auto* treatment : machine.treatments)
        treatment->publish(state, machine.kinetics->amounts(state));
}

FieldMoment moment_of(const Machine& machine, const tissue::GridTumour& grid,
                      const couple::State& state, double now) {
    const auto* treatment = machine.treatment_of(grid);
    return {grid, grid.fields(state), treatment,
            treatment ? treatment->memory(state) : std::span<const double>{}, now};
}

void show_fields(const Machine& machine, const couple::State& state, double now, double until,
                 const RunnerHooks& hooks) {
    if (!hooks.fields) return;
    for (const auto* grid : machine.grids) {
        const auto times = field_times(grid->plan(), until);
        if (std::find(times.begin(), times.end(), now) != times.end())
            hooks.fields(moment_of(machine, *grid, state, now));
    }
}

void sort_unique(std::vector<double>& times, double end) {
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    std::erase_if(times, [end](double t) { return t < 0.0 || t > end; });
}

/// Even spacing (s) of outputs; windows of a tumour in space are no longer than that.
double even_step(const StudyInput& study, const BuiltModel& built) {
    const double end = study.run.until;
    if (built.grids.empty()) return end / even_outputs;
    double step = std::clamp(end / even_grid_windows, 60.0, longest_grid_window);
    for (const auto& grid : built.grids) {
        step = std::min(step, grid.input.time_step.value_or(step));
        if (end / step > most_grid_windows)
            throw InputError(Diagnostic{{},
                                        "time_step of tumour '" + grid.name + "' makes more than " +
                                            format_number(most_grid_windows, 6) + " windows",
                                        "a longer time_step, or a shorter study",
                                        ""});
    }
    return std::min(step, end);
}

}  // namespace

std::vector<double> output_times(const StudyInput& study, const BuiltModel& built,
                                 const std::vector<double>& extra) {
    const double end = study.run.until;
    std::vector<double> times{0.0, end};
    const double step = study.run.output_interval.value_or(even_step(study, built));
    const auto n = static_cast<std::int64_t>(std::floor(end / step * (1.0 + 1e-12)));
    for (std::int64_t i = 0; i <= n; ++i) times.push_back(static_cast<double>(i) * step);
    // Fast distribution after a dose: ten points per decade from ten seconds.
    for (const auto& dose : built.doses) {
        times.push_back(dose.start);
        for (const double begin : {dose.start, dose.start + dose.duration}) {
            if (begin > 0.0) times.push_back(begin);
            for (double after = 10.0; after < step; after *= 1.2589254117941673)
                times.push_back(begin + after);
            if (dose.duration == 0.0) break;
        }
    }
    for (const auto* list : {&study.protocol.samples, &study.protocol.measurements})
        for (const auto& s : *list)
            for (std::int64_t i = 0; i < s.repeat; ++i)
                times.push_back(s.at + static_cast<double>(i) * s.every.value_or(0.0));
    for (const double t : object_times(study.protocol.images)) times.push_back(t);
    times.insert(times.end(), extra.begin(), extra.end());
    for (const auto& grid : built.grids)
        for (const double t : field_times(grid, end)) times.push_back(t);
    // Temperatures change within minutes.
    for (const auto& treatment : built.treatments)
        for (const double t : response::treatment_windows(treatment, end)) times.push_back(t);
    sort_unique(times, end);
    return times;
}

std::vector<double> window_ends(const StudyInput& study, const BuiltModel& built,
                                const std::vector<double>& extra) {
    const double end = study.run.until;
    std::vector<double> times{end};
    const double piece = study.run.checkpoint_interval.value_or(end / even_windows);
    // What is in a tumour in space is known at the ends of windows alone.
    if (!built.grids.empty()) {
        times = output_times(study, built, extra);
        const double longest = even_step(study, built);
        for (double t = longest; t < end; t += longest) times.push_back(t);
    }
    const auto pieces = static_cast<std::int64_t>(std::ceil(end / piece * (1.0 - 1e-12)));
    for (std::int64_t i = 1; i < pieces; ++i) times.push_back(static_cast<double>(i) * piece);
    for (const auto& jump : built.jumps) times.push_back(jump.time);
    for (const auto& infusion : built.infusions) {
        times.push_back(infusion.start);
        times.push_back(infusion.end);
    }
    // Hazards with an infinite start have their peak at a cohort's birth.
    for (const auto& cohort : built.cohorts) times.push_back(cohort.birth);
    for (const auto& tumour : built.tumours)
        for (const double t : stimulus::heating_events(heatings_of(study, tumour.name())))
            times.push_back(t);
    for (const double t : blockade_times(built)) times.push_back(t);
    sort_unique(times, end);
    std::erase(times, 0.0);
    return times;
}

RunOutcome run_model(const StudyInput& study, const BuiltModel& built,
                     const std::vector<double>& extra_times, const RunnerHooks& hooks) {
    RunOutcome outcome{
        AmountRecord(output_times(study, built, extra_times), built.model.all_species().size()),
        {},
        {},
        false};
    const Machine machine = make_machine(study, built, outcome.record, hooks.threads);
    outcome.graph = machine.schedule->graph();
    couple::State state(machine.schedule->wiring().slots());
    const auto ends = window_ends(study, built, extra_times);
    RunProgress begin;
    if (hooks.checkpoint &&
        read_checkpoint(*hooks.checkpoint, hooks.identity, state, outcome.record.values(), begin)) {
        outcome.resumed = true;
        outcome.field_residual = begin.field_residual;
    } else {
        initialise(machine, state);
        publish(machine, state, 0.0, 0.0, outcome);
        show_fields(machine, state, 0.0, study.run.until, hooks);
    }
    std::size_t next = begin.next_window;
    double now = begin.now;
    CheckpointClock checkpoints(hooks.checkpoint_spacing);
    const auto save = [&] {
        if (hooks.checkpoint)
            write_checkpoint(*hooks.checkpoint, hooks.identity, state, outcome.record.values(),
                             {now, next, outcome.field_residual});
    };
    for (; next < ends.size();) {
        machine.kinetics->apply_jumps(state, now);
        machine.kinetics->record_start(state, now);
        machine.schedule->advance(state, {now, ends[next]});
        publish(machine, state, ends[next], now, outcome);
        now = ends[next];
        show_fields(machine, state, now, study.run.until, hooks);
        ++next;
        if (hooks.progress) hooks.progress(now, study.run.until);
        const bool stop = hooks.interrupted && hooks.interrupted() && next < ends.size();
        if (stop || checkpoints.is_due()) checkpoints.time(save);
        if (stop)
            throw Interrupted("interrupted at " + format_number(from_si(now, "h"), 6) + " h of " +
                              format_number(from_si(study.run.until, "h"), 6) + " h");
    }
    machine.kinetics->apply_jumps(state, now);
    machine.kinetics->record_start(state, now);
    outcome.statistics = machine.kinetics->statistics();
    for (const auto* grid : machine.grids)
        for (auto& q : field_quantities(built, moment_of(machine, *grid, state, now)))
            outcome.field_quantities.push_back(std::move(q));
    for (const auto* treatment : machine.treatments)
        for (auto& note : treatment_notes(*treatment, treatment->memory(state)))
            outcome.notes.push_back(std::move(note));
    return outcome;
}

std::string slot_graph(const StudyInput& study, const BuiltModel& built) {
    AmountRecord record({}, built.model.all_species().size());
    return make_machine(study, built, record, 1).schedule->graph();
}

}  // namespace caravel::study
