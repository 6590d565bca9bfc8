#include "caravel/base/constants.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/formulation/cards/parts.hpp"
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

constexpr double kiloelectronvolt = 1e3 * electronvolt;       // J
constexpr double reference_energy = 60.0 * kiloelectronvolt;  // J
constexpr double loading = 0.001;                       // kg/kg, 1 mg of particles per g of water
constexpr double lowest_line = 5.0 * kiloelectronvolt;  // J, softer lines stay in the capsule
constexpr int groups_per_decade = 8;                    // of electron energy
constexpr const char* nist = "NIST, Hubbell and Seltzer 1995 (NISTIR 5632)";
constexpr const char* lnhb = "LNHB decay data";

/// Dry matter of one particle: layers without water, and payloads are left out.
matter::Composition particle_composition(const CardContext& c, const matter::XrayTables& tables) {
    std::vector<std::pair<matter::Composition, double>> parts;
    for (const LayerProperties& layer : c.properties.layers)
        if (layer.dry_mass > 0.0)
            parts.emplace_back(tables.composition(layer.material), layer.dry_mass);
    for (const CoatingProperties& coating : c.properties.coatings)
        if (coating.mass > 0.0)
            parts.emplace_back(tables.composition(coating.material), coating.mass);
    if (parts.empty()) throw NotAvailable("the particle has no dry matter");
    return matter::mix(parts);
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

void add_attenuation(const matter::Composition& matter_of, const matter::XrayTables& tables,
                     CardSection& s) {
    s.values.push_back({"effective_atomic_number",
                        matter::effective_atomic_number(matter_of, tables.elements()), "1",
                        "of the dry particle", "power mean of Z, exponent 2.94",
                        "photoelectric range", "Mayneord 1937"});
    s.values.push_back({"mass_attenuation", tables.attenuation(matter_of, reference_energy),
                        "cm2/g", "of the dry particle at 60 keV", "mixture rule, log-log", "",
                        nist});
    s.values.push_back({"mass_energy_absorption",
                        tables.energy_absorption(matter_of, reference_energy), "cm2/g",
                        "of the dry particle at 60 keV", "mixture rule, log-log", "", nist});
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
                     const matter::Composition& matter_of, const matter::XrayTables& tables,
                     const std::string& source, CardSection& s) {
    const double ratio = energy_absorption_ratio(tables, matter_of, spectrum);
    s.values.push_back({name, dose_enhancement(loading, ratio), "1",
                        fmt::format("dose ratio with 1 mg of particles per g of water, {}", of),
                        "mixture energy absorption",
                        fmt::format("charged-particle equilibrium, no attenuation; mu_en ratio {}",
                                    format_number(ratio, 4)),
                        source});
}

void add_enhancements(const matter::Composition& matter_of, const matter::XrayTables& tables,
                      CardSection& s) {
    add_enhancement("dose_enhancement_40kev", "40 keV", {{40.0 * kiloelectronvolt, 1.0}}, matter_of,
                    tables, nist, s);
    add_enhancement("dose_enhancement_100kvp", "100 kV tube, 2 mm Al",
                    tube_spectrum(tables, 100.0 * kiloelectronvolt, 2e-3), matter_of, tables,
                    std::string(nist) + "; spectrum Kramers 1923", s);
    for (const char* nuclide : {"I-125", "Yb-169", "Ir-192"}) {
        std::string name = fmt::format("dose_enhancement_{}", nuclide);
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char ch) {
            return ch == '-' ? '_' : static_cast<char>(std::tolower(ch));
        });
        add_enhancement(name, nuclide, nuclide_spectrum(tables.nuclide(nuclide), lowest_line),
                        matter_of, tables, std::string(nist) + "; " + lnhb, s);
    }
}

void add_element(const CardContext& c, const std::string& element,
                 const matter::Composition& matter_of, const matter::XrayTables& tables,
                 CardSection& s) {
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
    for (const auto& [symbol, part] : matter_of.mass_fractions)
        if (symbol == element) fraction = part;
    const double radius = 0.5 * std::cbrt(6.0 * c.properties.volume / std::acos(-1.0));
    const double density = c.properties.density;
    const Cascade emission = photoelectric_emission(tables, element, reference_energy);
    const ElectronSource source{radius, std::max(1.0, 0.72 * density / 1000.0), emission.electrons};
    const matter::PhotonCrossSections cross(c.library.root() / "xray" / "cross_sections.csv");
    const double per_fluence = cross(element, matter::PhotonProcess::photo, reference_energy) *
                               fraction * c.properties.carrier_mass;  // m2 per particle
    const double fluence =
        1.0 / (reference_energy * tables.curve("water").energy_absorption(reference_energy));
    const double events = fluence * per_fluence;
    const std::string method = "straight tracks, continuous slowing down, Cole 1969";
    s.values.push_back({"ionisations_per_gray", events, "1/Gy",
                        "photoelectric events in one particle per Gy to water, 60 keV",
                        "photoelectric cross-section", "",
                        "xraylib 4 tables; " + std::string(nist)});
    s.values.push_back({"escaping_electron_energy", escaping_energy_fraction(source), "1",
                        "part of the electrons' energy that leaves the particle, 60 keV", method,
                        "stopping in the particle as density times 0.72 (Z/A of gold; assumed)",
                        "Cole 1969", CardStatus::assumed});
    CardCurve curve{"local_dose",
                    "distance from the surface",
                    "nm",
                    {},
                    "dose per photoelectric "
                    "event",
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

void add_labels(const CardContext& c, const matter::XrayTables& tables, CardSection& s) {
    for (const Label& label : c.formulation.labels) {
        if (label.kind != "isotope") continue;
        attempt(s, "radiolabel_half_life", [&] {
            const auto& nuclide = tables.nuclide(label.name);
            s.values.push_back({"radiolabel_half_life", nuclide.half_life, "h",
                                "of " + nuclide.name, "table", "", lnhb});
            if (label.count)
                s.values.push_back({"radiolabel_activity",
                                    activity(*label.count, nuclide.half_life), "Bq", "per particle",
                                    "ln 2 / half-life", "", lnhb});
            const double lost = label.detachment_half_life.value_or(0.0);
            s.values.push_back({"radiolabel_left_24h",
                                remaining_label(86400.0, nuclide.half_life, lost), "1",
                                "neither decayed nor detached after 24 h",
                                lost > 0.0 ? "decay and detachment" : "decay", "", lnhb});
        });
    }
}

}  // namespace

CardSection radiation_section(const CardContext& c) {
    CardSection s{"X-rays and radiolabels", {}, {}, {}, {}};
    if (!c.properties.is_particle()) return s;
    const matter::XrayTables tables(c.library.root() / "xray");
    attempt(s, "mass_attenuation", [&] {
        const matter::Composition dry = particle_composition(c, tables);
        add_attenuation(dry, tables, s);
        add_enhancements(dry, tables, s);
        attempt(s, "local_dose",
                [&] { add_element(c, heavy_element(dry, tables), dry, tables, s); });
    });
    add_labels(c, tables, s);
    return s;
}

}  // namespace caravel::formulation
