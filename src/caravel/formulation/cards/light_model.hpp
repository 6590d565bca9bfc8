// A particle's answer to light, whichever solver gives it.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/formulation/cards/light_matter.hpp"
#include "caravel/formulation/optics/cross_sections.hpp"

#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace caravel::formulation {

/// Means over the surface of a particle, in powers of the incident amplitude.
struct LightField {
    double square = 0.0;  // |E|^2
    double fourth = 0.0;  // |E|^4
};

/// How the optics of one particle are computed.
struct LightModel {
    std::string method;
    std::string validity;
    /// What decides at one wavelength (m), besides `validity`; may be empty.
    std::function<std::string(double)> validity_at;
    std::vector<std::string> notes;
    LightSources sources;
    LightRange range;
    bool has_anisotropy = true;
    std::size_t most_wavelengths = 1000;  // of a spectrum; fewer where a solver is slow
    double equal_radius = 0.0;            // m, of the sphere of equal volume
    double mass_factor = 1.0;             // mean mass over that of the nominal size

    /// Cross-sections (m2) at wavelengths in vacuum (m), the index of the medium raised by `shift`.
    std::function<std::vector<optics::CrossSections>(std::span<const double>, double shift)>
        cross_sections;
    /// Field on the surface at a wavelength; empty where the solver gives none.
    std::function<LightField(double)> field;
    std::string field_method;
    std::string no_field;  // why `field` is empty, where there is more to say
};

/// Picks the solver for the shape. The context must outlive the model. Throws InputError and
/// NotAvailable with the reason where there is none.
LightModel light_model(const CardContext& context);

/// Concentric layers, and what is treated as such: vesicles, micelles, dendrimers, clusters and
/// touching satellites as effective layers.
LightModel sphere_model(const CardContext& context);
/// Spheroids, rods, discs and stacks of sheets.
LightModel spheroid_model(const CardContext& context);
/// A core with satellites held off by a gap.
LightModel satellite_model(const CardContext& context);
/// Cubes, cages, stars (quasi-static), Janus particles (full wave).
LightModel lattice_model(const CardContext& context);

/// Fills sources and range, and adds the size correction to the method.
void describe_matter(LightModel& model, std::span<const LightMatter> matters,
                     const matter::RefractiveIndex& medium);

/// The part of the coats (all layers from `first` on) around a core of given depolarisation
/// factors: the index of the uniform medium in which the bare core has the same quasi-static
/// resonance. Coats count as one, with the volume mean of their permittivity.
struct CoatedMedium {
    std::vector<LightMatter> coats;
    std::vector<double> volumes;  // m3
    double core_volume = 0.0;     // m3
    double core_factor = 1.0 / 3.0;
    double outer_factor = 1.0 / 3.0;
    /// From a confocal coated ellipsoid (Bohren and Huffman 1983, eq. 5.35); absorption of the
    /// coats is left out. Throws NotAvailable for coats that absorb strongly.
    double index(double wavelength, double medium) const;
};

}  // namespace caravel::formulation
