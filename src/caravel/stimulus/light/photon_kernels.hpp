// The flight of photons: without inner borders against the majorant of the box, or cell by cell.
#pragma once

#include "caravel/stimulus/light/photon_packet.hpp"

namespace caravel::stimulus {

namespace {

/// Where the index is even: one step is one collision, real or false. Two packets side by side, so
/// that one computes while the other waits.
template <int Width, PhotonLookup Lookup>
class OpenFlight {
  public:
    OpenFlight(const PhotonScene& scene, PhotonWorker& worker) : scene_(scene), worker_(worker) {}

    void run() {
        for (int p = 0; p < 2; ++p) start_all<Width>(worker_, packet_[p], alive_[p], p * Width);
        const Real<Width> inverse = fill<Real<Width>>(1.0F / scene_.majorant);
        while ((alive_[0] | alive_[1]) != 0) step(inverse);
        if (worker_.shared()) return;
        for (const Packet<Width>& packet : packet_) pay<Width>(worker_, packet);
    }

  private:
    struct Move {
        Draw<Width> draw;
        Real<Width> flight;
        Whole<Width> inside;
        Whole<Width> voxel;
        std::uint32_t lost;
    };

    void step(const Real<Width>& inverse) {
        Move move[2];
#pragma GCC unroll 2
        for (int p = 0; p < 2; ++p) {
            const Packet<Width>& packet = packet_[p];
            move[p].draw = philox<Width>(scene_, packet.block, packet.id_low, packet.id_high);
        }
#pragma GCC unroll 2
        for (Move& one : move)
            one.flight = free_path<Width>(one.draw.word[0], one.draw.word[1]) * inverse;
#pragma GCC unroll 2
        for (int p = 0; p < 2; ++p) fly(p, move[p]);
#pragma GCC unroll 2
        for (int p = 0; p < 2; ++p) collide(packet_[p], move[p], inverse);
        for (int p = 0; p < 2; ++p) settle(p, move[p].lost);
    }

    [[gnu::always_inline]] void fly(int p, Move& move) {
        Packet<Width>& packet = packet_[p];
        const Real<Width> path = packet.path + move.flight * packet.index;
        Whole<Width> inside = path <= scene_.longest_path;
        Real<Width> place[3];
        Whole<Width> cell[3];
#pragma GCC unroll 3
        for (std::size_t a = 0; a < 3; ++a) {
            place[a] = packet.place[a] + packet.direction[a] * (move.flight * scene_.scale[a]);
            inside &= (place[a] >= 0.0F) & (place[a] < scene_.edge[a]);
        }
#pragma GCC unroll 3
        for (std::size_t a = 0; a < 3; ++a) {
            place[a] = inside ? place[a] : packet.place[a];
            cell[a] = __builtin_convertvector(place[a], Whole<Width>);
        }
        move.inside = inside;
        move.lost = ~bits<Width>(inside) & alive_[p];
        if (scene_.walk) walk(p, move);
        const Whole<Width> voxel = cell[0] + scene_.size[0] * (cell[1] + scene_.size[1] * cell[2]);
        move.voxel = inside ? voxel : Whole<Width>{};
#pragma GCC unroll 3
        for (std::size_t a = 0; a < 3; ++a) packet.place[a] = place[a];
        packet.path = inside ? path : packet.path;
        packet.block += 1U;
    }

    [[gnu::always_inline]] void collide(Packet<Width>& packet, const Move& move,
                                        const Real<Width>& inverse) {
        const Contents<Width> c = contents<Width, Lookup>(scene_, move.voxel);
        deposit<Width>(scene_, worker_, packet, move.voxel, move.inside, c.absorption * inverse,
                       fill<Real<Width>>(1.0F), rounding<Width>(move.draw));
        scatter<Width, Lookup>(scene_, packet, move.draw, c, fill<Real<Width>>(scene_.majorant),
                               move.voxel, move.inside);
    }

    void walk(int p, const Move& move) {
        for (std::uint32_t left = alive_[p] & ~move.lost; left != 0; left &= left - 1) {
            const int lane = std::countr_zero(left);
            worker_.walk(packet_[p].photon(lane), move.flight[lane], packet_[p].first + lane);
        }
    }

    void settle(int p, std::uint32_t lost) {
        Packet<Width>& packet = packet_[p];
        const std::uint32_t here = alive_[p] & ~lost;
        events_ += static_cast<std::int64_t>(__builtin_popcount(here));
        const std::uint32_t weak = bits<Width>(packet.weight < scene_.roulette_below) & here;
        for (std::uint32_t left = lost | weak; left != 0; left &= left - 1) {
            const int lane = std::countr_zero(left);
            Photon photon = packet.photon(lane);
            const bool is_lost = ((lost >> static_cast<unsigned>(lane)) & 1U) != 0;
            const bool lives =
                is_lost ? worker_.leave_box(photon, packet.first + lane) : worker_.roulette(photon);
            if (!lives) {
                worker_.count_events(events_);
                events_ = 0;
            }
            replace<Width>(worker_, packet, alive_[p], lane, photon, lives);
        }
    }

    const PhotonScene& scene_;
    PhotonWorker& worker_;
    Packet<Width> packet_[2]{};
    std::uint32_t alive_[2]{};
    std::int64_t events_ = 0;
};

/// From border to border: voxels where the index changes, else bricks with their own majorant. The
/// optical depth to the next collision is kept across borders.
template <int Width, PhotonLookup Lookup>
class CellFlight {
  public:
    CellFlight(const PhotonScene& scene, PhotonWorker& worker) : scene_(scene), worker_(worker) {}

    void run() {
        start_all<Width>(worker_, packet_, alive_, 0);
        while (alive_ != 0) step();
        if (!worker_.shared()) pay<Width>(worker_, packet_);
    }

  private:
    // The cell that each lane is in: bounds (voxels) and majorant (per length).
    struct Cell {
        Whole<Width> low[3];
        Whole<Width> high[3];
        Real<Width> majorant;
    };

    Whole<Width> number(const Whole<Width> (&v)[3]) const {
        return v[0] + scene_.size[0] * (v[1] + scene_.size[1] * v[2]);
    }

    Cell cell() const {
        const Whole<Width> brick = (packet_.voxel[0] >> 3) +
                                   scene_.bricks[0] * ((packet_.voxel[1] >> 3) +
                                                       scene_.bricks[1] * (packet_.voxel[2] >> 3));
        Cell c;
        for (int i = 0; i < Width; ++i) {
            c.majorant[i] = scene_.brick_majorant[static_cast<std::size_t>(brick[i])];
        }
        const Whole<Width> by_voxel = c.majorant < 0.0F;
        const Whole<Width> mask = by_voxel ? Whole<Width>{} : fill<Whole<Width>>(7);
        for (std::size_t a = 0; a < 3; ++a) {
            c.low[a] = packet_.voxel[a] & ~mask;
            c.high[a] = c.low[a] + mask + 1;
            const Whole<Width> edge = fill<Whole<Width>>(scene_.size[a]);
            c.high[a] = c.high[a] < edge ? c.high[a] : edge;
        }
        const Contents<Width> here = contents<Width, Lookup>(scene_, number(packet_.voxel));
        Real<Width> extinction = here.absorption + here.scattering + here.added;
        const Real<Width> least = fill<Real<Width>>(scene_.least_majorant);
        extinction = extinction < least ? least : extinction;
        c.majorant = by_voxel ? extinction : c.majorant;
        return c;
    }

    // Length to the border of the cell and the axis along which it lies.
    Real<Width> border(const Cell& cell, Whole<Width>& axis) const {
        const Real<Width> zero{};
        const Real<Width> never = fill<Real<Width>>(1e30F);
        Real<Width> nearest{};
        for (int a = 0; a < 3; ++a) {
            const Real<Width> speed =
                packet_.direction[a] * scene_.scale[static_cast<std::size_t>(a)];
            const Whole<Width> up = speed > 0.0F;
            const Real<Width> gap =
                up ? __builtin_convertvector(cell.high[a], Real<Width>) - packet_.place[a]
                   : packet_.place[a] - __builtin_convertvector(cell.low[a], Real<Width>);
            const Real<Width> size = up ? speed : zero - speed;
            const Real<Width> room = gap > 0.0F ? gap : zero;
            const Real<Width> here = size > 1e-20F ? room / size : never;
            if (a == 0) {
                nearest = here;
                continue;
            }
            const Whole<Width> nearer = here < nearest;
            nearest = nearer ? here : nearest;
            axis = nearer ? fill<Whole<Width>>(a) : axis;
        }
        return nearest;
    }

    // Moves the lanes; those that cross stand on the border, with the voxel beyond it.
    void move(const Cell& cell, const Real<Width>& flight, const Whole<Width>& crosses,
              const Whole<Width>& axis) {
        for (int a = 0; a < 3; ++a) {
            const Real<Width> way =
                packet_.direction[a] * (flight * scene_.scale[static_cast<std::size_t>(a)]);
            Real<Width> place = packet_.place[a] + way;
            Whole<Width> voxel = __builtin_convertvector(place, Whole<Width>);
            const Whole<Width> last = cell.high[a] - 1;
            voxel = voxel < cell.low[a] ? cell.low[a] : voxel;
            voxel = voxel > last ? last : voxel;
            const Whole<Width> here = crosses & (axis == a);
            const Whole<Width> up = packet_.direction[a] > 0.0F;
            const Whole<Width> beyond = up ? cell.high[a] : cell.low[a] - 1;
            const Whole<Width> plane = up ? cell.high[a] : cell.low[a];
            packet_.voxel[a] = here ? beyond : voxel;
            packet_.place[a] = here ? __builtin_convertvector(plane, Real<Width>) : place;
        }
    }

    // Lanes whose new voxel lies outside of the box, or has another index.
    Whole<Width> changes(Whole<Width>& voxel) const {
        Whole<Width> outside{};
        for (std::size_t a = 0; a < 3; ++a) {
            outside |= (packet_.voxel[a] < 0) | (packet_.voxel[a] >= scene_.size[a]);
        }
        voxel = outside ? Whole<Width>{} : number(packet_.voxel);
        if constexpr (Lookup == PhotonLookup::uniform) return outside;
        Whole<Width> changed = outside;
        for (int i = 0; i < Width; ++i) {
            const ScenePhase& phase = scene_.at(voxel[i]);
            changed[i] |= phase.exterior || phase.index != packet_.index[i] ? -1 : 0;
        }
        return changed;
    }

    void step() {
        const Cell here = cell();
        Whole<Width> axis{};
        const Real<Width> to_border = border(here, axis);
        const Real<Width> to_collision = packet_.depth / here.majorant;
        Whole<Width> crosses = to_border < to_collision;
        Real<Width> flight = crosses ? to_border : to_collision;
        const Real<Width> left = scene_.longest_path - packet_.path;
        const Whole<Width> late = flight * packet_.index > left;
        if (scene_.walk) walk(flight, left, late);
        packet_.path += flight * packet_.index;
        const Real<Width> depth = packet_.depth - flight * here.majorant;
        packet_.depth = depth > 0.0F ? depth : Real<Width>{};
        move(here, flight, crosses, axis);
        Whole<Width> voxel{};
        const Whole<Width> changed = changes(voxel) & crosses & ~late;
        const Whole<Width> collides = ~crosses & ~late;
        collide(here, voxel, collides);
        const std::uint32_t hits = bits<Width>(collides) & alive_;
        const std::uint32_t weak = bits<Width>(packet_.weight < scene_.roulette_below) & hits;
        const std::uint32_t gated = bits<Width>(late) & alive_;
        events_ += static_cast<std::int64_t>(__builtin_popcount(hits));
        settle(gated, bits<Width>(changed) & alive_, weak, axis);
    }

    void collide(const Cell& cell, const Whole<Width>& voxel, const Whole<Width>& collides) {
        const Draw<Width> draw =
            philox<Width>(scene_, packet_.block, packet_.id_low, packet_.id_high);
        packet_.block -= reinterpret_cast<Word<Width>>(collides);
        const Contents<Width> c = contents<Width, Lookup>(scene_, voxel);
        const Real<Width> inverse = 1.0F / cell.majorant;
        deposit<Width>(scene_, worker_, packet_, voxel, collides, c.absorption * inverse,
                       inverse * scene_.least_majorant, rounding<Width>(draw));
        scatter<Width, Lookup>(scene_, packet_, draw, c, cell.majorant, voxel, collides);
        packet_.depth = collides ? free_path<Width>(draw.word[0], draw.word[1]) : packet_.depth;
    }

    void walk(const Real<Width>& flight, const Real<Width>& left, const Whole<Width>& late) {
        for (std::uint32_t lanes = alive_; lanes != 0; lanes &= lanes - 1) {
            const int lane = std::countr_zero(lanes);
            const float length = late[lane] != 0 ? left[lane] / packet_.index[lane] : flight[lane];
            worker_.walk(packet_.photon(lane), length, lane);
        }
    }

    void settle(std::uint32_t gated, std::uint32_t changed, std::uint32_t weak,
                const Whole<Width>& axis) {
        for (std::uint32_t left = gated | changed | weak; left != 0; left &= left - 1) {
            const int lane = std::countr_zero(left);
            const auto bit = 1U << static_cast<unsigned>(lane);
            Photon photon = packet_.photon(lane);
            bool lives = false;
            if ((gated & bit) != 0) {
                worker_.gate(photon);
            } else if ((changed & bit) != 0) {
                lives = worker_.cross(photon, axis[lane], lane);
            } else {
                lives = worker_.roulette(photon);
            }
            if (!lives) {
                worker_.count_events(events_);
                events_ = 0;
            }
            replace<Width>(worker_, packet_, alive_, lane, photon, lives);
        }
    }

    const PhotonScene& scene_;
    PhotonWorker& worker_;
    Packet<Width> packet_{};
    std::uint32_t alive_ = 0;
    std::int64_t events_ = 0;
};

template <int Width, PhotonLookup Lookup>
inline void fly_lookup(const PhotonScene& scene, PhotonWorker& worker) {
    if (scene.cell_by_cell) {
        CellFlight<Width, Lookup>(scene, worker).run();
    } else {
        OpenFlight<Width, Lookup>(scene, worker).run();
    }
}

template <int Width>
inline void fly_width(const PhotonScene& scene, PhotonWorker& worker) {
    switch (scene.lookup) {
    case PhotonLookup::uniform: return fly_lookup<Width, PhotonLookup::uniform>(scene, worker);
    case PhotonLookup::labels: return fly_lookup<Width, PhotonLookup::labels>(scene, worker);
    case PhotonLookup::voxels: return fly_lookup<Width, PhotonLookup::voxels>(scene, worker);
    }
}

}  // namespace

}  // namespace caravel::stimulus
