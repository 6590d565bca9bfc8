#include "caravel/input/document.hpp"

#include "messages.hpp"

#include <gtest/gtest.h>

namespace caravel::input {
namespace {

std::string error_of(const std::string& text, DocumentLimits limits = {}) {
    return message_of([&] { parse_yaml(text, "p.yaml", limits); });
}
const Value& value_of(const Value& table, std::string_view key) {
    return std::get<Table>(table.data).find(key)->value;
}

TEST(Yaml, ReadsTablesListsAndScalars) {
    const auto document = parse_yaml(
        "version: 1\n"
        "file: a.tsv\n"
        "quoted: '12'\n"
        "half: 0.5\n"
        "yes: true\n"
        "problems:\n"
        "  - models: [m.xml, n.xml]\n",
        "p.yaml");
    EXPECT_EQ(std::get<std::int64_t>(value_of(document.root, "version").data), 1);
    EXPECT_EQ(std::get<std::string>(value_of(document.root, "file").data), "a.tsv");
    EXPECT_EQ(std::get<std::string>(value_of(document.root, "quoted").data), "12");
    EXPECT_EQ(std::get<double>(value_of(document.root, "half").data), 0.5);
    EXPECT_TRUE(std::get<bool>(value_of(document.root, "yes").data));
    const auto& problems = std::get<Array>(value_of(document.root, "problems").data);
    ASSERT_EQ(problems.size(), 1u);
    EXPECT_EQ(problems[0].where.line, 7);
    const auto& models = std::get<Array>(value_of(problems[0], "models").data);
    ASSERT_EQ(models.size(), 2u);
    EXPECT_EQ(std::get<std::string>(models[1].data), "n.xml");
    EXPECT_EQ(models[1].where.column, 21);
}
TEST(Yaml, InfinityStaysText) {
    const auto document = parse_yaml("a: inf\nb: nan\n", "p.yaml");
    EXPECT_EQ(std::get<std::string>(value_of(document.root, "a").data), "inf");
    EXPECT_EQ(std::get<std::string>(value_of(document.root, "b").data), "nan");
}
TEST(Yaml, RejectsAKeyGivenTwice) {
    EXPECT_EQ(error_of("a: 1\na: 2\n"), "p.yaml:2:1: 'a' is given twice");
}
TEST(Yaml, RejectsAliasesThatCouldGrow) {
    EXPECT_EQ(error_of("a: &x [1]\nb: *x\n"),
              "p.yaml:2:4: an alias (*name), expected the value itself");
}
TEST(Yaml, RejectsAKeyThatIsNoText) {
    EXPECT_EQ(error_of("? [1, 2]\n: 3\n"), "p.yaml:1:3: a key that is no text, expected a name");
}
TEST(Yaml, RejectsWhatIsNested) {
    std::string deep = "a: ";
    for (int i = 0; i < 100; ++i) deep += '[';
    for (int i = 0; i < 100; ++i) deep += ']';
    EXPECT_EQ(error_of(deep), "p.yaml:1:67: nested deeper than 64");
}
TEST(Yaml, LocatesBrokenText) { EXPECT_EQ(error_of("a: [1, 2\nb: 3\n").substr(0, 9), "p.yaml:2:"); }
TEST(Yaml, RejectsTextWithoutKeys) {
    EXPECT_EQ(error_of("- 1\n- 2\n"),
              "p.yaml:1:1: the file holds no keys, expected keys and values");
    EXPECT_EQ(error_of(""), "p.yaml:1:1: the file is empty, expected keys and values");
}

}  // namespace
}  // namespace caravel::input
