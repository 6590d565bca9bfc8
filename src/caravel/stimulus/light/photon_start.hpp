// Where and whither photons start: samples of a light source.
#pragma once

#include "caravel/exec/philox.hpp"
#include "caravel/stimulus/light/light_source.hpp"

#include <vector>

namespace caravel::stimulus {

/// The random numbers of one photon. Blocks are numbered; the flight goes on where the start ended.
class PhotonDraw {
  public:
    PhotonDraw(std::uint64_t seed, std::uint32_t stream, std::uint64_t id, std::uint32_t block)
        : seed_(seed), id_(id), stream_(stream), next_block_(block) {}

    /// Even in (0, 1), 32 bits.
    double uniform() {
        if (used_ == 4) {
            words_ = exec::philox({{next_block_++, stream_, static_cast<std::uint32_t>(id_),
                                    static_cast<std::uint32_t>(id_ >> 32U)}},
                                  seed_);
            used_ = 0;
        }
        return (static_cast<double>(words_.word[used_++]) + 0.5) * 0x1p-32;
    }

    /// The first block that has not been touched.
    std::uint32_t next_block() const { return next_block_; }

  private:
    std::uint64_t seed_;
    std::uint64_t id_;
    exec::PhiloxBlock words_{};
    std::uint32_t stream_;
    std::uint32_t next_block_;
    std::uint32_t used_ = 4;
};

/// A place (m, in the coordinates of the grid) and a direction of length 1.
struct PhotonStart {
    Vector3 position{};
    Vector3 direction{};
};

/// A light source ready to be sampled.
class PhotonStarts {
  public:
    /// `index`: refractive index that a fibre's numerical aperture is divided by. Throws InputError
    /// for a source that lacks what its kind needs, names it, and says what was expected.
    PhotonStarts(const LightSourceInput& source, const Grid& grid, double index);

    PhotonStart sample(PhotonDraw& draw) const;

  private:
    enum class Kind {
        pencil,
        disk,
        gaussian,
        planar,
        cone,
        isotropic,
        line,
        fibre,
        pattern,
        volume
    };

    static Kind kind_of(const LightSourceInput& source);
    void read_shape(const LightSourceInput& source, double index);
    void read_weights(const LightSourceInput& source);
    Vector3 place(PhotonDraw& draw) const;
    Vector3 pixel(PhotonDraw& draw) const;
    Vector3 voxel(PhotonDraw& draw) const;
    Vector3 within_cone(double u, double v, double least_cosine) const;
    std::size_t choose(double u) const;

    Kind kind_;
    Grid grid_;
    Vector3 position_{};
    Vector3 direction_{};
    Vector3 side_1_{};  // with side_2_ and direction_ a frame
    Vector3 side_2_{};
    Vector3 edge_1_{};
    Vector3 edge_2_{};
    double radius_ = 0.0;
    double length_ = 0.0;
    double least_cosine_ = 1.0;
    std::size_t columns_ = 1;
    std::vector<double> cumulative_;  // of the weights
};

}  // namespace caravel::stimulus
