// Photons in flight side by side, and what is looked up for them.
#pragma once

#include "caravel/stimulus/light/photon_lanes.hpp"
#include "caravel/stimulus/light/photon_worker.hpp"

namespace caravel::stimulus {

namespace {

template <int Width>
struct Packet {
    Real<Width> place[3];
    Real<Width> direction[3];
    Whole<Width> voxel[3];
    Real<Width> path;
    Real<Width> depth;
    Real<Width> index;
    Whole<Width> weight;
    Word<Width> block;
    Word<Width> id_low;
    Word<Width> id_high;
    // the last deposit, not yet in the tally
    Whole<Width> owed_place;
    Whole<Width> owed;
    int first;  // lane of the worker

    Photon photon(int lane) const {
        Photon p;
        for (std::size_t a = 0; a < 3; ++a) {
            p.place[a] = place[a][lane];
            p.direction[a] = direction[a][lane];
            p.voxel[a] = voxel[a][lane];
        }
        p.path = path[lane];
        p.depth = depth[lane];
        p.index = index[lane];
        p.weight = weight[lane];
        p.block = block[lane];
        p.id = id_low[lane] | (std::uint64_t{id_high[lane]} << 32U);
        return p;
    }

    void set(int lane, const Photon& p) {
        for (std::size_t a = 0; a < 3; ++a) {
            place[a][lane] = p.place[a];
            direction[a][lane] = p.direction[a];
            voxel[a][lane] = p.voxel[a];
        }
        path[lane] = p.path;
        depth[lane] = p.depth;
        index[lane] = p.index;
        weight[lane] = p.weight;
        block[lane] = p.block;
        id_low[lane] = static_cast<std::uint32_t>(p.id);
        id_high[lane] = static_cast<std::uint32_t>(p.id >> 32U);
    }
};

// Rates (per length) and anisotropy in the voxels of the lanes.
template <int Width>
struct Contents {
    Real<Width> absorption;
    Real<Width> scattering;  // without what was added
    Real<Width> anisotropy;
    Real<Width> added;  // scattering
};

template <int Width, PhotonLookup Lookup>
inline Contents<Width> contents(const PhotonScene& scene, const Whole<Width>& voxel) {
    if constexpr (Lookup == PhotonLookup::uniform) {
        const ScenePhase& phase = scene.media[scene.label[0]];
        return {fill<Real<Width>>(phase.absorption), fill<Real<Width>>(phase.scattering),
                fill<Real<Width>>(phase.anisotropy), Real<Width>{}};
    } else {
        alignas(64) float absorption[Width];
        alignas(64) float scattering[Width];
        alignas(64) float anisotropy[Width];
        alignas(64) float added[Width] = {};
        const ScenePhase* const media = scene.media.data();
        const std::uint16_t* const label = scene.label.data();
        for (int i = 0; i < Width; ++i) {
            const auto at = static_cast<std::size_t>(voxel[i]);
            const ScenePhase& phase = media[label[at]];
            absorption[i] = phase.absorption;
            scattering[i] = phase.scattering;
            anisotropy[i] = phase.anisotropy;
            if constexpr (Lookup == PhotonLookup::voxels) {
                absorption[i] += scene.added_absorption[at];
                added[i] = scene.added_scattering[at];
            }
        }
        Contents<Width> c;
        __builtin_memcpy(&c.absorption, absorption, sizeof(absorption));
        __builtin_memcpy(&c.scattering, scattering, sizeof(scattering));
        __builtin_memcpy(&c.anisotropy, anisotropy, sizeof(anisotropy));
        __builtin_memcpy(&c.added, added, sizeof(added));
        return c;
    }
}

/// Tallies the last deposit.
template <int Width>
[[gnu::always_inline]] inline void pay(PhotonWorker& worker, const Packet<Width>& packet) {
    std::int64_t* const tally = worker.absorbed();
    for (int i = 0; i < Width; ++i) tally[packet.owed_place[i]] += packet.owed[i];
}

/// Takes the absorbed part off the weights where `here`, tallies it and the path.
template <int Width>
[[gnu::always_inline]] inline void deposit(const PhotonScene& scene, PhotonWorker& worker,
                                           Packet<Width>& packet, const Whole<Width>& voxel,
                                           const Whole<Width>& here, const Real<Width>& absorbed,
                                           const Real<Width>& flight, const Real<Width>& chance) {
    const Whole<Width> none{};
    const Real<Width> weight = __builtin_convertvector(packet.weight, Real<Width>);
    Whole<Width> place = voxel;
    if (scene.gates > 1) {
        const Real<Width> path = here ? packet.path : Real<Width>{};
        Whole<Width> gate = __builtin_convertvector(path * scene.gates_per_path, Whole<Width>);
        gate = gate < scene.gates ? gate : none + (scene.gates - 1);
        place += gate * scene.cells;
    }
    place = here ? place : none;
    if (scene.tally_path && !scene.replays) {
        Whole<Width> path = __builtin_convertvector(weight * flight + chance, Whole<Width>);
        path = here ? path : none;
        for (int i = 0; i < Width; ++i) {
            worker.tally_path(static_cast<std::size_t>(place[i]), path[i]);
        }
    }
    if (scene.replays) return;
    // rounded up or down by chance, so that small deposits are right on average
    Whole<Width> counts = __builtin_convertvector(weight * absorbed + chance, Whole<Width>);
    counts = counts < packet.weight ? counts : packet.weight;
    counts = here ? counts : none;
    packet.weight -= counts;
    if (worker.shared()) {
        for (int i = 0; i < Width; ++i) {
            if (counts[i] != 0) worker.absorb(static_cast<std::size_t>(place[i]), counts[i]);
        }
        return;
    }
    // a step later, when the memory has come
    pay<Width>(worker, packet);
    packet.owed_place = place;
    packet.owed = counts;
    const std::int64_t* const tally = worker.absorbed();
    for (int i = 0; i < Width; ++i) __builtin_prefetch(tally + place[i], 1);
}

/// Scatters the lanes `here`, with the share of real collisions.
template <int Width, PhotonLookup Lookup>
[[gnu::always_inline]] inline void scatter(const PhotonScene& scene, Packet<Width>& packet,
                                           const Draw<Width>& draw, const Contents<Width>& c,
                                           const Real<Width>& majorant, const Whole<Width>& voxel,
                                           const Whole<Width>& here) {
    const Real<Width> zero{};
    const Real<Width> angle_draw = uniform<Width>(draw.word[2]);
    const Real<Width> choice = uniform<Width>(draw.word[3]) * (majorant - c.absorption);
    Real<Width> g = c.anisotropy;
    Real<Width> scattering = c.scattering;
    if constexpr (Lookup == PhotonLookup::voxels) {
        g = choice < scattering ? g : zero + scene.added_anisotropy;
        scattering += c.added;
    }
    const Whole<Width> real_one = (choice < scattering) & here;
    Real<Width> deflected = deflection<Width>(g, angle_draw);
    if (scene.special_phase) {
        for (int i = 0; i < Width; ++i) {
            if (real_one[i] == 0) continue;
            const ScenePhase& phase = scene.at(voxel[i]);
            if (phase.kind == PhaseFunction::Kind::henyey_greenstein) continue;
            if (Lookup == PhotonLookup::voxels && !(choice[i] < c.scattering[i])) continue;
            deflected[i] = PhotonWorker::special_deflection(phase, angle_draw[i]);
        }
    }
    deflected = real_one ? deflected : zero;
    Real<Width> sine{};
    Real<Width> cosine{};
    even_angle<Width>(draw.word[1], sine, cosine);
    turn<Width>(packet.direction, deflected, sine, cosine);
}

/// Chance to round up, from bits that nothing else uses.
template <int Width>
inline Real<Width> rounding(const Draw<Width>& draw) {
    return real<Width>(((draw.word[2] & 0xffU) << 8) | (draw.word[3] & 0xffU)) * 0x1p-16F;
}

template <int Width>
inline void start_all(PhotonWorker& worker, Packet<Width>& packet, std::uint32_t& alive,
                      int first) {
    packet = Packet<Width>{};
    packet.first = first;
    packet.index = fill<Real<Width>>(1.0F);
    packet.path = fill<Real<Width>>(no_photon);
    for (int lane = 0; lane < Width; ++lane) {
        Photon photon;
        if (!worker.start(photon, first + lane)) break;
        packet.set(lane, photon);
        alive |= 1U << static_cast<unsigned>(lane);
    }
}

/// Puts the photon back, or the next one in its place, or an empty one.
template <int Width>
inline void replace(PhotonWorker& worker, Packet<Width>& packet, std::uint32_t& alive, int lane,
                    Photon& photon, bool lives) {
    if (!lives && !worker.start(photon, packet.first + lane)) {
        photon = {};
        photon.path = no_photon;
        alive &= ~(1U << static_cast<unsigned>(lane));
    }
    packet.set(lane, photon);
}

}  // namespace

}  // namespace caravel::stimulus
