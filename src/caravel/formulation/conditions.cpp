#include "caravel/formulation/conditions.hpp"

namespace caravel::formulation {

void describe(input::Visitor& v, Conditions& c) {
    v.number({"field_amplitude", "of the alternating magnetic field"}, c.field_amplitude,
             {"kA/m", 1e-6, 1000.0});
    v.number({"field_frequency", "of the alternating magnetic field"}, c.field_frequency,
             {"kHz", 1e-6, 1e5});
    v.number({"scanner_field", "flux density of the MRI scanner"}, c.scanner_field,
             {"T", 1e-6, 30.0});
    v.number({"field_gradient", "of a static magnetic field"}, c.field_gradient, {"T/m", 0.0, 1e6});
    v.number({"static_field", "flux density where that gradient acts"}, c.static_field,
             {"T", 0.0, 30.0});
    v.number({"xray_energy", "photon energy of monochromatic X-rays"}, c.xray_energy,
             {"keV", 1.0, 20000.0});
    v.number({"tube_energy", "peak energy of an X-ray tube (100 keV: 100 kV)"}, c.tube_energy,
             {"keV", 20.0, 500.0});
    v.number({"tube_filter", "aluminium before the tube"}, c.tube_filter, {"mm", 0.0, 100.0});
    v.number({"mass_fraction", "dry particles in loaded tissue"}, c.mass_fraction,
             {"mg/g", 0.0, 1000.0});
    v.number({"ultrasound_frequency", "of ultrasound"}, c.ultrasound_frequency,
             {"MHz", 1e-3, 1000.0});
    v.number({"irradiance", "of light on the particle"}, c.irradiance, {"W/cm2", 0.0, 1e9});
}

}  // namespace caravel::formulation
