#include "caravel/inference/population/virtual_subject.hpp"

#include "caravel/base/error.hpp"
#include "caravel/inference/population/population_sample.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace caravel::inference::population {
namespace {

matter::Library library() { return matter::Library(CARAVEL_SOURCE_DIR "/data"); }

TEST(VirtualSubject, OrgansAndLargeVesselsFillTheBodyAsInTheTable) {
    matter::Library facts = library();
    for (const auto& name : population_names(facts)) {
        const PopulationSample sample(VirtualPopulation(name, facts), {}, {}, 7);
        const std::string& species = sample.population().species();
        double filled = 0.0;
        double inside = 0.0;
        for (const auto& o : sample.individual(0).subject.organs) {
            const double volume = facts.value("species", species, "volume_fraction", o.organ);
            filled += volume;
            inside += volume * facts.value("species", species, "vascular_fraction", o.organ);
        }
        const double blood = facts.value("species", species, "blood_volume_fraction");
        filled += std::max(blood - inside, 0.1 * blood);
        EXPECT_LE(filled, 1.001e-3) << name;
        for (std::uint64_t i = 0; i < 500; ++i) {
            const VirtualSubject s = sample.individual(i).subject;
            double sum = 0.0;
            double blood_inside = 0.0;
            double flow = 0.0;
            for (const auto& o : s.organs) {
                EXPECT_GT(o.volume, 0.0) << name << " " << o.organ;
                sum += o.volume;
                blood_inside +=
                    o.volume * facts.value("species", species, "vascular_fraction", o.organ);
                flow += o.blood_flow;
            }
            sum += std::max(s.blood_volume - blood_inside, 0.1 * s.blood_volume);
            EXPECT_NEAR(sum / s.body_weight, filled, 1e-12) << name << " " << i;
            EXPECT_LT(flow, s.cardiac_output);
            EXPECT_GT(flow, 0.85 * s.cardiac_output);
            EXPECT_GT(s.haematocrit, 0.2);
            EXPECT_LT(s.haematocrit, 0.6);
        }
    }
}

TEST(VirtualSubject, OfMedianNumbersIsTheSpeciesReferenceAtItsWeight) {
    matter::Library facts = library();
    const VirtualPopulation mice("mouse_balb_c", facts, Distribution(LogNormal{0.028, 0.1}));
    const std::vector<double> middle(mice.quantities().size(), 0.5);
    const VirtualSubject s = mice.subject(0.5, middle);
    EXPECT_DOUBLE_EQ(s.body_weight, 0.028);
    // Log-normal numbers of mean 1: the median is 1/sqrt(1 + cv^2), here with cv 0.2.
    EXPECT_NEAR(s.cardiac_output / facts.value("species", "mouse", "cardiac_output"),
                1.0 / std::sqrt(1.04), 1e-3);
    EXPECT_NEAR(s.volume("liver") / (0.06867e-3 * 0.028), 1.0 / std::sqrt(1.0 + 0.152 * 0.152),
                1e-3);
    EXPECT_THROW(s.volume("gill"), InputError);
}

TEST(VirtualSubject, OfMiceThatAreAllFemaleIsFemale) {
    matter::Library facts = library();
    const PopulationSample mice(VirtualPopulation("mouse_balb_c", facts), {}, {}, 1);
    const PopulationSample people(VirtualPopulation("human_adult", facts), {}, {}, 1);
    int women = 0;
    for (std::uint64_t i = 0; i < 800; ++i) {
        EXPECT_TRUE(mice.individual(i).subject.female);
        women += people.individual(i).subject.female ? 1 : 0;
    }
    EXPECT_NEAR(women, 400, 8);
}

TEST(VirtualSubject, DependsOnPlanSeedAndNumberAlone) {
    matter::Library facts = library();
    const PopulationSample a(VirtualPopulation("rat_sprague_dawley", facts), {}, {}, 3);
    const PopulationSample b(VirtualPopulation("rat_sprague_dawley", facts), {}, {}, 3);
    const PopulationSample c(VirtualPopulation("rat_sprague_dawley", facts), {}, {}, 4);
    b.individual(5);
    EXPECT_EQ(a.individual(17).subject.body_weight, b.individual(17).subject.body_weight);
    EXPECT_NE(a.individual(17).subject.body_weight, c.individual(17).subject.body_weight);
}

TEST(VirtualPopulation, OfUnknownNameIsRefusedWithTheNearest) {
    matter::Library facts = library();
    try {
        VirtualPopulation("mouse_balbc", facts);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("did you mean 'mouse_balb_c'?"),
                  std::string::npos);
        EXPECT_NE(std::string(error.what()).find("human_cancer"), std::string::npos);
    }
}

TEST(PopulationSample, RefusesCorrelationsThatCannotBe) {
    matter::Library facts = library();
    const auto sample = [&](std::vector<CorrelationInput> c) {
        return PopulationSample(VirtualPopulation("mouse_balb_c", facts), {}, c, 1);
    };
    EXPECT_NO_THROW(sample({{{"volume.liver", "liver_function"}, 0.5}}));
    EXPECT_THROW(sample({{{"volume.liver", "liver_functions"}, 0.5}}), InputError);
    EXPECT_THROW(sample({{{"volume.liver", "volume.liver"}, 0.5}}), InputError);
    // a with b and b with c nearly alike, a and c opposed.
    EXPECT_THROW(sample({{{"volume.liver", "liver_function"}, 0.95},
                         {{"liver_function", "haematocrit"}, 0.95},
                         {{"volume.liver", "haematocrit"}, -0.9}}),
                 InputError);
}

}  // namespace
}  // namespace caravel::inference::population
