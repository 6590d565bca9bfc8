// What a bioheat solver keeps: coefficients of the voxels, the terms of a step, and its books.
#pragma once

#include "caravel/tissue/fields/elliptic_solver.hpp"
#include "caravel/tissue/fields/factored_solver.hpp"
#include "caravel/tissue/heat/heat_stages.hpp"
#include "caravel/tissue/heat/pennes.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace caravel::tissue {

/// Lowest and highest values that a step may lead to: no heat flows from cold to warm.
struct HeatBounds {
    double low = 0.0;   // K, rise
    double high = 0.0;  // K, rise
};

struct PennesSolver::Work {
    explicit Work(const HeatMedium& given);

    /// Capacities and conductivities from the medium's factors.
    void follow_medium();
    /// Conductances at these temperatures (K); they matter where a tissue has a slope.
    void set_conductances(exec::ThreadTeam& team, View<const double> temperature);
    /// Conductances of the ways that a border cuts elsewhere than half-way.
    void cut_links(View<const double> now);
    void find_fastest(exec::ThreadTeam& team);
    void couple_walls(View<const double> conductivity);
    /// Loss and supply of the voxels, and `rise` = temperature - arterial. Throws InputError for
    /// what is wrong in `drive`, NumericalError for temperatures that are not finite.
    void set_terms(exec::ThreadTeam& team, View<const double> temperature, const HeatDrive& drive);
    /// The box's faces as loss and supply of the voxels behind them.
    void add_walls();
    /// Heat that comes through the box's faces at the mean temperatures (W over a voxel's volume).
    double pass_walls() const;
    /// Values between which `rise` must stay over a step (s).
    HeatBounds bounds(double dt) const;
    /// Linear implicit step (s) of `rise`; adds `share` of its mean over the step to `mean`.
    void implicit_step(exec::ThreadTeam& team, double dt, bool second_order, double share);
    double splitting(double time) const;
    void solve_stage(exec::ThreadTeam& team, const FactoredSolver<double>& solver,
                     View<const double> u, View<double> result, double time);
    EllipticSolver& hold_elliptic(exec::ThreadTeam& team);
    bool resolves(exec::ThreadTeam& team) const;
    /// Steps of second order, halved until they keep the bounds; at last four of first order.
    void bounded_step(exec::ThreadTeam& team, double dt);
    void explicit_step(exec::ThreadTeam& team, double dt);
    /// Conductances half-way through the step, from a predictor of first order.
    void predict_conductances(exec::ThreadTeam& team, double dt);
    /// Writes the temperatures; the books of what brought them about.
    HeatBalance close_books(exec::ThreadTeam& team, View<double> temperature,
                            const HeatDrive& drive, double dt);

    const HeatMedium* medium;
    Grid grid;
    index_t cells = 0;
    bool is_sloped = false;
    std::vector<double> capacity;      // J/m3/K
    std::vector<double> conductivity;  // W/m/K, with the particles' factor
    std::vector<double> current;       // conductivity at the temperatures, where one has a slope
    FaceField faces;                   // W/m2/K; 0 on the outside
    std::array<std::vector<double>, 6> wall;  // W/m3/K, of the voxels at the box's faces
    Vector3 fastest{};  // 1/s, conductances of a voxel along the axes over its capacity
    bool has_conductances = false;
    bool is_elliptic_set = false;

    double arterial = 0.0;  // K, of which `rise` counts
    HeatBounds surroundings;
    HeatBounds heating;          // K/s, of sources over capacity
    std::vector<double> loss;    // W/m3/K
    std::vector<double> supply;  // W/m3
    std::vector<double> rise;    // K
    std::vector<double> mean;    // K, rise over the step
    std::vector<double> saved;
    std::vector<double> stage;
    std::vector<double> storage;
    std::vector<double> correction;
    std::vector<double> stage_loss;
    std::vector<double> stage_supply;
    std::vector<double> scratch;
    std::optional<HeatStages<double>> stages;
    std::unique_ptr<EllipticSolver> elliptic;
};

}  // namespace caravel::tissue
