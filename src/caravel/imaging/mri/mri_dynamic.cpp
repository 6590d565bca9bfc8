#include "caravel/imaging/mri/mri_dynamic.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/mri/mri_dynamic_readings.hpp"
#include "caravel/imaging/mri/mri_scan_maps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace caravel::imaging {
namespace {

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
    if (!p.constants.empty() && p.plasma.empty())
        refuse(mri, "constants of exchange without plasma", "the course of the agent in plasma");
    if (!p.plasma.empty() && p.plasma.size() != p.times.size())
        refuse(
            mri,
            fmt::format("{} values of plasma go with {} frames", p.plasma.size(), p.times.size()),
            "one value per frame, or none");
}

void check_agent(const MriSettings& mri, const ImagedObject& object, std::size_t number) {
    if (number >= object.agents.size() || !object.agents[number].relaxing)
        refuse(mri, fmt::format("agent {} of the series changes no relaxation", number + 1),
               "an agent of the object that magnetic resonance sees");
}

/// Adds a share of an agent's concentration, mean over each voxel.
void add_concentration(exec::ThreadTeam& team, const ImagedObject& object, std::size_t agent,
                       double share, const Grid& grid, std::vector<double>& sum) {
    const auto here = voxel_mean(team, object.grid, total_concentration(object, agent), grid);
    sum.resize(here.size(), 0.0);
    for (std::size_t v = 0; v < sum.size(); ++v) sum[v] += share * here[v];
}

/// What of the series is the same in all of its frames.
struct SeriesPlan {
    std::span<const double> times;     // s, starts
    double frame_time = 0.0;           // s
    std::optional<std::size_t> agent;  // whose true area is summed up
    std::vector<double> weights{};     // s, of each frame's concentration in it
    Tier tier = Tier::image;
};

DynamicSeries take_series(const ScanContext& context, const MovingObject& object_at,
                          const MriSettings& settings, const SeriesPlan& plan, const Grid& grid) {
    const auto& [times, frame_time, agent, weights, tier] = plan;
    DynamicSeries series;
    series.frame_time = frame_time;
    series.channels = tier == Tier::image ? 1.0 : static_cast<double>(settings.coils);
    series.mri = settings;
    series.mri.frames = static_cast<std::int64_t>(times.size());
    Exposure exposure = exposures(settings).front();
    std::vector<MriMaps> maps;
    for (std::size_t n = 0; n < times.size(); ++n) {
        if (context.interrupted && context.interrupted())
            throw Interrupted("the dynamic scan was interrupted");
        maps.clear();
        const auto meetings = frame_meetings(times[n], frame_time, tier);
        for (const double time : meetings) {
            const ImagedObject object = object_at(time);
            maps.push_back(mri_maps(context.team, object, context.library, settings.field));
            if (agent)
                add_concentration(context.team, object, *agent,
                                  weights[n] / static_cast<double>(meetings.size()), grid,
                                  series.true_area);
        }
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

void add_series(const ScanContext& context, DynamicSeries& series, const Grid& grid, Tier tier,
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
    const std::vector<double> starts = dynamic_starts(settings, frame_time);
    DynamicSeries series =
        take_series(context, object, settings, {starts, frame_time, {}, {}, tier}, grid);
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
    check_agent(settings, first, protocol.agent);
    if (!protocol.constants.empty() && protocol.constants.size() != first.regions.size())
        refuse(settings,
               fmt::format("constants of {} regions go with {} of the object",
                           protocol.constants.size(), first.regions.size()),
               "one per region, or none");
    DynamicSeries series = take_series(
        context, object_at, settings,
        {protocol.times, frame_time, protocol.agent, area_weights(protocol, frame_time), tier},
        grid);
    const DynamicReadings readings = read_series(context.team, series, first, grid, protocol);
    ScanResult result;
    add_series(context, series, grid, tier, result);
    add_readings(context.team, series, first, grid, protocol, readings, result);
    return result;
}

}  // namespace caravel::imaging
