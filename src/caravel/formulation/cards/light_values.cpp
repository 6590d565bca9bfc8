#include "caravel/formulation/cards/light_values.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/formulation/optics/size_ensemble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::formulation {
namespace {

using optics::CrossSections;

constexpr double nanometre = 1e-9;
constexpr double water_conductivity = 0.60;  // W/(m K), liquid water at 20 to 25 Cel
constexpr double index_step = 0.05;          // of the medium, for the sensitivity
constexpr std::size_t slow_model = 50;       // wavelengths: fewer mean a slow solver

std::string in_nm(double wavelength) { return fmt::format("{:.6g} nm", wavelength / nanometre); }

CardValue value(const LightModel& m, std::string name, double si, std::string unit,
                std::string doc) {
    CardValue v{std::move(name), si,         std::move(unit), std::move(doc),
                m.method,        m.validity, m.sources.text,  m.sources.status};
    return v;
}

CrossSections at(const LightModel& m, double wavelength) {
    return m.cross_sections(std::span(&wavelength, 1), 0.0).front();
}

/// A wavelength as the end of a name: 808, 532_5.
std::string suffix(double wavelength) {
    std::string text = fmt::format("_{:.6g}", wavelength / nanometre);
    std::replace(text.begin(), text.end(), '.', '_');
    return text;
}

void require_covered(const LightModel& m, double wavelength) {
    const double tolerance = 1e-9 * wavelength;
    if (wavelength < m.range.shortest - tolerance)
        throw InputError(Diagnostic{
            {},
            fmt::format("{} is not covered by {}", in_nm(wavelength), m.range.shortest_by),
            "a wavelength from " + in_nm(m.range.shortest),
            ""});
    if (wavelength > m.range.longest + tolerance)
        throw InputError(Diagnostic{
            {},
            fmt::format("{} is not covered by {}", in_nm(wavelength), m.range.longest_by),
            "a wavelength up to " + in_nm(m.range.longest),
            ""});
}

void add_concentrations(const LightModel& m, const CrossSections& o, const std::string& end,
                        const std::string& where, const CardContext& c, CardSection& s) {
    s.values.push_back(value(m, "molar_extinction" + end, optics::molar_coefficient(o.extinction),
                             "L/(mol.cm)", "decadic, per mole of particles, " + where));
    const double mass = c.properties.carrier_mass * m.mass_factor;
    if (!(mass > 0.0)) return;
    s.values.push_back(value(m, "mass_extinction" + end,
                             optics::mass_coefficient(o.extinction, mass), "L/(g.cm)",
                             "decadic, per dry mass of the particle without payload, " + where));
    s.values.push_back(value(m, "mass_absorption" + end,
                             optics::mass_coefficient(o.absorption, mass), "L/(g.cm)",
                             "decadic, per dry mass of the particle without payload, " + where));
}

void add_heat(const LightModel& m, const CrossSections& o, const std::string& end,
              const std::string& where, double irradiance, CardSection& s) {
    if (!(o.extinction > 0.0)) return;
    CardValue bound = value(m, "photothermal_efficiency" + end, optics::photothermal_bound(o), "1",
                            "share of the extinguished light that becomes heat, " + where);
    bound.method = "absorption over extinction (upper bound, vessel factor 1); " + m.method;
    s.values.push_back(std::move(bound));
    CardValue heating = value(
        m, "single_particle_heating" + end,
        o.absorption * irradiance / (4.0 * std::numbers::pi * water_conductivity * m.equal_radius),
        "K",
        fmt::format("steady rise of one particle's surface in {} W/cm2, {}",
                    format_number(from_si(irradiance, "W/cm2"), 4), where));
    heating.method = "absorption I/(4 pi k R), k = 0.60 W/(m K) of water; " + m.method;
    s.values.push_back(std::move(heating));
}

void add_cross_sections(const LightModel& m, const CrossSections& o, const std::string& prefix,
                        const std::string& end, const std::string& where, CardSection& s) {
    s.values.push_back(value(m, prefix + "extinction_cross_section" + end, o.extinction, "nm2",
                             "light taken out of the beam, " + where));
    s.values.push_back(value(m, prefix + "absorption_cross_section" + end, o.absorption, "nm2",
                             "light turned into heat or luminescence, " + where));
    s.values.push_back(value(m, prefix + "scattering_cross_section" + end, o.scattering, "nm2",
                             "light sent elsewhere, " + where));
    const double shadow = std::numbers::pi * m.equal_radius * m.equal_radius;
    CardValue efficiency = value(m, prefix + "extinction_efficiency" + end, o.extinction / shadow,
                                 "1", "cross-section over that of the sphere of equal volume");
    s.values.push_back(efficiency);
    efficiency.name = prefix + "scattering_efficiency" + end;
    efficiency.si = o.scattering / shadow;
    s.values.push_back(std::move(efficiency));
}

void add_sensitivity(const LightModel& m, double peak, CardSection& s) {
    attempt(s, "refractive_index_sensitivity", [&] {
        if (m.most_wavelengths < slow_model)
            throw NotAvailable("the solver is too slow to repeat it at other indices");
        const auto low = band_centre(m, peak, -index_step);
        const auto high = band_centre(m, peak, index_step);
        if (!low || !high)
            throw NotAvailable(
                "a flank of the peak at 90 % of its height is not within reach or not covered");
        CardValue v = value(m, "refractive_index_sensitivity", (*high - *low) / (2.0 * index_step),
                            "nm", "shift of the extinction peak per unit of the medium's index");
        v.method = fmt::format("middle of the flanks at 90 %, difference over an index of +-{}; {}",
                               index_step, m.method);
        s.values.push_back(std::move(v));
    });
}

void add_field(const LightModel& m, double peak, CardSection& s) {
    attempt(s, "raman_enhancement", [&] {
        if (!m.field)
            throw NotAvailable(
                "this solver gives no field on the surface (of satellites: --dipoles does)");
        const LightField field = m.field(peak);
        CardValue fourth = value(m, "raman_enhancement", field.fourth, "1",
                                 "mean |E|^4 on the surface at the extinction peak");
        fourth.method = m.field_method + "; no Raman shift, no chemical part";
        CardValue square = value(m, "field_enhancement", field.square, "1",
                                 "mean |E|^2 on the surface at the extinction peak");
        square.method = m.field_method;
        s.values.push_back(std::move(square));
        s.values.push_back(std::move(fourth));
    });
}

}  // namespace

std::vector<double> covered_wavelengths(const LightModel& m, const std::vector<double>& asked,
                                        std::vector<std::string>& notes) {
    std::vector<double> inside;
    const double slack = 1e-9;
    for (const double w : asked)
        if (w >= m.range.shortest * (1.0 - slack) && w <= m.range.longest * (1.0 + slack))
            inside.push_back(w);
    if (inside.empty()) {
        require_covered(m, asked.front());
        require_covered(m, asked.back());
        throw InputError(
            Diagnostic{{},
                       "no wavelength asked for is covered by the materials",
                       fmt::format("{} to {}", in_nm(m.range.shortest), in_nm(m.range.longest)),
                       ""});
    }
    if (asked.front() < inside.front())
        notes.push_back(fmt::format("Not covered: {} to below {}; {} begins there.",
                                    in_nm(asked.front()), in_nm(m.range.shortest),
                                    m.range.shortest_by));
    if (asked.back() > inside.back())
        notes.push_back(fmt::format("Not covered: above {} to {}; {} ends there.",
                                    in_nm(m.range.longest), in_nm(asked.back()),
                                    m.range.longest_by));
    if (inside.size() <= m.most_wavelengths) return inside;
    std::vector<double> thinned;
    for (std::size_t i = 0; i < m.most_wavelengths; ++i)
        thinned.push_back(inside[i * (inside.size() - 1) / (m.most_wavelengths - 1)]);
    notes.push_back(
        fmt::format("The solver is slow: {} of {} wavelengths were computed, none interpolated.",
                    thinned.size(), inside.size()));
    return thinned;
}

void add_at_wavelength(const LightModel& m, double wavelength, const CardContext& c,
                       CardSection& s) {
    const std::string end = suffix(wavelength);
    attempt(s, "extinction_cross_section" + end, [&] {
        require_covered(m, wavelength);
        const CrossSections o = at(m, wavelength);
        const std::string where = "at " + in_nm(wavelength);
        add_cross_sections(m, o, "", end, where, s);
        if (m.has_anisotropy)
            s.values.push_back(value(m, "anisotropy" + end, o.anisotropy, "1",
                                     "mean cosine of the scattering angle, " + where));
        add_concentrations(m, o, end, where, c, s);
        add_heat(m, o, end, where, c.formulation.conditions.irradiance, s);
    });
}

void add_peak(const LightModel& m, const LightSpectrum& spectrum, const CardContext& c,
              CardSection& s) {
    constexpr std::size_t least = 8;
    attempt(s, "extinction_peak_wavelength", [&] {
        if (spectrum.wavelengths.size() < least)
            throw NotAvailable(fmt::format("a peak needs at least {} wavelengths", least));
        const auto peak = extinction_peak(m, spectrum);
        if (!peak)
            throw NotAvailable(fmt::format("the extinction has no peak between {} and {}",
                                           in_nm(spectrum.wavelengths.front()),
                                           in_nm(spectrum.wavelengths.back())));
        s.values.push_back(value(m, "extinction_peak_wavelength", *peak, "nm",
                                 "highest maximum of the extinction, in vacuum"));
        const CrossSections o = at(m, *peak);
        const std::string where = "at the extinction peak";
        add_cross_sections(m, o, "peak_", "", where, s);
        s.values.push_back(value(m, "peak_molar_extinction",
                                 optics::molar_coefficient(o.extinction), "L/(mol.cm)",
                                 "decadic, per mole of particles, " + where));
        const double mass = c.properties.carrier_mass * m.mass_factor;
        if (mass > 0.0)
            s.values.push_back(value(m, "peak_mass_extinction",
                                     optics::mass_coefficient(o.extinction, mass), "L/(g.cm)",
                                     "decadic, per dry mass without payload, " + where));
        add_sensitivity(m, *peak, s);
        add_field(m, *peak, s);
    });
}

void add_curves(const LightModel& m, const LightSpectrum& spectrum, CardSection& s) {
    CardCurve curve{"extinction_spectrum",
                    "wavelength in vacuum",
                    "nm",
                    spectrum.wavelengths,
                    "cross-section",
                    "nm2",
                    {{"extinction", {}}, {"absorption", {}}, {"scattering", {}}},
                    m.method};
    CardCurve cosine{"anisotropy_spectrum",
                     "wavelength in vacuum",
                     "nm",
                     spectrum.wavelengths,
                     "mean cosine",
                     "1",
                     {{"anisotropy", {}}},
                     m.method};
    for (const CrossSections& o : spectrum.values) {
        curve.lines[0].y.push_back(o.extinction);
        curve.lines[1].y.push_back(o.absorption);
        curve.lines[2].y.push_back(o.scattering);
        cosine.lines[0].y.push_back(o.anisotropy);
    }
    s.curves.push_back(std::move(curve));
    if (m.has_anisotropy) s.curves.push_back(std::move(cosine));
}

}  // namespace caravel::formulation
