// Relaxation and water of tissues at the field of a scanner.
#pragma once

#include "caravel/base/error.hpp"
#include "caravel/matter/table.hpp"

#include <string>

namespace caravel::imaging {

/// One tissue at one field. A tissue without water (`proton_density` 0) has rates of 0.
struct MriTissue {
    double proton_density = 0.0;  // 1, of pure water
    double r1 = 0.0;              // 1/s
    double r2 = 0.0;              // 1/s
    double r2_star = 0.0;         // 1/s, at least r2
    double diffusion = 0.0;       // m2/s
};

/// Row of data/tissue_mri.csv. Between two fields of the table the logarithms of T1, T2, T2* go
/// straight with the logarithm of the field; beyond them the nearest one holds; times without a
/// context hold at any field and go before those of single fields. Throws InputError ("did you
/// mean") for an unknown tissue.
MriTissue mri_tissue(matter::Library& library, const std::string& name, double field,
                     const Location& where = {});

}  // namespace caravel::imaging
