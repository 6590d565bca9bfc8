#include "caravel/tissue/vessels/network_map.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace caravel::tissue {
namespace {

constexpr double on_face = 1e-9;  // of a voxel: a vessel along the grid's face lies inside

/// Capillary length (m) that blood has passed, flow-weighted mean per node, and the share of it
/// that has passed none; upstream, or downstream when blood is followed backwards.
struct Passed {
    std::vector<double> length;
    std::vector<double> untouched;
};

class PerfusionPaths {
  public:
    PerfusionPaths(const VesselNetwork& network, const NetworkFlow& flow,
                   const std::vector<double>& capillary)
        : network_(network), flow_(flow), capillary_(capillary), order_(network.nodes.size()) {
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
            return flow.pressure[a] > flow.pressure[b];
        });
        rank_.resize(order_.size());
        for (std::size_t i = 0; i < order_.size(); ++i) rank_[order_[i]] = i;
        leaving_.resize(order_.size());
        arriving_.resize(order_.size());
        for (std::size_t s = 0; s < network.segments.size(); ++s) {
            leaving_[start(s, false)].push_back(s);
            arriving_[start(s, true)].push_back(s);
        }
    }

    /// The end where a segment's blood comes from (backwards: where it goes).
    std::size_t start(std::size_t s, bool backwards) const {
        const VesselSegment& segment = network_.segments[s];
        return (rank_[segment.from] < rank_[segment.to]) != backwards ? segment.from : segment.to;
    }

    Passed follow(bool backwards) const {
        const std::size_t n = order_.size();
        Passed passed{std::vector<double>(n, 0.0), std::vector<double>(n, 0.0)};
        std::vector<double> blood(n, 0.0);
        for (std::size_t i = 0; i < n; ++i) {
            const std::size_t node = order_[backwards ? n - 1 - i : i];
            const double sign = backwards ? -1.0 : 1.0;
            const double entering = std::max(0.0, sign * flow_.boundary_flow[node]);
            blood[node] += entering;
            passed.untouched[node] += entering;
            if (blood[node] > 0.0) {
                passed.length[node] /= blood[node];
                passed.untouched[node] /= blood[node];
            }
            for (const std::size_t s : (backwards ? arriving_ : leaving_)[node]) {
                const double q = std::abs(flow_.flow[s]);
                const std::size_t next = start(s, !backwards);
                blood[next] += q;
                passed.length[next] += q * (passed.length[node] + capillary_[s]);
                if (capillary_[s] == 0.0) passed.untouched[next] += q * passed.untouched[node];
            }
        }
        return passed;
    }

  private:
    const VesselNetwork& network_;
    const NetworkFlow& flow_;
    const std::vector<double>& capillary_;
    std::vector<std::size_t> order_;
    std::vector<std::size_t> rank_;
    std::vector<std::vector<std::size_t>> leaving_;
    std::vector<std::vector<std::size_t>> arriving_;
};

/// Length of every capillary (m), 0 for wider vessels; when all are wide, of every vessel.
std::vector<double> capillary_lengths(const VesselNetwork& network, double radius) {
    std::vector<double> result(network.segments.size(), 0.0);
    bool any = false;
    for (const auto& s : network.segments) any = any || s.radius <= radius;
    for (std::size_t s = 0; s < result.size(); ++s)
        if (!any || network.segments[s].radius <= radius) result[s] = network.length(s);
    return result;
}

/// Distances along the line (0 to 1) at which it crosses faces of voxels along one axis.
void add_crossings(double a, double b, double origin, double spacing, index_t n,
                   std::vector<double>& cuts) {
    if (a == b) return;
    const double low = std::min(a, b);
    const double high = std::max(a, b);
    const double last = static_cast<double>(n);
    const double from = std::clamp(std::floor((low - origin) / spacing), 0.0, last);
    const double to = std::clamp(std::ceil((high - origin) / spacing), 0.0, last);
    for (double i = from; i <= to; i += 1.0) {
        const double t = (origin + i * spacing - a) / (b - a);
        if (t > 0.0 && t < 1.0) cuts.push_back(t);
    }
}

/// Pressure (Pa) at a place (0 to 1) of a segment.
double pressure_at(const VesselNetwork& network, const NetworkFlow& flow, std::size_t s, double t) {
    const VesselSegment& segment = network.segments[s];
    return (1.0 - t) * flow.pressure[segment.from] + t * flow.pressure[segment.to];
}

/// Adds one segment; pressures are weighted by wall until all are in.
void deposit(const Grid& grid, const VesselNetwork& network, const NetworkFlow& flow, std::size_t s,
             double perfusion, NetworkMap& result) {
    const VesselSegment& segment = network.segments[s];
    const double length = network.length(s);
    const double per_volume = 1.0 / grid.cell_volume();
    for (const auto& piece : clip_segment(grid, network.nodes[segment.from].position,
                                          network.nodes[segment.to].position)) {
        if (!piece.inside) continue;
        const double share = piece.end - piece.begin;
        const double wall = 2.0 * std::numbers::pi * segment.radius * length * share;
        const double blood = 0.5 * segment.radius * wall;
        const double middle = 0.5 * (piece.begin + piece.end);
        VascularMap& map = result.map;
        result.wall_inside += wall;
        result.blood_inside += blood;
        map.surface_density[piece.voxel] += wall * per_volume;
        map.blood_fraction[piece.voxel] += blood * per_volume;
        map.perfusion[piece.voxel] += perfusion * share * per_volume;
        map.pressure[piece.voxel] += wall * per_volume * pressure_at(network, flow, s, middle);
    }
}

}  // namespace

std::vector<SegmentPiece> clip_segment(const Grid& grid, const Vector3& a, const Vector3& b) {
    const std::array<index_t, 3> n{grid.nx, grid.ny, grid.nz};
    std::vector<double> cuts;
    for (std::size_t axis = 0; axis < 3; ++axis)
        add_crossings(a[axis], b[axis], grid.origin[axis], grid.spacing[axis], n[axis], cuts);
    std::sort(cuts.begin(), cuts.end());
    cuts.push_back(1.0);
    std::vector<SegmentPiece> pieces;
    double begin = 0.0;
    for (const double end : cuts) {
        if (!(end > begin)) continue;
        const double middle = 0.5 * (begin + end);
        std::array<index_t, 3> at{};
        bool inside = true;
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const double x = a[axis] + middle * (b[axis] - a[axis]);
            const double place = (x - grid.origin[axis]) / grid.spacing[axis];
            const auto last = static_cast<double>(n[axis]);
            inside = inside && place >= -on_face && place <= last + on_face;
            const double nearest = std::clamp(std::floor(place), 0.0, last - 1.0);
            at[axis] = static_cast<index_t>(nearest);
        }
        pieces.push_back(
            {static_cast<std::size_t>(grid.index(at[0], at[1], at[2])), inside, begin, end});
        begin = end;
    }
    return pieces;
}

std::vector<double> segment_perfusion(const VesselNetwork& network, const NetworkFlow& flow,
                                      double capillary_radius, double& shunted) {
    const auto capillary = capillary_lengths(network, capillary_radius);
    const PerfusionPaths paths(network, flow, capillary);
    const Passed up = paths.follow(false);
    const Passed down = paths.follow(true);
    std::vector<double> result(network.segments.size(), 0.0);
    double sum = 0.0;
    for (std::size_t s = 0; s < result.size(); ++s) {
        if (capillary[s] == 0.0) continue;
        const double way =
            up.length[paths.start(s, false)] + capillary[s] + down.length[paths.start(s, true)];
        result[s] = std::abs(flow.flow[s]) * capillary[s] / way;
        sum += result[s];
    }
    shunted = 0.0;
    for (std::size_t n = 0; n < network.nodes.size(); ++n)
        shunted += std::max(0.0, -flow.boundary_flow[n]) * up.untouched[n];
    // ways of unlike length make the shares add to nearly, not exactly, the blood that passes
    const double scale = sum > 0.0 ? std::max(0.0, flow.total_inflow - shunted) / sum : 0.0;
    for (double& q : result) q *= scale;
    return result;
}

NetworkMap map_network(const Grid& grid, const VesselNetwork& network, const NetworkFlow& flow,
                       const NetworkMapOptions& options) {
    NearestVessel nearest = nearest_vessels(grid, network);
    NetworkMap result;
    const auto perfusion =
        segment_perfusion(network, flow, options.capillary_radius, result.shunted);
    result.perfusing = flow.total_inflow - result.shunted;
    VascularMap& map = result.map;
    for (auto* field : {&map.surface_density, &map.blood_fraction, &map.perfusion, &map.pressure})
        field->assign(nearest.distance.size(), 0.0);
    for (std::size_t s = 0; s < network.segments.size(); ++s)
        deposit(grid, network, flow, s, perfusion[s], result);
    for (std::size_t v = 0; v < map.pressure.size(); ++v)
        map.pressure[v] = map.surface_density[v] > 0.0
                              ? map.pressure[v] / map.surface_density[v]
                              : pressure_at(network, flow, nearest.segment[v], nearest.place[v]);
    result.distance = std::move(nearest.distance);
    return result;
}

}  // namespace caravel::tissue
