#include "caravel/formulation/synthesis/recipe.hpp"

#include "caravel/formulation/cards/parts.hpp"
#include "caravel/formulation/cards/synthesis_parameters.hpp"
#include "caravel/formulation/synthesis/reproducibility.hpp"
#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"

#include <gtest/gtest.h>

#include <string>

namespace caravel::formulation::synthesis {
namespace {

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
        "irradiance = '20 mW/cm2'\nduration = '2 h'\nfeed_rate = '1 mmol/L/min'\n"
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
        "duration = '1 h'\n[[stabilisers]]\nname = 'oleylamin'\nconcentration = '1 mol/L'\n");
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

TEST(Recipe, ParametersOfAnotherMethodAreRefused) {
    EXPECT_THROW(make(read(borane), Parameters{MillingSystem{}}), InputError);
}

}  // namespace
}  // namespace caravel::formulation::synthesis
