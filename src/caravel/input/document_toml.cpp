// The only source that includes toml++.
#include "caravel/input/document.hpp"
#include "caravel/input/text_file.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace caravel::input {
namespace {

Location place(const toml::source_region& source, const std::string& name) {
    return {name, static_cast<int>(source.begin.line), static_cast<int>(source.begin.column)};
}

bool stands_before(const Table::Entry& a, const Table::Entry& b) {
    return std::pair(a.where.line, a.where.column) < std::pair(b.where.line, b.where.column);
}

/// Turns toml++ nodes into values; its tables are sorted by key, ours by place.
class Converter {
  public:
    Converter(const std::string& name, int depth) : name_(name), limit_(depth) {}

    Table table(const toml::table& source, int depth) const {
        Table result;
        result.entries.reserve(source.size());
        for (const auto& [key, node] : source) {
            const std::string text(key.str());
            result.entries.push_back({text, place(key.source(), name_), value(node, text, depth)});
        }
        std::stable_sort(result.entries.begin(), result.entries.end(), stands_before);
        return result;
    }

  private:
    Value value(const toml::node& node, const std::string& key, int depth) const {
        Value result{{}, place(node.source(), name_)};
        if (depth > limit_) fail(result.where, fmt::format("nested deeper than {} levels", limit_));
        if (const auto* b = node.as_boolean())
            result.data = b->get();
        else if (const auto* i = node.as_integer())
            result.data = i->get();
        else if (const auto* d = node.as_floating_point())
            result.data = d->get();
        else if (const auto* s = node.as_string())
            result.data = s->get();
        else if (const auto* a = node.as_array())
            result.data = array(*a, key, depth);
        else if (const auto* t = node.as_table())
            result.data = table(*t, depth + 1);
        else
            throw InputError(Diagnostic{result.where, fmt::format("'{}' is a date or time", key),
                                        "a time span such as \"24 h\"", ""});
        return result;
    }

    Array array(const toml::array& source, const std::string& key, int depth) const {
        Array result;
        result.reserve(source.size());
        for (const auto& node : source) result.push_back(value(node, key, depth + 1));
        return result;
    }

    [[noreturn]] static void fail(const Location& where, const std::string& what) {
        throw InputError(Diagnostic{where, what, "", ""});
    }

    const std::string& name_;
    int limit_;
};

/// Byte offset of a line and column (in characters) that toml++ names.
std::size_t offset_of(std::string_view text, int line, int column) {
    std::size_t i = 0;
    for (; line > 1 && i < text.size(); ++i) line -= text[i] == '\n' ? 1 : 0;
    for (; column > 1 && i < text.size(); --column) {
        ++i;
        while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0u) == 0x80u) ++i;
    }
    return i;
}

bool starts_header(std::string_view text, std::size_t offset) {
    if (offset >= text.size() || text[offset] != '[') return false;
    while (offset > 0 && (text[offset - 1] == ' ' || text[offset - 1] == '\t')) --offset;
    return offset == 0 || text[offset - 1] == '\n';
}

/// The key that a redefinition message names between its outermost single quotes, or "".
std::string redefined_key(std::string_view message) {
    constexpr std::string_view start = "cannot redefine existing ";
    const std::size_t begin = message.find(start);
    if (begin == std::string_view::npos) return {};
    const std::size_t open = message.find('\'', begin);
    const std::size_t close = message.rfind('\'');
    if (open == std::string_view::npos || close <= open) return {};
    std::string key(message.substr(open + 1, close - open - 1));
    while (!key.empty() && (key.back() == ' ' || key.back() == '\t')) key.pop_back();
    return key;
}

/// toml++'s error in this house's words, at the place of the key where one is given twice.
Diagnostic explain(const toml::parse_error& error, std::string_view text, const std::string& name) {
    Location where = place(error.source(), name);
    const std::string_view message = error.description();
    if (const std::string key = redefined_key(message); !key.empty()) {
        // Headers are reported at their bracket, other keys behind the equals sign.
        const std::size_t end = offset_of(text, where.line, where.column);
        const std::size_t start = text.rfind(key, end);
        if (start != std::string_view::npos && !starts_header(text, end))
            where = locate(text, start, name);
        return {where, fmt::format("key '{}' is given twice", key), "", ""};
    }
    constexpr std::string_view prefix = "Error ";
    const bool prefixed = message.substr(0, prefix.size()) == prefix;
    return {where,
            fmt::format("not valid TOML {}", prefixed ? message.substr(prefix.size()) : message),
            "", ""};
}

}  // namespace

Document parse_toml(std::string_view text, const std::string& name, DocumentLimits limits) {
    check_text(text, name, limits.bytes);
    check_toml_nesting(text, name, limits.depth);
    try {
        const toml::table root = toml::parse(text);
        if (root.empty()) throw InputError(Diagnostic{{name}, "the file is empty", "", ""});
        Value value{Converter(name, limits.depth).table(root, 1), {name, 1, 1}};
        return {std::move(value), name};
    } catch (const toml::parse_error& error) {
        throw InputError(explain(error, text, name));
    }
}

}  // namespace caravel::input
