#include "caravel/tissue/grid/grid_stepper.hpp"

#include "caravel/exec/reduce.hpp"
#include "caravel/kinetics/voxel_solver.hpp"
#include "caravel/tissue/grid/grid_coefficients.hpp"
#include "caravel/tissue/grid/grid_molecules.hpp"
#include "caravel/tissue/grid/grid_oxygen.hpp"
#include "caravel/tissue/grid/grid_transport.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::tissue {
namespace {

/// Of the local kinetics in half a window. 1e-5 gives the same contents to 1e-4, at five times the
/// steps; windows of half the length change them by 3e-4 to 5e-3.
constexpr double local_tolerance = 3e-4;

/// What transport and coefficients were last prepared for. All else in a scene follows from it.
struct Seen {
    std::vector<double> share{};
    std::vector<double> perfusion{};
    std::vector<double> vessels{};
    std::vector<double> pressure{};  // of the fluid
    double leakiness = 0.0;
};

}  // namespace

struct GridStepper::Work {
    Work(const GridPlan& p, int threads)
        : plan(p),
          team(threads),
          voxels(p.domain.grid.cell_count()),
          local(p.local),
          solver(local, {local_tolerance, 10000}),
          builder(p),
          coefficients(p),
          oxygen(p),
          molecules(p),
          transport(p),
          outflow(p.species.size()) {
        active.reserve(p.domain.region.size());
        for (const auto region : p.domain.region)
            active.push_back(region == Region::outside ? 0 : 1);
        for (std::size_t s = 0; s < p.species.size(); ++s)
            if (p.species[s].motion == Motion::outflow)
                outflow[s].assign(static_cast<std::size_t>(voxels), 0.0);
    }

    std::size_t cells() const { return static_cast<std::size_t>(voxels); }
    std::span<double> field(std::span<double> fields, std::size_t i) const {
        return fields.subspan(i * cells(), cells());
    }
    std::span<double> oxygen_of(std::span<double> fields) const {
        return field(fields, plan.species.size());
    }
    std::span<double> pressure_of(std::span<double> fields) const {
        return field(fields, plan.species.size() + 1);
    }

    std::span<double> molecules_of(std::span<double> fields) const {
        return fields.subspan((plan.species.size() + 2) * cells(),
                              plan.input.molecules.size() * cells());
    }

    /// Scene, fluid and coefficients of transport from the cells and pressures in the fields.
    void look(std::span<double> fields, std::span<const double> perfusion = {});
    void run_local(std::span<double> fields, double dt);
    void grow_vessels(std::span<double> fields, double blockade, double dt) const;
    void kill(std::span<double> fields, std::span<const double> hazard, double dt) const;
    std::vector<double> collect();
    /// Part (0 to 1) of what a solute, or blood (-1), has in every voxel that is the tumour's.
    std::vector<double> tumour_part(const Scene& from, int solute);

    const GridPlan& plan;
    exec::ThreadTeam team;
    index_t voxels;
    kinetics::CompiledModel local;
    kinetics::VoxelSolver solver;
    SceneBuilder builder;
    GridCoefficients coefficients;
    GridOxygen oxygen;
    GridMolecules molecules;
    GridTransport transport;
    std::vector<unsigned char> active;
    std::vector<std::vector<double>> outflow;  // of species that leave
    Scene scene;
    Scene report_scene;
    Seen seen;
    GridStatistics statistics;
};

void GridStepper::Work::look(std::span<double> fields, std::span<const double> perfusion) {
    builder.follow_cells(scene, fields, perfusion);
    const auto pressure = pressure_of(fields);
    // From the stored pressure: what is in balance already stays as it is, bit by bit.
    if (plan.input.fluid) transport.solve_fluid(team, builder.fluid_terms(scene), pressure, scene);
    const bool moves =
        scene.share != seen.share ||
        !std::equal(pressure.begin(), pressure.end(), seen.pressure.begin(), seen.pressure.end());
    if (!moves && scene.perfusion == seen.perfusion && scene.vessels == seen.vessels &&
        scene.leakiness == seen.leakiness)
        return;
    if (plan.input.fluid) builder.follow_flow(scene, transport.velocity());
    if (moves) transport.prepare(team, scene);
    coefficients.follow_scene(team, builder, scene);
    seen = {scene.share,
            scene.perfusion,
            scene.vessels,
            {pressure.begin(), pressure.end()},
            scene.leakiness};
}

void GridStepper::Work::run_local(std::span<double> fields, double dt) {
    std::vector<double*> amounts;
    for (std::size_t s = 0; s < plan.species.size(); ++s)
        amounts.push_back(plan.species[s].motion == Motion::outflow ? outflow[s].data()
                                                                    : field(fields, s).data());
    const auto done = solver.advance(team, voxels, amounts, coefficients.values(), dt, active);
    statistics.voxel_steps += done.accepted + done.rejected;
}

/// Vessels follow the oxygen of the window before; VEGF that is blocked does nothing.
void GridStepper::Work::grow_vessels(std::span<double> fields, double blockade, double dt) const {
    const auto& growth = plan.input.angiogenesis->growth;
    const auto density = field(fields, plan.vessel_row());
    const auto effect = field(fields, plan.vessel_row() + 1);
    const auto pressure = oxygen_of(fields);
    std::fill(effect.begin(), effect.end(), blockade);
    for (std::size_t i = 0; i < density.size(); ++i) {
        const double vegf = (1.0 - blockade) * local_vegf(pressure[i], growth);
        density[i] = density_after(density[i], 1.0, vegf, dt, growth);
    }
}

/// Death by heat, cold and light over a window, exact for any rate.
void GridStepper::Work::kill(std::span<double> fields, std::span<const double> hazard,
                             double dt) const {
    for (std::size_t i = 0; i < hazard.size(); ++i) {
        if (hazard[i] <= 0.0) continue;
        const double left = std::exp(-hazard[i] * dt);
        for (const auto& death : plan.deaths) {
            double& from = fields[static_cast<std::size_t>(death.from) * cells() + i];
            const double moved = from - from * left;
            from -= moved;
            fields[static_cast<std::size_t>(death.to) * cells() + i] += moved;
        }
    }
}

std::vector<double> GridStepper::Work::collect() {
    std::vector<double> left(plan.returns.size(), 0.0);
    const double volume = plan.domain.grid.cell_volume() * plan.domain.copies;
    for (std::size_t s = 0; s < plan.species.size(); ++s) {
        if (plan.species[s].motion != Motion::outflow) continue;
        left[static_cast<std::size_t>(plan.species[s].outflow)] +=
            exec::sum(team, view_of(std::as_const(outflow[s]))) * volume;
        std::fill(outflow[s].begin(), outflow[s].end(), 0.0);
    }
    return left;
}

std::vector<double> GridStepper::Work::tumour_part(const Scene& from, int solute) {
    std::vector<double> part(cells());
    exec::for_each(team, voxels, [&](index_t i) {
        const auto v = static_cast<std::size_t>(i);
        part[v] = solute >= 0 ? builder.split_in(from, solute, v).part
                              : builder.tumour_part_of_blood(from, v);
    });
    return part;
}

GridStepper::GridStepper(const GridPlan& plan, int threads)
    : work_(std::make_unique<Work>(plan, threads)) {}
GridStepper::~GridStepper() = default;
GridStepper::GridStepper(GridStepper&&) noexcept = default;
GridStepper& GridStepper::operator=(GridStepper&&) noexcept = default;

std::size_t GridStepper::size() const { return work_->plan.field_rows() * work_->cells(); }

void GridStepper::initialise(std::span<double> fields) const {
    Work& w = *work_;
    std::fill(fields.begin(), fields.end(), 0.0);
    for (std::size_t s = 0; s < w.plan.species.size(); ++s) {
        const double initial = w.plan.local.initial()[s];
        if (initial == 0.0) continue;
        const auto values = w.field(fields, s);
        for (std::size_t i = 0; i < w.cells(); ++i)
            values[i] = initial * w.plan.domain.tumour_share[i];
    }
    if (w.plan.input.angiogenesis) {
        const auto density = w.field(fields, w.plan.vessel_row());
        std::fill(density.begin(), density.end(), 1.0);
    }
    w.look(fields);
    const auto oxygen = w.oxygen_of(fields);
    std::fill(oxygen.begin(), oxygen.end(), 0.5 * w.plan.oxygen.arterial_pressure);
    if (w.plan.input.oxygen) w.oxygen.balance(w.team, w.scene, oxygen);
    w.molecules.balance(w.team, w.scene, oxygen, w.molecules_of(fields));
}

std::vector<double> GridStepper::advance(std::span<double> fields, std::span<const double> inflow,
                                         std::span<const double> signals, double start, double end,
                                         const TreatedTissueFields& treated,
                                         std::span<const double> injected,
                                         double vegf_blockade) const {
    Work& w = *work_;
    const double dt = end - start;
    if (w.plan.input.angiogenesis) w.grow_vessels(fields, vegf_blockade, dt);
    w.look(fields, treated.perfusion);
    const auto oxygen = w.oxygen_of(fields);
    w.coefficients.follow_window(w.team, w.scene, inflow, signals, oxygen, w.molecules_of(fields),
                                 treated, start, end);
    w.coefficients.follow_injection(injected, dt);
    w.run_local(fields, 0.5 * dt);
    w.kill(fields, treated.hazard, dt);
    if (w.plan.input.oxygen)
        w.oxygen.balance(w.team, w.builder, fields, treated.perfusion, w.scene, oxygen);
    w.molecules.balance(w.team, w.scene, oxygen, w.molecules_of(fields));
    w.transport.advance(w.team, fields, dt, w.statistics);
    w.run_local(fields, 0.5 * dt);
    w.transport.move_tissue(w.team, fields, w.scene, start, end);
    ++w.statistics.windows;
    auto left = w.collect();
    const auto carried = w.transport.take_carried_out();
    for (std::size_t r = 0; r < left.size(); ++r) left[r] += carried[r];
    return left;
}

std::vector<GridStepper::Content> GridStepper::contents(std::span<const double> fields) const {
    Work& w = *work_;
    w.builder.follow_cells(w.report_scene, fields);
    if (w.plan.input.fluid)
        w.builder.follow_pressure(
            w.report_scene, fields.subspan((w.plan.species.size() + 1) * w.cells(), w.cells()));
    const double volume = w.plan.domain.grid.cell_volume() * w.plan.domain.copies;
    std::vector<std::vector<double>> parts(w.plan.solutes.size() + 1);
    std::vector<Content> contents;
    for (std::size_t s = 0; s < w.plan.species.size(); ++s) {
        const double* values = fields.data() + s * w.cells();
        const double all =
            volume * exec::sum_of(w.team, w.voxels, [=](index_t i) { return values[i]; });
        const auto& species = w.plan.species[s];
        if (species.motion == Motion::tissue || all == 0.0) {
            contents.push_back({all, 0.0});
            continue;
        }
        auto& stored = parts[static_cast<std::size_t>(index_t{species.solute} + 1)];
        if (stored.empty()) stored = w.tumour_part(w.report_scene, species.solute);
        const double* part = stored.data();
        const double inside =
            volume * exec::sum_of(w.team, w.voxels, [=](index_t i) { return part[i] * values[i]; });
        contents.push_back({inside, all - inside});
    }
    return contents;
}

GridStepper::Content GridStepper::blood_flow(std::span<const double> fields,
                                             std::span<const double> perfusion) const {
    work_->builder.follow_cells(work_->report_scene, fields, perfusion);
    const Scene& scene = work_->report_scene;
    return {scene.tumour_flow, scene.flow - scene.tumour_flow};
}

double GridStepper::vessel_density(std::span<const double> fields) const {
    work_->builder.follow_cells(work_->report_scene, fields);
    return mean_vessels(work_->report_scene);
}

const GridStatistics& GridStepper::statistics() const { return work_->statistics; }

}  // namespace caravel::tissue
