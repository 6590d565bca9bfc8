#include "caravel/study/phantom_tissues.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/tissue/heat/heat_tissues.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace caravel::study {
namespace {

constexpr const char* thermal_table = "tissue_thermal";
constexpr double default_index = 1.37;  // soft tissue

stimulus::PhaseFunction phase_of(const PhantomTissue& own) {
    stimulus::PhaseFunction phase;
    if (own.phase_function == "modified_henyey_greenstein") {
        phase.kind = stimulus::PhaseFunction::Kind::modified_henyey_greenstein;
        phase.beta = own.phase_share;
    } else if (own.phase_function == "tabulated") {
        phase.kind = stimulus::PhaseFunction::Kind::tabulated;
        phase.cosines = own.phase_cosines;
    }
    return phase;
}

bool scatters(const PhantomTissue& own) { return own.scattering || own.reduced_scattering; }

/// Puts own numbers over a medium's.
void put_over(const PhantomTissue& own, stimulus::OpticalMedium& medium) {
    if (own.anisotropy) medium.anisotropy = *own.anisotropy;
    if (own.refractive_index) medium.refractive_index = *own.refractive_index;
    if (own.absorption) medium.absorption = *own.absorption;
    if (own.scattering) medium.scattering = *own.scattering;
    if (own.reduced_scattering)
        medium.scattering = *own.reduced_scattering / (1.0 - medium.anisotropy);
    medium.phase = phase_of(own);
}

/// Air, for what is outside of the body.
tissue::ThermalTissue air() {
    tissue::ThermalTissue t;
    t.density = 1.15;
    t.heat_capacity = 1007.0;
    t.conductivity = 0.026;
    return t;
}

/// Where heat is not asked for.
tissue::ThermalTissue idle_heat() {
    tissue::ThermalTissue t;
    t.density = 1000.0;
    t.heat_capacity = 4180.0;
    t.conductivity = 0.6;
    return t;
}

/// Puts own numbers over a tissue's; what is frozen conducts and stores like the rest where
/// nothing else is known.
void put_over(const PhantomTissue& own, tissue::ThermalTissue& t) {
    if (own.density) t.density = *own.density;
    if (own.heat_capacity) t.heat_capacity = *own.heat_capacity;
    if (own.conductivity) t.conductivity = *own.conductivity;
    if (own.conductivity_slope) t.conductivity_slope = *own.conductivity_slope;
    if (own.perfusion) t.perfusion = *own.perfusion;
    if (own.metabolic_heat) t.metabolic_heat = *own.metabolic_heat;
    if (own.frozen_heat_capacity) t.frozen_heat_capacity = *own.frozen_heat_capacity;
    if (own.frozen_conductivity) t.frozen_conductivity = *own.frozen_conductivity;
    if (own.latent_heat) t.latent_heat = *own.latent_heat;
    if (own.liquidus) t.liquidus = *own.liquidus;
    if (own.solidus) t.solidus = *own.solidus;
    if (t.frozen_heat_capacity <= 0.0) t.frozen_heat_capacity = t.heat_capacity;
    if (t.frozen_conductivity <= 0.0) t.frozen_conductivity = t.conductivity;
}

}  // namespace

PhantomTissues::PhantomTissues(const PhantomStudy& study, matter::Library& library,
                               input::Diagnostics& mistakes)
    : study_(study), library_(library), mistakes_(mistakes) {}

void PhantomTissues::complain(const Location& where, std::string what, std::string expected,
                              std::string hint) {
    mistakes_.add({where, std::move(what), std::move(expected), std::move(hint)});
}

bool PhantomTissues::is_shipped(const std::string& name) {
    const auto optical = stimulus::tissue_optics_names(library_);
    return library_.table(thermal_table).has(name) || library_.table("tissue_xray").has(name) ||
           library_.table("tissue_mri").has(name) ||
           std::find(optical.begin(), optical.end(), name) != optical.end();
}

std::string PhantomTissues::shipped_hint(const std::string& name) {
    auto names = stimulus::tissue_optics_names(library_);
    for (const char* table : {thermal_table, "tissue_xray", "tissue_mri"})
        for (const auto& n : library_.table(table).names()) names.push_back(n);
    for (const auto& t : study_.phantom.tissues) names.push_back(t.name);
    const std::vector<std::string_view> views(names.begin(), names.end());
    return did_you_mean(name, views);
}

std::uint16_t PhantomTissues::find(const std::string& name, const Location& where) {
    for (std::size_t i = 0; i < tissues_.size(); ++i)
        if (tissues_[i].name == name) return static_cast<std::uint16_t>(i);
    const auto& own = study_.phantom.tissues;
    const auto found = std::find_if(own.begin(), own.end(),
                                    [&](const PhantomTissue& t) { return t.name == name; });
    PhantomTissue shipped;
    shipped.name = shipped.use = name;
    shipped.where = where;
    const PhantomTissue& input = found != own.end() ? *found : shipped;
    if (!input.use.empty() && !is_shipped(input.use))
        complain(input.where, fmt::format("there is no tissue '{}'", input.use),
                 found != own.end() ? "a shipped tissue ('caravel list tissues')"
                                    : "a [[phantom.tissue]] or a shipped one",
                 shipped_hint(input.use));
    else
        tissues_.push_back(make(input));
    if (tissues_.empty() || tissues_.back().name != name) {
        tissues_.emplace_back();
        tissues_.back().name = name;
    }
    return static_cast<std::uint16_t>(tissues_.size() - 1);
}

response::TreatedTissue PhantomTissues::make(const PhantomTissue& own) {
    response::TreatedTissue tissue;
    tissue.name = own.name;
    tissue.optics.name = own.name;
    tissue.optics.exterior = own.exterior;
    tissue.optics.refractive_index = own.exterior ? 1.0 : default_index;
    if (!study_.protocol.stimuli.lights.empty()) set_optics(own, tissue);
    set_heat(own, tissue);
    set_dielectric(own, tissue);
    return tissue;
}

/// Only antennas and coils ask for it.
void PhantomTissues::set_dielectric(const PhantomTissue& own, response::TreatedTissue& tissue) {
    if (study_.protocol.stimuli.microwaves.empty() && study_.protocol.stimuli.coils.empty()) return;
    const auto& table = library_.table("dielectric");
    if (!own.dielectric.empty() && !table.has(own.dielectric)) {
        const auto names = table.names();
        const std::vector<std::string_view> views(names.begin(), names.end());
        complain(own.where, fmt::format("no dielectric is known of '{}'", own.dielectric),
                 "a tissue of data/dielectric.csv", did_you_mean(own.dielectric, views));
        return;
    }
    const std::string& wanted = own.dielectric.empty() ? own.use : own.dielectric;
    if (table.has(wanted))
        tissue.dielectric = wanted;
    else
        assumptions_.push_back(
            fmt::format("Tissue '{}' conducts electricity as muscle does.", own.name));
}

void PhantomTissues::set_optics(const PhantomTissue& own, response::TreatedTissue& tissue) {
    put_over(own, tissue.optics);
    if (own.exterior || (own.absorption && scatters(own))) return;
    if (own.use.empty())
        complain(own.where, fmt::format("tissue '{}' has no optical data", own.name),
                 "absorption_coefficient and scattering_coefficient, or use = a shipped tissue");
    else
        set_shipped_optics(own, tissue);
}

void PhantomTissues::set_shipped_optics(const PhantomTissue& own, response::TreatedTissue& tissue) {
    try {
        auto composition = stimulus::find_tissue_optics(library_, own.use);
        composition.name = own.name;
        if (own.anisotropy) composition.anisotropy = *own.anisotropy;
        if (own.refractive_index) composition.refractive_index = *own.refractive_index;
        const auto& lights = study_.protocol.stimuli.lights;
        const bool one_wavelength = std::all_of(lights.begin(), lights.end(), [&](const auto& l) {
            return l.wavelength == lights.front().wavelength;
        });
        if (!own.absorption && !scatters(own) && own.phase_function == "henyey_greenstein") {
            tissue.composition = composition;
        } else if (one_wavelength) {
            tissue.optics =
                stimulus::optical_medium(composition, lights.front().wavelength, library_);
            tissue.optics.name = own.name;
            put_over(own, tissue.optics);
        } else {
            complain(own.where,
                     fmt::format("tissue '{}' takes part of its optics from '{}', at several "
                                 "wavelengths",
                                 own.name, own.use),
                     "absorption and scattering both given, or lights of one wavelength");
        }
    } catch (const InputError& error) {
        for (auto d : error.diagnostics()) {
            if (d.where.file.empty()) d.where = own.where;
            mistakes_.add(std::move(d));
        }
    }
}

void PhantomTissues::set_heat(const PhantomTissue& own, response::TreatedTissue& tissue) {
    const bool whole = own.density && own.heat_capacity && own.conductivity;
    if (!study_.phantom.heat) {
        tissue.thermal = idle_heat();
    } else if (!own.use.empty()) {
        try {
            tissue.thermal = study_.phantom.conductivity_slopes
                                 ? tissue::find_heated_tissue(library_, own.use)
                                 : tissue::find_thermal_tissue(library_, own.use);
        } catch (const InputError& error) {
            if (!whole)
                for (auto d : error.diagnostics()) {
                    if (d.where.file.empty()) d.where = own.where;
                    mistakes_.add(std::move(d));
                }
        }
    } else if (own.exterior) {
        tissue.thermal = air();
        if (!whole)
            assumptions_.push_back(
                fmt::format("Tissue '{}' stores and conducts heat as still air "
                            "does.",
                            own.name));
    } else if (!whole) {
        complain(
            own.where,
            fmt::format("tissue '{}' has no density, heat_capacity and conductivity", own.name),
            "all three, use = a shipped tissue, or heat = false for light alone");
    }
    tissue.thermal.name = own.name;
    put_over(own, tissue.thermal);
}

std::string flat_conductivity(const std::vector<response::TreatedTissue>& tissues) {
    std::string names;
    for (const auto& t : tissues)
        if (!t.optics.exterior && t.thermal.conductivity_slope == 0.0)
            names += (names.empty() ? "" : ", ") + t.name;
    if (names.empty()) return "";
    return "conductivity_slopes: no slope is known of " + names +
           "; there conductivity does not follow the temperature.";
}

}  // namespace caravel::study
