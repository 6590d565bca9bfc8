#include "caravel/body/circulation.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace caravel::body {
namespace {

std::string litres_per_hour(double flow) { return format_number(from_si(flow, "L/h"), 6) + " L/h"; }

}  // namespace

double inflow(std::span<const FlowEdge> edges, const std::string& place) {
    double sum = 0.0;
    for (const auto& edge : edges)
        if (edge.to == place) sum += edge.flow;
    return sum;
}

double outflow(std::span<const FlowEdge> edges, const std::string& place) {
    double sum = 0.0;
    for (const auto& edge : edges)
        if (edge.from == place) sum += edge.flow;
    return sum;
}

void check_flow_balance(std::span<const FlowEdge> edges, double tolerance) {
    std::set<std::string> places;
    std::vector<Diagnostic> mistakes;
    for (const auto& edge : edges) {
        places.insert(edge.from);
        places.insert(edge.to);
        if (!(edge.flow >= 0.0) || !std::isfinite(edge.flow))
            mistakes.push_back({{},
                                "the flow from " + edge.from + " to " + edge.to + " is " +
                                    litres_per_hour(edge.flow),
                                "a flow >= 0",
                                ""});
    }
    for (const auto& place : places) {
        const double in = inflow(edges, place);
        const double out = outflow(edges, place);
        if (std::abs(in - out) > tolerance * std::max(in, out))
            mistakes.push_back({{},
                                "blood flows do not close at " + place + ": " +
                                    litres_per_hour(in) + " flow in, " + litres_per_hour(out) +
                                    " flow out",
                                "inflow = outflow in every organ",
                                ""});
    }
    if (!mistakes.empty()) throw InputError(std::move(mistakes));
}

}  // namespace caravel::body
