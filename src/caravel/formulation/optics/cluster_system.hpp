// The linear system of coupled multipoles: p_i = T_i (a_i + sum_j H_ij p_j).
#pragma once

#include "caravel/formulation/optics/cluster.hpp"
#include "caravel/formulation/optics/translation.hpp"

#include <span>
#include <vector>

namespace caravel::formulation::optics {

/// Unknowns of all spheres one after the other: WaveCoefficients of order N_i each.
///
/// Solved in the scaled unknowns q = g p, g_l = |h_l(k R_i)|, in which every element is of order
/// one or smaller however high the orders are.
class ClusterSystem {
  public:
    /// `orders` = one per sphere. Throws InputError where outgoing waves would overflow.
    ClusterSystem(const std::vector<ClusterSphere>& spheres, double wave_number,
                  std::vector<int> orders, int threads);

    std::size_t size() const { return first_.back(); }
    std::size_t first(std::size_t sphere) const { return first_[sphere]; }
    const std::vector<int>& orders() const { return orders_; }

    /// Outgoing waves of every sphere for each excitation (the regular waves that arrive at it from
    /// outside). Dense factors when `direct`, else GMRES to 1e-12 each.
    struct Solution {
        std::vector<WaveCoefficients> outgoing;  // by excitation
        int iterations = 0;                      // largest count; 0 for the dense solver
        double residual = 0.0;                   // largest, relative
    };
    Solution solve(const std::vector<WaveCoefficients>& excitations, bool direct) const;

    /// Power (in units of the incident intensity, m2) that sphere i takes in:
    /// sum |p|^2 (Re(1/t) - 1) / k^2 with t = a_l or b_l.
    double absorbed(std::size_t sphere, const WaveCoefficients& outgoing) const;

  private:
    void couple(std::size_t sphere, std::span<const std::complex<double>> outgoing,
                std::span<std::complex<double>> arriving) const;
    void multiply(std::span<const std::complex<double>> in,
                  std::span<std::complex<double>> out) const;
    Solution solve_dense(const std::vector<WaveCoefficients>& excitations) const;
    Solution solve_iterative(const std::vector<WaveCoefficients>& excitations) const;
    const WaveTranslation& pair(std::size_t low, std::size_t high) const;

    double wave_number_;
    std::vector<int> orders_;
    int threads_;
    std::vector<std::size_t> first_;              // one more than spheres
    std::vector<std::complex<double>> response_;  // T: minus b_l (magnetic), minus a_l (electric)
    std::vector<double> scale_;                   // g
    std::vector<WaveTranslation> pairs_;          // low < high, waves of `high` at `low`
};

}  // namespace caravel::formulation::optics
