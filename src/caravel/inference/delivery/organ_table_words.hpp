// Words and units of the biodistribution table: what they mean here.
#pragma once

#include "caravel/inference/delivery/delivery_case.hpp"
#include "caravel/input/csv.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace caravel::inference::delivery {

/// Material class of ParticleFacts for a word of the column `material` and its `material_type`
/// ("inorganic", "organic"); the typing slips "Fe3O5" and "SiO3" are read as Fe3O4 and SiO2. Empty
/// when neither tells.
std::string organ_material(std::string_view material, std::string_view type);
std::string organ_shape(std::string_view word);
/// Whether a coating holds a ligand of a receptor.
bool is_ligand_coating(std::string_view coating);
/// Organ in which a cancer cell line arose; empty when unknown here.
std::string cancer_of_line(std::string_view line);

/// A reading of a tissue; each of a pair of organs stands for the pair's concentration.
struct Tissue {
    Place place = Place::blood;
    bool is_one_of_pair = false;
};
/// Empty for a tissue that DeliveryCase has no place for.
std::optional<Tissue> tissue_place(std::string_view word);

/// A number told in figures or words: "12", "about 12", "10-14" (mean), "12±3", "5000 AND 47500"
/// (the first), "Au: 4, Fe3O4: 8" (the last, the carrier). Bounds ("<100"), signs and words
/// ("neutral", "+") and "6 mol%" count as not told. Throws InputError for other text.
std::optional<double> told_number(const input::CsvTable& table, std::size_t row,
                                  std::size_t column);

/// Dose of a row. Radioactivity and particle numbers have no mass.
struct OrganDose {
    std::optional<double> per_body;  // kg/kg
    std::optional<double> absolute;  // kg
};
/// Throws InputError for a unit that cannot convert.
OrganDose organ_dose(const input::CsvTable& table, std::size_t row, std::size_t dose,
                     std::size_t unit);

/// How a tissue value is given; value * factor is a fraction, a fraction per kg or m3, or a mass
/// fraction of the tissue.
struct ValueUnit {
    enum class Kind { fraction, fraction_per_mass, fraction_per_volume, mass_per_mass };
    Kind kind = Kind::fraction;
    double factor = 1.0;
};
/// Throws InputError for a unit that cannot convert.
ValueUnit value_unit(const input::CsvTable& table, std::size_t row, std::size_t column);

}  // namespace caravel::inference::delivery
