// What a magnetic resonance scanner feels in each voxel: densities, rates, frequency.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/exec/threads.hpp"
#include "caravel/imaging/object.hpp"
#include "caravel/matter/table.hpp"

#include <vector>

namespace caravel::imaging {

/// Chemical shift of water with temperature (1/K, relative to the field). Source: Y. Ishihara et
/// al., Magn Reson Med 34 (1995) 814; J. De Poorter et al., Magn Reson Med 33 (1995) 74.
inline constexpr double water_shift_per_kelvin = -0.01e-6;

/// Properties of every voxel at one field. Vectors that are empty stand for zero everywhere.
struct MriMaps {
    Grid grid{};
    double field = 0.0;                    // T
    std::vector<double> proton_density{};  // 1, of pure water
    std::vector<double> r1{};              // 1/s
    std::vector<double> r2{};              // 1/s, spin echo
    std::vector<double> r2_star{};         // 1/s, free decay, at least r2
    std::vector<double> off_resonance{};   // rad/s, gamma times the field above the nominal one
    std::vector<double> diffusion{};       // m2/s
    std::vector<double> temperature{};     // K above the object's reference
    std::vector<double> fluorine{};        // mol/m3 of 19F
    std::vector<double> fluorine_r1{};     // 1/s
    std::vector<double> exchange_share{};  // 1, exchanging protons per proton of water
    double exchange_rate = 0.0;            // 1/s, from these protons to water
    double exchange_shift = 0.0;           // 1, against water
};

/// Maps of an object at `field` (T). Rates of the tissues come from data/tissue_mri.csv at that
/// field (see mri_tissue()); agents add relaxivity of their compartment times concentration; warmth
/// above the object's reference shifts the frequency by `water_shift_per_kelvin`; magnetised agents
/// through their dipole fields (`with_shift`). Tissues themselves are taken as shimmed. Throws
/// InputError for a tissue that the table does not know.
MriMaps mri_maps(exec::ThreadTeam& team, const ImagedObject& object, matter::Library& library,
                 double field, bool with_shift = true);

}  // namespace caravel::imaging
