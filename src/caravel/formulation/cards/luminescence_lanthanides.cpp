#include "caravel/base/constants.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/formulation/cards/luminescence_ions.hpp"
#include "caravel/formulation/cards/luminescence_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace caravel::formulation {
namespace {

using namespace luminescence;

constexpr double nanometre = 1e-9;
constexpr double below_excitation = 30e-9;  // m, upconverted light is that much bluer
constexpr double infrared_from = 1000e-9;   // m, second window
constexpr double infrared_to = 1700e-9;
constexpr double curve_from = 1e3;  // W/m2
constexpr int curve_points = 25;    // four per decade
constexpr double step = 1.01;       // for slopes
constexpr std::size_t shown_bands = 5;

struct DopedLayer {
    std::size_t layer = 0;  // index
    std::vector<DopedIon> ions;
};

// Which light drives a set of ions, best absorber first.
struct Pump {
    const char* ion;
    double wavelength;
};
constexpr Pump pumps[] = {
    {"Yb", 976e-9}, {"Nd", 808e-9}, {"Er", 808e-9}, {"Tm", 785e-9}, {"Ho", 1150e-9}};

const Pump& find_pump(const std::vector<DopedIon>& ions) {
    for (const Pump& pump : pumps)
        for (const DopedIon& doped : ions)
            if (doped.ion.symbol == pump.ion) return pump;
    throw NotAvailable("no ion of this crystal absorbs 785, 808, 976 or 1150 nm");
}

void require_layers(const CardContext& c) {
    const auto layers = static_cast<std::int64_t>(c.properties.layers.size());
    for (const Dopant& dopant : c.formulation.dopants)
        if (dopant.layer > layers)
            throw InputError(Diagnostic{
                {},
                fmt::format("the dopant {} sits in layer {}", dopant.ion, dopant.layer),
                layers == 1 ? "1, the only layer" : fmt::format("a layer from 1 to {}", layers),
                "layers count from the centre"});
}

std::vector<DopedLayer> find_doped(const CardContext& c) {
    std::map<std::size_t, std::vector<DopedIon>> layers;
    for (const Dopant& dopant : c.formulation.dopants)
        layers[static_cast<std::size_t>(dopant.layer) - 1].push_back(
            {read_ion(c.library, dopant.ion), dopant.fraction});
    if (c.formulation.dopants.empty())
        for (std::size_t i = 0; i < c.properties.layers.size(); ++i)
            for (const char* ion : {"Yb", "Er"})
                if (const auto x = c.library.find("lanthanides", c.properties.layers[i].material,
                                                  "dopant_fraction", ion))
                    layers[i].push_back({read_ion(c.library, ion), *x});
    std::vector<DopedLayer> found;
    for (auto& [index, ions] : layers) found.push_back({index, std::move(ions)});
    return found;
}

// The crystalline layers around a doped one keep ligands and water away.
double shell_thickness(const CardContext& c, std::size_t layer) {
    double outer = 0.5 * c.properties.layers[layer].outer_diameter;
    const double doped = outer;
    for (std::size_t i = layer + 1; i < c.properties.layers.size(); ++i) {
        if (!is_host(c.library, c.properties.layers[i].material)) break;
        outer = 0.5 * c.properties.layers[i].outer_diameter;
    }
    return outer - doped;
}

struct Setting {
    std::vector<DopedIon> ions;
    HostCrystal host;
    double wavelength = 0.0;
    double irradiance = 0.0;             // W/m2, at which single numbers are given
    double surface = 0.0;                // 1/s
    std::string validity, source, name;  // "NaYF4_Yb_Er"

    RateSystem system(double power) const {
        return make_rate_system(ions, host, {wavelength, power}, surface);
    }
    double blue_end() const { return wavelength - below_excitation; }
};

Setting make_setting(const CardContext& c, const DopedLayer& doped) {
    const LayerProperties& layer = c.properties.layers[doped.layer];
    const std::string host = host_name(c.library, layer.material);
    Setting s;
    s.ions = doped.ions;
    s.host = read_host(c.library, host);
    s.wavelength = find_pump(doped.ions).wavelength;
    s.irradiance = c.formulation.conditions.irradiance;
    const double thickness = shell_thickness(c, doped.layer);
    s.surface = mean_surface_rate({c.library.value("lanthanides", host, "surface_quenching_rate"),
                                   c.library.value("lanthanides", host, "surface_quenching_reach")},
                                  layer.outer_diameter, thickness);
    s.name = host;
    for (const DopedIon& ion : doped.ions) s.name += "_" + ion.ion.symbol;
    s.validity = fmt::format(
        "{} nm at {} W/cm2; doped to {} nm, shell {} nm, surface loss {} 1/s on every ion",
        format_number(s.wavelength / nanometre, 4), format_number(s.irradiance / 1e4, 3),
        format_number(layer.outer_diameter / nanometre, 3), format_number(thickness / nanometre, 3),
        format_number(s.surface, 3));
    const bool has_ytterbium = std::any_of(s.ions.begin(), s.ions.end(),
                                           [](const DopedIon& d) { return d.ion.symbol == "Yb"; });
    if (!has_ytterbium)
        s.validity +=
            fmt::format("; no Yb: the light is absorbed by {} itself", find_pump(s.ions).ion);
    s.source = "line strengths NanoParticleTools (MIT); surface loss fitted to one yield";
    return s;
}

const char* rate_method = "rate equations: Judd-Ofelt, multiphonon, dipole transfer; mean field";

void add_bands(EmitterCard& card, const Setting& s, const std::vector<EmissionLine>& lines) {
    std::vector<EmissionLine> sorted = lines;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.photons > b.photons; });
    std::size_t shown = 0;
    for (const EmissionLine& line : sorted) {
        if (shown == shown_bands) break;
        if (std::abs(line.wavelength - s.wavelength) < below_excitation) continue;
        ++shown;
        card.add({fmt::format("emission_band_{}", shown), line.wavelength, "nm",
                  fmt::format("{} {} to {}", line.ion, line.from, line.to), rate_method, s.validity,
                  s.source});
    }
    std::vector<Band> bands;
    std::vector<double> weights;
    for (const EmissionLine& line : lines) {
        if (line.wavelength > infrared_to || line.photons <= 0.0) continue;
        bands.push_back(
            {line.wavelength, line.wavelength * line.wavelength * s.ions.front().ion.width});
        weights.push_back(line.photons);
    }
    card.add_band(s.name, std::move(bands), std::move(weights));
}

double slope(const Setting& s, double power, double from, double to) {
    const RateSystem low = s.system(power);
    const RateSystem high = s.system(power * step);
    const double a = band_photons(low, steady_occupations(low), from, to);
    const double b = band_photons(high, steady_occupations(high), from, to);
    return std::log(b / a) / std::log(step);
}

void add_upconversion(EmitterCard& card, const Setting& s, const RateSystem& system,
                      const std::vector<double>& n) {
    const EmissionLine* best = nullptr;
    const std::vector<EmissionLine> lines = emission_lines(system, n);
    for (const EmissionLine& line : lines)
        if (line.wavelength < s.blue_end() && (!best || line.photons > best->photons)) best = &line;
    if (!best || best->photons <= 0.0) {
        card.refuse("upconversion_quantum_yield",
                    "no level above the exciting light is reached by these ions");
        return;
    }
    card.add(
        {"emission_peak", best->wavelength, "nm",
         fmt::format("strongest upconverted line, {} {} to {}", best->ion, best->from, best->to),
         rate_method, s.validity, s.source});
    card.add({"upconversion_quantum_yield", band_quantum_yield(system, n, 0.0, s.blue_end()), "%",
              "upconverted photons per absorbed photon", rate_method,
              s.validity + "; bulk comes out 15 times too dark, 9 nm 4 times too bright", s.source,
              CardStatus::calibrated});
    const double from = best->wavelength - below_excitation;
    const double to = best->wavelength + below_excitation;
    card.add({"upconversion_power_exponent", slope(s, s.irradiance, from, to), "1",
              fmt::format("of the {} nm band", format_number(best->wavelength / nanometre, 3)),
              rate_method, s.validity, s.source});
}

void add_infrared(EmitterCard& card, const Setting& s, const RateSystem& system,
                  const std::vector<double>& n) {
    const double from = std::max(infrared_from, s.wavelength + below_excitation);
    card.add(
        {"infrared_quantum_yield", band_quantum_yield(system, n, from, infrared_to), "%",
         fmt::format("photons of {} to {} nm per absorbed photon",
                     format_number(from / nanometre, 4), format_number(infrared_to / nanometre, 4)),
         rate_method, s.validity, s.source, CardStatus::calibrated});
}

void add_pump_absorption(EmitterCard& card, const Setting& s, const RateSystem& system,
                         const std::vector<double>& n, double volume) {
    const double flux = s.irradiance * s.wavelength / (planck * speed_of_light);
    card.add({"pump_wavelength", s.wavelength, "nm", "of the exciting light", "table", s.validity,
              s.source});
    card.add({"pump_absorption_cross_section", absorbed_photons(system, n) / flux * volume, "nm2",
              fmt::format("per particle, of the doped ions at {} nm",
                          format_number(s.wavelength / nanometre, 4)),
              rate_method, s.validity, s.source});
}

void add_power_curve(EmitterCard& card, const Setting& s) {
    CardCurve curve{
        card.prefixed("upconversion_power"),     "irradiance", "W/cm2", {},  "quantum yield", "%",
        {{"upconverted", {}}, {"infrared", {}}}, rate_method,  true,    true};
    const double from = std::max(infrared_from, s.wavelength + below_excitation);
    for (int i = 0; i < curve_points; ++i) {
        const double power = curve_from * std::pow(10.0, i / 4.0);
        const RateSystem system = s.system(power);
        const std::vector<double> n = steady_occupations(system);
        curve.x.push_back(power);
        curve.lines[0].y.push_back(band_quantum_yield(system, n, 0.0, s.blue_end()));
        curve.lines[1].y.push_back(band_quantum_yield(system, n, from, infrared_to));
    }
    card.section().curves.push_back(std::move(curve));
}

void add_doped_layer(EmitterCard& card, const DopedLayer& doped) {
    const CardContext& c = card.context();
    const Setting s = make_setting(c, doped);
    const RateSystem system = s.system(s.irradiance);
    const std::vector<double> n = steady_occupations(system);
    card.start(s.name);
    add_upconversion(card, s, system, n);
    add_infrared(card, s, system, n);
    add_pump_absorption(card, s, system, n, c.properties.layers[doped.layer].volume);
    add_bands(card, s, emission_lines(system, n));
    add_power_curve(card, s);
}

}  // namespace

void add_lanthanides(EmitterCard& card) {
    CardSection& section = card.section();
    require_layers(card.context());
    attempt(section, "upconversion_quantum_yield", [&] {
        const std::vector<DopedLayer> layers = find_doped(card.context());
        for (const DopedLayer& doped : layers)
            attempt(section, fmt::format("layer_{}_upconversion", doped.layer + 1),
                    [&] { add_doped_layer(card, doped); });
        if (layers.size() > 1)
            section.notes.emplace_back(
                "doped layers are excited each on its own; energy that crosses from one to the "
                "next is left out");
    });
}

}  // namespace caravel::formulation
