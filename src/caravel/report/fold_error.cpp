#include "caravel/report/fold_error.hpp"

#include "caravel/base/interpolate.hpp"
#include "caravel/base/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace caravel::report {

namespace {

double fraction_within(const std::vector<double>& folds, double factor) {
    const auto inside =
        std::count_if(folds.begin(), folds.end(), [&](double fold) { return fold <= factor; });
    return static_cast<double>(inside) / static_cast<double>(folds.size());
}

FoldSummary summarise(const std::vector<const Comparison*>& members) {
    FoldSummary summary;
    std::vector<double> folds;
    for (const Comparison* member : members) {
        if (member->fold) {
            folds.push_back(*member->fold);
        } else {
            ++summary.excluded;
        }
    }
    summary.count = static_cast<int>(folds.size());
    if (folds.empty()) return summary;
    summary.median = median(folds);
    summary.worst = *std::max_element(folds.begin(), folds.end());
    summary.within_two = fraction_within(folds, 2.0);
    summary.within_three = fraction_within(folds, 3.0);
    return summary;
}

}  // namespace

std::optional<double> fold_error(double predicted, double measured) {
    if (!std::isfinite(measured) || measured <= 0.0) return std::nullopt;
    if (!std::isfinite(predicted) || predicted <= 0.0) {
        return std::numeric_limits<double>::infinity();
    }
    return std::max(predicted / measured, measured / predicted);
}

std::optional<double> interpolate(const std::vector<double>& times,
                                  const std::vector<double>& values, double time) {
    const std::size_t n = std::min(times.size(), values.size());
    if (n == 0 || !(time >= times.front()) || time > times[n - 1]) return std::nullopt;
    return interpolate_clamped({times.data(), n}, {values.data(), n}, time);
}

std::vector<Comparison> compare_with_measurements(const RunRecord& record) {
    std::vector<Comparison> comparisons;
    for (const Series& series : record.series) {
        for (const MeasuredPoint& point : series.measured) {
            Comparison row{series.name,  series.label,     point.group, series.unit,
                           point.source, point.time,       point.value, point.predicted,
                           std::nullopt, point.below_limit};
            if (!row.predicted) {
                row.predicted = interpolate(record.times, series.values, point.time);
            }
            if (row.predicted && !row.below_limit) {
                row.fold = fold_error(*row.predicted, row.measured);
            }
            comparisons.push_back(std::move(row));
        }
    }
    return comparisons;
}

std::vector<FoldSummary> summarise_folds(const std::vector<Comparison>& comparisons) {
    std::vector<std::vector<const Comparison*>> groups;
    for (const Comparison& row : comparisons) {
        const auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
            return group.front()->series == row.series && group.front()->group == row.group;
        });
        if (same == groups.end()) {
            groups.push_back({&row});
        } else {
            same->push_back(&row);
        }
    }
    std::vector<FoldSummary> summaries;
    for (const auto& group : groups) {
        FoldSummary summary = summarise(group);
        summary.series = group.front()->series;
        summary.label = group.front()->label;
        summary.group = group.front()->group;
        summaries.push_back(std::move(summary));
    }
    return summaries;
}

FoldSummary summarise_all(const std::vector<Comparison>& comparisons) {
    std::vector<const Comparison*> all;
    for (const Comparison& row : comparisons) all.push_back(&row);
    return summarise(all);
}

}  // namespace caravel::report
