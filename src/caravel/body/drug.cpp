#include "caravel/body/drug.hpp"

#include "caravel/base/error.hpp"
#include "caravel/formulation/formulation.hpp"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace caravel::body {
namespace {

using input::non_negative;
using input::positive;
using input::Presence;
using kinetics::Factor;
using kinetics::KineticModel;
using kinetics::SpeciesId;

constexpr const char* sinks[] = {"metabolised", "urine", "unabsorbed"};

}  // namespace

void describe(input::Visitor& v, Partition& p) {
    v.choice({"organ", "organ", Presence::required}, p.organ, formulation::organ_names());
    v.number({"coefficient", "tissue (without blood) : plasma", Presence::required}, p.coefficient,
             positive("1"));
}

void describe(input::Visitor& v, DrugDisposition& d) {
    v.text({"agent", "name in the agents table", Presence::required}, d.agent);
    v.choice({"species", "species", Presence::required}, d.species, formulation::species_names());
    v.text({"calibrated_with", "data the values were calibrated to"}, d.calibrated_with);
    v.text({"source", "where uncalibrated values come from"}, d.source);
    v.number({"blood_to_plasma", "concentration ratio"}, d.blood_to_plasma, positive("1"));
    v.number({"default_partition", "tissue : plasma where no organ is named"}, d.default_partition,
             positive("1"));
    v.records({"partition", "tissue : plasma per organ"}, d.partitions);
    v.number({"hepatic_clearance", "of plasma leaving the liver, per liver mass"},
             d.hepatic_clearance, non_negative("mL/h/g"));
    v.number({"hepatic_saturation", "plasma concentration at half of the hepatic clearance"},
             d.hepatic_saturation, positive("ug/mL"));
    v.number({"renal_clearance", "of plasma in the kidney, per body mass"}, d.renal_clearance,
             non_negative("mL/h/kg"));
    v.number({"plasma_clearance", "in all plasma, per body mass"}, d.plasma_clearance,
             non_negative("mL/h/kg"));
    v.number({"cell_pool_rate", "largest rate into a saturable cell pool, per organ mass"},
             d.cell_pool_rate, positive("ug/(g.h)"));
    v.number({"cell_pool_half", "concentration at half of it"}, d.cell_pool_half,
             positive("ug/mL"));
    v.number({"cell_pool_volume", "space of the pool per organ mass"}, d.cell_pool_volume,
             positive("mL/g"));
    if (v.reads() && (d.cell_pool_rate.has_value() != d.cell_pool_half.has_value() ||
                      d.cell_pool_rate.has_value() != d.cell_pool_volume.has_value()))
        v.complain("cell_pool_rate", "a cell pool needs its rate, half and volume", "all three");
    v.number({"tumour_permeability_surface", "tumour vessel wall, per tumour mass"},
             d.tumour_permeability_surface, positive("mL/h/g"));
    v.number({"cell_uptake", "interstitium to cells, per cell volume"}, d.cell_uptake,
             non_negative("1/h"));
    v.number({"cell_accumulation", "intracellular : interstitial at equilibrium"},
             d.cell_accumulation, positive("1"));
}

OrganFlow RestFlow::through(const Organ& organ) const {
    if (organ.name == "muscle" && margin_flow.index >= 0)
        return {organ.arterial_flow,
                organ.total_flow,
                {{kinetics::Shape::capacity, margin_flow, organ.arterial_flow, 1.0}}};
    if (organ.name != "rest") return {organ.arterial_flow, organ.total_flow, {}};
    OrganFlow flow{flow_without_tumours, flow_without_tumours, {}};
    if (tumour_flow.index >= 0)
        flow.factors.push_back({kinetics::Shape::capacity, tumour_flow, flow_without_tumours, 1.0});
    return flow;
}

DrugBlock::DrugBlock(KineticModel& model, const Physiology& body, DrugDisposition disposition,
                     double molar_mass, double scale)
    : disposition_(std::move(disposition)), molar_mass_(molar_mass), scale_(scale) {
    add_pool(model, "arterial");
    add_pool(model, "venous");
    for (const auto& organ : body.organs) {
        add_pool(model, organ.name);
        if (has_cell_pool(organ)) add_pool(model, organ.name + ".cells");
    }
    for (const char* sink : sinks) add_pool(model, sink);
}

SpeciesId DrugBlock::add_pool(KineticModel& model, const std::string& place) {
    const SpeciesId id = model.add_species({place + "." + agent(), agent(), scale_, true});
    pools_.emplace(place, id);
    return id;
}

SpeciesId DrugBlock::pool(const std::string& place) const {
    const auto found = pools_.find(place);
    if (found == pools_.end())
        throw std::invalid_argument("no pool of " + agent() + " at " + place);
    return found->second;
}

double DrugBlock::partition(const std::string& organ) const {
    for (const auto& p : disposition_.partitions)
        if (p.organ == organ) return p.coefficient;
    return disposition_.default_partition;
}

double DrugBlock::plasma_equivalent(const Organ& organ) const {
    const double blood = organ.volume * organ.vascular_fraction;
    return (organ.volume - blood) * partition(organ.name) + blood * disposition_.blood_to_plasma;
}

bool DrugBlock::has_cell_pool(const Organ& organ) const {
    return disposition_.cell_pool_rate && organ.name != "brain";
}

void DrugBlock::add_cell_pools(KineticModel& model, const Physiology& body) const {
    for (const auto& organ : body.organs) {
        if (!has_cell_pool(organ)) continue;
        const double mass = organ.volume * tissue_density;
        const double half = *disposition_.cell_pool_half;
        const double rate = *disposition_.cell_pool_rate * mass / half;  // m3/s when unsaturated
        const auto move = [&](const std::string& from, const std::string& to, double space) {
            const std::string name = fmt::format("cells.{}-{}.{}", from, to, agent());
            const auto concentration =
                model.add_sum({name, {{pool(from), molar_mass_ / space}}, 0.0});
            model.add_transfer(name, pool(from), pool(to),
                               model.add_coefficient(name, rate / space),
                               {{kinetics::Shape::michaelis, concentration, half, 1.0, {}}});
        };
        move(organ.name, organ.name + ".cells", plasma_equivalent(organ));
        move(organ.name + ".cells", organ.name, *disposition_.cell_pool_volume * mass);
    }
}

void DrugBlock::add_flow(KineticModel& model, const std::string& from, const std::string& to,
                         double rate, std::vector<Factor> factors) const {
    const std::string name = fmt::format("flow.{}-{}.{}", from, to, agent());
    model.add_transfer(name, pool(from), pool(to), model.add_coefficient(name, rate),
                       std::move(factors));
}

void DrugBlock::add_reactions(KineticModel& model, const Physiology& body,
                              const RestFlow& rest) const {
    add_flow(model, "venous", "lung", body.cardiac_output / body.venous_volume);
    for (const auto& organ : body.organs) {
        // 1/m3 of blood
        const double washout = disposition_.blood_to_plasma / plasma_equivalent(organ);
        if (organ.name == "lung") {
            add_flow(model, "lung", "arterial", body.cardiac_output * washout);
            continue;
        }
        const OrganFlow flow = rest.through(organ);
        add_flow(model, "arterial", organ.name, flow.arterial / body.arterial_volume, flow.factors);
        add_flow(model, organ.name, organ.drains_to, flow.total * washout, flow.factors);
    }
    add_cell_pools(model, body);
    add_elimination(model, body);
}

void DrugBlock::add_elimination(KineticModel& model, const Physiology& body) const {
    if (disposition_.hepatic_clearance) {
        const Organ& liver = body.organ("liver");
        const double plasma = plasma_equivalent(liver);
        std::vector<Factor> factors;
        if (disposition_.hepatic_saturation) {
            const auto sum = model.add_sum(
                {"liver.plasma." + agent(), {{pool("liver"), molar_mass_ / plasma}}, 0.0});
            factors.push_back(
                {kinetics::Shape::michaelis, sum, *disposition_.hepatic_saturation, 1.0});
        }
        add_flow(model, "liver", "metabolised",
                 *disposition_.hepatic_clearance * liver.volume * tissue_density / plasma,
                 std::move(factors));
    }
    if (disposition_.renal_clearance)
        add_flow(model, "kidney", "urine",
                 *disposition_.renal_clearance * body.body_weight /
                     plasma_equivalent(body.organ("kidney")));
    if (disposition_.plasma_clearance) {
        const double clearance = *disposition_.plasma_clearance * body.body_weight;
        const double blood = body.arterial_volume + body.venous_volume;
        for (const char* place : {"arterial", "venous"})
            add_flow(model, place, "metabolised",
                     clearance / (blood * disposition_.blood_to_plasma));
    }
}

}  // namespace caravel::body
