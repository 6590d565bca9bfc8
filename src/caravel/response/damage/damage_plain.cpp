#include "caravel/response/damage/damage_kernels.hpp"
#include "caravel/response/damage/thermal_ramp.hpp"

#include <algorithm>

namespace caravel::response {
namespace {

/// Advances tolerance; gives the rate of kill relative to cells that were never warmed.
double follow_heat_shock(const DamageConstants& c, DamageBlock& b, std::size_t i, double dose) {
    if (c.rows.tolerance < 0) return 1.0;
    double& stress = b.at(c.rows.stress)[i];
    double& tolerance = b.at(c.rows.tolerance)[i];
    const double cool = 1.0 - share_from(b.start[i], b.end[i], c.heat_shock.blocking_temperature);
    const HeatShock next = heat_shock_after(c.heat_shock, {stress, tolerance}, dose, b.dt, cool);
    const double mean = 0.5 * (tolerance + next.tolerance);
    stress = next.stress;
    tolerance = next.tolerance;
    return relative_kill_rate(c.heat_shock, mean);
}

void heat_voxel(const DamageConstants& c, DamageBlock& b, std::size_t i) {
    const double start = b.start[i];
    const double end = b.end[i];
    const double dose = cem43_dose(start, end, b.dt, c.limits);
    b.at(c.rows.cem43)[i] += dose;
    const double rate = follow_heat_shock(c, b, i, dose);
    if (c.rows.felt_dose >= 0) b.at(c.rows.felt_dose)[i] += rate * dose;
    if (c.rows.cells >= 0)
        b.at(c.rows.cells)[i] += rate * arrhenius_dose(c.cells, start, end, b.dt);
    if (c.rows.vessels >= 0) b.at(c.rows.vessels)[i] += arrhenius_dose(c.vessels, start, end, b.dt);
    if (c.rows.coagulation >= 0)
        b.at(c.rows.coagulation)[i] += arrhenius_dose(c.coagulation, start, end, b.dt);
    if (c.rows.alive < 0) return;
    double& alive = b.at(c.rows.alive)[i];
    double& vulnerable = b.at(c.rows.vulnerable)[i];
    const CellShares cells =
        three_state_advance(c.three_state, {alive, vulnerable}, start, end, b.dt, rate);
    alive = cells.alive;
    vulnerable = cells.vulnerable;
}

}  // namespace

void heat_plainly(const DamageConstants& c, DamageBlock& b) {
    for (std::size_t i = 0; i < block_voxels; ++i) heat_voxel(c, b, i);
}

void freeze(const DamageConstants& c, DamageBlock& b) {
    double* const hazard = b.at(c.rows.hazard);
    double* const lowest = b.at(c.rows.lowest);
    double* const coldest = b.at(c.rows.coldest);
    double* const cooling = b.at(c.rows.cooling);
    double* const time = b.at(c.rows.time);
    double* const cycles = b.at(c.rows.cycles);
    const double point = c.freezing.freezing_point;
    for (std::size_t i = 0; i < block_voxels; ++i) {
        if (std::min({b.start[i], b.end[i], lowest[i]}) >= point) continue;
        const FreezingState state{hazard[i], lowest[i], coldest[i], cooling[i], time[i], cycles[i]};
        const FreezingState next =
            freezing_after(c.freezing, state, b.start[i], b.end[i], b.dt, b.sites[i]);
        hazard[i] = next.hazard;
        lowest[i] = next.lowest;
        coldest[i] = next.coldest;
        cooling[i] = next.cooling;
        time[i] = next.time;
        cycles[i] = next.cycles;
    }
}

}  // namespace caravel::response
