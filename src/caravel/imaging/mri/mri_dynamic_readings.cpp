#include "caravel/imaging/mri/mri_dynamic_readings.hpp"

#include "caravel/base/statistics.hpp"
#include "caravel/exec/for_each.hpp"
#include "caravel/imaging/mri/mri_scan_maps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace caravel::imaging {
namespace {

constexpr double floor_of_noise = 3.0;  // standard deviations, of the baseline's signal
constexpr double least_signal = 1e-3;   // of pure water
constexpr double per_minute = 60.0;

/// End (s) of the baseline's last frame.
double baseline_end(const DynamicSeries& series, std::size_t baseline) {
    return series.middle[baseline - 1] + 0.5 * series.frame_time;
}

/// Turns courses of signals into concentrations and constants.
class Reader {
  public:
    Reader(const DynamicSeries& series, const ImagedObject& object, const Grid& grid,
           const DynamicProtocol& protocol)
        : series_(series), protocol_(protocol), noise_(frame_noise(series.mri, grid)) {
        const auto free = static_cast<std::size_t>(Compartment::free);
        const Relaxivity& own = object.agents[protocol.agent].relaxing->relaxivity[free];
        agent_ = {own.r1, own.r2_star, series.mri.repetition_time, series.mri.echo_time,
                  series.mri.flip_angle};
        if (!protocol.plasma.empty())
            fitter_.emplace(series.middle, protocol.plasma, protocol.model, protocol.baseline);
    }

    double least() const { return std::max(least_signal, floor_of_noise * noise_); }
    double signal(std::size_t frame, std::size_t voxel) const {
        return signal_of_magnitude(series_.frames[frame].magnitude[voxel], noise_,
                                   series_.channels);
    }
    /// Concentrations of a course of signals; empty where there are none.
    std::vector<double> concentrations(const std::vector<double>& signals, double r1_before) const {
        const double start = mean_of_first(signals, protocol_.baseline);
        if (!(start > least())) return {};
        std::vector<double> course;
        for (const double s : signals) {
            const auto c = concentration_of(s / start, r1_before, agent_);
            if (!c.found) return {};
            course.push_back(c.value);
        }
        return course;
    }
    double area(const std::vector<double>& course) const {
        return area_from(baseline_end(series_, protocol_.baseline), series_.middle,
                         above_baseline(course, protocol_.baseline), protocol_.area_time);
    }
    TracerFit fit(const std::vector<double>& course) const {
        return fitter_ && !course.empty() ? fitter_->fit(course) : TracerFit{};
    }

  private:
    const DynamicSeries& series_;
    const DynamicProtocol& protocol_;
    double noise_;
    SpoiledAgent agent_{};
    std::optional<TracerFitter> fitter_{};
};

void read_voxel(const Reader& reader, std::size_t v, const std::vector<double>& signals, double r1,
                DynamicReadings& readings) {
    const std::vector<double> course = reader.concentrations(signals, r1);
    if (course.empty()) return;
    readings.dark[v] = 0;
    readings.area[v] = reader.area(course);
    const TracerFit fit = reader.fit(course);
    if (!fit.found) return;
    readings.unfitted[v] = 0;
    readings.transfer[v] = fit.value.transfer * per_minute;
    readings.plasma_volume[v] = fit.value.plasma_volume;
    if (!fit.returns) return;
    readings.unreturned[v] = 0;
    readings.back_rate[v] = fit.value.back_rate * per_minute;
}

/// Fit of the mean signal of a region.
TracerFit read_region(const Reader& reader, const DynamicSeries& series,
                      const WeightedVoxels& where, const std::vector<double>& r1_before) {
    std::vector<double> signals(series.frames.size(), 0.0);
    double r1 = 0.0;
    for (std::size_t i = 0; i < where.voxel.size(); ++i) {
        const auto v = static_cast<std::size_t>(where.voxel[i]);
        const double share = where.weight[i] / where.total;
        r1 += share * r1_before[v];
        for (std::size_t n = 0; n < signals.size(); ++n) signals[n] += share * reader.signal(n, v);
    }
    return reader.fit(reader.concentrations(signals, r1));
}

/// Mean of a constant of the object's regions over each voxel.
std::vector<double> true_map(exec::ThreadTeam& team, const ImagedObject& object, const Grid& grid,
                             const DynamicProtocol& protocol, double TracerConstants::*which,
                             double scale) {
    if (protocol.constants.empty()) return {};
    std::vector<double> cells;
    cells.reserve(object.region.size());
    for (const std::uint16_t region : object.region)
        cells.push_back(scale * protocol.constants[region].*which);
    return voxel_mean(team, object.grid, cells, grid);
}

/// A number that is fitted.
struct Constant {
    const char* name;
    const char* label;
    const char* unit;
    double scale;  // from SI
    double TracerConstants::*value;
    std::vector<double> DynamicReadings::*map;
    std::vector<std::uint8_t> DynamicReadings::*missing;
};

const std::vector<Constant>& constants_of(TracerModel model) {
    static const Constant transfer{"ktrans",
                                   "Transfer constant Ktrans",
                                   "1/min",
                                   per_minute,
                                   &TracerConstants::transfer,
                                   &DynamicReadings::transfer,
                                   &DynamicReadings::unfitted};
    static const Constant back{"kep",
                               "Rate of return kep",
                               "1/min",
                               per_minute,
                               &TracerConstants::back_rate,
                               &DynamicReadings::back_rate,
                               &DynamicReadings::unreturned};
    static const Constant plasma{"plasma_volume",
                                 "Plasma volume",
                                 "1",
                                 1.0,
                                 &TracerConstants::plasma_volume,
                                 &DynamicReadings::plasma_volume,
                                 &DynamicReadings::unfitted};
    static const std::vector<Constant> all{transfer, back, plasma};
    static const std::vector<Constant> stays{transfer, plasma};
    return model == TracerModel::tofts ? all : stays;
}

Image map_image(const DynamicSeries& series, const Grid& grid, std::string name, std::string label,
                std::string unit) {
    Image image;
    image.name = std::move(name);
    image.label = std::move(label);
    image.unit = std::move(unit);
    image.grid = grid;
    image.noise_model = series.mri.noise ? "gaussian" : "none";
    return image;
}

/// Median of the voxels that have a value, with 1.25 of the mean's error by the middle two thirds.
struct Median {
    double value = 0.0;
    double error = 0.0;
    bool found = false;
};

Median median_of(const std::vector<double>& map, const std::vector<std::uint8_t>& missing,
                 const WeightedVoxels& where) {
    std::vector<double> values;
    for (const index_t voxel : where.voxel)
        if (missing[static_cast<std::size_t>(voxel)] == 0)
            values.push_back(map[static_cast<std::size_t>(voxel)]);
    if (values.empty()) return {};
    if (values.size() == 1) return {values[0], std::numeric_limits<double>::infinity(), true};
    constexpr double normal_sigma = 0.158655254;
    constexpr double of_median = 1.2533141373155;
    const double sigma =
        0.5 * (quantile(values, 1.0 - normal_sigma) - quantile(values, normal_sigma));
    return {quantile(values, 0.5),
            of_median * sigma / std::sqrt(static_cast<double>(values.size())), true};
}

void add_region(std::size_t region, const ImagedObject& object, const DynamicProtocol& protocol,
                const DynamicReadings& readings, ScanResult& result) {
    const TracerFit& fit = readings.regions[region];
    for (const Constant& c : constants_of(protocol.model)) {
        const double truth = protocol.constants.empty()
                                 ? std::numeric_limits<double>::quiet_NaN()
                                 : c.scale * protocol.constants[region].*c.value;
        const std::string name = c.name;
        const std::string label = c.label;
        if (c.value == &TracerConstants::back_rate && !fit.returns) continue;
        if (fit.found)
            result.courses.push_back({object.regions[region].name, name + "_course",
                                      label + " of the region's mean signal", c.unit,
                                      c.scale * fit.value.*c.value, c.scale * fit.error.*c.value,
                                      truth});
        if (const Median m =
                median_of(readings.*c.map, readings.*c.missing, readings.where[region]);
            m.found)
            result.courses.push_back({object.regions[region].name, name + "_median",
                                      label + ", median of voxels", c.unit, m.value, m.error,
                                      truth});
    }
}

/// Readings of regions and which of them show no transfer.
void add_regions(const ImagedObject& object, const DynamicProtocol& protocol,
                 const DynamicReadings& readings, ScanResult& result) {
    std::vector<std::string> silent;
    for (std::size_t r = 0; r < object.regions.size(); ++r) {
        const TracerFit& fit = readings.regions[r];
        if (!fit.found) continue;
        add_region(r, object, protocol, readings, result);
        if (!fit.is_significant()) silent.push_back(object.regions[r].name);
    }
    if (!silent.empty())
        result.notes.push_back(
            fmt::format("the transfer constant of {} cannot be told from 0 (less than 1.96 "
                        "standard errors of the region's course)",
                        fmt::join(silent, ", ")));
}

void note_end(const DynamicSeries& series, const DynamicProtocol& protocol, ScanResult& result) {
    const double seen = series.middle.back() - baseline_end(series, protocol.baseline);
    if (seen < protocol.area_time)
        result.notes.push_back(
            fmt::format("the area under the concentration ends with the series, "
                        "{:.4g} s after the baseline instead of {:.4g} s",
                        std::max(0.0, seen), protocol.area_time));
}

}  // namespace

std::vector<double> area_weights(const DynamicProtocol& protocol, double frame_time) {
    std::vector<double> middle;
    for (const double start : protocol.times) middle.push_back(start + 0.5 * frame_time);
    const double arrival = middle[protocol.baseline - 1] + 0.5 * frame_time;
    std::vector<double> weights;
    for (std::size_t n = 0; n < middle.size(); ++n) {
        std::vector<double> one(middle.size(), 0.0);
        one[n] = 1.0;
        weights.push_back(
            area_from(arrival, middle, above_baseline(one, protocol.baseline), protocol.area_time));
    }
    return weights;
}

DynamicReadings read_series(exec::ThreadTeam& team, const DynamicSeries& series,
                            const ImagedObject& object, const Grid& grid,
                            const DynamicProtocol& protocol) {
    const std::size_t voxels = series.frames.front().magnitude.size();
    const std::vector<double> zeros(voxels, 0.0);
    const std::vector<std::uint8_t> all(voxels, 1);
    DynamicReadings readings{zeros, zeros, zeros, zeros, all, all, all, {}, {}};
    const Reader reader(series, object, grid, protocol);
    const std::vector<double> r1 = proton_mean(team, series.before, grid, series.before.r1);
    exec::for_each(team, static_cast<index_t>(voxels), [&](index_t i) {
        const auto v = static_cast<std::size_t>(i);
        std::vector<double> signals(series.frames.size());
        for (std::size_t n = 0; n < signals.size(); ++n) signals[n] = reader.signal(n, v);
        read_voxel(reader, v, signals, r1[v], readings);
    });
    readings.where.resize(object.regions.size());
    readings.regions.resize(object.regions.size());
    if (protocol.plasma.empty()) return readings;
    const RegionMap map(team, grid, object);
    for (std::size_t r = 0; r < object.regions.size(); ++r) {
        if (object.regions[r].background) continue;
        readings.where[r] = map.region(r);
        if (!readings.where[r].voxel.empty())
            readings.regions[r] = read_region(reader, series, readings.where[r], r1);
    }
    return readings;
}

void add_readings(exec::ThreadTeam& team, const DynamicSeries& series, const ImagedObject& object,
                  const Grid& grid, const DynamicProtocol& protocol,
                  const DynamicReadings& readings, ScanResult& result) {
    Image area = map_image(series, grid, "area", "Area under the concentration",
                           "s." + object.agents[protocol.agent].unit);
    area.values = readings.area;
    area.missing = readings.dark;
    area.truth = series.true_area;
    result.images.push_back(std::move(area));
    note_end(series, protocol, result);
    result.assumptions.emplace_back(
        "T1 before the agent is known without noise, and the relaxivity is that of the free agent");
    if (protocol.plasma.empty()) return;
    for (const Constant& c : constants_of(protocol.model)) {
        Image image = map_image(series, grid, c.name, c.label, c.unit);
        image.values = readings.*c.map;
        image.missing = readings.*c.missing;
        image.truth = true_map(team, object, grid, protocol, c.value, c.scale);
        result.images.push_back(std::move(image));
    }
    add_regions(object, protocol, readings, result);
    result.assumptions.emplace_back("the concentration in plasma is known without noise or delay");
}

}  // namespace caravel::imaging
