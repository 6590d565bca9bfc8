#include "caravel/inference/population/sensitivity_run.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::inference::population {
namespace {

constexpr int resamples = 500;
constexpr std::size_t values_in_memory = 8'000'000;

/// Rows of `length` points without a failure.
std::vector<std::size_t> complete_rows(std::span<const double> outputs, std::size_t length) {
    std::vector<std::size_t> rows;
    for (std::size_t r = 0; r * length < outputs.size(); ++r) {
        const auto row = outputs.subspan(r * length, length);
        if (std::all_of(row.begin(), row.end(), [](double y) { return std::isfinite(y); }))
            rows.push_back(r);
    }
    if (rows.size() < 2)
        throw InputError(Diagnostic{{},
                                    "only " + std::to_string(rows.size()) +
                                        " trajectories or base rows have no failed point",
                                    "2 or more",
                                    "narrow the ranges, or repeat a point with --only"});
    return rows;
}

/// Elementary effects of the trajectories given, as morris_effects has them for all.
std::vector<Influence> morris_of(const MorrisPlan& plan, std::span<const double> outputs,
                                 const std::vector<std::size_t>& rows,
                                 const BootstrapOptions& options) {
    const std::size_t d = plan.dimensions;
    std::vector<double> effect(rows.size() * d);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const std::uint64_t first = rows[r] * (d + 1);
        std::vector<double> here = morris_point(plan, first);
        for (std::size_t k = 0; k < d; ++k) {
            const std::vector<double> next = morris_point(plan, first + k + 1);
            for (std::size_t p = 0; p < d; ++p)
                if (next[p] != here[p])
                    effect[r * d + p] =
                        (outputs[first + k + 1] - outputs[first + k]) / (next[p] - here[p]);
            here = next;
        }
    }
    std::vector<Influence> result(d);
    for (std::size_t p = 0; p < d; ++p) {
        const auto statistic = [&](std::span<const std::size_t> chosen) {
            double sum = 0.0;
            double absolute = 0.0;
            double square = 0.0;
            const auto n = static_cast<double>(chosen.size());
            for (const std::size_t r : chosen) sum += effect[r * d + p];
            for (const std::size_t r : chosen) absolute += std::abs(effect[r * d + p]);
            for (const std::size_t r : chosen)
                square += (effect[r * d + p] - sum / n) * (effect[r * d + p] - sum / n);
            return std::vector{absolute / n, std::sqrt(square / (n - 1.0)), sum / n};
        };
        const auto e = bootstrap(rows.size(), statistic, options);
        result[p] = {p, e[0], e[1], e[2].value};
    }
    return result;
}

std::vector<Influence> sobol_of(const SobolIndexPlan& plan, std::span<const double> outputs,
                                const std::vector<std::size_t>& rows,
                                const BootstrapOptions& options) {
    const std::size_t length = plan.dimensions + 2;
    std::vector<double> kept;
    for (const std::size_t r : rows)
        for (std::size_t k = 0; k < length; ++k) kept.push_back(outputs[r * length + k]);
    SobolIndexPlan part = plan;
    part.base = rows.size();
    std::vector<Influence> result;
    for (const auto& index : sobol_indices(part, kept, options))
        result.push_back({result.size(), index.total, index.first, 0.0});
    return result;
}

/// Mean and deviation over all points that have a value.
void add_moments(OutputSensitivity& result, std::span<const double> values) {
    double n = 0.0;
    for (const double y : values)
        if (std::isfinite(y)) {
            result.mean += y;
            ++n;
        }
    if (n == 0.0) return;
    result.mean /= n;
    for (const double y : values)
        if (std::isfinite(y)) result.standard_deviation += (y - result.mean) * (y - result.mean);
    result.standard_deviation = std::sqrt(result.standard_deviation / std::max(1.0, n - 1.0));
}

OutputSensitivity analyse(const SensitivityStudy& study, std::size_t output,
                          std::span<const double> values) {
    OutputSensitivity result;
    result.output = study.outputs()[output];
    add_moments(result, values);
    // Rounding of an output that nothing moves must not look like an influence.
    if (!(result.standard_deviation > 1e-12 * std::abs(result.mean))) return result;
    result.influences =
        influences(study.design(), values, static_cast<std::uint64_t>(study.plan().seed));
    std::stable_sort(result.influences.begin(), result.influences.end(),
                     [](const auto& a, const auto& b) { return a.main.value > b.main.value; });
    return result;
}

std::vector<OutputSensitivity> analyse_all(const SensitivityStudy& study,
                                           const StoredResults& records) {
    const std::size_t n = study.outputs().size();
    const std::size_t at_once =
        std::max<std::size_t>(1, values_in_memory / std::max<std::size_t>(1, records.count));
    std::vector<OutputSensitivity> results;
    for (std::size_t begin = 0; begin < n; begin += at_once) {
        const std::size_t end = std::min(n, begin + at_once);
        std::vector<std::vector<double>> columns(end - begin);
        records.visit([&](std::uint64_t, const std::vector<double>* outputs, const Quarantined*) {
            for (std::size_t k = begin; k < end; ++k)
                columns[k - begin].push_back(
                    outputs != nullptr ? outputs->at(k) : std::numeric_limits<double>::quiet_NaN());
        });
        for (std::size_t k = begin; k < end; ++k)
            results.push_back(analyse(study, k, columns[k - begin]));
    }
    return results;
}

std::string repeat_command(const ManyRunOptions& options, const SensitivityInput& plan) {
    std::string text = "caravel sensitivity " + options.plan.string();
    for (const auto& a : plan.assignments) text += " --set '" + a + "'";
    for (const auto& v : plan.varied)
        if (!is_plan(options.plan)) text += " --vary '" + v.key + "=" + v.low + ".." + v.high + "'";
    for (const auto& o : plan.outputs) text += " --output '" + o + "'";
    if (plan.count > 0) text += " --count " + std::to_string(plan.count);
    return text + " --method " + plan.method + " --seed " + std::to_string(plan.seed) + " --only ";
}

}  // namespace

std::vector<Influence> influences(const SensitivityDesign& design, std::span<const double> outputs,
                                  std::uint64_t seed) {
    const BootstrapOptions options{resamples, 0.95, seed};
    if (design.is_morris()) {
        const auto rows = complete_rows(outputs, design.morris().dimensions + 1);
        return morris_of(design.morris(), outputs, rows, options);
    }
    const auto rows = complete_rows(outputs, design.sobol().dimensions + 2);
    return sobol_of(design.sobol(), outputs, rows, options);
}

SensitivityInput sensitivity_input(const ManyRunOptions& options, const std::string& method,
                                   const std::vector<std::string>& vary) {
    SensitivityInput plan = read_sensitivity_plan(options.plan);
    plan.assignments.insert(plan.assignments.end(), options.assignments.begin(),
                            options.assignments.end());
    if (!options.outputs.empty()) plan.outputs = options.outputs;
    if (options.count > 0) plan.count = options.count;
    if (options.seed) plan.seed = *options.seed;
    if (method != "auto") plan.method = method;
    if (!vary.empty()) plan.varied.clear();
    for (const auto& text : vary) plan.varied.push_back(parse_vary(text));
    return plan;
}

SensitivityOutcome run_sensitivity(const ManyRunOptions& options, const SensitivityInput& plan,
                                   const study::DataPaths& data, const ModelFactory& models) {
    const SensitivityStudy study(plan, data, with_version(models, options.version));
    ManyRuns runs;
    runs.name = "Sensitivity of " + study.study_name();
    runs.plan = echo_plan(study.plan());
    runs.identity = study.identity();
    runs.seed = static_cast<std::uint64_t>(plan.seed);
    runs.count = study.design().points();
    runs.model = &study.model();
    runs.values = [&](std::uint64_t i) { return study.values(i); };
    runs.describe = [&](std::uint64_t i) { return study.describe(i); };
    const std::string command = repeat_command(options, plan);
    SensitivityOutcome outcome;
    const auto done =
        run_many(runs, options, [&](const StoredResults& records, const ManyRunsDone& so_far) {
            const auto& failed = so_far.quarantined;
            if (failed.size() == runs.count)
                throw NumericalError({"sensitivity", "every point", "", 0.0, 0.0,
                                      "failed; the first: " + failed.front().reason,
                                      "try " + command + "0"});
            outcome.outputs = analyse_all(study, records);
            report::write_file_atomically(
                so_far.folder / "sensitivity.json",
                sensitivity_json(study, outcome.outputs, failed, command));
            report::write_file_atomically(
                so_far.folder / "report.html",
                sensitivity_page(study, outcome.outputs, failed, command));
            outcome.summary =
                sensitivity_summary(study, outcome.outputs, failed, command, so_far.folder);
        });
    outcome.folder = done.folder;
    outcome.id = done.id;
    return outcome;
}

std::string show_point(const SensitivityInput& plan, std::int64_t only,
                       const study::DataPaths& data, const ModelFactory& models) {
    const SensitivityStudy study(plan, data, models);
    const auto last = static_cast<std::int64_t>(study.design().points()) - 1;
    if (only < 0 || only > last)
        throw UsageError("--only " + std::to_string(only) + ": points are numbered from 0 to " +
                         std::to_string(last));
    const auto i = static_cast<std::uint64_t>(only);
    const auto values = study.values(i);
    std::string text = "Point " + std::to_string(only) + ": " + study.describe(i) + "\n";
    const auto outputs = study.model().evaluate(values);
    for (std::size_t k = 0; k < study.outputs().size(); ++k)
        text += "  " + study.outputs()[k].name + " = " + report::exact_text(outputs[k]) + " " +
                study.outputs()[k].unit + "\n";
    return text + "  " + study.model().command(values) + "\n";
}

}  // namespace caravel::inference::population
