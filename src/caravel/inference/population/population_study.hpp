// A population plan bound to its study: individuals, their values for the study's keys, and the
// columns of the table of results.
#pragma once

#include "caravel/inference/population/population_keys.hpp"
#include "caravel/inference/population/population_plan.hpp"
#include "caravel/inference/population/population_sample.hpp"
#include "caravel/inference/population/subgroups.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace caravel::inference::population {

/// Values of varied keys -> outputs: a StudyFamily, or a formula in a test.
struct ValueModel {
    std::vector<std::string> names;  // of the outputs
    std::vector<std::string> units;
    std::string identity;
    std::function<std::vector<double>(std::span<const double>)> evaluate;
    std::function<std::string(std::span<const double>)> command;
    std::shared_ptr<const StudyFamily> family;  // computes whole blocks; a formula has none
};

ValueModel value_model(const std::shared_ptr<const StudyFamily>& family);

/// Makes the model for a study, its assignments, keys and outputs.
using ModelFactory = std::function<ValueModel(const StudyFamily::Plan&)>;
ModelFactory study_models(const study::DataPaths& data);

/// A number over time: which outputs of the model belong to it.
struct Band {
    std::string name;
    std::vector<double> times;  // s
    std::size_t first = 0;      // output of times[0]; the others follow
};

/// What stands in a study: its name and everything that can be asked for over time.
struct StudyFacts {
    std::string name;
    std::string species;
    std::vector<Column> observables;
    double until = 0.0;  // s
};
StudyFacts study_facts(const std::filesystem::path& study,
                       const std::vector<std::string>& assignments, const study::DataPaths& data);

/// Times at which bands are drawn: dense at the start, then even.
std::vector<double> band_times(double until);

class PopulationStudy {
  public:
    /// Throws InputError with what is wrong: unknown population, key, output or covariate.
    PopulationStudy(PopulationInput plan, const study::DataPaths& data, const ModelFactory& models);

    const PopulationInput& plan() const { return plan_; }
    const StudyFacts& facts() const { return facts_; }
    const PopulationSample& sample() const { return *sample_; }
    const ValueModel& model() const { return model_; }
    const std::vector<Band>& bands() const { return bands_; }
    /// Outputs that are single numbers; bands come after them in the model.
    std::size_t numbers() const { return numbers_; }
    /// Covariates, then own keys, then all outputs of the model.
    const std::vector<Column>& columns() const { return columns_; }
    std::size_t first_output() const { return columns_.size() - model_.names.size(); }
    /// Facts of the tables behind the population.
    const std::vector<matter::Fact>& sources() const { return sources_; }

    /// Values for the keys of the model.
    std::vector<double> values(const Individual& individual) const;
    /// Covariates and own values.
    std::vector<double> traits(const Individual& individual) const;
    /// "body_weight 21.3 g, ...": to find an individual again.
    std::string describe(const Individual& individual) const;
    /// Everything the results depend on.
    std::string identity() const;

  private:
    std::vector<RequestedOutput> request(const ModelFactory& models);
    void add_condition_outputs(std::vector<RequestedOutput>& numbers);
    bool is_trait(const std::string& name) const;
    StudyFamily::Plan family_plan(std::vector<RequestedOutput> outputs) const;

    PopulationInput plan_;
    StudyFacts facts_;
    std::unique_ptr<PopulationSample> sample_;
    std::unique_ptr<StudyKeys> keys_;
    std::vector<std::size_t> replaced_;  // by own key k: place in keys, or one past them
    ValueModel model_;
    std::vector<Band> bands_;
    std::size_t numbers_ = 0;
    std::vector<Column> columns_;
    std::vector<matter::Fact> sources_;
};

}  // namespace caravel::inference::population
