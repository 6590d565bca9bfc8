// What moves between the voxels of a tumour: solutes with diffusion and fluid, cells with the
// tissue.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/tissue/cells/tissue_carrier.hpp"
#include "caravel/tissue/cells/tissue_motion.hpp"
#include "caravel/tissue/fields/convection.hpp"
#include "caravel/tissue/grid/scene.hpp"

#include <memory>
#include <span>
#include <vector>

namespace caravel::tissue {

struct GridStatistics;

class GridTransport {
  public:
    explicit GridTransport(const GridPlan& plan);

    /// Pressure in balance; sets the scene's filtration and drainage and the fluid's velocity.
    void solve_fluid(exec::ThreadTeam& team, const FluidTerms& terms, std::span<double> pressure,
                     Scene& scene);
    /// Velocity (m/s, on faces) of the fluid in balance.
    const FaceField& velocity() const { return velocity_; }
    /// Diffusion and convection of every solute in this scene and with this velocity.
    void prepare(exec::ThreadTeam& team, const Scene& scene);
    /// Share of the tissue's volume that a solute may fill, per voxel.
    View<const double> capacity(int solute) const {
        return view_of(solutes_[static_cast<std::size_t>(solute)].capacity);
    }

    /// Half the convection, diffusion, half the convection of all species in the fluid.
    void advance(exec::ThreadTeam& team, std::span<double> fields, double dt,
                 GridStatistics& statistics);
    /// Moves what belongs to cells as their volume grew since `scene`. Throws NumericalError when
    /// the tumour reaches the end of the box.
    void move_tissue(exec::ThreadTeam& team, std::span<double> fields, const Scene& scene,
                     double start, double end);
    /// Amounts per return that the fluid carried out of the box since the last call.
    std::vector<double> take_carried_out();

  private:
    struct SoluteTransport {
        explicit SoluteTransport(const Grid& grid);
        std::vector<double> capacity;
        VariableDiffusion diffusion;
        Convection convection;
    };
    void advance_species(exec::ThreadTeam& team, std::size_t species, View<double> u, double dt,
                         GridStatistics& statistics);

    void move_vessels(exec::ThreadTeam& team, std::span<double> fields,
                      const std::vector<double>& filling, const FaceField& velocity, double dt);
    void check_inside(const std::vector<double>& left, double start, double end) const;

    const GridPlan& plan_;
    std::vector<SoluteTransport> solutes_;
    FaceField velocity_;
    bool flows_ = false;
    TissueMotion motion_;
    TissueCarrier cells_;  // volumes of cells
    Convection in_cells_;  // substances in and on them
    std::vector<double> scratch_;
    std::vector<double> convection_scratch_;
    std::vector<double> carried_out_;
};

}  // namespace caravel::tissue
