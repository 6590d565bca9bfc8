// What the scanners see of a particle, a dye or an ion: one struct per kind of scanner.
#pragma once

#include "caravel/matter/composition.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace caravel::imaging {

/// Where in the tissue an agent is. Relaxation differs most between them.
enum class Compartment : std::uint8_t { blood, free, bound, endosome };
inline constexpr std::size_t compartment_count = 4;

/// How an agent changes the relaxation of water, per unit of its concentration.
struct Relaxivity {
    double r1 = 0.0;       // 1/s per unit
    double r2 = 0.0;       // 1/s per unit, spin echo
    double r2_star = 0.0;  // 1/s per unit, free decay; at least r2
};

/// Seen by magnetic resonance.
struct RelaxingAgent {
    std::array<Relaxivity, compartment_count> relaxivity{};  // at the scanner's field
    double magnetisation = 0.0;   // A/m of tissue per unit, along the field: shifts the frequency
    double fluorine = 0.0;        // mol of 19F per unit
    double fluorine_shift = 0.0;  // 1, chemical shift against the reference
    double exchanging_protons = 0.0;  // mol per unit, for saturation transfer
    double exchange_rate = 0.0;       // 1/s
    double exchange_shift = 0.0;      // 1, against water
};

/// Seen by X-rays: mass of the elements per unit of concentration.
struct AttenuatingAgent {
    matter::Composition composition{};
    double mass = 1.0;  // kg per unit
};

/// Seen by PET and SPECT. Radioactivity is counted at the time of the image, label loss included.
struct RadioactiveAgent {
    std::string nuclide{};  // "Cu-64"
    double activity = 0.0;  // Bq per unit at the time of the image
};

/// Seen by magnetic particle imaging.
struct MagneticAgent {
    double core_diameter = 0.0;             // m, median of the volume-weighted distribution
    double spread = 0.0;                    // standard deviation of ln(diameter)
    double saturation_magnetisation = 0.0;  // A/m
    double core_volume = 0.0;               // m3 of magnetic matter per unit
    double iron = 0.0;                      // kg per unit
    double hydrodynamic_diameter = 0.0;     // m
    double anisotropy = 0.0;                // J/m3
};

/// Seen by its own light.
struct LuminescentAgent {
    std::string emitter{};                  // of data/emitters.csv or data/lanthanides.csv
    double excitation_peak = 0.0;           // m
    double emission_peak = 0.0;             // m
    double excitation_width = 0.0;          // m, full width at half maximum
    double emission_width = 0.0;            // m
    double absorption_cross_section = 0.0;  // m2 per unit (napierian, at the peak): 1/m per unit
    double quantum_yield = 0.0;
    bool upconverting = false;            // then the yield belongs to `saturation`
    double saturation = 0.0;              // W/m2, where the power law bends
    double order = 1.0;                   // photons per emitted photon at low irradiance
    std::optional<double> ph_midpoint{};  // activated below (acid) or above
    bool bright_in_acid = true;
    double dark_share = 0.0;  // of the brightness when off
};

/// An agent with everything that is known of it. "Unit" is that of its concentration fields:
/// kg/m3 of dry carrier or mol/m3 of a dissolved one.
struct ImagedAgent {
    std::string name{};
    std::string unit = "kg/m3";
    std::optional<RelaxingAgent> relaxing{};
    std::optional<AttenuatingAgent> attenuating{};
    std::vector<RadioactiveAgent> radioactive{};
    std::optional<MagneticAgent> magnetic{};
    std::vector<LuminescentAgent> luminescent{};
};

}  // namespace caravel::imaging
