// How far the transport of one carrier may lie from what a study says.
#pragma once

#include "caravel/formulation/formulation.hpp"
#include "caravel/inference/delivery/law_parameters_file.hpp"

#include <array>
#include <string>

namespace caravel::inference::delivery {

/// What of a carrier is multiplied by log-normal numbers of its own.
namespace multiplier {
enum : std::size_t {
    phagocytosis,  // uptake of all organs
    spleen,        // beside phagocytosis
    kidney,
    lung,
    exchange,     // walls of the organs but tumours
    tumour,       // wall and capture of tumours
    retention,    // exit from tumours
    persistence,  // loss of captured carriers
    elimination,  // renal sieving and biliary clearance
    count
};
}  // namespace multiplier

/// Standard deviations of natural logarithms and what they are taken from, for the report.
struct CarrierSpread {
    std::array<double, multiplier::count> sd{};
    std::string source;
};

/// The spread of a formulation in a species. Without a calibrated disposition: the property laws'
/// variance between studies and cases and that of their parameters at this particle
/// (hydrodynamic diameter in m), or without laws 1.1 (0.48 log10 between articles). With one: 0.2
/// (assumed: the calibrations in docs/models miss by up to 25 %), for the tumour, which is another
/// one than that of the calibration, 0.67 (0.29 log10 among particles of one article).
CarrierSpread carrier_spread(const formulation::Formulation& formulation, double diameter,
                             const formulation::Disposition& disposition, const FittedLaws* laws);

}  // namespace caravel::inference::delivery
