#include "caravel/base/unit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

namespace caravel {
namespace {

UnitError error_of(const std::string& text) {
    try {
        parse_quantity(text);
    } catch (const UnitError& error) {
        return error;
    }
    ADD_FAILURE() << "'" << text << "' was accepted";
    return {"", "", -1};
}

TEST(ParseQuantity, reads_number_and_unit) {
    const ParsedQuantity dose = parse_quantity("6 mg/kg");
    EXPECT_DOUBLE_EQ(dose.si, 6e-6);
    EXPECT_EQ(dose.value, 6.0);
    EXPECT_TRUE(dose.has_unit);
    EXPECT_EQ(dose.unit.text, "mg/kg");
    EXPECT_EQ(dose.unit.dimension, dimension::none);
}

TEST(ParseQuantity, number_without_unit_is_plain) {
    const ParsedQuantity plain = parse_quantity("0.125");
    EXPECT_EQ(plain.si, 0.125);
    EXPECT_FALSE(plain.has_unit);
    EXPECT_EQ(plain.unit.dimension, dimension::none);
    EXPECT_EQ(plain.unit.factor, 1.0);
}

TEST(ParseQuantity, reads_the_usual_number_forms) {
    const std::pair<const char*, double> texts[] = {
        {"1e-3 m", 1e-3}, {"-5 m", -5.0},     {"+5 m", 5.0},         {".5 m", 0.5},
        {"5. m", 5.0},    {"1E3 m", 1e3},     {"-1.5e+2 m", -150.0}, {"  7  m ", 7.0},
        {"37nm", 37e-9},  {"0 m", 0.0},       {"5 %", 0.05},         {"2/s", 2.0},
        {"3 1/s", 3.0},   {"5 10*9/L", 5e12}, {"2 1", 2.0},          {"0.05 1/nm2", 5e16}};
    for (const auto& [text, si] : texts) EXPECT_DOUBLE_EQ(parse_quantity(text).si, si) << text;
}

TEST(ParseQuantity, temperature_scale_is_shifted) {
    EXPECT_DOUBLE_EQ(parse_quantity("37 Cel").si, 310.15);
    EXPECT_DOUBLE_EQ(parse_quantity("-273.15 Cel").si, 0.0);
}

TEST(ParseQuantity, refuses_what_is_no_finite_decimal_number) {
    for (const char* text :
         {"", " ", "inf", "-inf m", "nan", "NaN m", "infinity", "0x10", "0x1p3 m", "mg", "-", "+-5",
          "--5", "e5", ".", "1e400", "1e-400", "1e300 Ym", "five m"}) {
        EXPECT_THROW(parse_quantity(text), UnitError) << "'" << text << "'";
    }
}

TEST(ParseQuantity, refuses_trailing_rubbish_and_names_its_position) {
    EXPECT_EQ(error_of("6 mg/kg!").position(), 7);
    EXPECT_EQ(error_of("6 mg/hr").position(), 5);
    EXPECT_EQ(error_of("6 mg/hr").hint(), "write 'h'");
    EXPECT_EQ(error_of("  6 xyz").position(), 4);
    EXPECT_EQ(error_of("6 mg kg").position(), 4);
    EXPECT_EQ(error_of("1.2.3 m").position(), 3);
}

TEST(ParseQuantity, a_number_split_by_a_blank_is_no_unit) {
    EXPECT_EQ(error_of("1 500").hint(), "write numbers without blanks");
    EXPECT_EQ(error_of("1 500 m").position(), 2);
}

TEST(ParseQuantity, decimal_comma_has_a_hint) {
    EXPECT_EQ(error_of("1,5 mg").hint(), "write a point for decimals");
    EXPECT_EQ(error_of("10*9/L").hint(), "write '1 10*9/L' or '1e9 1/L'");
}

TEST(FormatNumber, shortest_text_reads_back) {
    EXPECT_EQ(format_number(0.1), "0.1");
    EXPECT_EQ(format_number(1e-9), "1e-09");
    EXPECT_EQ(format_number(37.0), "37");
    EXPECT_EQ(format_number(-0.0), "-0");
    EXPECT_EQ(format_number(0.1 + 0.2), "0.30000000000000004");
    for (const double value : {1.0 / 3.0, 6.02214076e23, 5e-324, 1.7976931348623157e308}) {
        EXPECT_EQ(std::strtod(format_number(value).c_str(), nullptr), value);
    }
}

TEST(FormatNumber, rounds_to_significant_digits_without_trailing_zeros) {
    EXPECT_EQ(format_number(6.02214076e23, 3), "6.02e+23");
    EXPECT_EQ(format_number(37.0, 3), "37");
    EXPECT_EQ(format_number(0.123456, 2), "0.12");
    EXPECT_EQ(format_number(1234.5, 2), "1.2e+03");
    EXPECT_EQ(format_number(99.96, 3), "100");
    EXPECT_EQ(format_number(1.5, 0), "2");
}

TEST(FormatQuantity, converts_to_the_unit_and_keeps_its_text) {
    EXPECT_EQ(format_quantity(37e-9, "nm"), "37 nm");
    EXPECT_EQ(format_quantity(310.15, "Cel"), "37 Cel");
    EXPECT_EQ(format_quantity(12.0, "%{ID}/g"), "1.2 %{ID}/g");
    EXPECT_EQ(format_quantity(0.125, "1"), "0.125");
    EXPECT_EQ(format_quantity(std::numeric_limits<double>::quiet_NaN(), "mg"), "nan mg");
    EXPECT_THROW(format_quantity(1.0, "xyz"), UnitError);
}

TEST(FormatQuantity, parsed_quantities_print_as_they_were_written) {
    for (const char* text :
         {"37 nm", "6 mg/kg", "0.05 1/nm2", "2 mg/mL", "150 mm3", "100 h", "0.3 um", "41.7 Cel",
          "7.3 kPa", "1.1 mm[Hg]", "3.3 umol/L", "1e-07 mol/L"}) {
        const ParsedQuantity quantity = parse_quantity(text);
        const std::string printed = format_quantity(quantity.si, quantity.unit.text);
        EXPECT_EQ(printed, text);
        EXPECT_EQ(parse_quantity(printed).si, quantity.si) << text;
    }
}

TEST(FormatQuantity, neighbours_of_a_round_number_stay_apart_in_si_units) {
    const double above = std::nextafter(0.1, 1.0);
    EXPECT_EQ(parse_quantity(format_quantity(above, "m")).si, above);
    EXPECT_NE(format_quantity(above, "m"), format_quantity(0.1, "m"));
}

}  // namespace
}  // namespace caravel
