#include "caravel/inference/fit/results.hpp"

#include "caravel/base/statistics.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/report/json_value.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

namespace caravel::inference::fit {
namespace {

using input::Array;
using input::Table;
using report::csv_cell;
using report::json;
using report::put;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

ObservableStatistics statistics_of_one(const FitProblem& problem, const FitResult& result,
                                       const std::string& name,
                                       const std::vector<std::size_t>& places) {
    ObservableStatistics s;
    s.observable = name;
    std::vector<double> folds;
    double squares = 0.0;
    for (const std::size_t i : places) {
        ++s.count;
        const Datum& datum = problem.data[i];
        const double prediction = result.prediction.value[i];
        const double z = normal_score(datum, prediction, result.prediction.sigma[i]);
        if (std::isnan(z)) {
            ++s.censored;
            continue;
        }
        s.mean += z;
        squares += z * z;
        const double ratio = datum.observation.value / prediction;
        if (ratio > 0.0) folds.push_back(std::max(ratio, 1.0 / ratio));
    }
    const auto n = static_cast<double>(s.count - s.censored);
    s.mean /= n;
    s.deviation = std::sqrt(squares / n);
    const bool all_folds = !folds.empty() && folds.size() == s.count - s.censored;
    s.fold = all_folds ? median(folds) : nan;
    return s;
}

Table prior_table(const Parameter& parameter) {
    Table table;
    const auto numbers = [&](const char* law, const char* a, double x, const char* b, double y) {
        put(table, "law", std::string(law));
        put(table, a, x);
        put(table, b, y);
    };
    std::visit(
        [&](const auto& p) {
            using T = std::decay_t<decltype(p)>;
            if constexpr (std::is_same_v<T, Uniform>)
                numbers("uniform", "low", p.low, "high", p.high);
            else if constexpr (std::is_same_v<T, LogUniform>)
                numbers("log_uniform", "low", p.low, "high", p.high);
            else if constexpr (std::is_same_v<T, Normal>)
                numbers("normal", "mean", p.mean, "standard_deviation", p.standard_deviation);
            else if constexpr (std::is_same_v<T, LogNormal>)
                numbers("log_normal", "median", p.median, "sigma", p.sigma);
            else
                numbers("laplace", "location", p.location, "scale", p.scale);
        },
        *parameter.prior);
    put(table, "of_scaled_value", parameter.prior_is_on_scale);
    return table;
}

const char* scale_name(Scale scale) {
    switch (scale) {
    case Scale::linear: return "linear";
    case Scale::log10: return "log10";
    case Scale::logit: return "logit";
    }
    return "linear";
}

Array pair_of(double low, double high) { return {json(low), json(high)}; }

void put_profile(Table& table, const Estimate& e) {
    if (!e.profile) return;
    Table profile;
    put(profile, "interval_95", pair_of(e.profile_low.value_or(nan), e.profile_high.value_or(nan)));
    put(profile, "closed", e.profile->is_closed());
    put(profile, "below", e.profile->below.reason);
    put(profile, "above", e.profile->above.reason);
    put(table, "profile", std::move(profile));
}

void put_posterior(Table& table, const Estimate& e) {
    if (!e.posterior) return;
    Table posterior;
    put(posterior, "mean", e.posterior->mean);
    put(posterior, "standard_deviation", e.posterior->standard_deviation);
    put(posterior, "interval_90", pair_of(e.posterior->low, e.posterior->high));
    put(posterior, "median", e.posterior->median);
    put(posterior, "r_hat", e.posterior->r_hat);
    put(posterior, "effective_size", e.posterior->effective_size);
    put(table, "posterior", std::move(posterior));
}

Table parameter_table(const Parameter& parameter, const Estimate& e) {
    Table table;
    put(table, "name", e.name);
    put(table, "unit", e.unit.empty() ? std::string("1") : e.unit);
    put(table, "estimate", e.value);
    put(table, "standard_error", e.standard_error.value_or(nan));
    if (e.interval) put(table, "interval_95", pair_of((*e.interval)[0], (*e.interval)[1]));
    put(table, "lower", parameter.lower);
    put(table, "upper", parameter.upper);
    put(table, "scale", std::string(scale_name(parameter.scale)));
    if (parameter.prior) put(table, "prior", prior_table(parameter));
    put(table, "at_bound", e.bound);
    put(table, "identifiable", e.is_determined);
    put_profile(table, e);
    put_posterior(table, e);
    return table;
}

Array parameter_list(const FitProblem& problem, const FitResult& result) {
    Array list;
    std::size_t k = 0;
    for (const Parameter& parameter : problem.parameters)
        if (parameter.is_estimated)
            list.push_back(json(parameter_table(parameter, result.estimates[k++])));
    return list;
}

Table identifiability_table(const FitResult& result) {
    const IdentifiabilityReport& report = result.identifiability;
    Table table;
    put(table, "undetermined_directions", static_cast<std::int64_t>(report.undetermined()));
    put(table, "condition", report.condition);
    Array messages;
    for (const std::string& message : report.messages) messages.push_back(json(message));
    put(table, "messages", std::move(messages));
    Array rows;
    for (std::size_t i = 0; i < report.correlation.rows; ++i) {
        Array row;
        for (const double r : report.correlation.row(i)) row.push_back(json(r));
        rows.push_back(json(std::move(row)));
    }
    put(table, "correlation", std::move(rows));
    return table;
}

Array statistics_list(const FitProblem& problem, const FitResult& result) {
    Array list;
    for (const ObservableStatistics& s : statistics_of(problem, result)) {
        Table row;
        put(row, "observable", s.observable);
        put(row, "values", static_cast<std::int64_t>(s.count));
        put(row, "censored", static_cast<std::int64_t>(s.censored));
        put(row, "mean_score", s.mean);
        put(row, "rms_score", s.deviation);
        put(row, "median_fold_error", s.fold);
        list.push_back(json(std::move(row)));
    }
    return list;
}

Table starts_table(const FitResult& result) {
    Table table;
    put(table, "count", static_cast<std::int64_t>(result.starts.fits.size()));
    put(table, "failed", static_cast<std::int64_t>(result.starts.failures()));
    put(table, "within_0.1_of_best", static_cast<std::int64_t>(result.starts.hits(same_objective)));
    return table;
}

std::string number(double value) {
    return std::isfinite(value) ? report::exact_text(value) : std::string();
}

std::string with_unit(const std::string& name, const std::string& unit) {
    return csv_cell(name + " [" + (unit.empty() ? "1" : unit) + "]");
}

std::string parameter_columns(const FitResult& result) {
    std::string text;
    for (const Estimate& e : result.estimates) text += ',' + with_unit(e.name, e.unit);
    return text;
}

}  // namespace

std::vector<ObservableStatistics> statistics_of(const FitProblem& problem,
                                                const FitResult& result) {
    std::map<std::string, std::vector<std::size_t>> places;
    for (std::size_t i = 0; i < problem.data.size(); ++i)
        places[problem.data[i].observable].push_back(i);
    std::vector<ObservableStatistics> all;
    for (const auto& [name, list] : places)
        all.push_back(statistics_of_one(problem, result, name, list));
    return all;
}

std::string fit_json(const FitProblem& problem, const FitRecord& record) {
    const FitResult& result = record.result;
    Table root;
    put(root, "schema", std::string("caravel.fit/1"));
    put(root, "name", problem.name);
    put(root, "run_id", record.run_id);
    put(root, "version", record.version);
    put(root, "identity", problem.identity);
    put(root, "objective", result.objective);
    put(root, "negative_log_likelihood", result.negative_log_likelihood);
    put(root, "aic", result.aic);
    put(root, "bic", result.bic);
    put(root, "values", static_cast<std::int64_t>(problem.data.size()));
    put(root, "stop", std::string(name_of(result.stop)));
    put(root, "starts", starts_table(result));
    put(root, "parameters", parameter_list(problem, result));
    put(root, "identifiability", identifiability_table(result));
    put(root, "observables", statistics_list(problem, result));
    put(root, "inside_90_percent_band", record.check.inside);
    Array messages;
    for (const std::string& message : result.messages) messages.push_back(json(message));
    put(root, "messages", std::move(messages));
    return input::to_json(json(std::move(root))) + "\n";
}

std::string starts_csv(const FitProblem& problem, const FitRecord& record) {
    const FitResult& result = record.result;
    const ParameterSpace space(problem.parameters);
    std::string text = "rank,start,objective,stop,evaluations" + parameter_columns(result) + '\n';
    std::size_t rank = 0;
    for (const std::size_t i : result.starts.ranking()) {
        const LocalFit& fit = *result.starts.fits[i];
        text += fmt::format("{},{},{},{},{}", ++rank, i, number(fit.value), name_of(fit.stop),
                            fit.evaluations);
        for (std::size_t k = 0; k < fit.theta.size(); ++k)
            text += ',' + number(from_scale(space.estimated(k).scale, fit.theta[k]));
        text += '\n';
    }
    for (std::size_t i = 0; i < result.starts.fits.size(); ++i) {
        const auto& fit = result.starts.fits[i];
        if (!fit || fit->failure.empty()) continue;
        text +=
            fmt::format(",{},,{},{}", i, csv_cell("failed: " + fit->failure), fit->evaluations) +
            std::string(result.estimates.size(), ',') + '\n';
    }
    return text;
}

std::string residuals_csv(const FitProblem& problem, const FitRecord& record) {
    std::string text = fmt::format(
        "observable,experiment,group,time [{}],unit,measured,limit,predicted,sigma,score,"
        "band_5,band_50,band_95\n",
        problem.time_unit);
    for (std::size_t i = 0; i < problem.data.size(); ++i) {
        const Datum& d = problem.data[i];
        const double p = record.result.prediction.value[i];
        const double sigma = record.result.prediction.sigma[i];
        const char* limit = d.observation.censoring == Censoring::left    ? "below"
                            : d.observation.censoring == Censoring::right ? "above"
                                                                          : "";
        text +=
            fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_cell(d.observable),
                        csv_cell(d.condition), csv_cell(d.group), number(d.time), csv_cell(d.unit),
                        number(d.observation.value), limit, number(p), number(sigma),
                        number(normal_score(d, p, sigma)), number(record.check.low[i]),
                        number(record.check.median[i]), number(record.check.high[i]));
    }
    return text;
}

std::string chains_csv(const ParameterSpace& space, const FitRecord& record) {
    if (record.result.chains.empty()) return {};
    std::string text = "chain,draw,log_density" + parameter_columns(record.result) + '\n';
    for (const ChainState& chain : record.result.chains) {
        const std::size_t n = chain.theta.size();
        for (std::size_t k = 0; k < chain.log_densities.size(); ++k) {
            text += fmt::format("{},{},{}", chain.chain, k, number(chain.log_densities[k]));
            for (std::size_t j = 0; j < n; ++j)
                text += ',' + number(from_scale(space.estimated(j).scale, chain.draws[k * n + j]));
            text += '\n';
        }
    }
    return text;
}

std::string fit_summary(const FitProblem& problem, const FitRecord& record) {
    const FitResult& result = record.result;
    std::string text = fmt::format(
        "{}: -log posterior {}, AIC {}, BIC {}; {} values, {} of {} starts within {} of the best\n",
        problem.name, format_number(result.objective, 7), format_number(result.aic, 6),
        format_number(result.bic, 6), problem.data.size(), result.starts.hits(same_objective),
        result.starts.fits.size(), same_objective);
    std::size_t width = 9;
    for (const Estimate& e : result.estimates) width = std::max(width, e.name.size());
    for (const Estimate& e : result.estimates) {
        text += fmt::format("  {:<{}}  {:>10}", e.name, width, format_number(e.value, 4));
        if (!e.unit.empty()) text += ' ' + e.unit;
        if (e.interval)
            text += fmt::format("  95 % {} to {}", format_number((*e.interval)[0], 3),
                                format_number((*e.interval)[1], 3));
        else if (e.profile_low && e.profile_high)
            text += fmt::format("  95 % by profile {} to {}", format_number(*e.profile_low, 3),
                                format_number(*e.profile_high, 3));
        if (!e.is_determined) text += "  NOT DETERMINED by these data";
        if (!e.bound.empty())
            text += "  at its " + e.bound + " bound" + (e.interval ? "" : ": no interval");
        text += '\n';
    }
    for (const std::string& message : result.identifiability.messages)
        text += "! " + message + '\n';
    for (const std::string& message : result.messages) text += "! " + message + '\n';
    return text;
}

}  // namespace caravel::inference::fit
