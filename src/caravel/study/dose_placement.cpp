#include "caravel/study/dose_placement.hpp"

#include "caravel/study/depots.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/study/grid_injection.hpp"

#include <algorithm>

namespace caravel::study {
namespace {

/// What one unit of a dose puts where.
struct Share {
    kinetics::SpeciesId species;
    double amount = 0.0;
};

std::string target_place(const BuiltModel& built, const Administration& a) {
    if (a.route == "intra_arterial") return "arterial";
    if (needs_depot(a.route)) return depot_place(a.route);
    if (a.route == "intratumoural") {
        if (built.tumours.empty())
            throw InputError(Diagnostic{a.where, "an intratumoural injection needs a tumour",
                                        "[subject.tumour]", ""});
        std::string name = a.into.empty() ? built.tumours.front().name() : a.into;
        std::vector<std::string_view> names;
        for (const auto& t : built.tumours) names.push_back(t.name());
        if (std::find(names.begin(), names.end(), name) == names.end())
            throw InputError(Diagnostic{a.where, "no tumour is named '" + name + "'", "",
                                        did_you_mean(name, names)});
        return name + ".interstitium";
    }
    return "venous";
}

/// A tumour in space takes an injection voxel by voxel: from a pool, by a counter.
std::vector<Share> into_space(const BuiltModel& built, std::size_t administration,
                              const std::vector<Share>& plain) {
    std::vector<Share> result;
    for (const auto& share : plain) {
        if (share.amount == 0.0) continue;
        const auto target = injection_target(built, administration, share.species);
        if (!target) {
            result.push_back(share);
            continue;
        }
        result.push_back({target->pool, share.amount});
        result.push_back({target->counter, share.amount});
    }
    return result;
}

std::vector<Share> shares(const BuiltModel& built, const StudyInput& study, const PlannedDose& dose,
                          int cohort, double part) {
    const auto& a = study.protocol.administrations[dose.administration];
    const std::string drug_target = target_place(built, a);
    std::vector<Share> result;
    // What runs back along a needle is lost as well.
    const double absorbed = needs_depot(a.route) ? a.bioavailability : 1.0 - a.reflux;
    if (cohort < 0) {
        for (const auto& [agent, amount] : dose.amounts) {
            const auto& drug = built.drugs.at(agent);
            result.push_back({drug.pool(drug_target), part * amount * absorbed});
            if (absorbed < 1.0)
                result.push_back({drug.pool("unabsorbed"), part * amount * (1.0 - absorbed)});
        }
        return result;
    }
    const auto& places = built.cohorts[static_cast<std::size_t>(cohort)].places;
    const auto& payloads = study.formulations[static_cast<std::size_t>(dose.formulation)].payloads;
    const auto& p = built.properties[static_cast<std::size_t>(dose.formulation)];
    const double particles = dose.carrier_mass / p.carrier_mass * part;
    const auto& target = places.place(target_place(built, a));
    const auto& lost = places.place("unabsorbed");
    const auto put = [&](std::size_t index, double amount) {
        result.push_back({target.species[index], amount * absorbed});
        if (absorbed < 1.0) result.push_back({lost.species[index], amount * (1.0 - absorbed)});
    };
    put(0, dose.carrier_mass * part);
    for (std::size_t i = 0; i < payloads.size(); ++i) {
        double inside = 1.0;
        for (const auto& r : payloads[i].release)
            inside *= 1.0 - formulation::initial_fraction(r.law);
        const double amount = particles * p.payloads[i].amount;
        put(i + 1, amount * inside);
        const auto& drug = built.drugs.at(payloads[i].agent);
        const double outside = amount * (1.0 - inside);
        result.push_back({drug.pool(drug_target), outside * absorbed});
        if (absorbed < 1.0) result.push_back({drug.pool("unabsorbed"), outside * (1.0 - absorbed)});
    }
    return result;
}

void add_infusion(BuiltModel& built, std::size_t dose_index, std::size_t k, double part,
                  const std::vector<Share>& what) {
    const auto& dose = built.doses[dose_index];
    const std::string name =
        "infusion" + std::to_string(dose_index + 1) + "." + std::to_string(k + 1);
    const auto id = built.model.add_coefficient(name, 0.0);
    std::vector<kinetics::Term> terms;
    for (const auto& s : what)
        if (s.amount != 0.0) terms.push_back({s.species, s.amount});
    built.model.add_reaction({name, std::move(terms), {id, {}, {}, {}}});
    // Both ends by the same rule, so that parts meet exactly.
    const auto boundary = [&](std::size_t i) {
        return dose.start + dose.duration * (static_cast<double>(i) * part);
    };
    built.infusions.push_back(
        {boundary(k), boundary(k + 1), id, 1.0 / (boundary(k + 1) - boundary(k))});
}

}  // namespace

std::string depot_place(std::string_view route) { return "depot." + std::string(route); }

void place_doses(BuiltModel& built, const StudyInput& study,
                 const std::vector<std::vector<int>>& cohorts) {
    for (std::size_t i = 0; i < built.doses.size(); ++i) {
        const auto& dose = built.doses[i];
        std::vector<int> parts = cohorts[i];
        if (parts.empty()) parts.push_back(-1);
        const double part = 1.0 / static_cast<double>(parts.size());
        for (std::size_t k = 0; k < parts.size(); ++k) {
            const auto what =
                into_space(built, dose.administration, shares(built, study, dose, parts[k], part));
            if (dose.duration == 0.0) {
                for (const auto& s : what)
                    if (s.amount != 0.0) built.jumps.push_back({dose.start, s.species, s.amount});
                continue;
            }
            add_infusion(built, i, k, part, what);
        }
    }
}

}  // namespace caravel::study
