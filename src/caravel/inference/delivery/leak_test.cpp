#include "caravel/inference/delivery/leak_test.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/philox.hpp"
#include "caravel/inference/delivery/articles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

namespace caravel::inference::delivery {
namespace {

constexpr std::uint32_t purpose = 0x4C45414B;

/// Cases of one table, article by article in an order drawn by lot.
std::vector<std::size_t> dealt(std::span<const DeliveryCase> cases,
                               const std::vector<std::size_t>& members, std::uint64_t seed,
                               std::size_t& largest) {
    std::map<std::string, std::vector<std::size_t>> articles;
    for (const std::size_t i : members) articles[cases[i].article].push_back(i);
    std::vector<std::pair<std::uint64_t, std::string>> lots;
    for (const auto& [key, own] : articles) {
        lots.emplace_back(exec::RandomStream(seed, purpose, lots.size()).next_64(), key);
        largest = std::max(largest, own.size());
    }
    std::sort(lots.begin(), lots.end());
    std::vector<std::size_t> order;
    for (const auto& lot : lots) {
        const auto& own = articles.at(lot.second);
        order.insert(order.end(), own.begin(), own.end());
    }
    return order;
}

}  // namespace

std::vector<DeliveryCase> shuffle_outcomes(std::span<const DeliveryCase> cases,
                                           std::uint64_t seed) {
    std::vector<DeliveryCase> shuffled(cases.begin(), cases.end());
    std::map<std::string, std::vector<std::size_t>> tables;
    for (std::size_t i = 0; i < cases.size(); ++i)
        tables[cases[i].id.substr(0, cases[i].id.find(':'))].push_back(i);
    for (const auto& [table, members] : tables) {
        std::size_t largest = 0;
        const std::vector<std::size_t> order = dealt(cases, members, seed, largest);
        if (2 * largest > order.size())
            throw InputError(
                Diagnostic{{},
                           fmt::format("one article holds {} of the {} cases of table {}", largest,
                                       order.size(), table),
                           "at most half, so that outcomes can go to other articles",
                           ""});
        // Articles stand together, so a step of the largest one's size leaves every article.
        for (std::size_t k = 0; k < order.size(); ++k)
            shuffled[order[k]].points = cases[order[(k + largest) % order.size()]].points;
    }
    return shuffled;
}

std::vector<SplitLeak> find_split_leaks(std::span<const DeliveryCase> cases, const Folds& folds) {
    constexpr int always_trained = -1;
    const auto fold_of = [&](std::size_t i) {
        const auto found = folds.find(cases[i].article);
        return found == folds.end() ? always_trained : found->second;
    };
    std::vector<SplitLeak> leaks;
    for (const CaseMatch& match : match_particles(cases)) {
        const int first = fold_of(match.first);
        const int second = fold_of(match.second);
        if (first == second) continue;
        const bool is_first_tested = first != always_trained;
        leaks.push_back({cases[is_first_tested ? match.first : match.second].id,
                         cases[is_first_tested ? match.second : match.first].id});
    }
    return leaks;
}

LeakResult judge_leak(const Score& shuffled) {
    return {shuffled.learner, shuffled.r2,
            shuffled.r2.value - 2.0 * shuffled.r2.standard_error <= 0.0};
}

}  // namespace caravel::inference::delivery
