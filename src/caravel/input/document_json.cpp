// The only source that includes nlohmann/json.
#include "caravel/input/document.hpp"
#include "caravel/input/text_file.hpp"

#include <limits>
#include <unordered_set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace caravel::input {
namespace {

using Json = nlohmann::json;

/// Finds where the parser's events stand: every event is one token, in the order of the text.
class TokenCursor {
  public:
    TokenCursor(std::string_view text, const std::string& name) : text_(text), where_{name, 1, 1} {
        if (text_.substr(0, 3) == "\xEF\xBB\xBF") i_ = 3;
    }

    /// Place of the next token, which is passed over.
    Location next() {
        while (i_ < text_.size() && is_between(text_[i_])) advance();
        const Location start = where_;
        if (i_ >= text_.size()) return start;
        if (text_[i_] == '"')
            skip_string();
        else if (is_bracket(text_[i_]))
            advance();
        else
            while (i_ < text_.size() && !is_between(text_[i_]) && !is_bracket(text_[i_])) advance();
        return start;
    }

  private:
    static bool is_between(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':';
    }
    static bool is_bracket(char c) { return c == '{' || c == '}' || c == '[' || c == ']'; }

    void skip_string() {
        advance();
        while (i_ < text_.size() && text_[i_] != '"') {
            if (text_[i_] == '\\') advance();
            advance();
        }
        advance();
    }

    void advance() {
        if (i_ >= text_.size()) return;
        if (text_[i_] == '\n') {
            ++where_.line;
            where_.column = 0;
        }
        ++i_;
        if (i_ < text_.size() && (static_cast<unsigned char>(text_[i_]) & 0xC0u) == 0x80u) return;
        ++where_.column;
    }

    std::string_view text_;
    Location where_;
    std::size_t i_ = 0;
};

/// Receives the parser's events and builds the tree; throws InputError at the first mistake.
class TreeBuilder : public nlohmann::json_sax<Json> {
  public:
    TreeBuilder(std::string_view text, const std::string& name, int depth)
        : cursor_(text, name), text_(text), name_(name), limit_(depth) {}

    Value take() { return std::move(root_); }

    bool null() override {
        fail(cursor_.next(), describe_place() + " is null", "a value, or no key at all");
    }
    bool boolean(bool b) override { return add(Value{b, cursor_.next()}); }
    bool number_integer(std::int64_t i) override { return add(Value{i, cursor_.next()}); }
    bool number_unsigned(std::uint64_t i) override {
        constexpr auto largest =
            static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        if (i <= largest) return add(Value{static_cast<std::int64_t>(i), cursor_.next()});
        return add(Value{static_cast<double>(i), cursor_.next()});
    }
    bool number_float(double d, const std::string&) override {
        return add(Value{d, cursor_.next()});
    }
    bool string(std::string& s) override { return add(Value{std::move(s), cursor_.next()}); }
    bool binary(Json::binary_t&) override { return false; }

    bool start_object(std::size_t) override {
        return open(Frame{Value{Table{}, cursor_.next()}, {}, {}, {}});
    }
    bool start_array(std::size_t) override {
        return open(Frame{Value{Array{}, cursor_.next()}, {}, {}, {}});
    }
    bool key(std::string& k) override {
        Frame& frame = frames_.back();
        frame.key_where = cursor_.next();
        if (!frame.keys.insert(k).second)
            fail(frame.key_where, fmt::format("key '{}' is given twice", k));
        frame.key = std::move(k);
        return true;
    }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool parse_error(std::size_t position, const std::string&,
                     const Json::exception& error) override {
        const std::string message = error.what();
        // The library's own "line 1, column 6: " counts bytes; ours stands in the location.
        const std::size_t column = message.find("column ");
        const std::size_t colon = message.find(": ", column == std::string::npos ? 0 : column);
        const std::string rest = colon == std::string::npos ? message : message.substr(colon + 2);
        fail(locate(text_, position > 0 ? position - 1 : 0, name_), "not valid JSON: " + rest);
    }

  private:
    struct Frame {
        Value value;
        std::string key;
        Location key_where;
        std::unordered_set<std::string> keys;
    };

    bool open(Frame frame) {
        if (static_cast<int>(frames_.size()) > limit_)
            fail(frame.value.where, fmt::format("nested deeper than {} levels", limit_));
        count(frame.value.where);
        frames_.push_back(std::move(frame));
        return true;
    }

    bool close() {
        cursor_.next();
        Value value = std::move(frames_.back().value);
        frames_.pop_back();
        place(std::move(value));
        return true;
    }

    bool add(Value value) {
        count(value.where);
        place(std::move(value));
        return true;
    }

    void place(Value value) {
        if (frames_.empty()) {
            root_ = std::move(value);
            return;
        }
        Frame& frame = frames_.back();
        if (auto* table = std::get_if<Table>(&frame.value.data))
            table->entries.push_back({std::move(frame.key), frame.key_where, std::move(value)});
        else
            std::get<Array>(frame.value.data).push_back(std::move(value));
    }

    void count(const Location& where) {
        if (++values_ > most_values) fail(where, fmt::format("more than {} values", most_values));
    }

    std::string describe_place() const {
        if (!frames_.empty() && frames_.back().value.is_table())
            return "'" + frames_.back().key + "'";
        return "a value";
    }

    [[noreturn]] static void fail(const Location& where, std::string what,
                                  std::string expected = "") {
        throw InputError(Diagnostic{where, std::move(what), std::move(expected), ""});
    }

    TokenCursor cursor_;
    std::string_view text_;
    const std::string& name_;
    int limit_;
    std::size_t values_ = 0;
    std::vector<Frame> frames_;
    Value root_;
};

}  // namespace

Document parse_json(std::string_view text, const std::string& name, DocumentLimits limits) {
    check_text(text, name, limits.bytes);
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        throw InputError(Diagnostic{{name}, "the file is empty", "", ""});
    TreeBuilder builder(text, name, limits.depth);
    Json::sax_parse(text, &builder);
    Document document{builder.take(), name};
    const auto* table = std::get_if<Table>(&document.root.data);
    if (table == nullptr)
        throw InputError(Diagnostic{document.root.where, "the document is " + document.root.kind(),
                                    "a table {...}", ""});
    if (table->entries.empty()) throw InputError(Diagnostic{{name}, "the file is empty", "", ""});
    return document;
}

}  // namespace caravel::input
