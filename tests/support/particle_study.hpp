// A study of a carrier, its drug and a tumour, lumped or in space.
#pragma once

#include <string>

namespace caravel::test {

/// A carrier of 90 nm that releases its drug, a drug that enters cells, in a mouse with a tumour of
/// 200 mm3; `tumour` adds keys to it, `grid` tables, `run` the keys of the run.
inline std::string particle_study(const std::string& tumour, const std::string& grid,
                                  const std::string& run) {
    return R"(
[study]
name = "a tumour in space"
[formulation]
name = "particle"
hydrodynamic_diameter = "90 nm"
[[formulation.layer]]
material = "PLGA"
radius = "45 nm"
[[formulation.payload]]
agent = "doxorubicin"
loading = "0.05 kg/kg"
[[formulation.payload.release]]
law = "first_order"
half_life = "30 h"
[[formulation.disposition]]
species = "mouse"
source = "test"
[[formulation.disposition.organ]]
organ = "liver"
uptake_clearance = "0.05 mL/h/g"
[[drug]]
agent = "doxorubicin"
species = "mouse"
default_partition = 8
hepatic_clearance = "60 mL/h/g"
tumour_permeability_surface = "25 mL/h/g"
cell_uptake = "0.5 1/h"
cell_accumulation = 20
[subject]
species = "mouse"
body_weight = "20 g"
[[subject.tumour]]
name = "tumour"
volume = "200 mm3"
endocytosis_rate = "0.02 1/h"
)" + tumour +
           grid +
           R"(
[[protocol.administer]]
at = "0 h"
dose = "5 mg/kg"
of = "doxorubicin"
)" + "[run]\n" +
           run;
}

}  // namespace caravel::test
