// What a SensitivitySolver keeps between calls.
#pragma once

#include "caravel/kinetics/sensitivity.hpp"
#include "caravel/kinetics/sensitivity_rates.hpp"
#include "caravel/kinetics/solver_work.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace caravel::kinetics {

/// The coefficients of a forcing at places x of the step t + x h, each asked for once.
class ForcingRecord {
  public:
    struct Entry {
        double x = 0.0;
        std::vector<double> change;   // coefficients less those at the start of the step
        std::vector<double> weights;  // likewise d coefficient / d p
    };

    ForcingRecord(std::size_t coefficients, std::size_t weights);

    /// Forgets the step before.
    void clear() { used_ = 0; }
    /// Null when x was not asked for.
    const Entry* find(double x) const;
    Entry& add(double x) {
        entries_[used_].x = x;
        return entries_[used_++];
    }

  private:
    std::array<Entry, most_sensitivity_stages + 1> entries_;
    std::size_t used_ = 0;
};

/// Work space; lane arrays are in elimination order.
struct SensitivitySolver::Work {
    /// A weight of a parameter in an entry of a tile.
    struct Link {
        std::size_t entry = 0;
        std::size_t lane = 0;   // of the group
        std::size_t place = 0;  // in the weights of coefficients
        double weight = 0.0;    // of a factor's constant
        double term = 1.0;      // stoichiometry
        bool coefficient = true;
    };

    Work(const CompiledModel& model, const SolverOptions& chosen,
         std::vector<SensitivityParameter> list, const SensitivityOptions& sensitivity);

    std::size_t species() const { return state.output.size(); }

    /// Takes over sensitivities in model order, row after row.
    void load(std::span<const double> sensitivities);
    /// Gives them back.
    void store(std::span<double> sensitivities) const {
        gather(&SensitivityTile::now, sensitivities);
    }
    /// S at the end of the step, into `output`.
    void store_result() { gather(&SensitivityTile::result, output); }
    /// The sensitivities of all parameters at the end of the step whose stages stand in the
    /// stepper; `numbers` holds right and shift weights.
    void run_tiles();
    /// Makes the results the sensitivities.
    void commit();
    /// sqrt of the largest mean square, over the parameters, of the errors in tolerances.
    double error() const;
    /// S at x in the step with the dense weights of the stages, into `output`.
    void interpolate(double x, std::span<const double> weights);
    /// Whether a result is not finite; sets `flaw_parameter` and `flaw_species` (model order).
    bool find_flaw();

    /// Weights of the parameters at the start of the step from `start_weights`.
    void set_start_weights();
    /// Weights of stage i of a forced step.
    void set_stage_weights(std::size_t i, const ForcingRecord::Entry* change, double slope_weight);

    Solver::Work state;
    std::vector<SensitivityParameter> parameters;
    SensitivityOptions options;
    std::vector<double> weights;        // d coefficient / d p of the user
    std::vector<double> start_weights;  // at the start of the step
    std::vector<double> slope_weights;  // their time derivative
    std::vector<double> end_weights;    // at the end of the interval of that derivative
    SensitivityRates rates;
    ForcingRecord record;
    std::vector<SensitivityTile> tiles;
    std::vector<std::vector<Link>> links;            // by tile
    std::vector<std::vector<double>> stage_weights;  // by tile: stage, entry, lane
    std::vector<double> ones;                        // by channel
    SensitivityStep step;
    PaddedArray shifts;          // s_i of the state, stage after stage; s_0 is 0
    PaddedArray unused;          // of the kernels that combine
    PaddedArray between;         // S inside a step
    std::vector<double> output;  // model order, row after row
    std::size_t flaw_parameter = 0;
    std::size_t flaw_species = 0;

  private:
    void make_tiles();
    TileFlows list_flows(const SensitivityTile& tile, bool forced) const;
    void list_rows(SensitivityTile& tile, std::vector<Link>& list) const;
    void gather(PaddedArray SensitivityTile::*array, std::span<double> sensitivities) const;
    void gather(const SensitivityTile& tile, const double* values,
                std::span<double> sensitivities) const;
};

}  // namespace caravel::kinetics
