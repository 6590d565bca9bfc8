#include "caravel/inference/delivery/early_update.hpp"

#include "caravel/base/error.hpp"
#include "caravel/exec/random.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace caravel::inference::delivery {
namespace {

constexpr std::uint32_t purpose = 61;  // of the random streams: moves; + 1: resampling
constexpr double none = -std::numeric_limits<double>::infinity();

/// Weights in proportion to exp(power x log likelihood), sum 1.
std::vector<double> weights_of(std::span<const double> likelihood, double power) {
    const double best = *std::max_element(likelihood.begin(), likelihood.end());
    std::vector<double> weights;
    double sum = 0.0;
    for (const double value : likelihood) {
        weights.push_back(value == none ? 0.0 : std::exp(power * (value - best)));
        sum += weights.back();
    }
    for (double& weight : weights) weight /= sum;
    return weights;
}

double effective(std::span<const double> weights) {
    double squares = 0.0;
    for (const double weight : weights) squares += weight * weight;
    return 1.0 / squares;
}

/// Greatest power up to `most` at which the weights keep `least` draws effective.
double next_power(std::span<const double> likelihood, double most, double least) {
    if (effective(weights_of(likelihood, most)) >= least) return most;
    double low = 0.0;
    double high = most;
    for (int i = 0; i < 50; ++i) {
        const double middle = 0.5 * (low + high);
        (effective(weights_of(likelihood, middle)) >= least ? low : high) = middle;
    }
    return std::max(low, 1e-6 * most);
}

/// The draws as they are tempered and moved.
class Sampler {
  public:
    Sampler(std::span<const double> latent, std::size_t dimensions,
            std::span<const EarlyPoint> points, const PredictPoints& predict,
            const EarlyUpdateOptions& options)
        : points_(points), predict_(predict), options_(options), dimensions_(dimensions) {
        result_.latent.assign(latent.begin(), latent.end());
        likelihood_ = likelihoods(latent);
        rows_ = likelihood_.size();
        for (; next_origin_ < rows_; ++next_origin_) origin_.push_back(next_origin_);
    }

    EarlyUpdate run() {
        if (std::all_of(likelihood_.begin(), likelihood_.end(),
                        [](double value) { return value == none; }))
            throw NumericalError({"early update", "draws", "", 0.0, 0.0,
                                  "no draw has a prediction at the measured points", ""});
        result_.weights = weights_of(likelihood_, 1.0);
        result_.reweighted_size = effective(result_.weights);
        result_.effective_size = result_.reweighted_size;
        if (result_.reweighted_size >= std::min(options_.least_size, 0.5 * count()))
            return std::move(result_);
        temper();
        result_.weights.assign(rows_, 1.0 / count());
        std::vector<double> places;
        for (const std::size_t i : origin_) places.push_back(static_cast<double>(i));
        std::sort(places.begin(), places.end());
        result_.effective_size =
            static_cast<double>(std::unique(places.begin(), places.end()) - places.begin());
        return std::move(result_);
    }

  private:
    double count() const { return static_cast<double>(rows_); }

    std::vector<double> likelihoods(std::span<const double> latent) {
        const std::vector<std::vector<double>> predicted = predict_(latent);
        if (predicted.size() * dimensions_ != latent.size())
            throw InputError(Diagnostic{{},
                                        std::to_string(predicted.size()) + " rows of predictions",
                                        std::to_string(latent.size() / dimensions_),
                                        ""});
        result_.evaluations += predicted.size();
        std::vector<double> values;
        for (const std::vector<double>& row : predicted) values.push_back(likelihood(row));
        return values;
    }

    double likelihood(const std::vector<double>& row) const {
        if (row.size() != points_.size()) return none;
        double sum = 0.0;
        for (std::size_t k = 0; k < row.size(); ++k) {
            if (!std::isfinite(row[k])) return none;
            // What is predicted as nothing is far below any measured value.
            const double prediction = std::max(row[k], 1e-12 * points_[k].value.value);
            const Noise noise{NoiseKind::log_student_t, points_[k].sigma, options_.freedom};
            sum += log_likelihood(noise, points_[k].value, prediction).value;
        }
        return sum;
    }

    void temper() {
        double done = 0.0;
        double step = 0.5;
        for (int stage = 0; done < 1.0; ++stage) {
            const bool is_last = stage + 1 >= options_.most_stages;
            const double power =
                is_last ? 1.0 - done : next_power(likelihood_, 1.0 - done, 0.5 * count());
            resample(weights_of(likelihood_, power), stage);
            done = is_last || power >= 1.0 - done ? 1.0 : done + power;
            // The last stage gets twice the moves: copies must part.
            const int moves = options_.moves * (done >= 1.0 ? 2 : 1);
            for (int move = 0; move < moves; ++move)
                step = moved(
                    done, step,
                    static_cast<std::uint64_t>(stage) * 1000 + static_cast<std::uint64_t>(move));
            result_.stages = stage + 1;
        }
        result_.accepted =
            static_cast<double>(taken_) / static_cast<double>(std::max<std::size_t>(tried_, 1));
    }

    /// Systematic resampling.
    void resample(std::span<const double> weights, int stage) {
        exec::RandomStream stream(options_.seed, purpose + 1, static_cast<std::uint64_t>(stage));
        const double offset = exec::uniform_open(stream);
        std::vector<double> latent;
        std::vector<double> likelihood;
        std::vector<std::size_t> origin;
        double sum = weights[0];
        std::size_t from = 0;
        for (std::size_t i = 0; i < rows_; ++i) {
            const double at = (static_cast<double>(i) + offset) / count();
            while (sum < at && from + 1 < rows_) sum += weights[++from];
            const auto row =
                result_.latent.begin() + static_cast<std::ptrdiff_t>(from * dimensions_);
            latent.insert(latent.end(), row, row + static_cast<std::ptrdiff_t>(dimensions_));
            likelihood.push_back(likelihood_[from]);
            origin.push_back(origin_[from]);
        }
        result_.latent = std::move(latent);
        likelihood_ = std::move(likelihood);
        origin_ = std::move(origin);
    }

    /// One step of every draw; returns the step length for the next.
    double moved(double power, double step, std::uint64_t number) {
        std::vector<double> proposal(result_.latent.size());
        std::vector<double> chance(rows_);
        const double kept = std::sqrt(1.0 - step * step);
        for (std::size_t i = 0; i < rows_; ++i) {
            exec::RandomStream stream(options_.seed, purpose, number * 1000000 + i);
            for (std::size_t k = i * dimensions_; k < (i + 1) * dimensions_; ++k)
                proposal[k] = kept * result_.latent[k] + step * exec::normal(stream);
            chance[i] = std::log(exec::uniform_open(stream));
        }
        const std::vector<double> likelihood = likelihoods(proposal);
        std::size_t accepted = 0;
        for (std::size_t i = 0; i < rows_; ++i) {
            const bool take = likelihood_[i] == none
                                  ? likelihood[i] != none
                                  : chance[i] < power * (likelihood[i] - likelihood_[i]);
            if (!take || likelihood[i] == none) continue;
            ++accepted;
            likelihood_[i] = likelihood[i];
            origin_[i] = next_origin_++;
            std::copy_n(proposal.begin() + static_cast<std::ptrdiff_t>(i * dimensions_),
                        dimensions_,
                        result_.latent.begin() + static_cast<std::ptrdiff_t>(i * dimensions_));
        }
        tried_ += rows_;
        taken_ += accepted;
        const double share = static_cast<double>(accepted) / count();
        if (share < 0.2) return std::max(0.02, 0.7 * step);
        if (share > 0.4) return std::min(0.95, 1.3 * step);
        return step;
    }

    std::span<const EarlyPoint> points_;
    const PredictPoints& predict_;
    const EarlyUpdateOptions& options_;
    std::size_t dimensions_;
    std::size_t rows_ = 0;
    std::vector<double> likelihood_;
    std::vector<std::size_t> origin_;  // equal for copies of one draw
    std::size_t next_origin_ = 0;
    std::size_t tried_ = 0;
    std::size_t taken_ = 0;
    EarlyUpdate result_;
};

void check(std::span<const double> latent, std::size_t dimensions,
           std::span<const EarlyPoint> points) {
    if (dimensions == 0 || latent.empty() || latent.size() % dimensions != 0)
        throw InputError(Diagnostic{{},
                                    std::to_string(latent.size()) + " latent numbers",
                                    "rows of " + std::to_string(dimensions),
                                    ""});
    for (const EarlyPoint& point : points)
        if (!(std::isfinite(point.value.value) && point.value.value > 0.0 &&
              std::isfinite(point.sigma) && point.sigma > 0.0))
            throw InputError(Diagnostic{{},
                                        "an early point without a value or scatter",
                                        "numbers above 0",
                                        "values below a limit are given as censored"});
}

}  // namespace

EarlyUpdate update_draws(std::span<const double> latent, std::size_t dimensions,
                         std::span<const EarlyPoint> points, const PredictPoints& predict,
                         const EarlyUpdateOptions& options) {
    check(latent, dimensions, points);
    return Sampler(latent, dimensions, points, predict, options).run();
}

double weighted_quantile(std::span<const double> values, std::span<const double> weights,
                         double level) {
    std::vector<std::size_t> order;
    double total = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!(weights[i] > 0.0)) continue;
        order.push_back(i);
        total += weights[i];
    }
    if (order.empty()) throw InputError(Diagnostic{{}, "no draw has a weight", "at least one", ""});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    const double wanted = level * total;
    double before = 0.0;
    double last_middle = 0.0;
    for (std::size_t k = 0; k < order.size(); ++k) {
        const double middle = before + 0.5 * weights[order[k]];
        if (wanted <= middle) {
            if (k == 0) return values[order[0]];
            const double part = (wanted - last_middle) / (middle - last_middle);
            const double low = values[order[k - 1]];
            return low + part * (values[order[k]] - low);
        }
        before += weights[order[k]];
        last_middle = middle;
    }
    return values[order.back()];
}

}  // namespace caravel::inference::delivery
