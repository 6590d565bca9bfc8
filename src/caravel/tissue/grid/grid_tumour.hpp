// The process of a gridded tumour: takes what blood brings, hands back what leaves.
#pragma once

#include "caravel/couple/process.hpp"
#include "caravel/tissue/grid/grid_stepper.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caravel::tissue {

/// Slots: reads the body's amounts `kinetics.amounts`, the signals of triggers and
/// `<tumour>.vegf_blockade`; writes
/// `<tumour>.fields` (its memory), `<tumour>.passing` and `<tumour>.return` (per return the share
/// of the inflow that goes back, and an amount per second beside it; constant over a window) and
/// `<tumour>.owed` (what left the tumour and is not yet in the body). Blood that reaches the tumour
/// gathers in pools of the body's model, and a counter there says how much; nothing is lost or
/// counted twice: pool = owed at the end of every window. Blood passes a tumour many times in a
/// window; as the body sends the passing share back at once, the two sweeps have to agree on the
/// small part that stays alone. A treated tumour (plan.treated) reads `<tumour>.treated` too.
/// The second sweep of a window keeps the fields of the first where nothing else came in but a
/// little more or less blood (`same_inflow`); that difference passes the tumour.
class GridTumour final : public couple::Process {
  public:
    /// `plan` must outlive the process.
    GridTumour(couple::Wiring& wiring, const GridPlan& plan, int threads);
    ~GridTumour() override;

    /// Relative difference of an inflow that a second sweep takes for none. Far below what halving
    /// a window changes (3e-4 to 5e-3).
    static constexpr double same_inflow = 1e-4;

    std::string name() const override { return plan_.name + " (grid)"; }
    void advance(couple::State& state, const couple::Window& window) const override;

    /// Writes the fields at the start.
    void initialise(couple::State& state) const;
    /// Writes what is in the tumour into the body's record of it and takes it out of the pools that
    /// blood filled; what remains there is owed. A drug that left its carrier in the tumour moves
    /// from the carrier's pool to its own. Gives the largest residual of a substance: pools less
    /// what is owed, against the amount given.
    double publish(const couple::State& state, std::span<double> body) const;

    const GridPlan& plan() const { return plan_; }
    std::span<const double> fields(const couple::State& state) const {
        return state.start_block(fields_);
    }
    const GridStatistics& statistics() const { return stepper_.statistics(); }

  private:
    struct Brought;
    Brought brought(const couple::State& state, const couple::Window& window) const;
    /// What leaves the tumour by every return; the fields at the window's end go to the state.
    std::vector<double> pass(couple::State& state, const couple::Window& window, Brought now) const;
    double settle(const couple::State& state, std::span<double> body) const;
    std::vector<double> inflow(const couple::State& state) const;
    /// Amount per plan.injected that needles brought in this window.
    std::vector<double> injected(const couple::State& state) const;
    TreatedTissueFields treated(std::span<const double> block) const;
    void plan_returns(const std::vector<double>& inflow, const std::vector<double>& due,
                      std::span<double> passing, std::span<double> rates, double dt) const;

    const GridPlan& plan_;
    GridStepper stepper_;
    couple::ReadHandle amounts_;
    std::vector<couple::ReadHandle> signals_;
    std::optional<couple::ReadHandle> treated_;
    std::optional<couple::ReadHandle> blockade_;
    couple::WriteHandle fields_;
    couple::WriteHandle passing_;
    couple::WriteHandle return_;
    couple::WriteHandle owed_;
    // Of the sweep that made the fields at the end; of no meaning once the window is over.
    std::unique_ptr<Brought> last_;
};

}  // namespace caravel::tissue
