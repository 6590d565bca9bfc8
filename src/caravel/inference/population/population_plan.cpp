#include "caravel/inference/population/population_plan.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/report/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <string>

namespace caravel::inference::population {
namespace {

using input::Presence;

constexpr double infinite = std::numeric_limits<double>::infinity();

[[noreturn]] void refuse(const Location& where, std::string what, std::string expected,
                         std::string hint = "") {
    throw InputError(Diagnostic{where, std::move(what), std::move(expected), std::move(hint)});
}

ParsedQuantity quantity_at(const std::string& text, const std::string& owner,
                           const Location& where) {
    try {
        return parse_quantity(text);
    } catch (const UnitError& error) {
        refuse(where, owner + " '" + text + "': " + error.what(), "a number with its unit",
               error.hint());
    }
}

/// A number of a [[vary]] table in the unit of its mean.
class Reader {
  public:
    Reader(const VaryInput& vary, const std::string& reference)
        : vary_(vary), unit_(quantity_at(reference, "value of " + vary.key, vary.where).unit) {}

    const std::string& unit() const { return unit_.text; }

    double number(const std::string& text, const char* what) const {
        const auto q = quantity_at(text, std::string(what) + " of " + vary_.key, vary_.where);
        if (q.unit.dimension != unit_.dimension)
            refuse(vary_.where,
                   std::string(what) + " of " + vary_.key + " is '" + text +
                       "', of another dimension than its mean",
                   "a number in " + (unit_.text.empty() ? "1" : unit_.text));
        return from_si(q.si, unit_);
    }

  private:
    const VaryInput& vary_;
    Unit unit_;
};

double deviation(const VaryInput& vary, const Reader& reader, double mean) {
    if (vary.cv && !vary.sd.empty())
        refuse(vary.where, vary.key + " has both sd and cv", "one of them");
    if (!vary.cv && vary.sd.empty()) refuse(vary.where, vary.key + " has no sd and no cv", "one");
    const double sd = vary.cv ? *vary.cv * std::abs(mean) : reader.number(vary.sd, "sd");
    if (!(sd > 0.0))
        refuse(vary.where, "the standard deviation of " + vary.key + " is " + format_number(sd),
               "a number above 0");
    return sd;
}

Distribution spread(const VaryInput& vary, const Reader& reader) {
    const double mean = reader.number(vary.mean, "mean");
    const double sd = deviation(vary, reader, mean);
    if (vary.distribution == "normal") return Normal{mean, sd};
    if (!(mean > 0.0))
        refuse(vary.where, "the mean of " + vary.key + " is " + format_number(mean),
               "a number above 0 for a log-normal distribution");
    return log_normal_from_mean(mean, sd / mean);
}

Distribution even(const VaryInput& vary, double low, double high) {
    if (vary.low.empty() || vary.high.empty())
        refuse(vary.where, vary.key + " is " + vary.distribution + " but has no low and high",
               "both");
    if (vary.distribution == "uniform") return Uniform{low, high};
    if (!(low > 0.0))
        refuse(vary.where, "low of " + vary.key + " is " + format_number(low),
               "a number above 0 for a log-uniform distribution");
    return LogUniform{low, high};
}

}  // namespace

void describe(input::Visitor& v, CorrelationInput& c) {
    v.texts({"between", "two sampled quantities or varied keys", Presence::required}, c.between);
    v.number({"value", "correlation of their normal scores", Presence::required}, c.value,
             {"1", -1.0, 1.0});
    if (v.reads() && c.between.size() != 2)
        v.complain("between", std::to_string(c.between.size()) + " names", "two");
}

void describe(input::Visitor& v, VaryInput& vary) {
    v.text({"key", "key of the study file as --set writes it", Presence::required}, vary.key);
    v.choice({"distribution", "shape"}, vary.distribution,
             {"log_normal", "normal", "uniform", "log_uniform"});
    v.text({"mean", "with its unit"}, vary.mean);
    v.text({"sd", "standard deviation with its unit"}, vary.sd);
    v.number({"cv", "standard deviation over mean"}, vary.cv, input::any_number("1"));
    v.text({"low", "lower end or truncation"}, vary.low);
    v.text({"high", "upper end or truncation"}, vary.high);
    if (v.reads()) vary.where = v.where();
}

void describe(input::Visitor& v, SubgroupInput& group) {
    v.text({"name", "name in tables", Presence::required}, group.name);
    v.text({"where", "condition, e.g. \"body_weight > 80 kg\""}, group.where);
    v.text({"by", "quantity to cut into groups of equal size"}, group.by);
    v.integer({"groups", "how many of equal size"}, group.groups, 2, 20);
    if (!v.reads()) return;
    group.place = v.where();
    if (group.where.empty() == group.by.empty())
        v.complain("where", "a subgroup needs a condition or a quantity to cut",
                   "either where or by");
}

void describe(input::Visitor& v, ResponderInput& responder) {
    v.text({"name", "name in tables", Presence::required}, responder.name);
    v.text({"where", "condition on outputs, e.g. \"tumour.volume@21 d < 500 mm3\"",
            Presence::required},
           responder.where);
    if (v.reads()) responder.place = v.where();
}

void describe(input::Visitor& v, PopulationInput& plan) {
    v.text({"study", "study file, relative to this plan", Presence::required}, plan.study);
    v.texts({"set", "values of the study to replace, key=value"}, plan.assignments);
    v.text({"population", "which virtual population (default: by species)"}, plan.population);
    v.integer({"count", "individuals"}, plan.count, 1, 100'000'000);
    v.integer({"seed", "of the sample"}, plan.seed, 0, std::numeric_limits<std::int64_t>::max());
    v.texts({"outputs", "numbers of the results, observables at a time (name@time) or over time"},
            plan.outputs);
    v.records({"vary", "further keys that vary"}, plan.varied);
    v.records({"correlation", "of two quantities"}, plan.correlations);
    v.records({"subgroup", "parts of the population"}, plan.subgroups);
    v.records({"responder", "individuals that respond"}, plan.responders);
    if (v.describes_types()) return;
    std::set<std::string> names;
    for (const auto& group : plan.subgroups)
        if (!group.name.empty() && !names.insert(group.name).second)
            v.complain("subgroup", "two subgroups are named '" + group.name + "'",
                       "a name of its own for each");
}

bool is_plan(const std::filesystem::path& path) {
    const auto document = input::read_document(path);
    const auto* entry = std::get<input::Table>(document.root.data).find("study");
    return entry != nullptr && std::holds_alternative<std::string>(entry->value.data);
}

void numbers_to_texts(input::Document& document, std::string_view list,
                      const std::vector<std::string>& keys) {
    for (auto& entry : std::get<input::Table>(document.root.data).entries) {
        auto* tables = std::get_if<input::Array>(&entry.value.data);
        if (entry.key != list || tables == nullptr) continue;
        for (auto& value : *tables) {
            auto* table = std::get_if<input::Table>(&value.data);
            if (table == nullptr) continue;
            for (auto& e : table->entries) {
                if (std::find(keys.begin(), keys.end(), e.key) == keys.end()) continue;
                if (const auto* x = std::get_if<double>(&e.value.data))
                    e.value.data = report::exact_text(*x);
                else if (const auto* n = std::get_if<std::int64_t>(&e.value.data))
                    e.value.data = std::to_string(*n);
            }
        }
    }
}

PopulationInput read_population_plan(const std::filesystem::path& path) {
    PopulationInput plan;
    if (!is_plan(path)) {
        plan.study = path.string();
        return plan;
    }
    auto document = input::read_document(path);
    numbers_to_texts(document, "vary", {"mean", "sd", "low", "high"});
    plan = input::read<PopulationInput>(document.root);
    plan.study = (path.parent_path() / plan.study).lexically_normal().string();
    return plan;
}

std::string echo_plan(const PopulationInput& plan) { return input::to_toml(input::echo(plan)); }

VariedNumber make_varied(const VaryInput& vary) {
    const bool is_spread = vary.distribution == "normal" || vary.distribution == "log_normal";
    if (is_spread && vary.mean.empty()) refuse(vary.where, vary.key + " has no mean", "a mean");
    if (!is_spread && !(vary.mean.empty() && vary.sd.empty() && !vary.cv))
        refuse(vary.where, vary.key + " is " + vary.distribution + " and has a mean, sd or cv",
               "low and high alone");
    const std::string reference = is_spread ? vary.mean : vary.high;
    if (reference.empty()) refuse(vary.where, vary.key + " has no high", "low and high");
    const Reader reader(vary, reference);
    VariedNumber varied;
    varied.key = {vary.key, reader.unit().empty() ? "1" : reader.unit()};
    varied.low = vary.low.empty() ? -infinite : reader.number(vary.low, "low");
    varied.high = vary.high.empty() ? infinite : reader.number(vary.high, "high");
    if (!(varied.low < varied.high))
        refuse(vary.where,
               "low of " + vary.key + " is " + format_number(varied.low) + ", high " +
                   format_number(varied.high),
               "low below high");
    varied.distribution = is_spread ? spread(vary, reader) : even(vary, varied.low, varied.high);
    return varied;
}

std::string output_name(const RequestedOutput& output) {
    return output.name + (output.time ? "@" + format_number(*output.time / 3600.0, 12) + " h" : "");
}

UnitRange parse_range(const std::string& text, const std::string& owner, const Location& where) {
    std::string bare = text;
    bare.erase(std::remove(bare.begin(), bare.end(), '"'), bare.end());
    const std::size_t dots = bare.find("..");
    if (dots == std::string::npos)
        refuse(where, "the range of " + owner + " is '" + text + "'", "low..high",
               "for example \"18..26 g\"");
    // The points of a scan would pass for a part of the unit.
    const std::size_t last = bare.find_last_not_of("0123456789");
    if (last != std::string::npos && last + 1 < bare.size() && bare[last] == '/')
        refuse(where,
               "the range of " + owner + " ends in a number of points, '" + bare.substr(last) + "'",
               "low..high", "only `caravel scan` steps through a range");
    const auto high = quantity_at(bare.substr(dots + 2), "upper end of " + owner, where);
    const auto low = quantity_at(bare.substr(0, dots), "lower end of " + owner, where);
    if (low.has_unit && low.unit.dimension != high.unit.dimension)
        refuse(where, "the ends of " + owner + " have units of different dimensions", text);
    UnitRange range{low.has_unit ? from_si(low.si, high.unit) : low.value, high.value,
                    high.has_unit ? high.unit.text : "1"};
    if (!(range.low < range.high) || !std::isfinite(range.low) || !std::isfinite(range.high))
        refuse(where, "the range of " + owner + " is '" + text + "'", "low below high");
    return range;
}

}  // namespace caravel::inference::population
