#include "caravel/formulation/cards/light_values.hpp"
#include "caravel/formulation/cards/parts.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::formulation {
namespace {

constexpr double treatment_wavelength = 808e-9;  // m, of most photothermal lasers
constexpr std::size_t few = 8;                   // wavelengths that get values of their own

std::vector<double> asked_wavelengths(const CardOptions& options) {
    if (!options.wavelengths.empty()) return options.wavelengths;
    std::vector<double> list;
    for (int nm = 400; nm <= 1100; nm += 2) list.push_back(1e-9 * nm);
    return list;
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
