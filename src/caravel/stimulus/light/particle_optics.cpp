#include "caravel/base/unit.hpp"
#include "caravel/formulation/card.hpp"
#include "caravel/formulation/cards/light_model.hpp"
#include "caravel/stimulus/light/tissue_optics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace caravel::stimulus {
namespace {

using formulation::optics::CrossSections;

constexpr double nanometre = 1e-9;
constexpr double least_bulk = 2e-9;  // m: smaller pieces have single levels, no permittivity
constexpr double slack = 1e-9;       // of a wavelength: the way from metres may round it outside

/// The carrier's own share, per particle; why not, where that is not known.
struct Carrier {
    CrossSections optics{};
    double mass_factor = 1.0;
    std::string method{};
    std::string missing{};
};

/// In the tissue, not in the liquid of the formulation's card.
formulation::Formulation in_tissue(const formulation::Formulation& formulation, double index) {
    formulation::Formulation copy = formulation;
    copy.medium.refractive_index = index;
    return copy;
}

void require_model_covers(const formulation::LightModel& model, double wavelength) {
    const auto refuse = [&](const char* side, double end, const std::string& by) {
        throw InputError(
            Diagnostic{{},
                       fmt::format("no optical data of the particle at {} nm",
                                   format_number(wavelength / nanometre, 6)),
                       fmt::format("{} {} nm: {}", side, format_number(end / nanometre, 6), by),
                       "another wavelength, or a [[material]] with a refractive index of its own"});
    };
    if (!(wavelength >= model.range.shortest * (1.0 - slack)))
        refuse("at least", model.range.shortest, model.range.shortest_by);
    if (!(wavelength <= model.range.longest * (1.0 + slack)))
        refuse("at most", model.range.longest, model.range.longest_by);
}

CrossSections model_cross_sections(const formulation::LightModel& model, double wavelength) {
    require_model_covers(model, wavelength);
    CrossSections optics = model.cross_sections(std::array{wavelength}, 0.0).front();
    // Without a scattering pattern the particle is small against the wavelength: a dipole.
    if (!model.has_anisotropy) optics.anisotropy = 0.0;
    return optics;
}

Carrier carrier_optics(const formulation::CardContext& context, double wavelength) {
    Carrier carrier;
    try {
        if (context.properties.outer_diameter < least_bulk)
            throw NotAvailable("the particle is too small for a permittivity of bulk matter");
        const formulation::LightModel model = formulation::light_model(context);
        carrier.optics = model_cross_sections(model, wavelength);
        carrier.mass_factor = model.mass_factor;
        carrier.method = model.method;
    } catch (const InputError& error) {
        carrier.missing = formulation::refusal_text(error);
    } catch (const NotAvailable& error) {
        carrier.missing = error.what();
    } catch (const NumericalError& error) {
        carrier.missing = error.what();
    }
    return carrier;
}

/// Absorption (m2 per particle) of everything the particle carries; says how in `method`.
double payload_absorption(const formulation::Properties& properties, matter::Library& library,
                          double wavelength, std::string& method) {
    double sum = 0.0;
    for (const formulation::PayloadProperties& payload : properties.payloads) {
        const AbsorberOptics dye = agent_optics(payload.agent, library, wavelength);
        if (!(dye.absorption > 0.0) || !(payload.amount > 0.0)) continue;
        sum += payload.amount * dye.absorption;
        method += (method.empty() ? "" : "; ") + dye.method + ", as in solution";
    }
    return sum;
}

/// A carrier of metal absorbs itself, whatever it carries.
bool has_metal(const formulation::Formulation& formulation, matter::Library& library) {
    const auto is_metal = [&](const auto& part) {
        return library.find("metals", part.material, "plasma_energy").has_value();
    };
    return std::any_of(formulation.layers.begin(), formulation.layers.end(), is_metal) ||
           std::any_of(formulation.inclusions.begin(), formulation.inclusions.end(), is_metal);
}

}  // namespace

AbsorberOptics particle_optics(const formulation::Formulation& formulation,
                               matter::Library& library, double wavelength, double index,
                               bool with_payload) {
    if (!(wavelength > 0.0 && std::isfinite(wavelength)) || !(index >= 1.0))
        throw InputError(Diagnostic{{},
                                    "a particle's optics need a wavelength and the tissue's index",
                                    "a wavelength above 0 and an index of 1 or more",
                                    ""});
    const formulation::Formulation placed = in_tissue(formulation, index);
    const formulation::Properties properties = formulation::compute_properties(placed, library);
    if (!properties.is_particle() || !(properties.carrier_mass > 0.0))
        throw NotAvailable(
            fmt::format("'{}' is no particle with a dry mass: what is dissolved absorbs per mole",
                        formulation.name));
    const formulation::CardOptions options;
    const formulation::CardContext context{placed, properties, library, options};
    const Carrier carrier = carrier_optics(context, wavelength);
    std::string dyes;
    const double payload =
        with_payload ? payload_absorption(properties, library, wavelength, dyes) : 0.0;
    if (!carrier.missing.empty() && (!(payload > 0.0) || has_metal(placed, library)))
        throw NotAvailable(fmt::format("no optics of '{}': {}", formulation.name, carrier.missing));
    const double mass = properties.carrier_mass * carrier.mass_factor;
    AbsorberOptics optics;
    optics.name = formulation.name;
    // The payload belongs to the nominal size, as its mass does.
    optics.absorption = carrier.optics.absorption / mass + payload / properties.carrier_mass;
    optics.scattering = carrier.optics.scattering / mass;
    optics.anisotropy = carrier.optics.anisotropy;
    optics.method = carrier.missing.empty()
                        ? carrier.method
                        : "the carrier itself is left out (" + carrier.missing + ")";
    if (!dyes.empty()) optics.method += "; payload: " + dyes;
    return optics;
}

}  // namespace caravel::stimulus
