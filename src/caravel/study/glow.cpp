#include "caravel/study/glow.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/formulation/properties.hpp"
#include "caravel/imaging/optical/emission.hpp"
#include "caravel/study/imaged_light.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <tuple>
#include <utility>

namespace caravel::study {
namespace {

std::string nanometres(double wavelength) { return format_number(wavelength * 1e9, 4) + " nm"; }

void add_all(const InputError& error, const Location& where, input::Diagnostics& mistakes) {
    for (Diagnostic d : error.diagnostics()) {
        if (d.where.file.empty()) d.where = where;
        mistakes.add(std::move(d));
    }
}

/// Every light must have data in every tissue.
void check_wavelength(const stimulus::LightInput& light, const response::TreatmentPlan& plan,
                      matter::Library& library, input::Diagnostics& mistakes) {
    for (const auto& tissue : plan.tissues) {
        if (!tissue.composition) continue;
        try {
            stimulus::optical_medium(*tissue.composition, light.wavelength, library);
        } catch (const InputError& error) {
            add_all(error, light.where, mistakes);
            break;
        }
    }
}

/// Of a carrier per its whole dry mass, whatever of it glows.
std::vector<imaging::LuminescentAgent> emitters_of(const GlowSource& source,
                                                   matter::Library& library) {
    if (!source.molecule.empty()) return luminescent_molecule(source.molecule, library);
    if (source.carrier == nullptr) return {};
    const auto properties = formulation::compute_properties(*source.carrier, library);
    auto glowing = *source.carrier;
    if (!source.payload_in_carrier) glowing.payloads.clear();
    const formulation::CardOptions options;
    return luminescent_carrier({glowing, properties, library, options});
}

/// Whether any lamp lies in the band that excites.
bool is_excited(const imaging::LuminescentAgent& emitter,
                const std::vector<stimulus::LightInput>& lamps) {
    constexpr double least = 1e-3;  // of the peak
    return std::any_of(lamps.begin(), lamps.end(), [&](const auto& lamp) {
        return imaging::absorption_per_unit(emitter, lamp.wavelength) >
               least * emitter.absorption_cross_section;
    });
}

/// Of those that a lamp excites the one nearest to the wavelength that was asked for; else one that
/// upconverts, else the brightest.
std::optional<imaging::LuminescentAgent> choose(
    const std::vector<imaging::LuminescentAgent>& emitters, const response::EmissionInput& asked,
    const std::vector<stimulus::LightInput>& lamps) {
    if (emitters.empty()) return std::nullopt;
    const auto rank = [&](const imaging::LuminescentAgent& e) {
        if (asked.wavelength)
            return std::tuple(is_excited(e, lamps), false,
                              -std::abs(e.emission_peak - *asked.wavelength));
        return std::tuple(is_excited(e, lamps), e.upconverting,
                          e.absorption_cross_section * e.quantum_yield);
    };
    return *std::max_element(emitters.begin(), emitters.end(),
                             [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
}

/// Own numbers go before known ones; a yield alone goes with the known power law.
response::EmissionLaw law_of(const response::EmissionInput& e,
                             const imaging::LuminescentAgent& known) {
    response::EmissionLaw law;
    law.order = e.order.value_or(known.upconverting ? known.order : 1.0);
    law.saturation = e.saturation.value_or(known.saturation);
    law.quantum_yield = e.quantum_yield.value_or(known.quantum_yield);
    if (e.quantum_yield && e.yield_at && law.order > 1.0)
        law.quantum_yield /=
            response::emission_yield({1.0, law.order, law.saturation}, *e.yield_at);
    return law;
}

/// Reads the emissions of one scene.
class Finder {
  public:
    Finder(const GlowScene& scene, matter::Library& library, input::Diagnostics& mistakes)
        : scene_(scene), library_(library), mistakes_(mistakes) {
        for (const auto& l : scene.lamps) names_.push_back(l.name);
    }

    std::optional<Glow> operator()(const response::EmissionInput& e) {
        const GlowSource* source = source_of(e);
        if (source == nullptr) return std::nullopt;
        check_name(e);
        if (e.transfer > 0.0 && !scene_.sensitiser)
            complain(e, "a transfer without a sensitiser to take it", scene_.photodynamic);
        auto emitter = choose(emitters_of(*source, library_), e, scene_.lamps);
        if (!emitter && !(e.wavelength && e.quantum_yield)) {
            complain(e, fmt::format("no luminescence of '{}' is known", e.of),
                     "wavelength and quantum_yield of the emission", payload_hint(*source));
            return std::nullopt;
        }
        Glow glow;
        glow.input = e;
        const auto known = emitter.value_or(imaging::LuminescentAgent{});
        glow.wavelength = e.wavelength.value_or(known.emission_peak);
        glow.law = law_of(e, known);
        glow.of_molecule = !source->molecule.empty();
        // The spectra of molecules are better than the one band of an emitter.
        if (!glow.of_molecule && !source->own_absorption) glow.emitter = std::move(emitter);
        return glow;
    }

  private:
    void complain(const response::EmissionInput& e, std::string what, std::string expected,
                  std::string hint = "") {
        mistakes_.add({e.where, std::move(what), std::move(expected), std::move(hint)});
    }

    const GlowSource* source_of(const response::EmissionInput& e) {
        std::vector<std::string_view> names;
        for (const auto& source : scene_.sources) {
            if (source.name == e.of) return &source;
            names.push_back(source.name);
        }
        complain(e, fmt::format("no {} is named '{}'", scene_.source_kind, e.of),
                 scene_.source_names, did_you_mean(e.of, names));
        return nullptr;
    }

    void check_name(const response::EmissionInput& e) {
        if (std::find(names_.begin(), names_.end(), e.shown_name()) != names_.end())
            complain(e, fmt::format("the name '{}' stands twice", e.shown_name()),
                     "a name of its own for every light");
        names_.push_back(e.shown_name());
    }

    static std::string payload_hint(const GlowSource& source) {
        if (source.carrier == nullptr || source.payload_in_carrier ||
            source.carrier->payloads.empty())
            return "";
        return fmt::format("what it carries glows by itself: of = \"{}\"",
                           source.carrier->payloads.front().agent);
    }

    const GlowScene& scene_;
    matter::Library& library_;
    input::Diagnostics& mistakes_;
    std::vector<std::string> names_;
};

/// What of an agent's absorption excites it by a lamp: light of more energy than the emitted, or of
/// less where several photons add up.
double exciting_absorption(const Glow& glow, const response::TreatedAgent& agent,
                           const response::TreatmentPlan& plan, std::size_t lamp) {
    const double wavelength = plan.lights[lamp].wavelength;
    const bool adds_up = glow.law.order > 1.0;
    if (adds_up ? wavelength <= glow.wavelength : wavelength >= glow.wavelength) return 0.0;
    return glow.emitter ? imaging::absorption_per_unit(*glow.emitter, wavelength)
                        : agent.optics[lamp].absorption;
}

void check_emission(const Glow& glow, const response::LightEmission& emission,
                    const response::TreatmentPlan& plan, input::Diagnostics& mistakes) {
    double longest = 0.0;
    for (std::size_t l = 0; l < plan.lights.size(); ++l)
        if (emission.absorption[l] > 0.0) longest = std::max(longest, plan.lights[l].wavelength);
    const bool adds_up = emission.law.order > 1.0;
    if (longest == 0.0) {
        mistakes.add({glow.input.where,
                      fmt::format("no light excites '{}' to give off {}", glow.input.of,
                                  nanometres(glow.wavelength)),
                      fmt::format("a light of a {} wavelength that it absorbs",
                                  adds_up ? "longer" : "shorter"),
                      adds_up ? "" : "order = 2 and saturation for upconversion"});
        return;
    }
    const double most = emission.law.quantum_yield * (adds_up ? 2.0 : 1.0);
    const double energy = most * longest / glow.wavelength;
    if (energy <= 1.0) return;
    mistakes.add({glow.input.where,
                  fmt::format("'{}' gives off up to {} times the energy that it takes",
                              emission.name, format_number(energy, 3)),
                  "a smaller quantum_yield",
                  "far above saturation the yield of upconversion is twice that at saturation"});
}

void add_agents(const Glow& glow, std::size_t own, response::TreatmentPlan& plan,
                response::LightEmission& emission) {
    for (std::size_t a = 0; a < plan.agents.size(); ++a) {
        auto& agent = plan.agents[a];
        if (agent.name != glow.input.of || agent.carrier == glow.of_molecule) continue;
        if (own >= agent.optics.size()) continue;
        emission.agents.push_back(a);
        for (std::size_t l = 0; l < plan.lights.size(); ++l) {
            emission.absorption[l] = exciting_absorption(glow, agent, plan, l);
            double& all = agent.optics[l].absorption;
            all = std::max(all, emission.absorption[l]);
        }
        if (!glow.input.reabsorption) agent.optics[own].absorption = 0.0;
    }
}

std::string sentence(const response::LightEmission& e) {
    const std::string law = e.law.order > 1.0
                                ? fmt::format(" at {} W/cm2, order {}",
                                              format_number(from_si(e.law.saturation, "W/cm2"), 4),
                                              format_number(e.law.order, 3))
                                : "";
    return fmt::format("Light of '{}' has {} alone; {} photons per absorbed photon{}.", e.name,
                       nanometres(e.wavelength), format_number(e.law.quantum_yield, 4), law);
}

}  // namespace

std::vector<Glow> find_glows(const std::vector<response::EmissionInput>& emissions,
                             const GlowScene& scene, matter::Library& library,
                             input::Diagnostics& mistakes) {
    std::vector<Glow> glows;
    Finder find(scene, library, mistakes);
    for (const auto& e : emissions) {
        try {
            if (auto glow = find(e)) glows.push_back(std::move(*glow));
        } catch (const InputError& error) {
            add_all(error, e.where, mistakes);
        } catch (const NotAvailable& error) {
            mistakes.add({e.where, error.what(), "wavelength and quantum_yield", ""});
        }
    }
    return glows;
}

std::vector<stimulus::LightInput> with_colours(std::vector<stimulus::LightInput> lamps,
                                               const std::vector<Glow>& glows) {
    for (const auto& glow : glows) {
        stimulus::LightInput light;
        light.name = glow.input.shown_name();
        light.wavelength = glow.wavelength;
        light.where = glow.input.where;
        lamps.push_back(std::move(light));
    }
    return lamps;
}

void check_wavelengths(const response::TreatmentPlan& plan, const std::vector<Glow>& glows,
                       matter::Library& library, input::Diagnostics& mistakes) {
    for (const auto& light : with_colours(plan.lights, glows))
        check_wavelength(light, plan, library, mistakes);
}

void set_emissions(const std::vector<Glow>& glows, response::TreatmentPlan& plan,
                   std::vector<std::string>& assumptions, input::Diagnostics& mistakes) {
    for (const auto& glow : glows) {
        response::LightEmission emission;
        emission.name = glow.input.shown_name();
        emission.wavelength = glow.wavelength;
        emission.law = glow.law;
        emission.transfer = glow.input.transfer;
        emission.photons = glow.input.photons;
        emission.method = glow.input.method;
        emission.absorption.assign(plan.lights.size(), 0.0);
        add_agents(glow, response::light_count(plan), plan, emission);
        for (const double a : emission.absorption)
            emission.reference = std::max(emission.reference, a);
        if (glow.emitter) emission.reference = glow.emitter->absorption_cross_section;
        check_emission(glow, emission, plan, mistakes);
        assumptions.push_back(sentence(emission));
        plan.emissions.push_back(std::move(emission));
    }
}

}  // namespace caravel::study
