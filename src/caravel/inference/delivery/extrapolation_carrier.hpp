// A carrier measured in one species, carried to another.
#pragma once

#include "caravel/formulation/formulation.hpp"

#include <string>
#include <vector>

namespace caravel::inference::delivery {

/// A disposition in another species and every number that went into it.
struct CarriedDisposition {
    formulation::Disposition disposition;
    std::vector<std::string> rows;  // "mouse: liver uptake_clearance 0.011 mL/h/g (source)"
};

/// Clearances and walls per organ mass times (to/from)^-1/4 of the body weights (kg) at equal
/// density of phagocytes, half-lives times (to/from)^1/4, renal sieving, capacity and the tumour's
/// numbers unchanged; organ masses, flows and plasma are those of the new species' body. The
/// result counts as not calibrated. Throws InputError for weights that are not above 0 and for a
/// disposition of the species it is carried to.
CarriedDisposition carry_disposition(const formulation::Disposition& measured, double from,
                                     const std::string& species, double to);

}  // namespace caravel::inference::delivery
