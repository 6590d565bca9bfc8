#include "caravel/formulation/synthesis/recipe.hpp"

#include "caravel/exec/random.hpp"
#include "caravel/formulation/cards/parts.hpp"
#include "caravel/formulation/cards/synthesis_parameters.hpp"
#include "caravel/formulation/synthesis/reproducibility.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <string>

namespace caravel::formulation::synthesis {
namespace {

using namespace std::string_literals;

Recipe read(const std::string& text) {
    return input::read<Recipe>(input::parse_toml(text, "recipe.toml").root);
}

std::string complaint(const std::string& text) {
    try {
        read(text);
    } catch (const InputError& error) {
        std::string all;
        for (const Diagnostic& d : error.diagnostics()) all += format(d) + "\n";
        return all;
    }
    return "";
}

std::string loading_complaint(const std::string& text) {
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    try {
        synthesis_parameters(read(text), library);
    } catch (const InputError& error) {
        return format(error.diagnostics().front());
    }
    return "";
}

const std::string borane =
    "method = 'burst'\nchemistry = 'Au_NHC_borane'\nprecursor = '5 mmol/L'\n"
    "duration = '180 min'\n";

TEST(Recipe, IsReadWithUnits) {
    const Recipe recipe = read(
        "method = 'photochemical'\nchemistry = 'Au_photochemical'\nprecursor = '0.5 mmol/L'\n"
        "irradiance = '20 mW/cm2'\nduration = '2 h'\nfeed_rate = '1 mmol/L/min'\nfeed_duration = "
        "'1 h'\n"
        "[[stabilisers]]\nname = 'citrate'\nconcentration = '2 mmol/L'\n"
        "binding_energy = '12 kJ/mol'\n[tolerances]\ntemperature = '3 K'\n");
    const auto& method = std::get<Photochemical>(recipe.method);
    EXPECT_DOUBLE_EQ(method.irradiance, 200.0);
    EXPECT_DOUBLE_EQ(method.solution.precursor, 0.5);
    EXPECT_DOUBLE_EQ(method.solution.duration, 7200.0);
    EXPECT_NEAR(method.solution.feed_rate, 1.0 / 60.0, 1e-15);
    ASSERT_EQ(method.solution.stabilisers.size(), 1U);
    EXPECT_NEAR(*method.solution.stabilisers[0].binding_energy, 12e3, 1e-9);
    EXPECT_DOUBLE_EQ(recipe.tolerances.temperature, 3.0);
}

TEST(Recipe, EveryMethodIsKnownByItsTag) {
    EXPECT_NE(complaint("method = 'burts'\n").find("did you mean 'burst'"), std::string::npos);
    EXPECT_NE(complaint("method = 'micro_emulsion'\n").find("microemulsion"), std::string::npos);
}

TEST(Recipe, MistakesAreNamedWithTheirPlace) {
    const std::string none =
        complaint("method = 'burst'\nchemistry = 'Au_NHC_borane'\nduration = '1 h'\n");
    EXPECT_NE(none.find("recipe.toml:"), std::string::npos) << none;
    EXPECT_NE(none.find("no precursor"), std::string::npos) << none;
    const std::string uneven = complaint(
        borane + "programme_times = ['0 min', '5 min']\nprogramme_temperatures = ['300 K']\n");
    EXPECT_NE(uneven.find("unequal number"), std::string::npos) << uneven;
    const std::string backwards =
        complaint(borane +
                  "programme_times = ['5 min', '5 min']\nprogramme_temperatures = ['300 K', "
                  "'310 K']\n");
    EXPECT_NE(backwards.find("do not increase"), std::string::npos) << backwards;
    EXPECT_NE(complaint(borane + "feed_rate = '-1 mmol/L/min'\n"), "");
    EXPECT_NE(complaint(borane + "temperature = '100000 K'\n"), "");
    const std::string negative = complaint(
        "method = 'burst'\nchemistry = 'Au_NHC_borane'\nprecursor = '5 mmol/L'\n"
        "duration = '-3 min'\n");
    EXPECT_NE(negative.find("recipe.toml:4:"), std::string::npos) << negative;
    const std::string endless =
        complaint(borane + "feed_rate = '1 mmol/L/min'\nfeed_duration = '200 min'\n");
    EXPECT_NE(endless.find("recipe.toml:6:"), std::string::npos) << endless;
    EXPECT_NE(endless.find("the feed lasts 200 min, the reaction 180 min"), std::string::npos)
        << endless;
    EXPECT_NE(complaint(borane + "feed_rate = '1 mmol/L/min'\n").find("a feed without a duration"),
              std::string::npos);
    EXPECT_NE(complaint(borane + "[[stabilisers]]\nname = 'a'\nconcentration = '1 mmol/L'\n"
                                 "[[stabilisers]]\nname = 'a'\nconcentration = '1 mmol/L'\n")
                  .find("given twice"),
              std::string::npos);
}

TEST(Recipe, TemperaturesOutsideTheParameterSetAreRefusedWithTheRange) {
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    for (const char* extra :
         {"temperature = '400 K'\n", "ageing_duration = '1 h'\nageing_temperature = '400 K'\n",
          "programme_times = ['0 min', '5 min']\nprogramme_temperatures = ['300 K', '400 K']\n"}) {
        const Recipe recipe = read(borane + extra);
        try {
            make(recipe, synthesis_parameters(recipe, library));
            FAIL() << extra;
        } catch (const InputError& error) {
            EXPECT_NE(std::string(error.what()).find("400 K"), std::string::npos) << error.what();
            EXPECT_NE(std::string(error.what()).find("273 to 333 K"), std::string::npos);
        }
    }
}

TEST(Recipe, UnknownChemistryOrStabiliserOffersTheNearest) {
    EXPECT_NE(loading_complaint("method = 'burst'\nchemistry = 'Au_NHC_boran'\nprecursor = "
                                "'5 mmol/L'\nduration = '1 h'\n")
                  .find("did you mean 'Au_NHC_borane'"),
              std::string::npos);
    EXPECT_NE(loading_complaint("method = 'nanoprecipitation'\npolymer = 'polymer_generic'\n"
                                "solvent = 'DMSOO'\npolymer_concentration = '10 mg/mL'\n"
                                "mixing_time = '1 ms'\n")
                  .find("DMSO"),
              std::string::npos);
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    const Recipe recipe = read(
        "method = 'burst'\nchemistry = 'Pd_thermal'\nprecursor = '50 mmol/L'\n"
        "temperature = '573.15 K'\nduration = '1 h'\n[[stabilisers]]\nname = "
        "'oleylamin'\nconcentration = '1 mol/L'\n");
    try {
        make(recipe, synthesis_parameters(recipe, library));
        FAIL() << "an unknown stabiliser was accepted";
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("did you mean 'oleylamine'"), std::string::npos)
            << error.what();
    }
}

TEST(Recipe, WithoutNucleationTheOutcomeSaysSo) {
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    Recipe recipe = read(borane);
    std::get<Burst>(recipe.method).solution.precursor = 1e-6;
    const SynthesisOutcome outcome = make(recipe, synthesis_parameters(recipe, library));
    EXPECT_FALSE(outcome.formed);
    EXPECT_EQ(outcome.mean_diameter, 0.0);
    EXPECT_NE(outcome.event.find("no nucleation: largest supersaturation 10, critical about 2.47e"),
              std::string::npos)
        << outcome.event;
}

TEST(Recipe, BatchesDependOnSeedAndNumberOnly) {
    const Recipe recipe = read(borane);
    const auto precursor = [&](std::uint64_t seed, std::uint64_t batch) {
        return std::get<Burst>(batch_of(recipe, seed, batch).method).solution.precursor;
    };
    EXPECT_EQ(precursor(1, 3), precursor(1, 3));
    EXPECT_NE(precursor(1, 3), precursor(1, 4));
    EXPECT_NE(precursor(1, 3), precursor(2, 3));
}

TEST(Recipe, BatchesSpreadWithTheTolerancesAndAgreeWithoutThem) {
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    Recipe recipe = read(borane);
    const Parameters parameters = synthesis_parameters(recipe, library);
    recipe.tolerances = {0.0, 0.0, 0.0, 0.0};
    EXPECT_NEAR(reproduce(recipe, parameters, 4, 1).between_batches, 0.0, 1e-12);
    recipe.tolerances = {0.02, 1.0, 0.02, 0.05};
    const double narrow = reproduce(recipe, parameters, 12, 1).between_batches;
    recipe.tolerances = {0.10, 5.0, 0.10, 0.25};
    const double wide = reproduce(recipe, parameters, 12, 1).between_batches;
    EXPECT_GT(narrow, 0.002);
    EXPECT_NEAR(wide / narrow, 5.0, 2.5);
    EXPECT_THROW(reproduce(recipe, parameters, 1, 1), InputError);
}

TEST(Recipe, EveryMethodHasABatchVariationWithItsInterval) {
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    const std::string liquid = "precursor = '33 mmol/L'\nduration = '30 min'\n";
    for (const std::string& text : {
             borane,
             "method = 'citrate_reduction'\ngold = '0.25 mmol/L'\ncitrate = '0.4 mmol/L'\n"s,
             "method = 'coprecipitation'\nchemistry = 'Fe3O4_aqueous'\n" + liquid,
             "method = 'hydrothermal'\nchemistry = 'Fe3O4_aqueous'\nageing_temperature = "
             "'453 K'\nageing_duration = '12 h'\n" +
                 liquid,
             "method = 'sol_gel'\nchemistry = 'TiO2_aqueous'\n" + liquid,
             "method = 'thermal_decomposition'\nchemistry = 'Cu_thermal'\ntemperature = "
             "'443 K'\n" +
                 liquid,
             "method = 'photochemical'\nchemistry = 'Au_photochemical'\nirradiance = "
             "'1 W/cm2'\n" +
                 liquid,
             "method = 'seeded_growth'\nchemistry = 'unstated_solid'\nprecursor = "
             "'1e-5 mmol/L'\nduration = '30 min'\nseed_diameter = '5 nm'\nseed_number = "
             "'1000 /mL'\n"s,
             "method = 'microemulsion'\nchemistry = 'Fe_polydopamine'\nprecursor = "
             "'0.5 mol/L'\nwater_to_surfactant = 50\nexchange_time = '1 ms'\n"s,
             "method = 'nanoprecipitation'\npolymer = 'polymer_generic'\nsolvent = 'THF'\n"
             "polymer_concentration = '10 mg/mL'\nmixing_time = '1 ms'\n"s,
             "method = 'emulsion_evaporation'\npolymer = 'polymer_generic'\nsolvent = "
             "'dichloromethane'\npolymer_concentration = '50 mg/mL'\npower_density = "
             "'1e5 W/kg'\n"s,
             "method = 'ball_milling'\nchemistry = 'Fe3O4_milling'\nstart_diameter = '1 um'\n"
             "ball_diameter = '10 mm'\nspeed = '3 m/s'\nball_to_powder = 10\nduration = '9 h'\n"s,
             "method = 'wire_explosion'\nchemistry = 'Cu_Sn_oxide_wire'\nenergy_ratio = 2\n"
             "wire_diameter = '0.2 mm'\nmedium_density = '1000 kg/m3'\n"s,
         }) {
        const Recipe recipe = read(text);
        const auto r = reproduce(recipe, synthesis_parameters(recipe, library), 12, 1);
        EXPECT_EQ(r.failed, 0) << text;
        EXPECT_GT(r.between_batches, 1e-3) << text;
        EXPECT_LT(r.between_batches, 0.3) << text;
        // Chi-square of 11 degrees of freedom: 3.816 and 21.920.
        EXPECT_NEAR(r.low / r.between_batches, std::sqrt(11.0 / 21.920), 0.003);
        EXPECT_NEAR(r.high / r.between_batches, std::sqrt(11.0 / 3.816), 0.01);
    }
}

TEST(Recipe, CardGivesSizeSpreadBatchesYieldAndTheMonomerCurve) {
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    Formulation formulation;
    Properties properties;
    properties.layers.emplace_back();
    properties.layers[0].outer_diameter = 20e-9;
    const CardOptions options;
    const CardContext context{formulation, properties, library, options};
    EXPECT_EQ(synthesis_section(context).refusals.size(), 1U);
    formulation.synthesis = read(borane);
    const CardSection section = synthesis_section(context);
    EXPECT_TRUE(section.refusals.empty());
    const auto value = [&](const std::string& name) {
        for (const CardValue& v : section.values)
            if (v.name == name) return v.si;
        return -1.0;
    };
    EXPECT_NEAR(value("synthesis_mean_diameter"), 10e-9, 0.5e-9);
    EXPECT_NEAR(value("made_to_stated_diameter"), 0.5, 0.03);
    EXPECT_GT(value("synthesis_yield"), 0.99);
    EXPECT_GT(value("batch_to_batch"), 0.0);
    ASSERT_FALSE(section.curves.empty());
    EXPECT_EQ(section.curves[0].name, "monomer_history");
    std::get<Burst>(formulation.synthesis->method).solution.precursor = 1e-6;
    const CardSection none = synthesis_section(context);
    ASSERT_EQ(none.refusals.size(), 1U);
    EXPECT_NE(none.refusals[0].reason.find("no nucleation"), std::string::npos);
}

/// Draws recipes over the whole ranges that the reader lets through.
class Wild {
  public:
    explicit Wild(std::uint64_t recipe) : stream_(7, 0x77, recipe) {}

    double log(double low, double high) {
        return low * std::pow(high / low, exec::uniform(stream_));
    }
    bool coin() { return exec::uniform(stream_) < 0.5; }
    template <std::size_t N>
    std::string pick(const std::array<const char*, N>& names) {
        return names[static_cast<std::size_t>(exec::uniform(stream_) * double(N))];
    }
    Solution solution() {
        Solution s;
        s.chemistry = pick(std::array{"Au_NHC_borane", "Fe3O4_palmitic", "iron_oxide_polyol",
                                      "Cu_thermal", "TiB2", "Fe3O4_aqueous", "TiO2_aqueous",
                                      "SiO2_Stober", "Pd_thermal", "Pt_reduction"});
        s.precursor = coin() ? log(1e-6, 1e5) : log(1.0, 1e3);
        s.reagent_ratio = log(1e-3, 1e6);
        s.duration = log(1e-3, 3e7);
        const auto range = ranges.at(s.chemistry);
        s.temperature = range[coin() ? 0 : 1];
        if (coin()) {
            s.feed_rate = log(1e-9, 1e3);
            s.feed_duration = s.duration * exec::uniform(stream_);
        }
        if (coin()) s.stabilisers = {{"wild", log(1e-3, 1e5), log(1e2, 2.5e4)}};
        s.ageing_temperature = range[coin() ? 0 : 1];
        if (coin()) s.ageing_duration = log(1.0, 3e8);
        return s;
    }
    RecipeMethod method(std::uint64_t kind) {
        switch (kind) {
        case 0: return CitrateReduction{log(1e-3, 1e5), log(1e-3, 1e5), 273.15, log(1e-3, 3e7)};
        case 1:
            return Microemulsion{"Fe_polydopamine", log(1e-3, 1e5), log(1.0, 60.0), log(1e-9, 1e6),
                                 log(1e-9, 1e7)};
        case 2: {
            Nanoprecipitation r;
            r.polymer = "polymer_generic";
            r.solvent = "THF";
            r.polymer_concentration = log(1e-3, 1e3);
            r.solvent_fraction = 0.1;
            r.mixing_time = log(1e-6, 1e4);
            r.striation = log(1e-9, 0.1);
            r.charges_per_mass = log(1e-6, 100.0);
            r.ionic_strength = log(1e-4, 1e4);
            r.stabiliser = "PVA";
            r.stabiliser_concentration = log(1e-3, 1e3);
            return r;
        }
        case 3: return SeededGrowth{solution(), log(1e-9, 1e-5), log(1e6, 1e26), 0.2};
        case 4:
            return BallMilling{"Fe3O4_milling",  log(5e-10, 0.1), log(1e-6, 1.0),
                               log(1e-3, 100.0), log(1e-3, 1e4),  log(1.0, 3e8)};
        case 5:
            return WireExplosion{"Cu_Sn_oxide_wire", log(1e-2, 20.0), log(1e-7, 0.1),
                                 log(1e-6, 2e4)};
        default: return Burst{solution()};
        }
    }

  private:
    inline static const std::map<std::string, std::array<double, 2>> ranges{
        {"Au_NHC_borane", {273.0, 333.0}},
        {"Fe3O4_palmitic", {423.0, 623.0}},
        {"iron_oxide_polyol", {423.0, 573.0}},
        {"Cu_thermal", {373.0, 573.0}},
        {"TiB2", {773.0, 1573.0}},
        {"Fe3O4_aqueous", {273.0, 573.0}},
        {"TiO2_aqueous", {273.0, 573.0}},
        {"SiO2_Stober", {273.0, 353.0}},
        {"Pd_thermal", {473.0, 673.0}},
        {"Pt_reduction", {273.0, 373.0}}};
    exec::RandomStream stream_;
};

TEST(Recipe, WildOnesEndWithAnOutcomeOrAReasonInABoundedNumberOfSteps) {
    matter::Library library(CARAVEL_SOURCE_DIR "/data");
    int made = 0;
    int given_up = 0;
    for (std::uint64_t i = 0; i < 300; ++i) {
        Recipe recipe;
        recipe.method = Wild(i).method(i % 12);
        try {
            const SynthesisOutcome o = make(recipe, synthesis_parameters(recipe, library), 16);
            EXPECT_TRUE(std::isfinite(o.mean_diameter) && o.mean_diameter >= 0.0) << i;
            EXPECT_TRUE(std::isfinite(o.spread) && o.spread >= 0.0) << i;
            EXPECT_TRUE(!o.number || std::isfinite(*o.number)) << i;
            EXPECT_TRUE(!o.yield || (*o.yield > -1e-9 && *o.yield < 1.0 + 1e-9))
                << i << " " << *o.yield;
            EXPECT_EQ(o.formed, o.mean_diameter > 0.0) << i;
            EXPECT_FALSE(o.event.empty()) << i;
            EXPECT_LT(o.history.times.size(), 200'002U) << i;
            ++made;
        } catch (const NumericalError& error) {
            EXPECT_STRNE(error.what(), "") << i;
            ++given_up;
        } catch (const InputError& error) {
            EXPECT_FALSE(error.diagnostics().empty()) << i;
        }
    }
    EXPECT_GT(made, 200);
    EXPECT_LT(given_up, 30);
}

TEST(Recipe, ParametersOfAnotherMethodAreRefused) {
    EXPECT_THROW(make(read(borane), Parameters{MillingSystem{}}), InputError);
}

}  // namespace
}  // namespace caravel::formulation::synthesis
