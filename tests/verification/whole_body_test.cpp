// Whole-body kinetics against what must hold exactly at rest and in every moment.
#include "unit/body/example_carrier.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::body {
namespace {

using test::amount;
using test::CarrierModel;

constexpr double infusion = 3e-9;  // mol/s
constexpr double very_long = 3e8;  // s

class WholeBodyDrug : public testing::TestWithParam<const char*> {
  protected:
    WholeBodyDrug() {
        SubjectInput subject;
        subject.species = GetParam();
        body_ = test::subject_of(subject);
    }
    DrugBlock make(const DrugDisposition& disposition) {
        DrugBlock drug(model_, body_, disposition, 0.5, 1e-6);
        drug.add_reactions(model_, body_, test::rest_flow(body_));
        return drug;
    }
    /// Steady state under a constant infusion into the vein.
    std::vector<double> infused(const DrugBlock& drug) {
        model_.add_reaction({"infusion",
                             {{drug.pool("venous"), 1.0}},
                             {model_.add_coefficient("infusion", infusion), {}, {}, {}}});
        return test::integrate(model_, model_.initial(), very_long);
    }
    double plasma(const DrugBlock& drug, const std::vector<double>& y, const char* organ) const {
        return amount(y, drug.pool(organ)) / drug.plasma_equivalent(body_.organ(organ));
    }

    Physiology body_;
    kinetics::KineticModel model_;
};

TEST_P(WholeBodyDrug, PlasmaClearanceGivesInfusionOverClearance) {
    DrugDisposition disposition = test::inert_drug();
    disposition.plasma_clearance = 1e-6;
    const DrugBlock drug = make(disposition);
    const auto y = infused(drug);
    const double blood = amount(y, drug.pool("arterial")) + amount(y, drug.pool("venous"));
    const double concentration = blood / (0.8 * (body_.arterial_volume + body_.venous_volume));
    EXPECT_NEAR(concentration * 1e-6 * body_.body_weight / infusion, 1.0, 1e-8);
}

TEST_P(WholeBodyDrug, RenalClearanceGivesInfusionOverClearance) {
    DrugDisposition disposition = test::inert_drug();
    disposition.renal_clearance = 1e-6;
    const DrugBlock drug = make(disposition);
    const auto y = infused(drug);
    EXPECT_NEAR(plasma(drug, y, "kidney") * 1e-6 * body_.body_weight / infusion, 1.0, 1e-8);
}

TEST_P(WholeBodyDrug, HepaticClearanceGivesInfusionOverClearanceAndTheExtractionOfItsFlow) {
    DrugDisposition disposition = test::inert_drug();
    disposition.hepatic_clearance = 2e-5;
    const DrugBlock drug = make(disposition);
    const auto y = infused(drug);
    const Organ& liver = body_.organ("liver");
    const double clearance = 2e-5 * liver.volume * 1000.0;
    EXPECT_NEAR(plasma(drug, y, "liver") * clearance / infusion, 1.0, 1e-8);
    // Arterial and portal blood together: Q ratio c_arterial = (Q ratio + CL) c_liver
    const double arterial = amount(y, drug.pool("arterial")) / (0.8 * body_.arterial_volume);
    const double flow = 0.8 * liver.total_flow;
    EXPECT_NEAR(arterial / plasma(drug, y, "liver"), (flow + clearance) / flow, 1e-8);
    EXPECT_NEAR(plasma(drug, y, "gut") / arterial, 1.0, 1e-8);
}

TEST_P(WholeBodyDrug, SaturableHepaticClearanceGivesTheMichaelisMentenSteadyState) {
    DrugDisposition disposition = test::inert_drug();
    const double clearance = 2e-5 * body_.organ("liver").volume * 1000.0;  // m3/s, unsaturated
    disposition.hepatic_clearance = 2e-5;
    const double half = 2.5 * infusion / clearance;  // mol/m3
    disposition.hepatic_saturation = 0.5 * half;     // kg/m3
    const DrugBlock drug = make(disposition);
    const auto y = infused(drug);
    // R = CL c / (1 + c/half): with half = 2.5 R/CL, c = (R/CL) / (1 - 1/2.5)
    EXPECT_NEAR(plasma(drug, y, "liver") * clearance / infusion, 1.0 / 0.6, 1e-7);
}

TEST_P(WholeBodyDrug, VolumeOfDistributionIsBloodTimesRatioPlusTissuesTimesPartition) {
    const DrugBlock drug = make(test::inert_drug());
    std::vector<double> y(model_.initial());
    amount(y, drug.pool("venous")) = 1e-6;
    y = test::integrate(model_, y, very_long);
    double volume = 0.8 * body_.blood_volume();
    for (const auto& organ : body_.organs) {
        const double tissue = organ.volume * (1.0 - organ.vascular_fraction);
        volume += tissue * (organ.name == "liver" ? 40.0 : organ.name == "fat" ? 0.3 : 2.0);
    }
    const double plasma = amount(y, drug.pool("venous")) / (0.8 * body_.venous_volume);
    EXPECT_NEAR(1e-6 / plasma / volume, 1.0, 1e-9);
}

TEST_P(WholeBodyDrug, EveryOrgansBloodSettlesAtTheArterialConcentration) {
    // Where portal flow does not close, the liver settles at 1.55 to 6.2 times this value.
    const DrugBlock drug = make(test::inert_drug());
    std::vector<double> y(model_.initial());
    amount(y, drug.pool("venous")) = 1e-6;
    y = test::integrate(model_, y, very_long);
    const double arterial = amount(y, drug.pool("arterial")) / body_.arterial_volume;
    for (const auto& organ : body_.organs)
        EXPECT_NEAR(0.8 * plasma(drug, y, organ.name.c_str()) / arterial, 1.0, 1e-9) << organ.name;
    EXPECT_NEAR(amount(y, drug.pool("venous")) / body_.venous_volume / arterial, 1.0, 1e-9);
}

INSTANTIATE_TEST_SUITE_P(All, WholeBodyDrug, testing::Values("mouse", "rat", "human"));

/// Uptake with capacity and release, degradation, filtration and bile.
CarrierKinetics busy_carrier(const Physiology& body) {
    CarrierKinetics k = test::inert_carrier(body);
    k.renal_sieving = 0.01;
    k.biliary_clearance = 1e-11;
    for (const char* name : {"liver", "spleen"}) {
        auto& organ = k.organs[name];
        organ.uptake_clearance = 1e-9;
        organ.capacity = 2e-7;
        organ.release_rate = 1e-5;
        organ.degradation_rate = 2e-5;
    }
    return k;
}

TEST(WholeBodyCarrier, MatterIsConservedOverAllPlaces) {
    const CarrierModel m(busy_carrier(test::reference_mouse()));
    EXPECT_NO_THROW(m.model.check_conservation());
    auto y = m.injected(1e-6, 0.2);
    for (const double hours : {0.1, 1.0, 24.0, 240.0}) {
        y = test::integrate(m.model, y, hours * 3600.0, 1e-6);
        EXPECT_NEAR(m.total_carrier(y) / 1e-6, 1.0, 1e-12) << hours;
        EXPECT_NEAR(m.total_cargo(y) / 2e-7, 1.0, 1e-12) << hours;
    }
    EXPECT_GT(amount(y, m.carrier("degraded")), 1e-8);
    EXPECT_GT(amount(y, m.carrier("urine")), 1e-9);
}

TEST(WholeBodyCarrier, PayloadFollowsItsCarrierEverywhere) {
    CarrierKinetics k = busy_carrier(test::reference_mouse());
    for (auto& [name, organ] : k.organs) organ.degradation_rate = 0.0;
    const CarrierModel m(k);
    const auto y = test::integrate(m.model, m.injected(1e-6, 0.2), 6.0 * 3600.0, 1e-6);
    for (const auto& place : m.cohort.places()) {
        const double carrier = amount(y, place.species[0]);
        if (carrier < 1e-15) continue;
        EXPECT_NEAR(amount(y, place.species[1]) / carrier, 0.2, 1e-11) << place.name;
    }
    EXPECT_EQ(amount(y, m.drugs.at("cargo").pool("venous")), 0.0);
}

TEST(WholeBodyCarrier, DegradationFreesThePayloadOfExactlyTheDegradedCarrier) {
    const CarrierModel m(busy_carrier(test::reference_mouse()));
    const auto y = test::integrate(m.model, m.injected(1e-6, 0.2), 24.0 * 3600.0);
    double free = 0.0;
    for (const auto& [place, id] : m.drugs.at("cargo").pools()) free += amount(y, id);
    EXPECT_NEAR(free / amount(y, m.carrier("degraded")), 0.2, 1e-9);
}

TEST(WholeBodyCarrier, ALargeDoseFillsTheCapacityAndNoMore) {
    const Physiology body = test::reference_mouse();
    CarrierKinetics k = test::inert_carrier(body);
    k.organs["liver"].uptake_clearance = 1e-9;
    k.organs["liver"].capacity = 2e-7;
    const CarrierModel m(k);
    auto y = m.injected(1e-5, 0.0);
    for (int day = 0; day < 10; ++day) {
        y = test::integrate(m.model, y, 86400.0);
        EXPECT_LE(amount(y, m.carrier("liver.captured")), 2e-7 * (1.0 + 1e-12));
    }
    EXPECT_NEAR(amount(y, m.carrier("liver.captured")) / 2e-7, 1.0, 1e-6);
    // A dose far below the capacity is captured completely.
    const auto small = test::integrate(m.model, m.injected(1e-10, 0.0), 1e8);
    EXPECT_NEAR(amount(small, m.carrier("liver.captured")) / 1e-10, 1.0, 1e-6);
}

TEST(WholeBodyCarrier, InterstitiumSettlesWhereWallExchangeMeetsLymph) {
    const CarrierModel m(test::inert_carrier(test::reference_mouse()));
    const auto y = test::integrate(m.model, m.injected(1e-6, 0.0), very_long);
    const double plasma_fraction = m.body.plasma_fraction();
    const double lung = amount(y, m.carrier("venous")) / m.body.venous_volume / plasma_fraction;
    for (const auto& organ : m.body.organs) {
        const double plasma = amount(y, m.carrier(organ.name + ".plasma")) /
                              (organ.volume * organ.vascular_fraction * plasma_fraction);
        const double matrix = amount(y, m.carrier(organ.name + ".interstitium")) /
                              (organ.volume * organ.interstitial_fraction);
        const double wall = 1e-3 * organ.volume;
        EXPECT_NEAR(matrix / plasma, wall / (wall + organ.lymph_flow), 1e-8) << organ.name;
        // Lymph takes a little out of the plasma: the liver stays near the venous value.
        EXPECT_NEAR(plasma / lung, 1.0, 0.01) << organ.name;
    }
}

}  // namespace
}  // namespace caravel::body
