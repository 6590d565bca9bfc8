#include "caravel/imaging/optical/fluorescence_light.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/imaging/optical/layered_light.hpp"
#include "caravel/imaging/optical/voxel_light.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr double usual_ph = 7.4;
constexpr const char* tissue_table = "autofluorescence";

double photon_energy(double wavelength) { return planck * speed_of_light / wavelength; }

/// Photons per m of generic tissue and photon, all colours: linear in the logarithm, ends held.
double production_at(const matter::Library& library, double wavelength) {
    double before = 0.0, before_log = 0.0;
    for (const matter::Fact* fact : library.table(tissue_table).all("generic")) {
        if (fact->property != "production") continue;
        double at = 0.0;
        std::from_chars(fact->context.data(), fact->context.data() + fact->context.size(), at);
        at *= 1e-9;
        const double log = std::log(fact->si);
        if (wavelength <= at) {
            if (before == 0.0) return fact->si;
            const double part = (wavelength - before) / (at - before);
            return std::exp((1.0 - part) * before_log + part * log);
        }
        before = at;
        before_log = log;
    }
    return std::exp(before_log);
}

/// Adds the light (1/(m3 s)) of one field of an agent in a band to every voxel.
class EmissionSum {
  public:
    EmissionSum(const ScanContext& context, const ImagedObject& object,
                const FluorescenceSettings& settings, const std::vector<double>& fluence)
        : context_(context), object_(object), settings_(settings), fluence_(fluence) {}

    std::vector<double> of_agents(const EmissionBand& band) const {
        std::vector<double> source(fluence_.size(), 0.0);
        for (const AgentField& field : object_.fields)
            for (const LuminescentAgent& emitter : object_.agents[field.agent].luminescent)
                add(field, emitter, band, source);
        return source;
    }

    std::vector<double> of_tissue(const EmissionBand& band) const {
        const double generic = settings_.autofluorescence
                                   ? imaging::autofluorescence(context_.library, settings_, band)
                                   : 0.0;
        if (!(generic > 0.0)) return {};
        std::vector<double> factor;
        for (const ImagedRegion& region : object_.regions)
            factor.push_back(
                generic / photon_energy(settings_.excitation) *
                context_.library.find(tissue_table, region.tissue, "relative").value_or(1.0));
        std::vector<double> source(fluence_.size());
        for (std::size_t i = 0; i < source.size(); ++i)
            source[i] = factor[object_.region[i]] * fluence_[i];
        return source;
    }

  private:
    void add(const AgentField& field, const LuminescentAgent& emitter, const EmissionBand& band,
             std::vector<double>& source) const {
        const double seen = band_response(emitter, band, [&](double wavelength) {
            return quantum_efficiency(context_.library, settings_.camera, wavelength);
        });
        const double excitation = settings_.excitation;
        if (!(seen * absorption_per_unit(emitter, excitation) > 0.0)) return;
        const bool is_plain = !emitter.upconverting && (!emitter.ph_midpoint || object_.ph.empty());
        const double plain = seen * emitted_photons(emitter, excitation, 1.0, usual_ph);
        const auto layer = static_cast<std::size_t>(object_.grid.nx * object_.grid.ny);
        context_.team.run(object_.grid.nz, [&](index_t k) {
            const std::size_t first = static_cast<std::size_t>(k) * layer;
            for (std::size_t i = first; i < first + layer; ++i) {
                const double amount = field.concentration[i];
                if (!(amount > 0.0)) continue;
                const double ph = object_.ph.empty() ? usual_ph : object_.ph[i];
                source[i] += amount * (is_plain ? plain * fluence_[i]
                                                : seen * emitted_photons(emitter, excitation,
                                                                         fluence_[i], ph));
            }
        });
    }

    const ScanContext& context_;
    const ImagedObject& object_;
    const FluorescenceSettings& settings_;
    const std::vector<double>& fluence_;
};

std::vector<double> image_fluence(const ScanContext& context, const LayeredObject& object,
                                  const FluorescenceSettings& settings) {
    if (settings.illumination == "point")
        return layered_beam(context.team, object, beam_profile(object.grid, settings));
    const std::vector<double> per_irradiance =
        layered_fluence(object.layers, settings.illumination == "trans");
    const double irradiance = even_irradiance(settings);
    std::vector<double> fluence(static_cast<std::size_t>(object.grid.cell_count()), 0.0);
    context.team.run(object.grid.nz, [&](index_t k) {
        for (std::size_t n = 0; n < object.columns.size(); ++n) {
            const BodyColumn& column = object.columns[n];
            if (column.top < 0 || k < column.top || k > column.bottom) continue;
            fluence[static_cast<std::size_t>(k) * object.columns.size() + n] =
                irradiance * per_irradiance[static_cast<std::size_t>(k - column.top)];
        }
    });
    return fluence;
}

/// Excitation (photons, 1/(m2 s)) that comes back out of the surface and passes the filter,
/// electrons' worth.
std::vector<double> leakage(const ScanContext& context, const FluorescenceLight& light,
                            const FluorescenceSettings& settings) {
    const double rate = LayeredLight(light.excitation).surface_rate() *
                        std::pow(10.0, -settings.filter_density) /
                        photon_energy(settings.excitation) *
                        quantum_efficiency(context.library, settings.camera, settings.excitation);
    std::vector<double> leak(light.body.size(), 0.0);
    for (std::size_t n = 0; n < leak.size(); ++n) {
        if (light.body[n].top < 0) continue;
        leak[n] =
            rate * light.fluence[static_cast<std::size_t>(light.body[n].top) * leak.size() + n];
    }
    return leak;
}

void check_on(const ScanContext& context, double done) {
    if (context.interrupted && context.interrupted())
        throw Interrupted("fluorescence scan interrupted");
    if (context.progress) context.progress(done);
}

/// Lets the light of both sources through the tissue.
SurfacePair escape(const ScanContext& context, const FluorescenceSettings& settings, Tier tier,
                   const stimulus::PhotonMedium& medium, const FluorescenceLight& light,
                   const LightLayers& layers, const std::vector<double>& agents,
                   const std::vector<double>& tissue, std::uint32_t band) {
    if (tier == Tier::image)
        return layered_escape(context.team, {medium.grid, light.body, layers}, agents, tissue);
    SurfacePair pair;
    pair.second.assign(light.body.size(), 0.0);
    if (settings.method == "monte_carlo") {
        pair.first =
            photon_surface(context, medium, light.body, agents, settings.photons, 2 * band + 1);
        if (!tissue.empty())
            pair.second =
                photon_surface(context, medium, light.body, tissue, settings.photons, 2 * band + 2);
        return pair;
    }
    pair.first = diffuse_surface(context.team, medium, light.body, agents);
    if (!tissue.empty()) pair.second = diffuse_surface(context.team, medium, light.body, tissue);
    return pair;
}

/// The excitation of the scan: body, layers and fluence.
FluorescenceLight excite(const ScanContext& context, const ImagedObject& object,
                         const FluorescenceSettings& settings, Tier tier) {
    const Grid& grid = object.grid;
    const double height = static_cast<double>(grid.nz) * grid.spacing[2];
    const stimulus::PhotonMedium medium =
        imaged_medium(object, settings.excitation, context.library);
    FluorescenceLight light;
    light.columns = {grid.nx, grid.ny, 1, {grid.spacing[0], grid.spacing[1], height}, grid.origin};
    light.body = body_columns(medium);
    light.excitation = light_layers(medium, light.body);
    for (const double added : medium.added_absorption)
        light.darkest_agent = std::max(light.darkest_agent, added);
    if (tier == Tier::image)
        light.fluence = image_fluence(context, {grid, light.body, light.excitation}, settings);
    else if (settings.method == "monte_carlo")
        light.fluence = photon_excitation(context, medium, settings);
    else
        light.fluence = diffuse_excitation(context.team, medium, light.body, settings);
    return light;
}

}  // namespace

double quantum_efficiency(const matter::Library& library, const CameraSettings& camera,
                          double wavelength) {
    return camera.quantum_efficiency ? *camera.quantum_efficiency
                                     : sensor_efficiency(library, camera.sensor, wavelength);
}

AgentResponse::AgentResponse(const matter::Library& library, const ImagedAgent& agent,
                             const FluorescenceSettings& settings, const EmissionBand& band)
    : emitters_(agent.luminescent), excitation_(settings.excitation) {
    for (const LuminescentAgent& emitter : emitters_)
        seen_.push_back(band_response(emitter, band, [&](double wavelength) {
            return quantum_efficiency(library, settings.camera, wavelength);
        }));
}

double AgentResponse::operator()(double irradiance, double ph) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < emitters_.size(); ++i)
        sum += seen_[i] * emitted_photons(emitters_[i], excitation_, irradiance, ph);
    return sum;
}

double agent_response(const matter::Library& library, const ImagedAgent& agent,
                      const FluorescenceSettings& settings, const EmissionBand& band,
                      double irradiance, double ph) {
    return AgentResponse(library, agent, settings, band)(irradiance, ph);
}

double autofluorescence(matter::Library& library, const FluorescenceSettings& settings,
                        const EmissionBand& band) {
    constexpr int pieces = 64;
    const double fall = library.value(tissue_table, "generic", "emission_fall");
    const double low = std::max(settings.excitation, band.centre - 0.5 * band.width);
    const double high = band.centre + 0.5 * band.width;
    if (!(high > low)) return 0.0;
    const double step = (high - low) / pieces;
    double sum = 0.0;
    for (int i = 0; i < pieces; ++i) {
        const double at = low + (i + 0.5) * step;
        sum += std::exp(-(at - settings.excitation) / fall) / fall *
               quantum_efficiency(library, settings.camera, at);
    }
    return production_at(library, settings.excitation) * sum * step;
}

FluorescenceLight fluorescence_light(const ScanContext& context, const ImagedObject& object,
                                     const FluorescenceSettings& settings, Tier tier) {
    const double steps = static_cast<double>(settings.bands.size()) + 1.0;
    FluorescenceLight light = excite(context, object, settings, tier);
    check_on(context, 1.0 / steps);
    const std::vector<double> leak = leakage(context, light, settings);
    const EmissionSum sources(context, object, settings, light.fluence);
    for (const EmissionBand& band : settings.bands) {
        const stimulus::PhotonMedium medium = imaged_medium(object, band.centre, context.library);
        BandLight seen;
        seen.layers = light_layers(medium, light.body);
        SurfacePair pair =
            escape(context, settings, tier, medium, light, seen.layers, sources.of_agents(band),
                   sources.of_tissue(band), static_cast<std::uint32_t>(light.bands.size()));
        seen.agents = std::move(pair.first);
        seen.tissue = std::move(pair.second);
        for (std::size_t n = 0; n < leak.size(); ++n) seen.tissue[n] += leak[n];
        light.bands.push_back(std::move(seen));
        check_on(context, (static_cast<double>(light.bands.size()) + 1.0) / steps);
    }
    return light;
}

}  // namespace caravel::imaging
