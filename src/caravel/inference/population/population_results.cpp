#include "caravel/inference/population/population_results.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace caravel::inference::population {
namespace {

constexpr std::size_t values_in_memory = 8'000'000;
constexpr std::size_t most_groups = 64;  // one bit each
constexpr std::size_t bins = 16;

/// A group with its condition, or with the quantity that cuts it from the others.
struct Group {
    std::string name;
    std::string condition;
    Test test;
};

/// Table of the individuals with outputs, without the outputs.
struct Members {
    std::vector<std::uint64_t> index;
    std::vector<std::uint64_t> in_group;  // bit g
    std::vector<std::uint64_t> responds;  // bit r
};

/// individuals.csv, row by row.
class Table {
  public:
    Table(std::filesystem::path path, const PopulationStudy& study, std::size_t columns)
        : file_(std::move(path)), columns_(columns) {
        std::string line = "individual";
        for (std::size_t k = 0; k < columns; ++k) {
            const Column& c = study.columns()[k];
            line += ',' + report::csv_cell(c.name + (c.unit == "1" ? "" : " [" + c.unit + "]"));
        }
        file_.add(line + '\n');
    }

    void add(std::uint64_t i, std::span<const double> row) {
        std::string line = std::to_string(i);
        for (std::size_t k = 0; k < columns_; ++k)
            line += ',' + (std::isfinite(row[k]) ? report::exact_text(row[k]) : std::string());
        file_.add(line + '\n');
    }

    void finish() { file_.finish(); }

  private:
    report::Replacement file_;
    std::size_t columns_;
};

class Analysis {
  public:
    Analysis(const PopulationStudy& study, const StoredResults& records)
        : study_(study), records_(records), seed_(static_cast<std::uint64_t>(study.plan().seed)) {}

    PopulationResults run(const std::filesystem::path& csv) {
        make_groups();
        for (const auto& r : study_.plan().responders)
            responders_.push_back(
                bind_condition(parse_condition(r.where, r.place), study_.columns(), r.place));
        if (responders_.size() > most_groups || groups_.size() > most_groups)
            throw InputError(Diagnostic{{}, "more than 64 subgroups or responders", "", ""});
        read_rows(csv);
        result_.count = members_.index.size();
        if (members_.index.empty())
            throw InputError(Diagnostic{{},
                                        "every individual of the population failed",
                                        "",
                                        "repeat one with --only 0 to see why"});
        summarise_traits();
        make_group_rows();
        summarise_outputs();
        return std::move(result_);
    }

  private:
    void make_groups() {
        for (const auto& g : study_.plan().subgroups) {
            if (!g.where.empty()) {
                groups_.push_back(
                    {g.name, g.where,
                     bind_condition(parse_condition(g.where, g.place), study_.columns(), g.place)});
                continue;
            }
            const std::size_t column = find_column(g.by, study_.columns(), g.place);
            if (column >= study_.first_output())
                throw InputError(Diagnostic{g.place, "subgroup '" + g.name + "' cuts by an output",
                                            "a covariate or a varied key", ""});
            cut(g, column);
        }
    }

    /// Equal groups along a trait of all individuals of the plan, failed ones included.
    void cut(const SubgroupInput& g, std::size_t column) {
        std::vector<double> values;
        for (std::uint64_t i = 0; i < records_.count; ++i)
            values.push_back(study_.traits(study_.sample().individual(i))[column]);
        std::sort(values.begin(), values.end());
        const double infinite = std::numeric_limits<double>::infinity();
        double low = -infinite;
        for (std::int64_t k = 1; k <= g.groups; ++k) {
            const double high =
                k == g.groups
                    ? infinite
                    : percentile(values, static_cast<double>(k) / static_cast<double>(g.groups));
            const Column& c = study_.columns()[column];
            const std::string unit = c.unit == "1" ? "" : " " + c.unit;
            std::string text = c.name;
            if (k > 1) text.insert(0, format_number(low, 4) + unit + " <= ");
            if (k < g.groups) text += " < " + format_number(high, 4) + unit;
            groups_.push_back({g.name + " " + std::to_string(k) + "/" + std::to_string(g.groups),
                               text, [column, low, high](std::span<const double> row) {
                                   return row[column] >= low && row[column] < high;
                               }});
            low = high;
        }
    }

    void read_rows(const std::filesystem::path& csv) {
        Table table(csv, study_, study_.first_output() + study_.numbers());
        records_.visit(
            [&](std::uint64_t i, const std::vector<double>* outputs, const Quarantined*) {
                if (outputs == nullptr) return;
                std::vector<double> row = study_.traits(study_.sample().individual(i));
                row.insert(row.end(), outputs->begin(), outputs->end());
                table.add(i, row);
                std::uint64_t in_group = 0;
                std::uint64_t responds = 0;
                for (std::size_t g = 0; g < groups_.size(); ++g)
                    if (groups_[g].test(row)) in_group |= std::uint64_t{1} << g;
                for (std::size_t r = 0; r < responders_.size(); ++r)
                    if (responders_[r](row)) responds |= std::uint64_t{1} << r;
                members_.index.push_back(i);
                members_.in_group.push_back(in_group);
                members_.responds.push_back(responds);
            });
        table.finish();
    }

    /// Of the individuals that have a value: none where their tumour has vanished.
    Spread spread(const std::vector<double>& values,
                  const std::vector<std::uint64_t>& index) const {
        if (std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); }))
            return spread_of(values, index, seed_);
        std::vector<double> stated;
        std::vector<std::uint64_t> whose;
        for (std::size_t m = 0; m < values.size(); ++m) {
            if (!std::isfinite(values[m])) continue;
            stated.push_back(values[m]);
            whose.push_back(index[m]);
        }
        return stated.empty() ? no_spread() : spread_of(stated, whose, seed_);
    }

    NumberResult number(const Column& column, const std::vector<double>& values) const {
        NumberResult result{column, spread(values, members_.index), {}};
        if (result.spread.count == 0) return result;
        std::vector<double> sorted = values;
        std::erase_if(sorted, [](double x) { return !std::isfinite(x); });
        std::sort(sorted.begin(), sorted.end());
        const double low = percentile(sorted, 0.005);
        const double high = percentile(sorted, 0.995);
        if (!(low < high)) return result;
        const double width = (high - low) / static_cast<double>(bins);
        for (std::size_t b = 0; b <= bins; ++b)
            result.histogram.edges.push_back(low + width * static_cast<double>(b));
        result.histogram.counts.assign(bins, 0);
        for (const double x : sorted) {
            const double place = std::clamp((x - low) / width, 0.0, static_cast<double>(bins - 1));
            ++result.histogram.counts[static_cast<std::size_t>(place)];
        }
        return result;
    }

    void summarise_traits() {
        const std::size_t n = study_.first_output();
        const std::size_t at_once = std::max<std::size_t>(1, values_in_memory / result_.count);
        for (std::size_t begin = 0; begin < n; begin += at_once) {
            const std::size_t end = std::min(n, begin + at_once);
            std::vector<std::vector<double>> columns(end - begin);
            for (const std::uint64_t i : members_.index) {
                const auto traits = study_.traits(study_.sample().individual(i));
                for (std::size_t k = begin; k < end; ++k) columns[k - begin].push_back(traits[k]);
            }
            for (std::size_t k = begin; k < end; ++k)
                result_.traits.push_back(number(study_.columns()[k], columns[k - begin]));
        }
    }

    Share share(std::size_t responder, const std::function<bool(std::size_t)>& counts) const {
        std::uint64_t hits = 0;
        std::uint64_t of = 0;
        for (std::size_t m = 0; m < members_.index.size(); ++m) {
            if (!counts(m)) continue;
            ++of;
            hits += members_.responds[m] >> responder & 1U;
        }
        return wilson(hits, of);
    }

    void make_group_rows() {
        const auto& plan = study_.plan();
        for (std::size_t r = 0; r < responders_.size(); ++r)
            result_.responders.push_back({plan.responders[r].name, plan.responders[r].where,
                                          share(r, [](std::size_t) { return true; })});
        for (std::size_t g = 0; g < groups_.size(); ++g) {
            const auto is_in = [&](std::size_t m) { return is_member(m, g); };
            GroupResult row{groups_[g].name, groups_[g].condition, 0, {}, {}};
            for (std::size_t m = 0; m < members_.index.size(); ++m) row.count += is_in(m) ? 1 : 0;
            for (std::size_t r = 0; r < responders_.size(); ++r)
                row.responders.push_back(share(r, is_in));
            result_.groups.push_back(std::move(row));
        }
    }

    bool is_member(std::size_t m, std::size_t g) const { return members_.in_group[m] >> g & 1U; }

    std::optional<Spread> group_spread(std::size_t g, const std::vector<double>& values) const {
        std::vector<double> inside;
        std::vector<std::uint64_t> index;
        for (std::size_t m = 0; m < values.size(); ++m) {
            if (!is_member(m, g)) continue;
            inside.push_back(values[m]);
            index.push_back(members_.index[m]);
        }
        if (inside.empty()) return std::nullopt;
        return spread(inside, index);
    }

    void summarise_outputs() {
        for (const auto& band : study_.bands())
            result_.bands.push_back(
                {{band.name, study_.columns()[study_.first_output() + band.first].unit},
                 band.times,
                 {}});
        const std::size_t n = study_.model().names.size();
        const std::size_t at_once = std::max<std::size_t>(1, values_in_memory / result_.count);
        for (std::size_t begin = 0; begin < n; begin += at_once)
            summarise_part(begin, std::min(n, begin + at_once));
    }

    void summarise_part(std::size_t begin, std::size_t end) {
        std::vector<std::vector<double>> columns(end - begin);
        records_.visit([&](std::uint64_t, const std::vector<double>* outputs, const Quarantined*) {
            for (std::size_t k = begin; outputs != nullptr && k < end; ++k)
                columns[k - begin].push_back(outputs->at(k));
        });
        for (std::size_t k = begin; k < end; ++k) {
            const auto& values = columns[k - begin];
            if (k >= study_.numbers()) {
                const auto band = std::find_if(study_.bands().rbegin(), study_.bands().rend(),
                                               [&](const Band& b) { return b.first <= k; });
                const auto place = static_cast<std::size_t>(study_.bands().rend() - band) - 1;
                result_.bands[place].spreads.push_back(spread(values, members_.index));
                continue;
            }
            result_.numbers.push_back(number(study_.columns()[study_.first_output() + k], values));
            for (std::size_t g = 0; g < groups_.size(); ++g)
                result_.groups[g].spreads.push_back(group_spread(g, values));
        }
    }

    const PopulationStudy& study_;
    const StoredResults& records_;
    std::uint64_t seed_;
    std::vector<Group> groups_;
    std::vector<Test> responders_;
    Members members_;
    PopulationResults result_;
};

std::string repeat_command(const PopulationStudy& study, const std::string& plan_name,
                           std::uint64_t i) {
    const auto& plan = study.plan();
    std::string text = "caravel population " + plan_name;
    for (const auto& a : plan.assignments) text += " --set '" + a + "'";
    return text + " --count " + std::to_string(plan.count) + " --seed " +
           std::to_string(plan.seed) + " --only " + std::to_string(i);
}

}  // namespace

PopulationResults population_results(const PopulationStudy& study, const StoredResults& records,
                                     const std::vector<Quarantined>& quarantined,
                                     const std::string& plan_name,
                                     const std::filesystem::path& csv) {
    PopulationResults results = Analysis(study, records).run(csv);
    for (const auto& q : quarantined)
        results.failed.push_back(
            {q, repeat_command(study, plan_name, q.index),
             study.model().command(study.values(study.sample().individual(q.index)))});
    return results;
}

}  // namespace caravel::inference::population
