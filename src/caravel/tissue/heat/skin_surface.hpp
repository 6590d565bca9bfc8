// What skin gives to the air and to what cools it, as a face of a heat medium.
#pragma once

#include "caravel/tissue/heat/heat_medium.hpp"

namespace caravel::tissue {

/// Surroundings of bare skin; the defaults are a quiet room.
struct SkinSurroundings {
    double air_temperature = 295.15;   // K
    double air_speed = 0.0;            // m/s
    double humidity = 0.5;             // relative, 0 to 1
    double wetness = 0.06;             // share of the skin that is wet: 0.06 at rest, 1 drenched
    double emissivity = 0.98;          // of the skin, to walls at the air's temperature
    double skin_temperature = 306.15;  // K, about which radiation and evaporation are taken
    double cooling_temperature = 0.0;  // K, of a cooling jet, gel or plate; 0: none
    double cooling_transfer = 0.0;     // W/m2/K, to it; then the air does not reach the skin
};

/// Heat transfer by convection (W/m2/K): the larger of free, 3.3 W/m2/K, and forced, 8.3 v^0.5
/// (recalled; values of the kind in ASHRAE Fundamentals, thermal comfort).
double air_transfer(double air_speed);

/// Pressure of saturated water vapour (Pa) over water from 273 to 373 K, Magnus form with the
/// constants of Alduchov and Eskridge 1996 (recalled).
double saturated_vapour_pressure(double temperature);

/// Evaporation (W/m2): Lewis relation, 0.0165 K/Pa times the convective transfer times the wet
/// share of the difference in vapour pressure; 0 where the air is moister.
double evaporation(const SkinSurroundings& skin);

/// Convective face: transfer by air and radiation to the air's temperature with evaporation as a
/// constant flux, or transfer to the cooling alone. Throws InputError for numbers out of range.
HeatFace skin_face(const SkinSurroundings& skin);

}  // namespace caravel::tissue
