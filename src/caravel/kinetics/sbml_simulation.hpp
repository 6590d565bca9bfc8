// Runs of an SBML model.
#pragma once

#include "caravel/kinetics/sbml_model.hpp"
#include "caravel/kinetics/solver.hpp"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace caravel::kinetics {

/// The states at the output times; a value at the time of an event is that behind it.
struct SbmlRun {
    std::vector<double> times;
    std::size_t width = 0;       // of a row
    std::vector<double> values;  // rows of SbmlModel::base_names()
    int events = 0;              // times at which some event fired

    std::span<const double> row(std::size_t i) const {
        return std::span(values).subspan(i * width, width);
    }
};

/// Values of a name of the document, or of a formula of such names, at the times of the run. Throws
/// InputError for unknown names.
std::vector<double> values_of(const SbmlModel& model, const SbmlRun& run, std::string_view name);
std::vector<double> values_of(const SbmlModel& model, const SbmlRun& run,
                              const Expression& formula);

struct SbmlOptions {
    SolverOptions solver{.relative_tolerance = 1e-8};
    double start = 0.0;
    int most_events = 100'000;      // in one run
    int most_switches = 1'000'000;  // times in one run at which a condition of time changes
};

/// Integrates an SBML model; one per thread, the model must outlive it.
class SbmlSimulator {
  public:
    explicit SbmlSimulator(const SbmlModel& model, SbmlOptions options = {});

    /// Values at ascending times (in the document's unit), none before the start. Switch times and
    /// time events are met exactly, state events where their trigger crosses. Throws InputError for
    /// values and times that do not fit, NumericalError where the integration fails.
    SbmlRun run(const SbmlValues& given, std::span<const double> times);
    const SolverStatistics& statistics() const { return solver_.statistics(); }

  private:
    struct Change {
        std::size_t input;
        std::size_t trigger;
        Tape tape;
    };

    double evaluate(const Tape& tape);
    void update_switches(double t, Side side);
    void process(double t, Side side);
    void fire(double t);
    void count_switch(double t, bool switches);
    void deliver(SbmlRun& run, std::size_t until);
    double advance(SbmlRun& run, double t, double end);
    std::vector<CrossingEvent> crossing_events();

    const SbmlModel& model_;
    SbmlOptions options_;
    Solver solver_;
    std::vector<Tape> conditions_;
    std::vector<Change> changes_;
    std::vector<Tape> crossings_;
    std::vector<double> now_;  // states, coefficients, time
    std::vector<double> registers_;
    std::vector<char> holds_;  // triggers
    std::size_t delivered_ = 0;
    double next_step_ = 0.0;
    int events_ = 0;
    int switches_ = 0;
};

/// One run with a simulator of its own.
SbmlRun simulate(const SbmlModel& model, const SbmlValues& given, std::span<const double> times,
                 SbmlOptions options = {});

}  // namespace caravel::kinetics
