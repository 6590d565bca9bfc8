// 19F imaging: numbers of perfluorocarbon against water.
#pragma once

#include "caravel/matter/table.hpp"

namespace caravel::imaging {

/// Protons in water at 37 Cel (mol/m3).
inline constexpr double water_proton_concentration = 110.6e3;
/// Signal of one 19F nucleus against one 1H. Source: 83 %, J. Ruiz-Cabello et al., NMR Biomed 24
/// (2011) 114.
inline constexpr double fluorine_sensitivity = 0.83;
/// Free decay of 19F in an emulsion (1/s). Assumed.
inline constexpr double fluorine_r2_star = 40.0;

/// Relaxation of 19F in perfluorocarbon: r1 (1/s) at an oxygen partial pressure (Pa) is a + b p, of
/// data/tissue_mri.csv, which names the source.
struct FluorineRelaxation {
    double anoxic = 0.0;      // 1/s
    double per_oxygen = 0.0;  // 1/(s Pa)
    double r1(double oxygen) const { return anoxic + per_oxygen * oxygen; }
};
FluorineRelaxation fluorine_relaxation(matter::Library& library);

/// Oxygen partial pressure (Pa) of objects that say nothing: 40 mmHg.
inline constexpr double usual_oxygen = 5.333e3;

}  // namespace caravel::imaging
