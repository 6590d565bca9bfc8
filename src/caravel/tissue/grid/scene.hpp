// The tissue of a gridded tumour as it stands: how much tumour, how many vessels, which pressures.
#pragma once

#include "caravel/tissue/cells/cell_biology.hpp"
#include "caravel/tissue/grid/grid_plan.hpp"
#include "caravel/tissue/interstitium/interstitial_fluid.hpp"

#include <span>
#include <vector>

namespace caravel::tissue {

/// Per voxel; follows the volume of cells.
struct Scene {
    std::vector<double> cells;         // volume of all cells and what lies between them
    std::vector<double> share;         // of tumour, 0..1: `cells` held between these
    std::vector<double> viable;        // volume of viable populations
    std::vector<double> dead;          // volume of dying cells
    std::vector<double> surface;       // 1/m
    std::vector<double> blood;         // blood per tissue volume
    std::vector<double> perfusion;     // 1/s
    std::vector<double> interstitium;  // per tissue volume
    std::vector<double> filtration;    // 1/s
    std::vector<double> drainage;      // 1/s
    double flow = 0.0;                 // m3/s of blood through the whole domain, copies included
    double tumour_flow = 0.0;          // m3/s of it through the tumour
};

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
    /// Terms of the interstitial fluid in a scene.
    FluidTerms fluid_terms(const Scene& scene) const;

    /// Vessel wall permeability times surface (1/s) of a solute in voxel i.
    double permeability_surface(const Scene& scene, const Solute& solute, std::size_t i) const;

    /// Part (0 to 1) of voxel i's content in vessels, or of a solute in the interstitium, that is
    /// the tumour's: by blood volume, and by what its vessels let out. A voxel on the surface that
    /// is half tumour holds nearly all its carriers there.
    double tumour_part_of_blood(const Scene& scene, std::size_t i) const;
    double tumour_part(const Scene& scene, const Solute& solute, std::size_t i) const;

  private:
    double blend(double tumour, double normal, double share) const {
        return share * tumour + (1.0 - share) * normal;
    }

    const GridPlan& plan_;
    std::vector<double> pattern_;            // vessel surface against the tumour's mean
    std::vector<double> perfusion_pattern_;  // likewise
};

}  // namespace caravel::tissue
