// The product's own constants: long tables whose every row carries its source, licence and status.
#pragma once

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/input/csv.hpp"

#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::matter {

/// Where a value comes from.
enum class Status { measured, fitted, assumed };

/// Licence of a fact that a user typed in.
inline constexpr std::string_view given_licence = "input";

/// One row of a table: name,property,context,value,unit,source,licence,status.
struct Fact {
    std::string name;      // "doxorubicin"
    std::string property;  // "molar_mass"
    std::string context;   // organ, cell line, temperature ...; may be empty
    double si = 0.0;
    double value = 0.0;  // as written, in `unit`
    std::string unit;
    std::string source;
    std::string licence;
    Status status = Status::assumed;
    std::string file;
    int line = 0;
};

/// "measured", "fitted" or "assumed".
std::string_view to_text(Status status);

/// All facts of one kind (materials, agents, species, tumour lines ...).
class FactTable {
  public:
    FactTable() = default;
    /// Reads a CSV file; every row must have a unit that parses, a source, a licence and a status,
    /// and no (name, property, context) may stand twice; throws InputError.
    static FactTable read(const std::filesystem::path& path);

    bool has(std::string_view name) const;
    std::vector<std::string> names() const;  // sorted
    /// The fact, or null. It lives as long as the table.
    const Fact* find(std::string_view name, std::string_view property,
                     std::string_view context = "") const;
    /// Every fact about a name, in the order of the file.
    std::vector<const Fact*> all(std::string_view name) const;
    /// Adds a fact, or replaces the one of the same name, property and context.
    void set(Fact fact);

  private:
    std::deque<Fact> facts_;  // stays in place as it grows
    std::map<std::string, std::vector<std::size_t>, std::less<>> by_name_;
};

/// The tables under data/ and a record of every fact that was looked up, so that a report can list
/// sources and assumed values. A table is read when it is first asked for. One per study; not
/// shared between threads.
class Library {
  public:
    /// Tables are files `<name>.csv` below `data`; throws InputError when materials.csv is not
    /// there.
    explicit Library(std::filesystem::path data);
    // A copy would remember facts of the original; moving keeps them where they are.
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
    Library(Library&&) = default;
    Library& operator=(Library&&) = default;
    ~Library() = default;

    /// Value in SI; throws InputError ("unknown agent", did you mean; "no value for ...").
    double value(std::string_view table, std::string_view name, std::string_view property,
                 std::string_view context = "");
    /// Value in SI, empty when the table has none.
    std::optional<double> find(std::string_view table, std::string_view name,
                               std::string_view property, std::string_view context = "");
    /// The whole row behind find(), remembered as used; null when the table has none.
    const Fact* find_fact(std::string_view table, std::string_view name, std::string_view property,
                          std::string_view context = "");
    /// Whether `name` exists; throws InputError at `where` with "did you mean" otherwise.
    void require(std::string_view table, std::string_view name, const Location& where) const;
    /// Throws InputError for an unknown table.
    const FactTable& table(std::string_view name) const;
    /// Adds a fact that the user brought along; it goes before a shipped one.
    void define(std::string_view table, Fact fact);
    /// Facts used so far, each once, sorted by table, name, property.
    std::vector<Fact> used() const;
    /// A CSV file below the folder of the tables, read once.
    const input::CsvTable& csv(const std::filesystem::path& relative) const;
    /// The folder of the tables.
    const std::filesystem::path& root() const { return root_; }

  private:
    FactTable& load(std::string_view name) const;

    std::filesystem::path root_;
    mutable std::map<std::string, FactTable, std::less<>> tables_;
    mutable std::map<std::filesystem::path, input::CsvTable> files_;
    std::set<const Fact*> used_;
};

}  // namespace caravel::matter
