// What predicts the data of a fit of studies.
#pragma once

#include "caravel/inference/fit/fit_problem.hpp"
#include "caravel/inference/population/study_family.hpp"

#include <memory>

namespace caravel::inference::fit {

/// One study of a fit.
struct Experiment {
    std::string name;
    std::unique_ptr<population::StudyFamily> family;  // outputs at the measured times
    std::unique_ptr<population::StudyFamily> curves;  // the same observables on a grid
    std::vector<population::VariedKey> keys;
    std::vector<std::size_t> parameter;  // that each key takes its value from
    std::vector<std::size_t> data;       // places among all data
    std::vector<std::size_t> output;     // of each of them
    std::vector<std::string> observables;
    std::vector<double> times;  // s, of curves
};

/// Sigma of a datum: a parameter, or fixed.
struct SigmaSource {
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::size_t parameter = none;
    double fixed = 0.0;
    bool is_estimated() const { return parameter != none; }
};

struct StudyModel {
    std::vector<Experiment> experiments;
    std::vector<Parameter> parameters;
    std::vector<SigmaSource> sigmas;  // of each datum
};

/// As FitProblem::predict: derivatives by quotients over values_around, all in one block for each
/// experiment. Throws NumericalError naming the command that repeats what failed.
void predict(const StudyModel& model, std::span<const double> values, bool derivatives,
             Prediction& prediction);

/// As FitProblem::curves.
std::vector<Curve> curves(const StudyModel& model, std::span<const double> values);

}  // namespace caravel::inference::fit
