// Finds how a species handles a carrier or a drug: the study's own values, else the shipped ones.
#pragma once

#include "caravel/body/drug.hpp"
#include "caravel/formulation/formulation.hpp"
#include "caravel/study/study_input.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace caravel::study {

/// Diameters (m) between which the property laws hold: those of the particles they were fitted to.
inline constexpr double smallest_by_laws = 1e-9;
inline constexpr double largest_by_laws = 2e-6;
/// Particles per kg of body for the laws where no dose is known, as in their fit.
inline constexpr double usual_particles_per_kg = 5e13;

/// The formulation's own disposition for the species. Else, for a particle within the laws' range,
/// capture by liver, spleen, kidney and lung, renal sieving and loss by the property laws
/// (`folder`/../delivery/laws.csv) at the species' reference weight, with the walls of organs and
/// the shares of the other organs of the generic disposition: the laws' exchange with tissue is a
/// content without a volume, which a wall cannot hold. Else the generic one of
/// `folder`/generic.toml (assumed values). `source` says which.
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
