// Finds how a species handles a carrier or a drug: the study's own values, else the shipped ones.
#pragma once

#include "caravel/body/drug.hpp"
#include "caravel/formulation/formulation.hpp"
#include "caravel/study/study_input.hpp"

#include <filesystem>

namespace caravel::study {

/// The formulation's own disposition for the species, else the generic one of that species from
/// `folder`/generic.toml (assumed values).
formulation::Disposition find_disposition(const formulation::Formulation& formulation,
                                          const std::string& species,
                                          const std::filesystem::path& folder);

/// The study's own [[drug]] for agent and species, else `folder`/AGENT.toml, else generic values.
body::DrugDisposition find_drug(const StudyInput& study, const std::string& agent,
                                const std::string& species, const std::filesystem::path& folder);

/// Whether no values were found, so that generic ones are in use (their clearance is still open: it
/// follows from the individual's liver flow).
bool is_generic(const body::DrugDisposition& disposition);

}  // namespace caravel::study
