// Particles of a burst as size classes that move with their particles, for recipes that ripen.
#pragma once

#include "caravel/formulation/synthesis/burst_run.hpp"

#include <cstddef>
#include <vector>

namespace caravel::formulation::synthesis {

/// A Population (see burst_run.hpp) of point classes in order of radius (m). Classes follow their
/// characteristics, so there is no numerical diffusion. Neighbours merge when nuclei make them too
/// many, halve when dissolution leaves too few; both keep number and volume.
class ClassPopulation {
  public:
    /// Holds `kept` to twice as many classes; below `smallest_radius` (m) there are no particles.
    ClassPopulation(double smallest_radius, std::size_t kept);
    ClassPopulation(double smallest_radius, std::size_t kept, const Seeds& seeds);

    void move(const GrowthLaw& law, double monomer, double dt);
    void add(double number, double radius);
    void aggregate(double collision, double dt);
    void settle(const GrowthLaw& law, double monomer);

    double number() const;                                            // 1/m3
    double mean() const;                                              // m, radius
    double deviation() const;                                         // m, radius
    double largest() const { return empty() ? 0.0 : radii_.back(); }  // m, radius
    double volume() const;                                            // 1
    double area() const;                                              // 1/m
    double uptake(const GrowthLaw& law, double monomer) const;        // m3/(mol s)
    double longest_step(const GrowthLaw& law, double monomer) const;  // s

    bool empty() const { return radii_.empty(); }
    std::size_t size() const { return radii_.size(); }

  private:
    double moment(int power) const;
    /// Collisions for at most `longest` (s); returns how long.
    double collide_once(double collision, double longest);
    void merge_to(std::size_t count);
    void halve();

    double smallest_ = 0.0;
    std::size_t kept_ = 0;
    std::vector<double> radii_;    // m
    std::vector<double> weights_;  // 1/m3
};

/// A burst and what stands still afterwards.
struct ClassedBurst {
    BurstResult result;         // of the reaction
    ClassPopulation particles;  // at its end
};

/// The burst by `kept` to twice as many size classes. Throws what run_burst_moments() throws.
ClassedBurst run_burst_classes(const BurstSystem& system, std::size_t kept);

/// Ageing of what a reaction left: `precursor` and `monomer` (mol/m3) at the given temperature (K)
/// for `duration` (s), with nucleation, growth, ripening and collisions as in the reaction.
BurstResult age_classes(const BurstSystem& system, const ClassPopulation& particles,
                        double precursor, double monomer, double temperature, double duration);

}  // namespace caravel::formulation::synthesis
