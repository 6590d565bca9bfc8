#include "caravel/stimulus/light/diffuse_light_validity.hpp"

#include "caravel/base/unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace caravel::stimulus {
namespace {

constexpr double least_scattering = 10.0;  // reduced scattering over absorption
constexpr double least_distance = 3.0;     // transport lengths
constexpr double nearly_all = 0.9;

/// A neighbour that comes before a cell in the order of a sweep.
struct Neighbour {
    std::array<int, 3> step{};
    double length = 0.0;  // m
};

std::vector<Neighbour> neighbours_before(const Grid& grid) {
    std::vector<Neighbour> list;
    for (int k = -1; k <= 0; ++k)
        for (int j = -1; j <= 1; ++j)
            for (int i = -1; i <= 1; ++i) {
                const bool is_before = k < 0 || j < 0 || (j == 0 && i < 0);
                if (is_before)
                    list.push_back({{i, j, k},
                                    std::hypot(i * grid.spacing[0], j * grid.spacing[1],
                                               k * grid.spacing[2])});
            }
    return list;
}

class DistanceSweep {
  public:
    DistanceSweep(const Grid& grid, std::vector<double> transport, std::vector<double>& distance)
        : grid_(grid),
          transport_(std::move(transport)),
          distance_(distance),
          before_(neighbours_before(grid)) {}

    void forward() {
        for (index_t k = 0; k < grid_.nz; ++k)
            for (index_t j = 0; j < grid_.ny; ++j)
                for (index_t i = 0; i < grid_.nx; ++i) relax(i, j, k, 1);
    }
    void backward() {
        for (index_t k = grid_.nz; k-- > 0;)
            for (index_t j = grid_.ny; j-- > 0;)
                for (index_t i = grid_.nx; i-- > 0;) relax(i, j, k, -1);
    }

  private:
    void relax(index_t i, index_t j, index_t k, int sign) {
        const auto here = static_cast<std::size_t>(grid_.index(i, j, k));
        for (const Neighbour& n : before_) {
            const index_t x = i + sign * n.step[0], y = j + sign * n.step[1],
                          z = k + sign * n.step[2];
            if (!grid_.contains(x, y, z)) continue;
            const auto there = static_cast<std::size_t>(grid_.index(x, y, z));
            const double way = 0.5 * (transport_[here] + transport_[there]) * n.length;
            distance_[here] = std::min(distance_[here], distance_[there] + way);
        }
    }

    const Grid& grid_;
    std::vector<double> transport_;
    std::vector<double>& distance_;
    std::vector<Neighbour> before_;
};

/// Distance (m) to the nearest face of the cell that is a border of the body; infinite without.
double border_beside(const PhotonMedium& medium, const std::array<index_t, 3>& cell) {
    double nearest = std::numeric_limits<double>::infinity();
    for (std::size_t face = 0; face < 6; ++face) {
        const std::size_t axis = face / 2;
        std::array<index_t, 3> next = cell;
        next[axis] += face % 2 == 0 ? -1 : 1;
        bool is_border = false;
        if (medium.grid.contains(next[0], next[1], next[2])) {
            const auto n = static_cast<std::size_t>(medium.grid.index(next[0], next[1], next[2]));
            is_border = medium.media[medium.label[n]].exterior;
        } else {
            is_border = medium.faces[face] != LightFace::mirror;
        }
        if (is_border) nearest = std::min(nearest, 0.5 * medium.grid.spacing[axis]);
    }
    return nearest;
}

}  // namespace

std::vector<double> transport_distance(const PhotonMedium& medium, const TransportCoefficients& c,
                                       const std::vector<double>& source) {
    const Grid& grid = medium.grid;
    std::vector<double> transport(c.body.size());
    for (std::size_t i = 0; i < transport.size(); ++i)
        transport[i] = c.absorption[i] + c.reduced[i];
    std::vector<double> distance(c.body.size(), std::numeric_limits<double>::infinity());
    for (index_t k = 0; k < grid.nz; ++k)
        for (index_t j = 0; j < grid.ny; ++j)
            for (index_t i = 0; i < grid.nx; ++i) {
                const auto n = static_cast<std::size_t>(grid.index(i, j, k));
                if (c.body[n] == 0 || source[n] > 0.0) {
                    distance[n] = 0.0;
                    continue;
                }
                const double border = border_beside(medium, {i, j, k});
                if (std::isfinite(border)) distance[n] = border * transport[n];
            }
    DistanceSweep sweep(grid, std::move(transport), distance);
    constexpr int rounds = 2;  // shortest ways that turn back need more than one
    for (int round = 0; round < rounds; ++round) {
        sweep.forward();
        sweep.backward();
    }
    return distance;
}

DiffusionValidity diffusion_validity(const PhotonMedium& medium, const TransportCoefficients& c,
                                     const std::vector<double>& source,
                                     const std::vector<double>& fluence) {
    const std::vector<double> distance = transport_distance(medium, c, source);
    double all = 0.0, valid = 0.0, absorbing = 0.0, near = 0.0;
    for (std::size_t i = 0; i < c.body.size(); ++i) {
        if (c.body[i] == 0) continue;
        const double energy = c.absorption[i] * fluence[i];
        all += energy;
        const bool absorbs = c.reduced[i] <= least_scattering * c.absorption[i];
        const bool is_near = distance[i] <= least_distance;
        if (absorbs) absorbing += energy;
        if (is_near) near += energy;
        if (!absorbs && !is_near) valid += energy;
    }
    DiffusionValidity validity;
    if (!(all > 0.0)) return {1.0, ""};
    validity.share = valid / all;
    if (validity.share >= nearly_all) return validity;
    validity.warning = fmt::format(
        "diffusion holds for {} % of the absorbed light only: {} % is absorbed where reduced "
        "scattering is less than {} times absorption, {} % within {} transport lengths of sources "
        "and borders; monte_carlo has no such limit",
        format_number(100.0 * validity.share, 3), format_number(100.0 * absorbing / all, 3),
        format_number(least_scattering, 3), format_number(100.0 * near / all, 3),
        format_number(least_distance, 3));
    return validity;
}

}  // namespace caravel::stimulus
