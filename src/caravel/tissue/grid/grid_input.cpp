#include "caravel/tissue/grid/grid_input.hpp"

#include "caravel/formulation/trigger.hpp"

#include <fmt/format.h>

#include <set>
#include <string>

namespace caravel::tissue {

void describe(input::Visitor& v, MatrixInput& m) {
    v.number({"fibre_fraction", "fibres per interstitial volume"}, m.fibre_fraction,
             {"1", 0.0, 0.5, true, false});
    v.number({"pore_radius", "spaces between fibre bundles and cells"}, m.pore_radius,
             input::positive("nm"));
    v.number({"hyaluronidase", "share of the hyaluronan removed before the study"}, m.hyaluronidase,
             input::fraction());
}

void describe(input::Visitor& v, MoleculeInput& m) {
    formulation::describe_signal(v, m.signal);
    v.number({"diffusion", "diffusion coefficient in the tissue", input::Presence::required},
             m.diffusion, input::positive("um2/s"));
    v.number({"half_life", "of decay"}, m.half_life, input::positive("min"));
    v.number({"production", "by viable tumour, per volume"}, m.production,
             input::non_negative("mmol/L/h"));
    v.number({"hypoxic_production", "further production without oxygen"}, m.hypoxic_production,
             input::non_negative("mmol/L/h"));
    v.number({"dead_production", "by dying tumour"}, m.dead_production,
             input::non_negative("mmol/L/h"));
    v.number({"blood", "concentration in plasma"}, m.blood, input::non_negative("mmol/L"));
    v.number({"wall_permeability", "of vessel walls"}, m.wall_permeability,
             input::non_negative("cm/s"));
    v.number({"buffer_capacity", "acid per unit of pH (signal pH)"}, m.buffer_capacity,
             input::positive("mmol/L"));
    v.number({"blood_ph", "pH without acid (signal pH)"}, m.blood_ph, {"1", 0.0, 14.0});
    if (v.describes_types()) return;
    if (formulation::signal_kind(m.signal).unit != "mol/m3" && m.signal != "pH")
        v.complain("signal", "'" + m.signal + "' is no molecule",
                   "a concentration such as MMP, or pH");
    if (!m.half_life && m.wall_permeability <= 0.0)
        v.complain("half_life", "'" + m.signal + "' is made and never leaves",
                   "half_life or wall_permeability");
}

void describe(input::Visitor& v, GridInput& g) {
    describe(v, g.domain);
    v.record({"vessels", "how vessels are spread"}, g.vessels);
    v.record({"angiogenesis", "vessels that follow hypoxia and the blockade of VEGF"},
             g.angiogenesis);
    v.record({"matrix", "what lies between the cells"}, g.matrix);
    v.record({"cells", "what oxygen lets cells do"}, g.biology);
    v.records({"molecule", "molecules between the cells that triggers see"}, g.molecules);
    v.flag({"fluid", "interstitial fluid flow and pressure"}, g.fluid);
    v.flag({"oxygen", "oxygen, and cells that need it"}, g.oxygen);
    v.number({"time_step", "longest coupling window with the body"}, g.time_step,
             input::positive("min"));
    v.numbers(
        {"fields_at", "when fields are written (default: after 1/24, 1/6, 1/2 and all of the run)"},
        g.fields_at, input::non_negative("h"));
    if (v.describes_types()) return;
    std::set<std::string> signals;
    for (const auto& molecule : g.molecules)
        if (!signals.insert(molecule.signal).second)
            v.complain("molecule", fmt::format("two molecules of signal '{}'", molecule.signal),
                       "one for each signal");
    if (!g.angiogenesis || g.oxygen) return;
    v.complain("angiogenesis", "vessels that follow hypoxia in a tumour without oxygen",
               "oxygen = true");
}

}  // namespace caravel::tissue
