#include "caravel/kinetics/sensitivity_predictions.hpp"

#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace caravel::kinetics {

namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& expected) {
    throw InputError(Diagnostic{{}, what, expected, ""});
}

void expect_valid(const SensitivitySolver& solver, const SensitivityCourse& course,
                  std::span<const Prediction> predictions) {
    for (std::size_t i = 0; i < predictions.size(); ++i) {
        const Prediction& prediction = predictions[i];
        if (prediction.time >= course.times.size()) {
            refuse(fmt::format("prediction {} is at time {}", i, prediction.time),
                   fmt::format("one of the {} times of the course", course.times.size()));
        }
        if (!(prediction.volume > 0.0)) {
            refuse(fmt::format("prediction {} has volume {}", i, prediction.volume),
                   "a volume greater than 0");
        }
        for (const Term& term : prediction.terms) {
            if (term.species.index < 0 ||
                static_cast<std::size_t>(term.species.index) >= solver.species_count()) {
                refuse(fmt::format("prediction {} has species {}", i, term.species.index),
                       fmt::format("an index below {}", solver.species_count()));
            }
        }
        for (const Prediction::VolumeWeight& weight : prediction.volume_weights) {
            if (weight.parameter >= solver.parameter_count()) {
                refuse(fmt::format("prediction {} has parameter {}", i, weight.parameter),
                       fmt::format("an index below {}", solver.parameter_count()));
            }
        }
    }
    double last = course.start;
    for (const SensitivityCourse::TimedJump& jump : course.jumps) {
        if (!(jump.time >= last)) {
            refuse(fmt::format("a jump at {} s follows {} s", jump.time, last),
                   "jumps in the order of time, from the start of the course");
        }
        last = jump.time;
    }
}

class Course {
  public:
    Course(SensitivitySolver& solver, const SensitivityCourse& course,
           std::span<const Prediction> predictions)
        : solver_(solver),
          course_(course),
          predictions_(predictions),
          y_(course.initial),
          sensitivities_(solver.species_count() * solver.parameter_count()),
          t_(course.start) {
        result_.values.resize(predictions.size());
        result_.derivatives.resize(predictions.size() * solver.parameter_count());
        solver.start(sensitivities_);
    }

    PredictionJacobian run() {
        for (const SensitivityCourse::TimedJump& jump : course_.jumps) {
            advance(jump.time);
            solver_.jump(jump.jump, t_, y_, sensitivities_, course_.forcing);
            step_ = 0.0;
        }
        if (!course_.times.empty() && course_.times.back() > t_) {
            advance(course_.times.back());
        }
        return result_;
    }

  private:
    void advance(double end) {
        const auto begin = course_.times.begin() + static_cast<std::ptrdiff_t>(delivered_);
        const auto stop = std::upper_bound(begin, course_.times.end(), end);
        const std::size_t first = delivered_;
        solver_.advance(
            y_, sensitivities_, t_, end, step_, course_.forcing,
            std::span<const double>(begin, stop),
            [&](std::size_t index, double, std::span<const double> y,
                std::span<const double> sensitivities) { take(first + index, y, sensitivities); });
        delivered_ = static_cast<std::size_t>(stop - course_.times.begin());
        t_ = end;
    }

    void take(std::size_t time, std::span<const double> y, std::span<const double> sensitivities) {
        const std::size_t parameters = solver_.parameter_count();
        for (std::size_t i = 0; i < predictions_.size(); ++i) {
            const Prediction& prediction = predictions_[i];
            if (prediction.time != time) {
                continue;
            }
            double* const row = result_.derivatives.data() + i * parameters;
            double sum = prediction.constant;
            for (const Term& term : prediction.terms) {
                const auto species = static_cast<std::size_t>(term.species.index);
                sum += term.weight * y[species];
                for (std::size_t p = 0; p < parameters; ++p) {
                    row[p] +=
                        term.weight * sensitivities[species * parameters + p] / prediction.volume;
                }
            }
            result_.values[i] = sum / prediction.volume;
            for (const Prediction::VolumeWeight& weight : prediction.volume_weights) {
                row[weight.parameter] -= result_.values[i] * weight.weight / prediction.volume;
            }
        }
    }

    SensitivitySolver& solver_;
    const SensitivityCourse& course_;
    std::span<const Prediction> predictions_;
    std::vector<double> y_;
    std::vector<double> sensitivities_;
    PredictionJacobian result_;
    double t_;
    double step_ = 0.0;
    std::size_t delivered_ = 0;
};

}  // namespace

PredictionJacobian predict(SensitivitySolver& solver, const SensitivityCourse& course,
                           std::span<const Prediction> predictions) {
    expect_valid(solver, course, predictions);
    return Course(solver, course, predictions).run();
}

}  // namespace caravel::kinetics
