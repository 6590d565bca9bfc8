#include "caravel/study/grid_builder.hpp"

#include "caravel/body/two_pore.hpp"
#include "caravel/study/conditions.hpp"
#include "caravel/study/grid_checks.hpp"
#include "caravel/study/grid_constants.hpp"
#include "caravel/study/grid_exchanges.hpp"
#include "caravel/study/receptor_binding.hpp"
#include "caravel/study/treatment_builder.hpp"
#include "caravel/study/tumour_carriers.hpp"
#include "caravel/tissue/grid/grid_memory.hpp"
#include "caravel/tissue/interstitium/wall_exchange.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace caravel::study {
namespace {

using kinetics::KineticModel;
using tissue::Law;
using tissue::Motion;

/// Permeability of healthy vessels against those of tumours (assumed; between 1/4, which Zhan & Xu
/// take for liposomes, and the order of magnitude below that measurements in skin suggest).
constexpr double normal_wall = 0.2;

/// Reflection of carriers at the wall: their permeability is an effective one, measured as flux
/// over difference of concentrations, and holds what filtration drags along.
constexpr double no_drag = 1.0;

/// Hydrodynamic radius (m) of a molecule of this molar mass (kg/mol): 0.912 nm (M/kDa)^0.333
/// (Schmidt & Wittrup 2009).
double molecular_radius(double molar_mass) { return 0.912e-9 * std::cbrt(molar_mass); }

std::size_t at(int i) { return static_cast<std::size_t>(i); }

/// Builds the plan of one tumour step by step.
class GridBuilder {
  public:
    GridBuilder(BuiltModel& built, const StudyInput& study, matter::Library& library, std::size_t t)
        : built_(built),
          study_(study),
          library_(library),
          t_(t),
          parameters_(built.tumours[t].parameters()),
          name_(parameters_.name),
          tumour_(plan_.local, parameters_, tissue::TumourSetting::voxel) {}

    tissue::GridPlan build() {
        const auto& input = study_.subject.tumours[t_];
        check_grid_input(study_, t_);
        plan_.name = name_;
        plan_.input = input.tissue.grid;
        plan_.treated = is_treated(study_, name_);
        set_tissue_constants(plan_, parameters_, built_.physiology, library_, input.tissue.where);
        make_volumes();
        make_drugs();
        make_carriers();
        make_cells(input);
        plan_.local.check_conservation();
        make_species();
        add_grid_exchanges(built_, plan_, tumour_, parameters_.blood_flow * parameters_.volume);
        const auto& shape = plan_.input.domain;
        tissue::check_grid_memory(
            plan_, tissue::plan_domain(shape, parameters_.volume, input.tissue.where));
        plan_.domain = tissue::make_domain(shape, parameters_.volume, input.tissue.where);
        check_volume(input, plan_.domain.tumour_volume());
        plan_.vessels = tissue::make_vascular_map(plan_.domain, plan_.input.vessels,
                                                  plan_.tumour.vessels, plan_.normal.vessels);
        plan_.body_flow = built_.model.species(name_ + ".blood_flow").index;
        plan_.body_margin_flow = built_.model.species(name_ + ".margin_flow").index;
        return std::move(plan_);
    }

  private:
    KineticModel& local() { return plan_.local; }

    std::string place(const char* suffix) const { return name_ + suffix; }
    /// Amount per volume at which tolerances matter: the dose spread over the body.
    double scale(double dose) const { return dose / (built_.physiology.body_weight * 1e-3); }

    double value_of(const std::string& name) const {
        return plan_.local.coefficients()[at(coefficient_index(plan_.local, name))].value;
    }
    /// Says what a coefficient follows; one that does not exist needs nothing.
    void vary(const std::string& name, Law law, int solute = -1, double value = 0.0) {
        const int id = coefficient_index(plan_.local, name);
        if (id >= 0) plan_.varying.push_back({id, law, solute, value});
    }

    /// Volumes of cells are the first species of the local model, in this order.
    void make_volumes() {
        for (std::size_t i = 0; i < parameters_.populations.size(); ++i)
            plan_.viable.push_back(tumour_.population(i).index);
        for (const auto& stage : tumour_.dying()) plan_.dead.push_back(stage.index);
    }

    int add_solute(const std::string& name, double radius, double wall, double normal,
                   double plasma_space, double reflection) {
        plan_.solutes.push_back({name, radius, wall, normal, reflection, plasma_space});
        return static_cast<int>(plan_.solutes.size()) - 1;
    }

    void make_drugs() {
        const double surfaces =
            plan_.normal.vessels.surface_density / plan_.tumour.vessels.surface_density;
        for (const auto& entry : built_.drugs) {
            const std::string& agent = entry.first;
            const auto& drug = entry.second;
            const auto& d = drug.disposition();
            const double dose = built_.model.all_species()[at(drug.pool("arterial").index)].scale;
            auto& mine = drugs_.emplace(agent, body::DrugBlock(d, drug.molar_mass(), scale(dose)))
                             .first->second;
            mine.add_pool(local(), "venous");
            mine.add_pool(local(), "lymph");
            tumour_.add_drug_pools(local(), mine);
            tumour_.add_drug_reactions(local(), mine, built_.physiology);
            const double wall = tissue::drug_wall(d, parameters_);
            const double radius = molecular_radius(drug.molar_mass());
            const int solute =
                add_solute(agent, radius, wall, wall * surfaces, d.blood_to_plasma,
                           tissue::reflection_coefficient(radius, tissue::WallPores{}));
            solute_of_[place(".interstitium") + "." + agent] = solute;
            const auto transfer = [&](const std::string& from, const std::string& to) {
                return tissue::LumpedTumour::drug_transfer(from, to, agent);
            };
            vary(transfer(place(".plasma"), "venous"), Law::venous_outflow);
            vary(transfer(place(".plasma"), place(".interstitium")), Law::wall_out, solute);
            vary(transfer(place(".interstitium"), place(".plasma")), Law::wall_back, solute);
            vary(transfer(place(".interstitium"), "lymph"), Law::lymph, solute);
            for (std::size_t i = 0; i < parameters_.populations.size(); ++i) {
                const auto into = transfer(place(".interstitium"), tumour_.cell_place(i));
                vary(into, Law::interstitium, solute, value_of(into));
            }
        }
    }

    void make_carriers() {
        std::vector<std::vector<const body::CarrierCohort*>> by_formulation(
            study_.formulations.size());
        for (const auto& cohort : built_.cohorts) cohorts_.push_back(local_cohort(cohort));
        for (std::size_t f = 0; f < study_.formulations.size(); ++f) {
            kinetics::Sum bound{place(".bound.") + study_.formulations[f].name, {}, 0.0};
            for (std::size_t c = 0; c < cohorts_.size(); ++c)
                if (built_.cohorts[c].formulation == static_cast<int>(f))
                    bound.terms.push_back({cohorts_[c].place(place(".bound")).species[0], 1.0});
            if (bound.terms.empty()) continue;
            const auto sum = local().add_sum(std::move(bound));
            make_formulation(f, sum);
        }
        for (std::size_t c = 0; c < cohorts_.size(); ++c)
            add_release(built_.cohorts[c], cohorts_[c]);
    }

    body::CarrierCohort local_cohort(const Cohort& cohort) {
        const auto& body_cohort = cohort.places;
        std::vector<double> scales;
        for (const auto species : body_cohort.place("arterial").species)
            scales.push_back(scale(built_.model.all_species()[at(species.index)].scale));
        body::CarrierCohort mine(body_cohort.label(), body_cohort.carrier(), body_cohort.agents(),
                                 scales);
        mine.add_place(local(), "venous", "", "");
        mine.add_place(local(), "lymph", "", "");
        const auto& f = study_.formulations[at(cohort.formulation)];
        tumour_.add_carrier_places(local(), mine, size_switch(f) != nullptr);
        return mine;
    }

    void make_formulation(std::size_t f, kinetics::SumId bound) {
        const auto& k = built_.carrier_kinetics[f];
        const double wall = tumour_wall(parameters_, k);
        const double capture = parameters_.uptake_clearance.value_or(k.tumour_capture);
        auto binding = receptor_binding(built_, study_, library_, f, t_);
        if (binding) binding->capacity /= parameters_.volume;
        const double plasma = built_.physiology.plasma_fraction();
        const int solute = add_solute(k.name, k.hydrodynamic_radius, wall,
                                      wall * normal_wall * plan_.normal.vessels.surface_density /
                                          plan_.tumour.vessels.surface_density,
                                      plasma, no_drag);
        for (std::size_t c = 0; c < cohorts_.size(); ++c) {
            if (built_.cohorts[c].formulation != static_cast<int>(f)) continue;
            const auto& cohort = cohorts_[c];
            tumour_.add_carrier_reactions(local(), cohort, built_.physiology, wall, capture,
                                          binding, bound);
            mark_fluid(cohort, ".interstitium", solute);
            vary_carrier(cohort, ".interstitium", solute);
            const auto name = [&](const char* from, const char* to) {
                return cohort.transport_name(place(from), place(to));
            };
            vary(cohort.transport_name(place(".plasma"), "venous"), Law::venous_outflow);
            vary(name(".plasma", ".interstitium"), Law::wall_out, solute);
            vary(name(".plasma", ".endocytosed"), Law::tumour_part, -1,
                 capture / (parameters_.vascular_fraction * plasma));
            vary(name(".interstitium", ".endocytosed"), Law::tumour_part, solute,
                 parameters_.endocytosis_rate);
            if (binding)
                vary(name(".interstitium", ".bound"), Law::binding, solute, binding->on_rate);
            if (const auto* change = size_switch(study_.formulations[f]))
                add_switch(cohort, *change, solute);
        }
    }

    /// What leaves an interstitial place of a carrier over the wall and by lymph.
    void vary_carrier(const body::CarrierCohort& cohort, const char* from, int solute) {
        vary(cohort.transport_name(place(from), place(".plasma")), Law::wall_back, solute);
        vary(cohort.transport_name(place(from), "lymph"), Law::lymph, solute,
             parameters_.exit_rate);
    }

    void mark_fluid(const body::CarrierCohort& cohort, const char* where, int solute) {
        for (const auto species : cohort.place(place(where)).species)
            solute_of_[local().all_species()[at(species.index)].name] = solute;
    }

    /// Carriers that a trigger makes smaller (or larger) in the interstitium: a size class of its
    /// own, with the wall and the matrix that its size sees.
    void add_switch(const body::CarrierCohort& cohort, const formulation::Response& change,
                    int before) {
        const double radius = 0.5 * *change.diameter;
        const double wall =
            body::tumour_vessel_permeability(radius) * plan_.tumour.vessels.surface_density;
        const double ratio = plan_.solutes[at(before)].normal_permeability_surface /
                             plan_.solutes[at(before)].permeability_surface;
        const int solute = add_solute(cohort.carrier() + ", switched", radius, wall, wall * ratio,
                                      built_.physiology.plasma_fraction(), no_drag);
        mark_fluid(cohort, ".switched", solute);
        const auto transport = [&](const std::string& from, const std::string& to) {
            const std::string label = cohort.transport_name(from, to);
            const auto id = local().add_coefficient(label, 0.0);
            cohort.add_transport(local(), from, to, id);
            return id.index;
        };
        const int id = transport(place(".interstitium"), place(".switched"));
        plan_.switches.push_back({id, std::numbers::ln2 / change.half_life.value_or(600.0),
                                  change.trigger,
                                  signal(place(".interstitium"), change.trigger.signal)});
        transport(place(".switched"), place(".plasma"));
        transport(place(".switched"), "lymph");
        vary_carrier(cohort, ".switched", solute);
        if (parameters_.endocytosis_rate <= 0.0) return;
        transport(place(".switched"), place(".endocytosed"));
        vary(cohort.transport_name(place(".switched"), place(".endocytosed")), Law::tumour_part,
             solute, parameters_.endocytosis_rate);
    }

    /// Where the stepper finds a signal; a slot for the whole tumour unless it is a field.
    int signal(const std::string& environment, const std::string& name) {
        if (environment == place(".interstitium"))
            for (std::size_t m = 0; m < plan_.input.molecules.size(); ++m)
                if (plan_.input.molecules[m].signal == name) return tissue::molecule_signal(m);
        if (name == "temperature" && plan_.treated) return tissue::temperature_signal;
        if (name == "oxygen" && plan_.input.oxygen && environment != place(".plasma"))
            return tissue::oxygen_signal;
        const std::string slot = condition_slot(environment, name);
        add_condition(built_, library_, study_.subject.conditions, environment, name);
        for (std::size_t i = 0; i < plan_.uniform_signals.size(); ++i)
            if (plan_.uniform_signals[i].slot == slot) return static_cast<int>(i);
        plan_.uniform_signals.push_back({slot, std::string(formulation::signal_kind(name).unit)});
        return static_cast<int>(plan_.uniform_signals.size()) - 1;
    }

    void add_release(const Cohort& body_cohort, const body::CarrierCohort& cohort) {
        const auto& payloads = study_.formulations[at(body_cohort.formulation)].payloads;
        for (std::size_t i = 0; i < payloads.size(); ++i) {
            if (payloads[i].release.empty()) continue;
            std::map<std::string, kinetics::CoefficientId> known;
            for (const auto& where : cohort.places()) {
                if (where.drug_place.empty()) continue;
                if (!known.count(where.environment))
                    known[where.environment] =
                        add_release_rate(body_cohort, cohort, i, payloads[i], where.environment);
                local().add_transfer(fmt::format("release.{}.{}.{}", where.name, cohort.label(),
                                                 cohort.payload_name(i)),
                                     where.species[i + 1],
                                     drugs_.at(payloads[i].agent).pool(where.drug_place),
                                     known[where.environment]);
            }
        }
    }

    kinetics::CoefficientId add_release_rate(const Cohort& body_cohort,
                                             const body::CarrierCohort& cohort, std::size_t i,
                                             const formulation::Payload& payload,
                                             const std::string& environment) {
        const auto id = local().add_coefficient(
            fmt::format("release.{}.{}.{}", environment, cohort.label(), cohort.payload_name(i)),
            0.0);
        tissue::GridRelease release{id.index, payload.release, {}, body_cohort.birth, 0.0};
        for (const auto& r : payload.release)
            release.signals.push_back(r.trigger ? signal(environment, r.trigger->signal)
                                                : tissue::no_signal);
        if (environment == place(".plasma"))
            release.transit_time = parameters_.vascular_fraction / parameters_.blood_flow;
        plan_.releases.push_back(std::move(release));
        return id;
    }

    void make_cells(const Tumour& input) {
        for (const auto& kill : input.kills) {
            response::add_kill(local(), tumour_, kill, drugs_, built_.physiology);
        }
        const double rate = growth_rate(input);
        for (std::size_t i = 0; i < parameters_.populations.size(); ++i) {
            const auto& population = parameters_.populations[i];
            const double own = rate * population.growth_factor;
            if (own > 0.0) {
                const std::string name = place(".growth.") + population.name;
                const auto id = local().add_coefficient(name, own);
                local().add_reaction(
                    {name, {{tumour_.population(i), 1.0}}, {id, tumour_.population(i), {}, {}}});
                if (plan_.input.oxygen) vary(name, Law::proliferation, -1, own);
            }
            if (plan_.input.oxygen) add_necrosis(i);
            if (plan_.treated) add_deaths(i);
        }
    }

    void add_necrosis(std::size_t i) {
        const std::string name = place(".necrosis.") + parameters_.populations[i].name;
        const auto id = local().add_coefficient(name, 0.0);
        const auto cells = tumour_.population(i);
        local().add_reaction(
            {name, {{cells, -1.0}, {tumour_.dying().front(), 1.0}}, {id, cells, {}, {}}});
        for (const auto& [agent, drug] : drugs_)
            local().add_transfer(fmt::format("{}.drug.{}", name, agent),
                                 drug.pool(tumour_.cell_place(i)),
                                 drug.pool(place(".interstitium")), id);
        vary(name, Law::necrosis, -1, 1.0);
    }

    /// What a treatment that kills population i moves.
    void add_deaths(std::size_t i) {
        plan_.deaths.push_back({tumour_.population(i).index, tumour_.dying().front().index});
        for (const auto& entry : drugs_)
            plan_.deaths.push_back({entry.second.pool(tumour_.cell_place(i)).index,
                                    entry.second.pool(place(".interstitium")).index});
    }

    double growth_rate(const Tumour& input) const {
        if (std::holds_alternative<response::NoGrowth>(input.growth.law)) return 0.0;
        if (const auto* e = std::get_if<response::ExponentialGrowth>(&input.growth.law))
            return std::numbers::ln2 / e->doubling_time;
        throw InputError(Diagnostic{
            input.tissue.where,
            "a tumour in space is limited by its oxygen, not by a law of its volume",
            "growth law 'exponential' (the doubling time with oxygen in plenty) or 'none'", ""});
    }

    /// How every local species moves, and where the body records it.
    void make_species() {
        const auto& all = local().all_species();
        for (const auto& species : all) {
            tissue::GridSpecies s;
            s.motion = motion_of(species.name);
            const auto solute = solute_of_.find(species.name);
            if (solute != solute_of_.end()) s.solute = solute->second;
            if (s.motion != Motion::outflow && built_.model.has_species(species.name))
                s.body = built_.model.species(species.name).index;
            plan_.species.push_back(s);
        }
    }

    Motion motion_of(const std::string& species) const {
        const auto starts = [&](const std::string& text) { return species.rfind(text, 0) == 0; };
        if (starts("venous.") || starts("lymph.")) return Motion::outflow;
        if (solute_of_.count(species)) return Motion::fluid;
        for (const char* cells : {".volume.", ".bound.", ".endocytosed.", ".cells.", ".endosome."})
            if (starts(name_ + cells)) return Motion::tissue;
        return Motion::blood;
    }

    BuiltModel& built_;
    const StudyInput& study_;
    matter::Library& library_;
    std::size_t t_;
    const tissue::TumourParameters& parameters_;
    std::string name_;
    tissue::GridPlan plan_;
    tissue::LumpedTumour tumour_;
    std::map<std::string, body::DrugBlock> drugs_;
    std::vector<body::CarrierCohort> cohorts_;  // in the order of built_.cohorts
    std::map<std::string, int> solute_of_;      // by local species
};

}  // namespace

tissue::GridPlan build_grid(BuiltModel& built, const StudyInput& study, matter::Library& library,
                            std::size_t t) {
    return GridBuilder(built, study, library, t).build();
}

}  // namespace caravel::study
