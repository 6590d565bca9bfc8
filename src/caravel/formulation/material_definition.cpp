#include "caravel/formulation/material_definition.hpp"

#include <filesystem>

namespace caravel::formulation {
namespace {

/// A table file beside the file that names it counts before one in the working folder.
std::string beside(const std::string& table, const Location& where) {
    if (!table.ends_with(".csv") || where.file.empty()) return table;
    const auto path = std::filesystem::path(where.file).parent_path() / table;
    std::error_code none;
    return std::filesystem::is_regular_file(path, none) ? path.string() : table;
}

}  // namespace

void describe(input::Visitor& v, MaterialDefinition& m) {
    v.text({"name", "as layers and coatings call it", input::Presence::required}, m.name);
    v.number({"density", "mass density"}, m.density, {"g/mL", 1e-6, 100.0});
    v.number({"molar_mass", "molar mass"}, m.molar_mass, {"g/mol", 0.1, 1e12});
    v.number({"n", "refractive index, constant"}, m.n, {"1", 0.001, 100.0});
    v.number({"k", "absorption index, constant; positive absorbs"}, m.k, {"1", 0.0, 100.0});
    v.text({"table", "CSV file lambda_um,n,k, or the name of a shipped optical table"}, m.table);
    v.text({"source", "where the values come from"}, m.source);
    if (v.describes_types()) return;
    if (v.reads()) m.table = beside(m.table, v.where());
    if (m.n && !m.table.empty())
        v.complain("table", "the refractive index is given twice", "either n and k or a table");
}

}  // namespace caravel::formulation
