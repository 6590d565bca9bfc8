// An explicit network of vessels: nodes in space joined by cylinders.
#pragma once

#include "caravel/base/error.hpp"
#include "caravel/base/grid.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace caravel::tissue {

/// A junction, or an end where blood enters or leaves.
struct VesselNode {
    Vector3 position{};                // m
    std::optional<double> pressure{};  // Pa, held here
    double inflow =
        0.0;  // m3/s of blood that enters here (leaves: negative); no held pressure then
};

/// A cylinder between two nodes, drawn straight.
struct VesselSegment {
    std::size_t from = 0;
    std::size_t to = 0;
    double radius = 0.0;  // m
    double length = 0.0;  // m along a winding vessel; 0: straight
};

struct VesselNetwork {
    std::vector<VesselNode> nodes;
    std::vector<VesselSegment> segments;

    /// Length (m) of a segment along the vessel.
    double length(std::size_t segment) const;
    double total_length() const;  // m
    double wall_area() const;     // m2
    double blood_volume() const;  // m3
};

/// How nodes and segments are called in messages, and where they stand; empty: by number.
struct NetworkNames {
    std::vector<std::string> nodes;
    std::vector<Location> node_places;
    std::vector<Location> segment_places;
};

/// Throws InputError with everything that keeps blood from flowing (at most 20): numbers that are
/// not finite, radii that are not positive, segments without length or shorter than the way between
/// their ends, unknown nodes, nodes without vessels, loose ends, parts without a held pressure.
void check_network(const VesselNetwork& network, const NetworkNames& names = {});

}  // namespace caravel::tissue
