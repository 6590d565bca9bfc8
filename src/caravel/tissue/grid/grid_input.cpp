#include "caravel/tissue/grid/grid_input.hpp"

namespace caravel::tissue {

void describe(input::Visitor& v, MatrixInput& m) {
    v.number({"fibre_fraction", "fibres per interstitial volume"}, m.fibre_fraction,
             {"1", 0.0, 0.5, true, false});
    v.number({"pore_radius", "spaces between fibre bundles and cells"}, m.pore_radius,
             input::positive("nm"));
    v.number({"hyaluronidase", "share of the hyaluronan removed before the study"}, m.hyaluronidase,
             input::fraction());
}

void describe(input::Visitor& v, GridInput& g) {
    describe(v, g.domain);
    v.record({"vessels", "how vessels are spread"}, g.vessels);
    v.record({"matrix", "what lies between the cells"}, g.matrix);
    v.record({"cells", "what oxygen lets cells do"}, g.biology);
    v.flag({"fluid", "interstitial fluid flow and pressure"}, g.fluid);
    v.flag({"oxygen", "oxygen, and cells that need it"}, g.oxygen);
    v.number({"time_step", "longest coupling window with the body"}, g.time_step,
             input::positive("min"));
    v.numbers({"fields_at", "when fields are written (default: five times)"}, g.fields_at,
              input::non_negative("h"));
}

}  // namespace caravel::tissue
