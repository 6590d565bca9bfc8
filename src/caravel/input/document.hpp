// Tree of located values: what TOML, JSON or a Python dict become before they are read into
// structs.
#pragma once

#include "caravel/base/error.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace caravel::input {

class Value;
using Array = std::vector<Value>;

/// Keys in file order, each with the place where the key stands.
struct Table {
    struct Entry;
    std::vector<Entry> entries;
    const Entry* find(std::string_view key) const;
};

/// One value of a document with the place where it stands.
class Value {
  public:
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Table> data;
    Location where;

    bool is_table() const { return std::holds_alternative<Table>(data); }
    bool is_array() const { return std::holds_alternative<Array>(data); }
    /// "a table", "a list", "text", "a number", "true or false", for error messages.
    std::string kind() const;
};

struct Table::Entry {
    std::string key;
    Location where;
    Value value;
};

struct Document {
    Value root;        // always a table
    std::string name;  // the file as the user named it
};

/// Limits that keep a hostile or mistaken file from harming the process.
struct DocumentLimits {
    std::size_t bytes = 16u << 20;
    int depth = 64;
};

/// Parses TOML text; throws InputError (syntax, duplicate key, not UTF-8, too deep, too large,
/// empty).
Document parse_toml(std::string_view text, const std::string& name, DocumentLimits limits = {});
/// Parses JSON text under the same rules (duplicate keys are errors).
Document parse_json(std::string_view text, const std::string& name, DocumentLimits limits = {});
/// Parses the first document of YAML text under the same rules; aliases are refused, text in quotes
/// stays text, a key must be text.
Document parse_yaml(std::string_view text, const std::string& name, DocumentLimits limits = {});
/// Reads a .toml, .json, .yaml or .yml file (by its ending); throws IoError or InputError.
Document read_document(const std::filesystem::path& path, DocumentLimits limits = {});

/// Applies one `a.b[2].c=value` (from --set; indices count from 0) onto the document: the value in
/// TOML form, or else a bare text. Missing tables are created; throws InputError for a bad path.
void set_value(Document& document, std::string_view assignment);

/// Compact or pretty JSON of a value; doubles in shortest exact form, those not finite as null.
std::string to_json(const Value& value, bool pretty = true);
/// TOML text of a table that parses back to it: plain keys in order, then sub-tables and arrays of
/// tables in [section] form. Values that are nothing are left out.
std::string to_toml(const Table& table);

}  // namespace caravel::input
