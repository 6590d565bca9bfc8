#include "caravel/inference/delivery/discrepancy_file.hpp"

#include "caravel/base/error.hpp"
#include "caravel/input/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <sstream>

namespace caravel::inference::delivery {

namespace {

struct Spread {
    const char* name;
    double MixedSpread::*number;
};
constexpr std::array<Spread, 6> spreads = {{{"article_level", &MixedSpread::article_level},
                                            {"article_process", &MixedSpread::article_process},
                                            {"case_level", &MixedSpread::series_level},
                                            {"case_process", &MixedSpread::series_process},
                                            {"noise", &MixedSpread::noise},
                                            {"early_noise", &MixedSpread::early}}};

struct Single {
    const char* name;
    double Discrepancy::*number;
};
constexpr const char* growth_name = "growth";
constexpr double most_growth = 2.0;

constexpr std::array<Single, 3> singles = {{{"loading", &Discrepancy::loading},
                                            {"prior_factor", &Discrepancy::prior_factor},
                                            {"updated_factor", &Discrepancy::updated_factor}}};

[[noreturn]] void refuse(const std::string& file, int line, const std::string& what,
                         const std::string& expected) {
    throw InputError(Diagnostic{{file, line, 1},
                                what,
                                expected,
                                "refit the laws: the file is damaged or of another version"});
}

/// In quotes, those inside doubled.
std::string quoted(const std::string& name) {
    std::string text = "\"";
    for (const char c : name) text += c == '"' ? "\"\"" : std::string(1, c);
    return text + '"';
}

void write_one(const std::string& klass, const Discrepancy& d, std::string& text) {
    for (const Spread& s : spreads)
        text += fmt::format("{},variance,{},{:.9g},\n", klass, s.name, d.model.spread.*s.number);
    text += fmt::format("{},number,{},{:.9g},\n", klass, growth_name, d.model.spread.growth);
    for (const Single& s : singles)
        text += fmt::format("{},number,{},{:.9g},\n", klass, s.name, d.*s.number);
    const std::vector<std::string>& names = d.terms.names();
    for (std::size_t i = 0; i < names.size(); ++i) {
        text += fmt::format("{},slope,{},{:.9g},", klass, quoted(names[i]), d.model.slopes[i]);
        for (std::size_t j = 0; j <= i; ++j)
            text += fmt::format("{}{:.6g}", j == 0 ? "" : " ", d.model.covariance(i, j));
        text += '\n';
    }
}

/// A reader of the rows of one file.
class Reader {
  public:
    explicit Reader(const std::filesystem::path& path)
        : file_(path.string()), table_(input::read_csv(path)) {
        check_rows();
    }

    Discrepancy read(const std::string& klass) const {
        Discrepancy d;
        for (const Spread& s : spreads) {
            d.model.spread.*s.number = one(klass, "variance", s.name);
            if (!(d.model.spread.*s.number > 0.0))
                refuse(file_, 1, klass + ": variance " + s.name + " is not above 0", "a variance");
        }
        d.model.spread.growth = one(klass, "number", growth_name);
        if (!(std::abs(d.model.spread.growth) <= most_growth))
            refuse(file_, 1, klass + ": the growth is not within -2 and 2", "per decade");
        for (const Single& s : singles) d.*s.number = one(klass, "number", s.name);
        if (!(std::abs(d.loading) < 1.0))
            refuse(file_, 1, klass + ": the loading is not within -1 and 1", "a share");
        for (const double factor : {d.prior_factor, d.updated_factor})
            if (!(factor >= least_factor && factor <= most_factor))
                refuse(file_, 1, fmt::format("{}: a factor is {:g}", klass, factor),
                       fmt::format("{:g} to {:g}", least_factor, most_factor));
        read_slopes(klass, d);
        return d;
    }

  private:
    const std::string& cell(std::size_t row, const char* column) const {
        return table_.rows[row][table_.column(column)];
    }

    /// Every row must be one that read() looks for, and only once.
    void check_rows() const {
        const std::vector<std::string>& classes = noise_class_names();
        std::set<std::array<std::string, 3>> seen;
        for (std::size_t row = 0; row < table_.rows.size(); ++row) {
            const std::string& klass = cell(row, "class");
            const std::string& kind = cell(row, "kind");
            const std::string& name = cell(row, "name");
            if (std::find(classes.begin(), classes.end(), klass) == classes.end())
                refuse(file_, table_.lines[row], "unknown class \"" + klass + '"',
                       fmt::format("one of {}", fmt::join(classes, ", ")));
            const auto is_name = [&name](const auto& known) { return name == known.name; };
            if (kind != "slope" &&
                !(kind == "variance" && std::any_of(spreads.begin(), spreads.end(), is_name)) &&
                !(kind == "number" &&
                  (name == growth_name || std::any_of(singles.begin(), singles.end(), is_name))))
                refuse(file_, table_.lines[row], fmt::format("unknown {} \"{}\"", kind, name),
                       "a variance, number or slope of this version");
            if (kind != "slope" && !cell(row, "covariances").empty())
                refuse(file_, table_.lines[row], "covariances of a " + kind, "none");
            if (!seen.insert({klass, kind, name}).second)
                refuse(file_, table_.lines[row], fmt::format("{} {} twice", kind, name),
                       "one row for it");
        }
    }

    bool is_row(std::size_t row, const std::string& klass, const std::string& kind) const {
        return cell(row, "class") == klass && cell(row, "kind") == kind;
    }

    double value(std::size_t row) const {
        const double v = table_.number(row, table_.column("value"));
        if (!std::isfinite(v))
            refuse(file_, table_.lines[row], "a value is not finite", "a number");
        return v;
    }

    double one(const std::string& klass, const std::string& kind, const std::string& name) const {
        for (std::size_t row = 0; row < table_.rows.size(); ++row)
            if (is_row(row, klass, kind) && cell(row, "name") == name) return value(row);
        refuse(file_, 1, fmt::format("class {} has no {} {}", klass, kind, name), "one row for it");
    }

    void read_slopes(const std::string& klass, Discrepancy& d) const {
        std::vector<std::string> names;
        std::vector<std::size_t> rows;
        for (std::size_t row = 0; row < table_.rows.size(); ++row) {
            if (!is_row(row, klass, "slope")) continue;
            names.push_back(cell(row, "name"));
            rows.push_back(row);
            d.model.slopes.push_back(value(row));
        }
        if (rows.empty()) refuse(file_, 1, "class " + klass + " has no slope", "one or more");
        d.terms = DiscrepancyTerms(std::move(names));
        d.model.covariance = Matrix(rows.size(), rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) read_covariances(rows[i], i, d);
    }

    void read_covariances(std::size_t row, std::size_t i, Discrepancy& d) const {
        std::istringstream numbers(cell(row, "covariances"));
        const std::string expected = fmt::format("{} numbers", i + 1);
        for (std::size_t j = 0; j <= i; ++j) {
            double v = 0.0;
            if (!(numbers >> v) || !std::isfinite(v))
                refuse(file_, table_.lines[row], "too few covariances", expected);
            d.model.covariance(i, j) = d.model.covariance(j, i) = v;
        }
        if (!(numbers >> std::ws).eof())
            refuse(file_, table_.lines[row], "too many covariances", expected);
        const Matrix& c = d.model.covariance;
        for (std::size_t j = 0; j <= i; ++j)
            if (!(c(i, i) >= 0.0) || c(i, j) * c(i, j) > c(i, i) * c(j, j) * (1.0 + 1e-4))
                refuse(file_, table_.lines[row], "a covariance greater than its variances allow",
                       "a covariance of the slopes");
    }

    std::string file_;
    input::CsvTable table_;
};

}  // namespace

std::string write_discrepancies(std::span<const Discrepancy> all) {
    std::string text =
        "# What articles measure beside the property laws of laws.csv, log10 of the fraction; "
        "fitted to the same data; see docs/models/property_laws.md. Refit, do not edit.\n"
        "class,kind,name,value,covariances\n";
    for (std::size_t k = 0; k < all.size(); ++k) write_one(noise_class_names()[k], all[k], text);
    return text;
}

std::vector<Discrepancy> read_discrepancies(const std::filesystem::path& path) {
    const Reader reader(path);
    std::vector<Discrepancy> all;
    for (const std::string& klass : noise_class_names()) all.push_back(reader.read(klass));
    return all;
}

}  // namespace caravel::inference::delivery
