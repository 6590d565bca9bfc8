#include "caravel/body/property_laws.hpp"

#include "caravel/base/error.hpp"
#include "caravel/body/law_disposition.hpp"
#include "caravel/body/law_rates.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace caravel::body {
namespace {

ParticleInBody sphere(double diameter) {
    ParticleInBody particle;
    particle.diameter = diameter;
    particle.zeta = -8e-3;
    particle.material = "polymer";
    return particle;
}

RateConstants mouse_rates(double diameter, const std::vector<double>& values) {
    return rates(sphere(diameter), TumourInBody{}, law_mouse(0.02), values);
}

TEST(PropertyLaws, CoronaHidesTheSurface) {
    EXPECT_NEAR(serum_zeta_potential(-20e-3), -8.222e-3, 1e-9);
    EXPECT_NEAR(serum_zeta_potential(15e-3), -6.836e-3, 1e-9);
    // 24 nm x 400/(400 + 25) on a bare particle of -20 mV, half of it under half a brush.
    EXPECT_NEAR(serum_diameter(20e-9, -20e-3, 0.0), 42.5882e-9, 1e-13);
    EXPECT_NEAR(serum_diameter(20e-9, -20e-3, 0.5), 31.2941e-9, 1e-13);
    EXPECT_EQ(serum_diameter(20e-9, 0.0, 0.0), 20e-9);
}

TEST(PropertyLaws, ConvectiveHindranceHasItsPublishedValues) {
    EXPECT_NEAR(convective_hindrance(0.1), 0.939, 5e-4);
    EXPECT_NEAR(convective_hindrance(0.5), 0.3364, 5e-5);
    EXPECT_EQ(convective_hindrance(0.0), 1.0);
    EXPECT_EQ(convective_hindrance(1.2), 0.0);
}

TEST(PropertyLaws, KidneyHoldsAnionsBack) {
    const double neutral = glomerular_passage(4e-9, 8e-9, 0.0, 0.3);
    EXPECT_NEAR(neutral, 0.3364, 5e-5);
    EXPECT_NEAR(glomerular_passage(4e-9, 8e-9, -20e-3, 0.3), neutral * std::exp(-0.6), 1e-12);
    EXPECT_EQ(glomerular_passage(1e-9, 8e-9, 50e-3, 1.0), 1.0);
}

TEST(PropertyLaws, FiltersOpenAtTheirPores) {
    EXPECT_NEAR(fenestra_access(120e-9), 0.5, 1e-12);
    EXPECT_GT(fenestra_access(60e-9), 0.98);
    EXPECT_NEAR(splenic_slit_retention(200e-9), 0.5, 1e-12);
    EXPECT_NEAR(splenic_slit_retention(100e-9), 1.0 / 17.0, 1e-12);
}

TEST(PropertyLaws, DiffusivityInTissueIsStokesEinsteinTimesOgston) {
    // 6.585e-12 m2/s at 100 nm in water of 37 C, times exp(-0.17321 x 3.5).
    EXPECT_NEAR(interstitial_diffusivity(100e-9), 3.591e-12, 5e-15);
}

TEST(PropertyLaws, OneLigandIsCapturedAsInternalisationBeatsDissociation) {
    LigandBinding one;
    one.association = 1e2;    // m3/mol/s
    one.dissociation = 1e-3;  // 1/s
    one.receptor = 1e-4;      // mol/m3
    one.internalisation = 1e-4;
    EXPECT_NEAR(ligand_capture_rate(one), 1e-2 * 1e-4 / (1e-4 + 1e-3), 1e-12);
    LigandBinding ten = one;
    ten.ligands_in_contact = 10.0;
    // Avidity: k_off falls by 11^9, every binding ends inside.
    EXPECT_NEAR(ligand_capture_rate(ten), 0.1, 1e-6);
}

TEST(PropertyLaws, DenseReceptorsStopTheFront) {
    // sqrt(2 x 1e-12 x 1e-6 x 3600 / 1e-3) = 2.683 um against sqrt(1e-12 x 3600) = 60 um.
    EXPECT_NEAR(binding_front_depth(1e-12, 1e-6, 1e-3, 3600.0), 2.6833e-6, 1e-10);
    EXPECT_NEAR(binding_front_depth(1e-12, 1e-6, 0.0, 3600.0), 60e-6, 1e-12);
}

TEST(LawParameters, AreNamedOnceAndHavePriorsAndSources) {
    std::set<std::string> names;
    for (const LawParameter& p : law_parameters()) {
        EXPECT_TRUE(names.insert(p.name).second) << p.name;
        EXPECT_GT(p.prior_sd, 0.0) << p.name;
        EXPECT_FALSE(p.source.empty()) << p.name;
    }
    EXPECT_EQ(law_parameters()[law::tumour_mass].name, "tumour.mass");
    EXPECT_EQ(law_parameters()[law::glomerular_pore].name, "kidney.pore");
    EXPECT_EQ(law_parameters()[law::tumour_blood].name, "tumour.blood");
    EXPECT_EQ(law_parameters()[material_phagocytosis("gold")].name, "phagocytosis.material.gold");
    EXPECT_EQ(law_parameters()[cancer_tumour("unheard of")].name, "tumour.cancer.other");
    EXPECT_EQ(cancer_tumour("other") + 1, law_parameters().size());
}

TEST(LawRates, KidneysPassBelowSixNanometres) {
    const std::vector<double> values = default_law_values();
    const double glomerular = 0.28e-6 / 60.0 / law_mouse(0.02).plasma_volume;
    EXPECT_GT(mouse_rates(3e-9, values).urine, 0.25 * glomerular);
    EXPECT_LT(mouse_rates(7e-9, values).urine, 0.02 * glomerular);
    EXPECT_EQ(mouse_rates(10e-9, values).urine, 0.0);
}

TEST(LawRates, SpleenRisesAboveItsSlits) {
    const std::vector<double> values = default_law_values();
    const auto spleen_to_liver = [&values](double d) {
        const RateConstants k = mouse_rates(d, values);
        return k.in[1] / k.in[0];
    };
    EXPECT_GT(spleen_to_liver(400e-9), 2.0 * spleen_to_liver(100e-9));
}

TEST(LawRates, StealthLowersPhagocytosis) {
    const std::vector<double> values = default_law_values();
    ParticleInBody bare = sphere(100e-9);
    ParticleInBody coated = bare;
    bare.stealth = 0.0;
    coated.stealth = 1.0;
    const double ratio = organ_clearances(coated, values)[0] / organ_clearances(bare, values)[0];
    EXPECT_NEAR(ratio, std::exp(values[law::stealth]), 1e-12);
    EXPECT_LT(ratio, 1.0);
}

TEST(LawRates, ClearancesFollowTheFourthRootOfWeight) {
    const std::vector<double> values = default_law_values();
    const auto in = [&values](double weight) {
        return rates(sphere(100e-9), TumourInBody{}, law_mouse(weight), values).in[0];
    };
    EXPECT_NEAR(in(0.32) / in(0.02), 0.5, 1e-12);
}

TEST(LawRates, TheRestTakesWhatMuscleDoes) {
    const auto clearance = organ_clearances(sphere(100e-9), default_law_values());
    EXPECT_EQ(law_organs()[11], "rest");
    EXPECT_EQ(clearance[11], clearance[5]);
}

TEST(LawRates, AsMuchLabelIsLostInEveryBody) {
    std::vector<double> values = default_law_values();
    values[law::label_lost] = std::log(0.5);
    for (const double weight : {0.02, 70.0}) {
        const RateConstants k = rates(sphere(100e-9), TumourInBody{}, law_mouse(weight), values);
        EXPECT_NEAR(k.label_lost, 0.5, 1e-15);
        EXPECT_EQ(k.leak, 0.0);
    }
}

TEST(Batch, HasTheMeanOfALogNormalSpread) {
    double shares = 0.0;
    double mean = 0.0;
    for (const BatchPart& part : batch_parts(0.5)) {
        shares += part.share;
        mean += part.share * part.factor;
    }
    EXPECT_NEAR(shares, 1.0, 1e-14);
    EXPECT_NEAR(mean, std::exp(0.125), 1e-6);
}

TEST(Batch, EqualParticlesOfTheSameExposure) {
    EXPECT_NEAR(equal_exposure_factor(0.0, 3.0), 1.0, 1e-12);
    // Hardly anything captured: the mean exp(h^2/2); all captured: the harmonic mean exp(-h^2/2).
    EXPECT_NEAR(equal_exposure_factor(1.0, 1e-4), std::exp(0.5), 1e-3);
    EXPECT_NEAR(equal_exposure_factor(0.5, 1e6), std::exp(-0.125), 1e-4);
    // k T = 1, h = 1: parts of 0.0574, 0.2578, 1, 3.8792, 17.409 give 0.600544, as c = 1.124043
    // does: (1 - exp(-1.124043))/1.124043.
    EXPECT_NEAR(equal_exposure_factor(1.0, 1.0), 1.124043, 1e-6);
}

TEST(LawRates, RefuseAParticleWithoutSize) {
    const std::vector<double> values = default_law_values();
    EXPECT_THROW(mouse_rates(0.0, values), InputError);
    EXPECT_THROW(mouse_rates(-1.0, values), InputError);
    EXPECT_THROW(mouse_rates(std::nan(""), values), InputError);
}

TEST(LawDisposition, CarriesClearancesAndLossToTheSpecies) {
    const std::vector<double> values = default_law_values();
    const formulation::Disposition mouse =
        disposition_from_laws(sphere(100e-9), "mouse", 0.02, values, "test");
    const formulation::Disposition large =
        disposition_from_laws(sphere(100e-9), "human", 0.32, values, "test");
    ASSERT_EQ(mouse.organs.size(), large.organs.size());
    EXPECT_EQ(mouse.organs[0].organ, "liver");
    EXPECT_NEAR(*large.organs[0].uptake_clearance / *mouse.organs[0].uptake_clearance, 0.5, 1e-12);
    EXPECT_NEAR(large.degradation_half_life / mouse.degradation_half_life, 2.0, 1e-12);
    // One kind of particle stands for the batch, with its exposure over a day of the mouse.
    const RateConstants k = mouse_rates(100e-9, values);
    double captures = 0.0;
    for (const double rate : k.in) captures += 86400.0 * rate;
    const double liver = organ_clearances(sphere(100e-9), values)[0];
    EXPECT_NEAR(*mouse.organs[0].uptake_clearance / liver,
                equal_exposure_factor(std::exp(values[law::heterogeneity]), captures), 1e-12);
    EXPECT_EQ(*mouse.renal_sieving, 0.0);
    EXPECT_EQ(large.calibrated_with, "test");
}

TEST(LawDisposition, ReadsAFormulation) {
    formulation::Formulation liposome;
    liposome.category = "liposome";
    liposome.zeta_potential = -13e-3;
    formulation::Coating coating;
    coating.material = "DSPE-PEG2000";
    liposome.coatings.push_back(coating);
    const ParticleInBody particle = particle_from(liposome, 87e-9, 1e15);
    EXPECT_EQ(particle.material, "liposome");
    EXPECT_EQ(particle.stealth, 1.0);
    EXPECT_EQ(particle.zeta, -13e-3);
    EXPECT_EQ(particle.ligand, 0.0);
}

}  // namespace
}  // namespace caravel::body
