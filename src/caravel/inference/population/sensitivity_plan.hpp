// The plan of a sensitivity analysis, and its points as values of the study's keys.
#pragma once

#include "caravel/inference/morris.hpp"
#include "caravel/inference/population/population_study.hpp"
#include "caravel/inference/sobol_indices.hpp"

#include <memory>
#include <string>
#include <vector>

namespace caravel::inference::population {

/// A key that varies between two ends; numbers are texts with units.
struct RangeInput {
    std::string key;
    std::string low;
    std::string high;
    std::string scale = "linear";  // or "log"
    Location where;
};

struct SensitivityInput {
    std::string study;
    std::vector<std::string> assignments;
    std::string method = "auto";  // "morris", "sobol"; auto: sobol up to 8 parameters
    std::int64_t count = 0;       // trajectories or base points; 0: 20 or 256
    std::int64_t seed = 1;
    std::string population;  // whose quantities vary when no key is named
    std::vector<std::string> outputs;
    std::vector<RangeInput> varied;
};

void describe(input::Visitor& v, RangeInput& range);
void describe(input::Visitor& v, SensitivityInput& plan);

/// Reads a plan, or gives the default one for a study. Throws InputError.
SensitivityInput read_sensitivity_plan(const std::filesystem::path& path);
/// One --vary: key=low..high. Throws InputError for a reversed range or no range.
RangeInput parse_vary(const std::string& text);
std::string echo_plan(const SensitivityInput& plan);

/// A parameter of the analysis.
struct Factor {
    std::string name;
    std::string unit;
    double low = 0.0;
    double high = 0.0;
    bool logarithmic = false;
};

/// Points of the unit cube of a method, in a fixed order; point i is a pure function of i.
class SensitivityDesign {
  public:
    /// `method` is "morris", "sobol" or "auto"; count 0 takes the method's default. Throws
    /// InputError for other words, no parameter, or more than 64 with Sobol.
    SensitivityDesign(const std::string& method, std::size_t factors, std::int64_t count,
                      std::uint64_t seed);

    bool is_morris() const { return design_ == nullptr; }
    std::uint64_t points() const;
    std::vector<double> point(std::uint64_t i) const;
    const MorrisPlan& morris() const { return morris_; }
    const SobolIndexPlan& sobol() const { return sobol_; }

  private:
    MorrisPlan morris_;
    SobolIndexPlan sobol_;
    std::unique_ptr<SobolIndexDesign> design_;
};

/// A plan bound to its study: named keys between their ends, or, when none is named, the quantities
/// of a virtual population between their 5 and 95 % values (organs, flows and carrier uptake
/// follow as in a population).
class SensitivityStudy {
  public:
    SensitivityStudy(SensitivityInput plan, const study::DataPaths& data,
                     const ModelFactory& models);

    const SensitivityInput& plan() const { return plan_; }
    const std::string& study_name() const { return name_; }
    const std::vector<Factor>& factors() const { return factors_; }
    const SensitivityDesign& design() const { return *design_; }
    const ValueModel& model() const { return model_; }
    const std::vector<Column>& outputs() const { return outputs_; }

    /// Values for the model's keys at point i, and the parameters as text.
    std::vector<double> values(std::uint64_t i) const;
    std::string describe(std::uint64_t i) const;
    std::string identity() const;

  private:
    void bind_ranges(const study::DataPaths& data, const ModelFactory& models);
    void bind_population(const study::DataPaths& data, const ModelFactory& models);
    std::vector<double> values_at(std::span<const double> u) const;

    SensitivityInput plan_;
    std::string name_;
    std::vector<Factor> factors_;
    std::unique_ptr<PopulationStudy> population_;
    std::unique_ptr<SensitivityDesign> design_;
    ValueModel model_;
    std::vector<Column> outputs_;
};

}  // namespace caravel::inference::population
