// One condition of a PEtab problem: the model's values over time and how they follow the
// parameters.
#pragma once

#include "caravel/inference/fit/petab_tables.hpp"
#include "caravel/kinetics/sbml_simulation.hpp"
#include "caravel/kinetics/sensitivity.hpp"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace caravel::inference::fit {

/// Rows of SbmlModel::base_names() at the times of an experiment and, when asked for, their
/// derivatives by the parameters of the problem: derivative(time, input, parameter).
struct PetabTrajectory {
    std::size_t width = 0;
    std::size_t parameters = 0;
    std::vector<double> values;
    std::vector<double> derivatives;

    std::span<const double> row(std::size_t time) const {
        return std::span(values).subspan(time * width, width);
    }
    /// d inputs / d parameters at a time, parameters of one input side by side.
    std::span<const double> derivative(std::size_t time) const {
        return std::span(derivatives).subspan(time * width * parameters, width * parameters);
    }
};

/// Immutable after construction; `run` may be called by several threads. The model outlives it.
class PetabExperiment {
  public:
    /// What `condition` and the problem's parameters set in the model; `times` ascend. Throws
    /// InputError for names that the model does not have ("did you mean") or that follow from a
    /// rule.
    PetabExperiment(const kinetics::SbmlModel& model, const PetabCondition& condition,
                    const std::vector<Parameter>& parameters, std::vector<double> times);
    ~PetabExperiment();
    PetabExperiment(PetabExperiment&&) noexcept;

    std::span<const double> times() const { return times_; }
    const std::string& id() const { return id_; }

    /// Values at the times for all parameters of the problem. Derivatives are forward
    /// sensitivities; for models with switches in time and where an event fires, quotients over
    /// values_around by the parameters that are estimated. Throws NumericalError where the
    /// integration fails.
    PetabTrajectory run(std::span<const double> parameters, bool derivatives) const;
    /// Values at other times, e.g. for plots.
    PetabTrajectory run_at(std::span<const double> parameters, std::span<const double> times) const;

  private:
    /// A name of the model that is set: to a number, or to a parameter of the problem.
    struct Setting {
        double number = 0.0;
        int parameter = -1;
    };
    /// A start value (of base_names) that depends on parameters: derivatives by each of `by`.
    struct StartSlope {
        std::size_t input = 0;
        std::vector<std::size_t> by;
        kinetics::Tape tape;  // of the parameters; one result for each of `by`
    };

    /// Solvers that no thread uses at the moment.
    struct Solvers;

    void set(const kinetics::SbmlModel& model, const std::string& name, Setting setting,
             const Location& where);
    void find_slopes();
    kinetics::Expression start_of(const kinetics::SbmlEntity& entity) const;
    kinetics::SbmlValues given(std::span<const double> parameters) const;
    kinetics::SbmlRun simulate(std::span<const double> parameters,
                               std::span<const double> times) const;
    std::vector<kinetics::SensitivityParameter> sensitivity_parameters() const;
    void run_sensitivities(std::span<const double> parameters, PetabTrajectory& result) const;
    /// `result` holds the values.
    void run_differences(std::span<const double> parameters, PetabTrajectory& result) const;

    const kinetics::SbmlModel& model_;
    std::string id_;
    std::vector<Parameter> space_;
    std::vector<std::string> parameters_;  // their names
    std::vector<double> times_;
    std::map<std::string, Setting, std::less<>> settings_;
    std::vector<StartSlope> slopes_;   // of states, then of coefficients
    std::vector<std::size_t> moving_;  // parameters that reach the model, ascending
    std::unique_ptr<Solvers> solvers_;
};

}  // namespace caravel::inference::fit
