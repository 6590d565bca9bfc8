// Collisions and break-up of particles: kernels, moments and a fixed-pivot scheme that conserves
// number and mass.
#pragma once

#include "caravel/formulation/synthesis/moments.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace caravel::formulation::synthesis {

/// Brownian collision kernel (m3/s) of radii a and b: 2 kT/(3 eta W) (a + b)^2/(a b)
/// (Smoluchowski 1917, Fuchs 1934), continuum regime, W the stability ratio.
double brownian_kernel(double a, double b, double temperature, double viscosity,
                       double stability_ratio);

/// Rate of collisions or of breaking in the units of the caller.
using PairKernel = std::function<double(double, double)>;

/// Radii: every pair of nodes meets at kernel(a, b) for `duration`, their volumes add; pairs become
/// nodes. Mass is kept, weights stay positive; second order in `duration`, which should let only a
/// small part of the particles collide. The result has up to n (n + 3)/2 nodes.
Quadrature aggregated(const Quadrature& radii, const PairKernel& kernel, double duration);

/// d m_k/dt of the moments k = 0 .. count-1 over volume, by collisions of the nodes.
std::vector<double> aggregation_rates(const Quadrature& volumes, const PairKernel& kernel,
                                      int count);

/// d m_k/dt by breaking with rate `selection`(v) into two fragments, every split alike:
/// S(v) v^k (2/(k + 1) - 1).
std::vector<double> breaking_rates(const Quadrature& volumes,
                                   const std::function<double(double)>& selection, int count);

/// Fixed pivots (Kumar and Ramkrishna 1996): what lands between two pivots is shared so that
/// number and volume are both kept; above the last pivot volume is kept and number is not.
class FixedPivot {
  public:
    /// `volumes`: pivots, ascending. `kernel` of two volumes; evaluated once per pair.
    FixedPivot(std::vector<double> volumes, const PairKernel& kernel);

    /// dN/dt (1/m3/s) of the pivots by collisions, scaled by `factor`.
    void add_aggregation(std::span<const double> numbers, double factor,
                         std::span<double> rates) const;

    /// dN/dt by breaking in two with rate `selection`(v), every split alike.
    void add_breaking(std::span<const double> numbers,
                      const std::function<double(double)>& selection,
                      std::span<double> rates) const;

    const std::vector<double>& volumes() const { return volumes_; }

  private:
    struct Target {
        std::int32_t lower = 0;
        double share = 1.0;  // number that goes to `lower`; the rest of the volume one above
        double above = 0.0;
        double kernel = 0.0;
    };
    std::vector<double> volumes_;
    std::vector<Target> targets_;  // pairs i <= j, row by row
};

}  // namespace caravel::formulation::synthesis
