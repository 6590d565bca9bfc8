// Terms of the discrepancy between the property laws and what articles measure.
#pragma once

#include "caravel/inference/delivery/mechanism_model.hpp"

#include <string>
#include <vector>

namespace caravel::inference::delivery {

/// The terms at one class of place. In tumours: constant, forecast of the laws, time, tumour mass,
/// targeting, material and material x time, cancer, implantation and site. Elsewhere: constant,
/// forecast, time, untold dose (mostly radioactive ones) and chelator of metal labels with and
/// without time, log dose, tumour-bearing animal.
class DiscrepancyTerms {
  public:
    DiscrepancyTerms() = default;
    /// Words are those of the cases with points in the class; values of points are never looked at.
    /// Throws InputError for a word with a line break or '*', which parts a factor from its course
    /// of time.
    DiscrepancyTerms(std::size_t klass, std::span<const DeliveryCase> training);
    /// Terms by names, as names() gave them; throws InputError for an unknown one and one given
    /// twice.
    explicit DiscrepancyTerms(std::vector<std::string> names);

    const std::vector<std::string>& names() const { return names_; }

    /// All terms but this one.
    DiscrepancyTerms without(const std::string& name) const;

    /// Family of every term for MixedFit.
    std::vector<int> families() const;

    /// Values for a forecast `raw` of the laws (log10 fraction) at a time (log10 h). A word that
    /// training did not have gives none.
    std::vector<double> row(const DeliveryCase& c, double raw, double decades) const;

  private:
    std::vector<std::string> names_;
};

}  // namespace caravel::inference::delivery
