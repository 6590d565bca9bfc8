#include "caravel/tissue/vessels/network_file.hpp"

#include "caravel/base/error.hpp"

#include <gtest/gtest.h>

namespace caravel::tissue {
namespace {

const std::string good = R"(# a vessel in two parts
[nodes]
id, x [um], y [um], z [um], pressure [mm[Hg]], inflow [nL/min]
in, 0, 0, 0, 25,
middle, 100, 0, 0
out, 100, 50, 0, , -0.6

[segments]
from, to, radius [um], length [um]
in, middle, 4, 120
middle, out, 3.5
)";

std::string replaced(const std::string& old, const std::string& by) {
    std::string text = good;
    text.replace(text.find(old), old.size(), by);
    return text;
}

std::string complaint(const std::string& text) {
    try {
        parse_network(text, "graph.csv");
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(NetworkFile, ReadsUnitsAndEmptyCells) {
    const VesselNetwork n = parse_network(good, "graph.csv");
    ASSERT_EQ(n.nodes.size(), 3u);
    ASSERT_EQ(n.segments.size(), 2u);
    EXPECT_NEAR(*n.nodes[0].pressure, 25 * 133.322, 0.02);
    EXPECT_FALSE(n.nodes[1].pressure.has_value());
    EXPECT_NEAR(n.nodes[1].position[0], 1e-4, 1e-18);
    EXPECT_NEAR(n.nodes[2].inflow, -1e-14, 1e-26);  // 0.6 nL/min
    EXPECT_NEAR(n.segments[1].radius, 3.5e-6, 1e-20);
    EXPECT_NEAR(n.length(0), 120e-6, 1e-18);
    EXPECT_NEAR(n.length(1), 50e-6, 1e-18);
}

TEST(NetworkFile, ReadsBackWhatItWrites) {
    const VesselNetwork n = parse_network(good, "graph.csv");
    const std::string text = write_network(n);
    const VesselNetwork again = parse_network(text, "again.csv");
    EXPECT_EQ(write_network(again), text);
    EXPECT_EQ(again.nodes[2].inflow, n.nodes[2].inflow);
    EXPECT_EQ(again.segments[1].radius, n.segments[1].radius);
}

TEST(NetworkFile, AcceptsSectionsInAnyOrderAndWindowsLines) {
    EXPECT_NO_THROW(
        parse_network("[segments]\r\nfrom,to,radius [um]\r\na,b,4\r\n[nodes]\r\nid,x [mm],y [mm],z "
                      "[mm],pressure [Pa]\r\na,0,0,0,10\r\nb,1,0,0,0\r\n",
                      "graph.csv"));
}

TEST(NetworkFile, NamesFileAndLineOfEveryMistake) {
    struct Case {
        std::string text;
        std::string message;
    };
    const std::vector<Case> cases{
        {replaced("out, 100, 50", "middle, 100, 50"),
         "graph.csv:6:1: node 'middle' is given twice"},
        {replaced("middle, out", "middle, aut"), "graph.csv:11:2: there is no node 'aut'"},
        {replaced("25,", ","), "graph.csv:4: loose end: one vessel ends at node 'in'"},
        {replaced("100, 50, 0", "100, 0, 0"),
         "graph.csv:11: the segment from 'middle' to 'out' has no length"},
        {replaced("3.5", "-3.5"),
         "graph.csv:11: the segment from 'middle' to 'out' has radius -3.5 um"},
        {replaced("120", "20"), "graph.csv:10: the segment from 'in' to 'middle' is 20 um long"},
        {replaced("120", "-120"), "graph.csv:10: a vessel of length"},
        {replaced("3.5", "four"), "graph.csv:11:3: radius [um] is \" four\""},
        {replaced("radius [um]", "radius"), "column 'radius' has no fitting unit"},
        {replaced("radius [um]", "radius [mg]"), "column 'radius [mg]' has no fitting unit"},
        {replaced("radius [um]", "radios [um]"), "did you mean 'radius'"},
        {replaced("[segments]", "[segment]"), "graph.csv:8:1: unknown section '[segment]'"},
        {replaced("# a vessel", "a vessel"), "graph.csv:1:1: text before the first section"},
        {replaced("out, 100, 50, 0, , -0.6", ", 100, 50, 0, , -0.6"),
         "graph.csv:6:1: a node without id"},
        {replaced("25,", "25, 1"), "graph.csv:4: node 'in' has both pressure and inflow"},
        {good + "[nodes]\n", "graph.csv:12:1: section [nodes] is given twice"},
        {replaced("25,", "1e999,"), "graph.csv:4:5: pressure"},
        {"", "there is no section [nodes]"},
        {"[nodes]\n[segments]\n", "section [nodes] is empty"},
        {replaced("middle, out, 3.5", "middle, out, 3.5, 60, 7"),
         "graph.csv:11: this row has 5 cells"},
    };
    for (const Case& c : cases)
        EXPECT_NE(complaint(c.text).find(c.message), std::string::npos)
            << "expected: " << c.message << "\nfound: " << complaint(c.text);
}

TEST(NetworkFile, NamesAPartWithoutPressure) {
    const std::string text =
        replaced("out, 100, 50, 0, , -0.6",
                 "out, 100, 50, 0, 10\nx, 0, 500, 0, , 1\ny, 9, 500, 0, , -1") +
        "x, y, 4\n";
    EXPECT_NE(complaint(text).find("graph.csv:7: the part of the network with node 'x'"),
              std::string::npos)
        << complaint(text);
}

TEST(NetworkFile, SaysWhenAFileIsMissing) {
    EXPECT_THROW(read_network("/nowhere/graph.csv"), IoError);
}

}  // namespace
}  // namespace caravel::tissue
