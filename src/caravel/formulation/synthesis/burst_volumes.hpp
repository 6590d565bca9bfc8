// Particles of a burst as a finite-volume density, for `run_burst_volumes`.
#pragma once

#include "caravel/formulation/synthesis/aggregation.hpp"
#include "caravel/formulation/synthesis/burst_run.hpp"
#include "caravel/formulation/synthesis/finite_volume.hpp"

#include <vector>

namespace caravel::formulation::synthesis {

/// A Population (see burst_run.hpp) of cells over radius (m).
class CellPopulation {
  public:
    /// `pairs` (over cell volumes, kernel without its constant) may be null without aggregation; it
    /// must outlive the population.
    CellPopulation(std::vector<double> faces, const FixedPivot* pairs);

    void seed(const Seeds& seeds);
    void move(const GrowthLaw& law, double monomer, double dt);
    void add(double number, double radius) { cells_.add(number, radius); }
    void aggregate(double collision, double dt);
    void settle(const GrowthLaw&, double) {}

    double number() const { return cells_.moment(0); }                // 1/m3
    double mean() const;                                              // m, radius
    double deviation() const;                                         // m, radius
    double largest() const { return cells_.faces().back(); }          // m, radius
    double volume() const;                                            // 1
    double area() const;                                              // 1/m
    double uptake(const GrowthLaw& law, double monomer) const;        // m3/(mol s)
    double longest_step(const GrowthLaw& law, double monomer) const;  // s

    const FiniteVolume& cells() const { return cells_; }

  private:
    FiniteVolume cells_;
    const FixedPivot* pairs_ = nullptr;
};

/// Volumes (m3) that one particle of each cell counts.
std::vector<double> cell_volumes(std::span<const double> faces);

}  // namespace caravel::formulation::synthesis
