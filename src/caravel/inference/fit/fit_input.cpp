#include "caravel/inference/fit/fit_input.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/input/reader.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace caravel::inference::fit {
namespace {

using input::Presence;

constexpr std::array<std::string_view, 8> quantities{"lower", "upper", "start",  "sigma",
                                                     "low",   "high",  "center", "spread"};

// Plain numbers where a text with a unit is expected.
void numbers_to_texts(input::Value& value) {
    if (auto* items = std::get_if<input::Array>(&value.data))
        for (input::Value& item : *items) numbers_to_texts(item);
    auto* table = std::get_if<input::Table>(&value.data);
    if (table == nullptr) return;
    for (auto& entry : table->entries) {
        const bool takes_quantity =
            std::find(quantities.begin(), quantities.end(), entry.key) != quantities.end();
        if (const auto* x = std::get_if<double>(&entry.value.data); x != nullptr && takes_quantity)
            entry.value.data = format_number(*x);
        else if (const auto* n = std::get_if<std::int64_t>(&entry.value.data);
                 n != nullptr && takes_quantity)
            entry.value.data = std::to_string(*n);
        else
            numbers_to_texts(entry.value);
    }
}

std::filesystem::path beside(const std::filesystem::path& plan, const std::string& name) {
    return (plan.parent_path() / name).lexically_normal();
}

void place(ExperimentInput& e, const std::filesystem::path& plan) {
    std::filesystem::path study = beside(plan, e.study);
    if (std::filesystem::is_directory(study)) study /= "study.toml";
    e.study = study.string();
    for (std::string& table : e.data) table = beside(plan, table).string();
    if (!e.name.empty()) return;
    e.name = study.stem() == "study" && study.has_parent_path()
                 ? study.parent_path().filename().string()
                 : study.stem().string();
    if (e.name.empty() || e.name == ".") e.name = study.stem().string();
}

void check_names(const FitInput& fit, input::Diagnostics& mistakes) {
    for (std::size_t i = 0; i < fit.experiments.size(); ++i)
        for (std::size_t k = 0; k < i; ++k)
            if (fit.experiments[i].name == fit.experiments[k].name)
                mistakes.add({fit.experiments[i].where,
                              "two experiments are named '" + fit.experiments[i].name + "'",
                              "a name of its own for each", "name = \"...\""});
    for (const auto& e : fit.experiments)
        for (std::size_t i = 0; i < e.data.size(); ++i)
            if (std::find(e.data.begin(), e.data.begin() + static_cast<std::ptrdiff_t>(i),
                          e.data[i]) != e.data.begin() + static_cast<std::ptrdiff_t>(i))
                mistakes.add({e.where,
                              "experiment '" + e.name + "' reads '" + e.data[i] + "' twice",
                              "each table once", "its values would count twice"});
    if (fit.experiments.empty())
        mistakes.add({{}, "the plan has no experiment", "[[experiment]] with a study", ""});
    if (fit.parameters.empty())
        mistakes.add({{}, "the plan has no parameter", "[[parameter]] with key and bounds", ""});
    if (fit.noises.empty())
        mistakes.add({{}, "the plan has no noise", "[[noise]] with kind and sigma", ""});
}

}  // namespace

void describe(input::Visitor& v, FitInfo& f) {
    v.text({"name", "one line for people", Presence::required}, f.name);
    v.text({"description", "what is fitted and why"}, f.description);
    v.integer({"starts", "local fits from points spread over the bounds"}, f.starts, 1, 1'000'000);
    v.integer({"seed", "of starts and chains"}, f.seed, 0,
              std::numeric_limits<std::int64_t>::max());
    v.choice({"method", "local solver"}, f.method, {"auto", "least_squares", "quasi_newton"});
    v.flag({"profiles", "profile likelihood of every parameter"}, f.profiles);
    v.integer({"samples", "draws of each Markov chain; 0: none"}, f.draws, 0, 10'000'000);
    v.integer({"chains", "Markov chains"}, f.chains, 1, 64);
}

void describe(input::Visitor& v, ExperimentInput& e) {
    v.text({"study", "study file or its folder, relative to this plan", Presence::required},
           e.study);
    v.text({"name", "short name (default: the study's folder)"}, e.name);
    v.texts({"set", "values of the study to replace, key=value"}, e.assignments);
    v.texts({"data", "tables of measured values (default: the study's [[data]])"}, e.data);
    if (v.reads()) e.where = v.where();
}

void describe(input::Visitor& v, PriorInput& p) {
    v.choice({"law", "shape"}, p.law,
             {"log_normal", "normal", "laplace", "uniform", "log_uniform"});
    v.text({"center", "median or mean, with its unit"}, p.center);
    v.text({"spread",
            "standard deviation with its unit; of log_normal that of the natural "
            "logarithm"},
           p.spread);
    v.text({"low", "lower end of a uniform prior"}, p.low);
    v.text({"high", "upper end of a uniform prior"}, p.high);
}

void describe(input::Visitor& v, ParameterInput& p) {
    v.text({"name", "name in results (default: the key)"}, p.name);
    v.text({"key", "key of the study file as --set writes it"}, p.key);
    v.texts({"keys", "several keys that take one value"}, p.keys);
    v.texts({"experiments", "names of the experiments it belongs to (default: all)"},
            p.experiments);
    v.text({"lower", "lower bound with its unit"}, p.lower);
    v.text({"upper", "upper bound with its unit"}, p.upper);
    v.text({"start", "one start is made here"}, p.start);
    v.choice({"scale", "coordinate in which it moves"}, p.scale, {"log10", "linear", "logit"});
    v.record({"prior", "what is known of it"}, p.prior);
    if (!v.reads()) return;
    p.where = v.where();
    if (p.key.empty() == p.keys.empty())
        v.complain("key", "a parameter needs a key", "either key or keys");
    if (p.name.empty()) p.name = p.keys.empty() ? p.key : p.keys.front();
    for (const auto& [text, what] : {std::pair(&p.lower, "lower"), std::pair(&p.upper, "upper")})
        if (text->empty())
            v.complain(what, "parameter '" + p.name + "' has no " + what + " bound",
                       "a number with its unit", std::string(what) + " = \"...\"");
}

void describe(input::Visitor& v, NoiseInput& n) {
    v.text({"observable", "whose scatter (default: every one that is not named)"}, n.observable);
    v.texts({"experiments", "names of the experiments (default: all)"}, n.experiments);
    v.choice({"kind", "law; log_ ones act on the natural logarithm"}, n.kind,
             {"log_normal", "normal", "student_t", "log_student_t"});
    v.text({"sigma", "fixed scale of the noise"}, n.sigma);
    v.flag({"spread", "the table's column `spread` is sigma"}, n.spread);
    v.text({"lower", "lower bound of an estimated sigma"}, n.lower);
    v.text({"upper", "upper bound of an estimated sigma"}, n.upper);
    v.text({"start", "where one start begins"}, n.start);
    v.number({"freedom", "degrees of freedom of Student's law"}, n.freedom, input::positive("1"));
    if (!v.reads()) return;
    n.where = v.where();
    const int ways = (n.sigma.empty() ? 0 : 1) + (n.spread ? 1 : 0) +
                     (n.lower.empty() && n.upper.empty() ? 0 : 1);
    if (ways != 1)
        v.complain("sigma", "sigma is given in " + std::to_string(ways) + " ways",
                   "either a fixed sigma, or spread = true, or lower and upper");
    if (n.lower.empty() != n.upper.empty())
        v.complain("lower", "an estimated sigma needs both bounds", "lower and upper");
}

void describe(input::Visitor& v, FitInput& f) {
    v.record({"fit", "the computation", Presence::required}, f.info);
    v.records({"experiment", "studies and their measured values"}, f.experiments);
    v.records({"parameter", "what is estimated"}, f.parameters);
    v.records({"noise", "how measured values scatter"}, f.noises);
}

FitInput read_fit_input(const std::filesystem::path& path) {
    input::Document document = input::read_document(path);
    if (auto* root = std::get_if<input::Table>(&document.root.data))
        for (auto& entry : root->entries) numbers_to_texts(entry.value);
    FitInput fit;
    input::Diagnostics mistakes;
    input::read(document.root, fit, mistakes);
    for (ExperimentInput& e : fit.experiments) place(e, path);
    check_names(fit, mistakes);
    mistakes.throw_if_any();
    return fit;
}

FitPlan plan_of(const FitInput& input) {
    FitPlan plan;
    plan.starts = static_cast<std::uint64_t>(input.info.starts);
    plan.seed = static_cast<std::uint64_t>(input.info.seed);
    plan.method = method_of(input.info.method);
    plan.profiles = input.info.profiles;
    plan.draws = static_cast<int>(input.info.draws);
    plan.chains = static_cast<int>(input.info.chains);
    for (const ParameterInput& p : input.parameters)
        plan.from_nominal = plan.from_nominal || !p.start.empty();
    return plan;
}

FitMethod method_of(const std::string& name) {
    if (name == "auto") return FitMethod::automatic;
    if (name == "least_squares") return FitMethod::least_squares;
    if (name == "quasi_newton") return FitMethod::quasi_newton;
    throw UsageError("--method " + name + ": expected auto, least_squares or quasi_newton");
}

}  // namespace caravel::inference::fit
