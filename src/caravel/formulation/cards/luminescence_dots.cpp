#include "caravel/base/constants.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/formulation/cards/luminescence_parts.hpp"
#include "caravel/formulation/luminescence/brus.hpp"
#include "caravel/formulation/luminescence/nanocluster.hpp"
#include "caravel/formulation/luminescence/sizing_curve.hpp"

#include <fmt/format.h>

#include <cmath>

namespace caravel::formulation {
namespace {

using namespace luminescence;

constexpr double nanometre = 1e-9;
constexpr double most_radii = 4.0;       // diameter over exciton radius, beyond which a dot is bulk
constexpr double least_radii = 1.0;      // below, the bands are no parabolas any more
constexpr double emitting_below = 2e-9;  // m, gold clusters; larger ones are metal
constexpr const char* table = "quantum_dots";

// A ball of one material in the particle: its core, or an inclusion.
struct Ball {
    std::string material;
    double diameter = 0.0;  // m
    double count = 1.0;     // per particle
    bool is_shelled = false;
};

std::vector<Ball> find_balls(const CardContext& c) {
    std::vector<Ball> balls;
    balls.push_back({c.properties.layers.front().material,
                     c.properties.layers.front().outer_diameter, 1.0,
                     c.properties.layers.size() > 1});
    for (const Inclusion& inclusion : c.formulation.inclusions)
        balls.push_back(
            {inclusion.material, inclusion.diameter, static_cast<double>(inclusion.count), false});
    return balls;
}

struct DotLight {
    double absorption = 0.0;  // m, first peak
    std::string method, validity, source;
    CardStatus status = CardStatus::computed;
};

Semiconductor read_semiconductor(matter::Library& library, const std::string& name) {
    return {library.value(table, name, "band_gap"), library.value(table, name, "electron_mass"),
            library.value(table, name, "hole_mass"), library.value(table, name, "permittivity")};
}

DotLight by_curve(matter::Library& library, const Ball& ball) {
    SizingCurve curve;
    for (int k = 0;; ++k) {
        const auto value =
            library.find(table, ball.material, "sizing_coefficient_" + std::to_string(k));
        if (!value) break;
        curve.coefficients.push_back(*value);
    }
    curve.smallest = library.value(table, ball.material, "smallest_diameter");
    curve.largest = library.value(table, ball.material, "largest_diameter");
    return {first_absorption(curve, ball.diameter), "sizing curve (Yu and others 2003), inverted",
            fmt::format("{} nm within {} to {} nm", format_number(ball.diameter / nanometre, 3),
                        format_number(curve.smallest / nanometre, 3),
                        format_number(curve.largest / nanometre, 3)),
            "Yu and others 2003"};
}

DotLight by_gap_curve(matter::Library& library, const Ball& ball) {
    const double low = library.value(table, ball.material, "smallest_diameter");
    const double high = library.value(table, ball.material, "largest_diameter");
    if (ball.diameter < low || ball.diameter > high)
        throw InputError(Diagnostic{
            {},
            fmt::format("the {} dot has {} nm", ball.material,
                        format_number(ball.diameter / nanometre, 3)),
            fmt::format("{} to {} nm, the sizes of the curve", format_number(low / nanometre, 3),
                        format_number(high / nanometre, 3)),
            ""});
    const GapCurve curve{library.value(table, ball.material, "gap_curve", "bulk"),
                         library.value(table, ball.material, "gap_curve_square"),
                         library.value(table, ball.material, "gap_curve_linear"),
                         library.find(table, ball.material, "gap_curve_constant").value_or(0.0)};
    const std::string source = library.find_fact(table, ball.material, "gap_curve", "bulk")->source;
    return {photon_wavelength(dot_gap(curve, ball.diameter)), "gap curve E0 + 1/(a d^2 + b d + c)",
            fmt::format("{} nm within {} to {} nm", format_number(ball.diameter / nanometre, 3),
                        format_number(low / nanometre, 3), format_number(high / nanometre, 3)),
            source, CardStatus::assumed};
}

DotLight by_effective_mass(matter::Library& library, const Ball& ball) {
    const Semiconductor matter = read_semiconductor(library, ball.material);
    const double radii = ball.diameter / exciton_radius(matter);
    if (radii > most_radii)
        throw NotAvailable(fmt::format(
            "{} of {} nm is not confined: {} exciton radii across, at most {} make a dot",
            ball.material, format_number(ball.diameter / nanometre, 3), format_number(radii, 3),
            most_radii));
    if (radii < least_radii)
        throw NotAvailable(fmt::format(
            "{} of {} nm is {} exciton radii across; the effective mass needs at least {}, below "
            "which the bands are far from parabolas and the gap comes out much too large; no "
            "measured sizing curve of {} is in data/quantum_dots.csv",
            ball.material, format_number(ball.diameter / nanometre, 3), format_number(radii, 2),
            least_radii, ball.material));
    return {photon_wavelength(brus_gap(matter, ball.diameter)), "effective mass (Brus 1984)",
            fmt::format("{} exciton radii across; the gap of small dots comes out too large",
                        format_number(radii, 3)),
            "recalled semiconductor constants", CardStatus::assumed};
}

DotLight find_light(matter::Library& library, const Ball& ball) {
    if (library.find(table, ball.material, "sizing_coefficient_0")) return by_curve(library, ball);
    if (library.find(table, ball.material, "gap_curve", "bulk")) return by_gap_curve(library, ball);
    return by_effective_mass(library, ball);
}

void add_dot_brightness(EmitterCard& card, const Ball& ball, double yield) {
    matter::Library& library = card.context().library;
    const auto prefactor = library.find(table, ball.material, "extinction_prefactor");
    if (!prefactor) {
        card.refuse("brightness", "no molar absorption of " + ball.material + " dots in the table");
        return;
    }
    const double absorption = dot_absorption(
        *prefactor, library.value(table, ball.material, "extinction_exponent"), ball.diameter);
    card.add({"molar_absorption", absorption, "L/(mol.cm)", "of one dot at its first peak",
              "power of the diameter (Yu and others 2003)", "", "Yu and others 2003"});
    card.add({"brightness", ball.count * absorption * yield, "L/(mol.cm)",
              "per particle, excited at the first peak", "count x molar absorption x yield", "",
              "Yu and others 2003", CardStatus::assumed});
}

void add_dot(EmitterCard& card, const Ball& ball) {
    matter::Library& library = card.context().library;
    const DotLight light = find_light(library, ball);
    const double shift = library.value(table, ball.material, "stokes_shift");
    const double emission = photon_wavelength(photon_energy(light.absorption) - shift);
    card.start(ball.material);
    card.add({"emission_peak", emission, "nm", "of the " + ball.material + " dot",
              light.method + ", Stokes shift", light.validity,
              light.source + "; Stokes shift assumed", CardStatus::assumed});
    card.add({"absorption_peak", light.absorption, "nm", "first exciton", light.method,
              light.validity, light.source, light.status});
    const auto shelled = library.find(table, ball.material, "quantum_yield", "shelled");
    const double yield = ball.is_shelled && shelled
                             ? *shelled
                             : library.value(table, ball.material, "quantum_yield", "core");
    card.add({"quantum_yield", yield, "1",
              ball.is_shelled && shelled ? "typical under a shell" : "typical of a bare core",
              "table", "the surface decides: 0.01 to 0.9", "assumed", CardStatus::assumed});
    card.add({"luminescence_lifetime", library.value(table, ball.material, "lifetime"), "ns",
              "typical", "table", "", "assumed", CardStatus::assumed});
    add_dot_brightness(card, ball, yield);
    card.add_band(ball.material,
                  {{emission, library.value(table, ball.material, "emission_width")}}, {1.0});
}

void add_cluster(EmitterCard& card, const Ball& ball) {
    matter::Library& library = card.context().library;
    const double atoms = atoms_in_sphere(ball.diameter, library.value("materials", "Au", "density"),
                                         library.value("materials", "Au", "molar_mass"));
    if (atoms < 2.0 || ball.diameter >= emitting_below) return;  // a metal particle
    if (atoms > largest_emitting_cluster)
        throw NotAvailable(fmt::format(
            "a gold cluster of {} nm and {} atoms: clusters of this size emit in the near infrared "
            "by their ligand shell, not as free electrons in a sphere (to {} atoms); the colour of "
            "none is in data/quantum_dots.csv",
            format_number(ball.diameter / nanometre, 3), format_number(atoms, 3),
            largest_emitting_cluster));
    const double energy = cluster_emission(library.value(table, "Au", "fermi_energy"), atoms);
    card.start("Au");
    card.add({"emission_peak", photon_wavelength(energy), "nm",
              fmt::format("of a gold cluster of {} atoms", format_number(atoms, 3)),
              "free-electron sphere, E_F/N^(1/3) (Zheng and others 2004)",
              "within 4 % up to 13 atoms; 15 to 26 % short of the measured wavelength at 23 and 31",
              "recalled", CardStatus::assumed});
    card.refuse("quantum_yield", "of gold clusters is set by their ligands (0.0001 to 0.7)");
    card.add_band("Au cluster", {{photon_wavelength(energy), 0.15 * photon_wavelength(energy)}},
                  {1.0});
}

}  // namespace

void add_quantum_dots(EmitterCard& card) {
    for (const Ball& ball : find_balls(card.context())) {
        if (!card.context().library.find(table, ball.material, "band_gap")) continue;
        attempt(card.section(), ball.material + "_emission_peak", [&] { add_dot(card, ball); });
    }
}

void add_gold_clusters(EmitterCard& card) {
    for (const Ball& ball : find_balls(card.context()))
        if (ball.material == "Au")
            attempt(card.section(), "Au_emission_peak", [&] { add_cluster(card, ball); });
}

}  // namespace caravel::formulation
