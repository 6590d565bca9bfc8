#include "caravel/inference/delivery/study_interval.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/exec/normal_quantile.hpp"
#include "caravel/exec/threads.hpp"
#include "caravel/inference/delivery/early_update.hpp"
#include "caravel/inference/delivery/study_forecast.hpp"
#include "caravel/inference/delivery/study_interval_model.hpp"
#include "caravel/inference/delivery/study_interval_outputs.hpp"
#include "caravel/inference/sobol.hpp"
#include "caravel/input/document.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/html_report.hpp"
#include "caravel/report/results_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::inference::delivery {
namespace {

constexpr std::size_t rows_at_once = 8;  // for a thread; no result depends on it
constexpr double most_missing = 0.1;     // of the draws, for an interval
constexpr double within_article = 0.29;  // log10
constexpr double digitising = 0.05;      // log10, assumed
constexpr double cost_of_curves = 1.6;   // of all groups of outputs against one run
constexpr double least_cost = 2e-3;      // s, building a variant

/// The fitted laws with their discrepancy; none where they are missing or of another version, which
/// the spread's source tells.
std::optional<FittedLaws> shipped_laws(const study::DataPaths& data) {
    const auto folder = data.root / "delivery";
    if (!std::filesystem::exists(folder / "laws.csv")) return std::nullopt;
    try {
        return load_laws(folder);
    } catch (const InputError&) {
        return std::nullopt;
    }
}

/// Predictions of many draws: rows of outputs, empty where a draw failed, and the last reason.
struct Rows {
    std::vector<std::vector<double>> outputs;
    std::string failure;
};

/// One group of outputs evaluated for rows of latent numbers.
class Evaluator {
  public:
    Evaluator(const IntervalModel& model, std::vector<population::RequestedOutput> outputs,
              const std::filesystem::path& study, const study::DataPaths& data,
              const std::string& version)
        : model_(model),
          family_({study, model.assignments(), model.keys(), std::move(outputs), version}, data) {}

    Rows operator()(std::span<const double> latent, exec::ThreadTeam& team,
                    const StudyIntervalOptions& options, double& done, double all) const {
        const std::size_t width = model_.dimensions();
        const std::size_t count = latent.size() / width;
        Rows rows{std::vector<std::vector<double>>(count), ""};
        std::vector<std::string> failures(count);
        const std::size_t round = rows_at_once * static_cast<std::size_t>(team.size()) * 2;
        for (std::size_t first = 0; first < count; first += round) {
            if (options.interrupted && options.interrupted())
                throw Interrupted("interrupted while the intervals were computed");
            const std::size_t end = std::min(count, first + round);
            const std::size_t tiles = (end - first + rows_at_once - 1) / rows_at_once;
            team.run(static_cast<index_t>(tiles), [&](index_t tile) {
                const std::size_t from = first + static_cast<std::size_t>(tile) * rows_at_once;
                block(latent, from, std::min(end, from + rows_at_once), rows, failures);
            });
            done += static_cast<double>(end - first);
            if (options.progress) options.progress(std::min(done, all), all);
        }
        for (const std::string& failure : failures)
            if (!failure.empty()) rows.failure = failure;
        return rows;
    }

  private:
    void block(std::span<const double> latent, std::size_t from, std::size_t end, Rows& rows,
               std::vector<std::string>& failures) const {
        std::vector<double> values;
        std::vector<std::size_t> place;
        for (std::size_t i = from; i < end; ++i) {
            try {
                const auto own =
                    model_.values(latent.subspan(i * model_.dimensions(), model_.dimensions()),
                                  family_.base_values());
                values.insert(values.end(), own.begin(), own.end());
                place.push_back(i);
            } catch (const NumericalError& error) {
                failures[i] = error.what();
            }
        }
        if (place.empty()) return;
        auto result = family_.evaluate_block(values);
        for (std::size_t k = 0; k < place.size(); ++k) {
            rows.outputs[place[k]] = std::move(result.outputs[k]);
            failures[place[k]] = std::move(result.failures[k]);
        }
    }

    const IntervalModel& model_;
    population::StudyFamily family_;
};

std::vector<double> sobol_draws(std::size_t dimensions, std::size_t count, std::uint64_t seed) {
    const SobolSequence sequence(static_cast<int>(dimensions), Scrambling::nested, seed);
    std::vector<double> latent(dimensions * count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::span<double> row(latent.data() + i * dimensions, dimensions);
        sequence.point(i, row);
        for (double& value : row) value = exec::normal_quantile(value);
    }
    return latent;
}

struct Draws {
    std::vector<double> latent;
    std::vector<double> weights;
};

/// Computes and places the intervals of one record.
class Intervals {
  public:
    Intervals(report::RunRecord& record, const std::filesystem::path& study,
              const std::vector<std::string>& assignments, const study::DataPaths& data,
              const std::string& version, const StudyIntervalOptions& options,
              const FittedLaws* laws, std::uint64_t seed, std::size_t count)
        : record_(record),
          study_(study),
          data_(data),
          version_(version),
          options_(options),
          seed_(seed),
          model_(study, assignments, data, laws),
          team_(options.threads) {
        prior_ = {sobol_draws(model_.dimensions(), count, seed),
                  std::vector<double>(count, 1.0 / static_cast<double>(count))};
        facts_.draws = static_cast<std::int64_t>(count);
        facts_.seed = seed;
        facts_.sentences = model_.sentences();
        facts_.effective_size = static_cast<double>(count);
    }

    void run() {
        const auto groups = output_groups(record_);
        const double sets = options_.known_until ? 2.0 : 1.0;
        all_ = sets * static_cast<double>(groups.size() * prior_.weights.size());
        std::optional<Draws> updated;
        if (options_.known_until) updated = update(*options_.known_until);
        for (const OutputGroup& group : groups) {
            const Evaluator evaluate(model_, group.outputs, study_, data_, version_);
            const Rows before = evaluate(prior_.latent, team_, options_, done_, all_);
            place(group, before, prior_.weights, false);
            if (updated)
                place(group, evaluate(updated->latent, team_, options_, done_, all_),
                      updated->weights, true);
        }
        record_.intervals = std::move(facts_);
    }

  private:
    Draws update(double until) {
        const auto known = known_points(record_, until);
        if (known.empty())
            throw InputError(Diagnostic{
                {},
                "no measured point up to " + format_quantity(until, "h") + " can update the study",
                "[[data]] of a predicted curve with values above 0 after 0 h",
                "leave out --known-until, or name a later time"});
        std::vector<population::RequestedOutput> outputs;
        std::vector<EarlyPoint> points;
        for (const KnownPoint& k : known) {
            outputs.push_back({record_.series[k.series].name, k.point.time});
            const double own = k.point.spread.value_or(0.0) / k.point.value;
            points.push_back(
                {{k.point.value, k.point.below_limit ? Censoring::left : Censoring::none},
                 std::hypot(std::numbers::ln10 * std::hypot(within_article, digitising), own)});
        }
        const Evaluator evaluate(model_, outputs, study_, data_, version_);
        double uncounted = 0.0;
        const auto predict = [&](std::span<const double> latent) {
            return evaluate(latent, team_, silent(), uncounted, 1.0).outputs;
        };
        EarlyUpdateOptions own;
        own.seed = seed_;
        EarlyUpdate result = update_draws(prior_.latent, model_.dimensions(), points, predict, own);
        describe_update(until, known.size(), result);
        return {std::move(result.latent), std::move(result.weights)};
    }

    StudyIntervalOptions silent() const {
        StudyIntervalOptions options;
        options.interrupted = options_.interrupted;
        return options;
    }

    void describe_update(double until, std::size_t points, const EarlyUpdate& result) {
        facts_.known_until = until;
        facts_.known_points = points;
        facts_.reweighted_size = result.reweighted_size;
        facts_.effective_size = result.effective_size;
        std::string text = fmt::format(
            "Updated by {} measured point{} up to {} (log-normal scatter of Student's law, 0.29 "
            "log10 within a study, 0.05 log10 of digitising (assumed), and each point's own "
            "spread). Weighted by them, the draws count as {:.0f} of {}",
            points, points == 1 ? "" : "s", format_quantity(until, "h"), result.reweighted_size,
            facts_.draws);
        text += result.stages == 0
                    ? "."
                    : fmt::format(
                          "; moved to where the points are in {} stages, {:.0f} distinct "
                          "draws remain.",
                          result.stages, result.effective_size);
        facts_.sentences.push_back(std::move(text));
        facts_.sentences.emplace_back(
            "Values are the median after the update; the interval before it stands beside.");
    }

    void place(const OutputGroup& group, const Rows& rows, std::span<const double> weights,
               bool updated) {
        std::vector<double> kept;
        std::vector<const std::vector<double>*> finished;
        double missing = 0.0;
        for (std::size_t i = 0; i < rows.outputs.size(); ++i) {
            if (rows.outputs[i].size() == group.outputs.size()) {
                finished.push_back(&rows.outputs[i]);
                kept.push_back(weights[i]);
            } else {
                missing += weights[i];
            }
        }
        if (missing > most_missing) {
            refuse(group, missing, rows.failure);
            return;
        }
        for (std::size_t k = 0; k < group.outputs.size(); ++k)
            place_output(group.places[k], k, finished, kept, missing, updated);
    }

    /// Draws whose tumour has vanished have no value per its mass, curves that do not fall no
    /// half-life: with many of them there is no interval.
    void place_output(const OutputPlace& at, std::size_t k,
                      const std::vector<const std::vector<double>*>& finished,
                      const std::vector<double>& kept, double missing, bool updated) {
        std::vector<double> values;
        std::vector<double> weights;
        for (std::size_t i = 0; i < finished.size(); ++i) {
            if (std::isfinite((*finished[i])[k])) {
                values.push_back((*finished[i])[k]);
                weights.push_back(kept[i]);
            } else {
                missing += kept[i];
            }
        }
        if (missing > most_missing) {
            drop(at);
            refuse(at, missing, "a tumour that has vanished, a curve that does not end");
            return;
        }
        place(at,
              {weighted_quantile(values, weights, 0.05), weighted_quantile(values, weights, 0.95)},
              weighted_quantile(values, weights, 0.5), updated);
    }

    /// After an update what was computed before it must not stand for what has no value.
    void drop(const OutputPlace& at) {
        if (at.is_quantity)
            record_.quantities[at.index].interval.reset();
        else
            std::erase_if(record_.series[at.index].band,
                          [&](const report::BandPoint& b) { return b.time == at.time; });
    }

    void place(const OutputPlace& place, const std::array<double, 2>& interval, double median,
               bool updated) {
        if (!place.is_quantity) {
            auto& band = record_.series[place.index].band;
            const report::BandPoint point{place.time, interval[0], interval[1]};
            const auto same = std::find_if(band.begin(), band.end(),
                                           [&](const auto& b) { return b.time == place.time; });
            if (same == band.end())
                band.push_back(point);
            else
                *same = point;
            return;
        }
        report::QuantityResult& quantity = record_.quantities[place.index];
        if (updated) {
            quantity.prior_interval = quantity.interval;
            quantity.updated = median;
        }
        quantity.interval = interval;
    }

    void refuse(const OutputGroup& group, double missing, const std::string& failure) {
        for (const OutputPlace& place : group.places) refuse(place, missing, failure);
    }

    void refuse(const OutputPlace& place, double missing, const std::string& failure) {
        if (!place.is_quantity) return;
        const std::string& name = record_.quantities[place.index].name;
        const bool known = std::any_of(facts_.without.begin(), facts_.without.end(),
                                       [&](const auto& w) { return w.first == name; });
        if (!known)
            facts_.without.emplace_back(
                name,
                fmt::format("{:.0f} % of the draws give no value ({})", 100.0 * missing, failure));
    }

    report::RunRecord& record_;
    const std::filesystem::path& study_;
    const study::DataPaths& data_;
    const std::string& version_;
    const StudyIntervalOptions& options_;
    std::uint64_t seed_;
    IntervalModel model_;
    exec::ThreadTeam team_;
    Draws prior_;
    report::IntervalFacts facts_;
    double done_ = 0.0;
    double all_ = 1.0;
};

void check(const StudyIntervalOptions& options, double until) {
    if (options.draws && (*options.draws < 0 || *options.draws > 100000 ||
                          (*options.draws > 0 && *options.draws < 20)))
        throw InputError(Diagnostic{{},
                                    std::to_string(*options.draws) + " draws",
                                    "0 (none), or 20 to 100000",
                                    "200 are usual"});
    if (options.known_until && options.draws == 0)
        throw InputError(Diagnostic{{},
                                    "points known until " +
                                        format_quantity(*options.known_until, "h") +
                                        " but no draws that they could update",
                                    "--draws 200",
                                    "leave --draws out"});
    if (options.known_until && !(*options.known_until > 0.0 && *options.known_until <= until))
        throw InputError(
            Diagnostic{{},
                       "points known until " + format_quantity(*options.known_until, "h"),
                       "a time after 0 h and up to " + format_quantity(until, "h"),
                       ""});
}

}  // namespace

double interval_cost(const study::Prepared& prepared, std::int64_t draws) {
    return static_cast<double>(draws) *
           (least_cost + cost_of_curves * study::estimate(prepared).seconds);
}

void add_intervals(report::RunRecord& record, const std::filesystem::path& study,
                   const std::vector<std::string>& assignments, const study::DataPaths& data,
                   const std::string& version, const StudyIntervalOptions& options) {
    const study::Prepared prepared = study::prepare(study, assignments, data);
    check(options, prepared.file.input.run.until);
    const std::int64_t draws = options.draws.value_or(usual_draws);
    const double cost = interval_cost(prepared, usual_draws);
    if (draws == 0) return;
    const std::optional<FittedLaws> laws = shipped_laws(data);
    // Asked for early points, the user is told of their cost by waiting.
    if (!options.draws && !options.known_until && cost > affordable) {
        record.notes.push_back(fmt::format(
            "No intervals: {} draws would take about {:.0f} s of computation; ask for them with "
            "--draws {}.",
            usual_draws, cost, usual_draws));
        if (!laws || !has_forecast(prepared)) return;
        record.intervals.emplace();
        add_forecasts(record, prepared, *laws, std::nullopt);
        return;
    }
    const auto seed = static_cast<std::uint64_t>(prepared.file.input.run.seed);
    Intervals(record, study, assignments, data, version, options, laws ? &*laws : nullptr, seed,
              static_cast<std::size_t>(draws))
        .run();
    if (laws) add_forecasts(record, prepared, *laws, options.known_until);
}

namespace {

/// What intervals were made of; empty where there are none.
std::string settings_of_intervals(const std::string& results) {
    const auto document = input::parse_json(results, "results.json");
    const auto* root = std::get_if<input::Table>(&document.root.data);
    const auto* entry = root ? root->find("intervals") : nullptr;
    const auto* facts = entry ? std::get_if<input::Table>(&entry->value.data) : nullptr;
    if (facts == nullptr) return "";
    std::string text;
    for (const char* key : {"draws", "known_until_h", "known_points"}) {
        const auto* fact = facts->find(key);
        if (fact == nullptr) continue;
        const auto* whole = std::get_if<std::int64_t>(&fact->value.data);
        const auto* real = std::get_if<double>(&fact->value.data);
        text += std::string(key) + " " +
                format_number(whole  ? static_cast<double>(*whole)
                              : real ? *real
                                     : 0.0) +
                "; ";
    }
    return text;
}

}  // namespace

std::optional<std::filesystem::path> keep_other_intervals(const study::RunResult& result) {
    if (result.earlier_results.empty()) return std::nullopt;
    const std::string before = settings_of_intervals(result.earlier_results);
    if (before.empty() || before == settings_of_intervals(report::results_json(result.record)))
        return std::nullopt;
    const auto folder = result.folder / "earlier";
    report::create_folder(folder);
    report::write_file_atomically(folder / "results.json", result.earlier_results);
    report::write_file_atomically(folder / "report.html", result.earlier_report);
    return folder;
}

void store_intervals(const study::RunResult& result, const std::filesystem::path& runs) {
    report::write_file_atomically(result.folder / "results.json",
                                  report::results_json(result.record));
    report::write_file_atomically(result.folder / "report.html",
                                  report::html_report(result.record));
    report::RunStore(runs).finish(result.record.run_id, result.record.manifest,
                                  result.record.timings);
}

}  // namespace caravel::inference::delivery
