#include "caravel/inference/delivery/mechanism.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace caravel::inference::delivery {

namespace {

bool is_scorable(const Point& point) {
    return point.fraction.censoring == Censoring::none && point.fraction.value > 0.0;
}

/// A held-out value with the half-widths of its raw forecast.
struct Score {
    std::size_t klass = 0;
    HeldOut value;
    double below = 0.0;
    double above = 0.0;
    bool is_greatest = false;
};

/// All held-out values of one case: its points, and of a tumour the greatest.
struct HeldOutCase {
    std::vector<Score> scores;
    std::vector<DiscrepancyPoint> points;  // of the scores that are not of the greatest
    double weight = 1.0;                   // 1/sqrt(cases of the article)
};

HeldOutCase score(const MechanismForecaster& forecaster, const DeliveryCase& c) {
    DeliveryCase asked = c;
    asked.points.clear();
    std::vector<Question> questions;
    std::vector<double> observed;
    Question all{Place::tumour, {}};
    double most = 0.0;
    HeldOutCase held;
    for (const Point& p : c.points) {
        if (!is_scorable(p)) continue;
        questions.push_back({p.place, {p.time}});
        observed.push_back(std::log10(p.fraction.value));
        held.points.push_back({calibration_class(p.place, c.animal), p.time});
        if (p.place != Place::tumour) continue;
        all.times.push_back(p.time);
        most = std::max(most, p.fraction.value);
    }
    if (!all.times.empty()) {
        questions.push_back(all);
        observed.push_back(std::log10(most));
    }
    if (questions.empty()) return held;
    const std::vector<Forecast> f = forecaster(asked, {}, questions);
    const std::vector<MechanismForecaster::Raw> raw = forecaster.raw(asked, questions);
    for (std::size_t i = 0; i < f.size(); ++i) {
        Score s;
        s.klass = calibration_class(questions[i].place, c.animal);
        s.is_greatest = i >= held.points.size();
        s.value = {f[i].median, observed[i],
                   observation_terms(asked, questions[i].place, f[i].median, raw[i].time,
                                     questions[i].times.size() > 1),
                   1.0};
        s.below = f[i].median - f[i].lower;
        s.above = f[i].upper - f[i].median;
        held.scores.push_back(s);
    }
    return held;
}

bool is_tumour(std::size_t klass) {
    return klass == noise_class(Place::tumour) || klass == noise_class_count;
}

/// Values of an article weigh 1/sqrt(their number), so that neither articles nor points rule.
std::vector<std::vector<double>> observation_laws(std::span<const HeldOutCase> cases,
                                                  std::span<const std::string> articles) {
    constexpr double bend_tumour = 0.7;  // decades; skill is a mean square
    constexpr double bend = 0.15;        // nearly the median
    std::vector<std::vector<double>> laws;
    for (std::size_t klass = 0; klass < calibration_class_count; ++klass) {
        std::map<std::string, double> count;
        for (std::size_t i = 0; i < cases.size(); ++i)
            for (const Score& s : cases[i].scores)
                if (s.klass == klass) count[articles[i]] += 1.0;
        std::vector<HeldOut> values;
        for (std::size_t i = 0; i < cases.size(); ++i)
            for (const Score& s : cases[i].scores) {
                if (s.klass != klass) continue;
                values.push_back(s.value);
                values.back().weight = 1.0 / std::sqrt(count[articles[i]]);
            }
        laws.push_back(fit_observation(values, is_tumour(klass) ? bend_tumour : bend));
    }
    return laws;
}

double residual_of(const Score& s, const std::vector<std::vector<double>>& laws) {
    return s.value.observed - observed_median(laws[s.klass], s.value.raw, s.value.terms);
}

/// 90 % quantile of error over half-width, drawn to 1 where few values speak.
double factor_of(std::vector<double> ratios) {
    constexpr double pseudo_values = 10.0;
    if (ratios.empty()) return 1.0;
    std::sort(ratios.begin(), ratios.end());
    const auto n = static_cast<double>(ratios.size());
    const auto at = static_cast<std::size_t>(std::min(0.9 * n, n - 1.0));
    return (n * std::clamp(ratios[at], 0.2, 4.0) + pseudo_values) / (n + pseudo_values);
}

/// The coefficients were fitted to the same values: sqrt(articles/(articles - coefficients)).
double freedom_lost(const std::vector<double>& law, std::size_t articles) {
    const auto used =
        law.size() - static_cast<std::size_t>(std::count(law.begin(), law.end(), 0.0));
    const auto n = static_cast<double>(std::max(articles, 2 * used + 1));
    return std::sqrt(n / (n - static_cast<double>(used)));
}

/// Of a tumour the greatest value counts, elsewhere every point.
std::vector<double> prior_factors(std::span<const HeldOutCase> cases,
                                  std::span<const std::string> articles,
                                  const std::vector<std::vector<double>>& laws) {
    std::vector<std::vector<double>> ratios(calibration_class_count);
    std::vector<std::set<std::string>> spoke(calibration_class_count);
    for (std::size_t i = 0; i < cases.size(); ++i)
        for (const Score& s : cases[i].scores) {
            spoke[s.klass].insert(articles[i]);
            if (is_tumour(s.klass) != s.is_greatest) continue;
            const double error = residual_of(s, laws);
            const double half = std::max(error > 0.0 ? s.above : s.below, 1e-6);
            ratios[s.klass].push_back(std::abs(error) / half);
        }
    std::vector<double> factors;
    for (std::size_t klass = 0; klass < ratios.size(); ++klass)
        factors.push_back(factor_of(std::move(ratios[klass])) *
                          freedom_lost(laws[klass], spoke[klass].size()));
    return factors;
}

std::vector<CaseResiduals> residuals_of(std::span<const HeldOutCase> cases,
                                        const std::vector<std::vector<double>>& laws) {
    std::vector<CaseResiduals> all;
    for (const HeldOutCase& c : cases) {
        CaseResiduals one{c.points, {}, c.weight};
        for (std::size_t i = 0; i < c.points.size(); ++i)
            one.values.push_back(residual_of(c.scores[i], laws));
        all.push_back(std::move(one));
    }
    return all;
}

/// Later points of each class given the first.
std::vector<double> updated_factors(std::span<const CaseResiduals> cases,
                                    std::span<const Discrepancy> discrepancy) {
    constexpr double ninety = 1.6448536269514722;
    std::vector<std::vector<double>> ratios(calibration_class_count);
    for (const CaseResiduals& c : cases)
        for (std::size_t i = 0; i < c.points.size(); ++i) {
            const auto same = [&](std::size_t k) { return c.points[k].klass == c.points[i].klass; };
            if (i > 0 && same(i - 1)) continue;
            const std::vector<double> first = {c.values[i]};
            const DiscrepancyUpdate update(discrepancy, {c.points[i]}, first);
            for (std::size_t k = i + 1; k < c.points.size() && same(k); ++k)
                ratios[c.points[k].klass].push_back(
                    std::abs(c.values[k] - update.mean(c.points[k])) /
                    (ninety * update.sd(c.points[k])));
        }
    std::vector<double> factors;
    for (std::vector<double>& r : ratios) factors.push_back(factor_of(std::move(r)));
    return factors;
}

ForecastCalibrations calibrations_of(std::span<const HeldOutCase> cases,
                                     std::span<const std::string> articles) {
    ForecastCalibrations c;
    c.observation = observation_laws(cases, articles);
    c.prior_factor = prior_factors(cases, articles, c.observation);
    const std::vector<CaseResiduals> residuals = residuals_of(cases, c.observation);
    c.discrepancy = fit_discrepancies(residuals);
    c.updated_factor = updated_factors(residuals, c.discrepancy);
    return c;
}

/// Fold of each case, articles dealt in alphabetical order.
std::vector<int> article_folds(std::span<const DeliveryCase> cases, int folds) {
    std::map<std::string, int> fold;
    for (const DeliveryCase& c : cases) fold[c.article] = 0;
    int next = 0;
    for (auto& [article, f] : fold) f = next++ % folds;
    std::vector<int> of_case;
    for (const DeliveryCase& c : cases) of_case.push_back(fold[c.article]);
    return of_case;
}

ForecastCalibrations calibrate(std::span<const DeliveryCase> training, const HierarchicalFit& whole,
                               const MechanismOptions& options) {
    if (options.calibration_folds < 2) return no_calibration();
    const std::vector<int> fold = article_folds(training, options.calibration_folds);
    std::map<std::string, double> cases_of;
    std::vector<std::string> articles;
    for (const DeliveryCase& c : training) {
        cases_of[c.article] += 1.0;
        articles.push_back(c.article);
    }
    // Spreads start where the whole fit ended, parameters do not: they know the held-out articles.
    HierarchicalFit start = whole;
    start.theta = body::default_law_values();
    std::vector<HeldOutCase> held(training.size());
    for (int k = 0; k < options.calibration_folds; ++k) {
        std::vector<DeliveryCase> inside;
        for (std::size_t i = 0; i < training.size(); ++i)
            if (fold[i] != k) inside.push_back(training[i]);
        if (inside.empty()) continue;
        HierarchicalOptions refit = options.fit;
        refit.start = &start;
        refit.most_iterations = options.calibration_iterations;
        const MechanismForecaster forecaster(fit_hierarchical(mechanism_problem(inside), refit),
                                             no_calibration());
        for (std::size_t i = 0; i < training.size(); ++i) {
            if (fold[i] != k) continue;
            held[i] = score(forecaster, training[i]);
            held[i].weight = 1.0 / std::sqrt(cases_of[training[i].article]);
        }
    }
    return calibrations_of(held, articles);
}

}  // namespace

MechanismForecaster fit_mechanism(std::span<const DeliveryCase> training,
                                  const MechanismOptions& options) {
    HierarchicalFit fit = fit_hierarchical(mechanism_problem(training), options.fit);
    ForecastCalibrations calibrations = calibrate(training, fit, options);
    return MechanismForecaster(std::move(fit), std::move(calibrations));
}

Learner mechanism_learner(const MechanismOptions& options) {
    return {"mechanism", [options](std::span<const DeliveryCase> training) -> Predict {
                return fit_mechanism(training, options);
            }};
}

}  // namespace caravel::inference::delivery
