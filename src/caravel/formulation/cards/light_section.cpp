#include "caravel/formulation/cards/light_values.hpp"
#include "caravel/formulation/cards/parts.hpp"
#include "caravel/formulation/layering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::formulation {
namespace {

constexpr double treatment_wavelength = 808e-9;  // m, of most photothermal lasers
constexpr std::size_t few = 8;                   // wavelengths that get values of their own
constexpr double least_bulk = 2e-9;     // m: smaller pieces have levels, no bulk permittivity
constexpr double least_layer = 0.5e-9;  // m, two atoms

std::vector<double> asked_wavelengths(const CardOptions& options) {
    if (!options.wavelengths.empty()) return options.wavelengths;
    std::vector<double> list;
    for (int nm = 400; nm <= 1100; nm += 2) list.push_back(1e-9 * nm);
    return list;
}

void require_size(const std::string& what, double size, double least, const char* measure) {
    if (size >= least * (1.0 - 1e-9)) return;
    throw NotAvailable(fmt::format(
        "{} is {:.3g} nm {}: below {:.3g} nm matter has no bulk permittivity, its electrons sit on "
        "single levels",
        what, size * 1e9, measure, least * 1e9));
}

/// Below a size the permittivity of bulk matter means nothing, whatever the solver.
void require_bulk(const CardContext& c) {
    const ShapeVariant& form = c.formulation.shape.form;
    require_size("the particle", c.properties.outer_diameter, least_bulk, "wide");
    require_size("the core, layer 1 '" + c.properties.layers.front().material + "',",
                 c.properties.layers.front().outer_diameter, least_bulk, "wide");
    if (const auto* s = std::get_if<Cluster>(&form))
        require_size("a grain", s->grain_diameter, least_bulk, "wide");
    if (const auto* s = std::get_if<CoreSatellite>(&form))
        require_size("a satellite", s->satellite_diameter, least_bulk, "wide");
    const auto stack = stack_layers(c.formulation);
    for (std::size_t i = 1; i < stack.size(); ++i)
        if (stack[i].growth > stack[i - 1].growth)
            require_size(layer_label(c.formulation, i), stack[i].growth - stack[i - 1].growth,
                         least_layer, "thick");
}

void add_notes(const CardContext& c, const LightModel& model, CardSection& s) {
    s.notes.insert(s.notes.end(), model.notes.begin(), model.notes.end());
    if (!c.formulation.coatings.empty() || !c.formulation.payloads.empty() ||
        !c.formulation.labels.empty())
        s.notes.emplace_back(
            "Coatings, payload and labels are left out: the layers alone are computed.");
    if (model.sources.status != CardStatus::computed)
        s.notes.emplace_back(
            "At least one material has a model or a constant for its refractive index, not a "
            "measured table.");
}

}  // namespace

CardSection light_section(const CardContext& c) {
    CardSection s{"Light", {}, {}, {}, {}};
    if (!c.properties.is_particle()) return s;
    attempt(s, "extinction_spectrum", [&] {
        require_bulk(c);
        const LightModel model = light_model(c);
        const std::vector<double> asked = asked_wavelengths(c.options);
        LightSpectrum spectrum{covered_wavelengths(model, asked, s.notes), {}};
        spectrum.values = model.cross_sections(spectrum.wavelengths, 0.0);
        add_peak(model, spectrum, c, s);
        add_at_wavelength(model, treatment_wavelength, c, s);
        if (asked.size() <= few)
            for (const double wavelength : asked)
                if (std::abs(wavelength - treatment_wavelength) > 1e-12)
                    add_at_wavelength(model, wavelength, c, s);
        add_curves(model, spectrum, s);
        add_notes(c, model, s);
    });
    return s;
}

}  // namespace caravel::formulation
