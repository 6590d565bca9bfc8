#include "caravel/inference/delivery/articles.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <string>

namespace caravel::inference::delivery {
namespace {

constexpr double closeness = 0.01;

bool is_close(double a, double b) { return std::abs(a - b) <= closeness * std::max(a, b); }

SeriesMatch compare(const TumourSeries& a, const TumourSeries& b) {
    SeriesMatch match{a.owner, b.owner, 0, 0};
    for (std::size_t i = 0; i < a.times.size(); ++i) {
        const auto same_time = std::find_if(b.times.begin(), b.times.end(),
                                            [&](double t) { return is_close(t, a.times[i]); });
        if (same_time == b.times.end()) continue;
        ++match.shared;
        const auto j = static_cast<std::size_t>(same_time - b.times.begin());
        match.equal += is_close(a.values[i], b.values[j]) ? 1 : 0;
    }
    return match;
}

/// Disjoint sets; the representative of a set is its smallest member.
class Groups {
  public:
    explicit Groups(std::size_t members) : parent_(members) {
        std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    }

    std::size_t find(std::size_t member) {
        while (parent_[member] != member) {
            parent_[member] = parent_[parent_[member]];
            member = parent_[member];
        }
        return member;
    }

    void join(std::size_t a, std::size_t b) {
        a = find(a);
        b = find(b);
        parent_[std::max(a, b)] = std::min(a, b);
    }

  private:
    std::vector<std::size_t> parent_;
};

}  // namespace

std::vector<SeriesMatch> match_series(std::span<const DeliveryCase> cases,
                                      std::span<const TumourSeries> series) {
    std::vector<SeriesMatch> matches;
    for (std::size_t i = 0; i < series.size(); ++i)
        for (std::size_t j = i + 1; j < series.size(); ++j) {
            if (series[i].unit != series[j].unit ||
                cases[series[i].owner].article == cases[series[j].owner].article)
                continue;
            const SeriesMatch match = compare(series[i], series[j]);
            if (match.equal >= 2 && 2 * match.equal >= match.shared) matches.push_back(match);
        }
    return matches;
}

std::size_t join_articles(std::span<DeliveryCase> cases, std::span<const SeriesMatch> matches) {
    Groups groups(cases.size());
    std::map<std::string, std::size_t> first;
    for (std::size_t i = 0; i < cases.size(); ++i)
        groups.join(first.try_emplace(cases[i].article, i).first->second, i);
    for (const SeriesMatch& match : matches) groups.join(match.first, match.second);
    std::vector<std::string> keys;
    std::set<std::size_t> roots;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        roots.insert(groups.find(i));
        keys.push_back(cases[groups.find(i)].article);
    }
    for (std::size_t i = 0; i < cases.size(); ++i) cases[i].article = keys[i];
    return roots.size();
}

}  // namespace caravel::inference::delivery
