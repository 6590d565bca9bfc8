#include "caravel/imaging/reading/roc.hpp"

#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace caravel::imaging {
namespace {

struct Moments {
    double mean = 0.0;
    double variance = 0.0;
};

Moments moments(std::span<const double> values) {
    const auto count = static_cast<double>(values.size());
    Moments m;
    for (const double v : values) m.mean += v / count;
    for (const double v : values) m.variance += (v - m.mean) * (v - m.mean) / (count - 1.0);
    return m;
}

void demand_responses(std::span<const double> responses) {
    const bool finite =
        std::all_of(responses.begin(), responses.end(), [](double v) { return std::isfinite(v); });
    if (responses.size() < 2 || !finite)
        throw InputError(Diagnostic{{},
                                    fmt::format("an ROC of {} responses{}", responses.size(),
                                                finite ? "" : " that are not all finite"),
                                    "two or more finite responses with and without a lesion",
                                    ""});
}

double hanley_mcneil(double area, double absent, double present) {
    const double q1 = area / (2.0 - area);
    const double q2 = 2.0 * area * area / (1.0 + area);
    const double variance = (area * (1.0 - area) + (present - 1.0) * (q1 - area * area) +
                             (absent - 1.0) * (q2 - area * area)) /
                            (absent * present);
    return std::sqrt(std::max(0.0, variance));
}

}  // namespace

RocCurve roc_curve(std::span<const double> absent, std::span<const double> present) {
    demand_responses(absent);
    demand_responses(present);
    std::vector<std::pair<double, bool>> all;
    for (const double v : absent) all.emplace_back(v, false);
    for (const double v : present) all.emplace_back(v, true);
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.first > b.first; });
    const auto negatives = static_cast<double>(absent.size());
    const auto positives = static_cast<double>(present.size());
    RocCurve curve{{0.0}, {0.0}, 0.0, 0.0, 0.0};
    double negative = 0.0;
    double positive = 0.0;
    for (std::size_t n = 0; n < all.size();) {
        const double threshold = all[n].first;
        const double before_negative = negative;
        const double before_positive = positive;
        for (; n < all.size() && all[n].first == threshold; ++n)
            (all[n].second ? positive : negative) += 1.0;
        curve.area += (negative - before_negative) * 0.5 * (positive + before_positive) /
                      (negatives * positives);
        curve.false_positive.push_back(negative / negatives);
        curve.true_positive.push_back(positive / positives);
    }
    curve.area_error = hanley_mcneil(curve.area, negatives, positives);
    const Moments without = moments(absent);
    const Moments with = moments(present);
    const double spread = std::sqrt(0.5 * (without.variance + with.variance));
    curve.detectability = spread > 0.0 ? (with.mean - without.mean) / spread : 0.0;
    return curve;
}

}  // namespace caravel::imaging
