#include "caravel/report/text.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace caravel::report {
namespace {

TEST(ReadableText, RoundsForPeople) {
    EXPECT_EQ(readable_text(0.0), "0");
    EXPECT_EQ(readable_text(0.012345), "0.0123");
    EXPECT_EQ(readable_text(5.0), "5");
    EXPECT_EQ(readable_text(1234.0, 4), "1234");
    EXPECT_EQ(readable_text(99960.0), "100\u2009000");
    EXPECT_EQ(readable_text(-54321.0, 5), "-54\u2009321");
    EXPECT_EQ(readable_text(1.2e-7), "1.2×10⁻⁷");
    EXPECT_EQ(readable_text(6.02e23), "6.02×10²³");
    EXPECT_EQ(readable_text(std::numeric_limits<double>::quiet_NaN()), "–");
    EXPECT_EQ(readable_text(std::numeric_limits<double>::infinity()), "∞");
}

TEST(UnitText, IsWhatPeopleWrite) {
    EXPECT_EQ(unit_text("%{ID}/g"), "%ID/g");
    EXPECT_EQ(unit_text("mm3"), "mm³");
    EXPECT_EQ(unit_text("ug/mL"), "µg/mL");
    EXPECT_EQ(unit_text("mg.h/L"), "mg·h/L");
    EXPECT_EQ(unit_text("10*9/L"), "10⁹/L");
    EXPECT_EQ(unit_text("10*-3"), "10⁻³");
    EXPECT_EQ(unit_text("Cel"), "°C");
    EXPECT_EQ(unit_text("1"), "");
    EXPECT_EQ(unit_text("1/h"), "1/h");
    EXPECT_EQ(unit_text("u"), "u");
}

TEST(TimeText, ChoosesTheUnit) {
    EXPECT_EQ(time_text(0.0), "0\u00A0h");
    EXPECT_EQ(time_text(90.0), "90\u00A0s");
    EXPECT_EQ(time_text(1800.0), "30\u00A0min");
    EXPECT_EQ(time_text(3600.0), "1\u00A0h");
    EXPECT_EQ(time_text(86400.0), "24\u00A0h");
    EXPECT_EQ(time_text(14.0 * 86400.0), "14\u00A0d");
}

TEST(NameText, SpeaksObservableNames) {
    EXPECT_EQ(name_text("liver.injected_dose_fraction[doxil]"),
              "Liver, injected dose fraction (doxil)");
}

TEST(XmlEscape, LeavesNoMarkupAndNoBrokenBytes) {
    EXPECT_EQ(xml_escape("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
    EXPECT_EQ(xml_escape("µ – ok"), "µ – ok");
    EXPECT_EQ(xml_escape("\x01\xff\xc0\xaf"), "\uFFFD\uFFFD\uFFFD\uFFFD");
    EXPECT_EQ(xml_escape("\xe2\x82"), "\uFFFD\uFFFD");  // cut sequence
}

// RFC 4648, section 10.
TEST(Base64, MeetsThePublishedVectors) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(CsvCell, IsQuotedOnlyWhereItMustBe) {
    EXPECT_EQ(csv_cell("a b;c"), "a b;c");
    EXPECT_EQ(csv_cell(""), "");
    EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
    EXPECT_EQ(csv_cell("5\" pipe"), "\"5\"\" pipe\"");
    EXPECT_EQ(csv_cell("two\r\nlines"), "\"two\r\nlines\"");
}

}  // namespace
}  // namespace caravel::report
