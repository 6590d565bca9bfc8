#include "sample.hpp"

#include "messages.hpp"

#include <gtest/gtest.h>

namespace caravel::input {
namespace {

using sample::Study;

Study read_study(const std::string& text) { return read<Study>(parse_toml(text, "s").root); }
std::string error(const std::string& text) {
    return message_of([&] { read_study(text); });
}
const std::string layer = "[[layer]]\n";

TEST(Reader, FillsEveryKindOfKey) {
    const Study s = read_study(
        "name = 'x'\nloading = 0.5\nthickness = '2 nm'\ndose = '6 mg/kg'\ncount = 7\nverbose = "
        "true\n"
        "notes = ['a', 'b']\ntimes = ['1 h', '30 min']\nlimit = '1 min'\n"
        "[subject]\nspecies = 'rat'\nbody_weight = '0.25 kg'\ntemperature = '37 Cel'\n"
        "[donor]\nspecies = 'human'\n[[layer]]\nmaterial = 'water'\nradius = '37 nm'\n"
        "[[release]]\nlaw = 'power'\nexponent = 0.4\nfraction = 0.5\n");
    EXPECT_EQ(s.name, "x");
    EXPECT_EQ(s.loading, 0.5);
    EXPECT_DOUBLE_EQ(*s.thickness, 2e-9);
    EXPECT_DOUBLE_EQ(s.dose.si, 6e-6);
    EXPECT_EQ(s.count, 7);
    EXPECT_TRUE(s.verbose);
    EXPECT_EQ(s.notes.size(), 2u);
    ASSERT_EQ(s.times.size(), 2u);
    EXPECT_DOUBLE_EQ(s.times[1], 1800.0);
    EXPECT_DOUBLE_EQ(s.limit, 60.0);
    EXPECT_DOUBLE_EQ(*s.subject.temperature, 310.15);
    EXPECT_EQ(s.donor->species, "human");
    EXPECT_DOUBLE_EQ(s.layer.at(0).radius, 3.7e-8);
    EXPECT_DOUBLE_EQ(std::get<sample::PowerLaw>(s.release.at(0).law).exponent, 0.4);
}
TEST(Reader, KeepsDefaultsOfAbsentKeys) {
    const Study s = read_study("count = 2");
    EXPECT_EQ(s.loading, 0.125);
    EXPECT_FALSE(s.thickness);
    EXPECT_FALSE(s.donor);
    EXPECT_TRUE(s.layer.empty());
}
TEST(Reader, AFilesListReplacesTheDefault) {
    Study s;
    s.layer = {{"gold", 1e-9}, {"silica", 2e-9}};
    Diagnostics diagnostics;
    read(parse_toml("[[layer]]\nmaterial = 'water'\nradius = '5 nm'\n", "s").root, s, diagnostics);
    ASSERT_EQ(s.layer.size(), 1u);
    EXPECT_EQ(s.layer[0].material, "water");
    read(parse_toml("count = 1", "s").root, s, diagnostics);
    EXPECT_EQ(s.layer.size(), 1u);
}
TEST(Reader, NumberWithoutUnit) {
    EXPECT_EQ(error("thickness = 37"),
              "s:1:13: thickness = 37 has no unit, expected a length such as \"37 nm\"");
    EXPECT_EQ(error("thickness = \"37\""),
              "s:1:13: thickness = \"37\" has no unit, expected a length such as \"37 nm\"");
}
TEST(Reader, PlainNumbersMayBeTextsAndPercent) {
    EXPECT_EQ(read_study("loading = '0.25'").loading, 0.25);
    EXPECT_DOUBLE_EQ(read_study("loading = '25 %'").loading, 0.25);
    EXPECT_EQ(read_study("loading = 1").loading, 1.0);
}
TEST(Reader, WrongDimension) {
    EXPECT_EQ(error("thickness = '37 mg'"),
              "s:1:13: \"37 mg\" is a mass, expected a length such as nm");
    EXPECT_EQ(error("thickness = '37 nm2'"),
              "s:1:13: \"37 nm2\" is an area, expected a length such as nm");
    EXPECT_EQ(error("loading = '37 mg'"), "s:1:11: \"37 mg\" is a mass, expected a plain number");
    EXPECT_EQ(error("thickness = '1 m4'"),
              "s:1:13: \"1 m4\" is a quantity of dimension m4, expected a length such as nm");
}
TEST(Reader, UnknownUnitCarriesTheHint) {
    const std::string text = error("thickness = '3 micron'");
    EXPECT_EQ(text.rfind("s:1:13: thickness = \"3 micron\": ", 0), 0u) << text;
    EXPECT_NE(text.find("um"), std::string::npos) << text;
}
TEST(Reader, TextThatIsNoNumber) {
    EXPECT_EQ(error("thickness = 'thin'").rfind("s:1:13: thickness = \"thin\": ", 0), 0u);
}
TEST(Reader, RangeWithUnit) {
    EXPECT_EQ(error(layer + "material = 'w'\nradius = '-3 nm'"),
              "s:3:10: radius is -3 nm, expected a number > 0 nm");
    EXPECT_EQ(error(layer + "material = 'w'\nradius = '0 um'"),
              "s:3:10: radius is 0 nm, expected a number > 0 nm");
    EXPECT_EQ(error("times = ['-1 h']"), "s:1:10: times is -1 h, expected a number >= 0 h");
}
TEST(Reader, RangeBetween) {
    EXPECT_EQ(error("loading = 1.2"), "s:1:11: loading is 1.2, expected a number between 0 and 1");
    EXPECT_EQ(error("thickness = '2 um'"),
              "s:1:13: thickness is 2000 nm, expected a number between 0 and 1000 nm");
    EXPECT_EQ(error("[[release]]\nlaw = 'power'\nexponent = 2"),
              "s:3:12: exponent is 2, expected a number between 0 (excluded) and 2 (excluded)");
}
TEST(Reader, ABoundIsMetInAnyUnit) {
    for (const char* text : {"1000 nm", "1 um", "0.001 mm", "1e-6 m", "0 mm"})
        EXPECT_EQ(error(std::string("thickness = '") + text + "'"), "no error") << text;
    for (const char* text : {"100 %", "1"})
        EXPECT_EQ(error(std::string("loading = '") + text + "'"), "no error") << text;
}
TEST(Reader, NumbersMustBeFinite) {
    EXPECT_EQ(error("loading = nan"), "s:1:11: loading is nan, expected a finite number");
    EXPECT_EQ(error("loading = inf"), "s:1:11: loading is inf, expected a finite number");
}
TEST(Reader, WrongKind) {
    EXPECT_EQ(error("name = 3"), "s:1:8: name is a number, expected text");
    EXPECT_EQ(error("verbose = 'yes'"), "s:1:11: verbose is text, expected true or false");
    EXPECT_EQ(error("thickness = [1]"),
              "s:1:13: thickness is a list, expected a length such as nm");
    EXPECT_EQ(error("loading = true"), "s:1:11: loading is true or false, expected a plain number");
    EXPECT_EQ(error("notes = 'a'"), "s:1:9: notes is text, expected a list of texts");
    EXPECT_EQ(error("notes = ['a', 2]"), "s:1:15: an entry of notes is a number, expected text");
    EXPECT_EQ(error("times = '1 h'"), "s:1:9: times is text, expected a list of numbers");
    EXPECT_EQ(error("subject = 1"), "s:1:11: subject is a number, expected a table");
    EXPECT_EQ(error("layer = 1"),
              "s:1:9: layer is a number, expected a list of tables ([[layer]])");
    EXPECT_EQ(error("layer = [1]"), "s:1:10: layer is a number, expected a table");
    EXPECT_EQ(error("[subject]\nspecies = 1"),
              "s:2:11: species is a number, expected one of mouse, rat, human");
}
TEST(Reader, ListEntriesWithoutUnitAreLocated) {
    EXPECT_EQ(error("times = ['1 h', 2]"),
              "s:1:17: times = 2 has no unit, expected a time such as \"2 h\"");
}
TEST(Reader, Choice) {
    EXPECT_EQ(
        error("[subject]\nspecies = 'mose'"),
        "s:2:11: species is 'mose', expected one of mouse, rat, human (did you mean 'mouse'?)");
    EXPECT_EQ(error("[subject]\nspecies = 'x'").find("did you mean"), std::string::npos);
}
TEST(Reader, IntegerRangeAndKind) {
    EXPECT_EQ(error("count = 0"), "s:1:9: count is 0, expected a whole number between 1 and 1000");
    EXPECT_EQ(error("count = 2.5"),
              "s:1:9: count is 2.5, expected a whole number between 1 and 1000");
    EXPECT_EQ(error("count = '3'"),
              "s:1:9: count is text, expected a whole number between 1 and 1000");
    EXPECT_EQ(error("count = nan").rfind("s:1:9: count is nan", 0), 0u);
    EXPECT_EQ(read_study("count = 1e3").count, 1000);
}
TEST(Reader, AnyOfAcceptsEachDimensionAndNamesAll) {
    EXPECT_EQ(read_study("dose = '2 mg'").dose.dimension, dimension::mass);
    EXPECT_EQ(read_study("dose = '2 umol'").dose.dimension, dimension::amount);
    EXPECT_EQ(
        error("dose = '2 s'"),
        "s:1:8: \"2 s\" is a time, expected a plain number such as mg/kg or a mass such as mg or "
        "an amount of substance such as mmol");
    EXPECT_EQ(error("dose = '-2 mg'"), "s:1:8: dose is -2 mg, expected a number > 0 mg");
    EXPECT_EQ(error("dose = 2").rfind("s:1:8: dose = 2 has no unit, expected", 0), 0u);
}
TEST(Reader, UnknownKeyNamesTheNearestAndListsTheKnown) {
    EXPECT_EQ(
        error(layer + "material = 'w'\nradius = '1 nm'\nraduis = '3 nm'"),
        "s:4:1: unknown key 'raduis', expected one of material, radius (did you mean 'radius'?)");
}
TEST(Reader, ManyKnownKeysAreNotListed) {
    EXPECT_EQ(error("conut = 2"), "s:1:1: unknown key 'conut' (did you mean 'count'?)");
}
TEST(Reader, MissingRequiredKeyIsLocatedAtTheTable) {
    EXPECT_EQ(error("count = 2\n[[layer]]\nradius = '1 nm'"),
              "s:2:1: key 'material' is missing, expected text: what it is made of");
    EXPECT_EQ(error("layer = [ {material = 'w'} ]"),
              "s:1:11: key 'radius' is missing, expected a length such as nm: outer radius");
}
TEST(Reader, KeyOfAnotherAlternative) {
    EXPECT_EQ(error("[[release]]\nlaw = 'first_order'\nhalf_life = '1 h'\nexponent = 0.5"),
              "s:4:1: 'exponent' does not belong to law 'first_order' (it belongs to law 'power')");
}
TEST(Reader, UnknownKeyBesideAlternativesOffersTheChosenOnes) {
    EXPECT_EQ(
        error("[[release]]\nlaw = 'power'\nexponnet = 0.5"),
        "s:3:1: unknown key 'exponnet', expected one of end, exponent, fraction, law (did you "
        "mean 'exponent'?)");
}
TEST(Reader, WrongTagIsTheOnlyMistakeReported) {
    EXPECT_EQ(error("[[release]]\nlaw = 'first_oder'\nhalf_life = '1 h'\nfraction = 0.1"),
              "s:2:7: law is 'first_oder', expected one of first_order, power (did you mean "
              "'first_order'?)");
    EXPECT_EQ(error("[[release]]\nhalf_life = '1 h'"),
              "s:1:1: key 'law' is missing, expected one of first_order, power: release law");
}
TEST(Reader, ComplaintsAreLocatedAtTheKey) {
    EXPECT_EQ(error("\ncount = 1\n[[layer]]\nmaterial='a'\nradius='1 nm'\n[[layer]]\nmaterial='b'\n"
                    "radius='2 nm'"),
              "s:2:1: count is less than the number of layers, expected a larger count (try 5)");
}
TEST(Reader, MistakesAreSortedByPlace) {
    EXPECT_EQ(error("zzz = 1\nname = 3\nloading = 2\n"),
              "s:1:1: unknown key 'zzz'\ns:2:8: name is a number, expected text\n"
              "s:3:11: loading is 2, expected a number between 0 and 1");
}
TEST(Reader, AtMostTwentyMistakesTheFirstOnes) {
    std::string text;
    for (int i = 0; i < 50; ++i) text += "zzz" + std::to_string(i) + " = 1\n";
    try {
        read_study(text);
        FAIL();
    } catch (const InputError& e) {
        ASSERT_EQ(e.diagnostics().size(), 20u);
        EXPECT_EQ(e.diagnostics().front().where.line, 1);
        EXPECT_EQ(e.diagnostics().back().where.line, 20);
    }
}
TEST(Reader, SetValuesAreLocatedAtTheOption) {
    Document d = parse_toml("count = 2", "s");
    set_value(d, "thickness=37");
    EXPECT_EQ(
        message_of([&] { read<Study>(d.root); }),
        "--set thickness=37: thickness = 37 has no unit, expected a length such as \"37 nm\"");
}
TEST(Reader, RootMustBeATable) {
    EXPECT_EQ(message_of([] {
                  read<sample::Layer>(Value{std::int64_t{1}, {"s", 1, 1}});
              }),
              "s:1:1: the document is a number, expected a table");
}
TEST(Reader, ReadsJsonAlike) {
    EXPECT_EQ(message_of([] { read<Study>(parse_json("{\"loading\": 1.2}", "s").root); }),
              "s:1:13: loading is 1.2, expected a number between 0 and 1");
}

}  // namespace
}  // namespace caravel::input
