#include "caravel/inference/delivery/qualification_files.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/json_value.hpp"
#include "caravel/report/sha256.hpp"

#include <fmt/format.h>

#include <cmath>

namespace caravel::inference::delivery {
namespace {

using report::json;
using report::put;

double percent_of_dose(double log_fraction) { return 100.0 * std::pow(10.0, log_fraction); }

input::Table estimate_json(const Estimate& e) {
    input::Table table;
    put(table, "value", e.value);
    put(table, "standard_error", e.standard_error);
    put(table, "low", e.low);
    put(table, "high", e.high);
    return table;
}

input::Table score_json(const Score& s) {
    input::Table table;
    put(table, "question", s.question);
    put(table, "learner", s.learner);
    put(table, "values", static_cast<std::int64_t>(s.values));
    put(table, "cases", static_cast<std::int64_t>(s.cases));
    put(table, "articles", static_cast<std::int64_t>(s.articles));
    put(table, "rmse_log10", estimate_json(s.rmse));
    put(table, "r2", estimate_json(s.r2));
    put(table, "within_2x", estimate_json(s.within_2));
    put(table, "within_3x", estimate_json(s.within_3));
    put(table, "within_10x", estimate_json(s.within_10));
    put(table, "coverage_of_90_percent_interval", estimate_json(s.coverage));
    put(table, "interval_width_log10", estimate_json(s.width));
    return table;
}

input::Array scores_json(const std::vector<Score>& scores) {
    input::Array list;
    for (const Score& s : scores) list.push_back(json(score_json(s)));
    return list;
}

input::Array ledger_json(const Ledger& ledger) {
    input::Array list;
    for (const auto& entry : ledger.entries()) {
        input::Table table;
        put(table, "reason", entry.reason);
        put(table, "count", static_cast<std::int64_t>(entry.count));
        if (entry.first.line > 0)
            put(table, "first_line", static_cast<std::int64_t>(entry.first.line));
        list.push_back(json(std::move(table)));
    }
    return list;
}

input::Table data_json(const DeliveryData& data, const Qualification& result) {
    input::Table table;
    input::Array files;
    for (const std::string& file : data.files) files.push_back(json(file));
    put(table, "files", std::move(files));
    put(table, "tumour_records", static_cast<std::int64_t>(data.tumour_records));
    put(table, "organ_instances",
        static_cast<std::int64_t>(data.cases.size() - data.tumour_records));
    put(table, "articles", static_cast<std::int64_t>(data.articles));
    const auto matches = [&](const char* key, MatchRule rule) {
        put(table, key, static_cast<std::int64_t>(count_matches(data.matches, rule)));
    };
    matches("pairs_with_equal_tumour_series", MatchRule::equal_series);
    matches("pairs_with_proportional_tumour_series", MatchRule::proportional_series);
    matches("pairs_of_articles_with_one_particle", MatchRule::particle);
    put(table, "tumour_points_with_mass_of_equal_series",
        static_cast<std::int64_t>(data.adopted_points));
    put(table, "points_below_detection_not_scored", static_cast<std::int64_t>(result.censored));
    put(table, "left_out_of_tumour_records", ledger_json(data.tumour_dropped));
    put(table, "left_out_of_organ_table", ledger_json(data.organ_dropped));
    return table;
}

input::Table folds_json(const Folds& folds) {
    input::Table table;
    for (const auto& [article, fold] : folds)
        put(table, article, static_cast<std::int64_t>(fold) + 1);
    return table;
}

input::Array goals_json(const Qualification& result) {
    input::Array list;
    for (const Goal& goal : result.goals) {
        input::Table table;
        put(table, "question", goal.question);
        put(table, "learner", goal.learner);
        put(table, "demand", goal.demand);
        put(table, "measured", goal.measured);
        put(table, "standard_error", goal.standard_error);
        put(table, "hit", goal.is_hit);
        list.push_back(json(std::move(table)));
    }
    return list;
}

input::Array leaks_json(const Qualification& result) {
    input::Array list;
    for (const LeakResult& leak : result.leaks) {
        input::Table table;
        put(table, "learner", leak.learner);
        put(table, "r2", estimate_json(leak.r2));
        put(table, "lost_all_skill", leak.lost_all_skill);
        list.push_back(json(std::move(table)));
    }
    return list;
}

input::Table split_json(const Qualification& result) {
    input::Table table;
    put(table, "passed", result.split_leaks.empty());
    input::Array pairs;
    for (const SplitLeak& leak : result.split_leaks) {
        input::Table pair;
        put(pair, "tested", leak.tested);
        put(pair, "trained", leak.trained);
        pairs.push_back(json(std::move(pair)));
    }
    put(table, "one_particle_on_both_sides", std::move(pairs));
    return table;
}

}  // namespace

std::string qualification_json(const DeliveryData& data, const Qualification& result,
                               const QualificationOptions& options) {
    input::Table root;
    put(root, "schema", "caravel.qualification/1");
    put(root, "what", "delivery");
    put(root, "seed", static_cast<std::int64_t>(options.seed));
    put(root, "bootstrap_resamples_of_articles", static_cast<std::int64_t>(options.resamples));
    put(root, "quantity", "log10 of the fraction of the injected dose in the whole organ");
    put(root, "data", data_json(data, result));
    put(root, "scores", scores_json(result.scores));
    put(root, "organ_scores", scores_json(result.organ_scores));
    put(root, "goals", goals_json(result));
    put(root, "leak_test", leaks_json(result));
    put(root, "split_check", split_json(result));
    put(root, "fold_of_article_tumour", folds_json(result.tumour_folds));
    put(root, "fold_of_article_organs", folds_json(result.organ_folds));
    return input::to_json(json(std::move(root))) + "\n";
}

std::string qualification_csv(const Qualification& result) {
    std::string text =
        "question,learner,case,article,fold,place,times_h,measured_pctID,median_pctID,lower_pctID,"
        "upper_pctID\n";
    for (const Outcome& o : result.outcomes) {
        std::string times;
        for (const double t : o.times)
            times += (times.empty() ? "" : ";") + format_number(t / 3600.0, 6);
        std::string article = o.article;
        if (article.find_first_of(",\"") != std::string::npos) {
            std::string quoted = "\"";
            for (const char c : article)
                quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
            article = quoted + "\"";
        }
        text += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", o.question, o.learner, o.id,
                            article, o.fold + 1, place_name(o.place), times,
                            format_number(percent_of_dose(o.measured), 9),
                            format_number(percent_of_dose(o.forecast.median), 9),
                            format_number(percent_of_dose(o.forecast.lower), 9),
                            format_number(percent_of_dose(o.forecast.upper), 9));
    }
    return text;
}

void write_qualification(const std::filesystem::path& folder, const DeliveryData& data,
                         const Qualification& result, const QualificationOptions& options) {
    report::create_folder(folder);
    report::write_file_atomically(folder / "records.csv", qualification_csv(result));
    report::write_file_atomically(folder / "report.html", qualification_html(data, result));
    report::write_file_atomically(folder / "results.json",
                                  qualification_json(data, result, options));
}

std::string qualification_hash(const DeliveryData& data, const std::vector<Learner>& learners,
                               const QualificationOptions& options, const std::string& version) {
    std::string text =
        fmt::format("{} {} {} {} {} {}\n", version, options.folds, options.organ_folds,
                    options.seed, options.has_leak_test, data.tumour_records);
    for (const Learner& learner : learners) text += learner.name + "\n";
    for (const DeliveryCase& c : data.cases) {
        const ParticleFacts& p = c.particle;
        const AnimalFacts& a = c.animal;
        text += fmt::format(
            "{} {} {:a} {:a} {:a} {} {} {} {:a} {} {} {} {} {:a} {} {:a} {} {} {} {:a}\n", c.id,
            c.article, p.hydrodynamic_diameter.value_or(-1.0), p.core_diameter.value_or(-1.0),
            p.zeta_potential.value_or(-1.0), p.material, p.shape, p.coating,
            p.coating_molar_mass.value_or(-1.0), p.is_pegylated ? (*p.is_pegylated ? 1 : 0) : -1,
            p.is_targeted, a.species, a.strain, a.body_weight.value_or(-1.0), a.has_tumour,
            a.tumour_mass.value_or(-1.0), a.implantation, a.site, a.cancer, c.dose.value_or(-1.0));
        for (const Point& point : c.points)
            text += fmt::format(" {} {:a} {:a} {}\n", static_cast<int>(point.place), point.time,
                                point.fraction.value, static_cast<int>(point.fraction.censoring));
    }
    return report::sha256_hex(text);
}

}  // namespace caravel::inference::delivery
