#include "caravel/report/field_profiles.hpp"

#include "caravel/report/text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace caravel::report {

namespace {

constexpr std::size_t most_bins = 40;
constexpr std::size_t histogram_bins = 24;
constexpr double longest_in_micrometres = 2e-3;  // m; longer axes are in millimetres

/// Whether a cell belongs to those that have this distance.
bool counts(float distance) { return std::isfinite(distance) && distance >= 0.0F; }

/// The value below which the share lies; changes the order of `values`.
double percentile(std::vector<double>& values, double share) {
    const double at = share * static_cast<double>(values.size() - 1);
    const auto below = values.begin() + static_cast<std::ptrdiff_t>(at);
    std::nth_element(values.begin(), below, values.end());
    const auto above = std::min_element(below + 1, values.end());
    const double w = at - std::floor(at);
    return above == values.end() ? *below : (1.0 - w) * *below + w * *above;
}

ProfileBin summarise(std::vector<double>& values, double distance) {
    ProfileBin bin;
    bin.distance = distance;
    bin.count = values.size();
    double sum = 0.0;
    for (const double v : values) sum += v;
    bin.mean = sum / static_cast<double>(values.size());
    bin.low = percentile(values, 0.1);
    bin.high = percentile(values, 0.9);
    return bin;
}

LineChart distance_chart(const FieldPicture& picture, const std::vector<std::size_t>& times,
                         const std::vector<float>& distances, const std::string& from) {
    double longest = 0.0;
    for (const float d : distances)
        if (counts(d)) longest = std::max(longest, static_cast<double>(d));
    const bool micrometres = longest < longest_in_micrometres;
    const double scale = micrometres ? 1e6 : 1e3;
    const double least = *std::max_element(picture.spacing.begin(), picture.spacing.end());
    LineChart chart;
    chart.title = fmt::format("{} by distance from {}", value_label(picture), from);
    chart.x_label = fmt::format("Distance from {} ({})", from, micrometres ? "µm" : "mm");
    chart.y_label = value_label(picture);
    chart.logarithmic = picture.logarithmic;
    for (const std::size_t time : times) {
        ChartLine line;
        line.label = time_text(picture.times[time]);
        for (const ProfileBin& bin : profile(picture.values[time], distances, least)) {
            line.x.push_back(scale * bin.distance);
            line.y.push_back(bin.mean);
            line.band.push_back({scale * bin.distance, bin.low, bin.high});
        }
        chart.lines.push_back(std::move(line));
    }
    return chart;
}

std::vector<float> tumour_values(const FieldPicture& picture, std::size_t time) {
    std::vector<float> values;
    for (std::size_t i = 0; i < picture.values[time].size(); ++i)
        if (picture.depth.empty() || counts(picture.depth[i]))
            values.push_back(picture.values[time][i]);
    return values;
}

double value_at(const Axis& scale, double share) {
    return scale.logarithmic ? scale.low * std::pow(scale.high / scale.low, share)
                             : scale.low + share * (scale.high - scale.low);
}

}  // namespace

std::string identifier(const std::string& name, const std::string& what) {
    std::string id;
    for (const char c : name) {
        const bool upper = c >= 'A' && c <= 'Z';
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        id += upper ? static_cast<char>(c - 'A' + 'a') : plain ? c : '-';
    }
    return fmt::format("field-{}-{}", id, what);
}

std::string value_label(const FieldPicture& picture) {
    const std::string unit = unit_text(picture.unit);
    return unit.empty() ? label_of(picture) : fmt::format("{} ({})", label_of(picture), unit);
}

std::vector<ProfileBin> profile(const std::vector<float>& values,
                                const std::vector<float>& distances, double least) {
    double longest = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (std::isfinite(values[i]) && counts(distances[i]))
            longest = std::max(longest, static_cast<double>(distances[i]));
    const double width = std::max(least, longest / static_cast<double>(most_bins));
    std::vector<std::vector<double>> bins(most_bins);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i]) || !counts(distances[i])) continue;
        const double at = static_cast<double>(distances[i]) / width;
        bins[std::min(static_cast<std::size_t>(at), most_bins - 1)].push_back(
            static_cast<double>(values[i]));
    }
    std::vector<ProfileBin> result;
    for (std::size_t b = 0; b < bins.size(); ++b)
        if (!bins[b].empty())
            result.push_back(summarise(bins[b], (static_cast<double>(b) + 0.5) * width));
    return result;
}

std::vector<double> histogram(const std::vector<float>& values, const Axis& scale,
                              std::size_t count) {
    std::vector<double> shares(count, 0.0);
    double total = 0.0;
    for (const float value : values) {
        if (!std::isfinite(value)) continue;
        const double position = scale.position(static_cast<double>(value));
        // A logarithmic scale has no place for zero: it belongs to the low end.
        const double at = std::isfinite(position) ? position * static_cast<double>(count) : 0.0;
        const double bin = std::clamp(std::floor(at), 0.0, static_cast<double>(count - 1));
        shares[static_cast<std::size_t>(bin)] += 1.0;
        total += 1.0;
    }
    for (double& share : shares) share = total > 0.0 ? share / total : 0.0;
    return shares;
}

std::optional<LineChart> rim_chart(const FieldPicture& picture,
                                   const std::vector<std::size_t>& times) {
    if (picture.depth.empty()) return std::nullopt;
    LineChart chart = distance_chart(picture, times, picture.depth, "the tumour's surface");
    chart.id = identifier(picture.name, "rim");
    return chart;
}

std::optional<LineChart> vessel_chart(const FieldPicture& picture,
                                      const std::vector<std::size_t>& times) {
    if (picture.vessel_distance.empty()) return std::nullopt;
    LineChart chart = distance_chart(picture, times, picture.vessel_distance, "the nearest vessel");
    chart.id = identifier(picture.name, "vessel");
    return chart;
}

LineChart histogram_chart(const FieldPicture& picture, const std::vector<std::size_t>& times,
                          const Axis& scale) {
    LineChart chart;
    chart.id = identifier(picture.name, "histogram");
    const char* of = picture.depth.empty() ? "volume" : "tumour";
    chart.title = fmt::format("Distribution of {} over the {}", value_label(picture), of);
    chart.x_label = value_label(picture);
    chart.y_label = fmt::format("Share of the {} (%)", of);
    chart.logarithmic_x = scale.logarithmic;
    for (const std::size_t time : times) {
        ChartLine line;
        line.label = time_text(picture.times[time]);
        const auto shares = histogram(tumour_values(picture, time), scale, histogram_bins);
        for (std::size_t b = 0; b < shares.size(); ++b) {
            const double n = static_cast<double>(histogram_bins);
            line.x.push_back(value_at(scale, static_cast<double>(b) / n));
            line.x.push_back(value_at(scale, static_cast<double>(b + 1) / n));
            line.y.insert(line.y.end(), 2, 100.0 * shares[b]);
        }
        chart.lines.push_back(std::move(line));
    }
    return chart;
}

}  // namespace caravel::report
