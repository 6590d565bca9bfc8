#include "caravel/input/document.hpp"

#include "messages.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace caravel::input {
namespace {

std::string toml_error(const std::string& text, DocumentLimits limits = {}) {
    return message_of([&] { parse_toml(text, "s.toml", limits); });
}
std::string json_error(const std::string& text, DocumentLimits limits = {}) {
    return message_of([&] { parse_json(text, "s.json", limits); });
}
const Table& table_of(const Value& value) { return std::get<Table>(value.data); }
const Table::Entry& entry(const Document& document, std::string_view key) {
    return *table_of(document.root).find(key);
}
std::string repeated(const std::string& text, int n) {
    std::string result;
    for (int i = 0; i < n; ++i) result += text;
    return result;
}

TEST(Toml, KeepsFileOrderAndPlaces) {
    const Document d =
        parse_toml("zeta = 1\nalpha = 2.5\n[mid]\n  b = \"x\"\n  a = true\n", "s.toml");
    const Table& root = table_of(d.root);
    ASSERT_EQ(root.entries.size(), 3u);
    EXPECT_EQ(root.entries[0].key, "zeta");
    EXPECT_EQ(root.entries[1].key, "alpha");
    EXPECT_EQ(root.entries[1].where.line, 2);
    EXPECT_EQ(root.entries[1].value.where.column, 9);
    const Table& mid = table_of(root.entries[2].value);
    EXPECT_EQ(mid.entries[0].key, "b");
    EXPECT_EQ(mid.entries[1].where.line, 5);
    EXPECT_EQ(mid.entries[1].where.column, 3);
}
TEST(Toml, ReadsEveryKindOfValue) {
    const Document d =
        parse_toml("i = -3\nd = 1e3\ns = 'x'\nb = false\na = [1, 'y']\nt = {k = 1}\n", "s");
    EXPECT_EQ(std::get<std::int64_t>(entry(d, "i").value.data), -3);
    EXPECT_EQ(std::get<double>(entry(d, "d").value.data), 1000.0);
    EXPECT_EQ(std::get<std::string>(entry(d, "s").value.data), "x");
    EXPECT_EQ(std::get<bool>(entry(d, "b").value.data), false);
    EXPECT_EQ(std::get<Array>(entry(d, "a").value.data).size(), 2u);
    EXPECT_TRUE(entry(d, "t").value.is_table());
}
TEST(Toml, AcceptsByteOrderMarkAndCrLf) {
    const Document d = parse_toml(
        "\xEF\xBB\xBF"
        "a = 1\r\nb = 2\r\n",
        "s");
    EXPECT_EQ(entry(d, "b").where.line, 2);
}
TEST(Toml, RejectsDates) {
    EXPECT_EQ(toml_error("x = 1\nat = 2020-01-02\n"),
              "s.toml:2:6: 'at' is a date or time, expected a time span such as \"24 h\"");
    EXPECT_EQ(toml_error("at = [10:00:00]"),
              "s.toml:1:7: 'at' is a date or time, expected a time span such as \"24 h\"");
}
TEST(Toml, RejectsEmptyFile) {
    EXPECT_EQ(toml_error(""), "s.toml: the file is empty");
    EXPECT_EQ(toml_error("# only a note\n\n"), "s.toml: the file is empty");
}
TEST(Toml, RejectsBytesThatAreNotUtf8) {
    EXPECT_EQ(toml_error("a = 1\nb = \"\xFF\"\n"),
              "s.toml:2: not valid UTF-8 at line 2 (byte 11 of the file) (save the file as UTF-8)");
}
TEST(Toml, RejectsOverlongSurrogateAndTruncatedUtf8) {
    for (const char* bad : {"\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82"})
        EXPECT_NE(toml_error(std::string("a = '") + bad + "'").find("not valid UTF-8 at line 1"),
                  std::string::npos);
}
TEST(Toml, RejectsBinary) {
    EXPECT_EQ(toml_error(std::string("\x7F"
                                     "ELF\0\0",
                                     6)),
              "s.toml: looks like a binary file, expected text in UTF-8");
}
TEST(Toml, RejectsLargeText) {
    EXPECT_EQ(toml_error("a = 12345", {8, 64}), "s.toml: the file has 9 bytes, at most 8 are read");
}
TEST(Toml, NamesKeyGivenTwice) {
    EXPECT_EQ(toml_error("a = 1\n\n  b = 2\n  b = 3\n"), "s.toml:4:3: key 'b' is given twice");
    EXPECT_EQ(toml_error("t = { x = 1, x = [2] }"), "s.toml:1:14: key 'x' is given twice");
    EXPECT_EQ(toml_error("[a]\nx = 1\n[a]\n"), "s.toml:3:1: key 'a' is given twice");
}
TEST(Toml, LocatesSyntaxErrors) {
    EXPECT_EQ(toml_error("a = 1\nb = \n").rfind("s.toml:2:", 0), 0u);
    EXPECT_NE(toml_error("a = \"open\n").find("not valid TOML"), std::string::npos);
    EXPECT_NE(toml_error("a = 99999999999999999999").find("not valid TOML"), std::string::npos);
}
TEST(Toml, RejectsHeadersThatAreNoKeys) {
    const std::string rest = ": not a table name, expected letters, digits, '_', '-' or quotes";
    EXPECT_EQ(toml_error("[a]\n[@b]\n"), "s.toml:2:2" + rest);
    EXPECT_EQ(toml_error("  [[ @b]]\n"), "s.toml:1:6" + rest);
    EXPECT_EQ(toml_error("\xEF\xBB\xBF[\n"), "s.toml:1:3" + rest);
    EXPECT_EQ(toml_error("a = [\n[1],\n['x'], [@b]]\n").find("table name"), std::string::npos);
    EXPECT_EQ(toml_error("[ \"q r\" . 'x' ]\nk = 1\n"), "no error");
}
TEST(Toml, CharactersOutsideAsciiNeedQuotes) {
    const std::string rest =
        ": a character outside ASCII, expected quotes around keys and texts that have one";
    EXPECT_EQ(toml_error("a = 1\nl\u00e4nge = 2\n"), "s.toml:2:2" + rest);
    EXPECT_EQ(toml_error("a = 37 \u00b5m\n"), "s.toml:1:8" + rest);
    const Document d = parse_toml("a = '\u00b5' # \u00b5\n\"l\u00e4nge\" = 2\n", "s");
    EXPECT_EQ(entry(d, "l\u00e4nge").where.line, 2);
}
TEST(Toml, QuotesStandOnlyWhereTextsStart) {
    EXPECT_EQ(toml_error("a = 3\"\u00e4\"\n"), "s.toml:1:6: a quote at an unexpected place");
    EXPECT_EQ(toml_error("a = { \"b\".'c' = 'x', d = [ 'y', \"z\" ] }\n[e . 'f']\n'g' = ''\n"),
              "no error");
}
TEST(Toml, AcceptsNestingUpToTheLimit) {
    EXPECT_EQ(toml_error("a = " + repeated("[", 60) + repeated("]", 60)), "no error");
}
TEST(Toml, RejectsDeepNestingWithoutExhaustingTheStack) {
    EXPECT_EQ(toml_error("a = " + repeated("[", 10000)),
              "s.toml:1:69: nested deeper than 64 levels");
    EXPECT_EQ(toml_error("a = " + repeated("{a=", 10000)),
              "s.toml:1:197: nested deeper than 64 levels");
    EXPECT_EQ(
        toml_error("[" + repeated("a.", 10000) + "a]").rfind("s.toml:1:129: nested deeper", 0), 0u);
    EXPECT_EQ(toml_error(repeated("a.", 1000000) + "a = 1").rfind("s.toml:1:128: nested deeper", 0),
              0u);
}
TEST(Toml, CountsHeaderAndBracketsTogether) {
    const std::string header = "[" + repeated("a.", 39) + "a]\n";
    EXPECT_NE(
        toml_error(header + "b = " + repeated("[", 40) + repeated("]", 40)).find("nested deeper"),
        std::string::npos);
}
TEST(Toml, BracketsInTextsAndNotesAreNoNesting) {
    const std::string many = repeated("[", 100);
    EXPECT_EQ(toml_error("a = \"\\\"" + many + "\" # " + many + "\nb = '''" + many +
                         "'''\nc = \"\"\"\"" + many + "\"\"\"\"\n"),
              "no error");
}
TEST(Toml, RejectsTooManyValues) {
    EXPECT_NE(toml_error("a = [" + repeated("1,", 1000001) + "]").find("more than 1000000 values"),
              std::string::npos);
}

TEST(Json, KeepsOrderAndPlaces) {
    const Document d =
        parse_json("{\n \"z\": 1,\n \"a\": [1, 2.5, \"x\\\"y\"], \"t\": {\"k\": true}}", "s.json");
    const Table& root = table_of(d.root);
    EXPECT_EQ(root.entries[0].key, "z");
    EXPECT_EQ(root.entries[1].where.line, 3);
    EXPECT_EQ(root.entries[1].where.column, 2);
    const Array& a = std::get<Array>(root.entries[1].value.data);
    EXPECT_EQ(a[2].where.column, 16);
    EXPECT_EQ(std::get<std::string>(a[2].data), "x\"y");
    EXPECT_EQ(root.entries[2].where.column, 25);
    EXPECT_EQ(table_of(root.entries[2].value).entries[0].value.where.column, 36);
}
TEST(Json, CountsCharactersNotBytes) {
    const Document d = parse_json("{\"\u00e4\u00f6\": \"\u00fc\", \"b\": 1}", "s.json");
    EXPECT_EQ(table_of(d.root).entries[1].where.column, 13);
}
TEST(Json, RejectsKeyGivenTwice) {
    EXPECT_EQ(json_error("{\"a\": 1,\n \"a\": 2}"), "s.json:2:2: key 'a' is given twice");
}
TEST(Json, RejectsNull) {
    EXPECT_EQ(json_error("{\"a\": null}"),
              "s.json:1:7: 'a' is null, expected a value, or no key at all");
}
TEST(Json, RejectsNanAndSyntaxErrors) {
    EXPECT_EQ(json_error("{\"a\": NaN}").rfind("s.json:1:7: not valid JSON: ", 0), 0u);
    EXPECT_EQ(json_error("{\"a\": 1e999}").rfind("s.json:1:", 0), 0u);
    EXPECT_EQ(json_error("{\"a\": 1,}").rfind("s.json:1:9: not valid JSON", 0), 0u);
}
TEST(Json, RejectsDeepNesting) {
    EXPECT_EQ(json_error("{\"a\":" + repeated("[", 100000)),
              "s.json:1:70: nested deeper than 64 levels");
}
TEST(Json, RejectsOtherRootsAndEmptyFiles) {
    EXPECT_EQ(json_error("[1]"), "s.json:1:1: the document is a list, expected a table {...}");
    EXPECT_EQ(json_error(" \n"), "s.json: the file is empty");
    EXPECT_EQ(json_error("{}"), "s.json: the file is empty");
}
TEST(Json, RejectsBinaryBadUtf8AndLargeText) {
    EXPECT_EQ(json_error(std::string("{\0}", 3)),
              "s.json: looks like a binary file, expected text in UTF-8");
    EXPECT_NE(json_error("{\"a\": \"\xFF\"}").find("not valid UTF-8 at line 1"), std::string::npos);
    EXPECT_EQ(json_error("{\"a\": 1}", {4, 64}),
              "s.json: the file has 8 bytes, at most 4 are read");
}
TEST(Json, LargeUnsignedBecomesFloat) {
    const Document d = parse_json("{\"a\": 18446744073709551615, \"b\": 3.0}", "s.json");
    EXPECT_EQ(std::get<double>(entry(d, "a").value.data), 18446744073709551616.0);
    EXPECT_EQ(std::get<double>(entry(d, "b").value.data), 3.0);
}

class ReadDocument : public testing::Test {
  protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() /
                  ("caravel_document_" + std::to_string(getpid()) + "_" +
                   testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path file(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name, std::ios::binary) << text;
        return folder_ / name;
    }
    std::filesystem::path folder_;
};

TEST_F(ReadDocument, ChoosesTheFormatByTheEnding) {
    EXPECT_EQ(entry(read_document(file("a.toml", "x = 1")), "x").key, "x");
    EXPECT_EQ(entry(read_document(file("a.json", "{\"x\": 1}")), "x").key, "x");
}
TEST_F(ReadDocument, NamesMissingFilesAndDirectories) {
    EXPECT_EQ(message_of([] { read_document("no/such.toml"); }),
              "IoError: cannot read 'no/such.toml': No such file or directory");
    const std::string folder = (folder_ / "d.toml").string();
    std::filesystem::create_directory(folder);
    EXPECT_EQ(message_of([&] { read_document(folder); }),
              "IoError: cannot read '" + folder + "': Is a directory");
    EXPECT_EQ(message_of([] { read_document("no/such"); }),
              "IoError: cannot read 'no/such': No such file or directory");
}
TEST_F(ReadDocument, RejectsUnknownEndings) {
    const auto path = file("a.txt", "x: 1");
    EXPECT_EQ(message_of([&] { read_document(path); }),
              path.string() +
                  ": the name ends in '.txt', expected a file that ends in .toml, .json or .yaml");
}
TEST_F(ReadDocument, ChecksTheSizeBeforeReading) {
    const auto path = file("a.toml", "");
    std::filesystem::resize_file(path, 104857600);
    EXPECT_EQ(message_of([&] { read_document(path); }),
              path.string() + ": the file has 104857600 bytes, at most 16777216 are read");
}

}  // namespace
}  // namespace caravel::input
