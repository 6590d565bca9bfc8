#include "caravel/stimulus/light/tissue_optics_spectra.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/stimulus/light/tissue_optics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace caravel::stimulus {
namespace {

constexpr double nanometre = 1e-9;
constexpr double per_centimetre = 100.0;   // 1/m
constexpr double litre_per_mole_cm = 0.1;  // m2/mol
constexpr double slack = 1e-9;  // of a wavelength: the way from metres may round it outside

const input::CsvTable& table_of(const matter::Library& library, const std::string& file) {
    return library.csv("optical_spectra/" + file + ".csv");
}

/// Absorption (1/m) of whole blood from the molar extinction of its haemoglobin.
double blood_absorption(matter::Library& library, const char* column, double wavelength) {
    const double molar_extinction =
        tabulated_spectrum(library, "haemoglobin", column, wavelength, "blood");
    const double molar = library.value("tissue_optics", "haemoglobin", "concentration") /
                         library.value("tissue_optics", "haemoglobin", "molar_mass");
    return std::numbers::ln10 * molar_extinction * litre_per_mole_cm * molar;
}

void require_law_covers(matter::Library& library, const std::string& name, double wavelength) {
    const SpectrumRange range{library.value("tissue_optics", name, "shortest_wavelength"),
                              library.value("tissue_optics", name, "longest_wavelength")};
    if (!(wavelength >= range.shortest * (1.0 - slack) &&
          wavelength <= range.longest * (1.0 + slack)))
        refuse_wavelength(name, wavelength, range);
}

double melanosome_absorption(matter::Library& library, double wavelength) {
    require_law_covers(library, "melanosome", wavelength);
    constexpr double reference = 500e-9;  // m, at which the table gives the absorption
    return library.value("tissue_optics", "melanosome", "absorption", "500 nm") *
           std::pow(wavelength / reference, -library.value("tissue_optics", "melanosome", "power"));
}

double baseline_absorption(matter::Library& library, double wavelength) {
    require_law_covers(library, "skin_baseline", wavelength);
    const auto value = [&](const char* property) {
        return library.value("tissue_optics", "skin_baseline", property);
    };
    return value("floor") +
           value("amplitude") * std::exp(-(wavelength - value("origin")) / value("width"));
}

constexpr std::array<std::string_view, 6> chromophores{"blood_oxy", "blood_deoxy", "water",
                                                       "fat",       "melanosome",  "skin_baseline"};

}  // namespace

void refuse_wavelength(const std::string& what, double wavelength, SpectrumRange range) {
    throw InputError(Diagnostic{
        {},
        fmt::format("no absorption of {} is known at {} nm", what,
                    format_number(wavelength / nanometre, 6)),
        fmt::format("a wavelength of {} nm to {} nm", format_number(range.shortest / nanometre, 6),
                    format_number(range.longest / nanometre, 6)),
        fmt::format("give the tissue's absorption and scattering, or leave out {}", what)});
}

SpectrumRange spectrum_range(const matter::Library& library, const std::string& file) {
    const auto& csv = table_of(library, file);
    const auto column = csv.column("wavelength_nm");
    return {csv.number(0, column) * nanometre, csv.number(csv.rows.size() - 1, column) * nanometre};
}

double tabulated_spectrum(const matter::Library& library, const std::string& file,
                          std::string_view column, double wavelength, const std::string& what) {
    const auto& csv = table_of(library, file);
    const auto x = csv.column("wavelength_nm");
    const auto y = csv.column(column);
    const SpectrumRange range = spectrum_range(library, file);
    if (!(wavelength >= range.shortest * (1.0 - slack) &&
          wavelength <= range.longest * (1.0 + slack)))
        refuse_wavelength(what, wavelength, range);
    const double at = wavelength / nanometre;
    std::size_t low = 0, high = csv.rows.size() - 1;
    while (high - low > 1) {
        const std::size_t middle = low + (high - low) / 2;
        (csv.number(middle, x) <= at ? low : high) = middle;
    }
    const double from = csv.number(low, x), to = csv.number(high, x);
    const double part = std::clamp((at - from) / (to - from), 0.0, 1.0);
    return (1.0 - part) * csv.number(low, y) + part * csv.number(high, y);
}

double chromophore_absorption(matter::Library& library, const std::string& name,
                              double wavelength) {
    if (name == "blood_oxy") return blood_absorption(library, "oxy", wavelength);
    if (name == "blood_deoxy") return blood_absorption(library, "deoxy", wavelength);
    if (name == "water")
        return per_centimetre *
               tabulated_spectrum(library, "water", "absorption_per_cm", wavelength, "water");
    if (name == "fat")
        return tabulated_spectrum(library, "fat", "absorption_per_m", wavelength, "fat");
    if (name == "melanosome") return melanosome_absorption(library, wavelength);
    if (name == "skin_baseline") return baseline_absorption(library, wavelength);
    throw InputError(Diagnostic{{},
                                fmt::format("unknown chromophore '{}'", name),
                                fmt::format("one of {}", fmt::join(chromophores, ", ")),
                                did_you_mean(name, chromophores)});
}

}  // namespace caravel::stimulus
