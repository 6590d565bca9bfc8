// Fields, radiation and amounts at which a card states the properties that depend on them.
#pragma once

#include "caravel/input/visitor.hpp"

namespace caravel::formulation {

/// What a property card assumes where nothing else is said; every key can be set by the user.
struct Conditions {
    double field_amplitude = 15e3;         // A/m, alternating magnetic field
    double field_frequency = 300e3;        // Hz
    double scanner_field = 1.5;            // T, of an MRI scanner
    double field_gradient = 100.0;         // T/m, of a static field
    double static_field = 0.5;             // T, where that gradient acts
    double xray_energy = 9.613059804e-15;  // J, 60 keV to the last digit
    double tube_energy = 1.602176634e-14;  // J, 100 keV: peak of a tube spectrum
    double tube_filter = 2e-3;             // m of aluminium
    double mass_fraction = 1e-3;           // kg of dry particles per kg of loaded tissue
    double ultrasound_frequency = 5e6;     // Hz
    double irradiance = 1e4;               // W/m2
};

void describe(input::Visitor& v, Conditions& conditions);

}  // namespace caravel::formulation
