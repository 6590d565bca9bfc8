#include "caravel/inference/fit/petab.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/inference/fit/petab_experiment.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <numbers>
#include <tuple>

namespace caravel::inference::fit {
namespace {

using kinetics::Expression;

/// Value and standard deviation of an observable with its placeholders filled in, and their
/// derivatives, compiled over the model's base names and then the problem's parameters.
struct PetabFormula {
    kinetics::Tape tape;              // value, sigma, then the derivatives of both by `inputs`
    std::vector<std::size_t> inputs;  // that either depends on
    bool noise_is_constant = true;    // sigma depends on nothing
};

/// Where the prediction of a measurement comes from.
struct PetabPlace {
    std::size_t experiment = 0;
    std::size_t time = 0;  // in the experiment's times
    std::size_t formula = 0;
};

/// Everything `predict` needs; never changes after construction.
struct PetabModel {
    explicit PetabModel(PetabTables given)
        : tables(std::move(given)), model(kinetics::SbmlModel::read(tables.model)) {}

    PetabTables tables;
    kinetics::SbmlModel model;
    std::vector<std::string> parameters;
    std::vector<std::string> inputs;  // of formulas
    std::vector<PetabExperiment> experiments;
    std::vector<PetabFormula> formulas;
    std::vector<PetabPlace> places;  // one per measurement
};

/// A formula of the table; its columns are counted in the formula.
Expression parse_formula(const PetabObservable& observable, const std::string& text) {
    try {
        return Expression::parse(text);
    } catch (const InputError& error) {
        const auto& d = error.diagnostics().front();
        throw InputError(Diagnostic{observable.where,
                                    "formula of '" + observable.id + "', character " +
                                        std::to_string(d.where.column) + ": " + d.what,
                                    d.expected, d.hint});
    }
}

Expression number_or_name(const std::string& text) {
    try {
        const auto quantity = parse_quantity(text);
        if (!quantity.has_unit) return Expression::constant(quantity.value);
    } catch (const UnitError&) {  // a name
    }
    return Expression::variable(text);
}

class PetabAssembly {
  public:
    explicit PetabAssembly(PetabTables tables)
        : model_(std::make_unique<PetabModel>(std::move(tables))) {}

    std::unique_ptr<PetabModel> build() {
        for (const auto& p : model_->tables.parameters) model_->parameters.push_back(p.name);
        model_->inputs = model_->model.base_names();
        for (const auto& name : model_->parameters)
            if (model_->model.find(name) == nullptr) model_->inputs.push_back(name);
        collect_times();
        for (const auto& condition : model_->tables.conditions) {
            const auto times = times_.find(condition.id);
            if (times == times_.end()) continue;  // without measurements
            experiment_index_[condition.id] = model_->experiments.size();
            model_->experiments.emplace_back(model_->model, condition, model_->tables.parameters,
                                             times->second);
        }
        for (const auto& m : model_->tables.measurements) place(m);
        return std::move(model_);
    }

  private:
    void collect_times() {
        for (const auto& m : model_->tables.measurements) times_[m.condition].push_back(m.time);
        for (auto& [condition, times] : times_) {
            std::sort(times.begin(), times.end());
            times.erase(std::unique(times.begin(), times.end()), times.end());
        }
    }

    const PetabObservable& observable(const std::string& id) const {
        const auto& all = model_->tables.observables;
        return *std::find_if(all.begin(), all.end(), [&](const auto& o) { return o.id == id; });
    }

    void place(const PetabMeasurement& m) {
        const std::size_t experiment = experiment_index_.at(m.condition);
        const auto times = model_->experiments[experiment].times();
        const auto at = std::lower_bound(times.begin(), times.end(), m.time) - times.begin();
        const auto key = std::make_tuple(m.observable, m.observable_parameters, m.noise_parameters);
        const auto [it, is_new] = formula_index_.emplace(key, model_->formulas.size());
        if (is_new) model_->formulas.push_back(compile(m));
        model_->places.push_back({experiment, static_cast<std::size_t>(at), it->second});
    }

    static kinetics::Replacements fillings(const PetabMeasurement& m) {
        kinetics::Replacements result;
        const auto fill = [&](const std::string& kind, const std::vector<std::string>& values) {
            for (std::size_t i = 0; i < values.size(); ++i)
                result.emplace(kind + std::to_string(i + 1) + "_" + m.observable,
                               number_or_name(values[i]));
        };
        fill("observableParameter", m.observable_parameters);
        fill("noiseParameter", m.noise_parameters);
        return result;
    }

    Expression resolve(const PetabMeasurement& m, const PetabObservable& o,
                       const std::string& text) const {
        Expression formula = parse_formula(o, text).substitute(fillings(m));
        for (const std::string& name : formula.names())
            if (name.rfind("observableParameter", 0) == 0 || name.rfind("noiseParameter", 0) == 0)
                throw InputError(Diagnostic{m.where, "'" + name + "' has no value",
                                            "one value for each placeholder of the observable",
                                            ""});
        return model_->model.resolve(formula);
    }

    PetabFormula compile(const PetabMeasurement& m) const {
        const auto& o = observable(m.observable);
        std::vector<Expression> results{resolve(m, o, o.formula), resolve(m, o, o.noise_formula)};
        if (o.transformation == PetabTransformation::log10)
            results[1] = results[1] * Expression::constant(std::numbers::ln10);
        PetabFormula formula;
        formula.noise_is_constant = results[1].names().empty();
        for (std::size_t i = 0; i < model_->inputs.size(); ++i) {
            const auto& name = model_->inputs[i];
            if (!results[0].depends_on(name) && !results[1].depends_on(name)) continue;
            formula.inputs.push_back(i);
            results.push_back(results[0].derivative(name));
            results.push_back(results[1].derivative(name));
        }
        try {
            formula.tape = kinetics::compile_tape(results, model_->inputs);
        } catch (const InputError& error) {
            const auto& d = error.diagnostics().front();
            throw InputError(
                Diagnostic{o.where, "observable '" + o.id + "': " + d.what, d.expected, d.hint});
        }
        return formula;
    }

    std::unique_ptr<PetabModel> model_;
    std::map<std::string, std::vector<double>> times_;
    std::map<std::string, std::size_t> experiment_index_;
    std::map<std::tuple<std::string, std::vector<std::string>, std::vector<std::string>>,
             std::size_t>
        formula_index_;
};

/// Adds d result / d input times d input / d parameters to a row.
void add_slopes(const PetabModel& m, const PetabFormula& formula, const PetabTrajectory& trajectory,
                std::size_t time, std::span<const double> derivatives, double* row) {
    const std::size_t base = m.model.base_names().size();
    const auto by_parameter = trajectory.derivative(time);
    for (std::size_t k = 0; k < formula.inputs.size(); ++k) {
        const std::size_t input = formula.inputs[k];
        if (input >= base) {  // a parameter that the model does not have
            const auto it = std::find(m.parameters.begin(), m.parameters.end(), m.inputs[input]);
            row[it - m.parameters.begin()] += derivatives[2 * k];
            continue;
        }
        for (std::size_t p = 0; p < m.parameters.size(); ++p)
            row[p] += derivatives[2 * k] * by_parameter[input * m.parameters.size() + p];
    }
}

std::vector<double> inputs_at(const PetabModel& m, std::span<const double> row,
                              std::span<const double> values) {
    std::vector<double> inputs(row.begin(), row.end());
    for (std::size_t p = 0; p < m.parameters.size(); ++p)
        if (m.model.find(m.parameters[p]) == nullptr) inputs.push_back(values[p]);
    return inputs;
}

/// What the absolute tolerances of the states amount to in the value of a formula.
double resolution(const PetabModel& m, const PetabFormula& formula,
                  std::span<const double> slopes) {
    const kinetics::SolverOptions options = kinetics::SbmlOptions{}.solver;
    const auto& states = m.model.compiled().model().all_species();
    double sum = 0.0;
    for (std::size_t k = 0; k < formula.inputs.size(); ++k)
        if (formula.inputs[k] < states.size())
            sum += std::abs(slopes[2 * k]) * states[formula.inputs[k]].scale;
    return std::isfinite(sum) ? sum * options.relative_tolerance * options.absolute_factor : 0.0;
}

void predict(const PetabModel& m, std::span<const double> values, bool derivatives,
             Prediction& prediction) {
    std::vector<PetabTrajectory> runs;
    for (const auto& experiment : m.experiments)
        runs.push_back(experiment.run(values, derivatives));
    const std::size_t n = m.places.size();
    prediction.resolution.assign(n, 0.0);
    prediction.value.assign(n, 0.0);
    prediction.sigma.assign(n, 0.0);
    prediction.value_by_parameter = derivatives ? Matrix(n, m.parameters.size()) : Matrix();
    prediction.sigma_by_parameter = prediction.value_by_parameter;
    for (std::size_t i = 0; i < n; ++i) {
        const auto& place = m.places[i];
        const auto& formula = m.formulas[place.formula];
        const auto& run = runs[place.experiment];
        const auto inputs = inputs_at(m, run.row(place.time), values);
        std::vector<double> registers(formula.tape.steps.size());
        std::vector<double> results(formula.tape.results.size());
        formula.tape.run(inputs.data(), registers.data(), results.data());
        prediction.value[i] = results[0];
        prediction.sigma[i] = results[1];
        const auto slopes = std::span<const double>(results).subspan(2);
        prediction.resolution[i] = resolution(m, formula, slopes);
        if (!derivatives) continue;
        add_slopes(m, formula, run, place.time, slopes, &prediction.value_by_parameter(i, 0));
        if (!slopes.empty())
            add_slopes(m, formula, run, place.time, slopes.subspan(1),
                       &prediction.sigma_by_parameter(i, 0));
    }
}

std::string time_unit_text(const kinetics::SbmlModel& model) {
    const auto unit = model.description().time_unit;
    if (unit == 1.0) return "s";
    if (unit == 60.0) return "min";
    if (unit == 3600.0) return "h";
    if (unit == 86400.0) return "d";
    return "1";
}

std::vector<Datum> data_of(const PetabModel& m) {
    std::vector<Datum> data;
    for (const auto& measurement : m.tables.measurements) {
        Datum d;
        d.observable = measurement.observable;
        d.condition = measurement.condition;
        d.group = measurement.data_set.empty() ? measurement.condition : measurement.data_set;
        d.time = measurement.time;
        d.where = measurement.where;
        d.observation.value = measurement.value;
        const auto& all = m.tables.observables;
        const auto o = std::find_if(all.begin(), all.end(),
                                    [&](const auto& x) { return x.id == measurement.observable; });
        d.noise = o->transformation == PetabTransformation::lin ? NoiseKind::normal
                                                                : NoiseKind::log_normal;
        data.push_back(std::move(d));
    }
    return data;
}

constexpr int curve_points = 100;

/// One line for each observable and condition that was measured, with the noise placeholders of its
/// first measurement.
std::vector<Curve> curves(const PetabModel& m, std::span<const double> values) {
    std::map<std::pair<std::string, std::string>, std::size_t> first;
    for (std::size_t i = 0; i < m.places.size(); ++i)
        first.emplace(
            std::make_pair(m.tables.measurements[i].observable, m.tables.measurements[i].condition),
            i);
    std::vector<Curve> result;
    for (const auto& [key, i] : first) {
        const auto& experiment = m.experiments[m.places[i].experiment];
        const auto& formula = m.formulas[m.places[i].formula];
        Curve curve{key.first, key.second, "", {}, {}};
        for (int k = 0; k <= curve_points; ++k)
            curve.time.push_back(experiment.times().back() * k / curve_points);
        const auto run = experiment.run_at(values, curve.time);
        for (std::size_t k = 0; k < curve.time.size(); ++k) {
            const auto inputs = inputs_at(m, run.row(k), values);
            std::vector<double> registers(formula.tape.steps.size());
            std::vector<double> results(formula.tape.results.size());
            formula.tape.run(inputs.data(), registers.data(), results.data());
            curve.value.push_back(results[0]);
        }
        result.push_back(std::move(curve));
    }
    return result;
}

}  // namespace

FitProblem read_petab(const std::filesystem::path& path) {
    // std::function wants to copy what it holds; the model itself never changes
    const std::shared_ptr<const PetabModel> model = PetabAssembly(read_petab_tables(path)).build();
    FitProblem problem;
    problem.name = model->tables.name;
    problem.time_unit = time_unit_text(model->model);
    problem.parameters = model->tables.parameters;
    problem.parameter_units.assign(problem.parameters.size(), "");
    problem.data = data_of(*model);
    problem.identity = model->tables.identity;
    problem.fixed_noise = std::all_of(model->formulas.begin(), model->formulas.end(),
                                      [](const PetabFormula& f) { return f.noise_is_constant; });
    problem.exact_derivatives =
        model->model.switches().names().empty() && model->model.triggers().empty();
    problem.predict = [model](std::span<const double> values, bool derivatives,
                              Prediction& prediction) {
        predict(*model, values, derivatives, prediction);
    };
    problem.curves = [model](std::span<const double> values) { return curves(*model, values); };
    return problem;
}

}  // namespace caravel::inference::fit
