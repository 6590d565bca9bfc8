#include "caravel/formulation/cards/luminescence_ions.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"

#include <optional>
#include <vector>

namespace caravel::formulation {
namespace {

constexpr const char* table = "lanthanides";

// Upconversion particles whose host a formulation leaves unsaid are taken as the common one.
constexpr std::string_view unsaid = "upconversion_nanoparticle";
constexpr std::string_view common_host = "NaYF4";

std::optional<std::string> find_host(matter::Library& library, std::string_view material) {
    if (material == unsaid) return std::string(common_host);
    std::string best;
    for (const std::string& name : library.table(table).names()) {
        const bool is_start = material.substr(0, name.size()) == name &&
                              (material.size() == name.size() || material[name.size()] == '_');
        if (is_start && name.size() > best.size() && library.find(table, name, "phonon_energy"))
            best = name;
    }
    if (best.empty()) return std::nullopt;
    return best;
}

InputError unknown_ion(const matter::Library& library, const std::string& symbol) {
    std::vector<std::string_view> ions;
    const std::vector<std::string> names = library.table(table).names();
    for (const std::string& name : names)
        if (library.table(table).find(name, "line_width")) ions.push_back(name);
    std::string list;
    for (const std::string_view ion : ions) list += (list.empty() ? "" : ", ") + std::string(ion);
    return InputError(
        Diagnostic{{}, "the ion '" + symbol + "' is unknown", list, did_you_mean(symbol, ions)});
}

}  // namespace

luminescence::Ion read_ion(matter::Library& library, const std::string& symbol) {
    luminescence::Ion ion;
    ion.symbol = symbol;
    for (const matter::Fact* fact : library.table(table).all(symbol))
        if (fact->property == "level_energy") {
            ion.labels.push_back(fact->context);
            ion.energies.push_back(library.value(table, symbol, "level_energy", fact->context));
            ion.momenta.push_back(luminescence::total_angular_momentum(fact->context));
        }
    if (ion.labels.empty()) throw unknown_ion(library, symbol);
    const std::size_t n = ion.size();
    ion.width = library.value(table, symbol, "line_width");
    ion.strengths.assign(n * n, 0.0);
    ion.magnetic_rates.assign(n * n, 0.0);
    bool has_lines = false;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < i; ++j) {
            const std::string line = ion.labels[i] + "->" + ion.labels[j];
            if (const auto s = library.find(table, symbol, "line_strength", line)) {
                ion.strengths[i * n + j] = ion.strengths[j * n + i] = *s;
                has_lines = true;
            }
            ion.magnetic_rates[i * n + j] =
                library.find(table, symbol, "magnetic_dipole_rate", line).value_or(0.0);
        }
    if (!has_lines)
        throw NotAvailable("the table has levels of " + symbol +
                           " but no line strengths; Yb, Er, Tm, Ho and Nd have them");
    return ion;
}

luminescence::HostCrystal read_host(matter::Library& library, const std::string& name) {
    const auto value = [&](const char* property) { return library.value(table, name, property); };
    return {value("phonon_energy"),    value("zero_phonon_rate"), value("multiphonon_alpha"),
            value("refractive_index"), value("site_volume"),      value("nearest_distance"),
            value("stokes_shift")};
}

std::string host_name(matter::Library& library, std::string_view material) {
    if (auto host = find_host(library, material)) return *host;
    throw NotAvailable("the crystal '" + std::string(material) +
                       "' has no phonon energy in data/lanthanides.csv (NaYF4, NaGdF4, NaLuF4, "
                       "NaCeF4, Gd2O3)");
}

bool is_host(matter::Library& library, std::string_view material) {
    return find_host(library, material).has_value();
}

}  // namespace caravel::formulation
