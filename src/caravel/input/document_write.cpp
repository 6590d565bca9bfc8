#include "caravel/input/document.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace caravel::input {
namespace {

/// Shortest exact digits, always with '.' or 'e' so that the number stays a float.
std::string float_text(double x) {
    std::string text = fmt::format("{}", x);
    if (text.find_first_of(".en") == std::string::npos) text += ".0";
    return text;
}

/// A quoted string; JSON and TOML basic strings share these escapes.
std::string quoted_text(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            result += {'\\', c};
        else if (c == '\n')
            result += "\\n";
        else if (c == '\t')
            result += "\\t";
        else if (c == '\r')
            result += "\\r";
        else if (code < 0x20 || code == 0x7F)
            result += fmt::format("\\u{:04X}", code);
        else
            result += c;
    }
    return result + '"';
}

class JsonWriter {
  public:
    explicit JsonWriter(bool pretty) : pretty_(pretty) {}

    void write(const Value& value) {
        std::visit([this](const auto& v) { put(v); }, value.data);
    }
    std::string take() { return std::move(text_); }

  private:
    void put(std::monostate) { text_ += "null"; }
    void put(bool b) { text_ += b ? "true" : "false"; }
    void put(std::int64_t i) { text_ += std::to_string(i); }
    // JSON has no word for infinity and NaN.
    void put(double d) { text_ += std::isfinite(d) ? float_text(d) : "null"; }
    void put(const std::string& s) { text_ += quoted_text(s); }
    void put(const Array& array) {
        put_all('[', ']', array, [this](const Value& value) { write(value); });
    }
    void put(const Table& table) {
        put_all('{', '}', table.entries, [this](const Table::Entry& entry) {
            text_ += quoted_text(entry.key) + (pretty_ ? ": " : ":");
            write(entry.value);
        });
    }

    template <class Items, class Put>
    void put_all(char open, char close, const Items& items, const Put& put_item) {
        text_ += open;
        ++depth_;
        bool first = true;
        for (const auto& item : items) {
            if (!first) text_ += ',';
            first = false;
            break_line();
            put_item(item);
        }
        --depth_;
        if (!first) break_line();
        text_ += close;
    }

    void break_line() {
        if (pretty_) text_ += '\n' + std::string(2 * depth_, ' ');
    }

    bool pretty_;
    std::size_t depth_ = 0;
    std::string text_;
};

std::string toml_key(std::string_view key) {
    const auto is_bare = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    };
    const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), is_bare);
    return bare ? std::string(key) : quoted_text(key);
}

bool is_array_of_tables(const Value& value) {
    const auto* array = std::get_if<Array>(&value.data);
    return array != nullptr && !array->empty() &&
           std::all_of(array->begin(), array->end(), [](const Value& v) { return v.is_table(); });
}

class TomlWriter {
  public:
    /// `path` is the written form of the keys above.
    void section(const Table& table, const std::string& path) {
        for (const Table::Entry& entry : table.entries) {
            if (entry.value.is_table() || is_array_of_tables(entry.value) ||
                is_nothing(entry.value))
                continue;
            text_ += toml_key(entry.key) + " = ";
            inline_value(entry.value);
            text_ += '\n';
        }
        for (const Table::Entry& entry : table.entries) {
            const std::string below = (path.empty() ? "" : path + '.') + toml_key(entry.key);
            if (const auto* child = std::get_if<Table>(&entry.value.data)) {
                header('[' + below + ']');
                section(*child, below);
            } else if (is_array_of_tables(entry.value)) {
                for (const Value& element : std::get<Array>(entry.value.data)) {
                    header("[[" + below + "]]");
                    section(std::get<Table>(element.data), below);
                }
            }
        }
    }
    std::string take() { return std::move(text_); }

  private:
    static bool is_nothing(const Value& value) {
        return std::holds_alternative<std::monostate>(value.data);
    }

    void header(const std::string& text) {
        if (!text_.empty()) text_ += '\n';
        text_ += text + '\n';
    }

    void inline_value(const Value& value) {
        std::visit([this](const auto& v) { put(v); }, value.data);
    }
    void put(std::monostate) { text_ += "\"\""; }
    void put(bool b) { text_ += b ? "true" : "false"; }
    void put(std::int64_t i) { text_ += std::to_string(i); }
    void put(double d) { text_ += std::isnan(d) ? "nan" : float_text(d); }
    void put(const std::string& s) { text_ += quoted_text(s); }
    void put(const Array& array) {
        text_ += '[';
        for (std::size_t i = 0; i < array.size(); ++i) {
            if (i > 0) text_ += ", ";
            inline_value(array[i]);
        }
        text_ += ']';
    }
    void put(const Table& table) {
        text_ += '{';
        bool first = true;
        for (const Table::Entry& entry : table.entries) {
            if (is_nothing(entry.value)) continue;
            text_ += (first ? " " : ", ") + toml_key(entry.key) + " = ";
            first = false;
            inline_value(entry.value);
        }
        text_ += first ? "}" : " }";
    }

    std::string text_;
};

}  // namespace

std::string to_json(const Value& value, bool pretty) {
    JsonWriter writer(pretty);
    writer.write(value);
    return writer.take() + (pretty ? "\n" : "");
}

std::string to_toml(const Table& table) {
    TomlWriter writer;
    writer.section(table, "");
    return writer.take();
}

}  // namespace caravel::input
