#include "caravel/inference/delivery/baselines_regressors.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/statistics.hpp"
#include "caravel/inference/delivery/features.hpp"
#include "caravel/inference/matrix.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace caravel::inference::delivery {
namespace {

/// The cases of the samples, each once, in the order of the samples.
std::vector<const DeliveryCase*> owners(std::span<const Sample> samples) {
    std::vector<const DeliveryCase*> cases;
    for (const Sample& sample : samples)
        if (cases.empty() || cases.back() != sample.owner) cases.push_back(sample.owner);
    return cases;
}

std::vector<double> design_row(std::vector<double> row, double log_time, bool has_time) {
    if (has_time) row.insert(row.end(), {log_time, log_time * log_time});
    row.push_back(1.0);
    return row;
}

/// Sums from which ridge slopes for any penalty follow.
struct NormalEquations {
    Matrix square;
    std::vector<double> right;
    double rows = 0.0;

    explicit NormalEquations(std::size_t columns) : square(columns, columns), right(columns, 0.0) {}

    void add(std::span<const double> row, double value) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            right[i] += row[i] * value;
            for (std::size_t j = 0; j <= i; ++j) square(i, j) += row[i] * row[j];
        }
        rows += 1.0;
    }

    void add(const NormalEquations& other) {
        for (std::size_t i = 0; i < right.size(); ++i) right[i] += other.right[i];
        for (std::size_t i = 0; i < square.values.size(); ++i)
            square.values[i] += other.square.values[i];
        rows += other.rows;
    }

    /// Slopes for penalty * rows on all columns but the time and the last, the constant.
    std::vector<double> solve(double penalty, std::size_t penalised) const {
        Matrix a = square;
        for (std::size_t i = 0; i < penalised; ++i) a(i, i) += penalty * rows;
        for (std::size_t i = penalised; i < a.rows; ++i) a(i, i) += 1e-6 * rows;
        const auto lower = try_cholesky(a);
        if (!lower)
            throw NumericalError({"ridge", "normal equations", "", 0.0, 0.0,
                                  "are not positive definite", "check the data for huge values"});
        return solve_cholesky(*lower, right);
    }
};

constexpr std::array<double, 10> penalties{0.01, 0.03, 0.1,  0.3,   1.0,
                                           3.0,  10.0, 30.0, 100.0, 300.0};

/// Penalty with the least squared error on folds that keep articles whole.
double best_penalty(const Matrix& design, std::span<const Sample> samples, std::size_t penalised) {
    const Folds folds = inner_folds(samples);
    std::map<int, NormalEquations> parts;  // of the samples of a fold
    for (std::size_t i = 0; i < samples.size(); ++i)
        parts.try_emplace(folds.at(samples[i].owner->article), design.columns)
            .first->second.add(design.row(i), samples[i].value);
    std::array<double, penalties.size()> errors{};
    for (const auto& held_out : parts) {
        NormalEquations sums(design.columns);
        for (const auto& part : parts)
            if (part.first != held_out.first) sums.add(part.second);
        for (std::size_t k = 0; k < penalties.size(); ++k) {
            const std::vector<double> slopes = sums.solve(penalties[k], penalised);
            for (std::size_t i = 0; i < samples.size(); ++i) {
                if (folds.at(samples[i].owner->article) != held_out.first) continue;
                const double e = dot(slopes, design.row(i)) - samples[i].value;
                errors[k] += e * e;
            }
        }
    }
    const auto best = std::min_element(errors.begin(), errors.end());
    return penalties[static_cast<std::size_t>(best - errors.begin())];
}

/// A case among the neighbours: where it stands and its curve.
struct Neighbour {
    std::vector<double> place;
    std::vector<std::pair<double, double>> curve;  // log time, value; ascending

    double at(double log_time) const {
        const auto after = std::lower_bound(
            curve.begin(), curve.end(), log_time,
            [](const std::pair<double, double>& p, double t) { return p.first < t; });
        if (after == curve.begin()) return after->second;
        if (after == curve.end()) return curve.back().second;
        const auto before = after - 1;
        const double part = (log_time - before->first) / (after->first - before->first);
        return before->second + part * (after->second - before->second);
    }
};

double squared_distance(std::span<const double> a, std::span<const double> b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

}  // namespace

Folds inner_folds(std::span<const Sample> samples) {
    const std::vector<const DeliveryCase*> cases = owners(samples);
    std::set<std::string> articles;
    for (const DeliveryCase* c : cases) articles.insert(c->article);
    return make_folds(cases, std::min(5, static_cast<int>(articles.size())), 0);
}

/// Times within a factor of 1.4 are one habitual time (20, 24 and 28 h; 3 and 4 h); where fewer
/// values are that near, the nearest 25 keep the standard error of the median at about a quarter of
/// their spread (1.25 / 25^0.5). Not fitted to a score.
constexpr double near_log_time = 0.15;
constexpr std::size_t least_values = 25;

Regressor median_regression(std::span<const Sample> samples, bool has_time) {
    std::vector<Sample> kept(samples.begin(), samples.end());
    if (!has_time) {
        std::vector<double> values;
        for (const Sample& s : kept) values.push_back(s.value);
        return [middle = median(values)](const DeliveryCase&, double) { return middle; };
    }
    return [kept = std::move(kept)](const DeliveryCase&, double log_time) {
        std::vector<std::pair<double, double>> near;  // distance in log time, value
        for (const Sample& s : kept) near.emplace_back(std::abs(s.log_time - log_time), s.value);
        std::sort(near.begin(), near.end());
        std::vector<double> values;
        for (const auto& [distance, value] : near) {
            if (distance > near_log_time && values.size() >= least_values) break;
            values.push_back(value);
        }
        return median(values);
    };
}

Regressor ridge_regression(std::span<const Sample> samples, bool has_time) {
    const std::vector<const DeliveryCase*> cases = owners(samples);
    FeatureMap features(cases);
    const std::size_t penalised = features.size();
    Matrix design(samples.size(), penalised + (has_time ? 3 : 1));
    NormalEquations sums(design.columns);
    std::vector<double> encoded;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (i == 0 || samples[i].owner != samples[i - 1].owner)
            encoded = features.encode(*samples[i].owner);
        const std::vector<double> row = design_row(encoded, samples[i].log_time, has_time);
        std::copy(row.begin(), row.end(), &design(i, 0));
        sums.add(row, samples[i].value);
    }
    std::vector<double> slopes = sums.solve(best_penalty(design, samples, penalised), penalised);
    return [features = std::move(features), slopes = std::move(slopes), has_time](
               const DeliveryCase& c, double log_time) {
        return dot(slopes, design_row(features.encode(c), log_time, has_time));
    };
}

Regressor neighbour_regression(std::span<const Sample> samples, bool, int neighbours) {
    const std::vector<const DeliveryCase*> cases = owners(samples);
    FeatureMap features(cases);
    std::vector<Neighbour> all;
    const DeliveryCase* last = nullptr;
    for (const Sample& s : samples) {
        if (s.owner != last) all.push_back({features.encode(*s.owner), {}});
        last = s.owner;
        all.back().curve.emplace_back(s.log_time, s.value);
    }
    const std::size_t count = std::min(all.size(), static_cast<std::size_t>(neighbours));
    return [features = std::move(features), all = std::move(all), count](const DeliveryCase& c,
                                                                         double log_time) {
        const std::vector<double> place = features.encode(c);
        std::vector<std::pair<double, std::size_t>> near;
        for (std::size_t i = 0; i < all.size(); ++i)
            near.emplace_back(squared_distance(place, all[i].place), i);
        std::partial_sort(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(count),
                          near.end());
        double sum = 0.0;
        for (std::size_t k = 0; k < count; ++k) sum += all[near[k].second].at(log_time);
        return sum / static_cast<double>(count);
    };
}

}  // namespace caravel::inference::delivery
