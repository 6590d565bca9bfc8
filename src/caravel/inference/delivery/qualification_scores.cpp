#include "caravel/inference/delivery/qualification_scores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace caravel::inference::delivery {
namespace {

std::size_t rank(const std::vector<std::string>& names, const std::string& name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

/// Orders ids by table, then as numbers where they are: "tumour:9" before "tumour:10".
std::tuple<std::string, std::size_t, std::string> order_of(const std::string& id) {
    const std::size_t colon = id.find(':');
    const std::size_t dot = std::min(id.find('.'), id.size());
    return {id.substr(0, colon), dot, id.substr(0, dot)};
}

void sort_outcomes(std::vector<Outcome>& outcomes, const std::vector<std::string>& learners) {
    std::vector<std::string> questions(question::all.begin(), question::all.end());
    std::stable_sort(outcomes.begin(), outcomes.end(), [&](const Outcome& a, const Outcome& b) {
        return std::tuple(rank(questions, a.question), rank(learners, a.learner), order_of(a.id),
                          a.id, a.place, a.times) <
               std::tuple(rank(questions, b.question), rank(learners, b.learner), order_of(b.id),
                          b.id, b.place, b.times);
    });
}

bool has_two_articles(const std::vector<Outcome>& outcomes) {
    return std::any_of(outcomes.begin(), outcomes.end(),
                       [&](const Outcome& o) { return o.article != outcomes.front().article; });
}

struct Demand {
    std::string_view question;
    const char* text;
    Estimate Score::*field;
    double least;
    double most;
};

constexpr double any = 1e300;
constexpr Demand demands[] = {
    {question::tumour_max, "RMSE <= 0.55", &Score::rmse, -any, 0.55},
    {question::tumour_max, "within 3x >= 70 %", &Score::within_3, 0.70, any},
    {question::tumour_max, "90 % interval covers 87-93 %", &Score::coverage, 0.87, 0.93},
    {question::later_by_tumour, "RMSE <= 0.35", &Score::rmse, -any, 0.35},
    {question::later_by_blood, "RMSE <= 0.35", &Score::rmse, -any, 0.35},
    {question::organs, "within 2x >= 55 %", &Score::within_2, 0.55, any},
    {question::organs, "within 3x >= 75 %", &Score::within_3, 0.75, any}};

void judge(Qualification& result, int resamples, std::uint64_t seed) {
    for (const std::string& learner : result.learners) {
        for (const Demand& demand : demands) {
            const Score* s = find_score(result, demand.question, learner);
            if (s == nullptr) continue;
            const Estimate& e = s->*demand.field;
            result.goals.push_back({std::string(demand.question), learner, demand.text, e.value,
                                    e.standard_error,
                                    e.value >= demand.least && e.value <= demand.most});
        }
        const auto own = outcomes_of(result, question::tumour_max, learner);
        const auto ridge = outcomes_of(result, question::tumour_max, "ridge");
        if (learner == "ridge" || own.empty() || ridge.size() != own.size()) continue;
        const Estimate ahead = rmse_difference(own, ridge, resamples, seed);
        result.goals.push_back({std::string(question::tumour_max), learner,
                                "RMSE below ridge's (difference)", ahead.value,
                                ahead.standard_error, ahead.value < 0.0});
    }
}

}  // namespace

std::vector<Outcome> outcomes_of(const Qualification& result, std::string_view question,
                                 std::string_view learner) {
    std::vector<Outcome> chosen;
    for (const Outcome& o : result.outcomes)
        if (o.question == question && o.learner == learner) chosen.push_back(o);
    return chosen;
}

const Score* find_score(const Qualification& result, std::string_view question,
                        std::string_view learner) {
    for (const Score& s : result.scores)
        if (s.question == question && s.learner == learner) return &s;
    return nullptr;
}

void score_all(Qualification& result, const std::vector<Outcome>& shuffled, int resamples,
               std::uint64_t seed) {
    sort_outcomes(result.outcomes, result.learners);
    for (const std::string_view name : question::all)
        for (const std::string& learner : result.learners) {
            const auto own = outcomes_of(result, name, learner);
            if (!has_two_articles(own)) continue;
            result.scores.push_back(score(own, resamples, seed));
            if (name != question::organs) continue;
            for (const Place place :
                 {Place::liver, Place::spleen, Place::kidney, Place::lung, Place::blood}) {
                std::vector<Outcome> there;
                for (const Outcome& o : own)
                    if (o.place == place) there.push_back(o);
                if (!has_two_articles(there)) continue;
                result.organ_scores.push_back(score(there, resamples, seed));
                result.organ_scores.back().question =
                    fmt::format("{}, {}", name, place_name(place));
            }
        }
    judge(result, resamples, seed);
    for (const std::string& learner : result.learners) {
        std::vector<Outcome> own;
        for (const Outcome& o : shuffled)
            if (o.learner == learner) own.push_back(o);
        if (has_two_articles(own)) result.leaks.push_back(judge_leak(score(own, resamples, seed)));
    }
}

}  // namespace caravel::inference::delivery
