#include "caravel/inference/delivery/organ_table.hpp"

#include "caravel/base/lower_case.hpp"
#include "caravel/inference/delivery/organ_table_words.hpp"
#include "caravel/inference/delivery/tumour_table_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace caravel::inference::delivery {
namespace {

constexpr double hour = 3600.0;
constexpr std::array<const char*, 19> described{"material",
                                                "material_type",
                                                "material_name",
                                                "nominal_size_nm",
                                                "hydrodynamic_size_nm",
                                                "zeta_mV",
                                                "shape",
                                                "coating",
                                                "coating_MW_Da",
                                                "species",
                                                "strain",
                                                "tumour_bearing",
                                                "cancer_cell_type",
                                                "tumour_volume_mm3",
                                                "body_weight_g",
                                                "route",
                                                "dose",
                                                "dose_units",
                                                "author"};

/// A row that may become a point.
struct Reading {
    std::size_t row = 0;
    Tissue tissue;
    double time = 0.0;   // s
    double value = 0.0;  // as given; a limit when not seen
    bool is_seen = true;
    ValueUnit unit;
};

struct Instance {
    std::string study;
    std::string name;
    std::size_t first = 0;  // row
    std::vector<std::string> told;
    std::vector<Reading> readings;
};

struct Study {
    std::string article;
    std::size_t first = 0;
    bool has_rows = false;  // that may become points
    bool was_detected = false;
    std::map<std::string, double> smallest;  // by unit
};

class Reader {
  public:
    Reader(const input::CsvTable& table, const OrganSizes& sizes) : table_(table), sizes_(sizes) {}

    OrganTable read() {
        if (table_.rows.empty())
            throw InputError(Diagnostic{{table_.name, 1, 0}, "the table has no rows", "", ""});
        for (std::size_t row = 0; row < table_.rows.size(); ++row) read_row(row);
        for (const auto& [id, study] : studies_)
            if (study.has_rows && !study.was_detected)
                refuse(table_, study.first, table_.column("value"),
                       fmt::format("all points of study {} are censored", id), "a value above 0");
        for (Instance& instance : instances_) finish(instance);
        return std::move(result_);
    }

  private:
    const std::string& cell(std::size_t row, std::string_view column) const {
        return table_.rows[row][table_.column(column)];
    }

    void drop(const std::string& reason, std::size_t row) {
        result_.dropped.count(reason, table_.where(row, table_.column("value")));
    }

    /// Article that the row names; one for a study.
    Study& study_of(std::size_t row) {
        const std::string& id = cell(row, "study_id");
        if (id.empty())
            refuse(table_, row, table_.column("study_id"), "study_id is empty", "an id");
        const std::string& doi = cell(row, "doi");
        const std::string article =
            is_not_told(doi)
                ? fmt::format("study {} ({} {})", id, cell(row, "author"), cell(row, "year"))
                : "doi " + lower_case(doi);
        const auto [study, is_new] = studies_.try_emplace(id);
        if (is_new) {
            study->second.article = article;
            study->second.first = row;
        } else if (study->second.article != article) {
            refuse(table_, row, table_.column("study_id"),
                   fmt::format("study {} is {} here and {} in line {}", id, article,
                               study->second.article, table_.lines[study->second.first]),
                   "one article for a study id");
        }
        return study->second;
    }

    Instance& instance_of(std::size_t row) {
        const std::string id = cell(row, "study_id") + "." + cell(row, "instance");
        std::vector<std::string> told;
        for (const char* column : described) told.push_back(cell(row, column));
        const auto [place, is_new] = place_.try_emplace(id, instances_.size());
        if (is_new) {
            instances_.push_back(
                {cell(row, "study_id"), cell(row, "instance"), row, std::move(told), {}});
            return instances_.back();
        }
        Instance& instance = instances_[place->second];
        if (instance.told != told) {
            const auto differs = std::mismatch(told.begin(), told.end(), instance.told.begin());
            const std::size_t k = static_cast<std::size_t>(differs.first - told.begin());
            refuse(table_, row, table_.column(described[k]),
                   fmt::format("instance {} was described with {} \"{}\" in line {}", id,
                               described[k], instance.told[k], table_.lines[instance.first]),
                   "one description for an instance");
        }
        return instance;
    }

    /// Value and whether it was seen; empty for an empty cell.
    std::optional<std::pair<double, bool>> value_of(std::size_t row) const {
        const std::size_t column = table_.column("value");
        const std::string text = lower_case(table_.rows[row][column]);
        if (text.empty()) return std::nullopt;
        for (const char* word : {"nd", "n.d.", "bdl"})
            if (text == word) return std::pair(0.0, false);
        // Below the limit of detection or quantification, the limit itself not given.
        if (text.rfind("<lo", 0) == 0) return std::pair(0.0, false);
        if (text.front() == '<') {
            input::CsvTable limit = {
                table_.name, table_.columns, {table_.rows[row]}, {table_.lines[row]}};
            limit.rows[0][column].erase(0, 1);
            return std::pair(not_negative(limit, 0, column), false);
        }
        const double value = not_negative(table_, row, column);
        return std::pair(value, value > 0.0);
    }

    void read_row(std::size_t row) {
        Study& study = study_of(row);
        const auto value = value_of(row);
        const bool has_record = !cell(row, "time_h").empty() && !cell(row, "dose").empty() &&
                                !cell(row, "value_units").empty();
        if (!has_record) return drop("row without time, dose or unit", row);
        Reading reading;
        reading.row = row;
        reading.time = not_negative(table_, row, table_.column("time_h")) * hour;
        reading.unit = value_unit(table_, row, table_.column("value_units"));
        organ_dose(table_, row, table_.column("dose"), table_.column("dose_units"));
        Instance& instance = instance_of(row);
        if (!value) return drop("empty value", row);
        if (const std::string route = cell(row, "route"); lower_case(route) != "iv")
            return drop("route other than intravenous", row);
        const std::string tissue = lower_case(cell(row, "tissue"));
        if (tissue.rfind("control", 0) == 0) return drop("control tissue", row);
        study.has_rows = true;
        study.was_detected = study.was_detected || value->second;
        if (value->second) {
            const auto [least, is_new] =
                study.smallest.try_emplace(cell(row, "value_units"), value->first);
            if (!is_new) least->second = std::min(least->second, value->first);
        }
        const auto place = tissue_place(tissue);
        if (!place) return drop("tissue without a place in the model", row);
        if (reading.time == 0.0) return drop("time 0, the injection itself", row);
        reading.tissue = *place;
        reading.value = value->first;
        reading.is_seen = value->second;
        instance.readings.push_back(reading);
    }

    ParticleFacts particle(std::size_t row) const {
        const auto told = [&](const char* column, double unit) -> std::optional<double> {
            const std::size_t place = table_.column(column);
            const auto value = told_number(table_, row, place);
            if (value && !(*value > 0.0))
                refuse(table_, row, place, fmt::format("{} is {}", column, *value),
                       "a number above 0");
            return value ? std::optional(*value * unit) : std::nullopt;
        };
        ParticleFacts p;
        p.hydrodynamic_diameter = told("hydrodynamic_size_nm", 1e-9);
        p.core_diameter = told("nominal_size_nm", 1e-9);
        p.coating_molar_mass = told("coating_MW_Da", 1e-3);
        if (const auto zeta = told_number(table_, row, table_.column("zeta_mV")))
            p.zeta_potential = *zeta * 1e-3;
        p.material = organ_material(cell(row, "material"), cell(row, "material_type"));
        p.shape = organ_shape(cell(row, "shape"));
        const std::string& coating = cell(row, "coating");
        const std::string& name = cell(row, "material_name");
        if (!is_not_told(coating)) p.coating = coating;
        if ((coating + name).find("PEG") != std::string::npos)
            p.is_pegylated = true;
        else if (!p.coating.empty())
            p.is_pegylated = false;
        p.is_targeted = is_ligand_coating(coating);
        return p;
    }

    AnimalFacts animal(std::size_t row) const {
        AnimalFacts a;
        const std::string species = lower_case(cell(row, "species"));
        a.species = species == "mice" || species.empty() ? "mouse" : species;
        if (a.species == "rats") a.species = "rat";
        a.strain = cell(row, "strain");
        if (const auto weight = optional_positive(table_, row, table_.column("body_weight_g")))
            a.body_weight = *weight * 1e-3;
        a.has_tumour = lower_case(cell(row, "tumour_bearing")) == "yes";
        const auto volume = optional_positive(table_, row, table_.column("tumour_volume_mm3"));
        if (volume && a.has_tumour) a.tumour_mass = *volume * 1e-9 * sizes_.density;
        a.cancer = cancer_of_line(cell(row, "cancer_cell_type"));
        return a;
    }

    /// Volume of an organ, m3; empty when not known.
    std::optional<double> volume(Place place, const AnimalFacts& animal) const {
        if (place == Place::tumour) {
            if (!animal.tumour_mass) return std::nullopt;
            return *animal.tumour_mass / sizes_.density;
        }
        const auto found = sizes_.volume_per_body_mass.find(place);
        if (found == sizes_.volume_per_body_mass.end()) return std::nullopt;
        return found->second * animal.body_weight.value_or(sizes_.standard_body_mass);
    }

    /// Fraction of the dose; empty, with the reason counted, when it cannot be told.
    std::optional<double> fraction(const Reading& r, const DeliveryCase& c,
                                   std::optional<double> dose_mass) {
        using Kind = ValueUnit::Kind;
        const double value = r.value * r.unit.factor;
        if (r.unit.kind == Kind::fraction) return value;
        const auto size = volume(r.tissue.place, c.animal);
        if (!size) {
            if (r.tissue.place != Place::tumour)
                drop("concentration in a tissue of unknown mass", r.row);
            else if (r.unit.kind == Kind::mass_per_mass || !r.is_seen)
                drop("tumour concentration, tumour mass not told", r.row);
            return std::nullopt;
        }
        if (r.unit.kind == Kind::fraction_per_volume) return value * *size;
        const double mass = *size * sizes_.density;
        if (r.unit.kind == Kind::fraction_per_mass) return value * mass;
        if (dose_mass) return value * mass / *dose_mass;
        drop("mass concentration, dose is no mass", r.row);
        return std::nullopt;
    }

    /// Of one place and time told in several units, the first; shares of the dose come first, as
    /// they need no organ mass.
    void keep_one_unit(std::vector<Reading>& readings) {
        std::vector<Reading> kept;
        for (const Reading& r : readings) {
            const bool is_again =
                !kept.empty() && kept.back().time == r.time &&
                kept.back().tissue.place == r.tissue.place &&
                cell(kept.back().row, "value_units") != cell(r.row, "value_units");
            if (is_again)
                drop("value told again in another unit", r.row);
            else
                kept.push_back(r);
        }
        readings = std::move(kept);
    }

    /// Readings of one place and time: one value, or the mean of a pair of organs.
    void merge_repeated(std::vector<Reading>& readings) {
        std::vector<Reading> kept;
        for (std::size_t i = 0; i < readings.size();) {
            std::size_t end = i + 1;
            while (end < readings.size() && readings[end].time == readings[i].time &&
                   readings[end].tissue.place == readings[i].tissue.place)
                ++end;
            Reading reading = readings[i];
            bool is_one = true;
            for (std::size_t j = i + 1; j < end; ++j) {
                const bool is_same = readings[j].value == reading.value;
                const bool is_pair = end == i + 2 && reading.tissue.is_one_of_pair &&
                                     readings[j].tissue.is_one_of_pair;
                if (is_pair) reading.value = 0.5 * (reading.value + readings[j].value);
                if (is_same && !is_pair) drop("point given twice, the same", readings[j].row);
                is_one = is_one && (is_same || is_pair);
            }
            if (is_one)
                kept.push_back(reading);
            else
                for (std::size_t j = i; j < end; ++j)
                    drop("two values for one tissue and time", readings[j].row);
            i = end;
        }
        readings = std::move(kept);
    }

    void finish(Instance& instance) {
        const std::size_t row = instance.first;
        if (instance.readings.empty()) return;
        DeliveryCase c;
        c.id = fmt::format("organs:{}.{}", instance.study, instance.name);
        c.article = studies_.at(instance.study).article;
        c.particle = particle(row);
        c.animal = animal(row);
        const OrganDose dose =
            organ_dose(table_, row, table_.column("dose"), table_.column("dose_units"));
        const double body = c.animal.body_weight.value_or(sizes_.standard_body_mass);
        if (dose.per_body) c.dose = *dose.per_body;
        if (dose.absolute) c.dose = *dose.absolute / body;
        const auto order = [](const Reading& r) {
            return std::tuple(r.tissue.place, r.time, r.unit.kind != ValueUnit::Kind::fraction);
        };
        std::stable_sort(instance.readings.begin(), instance.readings.end(),
                         [&](const Reading& a, const Reading& b) { return order(a) < order(b); });
        keep_one_unit(instance.readings);
        merge_repeated(instance.readings);
        std::vector<TumourSeries> tumour;
        for (Reading& reading : instance.readings) take(reading, instance, c, body, tumour);
        if (c.points.empty() && tumour.empty()) return drop("instance without a usable point", row);
        result_.cases.push_back(std::move(c));
        for (TumourSeries& series : tumour) {
            series.owner = result_.cases.size() - 1;
            result_.series.push_back(std::move(series));
        }
    }

    void take(Reading& reading, const Instance& instance, DeliveryCase& c, double body,
              std::vector<TumourSeries>& tumour) {
        const std::string& unit = cell(reading.row, "value_units");
        if (reading.value == 0.0) {
            const auto& smallest = studies_.at(instance.study).smallest;
            const auto limit = smallest.find(unit);
            if (limit == smallest.end()) return drop("not detected, limit unknown", reading.row);
            reading.value = limit->second;
        }
        if (reading.tissue.place == Place::tumour && reading.is_seen &&
            reading.unit.kind != ValueUnit::Kind::mass_per_mass) {
            auto series = std::find_if(tumour.begin(), tumour.end(),
                                       [&](const TumourSeries& s) { return s.unit == unit; });
            if (series == tumour.end())
                series = tumour.insert(tumour.end(), TumourSeries{0, unit, {}, {}});
            series->times.push_back(reading.time);
            series->values.push_back(reading.value);
        }
        const auto part =
            fraction(reading, c, c.dose ? std::optional(*c.dose * body) : std::nullopt);
        if (!part) return;
        // Organ masses are those of a standard animal, so a little over the dose is possible.
        if (*part > 1.5) return drop("more than 150 % of the dose", reading.row);
        c.points.push_back({reading.tissue.place,
                            reading.time,
                            {*part, reading.is_seen ? Censoring::none : Censoring::left}});
    }

    const input::CsvTable& table_;
    const OrganSizes& sizes_;
    std::map<std::string, Study> studies_;
    std::map<std::string, std::size_t> place_;
    std::vector<Instance> instances_;
    OrganTable result_;
};

}  // namespace

OrganTable read_organ_table(const input::CsvTable& table, const OrganSizes& sizes) {
    return Reader(table, sizes).read();
}

}  // namespace caravel::inference::delivery
