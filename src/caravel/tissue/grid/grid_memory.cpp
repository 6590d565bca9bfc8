#include "caravel/tissue/grid/grid_memory.hpp"

#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <unistd.h>
#include <algorithm>

namespace caravel::tissue {
namespace {

constexpr double number = sizeof(double);
// Numbers per voxel, counted in the classes that hold them.
// Capacity, conductances (in single precision), velocity; split between both tissues, part that is
// the tumour's.
constexpr double per_solute = 1 + 1.5 + 3 + 3 + 1;
// What all solutes convect in: stages, velocities and inverse capacities in rows of whole vectors.
constexpr double convecting = 1.2 * (3 + 3 + 1);
constexpr double per_scene = 11;
constexpr double seen = 4;              // what the coefficients were made from
constexpr double elliptic_solver = 12;  // finest level, right-hand sides, coarser levels
// Scenes, vessels, domain, depth; files and pictures of the fields while the report is made.
constexpr double fixed = 3 * per_scene + seen + convecting + 14 + 30;

}  // namespace

double grid_memory(const GridPlan& plan, double voxels) {
    const auto species = static_cast<double>(plan.species.size());
    const auto maps =
        static_cast<double>(plan.varying.size() + plan.exchanges.size() + plan.releases.size() +
                            plan.injected.size() + plan.sites.size());
    const auto leaving = static_cast<double>(
        std::count_if(plan.species.begin(), plan.species.end(),
                      [](const GridSpecies& s) { return s.motion == Motion::outflow; }));
    const double solvers = (plan.input.oxygen ? elliptic_solver + 3 : 0) +
                           (plan.input.fluid ? 2 * elliptic_solver + 10 : 0) + elliptic_solver + 10;
    const auto molecules = static_cast<double>(plan.input.molecules.size());
    const auto vessels = static_cast<double>(plan.input.angiogenesis ? vessel_rows : 0);
    const double treated = plan.treated ? 2.0 * treated_rows : 0.0;  // as a sweep got them
    const double fields = 3.0 * (species + 2.0 + molecules + vessels) + elliptic_solver * molecules;
    const double numbers = fields + treated + maps + leaving + solvers + fixed +
                           per_solute * static_cast<double>(plan.solutes.size());
    return number * numbers * voxels;
}

void check_grid_memory(const GridPlan& plan, const DomainSize& size) {
    const double needed = grid_memory(plan, size.cells);
    const double there =
        static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
    if (needed <= 0.9 * there) return;
    constexpr double gib = 1024.0 * 1024.0 * 1024.0;
    throw ResourceError(fmt::format(
        "tumour '{}' needs about {:.1f} GiB for {:.3g} voxels ({} x {} x {}) with {} species each; "
        "this machine has {:.1f} GiB: a coarser resolution, symmetry = \"octant\", or fewer "
        "carriers and drugs",
        plan.name, needed / gib, size.cells, size.grid.nx, size.grid.ny, size.grid.nz,
        plan.species.size(), there / gib));
}

}  // namespace caravel::tissue
