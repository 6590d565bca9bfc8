#include "caravel/study/model_builder.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/study/carrier_release.hpp"
#include "caravel/study/consistency.hpp"
#include "caravel/study/depots.hpp"
#include "caravel/study/dispositions.hpp"
#include "caravel/study/dose_placement.hpp"
#include "caravel/study/dose_plan.hpp"
#include "caravel/study/grid_builder.hpp"
#include "caravel/study/grid_exchanges.hpp"
#include "caravel/study/treatment_builder.hpp"
#include "caravel/study/tumour_carriers.hpp"

#include <algorithm>
#include <numbers>
#include <set>

namespace caravel::study {
namespace {

using kinetics::KineticModel;

/// Parts an infusion of an age-dependent carrier is cut into; the error falls with their square.
constexpr int infusion_parts = 8;
/// Particles of an injection that takes less than this (s) count as of one age.
constexpr double brief_injection = 600.0;
/// Each cohort brings about 200 amounts; more of them only exhaust memory.
constexpr std::size_t most_cohorts = 500;

/// Absorption half-lives where the study gives none (assumed).
std::set<std::string> agents_of(const StudyInput& study) {
    std::set<std::string> agents;
    for (const auto& f : study.formulations)
        for (const auto& p : f.payloads) agents.insert(p.agent);
    for (const auto& a : study.protocol.administrations)
        if (a.of != "particles") agents.insert(a.of);
    for (const auto& t : study.subject.tumours)
        for (const auto& k : t.kills) agents.insert(k.agent);
    for (const auto& t : study.subject.tumours)
        for (const auto& n : t.tissue.nuclei) agents.insert(n.agent);
    for (const auto& m : study.subject.toxicities) agents.insert(m.agent);
    return agents;
}

/// Total amount (mol) of each agent and carrier mass (kg) of each formulation over all doses: the
/// scale of absolute tolerances.
struct Scales {
    std::map<std::string, double> agents;
    std::vector<double> carriers;
};

Scales total_scales(const StudyInput& study, const std::vector<PlannedDose>& doses) {
    Scales scales;
    scales.carriers.assign(study.formulations.size(), 0.0);
    for (const auto& dose : doses) {
        for (const auto& [agent, amount] : dose.amounts) scales.agents[agent] += amount;
        if (dose.formulation >= 0)
            scales.carriers[static_cast<std::size_t>(dose.formulation)] += dose.carrier_mass;
    }
    for (auto& c : scales.carriers)
        if (c == 0.0) c = 1e-9;
    return scales;
}

/// Builds one study's model step by step.
class Builder {
  public:
    Builder(const StudyInput& study, matter::Library& library, const DataPaths& paths)
        : study_(study), library_(library), paths_(paths) {}

    BuiltModel build() {
        check_consistency(study_);
        make_subject();
        make_properties();
        built_.doses = plan_doses(study_, built_, library_);
        scales_ = total_scales(study_, built_.doses);
        make_tumour_volumes();
        make_drugs();
        make_cohorts();
        make_sums();
        make_reactions();
        make_responses();
        place_doses(built_, study_, dose_cohorts_);
        for (auto& assumption : depot_assumptions(study_))
            built_.assumptions.push_back(std::move(assumption));
        built_.data = paths_.root;
        build_treatments(built_, study_, library_);
        built_.model.check_conservation();
        return std::move(built_);
    }

  private:
    KineticModel& model() { return built_.model; }

    void make_subject() {
        for (const auto& t : study_.subject.tumours)
            tumour_parameters_.push_back(tissue::resolve(t.tissue, library_));
        std::vector<body::TumourDemand> demands;
        for (const auto& p : tumour_parameters_)
            demands.push_back({p.name, p.blood_flow * p.volume});
        built_.physiology =
            body::make_physiology(study_.subject.body, demands, library_, paths_.circulation());
        if (built_.physiology.large_vessels_assumed)
            built_.assumptions.emplace_back(
                "Organ vessels hold nearly all blood; large vessels are taken as a tenth of it.");
    }

    void make_properties() {
        for (const auto& f : study_.formulations) {
            built_.properties.push_back(formulation::compute_properties(f, library_));
            const auto& p = built_.properties.back();
            const auto disposition =
                find_disposition(f, built_.physiology.species, paths_.dispositions());
            built_.carrier_kinetics.push_back(
                body::resolve(f, p.hydrodynamic_diameter, disposition, built_.physiology));
            if (disposition.calibrated_with.empty())
                built_.assumptions.push_back("Carrier '" + f.name +
                                             "': uptake by organs is not calibrated (" +
                                             disposition.source + ").");
            for (const auto& note : p.notes) built_.assumptions.push_back(f.name + ": " + note);
        }
    }

    bool is_grid(std::size_t t) const { return study_.subject.tumours[t].tissue.model == "grid"; }

    void make_tumour_volumes() {
        kinetics::Sum flow{"tumours.blood_flow", {}, 0.0};
        kinetics::Sum margin{"tumours.margin_flow", {}, 0.0};
        for (std::size_t t = 0; t < tumour_parameters_.size(); ++t) {
            const auto& p = tumour_parameters_[t];
            if (is_grid(t)) {
                built_.tumours.emplace_back(model(), p, tissue::TumourSetting::record);
                const GridFlow own = add_grid_flow(model(), p);
                if (is_treated(study_, p.name)) add_treatment_record(model(), p.name);
                flow.terms.push_back({own.tumour, 1.0});
                margin.terms.push_back({own.margin, 1.0});
                continue;
            }
            built_.tumours.emplace_back(model(), p);
            const auto& tumour = built_.tumours.back();
            for (std::size_t i = 0; i < p.populations.size(); ++i)
                flow.terms.push_back({tumour.population(i), p.blood_flow});
            for (const auto& stage : tumour.dying()) flow.terms.push_back({stage, p.blood_flow});
        }
        rest_.flow_without_tumours = built_.physiology.organ("rest").arterial_flow;
        for (const auto& p : tumour_parameters_)
            rest_.flow_without_tumours += p.blood_flow * p.volume;
        if (!tumour_parameters_.empty()) rest_.tumour_flow = model().add_sum(std::move(flow));
        if (!margin.terms.empty()) rest_.margin_flow = model().add_sum(std::move(margin));
        built_.rest = rest_;
    }

    void make_drugs() {
        for (const auto& agent : agents_of(study_)) {
            library_.require("agents", agent, {});
            const double molar_mass = library_.value("agents", agent, "molar_mass");
            const auto known = find_drug(study_, agent, built_.physiology.species, paths_.drugs());
            auto disposition = known ? *known : generic_drug(agent, built_.physiology);
            if (disposition.calibrated_with.empty())
                built_.assumptions.push_back("Drug '" + agent +
                                             "': distribution and clearance are not calibrated (" +
                                             disposition.source + ").");
            const auto scale = scales_.agents.find(agent);
            auto& drug =
                built_.drugs
                    .emplace(agent,
                             body::DrugBlock(model(), built_.physiology, std::move(disposition),
                                             molar_mass,
                                             scale == scales_.agents.end() ? 1e-9 : scale->second))
                    .first->second;
            for (const auto& tumour : built_.tumours) tumour.add_drug_pools(model(), drug);
            for (const std::string_view route : depot_routes)
                if (uses_route(study_, route)) drug.add_pool(model(), depot_place(route));
        }
        built_.main_agent = main_agent();
    }

    std::string main_agent() const {
        for (const auto& a : study_.protocol.administrations)
            if (a.of != "particles") return a.of;
        return built_.drugs.empty() ? std::string() : built_.drugs.begin()->first;
    }

    std::vector<tissue::CarrierClass> classes(std::size_t f, std::size_t t) const {
        return without_changes(carrier_classes(study_.formulations[f], tumour_parameters_[t],
                                               built_.carrier_kinetics[f]));
    }

    int add_cohort(int formulation, double birth) {
        if (built_.cohorts.size() >= most_cohorts)
            throw InputError(Diagnostic{
                {},
                "the doses need more than " + std::to_string(most_cohorts) +
                    " carrier cohorts, one for each dose of a carrier whose release depends on age",
                "fewer doses, or a first_order release law",
                ""});
        const auto f = static_cast<std::size_t>(formulation);
        const auto& input = study_.formulations[f];
        int same = 0;
        for (const auto& c : built_.cohorts) same += c.formulation == formulation ? 1 : 0;
        const std::string label =
            same == 0 ? input.name : input.name + "#" + std::to_string(same + 1);
        std::vector<std::string> agents;
        std::vector<double> scales{scales_.carriers[f]};
        for (const auto& p : input.payloads) {
            agents.push_back(p.agent);
            const auto scale = scales_.agents.find(p.agent);
            scales.push_back(scale == scales_.agents.end() ? 1e-9 : scale->second);
        }
        Cohort cohort{body::CarrierCohort(label, "carrier " + input.name, agents, scales),
                      formulation, birth};
        body::add_body_places(model(), cohort.places, built_.physiology);
        for (std::size_t t = 0; t < built_.tumours.size(); ++t)
            built_.tumours[t].add_carrier_places(model(), cohort.places, classes(f, t));
        for (const std::string_view route : depot_routes)
            if (uses_route(study_, route))
                cohort.places.add_place(model(), depot_place(route), "interstitium",
                                        depot_place(route));
        built_.cohorts.push_back(std::move(cohort));
        return static_cast<int>(built_.cohorts.size()) - 1;
    }

    /// Cohort of each part of each dose: one for all doses where release has no memory.
    void make_cohorts() {
        std::map<int, int> shared;
        for (const auto& dose : built_.doses) {
            std::vector<int> parts;
            if (dose.formulation >= 0) {
                const auto& f = study_.formulations[static_cast<std::size_t>(dose.formulation)];
                if (is_memoryless(f)) {
                    if (!shared.count(dose.formulation))
                        shared[dose.formulation] = add_cohort(dose.formulation, 0.0);
                    parts.push_back(shared[dose.formulation]);
                } else {
                    const auto& a = study_.protocol.administrations[dose.administration];
                    const bool brief =
                        a.route == "intratumoural" && dose.duration < brief_injection;
                    const int n = dose.duration > 0.0 && !brief ? infusion_parts : 1;
                    for (int i = 0; i < n; ++i)
                        parts.push_back(add_cohort(
                            dose.formulation, dose.start + dose.duration * (i + 0.5) / n *
                                                               (dose.duration > 0.0 ? 1.0 : 0.0)));
                }
            }
            dose_cohorts_.push_back(std::move(parts));
        }
        // A formulation that is never dosed still exists in the report, but not in the model.
    }

    void make_sums() {
        sums_.resize(study_.formulations.size());
        bound_.assign(study_.formulations.size(), {});
        for (std::size_t f = 0; f < study_.formulations.size(); ++f) {
            for (const auto& organ : built_.physiology.organs) {
                kinetics::Sum sum{organ.name + ".captured." + study_.formulations[f].name, {}, 0.0};
                for (const auto& c : built_.cohorts)
                    if (c.formulation == static_cast<int>(f))
                        sum.terms.push_back(
                            {c.places.place(organ.name + ".captured").species[0], 1.0});
                sums_[f].captured[organ.name] = model().add_sum(std::move(sum));
            }
            std::vector<const body::CarrierCohort*> cohorts;
            for (const auto& c : built_.cohorts)
                if (c.formulation == static_cast<int>(f)) cohorts.push_back(&c.places);
            for (std::size_t t = 0; t < built_.tumours.size(); ++t)
                bound_[f].push_back(built_.tumours[t].add_bound_sum(
                    model(), study_.formulations[f].name, cohorts, classes(f, t), !is_grid(t)));
            add_damping(f);
        }
    }

    /// Signal that free payload in plasma makes and that dampens uptake.
    void add_damping(std::size_t f) {
        const auto& k = built_.carrier_kinetics[f];
        if (k.damping_synthesis <= 0.0 || study_.formulations[f].payloads.empty()) return;
        const auto& drug = built_.drugs.at(study_.formulations[f].payloads.front().agent);
        const std::string name = "uptake_damping." + study_.formulations[f].name;
        const auto signal = model().add_species({name, "", 1e-3, true});
        const double per_mole = drug.molar_mass() / (built_.physiology.venous_volume *
                                                     drug.disposition().blood_to_plasma);
        model().add_reaction(
            {name + ".synthesis",
             {{signal, 1.0}},
             {model().add_coefficient(name + ".synthesis", k.damping_synthesis * per_mole),
              drug.pool("venous"),
              {},
              {}}});
        model().add_reaction(
            {name + ".decay",
             {{signal, -1.0}},
             {model().add_coefficient(name + ".decay", k.damping_decay), signal, {}, {}}});
        sums_[f].damping = model().add_sum({name, {{signal, 1.0}}, 0.0});
    }

    void make_reactions() {
        for (const auto& [agent, drug] : built_.drugs) {
            drug.add_reactions(model(), built_.physiology, rest_);
            for (std::size_t t = 0; t < built_.tumours.size(); ++t)
                if (!is_grid(t))
                    built_.tumours[t].add_drug_reactions(model(), drug, built_.physiology);
            add_absorption(drug);
        }
        for (const auto& cohort : built_.cohorts) {
            const auto f = static_cast<std::size_t>(cohort.formulation);
            body::add_body_reactions(model(), cohort.places, built_.physiology,
                                     built_.carrier_kinetics[f], sums_[f], rest_, built_.drugs);
            for (std::size_t t = 0; t < built_.tumours.size(); ++t)
                if (!is_grid(t))
                    add_carrier_to_tumour(built_, study_, library_, cohort, t, bound_[f][t]);
            for (const std::string_view route : depot_routes)
                if (uses_route(study_, route))
                    cohort.places.add_transport(
                        model(), depot_place(route), route == "oral" ? "gut.plasma" : "lymph",
                        std::numbers::ln2 / absorption_half_life(study_, route));
            add_release(built_, study_, library_, cohort);
        }
    }

    void add_absorption(const body::DrugBlock& drug) {
        for (const std::string_view route : depot_routes) {
            if (!uses_route(study_, route)) continue;
            // What leaves the gut or the peritoneum passes the liver first.
            const std::string target = route == "subcutaneous" ? "venous" : "gut";
            const std::string name = "absorption." + std::string(route) + "." + drug.agent();
            model().add_transfer(
                name, drug.pool(depot_place(route)), drug.pool(target),
                model().add_coefficient(name,
                                        std::numbers::ln2 / absorption_half_life(study_, route)));
        }
    }

    void make_responses() {
        make_tumour_responses();
        const int species = static_cast<int>(model().all_species().size());
        for (auto& grid : built_.grids) grid.body_species = species;
    }

    void make_tumour_responses() {
        for (std::size_t t = 0; t < built_.tumours.size(); ++t) {
            const auto& input = study_.subject.tumours[t];
            if (is_grid(t)) {
                built_.grids.push_back(build_grid(built_, study_, library_, t));
                continue;
            }
            response::add_growth(model(), built_.tumours[t], input.growth);
            for (const auto& kill : input.kills)
                response::add_kill(model(), built_.tumours[t], kill, built_.drugs,
                                   built_.physiology);
        }
        for (const auto& m : study_.subject.toxicities) {
            const auto& drug = built_.drugs.at(m.agent);
            const double plasma =
                built_.physiology.venous_volume * drug.disposition().blood_to_plasma;
            const auto concentration = model().add_sum(
                {"plasma.free." + m.agent, {{drug.pool("venous"), 1.0 / plasma}}, 0.0});
            built_.blood_cells[m.cells] = response::add_myelosuppression(
                model(), "marrow." + m.cells, response::resolve(m, library_), concentration);
        }
    }

    const StudyInput& study_;
    matter::Library& library_;
    const DataPaths& paths_;
    BuiltModel built_;
    Scales scales_;
    std::vector<tissue::TumourParameters> tumour_parameters_;
    body::RestFlow rest_;
    std::vector<std::vector<int>> dose_cohorts_;
    std::vector<body::CarrierSums> sums_;              // per formulation
    std::vector<std::vector<kinetics::SumId>> bound_;  // per formulation and tumour
};

}  // namespace

BuiltModel build_model(const StudyInput& study, matter::Library& library, const DataPaths& paths) {
    return Builder(study, library, paths).build();
}

}  // namespace caravel::study
