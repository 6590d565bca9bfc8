#include "caravel/inference/delivery/mixed_model.hpp"

#include "caravel/base/expects.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace caravel::inference::delivery {

namespace {

constexpr const char* of_values = "covariance of an article's values";
constexpr const char* of_slopes = "precision of the slopes";

/// Covariance of the values of one article.
Matrix block_covariance(std::span<const MixedValue> values, const MixedSpread& s) {
    const std::size_t n = values.size();
    Matrix covariance(n, n);
    std::vector<double> growth(n);
    for (std::size_t i = 0; i < n; ++i) growth[i] = deviation_growth(s, values[i].decades);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            const double r = process_correlation(values[i].decades, values[j].decades);
            double c = s.article_level + s.article_process * r;
            if (values[i].series == values[j].series) c += s.series_level + s.series_process * r;
            covariance(i, j) = covariance(j, i) = growth[i] * growth[j] * c;
        }
        covariance(i, i) += noise_variance(s, values[i].decades);
    }
    return covariance;
}

/// Replaces the rows of z by those of L^-1 z.
void solve_rows(const Matrix& lower, Matrix& z) {
    for (std::size_t i = 0; i < z.rows; ++i) {
        double* const own = &z(i, 0);
        for (std::size_t k = 0; k < i; ++k) {
            const double factor = lower(i, k);
            const double* const other = &z(k, 0);
            for (std::size_t j = 0; j < z.columns; ++j) own[j] -= factor * other[j];
        }
        for (std::size_t j = 0; j < z.columns; ++j) own[j] /= lower(i, i);
    }
}

constexpr std::array<double MixedSpread::*, 6> variances = {
    &MixedSpread::article_level,  &MixedSpread::article_process, &MixedSpread::series_level,
    &MixedSpread::series_process, &MixedSpread::noise,           &MixedSpread::early};

}  // namespace

double decades_of(double time) { return std::log10(std::max(time / 3600.0, 0.03)); }

double process_correlation(double first, double second) {
    const double x = (first - second) / process_length;
    return std::exp(-0.5 * x * x);
}

double deviation_growth(const MixedSpread& spread, double decades) {
    const double grown = std::log10(4.0);  // decades, of hours
    return spread.growth == 0.0 ? 1.0 : std::exp(-spread.growth * std::max(0.0, grown - decades));
}

double noise_variance(const MixedSpread& spread, double decades) {
    const double before = std::max(0.0, std::log10(0.5) - decades);
    return spread.noise + spread.early * before * before;
}

MixedFit::MixedFit(std::span<const MixedValue> values, std::span<const int> family, double freedom)
    : family_(family.begin(), family.end()) {
    CARAVEL_EXPECTS(!values.empty() && !family.empty());
    constexpr int rounds = 10;
    constexpr int family_steps = 6;
    const int families = *std::max_element(family_.begin(), family_.end()) + 1;
    family_variance_.assign(static_cast<std::size_t>(families), 0.04);
    family_variance_[0] = 4.0;
    std::map<std::size_t, Block> blocks;
    for (const MixedValue& v : values) {
        CARAVEL_EXPECTS(v.terms.size() == family_.size());
        blocks[v.article].values.push_back(v);
    }
    for (auto& [article, block] : blocks) {
        block.article = article;
        blocks_.push_back(std::move(block));
    }
    bool is_coarse = true;
    for (int round = 0; round < rounds; ++round) {
        Sums all = sums(model_.spread);
        for (int step = 0; step < family_steps; ++step) update_families(all);
        const bool moved = step_spread(is_coarse ? 1.6 : 1.2, all);
        if (freedom > 0.0) weigh_articles(freedom, all);
        if (!moved && !is_coarse) break;
        is_coarse = is_coarse && moved && round < 6;
    }
    final_ = sums(model_.spread);
    model_ = solved(final_);
}

MixedFit::Sums MixedFit::sums_of(const Block& block, const MixedSpread& spread) const {
    const std::size_t n = block.values.size();
    const std::size_t p = family_.size();
    Matrix covariance = block_covariance(block.values, spread);
    for (double& c : covariance.values) c /= block.weight;
    const Matrix lower = require_cholesky(covariance, of_values);
    Matrix z(n, p + 1);
    for (std::size_t i = 0; i < n; ++i) {
        std::copy(block.values[i].terms.begin(), block.values[i].terms.end(), &z(i, 0));
        z(i, p) = block.values[i].value;
    }
    solve_rows(lower, z);
    Sums s{Matrix(p, p), std::vector<double>(p, 0.0), 0.0};
    for (std::size_t i = 0; i < n; ++i) {
        const double* const row = &z(i, 0);
        s.rest += 0.5 * row[p] * row[p] + std::log(lower(i, i));
        for (std::size_t a = 0; a < p; ++a) {
            if (row[a] == 0.0) continue;
            s.right[a] += row[a] * row[p];
            double* const to = &s.square(a, 0);
            for (std::size_t b = 0; b < p; ++b) to[b] += row[a] * row[b];
        }
    }
    return s;
}

MixedFit::Sums MixedFit::sums(const MixedSpread& spread) const {
    const std::size_t p = family_.size();
    Sums all{Matrix(p, p), std::vector<double>(p, 0.0), 0.0};
    for (const Block& block : blocks_) {
        const Sums own = sums_of(block, spread);
        for (std::size_t k = 0; k < own.square.values.size(); ++k)
            all.square.values[k] += own.square.values[k];
        for (std::size_t k = 0; k < p; ++k) all.right[k] += own.right[k];
        all.rest += own.rest;
    }
    return all;
}

Matrix MixedFit::penalised(const Sums& sums) const {
    Matrix a = sums.square;
    for (std::size_t k = 0; k < family_.size(); ++k)
        a(k, k) += 1.0 / family_variance_[static_cast<std::size_t>(family_[k])];
    return a;
}

double MixedFit::cost(const MixedSpread& spread, const Sums& sums) const {
    constexpr double against_large = 0.3;   // per log10^2
    constexpr double against_none = 0.002;  // per 1/log10
    constexpr double usual_growth = 0.5;    // standard deviation of its prior
    const Matrix lower = require_cholesky(penalised(sums), of_slopes);
    double cost = sums.rest - 0.5 * dot(sums.right, solve_cholesky(lower, sums.right));
    for (std::size_t k = 0; k < family_.size(); ++k)
        cost += std::log(lower(k, k)) +
                0.5 * std::log(family_variance_[static_cast<std::size_t>(family_[k])]);
    for (double MixedSpread::*const number : variances)
        cost += against_large * spread.*number + against_none / std::sqrt(spread.*number);
    return cost + 0.5 * std::pow(spread.growth / usual_growth, 2.0);
}

void MixedFit::update_families(const Sums& sums) {
    constexpr double pseudo_square = 0.005;
    constexpr double least = 1e-5;
    const Matrix h = inverse_cholesky(require_cholesky(penalised(sums), of_slopes));
    const std::vector<double> slopes = multiply(h, sums.right);
    std::vector<double> square(family_variance_.size(), pseudo_square);
    std::vector<double> count(family_variance_.size(), 1.0);
    for (std::size_t k = 0; k < family_.size(); ++k) {
        const auto f = static_cast<std::size_t>(family_[k]);
        square[f] += slopes[k] * slopes[k] + h(k, k);
        count[f] += 1.0;
    }
    for (std::size_t f = 1; f < square.size(); ++f)
        family_variance_[f] = std::max(square[f] / count[f], least);
}

bool MixedFit::step_spread(double factor, Sums& sums) {
    constexpr double least = 1e-4;
    bool moved = false;
    double best = cost(model_.spread, sums);
    for (double MixedSpread::*const number : variances)
        for (const double step : {1.0 / factor, factor}) {
            MixedSpread trial = model_.spread;
            trial.*number = std::max(trial.*number * step, least);
            Sums there = this->sums(trial);
            const double now = cost(trial, there);
            if (!(now < best)) continue;
            best = now;
            model_.spread = trial;
            sums = std::move(there);
            moved = true;
            break;
        }
    return step_growth(0.5 * (factor - 1.0), best, sums) || moved;
}

bool MixedFit::step_growth(double step, double& best, Sums& sums) {
    constexpr double most = 2.0;
    for (const double change : {-step, step}) {
        MixedSpread trial = model_.spread;
        trial.growth = std::clamp(trial.growth + change, -most, most);
        Sums there = this->sums(trial);
        const double now = cost(trial, there);
        if (!(now < best)) continue;
        best = now;
        model_.spread = trial;
        sums = std::move(there);
        return true;
    }
    return false;
}

/// (n + 1)/(n + m^2/var m) of the article's mean residual m, within 0.05 and 4.
void MixedFit::weigh_articles(double freedom, const Sums& sums) {
    const std::vector<double> slopes =
        solve_cholesky(require_cholesky(penalised(sums), of_slopes), sums.right);
    for (Block& block : blocks_) {
        const Matrix lower =
            require_cholesky(block_covariance(block.values, model_.spread), of_values);
        const std::vector<double> ones(block.values.size(), 1.0);
        const std::vector<double> gain = solve_cholesky(lower, ones);
        double sum = 0.0;
        double residual = 0.0;
        for (std::size_t i = 0; i < gain.size(); ++i) {
            sum += gain[i];
            residual += gain[i] * (block.values[i].value - dot(slopes, block.values[i].terms));
        }
        const double square = residual * residual / sum;
        block.weight = std::clamp((freedom + 1.0) / (freedom + square), 0.05, 4.0);
    }
}

MixedModel MixedFit::solved(const Sums& sums) const {
    MixedModel model;
    model.covariance = inverse_cholesky(require_cholesky(penalised(sums), of_slopes));
    model.slopes = multiply(model.covariance, sums.right);
    model.spread = model_.spread;
    return model;
}

MixedFit::Sums MixedFit::sums_without(std::size_t article) const {
    Sums rest = final_;
    for (const Block& block : blocks_) {
        if (block.article != article) continue;
        const Sums own = sums_of(block, model_.spread);
        for (std::size_t k = 0; k < own.square.values.size(); ++k)
            rest.square.values[k] -= own.square.values[k];
        for (std::size_t k = 0; k < own.right.size(); ++k) rest.right[k] -= own.right[k];
    }
    return rest;
}

MixedModel MixedFit::without(std::size_t article) const { return solved(sums_without(article)); }

std::vector<double> MixedFit::slopes_without(std::size_t article) const {
    const Sums rest = sums_without(article);
    return solve_cholesky(require_cholesky(penalised(rest), of_slopes), rest.right);
}

}  // namespace caravel::inference::delivery
