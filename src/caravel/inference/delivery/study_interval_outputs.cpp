#include "caravel/inference/delivery/study_interval_outputs.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::inference::delivery {
namespace {

constexpr std::size_t most_times = 40;

/// A third of the times close to the start by halves, the others even; all of the record's grid.
std::vector<std::size_t> band_rows(const std::vector<double>& times) {
    std::vector<std::size_t> rows;
    if (times.empty()) return rows;
    const auto nearest = [&](double t) {
        const auto at = std::lower_bound(times.begin(), times.end(), t);
        rows.push_back(std::min(static_cast<std::size_t>(at - times.begin()), times.size() - 1));
    };
    const double end = times.back();
    for (int k = 10; k >= 5; --k) nearest(std::ldexp(end, -k));
    for (int k = 0; k <= 32; ++k) nearest(end * k / 32.0);
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    if (rows.size() > most_times) rows.resize(most_times);
    return rows;
}

bool is_sample(const report::RunRecord& record, const report::QuantityResult& quantity) {
    return quantity.time &&
           std::any_of(record.series.begin(), record.series.end(),
                       [&](const report::Series& s) { return s.name == quantity.name; });
}

/// Half-lives exist only where a curve falls for long enough; the terminal one of plasma counts as
/// always there.
bool may_be_missing(const std::string& name) {
    return name.find("half_life") != std::string::npos &&
           name.rfind("plasma.half_life_terminal", 0) != 0;
}

}  // namespace

std::vector<OutputGroup> output_groups(const report::RunRecord& record) {
    std::vector<OutputGroup> groups(3);
    const auto rows = band_rows(record.times);
    for (std::size_t i = 0; i < record.series.size(); ++i) {
        const report::Series& series = record.series[i];
        if (series.status == report::Status::input) continue;
        for (const std::size_t row : rows) {
            if (row >= series.values.size() || !std::isfinite(series.values[row])) continue;
            groups[0].outputs.push_back({series.name, record.times[row]});
            groups[0].places.push_back({false, i, record.times[row]});
        }
    }
    for (std::size_t i = 0; i < record.quantities.size(); ++i) {
        const report::QuantityResult& quantity = record.quantities[i];
        if (quantity.from_image) continue;
        if (quantity.status == report::Status::input) continue;
        const bool sample = is_sample(record, quantity);
        OutputGroup& group = groups[sample ? 0 : may_be_missing(quantity.name) ? 2 : 1];
        group.outputs.push_back({quantity.name, sample ? quantity.time : std::nullopt});
        group.places.push_back({true, i, quantity.time.value_or(0.0)});
    }
    groups.erase(std::remove_if(groups.begin(), groups.end(),
                                [](const OutputGroup& group) { return group.outputs.empty(); }),
                 groups.end());
    return groups;
}

std::vector<KnownPoint> known_points(const report::RunRecord& record, double until) {
    std::vector<KnownPoint> points;
    for (std::size_t i = 0; i < record.series.size(); ++i) {
        if (record.series[i].status == report::Status::input) continue;
        for (const report::MeasuredPoint& point : record.series[i].measured)
            if (point.time > 0.0 && point.time <= until && std::isfinite(point.value) &&
                point.value > 0.0)
                points.push_back({i, point});
    }
    std::stable_sort(points.begin(), points.end(), [](const KnownPoint& a, const KnownPoint& b) {
        return a.series < b.series || (a.series == b.series && a.point.time < b.point.time);
    });
    return points;
}

}  // namespace caravel::inference::delivery
