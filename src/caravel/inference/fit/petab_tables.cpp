#include "caravel/inference/fit/petab_tables.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/inference/fit/petab_file.hpp"
#include "caravel/inference/fit/petab_parameters.hpp"
#include "caravel/input/csv.hpp"
#include "caravel/report/sha256.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

namespace caravel::inference::fit {
namespace {

// Whether a formula contains a name as a whole word.
bool has_name(const std::string& formula, const std::string& name) {
    const auto is_part = [&](std::size_t i) {
        if (i >= formula.size()) return false;
        const char c = formula[i];
        return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
    };
    for (auto i = formula.find(name); i != std::string::npos; i = formula.find(name, i + 1))
        if ((i == 0 || !is_part(i - 1)) && !is_part(i + name.size())) return true;
    return false;
}

/// Reads the tables of one problem one after the other.
class TableReader {
  public:
    explicit TableReader(const std::filesystem::path& path)
        : path_(path), file_(read_petab_file(path)) {}

    PetabTables read() {
        const auto& files = file_.problems.front();
        result_.name = std::filesystem::absolute(path_).parent_path().filename().string();
        if (files.models.size() != 1)
            throw InputError(Diagnostic{{path_.string()},
                                        std::to_string(files.models.size()) + " models",
                                        "one model",
                                        ""});
        result_.model = path_.parent_path() / files.models.front();
        hash_ = report::sha256_hex_of_file(path_) + report::sha256_hex_of_file(result_.model);
        for (const auto& name : file_.parameters) {
            const auto found = read_petab_parameters(table(name), mistakes_);
            result_.parameters.insert(result_.parameters.end(), found.begin(), found.end());
        }
        each(files.conditions, &TableReader::read_condition);
        each(files.observables, &TableReader::read_observable);
        each(files.measurements, &TableReader::read_measurement);
        check_measurements();
        mistakes_.throw_if_any();
        result_.identity = report::sha256_hex(hash_);
        return std::move(result_);
    }

  private:
    using CsvTable = input::CsvTable;

    CsvTable table(const std::string& name) {
        const auto path = path_.parent_path() / name;
        hash_ += report::sha256_hex_of_file(path);
        return input::read_csv(path, {}, input::tab_separated);
    }

    void each(const std::vector<std::string>& names,
              void (TableReader::*read_row)(const CsvTable&, std::size_t)) {
        for (const auto& name : names) {
            const CsvTable rows = table(name);
            for (std::size_t row = 0; row < rows.rows.size(); ++row) {
                try {
                    (this->*read_row)(rows, row);
                } catch (const InputError& error) {
                    for (const auto& d : error.diagnostics()) mistakes_.add(d);
                }
            }
        }
    }

    static std::string text(const CsvTable& t, std::size_t row, std::string_view column) {
        return t.has_column(column) ? t.rows[row][t.column(column)] : std::string();
    }
    static std::string needed(const CsvTable& t, std::size_t row, std::string_view column) {
        const std::string cell = t.rows[row][t.column(column)];
        if (cell.empty()) fail(t, row, column, std::string(column) + " is empty", "");
        return cell;
    }
    [[noreturn]] static void fail(const CsvTable& t, std::size_t row, std::string_view column,
                                  std::string what, std::string expected, std::string hint = "") {
        throw InputError(Diagnostic{t.where(row, t.column(column)), std::move(what),
                                    std::move(expected), std::move(hint)});
    }

    void read_condition(const CsvTable& t, std::size_t row) {
        PetabCondition condition;
        condition.id = needed(t, row, "conditionId");
        condition.where = t.where(row, 0);
        if (!condition_ids_.insert(condition.id).second)
            fail(t, row, "conditionId", "condition '" + condition.id + "' is given twice", "");
        for (std::size_t i = 0; i < t.columns.size(); ++i) {
            const std::string& cell = t.rows[row][i];
            if (t.columns[i] == "conditionId" || t.columns[i] == "conditionName") continue;
            if (cell.empty() || cell == "NaN" || cell == "nan") continue;  // as in the model
            condition.values.emplace_back(t.columns[i], cell);
        }
        result_.conditions.push_back(std::move(condition));
    }

    void read_observable(const CsvTable& t, std::size_t row) {
        PetabObservable o;
        o.id = needed(t, row, "observableId");
        o.where = t.where(row, 0);
        // Known from here on, so that a mistake further on is not told again by every measurement.
        if (!observable_ids_.insert(o.id).second)
            fail(t, row, "observableId", "observable '" + o.id + "' is given twice", "");
        o.formula = needed(t, row, "observableFormula");
        o.noise_formula = needed(t, row, "noiseFormula");
        const std::string noise = text(t, row, "noiseDistribution");
        if (!noise.empty() && noise != "normal")
            fail(t, row, "noiseDistribution", "noise of '" + o.id + "' is " + noise, "normal");
        const std::string transformation = text(t, row, "observableTransformation");
        if (transformation == "log") o.transformation = PetabTransformation::log;
        if (transformation == "log10") o.transformation = PetabTransformation::log10;
        if (!transformation.empty() && transformation != "lin" && transformation != "log" &&
            transformation != "log10")
            fail(t, row, "observableTransformation",
                 "observableTransformation is \"" + transformation + "\"", "lin, log or log10");
        result_.observables.push_back(std::move(o));
    }

    static std::vector<std::string> split(const std::string& cell) {
        std::vector<std::string> parts;
        for (std::size_t i = 0; i < cell.size();) {
            const auto end = std::min(cell.find(';', i), cell.size());
            parts.push_back(cell.substr(i, end - i));
            i = end + 1;
        }
        return parts;
    }

    void read_measurement(const CsvTable& t, std::size_t row) {
        PetabMeasurement m;
        m.where = t.where(row, 0);
        m.observable = needed(t, row, "observableId");
        m.condition = needed(t, row, "simulationConditionId");
        if (!text(t, row, "preequilibrationConditionId").empty())
            fail(t, row, "preequilibrationConditionId", "preequilibration is not supported",
                 "measurements that start from the model's initial values");
        m.value = t.number(row, t.column("measurement"));
        if (text(t, row, "time") == "inf")
            fail(t, row, "time", "a measurement at steady state is not supported", "a finite time");
        m.time = t.number(row, t.column("time"));
        if (m.time < 0.0) fail(t, row, "time", "time is " + text(t, row, "time"), "0 or more");
        m.observable_parameters = split(text(t, row, "observableParameters"));
        m.noise_parameters = split(text(t, row, "noiseParameters"));
        m.data_set = text(t, row, "datasetId");
        result_.measurements.push_back(std::move(m));
    }

    void expect_known(const std::string& name, const std::set<std::string>& known,
                      const std::string& what, const Location& where) {
        if (known.count(name) > 0) return;
        const std::vector<std::string_view> candidates(known.begin(), known.end());
        mistakes_.add(
            {where, "there is no " + what + " '" + name + "'", "", did_you_mean(name, candidates)});
    }

    // A value that no formula asks for would be ignored: a mistake in one of the tables.
    void expect_placeholders(const PetabMeasurement& m, const std::string& kind,
                             std::size_t count) {
        const auto& all = result_.observables;
        const auto o = std::find_if(all.begin(), all.end(),
                                    [&](const auto& x) { return x.id == m.observable; });
        if (o == all.end()) return;
        for (std::size_t i = 1; i <= count; ++i) {
            const std::string name = kind + std::to_string(i) + '_' + m.observable;
            if (has_name(o->formula, name) || has_name(o->noise_formula, name)) continue;
            mistakes_.add({m.where,
                           fmt::format("value {} of {}s has no use: no formula of '{}' has '{}'", i,
                                       kind, m.observable, name),
                           "one value for each placeholder", ""});
        }
    }

    void check_measurements() {
        for (const auto& m : result_.measurements) {
            expect_known(m.observable, observable_ids_, "observable", m.where);
            expect_known(m.condition, condition_ids_, "condition", m.where);
            expect_placeholders(m, "observableParameter", m.observable_parameters.size());
            expect_placeholders(m, "noiseParameter", m.noise_parameters.size());
        }
        if (result_.measurements.empty() && mistakes_.empty())
            mistakes_.add({{path_.string()}, "the problem has no measurements", "", ""});
    }

    std::filesystem::path path_;
    PetabFile file_;
    PetabTables result_;
    input::Diagnostics mistakes_;
    std::set<std::string> condition_ids_;
    std::set<std::string> observable_ids_;
    std::string hash_;
};

}  // namespace

PetabTables read_petab_tables(const std::filesystem::path& path) {
    return TableReader(path).read();
}

}  // namespace caravel::inference::fit
