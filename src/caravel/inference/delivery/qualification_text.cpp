#include "caravel/inference/delivery/qualification_files.hpp"
#include "caravel/inference/delivery/qualification_scores.hpp"

#include <fmt/format.h>

namespace caravel::inference::delivery {
namespace {

std::string score_lines(const Qualification& result, std::string_view question) {
    std::string text;
    for (const std::string& learner : result.learners) {
        const Score* s = find_score(result, question, learner);
        if (s == nullptr) continue;
        if (text.empty())
            text = fmt::format(
                "\n{}: {} values of {} articles\n"
                "  {:<12}{:>15}{:>14}{:>8}{:>8}{:>8}{:>13}{:>8}\n",
                question_text(question), s->values, s->articles, "learner", "RMSE log10", "R2",
                "in 2x", "in 3x", "in 10x", "in 90 % int.", "width");
        text += fmt::format(
            "  {:<12}{:>7.3f} +- {:.3f}{:>6.2f} +- {:.2f}{:>6.0f} %{:>6.0f} %{:>6.0f} %{:>11.0f} "
            "%{:>8.2f}\n",
            learner, s->rmse.value, s->rmse.standard_error, s->r2.value, s->r2.standard_error,
            100.0 * s->within_2.value, 100.0 * s->within_3.value, 100.0 * s->within_10.value,
            100.0 * s->coverage.value, s->width.value);
    }
    return text;
}

std::string goal_lines(const Qualification& result) {
    std::string text = "\nGoals\n";
    for (const Goal& goal : result.goals)
        text +=
            fmt::format("  {:<4}  {:<12}{}: {}, measured {:.3f} +- {:.3f}\n",
                        goal.is_hit ? "hit" : "MISS", goal.learner, question_text(goal.question),
                        goal.demand, goal.measured, goal.standard_error);
    return text;
}

std::string leak_lines(const Qualification& result) {
    if (result.leaks.empty()) return "";
    std::string text =
        "\nLeak test: trained on shuffled outcomes, R2 must not be above 0 (it cannot see an "
        "article told twice)\n";
    for (const LeakResult& leak : result.leaks)
        text += fmt::format("  {:<12}{:>6.3f} +- {:.3f}  {}\n", leak.learner, leak.r2.value,
                            leak.r2.standard_error,
                            leak.lost_all_skill ? "lost all skill" : "KEPT SKILL");
    return text;
}

std::string split_lines(const Qualification& result) {
    std::string text =
        fmt::format("\nSplit check: no particle of a test fold among its training cases\n  {}\n",
                    result.split_leaks.empty() ? "passed" : "FAILED");
    for (const SplitLeak& leak : result.split_leaks)
        text += fmt::format("  {} is tested, {} is trained on\n", leak.tested, leak.trained);
    return text;
}

std::string ledger_lines(const char* title, const Ledger& ledger) {
    if (ledger.entries().empty()) return "";
    std::string text = fmt::format("\n{}\n", title);
    for (const auto& entry : ledger.entries())
        text += fmt::format("  {:>5}  {}\n", entry.count, entry.reason);
    return text;
}

}  // namespace

std::string qualification_text(const DeliveryData& data, const Qualification& result) {
    std::string text = fmt::format(
        "{} tumour records and {} organ instances of {} articles; folds never part an article.\n",
        data.tumour_records, data.cases.size() - data.tumour_records, data.articles);
    for (const std::string_view question : question::all) text += score_lines(result, question);
    text += goal_lines(result) + leak_lines(result) + split_lines(result);
    text += ledger_lines("Left out or changed in the tumour records", data.tumour_dropped);
    text += ledger_lines("Left out of the organ table", data.organ_dropped);
    return text;
}

}  // namespace caravel::inference::delivery
