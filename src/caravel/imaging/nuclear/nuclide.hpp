// Decay and emissions of the nuclides of PET and SPECT.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/imaging/object.hpp"
#include "caravel/matter/table.hpp"
#include "caravel/matter/xray.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace caravel::imaging {

/// One branch of a positron decay.
struct PositronBranch {
    double endpoint = 0.0;  // J
    double share = 0.0;     // positrons per decay
    bool unique = false;    // unique first-forbidden; else allowed
};

/// A nuclide of data/nuclides.csv with its photon lines.
struct Emitter {
    std::string name{};
    double half_life = 0.0;          // s
    double positron_fraction = 0.0;  // positrons per decay, all branches
    double daughter_charge = 0.0;    // protons
    std::vector<PositronBranch> branches{};
    std::vector<matter::NuclidePhoton> photons{};  // without annihilation photons, ascending
};

/// Throws InputError with "did you mean" for a nuclide that data/nuclides.csv does not hold.
Emitter emitter(matter::Library& library, const matter::XrayTables& tables, std::string_view name);

/// Whether data/nuclides.csv holds it.
bool is_known_nuclide(matter::Library& library, std::string_view name);

/// Mean activity over a time (s) after the start, over that at the start:
/// (1 - exp(-lambda T)) / (lambda T); 1 for T = 0.
double mean_decay(double half_life, double duration);

/// Activity (Bq/m3) of one nuclide on the object's grid, at the start of the scan.
struct EmittingField {
    Emitter emitter{};
    std::vector<double> activity{};  // Bq/m3

    /// Whether there is any activity: none before the dose, or after decay.
    bool is_active() const;
};

/// The fields of all nuclides that the object's agents carry, one each, by name; those without
/// activity as well.
std::vector<EmittingField> emitting_fields(matter::Library& library,
                                           const matter::XrayTables& tables,
                                           const ImagedObject& object);

/// Attenuation (1/m) of the object's tissues at a photon energy (J), on its grid. Agents do not
/// count: their mass changes it by less than a percent at gamma energies.
std::vector<double> attenuation_map(matter::Library& library, const matter::XrayTables& tables,
                                    const ImagedObject& object, double energy);

/// Largest distance (m) of a voxel's far corner from the z axis through the grid's middle, over all
/// voxels that are not air or hold activity.
double transaxial_radius(exec::ThreadTeam& team, const ImagedObject& object,
                         const std::vector<EmittingField>& fields);

}  // namespace caravel::imaging
