// The medium as the kernels of photon transport read it.
#pragma once

#include "caravel/stimulus/light/photon_transport.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

namespace caravel::stimulus {

/// How the kernels look up what is in a voxel.
enum class PhotonLookup : std::uint8_t { uniform, labels, voxels };

/// One medium in units of `PhotonScene::length`.
struct ScenePhase {
    float absorption = 0.0F;
    float scattering = 0.0F;
    float anisotropy = 0.0F;
    float index = 1.0F;
    float beta = 1.0F;
    PhaseFunction::Kind kind = PhaseFunction::Kind::henyey_greenstein;
    bool exterior = false;
    std::vector<float> cosines{};
};

/// Lengths of flight are in units of the smallest voxel edge, places in voxels.
struct PhotonScene {
    PhotonMedium const* medium = nullptr;
    double length = 1.0;  // m
    std::array<std::int32_t, 3> size{};
    std::array<float, 3> edge{};   // size as float
    std::array<float, 3> scale{};  // voxels per length along each axis
    std::int32_t cells = 0;
    std::array<float, 6> outside_index{};  // of faces that reflect, else 0

    PhotonLookup lookup = PhotonLookup::uniform;
    bool special_phase = false;  // one that is not Henyey-Greenstein
    bool cell_by_cell = false;   // the index changes, or marching was asked for
    std::vector<std::uint16_t> label{};
    std::vector<ScenePhase> media{};
    std::vector<float> added_absorption{};
    std::vector<float> added_scattering{};
    float added_anisotropy = 0.0F;

    float majorant = 1.0F;                 // of the whole box
    std::array<std::int32_t, 3> bricks{};  // of 8 voxels along each axis
    std::vector<float> brick_majorant{};   // negative: voxel by voxel
    float least_majorant = 0.0F;

    float longest_path = 0.0F;  // optical
    std::int32_t gates = 1;
    float gates_per_path = 0.0F;
    std::int32_t roulette_below = 0;  // counts
    bool tally_path = false;
    bool walk = false;         // every flight is walked through its voxels, for paths
    bool replays = false;      // weights stay as they start
    double path_length = 1.0;  // longest path of one tally, in `length`
    std::array<std::uint32_t, 10> keys_low{};  // of the rounds of Philox
    std::array<std::uint32_t, 10> keys_high{};
    std::uint32_t stream = 0;
    std::uint64_t seed = 0;

    std::int32_t voxel(std::int32_t i, std::int32_t j, std::int32_t k) const {
        return i + size[0] * (j + size[1] * k);
    }
    const ScenePhase& at(std::int32_t voxel) const {
        return media[label[static_cast<std::size_t>(voxel)]];
    }
};

/// Counts in the weight of one launched photon.
inline constexpr std::int32_t photon_counts = 1 << 30;

/// Path of lanes without a photon: always too late to do anything.
inline constexpr float no_photon = std::numeric_limits<float>::infinity();

/// Throws InputError as check(), for bad times, gates and roulette, and for more voxels times gates
/// than 2^31.
PhotonScene photon_scene(const PhotonMedium& medium, const PhotonRun& run);

}  // namespace caravel::stimulus
