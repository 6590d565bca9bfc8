#include "caravel/stimulus/light/photon_scene.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::stimulus {

namespace {

constexpr std::int32_t brick_edge = 8;
// Where paths are tallied, false collisions come at least every four voxels.
constexpr float least_rate_of_paths = 0.25F;
// Per voxel edge: false collisions let thin media take their expected share of every photon.
constexpr float least_rate = 0.1F;
// A cell-by-cell step costs about this many steps without borders.
constexpr double cost_of_borders = 2.5;

[[noreturn]] void reject(std::string what, std::string expected, std::string hint = "") {
    throw InputError(Diagnostic{{}, std::move(what), std::move(expected), std::move(hint)});
}

void check_run(const PhotonMedium& medium, const PhotonRun& run) {
    if (!(std::isfinite(run.longest_time) && run.longest_time > 0.0)) {
        reject(fmt::format("the longest time of flight is {} s", run.longest_time), "more than 0 s",
               "light needs 4.6 ps per mm of tissue");
    }
    if (run.gates < 1) reject(fmt::format("{} time gates", run.gates), "1 or more");
    if (!(run.roulette_below >= 0.0 && run.roulette_below <= 0.1)) {
        reject(fmt::format("roulette below the weight {}", run.roulette_below), "0 to 0.1",
               "0 switches it off");
    }
    if (run.lanes < 0) reject(fmt::format("{} photons in flight", run.lanes), "0 or more");
    const auto most = std::numeric_limits<std::int32_t>::max();
    if (medium.grid.cell_count() > most / run.gates) {
        reject(fmt::format("{} voxels times {} time gates", medium.grid.cell_count(), run.gates),
               fmt::format("at most {}", most), "use larger voxels or fewer gates");
    }
}

ScenePhase scene_phase(const OpticalMedium& medium, double length) {
    ScenePhase phase;
    phase.absorption = static_cast<float>(medium.absorption * length);
    phase.scattering = static_cast<float>(medium.scattering * length);
    phase.anisotropy = static_cast<float>(medium.anisotropy);
    phase.index = static_cast<float>(medium.refractive_index);
    phase.beta = static_cast<float>(medium.phase.beta);
    phase.kind = medium.phase.kind;
    phase.exterior = medium.exterior;
    phase.cosines.assign(medium.phase.cosines.begin(), medium.phase.cosines.end());
    // scattering straight ahead is none
    const bool ahead =
        phase.kind == PhaseFunction::Kind::henyey_greenstein && medium.anisotropy == 1.0;
    if (ahead) phase.scattering = 0.0F;
    return phase;
}

void set_geometry(PhotonScene& scene, const Grid& grid) {
    scene.length = *std::min_element(grid.spacing.begin(), grid.spacing.end());
    scene.size = {static_cast<std::int32_t>(grid.nx), static_cast<std::int32_t>(grid.ny),
                  static_cast<std::int32_t>(grid.nz)};
    scene.cells = static_cast<std::int32_t>(grid.cell_count());
    for (std::size_t a = 0; a < 3; ++a) {
        scene.edge[a] = static_cast<float>(scene.size[a]);
        scene.scale[a] = static_cast<float>(scene.length / grid.spacing[a]);
        scene.bricks[a] = (scene.size[a] + brick_edge - 1) / brick_edge;
    }
}

void set_contents(PhotonScene& scene, const PhotonMedium& medium) {
    for (const OpticalMedium& one : medium.media) {
        scene.media.push_back(scene_phase(one, scene.length));
        scene.special_phase |= one.phase.kind != PhaseFunction::Kind::henyey_greenstein;
    }
    scene.label = medium.label;
    const auto scaled = [&](const std::vector<double>& values) {
        std::vector<float> out;
        out.reserve(values.size());
        for (const double value : values) out.push_back(static_cast<float>(value * scene.length));
        return out;
    };
    scene.added_absorption = scaled(medium.added_absorption);
    scene.added_scattering = scaled(medium.added_scattering);
    scene.added_anisotropy = static_cast<float>(medium.added_anisotropy);
    const bool added = !scene.added_absorption.empty() || !scene.added_scattering.empty();
    if (added) {
        scene.lookup = PhotonLookup::voxels;
        scene.added_absorption.resize(scene.label.size());
        scene.added_scattering.resize(scene.label.size());
        return;
    }
    const auto first = scene.label.front();
    const bool one = std::all_of(scene.label.begin(), scene.label.end(),
                                 [&](std::uint16_t label) { return label == first; });
    scene.lookup = one ? PhotonLookup::uniform : PhotonLookup::labels;
}

void set_faces(PhotonScene& scene, const PhotonMedium& medium) {
    for (std::size_t f = 0; f < 6; ++f) {
        const bool reflects = medium.faces[f] == LightFace::fresnel;
        scene.outside_index[f] = reflects ? static_cast<float>(medium.outside_index) : 0.0F;
    }
}

float extinction(const PhotonScene& scene, std::size_t voxel) {
    const ScenePhase& phase = scene.media[scene.label[voxel]];
    float sum = phase.absorption + phase.scattering;
    if (scene.lookup == PhotonLookup::voxels) {
        sum += scene.added_absorption[voxel] + scene.added_scattering[voxel];
    }
    return sum;
}

bool differs(const ScenePhase& a, const ScenePhase& b) {
    return a.index != b.index || a.exterior != b.exterior;
}

// Brick majorants; bricks with a change of index inside or on their border are left voxel by voxel.
class Bricks {
  public:
    explicit Bricks(PhotonScene& scene) : scene_(scene) {
        const auto& n = scene.bricks;
        scene_.brick_majorant.assign(static_cast<std::size_t>(n[0]) *
                                         static_cast<std::size_t>(n[1]) *
                                         static_cast<std::size_t>(n[2]),
                                     0.0F);
    }

    void fill() {
        for_all([&](std::int32_t i, std::int32_t j, std::int32_t k) {
            float& largest = brick(i, j, k);
            largest = std::max(largest,
                               extinction(scene_, static_cast<std::size_t>(scene_.voxel(i, j, k))));
        });
    }

    // Returns whether the index changes anywhere.
    bool mark_changes() {
        bool any = false;
        for_all([&](std::int32_t i, std::int32_t j, std::int32_t k) {
            const std::array<std::int32_t, 3> here{i, j, k};
            for (std::size_t axis = 0; axis < 3; ++axis) {
                std::array<std::int32_t, 3> next = here;
                if (++next[axis] == scene_.size[axis]) {
                    if (scene_.medium->faces[2 * axis] != LightFace::cyclic) continue;
                    next[axis] = 0;
                }
                if (!changes(here, next)) continue;
                brick(i, j, k) = -1.0F;
                brick(next[0], next[1], next[2]) = -1.0F;
                any = true;
            }
        });
        return any;
    }

  private:
    template <class Work>
    void for_all(const Work& work) const {
        for (std::int32_t k = 0; k < scene_.size[2]; ++k) {
            for (std::int32_t j = 0; j < scene_.size[1]; ++j) {
                for (std::int32_t i = 0; i < scene_.size[0]; ++i) work(i, j, k);
            }
        }
    }
    float& brick(std::int32_t i, std::int32_t j, std::int32_t k) {
        const auto& n = scene_.bricks;
        const std::int32_t number =
            i / brick_edge + n[0] * (j / brick_edge + n[1] * (k / brick_edge));
        return scene_.brick_majorant[static_cast<std::size_t>(number)];
    }
    bool changes(const std::array<std::int32_t, 3>& a, const std::array<std::int32_t, 3>& b) const {
        const auto from = scene_.label[static_cast<std::size_t>(scene_.voxel(a[0], a[1], a[2]))];
        const auto to = scene_.label[static_cast<std::size_t>(scene_.voxel(b[0], b[1], b[2]))];
        return from != to && differs(scene_.media[from], scene_.media[to]);
    }

    PhotonScene& scene_;
};

bool somewhere_clear(const PhotonScene& scene) {
    std::vector<bool> clear;
    for (const ScenePhase& phase : scene.media) {
        clear.push_back(phase.absorption == 0.0F && !phase.exterior);
    }
    for (std::size_t i = 0; i < scene.label.size(); ++i) {
        if (!clear[scene.label[i]]) continue;
        if (scene.added_absorption.empty() || scene.added_absorption[i] == 0.0F) return true;
    }
    return false;
}

void set_majorants(PhotonScene& scene, PhotonTracking tracking) {
    Bricks bricks(scene);
    bricks.fill();
    const auto largest = std::max_element(scene.brick_majorant.begin(), scene.brick_majorant.end());
    // does not depend on what is tallied, so that a photon run again flies the same way
    const float floor = somewhere_clear(scene) ? least_rate_of_paths : least_rate;
    scene.majorant = std::max(*largest, floor);
    double mean = 0.0;
    for (const float majorant : scene.brick_majorant) mean += majorant;
    mean /= static_cast<double>(scene.brick_majorant.size());
    const bool changes = bricks.mark_changes();
    const bool uneven = scene.majorant > cost_of_borders * std::max<double>(mean, floor);
    scene.cell_by_cell = changes || uneven || tracking == PhotonTracking::marching;
    scene.least_majorant = floor;
    if (tracking == PhotonTracking::marching) {
        std::fill(scene.brick_majorant.begin(), scene.brick_majorant.end(), -1.0F);
    }
    for (float& majorant : scene.brick_majorant) {
        if (majorant >= 0.0F) majorant = std::max(majorant, floor);
    }
    scene.path_length = 1.0 / static_cast<double>(scene.cell_by_cell ? floor : scene.majorant);
}

void set_run(PhotonScene& scene, const PhotonRun& run) {
    scene.longest_path = static_cast<float>(run.longest_time * speed_of_light / scene.length);
    scene.gates = run.gates;
    scene.gates_per_path = static_cast<float>(run.gates) / scene.longest_path;
    // a weight of no count is always below
    scene.roulette_below =
        std::max<std::int32_t>(1, static_cast<std::int32_t>(run.roulette_below * photon_counts));
    scene.replays = !run.replay_weights.empty();
    scene.tally_path = run.fluence && (scene.replays || somewhere_clear(scene));
    scene.walk = scene.replays || (!run.detectors.empty() &&
                                   scene.lookup != PhotonLookup::uniform && scene.media.size() > 1);
    scene.seed = run.seed;
    scene.stream = run.stream;
    auto low = static_cast<std::uint32_t>(run.seed);
    auto high = static_cast<std::uint32_t>(run.seed >> 32U);
    for (std::size_t round = 0; round < 10; ++round) {
        scene.keys_low[round] = low;
        scene.keys_high[round] = high;
        low += 0x9E3779B9U;
        high += 0xBB67AE85U;
    }
}

}  // namespace

PhotonScene photon_scene(const PhotonMedium& medium, const PhotonRun& run) {
    check(medium);
    check_run(medium, run);
    PhotonScene scene;
    scene.medium = &medium;
    set_geometry(scene, medium.grid);
    set_contents(scene, medium);
    set_faces(scene, medium);
    set_run(scene, run);
    set_majorants(scene, run.tracking);
    if (scene.replays) {
        scene.path_length = 0.0;
        for (std::size_t a = 0; a < 3; ++a) scene.path_length += 1.0 / scene.scale[a];
    }
    return scene;
}

}  // namespace caravel::stimulus
