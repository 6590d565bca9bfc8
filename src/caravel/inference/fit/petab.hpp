// PEtab problems (version 1) as fits.
#pragma once

#include "caravel/inference/fit/fit_problem.hpp"

#include <filesystem>

namespace caravel::inference::fit {

/// The fit that a PEtab .yaml file describes: its SBML model through Caravel's integrator, its
/// observables, noise, bounds and objective priors. Noise on a logarithmic scale becomes log-normal
/// (log10: the standard deviation times ln 10), so that the objective is PEtab's. Throws what
/// read_petab_tables and kinetics::SbmlModel throw, and InputError for formulas with unknown names
/// or placeholders without a value; NotAvailable when the build has no libsbml.
FitProblem read_petab(const std::filesystem::path& path);

}  // namespace caravel::inference::fit
