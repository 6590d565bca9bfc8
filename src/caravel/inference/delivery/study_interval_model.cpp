#include "caravel/inference/delivery/study_interval_model.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/body/two_pore.hpp"
#include "caravel/report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::inference::delivery {
namespace {

using population::VariedKey;

std::string species_of(const std::filesystem::path& path,
                       const std::vector<std::string>& assignments, const study::DataPaths& data,
                       matter::Library& library) {
    return study::read_study(path, assignments, data, library).input.subject.body.species;
}

population::VirtualPopulation population_of(const std::filesystem::path& path,
                                            const std::vector<std::string>& assignments,
                                            const study::DataPaths& data) {
    matter::Library library(data.root);
    return population::VirtualPopulation(
        population::default_population(species_of(path, assignments, data, library)), library);
}

/// A key's value as an assignment.
std::string assignment(const std::string& key, double value, const std::string& unit) {
    return key + "=\"" + report::exact_text(value) + (unit == "1" ? "\"" : " " + unit + "\"");
}

Matrix correlation_of(const population::VirtualPopulation& people) {
    const std::vector<std::string>& names = people.quantities();
    Matrix matrix = identity(names.size());
    const auto place = [&](const std::string& name) {
        return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) -
                                        names.begin());
    };
    for (const auto& c : people.correlations())
        matrix(place(c.first), place(c.second)) = matrix(place(c.second), place(c.first)) = c.value;
    return require_cholesky(matrix, "the correlation matrix of the population");
}

/// Tumours whose wall follows from the particle's size alone get it written into the study, so
/// that there is a key for it. With several formulations their walls differ and stay as they are.
std::vector<std::string> with_walls(const std::vector<std::string>& assignments,
                                    const study::Prepared& prepared) {
    std::vector<std::string> all = assignments;
    const auto& carriers = prepared.built.carrier_kinetics;
    if (carriers.size() != 1 || carriers.front().tumour_permeability_surface) return all;
    const auto& tumours = prepared.file.input.subject.tumours;
    for (std::size_t t = 0; t < tumours.size(); ++t) {
        if (tumours[t].tissue.vascular_permeability) continue;
        const double wall = body::tumour_vessel_permeability(carriers.front().hydrodynamic_radius);
        if (wall > 0.0)
            all.push_back(assignment(fmt::format("subject.tumour[{}].vascular_permeability", t),
                                     from_si(wall, "cm/s"), "cm/s"));
    }
    return all;
}

bool ends_with(const std::string& text, const std::string& end) {
    return text.size() >= end.size() &&
           text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// The number in brackets after `before`; 0 where there is none ("formulation.disposition").
std::size_t index_after(const std::string& key, const std::string& before) {
    const std::size_t at = key.find(before + "[");
    return at == std::string::npos ? 0 : std::stoul(key.substr(at + before.size() + 1));
}

double normal_probability(double z) {
    return std::clamp(0.5 * std::erfc(-z / std::numbers::sqrt2), 1e-12, 1.0 - 1e-12);
}

}  // namespace

IntervalModel::IntervalModel(const std::filesystem::path& path,
                             const std::vector<std::string>& assignments,
                             const study::DataPaths& data, const FittedLaws* laws)
    : population_(population_of(path, assignments, data)),
      correlation_(correlation_of(population_)) {
    const study::Prepared plain = study::prepare(path, assignments, data);
    subjects_.emplace(path, with_walls(assignments, plain), population_, data);
    assignments_ = subjects_->assignments();
    keys_ = subjects_->keys();
    const std::vector<double> middle(population_.quantities().size(), 0.5);
    for (const std::size_t female : {0U, 1U})
        typical_[female] =
            subjects_->values(population_.subject(female == 1 ? 1e-9 : 1.0 - 1e-9, middle));
    matter::Library library(data.root);
    set_bodies(plain, library);
    const study::Prepared full = study::prepare(path, assignments_, data);
    add_carriers(full, laws);
    for (std::size_t k = 0; k < subjects_->keys().size(); ++k)
        links_.insert(links_.begin() + static_cast<std::ptrdiff_t>(k), link_of(keys_[k].key, full));
}

std::size_t IntervalModel::dimensions() const {
    return 1 + population_.quantities().size() + sd_.size();
}

/// The study's own body in place of the typical one of the population.
void IntervalModel::set_bodies(const study::Prepared& prepared, matter::Library& library) {
    const body::Physiology& body = prepared.built.physiology;
    const body::SubjectInput& own = prepared.file.input.subject.body;
    const double blood = own.blood_volume.value_or(
        library.value("species", body.species, "blood_volume_fraction") * body.body_weight);
    std::vector<std::string> organs;
    for (const auto& organ : own.organs) organs.push_back(organ.organ);
    const std::vector<double> middle(population_.quantities().size(), 0.5);
    for (const auto& size : population_.subject(0.5, middle).organs)
        if (std::find(organs.begin(), organs.end(), size.organ) == organs.end())
            organs.push_back(size.organ);
    for (const VariedKey& key : keys_) {
        double value = 0.0;
        if (key.key == "subject.body_weight") value = body.body_weight;
        if (key.key == "subject.body_surface_area") value = body.body_surface_area;
        if (key.key == "subject.haematocrit") value = body.haematocrit;
        if (key.key == "subject.cardiac_output") value = body.cardiac_output;
        if (key.key == "subject.blood_volume") value = blood;
        if (key.key.rfind("subject.organ[", 0) == 0) {
            const auto& organ = body.organ(organs.at(index_after(key.key, "subject.organ")));
            value = ends_with(key.key, ".volume") ? organ.volume : organ.arterial_flow;
        }
        if (value > 0.0)
            assignments_.push_back(assignment(key.key, from_si(value, key.unit), key.unit));
    }
    flows_ = {from_si(body.cardiac_output, "L/h"), from_si(body.organ("rest").arterial_flow, "L/h"),
              0.0};
    for (const auto& tumour : prepared.built.tumours)
        flows_.tumours +=
            from_si(tumour.parameters().blood_flow * tumour.parameters().volume, "L/h");
    sentences_.push_back(fmt::format(
        "Biological variability: body weight, organs, flows, blood, phagocyte capacity, liver "
        "function and tumours vary as in population '{}' about what the study says.",
        population_.name()));
}

void IntervalModel::add(const std::string& key, const std::string& unit, std::size_t carrier,
                        std::size_t which, double power) {
    keys_.push_back({key, unit});
    links_.push_back({static_cast<int>(carrier * multiplier::count + which), power, -1});
}

void IntervalModel::add_carriers(const study::Prepared& prepared, const FittedLaws* laws) {
    const study::StudyInput& study = prepared.file.input;
    // StudyKeys wrote the disposition in use with the path that the file's form asks for.
    const bool is_list = std::any_of(
        subjects_->assignments().begin(), subjects_->assignments().end(),
        [](const std::string& text) { return text.rfind("formulation[0].disposition=", 0) == 0; });
    for (std::size_t f = 0; f < study.formulations.size(); ++f) {
        const auto& formulation = study.formulations[f];
        const auto& disposition = formulation.dispositions.front();
        const CarrierSpread spread = carrier_spread(
            formulation, prepared.built.properties[f].hydrodynamic_diameter, disposition, laws);
        sd_.insert(sd_.end(), spread.sd.begin(), spread.sd.end());
        sentences_.push_back(fmt::format(
            "Carrier '{}': {}. Standard deviations of natural logarithms: phagocytosis {:.2f}, "
            "exchange with organs {:.2f}, tumour wall and capture {:.2f}, exit {:.2f}, loss "
            "{:.2f}, "
            "renal and biliary {:.2f}.",
            formulation.name, spread.source, spread.sd[multiplier::phagocytosis],
            spread.sd[multiplier::exchange], spread.sd[multiplier::tumour],
            spread.sd[multiplier::retention], spread.sd[multiplier::persistence],
            spread.sd[multiplier::elimination]));
        add_carrier(prepared, f, is_list ? fmt::format("formulation[{}]", f) : "formulation");
    }
}

void IntervalModel::add_carrier(const study::Prepared& prepared, std::size_t f,
                                const std::string& prefix) {
    const auto& disposition = prepared.file.input.formulations[f].dispositions.front();
    const std::string place = prefix + ".disposition[0]";
    if (disposition.degradation_half_life > 0.0)
        add(place + ".degradation_half_life", "h", f, multiplier::persistence, -1.0);
    for (std::size_t o = 0; o < disposition.organs.size(); ++o) {
        const auto& organ = disposition.organs[o];
        const std::string own = fmt::format("{}.organ[{}]", place, o);
        if (organ.degradation_half_life && *organ.degradation_half_life > 0.0)
            add(own + ".degradation_half_life", "h", f, multiplier::persistence, -1.0);
        if (organ.organ != "tumour" && organ.permeability_surface.value_or(0.0) > 0.0)
            add(own + ".permeability_surface", "mL/h/g", f, multiplier::exchange, 1.0);
    }
    if (f > 0) return;
    const auto& tumours = prepared.file.input.subject.tumours;
    for (std::size_t t = 0; t < tumours.size(); ++t)
        if (tumours[t].tissue.exit_rate > 0.0)
            add(fmt::format("subject.tumour[{}].exit_rate", t), "1/h", f, multiplier::retention,
                1.0);
}

IntervalModel::Link IntervalModel::link_of(const std::string& key,
                                           const study::Prepared& prepared) const {
    const auto& formulations = prepared.file.input.formulations;
    if (formulations.empty()) return {};
    std::size_t carrier = 0;
    std::size_t which = multiplier::count;
    int beside = -1;
    if (key.rfind("subject.tumour[", 0) == 0 &&
        (ends_with(key, ".vascular_permeability") || ends_with(key, ".uptake_clearance")))
        which = multiplier::tumour;
    if (key.find(".disposition[0]") != std::string::npos) {
        carrier = index_after(key, "formulation");
        if (ends_with(key, ".renal_sieving") || ends_with(key, ".biliary_clearance"))
            which = multiplier::elimination;
        if (key.find(".organ[") != std::string::npos && !ends_with(key, ".capacity")) {
            const auto& organs = formulations.at(carrier).dispositions.front().organs;
            const std::string& organ = organs.at(index_after(key, ".organ")).organ;
            which = organ == "tumour" ? multiplier::tumour : multiplier::phagocytosis;
            if (organ == "spleen") beside = multiplier::spleen;
            if (organ == "kidney") beside = multiplier::kidney;
            if (organ == "lung") beside = multiplier::lung;
        }
    }
    if (which == multiplier::count) return {};
    const int first = static_cast<int>(carrier * multiplier::count);
    return {first + static_cast<int>(which), 1.0, beside < 0 ? -1 : first + beside};
}

std::vector<double> IntervalModel::values(std::span<const double> latent,
                                          std::span<const double> base) const {
    const std::size_t quantities = population_.quantities().size();
    std::vector<double> u(quantities);
    for (std::size_t k = 0; k < quantities; ++k) {
        double score = 0.0;
        for (std::size_t j = 0; j <= k; ++j) score += correlation_(k, j) * latent[1 + j];
        u[k] = normal_probability(score);
    }
    const auto subject = population_.subject(normal_probability(latent[0]), u);
    const std::vector<double> own = subjects_->values(subject);
    const std::vector<double>& typical = typical_[subject.female ? 1 : 0];
    const auto factors = latent.subspan(1 + quantities);
    std::vector<double> values(keys_.size());
    for (std::size_t k = 0; k < keys_.size(); ++k) {
        double value = base[k];
        if (k < own.size()) value *= own[k] / typical[k];
        const auto score = [&](int m) {
            const auto i = static_cast<std::size_t>(m);
            return m < 0 ? 0.0 : sd_[i] * factors[i];
        };
        value *= std::exp(links_[k].power * score(links_[k].multiplier) + score(links_[k].beside));
        const bool is_share = ends_with(keys_[k].key, ".renal_sieving");
        values[k] = is_share ? std::min(value, 1.0) : value;
    }
    balance(values, base);
    return values;
}

void IntervalModel::balance(std::vector<double>& values, std::span<const double> base) const {
    double taken = flows_.output - flows_.rest - flows_.tumours;
    double tumours = 1.0;
    std::size_t output = values.size();
    for (std::size_t k = 0; k < values.size(); ++k) {
        const std::string& key = keys_[k].key;
        if (key == "subject.cardiac_output") output = k;
        if (ends_with(key, ".blood_flow"))
            taken += from_si(to_si(values[k] - base[k], parse_unit(keys_[k].unit)), "L/h");
        if (key.rfind("subject.tumour", 0) == 0 && ends_with(key, ".volume"))
            tumours = std::max(tumours, values[k] / base[k]);
    }
    if (output == values.size()) return;
    const double share = 0.5 * flows_.rest / flows_.output;
    values[output] = std::max(values[output], (taken + tumours * flows_.tumours) / (1.0 - share));
}

}  // namespace caravel::inference::delivery
