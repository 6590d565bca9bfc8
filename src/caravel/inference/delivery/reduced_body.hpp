// Linear kinetics of a particle in a body reduced to plasma, one exchanging interstitium, organs
// that capture and a tumour: solved in closed form.
#pragma once

#include "caravel/body/law_rates.hpp"
#include "caravel/inference/delivery/delivery_case.hpp"

#include <array>

namespace caravel::inference::delivery {

/// The closed solution for one set of rates, after a bolus of 1 into plasma at t = 0.
///
///   P' = -(f sum_i k_i + k_x + k_u + k_T + k_l) P + r X,   X' = k_x P - r X
///   C_i' = f k_i P - g_i C_i       captured by organ i
///   E' = k_T P - (k_out + k_b) E,  R' = k_b E - l R     tumour: free and retained
///
/// k_x is the sum over the exchanging organs, each of which holds its part of X; k_l is the leak
/// of payload. What is measured
/// in blood is P + b sum_i C_i: captured particles set some of their label free. The particles of a
/// batch differ: f is log-normal with median 1, taken by Gauss and Hermite's rule of 5 nodes.
/// Of the label a part is found nowhere: it came off at once, or the dose was not given in full.
/// Mixing in the blood (seconds) and exchange within an organ's capillaries are taken as complete;
/// what the tumour drains does not return (below 1 % of the dose).
class ReducedBody {
  public:
    /// `vessels`: part of all blood that is in each organ's vessels.
    ReducedBody(const body::RateConstants& rates,
                const std::array<double, body::law_organ_count>& vessels);

    /// Fraction of the dose at a place, vessels included as far as the rates say; urine and faeces
    /// are cumulative. All by the label that is found. t in s, at least 0.
    double fraction(Place place, double time) const;

    /// Amount of particles in plasma, without label that was set free, and its integral (s).
    double plasma(double time) const;
    double plasma_integral(double time) const;

  private:
    /// Plasma's two modes for particles of one kind.
    struct Kind {
        double weight = 0.0;
        double capture = 0.0;             // factor f
        std::array<double, 2> decay{};    // 1/s
        std::array<double, 2> portion{};  // of plasma
    };
    double integral(const Kind& kind, double time) const;
    double captured(const Kind& kind, double inflow, double loss, double time) const;
    double all_captured(const Kind& kind, double time) const;
    double blood(double time) const;
    double tumour(const Kind& kind, double time) const;
    double content(Place place, double time) const;  // no label lost
    double organ(const Kind& kind, std::size_t organ, double time) const;
    double faeces(const Kind& kind, double time) const;

    body::RateConstants rates_;
    double capture_ = 0.0;  // sum of the organs
    double exchange_ = 0.0;
    std::array<double, body::law_organ_count> vessels_;
    std::array<Kind, 5> kinds_;
};

}  // namespace caravel::inference::delivery
