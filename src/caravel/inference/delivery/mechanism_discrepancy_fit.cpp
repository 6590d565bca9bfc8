#include "caravel/inference/delivery/mechanism_discrepancy.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

namespace caravel::inference::delivery {

namespace {

/// The values of one case in one class.
struct ClassCase {
    std::size_t index = 0;    // of the case
    std::size_t article = 0;  // number
    std::vector<DiscrepancyPoint> points;
    std::vector<double> measured;
};

/// All values of one class with their model.
struct ClassFit {
    std::vector<ClassCase> cases;
    std::optional<MixedFit> fit;
};

/// Articles by number, in alphabetical order.
std::vector<std::size_t> article_numbers(std::span<const HeldOutCase> cases) {
    std::map<std::string, std::size_t> numbers;
    for (const HeldOutCase& c : cases) numbers[c.facts->article] = 0;
    std::size_t next = 0;
    for (auto& [article, number] : numbers) number = next++;
    std::vector<std::size_t> of_case;
    for (const HeldOutCase& c : cases) of_case.push_back(numbers[c.facts->article]);
    return of_case;
}

std::vector<ClassCase> class_cases(std::span<const HeldOutCase> cases,
                                   std::span<const std::size_t> articles, std::size_t klass,
                                   const DiscrepancyTerms& terms) {
    std::vector<ClassCase> list;
    for (std::size_t k = 0; k < cases.size(); ++k) {
        ClassCase own{k, articles[k], {}, {}};
        for (std::size_t i = 0; i < cases[k].places.size(); ++i) {
            const Place place = cases[k].places[i];
            if (noise_class(place) != klass) continue;
            const double decades = decades_of(cases[k].times[i]);
            own.points.push_back(
                {klass, place, decades, terms.row(*cases[k].facts, cases[k].raw[i], decades)});
            own.measured.push_back(cases[k].measured[i]);
        }
        if (!own.points.empty()) list.push_back(std::move(own));
    }
    return list;
}

/// Without a fit where values of fewer than 3 articles speak.
ClassFit fit_class(std::span<const HeldOutCase> cases, std::span<const std::size_t> articles,
                   std::size_t klass, const DiscrepancyTerms& terms, double freedom) {
    constexpr std::size_t least_articles = 3;
    constexpr std::size_t places = 64;
    ClassFit own{class_cases(cases, articles, klass, terms), std::nullopt};
    std::set<std::size_t> spoke;
    std::vector<MixedValue> values;
    for (const ClassCase& c : own.cases) {
        spoke.insert(c.article);
        for (std::size_t i = 0; i < c.points.size(); ++i)
            values.push_back({c.article,
                              c.index * places + static_cast<std::size_t>(c.points[i].place),
                              c.points[i].decades, c.measured[i], c.points[i].terms});
    }
    if (spoke.size() < least_articles)
        own.cases.clear();
    else
        own.fit.emplace(values, terms.families(), freedom);
    return own;
}

/// 90 % quantile of error over half-width, drawn to 1 where few values speak.
double factor_of(std::vector<double> ratios) {
    constexpr double pseudo_values = 10.0;
    if (ratios.empty()) return 1.0;
    std::sort(ratios.begin(), ratios.end());
    const auto n = static_cast<double>(ratios.size());
    const auto at = static_cast<std::size_t>(std::min(0.9 * n, n - 1.0));
    return (n * std::clamp(ratios[at], least_factor, most_factor) + pseudo_values) /
           (n + pseudo_values);
}

double ratio_of(const Forecast& f, double measured) {
    const double half = measured > f.median ? f.upper - f.median : f.median - f.lower;
    return std::abs(measured - f.median) / std::max(half, 1e-6);
}

struct Ratios {
    std::vector<double> prior;
    std::vector<double> updated;
};

void add_case_ratios(std::span<const Discrepancy> all, const ClassCase& c, Ratios& ratios) {
    if (c.points.front().place == Place::tumour) {
        const double most = *std::max_element(c.measured.begin(), c.measured.end());
        ratios.prior.push_back(
            ratio_of(greatest_of(joint_forecast(all, c.points, {}, {}), 1.0), most));
    } else {
        for (std::size_t i = 0; i < c.points.size(); ++i)
            ratios.prior.push_back(ratio_of(
                greatest_of(joint_forecast(all, std::span(c.points).subspan(i, 1), {}, {}), 1.0),
                c.measured[i]));
    }
    const std::vector<double> first = {c.measured[0] -
                                       discrepancy_mean(all[c.points[0].klass], c.points[0])};
    for (std::size_t i = 1; i < c.points.size(); ++i) {
        if (c.points[i].place != c.points[0].place) continue;
        const JointForecast joint = joint_forecast(all, std::span(c.points).subspan(i, 1),
                                                   std::span(c.points).first(1), first);
        ratios.updated.push_back(ratio_of(greatest_of(joint, 1.0), c.measured[i]));
    }
}

/// Cases of each article.
std::map<std::size_t, std::vector<const ClassCase*>> by_article(const ClassFit& own) {
    std::map<std::size_t, std::vector<const ClassCase*>> cases;
    for (const ClassCase& c : own.cases) cases[c.article].push_back(&c);
    return cases;
}

/// Squared errors of values by the model without their article, beyond 1.2 decades as that; those
/// of an article weigh 1/sqrt(their number).
double held_out_error(const ClassFit& own) {
    constexpr double most = 1.2;
    double sum = 0.0;
    for (const auto& [article, cases] : by_article(own)) {
        const std::vector<double> slopes = own.fit->slopes_without(article);
        double squares = 0.0;
        double count = 0.0;
        for (const ClassCase* c : cases)
            for (std::size_t i = 0; i < c->points.size(); ++i) {
                const double e =
                    std::min(most, std::abs(c->measured[i] - dot(slopes, c->points[i].terms)));
                squares += e * e;
                count += 1.0;
            }
        sum += squares / std::sqrt(count);
    }
    return sum;
}

/// Errors of each article by the model without it.
void fit_factors(const ClassFit& own, std::size_t klass, std::vector<Discrepancy>& all) {
    const MixedModel whole = all[klass].model;
    Ratios ratios;
    for (const auto& [article, cases] : by_article(own)) {
        all[klass].model = own.fit->without(article);
        for (const ClassCase* c : cases) add_case_ratios(all, *c, ratios);
    }
    all[klass].model = whole;
    all[klass].prior_factor = factor_of(std::move(ratios.prior));
    all[klass].updated_factor = factor_of(std::move(ratios.updated));
}

/// Mean residual of a case by class (at its deviation from 4 h on), over that of its shared level.
using CaseLevels = std::map<std::size_t, std::map<std::size_t, double>>;  // case, class

CaseLevels case_levels(std::span<const ClassFit> fits, std::span<const Discrepancy> all) {
    CaseLevels levels;
    for (std::size_t klass = 0; klass < fits.size(); ++klass) {
        const double deviation = std::sqrt(shared_level(all, klass));
        for (const ClassCase& c : fits[klass].cases) {
            double sum = 0.0;
            double squares = 0.0;
            for (std::size_t i = 0; i < c.points.size(); ++i) {
                const double growth =
                    deviation_growth(all[klass].model.spread, c.points[i].decades);
                sum += growth * (c.measured[i] - discrepancy_mean(all[klass], c.points[i]));
                squares += growth * growth;
            }
            levels[c.index][klass] = sum / squares / deviation;
        }
    }
    return levels;
}

/// One common factor by least squares on products of levels, drawn to 0.
void fit_loadings(const CaseLevels& levels, std::span<const double> weights,
                  std::vector<Discrepancy>& all) {
    constexpr double pseudo_cases = 10.0;
    const std::size_t n = all.size();
    Matrix sum(n, n);
    Matrix count(n, n);
    for (const auto& [index, of_class] : levels)
        for (const auto& [a, first] : of_class)
            for (const auto& [b, second] : of_class) {
                sum(a, b) += weights[index] * std::clamp(first * second, -4.0, 4.0);
                count(a, b) += weights[index];
            }
    std::vector<double> loading(n, 0.3);
    loading[noise_class(Place::blood)] = 0.5;
    for (int sweep = 0; sweep < 50; ++sweep)
        for (std::size_t a = 0; a < n; ++a) {
            double product = 0.0;
            double square = pseudo_cases * 0.1;
            for (std::size_t b = 0; b < n; ++b) {
                if (a == b) continue;
                product += sum(a, b) * loading[b];
                square += count(a, b) * loading[b] * loading[b];
            }
            loading[a] = std::clamp(product / square, -0.9, 0.9);
        }
    for (std::size_t a = 0; a < n; ++a) all[a].loading = loading[a];
}

/// 1/sqrt(cases of the article).
std::vector<double> case_weights(std::span<const std::size_t> articles) {
    std::map<std::size_t, double> count;
    for (const std::size_t a : articles) count[a] += 1.0;
    std::vector<double> weights;
    for (const std::size_t a : articles) weights.push_back(1.0 / std::sqrt(count[a]));
    return weights;
}

}  // namespace

std::vector<Discrepancy> fit_discrepancies(std::span<const HeldOutCase> cases) {
    constexpr double freedom_tumour = 4.0;
    constexpr double freedom = 2.0;  // nearly medians: organs are judged by shares within a factor
    const std::vector<std::size_t> articles = article_numbers(cases);
    std::vector<DeliveryCase> facts;
    for (const HeldOutCase& c : cases) facts.push_back(*c.facts);
    std::vector<Discrepancy> all(noise_class_count, no_discrepancy());
    std::vector<ClassFit> fits(noise_class_count);
    for (std::size_t klass = 0; klass < noise_class_count; ++klass) {
        const double nu = klass == noise_class(Place::tumour) ? freedom_tumour : freedom;
        const DiscrepancyTerms with(klass, facts);
        ClassFit own = fit_class(cases, articles, klass, with, nu);
        if (!own.fit) continue;
        all[klass].terms = with;
        const DiscrepancyTerms without = with.without("laws");
        ClassFit other = fit_class(cases, articles, klass, without, nu);
        if (held_out_error(other) < held_out_error(own)) {
            all[klass].terms = without;
            own = std::move(other);
        }
        all[klass].model = own.fit->model();
        fit_factors(own, klass, all);
        fits[klass] = std::move(own);
    }
    fit_loadings(case_levels(fits, all), case_weights(articles), all);
    return all;
}

}  // namespace caravel::inference::delivery
