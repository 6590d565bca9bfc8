#include "caravel/base/unit.hpp"
#include "caravel/formulation/luminescence/fret.hpp"
#include "caravel/stimulus/light/tissue_optics.hpp"
#include "caravel/stimulus/light/tissue_optics_spectra.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numbers>

namespace caravel::stimulus {
namespace {

using formulation::luminescence::Band;

constexpr double litre_per_mole_cm = 0.1;  // m2/mol
constexpr double nanometre = 1e-9;
constexpr double slack = 1e-9;  // of a wavelength, as for tissue

/// Height of a band relative to its peak; far tails of a Gaussian mean nothing.
double height(const Band& band, double wavelength) {
    constexpr double tail = 1e-6;
    const double part = formulation::luminescence::band_height(band, wavelength);
    return part < tail ? 0.0 : part;
}

/// Names that may stand in a path.
bool is_plain(const std::string& agent) {
    return !agent.empty() && std::all_of(agent.begin(), agent.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

/// From a table of its own, where there is one.
bool from_table(AbsorberOptics& dye, const matter::Library& library, double wavelength) {
    if (!is_plain(dye.name)) return false;
    const std::string file = "agents/" + dye.name;
    if (!std::filesystem::exists(library.root() / "optical_spectra" / (file + ".csv")))
        return false;
    const SpectrumRange range = spectrum_range(library, file);
    dye.method = fmt::format("table of {}, {} nm to {} nm", dye.name,
                             format_number(range.shortest / nanometre, 4),
                             format_number(range.longest / nanometre, 4));
    const bool is_covered =
        wavelength >= range.shortest * (1.0 - slack) && wavelength <= range.longest * (1.0 + slack);
    if (is_covered)
        dye.absorption =
            std::numbers::ln10 * litre_per_mole_cm *
            tabulated_spectrum(library, file, "molar_extinction", wavelength, dye.name);
    else
        dye.method += "; nothing is counted outside of it";
    return true;
}

/// From bands of its own.
bool from_bands(AbsorberOptics& dye, matter::Library& library, double wavelength) {
    int bands = 0;
    double molar = 0.0;  // m2/mol, decadic
    for (;; ++bands) {
        const std::string number = std::to_string(bands + 1);
        const auto peak = library.find("dye_spectra", dye.name, "band_peak", number);
        if (!peak) break;
        const Band band{*peak, library.value("dye_spectra", dye.name, "band_width", number)};
        molar += library.value("dye_spectra", dye.name, "molar_absorption", number) *
                 height(band, wavelength);
    }
    if (bands == 0) return false;
    dye.absorption = std::numbers::ln10 * molar;
    dye.method = fmt::format("{} Gaussian bands of {}, in organic solvents", bands, dye.name);
    return true;
}

/// From the one band that luminescence knows.
bool from_main_band(AbsorberOptics& dye, matter::Library& library, double wavelength) {
    const auto peak = library.find("emitters", dye.name, "absorption_peak");
    const auto width = library.find("emitters", dye.name, "absorption_width");
    const auto molar = library.find("emitters", dye.name, "molar_absorption");
    if (!peak || !width || !molar) return false;
    const Band band{*peak, *width};
    const double part = formulation::luminescence::dye_absorption_height(band, wavelength);
    dye.absorption = height(band, wavelength) > 0.0 || wavelength < *peak
                         ? std::numbers::ln10 * *molar * part
                         : 0.0;
    dye.method = fmt::format("main band of {} at {} nm with a shoulder; other bands are not known",
                             dye.name, format_number(*peak / nanometre, 4));
    return true;
}

}  // namespace

AbsorberOptics agent_optics(const std::string& agent, matter::Library& library, double wavelength) {
    if (!(wavelength > 0.0 && std::isfinite(wavelength)))
        throw InputError(
            Diagnostic{{}, "the wavelength of light is not positive", "e.g. 808 nm", ""});
    AbsorberOptics dye;
    dye.name = agent;
    if (from_table(dye, library, wavelength) || from_bands(dye, library, wavelength) ||
        from_main_band(dye, library, wavelength))
        return dye;
    dye.method = fmt::format("no absorption spectrum of '{}' is known", agent);
    return dye;
}

}  // namespace caravel::stimulus
