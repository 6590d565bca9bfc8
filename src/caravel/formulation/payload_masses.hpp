// The payload of one particle: how much, in which room, and what it displaces there.
#pragma once

#include "caravel/formulation/properties.hpp"

namespace caravel::formulation {

/// Completes carrier, water and payload masses (kg) of a particle whose layers and coatings stand
/// in `properties`; `coatings` is the mass (kg) of the latter. Outer sizes stay: inside a particle
/// a payload displaces first the water and then the matter of its place, volume for volume. A
/// measured density of the whole particle replaces the sum. Throws InputError for payloads larger
/// than their place and for loadings without a carrier.
void add_masses(const Formulation& formulation, double coatings, matter::Library& library,
                Properties& properties);

/// Payloads of a dissolved drug: molar masses only.
void add_dissolved_payloads(const Formulation& formulation, matter::Library& library,
                            Properties& properties);

}  // namespace caravel::formulation
