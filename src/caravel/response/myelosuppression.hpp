// Loss of circulating blood cells by drug action on the marrow (Friberg 2002).
#pragma once

#include "caravel/body/drug.hpp"
#include "caravel/input/visitor.hpp"
#include "caravel/kinetics/model.hpp"
#include "caravel/matter/table.hpp"

#include <optional>
#include <string>

namespace caravel::response {

/// Proliferating cells, three transit stages, circulating cells:
///   P' = k P (1 - slope C)(c0/c)^gamma - k P,  T1' = k(P - T1) ..., c' = k (T3 - c), k = 4/MTT,
/// C the total plasma concentration of the drug (mol/m3), counts in 1/m3.
struct Myelosuppression {
    std::string agent;
    std::string cells = "leukocytes";         // a label: the numbers decide which cells they are
    std::optional<double> baseline;           // 1/m3
    std::optional<double> mean_transit_time;  // s
    std::optional<double> slope;              // m3/mol
    std::optional<double> feedback;           // gamma
};

void describe(input::Visitor& v, Myelosuppression& model);

/// Numbers in use after the agents table filled what was left open (context human).
struct MyelosuppressionParameters {
    double baseline = 0.0;           // 1/m3
    double mean_transit_time = 0.0;  // s
    double slope = 0.0;              // m3/mol
    double feedback = 0.0;           // gamma
};
/// Throws InputError when the agent has no such facts and the user gave none.
MyelosuppressionParameters resolve(const Myelosuppression& input, matter::Library& library);

/// Adds the five stages driven by `concentration` (mol/m3); returns the circulating cells.
kinetics::SpeciesId add_myelosuppression(kinetics::KineticModel& model, const std::string& name,
                                         const MyelosuppressionParameters& parameters,
                                         kinetics::SumId concentration);

}  // namespace caravel::response
