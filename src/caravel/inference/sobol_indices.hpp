// How much of an output's variance each parameter explains alone and with all its interactions.
#pragma once

#include "caravel/inference/bootstrap.hpp"
#include "caravel/inference/sobol.hpp"

namespace caravel::inference {

/// `base` pairs of points A, B of the unit cube (scrambled Sobol in twice the dimensions) and, for
/// each parameter, A with that coordinate of B.
struct SobolIndexPlan {
    std::size_t dimensions = 0;  // at most 64
    std::uint64_t base = 1024;   // a power of two keeps the points balanced
    std::uint64_t seed = 0;

    std::uint64_t points() const { return base * (dimensions + 2); }
};

/// Point i of the plan, a pure function of (plan, i); A, B, then A with coordinate 0, 1, ... of B,
/// for one base row after the other. Throws InputError for an empty plan or more than 64
/// dimensions, std::logic_error for i >= points().
std::vector<double> sobol_index_point(const SobolIndexPlan& plan, std::uint64_t i);

/// The same for many points without setting up the sequence for each; safe for several threads.
class SobolIndexDesign {
  public:
    explicit SobolIndexDesign(const SobolIndexPlan& plan);
    std::vector<double> point(std::uint64_t i) const;

  private:
    SobolIndexPlan plan_;
    SobolSequence sequence_;
};

/// Of one parameter. Estimates may fall a little outside of 0 to 1; they are not clamped.
struct SobolIndex {
    Estimate first;  // variance of the conditional mean over the variance
    Estimate total;  // with all interactions
};

/// First indices S = mean(f_B (f_AB - f_A)) / V (Saltelli 2010, outputs centred) and total ones
/// T = mean((f_A - f_AB)^2) / (2 V) (Jansen 1999), V the variance over A and B. Intervals by
/// resampling base rows, which for Sobol points is on the wide side. Throws InputError naming the
/// point of an output that is not finite, NumericalError when the output does not vary.
/// Sources: M. J. W. Jansen, Comput. Phys. Commun. 117 (1999) 35; A. Saltelli et al., Comput. Phys.
/// Commun. 181 (2010) 259.
std::vector<SobolIndex> sobol_indices(const SobolIndexPlan& plan, std::span<const double> outputs,
                                      const BootstrapOptions& options = {});

}  // namespace caravel::inference
