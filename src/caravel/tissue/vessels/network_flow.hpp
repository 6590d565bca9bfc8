// Blood and red cells in a vessel network.
#pragma once

#include "caravel/tissue/vessels/network.hpp"
#include "caravel/tissue/vessels/rheology.hpp"

#include <atomic>
#include <vector>

namespace caravel::tissue {

struct FlowOptions {
    BloodViscosity viscosity = BloodViscosity::in_vivo;
    double plasma_viscosity = 1.2e-3;  // Pa s (Owen 2011: 0.72 g/(cm min))
    double inflow_haematocrit = 0.45;  // discharge, of blood that enters (Owen 2011)
    bool phase_separation = true;      // false: daughters get the mother's haematocrit
    double tolerance = 1e-8;           // of haematocrit and of relative flow between two rounds
    int most_rounds = 500;
    const std::atomic<bool>* cancel = nullptr;
};

/// Steady flow: Poiseuille's law with apparent viscosity, red cells by phase separation.
struct NetworkFlow {
    std::vector<double> pressure;       // Pa, per node
    std::vector<double> flow;           // m3/s of blood, per segment, positive from `from` to `to`
    std::vector<double> haematocrit;    // discharge, per segment
    std::vector<double> boundary_flow;  // m3/s that enter per node (leave: negative)
    double total_inflow = 0.0;          // m3/s, sum of what enters
    int rounds = 0;
    double change = 0.0;     // of the last round
    double imbalance = 0.0;  // of the linear solver (conductance_solver.hpp)
};

/// Flow and haematocrit in turn, with damping, until both stay. At every node without a held
/// pressure blood and red cells balance to rounding (the last haematocrits are those of the last
/// flows). Branchings of one vessel into two separate phases (rheology.hpp); at other nodes cells
/// mix and leave with one haematocrit. No daughter exceeds 0.95: what she cannot carry goes to her
/// sister. Vessels without flow have the haematocrit of the node with the higher pressure.
/// Valid for steady laminar flow in rigid vessels that do not leak. Throws InputError (see
/// check_network; haematocrit outside 0 to 0.9, vessels too narrow for red cells, conductances out
/// of range), NumericalError when rounds run out, Interrupted when cancelled.
NetworkFlow solve_flow(const VesselNetwork& network, const FlowOptions& options = {});

/// Volume flow (m3/s) per pressure (Pa) through a tube: pi r^4/(8 viscosity length).
double poiseuille_conductance(double radius, double length, double viscosity);

}  // namespace caravel::tissue
