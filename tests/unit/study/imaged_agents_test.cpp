#include "caravel/study/imaged_agents.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/study/study_file.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace caravel::study {
namespace {

DataPaths data() { return {std::filesystem::path(CARAVEL_SOURCE_DIR) / "data"}; }

class ImagedAgents : public ::testing::Test {
  protected:
    imaging::ImagedAgent carrier(const std::string& name, const AgentView& view,
                                 const std::vector<std::string>& set = {}) {
        return imaged_carrier(read_formulation(name, data(), set), library_, view, notes_);
    }
    matter::Library library_{data().root};
    std::vector<std::string> notes_;
};

TEST_F(ImagedAgents, IronOxideRelaxesPerMassAsItsCardSaysPerIron) {
    const auto agent = carrier("ferumoxytol", {1.5, 10e-3});
    ASSERT_TRUE(agent.relaxing && agent.magnetic);
    // the card: 31.4 and 75.6 L/(mmol s) of iron at 1.5 T; iron per dry mass is iron/0.0558 mol
    const double iron = agent.magnetic->iron / 55.845e-3;  // mol/kg
    const auto& free = agent.relaxing->relaxivity[1];
    EXPECT_NEAR(free.r1 / iron, 31.42, 0.05);
    EXPECT_NEAR(free.r2 / iron, 75.59, 0.1);
    EXPECT_GE(free.r2_star, free.r2);
    const auto& endosome = agent.relaxing->relaxivity[3];
    EXPECT_LT(endosome.r1, free.r1);
    EXPECT_GT(endosome.r2_star, free.r2_star);
}

TEST_F(ImagedAgents, WithoutAScannersFieldNothingIsSaidOfRelaxation) {
    EXPECT_FALSE(carrier("ferumoxytol", {}).relaxing);
}

TEST_F(ImagedAgents, ALabelDecaysAndFallsOff) {
    const auto labels = [&](const std::vector<std::string>& set) {
        return imaged_labels(read_formulation("kim2013_68ga_fe3o4", data(), set), library_, notes_);
    };
    const auto fresh = labels({});
    ASSERT_EQ(fresh.size(), 1u);
    EXPECT_EQ(fresh[0].left(0.0), 1.0);
    const double off = std::exp2(-4069.8 / 86400.0);      // detaches with 24 h
    EXPECT_NEAR(fresh[0].left(4069.8), 0.5 * off, 1e-3);  // a half-life of 68Ga
    const auto twice = labels({"label[0].count=2"});
    EXPECT_NEAR(twice[0].agent.radioactive[0].activity / fresh[0].agent.radioactive[0].activity,
                2.0, 1e-12);
    EXPECT_TRUE(carrier("kim2013_68ga_fe3o4", {}).radioactive.empty());
}

TEST_F(ImagedAgents, PayloadsAreAgentsOfTheirOwnAsTheyAreWithinTheCarrier) {
    const auto f = read_formulation("huang2012_msn_triple", data());
    const AgentView view{1.5, 10e-3};
    const auto bare = imaged_carrier(f, library_, view, notes_);
    EXPECT_FALSE(bare.relaxing);
    EXPECT_TRUE(bare.luminescent.empty());
    const auto payloads = imaged_payloads(f, library_, view, notes_);
    ASSERT_EQ(payloads.size(), 2u);
    const auto& gadolinium = payloads[1];
    ASSERT_TRUE(gadolinium.agent.relaxing);
    // the card: 12.0 L/(mmol s) turning with the particle, 4 in solution
    EXPECT_NEAR(gadolinium.agent.relaxing->relaxivity[1].r1, 12.01, 0.05);
    EXPECT_NEAR(gadolinium.amount_per_mass / payloads[0].amount_per_mass, 50.0, 1e-9);
    ASSERT_EQ(payloads[0].agent.luminescent.size(), 1u);
    EXPECT_NEAR(payloads[0].agent.luminescent[0].quantum_yield, 0.07537, 1e-4);
}

TEST_F(ImagedAgents, GoldAttenuatesAsItsElements) {
    const auto agent = carrier("au_ct_hainfeld", {});
    ASSERT_TRUE(agent.attenuating);
    double gold = 0.0;
    for (const auto& [symbol, share] : agent.attenuating->composition.mass_fractions)
        if (symbol == "Au") gold = share;
    EXPECT_GT(gold, 0.5);
    EXPECT_EQ(agent.attenuating->mass, 1.0);
}

TEST_F(ImagedAgents, ADyeAbsorbsAsItsTableSays) {
    const auto agent = imaged_molecule("indocyanine_green", library_, {}, notes_);
    ASSERT_EQ(agent.luminescent.size(), 1u);
    const auto& dye = agent.luminescent[0];
    // 194000 L/(mol cm) decadic is 44670 m2/mol napierian
    EXPECT_NEAR(dye.absorption_cross_section, 19400.0 * std::log(10.0), 20.0);
    EXPECT_EQ(agent.unit, "mol/m3");
    EXPECT_TRUE(is_visible(agent));
    EXPECT_FALSE(is_visible(imaged_molecule("doxycycline", library_, {}, notes_)));
}

TEST_F(ImagedAgents, AnElementIsAnAgentForXRays) {
    const auto agent = imaged_molecule("I", library_, {}, notes_);
    ASSERT_TRUE(agent.attenuating);
    EXPECT_NEAR(agent.attenuating->mass, 126.904e-3, 1e-5);
}

TEST_F(ImagedAgents, ErbiumParticlesGlowBeyondAMicrometre) {
    const auto agent = carrier("zhong2019_ernp_antipdl1", {});
    bool infrared = false;
    for (const auto& light : agent.luminescent) {
        EXPECT_GT(light.absorption_cross_section, 0.0);
        EXPECT_GT(light.quantum_yield, 0.0);
        infrared = infrared || (light.emission_peak > 1.4e-6 && !light.upconverting);
    }
    EXPECT_TRUE(infrared);
}

TEST_F(ImagedAgents, ManganeseIonsRelaxMoreThanTheirOxide) {
    const AgentView view{3.0, 10e-3};
    const auto ion = imaged_molecule("Mn", library_, view, notes_);
    const auto oxide = carrier("mno_tett", view);
    ASSERT_TRUE(ion.relaxing && oxide.relaxing);
    const double per_manganese = oxide.relaxing->relaxivity[1].r1 * 70.937e-3;  // per mol, if bare
    EXPECT_GT(ion.relaxing->relaxivity[1].r1, 5.0 * per_manganese);
}

}  // namespace
}  // namespace caravel::study
