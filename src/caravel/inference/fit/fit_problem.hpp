// A fit as solvers see it: parameters, measured values and a function that predicts them. Studies
// with [[data]] and PEtab problems are both turned into this.
#pragma once

#include "caravel/base/error.hpp"
#include "caravel/inference/matrix.hpp"
#include "caravel/inference/noise.hpp"
#include "caravel/inference/parameter_space.hpp"

#include <functional>
#include <string>
#include <vector>

namespace caravel::inference::fit {

/// One measured value and where it belongs.
struct Datum {
    std::string observable;  // "tumour.concentration[vincristine]", "Cer_obs"
    std::string unit;        // UCUM, of value and prediction; empty where the source knows none
    std::string condition;   // experiment, scenario or study
    std::string group;       // data set or individual, for plots and bootstrap
    double time = 0.0;       // s, or the model's own unit of time where it knows none
    Observation observation;
    NoiseKind noise = NoiseKind::normal;
    double freedom = 4.0;  // of Student's law
    Location where{};      // of the table, for messages
};

/// Predictions of all data in order. Derivatives are with respect to all parameters of the problem
/// in their own unit (data x parameters), empty unless asked for; columns of parameters that are
/// not estimated may stay 0.
struct Prediction {
    std::vector<double> value;
    std::vector<double>
        sigma;  // of the noise, in the unit of the value or of its natural logarithm
    Matrix value_by_parameter;
    Matrix sigma_by_parameter;
    /// Absolute tolerance of what integrated each value, in its unit: nearer to 0 than this it is
    /// rounding. Empty where it is not known, as if 0.
    std::vector<double> resolution{};
};

/// A smooth line of the model for plots.
struct Curve {
    std::string observable;
    std::string condition;
    std::string unit;
    std::vector<double> time;  // as Datum::time
    std::vector<double> value;
};

struct FitProblem {
    std::string name;
    std::string time_unit = "s";  // of Datum::time: UCUM, for axes
    std::vector<Parameter> parameters;
    std::vector<std::string> parameter_units;  // UCUM, one per parameter, may be empty
    std::vector<Datum> data;
    /// Predicts all data for all parameters (natural values, order of `parameters`). A pure
    /// function called by several threads at once; throws NumericalError where the model fails.
    std::function<void(std::span<const double> values, bool derivatives, Prediction& prediction)>
        predict;
    /// Lines for plots at these parameters; may be empty.
    std::function<std::vector<Curve>(std::span<const double> values)> curves;
    /// sha256 or text that identifies model, data and settings: a stored fit of another is refused.
    std::string identity;
    /// sigma depends on no parameter that is estimated: the problem is one of least squares.
    bool fixed_noise = true;
    /// The derivatives of `predict` are no difference quotients: good enough for BFGS.
    bool exact_derivatives = false;
};

}  // namespace caravel::inference::fit
