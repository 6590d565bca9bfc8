#include "caravel/input/reader.hpp"
#include "caravel/input/rule_text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace caravel::input {
namespace {

Value text_value(std::string_view text) { return {std::string(text), {}}; }

void put(Table& table, std::string_view key, Value value) {
    table.entries.push_back({std::string(key), {}, std::move(value)});
}

Table typed(std::string_view type, const Key& key) {
    Table schema;
    put(schema, "type", text_value(type));
    if (!key.doc.empty()) put(schema, "description", text_value(key.doc));
    return schema;
}

void put_range(Table& schema, const NumberRule& rule, bool plain) {
    const auto bound = [&](double value, bool excluded, const char* closed, const char* open,
                           const char* x_closed, const char* x_open) {
        if (!std::isfinite(value)) return;
        put(schema, plain ? (excluded ? open : closed) : (excluded ? x_open : x_closed),
            {value, {}});
    };
    bound(rule.minimum, rule.minimum_excluded, "minimum", "exclusiveMinimum", "x-minimum",
          "x-exclusive-minimum");
    bound(rule.maximum, rule.maximum_excluded, "maximum", "exclusiveMaximum", "x-maximum",
          "x-exclusive-maximum");
}

/// A number; texts such as "12 %" are valid where plain numbers are.
Table number_schema(const Key& key, const NumberRule& rule) {
    Table schema = typed("string", key);
    if (is_plain(rule)) {
        schema.entries.front().value.data = Array{text_value("number"), text_value("string")};
    } else {
        put(schema, "pattern",
            text_value(R"(^\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?(\s+\S.*|[^0-9\s.eE].*)$)"));
    }
    put(schema, "x-unit", text_value(rule.unit));
    put_range(schema, rule, is_plain(rule));
    return schema;
}

Value default_value(double si, const NumberRule& rule) {
    return is_plain(rule) ? Value{si, {}} : text_value(exact_quantity(si, rule.unit));
}

Array text_array(const std::vector<std::string_view>& words) {
    Array array;
    for (const std::string_view word : words) array.push_back(text_value(word));
    return array;
}

/// Properties of one table or of one alternative.
struct Shape {
    std::string name;
    std::string doc;
    Table properties;
    Array required;
};

/// The alternatives of one tag.
struct Union {
    std::string tag_key;
    std::string standard;  // chosen when the tag is absent; empty when it is required
    std::vector<Shape> shapes;
};

struct Frame {
    Shape shape;
    std::vector<Union> unions;
};

bool holds(const Table& table, const std::string& key) { return table.find(key) != nullptr; }

std::set<std::string> keys_of(const Union& all) {
    std::set<std::string> keys;
    for (const Shape& shape : all.shapes)
        for (const Table::Entry& entry : shape.properties.entries) keys.insert(entry.key);
    return keys;
}

/// {"oneOf": [...]}: each alternative names its tag, its keys, and forbids those of the others.
Value one_of(const Union& all, const Table& common) {
    const std::set<std::string> keys = keys_of(all);
    Array choices;
    for (const Shape& shape : all.shapes) {
        Table tag;
        put(tag, "const", text_value(shape.name));
        Table properties;
        put(properties, all.tag_key, {std::move(tag), {}});
        for (const Table::Entry& entry : shape.properties.entries)
            properties.entries.push_back(entry);
        for (const std::string& key : keys)
            if (!holds(shape.properties, key) && !holds(common, key))
                put(properties, key, {false, {}});
        Array required = shape.required;
        if (shape.name != all.standard) required.insert(required.begin(), text_value(all.tag_key));
        Table choice;
        put(choice, "description", text_value(shape.doc));
        put(choice, "properties", {std::move(properties), {}});
        if (!required.empty()) put(choice, "required", {std::move(required), {}});
        choices.push_back({std::move(choice), {}});
    }
    return {std::move(choices), {}};
}

/// The finished schema of one table, appended to `schema`.
void complete(const Frame& frame, Table& schema) {
    Table properties = frame.shape.properties;
    for (const Union& all : frame.unions)
        for (const std::string& key : keys_of(all))
            if (!holds(properties, key)) put(properties, key, {true, {}});
    put(schema, "properties", {std::move(properties), {}});
    if (!frame.shape.required.empty()) put(schema, "required", {frame.shape.required, {}});
    put(schema, "additionalProperties", {false, {}});
    if (frame.unions.size() == 1) {
        put(schema, "oneOf", one_of(frame.unions.front(), frame.shape.properties));
    } else if (!frame.unions.empty()) {
        Array all_of;
        for (const Union& all : frame.unions) {
            Table part;
            put(part, "oneOf", one_of(all, frame.shape.properties));
            all_of.push_back({std::move(part), {}});
        }
        put(schema, "allOf", {std::move(all_of), {}});
    }
}

class SchemaWriter final : public Visitor {
  public:
    explicit SchemaWriter(Value& schema) : result_(schema) { frames_.emplace_back(); }

    void number(Key key, double& si, const NumberRule& rule) override {
        Table schema = number_schema(key, rule);
        if (key.presence == Presence::optional && std::isfinite(si))
            put(schema, "default", default_value(si, rule));
        add(key, std::move(schema));
    }
    void number(Key key, std::optional<double>& si, const NumberRule& rule) override {
        if (si) return number(key, *si, rule);
        add(key, number_schema(key, rule));
    }
    void any_of(Key key, AnyQuantity&, const std::vector<NumberRule>& rules) override {
        Array choices;
        for (const NumberRule& rule : rules)
            choices.push_back({number_schema({key.name, ""}, rule), {}});
        Table schema;
        put(schema, "description", text_value(key.doc));
        put(schema, "anyOf", {std::move(choices), {}});
        add(key, std::move(schema));
    }
    void integer(Key key, std::int64_t& value, std::int64_t minimum,
                 std::int64_t maximum) override {
        using Limits = std::numeric_limits<std::int64_t>;
        Table schema = typed("integer", key);
        if (minimum != Limits::min()) put(schema, "minimum", {minimum, {}});
        if (maximum != Limits::max()) put(schema, "maximum", {maximum, {}});
        add_with_default(key, std::move(schema), {value, {}});
    }
    void flag(Key key, bool& value) override {
        add_with_default(key, typed("boolean", key), {value, {}});
    }
    void text(Key key, std::string& value) override {
        add_with_default(key, typed("string", key), {value, {}});
    }
    void choice(Key key, std::string& value, const Choices& choices) override {
        Table schema = typed("string", key);
        put(schema, "enum", {text_array(choices), {}});
        add_with_default(key, std::move(schema), {value, {}});
        tag_standard_ = key.presence == Presence::required ? "" : value;
    }
    void texts(Key key, std::vector<std::string>&) override {
        add_list(key, typed("string", {"", ""}));
    }
    void numbers(Key key, std::vector<double>&, const NumberRule& rule) override {
        add_list(key, number_schema({"", ""}, rule));
    }

    void complain(std::string_view, std::string, std::string, std::string) override {}
    bool has(std::string_view) const override { return true; }
    Location where() const override { return {}; }
    bool describes_types() const override { return true; }

    void finish() override {
        Table schema;
        put(schema, "$schema", text_value("http://json-schema.org/draft-07/schema#"));
        put(schema, "type", text_value("object"));
        complete(frames_.front(), schema);
        result_ = {std::move(schema), {}};
    }

  protected:
    bool begin_record(Key) override {
        frames_.emplace_back();
        return true;
    }
    bool begin_optional(Key key, bool) override { return begin_record(key); }
    void end_record(Key key) override { add(key, close(key)); }
    std::size_t begin_records(Key, std::size_t) override { return 0; }
    bool begin_element(Key key, std::size_t) override { return begin_record(key); }
    void end_element(Key key) override { add_list(key, close({"", ""})); }
    void end_records(Key) override {}

    void begin_alternative(Key tag_key, std::string_view tag, std::string_view doc) override {
        auto& unions = frames_.back().unions;
        if (unions.empty() || unions.back().tag_key != tag_key.name)
            unions.push_back({std::string(tag_key.name), tag_standard_, {}});
        frames_.emplace_back();
        frames_.back().shape.name = tag;
        frames_.back().shape.doc = doc;
    }
    void end_alternative() override {
        Frame frame = std::move(frames_.back());
        frames_.pop_back();
        // A union inside an alternative is rare: its keys are allowed, its tags are not told apart.
        for (const Union& inner : frame.unions)
            for (const std::string& key : keys_of(inner))
                if (!holds(frame.shape.properties, key))
                    put(frame.shape.properties, key, {true, {}});
        frames_.back().unions.back().shapes.push_back(std::move(frame.shape));
    }

  private:
    Table close(Key key) {
        Table schema = typed("object", key);
        complete(frames_.back(), schema);
        frames_.pop_back();
        return schema;
    }

    void add(Key key, Table schema) {
        Shape& shape = frames_.back().shape;
        put(shape.properties, key.name, {std::move(schema), {}});
        if (key.presence == Presence::required) shape.required.push_back(text_value(key.name));
    }
    void add_with_default(Key key, Table schema, Value value) {
        if (key.presence == Presence::optional) put(schema, "default", std::move(value));
        add(key, std::move(schema));
    }
    void add_list(Key key, Table items) {
        Table schema = typed("array", key);
        put(schema, "items", {std::move(items), {}});
        add(key, std::move(schema));
    }

    Value& result_;
    std::vector<Frame> frames_;
    std::string tag_standard_;
};

}  // namespace

std::unique_ptr<Visitor> make_schema_writer(Value& schema) {
    return std::make_unique<SchemaWriter>(schema);
}

}  // namespace caravel::input
