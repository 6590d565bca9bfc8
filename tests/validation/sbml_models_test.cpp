// Published SBML models against SUNDIALS CVODE (BDF, dense). The oracle integrates the formulas of
// the document itself, conditions of time included, from stop to stop; the events and the times of
// the stops are written down here, not taken from the importer.
#include "support/shared_data.hpp"

#include "caravel/kinetics/sbml_simulation.hpp"

#include <cvode/cvode.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nvector/nvector_serial.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

namespace {

using namespace caravel::kinetics;

constexpr double oracle_tolerance = 1e-12;
constexpr double tolerance = 1e-10;
constexpr double agreement = 1e-6;

/// d(state)/dt straight from the document's reactions and rate rules.
class Formulas {
  public:
    explicit Formulas(const SbmlModel& model) : model_(model), inputs_(model.base_names().size()) {
        const auto compile = [&](const Expression& formula) {
            return compile_tape(model.resolve(formula), model.base_names());
        };
        for (const SbmlReaction& reaction : model.description().reactions) {
            rates_.push_back(compile(reaction.rate));
            for (const SbmlTerm& term : reaction.terms) {
                const SbmlEntity& species = *model.find(term.species);
                if (species.role == SbmlRole::state) {
                    terms_.push_back({rates_.size() - 1, species.index, term.weight});
                }
            }
        }
        for (const SbmlAssignment& rule : model.description().rate_rules) {
            rates_.push_back(compile(rule.formula));
            const SbmlEntity& entity = *model.find(rule.variable);
            terms_.push_back({rates_.size() - 1, entity.index, 1.0});
        }
    }

    void rates(double t, const double* y, double* out) {
        std::copy(y, y + model_.state_count(), inputs_.begin());
        inputs_.back() = t;
        std::vector<double> values;
        for (const Tape& tape : rates_) values.push_back(tape.evaluate<double>(inputs_));
        std::fill(out, out + model_.state_count(), 0.0);
        for (const Entry& entry : terms_) out[entry.state] += entry.weight * values[entry.rate];
    }

    std::vector<double>& inputs() { return inputs_; }

  private:
    struct Entry {
        std::size_t rate;
        int state;
        double weight;
    };
    const SbmlModel& model_;
    std::vector<Tape> rates_;
    std::vector<Entry> terms_;
    std::vector<double> inputs_;
};

struct Case {
    const char* file;
    double span;
    std::vector<double> stops{};
    /// What happens at a stop, to the states and coefficients by name.
    std::function<void(double t, std::map<std::string, double>& values)> act{};
    /// A stop where this species crosses a level for the first time.
    std::string watched{};
    double level = 0.0;
    SbmlValues given{};
};

/// `watched` is one name or a sum "a+b".
bool is_watched(const std::string& name, const std::string& watched) {
    return ("+" + watched + "+").find("+" + name + "+") != std::string::npos;
}

/// CVODE between two stops.
class Oracle {
  public:
    explicit Oracle(const SbmlModel& model) : model_(model), formulas_(model) {
        const auto n = static_cast<sunindextype>(model.state_count());
        SUNContext_Create(nullptr, &context_);
        y_ = N_VNew_Serial(n, context_);
        absolute_ = N_VNew_Serial(n, context_);
        for (sunindextype i = 0; i < n; ++i) {
            const Species& s = model.model().all_species()[static_cast<std::size_t>(i)];
            N_VGetArrayPointer(absolute_)[i] = s.scale * oracle_tolerance * 1e-3;
            N_VGetArrayPointer(y_)[i] = 0.0;
        }
        cvode_ = CVodeCreate(CV_BDF, context_);
        CVodeInit(cvode_, &Oracle::rates, 0.0, y_);
        CVodeSVtolerances(cvode_, oracle_tolerance, absolute_);
        CVodeSetUserData(cvode_, this);
        matrix_ = SUNDenseMatrix(n, n, context_);
        solver_ = SUNLinSol_Dense(y_, matrix_, context_);
        CVodeSetLinearSolver(cvode_, solver_, matrix_);
        CVodeSetMaxNumSteps(cvode_, 5'000'000);
    }
    Oracle(const Oracle&) = delete;
    Oracle& operator=(const Oracle&) = delete;
    ~Oracle() {
        CVodeFree(&cvode_);
        SUNLinSolFree(solver_);
        SUNMatDestroy(matrix_);
        N_VDestroy(y_);
        N_VDestroy(absolute_);
        SUNContext_Free(&context_);
    }

    std::vector<double> run(const Case& test, std::span<const double> times) {
        std::vector<double> values = model_.initial_values(test.given);
        case_ = &test;
        if (!test.watched.empty()) CVodeRootInit(cvode_, 1, &Oracle::distance);
        std::vector<double> ends = test.stops;
        ends.push_back(test.span);
        std::vector<double> rows;
        double t = 0.0;
        std::size_t next = 0;
        const std::size_t n = model_.state_count();
        const auto keep = [&] {
            rows.insert(rows.end(), values.begin(),
                        values.begin() + static_cast<std::ptrdiff_t>(n));
        };
        if (!test.stops.empty() && test.stops.front() == 0.0) act(test, 0.0, values);
        while (next < times.size() && times[next] <= 0.0) ++next, keep();
        for (const double end : ends) {
            if (end <= t) continue;
            restart(t, end, values);
            double* const y = N_VGetArrayPointer(y_);
            for (; next < times.size() && times[next] < end; ++next) {
                go(times[next], t);
                std::copy(y, y + n, values.begin());
                keep();
            }
            go(end, t);
            values = formulas_.inputs();  // with what a root changed
            std::copy(y, y + n, values.begin());
            if (test.watched.empty()) act(test, end, values);
            for (; next < times.size() && times[next] <= end; ++next) keep();
        }
        return rows;
    }

  private:
    static int rates(double t, N_Vector y, N_Vector out, void* user) {
        auto& oracle = *static_cast<Oracle*>(user);
        const double inside = 1e-12 * (oracle.end_ - oracle.begin_);
        t = std::clamp(t, oracle.begin_ + inside, oracle.end_ - inside);
        oracle.formulas_.rates(t, N_VGetArrayPointer(y), N_VGetArrayPointer(out));
        return 0;
    }

    void restart(double t, double end, const std::vector<double>& values) {
        begin_ = t;
        end_ = end;
        formulas_.inputs() = values;
        std::copy(values.begin(),
                  values.begin() + static_cast<std::ptrdiff_t>(model_.state_count()),
                  N_VGetArrayPointer(y_));
        ASSERT_EQ(CVodeReInit(cvode_, t, y_), CV_SUCCESS);
        CVodeSetStopTime(cvode_, end);
    }

    void go(double to, double& t) {
        if (to <= t) return;
        const int flag = CVode(cvode_, to, y_, &t, CV_NORMAL);
        ASSERT_GE(flag, 0) << "at " << t;
        if (flag != CV_ROOT_RETURN) return;
        // the event, then on with the new values
        std::vector<double> values = formulas_.inputs();
        double* const y = N_VGetArrayPointer(y_);
        std::copy(y, y + model_.state_count(), values.begin());
        act(*case_, t, values);
        CVodeRootInit(cvode_, 0, nullptr);
        restart(t, end_, values);
        go(to, t);
    }

    static int distance(double, N_Vector y, double* out, void* user) {
        const auto& oracle = *static_cast<Oracle*>(user);
        out[0] = -oracle.case_->level;
        for (std::size_t i = 0; i < oracle.model_.state_count(); ++i) {
            if (is_watched(oracle.model_.base_names()[i], oracle.case_->watched)) {
                out[0] += N_VGetArrayPointer(y)[i];
            }
        }
        return 0;
    }

    void act(const Case& test, double t, std::vector<double>& values) {
        const bool stop = std::find(test.stops.begin(), test.stops.end(), t) != test.stops.end();
        if (!test.act || (test.watched.empty() && !stop)) return;
        std::map<std::string, double> named;
        for (std::size_t i = 0; i < values.size(); ++i) named[model_.base_names()[i]] = values[i];
        test.act(t, named);
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = named[model_.base_names()[i]];
    }

    const SbmlModel& model_;
    Formulas formulas_;
    const Case* case_ = nullptr;
    double begin_ = 0.0;
    double end_ = 0.0;
    SUNContext context_ = nullptr;
    N_Vector y_ = nullptr;
    N_Vector absolute_ = nullptr;
    SUNMatrix matrix_ = nullptr;
    SUNLinearSolver solver_ = nullptr;
    void* cvode_ = nullptr;
};

std::vector<double> ascending(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
}

// Cycles of 28 days from day 57 (injections on days 27, 0, 1, 2, 3 of a cycle).
Case perez_garcia() {
    Case test{"sbml/BIOMD0000000814__perez-garcia19-computational-design-of-i.xml", 700.0};
    for (int cycle = 2; cycle < 22; ++cycle) {
        for (const int day : {-1, 0, 1, 2, 3}) test.stops.push_back(28.0 * cycle + day);
    }
    test.stops = ascending(test.stops);
    test.act = [](double t, std::map<std::string, double>& v) {
        const double day = std::fmod(t, 28.0);
        const bool first = (day == 27.0 || day == 0.0) && t > 54.0 && t < 608.0;
        const bool later = (day == 1.0 && t >= 57.0 && t <= 589.0) ||
                           (day == 2.0 && t >= 58.0 && t <= 590.0) ||
                           (day == 3.0 && t >= 59.0 && t <= 591.0);
        if (first || later) v["Drug_Concentration_C"] += v["beta"] * v["b"] * v["d"];
    };
    return test;
}

// Doses of 1.5 h twice a day on the first 14 days of three cycles of 21 days.
Case claret() {
    Case test{"sbml/MODEL1708310001__claret2009-predicting-phase-iii-overall-.xml", 120.0};
    for (int day = 0; day < 120; ++day) {
        for (const double part : {0.0, 0.0625, 0.5, 0.5625}) {
            if (day % 21 <= 14 && day <= 63) test.stops.push_back(day + part);
        }
    }
    return test;
}

// Treatment begins when the volume, the sum of both cell kinds, passes 0.1.
Case greene() {
    Case test{"sbml/BIOMD0000000825__greene2019-differentiate-spontaneous-and.xml", 100.0};
    test.act = [](double, std::map<std::string, double>& v) { v["u"] += v["u_on"]; };
    test.watched = "Resistant_tumor_R+Sensitive_tumor_S";
    test.level = 0.1;
    return test;
}

Case liu(double virus) {
    Case test{"petab/Liu_IFACPapersOnLine2025/model.xml", 40.0};
    test.act = [](double, std::map<std::string, double>& v) { v["U"] = 0.0; };
    test.watched = "U";
    test.level = 1e-8;
    test.given = {{"u_2", virus},
                  {"rho", 1.3719998890173604},
                  {"kappa", 1138.1028737412514},
                  {"psi", 3.0451973420634607e-09},
                  {"phi", 2.9021941106845426},
                  {"beta", 1.0541567420359819},
                  {"alpha", 2.9016154167675983},
                  {"delta", 0.37236432467696445}};
    return test;
}

Case barros() {
    Case test{"sbml/BIOMD0000001019__barros2021-cartmath-mathematical-of-car-.xml", 400.0};
    test.stops = {45.0, 250.0};
    test.act = [](double t, std::map<std::string, double>& v) {
        if (t == 45.0) v["Ct"] = 2e6;
        if (t == 250.0) v["T"] = 1e6;
    };
    return test;
}

std::vector<Case> cases() {
    return {
        {"sbml/BIOMD0000000521__ribba2012-low-grade-gliomas-tumour-growt.xml", 100.0},
        {"sbml/BIOMD0000000669__zhu2015-combined-gemcitabine-and-birinap.xml", 100.0},
        {"sbml/BIOMD0000000670__owen1998-tumour-growth.xml", 50.0},
        {"sbml/BIOMD0000000671__murphy2016-differences-in-predictions-of.xml", 60.0},
        {"sbml/BIOMD0000000757__abernathy2016-glioblastoma-treatment.xml", 5000.0},
        {"sbml/BIOMD0000000792__hu2019-modeling-pancreatic-cancer-dynami.xml", 200.0},
        {"sbml/BIOMD0000000796__yang2012-cancer-growth-with-angiogenesis.xml", 500.0},
        {"sbml/BIOMD0000000805__al-husari2013-ph-and-lactate-in-tumor.xml", 100.0},
        {"sbml/BIOMD0000000863__kosinsky2018-radiation-and-pd-l-1-treatm.xml", 60.0},
        {"sbml/BIOMD0000000909__depillis2003-the-dynamics-of-an-optimall.xml", 150.0},
        {"sbml/BIOMD0000000913__depillis2008-optimal-control-of-mixed-im.xml", 120.0},
        {"sbml/BIOMD0000000939__iwamoto2010-cell-cycle-reponse-to-dna-da.xml", 1000.0},
        {"sbml/MODEL1909050002__ribba2018-mathematical-of-tumor-uptake-f.xml", 100.0},
        {"sbml/MODEL1909090002__wei2019-mathematical-modeling-of-tumor-g.xml", 200.0},
        {"sbml/MODEL1911130007__hutchinson2016-vascular-phenotype-identi.xml", 500.0},
        {"sbml/MODEL2001130003__kronik2010-predicting-outcomes-of-prosta.xml", 100.0},
        {"petab/Armistead_CellDeathDis2024/model_Armistead_CellDeathDis2024.xml", 10.0},
        perez_garcia(),
        claret(),
        greene(),
        barros(),
        liu(1e9),
        liu(0.0),
    };
}

struct Disagreement {
    double relative = 0.0;
    std::string where;
};

/// Largest difference in units of the value, where that is above a millionth of its largest.
Disagreement compare(const SbmlModel& model, const SbmlRun& run, std::span<const double> oracle) {
    Disagreement worst;
    const std::size_t n = model.state_count();
    for (std::size_t s = 0; s < n; ++s) {
        const double scale = model.model().all_species()[s].scale;
        double largest = 0.0;
        for (std::size_t i = 0; i < run.times.size(); ++i) {
            largest = std::max(largest, std::abs(oracle[i * n + s]));
        }
        for (std::size_t i = 0; i < run.times.size(); ++i) {
            const double expected = oracle[i * n + s];
            const double size = std::max({std::abs(expected), 1e-6 * largest, 1e-9 * scale});
            const double difference = std::abs(run.row(i)[s] - expected);
            if (!(difference <= worst.relative * size)) {
                worst = {difference / size, fmt::format("{} at {}: {} v. {}", model.base_names()[s],
                                                        run.times[i], run.row(i)[s], expected)};
            }
        }
    }
    return worst;
}

std::vector<double> even_times(double span) {
    std::vector<double> times;
    for (int i = 0; i <= 20; ++i) times.push_back(span * i / 20.0);
    return times;
}

TEST(SbmlModels, AgreeWithCvodeWithinAMillionth) {
    const auto data = caravel::test::shared_data();
    if (!data || !sbml_available()) GTEST_SKIP() << caravel::test::data_not_present;
    for (const Case& test : cases()) {
        SCOPED_TRACE(test.file);
        const SbmlModel model = SbmlModel::read(*data / "tumour" / test.file);
        const std::vector<double> times = even_times(test.span);
        SbmlOptions options;
        options.solver.relative_tolerance = tolerance;
        const SbmlRun run = simulate(model, test.given, times, options);
        const std::vector<double> expected = Oracle(model).run(test, times);
        ASSERT_EQ(expected.size(), times.size() * model.state_count());
        const Disagreement worst = compare(model, run, expected);
        EXPECT_LT(worst.relative, agreement) << worst.where;
        if (std::getenv("CARAVEL_SHOW") != nullptr) {
            fmt::print("{:70} {:.1e} {}\n", test.file, worst.relative, worst.where);
        }
    }
}

/// Rows of a tab-separated file by column name.
std::vector<std::map<std::string, std::string>> table(const std::filesystem::path& file) {
    std::ifstream stream(file);
    const auto split = [](const std::string& line) {
        std::vector<std::string> cells;
        std::stringstream parts(line);
        for (std::string cell; std::getline(parts, cell, '\t');) cells.push_back(cell);
        return cells;
    };
    const auto next = [&](std::string& line) {
        const bool more = static_cast<bool>(std::getline(stream, line));
        if (more && !line.empty() && line.back() == '\r') line.pop_back();
        return more;
    };
    std::string line;
    next(line);
    const std::vector<std::string> names = split(line);
    std::vector<std::map<std::string, std::string>> rows;
    while (next(line)) {
        const std::vector<std::string> cells = split(line);
        rows.emplace_back();
        for (std::size_t i = 0; i < cells.size(); ++i) rows.back()[names[i]] = cells[i];
    }
    return rows;
}

/// Largest relative difference from published simulations of observables at nominal parameters.
double worst_simulation(const std::filesystem::path& folder, const std::string& model_file,
                        const std::string& conditions, const std::string& parameters,
                        const std::string& simulated,
                        const std::map<std::string, std::string>& formulas) {
    const SbmlModel model = SbmlModel::read(folder / model_file);
    SbmlValues nominal;
    for (auto& row : table(folder / parameters)) {
        if (model.find(row["parameterId"]) != nullptr) {
            nominal[row["parameterId"]] = std::stod(row["nominalValue"]);
        }
    }
    double worst = 0.0;
    auto rows = table(folder / simulated);
    EXPECT_GT(rows.size(), 20U);
    for (auto& condition : table(folder / conditions)) {
        SbmlValues given = nominal;
        for (const auto& [name, value] : condition) {
            if (model.find(name) != nullptr) given[name] = std::stod(value);
        }
        for (auto& row : rows) {
            if (row["simulationConditionId"] != condition["conditionId"]) continue;
            const std::vector<double> times{std::stod(row["time"])};
            SbmlOptions options;
            options.solver.relative_tolerance = 1e-9;
            const SbmlRun run = simulate(model, given, times, options);
            const double expected = std::stod(row["simulation"]);
            const double value =
                values_of(model, run, Expression::parse(formulas.at(row["observableId"])))[0];
            worst = std::max(worst, std::abs(value / expected - 1.0));
        }
    }
    return worst;
}

TEST(SbmlModels, ReproducePublishedPetabSimulations) {
    const auto data = caravel::test::shared_data();
    if (!data || !sbml_available()) GTEST_SKIP() << caravel::test::data_not_present;
    const std::filesystem::path petab = *data / "tumour" / "petab";
    const double armistead = worst_simulation(
        petab / "Armistead_CellDeathDis2024", "model_Armistead_CellDeathDis2024.xml",
        "experimentalConditions_Armistead_CellDeathDis2024.tsv",
        "parameters_Armistead_CellDeathDis2024.tsv", "simulatedData_Armistead_CellDeathDis2024.tsv",
        {{"Sphinga_obs", "Sphinga"},
         {"Cer_obs", "Cer"},
         {"Sphingo_obs", "Sphingo"},
         {"S1P_obs", "S1P"}});
    EXPECT_LT(armistead, 1e-5);
    const double liu =
        worst_simulation(petab / "Liu_IFACPapersOnLine2025", "model.xml", "conditions.tsv",
                         "parameters.tsv", "simulatedData_Liu_IFACPapersOnLine2025.tsv",
                         {{"tumor_num", "U + I_1 + I_2 + I_3 + I_4 + I_5"}});
    EXPECT_LT(liu, 1e-5);
    if (std::getenv("CARAVEL_SHOW") != nullptr) fmt::print("{:.1e} {:.1e}\n", armistead, liu);
}

}  // namespace
