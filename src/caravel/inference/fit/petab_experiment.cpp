#include "caravel/inference/fit/petab_experiment.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/inference/fit/value_steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

namespace caravel::inference::fit {
namespace {

using kinetics::Expression;
using kinetics::SbmlRole;

std::optional<double> as_number(const std::string& text) {
    double value = 0.0;
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    if (result.ec != std::errc() || result.ptr != end || !std::isfinite(value)) return {};
    return value;
}

/// Solvers are costly to make: threads take one and give it back.
template <class Solver>
class Pool {
  public:
    template <class Make>
    std::unique_ptr<Solver> take(Make make) {
        {
            const std::lock_guard lock(mutex_);
            if (!idle_.empty()) {
                auto solver = std::move(idle_.back());
                idle_.pop_back();
                return solver;
            }
        }
        return make();
    }
    void give(std::unique_ptr<Solver> solver) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(solver));
    }

  private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<Solver>> idle_;
};

}  // namespace

struct PetabExperiment::Solvers {
    Pool<kinetics::SbmlSimulator> simulators;
    Pool<kinetics::SensitivitySolver> sensitivities;
};

PetabExperiment::~PetabExperiment() = default;
PetabExperiment::PetabExperiment(PetabExperiment&&) noexcept = default;

PetabExperiment::PetabExperiment(const kinetics::SbmlModel& model, const PetabCondition& condition,
                                 const std::vector<Parameter>& parameters,
                                 std::vector<double> times)
    : model_(model),
      id_(condition.id),
      space_(parameters),
      times_(std::move(times)),
      solvers_(std::make_unique<Solvers>()) {
    for (const Parameter& p : space_) parameters_.push_back(p.name);
    for (std::size_t p = 0; p < parameters_.size(); ++p)
        if (model.find(parameters_[p]) != nullptr)
            set(model, parameters_[p], {0.0, static_cast<int>(p)}, {});
    for (const auto& [name, value] : condition.values) {
        Setting setting;
        if (const auto number = as_number(value)) {
            setting.number = *number;
        } else {
            const auto it = std::find(parameters_.begin(), parameters_.end(), value);
            if (it == parameters_.end()) {
                const std::vector<std::string_view> known(parameters_.begin(), parameters_.end());
                throw InputError(Diagnostic{
                    condition.where,
                    fmt::format("condition '{}' sets {} to '{}'", id_, name, value),
                    "a number or a parameter of the problem", did_you_mean(value, known)});
            }
            setting.parameter = static_cast<int>(it - parameters_.begin());
        }
        set(model, name, setting, condition.where);
    }
    find_slopes();
}

void PetabExperiment::set(const kinetics::SbmlModel& model, const std::string& name,
                          Setting setting, const Location& where) {
    const auto* entity = model.find(name);
    if (entity == nullptr) {
        std::vector<std::string_view> known;
        for (const auto& e : model.entities()) known.push_back(e.name);
        throw InputError(Diagnostic{where, "the model has no '" + name + "'",
                                    "a parameter, species or compartment of it",
                                    did_you_mean(name, known)});
    }
    if (entity->role == SbmlRole::assigned)
        throw InputError(Diagnostic{where, "'" + name + "' follows from a rule of the model",
                                    "a quantity without a rule", ""});
    settings_[name] = setting;
}

/// Start value of an entity as its place in base_names() holds it, of parameters of the problem.
Expression PetabExperiment::start_of(const kinetics::SbmlEntity& entity) const {
    std::set<std::string, std::less<>> names;
    kinetics::Replacements settings;
    for (const auto& [name, setting] : settings_) {
        names.insert(name);
        settings.emplace(name, setting.parameter < 0
                                   ? Expression::constant(setting.number)
                                   : Expression::variable(
                                         parameters_[static_cast<std::size_t>(setting.parameter)]));
    }
    Expression start = model_.initial_expression(entity.name, names);
    if (entity.kind == kinetics::SbmlKind::species && entity.value.nodes().size() > 1) {
        for (const auto& s : model_.description().species)  // stored by its amount
            if (s.id == entity.name)
                start = start * model_.initial_expression(s.compartment, names);
    }
    for (const std::string& name : start.names()) {  // what is not set has the document's number
        const auto* known = model_.find(name);
        if (known != nullptr && known->number.has_value())
            settings.emplace(name, Expression::constant(*known->number));
    }
    return start.substitute(settings);
}

void PetabExperiment::find_slopes() {
    for (const auto& entity : model_.entities()) {
        if (entity.role == SbmlRole::assigned) continue;
        const Expression start = start_of(entity);
        StartSlope slope;
        const std::size_t offset = entity.role == SbmlRole::state ? 0 : model_.state_count();
        slope.input = offset + static_cast<std::size_t>(entity.index);
        std::vector<Expression> derivatives;
        for (const std::string& name : start.names()) {
            const auto it = std::find(parameters_.begin(), parameters_.end(), name);
            if (it == parameters_.end()) continue;
            slope.by.push_back(static_cast<std::size_t>(it - parameters_.begin()));
            derivatives.push_back(start.derivative(name));
        }
        if (slope.by.empty()) continue;
        slope.tape = kinetics::compile_tape(derivatives, parameters_);
        slopes_.push_back(std::move(slope));
    }
    std::set<std::size_t> moving;
    for (const auto& [name, setting] : settings_)
        if (setting.parameter >= 0) moving.insert(static_cast<std::size_t>(setting.parameter));
    moving_.assign(moving.begin(), moving.end());
    for (auto& slope : slopes_)
        for (std::size_t& p : slope.by)
            p = static_cast<std::size_t>(std::distance(moving.begin(), moving.find(p)));
}

kinetics::SbmlValues PetabExperiment::given(std::span<const double> parameters) const {
    kinetics::SbmlValues values;
    for (const auto& [name, setting] : settings_)
        values[name] = setting.parameter < 0
                           ? setting.number
                           : parameters[static_cast<std::size_t>(setting.parameter)];
    return values;
}

kinetics::SbmlRun PetabExperiment::simulate(std::span<const double> parameters,
                                            std::span<const double> times) const {
    auto simulator = solvers_->simulators.take(
        [&] { return std::make_unique<kinetics::SbmlSimulator>(model_); });
    auto run = simulator->run(given(parameters), times);
    solvers_->simulators.give(std::move(simulator));
    return run;
}

PetabTrajectory PetabExperiment::run_at(std::span<const double> parameters,
                                        std::span<const double> times) const {
    auto run = simulate(parameters, times);
    return {run.width, parameters_.size(), std::move(run.values), {}};
}

PetabTrajectory PetabExperiment::run(std::span<const double> parameters, bool derivatives) const {
    if (!derivatives) return run_at(parameters, times_);
    PetabTrajectory result;
    result.width = model_.base_names().size();
    result.parameters = parameters_.size();
    result.derivatives.assign(times_.size() * result.width * result.parameters, 0.0);
    const bool is_smooth = model_.switches().names().empty();
    if (is_smooth && model_.triggers().empty()) {
        run_sensitivities(parameters, result);
        return result;
    }
    auto plain = simulate(parameters, times_);
    if (is_smooth && plain.events == 0) {
        run_sensitivities(parameters, result);
    } else {
        result.values = std::move(plain.values);
        run_differences(parameters, result);
    }
    return result;
}

std::vector<kinetics::SensitivityParameter> PetabExperiment::sensitivity_parameters() const {
    std::vector<kinetics::SensitivityParameter> result(moving_.size());
    for (std::size_t k = 0; k < moving_.size(); ++k) result[k].name = parameters_[moving_[k]];
    const std::size_t states = model_.state_count();
    for (const auto& slope : slopes_) {
        if (slope.input < states) continue;
        const kinetics::CoefficientId id{static_cast<int>(slope.input - states)};
        for (const std::size_t k : slope.by) result[k].coefficients.push_back({id, 0.0});
    }
    return result;
}

void PetabExperiment::run_sensitivities(std::span<const double> parameters,
                                        PetabTrajectory& result) const {
    const std::size_t states = model_.state_count();
    const std::size_t count = moving_.size();
    const auto start = model_.initial_values(given(parameters));
    std::vector<double> slopes(result.width * count, 0.0);  // d start / d parameters
    std::vector<std::vector<double>> weights(count);
    for (const auto& slope : slopes_) {
        std::vector<double> registers(slope.tape.steps.size());
        std::vector<double> values(slope.by.size());
        slope.tape.run(parameters.data(), registers.data(), values.data());
        for (std::size_t i = 0; i < slope.by.size(); ++i) {
            const std::size_t k = slope.by[i];
            slopes[slope.input * count + k] = values[i];
            if (slope.input >= states) weights[k].push_back(values[i]);
        }
    }
    const auto fixed = start.begin() + static_cast<std::ptrdiff_t>(states);
    std::vector<double> y(start.begin(), fixed);
    std::vector<double> s(slopes.begin(),
                          slopes.begin() + static_cast<std::ptrdiff_t>(states * count));
    const auto record = [&](std::size_t i, double t, std::span<const double> state,
                            std::span<const double> sensitivities) {
        double* row = result.values.data() + i * result.width;
        std::copy(start.begin(), start.end(), row);
        std::copy(state.begin(), state.end(), row);
        row[result.width - 1] = t;
        double* d = result.derivatives.data() + i * result.width * parameters_.size();
        for (std::size_t p = 0; p < slopes.size(); ++p)
            d[p / count * parameters_.size() + moving_[p % count]] =
                p < sensitivities.size() ? sensitivities[p] : slopes[p];
    };
    result.values.assign(times_.size() * result.width, 0.0);
    if (states == 0 || times_.back() == 0.0) {
        for (std::size_t i = 0; i < times_.size(); ++i) record(i, times_[i], y, s);
        return;
    }
    auto solver = solvers_->sensitivities.take([&] {
        return std::make_unique<kinetics::SensitivitySolver>(
            model_.compiled(), kinetics::SbmlOptions{}.solver, sensitivity_parameters());
    });
    std::copy(fixed, start.end() - 1, solver->coefficients().begin());
    auto weight = solver->coefficient_weights().begin();
    for (const auto& of_one : weights) weight = std::copy(of_one.begin(), of_one.end(), weight);
    double step = 0.0;
    solver->advance(y, s, 0.0, times_.back(), step, {}, times_, record);
    solvers_->sensitivities.give(std::move(solver));
}

void PetabExperiment::run_differences(std::span<const double> parameters,
                                      PetabTrajectory& result) const {
    for (const std::size_t p : moving_) {
        std::vector<double> x(parameters.begin(), parameters.end());
        if (!space_[p].is_estimated) continue;
        const DifferencePair pair = values_around(space_[p], x[p]);
        x[p] = pair.high;
        const auto high = simulate(x, times_);
        x[p] = pair.low;
        const auto low = simulate(x, times_);
        for (std::size_t i = 0; i < result.values.size(); ++i)
            result.derivatives[i * result.parameters + p] =
                (high.values[i] - low.values[i]) / (pair.high - pair.low);
    }
}

}  // namespace caravel::inference::fit
