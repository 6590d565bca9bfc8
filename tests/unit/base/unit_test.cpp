#include "caravel/base/unit.hpp"

#include <gtest/gtest.h>

#include <numbers>
#include <string>

namespace caravel {
namespace {

struct Known {
    const char* text;
    double factor;
    Dimension dimension;
};

void expect_known(const Known& known) {
    const Unit unit = parse_unit(known.text);
    EXPECT_DOUBLE_EQ(unit.factor, known.factor) << known.text;
    EXPECT_EQ(unit.offset, 0.0) << known.text;
    EXPECT_EQ(unit.dimension, known.dimension) << known.text;
    EXPECT_EQ(unit.text, known.text);
}

UnitError error_of(const std::string& text) {
    try {
        parse_unit(text);
    } catch (const UnitError& error) {
        return error;
    }
    ADD_FAILURE() << "'" << text << "' was accepted";
    return {"", "", -1};
}

std::string hint_of(const std::string& text) { return error_of(text).hint(); }

TEST(Unit, base_units_have_factor_one) {
    for (const Known& known :
         {Known{"m", 1, dimension::length}, Known{"kg", 1, dimension::mass},
          Known{"s", 1, dimension::time}, Known{"A", 1, {.current = 1}},
          Known{"K", 1, dimension::temperature}, Known{"mol", 1, dimension::amount},
          Known{"cd", 1, {.luminosity = 1}}, Known{"1", 1, dimension::none}}) {
        expect_known(known);
    }
}

TEST(Unit, derived_units_have_their_si_dimension) {
    const Dimension energy{.length = 2, .mass = 1, .time = -2};
    for (const Known& known :
         {Known{"N", 1, {.length = 1, .mass = 1, .time = -2}}, Known{"Pa", 1, dimension::pressure},
          Known{"J", 1, energy}, Known{"W", 1, {.length = 2, .mass = 1, .time = -3}},
          Known{"V", 1, dimension::voltage}, Known{"C", 1, {.time = 1, .current = 1}},
          Known{"Ohm", 1, {.length = 2, .mass = 1, .time = -3, .current = -2}},
          Known{"S", 1, {.length = -2, .mass = -1, .time = 3, .current = 2}},
          Known{"F", 1, {.length = -2, .mass = -1, .time = 4, .current = 2}},
          Known{"Wb", 1, {.length = 2, .mass = 1, .time = -2, .current = -1}},
          Known{"T", 1, dimension::magnetic_flux_density},
          Known{"H", 1, {.length = 2, .mass = 1, .time = -2, .current = -2}},
          Known{"lm", 1, {.luminosity = 1}}, Known{"lx", 1, {.length = -2, .luminosity = 1}},
          Known{"Bq", 1, dimension::rate}, Known{"Hz", 1, dimension::frequency},
          Known{"Gy", 1, dimension::dose}, Known{"Sv", 1, dimension::dose},
          Known{"kat", 1, {.time = -1, .amount = 1}}}) {
        expect_known(known);
    }
}

TEST(Unit, other_units_have_their_defined_value) {
    const Dimension energy{.length = 2, .mass = 1, .time = -2};
    for (const Known& known : {Known{"L", 1e-3, dimension::volume},
                               Known{"l", 1e-3, dimension::volume},
                               Known{"min", 60, dimension::time},
                               Known{"h", 3600, dimension::time},
                               Known{"d", 86400, dimension::time},
                               Known{"wk", 604800, dimension::time},
                               Known{"mo", 30.4375 * 86400, dimension::time},
                               Known{"a", 365.25 * 86400, dimension::time},
                               Known{"Ci", 3.7e10, dimension::rate},
                               Known{"bar", 1e5, dimension::pressure},
                               Known{"atm", 101325, dimension::pressure},
                               Known{"mm[Hg]", 133.322, dimension::pressure},
                               Known{"cm[H2O]", 98.0665, dimension::pressure},
                               Known{"u", 1.66053906660e-27, dimension::mass},
                               Known{"eV", 1.602176634e-19, energy},
                               Known{"cal", 4.184, energy},
                               Known{"kcal", 4184, energy},
                               Known{"erg", 1e-7, energy},
                               Known{"dyn", 1e-5, {.length = 1, .mass = 1, .time = -2}},
                               Known{"P", 0.1, {.length = -1, .mass = 1, .time = -1}},
                               Known{"cP", 1e-3, {.length = -1, .mass = 1, .time = -1}},
                               Known{"G", 1e-4, dimension::magnetic_flux_density},
                               Known{"Ao", 1e-10, dimension::length},
                               Known{"[in_i]", 0.0254, dimension::length},
                               Known{"[ft_i]", 0.3048, dimension::length},
                               Known{"[lb_av]", 0.45359237, dimension::mass},
                               Known{"b", 1e-28, dimension::area},
                               Known{"Oe", 79.57747154594767, {.length = -1, .current = 1}},
                               Known{"osm", 1, dimension::amount},
                               Known{"U", 1e-6 / 60, {.time = -1, .amount = 1}}}) {
        expect_known(known);
    }
}

TEST(Unit, plain_numbers_have_no_dimension) {
    for (const Known& known :
         {Known{"%", 0.01, {}}, Known{"[ppth]", 1e-3, {}}, Known{"[ppm]", 1e-6, {}},
          Known{"[ppb]", 1e-9, {}}, Known{"[pptr]", 1e-12, {}}, Known{"[pH]", 1, {}},
          Known{"[hnsf'U]", 1, {}}, Known{"[CFU]", 1, {}}, Known{"[iU]", 1, {}},
          Known{"k[iU]", 1000, {}}, Known{"rad", 1, {}}, Known{"sr", 1, {}},
          Known{"deg", std::numbers::pi / 180, {}}, Known{"10*9", 1e9, {}}, Known{"10^9", 1e9, {}},
          Known{"10*-3", 1e-3, {}}, Known{"10*", 10, {}}, Known{"{cell}", 1, {}},
          Known{"12", 12, {}}}) {
        expect_known(known);
    }
}

TEST(Unit, every_prefix_is_its_power_of_ten) {
    const std::pair<const char*, double> prefixes[] = {
        {"Ym", 1e24},  {"Zm", 1e21},  {"Em", 1e18},  {"Pm", 1e15},  {"Tm", 1e12},
        {"Gm", 1e9},   {"Mm", 1e6},   {"km", 1e3},   {"hm", 1e2},   {"dam", 1e1},
        {"dm", 1e-1},  {"cm", 1e-2},  {"mm", 1e-3},  {"um", 1e-6},  {"nm", 1e-9},
        {"pm", 1e-12}, {"fm", 1e-15}, {"am", 1e-18}, {"zm", 1e-21}, {"ym", 1e-24}};
    for (const auto& [text, factor] : prefixes) EXPECT_EQ(parse_unit(text).factor, factor) << text;
}

TEST(Unit, decimal_units_are_the_nearest_double) {
    EXPECT_EQ(parse_unit("mg/kg").factor, 1e-6);
    EXPECT_EQ(parse_unit("1/nm2").factor, 1e18);
    EXPECT_EQ(parse_unit("mg/mL").factor, 1.0);
    EXPECT_EQ(parse_unit("mm3").factor, 1e-9);
    EXPECT_EQ(parse_unit("uL/min").factor, 1e-9 / 60.0);
    EXPECT_EQ(parse_unit("umol/L").factor, 1e-3);
    EXPECT_EQ(parse_unit("g/mol").factor, 1e-3);
}

TEST(Unit, products_quotients_and_exponents_combine) {
    for (const Known& known :
         {Known{"mg/kg", 1e-6, {}}, Known{"m/s2", 1, {.length = 1, .time = -2}},
          Known{"m.s-1", 1, dimension::velocity}, Known{"m+2", 1, dimension::area},
          Known{"mL/min/kg", 1e-6 / 60, {.length = 3, .mass = -1, .time = -1}},
          Known{"mL/(min.kg)", 1e-6 / 60, {.length = 3, .mass = -1, .time = -1}},
          Known{"W/(m.K)", 1, {.length = 1, .mass = 1, .time = -3, .temperature = -1}},
          Known{"J/kg/K", 1, {.length = 2, .time = -2, .temperature = -1}},
          Known{"/s", 1, dimension::rate}, Known{"1/h", 1.0 / 3600, dimension::rate},
          Known{"10*9/L", 1e12, dimension::number_density},
          Known{"mg/m2", 1e-6, dimension::mass_per_area},
          Known{"kg.m/(s2.(A.m))", 1, dimension::magnetic_flux_density}}) {
        expect_known(known);
    }
}

TEST(Unit, whole_numbers_are_factors) {
    EXPECT_EQ(parse_unit("m2.5").factor, 5.0);
    EXPECT_EQ(parse_unit("mg/100.mL").dimension, parse_unit("g.L").dimension);
    EXPECT_DOUBLE_EQ(parse_unit("mg/(100.mL)").factor, 0.01);
}

TEST(Unit, division_binds_to_the_next_factor_only) {
    EXPECT_EQ(parse_unit("m/s.kg").dimension, (Dimension{.length = 1, .mass = 1, .time = -1}));
}

TEST(Unit, annotations_are_kept_in_the_text_and_count_one) {
    for (const Known& known :
         {Known{"%{ID}/g", 10.0, {.mass = -1}}, Known{"{cell}/mL", 1e6, dimension::number_density},
          Known{"10*6{cells}/mL", 1e12, dimension::number_density},
          Known{"1{dose}/d", 1.0 / 86400, dimension::rate}, Known{"/{cell}", 1, {}},
          Known{"mg{drug}/kg{body}", 1e-6, {}}}) {
        expect_known(known);
    }
}

TEST(Unit, exact_atoms_win_over_prefixes) {
    EXPECT_EQ(parse_unit("cd").dimension, (Dimension{.luminosity = 1}));  // not centiday
    EXPECT_EQ(parse_unit("Pa").dimension, dimension::pressure);           // not petayear
    EXPECT_EQ(parse_unit("min").factor, 60.0);                            // not milli-inch
    EXPECT_EQ(parse_unit("mol").dimension, dimension::amount);
    EXPECT_EQ(parse_unit("hPa").factor, 100.0);
}

TEST(Unit, only_metric_atoms_take_prefixes) {
    for (const char* text : {"kh", "mmin", "m%", "kdeg", "kd", "u[in_i]", "m[degF]", "kAo"}) {
        EXPECT_THROW(parse_unit(text), UnitError) << text;
    }
}

TEST(Unit, is_case_sensitive) {
    EXPECT_EQ(parse_unit("Mm").factor, 1e6);
    EXPECT_EQ(parse_unit("mm").factor, 1e-3);
    EXPECT_EQ(parse_unit("S").dimension.current, 2);
    EXPECT_EQ(parse_unit("s").dimension, dimension::time);
}

TEST(Unit, temperature_scales_have_an_offset) {
    const Unit celsius = parse_unit("Cel");
    EXPECT_DOUBLE_EQ(to_si(37.0, celsius), 310.15);
    EXPECT_DOUBLE_EQ(from_si(310.15, celsius), 37.0);
    EXPECT_EQ(celsius.dimension, dimension::temperature);
    const Unit fahrenheit = parse_unit("[degF]");
    EXPECT_NEAR(to_si(98.6, fahrenheit), 310.15, 1e-12);
    EXPECT_NEAR(to_si(32.0, fahrenheit), 273.15, 1e-12);
    EXPECT_DOUBLE_EQ(to_si(37.0, parse_unit("Cel{skin}")), 310.15);
}

TEST(Unit, temperature_scales_cannot_be_multiplied) {
    for (const char* text : {"W/(m.Cel)", "1/Cel", "/Cel", "Cel2", "Cel.m", "m.Cel", "Cel/min",
                             "J/kg/Cel", "[degF].s", "(Cel)/s"}) {
        EXPECT_EQ(hint_of(text), "use K") << text;
    }
    EXPECT_EQ(hint_of("mCel"), "use K");
    EXPECT_EQ(error_of("W/(m.Cel)").position(), 5);
}

TEST(Unit, hints_name_the_ucum_spelling_of_time) {
    for (const char* text : {"hr", "hrs", "hour", "hours"}) EXPECT_EQ(hint_of(text), "write 'h'");
    for (const char* text : {"sec", "seconds"}) EXPECT_EQ(hint_of(text), "write 's'");
    for (const char* text : {"day", "days"}) EXPECT_EQ(hint_of(text), "write 'd'");
    EXPECT_EQ(hint_of("mg/hr"), "write 'h'");
    EXPECT_EQ(error_of("mg/hr").position(), 3);
    EXPECT_STREQ(error_of("mg/hr").what(), "unknown unit 'hr' in 'mg/hr'");
    EXPECT_STREQ(error_of("hr").what(), "unknown unit 'hr'");
}

TEST(Unit, hints_name_the_ucum_spelling_of_concentration) {
    EXPECT_EQ(hint_of("M"), "write 'mol/L'");
    EXPECT_EQ(hint_of("mM"), "write 'mmol/L'");
    EXPECT_EQ(hint_of("uM"), "write 'umol/L'");
    EXPECT_EQ(hint_of("nM"), "write 'nmol/L'");
}

TEST(Unit, hints_name_the_ucum_spelling_of_other_habits) {
    const std::pair<const char*, const char*> habits[] = {
        {"degC", "write 'Cel'"},        {"mmHg", "write 'mm[Hg]'"}, {"cmH2O", "write 'cm[H2O]'"},
        {"mcg", "write 'ug'"},          {"cc", "write 'mL'"},       {"%ID/g", "write '%{ID}'"},
        {"1/cells", "write '{cells}'"}, {"ppm", "write '[ppm]'"},   {"IU", "write '[iU]'"},
        {"HU", "write '[hnsf'U]'"},     {"lbs", "write '[lb_av]'"}, {"ohm", "write 'Ohm'"},
        {"m^2", "write 'm2'"},          {"m**2", "write 'm2'"},     {"kg*m", "write 'kg.m'"},
        {"10^9*m", "write '10*9.m'"}};
    for (const auto& [text, hint] : habits) EXPECT_EQ(hint_of(text), hint) << text;
}

TEST(Unit, hints_ignore_the_case_of_words) {
    EXPECT_EQ(hint_of("Liter"), "write 'L'");
    EXPECT_EQ(hint_of("Hours"), "write 'h'");
    EXPECT_EQ(hint_of("Cells"), "write '{cells}'");
}

TEST(Unit, hint_for_daltons_tells_mass_from_molar_mass) {
    EXPECT_EQ(hint_of("Da"), "write 'u' for the mass of a molecule or 'g/mol' for a molar mass");
    EXPECT_EQ(hint_of("kDa"), "write 'ku' for the mass of a molecule or 'kg/mol' for a molar mass");
}

TEST(Unit, hints_mend_wrong_case) {
    EXPECT_EQ(hint_of("KG"), "write 'kg'");
    EXPECT_EQ(hint_of("Kg"), "write 'kg'");
    EXPECT_EQ(hint_of("MOL"), "write 'mol'");
    EXPECT_EQ(hint_of("KHZ"), "write 'kHz'");
    EXPECT_EQ(hint_of("gy"), "write 'Gy'");
}

TEST(Unit, hints_mend_typography) {
    EXPECT_EQ(hint_of("\xC2\xB5m"), "write 'um'");  // micro sign
    EXPECT_EQ(hint_of("\xCE\xBCm"), "write 'um'");  // Greek mu
    EXPECT_EQ(hint_of("mg/\xCE\xBCL"), "write 'mg/uL'");
    EXPECT_EQ(hint_of("\xC2\xB0"
                      "C"),
              "write 'Cel'");
    EXPECT_EQ(hint_of("\xC2\xB0"), "write 'deg'");
    EXPECT_EQ(hint_of("\xC3\x85"), "write 'Ao' or 'nm'");
    EXPECT_EQ(hint_of("m\xC2\xB2"), "write 'm2'");
    EXPECT_EQ(hint_of("s\xE2\x81\xBB\xC2\xB9"), "write 's-1'");
    EXPECT_EQ(hint_of("N\xC2\xB7m"), "write 'N.m'");
}

TEST(Unit, hint_finds_the_nearest_unit) {
    EXPECT_EQ(hint_of("mmoll"), "did you mean 'mmol'?");
    EXPECT_EQ(hint_of("kPaa"), "did you mean 'kPa'?");
    EXPECT_EQ(hint_of("elephant"), "");
    EXPECT_EQ(hint_of("x"), "");
}

TEST(Unit, position_counts_characters_not_bytes) {
    EXPECT_EQ(error_of("kg/\xC2\xB5m").position(), 3);
    EXPECT_EQ(error_of("kg/(m.x)").position(), 6);
    EXPECT_EQ(error_of("kg/(m.s").position(), 3);
    EXPECT_EQ(error_of("m/").position(), 2);
}

TEST(Unit, malformed_text_is_refused) {
    for (const char* text :
         {"",   "/",   ".",          "m.",    "m/",        "m//s",  "m..s",   ".m",   "(m",
          "m)", "()",  "m(s)",       "(m)2",  "2m",        "m 2",   "m s",    " m",   "m ",
          "m-", "m+",  "[in_i",      "in_i]", "{cell",     "cell}", "{a{b}}", "{a}m", "m{a}2",
          "0",  "1/0", "1000000000", "m\t",   "mg per kg", "*",     "^2",     "10**", "m,s",
          "-m", "-1",  "1e3",        "\xFF",  "m\xC2"}) {
        EXPECT_THROW(parse_unit(text), UnitError) << "'" << text << "'";
    }
}

TEST(Unit, blank_has_a_hint) { EXPECT_EQ(hint_of("mg per kg"), "write '/' for 'per'"); }

TEST(Unit, exponents_are_limited) {
    EXPECT_EQ(parse_unit("m12").dimension.length, 12);
    EXPECT_EQ(parse_unit("m-12").dimension.length, -12);
    EXPECT_THROW(parse_unit("m13"), UnitError);
    EXPECT_THROW(parse_unit("m-13"), UnitError);
    EXPECT_THROW(parse_unit("m99999999999999999999"), UnitError);
    EXPECT_EQ(parse_unit("10*13").factor, 1e13);
    EXPECT_EQ(parse_unit("10*-30").factor, 1e-30);
    EXPECT_THROW(parse_unit("10*31"), UnitError);
}

TEST(Unit, dimension_overflow_is_an_error) {
    std::string text = "m12";
    for (int i = 1; i < 10; ++i) text += ".m12";
    EXPECT_EQ(parse_unit(text).dimension.length, 120);
    EXPECT_EQ(parse_unit(text + ".m7").dimension.length, 127);
    EXPECT_THROW(parse_unit(text + ".m8"), UnitError);
    EXPECT_EQ(parse_unit(text + ".m12/m12").dimension.length, 120);
}

TEST(Unit, factor_overflow_is_an_error) {
    EXPECT_EQ(parse_unit("Ym12").factor, 1e288);
    EXPECT_THROW(parse_unit("Ym12.Ym12"), UnitError);
    EXPECT_THROW(parse_unit("ym12.ym12"), UnitError);
}

TEST(Unit, nesting_is_limited) {
    const auto nested = [](int depth) {
        return std::string(static_cast<std::size_t>(depth), '(') + "m" +
               std::string(static_cast<std::size_t>(depth), ')');
    };
    EXPECT_EQ(parse_unit(nested(16)).dimension, dimension::length);
    EXPECT_THROW(parse_unit(nested(17)), UnitError);
}

TEST(Unit, length_is_limited) {
    const std::string annotation(253, 'x');
    EXPECT_NO_THROW(parse_unit("m{" + annotation + "}"));
    EXPECT_THROW(parse_unit("m{" + annotation + "x}"), UnitError);
}

TEST(Unit, converts_from_si_by_name) {
    EXPECT_DOUBLE_EQ(from_si(3.7e-8, "nm"), 37.0);
    EXPECT_DOUBLE_EQ(from_si(310.15, "Cel"), 37.0);
    EXPECT_THROW(from_si(1.0, "furlong"), UnitError);
}

}  // namespace
}  // namespace caravel
