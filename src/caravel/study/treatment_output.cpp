#include "caravel/study/treatment_output.hpp"

#include "caravel/base/unit.hpp"

#include <fmt/format.h>

namespace caravel::study {
namespace {

std::string minutes(double seconds) { return format_number(seconds / 60.0, 4) + " min"; }

/// Cells that a treatment must kill for tissue to count as lesion.
constexpr double lesion_limit = 0.01;

}  // namespace

std::vector<report::QuantityResult> treatment_quantities(const response::TumourTreatment& treatment,
                                                         std::span<const double> memory,
                                                         double time) {
    const auto& plan = treatment.plan().treatment;
    std::vector<report::QuantityResult> result;
    const auto add = [&](const char* name, const char* label, double si, const std::string& unit,
                         bool key = false) {
        report::QuantityResult q;
        q.name = plan.name + "." + name;
        q.label = label;
        q.value = from_si(si, unit);
        q.unit = unit;
        q.time = time;
        q.key = key;
        result.push_back(std::move(q));
    };
    std::vector<double> survival(plan.label.size());
    treatment.treatment().survival(memory, survival);
    const auto lesion = response::lesion_of(plan.domain, survival, {}, lesion_limit);
    const auto books = treatment.treatment().books(memory);
    const auto add_extreme = [&](const char* name, const char* label, double kelvin) {
        add(name, label, kelvin, "Cel", true);
        result.back().time.reset();  // of the whole run
    };
    add_extreme("temperature_peak", "Highest temperature anywhere", books.hottest);
    if (books.coldest < 290.0)
        add_extreme("temperature_lowest", "Lowest temperature anywhere", books.coldest);
    double share = 0.0;
    double alive = 0.0;
    for (std::size_t i = 0; i < survival.size(); ++i) {
        share += plan.domain.tumour_share[i];
        alive += plan.domain.tumour_share[i] * survival[i];
    }
    add("treatment_survival", "Cells that light, heat and cold left", alive / share, "%", true);
    add("lesion_volume", "Lesion (fewer than 1 % of cells live)", lesion.volume, "mm3", true);
    add("tumour_covered", "Tumour within the lesion", lesion.tumour_covered, "%", true);
    add("normal_tissue_harmed", "Normal tissue within the lesion", lesion.normal_harmed, "mm3");
    if (lesion.volume > 0.0)
        add("lesion_margin", "Least margin of the lesion beyond the tumour", lesion.least_margin,
            "mm");
    if (books.light_launched > 0.0) {
        add("light_energy", "Light given", books.light_launched, "J");
        if (plan.controls.empty()) result.back().status = report::Status::input;
        add("light_absorbed", "Light absorbed by tissue and particles",
            books.light_absorbed / books.light_launched, "%");
        add("light_in_agents", "Light absorbed by particles and agents",
            books.light_by_agents / books.light_launched, "%");
    }
    if (!plan.emissions.empty()) {
        add("light_energy_emitted", "Light given off by particles and agents", books.light_emitted,
            "J");
        add("emitted_energy_absorbed", "Energy of that light absorbed", books.emitted_absorbed,
            "J");
    }
    for (std::size_t l = 0; l < plan.lights.size(); ++l) {
        const double error = treatment.treatment().rise_error(memory, l);
        if (error <= 0.0) continue;
        add("", "", error, "%");
        result.back().name =
            fmt::format("{}.temperature_rise_error[{}]", plan.name, plan.lights[l].name);
        result.back().label =
            fmt::format("Standard error of the largest rise of temperature, by the photons of {}",
                        plan.lights[l].name);
    }
    if (books.magnetic > 0.0)
        add("magnetic_heat", "Heat of particles in coils", books.magnetic, "J");
    if (books.eddy > 0.0) add("eddy_heat", "Heat of eddy currents", books.eddy, "J");
    if (books.microwave > 0.0) add("microwave_heat", "Heat of microwaves", books.microwave, "J");
    return result;
}

std::vector<std::string> treatment_notes(const response::TumourTreatment& treatment,
                                         std::span<const double> memory) {
    std::vector<std::string> notes = treatment.treatment().doubts(memory);
    const double hottest = treatment.treatment().books(memory).hottest;
    constexpr double boiling = 373.15;  // K
    if (hottest > boiling)
        notes.push_back(fmt::format(
            "{} reaches {} Cel: above 100 Cel water boils and tissue is ablated, which is not "
            "modelled; what is computed from there on is too hot.",
            treatment.grid().name, format_number(hottest - 273.15, 4)));
    return notes;
}

std::vector<std::pair<double, std::string>> treatment_events(const stimulus::Stimuli& stimuli) {
    std::vector<std::pair<double, std::string>> events;
    for (const auto& l : stimuli.lights)
        events.emplace_back(
            l.at,
            fmt::format("light of {} nm, {} W for {} on {}", format_number(l.wavelength * 1e9, 4),
                        format_number(stimulus::light_power(l), 3), minutes(l.duration), l.on));
    for (const auto& c : stimuli.coils)
        events.emplace_back(
            c.at,
            fmt::format("field of {} kA/m at {} kHz for {} on {}", format_number(c.field * 1e-3, 3),
                        format_number(c.frequency * 1e-3, 4), minutes(c.duration), c.on));
    for (const auto& m : stimuli.microwaves)
        events.emplace_back(
            m.at, fmt::format("microwaves of {} W for {} on {}", format_number(m.power, 3),
                              minutes(m.duration), m.on));
    for (const auto& p : stimuli.probes)
        events.emplace_back(
            p.at, fmt::format("probe ({}) for {} on {}", p.kind, minutes(p.duration), p.on));
    return events;
}

}  // namespace caravel::study
