#include "validation/vincristine_model.hpp"

#include "caravel/base/error.hpp"
#include "caravel/input/csv.hpp"
#include "caravel/kinetics/batch_solver.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>

namespace caravel::test {
namespace {

using inference::Matrix;
using inference::fit::Datum;
using inference::fit::FitProblem;
using inference::fit::Prediction;

// Liver, spleen, tumour, kidney, lung, rest of the body; "B" is blood. h, mL, g, ug.
constexpr std::size_t organs = 6;
constexpr std::array<char, organs> letter{'L', 'S', 'T', 'K', 'U', 'R'};
constexpr std::array<double, organs> flow{181.92, 14.88, 0.0, 124.6, 678.0, 371.48};
constexpr double haematocrit = 0.45;
constexpr double drug_in_blood = haematocrit * 3.9 + 1.0 - haematocrit;  // blood : plasma
constexpr double carrier_in_blood = 1.0 - haematocrit;
constexpr double carrier_partition = 1000.0;
constexpr double first_time =
    1e-6;  // h; release is singular at 0, what left before counts as burst

const std::array<const char*, 24> structure{
    "Kp_L_D",   "Kp_S_D",   "Kp_T_D",   "Kp_K_D",      "Kp_U_D",      "Kp_R_D",
    "PS_L_061", "PS_S_061", "PS_T_061", "PS_K_061",    "PS_U_061",    "PS_R_061",
    "bto_L",    "bto_S",    "bto_T",    "bto_K",       "bto_U",       "Q_T_g",
    "kel_L_D",  "w_B",      "deg_resp", "koef_resp_L", "koef_resp_K", "koef_resp_R"};
enum Place : std::size_t {
    kp = 0,
    ps = 6,
    bto = 12,
    q_t = 17,
    kel = 18,
    w_b = 19,
    deg = 20,
    koef = 21
};
const std::string sigma_letters = "LSTKUP";

// Reference animal of the permeability surface products.
constexpr double body_61 = 20.8, tumour_61 = 0.366, blood_61 = 0.0814;
constexpr std::array<double, 4> fractions_61{0.0538, 0.00601, 0.0142, 0.00679};  // L S K U

// Masses, volumes and sizes relative to the reference animal.
struct Body {
    std::array<double, organs> mass{};
    std::array<double, organs> volume{};
    std::array<double, organs> relative{};
    double blood = 0.0;
};

Body body_of(const NanoScenario& s, std::span<const double> p) {
    Body body;
    body.mass = {s.body * s.liver,  s.body * s.spleen, s.tumour,
                 s.body * s.kidney, s.body * s.lung,   0.0};
    body.blood = s.body * p[w_b];
    for (std::size_t i = 0; i < 5; ++i) {
        body.volume[i] = body.mass[i] * (1.0 - p[bto + i]);
        body.blood += body.mass[i] * p[bto + i];
    }
    const double rest = s.body * (1.0 - s.liver - s.spleen - s.kidney - s.lung - p[w_b]) - s.tumour;
    if (!(rest > 0.0) || !(*std::min_element(body.volume.begin(), body.volume.end() - 1) > 0.0))
        throw NumericalError({"vincristine", "volume", s.name, 0, 0, "is not above 0", ""});
    body.volume[5] = rest;
    double rest_61 = body_61 * (1.0 - blood_61) - tumour_61;
    for (const double f : fractions_61) rest_61 -= body_61 * f;
    body.relative = {s.liver * s.body / (fractions_61[0] * body_61),
                     s.spleen * s.body / (fractions_61[1] * body_61),
                     s.tumour / tumour_61,
                     s.kidney * s.body / (fractions_61[2] * body_61),
                     s.lung * s.body / (fractions_61[3] * body_61),
                     rest / rest_61};
    return body;
}

// Species: carrier in blood and organs, drug in blood and organs, response, fraction still in
// carriers, clock.
struct Structure {
    kinetics::KineticModel model;
    std::array<int, organs + 1> carrier{};
    std::array<int, organs + 1> drug{};
    int inside = 0;
    std::array<std::size_t, 3> damping{};  // places of factors; liver, kidney, rest
    std::array<std::size_t, 3> returning{};
    std::vector<std::size_t> power;  // places of the exponents of time

    Structure();
};

std::string organ_name(const char* what, std::size_t i) {
    return std::string(what) + (i < organs ? std::string(1, letter[i]) : "B");
}

Structure::Structure() {
    std::array<kinetics::SpeciesId, organs + 1> np, d;
    for (std::size_t i = 0; i <= organs; ++i) {
        np[i] = model.add_species({.name = organ_name("NP_", i), .scale = 1.0});
        d[i] = model.add_species({.name = organ_name("D_", i), .scale = 0.1});
        carrier[i] = np[i].index;
        drug[i] = d[i].index;
    }
    const auto response = model.add_species({.name = "response", .scale = 1e-3});
    const auto fraction = model.add_species({.name = "inside", .scale = 1.0}, 1.0);
    const auto clock = model.add_species({.name = "clock", .scale = 1.0}, first_time);
    inside = fraction.index;
    const auto damping_sum = model.add_sum({"response", {{response, 1.0}}});
    const auto time_sum = model.add_sum({"clock", {{clock, 1.0}}});
    const kinetics::Factor time{kinetics::Shape::power, time_sum, 1.0, -0.5};
    model.add_reaction({"time", {{clock, 1.0}}, {model.add_coefficient("time", 1.0), {}, {}, {}}});
    model.add_reaction(
        {"synthesis", {{response, 1.0}}, {model.add_coefficient("synthesis", 1), d[6], {}, {}}});
    model.add_reaction(
        {"decay", {{response, -1.0}}, {model.add_coefficient("decay", 1), response, {}, {}}});
    const auto release = model.add_coefficient("release", 1.0);
    const auto loaded_release = model.add_coefficient("loaded release", 1.0);
    model.add_reaction({"release", {{fraction, -1.0}}, {release, fraction, {}, {time}}});
    for (std::size_t i = 0; i <= organs; ++i)
        model.add_reaction(
            {organ_name("release ", i), {{d[i], 1.0}}, {loaded_release, np[i], fraction, {time}}});
    for (std::size_t i = 0; i < organs; ++i) {
        std::vector<kinetics::Factor> factors;
        if (i == 0 || i == 3 || i == 5)
            factors.push_back({kinetics::Shape::exponential, damping_sum, 0.01, 1.0});
        model.add_transfer(organ_name("uptake ", i), np[6], np[i],
                           model.add_coefficient(organ_name("uptake ", i), 1), factors);
        model.add_transfer(organ_name("return ", i), np[i], np[6],
                           model.add_coefficient(organ_name("return ", i), 1), factors);
        model.add_transfer(organ_name("in ", i), d[6], d[i],
                           model.add_coefficient(organ_name("in ", i), 1));
        // What leaves the spleen flows into the liver.
        model.add_transfer(organ_name("out ", i), d[i], i == 1 ? d[0] : d[6],
                           model.add_coefficient(organ_name("out ", i), 1));
    }
    model.add_reaction(
        {"elimination", {{d[0], -1.0}}, {model.add_coefficient("kel", 1), d[0], {}, {}}});
    const std::array<std::size_t, 3> damped{0, 3, 5};
    for (std::size_t k = 0; k < 3; ++k) {
        damping[k] = kinetics::factor_place(model, organ_name("uptake ", damped[k]));
        returning[k] = kinetics::factor_place(model, organ_name("return ", damped[k]));
    }
    power.push_back(kinetics::factor_place(model, "release"));
    for (std::size_t i = 0; i <= organs; ++i)
        power.push_back(kinetics::factor_place(model, organ_name("release ", i)));
}

// In the order in which Structure adds coefficients.
std::vector<double> coefficients_of(const NanoScenario& s, std::span<const double> p,
                                    const Body& body) {
    std::vector<double> c{1.0, 1.0 / (body.blood * drug_in_blood), p[deg], s.release,
                          s.release * (1.0 - s.burst) * s.drug / s.carrier};
    for (std::size_t i = 0; i < organs; ++i) {
        double q = flow[i];
        if (i == 2) q = p[q_t] * s.tumour;
        const double surface = p[ps + i] * body.relative[i];
        c.push_back(surface / (body.blood * carrier_in_blood));
        c.push_back(surface / (body.volume[i] * carrier_partition));
        c.push_back((i == 0 ? q - flow[1] : q) / body.blood);
        c.push_back(q * drug_in_blood / (body.volume[i] * p[kp + i]));
    }
    c.push_back(p[kel]);
    return c;
}

struct Content {
    Structure structure;
    kinetics::CompiledModel compiled{structure.model};
    kinetics::BatchSolver solver{compiled, {.relative_tolerance = 1e-6}};
    kinetics::Individual base = kinetics::individual_of(structure.model);
    std::vector<NanoScenario> scenarios;
    std::vector<double> times;  // h, of all data
    struct Point {
        std::size_t scenario, tissue, time;
    };
    std::vector<Point> points;

    void prepare(const NanoScenario& s, std::span<const double> p, kinetics::Individual& to) const;
    double observed(const Point& point, std::span<const double> p,
                    std::span<const double> states) const;
};

void Content::prepare(const NanoScenario& s, std::span<const double> p,
                      kinetics::Individual& to) const {
    const Body body = body_of(s, p);
    to.coefficients = coefficients_of(s, p, body);
    for (std::size_t k = 0; k < 3; ++k)
        to.factor_a[structure.damping[k]] = to.factor_a[structure.returning[k]] = 1.0 / p[koef + k];
    for (const std::size_t place : structure.power) to.factor_b[place] = -s.exponent;
    const double power = 1.0 - s.exponent;
    const double inside = std::exp(-s.release / power * std::pow(first_time, power));
    const double released = 1.0 - (1.0 - s.burst) * inside;
    to.initial[static_cast<std::size_t>(structure.inside)] = inside;
    to.initial[static_cast<std::size_t>(structure.carrier[6])] = s.carrier * s.body;
    to.initial[static_cast<std::size_t>(structure.drug[6])] = released * s.drug * s.body;
}

double Content::observed(const Point& point, std::span<const double> p,
                         std::span<const double> states) const {
    const NanoScenario& s = scenarios[point.scenario];
    const Body body = body_of(s, p);
    const auto y = states.subspan(point.time * base.initial.size(), base.initial.size());
    const auto at = [&](int species) { return y[static_cast<std::size_t>(species)]; };
    const double loaded = (1.0 - s.burst) * at(structure.inside) * s.drug / s.carrier;
    const double np_blood = at(structure.carrier[6]) / body.blood;
    const double d_blood = at(structure.drug[6]) / body.blood;
    if (point.tissue == 5) return d_blood / drug_in_blood + np_blood / carrier_in_blood * loaded;
    const std::size_t i = point.tissue;
    const double blood = p[bto + i];
    return at(structure.drug[i]) / body.mass[i] + d_blood * blood +
           loaded * (at(structure.carrier[i]) / body.mass[i] + np_blood * blood);
}

// A parameter that moves carriers does nothing where there are none.
bool matters(std::size_t parameter, const NanoScenario& s) {
    const bool is_of_carriers =
        (parameter >= ps && parameter < bto) || parameter == deg || parameter >= koef;
    return !is_of_carriers || s.release > 0.0;
}

// Predictions at the first set and at those in which one parameter each differs (set j + 1 in
// parameter j); all scenarios of all sets are one batch.
Matrix predict_many(const Content& c, const std::vector<std::vector<double>>& sets) {
    Matrix result(sets.size(), c.points.size());
    std::vector<std::pair<std::size_t, std::size_t>> jobs;  // set, scenario
    for (std::size_t k = 0; k < sets.size(); ++k)
        for (std::size_t s = 0; s < c.scenarios.size(); ++s)
            if (k == 0 || matters(k - 1, c.scenarios[s])) jobs.emplace_back(k, s);
    kinetics::BatchPlan plan{first_time, c.times.back(), c.times, {}};
    kinetics::BatchCallbacks callbacks;
    callbacks.prepare = [&](std::int64_t i, kinetics::Individual& to) {
        const auto& job = jobs[static_cast<std::size_t>(i)];
        c.prepare(c.scenarios[job.second], sets[job.first], to);
    };
    callbacks.finish = [&](std::int64_t i, std::span<const double> states) {
        const auto& job = jobs[static_cast<std::size_t>(i)];
        for (std::size_t q = 0; q < c.points.size(); ++q)
            if (c.points[q].scenario == job.second)
                result(job.first, q) = c.observed(c.points[q], sets[job.first], states);
    };
    exec::ThreadTeam alone(1);
    const auto done =
        c.solver.run(alone, 0, static_cast<std::int64_t>(jobs.size()), plan, callbacks);
    if (!done.failures.empty())
        throw NumericalError({"vincristine", "drug", "", 0, 0, done.failures.front().what, ""});
    return result;
}

void predict(const Content& c, std::span<const double> values, bool derivatives, Prediction& p) {
    const std::size_t n = structure.size();
    const double step = 1e-3;  // of each value
    const std::vector<double> own(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(n));
    std::vector<std::vector<double>> sets{own};
    for (std::size_t j = 0; derivatives && j < n; ++j) {
        sets.push_back(own);
        sets.back()[j] *= 1.0 + step;
    }
    const Matrix all = predict_many(c, sets);
    p = {};
    p.value.assign(all.row(0).begin(), all.row(0).end());
    for (const auto& point : c.points) p.sigma.push_back(values[n + point.tissue]);
    if (!derivatives) return;
    p.value_by_parameter = Matrix(p.value.size(), values.size());
    p.sigma_by_parameter = Matrix(p.value.size(), values.size());
    for (std::size_t i = 0; i < p.value.size(); ++i) {
        p.sigma_by_parameter(i, n + c.points[i].tissue) = 1.0;
        for (std::size_t j = 0; j < n; ++j)
            if (matters(j, c.scenarios[c.points[i].scenario]))
                p.value_by_parameter(i, j) = (all(j + 1, i) - all(0, i)) / (step * own[j]);
    }
}

std::vector<NanoScenario> read_scenarios(const std::filesystem::path& file) {
    const auto table = input::read_csv(file);
    std::vector<NanoScenario> scenarios;
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const auto get = [&](const char* name) {
            return table.number(row, table.column(std::string("parameters.") + name));
        };
        const std::string name = table.rows[row][table.column("id")];
        if (!name.starts_with("NoNP_67") && !name.starts_with("U16c_61")) continue;
        scenarios.push_back({name, get("delta"), get("kdiff"), get("gamma"), get("W_animal"),
                             get("W_T"), get("w_L"), get("w_S"), get("w_K"), get("w_U"),
                             get("dose_NP_ug_g"), get("dose_D_ug_g")});
    }
    return scenarios;
}

void read_points(const std::filesystem::path& file, Content& c, FitProblem& problem) {
    const auto table = input::read_csv(file);
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const std::string scenario = table.rows[row][table.column("scenario")];
        const char tissue = table.rows[row][table.column("prob.mean")][2];
        const auto where = std::find_if(c.scenarios.begin(), c.scenarios.end(),
                                        [&](const auto& s) { return s.name == scenario; });
        c.points.push_back(
            {static_cast<std::size_t>(where - c.scenarios.begin()), sigma_letters.find(tissue), 0});
        problem.data.push_back({.observable = std::string("drug in ") + tissue,
                                .unit = "ug/g",
                                .condition = scenario,
                                .group = scenario,
                                .time = table.number(row, table.column("t")),
                                .observation = {table.number(row, table.column("measurement"))},
                                .noise = inference::NoiseKind::log_normal});
    }
}

void add_parameters(const std::filesystem::path& file, FitProblem& problem) {
    const auto table = input::read_csv(file);
    std::map<std::string, double> published;
    for (std::size_t row = 0; row < table.rows.size(); ++row)
        published[table.rows[row][0]] = table.number(row, table.column("nominal"));
    for (const char* name : structure) {
        const double value = published.at(name);
        double upper = 20.0 * value;
        if (std::string(name).starts_with("bto")) upper = std::min(upper, 0.9);
        if (std::string(name) == "w_B") upper = 0.3;
        problem.parameters.push_back({.name = name,
                                      .lower = value / 20.0,
                                      .upper = upper,
                                      .nominal = value,
                                      .scale = inference::Scale::log10});
    }
    for (const char tissue : sigma_letters)
        problem.parameters.push_back({.name = std::string("sigma_") + tissue,
                                      .lower = 0.01,
                                      .upper = 5.0,
                                      .nominal = 0.1,
                                      .scale = inference::Scale::log10});
}

}  // namespace

FitProblem vincristine_problem(const std::filesystem::path& folder) {
    const auto c = std::make_shared<Content>();
    FitProblem problem;
    problem.name = "vincristine";
    problem.time_unit = "h";
    problem.identity = "vincristine, free drug and U16c";
    problem.fixed_noise = false;
    c->scenarios = read_scenarios(folder / "scenarios.csv");
    for (const char* file : {"NoNP_67.csv", "U16c_61.csv"}) read_points(folder / file, *c, problem);
    add_parameters(folder / "fitted_parameters.csv", problem);
    for (const Datum& datum : problem.data) c->times.push_back(datum.time);
    std::sort(c->times.begin(), c->times.end());
    c->times.erase(std::unique(c->times.begin(), c->times.end()), c->times.end());
    for (std::size_t i = 0; i < problem.data.size(); ++i)
        c->points[i].time = static_cast<std::size_t>(
            std::lower_bound(c->times.begin(), c->times.end(), problem.data[i].time) -
            c->times.begin());
    problem.predict = [c](std::span<const double> values, bool derivatives, Prediction& p) {
        predict(*c, values, derivatives, p);
    };
    return problem;
}

std::vector<double> with_best_sigmas(const FitProblem& problem, std::vector<double> values) {
    Prediction p;
    problem.predict(values, false, p);
    for (std::size_t k = 0; k < sigma_letters.size(); ++k) {
        double sum = 0.0;
        double count = 0.0;
        for (std::size_t i = 0; i < p.value.size(); ++i) {
            if (problem.data[i].observable.back() != sigma_letters[k]) continue;
            const double r = std::log(p.value[i] / problem.data[i].observation.value);
            sum += r * r;
            count += 1.0;
        }
        values[structure.size() + k] = std::sqrt(sum / count);
    }
    return values;
}

std::vector<double> published_vincristine(const FitProblem& problem) {
    std::vector<double> values;
    for (const auto& parameter : problem.parameters) values.push_back(parameter.nominal);
    return with_best_sigmas(problem, values);
}

}  // namespace caravel::test
