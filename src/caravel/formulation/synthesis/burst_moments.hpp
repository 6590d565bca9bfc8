// Particles of a burst as nodes of a Gauss rule, for `run_burst_moments`.
#pragma once

#include "caravel/formulation/synthesis/burst_run.hpp"
#include "caravel/formulation/synthesis/moments.hpp"

namespace caravel::formulation::synthesis {

/// A Population (see burst_run.hpp) of nodes over radius (m).
class NodePopulation {
  public:
    explicit NodePopulation(double smallest_radius);
    NodePopulation(double smallest_radius, const Seeds& seeds);

    void move(const GrowthLaw& law, double monomer, double dt);
    void add(double number, double radius);
    void aggregate(double collision, double dt);
    /// Gathers nuclei into a Gauss rule; fills small sizes in where nodes ran out by dissolution.
    void settle(const GrowthLaw& law, double monomer);

    double number() const;                                      // 1/m3
    double mean() const;                                        // m, radius
    double deviation() const;                                   // m, radius
    double largest() const;                                     // m, radius
    double volume() const;                                      // 1
    double area() const;                                        // 1/m
    double uptake(const GrowthLaw& law, double monomer) const;  // m3/(mol s)
    double longest_step(const GrowthLaw& law, double monomer) const;

  private:
    double smallest_ = 0.0;
    Quadrature nodes_;
};

/// The seeds of a system as nodes.
NodePopulation seeded_nodes(const BurstSystem& system);

}  // namespace caravel::formulation::synthesis
