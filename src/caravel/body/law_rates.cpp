#include "caravel/body/law_rates.hpp"

#include "caravel/base/error.hpp"
#include "caravel/body/property_laws.hpp"
#include "caravel/body/two_pore.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::body {

namespace {

constexpr double hour = 3600.0;
constexpr double clearance_unit = 1e-6 / hour / 1e-3;  // mL/h/g in m3/s/kg
constexpr std::size_t phagocytic = 4;                  // liver, spleen, kidney, lung
constexpr std::size_t rest = law_organ_count - 1;

double charge_term(double zeta) {
    constexpr double half = 15e-3;  // V
    return zeta * zeta / (zeta * zeta + half * half);
}

double log_size(const ParticleInBody& particle) { return std::log(particle.diameter / 100e-9); }

/// ln of the factor that all phagocytes share.
double phagocytosis(const ParticleInBody& p, std::span<const double> v) {
    constexpr double crowd = 5e13;  // particles/kg: 1e12 in a mouse of 20 g
    const double x = log_size(p);
    return v[law::size] * x + v[law::size_squared] * x * x + v[law::stealth] * p.stealth +
           v[law::charge] * charge_term(p.zeta) + v[law::crowding] * std::log1p(p.number / crowd) +
           v[material_phagocytosis(p.material)] + v[shape_phagocytosis(p.shape)];
}

/// ln of the factor of organs that are not rich in phagocytes.
double elsewhere(const ParticleInBody& p, std::span<const double> v) {
    return v[law::tissue_size] * log_size(p) + v[law::tissue_stealth] * p.stealth +
           v[material_tissue(p.material)];
}

void require_usable(const ParticleInBody& particle, const TumourInBody& tumour,
                    const LawBody& body) {
    if (!(particle.diameter > 0.0 && particle.diameter < 1e-5))
        throw InputError(Diagnostic{{},
                                    "diameter of " + std::to_string(particle.diameter) + " m",
                                    "0 to 10 um",
                                    "give the hydrodynamic diameter"});
    if (!(tumour.mass > 0.0) || !(body.plasma_volume > 0.0))
        throw InputError(Diagnostic{{}, "a body or tumour without mass", "masses above 0 kg", ""});
}

}  // namespace

const std::array<std::string, law_organ_count>& law_organs() {
    static const std::array<std::string, law_organ_count> names = {
        "liver", "spleen", "kidney", "lung",      "heart",   "muscle",
        "bone",  "skin",   "brain",  "intestine", "stomach", "rest"};
    return names;
}

LawBody law_mouse(double body_weight) {
    static constexpr std::array<double, law_organ_count> mass = {
        .055, .005, .0167, .0073, .005, .384, .107, .165, .0165, .042, .006, .1};
    static constexpr std::array<double, law_organ_count> blood = {.31, .17, .24, .5,  .26, .04,
                                                                  .11, .03, .03, .03, .03, .04};
    LawBody body;
    body.body_weight = body_weight;
    body.blood_total = 77e-6 * body_weight;
    body.plasma_volume = 0.55 * body.blood_total;
    const double relative = body_weight / 0.02;
    body.glomerular_filtration = 0.28e-6 / 60.0 * std::pow(relative, 0.75);
    body.rate_scale = std::pow(relative, -0.25);
    for (std::size_t i = 0; i < law_organ_count; ++i) {
        body.organ_mass[i] = mass[i] * body_weight;
        body.blood_volume[i] = std::min(blood[i], 0.25) * body.organ_mass[i] / tissue_density;
    }
    return body;
}

std::array<BatchPart, 5> batch_parts(double heterogeneity) {
    static constexpr std::array<double, 5> node = {-2.8569700138728056, -1.3556261799742659, 0.0,
                                                   1.3556261799742659, 2.8569700138728056};
    static constexpr std::array<double, 5> weight = {0.011257411327720689, 0.22207592200561264,
                                                     0.53333333333333333, 0.22207592200561264,
                                                     0.011257411327720689};
    std::array<BatchPart, 5> parts{};
    for (std::size_t n = 0; n < parts.size(); ++n)
        parts[n] = {weight[n], std::exp(heterogeneity * node[n])};
    return parts;
}

double equal_exposure_factor(double heterogeneity, double captures) {
    const auto exposure = [captures](double factor) {
        return -std::expm1(-factor * captures) / factor;
    };
    const std::array<BatchPart, 5> parts = batch_parts(heterogeneity);
    double wanted = 0.0;
    for (const BatchPart& part : parts) wanted += part.share * exposure(part.factor);
    // Exposure falls with the factor; the batch's lies between those of its extreme parts.
    double low = std::log(parts.front().factor);
    double high = std::log(parts.back().factor);
    for (int i = 0; i < 60; ++i) {
        const double middle = 0.5 * (low + high);
        (exposure(std::exp(middle)) > wanted ? low : high) = middle;
    }
    return std::exp(0.5 * (low + high));
}

std::array<double, law_organ_count> organ_clearances(const ParticleInBody& p,
                                                     std::span<const double> v) {
    const double x = log_size(p);
    const double eaten = phagocytosis(p, v);
    const double other = elsewhere(p, v);
    std::array<double, law_organ_count> value{};
    for (std::size_t i = 0; i < law_organ_count; ++i)
        value[i] =
            v[i < rest ? law::liver + i : law::muscle] + eaten + (i < phagocytic ? 0.0 : other);
    value[0] += v[law::liver_size] * x;
    value[1] += v[law::spleen_size] * x +
                std::log1p(std::exp(v[law::spleen_slit]) * splenic_slit_retention(p.diameter));
    value[2] += v[law::kidney_size] * x;
    value[3] += v[law::lung_size] * x + v[law::lung_cation] * std::max(0.0, p.zeta) / 20e-3;
    for (double& c : value) c = clearance_unit * std::exp(std::clamp(c, -40.0, 15.0));
    return value;
}

std::array<double, law_organ_count> exchange_shares(const LawBody& body) {
    constexpr std::size_t brain = 8;
    std::array<double, law_organ_count> share{};
    double sum = 0.0;
    for (std::size_t i = phagocytic; i < law_organ_count; ++i)
        if (i != brain) sum += share[i] = body.organ_mass[i];
    for (double& value : share) value /= sum;
    return share;
}

double pore_exchange(const ParticleInBody& p, std::span<const double> v) {
    constexpr double pore = 50e-9;  // m
    return clearance_unit * convective_hindrance(p.diameter / pore) *
           std::exp(v[law::exchange_level]);
}

double law_tumour_permeability(const ParticleInBody& p, const TumourInBody& tumour,
                               std::span<const double> v) {
    const double factor =
        v[law::tumour_permeability] + v[law::tumour_size] * log_size(p) +
        v[law::tumour_stealth] * p.stealth + v[law::tumour_charge] * charge_term(p.zeta) +
        v[law::tumour_mass] * std::log(tumour.mass / 3e-4) +
        v[law::tumour_xenograft] * tumour.xenograft +
        v[law::tumour_orthotopic] * tumour.orthotopic + v[material_tumour(p.material)] +
        v[shape_tumour(p.shape)] + v[cancer_tumour(tumour.cancer)];
    // Particles wider than the pores still enter through the widest gaps: the law ends at 800 nm.
    const double radius = std::min(0.5 * p.diameter, 400e-9);
    return tumour_vessel_permeability(radius) * std::exp(std::clamp(factor, -20.0, 20.0));
}

double law_glomerular_passage(const ParticleInBody& p, std::span<const double> v) {
    return glomerular_passage(p.diameter, 1e-9 * std::exp(v[law::glomerular_pore]), p.zeta,
                              v[law::glomerular_charge]);
}

RateConstants rates(const ParticleInBody& p, const TumourInBody& tumour, const LawBody& body,
                    std::span<const double> v) {
    require_usable(p, tumour, body);
    RateConstants k;
    const double x = log_size(p);
    k.in = organ_clearances(p, v);
    for (std::size_t i = 0; i < law_organ_count; ++i)
        k.in[i] *= body.rate_scale * body.organ_mass[i] / body.plasma_volume;
    constexpr std::size_t brain = 8;
    for (std::size_t i = phagocytic; i < law_organ_count; ++i)
        if (i != brain)
            k.exchange[i] =
                pore_exchange(p, v) * body.rate_scale * body.organ_mass[i] / body.plasma_volume;
    const double filtered =
        body.glomerular_filtration * law_glomerular_passage(p, v) / body.plasma_volume;
    const double kept = 1.0 / (1.0 + std::exp(-v[law::reabsorption]));
    k.urine = (1.0 - kept) * filtered;
    k.in[2] += kept * filtered;
    const double rate_unit = body.rate_scale / hour;
    k.exchange_return = rate_unit * std::exp(v[law::exchange_return]);
    k.captured_loss = rate_unit * std::exp(v[law::captured_loss]);
    k.bile =
        rate_unit * fenestra_access(p.diameter) * std::exp(v[law::bile] + v[law::bile_size] * x);
    const double crossing = law_tumour_permeability(p, tumour, v) * tumour_vessel_surface;  // 1/s
    k.tumour_in = crossing * tumour.mass / tissue_density / body.plasma_volume;
    // What enters through the wall also leaves through it; lymph and rim drain the rest.
    k.tumour_out = crossing / std::exp(v[law::tumour_interstitium]) +
                   std::exp(v[law::tumour_drainage] + v[law::tumour_drainage_size] * x) / hour;
    k.tumour_binding = std::exp(v[law::tumour_binding] + v[law::tumour_binding_size] * x +
                                v[law::tumour_ligand] * p.ligand) /
                       hour;
    k.tumour_loss = std::exp(v[law::tumour_loss]) / hour;
    k.tumour_blood =
        std::exp(v[law::tumour_blood]) * tumour.mass / tissue_density / body.blood_total;
    k.residual_blood = std::exp(v[law::residual_blood]);
    k.heterogeneity = std::exp(v[law::heterogeneity]);
    k.label_blood = std::exp(v[law::label_blood]);
    k.label_lost = std::exp(v[law::label_lost]);
    return k;
}

}  // namespace caravel::body
