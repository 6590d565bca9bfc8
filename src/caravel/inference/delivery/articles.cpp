#include "caravel/inference/delivery/articles.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace caravel::inference::delivery {
namespace {

// Two people reading one figure, or one rounding to three digits, differ by up to about 1 %.
constexpr double closeness = 0.01;
// Half the last digit of zeta potentials, which articles give to 0.1 mV, and rounding of doubles.
constexpr double zeta_closeness = 0.050001e-3;
// Chance: with zeta potentials dealt anew to the particles of the measured tables, 2.7 pairs of
// articles agree in size and zeta; 0.44 with six digits together, none in two particles, 0.04 with
// the dose (means of 25 deals). In earnest these are 11, 12 and 6 pairs.
constexpr int specific_digits = 6;

bool is_close(double a, double b) { return std::abs(a - b) <= closeness * std::max(a, b); }

/// Organic or inorganic; empty where the word does not tell or tables disagree, as for graphene.
std::string_view family(std::string_view material) {
    constexpr std::string_view organic[] = {"liposome", "polymer", "dendrimer",    "hydrogel",
                                            "lipid",    "micelle", "other_organic"};
    constexpr std::string_view inorganic[] = {"gold", "silica", "iron_oxide", "titania",
                                              "other_inorganic"};
    for (const std::string_view word : organic)
        if (word == material) return "organic";
    for (const std::string_view word : inorganic)
        if (word == material) return "inorganic";
    return "";
}

bool may_be_one_material(const ParticleFacts& a, const ParticleFacts& b) {
    const std::string_view x = family(a.material);
    const std::string_view y = family(b.material);
    return x.empty() || y.empty() || x == y;
}

bool may_be_one_size(const ParticleFacts& a, const ParticleFacts& b) {
    return !a.hydrodynamic_diameter || !b.hydrodynamic_diameter ||
           is_close(*a.hydrodynamic_diameter, *b.hydrodynamic_diameter);
}

bool is_volume_and_mass(std::string_view a, std::string_view b) {
    const auto is_volume = [](std::string_view u) { return u == "%ID/cm3" || u == "%ID/mL"; };
    return (is_volume(a) && (b == "%ID/g" || is_volume(b))) || (a == "%ID/g" && is_volume(b));
}

/// Values of two series at the times that both have.
std::vector<std::pair<double, double>> shared_values(const TumourSeries& a, const TumourSeries& b) {
    std::vector<std::pair<double, double>> values;
    for (std::size_t i = 0; i < a.times.size(); ++i) {
        const auto same_time = std::find_if(b.times.begin(), b.times.end(),
                                            [&](double t) { return is_close(t, a.times[i]); });
        if (same_time == b.times.end()) continue;
        values.emplace_back(a.values[i],
                            b.values[static_cast<std::size_t>(same_time - b.times.begin())]);
    }
    return values;
}

/// Pairs whose ratio is that of the middle one.
std::size_t proportional(const std::vector<std::pair<double, double>>& values) {
    std::vector<double> ratios;
    for (const auto& [x, y] : values) ratios.push_back(y / x);
    std::sort(ratios.begin(), ratios.end());
    return static_cast<std::size_t>(std::count_if(ratios.begin(), ratios.end(), [&](double r) {
        return is_close(r, ratios[ratios.size() / 2]);
    }));
}

std::optional<CaseMatch> compare(std::span<const DeliveryCase> cases, const TumourSeries& a,
                                 const TumourSeries& b) {
    const auto values = shared_values(a, b);
    CaseMatch match{a.owner, b.owner, 0, values.size(), MatchRule::equal_series};
    if (values.size() < 2) return std::nullopt;
    if (a.unit == b.unit || is_volume_and_mass(a.unit, b.unit)) {
        for (const auto& [x, y] : values) match.equal += is_close(x, y) ? 1 : 0;
        if (match.equal >= 2 && 2 * match.equal >= match.shared) return match;
    }
    const ParticleFacts& p = cases[a.owner].particle;
    const ParticleFacts& q = cases[b.owner].particle;
    const std::size_t least = may_be_one_material(p, q) && may_be_one_size(p, q) ? 3 : 4;
    match.equal = proportional(values);
    match.rule = MatchRule::proportional_series;
    if (match.shared >= least && match.equal == match.shared) return match;
    return std::nullopt;
}

/// Significant digits of a number as it was written, 6 at most; 0 for 0.
int digits(double value) {
    if (value == 0.0) return 0;
    const double size = std::abs(value);
    for (int n = 1; n < 6; ++n) {
        const double scaled = size * std::pow(10.0, n - 1 - std::floor(std::log10(size)));
        if (std::abs(scaled - std::round(scaled)) < 1e-6) return n;
    }
    return 6;
}

bool is_one_particle(const ParticleFacts& a, const ParticleFacts& b) {
    if (!a.hydrodynamic_diameter || !b.hydrodynamic_diameter) return false;
    if (!a.zeta_potential || !b.zeta_potential || !may_be_one_material(a, b)) return false;
    // Tables lose the sign of some zeta potentials.
    const double difference = std::abs(*a.zeta_potential) - std::abs(*b.zeta_potential);
    return is_close(*a.hydrodynamic_diameter, *b.hydrodynamic_diameter) &&
           std::abs(difference) <= zeta_closeness;
}

/// What two articles have in common.
struct Common {
    std::size_t first = 0;  // cases
    std::size_t second = 0;
    std::vector<const ParticleFacts*> particles;  // different ones
    bool is_specific = false;
};

bool is_specific(const DeliveryCase& a, const DeliveryCase& b) {
    const int size = std::min(digits(*a.particle.hydrodynamic_diameter),
                              digits(*b.particle.hydrodynamic_diameter));
    const int zeta =
        std::min(digits(*a.particle.zeta_potential), digits(*b.particle.zeta_potential));
    if (size < 2 || zeta == 0) return false;
    if (a.dose && b.dose && is_close(*a.dose, *b.dose)) return true;
    return zeta >= 2 && size + zeta >= specific_digits;
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

std::vector<CaseMatch> match_series(std::span<const DeliveryCase> cases,
                                    std::span<const TumourSeries> series) {
    std::map<std::pair<std::size_t, std::size_t>, CaseMatch> best;  // of two cases
    for (std::size_t i = 0; i < series.size(); ++i)
        for (std::size_t j = i + 1; j < series.size(); ++j) {
            if (cases[series[i].owner].article == cases[series[j].owner].article) continue;
            const auto match = compare(cases, series[i], series[j]);
            if (!match) continue;
            const auto [old, is_new] = best.try_emplace({match->first, match->second}, *match);
            const auto rank = [](const CaseMatch& m) {
                return std::pair(m.rule == MatchRule::equal_series, m.equal);
            };
            if (!is_new && rank(*match) > rank(old->second)) old->second = *match;
        }
    std::vector<CaseMatch> matches;
    for (const auto& entry : best) matches.push_back(entry.second);
    return matches;
}

std::vector<CaseMatch> match_particles(std::span<const DeliveryCase> cases) {
    std::map<std::pair<std::string, std::string>, Common> pairs;  // of articles
    for (std::size_t i = 0; i < cases.size(); ++i)
        for (std::size_t j = i + 1; j < cases.size(); ++j) {
            const ParticleFacts& p = cases[i].particle;
            if (cases[i].article == cases[j].article || !is_one_particle(p, cases[j].particle))
                continue;
            const auto key = std::minmax(cases[i].article, cases[j].article);
            const auto [found, is_new] = pairs.try_emplace({key.first, key.second});
            Common& common = found->second;
            if (is_new) {
                common.first = i;
                common.second = j;
            }
            const bool is_known =
                std::any_of(common.particles.begin(), common.particles.end(),
                            [&](const ParticleFacts* known) { return is_one_particle(*known, p); });
            if (!is_known) common.particles.push_back(&p);
            common.is_specific = common.is_specific || is_specific(cases[i], cases[j]);
        }
    std::vector<CaseMatch> matches;
    for (const auto& [key, common] : pairs) {
        const std::size_t count = common.particles.size();
        if (common.is_specific || count >= 2)
            matches.push_back({common.first, common.second, count, count, MatchRule::particle});
    }
    std::sort(matches.begin(), matches.end(), [](const CaseMatch& a, const CaseMatch& b) {
        return std::pair(a.first, a.second) < std::pair(b.first, b.second);
    });
    return matches;
}

std::size_t count_matches(std::span<const CaseMatch> matches, MatchRule rule) {
    return static_cast<std::size_t>(std::count_if(
        matches.begin(), matches.end(), [&](const CaseMatch& m) { return m.rule == rule; }));
}

std::size_t join_articles(std::span<DeliveryCase> cases, std::span<const CaseMatch> matches) {
    Groups groups(cases.size());
    std::map<std::string, std::size_t> first;
    for (std::size_t i = 0; i < cases.size(); ++i)
        groups.join(first.try_emplace(cases[i].article, i).first->second, i);
    for (const CaseMatch& match : matches) groups.join(match.first, match.second);
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
