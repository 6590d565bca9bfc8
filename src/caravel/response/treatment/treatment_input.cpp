#include "caravel/response/treatment/treatment_input.hpp"

namespace caravel::response {

void describe(input::Visitor& v, TreatmentInput& t) {
    v.text({"tumour_tissue", "tissue whose optics and heat constants the tumour has"},
           t.tumour_tissue);
    v.text({"normal_tissue", "of the tissue around it"}, t.normal_tissue);
    v.text({"organ_tissue", "of the organ of a segmentation"}, t.organ_tissue);
    v.record({"damage", "what heat and cold do"}, t.damage);
    v.record({"photodynamic", "what light does through a sensitiser"}, t.photodynamic);
    v.records({"emission", "light that its agents give off again"}, t.emissions);
    v.number({"longest_step",
              "of heat and light while something acts (default: a 120th of the shortest exposure)"},
             t.longest_step, input::positive("s"));
    v.number({"window", "between treatment and transport while something acts"}, t.window,
             input::positive("s"));
    v.number({"air_temperature", "over the skin"}, t.air_temperature, {"Cel", -50.0, 100.0});
    v.number({"skin_transfer", "heat from skin to air per area and difference"}, t.skin_transfer,
             input::non_negative("W/(m2.K)"));
    v.record(
        {"skin", "what its surface gives to air, walls, sweat or a cooling, in place of these"},
        t.skin);
    v.records({"vessel", "large vessels, whose blood keeps its temperature"}, t.vessels);
    v.flag({"conductivity_slopes", "conductivity follows the temperature, as the tables have it"},
           t.conductivity_slopes);
    v.choice({"surroundings", "tissue beyond the box"}, t.surroundings,
             {"perfused", "insulated", "fixed"});
    if (v.describes_types() || !v.reads() || !t.skin) return;
    const TreatmentInput standard;
    if (t.skin_transfer != standard.skin_transfer || t.air_temperature != standard.air_temperature)
        v.complain("skin", "skin_transfer or air_temperature beside skin", "one of them",
                   "skin = { air_temperature = ..., air_speed = ... }");
}

}  // namespace caravel::response
