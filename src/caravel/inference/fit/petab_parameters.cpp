#include "caravel/inference/fit/petab_parameters.hpp"

#include "caravel/base/suggest.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <string_view>

namespace caravel::inference::fit {
namespace {

constexpr std::array<std::string_view, 3> scales{"lin", "log", "log10"};
constexpr std::array<std::string_view, 8> priors{"uniform",
                                                 "normal",
                                                 "laplace",
                                                 "logNormal",
                                                 "logLaplace",
                                                 "parameterScaleUniform",
                                                 "parameterScaleNormal",
                                                 "parameterScaleLaplace"};

/// Reads one row; a mistake ends the row.
class Row {
  public:
    Row(const input::CsvTable& table, std::size_t row) : table_(table), row_(row) {}

    Parameter read() {
        Parameter p;
        p.name = text("parameterId");
        if (p.name.empty()) fail("parameterId", "a parameter has no id", "a name");
        p.is_estimated = read_estimate();
        p.scale = read_scale();
        if (p.is_estimated || !text("lowerBound").empty()) p.lower = number("lowerBound");
        if (p.is_estimated || !text("upperBound").empty()) p.upper = number("upperBound");
        if (!p.is_estimated || !text("nominalValue").empty()) p.nominal = number("nominalValue");
        read_prior(p);
        return p;
    }

  private:
    [[noreturn]] void fail(std::string_view column, std::string what, std::string expected,
                           std::string hint = "") const {
        const Location where =
            table_.has_column(column) ? table_.where(row_, table_.column(column)) : Location{};
        throw InputError(Diagnostic{where, std::move(what), std::move(expected), std::move(hint)});
    }

    std::string text(std::string_view column) const {
        return table_.has_column(column) ? table_.rows[row_][table_.column(column)] : std::string();
    }
    double number(std::string_view column) const {
        return table_.number(row_, table_.column(column));
    }

    bool read_estimate() const {
        const std::string estimate = text("estimate");
        if (estimate == "1" || estimate == "1.0" || estimate == "true") return true;
        if (estimate == "0" || estimate == "0.0" || estimate == "false") return false;
        fail("estimate", "estimate is \"" + estimate + "\"", "0 or 1");
    }

    Scale read_scale() {
        const std::string scale = text("parameterScale");
        natural_logarithm_ = scale == "log";
        if (scale.empty() || scale == "lin") return Scale::linear;
        if (scale == "log" || scale == "log10") return Scale::log10;
        fail("parameterScale", "parameterScale is \"" + scale + "\"", "lin, log or log10",
             did_you_mean(scale, scales));
    }

    std::array<double, 2> prior_numbers() const {
        const std::string cell = text("objectivePriorParameters");
        const auto cut = cell.find(';');
        try {
            if (cut == std::string::npos) throw UnitError("", "", 0);
            const auto first = parse_quantity(cell.substr(0, cut));
            const auto second = parse_quantity(cell.substr(cut + 1));
            return {first.value, second.value};
        } catch (const UnitError&) {
            fail("objectivePriorParameters", "objectivePriorParameters is \"" + cell + "\"",
                 "two numbers with a semicolon between");
        }
    }

    void read_prior(Parameter& p) const {
        const std::string kind = text("objectivePriorType");
        if (kind.empty() || !p.is_estimated) return;
        const std::string_view on_scale = "parameterScale";
        const bool scaled = kind.rfind(on_scale, 0) == 0;
        auto [a, b] = prior_numbers();
        if (scaled && natural_logarithm_) {  // theta is moved in log10
            a /= std::numbers::ln10;
            b /= std::numbers::ln10;
        }
        p.prior_is_on_scale = scaled;
        if (kind == "uniform" || kind == "parameterScaleUniform") {
            p.prior = Uniform{a, b};
        } else if (kind == "normal" || kind == "parameterScaleNormal") {
            p.prior = Normal{a, b};
        } else if (kind == "laplace" || kind == "parameterScaleLaplace") {
            p.prior = Laplace{a, b};
        } else if (kind == "logNormal") {
            p.prior = LogNormal{std::exp(a), b};
        } else {
            fail("objectivePriorType", "objectivePriorType is \"" + kind + "\"",
                 "uniform, normal, laplace, logNormal or one of them on the parameter's scale",
                 did_you_mean(kind, priors));
        }
    }

    const input::CsvTable& table_;
    std::size_t row_;
    bool natural_logarithm_ = false;
};

}  // namespace

std::vector<Parameter> read_petab_parameters(const input::CsvTable& table,
                                             input::Diagnostics& mistakes) {
    for (const std::string_view needed : {"parameterId", "estimate", "lowerBound", "upperBound"})
        table.column(needed);
    std::vector<Parameter> parameters;
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        try {
            parameters.push_back(Row(table, row).read());
        } catch (const InputError& error) {
            for (const auto& d : error.diagnostics()) mistakes.add(d);
        }
    }
    return parameters;
}

}  // namespace caravel::inference::fit
