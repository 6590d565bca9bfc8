#include "caravel/tissue/vessels/network.hpp"

#include "caravel/base/unit.hpp"

#include <cmath>
#include <numbers>
#include <numeric>

namespace caravel::tissue {
namespace {

constexpr std::size_t most_diagnostics = 20;

double straight_length(const VesselNetwork& network, const VesselSegment& s) {
    const Vector3& a = network.nodes[s.from].position;
    const Vector3& b = network.nodes[s.to].position;
    return std::hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]);
}

class NetworkCheck {
  public:
    NetworkCheck(const VesselNetwork& network, const NetworkNames& names)
        : network_(network), names_(names), degree_(network.nodes.size(), 0) {}

    std::vector<Diagnostic> run() {
        if (network_.nodes.empty() || network_.segments.empty()) {
            Location where;
            if (!names_.node_places.empty()) where.file = names_.node_places.front().file;
            found_.push_back({where,
                              "a vessel network without " +
                                  std::string(network_.nodes.empty() ? "nodes" : "segments"),
                              "at least two nodes and a segment", ""});
            return found_;
        }
        for (std::size_t n = 0; n < network_.nodes.size(); ++n) check_numbers(n);
        for (std::size_t s = 0; s < network_.segments.size(); ++s) check_segment(s);
        if (!found_.empty()) return found_;
        for (std::size_t n = 0; n < network_.nodes.size(); ++n) check_ends(n);
        check_parts();
        return found_;
    }

  private:
    void complain(const Location& where, std::string what, std::string expected = "",
                  std::string hint = "") {
        if (found_.size() < most_diagnostics)
            found_.push_back({where, std::move(what), std::move(expected), std::move(hint)});
    }

    std::string node_name(std::size_t n) const {
        return "'" + (n < names_.nodes.size() ? names_.nodes[n] : std::to_string(n)) + "'";
    }
    Location node_place(std::size_t n) const {
        return n < names_.node_places.size() ? names_.node_places[n] : Location{};
    }
    Location segment_place(std::size_t s) const {
        return s < names_.segment_places.size() ? names_.segment_places[s] : Location{};
    }

    void check_numbers(std::size_t n) {
        const VesselNode& node = network_.nodes[n];
        const Vector3& x = node.position;
        if (!std::isfinite(x[0]) || !std::isfinite(x[1]) || !std::isfinite(x[2]) ||
            !std::isfinite(node.pressure.value_or(0.0)) || !std::isfinite(node.inflow))
            complain(node_place(n), "node " + node_name(n) + " has a number that is not finite",
                     "finite place, pressure and inflow");
        else if (node.pressure && node.inflow != 0.0)
            complain(node_place(n), "node " + node_name(n) + " has both pressure and inflow",
                     "one of them", "leave one empty");
    }

    void check_segment(std::size_t s) {
        const VesselSegment& segment = network_.segments[s];
        for (const std::size_t n : {segment.from, segment.to})
            if (n >= network_.nodes.size()) {
                complain(segment_place(s),
                         "segment " + std::to_string(s) + " ends at node " + std::to_string(n) +
                             ", which does not exist",
                         "a node below " + std::to_string(network_.nodes.size()));
                return;
            }
        const std::string name =
            "the segment from " + node_name(segment.from) + " to " + node_name(segment.to);
        ++degree_[segment.from];
        ++degree_[segment.to];
        if (!(segment.radius > 0.0) || !std::isfinite(segment.radius))
            complain(segment_place(s),
                     name + " has radius " + format_number(segment.radius * 1e6, 4) + " um",
                     "a positive radius");
        const double straight = straight_length(network_, segment);
        if (!std::isfinite(straight) || !std::isfinite(segment.length))
            complain(segment_place(s), name + " has no finite length");
        else if (segment.from == segment.to || !(straight > 0.0))
            complain(segment_place(s), name + " has no length", "two nodes at different places");
        else if (segment.length != 0.0 && !(segment.length >= straight * (1.0 - 1e-6)))
            complain(
                segment_place(s),
                name + " is " + format_number(segment.length * 1e6, 5) + " um long",
                "at least the way between its ends, " + format_number(straight * 1e6, 5) + " um",
                "leave length empty for a straight vessel");
    }

    void check_ends(std::size_t n) {
        const VesselNode& node = network_.nodes[n];
        if (degree_[n] == 0)
            complain(node_place(n), "node " + node_name(n) + " has no vessel", "",
                     "remove it or join it to a segment");
        else if (degree_[n] == 1 && !node.pressure && node.inflow == 0.0)
            complain(node_place(n), "loose end: one vessel ends at node " + node_name(n),
                     "a pressure or an inflow there, or a second vessel",
                     "blood cannot flow through a dead end");
    }

    /// Every connected part needs one held pressure.
    void check_parts() {
        std::vector<std::size_t> part(network_.nodes.size());
        std::iota(part.begin(), part.end(), std::size_t{0});
        const auto root = [&](std::size_t n) {
            while (part[n] != n) n = part[n] = part[part[n]];
            return n;
        };
        for (const auto& s : network_.segments) {
            const std::size_t a = root(s.from);
            const std::size_t b = root(s.to);
            part[std::max(a, b)] = std::min(a, b);
        }
        std::vector<char> held(part.size(), 0);
        for (std::size_t n = 0; n < part.size(); ++n)
            if (network_.nodes[n].pressure) held[root(n)] = 1;
        for (std::size_t n = 0; n < part.size(); ++n)
            if (root(n) == n && degree_[n] > 0 && held[n] == 0)
                complain(
                    node_place(n),
                    "the part of the network with node " + node_name(n) + " has no held pressure",
                    "a pressure at one of its nodes or more",
                    "is a segment missing that joins it to the rest?");
    }

    const VesselNetwork& network_;
    const NetworkNames& names_;
    std::vector<int> degree_;
    std::vector<Diagnostic> found_;
};

}  // namespace

double VesselNetwork::length(std::size_t segment) const {
    const VesselSegment& s = segments[segment];
    return s.length > 0.0 ? s.length : straight_length(*this, s);
}

double VesselNetwork::total_length() const {
    double sum = 0.0;
    for (std::size_t s = 0; s < segments.size(); ++s) sum += length(s);
    return sum;
}

double VesselNetwork::wall_area() const {
    double sum = 0.0;
    for (std::size_t s = 0; s < segments.size(); ++s)
        sum += 2.0 * std::numbers::pi * segments[s].radius * length(s);
    return sum;
}

double VesselNetwork::blood_volume() const {
    double sum = 0.0;
    for (std::size_t s = 0; s < segments.size(); ++s)
        sum += std::numbers::pi * segments[s].radius * segments[s].radius * length(s);
    return sum;
}

void check_network(const VesselNetwork& network, const NetworkNames& names) {
    auto found = NetworkCheck(network, names).run();
    if (!found.empty()) throw InputError(std::move(found));
}

}  // namespace caravel::tissue
