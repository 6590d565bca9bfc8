#include "caravel/inference/delivery/law_parameters_file.hpp"

#include "caravel/base/error.hpp"
#include "caravel/inference/delivery/discrepancy_file.hpp"
#include "caravel/input/csv.hpp"
#include "caravel/report/atomic_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace caravel::inference::delivery {

namespace {

constexpr const char* code_version = "property laws 4";

void add_row(std::string& text, const std::string& kind, const std::string& name,
             const std::string& unit, double value, const std::string& rest = ",,,") {
    text += fmt::format("{},{},{},{:.9g},{}\n", kind, name, unit, value, rest);
}

void add_list(std::string& text, const std::string& kind, const std::vector<std::string>& names,
              const std::string& unit, const std::vector<double>& values) {
    for (std::size_t i = 0; i < names.size(); ++i) add_row(text, kind, names[i], unit, values[i]);
}

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"") == std::string::npos) return text;
    std::string inside;
    for (const char c : text) inside += c == '"' ? "\"\"" : std::string(1, c);
    return '"' + inside + '"';
}

/// All numbers of the table by kind and name.
using Numbers = std::map<std::string, double>;

Numbers numbers_of(const input::CsvTable& table) {
    const std::size_t kind = table.column("kind");
    const std::size_t name = table.column("name");
    const std::size_t value = table.column("value");
    Numbers numbers;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        if (table.rows[i][kind] == "provenance") continue;
        numbers[table.rows[i][kind] + ':' + table.rows[i][name]] = table.number(i, value);
    }
    return numbers;
}

std::vector<double> take(const Numbers& numbers, const std::string& kind,
                         const std::vector<std::string>& names, const std::string& file) {
    std::vector<double> values;
    const std::string prefix = kind + ':';
    for (const std::string& name : names) {
        const auto found = numbers.find(prefix + name);
        if (found == numbers.end())
            throw InputError(Diagnostic{{},
                                        fmt::format("{} has no {} named {}", file, kind, name),
                                        "one row for each number of the property laws",
                                        "refit the laws: the file is of another version"});
        values.push_back(found->second);
    }
    return values;
}

std::vector<std::string> parameter_names() {
    std::vector<std::string> names;
    for (const body::LawParameter& p : body::law_parameters()) names.push_back(p.name);
    return names;
}

LawProvenance take_provenance(const input::CsvTable& table, const Numbers& numbers,
                              const std::string& file) {
    LawProvenance provenance;
    const std::vector<double> counts =
        take(numbers, "count", {"cases", "articles", "points"}, file);
    provenance.cases = static_cast<std::size_t>(counts[0]);
    provenance.articles = static_cast<std::size_t>(counts[1]);
    provenance.points = static_cast<std::size_t>(counts[2]);
    const std::size_t source = table.column("source");
    for (const std::vector<std::string>& row : table.rows) {
        if (row[table.column("kind")] != "provenance") continue;
        const std::string& name = row[table.column("name")];
        if (name == "data") provenance.data.push_back(row[source]);
        if (name == "species") provenance.species = row[source];
        if (name == "version") provenance.version = row[source];
    }
    return provenance;
}

Matrix read_covariance(const std::filesystem::path& path) {
    const input::CsvTable table = input::read_csv(path);
    const std::size_t n = body::law_parameters().size();
    if (table.rows.size() != n || table.columns.size() != n + 1)
        throw InputError(Diagnostic{{path.string(), 1, 1},
                                    "a covariance of another size",
                                    fmt::format("{} rows and {} columns", n, n + 1),
                                    "refit the laws: the file is of another version"});
    Matrix covariance(n, n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j)
            covariance(i, j) = covariance(j, i) = table.number(i, j + 1);
    require_cholesky(covariance, path.string());
    return covariance;
}

}  // namespace

FittedLaws refit(std::span<const DeliveryCase> cases, std::vector<std::string> data,
                 const MechanismOptions& options) {
    std::set<std::string> articles;
    std::set<std::string> species;
    LawProvenance provenance;
    for (const DeliveryCase& c : cases) {
        if (c.animal.species != "mouse" && c.animal.species != "rat")
            throw InputError(Diagnostic{{},
                                        "case " + c.id + " is of species " + c.animal.species,
                                        "mouse or rat",
                                        "the laws are fitted to animals alone"});
        articles.insert(c.article);
        species.insert(c.animal.species);
        provenance.points += c.points.size();
    }
    const MechanismForecaster forecaster = fit_mechanism(cases, options);
    provenance.cases = cases.size();
    provenance.articles = articles.size();
    provenance.data = std::move(data);
    for (const std::string& name : species)
        provenance.species += (provenance.species.empty() ? "" : " ") + name;
    provenance.version = code_version;
    return {forecaster.fit(), forecaster.discrepancies(), std::move(provenance)};
}

std::string write_laws(const FittedLaws& laws) {
    std::string text =
        "# Property laws fitted to measured biodistribution; see "
        "docs/models/property_laws.md. Refit, do not edit.\n"
        "kind,name,unit,value,sd,prior_mean,prior_sd,source\n";
    const LawProvenance& p = laws.provenance;
    for (const std::string& data : p.data)
        text += fmt::format("provenance,data,,,,,,{}\n", quoted(data));
    text += fmt::format("provenance,species,,,,,,{}\n", quoted(p.species));
    text += fmt::format("provenance,version,,,,,,{}\n", quoted(p.version));
    add_row(text, "count", "cases", "1", static_cast<double>(p.cases));
    add_row(text, "count", "articles", "1", static_cast<double>(p.articles));
    add_row(text, "count", "points", "1", static_cast<double>(p.points));
    add_row(text, "count", "iterations", "1", laws.fit.iterations);
    add_row(text, "count", "converged", "1", laws.fit.converged ? 1.0 : 0.0);
    const std::vector<body::LawParameter>& table = body::law_parameters();
    for (std::size_t i = 0; i < table.size(); ++i)
        add_row(text, "parameter", table[i].name, table[i].unit, laws.fit.theta[i],
                fmt::format("{:.4g},{:g},{:g},{}", std::sqrt(laws.fit.covariance(i, i)),
                            table[i].prior_mean, table[i].prior_sd, quoted(table[i].source)));
    const VarianceComponents& c = laws.fit.components;
    add_list(text, "study_sd", effect_names(), "1", c.study);
    add_list(text, "case_sd", effect_names(), "1", c.case_);
    add_list(text, "residual", noise_class_names(), "log10", c.residual);
    add_list(text, "family_sd", family_names(), "1", c.family);
    return text;
}

std::string write_law_discrepancies(const FittedLaws& laws) {
    return write_discrepancies(laws.discrepancies);
}

std::string write_law_covariance(const FittedLaws& laws) {
    std::string text = "# Covariance of the parameters of laws.csv, lower triangle.\nname";
    const std::vector<std::string> names = parameter_names();
    for (const std::string& name : names) text += ',' + name;
    text += '\n';
    for (std::size_t i = 0; i < names.size(); ++i) {
        text += names[i];
        for (std::size_t j = 0; j < names.size(); ++j)
            text += j <= i ? fmt::format(",{:.9g}", laws.fit.covariance(i, j)) : ",";
        text += '\n';
    }
    return text;
}

void save_laws(const FittedLaws& laws, const std::filesystem::path& folder) {
    report::create_folder(folder);
    report::write_file_atomically(folder / "laws.csv", write_laws(laws));
    report::write_file_atomically(folder / "laws_covariance.csv", write_law_covariance(laws));
    report::write_file_atomically(folder / "laws_discrepancy.csv", write_law_discrepancies(laws));
}

FittedLaws load_laws(const std::filesystem::path& folder) {
    const std::filesystem::path path = folder / "laws.csv";
    const std::string file = path.string();
    const input::CsvTable table = input::read_csv(path);
    const Numbers numbers = numbers_of(table);
    FittedLaws laws;
    laws.fit.theta = take(numbers, "parameter", parameter_names(), file);
    laws.fit.components = {take(numbers, "study_sd", effect_names(), file),
                           take(numbers, "case_sd", effect_names(), file),
                           take(numbers, "residual", noise_class_names(), file),
                           take(numbers, "family_sd", family_names(), file)};
    laws.discrepancies = read_discrepancies(folder / "laws_discrepancy.csv");
    laws.provenance = take_provenance(table, numbers, file);
    laws.fit.covariance = read_covariance(folder / "laws_covariance.csv");
    const std::vector<double> run = take(numbers, "count", {"iterations", "converged"}, file);
    laws.fit.iterations = static_cast<int>(run[0]);
    laws.fit.converged = run[1] > 0.0;
    return laws;
}

}  // namespace caravel::inference::delivery
