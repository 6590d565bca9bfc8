#include "caravel/inference/delivery/study_interval_spread.hpp"

#include "caravel/body/law_disposition.hpp"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <numbers>

namespace caravel::inference::delivery {
namespace {

constexpr double between_articles = 0.48 * std::numbers::ln10;
constexpr double within_article = 0.29 * std::numbers::ln10;
constexpr double of_calibration = 0.2;     // assumed
constexpr double particles_per_kg = 5e13;  // where the dose is not known, as in the laws' fit

using LogOfLaw = std::function<double(std::span<const double>)>;

/// Variance of a logarithm from the parameters' covariance.
double parameter_variance(const HierarchicalFit& fit, const LogOfLaw& law) {
    std::vector<double> theta = fit.theta;
    std::vector<double> slope;
    for (std::size_t i = 0; i < theta.size(); ++i) {
        const double step = 1e-4;
        theta[i] = fit.theta[i] + step;
        const double above = law(theta);
        theta[i] = fit.theta[i] - step;
        slope.push_back((above - law(theta)) / (2.0 * step));
        theta[i] = fit.theta[i];
    }
    return std::max(0.0, dot(slope, multiply(fit.covariance, slope)));
}

double sd_of(const FittedLaws& laws, std::size_t effect, const LogOfLaw& law) {
    const VarianceComponents& c = laws.fit.components;
    return std::sqrt(std::pow(c.study[effect], 2) + std::pow(c.case_[effect], 2) +
                     parameter_variance(laws.fit, law));
}

CarrierSpread spread_of_laws(const formulation::Formulation& formulation, double diameter,
                             const FittedLaws& laws) {
    const body::ParticleInBody particle =
        body::particle_from(formulation, diameter, particles_per_kg);
    const auto organ = [&](std::size_t i) {
        return [&particle, i](std::span<const double> v) {
            return std::log(body::organ_clearances(particle, v)[i]);
        };
    };
    const auto against_liver = [&](std::size_t i) {
        return [&particle, i](std::span<const double> v) {
            const auto clearance = body::organ_clearances(particle, v);
            return std::log(clearance[i] / clearance[0]);
        };
    };
    CarrierSpread spread;
    spread.sd[multiplier::phagocytosis] = sd_of(laws, effect::phagocytosis, organ(0));
    spread.sd[multiplier::spleen] = sd_of(laws, effect::spleen, against_liver(1));
    spread.sd[multiplier::kidney] = sd_of(laws, effect::kidney, against_liver(2));
    spread.sd[multiplier::lung] = sd_of(laws, effect::lung, against_liver(3));
    spread.sd[multiplier::exchange] = sd_of(laws, effect::exchange, organ(5));
    spread.sd[multiplier::tumour] =
        sd_of(laws, effect::tumour_permeability, [&](std::span<const double> v) {
            return std::log(body::law_tumour_permeability(particle, body::TumourInBody{}, v));
        });
    spread.sd[multiplier::persistence] =
        sd_of(laws, effect::persistence,
              [](std::span<const double> v) { return v[body::law::captured_loss]; });
    spread.sd[multiplier::retention] = between_articles;
    spread.sd[multiplier::elimination] = between_articles;
    spread.source = fmt::format(
        "no calibrated disposition, so the property laws' variance between studies, between cases "
        "and of their parameters ({} articles of animals); exit from tumours and renal and biliary "
        "clearance 0.48 log10 (assumed as for tumour uptake)",
        laws.provenance.articles);
    return spread;
}

}  // namespace

CarrierSpread carrier_spread(const formulation::Formulation& formulation, double diameter,
                             const formulation::Disposition& disposition, const FittedLaws* laws) {
    CarrierSpread spread;
    if (!disposition.calibrated_with.empty()) {
        spread.sd.fill(of_calibration);
        spread.sd[multiplier::tumour] = within_article;
        spread.source =
            "calibrated with " + disposition.calibrated_with +
            "; residual of a calibration 0.2 of natural logarithms (assumed), for another tumour "
            "0.29 log10 as among particles of one article";
        return spread;
    }
    if (laws != nullptr) return spread_of_laws(formulation, diameter, *laws);
    spread.sd.fill(between_articles);
    spread.source =
        "no calibrated disposition and no usable file of fitted laws: 0.48 log10 between articles "
        "for all";
    return spread;
}

}  // namespace caravel::inference::delivery
