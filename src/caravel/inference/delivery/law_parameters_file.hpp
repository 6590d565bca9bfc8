// The fitted property laws on disk: values, covariance, variance components, discrepancies from
// what articles measure and where all of it comes from.
#pragma once

#include "caravel/inference/delivery/mechanism.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace caravel::inference::delivery {

/// What a fit was made from; no clock enters, so that a refit gives the same bytes.
struct LawProvenance {
    std::vector<std::string> data;  // "nano_tumor_db.csv sha256:... (CC0)"
    std::size_t cases = 0;
    std::size_t articles = 0;
    std::size_t points = 0;
    std::string species;  // of all training animals
    std::string version;  // of the laws' code
};

struct FittedLaws {
    HierarchicalFit fit;
    std::vector<Discrepancy> discrepancies;  // by class of noise
    LawProvenance provenance;
};

/// The laws fitted to all cases. Throws InputError when an animal is not a mouse or a rat: no human
/// number enters a fit.
FittedLaws refit(std::span<const DeliveryCase> cases, std::vector<std::string> data,
                 const MechanismOptions& options = {});

/// laws.csv, laws_covariance.csv and laws_discrepancy.csv as texts.
std::string write_laws(const FittedLaws& laws);
std::string write_law_covariance(const FittedLaws& laws);
std::string write_law_discrepancies(const FittedLaws& laws);

/// Replaces the three files in the folder.
void save_laws(const FittedLaws& laws, const std::filesystem::path& folder);

/// Reads the three files. Throws IoError when one is missing and InputError when a parameter of the
/// laws is missing, unknown or not finite, or the covariance is none.
FittedLaws load_laws(const std::filesystem::path& folder);

}  // namespace caravel::inference::delivery
