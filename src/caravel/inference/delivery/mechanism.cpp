#include "caravel/inference/delivery/mechanism.hpp"

#include <cmath>
#include <map>

namespace caravel::inference::delivery {

namespace {

bool is_scorable(const Point& point) {
    return point.fraction.censoring == Censoring::none && point.fraction.value > 0.0;
}

HeldOutCase held_out(const MechanismForecaster& forecaster, const DeliveryCase& c) {
    HeldOutCase held;
    held.facts = &c;
    for (const Point& p : c.points) {
        if (!is_scorable(p)) continue;
        held.places.push_back(p.place);
        held.times.push_back(p.time);
        held.measured.push_back(std::log10(p.fraction.value));
    }
    held.raw = forecaster.raw(c, held.places, held.times);
    return held;
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

std::vector<Discrepancy> untold() {
    return std::vector<Discrepancy>(noise_class_count, no_discrepancy());
}

std::vector<Discrepancy> calibrate(std::span<const DeliveryCase> training,
                                   const HierarchicalFit& whole, const MechanismOptions& options) {
    if (options.calibration_folds < 2) return untold();
    const std::vector<int> fold = article_folds(training, options.calibration_folds);
    // Spreads start where the whole fit ended, parameters do not: they know the held-out articles.
    HierarchicalFit start = whole;
    start.theta = body::default_law_values();
    std::vector<HeldOutCase> held;
    for (int k = 0; k < options.calibration_folds; ++k) {
        std::vector<DeliveryCase> inside;
        for (std::size_t i = 0; i < training.size(); ++i)
            if (fold[i] != k) inside.push_back(training[i]);
        if (inside.empty()) continue;
        HierarchicalOptions refit = options.fit;
        refit.start = &start;
        refit.most_iterations = options.calibration_iterations;
        const MechanismForecaster forecaster(fit_hierarchical(mechanism_problem(inside), refit),
                                             untold());
        for (std::size_t i = 0; i < training.size(); ++i)
            if (fold[i] == k) held.push_back(held_out(forecaster, training[i]));
    }
    return fit_discrepancies(held);
}

}  // namespace

MechanismForecaster fit_mechanism(std::span<const DeliveryCase> training,
                                  const MechanismOptions& options) {
    HierarchicalFit fit = fit_hierarchical(mechanism_problem(training), options.fit);
    std::vector<Discrepancy> discrepancies = calibrate(training, fit, options);
    return MechanismForecaster(std::move(fit), std::move(discrepancies));
}

Learner mechanism_learner(const MechanismOptions& options) {
    return {"mechanism", [options](std::span<const DeliveryCase> training) -> Predict {
                return fit_mechanism(training, options);
            }};
}

}  // namespace caravel::inference::delivery
