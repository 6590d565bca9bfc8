// Energy transfer and crowding of dyes that are confined to spheres and balls.
#pragma once

namespace caravel::formulation::luminescence {

/// Fraction of energy that a dye on the sphere of `donor_radius` (m) hands to `acceptors` placed at
/// random on the sphere of `acceptor_radius` around the same centre (both may be equal): the
/// squared distance is uniform on (a-b)^2 to (a+b)^2, and the donor decays as
///   exp(-s) F(s)^N,  F(s) = mean of exp(-s (R0/r)^6)   (s: time over the lifetime).
/// Points without size; a fraction of an acceptor is allowed. Throws InputError.
double sphere_transfer_efficiency(double forster_radius, double donor_radius,
                                  double acceptor_radius, double acceptors);

/// The same for dye and acceptors at random in a ball of `radius` (m): Forster's law of random
/// acceptors, bounded by the ball.
double ball_transfer_efficiency(double forster_radius, double radius, double acceptors);

/// Yield left among `dyes` at random on a sphere of `radius` (m) when every one with another within
/// `action` (m) stays dark: (1 - action^2/(4 radius^2))^(dyes-1); 1 for a single dye.
double sphere_crowding_yield(double action, double radius, double dyes);

/// The same in a ball: the chance that two points of a ball are nearer than `action` is
/// t^3 - 9 t^4/16 + t^6/32, t = action/radius; Perrin's law when the ball is large.
double ball_crowding_yield(double action, double radius, double dyes);

}  // namespace caravel::formulation::luminescence
