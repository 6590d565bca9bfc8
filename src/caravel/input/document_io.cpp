#include "caravel/input/document.hpp"
#include "caravel/input/text_file.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace caravel::input {

const Table::Entry* Table::find(std::string_view key) const {
    const auto is_it = [key](const Entry& entry) { return entry.key == key; };
    const auto it = std::find_if(entries.begin(), entries.end(), is_it);
    return it == entries.end() ? nullptr : &*it;
}

std::string Value::kind() const {
    static constexpr std::string_view names[] = {"nothing", "true or false", "a number", "a number",
                                                 "text",    "a list",        "a table"};
    return std::string(names[data.index()]);
}

Document read_document(const std::filesystem::path& path, DocumentLimits limits) {
    const std::string name = path.string();
    const std::string ending = path.extension().string();
    if (ending == ".toml") return parse_toml(read_text_file(path, limits.bytes), name, limits);
    if (ending == ".json") return parse_json(read_text_file(path, limits.bytes), name, limits);
    if (ending == ".yaml" || ending == ".yml")
        return parse_yaml(read_text_file(path, limits.bytes), name, limits);
    std::error_code none;
    if (!std::filesystem::is_regular_file(path, none)) read_text_file(path, limits.bytes);
    throw InputError(Diagnostic{{name},
                                fmt::format("the name ends in '{}'", ending),
                                "a file that ends in .toml, .json or .yaml",
                                ""});
}

}  // namespace caravel::input
