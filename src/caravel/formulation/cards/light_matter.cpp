#include "caravel/formulation/cards/light_matter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::formulation {
namespace {

bool is_brought_along(const Formulation& formulation, const std::string& material) {
    return std::any_of(formulation.materials.begin(), formulation.materials.end(),
                       [&](const MaterialDefinition& m) {
                           return m.name == material && (m.n || !m.table.empty());
                       });
}

std::optional<optics::FreeElectrons> electrons_of(const CardContext& c,
                                                  const std::string& material) {
    if (is_brought_along(c.formulation, material)) return std::nullopt;
    const auto energy = c.library.find("metals", material, "plasma_energy");
    if (!energy) return std::nullopt;
    return optics::FreeElectrons{*energy, c.library.value("metals", material, "damping"),
                                 c.library.value("metals", material, "fermi_velocity")};
}

std::complex<double> square(std::complex<double> index) { return index * index; }

/// Each text once, in the order of appearance.
void add_once(std::vector<std::string>& list, const std::string& text) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
}

/// "Au, Johnson and Christy 1972 (table Au_Johnson), which goes from 188 nm to 1937 nm".
std::string with_range(const matter::RefractiveIndex& index) {
    return fmt::format("{}, which goes from {:.6g} nm to {:.6g} nm", index.description(),
                       index.shortest() * 1e9, index.longest() * 1e9);
}

void narrow(LightRange& range, const matter::RefractiveIndex& index) {
    if (index.shortest() > range.shortest) {
        range.shortest = index.shortest();
        range.shortest_by = with_range(index);
    }
    if (index.longest() < range.longest) {
        range.longest = index.longest();
        range.longest_by = with_range(index);
    }
}

}  // namespace

std::complex<double> LightMatter::permittivity(double wavelength, double medium,
                                               double scale) const {
    std::complex<double> eps = square(tables.front()(wavelength));
    if (free_electrons)
        eps = optics::size_corrected_permittivity(eps, *free_electrons,
                                                  matter::photon_energy(wavelength), path * scale);
    std::size_t next = 1;
    if (porosity > 0.0) eps = optics::bruggeman(eps, square(tables[next++](wavelength)), porosity);
    for (const double fraction : inclusions)
        eps = optics::maxwell_garnett(eps, square(tables[next++](wavelength)), fraction);
    if (in_medium < 1.0) eps = optics::maxwell_garnett(medium * medium, eps, in_medium);
    return eps;
}

LightMatter plain_matter(const CardContext& c, const std::string& material, double path) {
    LightMatter m;
    m.tables.push_back(refractive_index(c.formulation, c.library, material));
    m.free_electrons = electrons_of(c, material);
    m.path = path;
    return m;
}

LightMatter layer_matter(const CardContext& c, std::size_t i, double path) {
    const Layer& layer = c.formulation.layers[i];
    LightMatter m = plain_matter(c, layer.material, path);
    m.porosity = layer.porosity;
    if (layer.porosity > 0.0)
        m.tables.push_back(refractive_index(c.formulation, c.library, layer.filled_with));
    for (const Inclusion& inclusion : c.formulation.inclusions) {
        if (static_cast<std::size_t>(inclusion.layer) != i + 1) continue;
        m.tables.push_back(refractive_index(c.formulation, c.library, inclusion.material));
        m.inclusions.push_back(static_cast<double>(inclusion.count) * std::numbers::pi / 6.0 *
                               std::pow(inclusion.diameter, 3) / c.properties.layers[i].volume);
    }
    return m;
}

LightRange common_range(std::span<const LightMatter> matters,
                        const matter::RefractiveIndex& medium) {
    LightRange range;
    narrow(range, medium);
    for (const LightMatter& m : matters)
        for (const auto& table : m.tables) narrow(range, table);
    return range;
}

LightSources light_sources(std::span<const LightMatter> matters,
                           const matter::RefractiveIndex& medium) {
    LightSources sources;
    std::vector<std::string> texts, paths;
    const auto add = [&](const matter::RefractiveIndex& index) {
        add_once(texts, index.description());
        if (!index.is_model() || sources.status == CardStatus::assumed) return;
        const bool fitted = index.description().find("fitted to") != std::string::npos;
        sources.status = fitted ? CardStatus::calibrated : CardStatus::assumed;
    };
    for (const LightMatter& m : matters) {
        for (const auto& table : m.tables) add(table);
        if (m.free_electrons) add_once(paths, fmt::format("{:.3g} nm", m.path * 1e9));
    }
    add(medium);
    sources.text = fmt::format("{}", fmt::join(texts, "; "));
    if (!paths.empty())
        sources.correction = fmt::format("free electrons damped at surfaces, A = 1, mean path {}",
                                         fmt::join(paths, ", "));
    return sources;
}

}  // namespace caravel::formulation
