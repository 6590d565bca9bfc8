// Saturation transfer from exchanging protons to water: two pools.
#pragma once

#include "caravel/imaging/mri/sequence_library.hpp"

#include <vector>

namespace caravel::imaging {

/// Water (a) and a pool of protons (b) that exchange.
struct TwoPools {
    double r1a = 0.4;    // 1/s
    double r2a = 20.0;   // 1/s
    double r1b = 1.0;    // 1/s
    double r2b = 60.0;   // 1/s
    double share = 0.0;  // protons of b per proton of water
    double rate = 0.0;   // 1/s, from b to a
    double shift = 0.0;  // rad/s, of b against water
};

/// Longitudinal magnetisation of water (per unit of equilibrium) after saturation with `w1` (rad/s)
/// at `offset` (rad/s against water) for `time` (s) from `start` times equilibrium: Bloch-McConnell
/// equations of two pools with an even pulse, solved by the matrix exponential (scaling and
/// squaring of the Taylor series; relative error below 1e-10). Source: H. M. McConnell, J. Chem.
/// Phys. 28 (1958) 430.
double bloch_mcconnell(const TwoPools& pools, double w1, double offset, double time,
                       double start = 1.0);

/// The same by relaxation in the tilted frame: Z = (cos^2 start - Zs) exp(-R t) + Zs, Zs = cos^2 R1
/// / R, R = R1 cos^2 + R2 sin^2 + exchange. Within 0.03 of bloch_mcconnell() for shares below 1 %
/// and shifts above w1 and the rate. Source: M. Zaiss, P. Bachert, NMR Biomed. 26 (2013) 507.
double tilted_frame(const TwoPools& pools, double w1, double offset, double time,
                    double start = 1.0);

/// (Z(-shift) - Z(shift)) / Z0.
double asymmetry(double z_minus, double z_plus, double z_zero = 1.0);

/// Signal after saturation of every voxel (see echo_signal()).
std::vector<double> saturation_signal(exec::ThreadTeam& team, const MriMaps& maps,
                                      const MriSettings& mri, const Exposure& exposure, bool exact);

}  // namespace caravel::imaging
