#include "caravel/matter/xray.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/input/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace caravel::matter {
namespace {

constexpr double cm2_per_g = 0.1;  // m2/kg

template <class Map>
[[noreturn]] void unknown(const char* what, std::string_view name, const Map& known) {
    std::vector<std::string_view> names;
    for (const auto& entry : known) names.push_back(entry.first);
    throw InputError(
        Diagnostic{{}, fmt::format("unknown {} '{}'", what, name), "", did_you_mean(name, names)});
}

double number_or(const input::CsvTable& csv, std::size_t row, std::size_t column, double missing) {
    return csv.rows[row][column].empty() ? missing : csv.number(row, column);
}

}  // namespace

void AttenuationCurve::add(double energy, double mu_rho, double mu_en_rho) {
    energies_.push_back(energy);
    mu_.push_back(mu_rho);
    mu_en_.push_back(mu_en_rho);
}

double AttenuationCurve::interpolate(const std::vector<double>& values, double energy) const {
    const double slack = 1e-9 * energy;
    if (!(energy >= lowest() - slack && energy <= highest() + slack))
        throw InputError(Diagnostic{{},
                                    fmt::format("no X-ray attenuation of {} at {} keV", name_,
                                                format_number(energy / kiloelectronvolt, 5)),
                                    fmt::format("an energy between {} and {} keV",
                                                format_number(lowest() / kiloelectronvolt, 5),
                                                format_number(highest() / kiloelectronvolt, 5)),
                                    ""});
    // Of two rows at an edge the second counts: it lies above.
    const auto above = std::upper_bound(energies_.begin(), energies_.end(), energy);
    if (above == energies_.begin()) return values.front();
    if (above == energies_.end()) return values.back();
    const auto i = static_cast<std::size_t>(above - energies_.begin());
    const double part =
        std::log(energy / energies_[i - 1]) / std::log(energies_[i] / energies_[i - 1]);
    return values[i - 1] * std::pow(values[i] / values[i - 1], part);
}

double AttenuationCurve::attenuation(double energy) const { return interpolate(mu_, energy); }
double AttenuationCurve::energy_absorption(double energy) const {
    return interpolate(mu_en_, energy);
}

XrayTables::XrayTables(const std::filesystem::path& folder) {
    const auto csv = input::read_csv(folder / "elements.csv");
    for (std::size_t i = 0; i < csv.rows.size(); ++i)
        elements_.push_back({csv.rows[i][csv.column("symbol")],
                             static_cast<int>(csv.number(i, csv.column("Z"))),
                             csv.number(i, csv.column("atomic_weight")) * 1e-3});
    const auto formulas = input::read_csv(folder / "formulas.csv");
    for (const auto& row : formulas.rows)
        formulas_[row[formulas.column("material")]] = row[formulas.column("formula")];
    read_curves(folder / "nist_mu.csv");
    read_shells(folder);
    read_nuclides(folder / "nuclide_photons.csv");
}

void XrayTables::read_curves(const std::filesystem::path& path) {
    const auto csv = input::read_csv(path);
    const auto name = csv.column("material");
    const auto energy = csv.column("E_MeV");
    const auto mu = csv.column("mu_rho_cm2_g");
    const auto mu_en = csv.column("mu_en_rho_cm2_g");
    for (std::size_t i = 0; i < csv.rows.size(); ++i) {
        AttenuationCurve& curve = curves_[csv.rows[i][name]];
        curve.set_name(csv.rows[i][name]);
        curve.add(csv.number(i, energy) * megaelectronvolt, csv.number(i, mu) * cm2_per_g,
                  csv.number(i, mu_en) * cm2_per_g);
    }
}

void XrayTables::read_shells(const std::filesystem::path& folder) {
    const auto edges = input::read_csv(folder / "edges_yields.csv");
    for (std::size_t i = 0; i < edges.rows.size(); ++i)
        shells_[edges.rows[i][edges.column("symbol")]].push_back(
            {edges.rows[i][edges.column("shell")],
             edges.number(i, edges.column("edge_eV")) * electronvolt,
             number_or(edges, i, edges.column("fluorescence_yield"), 0.0),
             number_or(edges, i, edges.column("jump_ratio"), 1.0)});
    const auto lines = input::read_csv(folder / "lines.csv");
    for (std::size_t i = 0; i < lines.rows.size(); ++i) {
        const std::string& name = lines.rows[i][lines.column("line")];
        const std::size_t cut = name.front() == 'K' ? 1 : 2;
        lines_[lines.rows[i][lines.column("symbol")]].push_back(
            {name.substr(0, cut), name.substr(cut),
             lines.number(i, lines.column("E_eV")) * electronvolt,
             lines.number(i, lines.column("rate"))});
    }
    const auto ck = input::read_csv(folder / "coster_kronig.csv");
    for (std::size_t i = 0; i < ck.rows.size(); ++i)
        coster_kronig_[ck.rows[i][ck.column("symbol")] + " " +
                       ck.rows[i][ck.column("transition")]] =
            ck.number(i, ck.column("probability"));
}

void XrayTables::read_nuclides(const std::filesystem::path& path) {
    const auto csv = input::read_csv(path);
    for (std::size_t i = 0; i < csv.rows.size(); ++i) {
        Nuclide& nuclide = nuclides_[csv.rows[i][csv.column("nuclide")]];
        nuclide.name = csv.rows[i][csv.column("nuclide")];
        nuclide.half_life = csv.number(i, csv.column("half_life_s"));
        nuclide.photons.push_back({csv.number(i, csv.column("E_keV")) * kiloelectronvolt,
                                   csv.number(i, csv.column("intensity_percent")) * 0.01,
                                   csv.rows[i][csv.column("type")]});
    }
}

const AttenuationCurve& XrayTables::curve(std::string_view name) const {
    const auto found = curves_.find(name);
    if (found == curves_.end()) unknown("material of the X-ray tables", name, curves_);
    return found->second;
}

double XrayTables::attenuation(const Composition& composition, double energy) const {
    double sum = 0.0;
    for (const auto& [symbol, fraction] : composition.mass_fractions)
        sum += fraction * curve(symbol).attenuation(energy);
    return sum;
}

double XrayTables::energy_absorption(const Composition& composition, double energy) const {
    double sum = 0.0;
    for (const auto& [symbol, fraction] : composition.mass_fractions)
        sum += fraction * curve(symbol).energy_absorption(energy);
    return sum;
}

Composition XrayTables::composition(std::string_view material) const {
    const auto formula = formulas_.find(material);
    return parse_formula(formula == formulas_.end() ? material : std::string_view(formula->second),
                         elements_);
}

bool XrayTables::has_named_composition(std::string_view material) const {
    return formulas_.find(material) != formulas_.end();
}

std::vector<Shell> XrayTables::shells(std::string_view element) const {
    const auto found = shells_.find(element);
    return found == shells_.end() ? std::vector<Shell>{} : found->second;
}

std::vector<FluorescenceLine> XrayTables::lines(std::string_view element) const {
    const auto found = lines_.find(element);
    return found == lines_.end() ? std::vector<FluorescenceLine>{} : found->second;
}

double XrayTables::coster_kronig(std::string_view element, std::string_view transition) const {
    const auto found = coster_kronig_.find(fmt::format("{} {}", element, transition));
    return found == coster_kronig_.end() ? 0.0 : found->second;
}

bool XrayTables::has_nuclide(std::string_view name) const {
    return nuclides_.find(name) != nuclides_.end();
}

const Nuclide& XrayTables::nuclide(std::string_view name) const {
    const auto found = nuclides_.find(name);
    if (found == nuclides_.end()) unknown("nuclide", name, nuclides_);
    return found->second;
}

}  // namespace caravel::matter
