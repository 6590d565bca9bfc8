#include "caravel/tissue/vessels/vessel_change.hpp"

#include <algorithm>

namespace caravel::tissue {

void describe(input::Visitor& v, BlockadeInput& b) {
    v.number({"at", "start", input::Presence::required}, b.at, input::non_negative("h"));
    v.number({"duration", "duration", input::Presence::required}, b.duration, input::positive("h"));
    v.number({"effect", "share of VEGF that is blocked"}, b.effect, input::fraction());
    if (v.reads()) b.where = v.where();
}

void describe(input::Visitor& v, VesselChangeInput& c) {
    auto& g = c.growth;
    v.number({"most_gain", "vessels with VEGF in plenty against those of the start"}, g.most_gain,
             {"1", 1.0, 20.0});
    v.number({"hypoxic_pressure", "oxygen at which half of the VEGF is made"}, g.hypoxic_pressure,
             input::positive("mm[Hg]"));
    v.number({"sprouting_rate", "of new vessels with VEGF in plenty"}, g.sprouting_rate,
             input::non_negative("1/d"));
    v.number({"regression_rate", "of vessels without VEGF"}, g.regression_rate,
             input::non_negative("1/d"));
    auto& n = c.normalisation;
    v.number({"density_loss", "share of vessels that full blockade takes"}, n.density_loss,
             {"1", 0.0, 1.0, false, true});
    v.number({"permeability_loss", "share of the walls' permeability that it takes"},
             n.permeability_loss, {"1", 0.0, 1.0, false, true});
    v.number({"flow_gain", "blood that each vessel left carries more"}, n.flow_gain,
             input::non_negative("1"));
    v.records({"blockade", "times in which VEGF is blocked"}, c.blockades);
    v.text({"agent", "drug that blocks VEGF from plasma"}, c.agent);
    v.number({"half", "its free concentration in plasma at half of the effect"}, c.half,
             input::positive("ug/mL"));
    if (v.reads()) c.where = v.where();
    if (v.describes_types()) return;
    if (c.agent.empty() != !c.half.has_value())
        v.complain("agent",
                   "a drug that blocks VEGF needs its concentration at half effect, and "
                   "that a drug",
                   "agent = \"...\" and half = \"1 ug/mL\"");
}

double blockade(const VesselChangeInput& change, double t) {
    double effect = 0.0;
    for (const auto& b : change.blockades)
        if (t >= b.at && t < b.at + b.duration) effect = std::max(effect, b.effect);
    return effect;
}

}  // namespace caravel::tissue
