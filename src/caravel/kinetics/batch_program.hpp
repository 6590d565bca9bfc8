// What a batch of individuals shares: the flat index programs of its model.
#pragma once

#include "caravel/kinetics/batch_pack.hpp"
#include "caravel/kinetics/bound_model.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace caravel::kinetics {

/// One entry of a sweep: where its row and column stand.
struct RowEntry {
    std::uint32_t row = 0;
    std::uint32_t column = 0;
};

/// LuProgram::Sweep with the row beside every column; a row without entries has one RowEntry.
struct LaneSweep {
    std::vector<LuProgram::Group> groups{};
    std::vector<RowEntry> entries{};
    std::size_t first_value = 0;
};

/// The factorisation by levels: the pivots of a level need those of the levels before alone. The
/// changes of a value are together, in the order of the pivots, and so stay in a register. `from`
/// and `upper` are places in LaneBlock::linear or, beyond its end, in LaneBlock::values: what no
/// step changes is read where it stands and never copied.
struct LaneElimination {
    struct Update {
        std::uint32_t lower = 0;
        std::uint32_t upper = 0;
    };
    struct Target {
        std::uint32_t value = 0;
        std::uint32_t from = 0;
        std::uint32_t updates_end = 0;
    };
    struct Scaling {
        std::uint32_t value = 0;
        std::uint32_t from = 0;
        std::uint32_t pivot = 0;
    };
    /// Where the runs of a level end.
    struct Level {
        std::uint32_t targets_end = 0;
        std::uint32_t pivots_end = 0;
        std::uint32_t lower_end = 0;
    };
    std::vector<Level> levels{};
    std::vector<Update> updates{};
    std::vector<Target> targets{};
    std::vector<std::uint32_t> pivots{};
    std::vector<Scaling> lower{};
    std::vector<Scaling> upper{};  // when all pivots are known
};

/// The compiled model with where the numbers of an individual go. Immutable; shared by threads.
class BatchProgram {
  public:
    /// For blocks with this number of lanes.
    BatchProgram(const CompiledModel& model, std::uint32_t lanes);

    std::size_t size() const { return static_cast<std::size_t>(bound_.size()); }
    std::size_t lanes() const { return lanes_; }
    std::size_t value_count() const { return value_count_; }
    bool nonlinear() const { return bound_.nonlinear(); }
    const RateProgram& rates() const { return bound_.program(); }
    /// The factorisation and the solution; places are times lanes().
    const LaneElimination& elimination() const { return elimination_; }
    /// Places times lanes() beside the diagonal where uptakes and reactions add to the matrix.
    std::span<const std::uint32_t> varying() const { return varying_; }
    const LaneSweep& lower() const { return lower_; }
    const LaneSweep& upper() const { return upper_; }
    std::span<const int> place() const { return bound_.place(); }
    std::span<const BoundModel::Uptake> uptakes() const { return bound_.uptakes(); }
    std::span<const int> lu_positions() const { return bound_.lu_positions(); }
    std::span<const int> linear_positions() const { return bound_.linear_positions(); }
    /// Places times lanes(), ascending, whose shift the remainders need, and the others.
    std::span<const std::uint32_t> shifted() const { return shifted_; }
    std::span<const std::uint32_t> unshifted() const { return unshifted_; }
    /// Where the constant of a sum of `rates` and the weight of a term of it stand in an
    /// Individual.
    std::span<const std::size_t> sum_constants() const { return sum_constants_; }
    std::span<const std::size_t> sum_weights() const { return sum_weights_; }
    /// Where an Individual must have weights of 1 and constants of 0 for the uptakes to hold.
    std::span<const std::size_t> unit_weights() const { return unit_weights_; }
    std::span<const std::size_t> no_constants() const { return no_constants_; }

  private:
    void list_shifted();
    void map_sums(const KineticModel& model);
    void map_uptake_sums();

    BoundModel bound_;
    std::size_t lanes_;
    std::vector<std::uint32_t> varying_;
    LaneElimination elimination_;
    LaneSweep lower_;
    LaneSweep upper_;
    std::size_t value_count_;
    std::vector<std::uint32_t> shifted_;
    std::vector<std::uint32_t> unshifted_;
    std::vector<std::size_t> sum_constants_;
    std::vector<std::size_t> sum_weights_;
    std::vector<std::size_t> unit_weights_;
    std::vector<std::size_t> no_constants_;
};

}  // namespace caravel::kinetics
