#include "caravel/base/error.hpp"
#include "caravel/kinetics/sbml_simulation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

namespace caravel::kinetics {
namespace {

// A Level 3 model of one species, with places to put more.
std::string document(const std::string& more = "", const std::string& reaction = "",
                     const std::string& level = "3", const std::string& version = "1") {
    return "<?xml version='1.0' encoding='UTF-8'?><sbml "
           "xmlns='http://www.sbml.org/sbml/level" +
           level + "/version" + version + (level == "3" ? "/core" : "") + "' level='" + level +
           "' version='" + version +
           "'><model id='m'><listOfCompartments><compartment id='V' size='2' "
           "spatialDimensions='3' constant='true'/></listOfCompartments><listOfSpecies><species "
           "id='S' compartment='V' initialConcentration='5' hasOnlySubstanceUnits='false' "
           "boundaryCondition='false' constant='false'/></listOfSpecies><listOfParameters>"
           "<parameter id='k' value='0.5' constant='false'/></listOfParameters>" +
           more + "<listOfReactions>" + reaction + "</listOfReactions></model></sbml>";
}

std::string math(const std::string& inside) {
    return "<math xmlns='http://www.w3.org/1998/Math/MathML'>" + inside + "</math>";
}

std::string decay(const std::string& attributes = "fast='false'",
                  const std::string& rate = "<apply><times/><ci>V</ci><ci>k</ci><ci>S</ci></apply>",
                  const std::string& local = "") {
    return "<reaction id='loss' reversible='false' " + attributes +
           "><listOfReactants><speciesReference species='S' stoichiometry='1' constant='true'/>"
           "</listOfReactants><kineticLaw>" +
           math(rate) + local + "</kineticLaw></reaction>";
}

std::string refusal(const std::string& text) {
    try {
        const SbmlModel model(parse_sbml(text));
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

class SbmlReader : public testing::Test {
  protected:
    void SetUp() override {
        if (!sbml_available()) GTEST_SKIP() << "built without libsbml";
    }
};

TEST(SbmlReaderAbsent, SaysWhatIsMissing) {
    if (sbml_available()) GTEST_SKIP() << "built with libsbml";
    EXPECT_THROW(static_cast<void>(parse_sbml("<sbml/>")), NotAvailable);
}

TEST_F(SbmlReader, ReadsAReaction) {
    const SbmlModel model(parse_sbml(document("", decay())));
    const std::vector<double> times{2.0};
    EXPECT_NEAR(values_of(model, simulate(model, {}, times), "S")[0], 5.0 * std::exp(-1.0), 1e-7);
}

TEST_F(SbmlReader, LocalParametersHideThoseOfTheModel) {
    const std::string local =
        "<listOfLocalParameters><localParameter id='k' value='1'/></listOfLocalParameters>";
    const SbmlModel model(parse_sbml(document(
        "",
        decay("fast='false'", "<apply><times/><ci>V</ci><ci>k</ci><ci>S</ci></apply>", local))));
    const std::vector<double> times{2.0};
    EXPECT_NEAR(values_of(model, simulate(model, {}, times), "S")[0], 5.0 * std::exp(-2.0), 1e-7);
    EXPECT_NEAR(values_of(model, simulate(model, {{"loss.k", 0.5}}, times), "S")[0],
                5.0 * std::exp(-1.0), 1e-7);
}

TEST_F(SbmlReader, InlinesFunctionsAndPieces) {
    const std::string function =
        "<listOfFunctionDefinitions><functionDefinition id='f'>" +
        math(
            "<lambda><bvar><ci>S</ci></bvar><bvar><ci>x</ci></bvar><piecewise><piece><ci>S</ci>"
            "<apply><gt/><ci>x</ci><cn>1</cn></apply></piece><otherwise><cn>0</cn></otherwise>"
            "</piecewise></lambda>") +
        "</functionDefinition></listOfFunctionDefinitions>";
    std::string text =
        document("", decay("fast='false'", "<apply><ci>f</ci><ci>k</ci><ci>S</ci></apply>"));
    text.insert(text.find("<listOfCompartments>"), function);
    const SbmlDescription read = parse_sbml(text);
    EXPECT_EQ(read.reactions[0].rate.text(), "piecewise(k, 1 < S, 0)");
}

TEST_F(SbmlReader, RefusesWhatItDoesNotHaveByName) {
    EXPECT_NE(refusal(document("<listOfRules><algebraicRule>" + math("<ci>k</ci>") +
                                   "</algebraicRule></listOfRules>",
                               decay()))
                  .find("algebraic"),
              std::string::npos);
    EXPECT_NE(refusal(document("", decay("fast='true'"))).find("fast"), std::string::npos);
    const std::string late =
        "<apply><csymbol encoding='text' definitionURL='http://www.sbml.org/sbml/symbols/delay'>"
        "delay</csymbol><ci>S</ci><cn>1</cn></apply>";
    EXPECT_NE(refusal(document("", decay("fast='false'", late))).find("delay"), std::string::npos);
    const auto event = [&](const std::string& extra) {
        return document("", decay())
            .replace(
                document("", decay()).find("</listOfReactions>"), 18,
                "</listOfReactions><listOfEvents><event id='e' useValuesFromTriggerTime='true'>"
                "<trigger initialValue='true' persistent='true'>" +
                    math("<apply><gt/><ci>S</ci><cn>1</cn></apply>") + "</trigger>" + extra +
                    "<listOfEventAssignments><eventAssignment variable='k'>" + math("<cn>1</cn>") +
                    "</eventAssignment></listOfEventAssignments></event></listOfEvents>");
    };
    EXPECT_EQ(refusal(event("")), "");
    EXPECT_NE(refusal(event("<delay>" + math("<cn>1</cn>") + "</delay>")).find("delays"),
              std::string::npos);
    EXPECT_NE(refusal(event("<priority>" + math("<cn>1</cn>") + "</priority>")).find("priorit"),
              std::string::npos);
}

TEST_F(SbmlReader, RefusesTextThatIsNoModel) {
    for (const std::string text : {"", "x", "<", "<sbml/>", "<html></html>"}) {
        EXPECT_NE(refusal(text), "") << text;
    }
    EXPECT_NE(refusal(document("<nonsense/>", decay())), "");
    std::string deep;
    for (int i = 0; i < 100000; ++i) deep += "<apply><minus/>";
    EXPECT_NE(refusal(document("", decay("fast='false'", deep))).find("nested"), std::string::npos);
    deep.clear();
    for (int i = 0; i < 900; ++i) deep += "<apply><minus/>";
    deep += "<ci>S</ci>";
    for (int i = 0; i < 900; ++i) deep += "</apply>";
    EXPECT_NE(refusal(document("", decay("fast='false'", deep))).find("nested"), std::string::npos);
    EXPECT_THROW(static_cast<void>(read_sbml("/nowhere/model.xml")), IoError);
    EXPECT_THROW(static_cast<void>(read_sbml("/")), IoError);
}

TEST_F(SbmlReader, ReadsWideSumsInLinearTime) {
    std::string sum = "<apply><plus/>";
    for (int i = 0; i < 4000; ++i) sum += "<apply><times/><cn>2</cn><ci>S</ci></apply><ci>k</ci>";
    const SbmlDescription read = parse_sbml(document("", decay("fast='false'", sum + "</apply>")));
    // 2, S, 2 S, k, and the 7999 sums
    EXPECT_EQ(read.reactions.at(0).rate.nodes().size(), 8003U);
    for (int i = 0; i < 2001; ++i) sum += "<ci>k</ci>";
    EXPECT_NE(refusal(document("", decay("fast='false'", sum + "</apply>"))).find("at most 10000"),
              std::string::npos);
}

TEST_F(SbmlReader, RefusesFunctionsThatDoubleWithEveryCall) {
    std::string functions = "<listOfFunctionDefinitions>";
    for (int i = 0; i < 40; ++i) {
        const std::string last = "f" + std::to_string(i - 1);
        const auto call = [&](const std::string& argument) {
            return i == 0 ? argument : "<apply><ci>" + last + "</ci>" + argument + "</apply>";
        };
        functions += "<functionDefinition id='f" + std::to_string(i) + "'>" +
                     math("<lambda><bvar><ci>x</ci></bvar><apply><plus/>" +
                          call("<apply><cos/><ci>x</ci></apply>") +
                          call("<apply><sin/><ci>x</ci></apply>") + "</apply></lambda>") +
                     "</functionDefinition>";
    }
    std::string text = document("", decay("fast='false'", "<apply><ci>f39</ci><ci>S</ci></apply>"));
    text.insert(text.find("<listOfCompartments>"), functions + "</listOfFunctionDefinitions>");
    EXPECT_NE(refusal(text).find("at most 4000000 numbers, names and operations"),
              std::string::npos)
        << refusal(text);
}

// Any damage gives a model or an InputError.
TEST_F(SbmlReader, SurvivesDamagedDocuments) {
    const std::string whole = document("", decay());
    std::uint64_t state = 7;
    const auto random = [&](std::size_t below) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        return static_cast<std::size_t>(state >> 33U) % below;
    };
    int read = 0;
    for (int trial = 0; trial < 600; ++trial) {
        std::string text = whole;
        switch (random(4)) {
        case 0: text.resize(random(text.size())); break;
        case 1: text.erase(random(text.size() - 20), random(20)); break;
        case 2: text[random(text.size())] = static_cast<char>(random(256)); break;
        default: text.insert(random(text.size()), text.substr(random(text.size()), random(60)));
        }
        try {
            const SbmlModel model(parse_sbml(text));
            ++read;
        } catch (const InputError&) {
        }
    }
    EXPECT_GT(read, 5);
}

}  // namespace
}  // namespace caravel::kinetics
