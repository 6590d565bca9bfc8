// The named sequences: which images they take and what each voxel gives to them.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/imaging/mri/mri_maps.hpp"
#include "caravel/imaging/mri/mri_settings.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace caravel::imaging {

/// What prepares the signal.
enum class Weighting : std::uint8_t {
    spoiled,     // gradient echo, transverse magnetisation lost before each pulse
    balanced,    // steady state with all gradients rewound
    spin_echo,   // 90 - 180
    train,       // 90 and many refocusing pulses
    inversion,   // 180, wait, spin echo
    saturation,  // exchange saturation, then one gradient echo
    fluorine     // spoiled gradient echo of 19F
};

/// One image of a scan.
struct Exposure {
    Weighting weighting = Weighting::spoiled;
    std::string name{};           // "te_8ms": letters, digits and _
    double echo_time = 0.0;       // s
    double flip = 0.0;            // rad
    double inversion_time = 0.0;  // s
    std::int64_t echo = 1;        // of a train, from 1
    double offset = 0.0;          // 1, of saturation
    std::int64_t repeat = 0;      // images of one repeat share their excitations
    bool refocused = false;       // echo of a pulse: off-resonance has no phase at its centre
};

/// Images that the sequence takes, in order, no two of one name. `exchange_shift` (1) is where
/// saturation looks when no offsets are given.
std::vector<Exposure> exposures(const MriSettings& mri, double exchange_shift = 0.0);

/// Whether it refocuses again and again (cpmg, t2_map, tse): echoes at multiples of echo_spacing.
bool mri_is_train(const MriSettings& mri);

/// Time of the last echo after its excitation (s).
double mri_last_echo(const MriSettings& mri);

/// Offsets of the z-spectrum (1): the given ones, or far off, + shift, - shift.
std::vector<double> saturation_offsets(const MriSettings& mri, double exchange_shift);

/// Longitudinal magnetisation before an excitation that repeats every TR with `count` refocusing
/// pulses `spacing` apart (the first half a spacing after it), per unit of equilibrium: 0 is left
/// by the excitation, every pulse multiplies by the cosine of its angle. Exact for 180 degrees.
double train_recovery(double r1, double repetition_time, double spacing, std::int64_t count,
                      double refocusing_angle);

/// Longitudinal magnetisation at TI of 180 - TI - 90 - TE/2 - 180 repeated every TR:
/// 1 - 2 exp(-TI R1) + 2 exp(-(TR - TE/2) R1) - exp(-TR R1); may be negative.
double inversion_spin_echo(double r1, double repetition_time, double inversion_time,
                           double echo_time);

/// Signal of every voxel at the echo's centre without phase, in units of pure relaxed water;
/// negative where an inversion left it so. Closed forms; trains with refocusing below 180 degrees
/// by phase graphs on a table of rates. With `exact`, trains always by phase graphs and saturation
/// by Bloch-McConnell.
std::vector<double> echo_signal(exec::ThreadTeam& team, const MriMaps& maps, const MriSettings& mri,
                                const Exposure& exposure, bool exact = false);

/// Relative signal of one 19F against one 1H nucleus times the concentration of protons in water:
/// mol/m3 of fluorine that give the signal of water.
double fluorine_of_water();

}  // namespace caravel::imaging
