// Light that particles and dyes give off in a tumour in space.
#include "support/resumed_run.hpp"

#include "caravel/study/runner.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <string>

namespace caravel::study {
namespace {

/// Dissolved chlorin e6 in a coarse tumour, lit at 660 nm for a minute.
std::string lit_tumour(const std::string& emission, const std::string& more = "") {
    return R"([study]
name = "glow"
[[formulation]]
name = "beads"
layer = [{material = "polystyrene", radius = "20 nm"}]
payload = [{agent = "chlorin_e6", place = "core", loading = "0.03 kg/kg"}]
[subject]
species = "mouse"
body_weight = "20 g"
[[subject.tumour]]
name = "tumour"
model = "grid"
volume = "33 mm3"
[subject.tumour.grid]
resolution = "0.8 mm"
symmetry = "full"
margin = "0.8 mm"
fluid = false
oxygen = false
[subject.tumour.treatment]
longest_step = "15 s"
)" + emission +
           R"([[protocol.administer]]
at = "0 h"
route = "intratumoural"
dose = "2 ug"
volume = "5 uL"
rate = "5 uL/min"
of = "chlorin_e6"
formulation = "free"
[[protocol.light]]
name = "lamp"
at = "6 min"
duration = "1 min"
wavelength = "660 nm"
irradiance = "100 mW/cm2"
photons = 20000
source = { kind = "disk", position = ["0 mm", "0 mm", "5 mm"], direction = [0, 0, -1], radius = "2 mm" }
)" + more + "[run]\nuntil = \"9 min\"\n";
}

std::string emission(const std::string& keys) {
    return "[[subject.tumour.treatment.emission]]\n" + keys + "\n";
}

const char* const red =
    "of = \"chlorin_e6\"\nwavelength = \"700 nm\"\nquantum_yield = 0.4\nphotons = 10000";

/// A run with what its tumour's treatment holds at the end.
struct Lit {
    explicit Lit(const std::string& text, int threads = 1)
        : Lit(test::prepare_text(text), threads) {}
    explicit Lit(Prepared study, int threads = 1) : prepared(std::move(study)) {
        RunnerHooks hooks;
        hooks.threads = threads;
        hooks.fields = [&](const FieldMoment& m) {
            if (m.treatment == nullptr) return;
            books = m.treatment->treatment().books(m.memory);
            fields = m.treatment->treatment().fields(m.memory);
        };
        record = simulate(prepared, hooks, "run");
    }
    double number(const std::string& name) const {
        for (const auto& q : record.quantities)
            if (q.name == name) return q.value;
        ADD_FAILURE() << "no " << name;
        return std::nan("");
    }
    double sum(const std::string& field) const {
        for (const auto& f : fields)
            if (f.name == field) return std::accumulate(f.values.begin(), f.values.end(), 0.0);
        ADD_FAILURE() << "no field " << field;
        return std::nan("");
    }

    Prepared prepared;
    report::RunRecord record;
    response::TreatmentBooks books;
    std::vector<response::TreatmentField> fields;
};

std::string complaint(const std::string& text) {
    try {
        test::prepare_text(text);
    } catch (const InputError& error) {
        return error.what();
    }
    return "nothing";
}

TEST(TumourEmission, GivesTheYieldTimesThePhotonsThatWereAbsorbed) {
    const Lit lit(lit_tumour(emission(red)));
    // The dye is all that absorbs beside tissue: 0.4 photons of 700 nm for each of 660 nm.
    const double taken =
        lit.number("tumour.light_energy") * lit.number("tumour.light_in_agents") / 100.0;
    EXPECT_GT(taken, 0.0);
    const double emitted = lit.number("tumour.light_energy_emitted");
    EXPECT_NEAR(emitted, taken * 0.4 * 660.0 / 700.0, 1e-9 * taken);
    EXPECT_NEAR(lit.books.light_emitted, emitted, 1e-12 * emitted);
    EXPECT_NEAR(lit.books.light_by_agents, taken, 1e-12 * taken);
    // What is given off heats where it is absorbed again.
    const auto& b = lit.books;
    EXPECT_NEAR(b.heat.source, b.light_absorbed - b.light_emitted + b.emitted_absorbed,
                1e-9 * b.light_absorbed);
    EXPECT_GT(b.emitted_absorbed, 0.0);
    EXPECT_LT(b.emitted_absorbed, b.light_emitted);
    EXPECT_EQ(lit.number("tumour.emitted_energy_absorbed"), b.emitted_absorbed);
    EXPECT_GT(lit.sum("fluence_rate.chlorin_e6 emission"), 0.0);
    bool said = false;
    for (const auto& text : lit.record.assumptions)
        said = said || text.find("'chlorin_e6 emission' has 700 nm alone; 0.4 photons") !=
                           std::string::npos;
    EXPECT_TRUE(said);
}

TEST(TumourEmission, ColourAndYieldOfADyeAreThoseOfTheTable) {
    const auto known = test::prepare_text(lit_tumour(emission("of = \"chlorin_e6\"")));
    const auto& plan = known.built.treatments.at(0).treatment;
    ASSERT_EQ(plan.emissions.size(), 1U);
    EXPECT_DOUBLE_EQ(plan.emissions[0].wavelength, 668e-9);
    EXPECT_DOUBLE_EQ(plan.emissions[0].law.quantum_yield, 0.16);
    // Optics of agents: of the lamp, then of what glows.
    ASSERT_EQ(plan.agents.size(), 1U);
    ASSERT_EQ(plan.agents[0].optics.size(), 2U);
    EXPECT_GT(plan.agents[0].optics[0].absorption, plan.agents[0].optics[1].absorption);
    EXPECT_GT(plan.agents[0].optics[1].absorption, 0.0);
    const auto clear =
        test::prepare_text(lit_tumour(emission("of = \"chlorin_e6\"\nreabsorption = false")));
    EXPECT_EQ(clear.built.treatments.at(0).treatment.agents[0].optics[1].absorption, 0.0);
}

TEST(TumourEmission, WithoutAYieldTheRunIsTheOneWithoutEmission) {
    const Lit none(lit_tumour(""));
    const Lit dark(
        lit_tumour(emission("of = \"chlorin_e6\"\nwavelength = \"700 nm\"\nquantum_yield = 0")));
    EXPECT_EQ(dark.number("tumour.light_energy_emitted"), 0.0);
    EXPECT_EQ(dark.books.light_absorbed, none.books.light_absorbed);
    EXPECT_EQ(dark.books.hottest, none.books.hottest);
}

TEST(TumourEmission, EveryFormOfACarrierGlowsAndItsPayloadDoesNot) {
    auto text = lit_tumour(emission("of = \"beads\"\nwavelength = \"700 nm\"\nquantum_yield = 0.4"),
                           "[[protocol.administer]]\nat = \"1 min\"\ndose = 1e10\n"
                           "of = \"particles\"\nformulation = \"beads\"\n");
    const std::string said = complaint(text);
    // Polystyrene absorbs nothing of 660 nm; the dye within does, and is an agent of its own.
    EXPECT_NE(said.find("no light excites 'beads'"), std::string::npos) << said;
    text = lit_tumour(emission("of = \"beads\""),
                      "[[protocol.administer]]\nat = \"1 min\"\ndose = 1e10\n"
                      "of = \"particles\"\nformulation = \"beads\"\n");
    const std::string hint = complaint(text);
    EXPECT_NE(hint.find("no luminescence of 'beads' is known"), std::string::npos) << hint;
    EXPECT_NE(hint.find("of = \"chlorin_e6\""), std::string::npos) << hint;
}

TEST(TumourEmission, MistakesAreNamed) {
    const auto finds = [](const std::string& text, const std::string& said) {
        const auto all = complaint(text);
        EXPECT_NE(all.find(said), std::string::npos) << all;
    };
    const std::string keys = red;
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string text = lit_tumour(emission(keys));
        const auto at = text.find(from, text.find("treatment.emission"));
        EXPECT_NE(at, std::string::npos) << from;
        return text.replace(at, from.size(), to);
    };
    finds(with("\"chlorin_e6\"", "\"chlorine_e6\""),
          "study.toml:22:1: no formulation or agent in the tumour is named 'chlorine_e6'");
    finds(with("\"chlorin_e6\"", "\"chlorine_e6\""), "did you mean 'chlorin_e6'?");
    // Not given: only its dye is.
    finds(with("\"chlorin_e6\"", "\"beads\""), "is named 'beads'");
    finds(with("700 nm", "600 nm"), "no light excites 'chlorin_e6'");
    finds(with("700 nm", "2400 nm"), "2400 nm");
    finds(with("quantum_yield = 0.4", "quantum_yield = 0.4\nname = \"lamp\""), "stands twice");
    finds(lit_tumour(emission(keys) + emission(keys)), "stands twice");
    finds(with("quantum_yield = 0.4", "quantum_yield = 0.4\ntransfer = 0.5"),
          "expected [subject.tumour.treatment.photodynamic]");
    finds(with("quantum_yield = 0.4", "quantum_yield = 0.4\nsaturation = \"1 W/cm2\""),
          "without an order above 1");
    finds(with("\"700 nm\"\nquantum_yield = 0.4",
               "\"400 nm\"\nquantum_yield = 0.5\norder = 2\nsaturation = \"1 W/cm2\""),
          "1.65 times the energy");
}

TEST(TumourEmission, NothingGlowsInTheDark) {
    std::string text = lit_tumour(emission(red));
    const auto from = text.find("[[protocol.light]]");
    text.erase(from, text.find("[run]") - from);
    const std::string dark = complaint(text);
    EXPECT_NE(dark.find("study.toml:22:1: light given off in tumour 'tumour', on which no light "
                        "shines, expected a [[protocol.light]] with on = \"tumour\""),
              std::string::npos)
        << dark;
    // A coil treats it, but does not shine.
    text.insert(from,
                "[[protocol.magnetic_field]]\nname = \"coil\"\nat = \"6 min\"\nduration = "
                "\"1 min\"\nfield = \"5 kA/m\"\nfrequency = \"100 kHz\"\n");
    EXPECT_NE(complaint(text).find("on which no light shines"), std::string::npos);
}

TEST(TumourEmission, SaysThatLampsMayTakeTurns) {
    const auto says = [](const std::string& pulses) {
        const std::string up =
            "of = \"chlorin_e6\"\nwavelength = \"500 nm\"\nquantum_yield = 0.01\norder = 2\n"
            "saturation = \"10 W/cm2\"\nphotons = 1000";
        const auto built =
            test::prepare_text(
                lit_tumour(emission(up),
                           "[[protocol.light]]\nname = \"second\"\nat = \"6.5 min\"\n"
                           "duration = \"1 min\"\nwavelength = \"655 nm\"\n"
                           "power = \"10 mW\"\nphotons = 1000\n" +
                               pulses +
                               "source = { kind = \"pencil\", position = [\"0 mm\", "
                               "\"0 mm\", \"5 mm\"], direction = [0, 0, -1] }\n"))
                .built;
        for (const auto& warning : built.warnings)
            if (warning.find("take turns") != std::string::npos) return true;
        return false;
    };
    EXPECT_TRUE(says("on_time = \"1 ms\"\noff_time = \"3 ms\"\n"));
    EXPECT_FALSE(says("on_time = \"10 s\"\noff_time = \"10 s\"\n"));
    EXPECT_FALSE(says(""));
}

TEST(TumourEmission, InfraredLightMakesSingletOxygenThroughTheParticlesAlone) {
    const auto reacted = [](const std::string& change) {
        const auto path = std::filesystem::path(CARAVEL_SOURCE_DIR) /
                          "studies/grid_upconversion_ce6_mouse/study.toml";
        const std::string emission = "subject.tumour[0].treatment.emission[0].";
        const Lit lit(prepare(
            path,
            {"subject.tumour[0].grid.resolution=0.8 mm",
             "subject.tumour[0].treatment.longest_step=60 s", "protocol.light[0].photons=5000",
             emission + "photons=2000", emission + change},
            test::repository_data()));
        return lit.sum("singlet_oxygen");
    };
    const double all = reacted("transfer=0.5");
    const double far = reacted("transfer=0");
    EXPECT_EQ(reacted("quantum_yield=0"), 0.0);
    EXPECT_GT(far, 0.0);
    EXPECT_GT(all, far);
}

TEST(TumourEmission, NoNumberDependsOnTheNumberOfThreads) {
    const Lit one(lit_tumour(emission(red)), 1);
    const Lit three(lit_tumour(emission(red)), 3);
    ASSERT_EQ(one.record.quantities.size(), three.record.quantities.size());
    for (std::size_t i = 0; i < one.record.quantities.size(); ++i)
        EXPECT_EQ(one.record.quantities[i].value, three.record.quantities[i].value)
            << one.record.quantities[i].name;
    EXPECT_EQ(one.sum("fluence_rate.chlorin_e6 emission"),
              three.sum("fluence_rate.chlorin_e6 emission"));
}

TEST(TumourEmission, ResumesWithTheSameBits) {
    const auto prepared = test::prepare_text(lit_tumour(emission(red)));
    const auto whole = run_model(prepared.file.input, prepared.built, {}, {});
    const auto windows = window_ends(prepared.file.input, prepared.built).size();
    ASSERT_GT(windows, 8U);
    for (std::size_t stop = 1; stop + 1 < windows; stop += 5) {
        SCOPED_TRACE("window " + std::to_string(stop));
        test::expect_same_bits(whole, test::resumed_after(prepared, stop));
    }
}

/// What is said about lights that diffusion does not describe.
std::vector<std::string> invalid_lights(const std::vector<std::string>& notes) {
    std::vector<std::string> found;
    for (const auto& note : notes)
        if (note.find("diffusion does not hold for up to") != std::string::npos)
            found.push_back(note);
    return found;
}

TEST(TumourEmission, SaysWhereDiffusionDoesNotHoldThoughTheRunWasResumed) {
    // a tumour of a few millimetres is all near its borders
    std::string text = lit_tumour(emission(red));
    EXPECT_TRUE(invalid_lights(Lit(text).record.notes).empty());
    const std::string photons = "photons = 20000";
    text.replace(text.find(photons), photons.size(), "method = \"diffusion\"");
    const auto said = invalid_lights(Lit(text).record.notes);
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].rfind("Light 'lamp'", 0), 0U) << said[0];
    const auto prepared = test::prepare_text(text);
    const auto windows = window_ends(prepared.file.input, prepared.built).size();
    EXPECT_EQ(invalid_lights(test::resumed_after(prepared, windows - 2).notes), said);
    // and of what is given off
    text =
        lit_tumour(emission("of = \"chlorin_e6\"\nwavelength = \"700 nm\"\nquantum_yield = 0.4\n"
                            "method = \"diffusion\""));
    const auto of_emission = invalid_lights(Lit(text).record.notes);
    ASSERT_EQ(of_emission.size(), 1U);
    EXPECT_NE(of_emission[0].find("'chlorin_e6 emission'"), std::string::npos) << of_emission[0];
}

}  // namespace
}  // namespace caravel::study
