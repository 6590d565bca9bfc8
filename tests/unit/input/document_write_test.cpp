#include "caravel/input/document.hpp"

#include "messages.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace caravel::input {
namespace {

bool same(const Value& a, const Value& b);
bool same(const Table& a, const Table& b) {
    if (a.entries.size() != b.entries.size()) return false;
    for (const auto& entry : a.entries) {
        const auto* other = b.find(entry.key);
        if (other == nullptr || !same(entry.value, other->value)) return false;
    }
    return true;
}
bool same(const Value& a, const Value& b) {
    if (a.data.index() != b.data.index()) return false;
    if (a.is_table()) return same(std::get<Table>(a.data), std::get<Table>(b.data));
    if (const auto* x = std::get_if<Array>(&a.data)) {
        const auto& y = std::get<Array>(b.data);
        if (x->size() != y.size()) return false;
        for (std::size_t i = 0; i < x->size(); ++i)
            if (!same((*x)[i], y[i])) return false;
        return true;
    }
    if (const auto* s = std::get_if<std::string>(&a.data))
        return *s == std::get<std::string>(b.data);
    if (const auto* d = std::get_if<double>(&a.data)) return *d == std::get<double>(b.data);
    if (const auto* i = std::get_if<std::int64_t>(&a.data))
        return *i == std::get<std::int64_t>(b.data);
    if (const auto* f = std::get_if<bool>(&a.data)) return *f == std::get<bool>(b.data);
    return true;
}
std::string round_trip(const std::string& text) {
    return to_toml(std::get<Table>(parse_toml(text, "s").root.data));
}

TEST(ToToml, WritesPlainKeysThenSections) {
    EXPECT_EQ(round_trip("b = 1\n[t]\nx = 'y'\n[[t.l]]\nk = 1.0\n[[t.l]]\n[e]\n"),
              "b = 1\n\n[t]\nx = \"y\"\n\n[[t.l]]\nk = 1.0\n\n[[t.l]]\n\n[e]\n");
}
TEST(ToToml, FloatsStayFloats) {
    EXPECT_EQ(round_trip("a = 1.0\nb = 1e20\nc = 0.1\nd = 1e-9\ne = -0.0\n"),
              "a = 1.0\nb = 1e+20\nc = 0.1\nd = 1e-09\ne = -0.0\n");
}
TEST(ToToml, NotFiniteNumbersHaveTomlWords) {
    EXPECT_EQ(round_trip("a = inf\nb = -inf\nc = nan\n"), "a = inf\nb = -inf\nc = nan\n");
}
TEST(ToToml, QuotesKeysAndEscapesTexts) {
    const std::string text = "\"a b\" = \"q\\\"\\\\\\n\\t\\r\\u0001\\u007F\"\n\"\" = 1\n";
    EXPECT_EQ(round_trip(text), text);
}
TEST(ToToml, MixedAndNestedListsAreInline) {
    const std::string text = "a = [1, \"x\", [2.5], { k = 1, l = {} }]\nb = []\n";
    EXPECT_EQ(round_trip(text), text);
}

Value random_value(std::mt19937& random, int depth) {
    switch (random() % (depth > 3 ? 4 : 6)) {
    case 0: return {random() % 2 == 0, {}};
    case 1: return {static_cast<std::int64_t>(random()) - 2000000000, {}};
    case 2:
        return {std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 600) - 300),
                {}};
    case 3: {
        std::string text;
        for (auto n = random() % 8; n > 0; --n) text += static_cast<char>(1 + random() % 127);
        return {text, {}};
    }
    case 4: {
        Array array;
        for (auto n = random() % 4; n > 0; --n) array.push_back(random_value(random, depth + 1));
        return {array, {}};
    }
    default: {
        Table table;
        for (auto n = random() % 5; n > 0; --n)
            table.entries.push_back({"k " + std::to_string(n) + (n % 2 != 0 ? "\"" : ""),
                                     {},
                                     random_value(random, depth + 1)});
        return {table, {}};
    }
    }
}
TEST(ToToml, RandomTablesParseBackToThemselves) {
    std::mt19937 random(7);
    for (int i = 0; i < 2000; ++i) {
        Value value{Table{}, {}};
        auto& table = std::get<Table>(value.data);
        for (int k = 0; k < 4; ++k)
            table.entries.push_back({"x" + std::to_string(k), {}, random_value(random, 0)});
        const std::string text = to_toml(table);
        ASSERT_TRUE(same(parse_toml(text, "s").root, value)) << text;
        ASSERT_TRUE(same(parse_json(to_json(value, i % 2 == 0), "s").root, value))
            << to_json(value);
    }
}

TEST(ToJson, WritesCompactAndPretty) {
    const Document d = parse_toml("a = 1\nb = [true, 2.0]\nc = {}\n", "s");
    EXPECT_EQ(to_json(d.root, false), "{\"a\":1,\"b\":[true,2.0],\"c\":{}}");
    EXPECT_EQ(to_json(d.root),
              "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    2.0\n  ],\n  \"c\": {}\n}\n");
}
TEST(ToJson, NumbersThatAreNotFiniteAreNull) {
    EXPECT_EQ(to_json(Value{std::numeric_limits<double>::infinity(), {}}), "null\n");
    EXPECT_EQ(to_json(Value{}, false), "null");
}

class SetValue : public testing::Test {
  protected:
    std::string set(const std::string& assignment) {
        return message_of([&] { set_value(document_, assignment); });
    }
    std::string json() const { return to_json(document_.root, false); }
    Document document_ = parse_toml("a = {b = [{c = 1}, {c = 2}], t = 'x'}\nn = 1\n", "s");
};
TEST_F(SetValue, ReplacesValuesInTomlForm) {
    EXPECT_EQ(set("n=2.5"), "no error");
    EXPECT_EQ(set("a.t = [1, 2]"), "no error");
    EXPECT_EQ(set("a.b[1].c=true"), "no error");
    EXPECT_EQ(json(), R"({"a":{"b":[{"c":1},{"c":true}],"t":[1,2]},"n":2.5})");
}
TEST_F(SetValue, TakesBareTexts) {
    EXPECT_EQ(set("n=168 h"), "no error");
    EXPECT_EQ(set("a.t=x=y"), "no error");
    EXPECT_EQ(json(), R"({"a":{"b":[{"c":1},{"c":2}],"t":"x=y"},"n":"168 h"})");
}
TEST_F(SetValue, CreatesMissingKeysAndTables) {
    EXPECT_EQ(set("run.seed=3"), "no error");
    EXPECT_EQ(set("a.b[0].d=\"\""), "no error");
    EXPECT_EQ(json(), R"({"a":{"b":[{"c":1,"d":""},{"c":2}],"t":"x"},"n":1,"run":{"seed":3}})");
}
TEST_F(SetValue, LocatesTheValueAtTheOption) {
    set("n={k = [1]}");
    const auto* entry = std::get<Table>(document_.root.data).find("n");
    EXPECT_EQ(entry->value.where.file, "--set n={k = [1]}");
    EXPECT_EQ(entry->value.where.line, 0);
}
TEST_F(SetValue, RejectsBadAssignments) {
    EXPECT_EQ(set("n"), "--set n: no '=' in it, expected key=value");
    EXPECT_EQ(set("=1"), "--set =1: no key before '=', expected key=value");
    EXPECT_EQ(set("n="),
              "--set n=: no value after '=', expected key=value (use \"\" for an empty text)");
    EXPECT_EQ(set("n=\xFF"), "--set: not valid UTF-8");
}
TEST_F(SetValue, RejectsBadPaths) {
    EXPECT_EQ(set("a..b=1"),
              "--set a..b=1: an empty key, expected keys joined by '.' such as run.seed=1");
    EXPECT_EQ(set("a.b[x]=1"),
              "--set a.b[x]=1: a bad index, expected a number from 0 in brackets such as layer[0]");
    EXPECT_EQ(set("a.b[2].c=1"),
              "--set a.b[2].c=1: 'a.b' has no entry 2, expected an index from 0 to 1");
    EXPECT_EQ(set("a.b[0]c=1"), "--set a.b[0]c=1: a '.' is missing in the key");
    EXPECT_EQ(set("n[0]=1"), "--set n[0]=1: 'n' is a number, expected a list");
    Document one = parse_toml("[formulation]\nname = 'a'\n", "s");
    set_value(one, "formulation[0].name=\"b\"");
    EXPECT_EQ(to_toml(std::get<Table>(one.root.data)), "[formulation]\nname = \"b\"\n");
    EXPECT_EQ(set("n.x=1"), "--set n.x=1: 'n' is a number, expected a table");
    EXPECT_EQ(set("a.b.c=1"),
              "--set a.b.c=1: 'a.b' is a list, expected a table (choose an entry: a.b[0])");
    EXPECT_EQ(set("q[0]=1"), "--set q[0]=1: there is no list 'q'");
}
TEST_F(SetValue, LeavesTheDocumentAloneAfterAMistake) {
    const std::string before = json();
    set("new.table.q[0]=1");
    EXPECT_EQ(json(), before);
}
TEST_F(SetValue, LimitsThePath) {
    std::string path = "a";
    for (int i = 0; i < 40; ++i) path += ".a";
    EXPECT_NE(set(path + "=1").find("more than 32 keys"), std::string::npos);
}

}  // namespace
}  // namespace caravel::input
