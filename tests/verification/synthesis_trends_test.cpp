// The signs that the literature reports, each from the one parameter set of its chemistry: nothing
// in the model says in which direction size goes with temperature, ratio or stabiliser.
#include "caravel/formulation/cards/synthesis_parameters.hpp"
#include "caravel/formulation/synthesis/growth.hpp"
#include "caravel/formulation/synthesis/outcome_classes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace caravel::formulation::synthesis {
namespace {

constexpr double nm = 1e-9;
constexpr double minute = 60.0;

matter::Library& library() {
    static matter::Library tables(CARAVEL_SOURCE_DIR "/data");
    return tables;
}

SynthesisOutcome outcome(RecipeMethod method) {
    Recipe recipe;
    recipe.method = std::move(method);
    return make(recipe, synthesis_parameters(recipe, library()));
}

double size(RecipeMethod method) { return outcome(std::move(method)).mean_diameter / nm; }

Solution solution(std::string chemistry, double precursor, double temperature, double duration,
                  std::vector<Stabiliser> stabilisers = {}) {
    Solution s;
    s.chemistry = std::move(chemistry);
    s.precursor = precursor;
    s.temperature = temperature;
    s.duration = duration;
    s.stabilisers = std::move(stabilisers);
    return s;
}

Nanoprecipitation polymer(double concentration, double charges) {
    Nanoprecipitation r;
    r.polymer = "polymer_generic";
    r.solvent = "acetone";
    r.polymer_concentration = concentration;
    r.solvent_fraction = 0.1;
    r.mixing_time = 1e-3;
    r.charges_per_mass = charges;
    return r;
}

EmulsionEvaporation emulsion(double polymer, std::string stabiliser, double concentration) {
    EmulsionEvaporation r;
    r.polymer = "polymer_generic";
    r.solvent = "dichloromethane";
    r.polymer_concentration = polymer;
    r.power_density = 1e5;
    r.stabiliser = std::move(stabiliser);
    r.stabiliser_concentration = concentration;
    return r;
}

TEST(SynthesisTrend, LamerMonomerRisesFallsByTheBurstAndThenFeedsGrowth) {
    const auto o = outcome(Burst{solution("Au_NHC_borane", 5.0, 298.15, 180.0 * minute)});
    const auto& monomer = o.history.monomer;
    const auto peak = std::max_element(monomer.begin(), monomer.end());
    const auto at = static_cast<std::size_t>(peak - monomer.begin());
    EXPECT_GT(*peak, 10.0 * monomer.front());
    EXPECT_LT(monomer.back(), 0.5 * *peak);
    // Nearly all particles are born around the peak, nearly all matter comes afterwards.
    const double middle = o.history.times[at] * 3.0;
    std::size_t later = at;
    while (o.history.times[later] < middle) ++later;
    EXPECT_GT(o.history.number[later], 0.9 * o.history.number.back());
    EXPECT_LT(o.history.mean_diameter[later], 0.5 * o.history.mean_diameter.back());
}

TEST(Ripening, SizeIsASmoothFunctionOfTheAttachmentRate) {
    // 20 % steps over a factor 9; by moments neighbours differ by up to 12 %, up and down.
    Recipe recipe;
    recipe.method = ThermalDecomposition{solution("TiB2", 1000.0, 1373.15, 10.0 * minute)};
    const auto parameters = std::get<Chemistry>(synthesis_parameters(recipe, library()));
    std::vector<double> sizes;
    for (int k = -6; k <= 6; ++k) {
        Chemistry c = parameters;
        c.surface_rate.value *= std::pow(1.2, k);
        const SynthesisOutcome o = make(recipe, c);
        EXPECT_NE(o.method.find("size classes"), std::string::npos);
        sizes.push_back(o.mean_diameter);
    }
    for (std::size_t i = 1; i < sizes.size(); ++i)
        EXPECT_NEAR(std::log(sizes[i] / sizes[i - 1]), 0.01, 0.03) << i;
    for (std::size_t i = 2; i < sizes.size(); ++i) EXPECT_GT(sizes[i], 0.995 * sizes[i - 2]) << i;
}

TEST(Ripening, ClassesAgreeWithFiniteVolumesWhereParticlesDissolve) {
    Recipe recipe;
    recipe.method = ThermalDecomposition{solution("TiB2", 1000.0, 1373.15, 10.0 * minute)};
    const auto chemistry = std::get<Chemistry>(synthesis_parameters(recipe, library()));
    const BurstSystem system = burst_system(chemistry, *solution_of(recipe.method), 0.0);
    const BurstResult volumes = run_burst_volumes(system, 400);
    const BurstResult classes = run_burst_classes(system, 64).result;
    EXPECT_NEAR(classes.mean_diameter.back() / volumes.mean_diameter.back(), 1.0, 0.05);
    EXPECT_NEAR(classes.spread.back(), volumes.spread.back(), 0.03);
    EXPECT_LT(classes.balance_residual, 1e-10);
}

TEST(Ripening, ClassesTendToTheLawOfLifshitzAndSlyozov) {
    BurstSystem system;
    system.solubility = {1.0, 0.0, 298.15};
    system.molar_volume = 2e-5;
    system.interfacial_energy = 0.1;
    system.diffusivity = {1e-9, 0.0, 298.15};
    system.surface_rate = {1e6, 0.0, 298.15};
    system.monomer = 1.0;
    system.seeds = Seeds{1e20, 10.0 * nm, 0.215};
    const double slope = ripening_slope(0.1, 2e-5, 1.0, 1e-9, 298.15);
    system.duration = 8e-22 / slope;  // radius to 93 nm
    const BurstResult r = run_burst_classes(system, 64).result;
    EXPECT_NEAR(r.mean_diameter.back() / (2.0 * std::cbrt(8e-22 + 1.25e-25)), 1.0, 0.04);
    EXPECT_NEAR(r.spread.back(), 0.215, 0.03);
    EXPECT_LT(r.balance_residual, 1e-12);
}

TEST(Ripening, AgeingIsTheSameAsALongerReaction) {
    Solution once = solution("TiB2", 1000.0, 1373.15, 20.0 * minute);
    Solution twice = solution("TiB2", 1000.0, 1373.15, 10.0 * minute);
    twice.ageing_temperature = 1373.15;
    twice.ageing_duration = 10.0 * minute;
    EXPECT_NEAR(size(ThermalDecomposition{twice}) / size(ThermalDecomposition{once}), 1.0, 0.03);
}

TEST(SynthesisTrend, GoldFallsWithTheReductantRatio) {  // Hippolyte
    Solution s = solution("Au_NHC_borane", 5.0, 298.15, 180.0 * minute);
    double last = 1e9;
    for (const double ratio : {1.0, 5.0, 28.0}) {
        s.reagent_ratio = ratio;
        const double d = size(Burst{s});
        EXPECT_LT(d, last) << ratio;
        last = d;
    }
}

TEST(SynthesisTrend, CitrateGoldFallsWithTheRatioAndWithTemperature) {  // Tran, Kumar
    const auto at = [](double ratio, double temperature) {
        return size(CitrateReduction{0.25, 0.25 * ratio, temperature, 7200.0});
    };
    EXPECT_GT(at(0.5, 373.15), at(1.0, 373.15));
    EXPECT_GT(at(1.0, 373.15), at(2.0, 373.15));
    EXPECT_GT(at(1.5, 353.15), at(1.5, 363.15));
    EXPECT_GT(at(1.5, 363.15), at(1.5, 373.15));
    // Kumar: a factor of 7 from 0.4 to 2, then a plateau, which is a known miss here.
    EXPECT_NEAR(at(0.4, 373.15) / at(2.0, 373.15), 7.0, 0.3 * 7.0);
    EXPECT_NEAR(at(2.0, 373.15) / at(8.0, 373.15), 3.0, 0.15) << "known miss: about 1 reported";
}

TEST(SynthesisTrend, MagnetiteFallsWithPalmiticAcid) {  // Jeon
    const auto with = [](double acid) {
        return size(Burst{solution("Fe3O4_palmitic", 33.0, 473.15, 60.0 * minute,
                                   {{"palmitic acid", acid, {}}})});
    };
    EXPECT_GT(with(100.0), with(200.0));
    EXPECT_GT(with(200.0), with(400.0));
}

TEST(SynthesisTrend, SizeRisesWithReactionTime) {  // Idris
    double last = 0.0;
    for (const double t : {15.0, 30.0, 45.0, 60.0}) {
        const double d = size(Burst{solution("iron_oxide_polyol", 33.0, 473.15, t * minute)});
        EXPECT_GT(d, last) << t;
        last = d;
    }
}

TEST(SynthesisTrend, SteadyFeedGrowsVolumeAtAConstantRate) {  // Vreeland
    Solution s = solution("Fe3O4_oleate", 0.0, 623.15, 8.0 * 3600.0, {{"oleic acid", 500.0, {}}});
    s.feed_rate = 0.01;
    s.feed_duration = 8.0 * 3600.0;
    const auto o = outcome(Burst{s});
    const auto volume = [&](double time) {
        std::size_t i = 0;
        while (o.history.times[i] < time) ++i;
        return std::pow(o.history.mean_diameter[i], 3) / (o.history.times[i] - 1000.0);
    };
    // Conversion takes 1/k = 1000 s; from then on the volume rises in proportion to time.
    EXPECT_NEAR(volume(6.0 * 3600.0) / volume(3.0 * 3600.0), 1.0, 0.03);
    EXPECT_LT(o.spread, 0.05);
}

TEST(SynthesisTrend, TiB2RisesWithTemperature) {  // Yuan
    const auto at = [](double temperature) {
        Solution s = solution("TiB2", 1000.0, temperature, 10.0 * minute);
        s.ageing_temperature = temperature;
        s.ageing_duration = 3600.0;
        return size(ThermalDecomposition{s});
    };
    EXPECT_LT(at(993.15), at(1100.0));
    EXPECT_LT(at(1100.0), at(1373.15));
}

TEST(SynthesisTrend, CopperRisesWithTemperatureButTooLittle) {  // Mott: 5 to 25 nm
    const auto at = [](double temperature) {
        Solution s = solution("Cu_thermal", 20.0, temperature, 30.0 * minute);
        s.ageing_temperature = temperature;
        s.ageing_duration = 3600.0;
        return size(ThermalDecomposition{s});
    };
    const double cold = at(423.15);
    const double middle = at(443.15);
    const double hot = at(463.15);
    EXPECT_GT(middle, cold);
    EXPECT_GT(hot, middle);
    EXPECT_NEAR((middle - cold) / (hot - cold), 0.5, 0.15);  // about linear
    EXPECT_NEAR(hot / cold, 2.93, 0.1) << "known miss: 5 reported";
}

TEST(SynthesisTrend, PolymerRisesWithConcentrationAndFallsWithWaterAffinity) {  // Beck-Broichsitter
    Nanoprecipitation r = polymer(5.0, 0.0);
    double last = 0.0;
    for (const double c : {5.0, 10.0, 25.0, 50.0}) {
        r.polymer_concentration = c;
        EXPECT_GT(size(r), last);
        last = size(r);
    }
    r.solvent = "DMSO";
    const double affine = size(r);
    r.solvent = "THF";
    EXPECT_LT(affine, size(r));
}

TEST(SynthesisTrend, PolymerFallsWithCharge) {  // Reisch, Rosiak
    double last = 1e9;
    for (const double charges : {0.0, 5e-4, 2e-3, 1e-2, 2e-2}) {
        const double d = size(polymer(10.0, charges));
        EXPECT_LT(d, last) << charges;
        last = d;
    }
}

TEST(SynthesisTrend, PolyvinylAlcoholFallsIsFlatAndRises) {  // Zweers
    const auto with = [](double pva) {
        EmulsionEvaporation r = emulsion(50.0, "PVA", pva);
        r.solvent = "acetone_salted";
        r.power_density = 1e7;
        return size(r);
    };
    EXPECT_GT(with(0.02), 1.1 * with(3.0));
    EXPECT_NEAR(with(5.0) / with(3.0), 1.0, 0.01);
    EXPECT_GT(with(60.0), 1.3 * with(5.0));
    EmulsionEvaporation dense = emulsion(100.0, "PVA", 5.0);
    EXPECT_GT(size(dense), size(emulsion(50.0, "PVA", 5.0)));
}

TEST(SynthesisTrend, SurfactantLowersTheSize) {  // Niyom
    double last = 1e9;
    for (const double c : {0.1, 0.5, 1.0, 2.0}) {
        const double d = size(emulsion(50.0, "surfactant", c));
        EXPECT_LT(d, last) << c;
        last = d;
    }
}

TEST(SynthesisTrend, AboveTheInterfacialThresholdStabiliserRaisesTheSize) {  // Benita
    double last = 0.0;
    for (const double c : {10.0, 20.0, 50.0, 100.0}) {
        EmulsionEvaporation r = emulsion(50.0, "PVA", c);
        r.solvent = "ethyl_acetate";
        r.power_density = 1e4;
        EXPECT_GT(size(r), last) << c;
        last = size(r);
    }
}

TEST(SynthesisTrend, PolyvinylpyrrolidoneLowersTheSize) {  // Onita
    Nanoprecipitation r = polymer(50.0, 0.0);
    r.solvent = "ethanol";
    r.stabiliser = "PVP";
    double last = 1e9;
    for (const double c : {10.0, 30.0, 80.0}) {
        r.stabiliser_concentration = c;
        EXPECT_LT(size(r), last) << c;
        last = size(r);
    }
}

TEST(SynthesisTrend, PlatinumIsControlledByThePolymer) {  // Ichihashi
    const auto with = [](double c) {
        return size(
            Burst{solution("Pt_reduction", 1.0, 298.15, 60.0 * minute, {{"polypyrrole", c, {}}})});
    };
    EXPECT_GT(with(0.1), 2.0 * with(1.0));
    EXPECT_GT(with(1.0), 2.0 * with(10.0));
}

TEST(SynthesisTrend, SilverFallsWithBindingAndRisesWithItsRatioToTheComplex) {  // Mayer C. R.
    const auto with = [](double c, double binding) {
        return size(Burst{solution("Ag_reduction", 1.0, 298.15, 60.0 * minute,
                                   {{"ruthenium complex", c, binding}})});
    };
    EXPECT_GT(with(1.0, 10e3), with(1.0, 20e3));
    EXPECT_GT(with(1.0, 20e3), with(1.0, 30e3));
    EXPECT_GT(with(0.2, 20e3), with(1.0, 20e3));
    EXPECT_GT(with(1.0, 20e3), with(5.0, 20e3));
}

TEST(SynthesisTrend, SolGelFollowsTheReagentRatioAndIsMonodisperse) {  // Sugimoto
    Solution s = solution("TiO2_aqueous", 100.0, 298.15, 60.0 * minute);
    s.reagent_ratio = 0.1;
    const auto slow = outcome(SolGel{s});
    s.reagent_ratio = 1.0;
    const auto fast = outcome(SolGel{s});
    EXPECT_GT(slow.mean_diameter, 1.2 * fast.mean_diameter);
    EXPECT_LT(slow.spread, 0.15);
    EXPECT_LT(fast.spread, 0.15);
}

TEST(SynthesisTrend, StoeberSilicaGrowsFromSlowHydrolysis) {
    Solution s = solution("SiO2_Stober", 200.0, 298.15, 6.0 * 3600.0);
    const auto o = outcome(SolGel{s});
    ASSERT_TRUE(o.formed);
    EXPECT_GT(o.mean_diameter, 50.0 * nm);
    EXPECT_LT(o.mean_diameter, 1000.0 * nm);
    EXPECT_GT(*o.yield, 0.9);
}

TEST(SynthesisTrend, ColderMilledOrWeakerPulsesAreCoarser) {
    const auto wire = [](double energy) {
        return size(WireExplosion{"Cu_Sn_oxide_wire", energy, 2e-4, 1000.0});
    };
    EXPECT_GT(wire(1.3), wire(2.0));
    EXPECT_GT(wire(2.0), wire(4.0));
    const auto milled = [](double hours) {
        return size(BallMilling{"Fe3O4_milling", 1e-6, 0.01, 3.0, 10.0, hours * 3600.0});
    };
    EXPECT_GT(milled(5.0), milled(10.0));
    EXPECT_GT(milled(10.0), milled(30.0));
}

}  // namespace
}  // namespace caravel::formulation::synthesis
