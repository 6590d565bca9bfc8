// The treatment of a tumour in space as a process between its windows.
#pragma once

#include "caravel/couple/process.hpp"
#include "caravel/response/treatment/treatment.hpp"
#include "caravel/tissue/grid/grid_plan.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace caravel::response {

/// Local species of a gridded tumour whose amounts make up an agent of the treatment, or the free
/// or carried sensitiser.
using AgentSpecies = std::vector<int>;

struct TumourTreatmentPlan {
    std::size_t grid = 0;  // which tumour in space
    TreatmentPlan treatment{};
    double window = 30.0;                // s, while something acts
    std::vector<AgentSpecies> agents{};  // in the order of treatment.agents
    AgentSpecies released{};             // sensitiser out of carriers
    AgentSpecies carried{};              // and within
    int ph_molecule = -1;                // of the grid's molecules
    // Species of the body's model that record the tumour's mean and largest temperature (K) and the
    // share of its cells that the treatment left.
    int body_mean_temperature = -1;
    int body_hottest = -1;
    int body_survival = -1;
};

/// Slots: reads `<tumour>.fields` as they are at the start of a window, writes
/// `<tumour>.treatment` (its memory) and `<tumour>.treated` (temperature in K at the end of the
/// window, rate of death in 1/s over it, share of perfusion that is left). What a window carries
/// into the tumour is seen by the next one: first order in the window, which is short while
/// something acts.
class TumourTreatment final : public couple::Process {
  public:
    /// `plan` and `grid` must outlive the process.
    TumourTreatment(couple::Wiring& wiring, const TumourTreatmentPlan& plan,
                    const tissue::GridPlan& grid, matter::Library& library, int threads);
    ~TumourTreatment() override;
    TumourTreatment(const TumourTreatment&) = delete;
    TumourTreatment& operator=(const TumourTreatment&) = delete;

    std::string name() const override;
    void advance(couple::State& state, const couple::Window& window) const override;
    /// Tissue at rest; the fields of the tumour must be there.
    void initialise(couple::State& state) const;
    /// Writes mean and largest temperature and survival into the body's record of them.
    void publish(const couple::State& state, std::span<double> body) const;

    const TumourTreatmentPlan& plan() const { return plan_; }
    const tissue::GridPlan& grid() const { return grid_; }
    const Treatment& treatment() const { return treatment_; }
    std::span<const double> memory(const couple::State& state) const {
        return state.start_block(memory_);
    }

  private:
    struct Work;
    TreatmentLoad load(std::span<const double> fields) const;
    void say(std::span<const double> memory, std::span<const double> survival_before,
             std::span<double> treated, double dt) const;

    const TumourTreatmentPlan& plan_;
    const tissue::GridPlan& grid_;
    Treatment treatment_;
    couple::ReadHandle fields_;
    couple::WriteHandle memory_;
    couple::WriteHandle treated_;
    std::unique_ptr<Work> work_;
};

/// Ends of windows (s) that a treatment asks for: while something acts plan.window apart, and
/// further and further afterwards.
std::vector<double> treatment_windows(const TumourTreatmentPlan& plan, double until);

}  // namespace caravel::response
