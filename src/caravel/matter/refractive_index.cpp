#include "caravel/matter/refractive_index.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/input/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::matter {
namespace {

constexpr double micrometre = 1e-6;  // m

[[noreturn]] void outside(const std::string& what, double wavelength, double shortest,
                          double longest) {
    throw InputError(Diagnostic{
        {},
        fmt::format("no refractive index at {} nm: {}", format_number(wavelength * 1e9, 6), what),
        fmt::format("a wavelength between {} and {} nm", format_number(shortest * 1e9, 6),
                    format_number(longest * 1e9, 6)),
        ""});
}

std::complex<double> permittivity(const DrudeLorentz& m, double energy) {
    using namespace std::complex_literals;
    std::complex<double> eps = m.eps_inf;
    eps -= m.plasma_energy * m.plasma_energy / (energy * energy + 1i * energy * m.damping);
    for (const LorentzTerm& t : m.terms)
        eps += t.strength * t.energy * t.energy /
               (t.energy * t.energy - energy * energy - 1i * energy * t.width);
    return eps;
}

/// A row of data/optical/index.csv that stands for the name.
struct Shipped {
    std::string material, table, reference;
};

std::vector<Shipped> read_index(const Library& library) {
    const auto& csv = library.csv("optical/index.csv");
    const auto material = csv.column("material");
    const auto table = csv.column("table");
    const auto reference = csv.column("reference");
    std::vector<Shipped> list;
    list.reserve(csv.rows.size());
    for (const auto& row : csv.rows) list.push_back({row[material], row[table], row[reference]});
    return list;
}

const Shipped* find_shipped(const std::vector<Shipped>& index, std::string_view name) {
    for (const Shipped& s : index)
        if (s.material == name || s.table == name) return &s;
    return nullptr;
}

/// One material of data/optical/models.csv.
struct ShippedModel {
    DrudeLorentz model;
    double shortest = 0.0, longest = 0.0;  // m
    std::string source;
    bool found = false;
};

ShippedModel find_model(const Library& library, std::string_view name,
                        std::vector<std::string>& known) {
    const auto& csv = library.csv("optical/models.csv");
    const auto material = csv.column("material");
    const auto term = csv.column("term");
    const auto strength = csv.column("strength");
    const auto energy = csv.column("energy_eV");
    const auto width = csv.column("width_eV");
    ShippedModel found;
    for (std::size_t i = 0; i < csv.rows.size(); ++i) {
        known.push_back(csv.rows[i][material]);
        if (csv.rows[i][material] != name) continue;
        const std::string& kind = csv.rows[i][term];
        if (kind == "background") {
            found.model.eps_inf = csv.number(i, strength);
            found.shortest = csv.number(i, csv.column("shortest_um")) * micrometre;
            found.longest = csv.number(i, csv.column("longest_um")) * micrometre;
            found.source = csv.rows[i][csv.column("source")];
        } else if (kind == "drude") {
            found.model.plasma_energy = csv.number(i, energy) * electronvolt;
            found.model.damping = csv.number(i, width) * electronvolt;
        } else if (kind == "lorentz") {
            found.model.terms.push_back({csv.number(i, strength),
                                         csv.number(i, energy) * electronvolt,
                                         csv.number(i, width) * electronvolt});
        } else {
            throw InputError(Diagnostic{csv.where(i, term), fmt::format("unknown term '{}'", kind),
                                        "background, drude or lorentz", ""});
        }
        found.found = true;
    }
    return found;
}

}  // namespace

double photon_energy(double wavelength) { return planck * speed_of_light / wavelength; }

RefractiveIndex RefractiveIndex::constant(std::complex<double> value, std::string description) {
    RefractiveIndex index;
    index.value_ = value;
    index.longest_ = std::numeric_limits<double>::infinity();
    index.description_ = std::move(description);
    return index;
}

RefractiveIndex RefractiveIndex::table(const std::filesystem::path& path, std::string description) {
    return table(input::read_csv(path), std::move(description));
}

RefractiveIndex RefractiveIndex::table(const input::CsvTable& csv, std::string description) {
    const auto lambda = csv.column("lambda_um");
    const auto n = csv.column("n");
    const auto k = csv.column("k");
    RefractiveIndex index;
    index.kind_ = Kind::table;
    for (std::size_t i = 0; i < csv.rows.size(); ++i) {
        const double wavelength = csv.number(i, lambda) * micrometre;
        const std::complex<double> value(csv.number(i, n), csv.number(i, k));
        if (wavelength <= 0.0 ||
            (!index.wavelengths_.empty() && wavelength < index.wavelengths_.back()))
            throw InputError(Diagnostic{csv.where(i, lambda), "the wavelengths decrease",
                                        "at least that of the row before", ""});
        if (value.real() < 0.0 || value.imag() < 0.0)
            throw InputError(Diagnostic{csv.where(i, value.real() < 0.0 ? n : k),
                                        "a refractive index is negative", "n and k of at least 0",
                                        "k is positive where light is absorbed"});
        index.wavelengths_.push_back(wavelength);
        index.values_.push_back(value);
    }
    if (index.wavelengths_.empty())
        throw InputError(Diagnostic{{csv.name, 0, 0}, "the table has no rows", "", ""});
    index.shortest_ = index.wavelengths_.front();
    index.longest_ = index.wavelengths_.back();
    index.description_ = std::move(description);
    return index;
}

RefractiveIndex RefractiveIndex::model(DrudeLorentz model, double shortest, double longest,
                                       std::string description) {
    RefractiveIndex index;
    index.kind_ = Kind::model;
    index.model_ = std::move(model);
    index.shortest_ = shortest;
    index.longest_ = longest;
    index.description_ = std::move(description);
    return index;
}

std::complex<double> RefractiveIndex::operator()(double wavelength) const {
    if (kind_ == Kind::constant) return value_;
    // The ends count although the way from metres may round them outside.
    const double tolerance = 1e-9 * wavelength;
    if (!(wavelength >= shortest_ - tolerance && wavelength <= longest_ + tolerance))
        outside(description_, wavelength, shortest_, longest_);
    if (kind_ == Kind::model) return std::sqrt(permittivity(model_, photon_energy(wavelength)));
    const auto above = std::upper_bound(wavelengths_.begin(), wavelengths_.end(), wavelength);
    if (above == wavelengths_.begin()) return values_.front();
    if (above == wavelengths_.end()) return values_.back();
    const auto i = static_cast<std::size_t>(above - wavelengths_.begin());
    const double part =
        (wavelength - wavelengths_[i - 1]) / (wavelengths_[i] - wavelengths_[i - 1]);
    return values_[i - 1] + part * (values_[i] - values_[i - 1]);
}

RefractiveIndex find_refractive_index(const Library& library, std::string_view name) {
    const auto index = read_index(library);
    if (const Shipped* s = find_shipped(index, name))
        return RefractiveIndex::table(
            library.csv(fmt::format("optical/{}.csv", s->table)),
            fmt::format("{} (table {}: {})", s->material, s->table, s->reference));
    std::vector<std::string> known;
    ShippedModel model = find_model(library, name, known);
    if (model.found)
        return RefractiveIndex::model(std::move(model.model), model.shortest, model.longest,
                                      fmt::format("{} (model: {})", name, model.source));
    for (const Shipped& s : index) known.insert(known.end(), {s.material, s.table});
    const std::vector<std::string_view> views(known.begin(), known.end());
    throw InputError(Diagnostic{{},
                                fmt::format("no refractive index is known for '{}'", name),
                                "a material with an optical table or model, or n and k in a "
                                "[[material]] of the formulation",
                                did_you_mean(name, views)});
}

bool has_refractive_index(const Library& library, std::string_view name) {
    if (find_shipped(read_index(library), name) != nullptr) return true;
    std::vector<std::string> known;
    return find_model(library, name, known).found;
}

}  // namespace caravel::matter
