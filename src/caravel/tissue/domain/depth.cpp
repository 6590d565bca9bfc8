// Distance to the surface of the tumour: exact Euclidean distance transform between the voxels,
// refined by the plane that cuts the nearest voxel of the surface.
#include "caravel/base/error.hpp"
#include "caravel/tissue/domain/domain.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace caravel::tissue {
namespace {

using Cell = std::array<index_t, 3>;

double norm(const Vector3& v) { return std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]); }

/// A voxel of the surface with the plane that stands for the surface there.
struct Facet {
    Cell cell{};
    Vector3 middle{};     // m, of the voxel
    Vector3 normal{};     // out of the tumour; zero where the shares show no side
    double height = 0.0;  // m, of the middle over the plane
};

/// Shares of tumour with what lies beyond the domain: mirrored, or as the last voxel.
class Shares {
  public:
    explicit Shares(const Domain& domain) : domain_(domain), grid_(domain.grid) {}

    double at(const Cell& c) const {
        return domain_.tumour_share[static_cast<std::size_t>(
            grid_.index(folded(c[0], 0), folded(c[1], 1), folded(c[2], 2)))];
    }
    bool inside(const Cell& c) const { return at(c) >= 0.5; }
    /// Whether the surface separates the middle of the voxel from that of a neighbour.
    bool on_surface(const Cell& c) const;
    Facet facet(const Cell& c) const;

  private:
    index_t folded(index_t i, std::size_t axis) const {
        const index_t n = axis == 0 ? grid_.nx : axis == 1 ? grid_.ny : grid_.nz;
        if (i < 0) return domain_.mirrored[2 * axis] ? std::min(-1 - i, n - 1) : 0;
        if (i >= n)
            return domain_.mirrored[2 * axis + 1] ? std::max<index_t>(2 * n - 1 - i, 0) : n - 1;
        return i;
    }
    Vector3 normal(const Cell& c) const;
    double height_along(const Cell& c, std::size_t axis, index_t outwards) const;
    Vector3 refined(const Cell& c, std::size_t axis, const Vector3& guess) const;

    const Domain& domain_;
    const Grid& grid_;
};

bool Shares::on_surface(const Cell& c) const {
    const bool here = inside(c);
    for (std::size_t axis = 0; axis < 3; ++axis)
        for (const index_t step : {-1, 1}) {
            Cell next = c;
            next[axis] += step;
            if (inside(next) != here) return true;
        }
    return false;
}

/// Against the slope of the shares, smoothed with weights 1-2-1 across each axis.
Vector3 Shares::normal(const Cell& c) const {
    Vector3 slope{};
    for (index_t z = -1; z <= 1; ++z)
        for (index_t y = -1; y <= 1; ++y)
            for (index_t x = -1; x <= 1; ++x) {
                const auto weight =
                    static_cast<double>((2 - std::abs(x)) * (2 - std::abs(y)) * (2 - std::abs(z)));
                const double share = weight * at({c[0] + x, c[1] + y, c[2] + z});
                slope[0] -= static_cast<double>(x) * share;
                slope[1] -= static_cast<double>(y) * share;
                slope[2] -= static_cast<double>(z) * share;
            }
    for (std::size_t d = 0; d < 3; ++d) slope[d] /= grid_.spacing[d];
    const double length = norm(slope);
    if (length == 0.0) return {};
    return {slope[0] / length, slope[1] / length, slope[2] / length};
}

/// Height of a voxel's middle over the surface along an axis, in voxels: the column of shares from
/// the inside outwards is as long as the tumour is high (exact for planes).
double Shares::height_along(const Cell& c, std::size_t axis, index_t outwards) const {
    constexpr index_t reach = 3;
    const auto shifted = [&](index_t steps) {
        Cell cell = c;
        cell[axis] += steps * outwards;
        return at(cell);
    };
    index_t inner = 0;
    double filled = shifted(0);
    for (; inner < reach && shifted(-inner) < 1.0; ++inner) {
        if (shifted(-inner - 1) < shifted(-inner)) break;
        filled += shifted(-inner - 1);
    }
    for (index_t outer = 1; outer <= reach && shifted(outer - 1) > 0.0; ++outer) {
        if (shifted(outer) > shifted(outer - 1)) break;
        filled += shifted(outer);
    }
    return static_cast<double>(inner) + 0.5 - filled;
}

/// Normal from the heights of the neighbouring columns: of second order on smooth surfaces. Where
/// it leaves the first guess by more than 20 degrees (edges, thin parts), that guess is returned.
Vector3 Shares::refined(const Cell& c, std::size_t axis, const Vector3& guess) const {
    const index_t outwards = guess[axis] > 0.0 ? 1 : -1;
    Vector3 normal{};
    normal[axis] = static_cast<double>(outwards);
    for (std::size_t d = 0; d < 3; ++d) {
        if (d == axis) continue;
        Cell before = c;
        Cell after = c;
        --before[d];
        ++after[d];
        // The middle is the higher over the surface the lower the surface lies.
        normal[d] = (height_along(after, axis, outwards) - height_along(before, axis, outwards)) *
                    grid_.spacing[axis] / (2.0 * grid_.spacing[d]);
    }
    const double length = norm(normal);
    for (double& n : normal) n /= length;
    const double agreement = normal[0] * guess[0] + normal[1] * guess[1] + normal[2] * guess[2];
    return agreement > 0.94 ? normal : guess;
}

Facet Shares::facet(const Cell& c) const {
    Facet facet{c, grid_.centre(c[0], c[1], c[2]), normal(c), 0.0};
    std::size_t axis = 0;
    // Along the axis on which the plane crosses the fewest voxels.
    const auto steepness = [&](std::size_t d) {
        return std::abs(facet.normal[d]) * grid_.spacing[d];
    };
    for (std::size_t d = 1; d < 3; ++d)
        if (steepness(d) > steepness(axis)) axis = d;
    if (steepness(axis) == 0.0) return facet;
    facet.normal = refined(c, axis, facet.normal);
    facet.height = height_along(c, axis, facet.normal[axis] > 0.0 ? 1 : -1) * steepness(axis);
    return facet;
}

/// The lower envelope of parabolas along lines of voxels, axis by axis (Felzenszwalb and
/// Huttenlocher, Theory of Computing 8 (2012) 415): for each voxel the nearest one of the surface.
class NearestFacet {
  public:
    NearestFacet(const Grid& grid, std::vector<index_t> seeds)
        : grid_(grid), nearest_(std::move(seeds)), squared_(nearest_.size()) {
        for (std::size_t i = 0; i < nearest_.size(); ++i)
            squared_[i] = nearest_[i] < 0 ? std::numeric_limits<double>::infinity() : 0.0;
        sweep(1, grid_.nx, grid_.nx, grid_.ny * grid_.nz, 0);
        for (index_t k = 0; k < grid_.nz; ++k)
            sweep(grid_.nx, grid_.ny, 1, grid_.nx, 1, k * grid_.nx * grid_.ny);
        sweep(grid_.nx * grid_.ny, grid_.nz, 1, grid_.nx * grid_.ny, 2);
    }
    const std::vector<index_t>& nearest() const { return nearest_; }

  private:
    void sweep(index_t stride, index_t length, index_t apart, index_t lines, std::size_t axis,
               index_t first = 0) {
        for (index_t line = 0; line < lines; ++line)
            sweep_line(first + line * apart, stride, length, grid_.spacing[axis]);
    }
    void sweep_line(index_t first, index_t stride, index_t length, double h);

    /// A parabola of the envelope: its place on the line, height, facet and where it takes over.
    struct Arc {
        double at = 0.0;       // m
        double squared = 0.0;  // m2
        index_t facet = -1;
        double from = 0.0;  // m
    };

    const Grid& grid_;
    std::vector<index_t> nearest_;
    std::vector<double> squared_;
    std::vector<Arc> arcs_;
};

void NearestFacet::sweep_line(index_t first, index_t stride, index_t length, double h) {
    arcs_.clear();
    for (index_t q = 0; q < length; ++q) {
        const auto cell = static_cast<std::size_t>(first + q * stride);
        if (nearest_[cell] < 0) continue;
        Arc arc{static_cast<double>(q) * h, squared_[cell], nearest_[cell],
                -std::numeric_limits<double>::infinity()};
        while (!arcs_.empty()) {
            const Arc& last = arcs_.back();
            arc.from = 0.5 * ((arc.squared - last.squared) / (arc.at - last.at) + arc.at + last.at);
            if (arc.from > last.from) break;
            arcs_.pop_back();
        }
        if (arcs_.empty()) arc.from = -std::numeric_limits<double>::infinity();
        arcs_.push_back(arc);
    }
    if (arcs_.empty()) return;
    std::size_t a = 0;
    for (index_t q = 0; q < length; ++q) {
        const auto cell = static_cast<std::size_t>(first + q * stride);
        const double at = static_cast<double>(q) * h;
        while (a + 1 < arcs_.size() && arcs_[a + 1].from < at) ++a;
        squared_[cell] = arcs_[a].squared + (at - arcs_[a].at) * (at - arcs_[a].at);
        nearest_[cell] = arcs_[a].facet;
    }
}

/// Distances from the facets that lie under a place.
class Depths {
  public:
    Depths(const Grid& grid, const std::vector<Facet>& facets, const std::vector<index_t>& nearest)
        : grid_(grid),
          facets_(facets),
          nearest_(nearest),
          reach_(std::max({grid.spacing[0], grid.spacing[1], grid.spacing[2]})) {}

    /// Depth of the middle of a voxel; `under` is the facet under the voxel asked for before, where
    /// the search begins if that is better, and becomes this one's.
    double at(index_t cell, const Vector3& middle, bool inside, const Facet*& under) const;

  private:
    /// A place against a facet, a disc somewhat wider than its voxel: squared distances (m2) from
    /// the disc and from the middle of the voxel, and the height (m) over the disc's plane.
    struct View {
        const Facet* facet = nullptr;
        double away = 0.0;
        double apart = 0.0;
        double over = 0.0;
    };
    View seen_from(const Vector3& place, const Facet& facet) const;
    const Facet& nearest_to(index_t cell) const {
        return facets_[static_cast<std::size_t>(nearest_[static_cast<std::size_t>(cell)])];
    }
    View descended(const Vector3& place, View view) const;

    const Grid& grid_;
    const std::vector<Facet>& facets_;
    const std::vector<index_t>& nearest_;
    double reach_ = 0.0;  // m, from the middle of a voxel of the surface to the surface at most
};

Depths::View Depths::seen_from(const Vector3& place, const Facet& facet) const {
    const Vector3 way{place[0] - facet.middle[0], place[1] - facet.middle[1],
                      place[2] - facet.middle[2]};
    const double apart = way[0] * way[0] + way[1] * way[1] + way[2] * way[2];
    const double along =
        facet.normal[0] * way[0] + facet.normal[1] * way[1] + facet.normal[2] * way[2];
    const double over = facet.height + along;
    const double beside = std::sqrt(std::max(0.0, apart - along * along));
    const double beyond = std::max(0.0, beside - 0.75 * reach_);
    return {&facet, over * over + beyond * beyond, apart, over};
}

/// The nearest facet, found from neighbour to neighbour.
Depths::View Depths::descended(const Vector3& place, View view) const {
    constexpr int most_steps = 8;
    const Facet* seen = nullptr;
    for (int step = 0; step < most_steps && view.facet != seen; ++step) {
        seen = view.facet;
        const auto [i, j, k] = seen->cell;
        for (index_t z = std::max<index_t>(k - 1, 0); z <= std::min(k + 1, grid_.nz - 1); ++z)
            for (index_t y = std::max<index_t>(j - 1, 0); y <= std::min(j + 1, grid_.ny - 1); ++y)
                for (index_t x = std::max<index_t>(i - 1, 0); x <= std::min(i + 1, grid_.nx - 1);
                     ++x) {
                    const View next = seen_from(place, nearest_to(grid_.index(x, y, z)));
                    if (next.away < view.away) view = next;
                }
    }
    return view;
}

/// The nearest voxel of the surface need not hold the nearest place of the surface, which lies
/// several voxels beside it where the surface is far and smooth. Where planes do not stand for the
/// surface (edges, thin parts) they leave what the nearest voxel allows; then that one counts.
double Depths::at(index_t cell, const Vector3& middle, bool inside, const Facet*& under) const {
    const View first = seen_from(middle, nearest_to(cell));
    View start = first;
    if (under != nullptr) {
        const View before = seen_from(middle, *under);
        if (before.away < first.away) start = before;
    }
    const View best = first.apart == 0.0 ? first : descended(middle, start);
    under = best.facet;
    if (first.apart == 0.0) return -std::clamp(first.over, -reach_, reach_);
    const double apart = std::sqrt(first.apart);
    double distance = std::sqrt(best.away);
    if (distance < apart - reach_ || distance > apart + reach_)
        distance = std::max(0.0, apart + (inside ? -1.0 : 1.0) * first.facet->height);
    return inside ? distance : -distance;
}

}  // namespace

std::vector<double> depth_below_surface(const Domain& domain) {
    const Grid& grid = domain.grid;
    const Shares shares(domain);
    std::vector<Facet> facets;
    std::vector<index_t> seeds(domain.tumour_share.size(), -1);
    for (index_t k = 0; k < grid.nz; ++k)
        for (index_t j = 0; j < grid.ny; ++j)
            for (index_t i = 0; i < grid.nx; ++i) {
                if (!shares.on_surface({i, j, k})) continue;
                seeds[static_cast<std::size_t>(grid.index(i, j, k))] =
                    static_cast<index_t>(facets.size());
                facets.push_back(shares.facet({i, j, k}));
            }
    if (facets.empty())
        throw InputError(Diagnostic{{},
                                    "the domain shows no surface of the tumour",
                                    "tumour and other tissue beside each other",
                                    "a larger margin"});
    const NearestFacet map(grid, std::move(seeds));
    const Depths depths(grid, facets, map.nearest());
    std::vector<double> depth;
    depth.reserve(domain.tumour_share.size());
    const Facet* under = nullptr;
    for (index_t k = 0; k < grid.nz; ++k)
        for (index_t j = 0; j < grid.ny; ++j)
            for (index_t i = 0; i < grid.nx; ++i)
                depth.push_back(depths.at(grid.index(i, j, k), grid.centre(i, j, k),
                                          shares.inside({i, j, k}), under));
    return depth;
}

}  // namespace caravel::tissue
