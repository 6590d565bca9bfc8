// Interstitial fluid: Darcy flow between leaky vessels, lymph and the surroundings.
#pragma once

#include "caravel/tissue/domain/domain.hpp"
#include "caravel/tissue/fields/elliptic_solver.hpp"

namespace caravel::tissue {

/// Coefficients per voxel.
struct FluidTerms {
    std::vector<double> conductivity;        // m2/Pa/s, of the tissue
    std::vector<double> vessel_conductance;  // 1/Pa/s, Lp S/V of the wall
    std::vector<double> vessel_pressure;     // Pa, effective: p_v - sigma (pi_v - pi_i)
    std::vector<double> lymph_conductance;   // 1/Pa/s
    double lymph_pressure = 0.0;             // Pa
};

struct FluidField {
    std::vector<double> pressure;    // Pa, interstitial fluid pressure
    std::vector<double> filtration;  // 1/s, out of vessels, per tissue volume
    std::vector<double> drainage;    // 1/s, into lymph, per tissue volume
    FaceField velocity;              // m/s, Darcy velocity on faces
    EllipticResult solver;
};

/// -div(K grad p) = Lp S/V (p_eff - p) - L (p - p_L); `boundary` holds on faces that are not
/// mirrored (e.g. pressure 0 far away or on the skin). `guess` may hold an earlier pressure.
FluidField solve_interstitial_fluid(exec::ThreadTeam& team, const Domain& domain,
                                    const FluidTerms& terms, const FaceCondition& boundary,
                                    const std::vector<double>& guess = {});

/// The same with conductances (m/Pa/s) that the caller has, e.g. of a line of shells or with an
/// immersed surface; the conductivity among `terms` is not looked at.
FluidField solve_interstitial_fluid(exec::ThreadTeam& team, const Grid& grid,
                                    const FaceField& conductances, const Boundaries& faces,
                                    const FluidTerms& terms, const std::vector<double>& guess = {});

/// Darcy velocity (m/s) on faces: conductance (m/Pa/s) times pressure drop (Pa).
FaceField darcy_velocity(const Grid& grid, const std::vector<double>& pressure,
                         const FaceField& conductances, const Boundaries& faces);

/// Volume flows (m3/s) of the grid, mirror images not included: filtered = drained + outflow.
struct FluidLedger {
    double filtered = 0.0;
    double drained = 0.0;
    double outflow = 0.0;  // through the faces of the box
};
FluidLedger ledger(const Grid& grid, const FluidField& field);

}  // namespace caravel::tissue
