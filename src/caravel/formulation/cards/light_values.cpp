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

/// The rows of one wavelength.
struct Row {
    const LightModel& model;
    double wavelength;  // m
    std::string end;    // of the names
    std::string where;  // "at 808 nm"
};

CardValue value(const Row& row, std::string name, double si, std::string unit, std::string doc) {
    const LightModel& m = row.model;
    std::string validity = m.validity;
    if (m.validity_at) {
        if (!validity.empty()) validity += "; ";
        validity += m.validity_at(row.wavelength);
    }
    return {std::move(name), si,
            std::move(unit), std::move(doc),
            m.method,        std::move(validity),
            m.sources.text,  m.sources.status};
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

/// Throws InputError that names the table in the way and the range of all of them.
void require_covered(const LightModel& m, double wavelength) {
    const double tolerance = 1e-9 * wavelength;
    const bool too_short = wavelength < m.range.shortest - tolerance;
    if (!too_short && wavelength <= m.range.longest + tolerance) return;
    throw InputError(Diagnostic{
        {},
        fmt::format("{} is not covered by {}", in_nm(wavelength),
                    too_short ? m.range.shortest_by : m.range.longest_by),
        fmt::format("a wavelength from {} to {}", in_nm(m.range.shortest), in_nm(m.range.longest)),
        ""});
}

void add_concentrations(const Row& row, const CrossSections& o, const CardContext& c,
                        CardSection& s) {
    s.values.push_back(value(row, "molar_extinction" + row.end,
                             optics::molar_coefficient(o.extinction), "L/(mol.cm)",
                             "decadic, per mole of particles, " + row.where));
    const double mass = c.properties.carrier_mass * row.model.mass_factor;
    if (!(mass > 0.0)) return;
    s.values.push_back(
        value(row, "mass_extinction" + row.end, optics::mass_coefficient(o.extinction, mass),
              "L/(g.cm)", "decadic, per dry mass of the particle without payload, " + row.where));
    s.values.push_back(
        value(row, "mass_absorption" + row.end, optics::mass_coefficient(o.absorption, mass),
              "L/(g.cm)", "decadic, per dry mass of the particle without payload, " + row.where));
}

void add_heat(const Row& row, const CrossSections& o, double irradiance, CardSection& s) {
    if (!(o.extinction > 0.0)) return;
    const LightModel& m = row.model;
    CardValue bound = value(row, "photothermal_efficiency" + row.end, optics::photothermal_bound(o),
                            "1", "share of the extinguished light that becomes heat, " + row.where);
    bound.method = "absorption over extinction (upper bound, vessel factor 1); " + m.method;
    s.values.push_back(std::move(bound));
    const std::string light =
        fmt::format("{} W/cm2 {}", format_number(from_si(irradiance, "W/cm2"), 4), row.where);
    CardValue heating = value(
        row, "single_particle_heating" + row.end,
        o.absorption * irradiance / (4.0 * std::numbers::pi * water_conductivity * m.equal_radius),
        "K", "steady rise of one particle's surface in " + light);
    heating.method = fmt::format("absorption I/(4 pi k R), I = {}, k = 0.60 W/(m K) of water; {}",
                                 light, m.method);
    s.values.push_back(std::move(heating));
}

void add_cross_sections(const Row& row, const CrossSections& o, const std::string& prefix,
                        CardSection& s) {
    const auto& [m, wavelength, end, where] = row;
    s.values.push_back(value(row, prefix + "extinction_cross_section" + end, o.extinction, "nm2",
                             "light taken out of the beam, " + where));
    s.values.push_back(value(row, prefix + "absorption_cross_section" + end, o.absorption, "nm2",
                             "light turned into heat or luminescence, " + where));
    s.values.push_back(value(row, prefix + "scattering_cross_section" + end, o.scattering, "nm2",
                             "light sent elsewhere, " + where));
    const double shadow = std::numbers::pi * m.equal_radius * m.equal_radius;
    CardValue efficiency = value(row, prefix + "extinction_efficiency" + end, o.extinction / shadow,
                                 "1", "cross-section over that of the sphere of equal volume");
    s.values.push_back(efficiency);
    efficiency.name = prefix + "scattering_efficiency" + end;
    efficiency.si = o.scattering / shadow;
    s.values.push_back(std::move(efficiency));
}

void add_sensitivity(const Row& row, CardSection& s) {
    const LightModel& m = row.model;
    const double peak = row.wavelength;
    attempt(s, "refractive_index_sensitivity", [&] {
        if (m.most_wavelengths < slow_model)
            throw NotAvailable("the solver is too slow to repeat it at other indices");
        const auto low = band_centre(m, peak, -index_step);
        const auto high = band_centre(m, peak, index_step);
        if (!low || !high)
            throw NotAvailable(
                "a flank of the peak at 90 % of its height is not within reach or not covered");
        CardValue v =
            value(row, "refractive_index_sensitivity", (*high - *low) / (2.0 * index_step), "nm",
                  "shift of the extinction peak per unit of the medium's index");
        v.method = fmt::format("middle of the flanks at 90 %, difference over an index of +-{}; {}",
                               index_step, m.method);
        s.values.push_back(std::move(v));
    });
}

void add_field(const Row& row, CardSection& s) {
    attempt(s, "raman_enhancement", [&] {
        const LightModel& m = row.model;
        if (!m.field)
            throw NotAvailable(m.no_field.empty() ? "this solver gives no field on the surface"
                                                  : m.no_field);
        const LightField field = m.field(row.wavelength);
        CardValue fourth = value(row, "raman_enhancement", field.fourth, "1",
                                 "mean |E|^4 on the surface " + row.where);
        fourth.method =
            fmt::format("{}, {}; no Raman shift, no chemical part", m.field_method, row.where);
        CardValue square = value(row, "field_enhancement", field.square, "1",
                                 "mean |E|^2 on the surface " + row.where);
        square.method = m.field_method + ", " + row.where;
        s.values.push_back(std::move(square));
        s.values.push_back(std::move(fourth));
    });
}

double highest(const LightSpectrum& spectrum) {
    double most = 0.0;
    for (const CrossSections& o : spectrum.values) most = std::max(most, o.extinction);
    return most;
}

/// "rises towards 400 nm: --wavelengths 300:700:1" when the extinction is highest at an end of the
/// window; empty otherwise. Asks for other wavelengths only where the materials cover them.
std::string rise_at_the_edge(const LightModel& m, const LightSpectrum& spectrum) {
    constexpr double beyond = 100e-9, within = 300e-9;  // m, of the window that is advised
    const double first = spectrum.wavelengths.front(), last = spectrum.wavelengths.back();
    const double most = highest(spectrum);
    const bool is_short = spectrum.values.front().extinction >= most;
    if (!is_short && spectrum.values.back().extinction < most) return "";
    const double edge = is_short ? first : last;
    const double from = std::max(is_short ? first - beyond : last - within, m.range.shortest);
    const double to = std::min(is_short ? first + within : last + beyond, m.range.longest);
    const bool is_covered = is_short ? from < first - nanometre : to > last + nanometre;
    const std::string text = "rises towards " + in_nm(edge);
    if (!is_covered) return text;
    return fmt::format("{} (--wavelengths {}:{}:1 shows more)", text,
                       std::ceil(from / nanometre - 1e-6), std::floor(to / nanometre + 1e-6));
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
        notes.push_back(fmt::format("Not covered: {} to below {}, by {}.", in_nm(asked.front()),
                                    in_nm(m.range.shortest), m.range.shortest_by));
    if (asked.back() > inside.back())
        notes.push_back(fmt::format("Not covered: above {} to {}, by {}.", in_nm(m.range.longest),
                                    in_nm(asked.back()), m.range.longest_by));
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
        const Row row{m, wavelength, end, "at " + in_nm(wavelength)};
        add_cross_sections(row, o, "", s);
        if (m.has_anisotropy)
            s.values.push_back(value(row, "anisotropy" + end, o.anisotropy, "1",
                                     "mean cosine of the scattering angle, " + row.where));
        add_concentrations(row, o, c, s);
        add_heat(row, o, c.formulation.conditions.irradiance, s);
    });
}

void add_peak(const LightModel& m, const LightSpectrum& spectrum, const CardContext& c,
              CardSection& s) {
    constexpr std::size_t least = 8;
    attempt(s, "extinction_peak_wavelength", [&] {
        if (spectrum.wavelengths.size() < least)
            throw NotAvailable(fmt::format("a peak needs at least {} wavelengths", least));
        const auto peak = extinction_peak(m, spectrum);
        const std::string rise = rise_at_the_edge(m, spectrum);
        if (!peak)
            throw NotAvailable(fmt::format("the extinction has no peak between {} and {}{}",
                                           in_nm(spectrum.wavelengths.front()),
                                           in_nm(spectrum.wavelengths.back()),
                                           rise.empty() ? "" : ": it " + rise));
        const CrossSections o = at(m, *peak);
        const bool is_secondary = !rise.empty() && o.extinction < highest(spectrum);
        if (is_secondary)
            s.notes.push_back("The extinction " + rise +
                              " and is higher there than at the peak given here.");
        const Row row{m, *peak, "",
                      fmt::format("at {}, {}", in_nm(*peak),
                                  is_secondary ? "a secondary maximum" : "the extinction peak")};
        s.values.push_back(value(row, "extinction_peak_wavelength", *peak, "nm",
                                 is_secondary ? "highest maximum inside the window, in vacuum; the "
                                                "extinction is higher at an end of the window"
                                              : "highest maximum of the extinction, in vacuum"));
        add_cross_sections(row, o, "peak_", s);
        s.values.push_back(value(row, "peak_molar_extinction",
                                 optics::molar_coefficient(o.extinction), "L/(mol.cm)",
                                 "decadic, per mole of particles, " + row.where));
        const double mass = c.properties.carrier_mass * m.mass_factor;
        if (mass > 0.0)
            s.values.push_back(value(row, "peak_mass_extinction",
                                     optics::mass_coefficient(o.extinction, mass), "L/(g.cm)",
                                     "decadic, per dry mass without payload, " + row.where));
        add_sensitivity(row, s);
        add_field(row, s);
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
