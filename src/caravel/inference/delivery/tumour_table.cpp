#include "caravel/inference/delivery/tumour_table.hpp"

#include "caravel/base/lower_case.hpp"
#include "caravel/inference/delivery/tumour_table_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

namespace caravel::inference::delivery {
namespace {

constexpr std::array<Word, 9> materials{{{"gold", "gold"},
                                         {"silica", "silica"},
                                         {"iron oxide", "iron_oxide"},
                                         {"liposomes", "liposome"},
                                         {"polymeric", "polymer"},
                                         {"dendrimers", "dendrimer"},
                                         {"hydrogels", "hydrogel"},
                                         {"other om", "other_organic"},
                                         {"other im", "other_inorganic"}}};
constexpr std::array<Word, 5> shapes{{{"spherical", "sphere"},
                                      {"rod", "rod"},
                                      {"flake", "sheet"},
                                      {"plate", "plate"},
                                      {"other", "other"}}};

constexpr double hour = 3600.0;

class Reader {
  public:
    Reader(const input::CsvTable& records, const input::CsvTable& points)
        : records_(records), points_(points) {}

    TumourTable read() {
        for (std::size_t row = 0; row < records_.rows.size(); ++row) read_record(row);
        for (std::size_t row = 0; row < points_.rows.size(); ++row) read_point(row);
        TumourTable table;
        for (const std::string& id : order_) finish(id, table);
        table.dropped = dropped_;
        return table;
    }

  private:
    struct Raw {
        double time = 0.0;
        double fraction = 0.0;
        std::optional<double> per_gram;  // %ID/g
        std::size_t row = 0;
    };
    struct Entry {
        std::size_t row = 0;  // of the record
        std::vector<std::string> told;
        bool is_used = true;
        std::vector<Raw> points;
    };

    std::string cell(std::size_t row, std::string_view column) const {
        return records_.rows[row][records_.column(column)];
    }

    std::optional<double> positive(std::size_t row, std::string_view column, double unit) const {
        const auto value = optional_positive(records_, row, records_.column(column));
        return value ? std::optional(*value * unit) : std::nullopt;
    }

    void read_record(std::size_t row) {
        const std::size_t id_column = records_.column("id");
        const std::string id = records_.rows[row][id_column];
        if (id.empty()) refuse(records_, row, id_column, "id is empty", "the id of a record");
        Entry entry{row, {}, true, {}};
        for (const char* column :
             {"article_id", "material", "targeting", "hydrodynamic_d_nm", "zeta_signed_mV", "shape",
              "tumour_model", "cancer", "tumour_weight_g", "dose_mg_per_kg", "body_weight_g"})
            entry.told.push_back(cell(row, column));
        if (const auto earlier = entries_.find(id); earlier != entries_.end()) {
            if (earlier->second.told.front() != entry.told.front())
                refuse(records_, row, records_.column("article_id"),
                       fmt::format("id {} belongs to article {} here and to {} in line {}", id,
                                   entry.told.front(), earlier->second.told.front(),
                                   records_.lines[earlier->second.row]),
                       "one article for an id");
            if (earlier->second.told != entry.told)
                refuse(records_, row, id_column,
                       fmt::format("id {} was given in line {} with different data", id,
                                   records_.lines[earlier->second.row]),
                       "every id once");
            dropped_.count("record given twice, the same", records_.where(row, id_column));
            return;
        }
        if (is_not_told(entry.told.front())) {
            dropped_.count("record without an article", records_.where(row, id_column));
            entry.is_used = false;
        }
        entries_.emplace(id, std::move(entry));
        order_.push_back(id);
    }

    void read_point(std::size_t row) {
        const std::size_t id_column = points_.column("id");
        const std::size_t value_column = points_.column("tumour_pctID");
        const std::string& id = points_.rows[row][id_column];
        const auto entry = entries_.find(id);
        if (entry == entries_.end())
            refuse(points_, row, id_column, fmt::format("there is no record with id \"{}\"", id),
                   fmt::format("an id of {}", records_.name));
        Raw raw;
        raw.row = row;
        raw.time = not_negative(points_, row, points_.column("time_h")) * hour;
        raw.fraction = not_negative(points_, row, value_column) / 100.0;
        if (raw.fraction > 1.0)
            refuse(points_, row, value_column, "the tumour holds more than the dose",
                   "0 to 100 %ID");
        const std::size_t gram_column = points_.column("tumour_pctID_per_g");
        if (!is_not_told(points_.rows[row][gram_column]))
            raw.per_gram = not_negative(points_, row, gram_column);
        if (raw.time == 0.0) {
            dropped_.count("time 0, the injection itself", points_.where(row, id_column));
            return;
        }
        for (const Raw& other : entry->second.points) {
            if (other.time != raw.time) continue;
            if (other.fraction != raw.fraction)
                refuse(points_, row, value_column,
                       fmt::format("id {} has another value at this time in line {}", id,
                                   points_.lines[other.row]),
                       "one value for a time");
            dropped_.count("point given twice, the same", points_.where(row, id_column));
            return;
        }
        entry->second.points.push_back(raw);
    }

    ParticleFacts particle(std::size_t row) {
        ParticleFacts p;
        p.hydrodynamic_diameter = positive(row, "hydrodynamic_d_nm", 1e-9);
        const std::size_t zeta = records_.column("zeta_signed_mV");
        if (const auto value = optional_number(records_, row, zeta))
            p.zeta_potential = *value * 1e-3;
        p.material = translate(materials, cell(row, "material"));
        p.shape = translate(shapes, cell(row, "shape"));
        for (const char* column : {"material", "shape"})
            if (!is_not_told(cell(row, column)) &&
                (column[0] == 'm' ? p.material : p.shape).empty())
                dropped_.count(fmt::format("unknown word for the {}, taken as not told", column),
                               records_.where(row, records_.column(column)));
        const std::string targeting = lower_case(cell(row, "targeting"));
        p.is_targeted = targeting == "active";
        if (targeting != "active" && targeting != "passive")
            dropped_.count("unknown word for the targeting, taken as passive",
                           records_.where(row, records_.column("targeting")));
        return p;
    }

    AnimalFacts animal(std::size_t row) const {
        AnimalFacts a;
        a.has_tumour = true;
        a.body_weight = positive(row, "body_weight_g", 1e-3);
        a.tumour_mass = positive(row, "tumour_weight_g", 1e-3);
        const std::string model = lower_case(cell(row, "tumour_model"));
        for (const char* word : {"xenograft", "allograft"})
            if (model.find(word) != std::string::npos) a.implantation = word;
        for (const char* word : {"orthotopic", "heterotopic"})
            if (model.find(word) != std::string::npos) a.site = word;
        if (!is_not_told(cell(row, "cancer"))) a.cancer = lower_case(cell(row, "cancer"));
        return a;
    }

    void finish(const std::string& id, TumourTable& table) {
        Entry& entry = entries_.at(id);
        const std::size_t id_column = records_.column("id");
        if (!entry.is_used) return;
        if (entry.points.empty())
            refuse(records_, entry.row, id_column, fmt::format("id {} has no time point", id),
                   fmt::format("points of it in {}", points_.name));
        std::sort(entry.points.begin(), entry.points.end(),
                  [](const Raw& a, const Raw& b) { return a.time < b.time; });
        double smallest = 0.0;
        for (const Raw& raw : entry.points)
            if (raw.fraction > 0.0 && (smallest == 0.0 || raw.fraction < smallest))
                smallest = raw.fraction;
        if (smallest == 0.0)
            refuse(points_, entry.points.front().row, points_.column("tumour_pctID"),
                   fmt::format("all points of id {} are censored", id), "a value above 0");
        DeliveryCase c;
        c.id = "tumour:" + id;
        c.article = "article " + entry.told.front();
        c.particle = particle(entry.row);
        c.animal = animal(entry.row);
        if (const auto dose = positive(entry.row, "dose_mg_per_kg", 1e-6)) c.dose = *dose;
        TumourSeries whole{table.cases.size(), "%ID", {}, {}};
        TumourSeries per_gram{table.cases.size(), "%ID/g", {}, {}};
        for (const Raw& raw : entry.points) {
            const bool is_seen = raw.fraction > 0.0;
            c.points.push_back(
                {Place::tumour,
                 raw.time,
                 {is_seen ? raw.fraction : smallest, is_seen ? Censoring::none : Censoring::left}});
            append(whole, raw.time, 100.0 * raw.fraction);
            append(per_gram, raw.time, raw.per_gram.value_or(0.0));
        }
        table.cases.push_back(std::move(c));
        table.series.push_back(std::move(whole));
        if (!per_gram.times.empty()) table.series.push_back(std::move(per_gram));
    }

    static void append(TumourSeries& series, double time, double value) {
        if (!(value > 0.0)) return;
        series.times.push_back(time);
        series.values.push_back(value);
    }

    const input::CsvTable& records_;
    const input::CsvTable& points_;
    std::map<std::string, Entry> entries_;
    std::vector<std::string> order_;
    Ledger dropped_;
};

}  // namespace

TumourTable read_tumour_table(const input::CsvTable& records, const input::CsvTable& points) {
    return Reader(records, points).read();
}

}  // namespace caravel::inference::delivery
