// The only source that includes yaml-cpp.
#include "caravel/input/document.hpp"
#include "caravel/input/text_file.hpp"

#include <charconv>
#include <cmath>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

namespace caravel::input {
namespace {

/// The whole text as a number of this type.
template <class T>
std::optional<T> read_all(const std::string& text) {
    T value{};
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    if (result.ec != std::errc() || result.ptr != end || text.empty()) return {};
    return value;
}

/// Builds the tree from the parser's events, so that nothing is expanded and limits hold early.
class TreeBuilder final : public YAML::EventHandler {
  public:
    TreeBuilder(const std::string& name, int depth) : name_(name), limit_(depth) {}

    Value take() { return std::move(root_); }
    bool has_document() const { return has_document_; }

    void OnDocumentStart(const YAML::Mark& /*mark*/) override { has_document_ = true; }
    void OnDocumentEnd() override {}
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        fail(place(mark), "an alias (*name)", "the value itself");
    }
    void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        add(Value{{}, place(mark)});
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                  const std::string& text) override {
        if (expects_key()) {
            take_key(text, place(mark));
            return;
        }
        add(Value{scalar(tag, text), place(mark)});
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/,
                         YAML::anchor_t /*anchor*/, YAML::EmitterStyle::value /*style*/) override {
        open(Value{Array{}, place(mark)});
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                    YAML::EmitterStyle::value /*style*/) override {
        open(Value{Table{}, place(mark)});
    }
    void OnMapEnd() override { close(); }

  private:
    struct Level {
        Value value;
        std::optional<Table::Entry> entry;  // whose value comes next
    };

    [[noreturn]] void fail(const Location& where, std::string what, std::string expected) const {
        throw InputError(Diagnostic{where, std::move(what), std::move(expected), ""});
    }
    Location place(const YAML::Mark& mark) const { return {name_, mark.line + 1, mark.column + 1}; }

    static decltype(Value::data) scalar(const std::string& tag, const std::string& text) {
        if (tag == "!") return text;  // in quotes
        if (text == "true" || text == "false") return text == "true";
        if (text == "null" || text == "~" || text.empty()) return std::monostate{};
        if (const auto whole = read_all<std::int64_t>(text)) return *whole;
        if (const auto number = read_all<double>(text); number && std::isfinite(*number))
            return *number;
        return text;
    }

    bool expects_key() const {
        return !levels_.empty() && levels_.back().value.is_table() && !levels_.back().entry;
    }

    void take_key(const std::string& key, const Location& where) {
        Level& level = levels_.back();
        if (std::get<Table>(level.value.data).find(key) != nullptr)
            fail(where, fmt::format("'{}' is given twice", key), "");
        level.entry = Table::Entry{key, where, {}};
    }

    void open(Value value) {
        if (expects_key()) fail(value.where, "a key that is no text", "a name");
        if (static_cast<int>(levels_.size()) >= limit_)
            fail(value.where, fmt::format("nested deeper than {}", limit_), "");
        count(value);
        levels_.push_back({std::move(value), {}});
    }

    void close() {
        Value value = std::move(levels_.back().value);
        levels_.pop_back();
        place_value(std::move(value));
    }

    void add(Value value) {
        if (expects_key()) fail(value.where, "a key that is no text", "a name");
        count(value);
        place_value(std::move(value));
    }

    void count(const Value& value) {
        if (++values_ > most_values)
            fail(value.where, fmt::format("more than {} values", most_values), "");
    }

    void place_value(Value value) {
        if (levels_.empty()) {
            root_ = std::move(value);
            return;
        }
        Level& level = levels_.back();
        if (auto* list = std::get_if<Array>(&level.value.data)) {
            list->push_back(std::move(value));
            return;
        }
        level.entry->value = std::move(value);
        std::get<Table>(level.value.data).entries.push_back(std::move(*level.entry));
        level.entry.reset();
    }

    const std::string& name_;
    int limit_;
    std::vector<Level> levels_;
    std::size_t values_ = 0;
    Value root_;
    bool has_document_ = false;
};

}  // namespace

Document parse_yaml(std::string_view text, const std::string& name, DocumentLimits limits) {
    check_text(text, name, limits.bytes);
    TreeBuilder builder(name, limits.depth);
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        parser.HandleNextDocument(builder);
    } catch (const YAML::Exception& error) {
        throw InputError(
            Diagnostic{{name, error.mark.line + 1, error.mark.column + 1}, error.msg, "YAML", ""});
    }
    Document document{builder.take(), name};
    if (!document.root.is_table())
        throw InputError(
            Diagnostic{{name, 1, 1},
                       builder.has_document() ? "the file holds no keys" : "the file is empty",
                       "keys and values",
                       ""});
    return document;
}

}  // namespace caravel::input
