// A few voxels with all of their rows: what the kernels of the damage model work on.
#pragma once

#include "caravel/base/view.hpp"
#include "caravel/response/damage/arrhenius.hpp"
#include "caravel/response/damage/freezing_injury.hpp"
#include "caravel/response/damage/heat_shock.hpp"
#include "caravel/response/damage/thermal_dose.hpp"
#include "caravel/response/damage/three_state.hpp"
#include "caravel/response/damage/vascular_shutdown.hpp"

namespace caravel::response {

/// Numbers of the rows; -1: not kept.
struct DamageRows {
    int cem43 = -1;
    int felt_dose = -1;  // s at 43 Cel as cells that grow tolerant feel it, of model cem43
    int cells = -1;      // Omega, of model arrhenius
    int alive = -1;      // of model three_state
    int vulnerable = -1;
    int vessels = -1;  // Omega
    int coagulation = -1;
    int stress = -1;  // of heat shock
    int tolerance = -1;
    int hazard = -1;  // of freezing
    int lowest = -1;
    int coldest = -1;
    int cooling = -1;
    int time = -1;
    int cycles = -1;
};

struct DamageConstants {
    DamageRows rows{};
    int row_count = 0;
    int heat_rows = 0;  // those of freezing come after
    DoseLimits limits{};
    ArrheniusProcess cells{};
    ArrheniusProcess vessels{};
    ArrheniusProcess coagulation{};
    ThreeStateConstants three_state{};
    HeatShockConstants heat_shock{};
    FreezingConstants freezing{};
    DilationConstants dilation{};
    double lethal_dose = 0.0;      // s at 43 Cel
    double largest_gain = 1.0;     // of perfusion by warmth
    double coldest_heat = 312.15;  // K, below which heat does nothing
};

inline constexpr std::size_t block_voxels = 64;
inline constexpr std::size_t most_rows = 16;

struct DamageBlock {
    alignas(64) double start[block_voxels] = {};  // K
    alignas(64) double end[block_voxels] = {};    // K
    alignas(64) double sites[block_voxels] = {};
    alignas(64) double row[most_rows][block_voxels] = {};
    double dt = 0.0;              // s
    double lowest = 0.0;          // K, of start and end
    double highest = 0.0;         // K
    double largest_change = 0.0;  // K

    double* at(int number) { return row[static_cast<std::size_t>(number)]; }
};

}  // namespace caravel::response
