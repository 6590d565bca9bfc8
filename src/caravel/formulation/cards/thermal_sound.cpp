// Density, compressibility, scattering, bubbles and droplets of a card.
#include "caravel/formulation/cards/thermal_part.hpp"
#include "caravel/formulation/thermal/bubble.hpp"
#include "caravel/formulation/thermal/droplet.hpp"
#include "caravel/formulation/thermal/small_sphere.hpp"
#include "caravel/matter/water.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace caravel::formulation {
namespace {

using namespace thermal;

constexpr double pressure = 101.3e3;            // Pa
constexpr double largest_lipid_bubble = 10e-6;  // m, radius
constexpr double burst_time = 0.2e-6;  // s near the minimum of a pulse of ten cycles of 5 MHz
constexpr double load = 1.0;           // kg/m3, 1 mg/mL

std::string in_mhz(double frequency) { return format_number(frequency * 1e-6, 4) + " MHz"; }

std::string text(double value) { return format_number(value, 3); }

SoundMedium medium_of(const CardContext& c, FactReader& facts) {
    const auto& m = c.formulation.medium;
    return {facts.need("water", "density", "body"), facts.need("water", "sound_speed"),
            m.viscosity ? *m.viscosity : matter::water_viscosity(m.temperature)};
}

/// 1/Pa: of gases the adiabatic value at 101.3 kPa.
double compressibility_of(const CardContext& c, FactReader& facts, const std::string& material) {
    if (const auto gas = facts.find(material, "polytropic_exponent"))
        return 1.0 / (*gas * pressure);
    if (const auto modulus = facts.find(material, "bulk_modulus")) return 1.0 / *modulus;
    if (const auto speed = facts.find(material, "sound_speed"))
        return 1.0 / (c.library.value("materials", material, "density") * *speed * *speed);
    throw NotAvailable("data/acoustic.csv has neither bulk_modulus nor sound_speed of '" +
                       material + "'");
}

SoundSphere sphere_of(const CardContext& c, FactReader& facts) {
    double kappa = 0.0;
    for_each_matter(c, [&](const std::string& material, double volume) {
        kappa += volume * compressibility_of(c, facts, material);
    });
    return {volume_radius(c), c.properties.density, kappa / c.properties.volume};
}

/// The gas at rest with the shell that surrounds it.
Bubble bubble_of(const CardContext& c, FactReader& facts, std::size_t gas) {
    const auto& layers = c.properties.layers;
    Bubble b;
    b.radius = 0.5 * layers[gas].outer_diameter;
    b.polytropic = facts.need(layers[gas].material, "polytropic_exponent");
    b.surface_tension = 0.072;
    if (gas + 1 == layers.size()) return b;
    const std::string& shell = layers[gas + 1].material;
    if (const auto elasticity = facts.find(shell, "shell_elasticity")) {
        b.surface_tension = 0.0;
        if (b.radius > largest_lipid_bubble)
            throw NotAvailable(
                fmt::format("a bubble of radius {} um: the shells of lipid bubbles are fitted from "
                            "1 to 4 um and used up to 10 um",
                            text(b.radius * 1e6)));
        b.shell_elasticity = *elasticity;
        b.shell_viscosity = facts.need(shell, "shell_viscosity") *
                            std::exp(facts.need(shell, "shell_viscosity_growth") * b.radius);
        return b;
    }
    const double thickness = 0.5 * layers[gas + 1].outer_diameter - b.radius;
    return with_thin_shell(b, facts.need(shell, "shell_shear_modulus"),
                           facts.need(shell, "shell_shear_viscosity"), thickness);
}

void add_bubble(const CardContext& c, CardSection& section, std::size_t gas) {
    FactReader facts(c.library, "acoustic");
    const SoundMedium water = medium_of(c, facts);
    const BubbleLiquid liquid{water.density, water.viscosity, water.speed, pressure};
    const Bubble b = bubble_of(c, facts, gas);
    const double f0 = bubble_resonance(b, liquid);
    const double frequency = c.formulation.conditions.ultrasound_frequency;
    const BubbleDamping d = bubble_damping(b, liquid, f0);
    const std::string shell = fmt::format(
        "R {} um, shell elasticity {} N/m, viscosity {} kg/s, rest tension {} N/m; "
        "lipid shells fitted for 1 to 4 um; no heat conduction",
        text(b.radius * 1e6), text(b.shell_elasticity), text(b.shell_viscosity),
        text(b.surface_tension));
    add_value(section, facts, "bubble_resonance", f0, "MHz", "small oscillation, undamped",
              "Marmottant et al. 2005, linear", shell);
    add_value(section, facts, "bubble_damping", d.total(), "1", "dimensionless, at resonance",
              "de Jong et al. 1992",
              fmt::format("viscous {}, radiation {}, shell {}", text(d.viscous), text(d.radiation),
                          text(d.shell)));
    add_value(section, facts, "acoustic_cross_section", bubble_scattering(b, liquid, frequency),
              "nm2", "scattering at " + in_mhz(frequency), "linear oscillator, de Jong et al. 1992",
              shell);
    CardCurve curve{
        "bubble_cross_section", "frequency", "MHz", {}, "cross-section", "um2", {}, {}, true, true};
    CardLine scattering{"scattering", {}};
    CardLine extinction{"extinction", {}};
    for (int i = 0; i <= 60; ++i) {
        const double f = f0 * std::pow(10.0, -1.0 + i / 30.0);
        curve.x.push_back(f);
        scattering.y.push_back(bubble_scattering(b, liquid, f));
        extinction.y.push_back(bubble_extinction(b, liquid, f));
    }
    curve.lines = {scattering, extinction};
    curve.method = "linear oscillator";
    section.curves.push_back(std::move(curve));
}

void add_droplet(const CardContext& c, CardSection& section, std::size_t layer) {
    FactReader facts(c.library, "acoustic");
    const std::string& name = c.properties.layers[layer].material;
    const VolatileLiquid liquid{facts.need(name, "boiling_point"),
                                facts.need(name, "critical_temperature"),
                                facts.need(name, "critical_pressure"),
                                c.library.value("materials", name, "molar_mass"),
                                facts.need(name, "liquid_density"),
                                facts.need(name, "surface_tension", "vapour"),
                                298.15};
    Droplet droplet;
    droplet.radius = 0.5 * c.properties.layers[layer].outer_diameter;
    droplet.temperature = c.formulation.medium.temperature;
    droplet.pressure = pressure;
    const std::string& outer = c.properties.layers.back().material;
    const auto coated = facts.find(outer, "surface_tension", "water");
    droplet.interface_tension = coated ? *coated : facts.need(name, "surface_tension", "water");
    const SoundMedium water = medium_of(c, facts);
    const double frequency = c.formulation.conditions.ultrasound_frequency;
    const double gain =
        centre_amplification(droplet.radius, frequency, liquid.density,
                             facts.need(name, "sound_speed"), water.density, water.speed);
    const VaporisationThreshold t = vaporisation_threshold(liquid, droplet, burst_time, gain);
    const std::string validity = fmt::format(
        "homogeneous nucleation at {} MPa inside, 0.2 us at the minimum; Laplace {} kPa; "
        "amplification {} of the fundamental alone (harmonics of strong pulses lower the "
        "threshold)",
        text(t.inside * 1e-6), text(t.laplace_pressure * 1e-3), text(gain));
    add_value(section, facts, "vaporisation_threshold", t.peak_negative, "MPa",
              "peak negative pressure at " + in_mhz(frequency),
              "Blander and Katz 1975, Anderson 1950", validity);
    add_value(section, facts, "vapour_pressure", t.vapour_pressure, "kPa",
              "of the droplet's liquid", "Clausius-Clapeyron, boiling and critical point",
              fmt::format("T = {} K", text(droplet.temperature)));
    add_value(section, facts, "superheat_pressure", t.superheat, "kPa",
              "vapour pressure over the pressure inside; above 0 metastable",
              "Laplace pressure of the interface", validity);
}

void add_scattering(const CardContext& c, CardSection& section, bool bubble) {
    FactReader facts(c.library, "acoustic");
    const SoundMedium medium = medium_of(c, facts);
    const SoundSphere sphere = sphere_of(c, facts);
    const std::string mean = "volume-weighted mean of the layers";
    add_value(section, facts, "particle_density", sphere.density, "g/mL",
              "with what fills it, without coatings", mean, "");
    add_value(section, facts, "compressibility", sphere.compressibility, "1/GPa",
              "adiabatic, under even pressure", mean + " (Reuss)", "shear of shells left out");
    add_value(section, facts, "acoustic_impedance",
              std::sqrt(sphere.density / sphere.compressibility), "MPa.s/m",
              "square root of density over compressibility", mean, "as a liquid, without shear");
    if (bubble) return;
    const double frequency = c.formulation.conditions.ultrasound_frequency;
    const SoundResponse r = small_sphere_response(sphere, medium, frequency);
    const double number = load / c.properties.carrier_mass;
    const std::string validity = fmt::format("k a = {}, boundary layer {} nm",
                                             text(r.size_parameter), text(r.boundary_layer * 1e9));
    const std::string method = "Settnes and Bruus 2012, sphere of equal volume";
    add_value(section, facts, "acoustic_contrast_factor", r.contrast_factor, "1",
              "above 0: driven to pressure nodes", method, validity);
    add_value(section, facts, "acoustic_cross_section", r.scattering, "nm2",
              "scattering at " + in_mhz(frequency), method, validity);
    add_value(section, facts, "acoustic_absorption_cross_section", r.absorption, "nm2",
              "friction with the liquid at " + in_mhz(frequency), method, validity);
    add_value(section, facts, "acoustic_attenuation", suspension_attenuation(r, number), "1/m",
              "nepers per metre in a suspension with 1 mg/mL at " + in_mhz(frequency) +
                  ", over that of the liquid",
              method, validity + "; particles on their own");
}

}  // namespace

int gas_layer(const CardContext& c) {
    for (std::size_t i = 0; i < c.properties.layers.size(); ++i) {
        const LayerProperties& l = c.properties.layers[i];
        if (c.library.find("acoustic", l.material, "polytropic_exponent") &&
            l.volume > 0.5 * c.properties.volume)
            return static_cast<int>(i);
    }
    return -1;
}

void add_sound(const CardContext& c, CardSection& section) {
    attempt(section, "acoustic_cross_section",
            [&] { add_scattering(c, section, gas_layer(c) >= 0); });
}

void add_gas_and_droplet(const CardContext& c, CardSection& section) {
    const int gas = gas_layer(c);
    if (gas >= 0) {
        attempt(section, "bubble_resonance",
                [&] { add_bubble(c, section, static_cast<std::size_t>(gas)); });
        return;
    }
    for (std::size_t i = 0; i < c.properties.layers.size(); ++i)
        if (c.library.find("acoustic", c.properties.layers[i].material, "boiling_point")) {
            attempt(section, "vaporisation_threshold", [&] { add_droplet(c, section, i); });
            return;
        }
}

}  // namespace caravel::formulation
