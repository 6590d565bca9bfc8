// Finds how a species handles a carrier or a drug: the study's own values, else the shipped ones.
#pragma once

#include "caravel/body/drug.hpp"
#include "caravel/formulation/formulation.hpp"
#include "caravel/study/study_input.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace caravel::study {

/// The formulation's own disposition for the species, else the generic one of that species from
/// `folder`/generic.toml (assumed values).
formulation::Disposition find_disposition(const formulation::Formulation& formulation,
                                          const std::string& species,
                                          const std::filesystem::path& folder);

/// The study's own [[drug]] for agent and species, else the one in `folder`/AGENT.toml, else none.
std::optional<body::DrugDisposition> find_drug(const StudyInput& study, const std::string& agent,
                                               const std::string& species,
                                               const std::filesystem::path& folder);

/// What is taken of a drug of which nothing is known: partition 1, a third of the plasma that
/// reaches the liver cleared (assumed).
body::DrugDisposition generic_drug(const std::string& agent, const body::Physiology& body);

}  // namespace caravel::study
