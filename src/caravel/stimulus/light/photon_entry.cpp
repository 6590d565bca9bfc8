// How photons come into the body, and their way through its voxels.
#include "caravel/base/constants.hpp"
#include "caravel/stimulus/light/photon_worker.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::stimulus {

namespace {

constexpr double far = std::numeric_limits<double>::infinity();

struct Line {
    std::array<double, 3> at{};     // voxels
    std::array<double, 3> speed{};  // voxels per length
};

// Follows a line voxel by voxel.
class VoxelLine {
  public:
    VoxelLine(const Line& line, const std::array<std::int32_t, 3>& size) : line_(line) {
        for (std::size_t a = 0; a < 3; ++a) {
            auto cell = static_cast<std::int32_t>(std::floor(line.at[a]));
            if (line.speed[a] < 0.0 && static_cast<double>(cell) == line.at[a]) --cell;
            voxel[a] = std::clamp(cell, 0, size[a] - 1);
        }
    }

    // Length at which the line leaves the voxel, and the axis along which it does.
    double border(std::size_t& axis) const {
        double nearest = far;
        for (std::size_t a = 0; a < 3; ++a) {
            if (line_.speed[a] == 0.0) continue;
            const double plane = voxel[a] + (line_.speed[a] > 0.0 ? 1 : 0);
            const double here = (plane - line_.at[a]) / line_.speed[a];
            if (here < nearest) {
                nearest = here;
                axis = a;
            }
        }
        return nearest;
    }

    void step(std::size_t axis) { voxel[axis] += line_.speed[axis] > 0.0 ? 1 : -1; }

    std::array<std::int32_t, 3> voxel{};

  private:
    Line line_;
};

bool is_inside(const std::array<std::int32_t, 3>& voxel, const std::array<std::int32_t, 3>& size) {
    bool inside = true;
    for (std::size_t a = 0; a < 3; ++a) inside &= voxel[a] >= 0 && voxel[a] < size[a];
    return inside;
}

}  // namespace

// Moves a start outside of the box to the face it comes in through.
bool PhotonWorker::enter_from_air(Photon& photon, std::array<double, 3>& at, int& axis) {
    double in = 0.0;
    double out = far;
    axis = -1;
    for (std::size_t a = 0; a < 3; ++a) {
        const double speed =
            static_cast<double>(photon.direction[a]) * static_cast<double>(scene_.scale[a]);
        const double edge = scene_.size[a];
        if (speed == 0.0) {
            if (at[a] < 0.0 || at[a] > edge) return false;
            continue;
        }
        const double low = (0.0 - at[a]) / speed;
        const double high = (edge - at[a]) / speed;
        if (std::min(low, high) > in) {
            in = std::min(low, high);
            axis = static_cast<int>(a);
        }
        out = std::min(out, std::max(low, high));
    }
    if (!(out >= 0.0 && in < out)) return false;
    if (axis < 0) return true;
    for (std::size_t a = 0; a < 3; ++a) {
        at[a] +=
            in * static_cast<double>(photon.direction[a]) * static_cast<double>(scene_.scale[a]);
        at[a] = std::clamp(at[a], 0.0, static_cast<double>(scene_.size[a]));
    }
    const auto a = static_cast<std::size_t>(axis);
    at[a] = photon.direction[a] > 0.0F ? 0.0 : static_cast<double>(scene_.size[a]);
    return true;
}

// Takes off what the surface reflects, and refracts the rest.
void PhotonWorker::specular(Photon& photon, int axis, float outside, float inside) {
    if (outside == inside) return;
    const auto a = static_cast<std::size_t>(axis);
    const Fresnel step = fresnel(std::abs(photon.direction[a]), outside, inside);
    const auto lost = static_cast<std::int32_t>(
        std::lround(static_cast<double>(step.reflectance) * photon.weight));
    tally_.specular += lost;
    photon.weight -= lost;
    const float sign = photon.direction[a] > 0.0F ? 1.0F : -1.0F;
    for (float& d : photon.direction) d *= outside / inside;
    photon.direction[a] = sign * step.cosine;
}

// Goes through exterior voxels to the first one of the body; false when there is none on the way.
bool PhotonWorker::reach_body(Photon& photon, std::array<double, 3>& at, int axis) {
    Line line{at, {}};
    for (std::size_t a = 0; a < 3; ++a) {
        line.speed[a] =
            static_cast<double>(photon.direction[a]) * static_cast<double>(scene_.scale[a]);
    }
    VoxelLine way(line, scene_.size);
    float before =
        axis < 0 ? 0.0F
                 : scene_.outside_index[2 * static_cast<std::size_t>(axis) +
                                        (line.speed[static_cast<std::size_t>(axis)] > 0.0 ? 0 : 1)];
    auto crossed = static_cast<std::size_t>(std::max(axis, 0));
    double passed = 0.0;
    for (;;) {
        if (!is_inside(way.voxel, scene_.size)) return false;
        const ScenePhase& here = scene_.at(scene_.voxel(way.voxel[0], way.voxel[1], way.voxel[2]));
        if (!here.exterior) {
            for (std::size_t a = 0; a < 3; ++a) at[a] = line.at[a] + passed * line.speed[a];
            photon.voxel = way.voxel;
            photon.index = here.index;
            if (before > 0.0F) specular(photon, static_cast<int>(crossed), before, here.index);
            return true;
        }
        before = here.index;
        passed = way.border(crossed);
        way.step(crossed);
    }
}

bool PhotonWorker::place_start(Photon& photon, const PhotonStart& start, int lane) {
    const Grid& grid = scene_.medium->grid;
    std::array<double, 3> at{};
    bool inside = true;
    for (std::size_t a = 0; a < 3; ++a) {
        at[a] = (start.position[a] - grid.origin[a]) / grid.spacing[a];
        // places meant to lie on a border of voxels do
        const double nearest = std::round(at[a]);
        if (std::abs(at[a] - nearest) < 1e-9 * std::max(1.0, std::abs(nearest))) at[a] = nearest;
        photon.direction[a] = static_cast<float>(start.direction[a]);
        inside &= at[a] >= 0.0 && at[a] <= static_cast<double>(scene_.size[a]);
    }
    int axis = -1;
    if ((!inside && !enter_from_air(photon, at, axis)) || !reach_body(photon, at, axis)) {
        tally_.missed += photon.weight;
        return false;
    }
    for (std::size_t a = 0; a < 3; ++a) {
        photon.place[a] = std::clamp(static_cast<float>(at[a]), static_cast<float>(photon.voxel[a]),
                                     static_cast<float>(photon.voxel[a] + 1));
        if (photon.place[a] == scene_.edge[a]) photon.place[a] = within(a);
    }
    const auto first =
        static_cast<std::ptrdiff_t>(static_cast<std::size_t>(lane) * scene_.media.size());
    std::fill_n(paths_.begin() + first, scene_.media.size(), 0.0);
    return photon.weight > 0;
}

void PhotonWorker::walk(const Photon& from, float flight, int lane) {
    Line line;
    for (std::size_t a = 0; a < 3; ++a) {
        line.at[a] = static_cast<double>(from.place[a]);
        line.speed[a] =
            static_cast<double>(from.direction[a]) * static_cast<double>(scene_.scale[a]);
    }
    VoxelLine way(line, scene_.size);
    double* const paths = &paths_[static_cast<std::size_t>(lane) * scene_.media.size()];
    const auto length = static_cast<double>(flight);
    double passed = 0.0;
    while (passed < length && is_inside(way.voxel, scene_.size)) {
        std::size_t axis = 0;
        const double border = std::clamp(way.border(axis), passed, length);
        const auto voxel =
            static_cast<std::size_t>(scene_.voxel(way.voxel[0], way.voxel[1], way.voxel[2]));
        paths[scene_.label[voxel]] += border - passed;
        if (scene_.replays && scene_.tally_path) {
            const double middle = 0.5 * (passed + border) * static_cast<double>(from.index);
            const auto gate =
                static_cast<std::size_t>(gate_of(from.path + static_cast<float>(middle)));
            tally_path(gate * static_cast<std::size_t>(scene_.cells) + voxel,
                       std::llround((border - passed) / scene_.path_length * from.weight));
        }
        passed = border;
        way.step(axis);
    }
}

}  // namespace caravel::stimulus
