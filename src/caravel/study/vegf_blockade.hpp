// Blockade of VEGF in the tumours in space: by the study's times and by a drug in plasma.
#pragma once

#include "caravel/couple/process.hpp"
#include "caravel/study/model_builder.hpp"

namespace caravel::study {

/// Reads `kinetics.amounts`; writes `<tumour>.vegf_blockade` (0 to 1), which holds over a window.
class VegfBlockade final : public couple::Process {
  public:
    VegfBlockade(couple::Wiring& wiring, const BuiltModel& built, std::size_t grid);
    std::string name() const override;
    void advance(couple::State& state, const couple::Window& window) const override;
    void initialise(couple::State& state) const;

  private:
    const tissue::GridPlan& plan_;
    couple::ReadHandle amounts_;
    couple::WriteHandle effect_;
    int drug_ = -1;             // species of the body's model
    double concentration_ = 0;  // kg/m3 free in plasma, per amount
};

/// Throws InputError for a drug that the study does not give.
void check_blockade(const BuiltModel& built, const tissue::GridPlan& plan);

/// Times (s) at which a blockade begins or ends.
std::vector<double> blockade_times(const BuiltModel& built);

}  // namespace caravel::study
