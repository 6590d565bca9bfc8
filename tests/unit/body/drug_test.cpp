#include "caravel/body/drug.hpp"
#include "example_body.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace caravel::body {
namespace {

using test::amount;

class DrugTest : public testing::Test {
  protected:
    DrugBlock make(const DrugDisposition& disposition) {
        DrugBlock drug(model_, body_, disposition, 0.5, 1e-6);
        drug.add_reactions(model_, body_, test::rest_flow(body_));
        return drug;
    }
    std::vector<double> nothing() const { return std::vector<double>(model_.initial()); }

    Physiology body_ = test::reference_mouse();
    kinetics::KineticModel model_;
};

TEST_F(DrugTest, PlasmaEquivalentIsTissueTimesPartitionPlusBloodTimesRatio) {
    const DrugBlock drug = make(test::inert_drug());
    Organ organ;
    organ.name = "liver";
    organ.volume = 2e-6;
    organ.vascular_fraction = 0.25;
    EXPECT_DOUBLE_EQ(drug.plasma_equivalent(organ), 1.5e-6 * 40.0 + 0.5e-6 * 0.8);
    organ.name = "muscle";
    EXPECT_DOUBLE_EQ(drug.plasma_equivalent(organ), 1.5e-6 * 2.0 + 0.5e-6 * 0.8);
}

TEST_F(DrugTest, ArterialBloodLeavesWithTheWholeCardiacOutput) {
    const DrugBlock drug = make(test::inert_drug());
    auto y = nothing();
    amount(y, drug.pool("arterial")) = 1.0;
    const auto rates = test::rates_at(model_, y);
    const double out = body_.cardiac_output / body_.arterial_volume;
    EXPECT_NEAR(amount(rates, drug.pool("arterial")), -out, 1e-12 * out);
    for (const auto& organ : body_.organs) {
        const double in = organ.name == "lung" ? 0.0 : organ.arterial_flow / body_.arterial_volume;
        EXPECT_NEAR(amount(rates, drug.pool(organ.name)), in, 1e-12 * out) << organ.name;
    }
}

TEST_F(DrugTest, GutAndSpleenDrainIntoTheLiverAndTheLiverIntoTheVein) {
    const DrugBlock drug = make(test::inert_drug());
    for (const char* organ : {"gut", "spleen"}) {
        auto y = nothing();
        amount(y, drug.pool(organ)) = 1.0;
        const auto rates = test::rates_at(model_, y);
        EXPECT_GT(amount(rates, drug.pool("liver")), 0.0);
        EXPECT_EQ(amount(rates, drug.pool("venous")), 0.0);
    }
    auto y = nothing();
    const Organ& liver = body_.organ("liver");
    amount(y, drug.pool("liver")) = drug.plasma_equivalent(liver);  // 1 mol/m3 in plasma
    EXPECT_NEAR(amount(test::rates_at(model_, y), drug.pool("venous")), 0.8 * liver.total_flow,
                1e-12 * liver.total_flow);
}

TEST_F(DrugTest, ClearancesActOnThePlasmaConcentrationOfTheirPlace) {
    DrugDisposition disposition = test::inert_drug();
    disposition.hepatic_clearance = 3e-6;  // m3/s/kg liver
    disposition.renal_clearance = 2e-7;    // m3/s/kg body
    disposition.plasma_clearance = 5e-7;
    const DrugBlock drug = make(disposition);
    auto y = nothing();
    // 4 mol/m3 in the plasma of kidney, liver and large vessels
    amount(y, drug.pool("kidney")) = 4.0 * drug.plasma_equivalent(body_.organ("kidney"));
    amount(y, drug.pool("liver")) = 4.0 * drug.plasma_equivalent(body_.organ("liver"));
    amount(y, drug.pool("arterial")) = 4.0 * 0.8 * body_.arterial_volume;
    amount(y, drug.pool("venous")) = 4.0 * 0.8 * body_.venous_volume;
    const auto rates = test::rates_at(model_, y);
    const double renal = 4.0 * 2e-7 * 0.028;
    EXPECT_NEAR(amount(rates, drug.pool("urine")), renal, 1e-12 * renal);
    const double liver_mass = 0.06867 * 0.028;  // 1 kg/L
    const double metabolised = 4.0 * (3e-6 * liver_mass + 5e-7 * 0.028);
    EXPECT_NEAR(amount(rates, drug.pool("metabolised")), metabolised, 1e-12 * metabolised);
}

TEST_F(DrugTest, HepaticClearanceIsHalvedAtItsMichaelisConstant) {
    DrugDisposition disposition = test::inert_drug();
    disposition.hepatic_clearance = 3e-6;
    disposition.hepatic_saturation = 0.25;  // kg/m3, with 0.5 kg/mol: 0.5 mol/m3
    const DrugBlock drug = make(disposition);
    auto y = nothing();
    amount(y, drug.pool("liver")) = 0.5 * drug.plasma_equivalent(body_.organ("liver"));
    const double full = 0.5 * 3e-6 * 0.06867 * 0.028;
    EXPECT_NEAR(amount(test::rates_at(model_, y), drug.pool("metabolised")), 0.5 * full,
                1e-12 * full);
}

TEST_F(DrugTest, EveryReactionConservesTheDrug) {
    DrugDisposition disposition = test::inert_drug();
    disposition.hepatic_clearance = 3e-6;
    disposition.renal_clearance = 2e-7;
    disposition.plasma_clearance = 5e-7;
    disposition.cell_pool_rate = 1e-5;
    disposition.cell_pool_half = 0.1;
    disposition.cell_pool_volume = 2e-4;
    const DrugBlock drug = make(disposition);
    EXPECT_NO_THROW(model_.check_conservation());
    EXPECT_TRUE(drug.has_pool("liver.cells"));
    EXPECT_FALSE(drug.has_pool("brain.cells"));
}

TEST_F(DrugTest, CellPoolsHoldTheConcentrationOfPlasmaAtRest) {
    DrugDisposition disposition = test::inert_drug();
    disposition.cell_pool_rate = 1e-5;
    disposition.cell_pool_half = 0.1;
    disposition.cell_pool_volume = 2e-4;
    const DrugBlock drug = make(disposition);
    auto y = nothing();
    const Organ& muscle = body_.organ("muscle");
    const double space = 2e-4 * muscle.volume * 1000.0;
    amount(y, drug.pool("muscle")) = 0.3 * drug.plasma_equivalent(muscle);
    amount(y, drug.pool("muscle.cells")) = 0.3 * space;
    const double uptake = 1e-5 * muscle.volume * 1000.0 / 0.5;  // mol/s when saturated
    EXPECT_NEAR(amount(test::rates_at(model_, y), drug.pool("muscle.cells")), 0.0, 1e-12 * uptake);
    // empty cells: rate c/(half + c) = 0.15/(0.1 + 0.15) of the largest one
    amount(y, drug.pool("muscle.cells")) = 0.0;
    EXPECT_NEAR(amount(test::rates_at(model_, y), drug.pool("muscle.cells")), 0.6 * uptake,
                1e-12 * uptake);
}

TEST_F(DrugTest, AnUnknownPlaceIsRefusedByName) {
    const DrugBlock drug = make(test::inert_drug());
    try {
        drug.pool("tail");
        FAIL() << "accepted";
    } catch (const std::invalid_argument& error) {
        EXPECT_STREQ(error.what(), "no pool of probe at tail");
    }
}

TEST(RestFlow, ShrinksByWhatTumoursTakeAndHasNoFactorWithoutTumours) {
    Organ rest;
    rest.name = "rest";
    EXPECT_TRUE(RestFlow{}.through(rest).factors.empty());
    const OrganFlow flow = RestFlow{2.0, {0}}.through(rest);
    EXPECT_EQ(flow.arterial, 2.0);
    EXPECT_EQ(flow.total, 2.0);
    ASSERT_EQ(flow.factors.size(), 1U);
    EXPECT_EQ(flow.factors[0].shape, kinetics::Shape::capacity);
    EXPECT_EQ(flow.factors[0].a, 2.0);
}

TEST(RestFlow, LeavesTheFlowOfOtherOrgansAlone) {
    Organ liver;
    liver.name = "liver";
    liver.arterial_flow = 0.25;
    liver.total_flow = 1.0;
    const OrganFlow flow = RestFlow{2.0, {0}}.through(liver);
    EXPECT_EQ(flow.arterial, 0.25);
    EXPECT_EQ(flow.total, 1.0);
    EXPECT_TRUE(flow.factors.empty());
}

}  // namespace
}  // namespace caravel::body
