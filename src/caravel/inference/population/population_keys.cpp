#include "caravel/inference/population/population_keys.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/report/text.hpp"
#include "caravel/study/dispositions.hpp"
#include "caravel/tissue/lumped_tumour.hpp"

#include <algorithm>
#include <set>

namespace caravel::inference::population {
namespace {

/// A value as TOML on one line, for an assignment.
std::string inline_toml(const input::Value& value) {
    if (const auto* text = std::get_if<std::string>(&value.data)) {
        std::string quoted = "\"";
        for (const char c : *text) {
            if (c == '"' || c == '\\') quoted += '\\';
            quoted += c == '\n' ? ' ' : c;
        }
        return quoted + '"';
    }
    if (const auto* flag = std::get_if<bool>(&value.data)) return *flag ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value.data)) return std::to_string(*number);
    if (const auto* number = std::get_if<double>(&value.data)) {
        const std::string text = report::exact_text(*number);
        return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
    }
    std::string text;
    if (const auto* list = std::get_if<input::Array>(&value.data)) {
        for (const auto& item : *list) text += (text.empty() ? "" : ", ") + inline_toml(item);
        return "[" + text + "]";
    }
    if (const auto* table = std::get_if<input::Table>(&value.data))
        for (const auto& entry : table->entries)
            text += (text.empty() ? "" : ", ") + entry.key + " = " + inline_toml(entry.value);
    return "{" + text + "}";
}

template <class T>
std::string inline_list(const std::vector<T>& records) {
    input::Array list;
    for (const auto& record : records) list.push_back({input::echo(record), {}});
    return inline_toml({std::move(list), {}});
}

std::string indexed(const std::string& list, std::size_t i) {
    return list + "[" + std::to_string(i) + "]";
}

bool formulation_is_list(const std::filesystem::path& path) {
    const auto document = input::read_document(path);
    const auto* entry = std::get<input::Table>(document.root.data).find("formulation");
    return entry != nullptr && entry->value.is_array();
}

}  // namespace

StudyKeys::StudyKeys(const std::filesystem::path& path, const std::vector<std::string>& assignments,
                     const VirtualPopulation& population, const study::DataPaths& data)
    : assignments_(assignments) {
    matter::Library library(data.root);
    const study::StudyInput study = study::read_study(path, assignments, data, library).input;
    if (study.subject.body.species != population.species())
        throw InputError(Diagnostic{
            {path.string(), 0, 0},
            "the study's subject is a " + study.subject.body.species + " but population '" +
                population.name() + "' is of a " + population.species(),
            "a population of the same species",
            "for example " + default_population(study.subject.body.species)});
    const std::vector<double> middle(population.quantities().size(), 0.5);
    const VirtualSubject typical = population.subject(0.5, middle);
    add_body(study.subject.body, typical);
    add_organs(study, typical);
    add_tumours(study, library);
    add_carriers(study, formulation_is_list(path), data);
    add_drugs(study, data);
}

void StudyKeys::add(std::string key, std::string unit, Rule rule) {
    keys_.push_back({std::move(key), std::move(unit)});
    rules_.push_back(std::move(rule));
}

std::vector<double> StudyKeys::values(const VirtualSubject& subject) const {
    std::vector<double> result;
    result.reserve(keys_.size());
    for (const auto& rule : rules_) result.push_back(rule(subject));
    return result;
}

/// What the study states is the middle of the population: individuals differ from it as they differ
/// from the typical subject.
void StudyKeys::add_body(const body::SubjectInput& stated, const VirtualSubject& typical) {
    using S = VirtualSubject;
    const auto add_stated = [&](const std::string& key, const std::string& unit,
                                const std::optional<double>& own, double S::*value) {
        const double factor = own ? *own / (typical.*value) : 1.0;
        add("subject." + key, unit, [=](const S& s) { return from_si(factor * s.*value, unit); });
    };
    add("subject.body_weight", "kg", [](const S& s) { return s.body_weight; });
    add("subject.body_surface_area", "m2", [](const S& s) { return s.body_surface_area; });
    add_stated("haematocrit", "1", stated.haematocrit, &S::haematocrit);
    add_stated("cardiac_output", "L/h", stated.cardiac_output, &S::cardiac_output);
    add_stated("blood_volume", "mL", stated.blood_volume, &S::blood_volume);
    add_stated("glomerular_filtration_rate", "mL/min", stated.glomerular_filtration_rate,
               &S::glomerular_filtration_rate);
    // The study itself must be of one body too: its organs below are those of the typical subject.
    for (std::size_t k = 0; k < keys_.size(); ++k)
        assignments_.push_back(keys_[k].key + "=\"" + report::exact_text(rules_[k](typical)) +
                               (keys_[k].unit == "1" ? "\"" : " " + keys_[k].unit + "\""));
}

void StudyKeys::add_organs(const study::StudyInput& study, const VirtualSubject& typical) {
    std::vector<body::OrganInput> organs = study.subject.body.organs;
    for (std::size_t o = 0; o < typical.organs.size(); ++o) {
        const OrganSize& size = typical.organs[o];
        auto found = std::find_if(organs.begin(), organs.end(),
                                  [&](const auto& own) { return own.organ == size.organ; });
        if (found == organs.end()) {
            body::OrganInput fresh;
            fresh.organ = size.organ;
            found = organs.insert(organs.end(), std::move(fresh));
        }
        const std::string place =
            indexed("subject.organ", static_cast<std::size_t>(found - organs.begin()));
        if (!found->volume) {
            found->volume = size.volume;
            add(place + ".volume", "mL",
                [o](const VirtualSubject& s) { return from_si(s.organs[o].volume, "mL"); });
        }
        if (!found->blood_flow && size.blood_flow > 0.0) {
            found->blood_flow = size.blood_flow;
            add(place + ".blood_flow", "mL/min",
                [o](const VirtualSubject& s) { return from_si(s.organs[o].blood_flow, "mL/min"); });
        }
    }
    assignments_.push_back("subject.organ=" + inline_list(organs));
}

void StudyKeys::add_tumours(const study::StudyInput& study, matter::Library& library) {
    using S = VirtualSubject;
    for (std::size_t t = 0; t < study.subject.tumours.size(); ++t) {
        const tissue::TumourInput& own = study.subject.tumours[t].tissue;
        const tissue::TumourParameters full = tissue::resolve(own, library);
        const std::string place = indexed("subject.tumour", t);
        const double volume = from_si(full.volume, "mm3");
        const double surface = from_si(full.vessel_surface_density, "1/cm");
        if (!own.vessel_surface_density)
            assignments_.push_back(place + ".vessel_surface_density=" + "\"" +
                                   report::exact_text(surface) + " 1/cm\"");
        // A segmentation says how large its tumour is.
        if (own.model != "grid" || own.grid.domain.shape != "file")
            add(place + ".volume", "mm3",
                [volume](const S& s) { return volume * s.tumour_volume; });
        add(place + ".vessel_surface_density", "1/cm",
            [surface](const S& s) { return surface * s.tumour_vessel_density; });
        if (own.vascular_permeability)
            add(place + ".vascular_permeability", "cm/s",
                [p = from_si(*own.vascular_permeability, "cm/s")](const S& s) {
                    return p * s.tumour_permeability;
                });
        if (own.uptake_clearance)
            add(place + ".uptake_clearance", "mL/h/mL",
                [p = from_si(*own.uptake_clearance, "mL/h/mL")](const S& s) {
                    return p * s.tumour_permeability;
                });
    }
}

void StudyKeys::add_carriers(const study::StudyInput& study, bool is_list,
                             const study::DataPaths& data) {
    bool scales_wall = true;
    bool scales_capture = true;
    for (const auto& t : study.subject.tumours) {
        scales_wall = scales_wall && !t.tissue.vascular_permeability;
        scales_capture = scales_capture && !t.tissue.uptake_clearance;
    }
    const std::string& species = study.subject.body.species;
    for (std::size_t f = 0; f < study.formulations.size(); ++f) {
        const std::string prefix = is_list ? indexed("formulation", f) : "formulation";
        const auto disposition =
            study::find_disposition(study.formulations[f], species, data.dispositions());
        // One list that holds the disposition in use, whether the formulation or the table has it.
        assignments_.push_back(prefix + ".disposition=" + inline_list(std::vector{disposition}));
        add_disposition(prefix + ".disposition[0]", disposition, scales_wall, scales_capture);
    }
}

void StudyKeys::add_disposition(const std::string& prefix, const formulation::Disposition& d,
                                bool scales_wall, bool scales_capture) {
    using S = VirtualSubject;
    if (d.biliary_clearance && *d.biliary_clearance > 0.0)
        add(prefix + ".biliary_clearance", "mL/h/g",
            [p = from_si(*d.biliary_clearance, "mL/h/g")](const S& s) {
                return p * s.liver_function;
            });
    for (std::size_t o = 0; o < d.organs.size(); ++o) {
        const auto& organ = d.organs[o];
        const std::string place = indexed(prefix + ".organ", o);
        const bool is_tumour = organ.organ == "tumour";
        const double uptake = from_si(organ.uptake_clearance.value_or(0.0), "mL/h/g");
        const double wall = from_si(organ.permeability_surface.value_or(0.0), "mL/h/g");
        if (uptake > 0.0 && !is_tumour)
            add(place + ".uptake_clearance", "mL/h/g",
                [uptake](const S& s) { return uptake * s.phagocyte_capacity; });
        if (organ.capacity && !is_tumour)
            add(place + ".capacity", "mg/g", [p = from_si(*organ.capacity, "mg/g")](const S& s) {
                return p * s.phagocyte_capacity;
            });
        if (uptake > 0.0 && is_tumour && scales_capture)
            add(place + ".uptake_clearance", "mL/h/g",
                [uptake](const S& s) { return uptake * s.tumour_permeability; });
        if (wall > 0.0 && is_tumour && scales_wall)
            add(place + ".permeability_surface", "mL/h/g", [wall](const S& s) {
                return wall * s.tumour_permeability * s.tumour_vessel_density;
            });
    }
}

void StudyKeys::add_drugs(const study::StudyInput& study, const study::DataPaths& data) {
    using S = VirtualSubject;
    std::set<std::string> agents;
    for (const auto& f : study.formulations)
        for (const auto& p : f.payloads) agents.insert(p.agent);
    for (const auto& a : study.protocol.administrations)
        if (!a.of.empty() && a.of != "particles") agents.insert(a.of);
    const std::string& species = study.subject.body.species;
    std::vector<body::DrugDisposition> drugs = study.drugs;
    for (const auto& agent : agents) {
        const bool is_own = std::any_of(drugs.begin(), drugs.end(), [&](const auto& d) {
            return d.agent == agent && d.species == species;
        });
        if (is_own) continue;
        if (auto found = study::find_drug(study, agent, species, data.drugs()))
            drugs.push_back(std::move(*found));
    }
    if (drugs.empty()) return;
    assignments_.push_back("drug=" + inline_list(drugs));
    for (std::size_t i = 0; i < drugs.size(); ++i) {
        const auto& d = drugs[i];
        if (d.species != species) continue;
        const std::string place = indexed("drug", i);
        if (d.hepatic_clearance && *d.hepatic_clearance > 0.0)
            add(place + ".hepatic_clearance", "mL/h/g",
                [p = from_si(*d.hepatic_clearance, "mL/h/g")](const S& s) {
                    return p * s.liver_function;
                });
        if (d.renal_clearance && *d.renal_clearance > 0.0)
            add(place + ".renal_clearance", "mL/h/kg",
                [p = from_si(*d.renal_clearance, "mL/h/kg")](const S& s) {
                    return p * s.filtration_ratio;
                });
    }
}

}  // namespace caravel::inference::population
