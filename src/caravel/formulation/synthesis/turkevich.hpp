// Gold from citrate: nucleation by dicarboxyacetone against its loss decides the size.
#pragma once

#include "caravel/formulation/synthesis/burst.hpp"

#include <vector>

namespace caravel::formulation::synthesis {

/// Rate constants; Au(III), Au(I), citrate and dicarboxyacetone (DCA) in mol/m3.
struct TurkevichParameters {
    Arrhenius oxidation;        // m3/mol/s, Au(III) + citrate -> Au(I) + DCA
    Arrhenius loss;             // 1/s, DCA -> acetone
    Arrhenius consumption;      // m3/mol/s, n Au(III) + acetone -> n Au(I)
    double equivalents = 4.0;   // n
    double organisers = 1.0;    // m, DCA that organise one nucleus
    Arrhenius nucleation;       // 1/m3/s at 1 mol/m3 of both: J = k [Au(I)]^2 [DCA]^m
    Arrhenius growth;           // m/s per mol/m3: dd/dt = k [Au(I)]
    double nucleus = 2e-9;      // m
    double molar_volume = 0.0;  // m3/mol of gold
};

/// The course of one reaction.
struct TurkevichResult {
    std::vector<double> times;          // s
    std::vector<double> gold_three;     // mol/m3
    std::vector<double> gold_one;       // mol/m3, the monomer
    std::vector<double> number;         // 1/m3
    std::vector<double> mean_diameter;  // m
    std::vector<double> spread;         // 1
    std::vector<double> solid;          // mol/m3
    double damkohler = 0.0;             // 1, loss of DCA over its formation at the start
    double balance_residual = 0.0;      // largest |Au(III) + Au(I) + solid - given| over given
};

/// Runs the reaction by moments of the diameter (closed, because growth does not depend on size)
/// with an adaptive Runge-Kutta method. Concentrations in mol/m3, temperature in K, duration in s.
/// Throws NumericalError when the step size collapses or 200,000 steps are not enough.
/// Mechanism: S. Kumar, K. S. Gandhi, R. Kumar, Ind. Eng. Chem. Res. 46 (2007) 3128, simplified.
TurkevichResult run_turkevich(const TurkevichParameters& parameters, double gold, double citrate,
                              double temperature, double duration);

}  // namespace caravel::formulation::synthesis
