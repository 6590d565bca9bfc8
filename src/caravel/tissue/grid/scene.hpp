// The tissue of a gridded tumour as it stands: how much tumour, how many vessels, which pressures.
#pragma once

#include "caravel/tissue/cells/cell_biology.hpp"
#include "caravel/tissue/grid/solute_spaces.hpp"
#include "caravel/tissue/interstitium/interstitial_fluid.hpp"

#include <span>
#include <vector>

namespace caravel::tissue {

/// Per voxel; follows the volume of cells.
struct Scene {
    std::vector<double> cells;       // volume of all cells and what lies between them
    std::vector<double> share;       // of tumour, 0..1: `cells` held between these
    std::vector<double> viable;      // volume of viable populations
    std::vector<double> dead;        // volume of dying cells
    std::vector<double> vessels;     // of the tumour, against their mean at the start
    std::vector<double> surface;     // 1/m
    std::vector<double> blood;       // blood per tissue volume
    std::vector<double> perfusion;   // 1/s
    std::vector<double> filtration;  // 1/s
    std::vector<double> drainage;    // 1/s
    std::vector<double> outflow;     // 1/s, of fluid through the voxel's faces
    double leakiness = 1.0;          // of the tumour's vessel walls, against the start
    double flow = 0.0;               // m3/s of blood through the whole domain, copies included
    double tumour_flow = 0.0;        // m3/s of it through the tumour
};

/// Mean of `vessels` over the tumour; 0 where none of it is left.
double mean_vessels(const Scene& scene);

/// At the ends of the box: beyond lies more of the same tissue, whose lymph vessels keep the
/// pressure, so that no fluid passes.
inline constexpr FaceCondition end_of_box{};

/// Whether blood and fluid of tissue are in a voxel of this region.
inline bool is_perfused(Region region) {
    return region == Region::normal || region == Region::tumour || region == Region::organ;
}

/// Blends tumour and normal tissue by the share of tumour in every voxel.
class SceneBuilder {
  public:
    explicit SceneBuilder(const GridPlan& plan);

    /// Sets what follows from the volumes of cells; `values(species)` are local amounts.
    /// `perfusion`: share of it that a treatment left in every voxel (empty: all).
    void follow_cells(Scene& scene, std::span<const double> fields,
                      std::span<const double> perfusion = {}) const;
    /// Sets the outflow of fluid with this velocity (m/s, on faces).
    void follow_flow(Scene& scene, const FaceField& velocity) const;
    /// Sets drainage and outflow that belong to pressures of the fluid (Pa) of an earlier balance.
    void follow_pressure(Scene& scene, std::span<const double> pressure) const;
    /// Terms of the interstitial fluid in a scene.
    FluidTerms fluid_terms(const Scene& scene) const;

    /// Vessel wall permeability times surface (1/s) of a solute in voxel i.
    double permeability_surface(const Scene& scene, const Solute& solute, std::size_t i) const;

    /// Part (0 to 1) of voxel i's content in vessels that is the tumour's, by blood volume.
    double tumour_part_of_blood(const Scene& scene, std::size_t i) const;
    const SoluteSpaces& spaces(int solute) const {
        return spaces_[static_cast<std::size_t>(solute)];
    }
    /// How what is in the interstitium of voxel i divides between tumour and normal tissue. What is
    /// held where it is lies in the tumour.
    SoluteSplit split_in(const Scene& scene, int solute, std::size_t i) const;
    /// Concentration at the vessel walls of voxel i, weighted with what they let through, per
    /// amount in its interstitium; `parts` as of split_in.
    double at_walls(const Scene& scene, int solute, const SoluteSplit& parts, std::size_t i) const;

  private:
    /// Permeability times surface (1/s) of the tumour's vessels in voxel i, per tissue volume.
    double tumour_wall(const Scene& scene, const Solute& solute, std::size_t i) const {
        return scene.share[i] * solute.permeability_surface * scene.vessels[i] * scene.leakiness;
    }
    double blood_fraction(const Scene& scene, std::size_t i) const;
    double lymph_conductance(const Scene& scene, std::size_t i) const;       // 1/Pa/s
    double hydraulic_conductivity(const Scene& scene, std::size_t i) const;  // m2/Pa/s
    double blend(double tumour, double normal, double share) const {
        return share * tumour + (1.0 - share) * normal;
    }

    const GridPlan& plan_;
    std::vector<double> pattern_;            // vessel surface against the tumour's mean
    std::vector<double> perfusion_pattern_;  // likewise
    std::vector<SoluteSpaces> spaces_;       // in the order of the plan's solutes
    std::vector<bool> held_;                 // likewise: nothing of it moves with the fluid
};

}  // namespace caravel::tissue
