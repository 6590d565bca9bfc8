#include "caravel/study/image_dynamic.hpp"

#include "caravel/base/error.hpp"
#include "caravel/imaging/mri/mri_dynamic.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace caravel::study {
namespace {

using imaging::ImagedObject;

constexpr std::string_view blood = "blood";

/// How much each agent raises the relaxation rate of blood (1/s) and its concentration there
/// (agent's unit per volume of blood).
struct BloodLevel {
    std::vector<double> rate{};
    std::vector<double> concentration{};
};

BloodLevel blood_level(const ImagedObject& object) {
    BloodLevel level{std::vector<double>(object.agents.size(), 0.0),
                     std::vector<double>(object.agents.size(), 0.0)};
    for (std::size_t a = 0; a < object.agents.size(); ++a) {
        const auto& relaxing = object.agents[a].relaxing;
        if (!relaxing) continue;
        const auto values = imaging::total_concentration(object, a);
        double sum = 0.0;
        double count = 0.0;
        for (std::size_t v = 0; v < values.size(); ++v) {
            if (object.regions[object.region[v]].name != blood) continue;
            sum += values[v];
            count += 1.0;
        }
        if (!(count > 0.0)) continue;
        level.concentration[a] = sum / count;
        const auto free = static_cast<std::size_t>(imaging::Compartment::free);
        level.rate[a] = level.concentration[a] * relaxing->relaxivity[free].r1;
    }
    return level;
}

/// Amounts of an agent outside of vessels: free in the interstitium, and all (agent's unit times
/// voxels), per region of the object.
struct Outside {
    std::vector<double> free{};
    std::vector<double> all{};

    void add(const ImagedObject& object, std::size_t agent) {
        free.resize(object.regions.size(), 0.0);
        all.resize(object.regions.size(), 0.0);
        for (const auto& field : object.fields) {
            if (field.agent != agent || field.compartment == imaging::Compartment::blood) continue;
            const bool is_free = field.compartment == imaging::Compartment::free;
            for (std::size_t v = 0; v < object.region.size(); ++v) {
                all[object.region[v]] += field.concentration[v];
                if (is_free) free[object.region[v]] += field.concentration[v];
            }
        }
    }
    /// Share of what is outside that can go back.
    double free_share(std::size_t region) const {
        return all[region] > 0.0 ? free[region] / all[region] : 1.0;
    }
};

/// What the simulation knows of the course.
struct TrueCourse {
    std::vector<BloodLevel> blood{};  // of every frame: mean over the times at which it meets its
                                      // object
    std::vector<Outside> outside{};   // of every agent, summed over all these times
    std::function<std::vector<imaging::TracerConstants>(std::size_t)> exchange{};
};

TrueCourse true_course(const ImageSession& session, const ImageInput& image, double start) {
    const std::size_t frames = frame_starts(*dynamic_scan(image)).size();
    const auto meetings = meeting_times(image);
    const std::size_t per_frame = meetings.size() / frames;
    TrueCourse course;
    for (std::size_t i = 0; i < meetings.size(); ++i) {
        if (session.interrupted && session.interrupted())
            throw Interrupted("the dynamic scan was interrupted");
        auto now = session.object(start + meetings[i], view_of(image));
        const BloodLevel level = blood_level(now.object);
        if (i % per_frame == 0)
            course.blood.push_back({std::vector<double>(level.rate.size(), 0.0),
                                    std::vector<double>(level.rate.size(), 0.0)});
        course.outside.resize(level.rate.size());
        for (std::size_t a = 0; a < level.rate.size(); ++a) {
            course.blood.back().rate[a] += level.rate[a] / static_cast<double>(per_frame);
            course.blood.back().concentration[a] +=
                level.concentration[a] / static_cast<double>(per_frame);
            if (now.object.agents[a].relaxing) course.outside[a].add(now.object, a);
        }
        course.exchange = std::move(now.exchange);
    }
    return course;
}

/// The constants that the body's model has for the time of the series; empty where not known.
std::vector<imaging::TracerConstants> true_constants(const TrueCourse& course, std::size_t agent) {
    if (!course.exchange) return {};
    auto constants = course.exchange(agent);
    for (std::size_t r = 0; r < constants.size(); ++r)
        constants[r].back_rate *= course.outside[agent].free_share(r);
    return constants;
}

/// Frames that end before the first dose of the scan; 0: no dose begins during it.
std::size_t baseline_frames(const std::vector<double>& doses, const ImageInput& image,
                            double start) {
    const auto starts = frame_starts(*dynamic_scan(image));
    const double last = start + meeting_times(image).back();
    double first = last;
    for (const double dose : doses)
        if (dose > start && dose < first) first = dose;
    if (first >= last) return 0;
    std::size_t frames = 0;
    while (frames + 1 < starts.size() && start + starts[frames + 1] <= first) ++frames;
    return frames;
}

/// The agent that relaxes blood most over the scan; none where nothing does.
std::optional<std::size_t> agent_in_blood(const std::vector<BloodLevel>& course) {
    std::optional<std::size_t> best;
    double most = 0.0;
    for (std::size_t a = 0; a < course.front().rate.size(); ++a) {
        double sum = 0.0;
        for (const auto& level : course) sum += level.rate[a];
        if (sum > most) {
            most = sum;
            best = a;
        }
    }
    return best;
}

}  // namespace

imaging::ScanResult take_dynamic_scan(const imaging::ScanContext& context,
                                      const ImageSession& session, const ImageInput& image,
                                      double start) {
    const imaging::MriSettings& mri = *dynamic_scan(image);
    const imaging::MovingObject moving = [&](double after) {
        return session.object(start + after, view_of(image)).object;
    };
    const std::size_t baseline = baseline_frames(session.doses, image, start);
    std::string reason = "no dose begins after the first frame";
    if (baseline > 0) {
        const TrueCourse course = true_course(session, image, start);
        if (const auto agent = agent_in_blood(course.blood)) {
            imaging::DynamicProtocol protocol;
            protocol.times = frame_starts(mri);
            protocol.baseline = baseline;
            protocol.agent = *agent;
            protocol.constants = true_constants(course, *agent);
            for (const auto& level : course.blood)
                protocol.plasma.push_back(level.concentration[*agent] /
                                          (1.0 - session.haematocrit));
            return imaging::scan_mri_dynamic(context, moving, mri, protocol, tier_of(image));
        }
        reason = "nothing in the blood changes the relaxation of water";
    }
    auto result = imaging::scan_mri_series(context, moving, mri, tier_of(image));
    result.notes.push_back(reason + ": the frames are not turned into concentrations");
    return result;
}

}  // namespace caravel::study
