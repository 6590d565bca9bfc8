// Carriers of a tumour in space: walls, binding, changed classes, release.
#include "caravel/study/grid_exchanges.hpp"
#include "caravel/study/grid_parts.hpp"
#include "caravel/study/observable_terms.hpp"
#include "caravel/study/receptor_binding.hpp"
#include "caravel/study/tumour_carriers.hpp"

#include <fmt/format.h>

namespace caravel::study {
namespace {

using tissue::Law;

/// Permeability of healthy vessels against those of tumours (assumed; between 1/4, which Zhan & Xu
/// take for liposomes, and the order of magnitude below that measurements in skin suggest).
constexpr double normal_wall = 0.2;

/// Reflection of carriers at the wall: their permeability is an effective one, measured as flux
/// over difference of concentrations, and holds what filtration drags along.
constexpr double no_drag = 1.0;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

class CarrierBuilder {
  public:
    explicit CarrierBuilder(GridParts& parts) : parts_(parts) {}

    void add_all() {
        const auto& study = parts_.study;
        for (std::size_t f = 0; f < study.formulations.size(); ++f)
            classes_.push_back(carrier_classes(study.formulations[f], parts_.parameters,
                                               parts_.built.carrier_kinetics[f]));
        for (const auto& cohort : parts_.built.cohorts)
            parts_.cohorts.push_back(local_cohort(cohort));
        for (std::size_t f = 0; f < study.formulations.size(); ++f) add_formulation(f);
        for (std::size_t c = 0; c < parts_.cohorts.size(); ++c)
            add_release(parts_.built.cohorts[c], parts_.cohorts[c]);
    }

  private:
    kinetics::KineticModel& local() { return parts_.local(); }
    std::string place(const std::string& suffix) const { return parts_.place(suffix); }

    body::CarrierCohort local_cohort(const Cohort& cohort) {
        const auto& body_cohort = cohort.places;
        std::vector<double> scales;
        for (const auto species : body_cohort.place("arterial").species)
            scales.push_back(
                parts_.scale(parts_.built.model.all_species()[at(species.index)].scale));
        body::CarrierCohort mine(body_cohort.label(), body_cohort.carrier(), body_cohort.agents(),
                                 scales);
        mine.add_place(local(), "venous", "", "");
        mine.add_place(local(), "lymph", "", "");
        parts_.tumour.add_carrier_places(local(), mine,
                                         without_changes(classes_[at(cohort.formulation)]));
        return mine;
    }

    void add_formulation(std::size_t f) {
        std::vector<const body::CarrierCohort*> mine;
        for (std::size_t c = 0; c < parts_.cohorts.size(); ++c)
            if (parts_.built.cohorts[c].formulation == static_cast<int>(f))
                mine.push_back(&parts_.cohorts[c]);
        if (mine.empty()) return;
        const auto bound = parts_.tumour.add_bound_sum(local(), parts_.study.formulations[f].name,
                                                       mine, without_changes(classes_[f]), true);
        const auto& k = parts_.built.carrier_kinetics[f];
        const double wall = tumour_wall(parts_.parameters, k);
        auto binding =
            receptor_binding(parts_.built, parts_.study, parts_.library, f, parts_.tumour_index);
        if (binding) {
            binding->capacity /= parts_.parameters.volume;
            add_receptors(mine, binding->capacity);
        }
        const int solute =
            parts_.add_solute({k.name, k.hydrodynamic_radius, wall,
                               wall * normal_wall * parts_.plan.normal.vessels.surface_density /
                                   parts_.plan.tumour.vessels.surface_density,
                               no_drag, parts_.built.physiology.plasma_fraction()});
        for (std::size_t c = 0; c < parts_.cohorts.size(); ++c)
            if (parts_.built.cohorts[c].formulation == static_cast<int>(f))
                add_cohort(c, f, wall, binding, bound, solute);
    }

    /// What the report shows of the receptors that these cohorts bind to.
    void add_receptors(const std::vector<const body::CarrierCohort*>& cohorts, double capacity) {
        tissue::ReceptorSites sites{cohorts.front()->carrier(), capacity, {}};
        for (const auto* cohort : cohorts)
            for (const auto& where : cohort->places())
                if (is_on_receptors(where.name, parts_.name))
                    sites.bound.push_back(where.species.front().index);
        parts_.plan.receptors.push_back(std::move(sites));
    }

    void add_cohort(std::size_t c, std::size_t f, double wall,
                    const std::optional<tissue::Binding>& binding, kinetics::SumId bound,
                    int solute) {
        const auto& cohort = parts_.cohorts[c];
        const auto& p = parts_.parameters;
        const double capture =
            p.uptake_clearance.value_or(parts_.built.carrier_kinetics[f].tumour_capture);
        parts_.tumour.add_carrier_reactions(local(), cohort, parts_.built.physiology, wall, capture,
                                            binding, bound);
        parts_.mark_fluid(cohort, ".interstitium", solute);
        vary_exchange(cohort, ".interstitium", solute);
        const auto name = [&](const char* from, const char* to) {
            return cohort.transport_name(place(from), place(to));
        };
        parts_.vary(cohort.transport_name(place(".plasma"), "venous"), Law::venous_outflow);
        parts_.vary(name(".plasma", ".interstitium"), Law::wall_out, solute);
        parts_.vary(name(".plasma", ".endocytosed"), Law::tumour_part, -1,
                    capture / (p.vascular_fraction * parts_.built.physiology.plasma_fraction()));
        vary_cells(cohort, ".interstitium", ".bound", solute, p.endocytosis_rate,
                   binding ? binding->on_rate : 0.0);
        std::vector<int> solutes;
        for (const auto& changed : classes_[f]) {
            const int before = changed.before < 0 ? solute : solutes[at(changed.before)];
            solutes.push_back(
                add_class(parts_.built.cohorts[c], cohort, changed, before, binding, bound));
        }
    }

    /// What leaves an interstitial place of a carrier over the wall and by lymph.
    void vary_exchange(const body::CarrierCohort& cohort, const std::string& from, int solute) {
        parts_.vary(cohort.transport_name(place(from), place(".plasma")), Law::wall_back, solute);
        parts_.vary(cohort.transport_name(place(from), "lymph"), Law::lymph, solute,
                    parts_.parameters.exit_rate);
    }

    /// What cells do with the carriers of an interstitial place.
    void vary_cells(const body::CarrierCohort& cohort, const std::string& from,
                    const std::string& on_receptors, int solute, double uptake, double on_rate) {
        parts_.vary(cohort.transport_name(place(from), place(".endocytosed")), Law::tumour_part,
                    solute, uptake);
        if (on_rate > 0.0)
            parts_.vary(cohort.transport_name(place(from), place(on_receptors)), Law::binding,
                        solute, on_rate);
    }

    /// Carriers that a condition changed in the interstitium: a class of its own, with the wall
    /// and the matrix that its size sees. Returns its solute.
    int add_class(const Cohort& body_cohort, const body::CarrierCohort& cohort,
                  const ClassOfCarrier& changed, int before,
                  const std::optional<tissue::Binding>& binding, kinetics::SumId bound) {
        const auto& what = changed.what;
        const auto& parent = parts_.plan.solutes[at(before)];
        const double ratio = parent.permeability_surface > 0.0
                                 ? parent.normal_permeability_surface / parent.permeability_surface
                                 : 0.0;
        const std::string here = "." + what.place;
        const int solute = parts_.add_solute({cohort.carrier() + ", " + what.place, what.radius,
                                              what.wall, what.wall * ratio, no_drag,
                                              parts_.built.physiology.plasma_fraction()});
        const auto id = parts_.tumour.add_class_reactions(local(), cohort, what, binding, bound);
        // What is held has neither vessels nor lymph that take it out of normal tissue: it is made
        // in the tumour alone.
        const int within = what.trapped ? before : -1;
        tissue::GridRelease release{id.index,          within, {rate_of(*changed.change)}, {},
                                    body_cohort.birth, 0.0};
        release.signals.push_back(
            changed.change->trigger
                ? parts_.signal(place(".interstitium"), changed.change->trigger->signal)
                : tissue::no_signal);
        parts_.plan.releases.push_back(std::move(release));
        if (!what.trapped) {
            parts_.mark_fluid(cohort, here, solute);
            vary_exchange(cohort, here, solute);
        }
        vary_cells(cohort, here, "." + what.bound_place(), solute, what.uptake_rate,
                   binding ? what.binding * binding->on_rate : 0.0);
        return solute;
    }

    void add_release(const Cohort& body_cohort, const body::CarrierCohort& cohort) {
        const auto& payloads = parts_.study.formulations[at(body_cohort.formulation)].payloads;
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
                                     parts_.drugs.at(payloads[i].agent).pool(where.drug_place),
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
        tissue::GridRelease release{id.index, -1, payload.release, {}, body_cohort.birth, 0.0};
        for (const auto& r : payload.release)
            release.signals.push_back(r.trigger ? parts_.signal(environment, r.trigger->signal)
                                                : tissue::no_signal);
        if (environment == place(".plasma"))
            release.transit_time =
                parts_.parameters.vascular_fraction / parts_.parameters.blood_flow;
        parts_.plan.releases.push_back(std::move(release));
        return id;
    }

    GridParts& parts_;
    std::vector<std::vector<ClassOfCarrier>> classes_;  // per formulation
};

}  // namespace

void add_grid_carriers(GridParts& parts) { CarrierBuilder(parts).add_all(); }

}  // namespace caravel::study
