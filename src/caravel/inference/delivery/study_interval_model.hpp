// What varies about one study when its numbers get intervals, as keys of the study file and a space
// of independent normal numbers.
#pragma once

#include "caravel/inference/delivery/study_interval_spread.hpp"
#include "caravel/inference/population/population_keys.hpp"

#include <optional>
#include <string>
#include <vector>

namespace caravel::inference::delivery {

/// The study with its biological variability and its carriers' uncertainty. Every median is what
/// the study says: individuals enter as ratios to the typical one of their sex.
class IntervalModel {
  public:
    /// Throws InputError where the study cannot be read.
    IntervalModel(const std::filesystem::path& study, const std::vector<std::string>& assignments,
                  const study::DataPaths& data, const FittedLaws* laws);

    const std::vector<std::string>& assignments() const { return assignments_; }
    const std::vector<population::VariedKey>& keys() const { return keys_; }
    /// Standard normal numbers of one draw.
    std::size_t dimensions() const;
    /// Numbers for keys() from a row of dimensions() numbers; `base` is what the study says for
    /// each key. Throws NumericalError when the individual's organs do not fit its body.
    std::vector<double> values(std::span<const double> latent, std::span<const double> base) const;
    /// Sentences on what varies, by how much and why.
    const std::vector<std::string>& sentences() const { return sentences_; }

  private:
    /// The multipliers of a key: which of all carriers', the power of the first, and that of an
    /// organ beside phagocytosis; none: -1.
    struct Link {
        int multiplier = -1;
        double power = 1.0;
        int beside = -1;
    };
    /// Blood flows of the study as it stands, L/h.
    struct Flows {
        double output = 0.0;
        double rest = 0.0;
        double tumours = 0.0;
    };
    /// Raises the cardiac output of an individual whose organs and tumours would leave the rest
    /// less than half of its share in the study.
    void balance(std::vector<double>& values, std::span<const double> base) const;
    void add(const std::string& key, const std::string& unit, std::size_t carrier,
             std::size_t which, double power);
    void set_bodies(const study::Prepared& prepared, matter::Library& library);
    void add_carriers(const study::Prepared& prepared, const FittedLaws* laws);
    void add_carrier(const study::Prepared& prepared, std::size_t carrier,
                     const std::string& prefix);
    Link link_of(const std::string& key, const study::Prepared& prepared) const;

    population::VirtualPopulation population_;
    std::optional<population::StudyKeys> subjects_;
    Matrix correlation_;                          // lower factor, of the population's quantities
    std::array<std::vector<double>, 2> typical_;  // of men and women: keys of subjects_
    std::vector<std::string> assignments_;
    std::vector<population::VariedKey> keys_;  // of subjects_, then own
    std::vector<Link> links_;
    std::vector<double> sd_;  // of each multiplier
    Flows flows_;
    std::vector<std::string> sentences_;
};

}  // namespace caravel::inference::delivery
