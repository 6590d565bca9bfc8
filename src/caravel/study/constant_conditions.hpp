// Local conditions that no process computes yet: constant values from the tables.
#pragma once

#include "caravel/couple/process.hpp"
#include "caravel/study/model_builder.hpp"

namespace caravel::study {

/// Writes one slot per condition, always the same value.
class ConstantConditions final : public couple::Process {
  public:
    ConstantConditions(couple::Wiring& wiring, std::vector<Condition> conditions);
    std::string name() const override { return "constant conditions"; }
    void advance(couple::State& state, const couple::Window& window) const override;
    void initialise(couple::State& state) const;

  private:
    std::vector<Condition> conditions_;
    std::vector<couple::WriteHandle> handles_;
};

}  // namespace caravel::study
