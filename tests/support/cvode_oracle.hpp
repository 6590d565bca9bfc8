// SUNDIALS CVODE (BDF, dense) on the right-hand side of a CompiledModel: an independent solver to
// compare with.
#pragma once

#include "caravel/kinetics/model.hpp"

#include <memory>
#include <span>
#include <vector>

namespace caravel::test {

/// Weights as in kinetics::SolverOptions: absolute tolerance = scale * rtol * factor.
struct CvodeOptions {
    double relative_tolerance = 1e-10;
    double absolute_factor = 1e-3;
    bool analytic_jacobian = true;  // false: CVODE's difference quotient
};

/// One CVODE instance; `run` may be repeated and reuses its memory.
class CvodeOracle {
  public:
    CvodeOracle(const kinetics::CompiledModel& model, CvodeOptions options);
    ~CvodeOracle();

    /// States at the output times (row per time) from y at t = 0. Throws std::runtime_error when
    /// CVODE fails.
    std::vector<double> run(std::span<const double> y, std::span<const double> output_times);
    long steps() const;

  private:
    struct Memory;
    std::unique_ptr<Memory> memory_;
};

}  // namespace caravel::test
