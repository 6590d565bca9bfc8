// What acts in a row of voxels over a step of the freezing solver.
#pragma once

#include "caravel/tissue/heat/freezing_work.hpp"

#include <algorithm>
#include <vector>

namespace caravel::tissue {

/// What acts in the voxels of a row along x over a step, per volume.
struct ActingRow {
    std::vector<double> perfusion{};  // J/m3/K
    std::vector<double> contact{};    // J/m3/K
    std::vector<double> source{};     // J/m3
    std::vector<double> metabolic{};  // J/m3
    std::vector<double> brought[2];   // J/m3, of either colour

    void fill(const HeatMedium& m, const HeatDrive& d, const double* enthalpy, index_t first,
              double dt);
};

/// Ice stops perfusion and metabolism.
inline void ActingRow::fill(const HeatMedium& m, const HeatDrive& d, const double* enthalpy,
                            index_t first, double dt) {
    const index_t n = m.grid.nx;
    for (auto* values : {&perfusion, &contact, &source, &metabolic, &brought[0], &brought[1]}) {
        values->resize(freezing::place(n));
    }
    const double blood = dt * m.blood_heat_capacity;
    const std::uint16_t* label = m.label.data() + first;
    for (index_t i = 0; i < n; ++i) {
        const ThermalTissue& tissue = m.tissues[label[i]];
        const bool has_ice = tissue.latent_heat > 0.0 && enthalpy[i] < 0.0;
        perfusion[freezing::place(i)] = has_ice ? 0.0 : blood * tissue.perfusion;
        metabolic[freezing::place(i)] = has_ice ? 0.0 : dt * tissue.metabolic_heat;
    }
    if (!d.perfusion_factor.empty()) {
        const double* by = d.perfusion_factor.data() + first;
        for (index_t i = 0; i < n; ++i) perfusion[freezing::place(i)] *= by[i];
    }
    const auto bring = [&](View<const double> given, std::vector<double>& values) {
        if (given.empty()) {
            std::fill(values.begin(), values.end(), 0.0);
            return;
        }
        const double* from = given.data() + first;
        for (index_t i = 0; i < n; ++i) values[freezing::place(i)] = dt * from[i];
    };
    bring(d.contact_conductance, contact);
    bring(d.source, source);
}

}  // namespace caravel::tissue
