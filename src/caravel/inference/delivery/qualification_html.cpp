#include "caravel/inference/delivery/qualification_files.hpp"
#include "caravel/inference/delivery/qualification_scores.hpp"
#include "caravel/report/qualification_page.hpp"
#include "caravel/report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace caravel::inference::delivery {
namespace {

using report::LineChart;
using report::QualificationSection;
using report::QualificationTable;

double percent_of_dose(double log_fraction) { return 100.0 * std::pow(10.0, log_fraction); }

std::string with_error(const Estimate& e, double scale, int digits) {
    return fmt::format("{:.{}f} ± {:.{}f}", scale * e.value, digits, scale * e.standard_error,
                       digits);
}

std::vector<std::string> score_row(const Score& s, const std::string& first) {
    return {first,
            std::to_string(s.values),
            std::to_string(s.articles),
            with_error(s.rmse, 1.0, 3),
            with_error(s.r2, 1.0, 2),
            with_error(s.within_2, 100.0, 0),
            with_error(s.within_3, 100.0, 0),
            with_error(s.within_10, 100.0, 0),
            with_error(s.coverage, 100.0, 0),
            with_error(s.width, 1.0, 2)};
}

QualificationTable score_table(const std::string& title, const std::string& first) {
    return {title,
            {{first, false},
             {"values", true},
             {"articles", true},
             {"RMSE log10", true},
             {"R²", true},
             {"within 2× %", true},
             {"within 3× %", true},
             {"within 10× %", true},
             {"in 90 % interval %", true},
             {"interval width log10", true}},
            {}};
}

LineChart scatter(const Qualification& result, std::string_view question,
                  const std::string& learner, std::size_t number) {
    LineChart chart;
    chart.id = fmt::format("scatter-{}", number);
    chart.title = fmt::format("{}: {}. Full line: equal; broken pair: threefold.", learner,
                              question_text(question));
    chart.x_label = "predicted, %ID";
    chart.y_label = "measured, %ID";
    chart.logarithmic = true;
    chart.logarithmic_x = true;
    double low = 1e300;
    double high = 0.0;
    report::ChartLine points;
    points.label = "held-out values";
    for (const Outcome& o : outcomes_of(result, question, learner)) {
        const double x = percent_of_dose(o.forecast.median);
        const double y = percent_of_dose(o.measured);
        points.points.push_back({x, y, std::nullopt, false});
        low = std::min({low, x, y});
        high = std::max({high, x, y});
    }
    if (points.points.empty()) return chart;
    chart.lines.push_back({"equal", {low, high}, {low, high}, {}});
    chart.lines.push_back({"3 × more", {low, high / 3.0}, {3.0 * low, high}, {}});
    chart.lines.push_back({"3 × less", {3.0 * low, high}, {low, high / 3.0}, {}});
    chart.lines.push_back(std::move(points));
    return chart;
}

QualificationSection question_section(const Qualification& result, std::string_view question,
                                      std::size_t number) {
    QualificationSection section;
    section.id = fmt::format("question-{}", number);
    section.title = question_text(question);
    section.introduction = "Every value was predicted by a learner that never saw its article.";
    QualificationTable table = score_table("", "learner");
    report::BarChart coverage;
    coverage.id = fmt::format("coverage-{}", number);
    coverage.title = "Share of held-out values inside the 90 % interval; 95 % limits over articles";
    coverage.x_label = "%";
    for (const std::string& learner : result.learners) {
        const Score* s = find_score(result, question, learner);
        if (s == nullptr) continue;
        table.rows.push_back(score_row(*s, learner));
        report::Bar bar;
        bar.label = learner;
        bar.value = 100.0 * s->coverage.value;
        bar.interval = {100.0 * s->coverage.low, 100.0 * s->coverage.high};
        coverage.bars.push_back(bar);
        section.charts.push_back(
            scatter(result, question, learner, 10 * number + section.charts.size()));
    }
    if (table.rows.empty()) return section;
    section.tables.push_back(std::move(table));
    if (question == question::organs) {
        QualificationTable organs = score_table("By organ", "learner, organ");
        for (const Score& s : result.organ_scores)
            organs.rows.push_back(score_row(
                s, fmt::format("{}, {}", s.learner, s.question.substr(s.question.find(' ') + 1))));
        section.tables.push_back(std::move(organs));
    }
    section.bars.push_back(std::move(coverage));
    return section;
}

QualificationSection goal_section(const Qualification& result) {
    QualificationTable table{
        "",
        {{"question", false}, {"learner", false}, {"goal", false}, {"measured", true}, {"", false}},
        {}};
    for (const Goal& goal : result.goals)
        table.rows.push_back({question_text(goal.question), goal.learner, goal.demand,
                              fmt::format("{:.3f} ± {:.3f}", goal.measured, goal.standard_error),
                              goal.is_hit ? "hit" : "MISS"});
    return {"goals", "Goals", "A goal is hit when the measured number itself meets it.",
            {table}, {},      {}};
}

QualificationSection leak_section(const Qualification& result) {
    QualificationTable table{"", {{"learner", false}, {"R²", true}, {"verdict", false}}, {}};
    for (const LeakResult& leak : result.leaks)
        table.rows.push_back({leak.learner, with_error(leak.r2, 1.0, 3),
                              leak.lost_all_skill ? "lost all skill, as it must"
                                                  : "KEPT SKILL: it knows what it should not"});
    return {
        "leak",
        "Leak test",
        "Trained on outcomes dealt to other articles, on the same folds, a learner must not "
        "explain the greatest tumour fraction any more. This finds learners that carry outcomes "
        "with them. It cannot see an article told twice under two names: there the copy in the "
        "training cases loses its outcome too. The split check looks for that.",
        {table},
        {},
        {}};
}

QualificationSection split_section(const Qualification& result) {
    QualificationSection section{"split", "Split check", "", {}, {}, {}};
    if (result.split_leaks.empty()) {
        section.introduction =
            "Passed: no particle of a test fold (hydrodynamic diameter and zeta potential, where "
            "both are told and specific) stands among its training cases under another article.";
        return section;
    }
    section.introduction = "FAILED: particles of test folds stand among their training cases.";
    QualificationTable table{"", {{"tested", false}, {"trained on", false}}, {}};
    for (const SplitLeak& leak : result.split_leaks)
        table.rows.push_back({leak.tested, leak.trained});
    section.tables.push_back(std::move(table));
    return section;
}

void add_ledger(QualificationTable& table, const std::string& set, const Ledger& ledger) {
    for (const auto& entry : ledger.entries())
        table.rows.push_back({set, entry.reason, std::to_string(entry.count),
                              entry.first.line > 0 ? std::to_string(entry.first.line) : ""});
}

QualificationSection data_section(const DeliveryData& data, const Qualification& result) {
    QualificationTable table{
        "Left out or changed",
        {{"set", false}, {"reason", false}, {"count", true}, {"first in line", true}},
        {}};
    add_ledger(table, "tumour records", data.tumour_dropped);
    add_ledger(table, "organ table", data.organ_dropped);
    return {
        "data",
        "Data",
        fmt::format(
            "{} tumour records and {} organ instances of {} articles. Articles told twice are "
            "one: {} pairs of equal tumour series, {} of proportional ones, {} pairs of "
            "articles with one particle. {} tumour points took the tumour mass of their equal. "
            "{} points below detection are trained on as such and not scored.",
            data.tumour_records, data.cases.size() - data.tumour_records, data.articles,
            count_matches(data.matches, MatchRule::equal_series),
            count_matches(data.matches, MatchRule::proportional_series),
            count_matches(data.matches, MatchRule::particle), data.adopted_points, result.censored),
        {table},
        {},
        {}};
}

}  // namespace

std::string question_text(std::string_view question) {
    if (question == question::tumour_max) return "Greatest tumour fraction";
    if (question == question::later_by_tumour) return "Later tumour points, first one given";
    if (question == question::later_by_blood) return "Later tumour points, first blood point given";
    if (question == question::organs) return "Liver, spleen, kidney, lung, blood at 1 to 48 h";
    return std::string(question);
}

std::string qualification_html(const DeliveryData& data, const Qualification& result) {
    report::QualificationPage page;
    page.title = "Delivery, held out by article";
    page.lead = fmt::format(
        "Where particles go in animals of articles that no learner saw: {} learners on the same "
        "folds, standard errors over articles.",
        result.learners.size());
    page.sections.push_back(goal_section(result));
    std::size_t number = 0;
    for (const std::string_view question : question::all)
        page.sections.push_back(question_section(result, question, ++number));
    page.sections.push_back(leak_section(result));
    page.sections.push_back(split_section(result));
    page.sections.push_back(data_section(data, result));
    return report::qualification_page(page);
}

}  // namespace caravel::inference::delivery
