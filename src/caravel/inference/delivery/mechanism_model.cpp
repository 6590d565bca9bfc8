#include "caravel/inference/delivery/mechanism_model.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>
#include <optional>

namespace caravel::inference::delivery {

namespace {

double imputed_diameter(const ParticleFacts& particle) {
    constexpr double hydration = 10e-9;  // coating and water on a dry core (assumed)
    constexpr double usual = 100e-9;
    if (particle.hydrodynamic_diameter) return *particle.hydrodynamic_diameter;
    if (particle.core_diameter) return *particle.core_diameter + hydration;
    return usual;
}

double density_of(const std::string& material) {
    if (material == "gold") return 19300.0;
    if (material == "silica") return 2000.0;
    if (material == "iron_oxide") return 5200.0;
    if (material == "titania") return 4200.0;
    if (material == "other_inorganic") return 5000.0;
    return 1100.0;
}

double particle_number(const DeliveryCase& c, double diameter) {
    constexpr double usual = 5e13;  // per kg
    if (!c.dose) return usual;
    const double solid = c.particle.core_diameter.value_or(diameter);
    const double mass =
        density_of(c.particle.material) * std::numbers::pi / 6.0 * solid * solid * solid;
    return std::clamp(*c.dose / mass, 1e10, 1e18);
}

double indicator(const std::string& told, const std::string& yes) {
    if (told.empty()) return 0.5;
    return told == yes ? 1.0 : 0.0;
}

body::ParticleInBody particle_of(const DeliveryCase& c) {
    body::ParticleInBody particle;
    particle.diameter = std::clamp(imputed_diameter(c.particle), 1e-9, 2e-6);
    particle.zeta = std::clamp(c.particle.zeta_potential.value_or(-8e-3), -80e-3, 80e-3);
    if (c.particle.is_pegylated) particle.stealth = *c.particle.is_pegylated ? 1.0 : 0.0;
    particle.ligand = c.particle.is_targeted ? 1.0 : 0.0;
    particle.number = particle_number(c, particle.diameter);
    particle.material = c.particle.material;
    particle.shape = c.particle.shape;
    return particle;
}

std::vector<std::size_t> active_parameters(const CaseFacts& facts) {
    std::vector<std::size_t> active(body::law::singles);
    std::iota(active.begin(), active.end(), std::size_t{0});
    const std::string& material = facts.particle.material;
    active.push_back(body::material_phagocytosis(material));
    active.push_back(body::material_tissue(material));
    active.push_back(body::material_tumour(material));
    active.push_back(body::shape_phagocytosis(facts.particle.shape));
    active.push_back(body::shape_tumour(facts.particle.shape));
    active.push_back(body::cancer_tumour(facts.tumour.cancer));
    return active;
}

constexpr std::size_t first_rate = body::law_organ_count;

/// How much an effect shifts the logarithm of a rate.
double share_of(std::size_t which, std::size_t rate) {
    constexpr std::size_t loss = first_rate + 2;
    constexpr std::size_t tumour = first_rate + 5;  // in, out, binding, loss
    constexpr std::size_t lost = first_rate + 13;
    switch (which) {
    case effect::phagocytosis: return rate < first_rate ? 1.0 : 0.0;
    case effect::spleen: return rate == 1 ? 1.0 : 0.0;
    case effect::kidney: return rate == 2 ? 1.0 : 0.0;
    case effect::lung: return rate == 3 ? 1.0 : 0.0;
    case effect::exchange: return rate >= 4 && rate < first_rate ? 1.0 : 0.0;
    case effect::tumour_permeability: return rate == tumour ? 1.0 : 0.0;
    case effect::persistence: return rate == loss ? 1.0 : 0.0;
    case effect::label: return rate == lost ? 1.0 : 0.0;
    default: return 0.0;
    }
}

/// d log10 fraction / d effect beside the rates: in the tumour bumps in log10 of time, 0.6 decades
/// wide, in blood a line about 8 h.
double bump_of(std::size_t which, Place place, double time) {
    constexpr double width = 0.6;
    if (which < effect::tumour_early) return 0.0;
    const double decades = std::log10(std::max(time / 3600.0, 0.02));
    if (which == effect::blood_trend)
        return place == Place::blood ? (decades - std::log10(8.0)) / std::numbers::ln10 : 0.0;
    if (place != Place::tumour) return 0.0;
    static constexpr std::array<double, 3> centre = {0.5, 5.0, 50.0};  // h
    const double x = decades - std::log10(centre[which - effect::tumour_early]);
    return std::exp(-0.5 * x * x / (width * width)) / std::numbers::ln10;
}

LogRates logs_of(const body::RateConstants& k) {
    LogRates logs{};
    const std::array<double, log_rate_count - first_rate> others = {
        std::accumulate(k.exchange.begin(), k.exchange.end(), 0.0),
        k.exchange_return,
        k.captured_loss,
        k.bile,
        k.urine,
        k.tumour_in,
        k.tumour_out,
        k.tumour_binding,
        k.tumour_loss,
        k.tumour_blood,
        k.residual_blood,
        k.heterogeneity,
        k.label_blood,
        k.label_lost};
    for (std::size_t i = 0; i < logs.size(); ++i)
        logs[i] = std::log(std::max(i < first_rate ? k.in[i] : others[i - first_rate], 1e-30));
    return logs;
}

bool usable(const Point& point) {
    return std::isfinite(point.fraction.value) && point.fraction.value > 0.0 &&
           std::isfinite(point.time) && point.time >= 0.0;
}

/// The training points in the arrays that predictions need.
struct CaseData {
    CaseFacts facts;
    std::vector<Place> places;
    std::vector<double> times;
};

}  // namespace

CaseFacts facts_of(const DeliveryCase& c) {
    CaseFacts facts;
    facts.particle = particle_of(c);
    facts.tumour.mass = std::clamp(c.animal.tumour_mass.value_or(3e-4), 1e-6, 1e-2);
    facts.tumour.cancer = c.animal.cancer.empty() ? "other" : c.animal.cancer;
    facts.tumour.xenograft = indicator(c.animal.implantation, "xenograft");
    facts.tumour.orthotopic = indicator(c.animal.site, "orthotopic");
    facts.body = body::law_mouse(std::clamp(c.animal.body_weight.value_or(0.02), 5e-3, 1.0));
    facts.active = active_parameters(facts);
    return facts;
}

const std::vector<std::string>& effect_names() {
    static const std::vector<std::string> names = {
        "phagocytosis",        "spleen",      "kidney", "lung",         "exchange",
        "tumour_permeability", "persistence", "label",  "tumour_early", "tumour_middle",
        "tumour_late",         "blood_trend"};
    return names;
}

std::size_t noise_class(Place place) {
    switch (place) {
    case Place::tumour: return 0;
    case Place::blood: return 1;
    case Place::liver: return 2;
    case Place::spleen: return 3;
    case Place::kidney: return 4;
    case Place::lung: return 5;
    case Place::urine:
    case Place::faeces: return 7;
    default: return 6;
    }
}

const std::vector<std::string>& noise_class_names() {
    static const std::vector<std::string> names = {"tumour", "blood", "liver",        "spleen",
                                                   "kidney", "lung",  "other_organs", "excreta"};
    return names;
}

LogRates log_rates(const CaseFacts& facts, std::span<const double> theta,
                   std::span<const double> effects) {
    LogRates logs = logs_of(body::rates(facts.particle, facts.tumour, facts.body, theta));
    for (std::size_t k = 0; k < effects.size(); ++k)
        for (std::size_t r = 0; r < logs.size(); ++r) logs[r] += share_of(k, r) * effects[k];
    return logs;
}

ReducedBody kinetics_of(const CaseFacts& facts, const LogRates& logs, double leak) {
    body::RateConstants k;
    k.leak = leak;
    for (std::size_t i = 0; i < first_rate; ++i) k.in[i] = std::exp(logs[i]);
    double exchange = 0.0;
    const std::array<double*, log_rate_count - first_rate> others = {
        &exchange,         &k.exchange_return, &k.captured_loss,  &k.bile,        &k.urine,
        &k.tumour_in,      &k.tumour_out,      &k.tumour_binding, &k.tumour_loss, &k.tumour_blood,
        &k.residual_blood, &k.heterogeneity,   &k.label_blood,    &k.label_lost};
    for (std::size_t i = 0; i < others.size(); ++i) *others[i] = std::exp(logs[first_rate + i]);
    k.exchange = body::exchange_shares(facts.body);
    for (double& share : k.exchange) share *= exchange;
    std::array<double, body::law_organ_count> vessels{};
    for (std::size_t i = 0; i < vessels.size(); ++i)
        vessels[i] = facts.body.blood_volume[i] / facts.body.blood_total;
    return ReducedBody(k, vessels);
}

ReducedBody kinetics_of(const CaseFacts& facts, std::span<const double> theta,
                        std::span<const double> effects) {
    return kinetics_of(facts, log_rates(facts, theta, effects));
}

double log_fraction(const ReducedBody& kinetics, Place place, double time) {
    return std::log10(std::max(kinetics.fraction(place, time), 1e-9));
}

double log_fraction(const ReducedBody& kinetics, Place place, double time,
                    std::span<const double> effects) {
    double value = log_fraction(kinetics, place, time);
    for (std::size_t k = effect::tumour_early; k < effects.size(); ++k)
        value += bump_of(k, place, time) * effects[k];
    return value;
}

std::vector<std::string> family_names() {
    std::vector<std::string> names;
    for (const body::LawParameter& parameter : body::law_parameters())
        if (!parameter.family.empty() && (names.empty() || names.back() != parameter.family))
            names.push_back(parameter.family);
    return names;
}

std::vector<SharedParameter> shared_parameters() {
    const std::vector<std::string> families = family_names();
    std::vector<SharedParameter> parameters;
    for (const body::LawParameter& p : body::law_parameters()) {
        const auto found = std::find(families.begin(), families.end(), p.family);
        const int family = p.family.empty() ? -1 : static_cast<int>(found - families.begin());
        parameters.push_back({p.name, p.prior_mean, p.prior_sd, family});
    }
    return parameters;
}

namespace {

constexpr std::size_t first_other = 4;

/// Whether the rate acts on the place at all.
bool acts_on(std::size_t rate, Place place) {
    constexpr std::size_t tumour_out = first_rate + 6;
    constexpr std::size_t tumour_blood = first_rate + 9;
    constexpr std::size_t residual = first_rate + 10;
    if (rate >= tumour_out && rate <= tumour_blood) return place == Place::tumour;
    if (rate == residual)
        return place != Place::tumour && place != Place::blood && place != Place::urine;
    return true;
}

/// Whether organs poor in phagocytes act on the place through their sum alone.
bool sees_the_sum(Place place) {
    return place == Place::tumour || place == Place::blood || place == Place::liver ||
           place == Place::spleen || place == Place::kidney || place == Place::lung;
}

/// d log10 fraction / d ln rate (points x rates).
Matrix by_rates(const CaseFacts& facts, std::span<const Place> places,
                std::span<const double> times, const LogRates& logs,
                std::span<const double> prediction) {
    constexpr double step = 1e-5;
    Matrix slope(places.size(), log_rate_count);
    for (std::size_t r = 0; r < log_rate_count; ++r) {
        LogRates moved = logs;
        moved[r] += step;
        std::optional<ReducedBody> kinetics;  // only where a place asks for it
        const bool is_summed = r > first_other && r < first_rate;
        const double share = is_summed ? std::exp(logs[r] - logs[first_other]) : 0.0;
        for (std::size_t i = 0; i < places.size(); ++i) {
            if (is_summed && sees_the_sum(places[i]))
                slope(i, r) = share * slope(i, first_other);
            else if (acts_on(r, places[i])) {
                if (!kinetics) kinetics = kinetics_of(facts, moved);
                slope(i, r) = (log_fraction(*kinetics, places[i], times[i]) - prediction[i]) / step;
            }
        }
    }
    return slope;
}

void chain_theta(const CaseFacts& facts, std::span<const double> theta,
                 std::span<const double> effects, const LogRates& logs, const Matrix& slope,
                 Matrix& by_theta) {
    constexpr double step = 1e-5;
    std::vector<double> moved(theta.begin(), theta.end());
    for (const std::size_t k : facts.active) {
        moved[k] = theta[k] + step;
        const LogRates there = log_rates(facts, moved, effects);
        moved[k] = theta[k];
        for (std::size_t r = 0; r < log_rate_count; ++r) {
            const double change = (there[r] - logs[r]) / step;
            if (change == 0.0) continue;
            for (std::size_t i = 0; i < slope.rows; ++i) by_theta(i, k) += slope(i, r) * change;
        }
    }
}

}  // namespace

void predict_points(const CaseFacts& facts, std::span<const Place> places,
                    std::span<const double> times, std::span<const double> theta,
                    std::span<const double> effects, std::span<double> prediction, Matrix* by_theta,
                    Matrix* by_effects) {
    const LogRates logs = log_rates(facts, theta, effects);
    const ReducedBody kinetics = kinetics_of(facts, logs);
    for (std::size_t i = 0; i < places.size(); ++i)
        prediction[i] = log_fraction(kinetics, places[i], times[i]);
    Matrix slope;
    if (by_theta != nullptr || by_effects != nullptr)
        slope = by_rates(facts, places, times, logs, prediction);
    for (std::size_t i = 0; i < places.size(); ++i)
        for (std::size_t k = effect::tumour_early; k < effects.size(); ++k)
            prediction[i] += bump_of(k, places[i], times[i]) * effects[k];
    if (by_theta != nullptr) chain_theta(facts, theta, effects, logs, slope, *by_theta);
    if (by_effects == nullptr) return;
    for (std::size_t k = 0; k < effects.size(); ++k)
        for (std::size_t i = 0; i < places.size(); ++i) {
            (*by_effects)(i, k) = bump_of(k, places[i], times[i]);
            for (std::size_t r = 0; r < log_rate_count; ++r)
                (*by_effects)(i, k) += slope(i, r) * share_of(k, r);
        }
}

HierarchicalProblem mechanism_problem(std::span<const DeliveryCase> training) {
    HierarchicalProblem problem;
    problem.parameters = shared_parameters();
    problem.families = family_names().size();
    problem.effects = effect_names();
    problem.noise_classes = noise_class_count;
    std::map<std::string, std::vector<std::size_t>> articles;
    for (std::size_t i = 0; i < training.size(); ++i) articles[training[i].article].push_back(i);
    std::vector<CaseData> data;
    std::size_t study = 0;
    for (const auto& [article, members] : articles) {
        for (const std::size_t i : members) {
            CaseData one{facts_of(training[i]), {}, {}};
            HierarchicalCase points;
            points.study = study;
            for (const Point& point : training[i].points) {
                if (!usable(point)) continue;
                one.places.push_back(point.place);
                one.times.push_back(point.time);
                points.observations.push_back(
                    {std::log10(point.fraction.value), point.fraction.censoring});
                points.noise.push_back(noise_class(point.place));
            }
            if (points.observations.empty()) continue;
            data.push_back(std::move(one));
            problem.cases.push_back(std::move(points));
        }
        ++study;
    }
    if (problem.cases.empty())
        throw InputError(Diagnostic{
            {}, "no training case has a usable point", "fractions above 0 at known times", ""});
    problem.predict = [data = std::move(data)](std::size_t index, std::span<const double> theta,
                                               std::span<const double> effects,
                                               std::span<double> prediction, Matrix* by_theta,
                                               Matrix* by_effects) {
        const CaseData& one = data[index];
        predict_points(one.facts, one.places, one.times, theta, effects, prediction, by_theta,
                       by_effects);
    };
    return problem;
}

}  // namespace caravel::inference::delivery
