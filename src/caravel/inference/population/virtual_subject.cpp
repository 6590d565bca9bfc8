#include "caravel/inference/population/virtual_subject.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/body/physiology.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::inference::population {
namespace {

constexpr const char* table = "populations";
// As in body/physiology: large vessels hold at least this share of all blood (assumed).
constexpr double least_large_vessels = 0.1;
// Truncation where the table names no limit, in standard deviations of the logarithm.
constexpr double widest = 3.5;

const std::vector<std::string> organ_order{"lung", "heart",      "brain",  "liver", "spleen",
                                           "gut",  "kidney",     "muscle", "skin",  "fat",
                                           "bone", "lymph_node", "rest"};
const std::vector<std::string> yielding{"muscle", "skin", "fat", "rest"};

bool has_own_flow(const std::string& organ) { return organ != "lung" && organ != "rest"; }

bool is_population(const std::string& name) { return name.find('_') != std::string::npos; }

}  // namespace

double VirtualSubject::volume(std::string_view organ) const {
    for (const auto& o : organs)
        if (o.organ == organ) return o.volume;
    throw InputError(
        Diagnostic{{}, "the subject has no organ '" + std::string(organ) + "'", "", ""});
}

std::vector<Covariate> covariates(const VirtualSubject& s) {
    const bool is_animal = s.height <= 0.0;
    const char* mass = is_animal ? "g" : "kg";
    const char* area = is_animal ? "cm2" : "m2";
    std::vector<Covariate> list{
        {"sex", "1", s.female ? 1.0 : 0.0},
        {"body_weight", mass, from_si(s.body_weight, mass)},
        {"body_surface_area", area, from_si(s.body_surface_area, area)},
        {"haematocrit", "1", s.haematocrit},
        {"cardiac_output", "L/h", from_si(s.cardiac_output, "L/h")},
        {"blood_volume", "mL", from_si(s.blood_volume, "mL")},
        {"glomerular_filtration_rate", "mL/min", from_si(s.glomerular_filtration_rate, "mL/min")},
        {"liver_function", "1", s.liver_function},
        {"phagocyte_capacity", "1", s.phagocyte_capacity},
        {"tumour_volume", "1", s.tumour_volume},
        {"tumour_vessel_density", "1", s.tumour_vessel_density},
        {"tumour_permeability", "1", s.tumour_permeability}};
    if (s.height > 0.0) list.push_back({"height", "cm", from_si(s.height, "cm")});
    for (const auto& o : s.organs)
        list.push_back({"volume." + o.organ, "mL", from_si(o.volume, "mL")});
    for (const auto& o : s.organs)
        if (has_own_flow(o.organ))
            list.push_back({"flow." + o.organ, "mL/min", from_si(o.blood_flow, "mL/min")});
    return list;
}

std::vector<std::string> population_names(const matter::Library& library) {
    std::vector<std::string> names = library.table(table).names();
    std::erase_if(names, [](const std::string& name) { return !is_population(name); });
    return names;
}

std::string species_of(const std::string& population) {
    return population.substr(0, population.find('_'));
}

std::string default_population(const std::string& species) {
    if (species == "rat") return "rat_sprague_dawley";
    return species == "human" ? "human_cancer" : "mouse_balb_c";
}

VirtualPopulation::VirtualPopulation(std::string name, matter::Library& library,
                                     std::optional<Distribution> body_weight)
    : name_(std::move(name)), species_(species_of(name_)), own_weight_(std::move(body_weight)) {
    const auto names = population_names(library);
    if (std::find(names.begin(), names.end(), name_) == names.end()) {
        const std::vector<std::string_view> views(names.begin(), names.end());
        std::string all;
        for (const auto& n : names) all += (all.empty() ? "" : ", ") + n;
        throw InputError(Diagnostic{
            {}, "no population is named '" + name_ + "'", all, did_you_mean(name_, views)});
    }
    const auto fact = [&](std::string_view property) {
        return library.value("species", species_, property);
    };
    reference_weight_ = fact("body_weight");
    reference_output_ = fact("cardiac_output");
    reference_filtration_ = fact("glomerular_filtration_rate");
    reference_surface_ = fact("body_surface_area");
    blood_fraction_ = fact("blood_volume_fraction");
    female_fraction_ = find(library, "female_fraction", "").value_or(0.5);
    output_exponent_ = find(library, "allometric_exponent", "cardiac_output").value_or(0.75);
    filtration_exponent_ =
        find(library, "allometric_exponent", "glomerular_filtration_rate").value_or(0.75);
    read_organs(library);
    for (const char* q : {"body_weight", "haematocrit", "cardiac_output", "blood_volume",
                          "glomerular_filtration_rate", "liver_function", "phagocyte_capacity",
                          "tumour_volume", "tumour_vessel_density", "tumour_permeability"})
        add(library, q);
    add(library, "height", false);
    for (const auto& organ : organ_order) add(library, "volume." + organ);
    for (const auto& organ : organ_order)
        if (has_own_flow(organ)) add(library, "flow." + organ);
    read_correlations(library);
}

std::optional<double> VirtualPopulation::find(matter::Library& library, const std::string& property,
                                              const std::string& context) const {
    for (const std::string& name : {name_, species_, std::string("any")})
        if (const auto value = library.find(table, name, property, context)) return value;
    return std::nullopt;
}

/// Mean 1 for ratios; body weight, height and haematocrit have their own.
VirtualPopulation::Marginal VirtualPopulation::marginal(matter::Library& library,
                                                        const std::string& quantity,
                                                        const std::string& sex) const {
    const auto of_sex = [&](const std::string& property) {
        const auto own = find(library, property, sex);
        return own ? own : find(library, property, "");
    };
    double mean = find(library, "mean_ratio", quantity).value_or(1.0);
    if (quantity == "haematocrit")
        mean *= of_sex("haematocrit")
                    .value_or(library.find("species", species_, "haematocrit").value_or(0.45));
    if (quantity == "body_weight") mean *= of_sex("body_weight").value_or(reference_weight_);
    if (quantity == "height") mean *= of_sex("height").value_or(0.0);
    const LogNormal shape = log_normal_from_mean(
        mean, find(library, "coefficient_of_variation", quantity).value_or(0.1));
    Marginal m{shape, shape.median * std::exp(-widest * shape.sigma),
               shape.median * std::exp(widest * shape.sigma)};
    if (const auto low = find(library, "lower_ratio", quantity))
        m.low = std::max(m.low, *low * mean);
    if (const auto high = find(library, "upper_ratio", quantity))
        m.high = std::min(m.high, *high * mean);
    if (quantity == "body_weight" && own_weight_) {
        m.distribution = *own_weight_;
        m.low = quantile(*own_weight_, 0.0005);
        m.high = quantile(*own_weight_, 0.9995);
    }
    return m;
}

void VirtualPopulation::add(matter::Library& library, const std::string& quantity,
                            bool is_required) {
    if (!is_required && !find(library, "coefficient_of_variation", quantity)) return;
    quantities_.push_back(quantity);
    marginals_[0].push_back(marginal(library, quantity, "male"));
    marginals_[1].push_back(marginal(library, quantity, "female"));
}

void VirtualPopulation::read_organs(matter::Library& library) {
    double volumes = 0.0;
    double blood_inside = 0.0;
    for (const auto& name : organ_order) {
        OrganFacts organ;
        organ.name = name;
        organ.volume_fraction = library.value("species", species_, "volume_fraction", name);
        organ.vascular_fraction = library.value("species", species_, "vascular_fraction", name);
        if (name != "lung")
            organ.flow_fraction = library.value("species", species_, "blood_flow_fraction", name);
        organ.exponent = find(library, "allometric_exponent", name).value_or(1.0);
        organ.gives_way = std::find(yielding.begin(), yielding.end(), name) != yielding.end();
        volumes += organ.volume_fraction;
        blood_inside += organ.volume_fraction * organ.vascular_fraction;
        organs_.push_back(std::move(organ));
    }
    filled_fraction_ =
        volumes + std::max(blood_fraction_ - blood_inside, least_large_vessels * blood_fraction_);
}

void VirtualPopulation::read_correlations(matter::Library& library) {
    const auto known = [&](const std::string& name) {
        return std::find(quantities_.begin(), quantities_.end(), name) != quantities_.end();
    };
    std::map<std::string, double> seen;
    for (const std::string& name : {name_, species_, std::string("any")}) {
        if (!library.table(table).has(name)) continue;
        for (const matter::Fact* fact : library.table(table).all(name))
            if (fact->property == "correlation" && seen.emplace(fact->context, fact->si).second)
                library.find_fact(table, name, "correlation", fact->context);
    }
    for (const auto& [pair, value] : seen) {
        const std::size_t colon = std::min(pair.find(':'), pair.size());
        Correlation c{pair.substr(0, colon), pair.substr(std::min(colon + 1, pair.size())), value};
        if (known(c.first) && known(c.second)) correlations_.push_back(std::move(c));
    }
}

VirtualSubject VirtualPopulation::subject(double sex, std::span<const double> u) const {
    VirtualSubject s;
    s.female = sex < female_fraction_;
    const auto& marginals = marginals_[s.female ? 1 : 0];
    std::map<std::string, double> value;
    for (std::size_t i = 0; i < quantities_.size(); ++i)
        value[quantities_[i]] = truncated_quantile(marginals[i].distribution, marginals[i].low,
                                                   marginals[i].high, u[i]);
    const double relative = value.at("body_weight") / reference_weight_;
    s.body_weight = value.at("body_weight");
    if (const auto height = value.find("height"); height != value.end()) s.height = height->second;
    // Mosteller 1987 for people, Meeh's 2/3 for animals.
    s.body_surface_area = s.height > 0.0 ? std::sqrt(s.height * 100.0 * s.body_weight / 3600.0)
                                         : reference_surface_ * std::pow(relative, 2.0 / 3.0);
    s.haematocrit = value.at("haematocrit");
    s.cardiac_output =
        reference_output_ * std::pow(relative, output_exponent_) * value.at("cardiac_output");
    s.blood_volume = blood_fraction_ * s.body_weight * value.at("blood_volume");
    s.filtration_ratio = value.at("glomerular_filtration_rate");
    s.glomerular_filtration_rate =
        reference_filtration_ * std::pow(relative, filtration_exponent_) * s.filtration_ratio;
    s.liver_function = value.at("liver_function");
    s.phagocyte_capacity = value.at("phagocyte_capacity");
    s.tumour_volume = value.at("tumour_volume");
    s.tumour_vessel_density = value.at("tumour_vessel_density");
    s.tumour_permeability = value.at("tumour_permeability");
    size_organs(s, value);
    share_flow(s, value);
    return s;
}

/// Scales the yielding organs by one factor so that organs and large vessels fill the body as in
/// the species' table. The volume is linear in the factor below and above the least share of blood
/// in large vessels.
void VirtualPopulation::size_organs(VirtualSubject& s,
                                    const std::map<std::string, double>& ratio) const {
    const double relative = s.body_weight / reference_weight_;
    double firm = 0.0, firm_blood = 0.0, soft = 0.0, soft_blood = 0.0;
    for (const auto& organ : organs_) {
        const double volume = organ.volume_fraction * reference_weight_ *
                              std::pow(relative, organ.exponent) * ratio.at("volume." + organ.name);
        s.organs.push_back({organ.name, volume, 0.0});
        (organ.gives_way ? soft : firm) += volume;
        (organ.gives_way ? soft_blood : firm_blood) += volume * organ.vascular_fraction;
    }
    const double space = filled_fraction_ * s.body_weight;
    const double least = least_large_vessels * s.blood_volume;
    double factor = (space - s.blood_volume - firm + firm_blood) / (soft - soft_blood);
    if (s.blood_volume - firm_blood - factor * soft_blood < least)
        factor = (space - least - firm) / soft;
    if (!(factor > 0.05))
        throw NumericalError({"virtual subject", "organ volumes", "", 0.0, 0.0,
                              "of an individual of " + format_number(s.body_weight, 4) +
                                  " kg leave no room for muscle, skin and fat",
                              "narrow the distribution of the body weight or of the organs"});
    for (std::size_t i = 0; i < organs_.size(); ++i)
        if (organs_[i].gives_way) s.organs[i].volume *= factor;
}

void VirtualPopulation::share_flow(VirtualSubject& s,
                                   const std::map<std::string, double>& ratio) const {
    double sum = 0.0;
    std::vector<double> share(organs_.size());
    for (std::size_t i = 0; i < organs_.size(); ++i) {
        const bool varies = has_own_flow(organs_[i].name);
        share[i] = organs_[i].flow_fraction * (varies ? ratio.at("flow." + organs_[i].name) : 1.0);
        sum += share[i];
    }
    for (std::size_t i = 0; i < organs_.size(); ++i)
        if (has_own_flow(organs_[i].name))
            s.organs[i].blood_flow = s.cardiac_output * share[i] / sum;
}

}  // namespace caravel::inference::population
