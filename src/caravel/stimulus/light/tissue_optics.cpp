#include "caravel/stimulus/light/tissue_optics.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::stimulus {
namespace {

constexpr const char* table = "tissue_optics";
constexpr double reference = 500e-9;  // m, at which the reduced scattering is given

void require(bool holds, const TissueOptics& tissue, const char* what, double value,
             const char* expected) {
    if (holds) return;
    throw InputError(Diagnostic{
        {},
        fmt::format("the {} of tissue '{}' is {}", what, tissue.name, format_number(value, 6)),
        expected,
        ""});
}

void require_share(const TissueOptics& tissue, const char* what, double value) {
    require(value >= 0.0 && value <= 1.0, tissue, what, value, "0 to 1");
}

void check_tissue(const TissueOptics& t) {
    require_share(t, "blood fraction", t.blood);
    require_share(t, "oxygenation", t.oxygenation);
    require_share(t, "water fraction", t.water);
    require_share(t, "fat fraction", t.fat);
    require_share(t, "fraction of melanosomes", t.melanosomes);
    require_share(t, "share of the skin's background", t.baseline);
    require_share(t, "Rayleigh share", t.rayleigh_share);
    require(t.reduced_scattering >= 0.0 && std::isfinite(t.reduced_scattering), t,
            "reduced scattering (1/m)", t.reduced_scattering, "0 or more");
    require(std::isfinite(t.mie_power), t, "Mie power", t.mie_power, "a number, 0 to 4 as a rule");
    require(t.anisotropy > -1.0 && t.anisotropy < 1.0, t, "anisotropy", t.anisotropy,
            "more than -1 and less than 1");
    require(t.refractive_index >= 1.0 && std::isfinite(t.refractive_index), t, "refractive index",
            t.refractive_index, "1 or more");
}

double absorption(const TissueOptics& t, double wavelength, matter::Library& library) {
    // What is not there needs no data.
    const auto part = [&](double fraction, const char* name) {
        return fraction > 0.0 ? fraction * chromophore_absorption(library, name, wavelength) : 0.0;
    };
    return part(t.blood * t.oxygenation, "blood_oxy") +
           part(t.blood * (1.0 - t.oxygenation), "blood_deoxy") + part(t.water, "water") +
           part(t.fat, "fat") + part(t.melanosomes, "melanosome") +
           part(t.baseline * std::max(0.0, 1.0 - t.blood - t.melanosomes), "skin_baseline");
}

double reduced_scattering(const TissueOptics& t, double wavelength) {
    const double x = wavelength / reference;
    return t.reduced_scattering * (t.rayleigh_share * std::pow(x, -4.0) +
                                   (1.0 - t.rayleigh_share) * std::pow(x, -t.mie_power));
}

}  // namespace

std::vector<std::string> tissue_optics_names(matter::Library& library) {
    std::vector<std::string> names;
    const matter::FactTable& facts = library.table(table);
    for (const std::string& name : facts.names())
        if (facts.find(name, "reduced_scattering") != nullptr) names.push_back(name);
    return names;
}

TissueOptics find_tissue_optics(matter::Library& library, const std::string& name) {
    const std::vector<std::string> names = tissue_optics_names(library);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
        const std::vector<std::string_view> views(names.begin(), names.end());
        throw InputError(Diagnostic{{},
                                    fmt::format("no optical properties of tissue '{}'", name),
                                    fmt::format("one of {}", fmt::join(names, ", ")),
                                    did_you_mean(name, views)});
    }
    const auto value = [&](const char* property) { return library.value(table, name, property); };
    TissueOptics t;
    t.name = name;
    t.blood = value("blood_fraction");
    t.oxygenation = value("oxygenation");
    t.water = value("water_fraction");
    t.fat = value("fat_fraction");
    t.melanosomes = value("melanosome_fraction");
    t.baseline = value("baseline_share");
    t.reduced_scattering = value("reduced_scattering");
    t.rayleigh_share = value("rayleigh_share");
    t.mie_power = value("mie_power");
    t.anisotropy = value("anisotropy");
    t.refractive_index = value("refractive_index");
    return t;
}

OpticalMedium optical_medium(const TissueOptics& tissue, double wavelength,
                             matter::Library& library) {
    check_tissue(tissue);
    if (!(wavelength > 0.0 && std::isfinite(wavelength)))
        throw InputError(Diagnostic{{},
                                    fmt::format("a wavelength of {} nm has no optical properties",
                                                format_number(from_si(wavelength, "nm"), 6)),
                                    "more than 0",
                                    "wavelength = \"808 nm\""});
    OpticalMedium medium;
    medium.name = tissue.name;
    medium.absorption = absorption(tissue, wavelength, library);
    medium.scattering = reduced_scattering(tissue, wavelength) / (1.0 - tissue.anisotropy);
    medium.anisotropy = tissue.anisotropy;
    medium.refractive_index = tissue.refractive_index;
    return medium;
}

CoagulatedOptics find_coagulated_optics(matter::Library& library) {
    return {library.value(table, "coagulated", "scattering_factor"),
            library.value(table, "coagulated", "anisotropy_factor")};
}

OpticalMedium coagulated_medium(const OpticalMedium& medium, double coagulated,
                                const CoagulatedOptics& factors) {
    if (!(coagulated >= 0.0 && coagulated <= 1.0))
        throw InputError(
            Diagnostic{{},
                       fmt::format("the coagulated share is {}", format_number(coagulated, 6)),
                       "0 to 1",
                       ""});
    OpticalMedium changed = medium;
    changed.scattering *= 1.0 + (factors.scattering_factor - 1.0) * coagulated;
    changed.anisotropy *= 1.0 + (factors.anisotropy_factor - 1.0) * coagulated;
    return changed;
}

}  // namespace caravel::stimulus
