#include "caravel/body/carrier.hpp"

#include "caravel/body/two_pore.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numbers>
#include <stdexcept>
#include <utility>

namespace caravel::body {
namespace {

using kinetics::CoefficientId;
using kinetics::Factor;
using kinetics::KineticModel;

/// Vessel surface per volume of normal tissue (Baxter and Jain 1989: 70 1/cm, recalled).
constexpr double normal_vessel_surface = 7000.0;  // 1/m
/// Wall permeability of normal against tumour vessels, as the ratio of hydraulic conductivities
/// 0.36e-7 / 2.8e-7 cm/mmHg/s (Baxter and Jain 1989, recalled).
constexpr double normal_to_tumour_wall = 0.36 / 2.8;

double rate_of(double half_life) { return half_life > 0.0 ? std::numbers::ln2 / half_life : 0.0; }

std::string plasma(const std::string& organ) { return organ + ".plasma"; }

double plasma_volume(const Organ& organ, const Physiology& body) {
    return organ.volume * organ.vascular_fraction * body.plasma_fraction();
}

}  // namespace

CarrierKinetics resolve(const formulation::Formulation& formulation, double hydrodynamic_diameter,
                        const formulation::Disposition& d, const Physiology& body) {
    CarrierKinetics k;
    k.name = formulation.name;
    k.hydrodynamic_radius = hydrodynamic_diameter / 2.0;
    k.renal_sieving = d.renal_sieving.value_or(glomerular_sieving(hydrodynamic_diameter));
    k.biliary_clearance =
        d.biliary_clearance.value_or(0.0) * body.organ("liver").volume * tissue_density;
    k.damping_synthesis = d.damping_synthesis.value_or(0.0);
    k.damping_decay = d.damping_decay.value_or(0.0);
    k.calibrated = !d.calibrated_with.empty();
    k.source = k.calibrated ? d.calibrated_with : d.source;
    const double wall = normal_to_tumour_wall * tumour_vessel_permeability(k.hydrodynamic_radius) *
                        normal_vessel_surface;  // 1/s per tissue volume
    for (const auto& organ : body.organs) {
        auto& o = k.organs[organ.name];
        const double mass = organ.volume * tissue_density;
        // The blood-brain barrier keeps particles out unless a disposition says otherwise
        // (assumed).
        o.permeability_surface = organ.name == "brain" ? 0.0 : wall * organ.volume;
        o.degradation_rate = rate_of(d.degradation_half_life);
        for (const auto& given : d.organs) {
            if (given.organ != organ.name) continue;
            o.uptake_clearance = given.uptake_clearance.value_or(0.0) * mass;
            o.capacity = given.capacity.value_or(0.0) * mass;
            o.release_rate = rate_of(given.release_half_life.value_or(0.0));
            if (given.degradation_half_life)
                o.degradation_rate = rate_of(*given.degradation_half_life);
            if (given.permeability_surface)
                o.permeability_surface = *given.permeability_surface * mass;
            o.uptake_damping = given.uptake_damping.value_or(0.0);
        }
    }
    for (const auto& given : d.organs) {
        if (given.organ != "tumour") continue;
        k.tumour_capture = given.uptake_clearance.value_or(0.0) * tissue_density;
        if (given.permeability_surface)
            k.tumour_permeability_surface = *given.permeability_surface * tissue_density;
    }
    return k;
}

CarrierCohort::CarrierCohort(std::string label, std::string carrier,
                             std::vector<std::string> agents, std::vector<double> scales)
    : label_(std::move(label)),
      carrier_(std::move(carrier)),
      agents_(std::move(agents)),
      scales_(std::move(scales)) {
    for (std::size_t i = 0; i < agents_.size(); ++i) {
        const auto before = std::count(
            agents_.begin(), agents_.begin() + static_cast<std::ptrdiff_t>(i), agents_[i]);
        payload_names_.push_back(before == 0 ? agents_[i]
                                             : fmt::format("{}#{}", agents_[i], before + 1));
    }
}

void CarrierCohort::add_place(KineticModel& model, const std::string& name,
                              const std::string& environment, const std::string& drug_place) {
    CarrierPlace place{name, environment, {}, drug_place};
    place.species.push_back(
        model.add_species({name + "." + label_, carrier_, scales_.front(), true}));
    for (std::size_t i = 0; i < agents_.size(); ++i)
        place.species.push_back(model.add_species(
            {name + "." + label_ + "." + payload_names_[i], agents_[i], scales_[i + 1], true}));
    index_.emplace(name, places_.size());
    places_.push_back(std::move(place));
}

const CarrierPlace& CarrierCohort::place(const std::string& name) const {
    const auto found = index_.find(name);
    if (found == index_.end())
        throw std::invalid_argument("carrier " + label_ + " has no place " + name);
    return places_[found->second];
}

std::string CarrierCohort::transport_name(const std::string& from, const std::string& to) const {
    return fmt::format("transport.{}-{}.{}", from, to, label_);
}

void CarrierCohort::add_transport(KineticModel& model, const std::string& from,
                                  const std::string& to, CoefficientId rate,
                                  const std::vector<Factor>& factors) const {
    const CarrierPlace& source = place(from);
    const CarrierPlace& target = place(to);
    const std::string name = transport_name(from, to);
    model.add_transfer(name, source.species[0], target.species[0], rate, factors);
    for (std::size_t i = 0; i < agents_.size(); ++i)
        model.add_transfer(fmt::format("{}.{}", name, payload_names_[i]), source.species[i + 1],
                           target.species[i + 1], rate, factors);
}

void CarrierCohort::add_transport(KineticModel& model, const std::string& from,
                                  const std::string& to, double rate,
                                  const std::vector<Factor>& factors) const {
    if (rate == 0.0) return;
    add_transport(model, from, to, model.add_coefficient(transport_name(from, to), rate), factors);
}

void CarrierCohort::add_degradation(KineticModel& model, const std::string& from, double rate,
                                    const std::map<std::string, DrugBlock>& drugs) const {
    if (rate == 0.0) return;
    const CarrierPlace& source = place(from);
    const std::string name = "degradation." + from + "." + label_;
    const CoefficientId id = model.add_coefficient(name, rate);
    model.add_transfer(name, source.species[0], place("degraded").species[0], id);
    for (std::size_t i = 0; i < agents_.size(); ++i)
        model.add_transfer(name + "." + payload_names_[i], source.species[i + 1],
                           drugs.at(agents_[i]).pool(source.drug_place), id);
}

void add_body_places(KineticModel& model, CarrierCohort& cohort, const Physiology& body) {
    cohort.add_place(model, "arterial", "blood", "arterial");
    cohort.add_place(model, "venous", "blood", "venous");
    cohort.add_place(model, "lymph", "interstitium", "venous");
    for (const auto& organ : body.organs) {
        cohort.add_place(model, plasma(organ.name), "blood", organ.name);
        cohort.add_place(model, organ.name + ".interstitium", "interstitium", organ.name);
        cohort.add_place(model, organ.name + ".captured", "lysosome", organ.name);
    }
    for (const char* sink : {"urine", "bile", "unabsorbed", "degraded"})
        cohort.add_place(model, sink, "", "");
}

namespace {

/// Adds what happens to one cohort in one organ.
void add_organ(KineticModel& model, const CarrierCohort& cohort, const Organ& organ,
               const Physiology& body, const CarrierKinetics& kinetics, const CarrierSums& sums,
               const RestFlow& rest) {
    const auto& k = kinetics.organs.at(organ.name);
    const double volume = plasma_volume(organ, body);
    const double plasma_fraction = body.plasma_fraction();
    const bool is_lung = organ.name == "lung";
    const OrganFlow flow = rest.through(organ);
    const std::string vessel = plasma(organ.name);
    if (!is_lung)
        cohort.add_transport(model, "arterial", vessel, flow.arterial / body.arterial_volume,
                             flow.factors);
    const std::string drain = is_lung                      ? "arterial"
                              : organ.drains_to == "liver" ? "liver.plasma"
                                                           : "venous";
    // Lymph takes its water from the plasma that leaves; particles stay in the vessel.
    cohort.add_transport(model, vessel, drain, flow.total * plasma_fraction / volume, flow.factors);

    const std::string matrix = organ.name + ".interstitium";
    const double space = organ.volume * organ.interstitial_fraction;
    cohort.add_transport(model, vessel, matrix, k.permeability_surface / volume);
    cohort.add_transport(model, matrix, vessel, k.permeability_surface / space);
    cohort.add_transport(model, matrix, "lymph", organ.lymph_flow / space);

    if (k.uptake_clearance > 0.0) {
        std::vector<Factor> limits;
        if (k.capacity > 0.0)
            limits.push_back(
                {kinetics::Shape::capacity, sums.captured.at(organ.name), k.capacity, 1.0});
        if (k.uptake_damping > 0.0)
            limits.push_back(
                {kinetics::Shape::exponential, sums.damping, 1.0 / k.uptake_damping, 1.0});
        cohort.add_transport(model, vessel, organ.name + ".captured", k.uptake_clearance / volume,
                             limits);
        cohort.add_transport(model, organ.name + ".captured", vessel, k.release_rate);
    }
}

}  // namespace

void add_body_reactions(KineticModel& model, const CarrierCohort& cohort, const Physiology& body,
                        const CarrierKinetics& kinetics, const CarrierSums& sums,
                        const RestFlow& rest, const std::map<std::string, DrugBlock>& drugs) {
    cohort.add_transport(model, "venous", "lung.plasma", body.cardiac_output / body.venous_volume);
    double lymph = 0.0;
    for (const auto& organ : body.organs) {
        add_organ(model, cohort, organ, body, kinetics, sums, rest);
        if (kinetics.organs.at(organ.name).uptake_clearance > 0.0)
            cohort.add_degradation(model, organ.name + ".captured",
                                   kinetics.organs.at(organ.name).degradation_rate, drugs);
        lymph += organ.lymph_flow;
    }
    // Lymph vessels and nodes hold as much as the lymph nodes' volume (assumed).
    if (lymph > 0.0)
        cohort.add_transport(model, "lymph", "venous", lymph / body.organ("lymph_node").volume);
    const double kidney = plasma_volume(body.organ("kidney"), body);
    cohort.add_transport(model, "kidney.plasma", "urine",
                         body.glomerular_filtration_rate * kinetics.renal_sieving / kidney);
    const double liver = plasma_volume(body.organ("liver"), body);
    cohort.add_transport(model, "liver.plasma", "bile", kinetics.biliary_clearance / liver);
}

}  // namespace caravel::body
