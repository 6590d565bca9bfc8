#include "caravel/study/dose_plan.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/study/grid_injection.hpp"

#include <algorithm>
#include <numbers>

namespace caravel::study {
namespace {

[[noreturn]] void fail(const Location& where, std::string what, std::string expected = "",
                       std::string hint = "") {
    throw InputError(Diagnostic{where, std::move(what), std::move(expected), std::move(hint)});
}

std::string join(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::vector<std::string> formulation_names(const StudyInput& study) {
    std::vector<std::string> names;
    for (const auto& f : study.formulations) names.push_back(f.name);
    return names;
}

std::string suggestion(const std::string& word, const std::vector<std::string>& names) {
    const std::vector<std::string_view> views(names.begin(), names.end());
    return did_you_mean(word, views);
}

/// A dose in kg of agent (or particles) whatever it is counted per.
struct Absolute {
    double mass = 0.0;    // kg of the agent
    double amount = 0.0;  // mol of the agent
    double particles = 0.0;
};

Absolute absolute_dose(const Administration& a, const body::Physiology& body, double molar_mass) {
    const Dimension& d = a.dose.dimension;
    Absolute dose;
    if (a.of == "particles") {
        if (a.dose.counted)
            dose.particles = a.dose.si;
        else if (d == dimension::none)
            dose.mass = a.dose.si * body.body_weight;
        else if (d == dimension::mass)
            dose.mass = a.dose.si;
        else
            fail(a.where, "a dose of particles is a count or a mass of dry carrier",
                 "a number such as 1e12, or \"10 mg/kg\"");
        return dose;
    }
    if (a.dose.counted)
        fail(a.where, "the dose of '" + a.of + "' has no unit", "a dose such as \"6 mg/kg\"");
    if (d == dimension::none) {
        // mg/kg is a mass per mass: dimensionless.
        dose.mass = a.dose.si * body.body_weight;
    } else if (d == dimension::mass_per_area) {
        dose.mass = a.dose.si * body.body_surface_area;
    } else if (d == dimension::mass) {
        dose.mass = a.dose.si;
    } else if (d == dimension::amount) {
        dose.amount = a.dose.si;
    } else {
        dose.amount = a.dose.si * body.body_weight;
    }
    if (dose.mass > 0.0)
        dose.amount = dose.mass / molar_mass;
    else
        dose.mass = dose.amount * molar_mass;
    return dose;
}

std::string dose_text(const Administration& a, const PlannedDose& dose, const StudyInput& study,
                      double molar_mass) {
    std::string text;
    if (a.of == "particles")
        text = a.dose.counted
                   ? format_number(a.dose.si, 3) + " particles"
                   : format_number(from_si(dose.carrier_mass, "mg"), 4) + " mg particles";
    else
        text = format_number(from_si(dose.amounts.at(a.of) * molar_mass, "mg"), 4) + " mg " + a.of;
    if (dose.formulation >= 0)
        text += " as " + study.formulations[static_cast<std::size_t>(dose.formulation)].name;
    std::string route = a.route;
    std::replace(route.begin(), route.end(), '_', '-');
    text += ", " + route;
    if (dose.duration > 0.0)
        text += " over " + format_number(from_si(dose.duration, "min"), 3) + " min";
    return text;
}

/// Time (s) by hand that a needle's content takes where the study gives none (assumed).
constexpr double by_hand = 30.0;

double duration_of(const StudyInput& study, const Administration& a) {
    if (a.rate && a.volume) return *a.volume / *a.rate;
    if (a.duration) return *a.duration;
    return gridded_target(study, a) != nullptr ? by_hand : 0.0;
}

PlannedDose plan_one(const StudyInput& study, std::size_t index, const BuiltModel& built,
                     matter::Library& library) {
    const Administration& a = study.protocol.administrations[index];
    PlannedDose dose;
    dose.administration = index;
    dose.start = a.at;
    dose.duration = duration_of(study, a);
    if (!a.position.empty() && gridded_target(study, a) == nullptr)
        fail(a.where, "a place within a tumour that is well mixed", "a tumour in space",
             "model = \"grid\" in its [[subject.tumour]], or leave position out");
    dose.formulation = formulation_of(study, a);
    double molar_mass = 0.0;
    if (a.of != "particles") {
        library.require("agents", a.of, a.where);
        molar_mass = library.value("agents", a.of, "molar_mass");
    } else if (dose.formulation < 0) {
        fail(a.where, "a dose of particles needs a formulation with particles");
    }
    const Absolute absolute = absolute_dose(a, built.physiology, molar_mass);
    if (dose.formulation < 0) {
        dose.amounts[a.of] = absolute.amount;
    } else {
        const auto& f = study.formulations[static_cast<std::size_t>(dose.formulation)];
        const auto& p = built.properties[static_cast<std::size_t>(dose.formulation)];
        double particles = absolute.particles;
        if (a.of == "particles" && absolute.mass > 0.0) particles = absolute.mass / p.carrier_mass;
        if (a.of != "particles") {
            std::vector<std::string> carried;
            double per_particle = 0.0;  // mol; an agent may sit in several places
            for (const auto& payload : p.payloads) {
                carried.push_back(payload.agent);
                if (payload.agent == a.of) per_particle += payload.amount;
            }
            if (per_particle > 0.0) particles = absolute.amount / per_particle;
            if (particles == 0.0)
                fail(a.where,
                     "the dose counts '" + a.of + "', which formulation '" + f.name +
                         "' does not carry",
                     carried.empty() ? "'particles'" : "one of " + join(carried),
                     suggestion(a.of, carried));
        }
        dose.carrier_mass = particles * p.carrier_mass;
        for (const auto& payload : p.payloads)
            dose.amounts[payload.agent] += particles * payload.amount;
    }
    dose.text = dose_text(a, dose, study, molar_mass);
    return dose;
}

void check_lines(const StudyInput& study, const std::vector<PlannedDose>& doses) {
    for (std::size_t i = 0; i < doses.size(); ++i)
        for (std::size_t j = i + 1; j < doses.size(); ++j) {
            const auto& a = study.protocol.administrations[doses[i].administration];
            const auto& b = study.protocol.administrations[doses[j].administration];
            if (a.line != b.line || doses[i].duration == 0.0 || doses[j].duration == 0.0) continue;
            // A needle in a tumour is no infusion line; but one needle is in one place at a time.
            const bool needle = a.route == "intratumoural" || b.route == "intratumoural";
            if (needle && doses[i].administration != doses[j].administration) continue;
            const bool overlap = doses[i].start < doses[j].start + doses[j].duration &&
                                 doses[j].start < doses[i].start + doses[i].duration;
            if (overlap)
                fail(b.where,
                     "two infusions of line '" + b.line + "' overlap: one starts at " +
                         format_number(from_si(doses[i].start, "h"), 6) + " h, the other at " +
                         format_number(from_si(doses[j].start, "h"), 6) + " h",
                     "one infusion at a time", "give the second one its own line = \"...\"");
        }
}

}  // namespace

int formulation_of(const StudyInput& study, const Administration& a) {
    if (a.formulation == "free") return -1;
    if (a.formulation.empty()) {
        if (study.formulations.size() == 1) return 0;
        if (study.formulations.empty()) return -1;
        fail(a.where, "the study has several formulations",
             "formulation = one of " + join(formulation_names(study)) + ", or \"free\"");
    }
    for (std::size_t i = 0; i < study.formulations.size(); ++i)
        if (study.formulations[i].name == a.formulation) return static_cast<int>(i);
    auto names = formulation_names(study);
    names.emplace_back("free");
    fail(a.where, "no formulation is named '" + a.formulation + "'", "one of " + join(names),
         suggestion(a.formulation, names));
}

std::vector<PlannedDose> plan_doses(const StudyInput& study, const BuiltModel& built,
                                    matter::Library& library) {
    std::vector<PlannedDose> doses;
    std::vector<Diagnostic> mistakes;
    for (std::size_t i = 0; i < study.protocol.administrations.size(); ++i) {
        const auto& a = study.protocol.administrations[i];
        try {
            PlannedDose first = plan_one(study, i, built, library);
            for (std::int64_t r = 0; r < a.repeat; ++r) {
                PlannedDose dose = first;
                dose.start = a.at + static_cast<double>(r) * a.every.value_or(0.0);
                if (dose.start + dose.duration > study.run.until)
                    fail(a.where,
                         "a dose at " + format_number(from_si(dose.start, "h"), 6) +
                             " h is not over before the study ends",
                         "an end by until = " + format_number(from_si(study.run.until, "h"), 6) +
                             " h");
                doses.push_back(std::move(dose));
            }
        } catch (const InputError& error) {
            for (const auto& d : error.diagnostics()) mistakes.push_back(d);
        }
    }
    if (!mistakes.empty()) throw InputError(std::move(mistakes));
    check_lines(study, doses);
    std::stable_sort(doses.begin(), doses.end(),
                     [](const PlannedDose& a, const PlannedDose& b) { return a.start < b.start; });
    return doses;
}

}  // namespace caravel::study
