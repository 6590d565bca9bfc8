#include "caravel/imaging/optical/tissue_light.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/optical/emission.hpp"
#include "caravel/stimulus/light/diffuse_light.hpp"
#include "caravel/stimulus/light/diffuse_light_source.hpp"
#include "caravel/stimulus/light/tissue_optics.hpp"
#include "caravel/stimulus/light/tissue_optics_spectra.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace caravel::imaging {
namespace {

using stimulus::OpticalMedium;
using stimulus::PhotonMedium;
using stimulus::TissueOptics;

constexpr std::array<std::array<std::string_view, 2>, 9> stand_ins{{{"kidney", "liver"},
                                                                    {"spleen", "liver"},
                                                                    {"heart", "muscle"},
                                                                    {"lung", "soft_tissue"},
                                                                    {"gut", "soft_tissue"},
                                                                    {"lymph_node", "soft_tissue"},
                                                                    {"rest", "soft_tissue"},
                                                                    {"marrow", "soft_tissue"},
                                                                    {"cartilage", "soft_tissue"}}};

std::string known_name(const std::string& tissue, matter::Library& library) {
    const std::vector<std::string> names = stimulus::tissue_optics_names(library);
    if (std::find(names.begin(), names.end(), tissue) != names.end()) return tissue;
    for (const auto& pair : stand_ins)
        if (pair[0] == tissue) return std::string(pair[1]);
    return tissue;
}

/// A chromophore at the nearest wavelength of its table; haemoglobin falls beyond.
double extended_absorption(matter::Library& library, const char* name, double wavelength,
                           const char* file) {
    const stimulus::SpectrumRange range = stimulus::spectrum_range(library, file);
    const double at = std::clamp(wavelength, range.shortest, range.longest);
    return stimulus::chromophore_absorption(library, name, at);
}

double blood_absorption(const TissueOptics& t, double wavelength, matter::Library& library) {
    if (!(t.blood > 0.0)) return 0.0;
    const double whole =
        t.oxygenation * extended_absorption(library, "blood_oxy", wavelength, "haemoglobin") +
        (1.0 - t.oxygenation) *
            extended_absorption(library, "blood_deoxy", wavelength, "haemoglobin");
    const double beyond =
        std::max(0.0, wavelength - stimulus::spectrum_range(library, "haemoglobin").longest);
    return t.blood * whole *
           std::exp(-beyond / library.value("autofluorescence", "haemoglobin", "infrared_fall"));
}

/// A law of data/tissue_optics.csv at the nearest wavelength that it covers.
double law_absorption(matter::Library& library, const char* name, double wavelength) {
    const double low = library.value("tissue_optics", name, "shortest_wavelength");
    const double high = library.value("tissue_optics", name, "longest_wavelength");
    return stimulus::chromophore_absorption(library, name, std::clamp(wavelength, low, high));
}

OpticalMedium clear_plastic(matter::Library& library) {
    OpticalMedium medium;
    medium.name = "pmma";
    medium.absorption = library.value("autofluorescence", "pmma", "absorption");
    medium.refractive_index = library.value("autofluorescence", "pmma", "refractive_index");
    return medium;
}

void add_agents(const ImagedObject& object, double wavelength, PhotonMedium& medium) {
    for (const AgentField& field : object.fields) {
        double each = 0.0;  // 1/m per unit
        for (const LuminescentAgent& emitter : object.agents[field.agent].luminescent)
            each += absorption_per_unit(emitter, wavelength);
        if (!(each > 0.0)) continue;
        if (medium.added_absorption.empty())
            medium.added_absorption.assign(medium.label.size(), 0.0);
        for (std::size_t i = 0; i < medium.label.size(); ++i)
            medium.added_absorption[i] += each * field.concentration[i];
    }
}

double border_factor(double index) {
    const double r = stimulus::effective_reflection(index);
    return (1.0 + r) / (1.0 - r);
}

}  // namespace

OpticalMedium imaged_tissue(const std::string& tissue, double wavelength,
                            matter::Library& library) {
    if (tissue == "air") {
        OpticalMedium air;
        air.name = tissue;
        air.refractive_index = 1.0;
        air.exterior = true;
        return air;
    }
    const std::string name = known_name(tissue, library);
    if (name == "pmma") return clear_plastic(library);
    const TissueOptics t = stimulus::find_tissue_optics(library, name);
    TissueOptics bare = t;  // water and scattering, whose tables go on
    bare.blood = bare.fat = bare.melanosomes = bare.baseline = 0.0;
    OpticalMedium medium = stimulus::optical_medium(bare, wavelength, library);
    medium.name = tissue;
    medium.absorption += blood_absorption(t, wavelength, library);
    if (t.fat > 0.0)
        medium.absorption += t.fat * extended_absorption(library, "fat", wavelength, "fat");
    if (t.melanosomes > 0.0)
        medium.absorption += t.melanosomes * law_absorption(library, "melanosome", wavelength);
    const double background = t.baseline * std::max(0.0, 1.0 - t.blood - t.melanosomes);
    if (background > 0.0)
        medium.absorption += background * law_absorption(library, "skin_baseline", wavelength);
    return medium;
}

PhotonMedium imaged_medium(const ImagedObject& object, double wavelength,
                           matter::Library& library) {
    PhotonMedium medium;
    medium.grid = object.grid;
    medium.label = object.region;
    for (const ImagedRegion& region : object.regions)
        medium.media.push_back(imaged_tissue(region.tissue, wavelength, library));
    medium.faces.fill(stimulus::LightFace::mirror);
    medium.faces[4] = medium.faces[5] = stimulus::LightFace::fresnel;
    add_agents(object, wavelength, medium);
    return medium;
}

std::vector<BodyColumn> body_columns(const PhotonMedium& medium) {
    const Grid& grid = medium.grid;
    std::vector<BodyColumn> columns(static_cast<std::size_t>(grid.nx * grid.ny));
    for (index_t k = 0; k < grid.nz; ++k) {
        for (std::size_t n = 0; n < columns.size(); ++n) {
            const std::size_t at = static_cast<std::size_t>(k) * columns.size() + n;
            if (medium.media[medium.label[at]].exterior) continue;
            if (columns[n].top < 0) columns[n].top = k;
            columns[n].bottom = k;
        }
    }
    return columns;
}

double diffusion_coefficient(double absorption, double reduced, double longest) {
    return 1.0 / (3.0 * std::max(absorption + reduced, 1.0 / longest));
}

LightLayers light_layers(const PhotonMedium& medium, const std::vector<BodyColumn>& columns) {
    const stimulus::TransportCoefficients all(medium);
    const auto depth = static_cast<std::size_t>(medium.grid.nz);
    LightLayers layers;
    layers.thickness = medium.grid.spacing[2];
    layers.absorption.assign(depth, 0.0);
    layers.reduced.assign(depth, 0.0);
    std::vector<double> count(depth, 0.0);
    double index = 0.0, below = 0.0;
    for (std::size_t n = 0; n < columns.size(); ++n) {
        if (columns[n].top < 0) continue;
        for (index_t k = columns[n].top; k <= columns[n].bottom; ++k) {
            const std::size_t at = static_cast<std::size_t>(k) * columns.size() + n;
            if (medium.media[medium.label[at]].exterior) continue;
            const auto d = static_cast<std::size_t>(k - columns[n].top);
            layers.absorption[d] += all.absorption[at];
            layers.reduced[d] += all.reduced[at];
            count[d] += 1.0;
            if (k == columns[n].top) index += medium.media[medium.label[at]].refractive_index;
            if (k == columns[n].bottom) below += medium.media[medium.label[at]].refractive_index;
        }
    }
    std::size_t used = 0;
    for (; used < depth && count[used] > 0.0; ++used) {
        layers.absorption[used] /= count[used];
        layers.reduced[used] /= count[used];
    }
    if (used == 0 || !all.scatters)
        throw InputError(Diagnostic{{},
                                    "nothing in the object scatters light",
                                    "tissue under the camera",
                                    "regions of tissue other than air and pmma"});
    layers.absorption.resize(used);
    layers.reduced.resize(used);
    layers.index = index / count[0];
    layers.top_factor = border_factor(layers.index);
    layers.bottom_factor = border_factor(below / count[0]);
    return layers;
}

EnteringLight entering_light(const std::vector<double>& absorption,
                             const std::vector<double>& reduced, double thickness, double index,
                             bool from_below) {
    EnteringLight light{std::vector<double>(absorption.size(), 0.0),
                        std::vector<double>(absorption.size(), 0.0)};
    const double mirror = (index - 1.0) / (index + 1.0);
    double left = 1.0 - mirror * mirror;
    for (std::size_t n = 0; n < absorption.size(); ++n) {
        const std::size_t d = from_below ? absorption.size() - 1 - n : n;
        const double extinction = absorption[d] + reduced[d];
        if (!(extinction > 0.0)) {
            light.fluence[d] = left;
            continue;
        }
        const double lost = -left * std::expm1(-extinction * thickness);
        light.fluence[d] = lost / (extinction * thickness);
        light.source[d] = reduced[d] * light.fluence[d];
        left -= lost;
    }
    return light;
}

}  // namespace caravel::imaging
