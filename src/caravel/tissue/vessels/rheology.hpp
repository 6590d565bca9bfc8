// Blood in narrow tubes: apparent viscosity, Fahraeus effect, red cells at branchings.
#pragma once

namespace caravel::tissue {

/// Which apparent viscosity blood has. `constant`: that of plasma whatever is in it.
enum class BloodViscosity { constant, in_vitro, in_vivo };

/// Apparent viscosity relative to plasma in a tube of the given diameter (m) at a discharge
/// haematocrit of 0 to 0.95. `in_vitro`: glass tubes (A. R. Pries, D. Neuhaus, P. Gaehtgens, Am J
/// Physiol 263 (1992) H1770); `in_vivo`: rat mesentery with endothelial surface layer (A. R. Pries,
/// T. W. Secomb, T. Gessner, M. B. Sperandio, J. F. Gross, P. Gaehtgens, Circ Res 75 (1994) 904).
/// Measured for diameters of about 3 um to 1 mm; throws InputError below 2.7 um, the narrowest tube
/// a human red cell passes, and above 0.95.
double relative_viscosity(BloodViscosity law, double diameter, double haematocrit);

/// Tube haematocrit (volume of cells in the vessel) for a discharge haematocrit (of the blood that
/// flows out of it), diameter in m: at most the discharge haematocrit.
/// Source: A. R. Pries, T. W. Secomb, P. Gaehtgens, J. F. Gross, Circ Res 67 (1990) 826.
double tube_haematocrit(double diameter, double discharge_haematocrit);

/// A feeding vessel that branches in two; diameters in m.
struct Branching {
    double diameter = 0.0;     // of the daughter asked for
    double other = 0.0;        // of the other daughter
    double feeding = 0.0;      // of the mother
    double haematocrit = 0.0;  // discharge haematocrit of the mother
};

/// Share of the mother's red cells that a daughter gets with `flow_share` (0 to 1) of her blood.
/// The two daughters' shares add to 1. Source: A. R. Pries, K. Ley, M. Claassen, P. Gaehtgens,
/// Microvasc Res 38 (1989) 81, with the coefficients of A. R. Pries, T. W. Secomb, Am J Physiol
/// Heart Circ Physiol 289 (2005) H2657 (rat mesentery).
double cell_share(double flow_share, const Branching& branching);

}  // namespace caravel::tissue
