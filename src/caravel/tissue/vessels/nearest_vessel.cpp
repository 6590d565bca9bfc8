#include "caravel/tissue/vessels/network_map.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace caravel::tissue {
namespace {

/// The nearest vessel found so far.
struct Best {
    double distance = std::numeric_limits<double>::infinity();  // m, negative within the vessel
    std::size_t segment = 0;
    double place = 0.0;
};

/// Takes segment s if its wall is nearer to x.
void consider(const VesselNetwork& network, const Vector3& x, std::size_t s, Best& best) {
    const VesselSegment& segment = network.segments[s];
    const Vector3& a = network.nodes[segment.from].position;
    const Vector3& b = network.nodes[segment.to].position;
    double along = 0.0;
    double square = 0.0;
    for (std::size_t i = 0; i < 3; ++i) {
        along += (x[i] - a[i]) * (b[i] - a[i]);
        square += (b[i] - a[i]) * (b[i] - a[i]);
    }
    const double t = square > 0.0 ? std::clamp(along / square, 0.0, 1.0) : 0.0;
    double away = 0.0;
    for (std::size_t i = 0; i < 3; ++i) {
        const double d = x[i] - a[i] - t * (b[i] - a[i]);
        away += d * d;
    }
    const double distance = std::sqrt(away) - segment.radius;
    if (distance < best.distance || (distance == best.distance && s < best.segment))
        best = {distance, s, t};
}

/// Segments of like radius by the coarse cells they pass.
class SegmentBins {
  public:
    SegmentBins(const Grid& grid, const VesselNetwork& network,
                const std::vector<std::size_t>& members)
        : network_(network) {
        const std::array<index_t, 3> n{grid.nx, grid.ny, grid.nz};
        double volume = 1.0;
        double voxel = 0.0;
        Vector3 size{};
        for (std::size_t a = 0; a < 3; ++a) {
            size[a] = static_cast<double>(n[a]) * grid.spacing[a];
            volume *= size[a];
            voxel = std::max(voxel, grid.spacing[a]);
        }
        const auto segments = static_cast<double>(members.size());
        const double wanted = std::max(voxel, std::cbrt(volume / segments));
        std::array<index_t, 3> bins{};
        width_ = 1e300;
        for (std::size_t a = 0; a < 3; ++a) {
            bins[a] = std::max<index_t>(1, static_cast<index_t>(size[a] / wanted));
            bins_.spacing[a] = size[a] / static_cast<double>(bins[a]);
            width_ = std::min(width_, bins_.spacing[a]);
        }
        bins_.nx = bins[0];
        bins_.ny = bins[1];
        bins_.nz = bins[2];
        bins_.origin = grid.origin;
        fill(members);
    }

    /// Improves on the nearest vessel of x.
    void find(const Vector3& x, Best& best) const {
        const std::array<index_t, 3> n{bins_.nx, bins_.ny, bins_.nz};
        std::array<index_t, 3> at{};
        for (std::size_t a = 0; a < 3; ++a)
            at[a] = std::clamp<index_t>(
                static_cast<index_t>((x[a] - bins_.origin[a]) / bins_.spacing[a]), 0, n[a] - 1);
        const index_t last = std::max({n[0], n[1], n[2]});
        for (index_t ring = 0; ring <= last; ++ring) {
            if (static_cast<double>(ring - 1) * width_ - widest_ > best.distance) break;
            visit_ring(at, ring, [&](index_t i, index_t j, index_t k) {
                const auto bin = static_cast<std::size_t>(bins_.index(i, j, k));
                if (first_[bin] == first_[bin + 1]) return;
                const double reach = std::max(0.0, best.distance + widest_);
                if (squared_distance_to_bin(x, {i, j, k}) > reach * reach) return;
                for (std::size_t m = first_[bin]; m < first_[bin + 1]; ++m)
                    consider(network_, x, segments_[m], best);
            });
        }
    }

  private:
    void fill(const std::vector<std::size_t>& members) {
        std::vector<std::vector<std::size_t>> lists(static_cast<std::size_t>(bins_.cell_count()));
        for (const std::size_t s : members) {
            const VesselSegment& segment = network_.segments[s];
            widest_ = std::max(widest_, segment.radius);
            for (const auto& piece : clip_segment(bins_, network_.nodes[segment.from].position,
                                                  network_.nodes[segment.to].position))
                if (lists[piece.voxel].empty() || lists[piece.voxel].back() != s)
                    lists[piece.voxel].push_back(s);
        }
        first_.push_back(0);
        for (const auto& list : lists) {
            segments_.insert(segments_.end(), list.begin(), list.end());
            first_.push_back(segments_.size());
        }
    }

    /// Cells whose largest offset from `at` along an axis is `ring`.
    template <class Action>
    void visit_ring(const std::array<index_t, 3>& at, index_t ring, const Action& action) const {
        for (index_t k = std::max<index_t>(0, at[2] - ring);
             k <= std::min(bins_.nz - 1, at[2] + ring); ++k)
            for (index_t j = std::max<index_t>(0, at[1] - ring);
                 j <= std::min(bins_.ny - 1, at[1] + ring); ++j) {
                const bool face = std::abs(k - at[2]) == ring || std::abs(j - at[1]) == ring;
                const index_t step = face || ring == 0 ? 1 : 2 * ring;
                for (index_t i = at[0] - ring; i <= at[0] + ring; i += step)
                    if (i >= 0 && i < bins_.nx) action(i, j, k);
            }
    }

    double squared_distance_to_bin(const Vector3& x, const std::array<index_t, 3>& at) const {
        double square = 0.0;
        for (std::size_t a = 0; a < 3; ++a) {
            const double low = bins_.origin[a] + static_cast<double>(at[a]) * bins_.spacing[a];
            const double off = std::max({0.0, low - x[a], x[a] - low - bins_.spacing[a]});
            square += off * off;
        }
        return square * (1.0 - 1e-12);  // rounding must not hide a vessel on a bin's face
    }

    const VesselNetwork& network_;
    Grid bins_;
    double width_ = 0.0;   // m, narrowest side of a bin
    double widest_ = 0.0;  // m, largest radius
    std::vector<std::size_t> first_;
    std::vector<std::size_t> segments_;
};

/// One set of bins per octave of radius: a wide vessel must not widen the search for thin ones.
std::vector<SegmentBins> bins_by_radius(const Grid& grid, const VesselNetwork& network) {
    std::map<int, std::vector<std::size_t>> octaves;
    for (std::size_t s = 0; s < network.segments.size(); ++s)
        octaves[std::ilogb(network.segments[s].radius)].push_back(s);
    std::vector<SegmentBins> bins;
    for (const auto& octave : octaves) bins.emplace_back(grid, network, octave.second);
    return bins;
}

}  // namespace

NearestVessel nearest_vessels(const Grid& grid, const VesselNetwork& network) {
    check_network(network);
    const auto bins = bins_by_radius(grid, network);
    const auto voxels = static_cast<std::size_t>(grid.cell_count());
    NearestVessel result{std::vector<double>(voxels), std::vector<std::size_t>(voxels),
                         std::vector<double>(voxels)};
    std::size_t v = 0;
    Best best;
    for (index_t k = 0; k < grid.nz; ++k)
        for (index_t j = 0; j < grid.ny; ++j)
            for (index_t i = 0; i < grid.nx; ++i, ++v) {
                const Vector3 x = grid.centre(i, j, k);
                const std::size_t neighbour =
                    best.segment;  // a good guess saves most of the search
                best = {};
                consider(network, x, neighbour, best);
                for (const SegmentBins& b : bins) b.find(x, best);
                result.distance[v] = std::max(0.0, best.distance);
                result.segment[v] = best.segment;
                result.place[v] = best.place;
            }
    return result;
}

}  // namespace caravel::tissue
