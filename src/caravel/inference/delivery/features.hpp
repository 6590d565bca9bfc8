// What an article tells about particle and animal as a row of numbers, for regressions.
#pragma once

#include "caravel/inference/delivery/delivery_case.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace caravel::inference::delivery {

/// Numbers (logarithms of sizes, masses and dose; zeta potential), a column for every word that
/// occurs (material, shape, implantation, site, cancer, ...) and a flag where a number is missing.
///
/// Words, medians for missing numbers, means and spreads come from the training cases alone.
/// Columns that are constant there are left out. Points of a case are never looked at.
class FeatureMap {
  public:
    explicit FeatureMap(std::span<const DeliveryCase* const> training);

    std::size_t size() const { return columns_.size(); }
    std::vector<std::string> names() const;

    /// A value for every column with mean 0 and standard deviation 1 over the training cases, kept
    /// within -4 ... 4. A word that training did not have gives none of its columns.
    std::vector<double> encode(const DeliveryCase& c) const;

  private:
    enum class Kind { number, missing, word };
    struct Column {
        Kind kind = Kind::number;
        std::size_t source = 0;
        std::string word;
        double mean = 0.0;
        double spread = 1.0;
    };

    double raw(const Column& column, const DeliveryCase& c) const;

    std::vector<double> medians_;
    std::vector<Column> columns_;
};

}  // namespace caravel::inference::delivery
