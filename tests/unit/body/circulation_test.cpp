#include "caravel/body/circulation.hpp"
#include "caravel/base/unit.hpp"
#include "example_body.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::body {
namespace {

using test::message_of;

double litres_per_hour(double flow) { return to_si(flow, parse_unit("L/h")); }

/// Lung, liver with gut upstream, kidney.
std::vector<FlowEdge> small_body() {
    std::vector<FlowEdge> edges{{"venous", "lung", 10.0},    {"lung", "arterial", 10.0},
                                {"arterial", "liver", 1.0},  {"arterial", "gut", 5.0},
                                {"gut", "liver", 5.0},       {"liver", "venous", 6.0},
                                {"arterial", "kidney", 4.0}, {"kidney", "venous", 4.0}};
    for (auto& edge : edges) edge.flow = litres_per_hour(edge.flow);
    return edges;
}

TEST(Circulation, AClosedCircuitPasses) {
    const auto edges = small_body();
    EXPECT_NO_THROW(check_flow_balance(edges));
    EXPECT_NEAR(inflow(edges, "liver"), litres_per_hour(6.0), 1e-18);
    EXPECT_NEAR(outflow(edges, "arterial"), litres_per_hour(10.0), 1e-18);
}

TEST(Circulation, ThePortalDefectOfPeersIsRefusedByName) {
    // The liver returns its arterial flow only: what gut and spleen bring in never leaves.
    auto edges = small_body();
    edges[5].flow = litres_per_hour(1.0);
    EXPECT_EQ(message_of([&] { check_flow_balance(edges); }),
              "blood flows do not close at liver: 6 L/h flow in, 1 L/h flow out, "
              "expected inflow = outflow in every organ\n"
              "blood flows do not close at venous: 5 L/h flow in, 10 L/h flow out, "
              "expected inflow = outflow in every organ");
}

TEST(Circulation, AMissingEdgeIsRefusedByName) {
    auto edges = small_body();
    edges.pop_back();
    EXPECT_EQ(message_of([&] { check_flow_balance(edges); }),
              "blood flows do not close at kidney: 4 L/h flow in, 0 L/h flow out, "
              "expected inflow = outflow in every organ\n"
              "blood flows do not close at venous: 6 L/h flow in, 10 L/h flow out, "
              "expected inflow = outflow in every organ");
}

TEST(Circulation, ADeviationBelowTheToleranceIsRounding) {
    auto edges = small_body();
    edges[0].flow *= 1.0 + 1e-10;
    EXPECT_NO_THROW(check_flow_balance(edges));
    edges[0].flow *= 1.0 + 1e-8;
    EXPECT_THROW(check_flow_balance(edges), InputError);
    EXPECT_NO_THROW(check_flow_balance(edges, 1e-7));
}

TEST(Circulation, NegativeAndUndefinedFlowsAreRefused) {
    std::vector<FlowEdge> edges{{"a", "b", litres_per_hour(-2.0)}, {"b", "a", std::nan("")}};
    const std::string message = message_of([&] { check_flow_balance(edges); });
    EXPECT_NE(message.find("the flow from a to b is -2 L/h, expected a flow >= 0"),
              std::string::npos)
        << message;
    EXPECT_NE(message.find("the flow from b to a is nan L/h, expected a flow >= 0"),
              std::string::npos)
        << message;
}

}  // namespace
}  // namespace caravel::body
