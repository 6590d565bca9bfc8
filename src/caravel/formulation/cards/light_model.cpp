#include "caravel/formulation/cards/light_model.hpp"

#include <cmath>

namespace caravel::formulation {

void describe_matter(LightModel& model, std::span<const LightMatter> matters,
                     const matter::RefractiveIndex& medium) {
    model.sources = light_sources(matters, medium);
    model.range = common_range(matters, medium);
    if (!model.sources.correction.empty()) model.method += "; " + model.sources.correction;
}

double CoatedMedium::index(double wavelength, double medium) const {
    if (coats.empty()) return medium;
    double outer = core_volume;
    std::complex<double> sum = 0.0;
    for (std::size_t i = 0; i < coats.size(); ++i) {
        outer += volumes[i];
        sum += volumes[i] * coats[i].permittivity(wavelength, medium);
    }
    const std::complex<double> coat = sum / (outer - core_volume);
    constexpr double strong = 0.3;  // loss tangent beyond which a coat is more than a medium
    if (coat.real() <= 0.0 || coat.imag() > strong * coat.real())
        throw NotAvailable(
            "the coats absorb too strongly to enter as a medium around a particle that is no "
            "sphere");
    const double host = medium * medium;
    const double part = core_volume / outer;
    const double shell = coat.real();
    const double a = host + (shell - host) * outer_factor;
    const double p = core_factor - part * outer_factor;
    const double ratio = a / (p * a + part * outer_factor * shell);
    return std::sqrt(core_factor / (1.0 - core_factor) * shell * (ratio - 1.0));
}

LightModel light_model(const CardContext& c) {
    const ShapeVariant& form = c.formulation.shape.form;
    if (std::holds_alternative<Rod>(form) || std::holds_alternative<Spheroid>(form) ||
        std::holds_alternative<Disc>(form) || std::holds_alternative<Sandwich>(form))
        return spheroid_model(c);
    if (std::holds_alternative<Cube>(form) || std::holds_alternative<Cage>(form) ||
        std::holds_alternative<Star>(form) || std::holds_alternative<Janus>(form))
        return lattice_model(c);
    if (std::holds_alternative<CoreSatellite>(form)) return satellite_model(c);
    return sphere_model(c);
}

}  // namespace caravel::formulation
