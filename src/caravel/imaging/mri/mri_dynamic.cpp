#include "caravel/imaging/mri/mri_dynamic.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/for_each.hpp"
#include "caravel/imaging/mri/mri_scan_maps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::imaging {
namespace {

constexpr double floor_of_noise = 3.0;  // standard deviations, of the baseline's signal
constexpr double least_signal = 1e-3;   // of pure water

[[noreturn]] void refuse(const MriSettings& mri, const std::string& what,
                         const std::string& expected, const std::string& hint = {}) {
    throw InputError(Diagnostic{mri.where, what, expected, hint});
}

void check_sequence(const MriSettings& mri) {
    check_mri(mri);
    if (mri.sequence != "dce")
        refuse(mri,
               fmt::format("sequence '{}' takes no series of an object that changes", mri.sequence),
               "sequence = \"dce\"");
}

void check_protocol(const MriSettings& mri, const DynamicProtocol& p, double frame_time) {
    if (p.times.empty()) refuse(mri, "the series has no frames", "at least one time");
    for (std::size_t n = 0; n < p.times.size(); ++n) {
        if (!std::isfinite(p.times[n])) refuse(mri, "a frame's time is not finite", "times in s");
        if (n > 0 && p.times[n] - p.times[n - 1] < frame_time * (1.0 - 1e-9))
            refuse(
                mri,
                fmt::format("frame {} starts {:.6g} s after the one before, which takes {:.6g} s",
                            n + 1, p.times[n] - p.times[n - 1], frame_time),
                "times a frame apart", "lower frame_time, or take fewer frames");
    }
    if (p.baseline < 1 || p.baseline > p.times.size())
        refuse(mri, fmt::format("{} of {} frames are the baseline", p.baseline, p.times.size()),
               "at least one frame, at most all");
    if (!p.plasma.empty() && p.plasma.size() != p.times.size())
        refuse(
            mri,
            fmt::format("{} values of plasma go with {} frames", p.plasma.size(), p.times.size()),
            "one value per frame, or none");
}

/// The series as taken. `before` are the maps of the first frame.
struct Series {
    MriSettings mri{};
    MriMaps before{};
    std::vector<Frame> frames{};
    std::vector<double> middle{};  // s, of the frames
    double frame_time = 0.0;       // s
};

Series take_series(const ScanContext& context, const MovingObject& object_at,
                   const MriSettings& settings, std::span<const double> times, const Grid& grid,
                   double frame_time, Tier tier) {
    Series series;
    series.frame_time = frame_time;
    series.mri = settings;
    series.mri.frames = static_cast<std::int64_t>(times.size());
    Exposure exposure = exposures(settings).front();
    std::vector<MriMaps> maps;
    for (std::size_t n = 0; n < times.size(); ++n) {
        if (context.interrupted && context.interrupted())
            throw Interrupted("the dynamic scan was interrupted");
        maps.clear();
        for (const double time : frame_meetings(times[n], frame_time, tier))
            maps.push_back(
                mri_maps(context.team, object_at(time), context.library, settings.field));
        exposure.name = fmt::format("frame_{}", n + 1);
        series.frames.push_back(take_frame(context, maps, series.mri, exposure, grid, tier,
                                           static_cast<std::uint32_t>(n)));
        series.middle.push_back(times[n] + 0.5 * frame_time);
        series.frames.back().course = "frame";
        series.frames.back().after = series.middle.back() - times.front();
        if (n == 0) series.before = std::move(maps.front());
        if (context.progress)
            context.progress(static_cast<double>(n + 1) / static_cast<double>(times.size()));
    }
    return series;
}

/// End (s) of the baseline's last frame.
double baseline_end(const Series& series, std::size_t baseline) {
    return series.middle[baseline - 1] + 0.5 * series.frame_time;
}

/// Mean of the baseline's magnitudes.
std::vector<double> start_of(const Series& series, std::size_t baseline) {
    std::vector<double> start(series.frames.front().magnitude.size(), 0.0);
    for (std::size_t n = 0; n < baseline; ++n) {
        for (std::size_t v = 0; v < start.size(); ++v)
            start[v] += series.frames[n].magnitude[v] / static_cast<double>(baseline);
    }
    return start;
}

SpoiledAgent agent_of(const MriSettings& mri, const ImagedObject& object, std::size_t number) {
    if (number >= object.agents.size() || !object.agents[number].relaxing)
        refuse(mri, fmt::format("agent {} of the series changes no relaxation", number + 1),
               "an agent of the object that magnetic resonance sees");
    const Relaxivity& free =
        object.agents[number].relaxing->relaxivity[static_cast<std::size_t>(Compartment::free)];
    return {free.r1, free.r2_star, mri.repetition_time, mri.echo_time, mri.flip_angle};
}

/// Maps of what a reader computes, voxel by voxel.
struct Readings {
    std::vector<double> area, transfer, back_rate, plasma_volume;
    std::vector<std::uint8_t> dark, unfitted;

    explicit Readings(std::size_t n)
        : area(n), transfer(n), back_rate(n), plasma_volume(n), dark(n, 1), unfitted(n, 1) {}
};

/// The course less the mean of its baseline: 0 but for noise, which the curved signal law lifts.
std::vector<double> above_baseline(std::vector<double> course, std::size_t baseline) {
    double mean = 0.0;
    for (std::size_t n = 0; n < baseline; ++n) mean += course[n] / static_cast<double>(baseline);
    for (double& value : course) value -= mean;
    return course;
}

Readings read_courses(exec::ThreadTeam& team, const Series& series, const DynamicProtocol& protocol,
                      const SpoiledAgent& agent, const std::vector<double>& start,
                      const std::vector<double>& r1_before, double floor) {
    Readings readings(start.size());
    const std::size_t frames = series.frames.size();
    const double arrival = baseline_end(series, protocol.baseline);
    exec::for_each(team, static_cast<index_t>(start.size()), [&](index_t i) {
        const auto v = static_cast<std::size_t>(i);
        if (!(start[v] > floor)) return;
        std::vector<double> course(frames);
        for (std::size_t n = 0; n < frames; ++n) {
            const auto c =
                concentration_of(series.frames[n].magnitude[v] / start[v], r1_before[v], agent);
            if (!c.found) return;
            course[n] = c.value;
        }
        readings.dark[v] = 0;
        readings.area[v] = area_from(arrival, series.middle,
                                     above_baseline(course, protocol.baseline), protocol.area_time);
        if (protocol.plasma.empty()) return;
        const TracerFit fit = fit_tracer(series.middle, course, protocol.plasma, protocol.model);
        if (!fit.found) return;
        readings.unfitted[v] = 0;
        readings.transfer[v] = fit.transfer * 60.0;
        readings.back_rate[v] = fit.back_rate * 60.0;
        readings.plasma_volume[v] = fit.plasma_volume;
    });
    return readings;
}

Image map_image(const Series& series, const Grid& grid, const char* name, const char* label,
                const std::string& unit, std::vector<double> values,
                const std::vector<std::uint8_t>& missing) {
    Image image;
    image.name = name;
    image.label = label;
    image.unit = unit;
    image.grid = grid;
    image.values = std::move(values);
    image.missing = missing;
    image.noise_model = series.mri.noise ? "gaussian" : "none";
    return image;
}

void add_readings(const Series& series, const Grid& grid, const DynamicProtocol& protocol,
                  const std::string& unit, Readings readings, ScanResult& result) {
    result.images.push_back(map_image(series, grid, "area", "Area under the concentration",
                                      "s." + unit, std::move(readings.area), readings.dark));
    const double seen = series.middle.back() - baseline_end(series, protocol.baseline);
    if (seen < protocol.area_time)
        result.notes.push_back(
            fmt::format("the area under the concentration ends with the series, "
                        "{:.4g} s after the baseline instead of {:.4g} s",
                        std::max(0.0, seen), protocol.area_time));
    result.assumptions.emplace_back(
        "T1 before the agent is known without noise, and the relaxivity is that of the free agent");
    if (protocol.plasma.empty()) return;
    result.images.push_back(map_image(series, grid, "ktrans", "Transfer constant Ktrans", "1/min",
                                      std::move(readings.transfer), readings.unfitted));
    if (protocol.model == TracerModel::tofts)
        result.images.push_back(map_image(series, grid, "kep", "Rate of return kep", "1/min",
                                          std::move(readings.back_rate), readings.unfitted));
    result.images.push_back(map_image(series, grid, "plasma_volume", "Plasma volume", "1",
                                      std::move(readings.plasma_volume), readings.unfitted));
    result.assumptions.emplace_back("the concentration in plasma is known without noise or delay");
}

void add_series(const ScanContext& context, Series& series, const Grid& grid, Tier tier,
                ScanResult& result) {
    ScanFrames scan{series.mri, series.before, grid, std::move(series.frames), 1.0};
    finish_scan(context, scan, tier, result);
    result.facts.emplace_back("frame_time", fmt::format("{:g} s", series.frame_time));
}

}  // namespace

double dynamic_frame_time(const MriSettings& settings, const Grid& image) {
    return mri_scan_time(settings, image) / static_cast<double>(settings.frames);
}

std::vector<double> dynamic_starts(const MriSettings& settings, double frame_time) {
    std::vector<double> starts;
    for (std::int64_t n = 0; n < settings.frames; ++n)
        starts.push_back(static_cast<double>(n) * frame_time);
    return starts;
}

std::vector<double> frame_meetings(double start, double frame_time, Tier tier) {
    const int parts = tier == Tier::acquisition ? 4 : 1;
    std::vector<double> times;
    for (int p = 0; p < parts; ++p)
        times.push_back(start + (p + 0.5) / static_cast<double>(parts) * frame_time);
    return times;
}

ScanResult scan_mri_series(const ScanContext& context, const MovingObject& object,
                           const MriSettings& settings, Tier tier) {
    check_sequence(settings);
    const Grid grid = mri_image_grid(settings, object(0.0).grid);
    const double frame_time = dynamic_frame_time(settings, grid);
    Series series = take_series(context, object, settings, dynamic_starts(settings, frame_time),
                                grid, frame_time, tier);
    ScanResult result;
    add_series(context, series, grid, tier, result);
    return result;
}

ScanResult scan_mri_dynamic(const ScanContext& context, const MovingObject& object_at,
                            const MriSettings& settings, const DynamicProtocol& protocol,
                            Tier tier) {
    check_sequence(settings);
    if (protocol.times.empty()) check_protocol(settings, protocol, 0.0);
    const ImagedObject first = object_at(protocol.times.front());
    const Grid grid = mri_image_grid(settings, first.grid);
    const double frame_time = dynamic_frame_time(settings, grid);
    check_protocol(settings, protocol, frame_time);
    const SpoiledAgent agent = agent_of(settings, first, protocol.agent);
    Series series =
        take_series(context, object_at, settings, protocol.times, grid, frame_time, tier);
    const std::vector<double> start = start_of(series, protocol.baseline);
    const double floor = std::max(least_signal, floor_of_noise * frame_noise(series.mri, grid));
    const std::vector<double> r1 = proton_mean(context.team, series.before, grid, series.before.r1);
    Readings readings = read_courses(context.team, series, protocol, agent, start, r1, floor);
    ScanResult result;
    add_series(context, series, grid, tier, result);
    add_readings(series, grid, protocol, first.agents[protocol.agent].unit, std::move(readings),
                 result);
    return result;
}

}  // namespace caravel::imaging
