#include "caravel/study/region_exchange.hpp"

#include "caravel/study/tumour_carriers.hpp"

namespace caravel::study {
namespace {

using imaging::TracerConstants;

VesselExchange carrier_in_organ(const BuiltModel& built, const body::CarrierKinetics& kinetics,
                                const body::Organ& organ) {
    const double plasma = built.physiology.plasma_fraction();
    const auto& k = kinetics.organs.at(organ.name);
    VesselExchange v;
    v.plasma_flow = built.rest.through(organ).total * plasma / organ.volume;
    v.wall = k.permeability_surface / organ.volume;
    v.capture = k.uptake_clearance / organ.volume;
    v.interstitium = organ.interstitial_fraction;
    v.drain = organ.lymph_flow / (organ.volume * organ.interstitial_fraction);
    v.plasma_volume = organ.vascular_fraction * plasma;
    return v;
}

VesselExchange in_tumour(const BuiltModel& built, const tissue::TumourParameters& tumour) {
    const double plasma = built.physiology.plasma_fraction();
    VesselExchange v;
    v.plasma_flow = tumour.blood_flow * plasma;
    v.interstitium = tumour.interstitial_fraction;
    v.drain = tumour.exit_rate;
    v.plasma_volume = tumour.vascular_fraction * plasma;
    return v;
}

VesselExchange carrier_in_tumour(const BuiltModel& built, const body::CarrierKinetics& kinetics,
                                 const tissue::TumourParameters& tumour) {
    VesselExchange v = in_tumour(built, tumour);
    v.wall = tumour_wall(tumour, kinetics);
    v.capture = tumour.uptake_clearance.value_or(kinetics.tumour_capture);
    return v;
}

/// A dissolved agent is in all of the blood: its wall counts against plasma, of which a reader
/// takes blood to hold more or less than it does.
VesselExchange drug_in_tumour(const BuiltModel& built, const body::DrugBlock& drug,
                              const tissue::TumourParameters& tumour) {
    VesselExchange v = in_tumour(built, tumour);
    v.wall = tissue::drug_wall(drug.disposition(), tumour) * built.physiology.plasma_fraction() /
             drug.disposition().blood_to_plasma;
    // back the wall works against plasma itself
    v.interstitium *= built.physiology.plasma_fraction() / drug.disposition().blood_to_plasma;
    v.drain = 0.0;  // lymph takes no dissolved agent
    return v;
}

TracerConstants drug_in_organ(const BuiltModel& built, const body::DrugBlock& drug,
                              const body::Organ& organ) {
    const double flow = built.rest.through(organ).total;
    return {flow * built.physiology.plasma_fraction() / organ.volume,
            flow * drug.disposition().blood_to_plasma / drug.plasma_equivalent(organ), 0.0};
}

TracerConstants exchange_of(const BuiltModel& built, const AgentOrigin& agent,
                            const std::string& region) {
    if (region == "blood") return {0.0, 0.0, built.physiology.plasma_fraction()};
    const bool carried = agent.formulation >= 0;
    const auto* kinetics =
        carried ? &built.carrier_kinetics[static_cast<std::size_t>(agent.formulation)] : nullptr;
    const auto* drug = carried ? nullptr : &built.drugs.at(agent.dissolved);
    for (const auto& organ : built.physiology.organs) {
        if (organ.name != region) continue;
        return carried ? tracer_constants(carrier_in_organ(built, *kinetics, organ))
                       : drug_in_organ(built, *drug, organ);
    }
    for (const auto& tumour : built.tumours) {
        if (tumour.name() != region) continue;
        return tracer_constants(carried ? carrier_in_tumour(built, *kinetics, tumour.parameters())
                                        : drug_in_tumour(built, *drug, tumour.parameters()));
    }
    return {};
}

}  // namespace

TracerConstants tracer_constants(const VesselExchange& v) {
    const double leaves = v.wall + v.capture;
    const double passes = v.plasma_flow + leaves;
    if (!(passes > 0.0)) return {0.0, v.drain, v.plasma_volume};
    const double back = v.interstitium > 0.0 ? v.wall / v.interstitium : 0.0;
    return {v.plasma_flow * leaves / passes, back * v.plasma_flow / passes + v.drain,
            v.plasma_volume};
}

std::vector<TracerConstants> region_exchanges(const BuiltModel& built, const AgentOrigin& agent,
                                              std::span<const std::string> regions) {
    std::vector<TracerConstants> all;
    for (const std::string& region : regions) all.push_back(exchange_of(built, agent, region));
    return all;
}

}  // namespace caravel::study
