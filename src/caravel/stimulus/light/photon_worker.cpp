#include "caravel/stimulus/light/photon_worker.hpp"

#include "caravel/base/constants.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::stimulus {

PhotonQueue::PhotonQueue(const PhotonRun& run, const PhotonStarts& starts)
    : run_(run),
      starts_(starts),
      count_(run.only.empty() ? run.photons : static_cast<std::int64_t>(run.only.size())),
      batch_(std::clamp<std::int64_t>(count_ / 64, 64, 8192)) {
    if (!run.replay_weights.empty()) {
        largest_weight_ = *std::max_element(run.replay_weights.begin(), run.replay_weights.end());
    }
}

bool PhotonQueue::cancelled() const {
    return run_.cancel != nullptr && run_.cancel->load(std::memory_order_relaxed);
}

bool PhotonQueue::take(std::int64_t& begin, std::int64_t& end) {
    if (cancelled()) return false;
    begin = next_.fetch_add(batch_, std::memory_order_relaxed);
    end = std::min(begin + batch_, count_);
    return begin < count_;
}

std::uint64_t PhotonQueue::id(std::int64_t number) const {
    const auto n = static_cast<std::size_t>(number);
    return run_.only.empty() ? static_cast<std::uint64_t>(run_.first + number) : run_.only[n];
}

std::int32_t PhotonQueue::weight(std::int64_t number) const {
    if (run_.replay_weights.empty()) return photon_counts;
    const double share = run_.replay_weights[static_cast<std::size_t>(number)] / largest_weight_;
    return static_cast<std::int32_t>(std::lround(share * photon_counts));
}

Fresnel fresnel(float cosine, float index, float next_index) {
    const double c = std::min(1.0F, cosine);
    const double ratio = static_cast<double>(index) / static_cast<double>(next_index);
    const double sine2 = ratio * ratio * (1.0 - c * c);
    if (sine2 >= 1.0) return {1.0F, 0.0F};
    const double t = std::sqrt(1.0 - sine2);
    const double across = (ratio * c - t) / (ratio * c + t);
    const double along = (ratio * t - c) / (ratio * t + c);
    return {static_cast<float>(0.5 * (across * across + along * along)), static_cast<float>(t)};
}

PhotonWorker::PhotonWorker(const PhotonScene& scene, PhotonQueue& queue, PhotonTally& tally,
                           PhotonTally& voxels, int lanes, bool reports)
    : scene_(scene),
      queue_(queue),
      tally_(tally),
      absorbed_(voxels.absorbed.data()),
      path_(voxels.path.data()),
      paths_(static_cast<std::size_t>(lanes) * scene.media.size()),
      shared_(&tally != &voxels),
      reports_(reports) {}

bool PhotonWorker::next(std::int64_t& number) {
    if (at_ == end_) {
        if (!queue_.take(at_, end_)) {
            at_ = end_ = 0;
            return false;
        }
        if (reports_ && queue_.run().progress) {
            queue_.run().progress(static_cast<double>(at_) / static_cast<double>(queue_.count()));
        }
    }
    number = at_++;
    return true;
}

bool PhotonWorker::start(Photon& photon, int lane) {
    std::int64_t number = 0;
    while (next(number)) {
        photon = {};
        photon.id = queue_.id(number);
        photon.weight = queue_.weight(number);
        tally_.launched += photon.weight;
        PhotonDraw draw(scene_.seed, scene_.stream, photon.id, 0);
        const PhotonStart begun = queue_.starts().sample(draw);
        if (scene_.cell_by_cell) photon.depth = -std::log(static_cast<float>(draw.uniform()));
        photon.block = draw.next_block();
        if (photon.weight > 0 && place_start(photon, begun, lane)) return true;
    }
    return false;
}

int PhotonWorker::gate_of(float path) const {
    return std::min(static_cast<int>(path * scene_.gates_per_path), scene_.gates - 1);
}

float PhotonWorker::draw(Photon& photon) const {
    PhotonDraw draw(scene_.seed, scene_.stream, photon.id, photon.block++);
    return static_cast<float>(draw.uniform());
}

bool PhotonWorker::roulette(Photon& photon) {
    constexpr std::int32_t chance = 10;
    if (photon.weight <= 0) return false;
    if (scene_.replays) return true;
    // numbers of its own, so that a photon run again without roulette flies the same way
    PhotonDraw draw(scene_.seed, scene_.stream, photon.id, photon.block | 0x80000000U);
    if (draw.uniform() * chance < 1.0) {
        tally_.roulette_gain += (chance - 1) * static_cast<std::int64_t>(photon.weight);
        photon.weight *= chance;
        return true;
    }
    tally_.roulette_loss += photon.weight;
    return false;
}

float PhotonWorker::special_deflection(const ScenePhase& phase, float u) {
    if (phase.kind == PhaseFunction::Kind::tabulated) {
        const float at = u * static_cast<float>(phase.cosines.size() - 1);
        const auto low = std::min(static_cast<std::size_t>(at), phase.cosines.size() - 2);
        const float share = at - static_cast<float>(low);
        return 1.0F - (phase.cosines[low] + share * (phase.cosines[low + 1] - phase.cosines[low]));
    }
    if (u >= phase.beta) {
        const float v = (u - phase.beta) / (1.0F - phase.beta);
        return 1.0F - std::cbrt(2.0F * v - 1.0F);
    }
    const float g = phase.anisotropy;
    const float t = 2.0F * (u / phase.beta);
    const float bottom = 1.0F + g - g * t;
    return t * (1.0F - g) * (1.0F - g) * (1.0F + g - 0.5F * (g * t)) / (bottom * bottom);
}

bool PhotonWorker::leave_box(Photon& photon, int lane) {
    float flight = std::numeric_limits<float>::max();
    std::size_t axis = 0;
    for (std::size_t a = 0; a < 3; ++a) {
        const float speed = photon.direction[a] * scene_.scale[a];
        if (speed == 0.0F) continue;
        const float border = speed > 0.0F ? scene_.edge[a] : 0.0F;
        const float here = std::max(0.0F, (border - photon.place[a]) / speed);
        if (here < flight) {
            flight = here;
            axis = a;
        }
    }
    const float left = scene_.longest_path - photon.path;
    const float index = photon.index;
    const bool late = flight * index > left;
    if (late) flight = std::max(0.0F, left / index);
    if (scene_.walk) walk(photon, flight, lane);
    if (late) {
        gate(photon);
        return false;
    }
    photon.path += flight * index;
    for (std::size_t a = 0; a < 3; ++a) {
        photon.place[a] = std::clamp(
            photon.place[a] + photon.direction[a] * scene_.scale[a] * flight, 0.0F, scene_.edge[a]);
    }
    photon.place[axis] = photon.direction[axis] > 0.0F ? scene_.edge[axis] : 0.0F;
    return face(photon, static_cast<int>(axis), lane);
}

float PhotonWorker::within(std::size_t axis) const {
    return std::nextafter(scene_.edge[axis], 0.0F);
}

bool PhotonWorker::face(Photon& photon, int axis, int lane) {
    const auto a = static_cast<std::size_t>(axis);
    const bool high = photon.direction[a] > 0.0F;
    const std::size_t f = 2 * a + (high ? 1 : 0);
    switch (scene_.medium->faces[f]) {
    case LightFace::mirror:
        photon.direction[a] = -photon.direction[a];
        photon.voxel[a] = high ? scene_.size[a] - 1 : 0;
        if (high) photon.place[a] = within(a);
        return true;
    case LightFace::cyclic: {
        photon.place[a] = high ? 0.0F : within(a);
        photon.voxel[a] = high ? 0 : scene_.size[a] - 1;
        if (!scene_.cell_by_cell) return true;
        return cross(photon, axis, lane);
    }
    case LightFace::fresnel:
        if (interface(photon, axis, lane, scene_.outside_index[f], true, tally_.left[f])) {
            photon.voxel[a] = high ? scene_.size[a] - 1 : 0;
            if (high) photon.place[a] = within(a);
            return true;
        }
        return false;
    case LightFace::open: break;
    }
    tally_.left[f] += photon.weight;
    detect(photon, lane);
    return false;
}

bool PhotonWorker::interface(Photon& photon, int axis, int lane, float next_index, bool exterior,
                             std::int64_t& leaves) {
    const auto a = static_cast<std::size_t>(axis);
    if (photon.index != next_index) {
        const float cosine = std::abs(photon.direction[a]);
        const Fresnel step = fresnel(cosine, photon.index, next_index);
        if (step.reflectance >= 1.0F || draw(photon) < step.reflectance) {
            photon.direction[a] = -photon.direction[a];
            return true;
        }
        const float ratio = photon.index / next_index;
        const float sign = photon.direction[a] > 0.0F ? 1.0F : -1.0F;
        for (float& d : photon.direction) d *= ratio;
        photon.direction[a] = sign * step.cosine;
        photon.index = next_index;
    }
    if (!exterior) return true;
    leaves += photon.weight;
    detect(photon, lane);
    return false;
}

bool PhotonWorker::cross(Photon& photon, int axis, int lane) {
    const auto a = static_cast<std::size_t>(axis);
    if (photon.voxel[a] < 0 || photon.voxel[a] >= scene_.size[a]) return face(photon, axis, lane);
    const bool up = photon.direction[a] > 0.0F;
    const ScenePhase& beyond =
        scene_.at(scene_.voxel(photon.voxel[0], photon.voxel[1], photon.voxel[2]));
    const bool stays =
        interface(photon, axis, lane, beyond.index, beyond.exterior, tally_.left_exterior);
    if (stays && (photon.direction[a] > 0.0F) != up) {
        photon.voxel[a] += up ? -1 : 1;
        // reflected where a cyclic face lies: back to where it came from
        if (photon.voxel[a] < 0) {
            photon.voxel[a] = scene_.size[a] - 1;
            photon.place[a] = within(a);
        } else if (photon.voxel[a] == scene_.size[a]) {
            photon.voxel[a] = 0;
            photon.place[a] = 0.0F;
        }
    }
    return stays;
}

void PhotonWorker::detect(const Photon& photon, int lane) {
    const auto& detectors = queue_.run().detectors;
    if (detectors.empty()) return;
    const Grid& grid = scene_.medium->grid;
    Vector3 at{};
    for (std::size_t a = 0; a < 3; ++a) {
        at[a] = grid.origin[a] + static_cast<double>(photon.place[a]) * grid.spacing[a];
    }
    for (std::size_t i = 0; i < detectors.size(); ++i) {
        const PhotonDetector& detector = detectors[i];
        if (std::hypot(at[0] - detector.position[0], at[1] - detector.position[1],
                       at[2] - detector.position[2]) > detector.radius) {
            continue;
        }
        PhotonExit exit{photon.id, static_cast<int>(i), at, {}, 0.0, 0.0, {}};
        for (std::size_t a = 0; a < 3; ++a) {
            exit.direction[a] = static_cast<double>(photon.direction[a]);
        }
        exit.weight = photon.weight * tally_.unit;
        exit.time = static_cast<double>(photon.path) * scene_.length / speed_of_light;
        exit.paths.assign(scene_.media.size(), 0.0);
        if (scene_.walk) {
            const auto first =
                paths_.begin() +
                static_cast<std::ptrdiff_t>(static_cast<std::size_t>(lane) * scene_.media.size());
            std::transform(first, first + static_cast<std::ptrdiff_t>(scene_.media.size()),
                           exit.paths.begin(), [&](double path) { return path * scene_.length; });
        } else {
            const ScenePhase& only = scene_.at(0);
            exit.paths[scene_.label[0]] =
                static_cast<double>(photon.path / only.index) * scene_.length;
        }
        tally_.exits.push_back(std::move(exit));
        return;
    }
}

}  // namespace caravel::stimulus
