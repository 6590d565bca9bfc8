#include "sample.hpp"

#include <gtest/gtest.h>

namespace caravel::input {
namespace {

const Value& at(const Value& value, std::initializer_list<std::string_view> path) {
    const Value* found = &value;
    for (const std::string_view key : path) found = &std::get<Table>(found->data).find(key)->value;
    return *found;
}
std::string json_at(const Value& value, std::initializer_list<std::string_view> path) {
    return to_json(at(value, path), false);
}

class Schema : public testing::Test {
  protected:
    Value schema_ = json_schema<sample::Study>("study");
};
TEST_F(Schema, IsADraft7ObjectWithTitle) {
    EXPECT_EQ(json_at(schema_, {"$schema"}), "\"http://json-schema.org/draft-07/schema#\"");
    EXPECT_EQ(json_at(schema_, {"type"}), "\"object\"");
    EXPECT_EQ(json_at(schema_, {"additionalProperties"}), "false");
    EXPECT_EQ(json_at(schema_, {"title"}), "\"study\"");
}
TEST_F(Schema, QuantitiesAreTextsWithUnitAndRange) {
    EXPECT_EQ(json_at(schema_, {"properties", "thickness", "type"}), "\"string\"");
    EXPECT_EQ(json_at(schema_, {"properties", "thickness", "x-unit"}), "\"nm\"");
    EXPECT_EQ(json_at(schema_, {"properties", "thickness", "x-maximum"}), "1000.0");
    EXPECT_EQ(json_at(schema_, {"properties", "limit", "x-exclusive-minimum"}), "0.0");
    EXPECT_NE(std::get<Table>(at(schema_, {"properties", "thickness"}).data).find("pattern"),
              nullptr);
}
TEST_F(Schema, PlainNumbersHaveRangeAndDefault) {
    EXPECT_EQ(json_at(schema_, {"properties", "loading"}),
              R"({"type":["number","string"],"description":"payload per carrier","x-unit":"1",)"
              R"("minimum":0.0,"maximum":1.0,"default":0.125})");
}
TEST_F(Schema, IntegersFlagsChoicesAndLists) {
    EXPECT_EQ(
        json_at(schema_, {"properties", "count"}),
        R"({"type":"integer","description":"how many","minimum":1,"maximum":1000,"default":3})");
    EXPECT_EQ(json_at(schema_, {"properties", "verbose", "type"}), "\"boolean\"");
    EXPECT_EQ(json_at(schema_, {"properties", "subject", "properties", "species", "enum"}),
              R"(["mouse","rat","human"])");
    EXPECT_EQ(json_at(schema_, {"properties", "layer", "items", "required"}),
              R"(["material","radius"])");
    EXPECT_EQ(json_at(schema_, {"properties", "times", "items", "x-unit"}), "\"h\"");
    EXPECT_EQ(std::get<Array>(at(schema_, {"properties", "dose", "anyOf"}).data).size(), 3u);
}
TEST_F(Schema, AlternativesExcludeEachOthersKeys) {
    const Value& items = at(schema_, {"properties", "release", "items"});
    const Array& choices = std::get<Array>(at(items, {"oneOf"}).data);
    ASSERT_EQ(choices.size(), 2u);
    EXPECT_EQ(json_at(choices[0], {"properties", "law"}), R"({"const":"first_order"})");
    EXPECT_EQ(json_at(choices[0], {"properties", "exponent"}), "false");
    EXPECT_EQ(json_at(choices[0], {"required"}), R"(["law","half_life"])");
    EXPECT_EQ(json_at(choices[1], {"properties", "half_life"}), "false");
    EXPECT_EQ(json_at(items, {"properties", "half_life"}), "true");
}

TEST(Manual, HasOneTablePerSection) {
    const std::string text = manual<sample::Study>("Study file");
    EXPECT_EQ(text.rfind("# Study file\n", 0), 0u);
    const auto has = [&](const char* part) { return text.find(part) != std::string::npos; };
    EXPECT_TRUE(has("| key | unit | default | range | meaning |\n|---|---|---|---|---|\n"));
    EXPECT_TRUE(has("| `loading` | `1` | `0.125` | between 0 and 1 | payload per carrier |\n"));
    EXPECT_TRUE(has("| `thickness` | `nm` |  | between 0 and 1000 nm | shell |\n"));
    EXPECT_TRUE(has("\n## `[subject]`\n\nwho\n"));
    EXPECT_TRUE(has("\n## `[[layer]]`\n"));
    EXPECT_TRUE(has("| `radius` | `nm` | required | > 0 nm | outer radius |\n"));
    EXPECT_TRUE(has("\n### `law = \"power\"`\n\npower of time\n"));
    EXPECT_TRUE(has("| `dose` | `mg/kg, mg, mmol` |  | > 0 mg/kg, > 0 mg, >= 0 mmol | dose |\n"));
    EXPECT_TRUE(has("| `species` |  | `\"mouse\"` | mouse, rat, human | species |\n"));
}

}  // namespace
}  // namespace caravel::input
