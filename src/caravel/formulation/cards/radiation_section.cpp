#include "caravel/base/constants.hpp"
#include "caravel/base/sphere.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/formulation/cards/card_facts.hpp"
#include "caravel/formulation/cards/parts.hpp"
#include "caravel/formulation/dry_composition.hpp"
#include "caravel/formulation/radiation/dose_enhancement.hpp"
#include "caravel/formulation/radiation/local_dose.hpp"
#include "caravel/formulation/radiation/photoelectric.hpp"
#include "caravel/formulation/radiation/radiolabel.hpp"
#include "caravel/matter/photon_cross_sections.hpp"
#include "caravel/matter/xray.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::formulation {
namespace {

using namespace radiation;

constexpr int groups_per_decade = 8;                    // of electron energy
constexpr double lowest_line = 5.0 * kiloelectronvolt;  // J, softer lines stay in the capsule
constexpr const char* nist = "NIST, Hubbell and Seltzer 1995 (NISTIR 5632)";
constexpr const char* lnhb = "LNHB decay data";

/// Dry matter of one particle, and what its composition and mass rest on.
struct DryMatter {
    matter::Composition composition;
    CardBasis mixture;  // shares of the mass
    CardBasis mass;
};

/// Layers without water, and coatings; payloads are left out.
DryMatter dry_matter(const CardContext& c, const matter::XrayTables& tables) {
    CardFacts facts(c.library);
    CardFacts names(c.library);
    const auto masses = dry_masses(c.properties);
    for (const auto& [material, mass] : masses) {
        facts.find("materials", material, "density");
        if (tables.has_named_composition(material))
            names.add({fmt::format("composition of {}: data/xray/formulas.csv", material)});
    }
    facts.add(names.basis());
    const CardBasis mass = facts.basis();
    return {dry_composition(c.properties, tables), masses.size() > 1 ? mass : names.basis(), mass};
}

/// `source`, and what else a number rests on.
CardBasis with(const std::string& source, const CardBasis& basis) {
    return {basis.source.empty() ? source : source + "; " + basis.source, basis.status};
}

/// Stopping power of the particle over that of water by the number of electrons per volume;
/// mean excitation energies are left out.
double stopping_ratio(const matter::Composition& composition, double density,
                      const matter::XrayTables& tables) {
    const auto electrons = [&](const matter::Composition& of) {
        double sum = 0.0;
        for (const auto& [symbol, fraction] : of.mass_fractions)
            for (const auto& e : tables.elements())
                if (e.symbol == symbol) sum += fraction * e.z / e.atomic_weight;
        return sum;
    };
    constexpr double water_density = 1000.0;  // kg/m3
    const matter::Composition water = matter::parse_formula("H2O", tables.elements());
    return std::max(1.0, electrons(composition) * density / (electrons(water) * water_density));
}

/// The element of the largest dry mass weighted with Z^4: it takes most of the X-rays.
std::string heavy_element(const matter::Composition& composition,
                          const matter::XrayTables& tables) {
    std::string best;
    double most = 0.0;
    for (const auto& [symbol, fraction] : composition.mass_fractions)
        for (const auto& e : tables.elements())
            if (e.symbol == symbol && fraction * std::pow(e.z, 4) > most) {
                most = fraction * std::pow(e.z, 4);
                best = symbol;
            }
    return best;
}

std::string in_kev(double energy) { return format_number(energy / kiloelectronvolt, 5) + " keV"; }

void add_attenuation(const DryMatter& dry, double energy_asked, const matter::XrayTables& tables,
                     CardSection& s) {
    const matter::Composition& matter_of = dry.composition;
    const CardBasis basis = with(nist, dry.mixture);
    s.values.push_back(
        {"effective_atomic_number", matter::effective_atomic_number(matter_of, tables.elements()),
         "1", "of the dry particle", "power mean of Z, exponent 2.94", "photoelectric range",
         with("Mayneord 1937", dry.mixture).source, dry.mixture.status});
    s.values.push_back({"mass_attenuation", tables.attenuation(matter_of, energy_asked), "cm2/g",
                        "of the dry particle at " + in_kev(energy_asked), "mixture rule, log-log",
                        "", basis.source, basis.status});
    s.values.push_back({"mass_energy_absorption", tables.energy_absorption(matter_of, energy_asked),
                        "cm2/g", "of the dry particle at " + in_kev(energy_asked),
                        "mixture rule, log-log", "", basis.source, basis.status});
    CardCurve curve{"mass_attenuation_spectrum",
                    "photon energy",
                    "keV",
                    {},
                    "mass coefficient",
                    "cm2/g",
                    {{"attenuation", {}}, {"energy absorption", {}}},
                    nist,
                    true,
                    true};
    for (int i = 0; i <= 200; ++i) {
        const double energy = 10.0 * kiloelectronvolt * std::pow(30.0, i / 200.0);
        curve.x.push_back(energy);
        curve.lines[0].y.push_back(tables.attenuation(matter_of, energy));
        curve.lines[1].y.push_back(tables.energy_absorption(matter_of, energy));
    }
    s.curves.push_back(std::move(curve));
}

void add_enhancement(const std::string& name, const std::string& of, const Spectrum& spectrum,
                     const DryMatter& dry, double loading, const matter::XrayTables& tables,
                     const std::string& source, CardSection& s) {
    const double ratio = energy_absorption_ratio(tables, dry.composition, spectrum);
    const CardBasis basis = with(source, dry.mixture);
    s.values.push_back({name, dose_enhancement(loading, ratio), "1",
                        fmt::format("dose ratio with {} mg of particles per g of loaded tissue, {}",
                                    format_number(loading * 1e3, 4), of),
                        "mixture energy absorption",
                        fmt::format("charged-particle equilibrium, no attenuation; mu_en ratio {}",
                                    format_number(ratio, 4)),
                        basis.source, basis.status});
}

void add_enhancements(const DryMatter& dry, const Conditions& at, const matter::XrayTables& tables,
                      CardSection& s) {
    add_enhancement("dose_enhancement_monochromatic", in_kev(at.xray_energy),
                    {{at.xray_energy, 1.0}}, dry, at.mass_fraction, tables, nist, s);
    add_enhancement("dose_enhancement_tube",
                    fmt::format("tube of {}, {} mm Al", in_kev(at.tube_energy),
                                format_number(at.tube_filter * 1e3, 3)),
                    tube_spectrum(tables, at.tube_energy, at.tube_filter), dry, at.mass_fraction,
                    tables, std::string(nist) + "; spectrum Kramers 1923", s);
    for (const char* nuclide : {"I-125", "Yb-169", "Ir-192"}) {
        std::string name = fmt::format("dose_enhancement_{}", nuclide);
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char ch) {
            return ch == '-' ? '_' : static_cast<char>(std::tolower(ch));
        });
        add_enhancement(name, nuclide, nuclide_spectrum(tables.nuclide(nuclide), lowest_line), dry,
                        at.mass_fraction, tables, std::string(nist) + "; " + lnhb, s);
    }
}

void add_element(const CardContext& c, const std::string& element, const DryMatter& dry,
                 const matter::XrayTables& tables, CardSection& s) {
    const double reference_energy = c.formulation.conditions.xray_energy;
    const auto shells = tables.shells(element);
    if (shells.empty() || shells.front().edge < 1.0 * kiloelectronvolt) return;
    s.values.push_back({"k_edge", shells.front().edge, "keV",
                        fmt::format("of {}, the element that takes most X-rays", element), "table",
                        "", "xraylib 4 tables"});
    s.values.push_back({"k_fluorescence_yield", shells.front().fluorescence_yield, "1",
                        fmt::format("photons per K vacancy of {}", element), "table", "",
                        "xraylib 4 tables"});
    if (shells.front().edge < reference_energy || tables.shells(element).size() > 3) {
        const Cascade k = vacancy_cascade(tables, element, "K");
        s.values.push_back({"auger_electrons_per_k_vacancy", k.electron_number(), "1",
                            fmt::format("of {}", element),
                            "expected cascade, Auger vacancies shared by shell occupation",
                            "shells to O3 only: a lower bound; rates are statistical",
                            "xraylib 4 tables", CardStatus::assumed});
    }
    double fraction = 0.0;
    for (const auto& [symbol, part] : dry.composition.mass_fractions)
        if (symbol == element) fraction = part;
    const double radius = 0.5 * sphere_diameter(c.properties.volume);
    const double density = c.properties.density;
    const Cascade emission = photoelectric_emission(tables, element, reference_energy);
    const double stopping = stopping_ratio(dry.composition, density, tables);
    const ElectronSource source{radius, stopping,
                                group_by_energy(emission.electrons, groups_per_decade)};
    const matter::PhotonCrossSections cross(c.library.root() / "xray" / "cross_sections.csv");
    const double per_fluence = cross(element, matter::PhotonProcess::photo, reference_energy) *
                               fraction * c.properties.carrier_mass;  // m2 per particle
    const double fluence =
        1.0 / (reference_energy * tables.curve("water").energy_absorption(reference_energy));
    const double events = fluence * per_fluence;
    const std::string method = "straight tracks, continuous slowing down, Cole 1969";
    s.values.push_back(
        {"ionisations_per_gray", events, "1/Gy",
         "photoelectric events in one particle per Gy to water, " + in_kev(reference_energy),
         "photoelectric cross-section", "",
         with("xraylib 4 tables; " + std::string(nist), dry.mass).source, dry.mass.status});
    s.values.push_back(
        {"escaping_electron_energy", escaping_energy_fraction(source), "1",
         "part of the electrons' energy that leaves the particle, " + in_kev(reference_energy),
         method,
         fmt::format("stopping in the particle {} times that in water, by electron density "
                     "(assumed)",
                     format_number(stopping, 3)),
         "Cole 1969", CardStatus::assumed});
    CardCurve curve{"local_dose",
                    "distance from the surface",
                    "nm",
                    {},
                    "dose per photoelectric event",
                    "Gy",
                    {{element, {}}},
                    method,
                    true,
                    true};
    std::vector<double> r;
    for (int i = 0; i <= 40; ++i) {
        curve.x.push_back(1e-9 * std::pow(1e4, i / 40.0));
        r.push_back(radius + curve.x.back());
    }
    curve.lines[0].y = radial_dose(source, r);
    s.curves.push_back(std::move(curve));
}

void add_label(const Label& label, const std::string& prefix, const matter::Nuclide& nuclide,
               CardSection& s) {
    s.values.push_back(
        {prefix + "_half_life", nuclide.half_life, "h", "of " + nuclide.name, "table", "", lnhb});
    if (label.count)
        s.values.push_back({prefix + "_activity", activity(*label.count, nuclide.half_life), "Bq",
                            "per particle", "ln 2 / half-life", "", lnhb});
    const double lost = label.detachment_half_life.value_or(0.0);
    s.values.push_back({prefix + "_left_24h", remaining_label(86400.0, nuclide.half_life, lost),
                        "1", "neither decayed nor detached after 24 h",
                        lost > 0.0 ? "decay and detachment" : "decay", "", lnhb});
}

/// The first label's values are called radiolabel_..., those of further ones by their nuclide.
void add_labels(const CardContext& c, const matter::XrayTables& tables, CardSection& s) {
    std::vector<std::string> seen;
    for (const Label& label : c.formulation.labels) {
        if (label.kind != "isotope" ||
            std::find(seen.begin(), seen.end(), label.name) != seen.end())
            continue;
        const std::string prefix = seen.empty() ? "radiolabel" : "radiolabel_" + label.name;
        seen.push_back(label.name);
        attempt(s, prefix + "_half_life",
                [&] { add_label(label, prefix, tables.nuclide(label.name), s); });
    }
}

}  // namespace

CardSection radiation_section(const CardContext& c) {
    CardSection s{"X-rays and radiolabels", {}, {}, {}, {}};
    if (!c.properties.is_particle()) return s;
    const matter::XrayTables tables(c.library.root() / "xray");
    attempt(s, "mass_attenuation", [&] {
        const DryMatter dry = dry_matter(c, tables);
        add_attenuation(dry, c.formulation.conditions.xray_energy, tables, s);
        attempt(s, "dose_enhancement",
                [&] { add_enhancements(dry, c.formulation.conditions, tables, s); });
        attempt(s, "local_dose",
                [&] { add_element(c, heavy_element(dry.composition, tables), dry, tables, s); });
    });
    add_labels(c, tables, s);
    return s;
}

}  // namespace caravel::formulation
