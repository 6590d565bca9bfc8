#include "caravel/inference/delivery/hierarchical.hpp"

#include "caravel/base/error.hpp"
#include "caravel/inference/delivery/hierarchical_study.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::inference::delivery {

namespace {

/// State of a fit between two iterations.
struct State {
    std::vector<double> theta;
    std::vector<StudyEffects> studies;
    VarianceComponents components;
};

std::vector<StudyEffects> group(const HierarchicalProblem& problem) {
    std::vector<StudyEffects> studies;
    for (std::size_t i = 0; i < problem.cases.size(); ++i) {
        const bool is_new = i == 0 || problem.cases[i].study != problem.cases[i - 1].study;
        if (is_new) studies.push_back({i, 0, {}});
        ++studies.back().cases;
    }
    for (StudyEffects& study : studies)
        study.value.assign((1 + study.cases) * problem.effects.size(), 0.0);
    return studies;
}

double prior_sd(const HierarchicalProblem& problem, const VarianceComponents& components,
                std::size_t i) {
    const SharedParameter& p = problem.parameters[i];
    return p.family < 0 ? p.prior_sd : components.family[static_cast<std::size_t>(p.family)];
}

double cost_of(const HierarchicalProblem& problem, const State& state) {
    double cost = 0.0;
    for (std::size_t i = 0; i < state.theta.size(); ++i) {
        const double z = (state.theta[i] - problem.parameters[i].prior_mean) /
                         prior_sd(problem, state.components, i);
        cost += 0.5 * z * z;
    }
    for (const StudyEffects& study : state.studies)
        cost += study_cost(problem, state.components, study, state.theta);
    return cost;
}

State start_state(const HierarchicalProblem& problem, const HierarchicalOptions& options) {
    State state;
    state.studies = group(problem);
    if (options.start) {
        state.theta = options.start->theta;
        state.components = options.start->components;
        return state;
    }
    for (const SharedParameter& p : problem.parameters) state.theta.push_back(p.prior_mean);
    state.components.study.assign(problem.effects.size(), options.study_start);
    state.components.case_.assign(problem.effects.size(), options.case_start);
    state.components.residual.assign(problem.noise_classes, options.residual_start);
    state.components.family.assign(problem.families, 0.3);
    for (const SharedParameter& p : problem.parameters)
        if (p.family >= 0) state.components.family[static_cast<std::size_t>(p.family)] = p.prior_sd;
    return state;
}

/// Everything one pass over the studies gives.
struct Pass {
    Matrix precision;
    std::vector<double> gradient;
    std::vector<StudyEquations> studies;
    ResidualSums residuals;
};

Pass pass_over(const HierarchicalProblem& problem, const State& state) {
    const std::size_t p = state.theta.size();
    Pass pass{Matrix(p, p), std::vector<double>(p), {}, {}};
    pass.residuals.squares.assign(problem.noise_classes, 0.0);
    pass.residuals.count.assign(problem.noise_classes, 0.0);
    for (std::size_t i = 0; i < p; ++i) {
        const double sd = prior_sd(problem, state.components, i);
        pass.precision(i, i) = 1.0 / (sd * sd);
        pass.gradient[i] = (state.theta[i] - problem.parameters[i].prior_mean) / (sd * sd);
    }
    for (const StudyEffects& study : state.studies) {
        pass.studies.push_back(
            study_equations(problem, state.components, study, state.theta, pass.residuals));
        const StudyEquations& eq = pass.studies.back();
        for (std::size_t i = 0; i < p; ++i) pass.gradient[i] += eq.gradient[i];
        for (std::size_t i = 0; i < p * p; ++i) pass.precision.values[i] += eq.theta.values[i];
    }
    return pass;
}

/// The parameters that act on a study.
std::vector<std::size_t> acting(const Matrix& cross) {
    std::vector<std::size_t> columns;
    for (std::size_t j = 0; j < cross.columns; ++j)
        for (std::size_t i = 0; i < cross.rows; ++i)
            if (cross(i, j) != 0.0) {
                columns.push_back(j);
                break;
            }
    return columns;
}

/// Effects' variance with theta's uncertainty: S + (S cross) C (S cross)^T, diagonal.
std::vector<double> marginal_variance(const StudyEquations& eq, const Matrix& covariance) {
    std::vector<double> variance = eq.effect_variance;
    const std::size_t m = eq.cross.rows;
    const std::vector<std::size_t> parameters = acting(eq.cross);
    const Matrix solved = solve_cholesky(eq.lower, identity(m));
    Matrix gain(parameters.size(), m);
    for (std::size_t a = 0; a < parameters.size(); ++a)
        for (std::size_t r = 0; r < m; ++r) {
            const double factor = eq.cross(r, parameters[a]);
            for (std::size_t i = 0; i < m; ++i) gain(a, i) += factor * solved(r, i);
        }
    for (std::size_t a = 0; a < parameters.size(); ++a)
        for (std::size_t b = 0; b < parameters.size(); ++b) {
            const double c = covariance(parameters[a], parameters[b]);
            for (std::size_t i = 0; i < m; ++i) variance[i] += gain(a, i) * c * gain(b, i);
        }
    return variance;
}

/// MacKay's update of one standard deviation: squares / (count - sum of variances / sd^2), with
/// pseudo-observations at `start`.
double renewed(double squares, double variances, double count, double sd, double start,
               const HierarchicalOptions& options) {
    const double effective = std::max(0.0, count - variances / (sd * sd));
    const double weight = options.sd_prior_weight;
    const double value = std::sqrt((squares + weight * start * start) / (effective + weight));
    return std::clamp(value, options.least_sd, options.greatest_sd);
}

void renew_families(const HierarchicalProblem& problem, State& state, const Matrix& covariance,
                    const HierarchicalOptions& options) {
    for (std::size_t f = 0; f < problem.families; ++f) {
        double squares = 0.0;
        double variances = 0.0;
        double count = 0.0;
        double start = 0.3;
        for (std::size_t i = 0; i < state.theta.size(); ++i) {
            if (problem.parameters[i].family != static_cast<int>(f)) continue;
            squares += state.theta[i] * state.theta[i];
            variances += covariance(i, i);
            start = problem.parameters[i].prior_sd;
            count += 1.0;
        }
        state.components.family[f] =
            std::min(renewed(squares, variances, count, state.components.family[f], start, options),
                     options.greatest_family_sd);
    }
}

void renew_effects(const HierarchicalProblem& problem, State& state, const Pass& pass,
                   const Matrix& covariance, const HierarchicalOptions& options) {
    const std::size_t q = problem.effects.size();
    std::vector<std::vector<double>> variance;
    for (const StudyEquations& eq : pass.studies)
        variance.push_back(marginal_variance(eq, covariance));
    for (std::size_t level = 0; level < 2; ++level) {
        std::vector<double>& sds = level == 0 ? state.components.study : state.components.case_;
        const double start = level == 0 ? options.study_start : options.case_start;
        for (std::size_t k = 0; k < q; ++k) {
            double squares = 0.0;
            double variances = 0.0;
            double count = 0.0;
            for (std::size_t s = 0; s < state.studies.size(); ++s) {
                const std::vector<double>& value = state.studies[s].value;
                const std::size_t end = level == 0 ? q : value.size();
                for (std::size_t i = (level == 0 ? k : q + k); i < end; i += q) {
                    squares += value[i] * value[i];
                    variances += variance[s][i];
                    count += 1.0;
                }
            }
            sds[k] = renewed(squares, variances, count, sds[k], start, options);
        }
    }
}

void renew_components(const HierarchicalProblem& problem, State& state, const Pass& pass,
                      const Matrix& covariance, const HierarchicalOptions& options) {
    renew_families(problem, state, covariance, options);
    renew_effects(problem, state, pass, covariance, options);
    for (std::size_t n = 0; n < problem.noise_classes; ++n) {
        if (pass.residuals.count[n] < 1.0) continue;
        const double value = std::sqrt(pass.residuals.squares[n] / pass.residuals.count[n]);
        state.components.residual[n] = std::clamp(value, options.least_sd, options.greatest_sd);
    }
}

State moved(const State& from, const Pass& pass, std::span<const double> step, double part) {
    State to = from;
    for (std::size_t i = 0; i < step.size(); ++i) to.theta[i] += part * step[i];
    for (std::size_t s = 0; s < to.studies.size(); ++s) {
        const std::vector<double> change = effect_step(pass.studies[s], step);
        for (std::size_t i = 0; i < change.size(); ++i) to.studies[s].value[i] += part * change[i];
    }
    return to;
}

/// Greatest change of ln sd between two sets of components.
double change_of(const VarianceComponents& a, const VarianceComponents& b) {
    double most = 0.0;
    const auto compare = [&most](const std::vector<double>& x, const std::vector<double>& y) {
        for (std::size_t i = 0; i < x.size(); ++i)
            most = std::max(most, std::abs(std::log(x[i] / y[i])));
    };
    compare(a.study, b.study);
    compare(a.case_, b.case_);
    compare(a.residual, b.residual);
    compare(a.family, b.family);
    return most;
}

/// One Gauss-Newton step with halving; returns the change of theta in its standard deviations.
double improve(const HierarchicalProblem& problem, State& state, const Pass& pass,
               const Matrix& lower, const Matrix& covariance) {
    std::vector<double> right(pass.gradient.size());
    for (std::size_t i = 0; i < right.size(); ++i) right[i] = -pass.gradient[i];
    const std::vector<double> step = solve_cholesky(lower, right);
    const double before = cost_of(problem, state);
    for (double part = 1.0; part > 1e-4; part *= 0.5) {
        State trial = moved(state, pass, step, part);
        double after = before;
        try {
            after = cost_of(problem, trial);
        } catch (const NumericalError&) {
            continue;
        }
        if (!(after <= before + 1e-9 * std::abs(before))) continue;
        state = std::move(trial);
        double most = 0.0;
        for (std::size_t i = 0; i < step.size(); ++i)
            most = std::max(most, std::abs(part * step[i]) / std::sqrt(covariance(i, i)));
        return most;
    }
    return 0.0;
}

}  // namespace

HierarchicalFit fit_hierarchical(const HierarchicalProblem& problem,
                                 const HierarchicalOptions& options) {
    if (problem.cases.empty())
        throw InputError(Diagnostic{Location{}, "no cases to learn from", "at least one case", ""});
    State state = start_state(problem, options);
    if (!std::isfinite(cost_of(problem, state)))
        throw NumericalError(NumericalFailure{"hierarchical fit", "log posterior", "", 0.0, 0.0,
                                              "is not finite at the start",
                                              "check the facts of the cases"});
    HierarchicalFit fit;
    for (fit.iterations = 0; fit.iterations <= options.most_iterations; ++fit.iterations) {
        const Pass pass = pass_over(problem, state);
        const auto lower = try_cholesky(pass.precision);
        if (!lower)
            throw NumericalError(
                NumericalFailure{"hierarchical fit", "precision of the shared parameters", "", 0.0,
                                 0.0, "is not positive definite", "give every parameter a prior"});
        fit.covariance = inverse_cholesky(*lower);
        if (fit.converged || fit.iterations == options.most_iterations) break;
        const double moved_by = improve(problem, state, pass, *lower, fit.covariance);
        const VarianceComponents before = state.components;
        if (fit.iterations >= 3 || options.start)
            renew_components(problem, state, pass, fit.covariance, options);
        const double changed = change_of(before, state.components);
        fit.converged = fit.iterations > 5 && moved_by < 10.0 * options.tolerance &&
                        changed < options.tolerance;
    }
    fit.theta = state.theta;
    fit.components = state.components;
    fit.objective = cost_of(problem, state);
    return fit;
}

}  // namespace caravel::inference::delivery
