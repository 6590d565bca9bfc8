// How a tumour in space answers to light, heat and cold, as the user writes it.
#pragma once

#include "caravel/response/damage/tissue_damage.hpp"
#include "caravel/response/photodynamic/photodynamics.hpp"
#include "caravel/response/treatment/emission_input.hpp"
#include "caravel/tissue/heat/heat_input.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::response {

/// [subject.tumour.treatment]
struct TreatmentInput {
    std::string tumour_tissue = "tumour";  // of data/tissue_optics.csv and data/tissue_thermal.csv
    std::string normal_tissue = "muscle";
    std::string organ_tissue = "liver";
    DamageInput damage;
    std::optional<PhotodynamicInput> photodynamic;
    std::vector<EmissionInput> emissions;
    std::optional<double> longest_step;  // s, of heat and light
    double window = 30.0;                // s, between treatment and transport while something acts
    double air_temperature = 295.0;      // K, over the skin
    double skin_transfer = 10.0;         // W/m2/K, convection and radiation (assumed)
    std::optional<tissue::SkinSurroundings> skin;  // in place of air_temperature and skin_transfer
    std::vector<tissue::HeatVesselInput> vessels;
    bool conductivity_slopes = false;       // of the tables
    std::string surroundings = "perfused";  // what lies beyond the box: perfused, insulated, fixed
};
void describe(input::Visitor& v, TreatmentInput& treatment);

}  // namespace caravel::response
