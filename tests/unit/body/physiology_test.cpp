#include "caravel/body/physiology.hpp"
#include "caravel/base/unit.hpp"
#include "example_body.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

namespace caravel::body {
namespace {

using test::data_folder;
using test::message_of;
using test::subject_of;

class SpeciesTest : public testing::TestWithParam<const char*> {
  protected:
    SubjectInput subject() const {
        SubjectInput s;
        s.species = GetParam();
        return s;
    }
};

TEST_P(SpeciesTest, FlowsOfTheShippedTablesClose) {
    const Physiology body = subject_of(subject());
    EXPECT_NO_THROW(check_flow_balance(body.edges, 1e-12));
    double arterial = 0.0;
    for (const auto& organ : body.organs) {
        arterial += organ.arterial_flow;
        EXPECT_GT(organ.total_flow, 0.0) << organ.name;
        EXPECT_LT(organ.vascular_fraction + organ.interstitial_fraction, 1.0) << organ.name;
    }
    EXPECT_NEAR(arterial / body.cardiac_output, 1.0, 1e-12);
    EXPECT_NEAR(inflow(body.edges, "venous") / body.cardiac_output, 1.0, 1e-12);
    EXPECT_NEAR(body.organ("lung").total_flow / body.cardiac_output, 1.0, 1e-12);
}

TEST_P(SpeciesTest, OnlyGutAndSpleenDrainIntoTheLiver) {
    const Physiology body = subject_of(subject());
    for (const auto& organ : body.organs)
        EXPECT_EQ(organ.drains_to == "liver", organ.name == "gut" || organ.name == "spleen")
            << organ.name;
    const Organ& liver = body.organ("liver");
    EXPECT_NEAR(
        liver.total_flow,
        liver.arterial_flow + body.organ("gut").arterial_flow + body.organ("spleen").arterial_flow,
        1e-12 * liver.total_flow);
    EXPECT_GT(liver.total_flow, 1.5 * liver.arterial_flow);
}

TEST_P(SpeciesTest, OrgansFitIntoTheBody) {
    const Physiology body = subject_of(subject());
    double volume = 0.0;
    for (const auto& organ : body.organs) volume += organ.volume;
    EXPECT_LT(volume * 1000.0, body.body_weight);
    EXPECT_GT(volume * 1000.0, 0.8 * body.body_weight);
    EXPECT_GT(body.blood_volume() * 1000.0, 0.05 * body.body_weight);
    EXPECT_LT(body.blood_volume() * 1000.0, 0.12 * body.body_weight);
    EXPECT_DOUBLE_EQ(body.venous_volume, 4.0 * body.arterial_volume);
}

TEST_P(SpeciesTest, AStatedFiltrationRateTakesTheTablesPlace) {
    SubjectInput stated = subject();
    stated.glomerular_filtration_rate = 3e-9;
    EXPECT_EQ(subject_of(stated).glomerular_filtration_rate, 3e-9);
    EXPECT_NE(subject_of(subject()).glomerular_filtration_rate, 3e-9);
}

TEST_P(SpeciesTest, FlowScalesWithThreeQuartersAndVolumeWithOneOfBodyWeight) {
    const Physiology one = subject_of(subject());
    SubjectInput heavy = subject();
    heavy.body_weight = 2.0 * one.body_weight;
    const Physiology two = subject_of(heavy);
    EXPECT_NEAR(std::log2(two.cardiac_output / one.cardiac_output), 0.75, 1e-12);
    EXPECT_NEAR(std::log2(two.glomerular_filtration_rate / one.glomerular_filtration_rate), 0.75,
                1e-12);
    EXPECT_NEAR(std::log2(two.body_surface_area / one.body_surface_area), 2.0 / 3.0, 1e-12);
    for (const auto& organ : one.organs) {
        EXPECT_NEAR(two.organ(organ.name).volume / organ.volume, 2.0, 1e-12) << organ.name;
        EXPECT_NEAR(std::log2(two.organ(organ.name).total_flow / organ.total_flow), 0.75, 1e-9)
            << organ.name;
    }
}

TEST_P(SpeciesTest, TumoursTakeTheirBloodFromTheRest) {
    const Physiology without = subject_of(subject());
    const double demand = 0.3 * without.organ("rest").arterial_flow;
    const std::vector<TumourDemand> tumours{{"primary", 0.75 * demand},
                                            {"metastasis", 0.25 * demand}};
    const Physiology with = subject_of(subject(), tumours);
    EXPECT_NEAR(with.organ("rest").arterial_flow / without.organ("rest").arterial_flow, 0.7, 1e-12);
    EXPECT_EQ(with.cardiac_output, without.cardiac_output);
    for (const auto& organ : without.organs) {
        if (organ.name == "rest") continue;
        EXPECT_EQ(with.organ(organ.name).arterial_flow, organ.arterial_flow) << organ.name;
    }
    EXPECT_DOUBLE_EQ(inflow(with.edges, "primary"), 0.75 * demand);
    EXPECT_NO_THROW(check_flow_balance(with.edges, 1e-12));
}

INSTANTIATE_TEST_SUITE_P(All, SpeciesTest, testing::Values("mouse", "rat", "human"));

TEST(Physiology, ReferenceMouseHasTheNumbersOfTheTable) {
    const Physiology mouse = test::reference_mouse();
    EXPECT_NEAR(from_si(mouse.cardiac_output, "L/h"), 0.6784, 1e-12);
    EXPECT_NEAR(from_si(mouse.body_weight, "g"), 28.0, 1e-12);
    EXPECT_NEAR(from_si(mouse.organ("liver").volume, "mL"), 0.06867 * 28.0, 1e-12);
    // liver 0.02761, gut 0.21887, spleen 0.02193 of the cardiac output
    EXPECT_NEAR(from_si(mouse.organ("liver").total_flow, "L/h"), 0.26841 * 0.6784, 1e-9);
    // lymph: 0.2 % of the plasma flow
    EXPECT_NEAR(from_si(mouse.organ("liver").lymph_flow, "mL/h"),
                0.002 * 268.41 * 0.6784 * (1.0 - 0.4502), 1e-6);
}

TEST(Physiology, OwnValuesReplaceTheTable) {
    SubjectInput s;
    s.cardiac_output = to_si(1.0, parse_unit("L/h"));
    s.haematocrit = 0.4;
    OrganInput liver;
    liver.organ = "liver";
    liver.volume = 2e-6;
    liver.blood_flow = 1e-9;
    s.organs.push_back(liver);
    const Physiology body = subject_of(s);
    EXPECT_EQ(body.organ("liver").volume, 2e-6);
    EXPECT_EQ(body.organ("liver").arterial_flow, 1e-9);
    EXPECT_DOUBLE_EQ(body.plasma_fraction(), 0.6);
    EXPECT_NEAR(from_si(body.organ("kidney").arterial_flow, "L/h"), 0.18365, 1e-12);
    EXPECT_NO_THROW(check_flow_balance(body.edges, 1e-12));
}

TEST(Physiology, MoreFlowThanTheHeartGivesIsRefusedWithBothNumbers) {
    SubjectInput s;
    OrganInput muscle;
    muscle.organ = "muscle";
    muscle.blood_flow = to_si(2.0, parse_unit("L/h"));
    s.organs.push_back(muscle);
    // 2 L/h + (1 - 0.23083 - 0.03401) 0.6784 L/h of the others
    EXPECT_EQ(message_of([&] { subject_of(s); }),
              "organs and tumours take 2.499 L/h of blood, more than the cardiac output of "
              "0.6784 L/h (reduce blood_flow of an organ or tumour, or give cardiac_output)");
}

TEST(Physiology, ATumourThatTakesMoreThanTheRestIsRefused) {
    const std::vector<TumourDemand> tumours{{"tumour", to_si(0.1, parse_unit("L/h"))}};
    EXPECT_EQ(message_of([&] { test::reference_mouse(tumours); }),
              "organs and tumours take 0.7553 L/h of blood, more than the cardiac output of "
              "0.6784 L/h (reduce blood_flow of an organ or tumour, or give cardiac_output)");
}

TEST(Physiology, OwnValuesWithoutEffectAreRefused) {
    SubjectInput s;
    for (const char* name : {"lung", "rest", "rest", "tumour"}) {
        OrganInput own;
        own.organ = name;
        s.organs.push_back(own);
    }
    s.organs[0].blood_flow = 1e-7;
    s.organs[1].blood_flow = 1e-7;
    EXPECT_EQ(message_of([&] { subject_of(s); }),
              "blood_flow of the lung is the cardiac output, expected cardiac_output\n"
              "blood_flow of the rest is what organs and tumours leave, expected no blood_flow\n"
              "organ 'rest' is given twice, expected once each\n"
              "the subject has no organ 'tumour'");
}

TEST(Physiology, UnknownSpeciesAndOrgansAreNamed) {
    SubjectInput s;
    s.species = "moose";
    EXPECT_NE(message_of([&] { subject_of(s); }).find("'moose'"), std::string::npos);
    EXPECT_EQ(message_of([] { test::reference_mouse().organ("tail"); }), "no organ named 'tail'");
}

TEST(Physiology, ATableWithoutThePortalVeinIsRefusedWithTheOrgansNamed) {
    const auto copy = std::filesystem::path(testing::TempDir()) / "caravel_circulation.csv";
    std::ifstream in(data_folder() / "circulation.csv");
    std::ofstream out(copy);
    for (std::string line; std::getline(in, line);)
        if (line.rfind("gut,liver", 0) != 0) out << line << "\n";
    out.close();
    matter::Library library(data_folder());
    // 0.21887 x 0.6784 L/h = 0.148481 L/h
    EXPECT_EQ(message_of([&] { make_physiology({}, {}, library, copy); }),
              "blood flows do not close at gut: 0.148481 L/h flow in, 0 L/h flow out, "
              "expected inflow = outflow in every organ\n"
              "blood flows do not close at liver: 0.0336079 L/h flow in, 0.182089 L/h flow out, "
              "expected inflow = outflow in every organ");
    std::filesystem::remove(copy);
}

}  // namespace
}  // namespace caravel::body
