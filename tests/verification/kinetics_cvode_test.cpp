// The solver against SUNDIALS CVODE on the same equations.
#include "../support/cvode_oracle.hpp"
#include "../support/mouse_model.hpp"
#include "caravel/kinetics/solver.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

namespace caravel::kinetics {
namespace {

struct Problem {
    KineticModel model;
    std::vector<double> times;
};

// Robertson (1966): three species with rates 0.04, 3e7 and 1e4
Problem robertson() {
    Problem problem;
    KineticModel& m = problem.model;
    const SpeciesId a = m.add_species({"a", "x"}, 1.0);
    const SpeciesId b = m.add_species({"b", "x", 1e-4}, 0.0);
    const SpeciesId c = m.add_species({"c", "x"}, 0.0);
    m.add_transfer("slow", a, b, m.add_coefficient("k1", 0.04));
    m.add_reaction({"fast", {{b, -1.0}, {c, 1.0}}, {m.add_coefficient("k2", 3e7), b, b, {}}});
    m.add_reaction({"back", {{b, -1.0}, {a, 1.0}}, {m.add_coefficient("k3", 1e4), b, c, {}}});
    problem.times = {0.4, 4.0, 40.0, 400.0, 4e3, 4e4, 4e5};
    return problem;
}

// HIRES (Schaefer 1975) as in the CWI/Bari test set: 8 species of a plant's light response
Problem hires() {
    Problem problem;
    KineticModel& m = problem.model;
    std::vector<SpeciesId> y;
    for (int i = 1; i <= 8; ++i) {
        const double initial = i == 1 ? 1.0 : i == 8 ? 0.0057 : 0.0;
        y.push_back(m.add_species({fmt::format("y{}", i), "", 1e-2}, initial));
    }
    const auto react = [&](std::vector<Term> terms, double k, SpeciesId first,
                           SpeciesId second = {}) {
        const std::string name = fmt::format("r{}", m.reactions().size());
        m.add_reaction({name, std::move(terms), {m.add_coefficient(name, k), first, second, {}}});
    };
    react({{y[0], -1.0}, {y[1], 1.0}}, 1.71, y[0]);
    react({{y[1], -1.0}, {y[0], 1.0}}, 0.43, y[1]);
    react({{y[2], -1.0}, {y[0], 1.0}}, 8.32, y[2]);
    react({{y[0], 1.0}}, 0.0007, SpeciesId{});
    react({{y[1], -1.0}, {y[3], 1.0}}, 8.32, y[1]);
    react({{y[2], -1.0}, {y[3], 1.0}}, 1.71, y[2]);
    react({{y[3], -1.0}, {y[2], 1.0}}, 0.43, y[3]);
    react({{y[3], -1.0}, {y[4], 1.0}}, 0.69, y[3]);
    react({{y[4], -1.0}, {y[2], 1.0}}, 0.035, y[4]);
    react({{y[4], -1.0}, {y[5], 1.0}}, 1.71, y[4]);
    react({{y[5], -1.0}, {y[4], 1.0}}, 0.43, y[5]);
    react({{y[6], -1.0}, {y[4], 1.0}, {y[7], 1.0}}, 0.43, y[6]);
    react({{y[6], -1.0}, {y[5], 1.0}, {y[7], 1.0}}, 0.69, y[6]);
    react({{y[5], -1.0}, {y[7], -1.0}, {y[6], 1.0}}, 280.0, y[5], y[7]);
    react({{y[6], -1.0}, {y[7], 1.0}}, 0.69, y[6]);
    problem.times = {1.0, 10.0, 100.0, 321.8122};
    return problem;
}

Problem mouse() { return {test::mouse_model(), test::mouse_output_times()}; }

std::vector<double> solve(const CompiledModel& compiled, const Problem& problem, double rtol) {
    SolverOptions options;
    options.relative_tolerance = rtol;
    Solver solver(compiled, options);
    std::vector<double> y = problem.model.initial();
    std::vector<double> result;
    double step = 0.0;
    solver.advance(y, 0.0, problem.times.back(), step, {}, problem.times,
                   [&](std::size_t, double, std::span<const double> values) {
                       result.insert(result.end(), values.begin(), values.end());
                   });
    return result;
}

// largest error in units of rtol |y| + atol, with atol = scale rtol absolute_factor
double error_in_tolerances(const Problem& problem, const std::vector<double>& values,
                           const std::vector<double>& reference, double rtol) {
    const auto& species = problem.model.all_species();
    double largest = 0.0;
    for (std::size_t i = 0; i < reference.size(); ++i) {
        const double scale = species[i % species.size()].scale;
        const double weight = rtol * (std::abs(reference[i]) + 1e-3 * scale);
        largest = std::max(largest, std::abs(values[i] - reference[i]) / weight);
    }
    return largest;
}

void expect_within_ten_tolerances(const Problem& problem, double reference_tolerance) {
    const CompiledModel compiled(problem.model);
    test::CvodeOracle oracle(compiled, {reference_tolerance, 1e-3, true});
    const std::vector<double> reference = oracle.run(problem.model.initial(), problem.times);
    for (const double rtol : {1e-4, 1e-6, 1e-8}) {
        const double error =
            error_in_tolerances(problem, solve(compiled, problem, rtol), reference, rtol);
        EXPECT_LT(error, 10.0) << "rtol " << rtol;
    }
}

TEST(SolverAgainstCvode, RobertsonIsWithinTenTolerances) {
    expect_within_ten_tolerances(robertson(), 1e-12);
}

TEST(SolverAgainstCvode, HiresIsWithinTenTolerances) {
    expect_within_ten_tolerances(hires(), 1e-12);
}

TEST(SolverAgainstCvode, MouseIsWithinTenTolerances) {
    expect_within_ten_tolerances(mouse(), 1e-10);
}

TEST(Solver, KeepsTheTotalOfAConservedSubstance) {
    for (const Problem& problem : {mouse(), robertson()}) {
        const CompiledModel compiled(problem.model);
        const std::vector<double>& initial = problem.model.initial();
        const std::size_t n = initial.size();
        const double total = std::accumulate(initial.begin(), initial.end(), 0.0);
        const std::vector<double> values = solve(compiled, problem, 1e-6);
        for (std::size_t row = 0; row < values.size(); row += n) {
            const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row);
            const double sum = std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(n), 0.0);
            EXPECT_NEAR(sum / total, 1.0, 1e-12);
        }
    }
}

}  // namespace
}  // namespace caravel::kinetics
