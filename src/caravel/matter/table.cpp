#include "caravel/matter/table.hpp"

#include "caravel/base/lower_case.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/input/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace caravel::matter {

namespace {

/// Table name and what one of its entries is called in messages, where dropping the s is wrong.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> singulars{{
    {"materials", "material"},
    {"agents", "agent"},
    {"tumour_lines", "tumour line"},
    {"receptors", "receptor"},
    {"proteins", "protein"},
    {"coatings", "coating"},
    {"emitters", "emitter"},
}};

std::string_view singular(std::string_view table) {
    for (const auto& [plural, name] : singulars)
        if (plural == table) return name;
    return table;
}

/// What people call a material or an agent that the tables list under another name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 44> common_names{{
    {"gold", "Au"},
    {"silver", "Ag"},
    {"copper", "Cu"},
    {"iron", "Fe"},
    {"platinum", "Pt"},
    {"palladium", "Pd"},
    {"aluminium", "Al"},
    {"aluminum", "Al"},
    {"nickel", "Ni"},
    {"cobalt", "Co"},
    {"zinc", "Zn"},
    {"titanium", "Ti"},
    {"tungsten", "W"},
    {"silicon", "Si"},
    {"bismuth", "Bi"},
    {"gadolinium", "Gd"},
    {"hafnium", "Hf"},
    {"tantalum", "Ta"},
    {"selenium", "Se"},
    {"magnesium", "Mg"},
    {"manganese", "Mn"},
    {"silica", "SiO2"},
    {"titania", "TiO2"},
    {"alumina", "Al2O3"},
    {"ceria", "CeO2"},
    {"zirconia", "ZrO2"},
    {"magnetite", "Fe3O4"},
    {"maghemite", "gamma-Fe2O3"},
    {"haematite", "Fe2O3"},
    {"hematite", "Fe2O3"},
    {"chalk", "CaCO3"},
    {"glass", "SiO2"},
    {"dox", "doxorubicin"},
    {"adriamycin", "doxorubicin"},
    {"ptx", "paclitaxel"},
    {"taxol", "paclitaxel"},
    {"dtx", "docetaxel"},
    {"taxotere", "docetaxel"},
    {"cddp", "cisplatin"},
    {"5-fu", "5_fluorouracil"},
    {"5fu", "5_fluorouracil"},
    {"icg", "indocyanine_green"},
    {"ce6", "chlorin_e6"},
    {"mtx", "methotrexate"},
}};

std::string suggestion(std::string_view wrong, const std::vector<std::string>& names) {
    const std::string lower = lower_case(wrong);
    for (const auto& [common, shipped] : common_names)
        if (common == lower && std::find(names.begin(), names.end(), shipped) != names.end())
            return fmt::format("did you mean '{}'?", shipped);
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    return did_you_mean(wrong, candidates);
}

std::string list(const std::vector<std::string>& texts) {
    return fmt::format("{}", fmt::join(texts, ", "));
}

std::string quantity_name(std::string_view property, std::string_view context) {
    return context.empty() ? fmt::format("'{}'", property)
                           : fmt::format("'{}' ({})", property, context);
}

InputError unknown_name(const FactTable& table, std::string_view table_name, std::string_view name,
                        const Location& where) {
    return InputError(Diagnostic{where, fmt::format("unknown {} '{}'", singular(table_name), name),
                                 "", suggestion(name, table.names())});
}

/// Says which contexts the property has, or which properties the name has.
InputError missing_value(const FactTable& table, std::string_view table_name, std::string_view name,
                         std::string_view property, std::string_view context) {
    std::vector<std::string> contexts;
    std::vector<std::string> properties;
    for (const Fact* fact : table.all(name)) {
        if (fact->property == property)
            contexts.push_back(fact->context.empty() ? "no context" : fact->context);
        if (std::find(properties.begin(), properties.end(), fact->property) == properties.end())
            properties.push_back(fact->property);
    }
    std::string hint = contexts.empty() ? suggestion(property, properties)
                                        : fmt::format("known for: {}", list(contexts));
    return InputError(
        Diagnostic{{},
                   fmt::format("no value for {} of {} '{}'", quantity_name(property, context),
                               singular(table_name), name),
                   "",
                   std::move(hint)});
}

/// Positions of the columns of a fact table.
struct Columns {
    explicit Columns(const input::CsvTable& csv)
        : name(csv.column("name")),
          property(csv.column("property")),
          context(csv.column("context")),
          value(csv.column("value")),
          unit(csv.column("unit")),
          source(csv.column("source")),
          licence(csv.column("licence")),
          status(csv.column("status")) {}

    std::size_t name, property, context, value, unit, source, licence, status;
};

Status read_status(const input::CsvTable& csv, std::size_t row, std::size_t column) {
    const std::string& text = csv.rows[row][column];
    for (const Status status : {Status::measured, Status::fitted, Status::assumed})
        if (to_text(status) == text) return status;
    throw InputError(Diagnostic{csv.where(row, column), fmt::format("unknown status '{}'", text),
                                "measured, fitted or assumed", ""});
}

std::string read_text(const input::CsvTable& csv, std::size_t row, std::size_t column) {
    const std::string& text = csv.rows[row][column];
    if (text.empty())
        throw InputError(Diagnostic{csv.where(row, column),
                                    fmt::format("empty {}", csv.columns[column]), "a text", ""});
    return text;
}

Unit read_unit(const input::CsvTable& csv, std::size_t row, std::size_t column) {
    const std::string text = read_text(csv, row, column);
    try {
        return parse_unit(text);
    } catch (const UnitError& error) {
        throw InputError(Diagnostic{csv.where(row, column),
                                    fmt::format("'{}' is not a unit: {}", text, error.what()), "",
                                    error.hint()});
    }
}

Fact read_fact(const input::CsvTable& csv, std::size_t row, const Columns& columns) {
    const Unit unit = read_unit(csv, row, columns.unit);
    Fact fact;
    fact.name = read_text(csv, row, columns.name);
    fact.property = read_text(csv, row, columns.property);
    fact.context = csv.rows[row][columns.context];
    fact.value = csv.number(row, columns.value);
    fact.si = to_si(fact.value, unit);
    fact.unit = unit.text;
    fact.source = read_text(csv, row, columns.source);
    fact.licence = read_text(csv, row, columns.licence);
    fact.status = read_status(csv, row, columns.status);
    fact.file = csv.name;
    fact.line = csv.lines[row];
    return fact;
}

InputError second_value(const Location& where, const Fact& fact, const Fact& first) {
    return InputError(Diagnostic{where,
                                 fmt::format("second value for {} of '{}'",
                                             quantity_name(fact.property, fact.context), fact.name),
                                 "", fmt::format("the first stands in line {}", first.line)});
}

}  // namespace

std::string_view to_text(Status status) {
    switch (status) {
    case Status::measured: return "measured";
    case Status::fitted: return "fitted";
    case Status::assumed: break;
    }
    return "assumed";
}

FactTable FactTable::read(const std::filesystem::path& path) {
    const input::CsvTable csv = input::read_csv(path);
    const Columns columns(csv);
    FactTable table;
    std::vector<Diagnostic> mistakes;
    for (std::size_t row = 0; row < csv.rows.size(); ++row) {
        try {
            Fact fact = read_fact(csv, row, columns);
            if (const Fact* first = table.find(fact.name, fact.property, fact.context))
                throw second_value(csv.where(row, columns.name), fact, *first);
            table.by_name_[fact.name].push_back(table.facts_.size());
            table.facts_.push_back(std::move(fact));
        } catch (const InputError& error) {
            mistakes.insert(mistakes.end(), error.diagnostics().begin(), error.diagnostics().end());
        }
    }
    if (!mistakes.empty()) throw InputError(std::move(mistakes));
    return table;
}

bool FactTable::has(std::string_view name) const { return by_name_.find(name) != by_name_.end(); }

std::vector<std::string> FactTable::names() const {
    std::vector<std::string> names;
    names.reserve(by_name_.size());
    for (const auto& [name, rows] : by_name_) names.push_back(name);
    return names;
}

const Fact* FactTable::find(std::string_view name, std::string_view property,
                            std::string_view context) const {
    for (const Fact* fact : all(name))
        if (fact->property == property && fact->context == context) return fact;
    return nullptr;
}

std::vector<const Fact*> FactTable::all(std::string_view name) const {
    std::vector<const Fact*> facts;
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return facts;
    for (const std::size_t row : found->second) facts.push_back(&facts_[row]);
    return facts;
}

void FactTable::set(Fact fact) {
    for (const std::size_t row : by_name_[fact.name]) {
        Fact& known = facts_[row];
        if (known.property != fact.property || known.context != fact.context) continue;
        known = std::move(fact);
        return;
    }
    by_name_[fact.name].push_back(facts_.size());
    facts_.push_back(std::move(fact));
}

Library::Library(std::filesystem::path data) : root_(std::move(data)) { load("materials"); }

double Library::value(std::string_view table_name, std::string_view name, std::string_view property,
                      std::string_view context) {
    const FactTable& facts = table(table_name);
    if (!facts.has(name)) throw unknown_name(facts, table_name, name, {});
    const Fact* fact = facts.find(name, property, context);
    if (fact == nullptr) throw missing_value(facts, table_name, name, property, context);
    used_.insert(fact);
    return fact->si;
}

const Fact* Library::find_fact(std::string_view table_name, std::string_view name,
                               std::string_view property, std::string_view context) {
    const Fact* fact = table(table_name).find(name, property, context);
    if (fact != nullptr) used_.insert(fact);
    return fact;
}

std::optional<double> Library::find(std::string_view table_name, std::string_view name,
                                    std::string_view property, std::string_view context) {
    const Fact* fact = find_fact(table_name, name, property, context);
    if (fact == nullptr) return std::nullopt;
    return fact->si;
}

void Library::require(std::string_view table_name, std::string_view name,
                      const Location& where) const {
    const FactTable& facts = table(table_name);
    if (!facts.has(name)) throw unknown_name(facts, table_name, name, where);
}

FactTable& Library::load(std::string_view name) const {
    const auto found = tables_.find(name);
    if (found != tables_.end()) return found->second;
    const auto path = root_ / fmt::format("{}.csv", name);
    std::error_code none;
    if (!std::filesystem::is_regular_file(path, none)) {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(root_, none))
            if (entry.path().extension() == ".csv") names.push_back(entry.path().stem().string());
        std::sort(names.begin(), names.end());
        throw InputError(Diagnostic{
            {}, fmt::format("unknown table '{}'", name), list(names), suggestion(name, names)});
    }
    return tables_.emplace(name, FactTable::read(path)).first->second;
}

const input::CsvTable& Library::csv(const std::filesystem::path& relative) const {
    const auto found = files_.find(relative);
    if (found != files_.end()) return found->second;
    return files_.emplace(relative, input::read_csv(root_ / relative)).first->second;
}

const FactTable& Library::table(std::string_view name) const { return load(name); }

void Library::define(std::string_view table_name, Fact fact) {
    load(table_name).set(std::move(fact));
}

std::vector<Fact> Library::used() const {
    std::vector<Fact> facts;
    facts.reserve(used_.size());
    for (const Fact* fact : used_) facts.push_back(*fact);
    std::sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) {
        return std::tie(a.file, a.name, a.property, a.context) <
               std::tie(b.file, b.name, b.property, b.context);
    });
    return facts;
}

}  // namespace caravel::matter
