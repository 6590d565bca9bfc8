#include "caravel/inference/delivery/hierarchical_study.hpp"

#include "caravel/base/error.hpp"
#include "caravel/inference/special.hpp"

#include <cmath>
#include <string>

namespace caravel::inference::delivery {

PointWeight weigh(const Observation& observation, double prediction, double sigma, double freedom) {
    const double t = (prediction - observation.value) / sigma;
    if (observation.censoring == Censoring::none) {
        const double w = (freedom + 1.0) / (freedom + t * t) / (sigma * sigma);
        return {0.5 * (freedom + 1.0) * std::log1p(t * t / freedom) + std::log(sigma),
                w * (prediction - observation.value), w};
    }
    // The true value lies below (above) the limit: probability F(-t) or F(t).
    const double sign = observation.censoring == Censoring::left ? 1.0 : -1.0;
    const double hazard = student_hazard(-sign * t, freedom);
    // The exact curvature may be negative in Student's tail; the squared slope is a safe majorant.
    return {-log_student_cdf(-sign * t, freedom), sign * hazard / sigma,
            hazard * hazard / (sigma * sigma)};
}

namespace {

/// Predictions of one case and, when asked, derivatives.
struct CaseValues {
    std::vector<double> prediction;
    Matrix by_theta;
    Matrix by_effects;
};

std::vector<double> effects_of(const StudyEffects& study, std::size_t c, std::size_t q) {
    std::vector<double> sum(q);
    for (std::size_t k = 0; k < q; ++k) sum[k] = study.value[k] + study.value[(1 + c) * q + k];
    return sum;
}

CaseValues evaluate(const HierarchicalProblem& problem, const StudyEffects& study, std::size_t c,
                    std::span<const double> theta, bool derivatives) {
    const std::size_t index = study.first_case + c;
    const std::size_t n = problem.cases[index].observations.size();
    const std::size_t q = problem.effects.size();
    CaseValues values;
    values.prediction.resize(n);
    if (derivatives) {
        values.by_theta = Matrix(n, theta.size());
        values.by_effects = Matrix(n, q);
    }
    problem.predict(index, theta, effects_of(study, c, q), values.prediction,
                    derivatives ? &values.by_theta : nullptr,
                    derivatives ? &values.by_effects : nullptr);
    return values;
}

double prior_precision(const VarianceComponents& components, std::size_t position, std::size_t q) {
    const double sd = position < q ? components.study[position] : components.case_[position % q];
    return 1.0 / (sd * sd);
}

/// The study's equations before elimination.
struct FullBlock {
    Matrix theta;
    Matrix cross;
    Matrix effects;
    std::vector<double> gradient;
    std::vector<double> effect_gradient;
};

void add_point(FullBlock& block, std::span<const double> jt, std::span<const double> jb,
               std::size_t own, const PointWeight& w) {
    const std::size_t p = jt.size();
    const std::size_t q = jb.size();
    for (std::size_t i = 0; i < p; ++i) {
        if (jt[i] == 0.0) continue;
        block.gradient[i] += w.slope * jt[i];
        const double scaled = w.weight * jt[i];
        double* row = &block.theta(i, 0);
        for (std::size_t j = 0; j <= i; ++j) row[j] += scaled * jt[j];
    }
    for (std::size_t side = 0; side < 2; ++side) {
        const std::size_t at = side == 0 ? 0 : own;
        for (std::size_t a = 0; a < q; ++a) {
            if (jb[a] == 0.0) continue;
            const double scaled = w.weight * jb[a];
            block.effect_gradient[at + a] += w.slope * jb[a];
            double* cross = &block.cross(at + a, 0);
            for (std::size_t j = 0; j < p; ++j) cross[j] += scaled * jt[j];
            for (std::size_t b = 0; b < q; ++b) {
                block.effects(at + a, b) += scaled * jb[b];
                block.effects(at + a, own + b) += scaled * jb[b];
            }
        }
    }
}

FullBlock start_block(const VarianceComponents& components, const StudyEffects& study,
                      std::size_t p, std::size_t q) {
    const std::size_t m = study.value.size();
    FullBlock block{Matrix(p, p), Matrix(m, p), Matrix(m, m), std::vector<double>(p),
                    std::vector<double>(m)};
    for (std::size_t i = 0; i < m; ++i) {
        const double precision = prior_precision(components, i, q);
        block.effects(i, i) = precision;
        block.effect_gradient[i] = precision * study.value[i];
    }
    return block;
}

/// y = L^-1 b, b nothing before `first`.
void forward(const Matrix& lower, std::span<double> b, std::size_t first = 0) {
    for (std::size_t i = first; i < lower.rows; ++i) {
        double sum = b[i];
        for (std::size_t j = first; j < i; ++j) sum -= lower(i, j) * b[j];
        b[i] = sum / lower(i, i);
    }
}

/// Variance of a point's prediction from the effects at given theta.
double leverage(const Matrix& lower, std::span<const double> jb, std::size_t own) {
    std::vector<double> column(lower.rows, 0.0);
    for (std::size_t a = 0; a < jb.size(); ++a) column[a] = column[own + a] = jb[a];
    forward(lower, column);
    return dot(column, column);
}

StudyEquations eliminate(FullBlock&& block) {
    const std::size_t m = block.effects.rows;
    const std::size_t p = block.theta.rows;
    const auto lower = try_cholesky(block.effects);
    if (!lower)
        throw NumericalError(NumericalFailure{"hierarchical fit", "effects of a study", "", 0.0,
                                              0.0, "have no positive definite precision",
                                              "check the cases of the study"});
    StudyEquations eq;
    eq.lower = *lower;
    Matrix half = block.cross;  // L^-1 cross
    for (std::size_t i = 0; i < m; ++i) {
        double* row = &half(i, 0);
        for (std::size_t j = 0; j < i; ++j) {
            const double factor = eq.lower(i, j);
            if (factor == 0.0) continue;
            const double* other = &half(j, 0);
            for (std::size_t k = 0; k < p; ++k) row[k] -= factor * other[k];
        }
        for (std::size_t k = 0; k < p; ++k) row[k] /= eq.lower(i, i);
    }
    std::vector<double> z = block.effect_gradient;
    forward(eq.lower, z);
    eq.gradient = block.gradient;
    eq.theta = block.theta;
    for (std::size_t r = 0; r < m; ++r) {
        const double* row = &half(r, 0);
        for (std::size_t i = 0; i < p; ++i) {
            if (row[i] == 0.0) continue;
            eq.gradient[i] -= row[i] * z[r];
            double* target = &eq.theta(i, 0);
            for (std::size_t j = 0; j <= i; ++j) target[j] -= row[i] * row[j];
        }
    }
    for (std::size_t i = 0; i < p; ++i)
        for (std::size_t j = i + 1; j < p; ++j) eq.theta(i, j) = eq.theta(j, i);
    eq.cross = std::move(block.cross);
    eq.effect_gradient = std::move(block.effect_gradient);
    eq.effect_variance.resize(m);
    for (std::size_t i = 0; i < m; ++i) {
        std::vector<double> unit(m, 0.0);
        unit[i] = 1.0;
        forward(eq.lower, unit, i);
        eq.effect_variance[i] = dot(unit, unit);
    }
    return eq;
}

}  // namespace

double study_cost(const HierarchicalProblem& problem, const VarianceComponents& components,
                  const StudyEffects& study, std::span<const double> theta) {
    const std::size_t q = problem.effects.size();
    double cost = 0.0;
    for (std::size_t i = 0; i < study.value.size(); ++i)
        cost += 0.5 * prior_precision(components, i, q) * study.value[i] * study.value[i];
    for (std::size_t c = 0; c < study.cases; ++c) {
        const CaseValues values = evaluate(problem, study, c, theta, false);
        const HierarchicalCase& data = problem.cases[study.first_case + c];
        for (std::size_t i = 0; i < values.prediction.size(); ++i)
            cost += weigh(data.observations[i], values.prediction[i],
                          components.residual[data.noise[i]], problem.freedom)
                        .cost;
    }
    return cost;
}

StudyEquations study_equations(const HierarchicalProblem& problem,
                               const VarianceComponents& components, const StudyEffects& study,
                               std::span<const double> theta, ResidualSums& sums) {
    const std::size_t q = problem.effects.size();
    FullBlock block = start_block(components, study, theta.size(), q);
    std::vector<CaseValues> all;
    for (std::size_t c = 0; c < study.cases; ++c) {
        const HierarchicalCase& data = problem.cases[study.first_case + c];
        all.push_back(evaluate(problem, study, c, theta, true));
        for (std::size_t i = 0; i < data.observations.size(); ++i) {
            const PointWeight w = weigh(data.observations[i], all.back().prediction[i],
                                        components.residual[data.noise[i]], problem.freedom);
            add_point(block, all.back().by_theta.row(i), all.back().by_effects.row(i), (1 + c) * q,
                      w);
        }
    }
    StudyEquations equations = eliminate(std::move(block));
    for (std::size_t c = 0; c < study.cases; ++c) {
        const HierarchicalCase& data = problem.cases[study.first_case + c];
        for (std::size_t i = 0; i < data.observations.size(); ++i) {
            if (data.observations[i].censoring != Censoring::none) continue;
            const double sigma = components.residual[data.noise[i]];
            const double r = all[c].prediction[i] - data.observations[i].value;
            const double spread = leverage(equations.lower, all[c].by_effects.row(i), (1 + c) * q);
            // Student's weight at the expected square, the effects' spread included.
            const double square = r * r + spread;
            sums.squares[data.noise[i]] +=
                (problem.freedom + 1.0) * square / (problem.freedom + square / (sigma * sigma));
            sums.count[data.noise[i]] += 1.0;
        }
    }
    return equations;
}

std::vector<double> effect_step(const StudyEquations& equations,
                                std::span<const double> theta_step) {
    std::vector<double> right = multiply(equations.cross, theta_step);
    for (std::size_t i = 0; i < right.size(); ++i)
        right[i] = -(right[i] + equations.effect_gradient[i]);
    return solve_cholesky(equations.lower, right);
}

}  // namespace caravel::inference::delivery
