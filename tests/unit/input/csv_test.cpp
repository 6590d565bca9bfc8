#include "caravel/input/csv.hpp"

#include "messages.hpp"

#include <gtest/gtest.h>

namespace caravel::input {
namespace {

using Row = std::vector<std::string>;

std::string error(const std::string& text, CsvLimits limits = {}) {
    return message_of([&] { parse_csv(text, "t.csv", limits); });
}

TEST(Csv, ReadsHeaderRowsAndLines) {
    const CsvTable t = parse_csv("# note\ntime [h], value\n\n1,2\n# more\n3,4", "t.csv");
    EXPECT_EQ(t.columns, (Row{"time [h]", "value"}));
    ASSERT_EQ(t.rows.size(), 2u);
    EXPECT_EQ(t.rows[1], (Row{"3", "4"}));
    EXPECT_EQ(t.lines, (std::vector<int>{4, 6}));
}
TEST(Csv, ReadsQuotedCells) {
    const CsvTable t = parse_csv("a,b\n\"x,\"\"y\"\"\nz\",\"\"\n1,2\n", "t.csv");
    EXPECT_EQ(t.rows[0], (Row{"x,\"y\"\nz", ""}));
    EXPECT_EQ(t.lines, (std::vector<int>{2, 4}));
}
TEST(Csv, AcceptsByteOrderMarkAndCrLf) {
    const CsvTable t = parse_csv(
        "\xEF\xBB\xBF"
        "a,b\r\n1,\"2\"\r\n\r\n3,\r\n",
        "t.csv");
    EXPECT_EQ(t.columns, (Row{"a", "b"}));
    EXPECT_EQ(t.rows, (std::vector<Row>{{"1", "2"}, {"3", ""}}));
}
TEST(Csv, KeepsEmptyLastCell) {
    EXPECT_EQ(parse_csv("a,b\n1,", "t.csv").rows[0], (Row{"1", ""}));
    EXPECT_EQ(parse_csv("a,b\n,\n", "t.csv").rows[0], (Row{"", ""}));
}
TEST(Csv, RejectsRaggedRows) {
    EXPECT_EQ(error("a,b,c,d,e\n1,2,3,4,5\n1,2,3,4\n"),
              "t.csv:3: this row has 4 cells, expected 5 as in the header");
    EXPECT_EQ(error("a,b\n1\n"), "t.csv:2: this row has 1 cell, expected 2 as in the header");
}
TEST(Csv, RejectsUnclosedQuotesAndTextBehindThem) {
    EXPECT_EQ(error("a,b\n1,\"x\n\n"), "t.csv:2:2: a quoted cell has no closing quote");
    EXPECT_EQ(error("a,b\n\"x\"y,2\n"), "t.csv:2:1: text after the closing quote of a cell");
}
TEST(Csv, RejectsEmptyFileBinaryAndBadUtf8) {
    EXPECT_EQ(error(""), "t.csv: the file is empty");
    EXPECT_EQ(error("# x\n\n"), "t.csv: the file is empty");
    EXPECT_EQ(error(std::string("a\0b", 3)),
              "t.csv: looks like a binary file, expected text in UTF-8");
    EXPECT_EQ(error("a\n\xFF\n"),
              "t.csv:2: not valid UTF-8 at line 2 (byte 2 of the file) (save the file as UTF-8)");
}
TEST(Csv, RejectsColumnGivenTwice) {
    EXPECT_EQ(error("a,b,a\n"), "t.csv:1: column 'a' is given twice");
}
TEST(Csv, EnforcesLimits) {
    EXPECT_EQ(error("a,b,c\n", {1000, 2, 10}), "t.csv:1: more than 2 columns");
    EXPECT_EQ(error("a\n1\n2\n3\n", {1000, 2, 2}), "t.csv:4: more than 2 rows");
    EXPECT_EQ(error("a,b\n", {3, 2, 2}), "t.csv: the file has 4 bytes, at most 3 are read");
}
TEST(Csv, NamesTheNearestColumn) {
    const CsvTable t = parse_csv("time,value\n1,2\n", "t.csv");
    EXPECT_EQ(t.column("value"), 1u);
    EXPECT_TRUE(t.has_column("time"));
    EXPECT_FALSE(t.has_column("tme"));
    EXPECT_EQ(
        message_of([&] { t.column("tme"); }),
        "t.csv: there is no column 'tme', expected one of time, value (did you mean 'time'?)");
}
TEST(Csv, ReadsFiniteNumbers) {
    const CsvTable t = parse_csv("x\n 1.5 \n+2\n-3e-2\n", "t.csv");
    EXPECT_EQ(t.number(0, 0), 1.5);
    EXPECT_EQ(t.number(1, 0), 2.0);
    EXPECT_EQ(t.number(2, 0), -0.03);
}
TEST(Csv, LocatesCellsThatAreNoNumbers) {
    const CsvTable t = parse_csv("x,y\n1,abc\n2,\n3,nan\n4,1 2\n5,1e999\n", "t.csv");
    const auto number = [&](std::size_t row) { return message_of([&] { t.number(row, 1); }); };
    EXPECT_EQ(number(0), "t.csv:2:2: y is \"abc\", expected a finite number");
    EXPECT_EQ(number(1), "t.csv:3:2: y is empty, expected a finite number");
    EXPECT_EQ(number(2), "t.csv:4:2: y is \"nan\", expected a finite number");
    EXPECT_EQ(number(3), "t.csv:5:2: y is \"1 2\", expected a finite number");
    EXPECT_EQ(number(4), "t.csv:6:2: y is \"1e999\", expected a finite number");
}
TEST(Csv, TabsSeparateWhereTheDialectSaysSo) {
    const CsvTable t = parse_csv("a\tb\tc\n1\t2,5\n", "t.tsv", {}, tab_separated);
    EXPECT_EQ(t.columns, (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(t.rows[0], (std::vector<std::string>{"1", "2,5", ""}));
    EXPECT_EQ(message_of([] { parse_csv("a\tb\n1\t2\t3\n", "t.tsv", {}, tab_separated); }),
              "t.tsv:2: this row has 3 cells, expected 2 as in the header");
}
TEST(Csv, MissingFile) {
    EXPECT_EQ(message_of([] { read_csv("no/such.csv"); }),
              "IoError: cannot read 'no/such.csv': No such file or directory");
}

}  // namespace
}  // namespace caravel::input
