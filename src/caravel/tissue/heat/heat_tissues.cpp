#include "caravel/tissue/heat/heat_tissues.hpp"

namespace caravel::tissue {

namespace {

constexpr const char* table = "tissue_thermal";

}  // namespace

ThermalTissue find_thermal_tissue(matter::Library& library, const std::string& name) {
    library.require(table, name, {});
    const auto find = [&](const char* property, double otherwise) {
        return library.find(table, name, property).value_or(otherwise);
    };
    ThermalTissue t;
    t.name = name;
    t.density = library.value(table, name, "density");
    t.heat_capacity = library.value(table, name, "heat_capacity");
    t.conductivity = library.value(table, name, "conductivity");
    t.perfusion = find("perfusion", 0.0) * t.density;  // m3 of blood per kg and second, times kg/m3
    t.metabolic_heat = find("metabolic_heat", 0.0);
    t.latent_heat = find("latent_heat", 0.0);
    t.frozen_heat_capacity = find("frozen_heat_capacity", t.heat_capacity);
    t.frozen_conductivity = find("frozen_conductivity", t.conductivity);
    t.liquidus = find("liquidus", t.liquidus);
    t.solidus = find("solidus", t.solidus);
    return t;
}

ThermalTissue find_heated_tissue(matter::Library& library, const std::string& name) {
    ThermalTissue t = find_thermal_tissue(library, name);
    t.conductivity_slope = library.find(table, name, "conductivity_slope", "heating").value_or(0.0);
    return t;
}

}  // namespace caravel::tissue
