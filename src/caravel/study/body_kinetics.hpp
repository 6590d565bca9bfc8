// The process that solves the study's joint kinetic model window by window.
#pragma once

#include "caravel/couple/process.hpp"
#include "caravel/kinetics/solver.hpp"
#include "caravel/study/model_builder.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

namespace caravel::study {

/// Rows of amounts at the output times; a row is written when its time is passed.
class AmountRecord {
  public:
    AmountRecord(std::vector<double> times, std::size_t species);
    const std::vector<double>& times() const { return times_; }
    std::span<double> row(std::size_t i) { return {values_.data() + i * species_, species_}; }
    std::span<const double> row(std::size_t i) const {
        return {values_.data() + i * species_, species_};
    }
    std::span<const double> values() const { return values_; }
    std::span<double> values() { return values_; }

  private:
    std::vector<double> times_;  // s, ascending
    std::size_t species_;
    std::vector<double> values_;
};

/// Rate (1/s) of a release coefficient at time t (s); `signal(i)` is the local condition that the
/// trigger of law i sees, asked only of laws with one.
template <class Signal>
double release_rate(const ReleaseDriver& driver, double t, const Signal& signal) {
    return formulation::release_rate(driver.laws, std::abs(t - driver.birth), driver.transit_time,
                                     signal);
}

/// Throws NumericalError when the tumours take more blood (m3/s) at time t than there is.
void check_tumour_flow(const BuiltModel& built, double taken, double t, double last_good);

/// Reads the local conditions of triggers, writes `kinetics.amounts`.
class BodyKinetics final : public couple::Process {
  public:
    /// `built` and `record` must outlive the process.
    BodyKinetics(couple::Wiring& wiring, const BuiltModel& built, AmountRecord& record,
                 double relative_tolerance);
    ~BodyKinetics() override;

    std::string name() const override { return "body kinetics"; }
    void advance(couple::State& state, const couple::Window& window) const override;

    /// Writes initial amounts.
    void initialise(couple::State& state) const;
    /// Adds what boluses put in at exactly this time.
    void apply_jumps(couple::State& state, double time) const;
    /// Records the amounts at an output time that coincides with a window's start.
    void record_start(const couple::State& state, double time) const;
    const kinetics::SolverStatistics& statistics() const { return solver_->statistics(); }
    std::span<const double> amounts(const couple::State& state) const {
        return state.start_block(amounts_);
    }
    /// The amounts at a window's start, for tumours in space to write their own into.
    std::span<double> amounts(couple::State& state) const { return state.jump_block(amounts_); }

  private:
    struct BoundDriver {
        const ReleaseDriver* driver = nullptr;
        std::vector<couple::ReadHandle> signals;  // one per law; unset without trigger
    };
    double rate(const BoundDriver& bound, const couple::State& state, const couple::Window& window,
                double t) const;
    /// Throws NumericalError when the tumours take more blood than there is.
    void check_flow(std::span<const double> y, const couple::Window& window) const;
    bool is_dynamic(const BoundDriver& bound, const couple::State& state,
                    const couple::Window& window) const;

    const BuiltModel& built_;
    AmountRecord& record_;
    kinetics::CompiledModel compiled_;
    /// Work space and coefficients only; everything that changes in time is in State.
    std::unique_ptr<kinetics::Solver> solver_;
    couple::WriteHandle amounts_;
    couple::WriteHandle step_;
    std::vector<BoundDriver> drivers_;
    std::vector<couple::ReadHandle> returns_;  // of every gridded tumour
    std::vector<couple::ReadHandle> passing_;
};

}  // namespace caravel::study
