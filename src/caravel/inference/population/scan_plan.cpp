#include "caravel/inference/population/scan_plan.hpp"

#include "caravel/base/unit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::inference::population {
namespace {

constexpr std::int64_t most_points = 1'000'000'000;

[[noreturn]] void refuse(const Location& where, std::string what, std::string expected) {
    throw InputError(Diagnostic{where, std::move(what), std::move(expected), ""});
}

/// low, high and points; geometric ones end in exactly `high`.
std::vector<double> range_of(const ScanAxis& axis) {
    const double low = *axis.from;
    const double high = *axis.to;
    const bool log = axis.spacing == "log";
    std::vector<double> values;
    for (std::int64_t i = 0; i < axis.points; ++i) {
        const double part =
            axis.points == 1 ? 0.0 : static_cast<double>(i) / static_cast<double>(axis.points - 1);
        values.push_back(log ? low * std::pow(high / low, part) : low + (high - low) * part);
    }
    if (axis.points > 1) values.back() = high;
    return values;
}

std::vector<double> values_of(const ScanAxis& axis, bool rows) {
    const bool range = axis.from || axis.to;
    const std::string named = "axis '" + axis.key + "' ";
    if (rows) {
        if (range || !axis.values.empty())
            refuse(axis.where, named + "has values, and the plan lists rows", "one of them");
        return {};
    }
    if (range && !axis.values.empty())
        refuse(axis.where, named + "has a list and a range", "one of them");
    if (!range && axis.values.empty())
        refuse(axis.where, named + "has no values", "values = [...], or from and to");
    if (!range) return axis.values;
    if (axis.points < 1 || axis.points > most_points)
        refuse(axis.where, named + "has " + std::to_string(axis.points) + " points", "at least 1");
    if (!axis.from || !axis.to || !(*axis.from < *axis.to))
        refuse(axis.where, named + "does not go upwards", "from < to");
    if (axis.spacing == "log" && !(*axis.from > 0.0))
        refuse(axis.where, named + "starts at " + format_number(*axis.from),
               "a number > 0 for spacing = \"log\"");
    return range_of(axis);
}

/// A number with an optional unit.
struct Written {
    double value;
    std::string unit;
};

Written written(std::string_view text, std::string_view whole) {
    try {
        const auto q = parse_quantity(text);
        return {q.value, q.has_unit ? q.unit.text : std::string()};
    } catch (const UnitError& error) {
        throw InputError(Diagnostic{
            {},
            "--vary " + std::string(whole) + ": '" + std::string(text) + "': " + error.what(),
            "a number with its unit such as 20 g",
            error.hint()});
    }
}

/// Values of one text in one unit: the last one written.
double in_unit(const Written& w, const std::string& unit, std::string_view whole) {
    if (w.unit.empty() || w.unit == unit) return w.value;
    if (parse_unit(w.unit).dimension != parse_unit(unit).dimension)
        refuse({},
               "--vary " + std::string(whole) + ": '" + w.unit + "' and '" + unit +
                   "' have different dimensions",
               "one unit");
    return from_si(to_si(w.value, parse_unit(w.unit)), unit);
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

/// Takes "/7" off the end; units such as mg/kg have no digits there.
bool take_points(std::string_view& text, ScanAxis& axis) {
    const std::size_t slash = text.rfind('/');
    if (slash == std::string_view::npos) return false;
    const std::string digits(trim(text.substr(slash + 1)));
    if (digits.empty() || digits.size() > 9 ||
        digits.find_first_not_of("0123456789") != std::string::npos)
        return false;
    axis.points = std::stoll(digits);
    text = trim(text.substr(0, slash));
    return true;
}

void read_range(std::string_view text, std::string_view whole, ScanAxis& axis) {
    if (text.ends_with(" log")) {
        axis.spacing = "log";
        text = trim(text.substr(0, text.size() - 4));
    }
    take_points(text, axis);
    const std::size_t dots = text.find("..");
    const Written low = written(trim(text.substr(0, dots)), whole);
    const Written high = written(trim(text.substr(dots + 2)), whole);
    axis.unit = high.unit.empty() ? low.unit : high.unit;
    axis.from = in_unit(low, axis.unit, whole);
    axis.to = in_unit(high, axis.unit, whole);
}

void read_list(std::string_view text, std::string_view whole, ScanAxis& axis) {
    std::vector<Written> items;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        items.push_back(written(trim(text.substr(begin, end - begin)), whole));
        begin = end + 1;
    }
    for (const auto& item : items)
        if (!item.unit.empty()) axis.unit = item.unit;
    for (const auto& item : items) axis.values.push_back(in_unit(item, axis.unit, whole));
}

}  // namespace

void describe(input::Visitor& v, ScanAxis& a) {
    using input::Presence;
    v.text({"key", "key of the study, as --set writes it", Presence::required}, a.key);
    v.text({"unit", "unit of the values (default: plain numbers)"}, a.unit);
    v.numbers({"values", "list of values"}, a.values, input::any_number("1"));
    v.number({"from", "lowest value of a range"}, a.from, input::any_number("1"));
    v.number({"to", "highest value of a range"}, a.to, input::any_number("1"));
    v.integer({"points", "of a range, ends included"}, a.points, 1, most_points);
    v.choice({"spacing", "of a range"}, a.spacing, {"linear", "log"});
    if (v.reads()) a.where = v.where();
}

void describe(input::Visitor& v, ScanRow& r) {
    v.numbers({"values", "one for each axis, in their order", input::Presence::required}, r.values,
              input::any_number("1"));
    if (v.reads()) r.where = v.where();
}

void describe(input::Visitor& v, ScanPlan& p) {
    v.text({"study", "study file, from the plan's folder", input::Presence::required}, p.study);
    v.texts({"set", "values replaced in all points, as --set"}, p.set);
    v.texts({"output", "numbers wanted (default: all of results.json)"}, p.outputs);
    v.integer({"seed", "of random numbers (default: the study's)"}, p.seed, 0,
              std::numeric_limits<std::int64_t>::max());
    if (v.reads()) p.has_seed = v.has("seed");
    v.records({"axis", "keys that vary"}, p.axes);
    v.records({"row", "points of a list instead of a grid"}, p.rows);
}

ScanPlan read_scan_plan(const std::filesystem::path& file) {
    const auto document = input::read_document(file);
    const auto* study = std::get<input::Table>(document.root.data).find("study");
    ScanPlan plan;
    if (study != nullptr && study->value.is_table()) {
        plan.study = file.string();
        return plan;
    }
    plan = input::read<ScanPlan>(document.root);
    plan.study = (file.parent_path() / plan.study).string();
    return plan;
}

ScanAxis parse_vary(std::string_view text) {
    const std::size_t equals = text.find('=');
    ScanAxis axis;
    axis.key = std::string(trim(text.substr(0, equals)));
    if (equals == std::string_view::npos || axis.key.empty())
        refuse({}, "--vary " + std::string(text),
               "key=a,b,c or key=low..high/points, with a unit behind the last number");
    const std::string_view values = trim(text.substr(equals + 1));
    if (values.find("..") != std::string_view::npos)
        read_range(values, text, axis);
    else
        read_list(values, text, axis);
    return axis;
}

ScanPoints::ScanPoints(const ScanPlan& plan) : rows_(plan.rows) {
    if (plan.axes.empty())
        refuse({}, "the scan varies nothing", "an [[axis]] in the plan or --vary key=a,b,c");
    std::uint64_t count = 1;
    for (const auto& axis : plan.axes) {
        values_.push_back(values_of(axis, !rows_.empty()));
        if (rows_.empty()) count *= values_.back().size();
        if (count > static_cast<std::uint64_t>(most_points))
            refuse(axis.where, "the grid has more than " + std::to_string(most_points) + " points",
                   "fewer points");
    }
    for (const auto& row : rows_)
        if (row.values.size() != plan.axes.size())
            refuse(row.where, "a row has " + std::to_string(row.values.size()) + " values",
                   std::to_string(plan.axes.size()) + ", one for each axis");
    count_ = rows_.empty() ? count : rows_.size();
}

void ScanPoints::point(std::uint64_t i, std::span<double> values) const {
    if (!rows_.empty()) {
        std::copy(rows_[i].values.begin(), rows_[i].values.end(), values.begin());
        return;
    }
    for (std::size_t axis = values_.size(); axis-- > 0;) {
        values[axis] = values_[axis][i % values_[axis].size()];
        i /= values_[axis].size();
    }
}

}  // namespace caravel::inference::population
