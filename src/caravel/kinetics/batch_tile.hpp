// The individuals of one tile on the lanes of one block: step control, outputs, refilling.
#pragma once

#include "caravel/kinetics/batch_solver.hpp"
#include "caravel/kinetics/step_control.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace caravel::kinetics {

/// What the tiles of a batch share.
struct BatchJob {
    const CompiledModel& model;
    const BatchProgram& program;
    const SolverOptions& options;
    const LaneKernels& kernels;
    const Individual& defaults;
    const BatchPlan& plan;
    const BatchCallbacks& callbacks;
};

class BatchTile {
  public:
    explicit BatchTile(const BatchJob& job);

    /// Individuals first to end - 1.
    BatchResult run(std::int64_t first, std::int64_t end);

  private:
    struct Lane {
        bool busy = false;
        std::int64_t individual = 0;
        std::size_t stop = 0;      // the next
        std::size_t output = 0;    // the next
        double output_time = 0.0;  // of the next, infinite where there is none
        double t = 0.0;
        double end = 0.0;    // of the window
        double limit = 0.0;  // end of the step
        double h = 0.0;
        bool last = false;
        bool inside = false;  // the next output is in the step
        int rejected = 0;     // in a row
        std::int64_t steps = 0;
        StepController control{1.0, 0.0, 1};
        std::vector<double> coefficients{};
        std::vector<double> states{};
    };

    std::size_t size() const { return job_.program.size(); }

    std::size_t lane_count() const { return job_.kernels.lanes; }

    double& entry(double* array, std::size_t i, std::size_t lane) const {
        return array[i * lane_count() + lane];
    }

    void refill(std::size_t lane);
    bool begin(std::size_t lane);
    bool fits() const;
    bool keeps_uptakes() const;
    void integrate_alone(std::int64_t individual);
    void abandon(std::size_t lane);

    void load(std::size_t lane);
    void load_factors(std::size_t lane);
    void bind(std::size_t lane);
    bool begin_window(std::size_t lane);
    double automatic_step(std::size_t lane, double span);
    double weighted_norm(const std::vector<double>& values, std::size_t lane) const;

    void set_step(std::size_t lane);
    bool choose_step(Lane& lane) const;
    void measure_errors();
    void judge();
    void judge(std::size_t lane, double error);
    void deliver();
    bool find_output(std::size_t lane);
    void seek_output(Lane& lane, std::size_t output) const;
    void store(const double* array, std::size_t lane);
    void end_step(std::size_t lane);
    bool change_at_stop(std::size_t lane);

    const BatchJob& job_;
    LaneBlock block_;
    std::vector<Lane> lanes_;
    Individual individual_;
    std::vector<double> state_;
    std::vector<double> first_rates_;
    std::vector<double> second_rates_;
    BatchResult result_;
    std::int64_t next_ = 0;
    std::int64_t end_ = 0;
    std::size_t busy_ = 0;
    // of the last step, lane by lane
    alignas(64) double errors_[most_lanes] = {};  // in units of the tolerance
    alignas(64) double growths_[most_lanes] = {};
};

}  // namespace caravel::kinetics
