// Discrepancies of the property laws on disk.
#pragma once

#include "caravel/inference/delivery/mechanism_discrepancy.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace caravel::inference::delivery {

/// A table of class, kind, name, value; slopes also with their covariances with themselves and the
/// slopes before them.
std::string write_discrepancies(std::span<const Discrepancy> all);

/// One for every class of noise. Throws IoError when the file is missing and InputError where a
/// number is missing or no number, a class, kind, name or term is unknown or told twice, a row has
/// more covariances than terms before it, a variance is not above 0, a loading not within -1 and 1,
/// a factor not within least_factor and most_factor or a covariance too great for its variances.
std::vector<Discrepancy> read_discrepancies(const std::filesystem::path& path);

}  // namespace caravel::inference::delivery
