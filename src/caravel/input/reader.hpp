// The visitors over described structs: read, echo, JSON Schema, manual table.
#pragma once

#include "caravel/input/document.hpp"
#include "caravel/input/visitor.hpp"

#include <memory>
#include <string>
#include <vector>

namespace caravel::input {

/// Collects mistakes (at most 20) while a document is read.
class Diagnostics {
  public:
    void add(Diagnostic diagnostic);
    bool empty() const { return diagnostics_.empty(); }
    /// What was collected, by line and column.
    const std::vector<Diagnostic>& list() const { return diagnostics_; }
    /// Throws InputError with everything collected, in file order; does nothing when empty.
    void throw_if_any() const;

  private:
    std::vector<Diagnostic> diagnostics_;  // sorted
};

/// Visitor that fills structs from a table; finish() reports unknown keys with the nearest known
/// one. `table` and `diagnostics` must outlive it.
std::unique_ptr<Visitor> make_reader(const Value& table, Diagnostics& diagnostics);

/// Reads one struct; mistakes go to `diagnostics`.
template <Described T>
void read(const Value& table, T& value, Diagnostics& diagnostics) {
    auto reader = make_reader(table, diagnostics);
    describe(*reader, value);
    reader->finish();
}

/// Reads one struct or throws InputError.
template <Described T>
T read(const Value& table) {
    T value{};
    Diagnostics diagnostics;
    read(table, value, diagnostics);
    diagnostics.throw_if_any();
    return value;
}

/// Visitor that builds a Table: every key, defaults included; numbers as "value unit" that reads
/// back to the identical double; absent optional values and numbers that are not finite are left
/// out.
std::unique_ptr<Visitor> make_echo(Table& table);

template <Described T>
Table echo(const T& value) {
    Table table;
    auto writer = make_echo(table);
    describe(*writer, const_cast<T&>(value));  // writers only look
    return table;
}

/// JSON Schema (draft-07) of a struct, complete after finish(). Quantities are texts with "x-unit",
/// "x-minimum" ...; alternatives are "oneOf" their tags.
std::unique_ptr<Visitor> make_schema_writer(Value& schema);
template <Described T>
Value json_schema(std::string_view title) {
    Value schema;
    T example{};
    auto writer = make_schema_writer(schema);
    describe(*writer, example);
    writer->finish();
    if (auto* table = std::get_if<Table>(&schema.data))
        table->entries.push_back({"title", {}, Value{std::string(title), {}}});
    return schema;
}

/// Markdown tables, appended by finish(): keys, units, defaults, ranges and explanations, one
/// section per table.
std::unique_ptr<Visitor> make_manual_writer(std::string& markdown);
template <Described T>
std::string manual(std::string_view title) {
    std::string markdown = "# " + std::string(title) + "\n";
    T example{};
    auto writer = make_manual_writer(markdown);
    describe(*writer, example);
    writer->finish();
    return markdown;
}

}  // namespace caravel::input
