// A particle that turns in the liquid while its moment hops over the anisotropy barrier.
#pragma once

#include "caravel/formulation/magnetism/fokker_planck.hpp"

namespace caravel::formulation::magnetism {

/// Both ways of turning at once, for a moment that lies along its easy axis.
struct HoppingRotor {
    double turning_time = 0.0;   // s, free decay of <x> by rotational diffusion
    double hopping_share = 1.0;  // of the Neel rate, that hops make
    double attempt_time = 0.0;   // s, tau0
    double barrier = 0.0;        // 1, K V/kT
};

/// Barrier (1) that is left for a moment against the field, at cosine `along` between easy axis and
/// field and relative field h = H/Hk: G (1-h/hs)^(0.86+1.14 hs), hs = (c^(2/3)+s^(2/3))^(-3/2)
/// (Stoner and Wohlfarth 1948; Pfeiffer 1990, Phys Status Solidi A 118:295); 0 from hs on.
double barrier_in_field(double barrier, double along, double relative_field);

/// Periodic magnetisation mean x of the density p of the moment's direction,
///   dp/dt = 1/(2 turning_time) d/dx[(1-x^2)(dp/dx - xi p)] + k(-x) p(-x) - k(x) p(x),
/// whose hops from the direction against the field take the Neel time of the barrier left there
/// and whose hops back obey detailed balance, k(x)/k(-x) = exp(-2 xi x). Without field mean x
/// decays with the sum of both rates; in a weak field this is Debye's law with both times in
/// parallel, in a static field Langevin's; cold axes open the loop at the Stoner-Wohlfarth
/// switching fields. Finite volumes with exponentially fitted fluxes (Boltzmann's density is
/// exact), SDIRK of second order in time, half a period closed by p(x,t+T/2) = p(-x,t). Steady
/// state: axes that turn at all, however slowly, have aligned with a strong field. Left out: the
/// moment's tilt within its well and precession; against the stochastic equations of both
/// directions, which have the tilt, the heat of 12 to 20 nm magnetite in water is 4 to 32 % too
/// large. Throws InputError for values that are not positive.
std::vector<double> periodic_magnetisation(const HoppingRotor& rotor, const RotorDrive& drive);

}  // namespace caravel::formulation::magnetism
