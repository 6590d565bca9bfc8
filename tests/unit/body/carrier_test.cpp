#include "caravel/body/carrier.hpp"
#include "caravel/body/two_pore.hpp"
#include "example_carrier.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace caravel::body {
namespace {

using test::amount;
using test::CarrierModel;
using test::inert_carrier;

TEST(Carrier, ArterialParticlesLeaveWithTheWholeCardiacOutput) {
    const CarrierModel m(inert_carrier(test::reference_mouse()));
    std::vector<double> y(m.model.initial());
    amount(y, m.carrier("arterial")) = 1.0;
    const double out = m.body.cardiac_output / m.body.arterial_volume;
    EXPECT_NEAR(amount(test::rates_at(m.model, y), m.carrier("arterial")), -out, 1e-12 * out);
}

TEST(Carrier, PlasmaLeavesAnOrganWithItsPlasmaFlow) {
    // 1 kg/m3 of plasma everywhere: what flows into an organ by blood also flows out.
    const CarrierModel m(inert_carrier(test::reference_mouse()));
    std::vector<double> y(m.model.initial());
    const double plasma = m.body.plasma_fraction();
    amount(y, m.carrier("arterial")) = m.body.arterial_volume * plasma;
    amount(y, m.carrier("venous")) = m.body.venous_volume * plasma;
    for (const auto& organ : m.body.organs) {
        const double volume = organ.volume;
        amount(y, m.carrier(organ.name + ".plasma")) = volume * organ.vascular_fraction * plasma;
        amount(y, m.carrier(organ.name + ".interstitium")) = volume * organ.interstitial_fraction;
    }
    const auto rates = test::rates_at(m.model, y);
    const double scale = m.body.cardiac_output;
    for (const auto& organ : m.body.organs)
        EXPECT_NEAR(amount(rates, m.carrier(organ.name + ".plasma")), 0.0, 1e-12 * scale)
            << organ.name;
    EXPECT_NEAR(amount(rates, m.carrier("arterial")), 0.0, 1e-12 * scale);
    EXPECT_NEAR(amount(rates, m.carrier("venous")), 0.0, 1e-12 * scale);
    double lymph = 0.0;
    for (const auto& organ : m.body.organs) lymph += organ.lymph_flow;
    EXPECT_NEAR(amount(rates, m.carrier("lymph")), lymph, 1e-12 * scale);
}

TEST(Carrier, UptakeFallsLinearlyToZeroAtTheCapacity) {
    const Physiology body = test::reference_mouse();
    CarrierKinetics k = inert_carrier(body);
    auto& liver = k.organs["liver"];
    liver.permeability_surface = 0.0;
    liver.uptake_clearance = 2e-9;
    liver.capacity = 4e-7;
    const CarrierModel m(k);
    std::vector<double> y(m.model.initial());
    const Organ& organ = body.organ("liver");
    const double plasma = organ.volume * organ.vascular_fraction * body.plasma_fraction();
    for (const double load : {0.0, 1e-7, 3e-7, 4e-7, 5e-7}) {
        amount(y, m.carrier("liver.plasma")) = 3.0 * plasma;  // 3 kg/m3
        amount(y, m.carrier("liver.captured")) = load;
        EXPECT_NEAR(amount(test::rates_at(m.model, y), m.carrier("liver.captured")),
                    3.0 * 2e-9 * std::max(1.0 - load / 4e-7, 0.0), 1e-20)
            << load;
    }
}

TEST(Carrier, UrineAndBileFollowThePlasmaOfKidneyAndLiver) {
    const Physiology body = test::reference_mouse();
    CarrierKinetics k = inert_carrier(body);
    k.renal_sieving = 0.25;
    k.biliary_clearance = 7e-10;
    const CarrierModel m(k);
    std::vector<double> y(m.model.initial());
    for (const char* name : {"kidney", "liver"}) {
        const Organ& organ = body.organ(name);
        amount(y, m.carrier(std::string(name) + ".plasma")) =
            2.0 * organ.volume * organ.vascular_fraction * body.plasma_fraction();
    }
    const auto rates = test::rates_at(m.model, y);
    const double urine = 2.0 * 0.25 * body.glomerular_filtration_rate;
    EXPECT_NEAR(amount(rates, m.carrier("urine")), urine, 1e-12 * urine);
    EXPECT_NEAR(amount(rates, m.carrier("bile")), 2.0 * 7e-10, 1e-21);
}

TEST(Carrier, ResolveTurnsPerMassValuesIntoThoseOfTheIndividual) {
    const Physiology body = test::reference_mouse();
    formulation::Formulation f;
    f.name = "probe";
    formulation::Disposition d;
    d.species = "mouse";
    d.degradation_half_life = 7200.0;
    d.biliary_clearance = 1e-8;
    formulation::OrganDisposition liver;
    liver.organ = "liver";
    liver.uptake_clearance = 3e-7;
    liver.capacity = 2e-3;
    liver.release_half_life = 3600.0;
    formulation::OrganDisposition spleen;
    spleen.organ = "spleen";
    spleen.permeability_surface = 5e-6;
    spleen.degradation_half_life = 100.0;
    d.organs = {liver, spleen};
    const CarrierKinetics k = resolve(f, 100e-9, d, body);
    const double mass = 0.06867 * 0.028;  // kg
    EXPECT_NEAR(k.organs.at("liver").uptake_clearance, 3e-7 * mass, 1e-15);
    EXPECT_NEAR(k.organs.at("liver").capacity, 2e-3 * mass, 1e-12);
    EXPECT_NEAR(k.organs.at("liver").release_rate, std::numbers::ln2 / 3600.0, 1e-15);
    EXPECT_NEAR(k.organs.at("liver").degradation_rate, std::numbers::ln2 / 7200.0, 1e-15);
    EXPECT_NEAR(k.organs.at("spleen").degradation_rate, std::numbers::ln2 / 100.0, 1e-15);
    EXPECT_NEAR(k.organs.at("spleen").permeability_surface, 5e-6 * 0.004537 * 0.028, 1e-18);
    EXPECT_NEAR(k.biliary_clearance, 1e-8 * mass, 1e-18);
    EXPECT_EQ(k.hydrodynamic_radius, 50e-9);
    EXPECT_EQ(k.renal_sieving, glomerular_sieving(100e-9));
    // wall of normal tissue: 0.36/2.8 of the tumour's, 70 cm2 per mL
    const double wall = 0.36 / 2.8 * tumour_vessel_permeability(50e-9) * 7000.0;
    EXPECT_NEAR(k.organs.at("muscle").permeability_surface, wall * body.organ("muscle").volume,
                1e-12 * wall);
    EXPECT_FALSE(k.calibrated);
}

TEST(Carrier, AnUnknownPlaceIsRefusedByName) {
    const CarrierModel m(inert_carrier(test::reference_mouse()));
    try {
        m.cohort.place("tail.plasma");
        FAIL() << "accepted";
    } catch (const std::invalid_argument& error) {
        EXPECT_STREQ(error.what(), "carrier probe has no place tail.plasma");
    }
}

}  // namespace
}  // namespace caravel::body
