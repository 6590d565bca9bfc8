#include "caravel/inference/fit/study_problem.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/inference/fit/study_data.hpp"
#include "caravel/inference/fit/study_model.hpp"
#include "caravel/report/sha256.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include <fmt/format.h>

namespace caravel::inference::fit {
namespace {

using population::RequestedOutput;
using population::StudyFamily;

constexpr int curve_points = 80;

// A basic string of TOML.
std::string toml_string(const std::string& text) {
    std::string quoted = "\"";
    for (const char letter : text) {
        const auto code = static_cast<unsigned char>(letter);
        if (letter == '"' || letter == '\\') {
            quoted += '\\';
            quoted += letter;
        } else if (code < 0x20 || code == 0x7f) {
            quoted += fmt::format("\\u{:04X}", static_cast<unsigned>(code));
        } else {
            quoted += letter;
        }
    }
    return quoted + '"';
}

class Builder {
  public:
    Builder(const FitInput& input, const std::vector<std::string>& assignments,
            const study::DataPaths& data)
        : input_(input), data_(data), content_(std::make_shared<StudyModel>()) {
        for (const ExperimentInput& e : input.experiments) {
            std::vector<std::string> all{"run.relative_tolerance=1e-8"};
            all.insert(all.end(), e.assignments.begin(), e.assignments.end());
            all.insert(all.end(), assignments.begin(), assignments.end());
            assignments_.push_back(std::move(all));
        }
        content_->experiments.resize(input.experiments.size());
    }

    StudyFit build() {
        add_parameters();
        add_noise_parameters();
        const StudyData measured = read_study_data(input_, assignments_, data_, mistakes_);
        stop_if_mistaken();
        for (std::size_t e = 0; e < input_.experiments.size(); ++e) add_experiment(e, measured);
        add_data(measured);
        stop_if_mistaken();
        return finish();
    }

  private:
    void stop_if_mistaken() {
        if (!mistakes_.empty()) throw InputError(mistakes_);
    }

    // Numbers of a table in the unit of its lower bound.
    double number(const std::string& text, const Unit& unit, const std::string& owner,
                  const Location& where) {
        try {
            const ParsedQuantity q = parse_quantity(text);
            if (q.unit.dimension == unit.dimension) return from_si(q.si, unit);
            mistakes_.push_back({where,
                                 owner + " is '" + text +
                                     "', of another dimension than its "
                                     "lower bound",
                                 "a number in " + (unit.text.empty() ? "1" : unit.text), ""});
        } catch (const UnitError& error) {
            mistakes_.push_back({where, owner + " '" + text + "': " + error.what(),
                                 "a number with its unit", error.hint()});
        }
        return std::numeric_limits<double>::quiet_NaN();
    }

    Unit unit_of(const std::string& text) const {
        try {
            return parse_quantity(text).unit;
        } catch (const UnitError&) {
            return parse_unit("1");  // told by number()
        }
    }

    std::optional<Distribution> prior_of(const ParameterInput& p, const Unit& unit) {
        if (!p.prior) return std::nullopt;
        const PriorInput& prior = *p.prior;
        const std::string owner = "the prior of " + p.name;
        const auto in_unit = [&](const std::string& text) {
            return number(text, unit, owner, p.where);
        };
        if (prior.law == "uniform") return Uniform{in_unit(prior.low), in_unit(prior.high)};
        if (prior.law == "log_uniform") return LogUniform{in_unit(prior.low), in_unit(prior.high)};
        if (prior.law == "normal") return Normal{in_unit(prior.center), in_unit(prior.spread)};
        if (prior.law == "laplace") return Laplace{in_unit(prior.center), in_unit(prior.spread)};
        return LogNormal{in_unit(prior.center),
                         number(prior.spread, parse_unit("1"), owner, p.where)};
    }

    void add_parameters() {
        for (const ParameterInput& p : input_.parameters) {
            check_experiments(input_, p.experiments, p.where, mistakes_);
            const Unit unit = unit_of(p.lower);
            Parameter parameter;
            parameter.name = p.name;
            parameter.lower = number(p.lower, unit, "the lower bound of " + p.name, p.where);
            parameter.upper = number(p.upper, unit, "the upper bound of " + p.name, p.where);
            if (!p.start.empty())
                parameter.nominal = number(p.start, unit, "the start of " + p.name, p.where);
            parameter.scale = p.scale == "linear"  ? Scale::linear
                              : p.scale == "logit" ? Scale::logit
                                                   : Scale::log10;
            parameter.prior = prior_of(p, unit);
            add_keys(p, unit, content_->parameters.size());
            content_->parameters.push_back(std::move(parameter));
            units_.push_back(unit.text == "1" ? std::string() : unit.text);
        }
    }

    /// A key cannot be both estimated and set: the value set would be ignored.
    void expect_not_set(std::size_t e, const std::string& key, const Location& where) {
        for (const std::string& assignment : assignments_[e])
            if (assignment.substr(0, assignment.find('=')) == key)
                mistakes_.push_back(
                    {where, fmt::format("'{}' is estimated, and set by '{}'", key, assignment),
                     "one of the two", "as a first guess, give it as the parameter's start"});
    }

    void add_keys(const ParameterInput& p, const Unit& unit, std::size_t place) {
        std::vector<std::string> keys = p.keys;
        if (keys.empty()) keys.push_back(p.key);
        for (std::size_t e = 0; e < input_.experiments.size(); ++e) {
            if (!holds(p.experiments, input_.experiments[e].name)) continue;
            for (const std::string& key : keys) {
                expect_not_set(e, key, p.where);
                content_->experiments[e].keys.push_back({key, unit.text});
                content_->experiments[e].parameter.push_back(place);
            }
        }
    }

    void add_noise_parameters() {
        for (const NoiseInput& n : input_.noises) {
            SigmaSource source;
            Unit unit = unit_of(n.lower.empty() ? n.sigma : n.lower);
            if (!n.lower.empty()) {
                Parameter parameter;
                parameter.name = "sigma[" + (n.observable.empty() ? "all" : n.observable) +
                                 (n.experiments.empty() ? "" : "," + n.experiments.front()) + "]";
                const std::string owner = "a bound of " + parameter.name;
                parameter.lower = number(n.lower, unit, owner, n.where);
                parameter.upper = number(n.upper, unit, owner, n.where);
                if (!n.start.empty()) parameter.nominal = number(n.start, unit, owner, n.where);
                parameter.scale = Scale::log10;
                source.parameter = content_->parameters.size();
                content_->parameters.push_back(std::move(parameter));
                units_.push_back(unit.text == "1" ? std::string() : unit.text);
            } else if (!n.sigma.empty()) {
                source.fixed = number(n.sigma, unit, "sigma of " + n.observable, n.where);
                if (!(source.fixed > 0.0))
                    mistakes_.push_back(
                        {n.where, "sigma is '" + n.sigma + "'", "a number above 0", ""});
            }
            noise_sources_.push_back(source);
            noise_units_.push_back(unit);
        }
    }

    void add_experiment(std::size_t e, const StudyData& measured) {
        Experiment& experiment = content_->experiments[e];
        experiment.name = input_.experiments[e].name;
        std::vector<RequestedOutput> outputs;
        double end = 0.0;
        for (std::size_t i = 0; i < measured.data.size(); ++i) {
            const MeasuredDatum& datum = measured.data[i];
            if (datum.experiment != e) continue;
            const auto& m = datum.measurement;
            end = std::max(end, m.point.time);
            experiment.data.push_back(i);
            experiment.output.push_back(place_of(outputs, m.observable, m.point.time));
            auto& names = experiment.observables;
            if (std::find(names.begin(), names.end(), m.observable) == names.end())
                names.push_back(m.observable);
        }
        for (int k = 1; k <= curve_points; ++k)
            experiment.times.push_back(end * std::pow(k / static_cast<double>(curve_points), 2));
        std::vector<RequestedOutput> grid;
        for (const std::string& name : experiment.observables)
            for (const double t : experiment.times) grid.push_back({name, t});
        try {
            const std::string& study = input_.experiments[e].study;
            experiment.family = std::make_unique<StudyFamily>(
                StudyFamily::Plan{study, assignments_[e], experiment.keys, outputs, {}}, data_);
            experiment.curves = std::make_unique<StudyFamily>(
                StudyFamily::Plan{study, assignments_[e], experiment.keys, grid, {}}, data_);
        } catch (const InputError& error) {
            mistakes_.insert(mistakes_.end(), error.diagnostics().begin(),
                             error.diagnostics().end());
        }
    }

    static std::size_t place_of(std::vector<RequestedOutput>& outputs, const std::string& name,
                                double time) {
        for (std::size_t k = 0; k < outputs.size(); ++k)
            if (outputs[k].name == name && outputs[k].time == time) return k;
        outputs.push_back({name, time});
        return outputs.size() - 1;
    }

    void add_data(const StudyData& measured) {
        stop_if_mistaken();
        content_->sigmas.resize(measured.data.size());
        fit_.problem.data.resize(measured.data.size());
        for (const Experiment& e : content_->experiments)
            for (std::size_t d = 0; d < e.data.size(); ++d)
                add_datum(e.data[d], measured.data[e.data[d]],
                          e.family->output_units()[e.output[d]]);
    }

    void add_datum(std::size_t i, const MeasuredDatum& from, const std::string& output_unit) {
        const study::Measurement& m = from.measurement;
        const NoiseInput& noise = input_.noises[from.noise];
        Datum& datum = fit_.problem.data[i];
        const Unit to = parse_unit(output_unit);
        Unit own;
        try {
            own = parse_unit(m.unit);
        } catch (const UnitError& error) {
            mistakes_.push_back(
                {m.where, error.what(), "a unit such as " + output_unit, error.hint()});
            return;
        }
        if (own.dimension != to.dimension) {
            mistakes_.push_back({m.where, "'" + m.unit + "' is no unit of " + m.observable,
                                 "a unit such as " + output_unit, ""});
            return;
        }
        datum.observable = m.observable;
        datum.unit = output_unit;
        datum.condition = input_.experiments[from.experiment].name;
        datum.group = m.point.group;
        datum.time = m.point.time;
        datum.where = m.where;
        datum.observation = {from_si(to_si(m.point.value, own), to),
                             m.point.below_limit ? Censoring::left : Censoring::none};
        datum.noise = noise.kind == "normal"       ? NoiseKind::normal
                      : noise.kind == "student_t"  ? NoiseKind::student_t
                      : noise.kind == "log_normal" ? NoiseKind::log_normal
                                                   : NoiseKind::log_student_t;
        datum.freedom = noise.freedom;
        content_->sigmas[i] = sigma_of(from, datum, own, to);
    }

    // In the unit of the prediction, or of its logarithm.
    SigmaSource sigma_of(const MeasuredDatum& from, const Datum& datum, const Unit& own,
                         const Unit& to) {
        const NoiseInput& noise = input_.noises[from.noise];
        const study::Measurement& m = from.measurement;
        SigmaSource source = noise_sources_[from.noise];
        if (noise.spread) {
            source.fixed = is_logarithmic(datum.noise) ? *m.point.spread / m.point.value
                                                       : *m.point.spread * own.factor / to.factor;
            return source;
        }
        const Unit& unit = noise_units_[from.noise];
        const Unit wanted = is_logarithmic(datum.noise) ? parse_unit("1") : to;
        const bool differs = unit.dimension != wanted.dimension ||
                             (source.is_estimated() && unit.factor != wanted.factor);
        if (differs)
            mistakes_.push_back(
                {noise.where, "sigma of " + m.observable + " is given in '" + unit.text + "'",
                 is_logarithmic(datum.noise) ? "a pure number (of the natural logarithm)"
                                             : "a number in " + datum.unit,
                 ""});
        source.fixed *= unit.factor / wanted.factor;
        return source;
    }

    StudyFit finish() {
        FitProblem& problem = fit_.problem;
        problem.name = input_.info.name;
        problem.parameters = content_->parameters;
        problem.parameter_units = units_;
        problem.fixed_noise = std::none_of(noise_sources_.begin(), noise_sources_.end(),
                                           [](const SigmaSource& s) { return s.is_estimated(); });
        problem.identity = identity();
        problem.predict = [c = content_](std::span<const double> values, bool derivatives,
                                         Prediction& p) { predict(*c, values, derivatives, p); };
        problem.curves = [c = content_](std::span<const double> values) {
            return curves(*c, values);
        };
        fit_.assignments = [c = content_, input = input_, fixed = assignments_,
                            units = units_](std::span<const double> values) {
            return assignments_text(*c, input, fixed, units, values);
        };
        return std::move(fit_);
    }

    static std::string assignments_text(const StudyModel& c, const FitInput& input,
                                        const std::vector<std::vector<std::string>>& fixed,
                                        const std::vector<std::string>& units,
                                        std::span<const double> values) {
        std::string text = "# Estimates of the fit " + toml_string(input.info.name) +
                           " as caravel run --set takes them.\n";
        for (std::size_t e = 0; e < c.experiments.size(); ++e) {
            const Experiment& experiment = c.experiments[e];
            text += fmt::format("\n[[experiment]]\nname = {}\nstudy = {}\nset = [\n",
                                toml_string(input.experiments[e].name),
                                toml_string(input.experiments[e].study));
            for (const std::string& one : fixed[e]) text += "    " + toml_string(one) + ",\n";
            for (std::size_t k = 0; k < experiment.keys.size(); ++k) {
                const std::size_t p = experiment.parameter[k];
                const std::string unit = units[p].empty() ? "" : " " + units[p];
                text +=
                    "    " +
                    toml_string(experiment.keys[k].key + '=' + format_number(values[p]) + unit) +
                    ",\n";
            }
            text += "]\n";
        }
        return text;
    }

    std::string identity() const {
        std::string text;
        for (const Experiment& e : content_->experiments) text += e.family->identity() + '\n';
        for (std::size_t i = 0; i < content_->parameters.size(); ++i) {
            const Parameter& p = content_->parameters[i];
            text += fmt::format("{} {} {} {} {} {} {}\n", p.name, p.lower, p.upper, p.nominal,
                                static_cast<int>(p.scale), units_[i], prior_text(i));
        }
        for (std::size_t i = 0; i < fit_.problem.data.size(); ++i) {
            const Datum& d = fit_.problem.data[i];
            text += fmt::format("{} {} {} {} {} {} {} {} {}\n", d.observable, d.condition, d.time,
                                d.observation.value, static_cast<int>(d.observation.censoring),
                                static_cast<int>(d.noise), d.freedom, content_->sigmas[i].fixed,
                                content_->sigmas[i].parameter);
        }
        return report::sha256_hex(text);
    }

    std::string prior_text(std::size_t i) const {
        if (i >= input_.parameters.size() || !input_.parameters[i].prior) return "";
        const PriorInput& p = *input_.parameters[i].prior;
        return p.law + ' ' + p.center + ' ' + p.spread + ' ' + p.low + ' ' + p.high;
    }

    const FitInput& input_;
    const study::DataPaths& data_;
    std::shared_ptr<StudyModel> content_;
    std::vector<std::vector<std::string>> assignments_;
    std::vector<std::string> units_;
    std::vector<SigmaSource> noise_sources_;
    std::vector<Unit> noise_units_;
    std::vector<Diagnostic> mistakes_;
    StudyFit fit_;
};

}  // namespace

StudyFit make_study_fit(const FitInput& input, const std::vector<std::string>& assignments,
                        const study::DataPaths& data) {
    return Builder(input, assignments, data).build();
}

}  // namespace caravel::inference::fit
