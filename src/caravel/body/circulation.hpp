// The closed circuit of blood flows between organs.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace caravel::body {

/// Steady blood flow between two places.
struct FlowEdge {
    std::string from;
    std::string to;
    double flow = 0.0;  // m3/s
};

/// Throws InputError naming every place whose inflow differs from its outflow by more than
/// `tolerance` relative, and when the venous return differs from the cardiac output (flow into the
/// lung). Units m3/s.
void check_flow_balance(std::span<const FlowEdge> edges, double tolerance = 1e-9);

/// Sum of flows (m3/s) into a place.
double inflow(std::span<const FlowEdge> edges, const std::string& place);
/// Sum of flows (m3/s) out of a place.
double outflow(std::span<const FlowEdge> edges, const std::string& place);

}  // namespace caravel::body
