#include "caravel/inference/delivery/organ_table_words.hpp"

#include "caravel/base/lower_case.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/inference/delivery/tumour_table_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace caravel::inference::delivery {
namespace {

// Of two-part particles the part that makes up the volume.
constexpr std::array<Word, 24> materials{{{"au", "gold"},
                                          {"sio2", "silica"},
                                          {"sio3", "silica"},
                                          {"sio2 and iron", "silica"},
                                          {"iron_oxide", "iron_oxide"},
                                          {"fe", "iron_oxide"},
                                          {"fe3o4", "iron_oxide"},
                                          {"fe3o5", "iron_oxide"},
                                          {"au_and_fe3o4", "iron_oxide"},
                                          {"au_and_fe3o5", "iron_oxide"},
                                          {"graphene", "graphene"},
                                          {"graphene and iron", "graphene"},
                                          {"tio2", "titania"},
                                          {"si and mn", "other_inorganic"},
                                          {"liposome", "liposome"},
                                          {"lipid", "lipid"},
                                          {"polymeric", "polymer"},
                                          {"plga", "polymer"},
                                          {"plga-mpeg", "polymer"},
                                          {"polymeric_vesicles", "polymer"},
                                          {"polymeric_micelles", "micelle"},
                                          {"dendrimer", "dendrimer"},
                                          {"hydrogel", "hydrogel"},
                                          {"gold", "gold"}}};
constexpr std::array<Word, 16> shapes{{{"sphere", "sphere"},
                                       {"dots", "sphere"},
                                       {"sheet", "sheet"},
                                       {"rod", "rod"},
                                       {"plate", "plate"},
                                       {"disk", "plate"},
                                       {"cage", "cage"},
                                       {"capsule", "other"},
                                       {"tripod", "other"},
                                       {"dendrimer", "other"},
                                       {"dentritic", "other"},
                                       {"dumbbell", "other"},
                                       {"cubic", "other"},
                                       {"tetragonal_bipyramid", "other"},
                                       {"ribbon", "other"},
                                       {"nanocluster", "other"}}};
constexpr std::array<Word, 38> lines{
    {{"4t1", "breast"},        {"emt6", "breast"},     {"emt-6", "breast"},
     {"mcf-7", "breast"},      {"skbr3", "breast"},    {"met1", "breast"},
     {"mda-mb 231", "breast"}, {"hbt3477", "breast"},  {"eat", "breast"},
     {"u87mg", "brain"},       {"c6_glioma", "brain"}, {"9l.e29", "brain"},
     {"b16f10", "skin"},       {"a431", "skin"},       {"a432", "skin"},
     {"m21", "skin"},          {"m21l", "skin"},       {"scc-7", "skin"},
     {"ht-29/luc", "colon"},   {"colon26", "colon"},   {"colon-26", "colon"},
     {"colon-27", "colon"},    {"ct26.wt", "colon"},   {"hct116", "colon"},
     {"kb", "cervix"},         {"hela", "cervix"},     {"me180", "cervix"},
     {"patu8988", "pancreas"}, {"a2780", "ovary"},     {"skov-3", "ovary"},
     {"a549", "lung"},         {"nci-h727", "lung"},   {"h1299", "lung"},
     {"n87", "stomach"},       {"pc-3m", "prostate"},  {"22rv1", "prostate"},
     {"hepg-2", "liver"},      {"hepg-3", "liver"}}};
// Antibodies, their parts, peptides, vitamins and sugars that bind receptors; lower case.
constexpr std::array<std::string_view, 25> ligands{
    "rgd",       "trc10",     "folate",  "folic",    "vegf",   "affibody", "scfv",
    "cetuximab", "rituximab", "egfpep",  "her_pept", "chl6",   "tnyl",     "pmsa",
    "psma",      "k237",      "trastuz", "canf",     "and tf", "ctx",      "hyaluronic",
    "anti-",     "transferr", "and fa",  "-fa"};
constexpr std::array<std::pair<std::string_view, Tissue>, 19> tissues{
    {{"tumor", {Place::tumour, false}},
     {"tumour", {Place::tumour, false}},
     {"blood", {Place::blood, false}},
     {"liver", {Place::liver, false}},
     {"spleen", {Place::spleen, false}},
     {"kidneys", {Place::kidney, false}},
     {"kidney_left", {Place::kidney, true}},
     {"kidney_right", {Place::kidney, true}},
     {"lungs", {Place::lung, false}},
     {"heart", {Place::heart, false}},
     {"muscles", {Place::muscle, false}},
     {"bones", {Place::bone, false}},
     {"skin", {Place::skin, false}},
     {"brain", {Place::brain, false}},
     {"intestine", {Place::intestine, false}},
     {"stomach", {Place::stomach, false}},
     {"urine", {Place::urine, false}},
     {"feces", {Place::faeces, false}},
     {"kidney", {Place::kidney, false}}}};

bool is_among(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string_view trim(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::optional<double> whole_number(std::string_view text) {
    text = trim(text);
    double value = 0.0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || end.ec != std::errc{} || end.ptr != text.data() + text.size() ||
        !std::isfinite(value))
        return std::nullopt;
    return value;
}

/// Both sides of the first `separator`, when it stands in the text.
std::optional<std::pair<std::string_view, std::string_view>> split(std::string_view text,
                                                                   std::string_view separator) {
    const std::size_t place = text.find(separator, 1);
    if (text.empty() || place == std::string_view::npos) return std::nullopt;
    return std::pair(text.substr(0, place), text.substr(place + separator.size()));
}

bool is_amount_of_lipid(std::string_view text) {
    return text.size() > 4 && text.substr(text.size() - 4) == "mol%" &&
           whole_number(text.substr(0, text.size() - 4));
}

/// Number of one of the forms of told_number; false when the text has none of them.
bool read_told(std::string_view text, std::optional<double>& value) {
    text = trim(text);
    if (is_not_told(text) ||
        is_among(text, {"-", "+", "neutral", "negative", "positive", "No", "no", "none"}) ||
        is_amount_of_lipid(text))
        return true;
    if (text.front() == '<' || text.front() == '>') return whole_number(text.substr(1)).has_value();
    if (const auto part = split(text, ", ")) return read_told(part->second, value);
    if (const auto part = split(text, ": ")) return read_told(part->second, value);
    if (const auto part = split(text, " AND ")) {
        std::optional<double> second;
        return read_told(part->first, value) && read_told(part->second, second);
    }
    if (const auto part = split(text, "\u00B1"))
        return (value = whole_number(part->first)) && whole_number(part->second);
    for (const std::string_view about : {"about ", "~"})
        if (text.substr(0, about.size()) == about) text = text.substr(about.size());
    if ((value = whole_number(text))) return true;
    if (const auto range = split(text, "-")) {
        const auto low = whole_number(range->first);
        const auto high = whole_number(range->second);
        if (low && high && *low >= 0.0 && *high > *low) value = 0.5 * (*low + *high);
    }
    return value.has_value();
}

bool is_radioactive(std::string_view unit) {
    return unit.find("Bq") != std::string_view::npos || unit.find("Ci") != std::string_view::npos;
}

std::optional<Unit> known_unit(const std::string& text) {
    try {
        return parse_unit(text);
    } catch (const UnitError&) {
        return std::nullopt;
    }
}

}  // namespace

std::string organ_material(std::string_view material, std::string_view type) {
    const std::string known = translate(materials, material);
    if (!known.empty()) return known;
    if (type == "inorganic") return "other_inorganic";
    if (type == "organic") return "other_organic";
    return "";
}

std::string organ_shape(std::string_view word) {
    const std::string known = translate(shapes, word);
    return known.empty() && !is_not_told(word) ? "other" : known;
}

bool is_ligand_coating(std::string_view coating) {
    const std::string lower = lower_case(coating);
    return std::any_of(ligands.begin(), ligands.end(), [&](std::string_view ligand) {
        return lower.find(ligand) != std::string::npos;
    });
}

std::string cancer_of_line(std::string_view line) { return translate(lines, line); }

std::optional<Tissue> tissue_place(std::string_view word) {
    const std::string wanted = lower_case(word);
    for (const auto& [name, tissue] : tissues)
        if (name == wanted) return tissue;
    return std::nullopt;
}

std::optional<double> told_number(const input::CsvTable& table, std::size_t row,
                                  std::size_t column) {
    std::optional<double> value;
    const std::string& cell = table.rows.at(row).at(column);
    if (!read_told(cell, value))
        refuse(table, row, column, fmt::format("{} is \"{}\"", table.columns.at(column), cell),
               "a number, a range, a bound or an empty cell");
    return value;
}

OrganDose organ_dose(const input::CsvTable& table, std::size_t row, std::size_t dose,
                     std::size_t unit) {
    const double value = table.number(row, dose);
    if (!(value > 0.0))
        refuse(table, row, dose, fmt::format("dose is {}", value), "a number above 0");
    const std::string& text = table.rows.at(row).at(unit);
    const std::string lower = lower_case(text);
    if (is_radioactive(text) || lower.substr(0, 9) == "particles" || lower.substr(0, 3) == "nps")
        return {};
    const auto known = known_unit(text);
    if (known && known->dimension == dimension::mass) return {std::nullopt, value * known->factor};
    const bool is_ratio = text.find("g/") != std::string::npos;
    if (known && is_ratio && known->dimension == dimension::none)
        return {value * known->factor, std::nullopt};
    refuse(table, row, unit, fmt::format("a dose in \"{}\" cannot convert", text),
           "a mass, a mass per body mass, a radioactivity or a number of particles",
           "such as mg/kg, ug, MBq");
}

ValueUnit value_unit(const input::CsvTable& table, std::size_t row, std::size_t column) {
    using Kind = ValueUnit::Kind;
    const std::string& text = table.rows.at(row).at(column);
    constexpr double percent = 0.01;
    if (text == "%ID") return {Kind::fraction, percent};
    if (text == "%ID/g") return {Kind::fraction_per_mass, percent * 1e3};
    if (text == "%ID/cm3" || text == "%ID/mL") return {Kind::fraction_per_volume, percent * 1e6};
    const auto known = known_unit(text);
    if (known && known->dimension == dimension::none && text.find("g/") != std::string::npos)
        return {Kind::mass_per_mass, known->factor};
    refuse(table, row, column, fmt::format("a value in \"{}\" cannot convert", text),
           "%ID, %ID/g, %ID/cm3 or a mass per mass of tissue", "such as ng/g, ug/g");
}

}  // namespace caravel::inference::delivery
