// Studies of a carrier, its drug and a tumour, lumped or in space.
#pragma once

#include <fmt/format.h>

#include <string>

namespace caravel::test {

/// A PLGA carrier "particle" with doxorubicin in a mouse of 20 g with one tumour; what a test needs
/// otherwise it sets.
struct ParticleStudy {
    int diameter = 90;             // nm
    std::string release = "30 h";  // half-life of the drug in it
    std::string carrier{};         // more tables of the formulation
    std::string organs =           // of its disposition
        "[[formulation.disposition.organ]]\norgan = \"liver\"\n"
        "uptake_clearance = \"0.05 mL/h/g\"\n";
    std::string drug =  // keys of doxorubicin
        "tumour_permeability_surface = \"25 mL/h/g\"\ncell_uptake = \"0.5 1/h\"\n"
        "cell_accumulation = 20\n";
    std::string tumour =  // keys and tables
        "volume = \"200 mm3\"\nendocytosis_rate = \"0.02 1/h\"\n";
    std::string dose = "at = \"0 h\"\ndose = \"5 mg/kg\"\n";  // keys beside the agent
    std::string run{};                                        // keys
};

inline std::string text_of(const ParticleStudy& s) {
    return R"(
[study]
name = "a particle"
[formulation]
name = "particle"
)" + fmt::format("hydrodynamic_diameter = \"{} nm\"\n", s.diameter) +
           "[[formulation.layer]]\nmaterial = \"PLGA\"\n" +
           fmt::format("radius = \"{} nm\"\n", 0.5 * s.diameter) + R"([[formulation.payload]]
agent = "doxorubicin"
loading = "0.05 kg/kg"
[[formulation.payload.release]]
law = "first_order"
)" + fmt::format("half_life = \"{}\"\n", s.release) +
           s.carrier + R"([[formulation.disposition]]
species = "mouse"
source = "test"
)" + s.organs +
           R"([[drug]]
agent = "doxorubicin"
species = "mouse"
default_partition = 8
hepatic_clearance = "60 mL/h/g"
)" + s.drug +
           R"([subject]
species = "mouse"
body_weight = "20 g"
[[subject.tumour]]
name = "tumour"
)" + s.tumour +
           "[[protocol.administer]]\nof = \"doxorubicin\"\n" + s.dose + "[run]\n" + s.run;
}

/// The study as it stands: `tumour` adds keys to the tumour, `grid` tables, `run` the keys of the
/// run.
inline std::string particle_study(const std::string& tumour, const std::string& grid,
                                  const std::string& run) {
    ParticleStudy study;
    study.tumour += tumour + grid;
    study.run = run;
    return text_of(study);
}

}  // namespace caravel::test
