#include "caravel/inference/metropolis.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/inference/shards.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::inference {
namespace {

constexpr std::uint32_t chain_purpose = 0x4D434D43;  // "MCMC"
constexpr int steps_between_factors = 10;
constexpr double infinity = std::numeric_limits<double>::infinity();

double guarded(const ScalarFunction& log_density, std::span<const double> theta) {
    const double value = log_density(theta);
    if (value == -infinity) return value;
    guard_finite(value, "Metropolis", "log density", describe_point(theta));
    return value;
}

long steps_of(const MetropolisPlan& plan) {
    return plan.warm_up + static_cast<long>(plan.draws) * plan.thinning;
}

class Chain {
  public:
    Chain(const MetropolisPlan& plan, const ScalarFunction& log_density, ChainState& state)
        : plan_(plan),
          log_density_(log_density),
          state_(state),
          stream_(plan.seed, chain_purpose, state.chain) {
        stream_.skip_to(state.words_used);
    }

    void step() {
        const std::vector<double> proposal = propose();
        const double value = density(proposal);
        const double rise = value - state_.log_density;
        const double threshold = std::log(exec::uniform_open(stream_));
        const bool is_accepted = threshold < rise;
        if (is_accepted) {
            state_.theta = proposal;
            state_.log_density = value;
        }
        if (state_.step < plan_.warm_up) {
            adapt(std::exp(std::min(0.0, rise)));
        } else {
            state_.accepted += is_accepted ? 1 : 0;
            keep();
        }
        ++state_.step;
        state_.words_used = stream_.used();
    }

  private:
    std::vector<double> propose() {
        const std::size_t n = state_.theta.size();
        std::vector<double> z(n);
        for (double& value : z) value = exec::normal(stream_);
        const double scale = std::exp(state_.log_scale) * 2.38 / std::sqrt(static_cast<double>(n));
        std::vector<double> proposal = state_.theta;
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t k = 0; k <= i; ++k) proposal[i] += scale * state_.factor(i, k) * z[k];
        }
        return proposal;
    }

    double density(const std::vector<double>& theta) {
        for (std::size_t i = 0; i < theta.size(); ++i) {
            if (!(theta[i] >= plan_.box.lower[i] && theta[i] <= plan_.box.upper[i])) {
                return -infinity;
            }
        }
        double value = -infinity;
        try {
            value = log_density_(theta);
        } catch (const NumericalError&) {
            ++state_.failed;
            return -infinity;
        }
        if (value != -infinity) {
            guard_finite(value, "Metropolis", "log density", describe_point(theta));
        }
        return value;
    }

    void adapt(double acceptance) {
        const std::size_t n = state_.theta.size();
        const double t = static_cast<double>(state_.step) + 1.0;
        const double aim = n == 1 ? 0.44 : 0.234;
        state_.log_scale += std::pow(t, -0.6) * (acceptance - aim);
        const double weight = std::pow(t + 10.0, -0.8);
        std::vector<double> from_mean(n);
        for (std::size_t i = 0; i < n; ++i) {
            from_mean[i] = state_.theta[i] - state_.mean[i];
            state_.mean[i] += weight * from_mean[i];
        }
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < n; ++j) {
                double& c = state_.covariance(i, j);
                c += weight * (from_mean[i] * from_mean[j] - c);
            }
        }
        if ((state_.step + 1) % steps_between_factors != 0) return;
        if (auto factor = try_cholesky(state_.covariance)) state_.factor = std::move(*factor);
    }

    void keep() {
        if ((state_.step - plan_.warm_up + 1) % plan_.thinning != 0) return;
        state_.draws.insert(state_.draws.end(), state_.theta.begin(), state_.theta.end());
        state_.log_densities.push_back(state_.log_density);
    }

    const MetropolisPlan& plan_;
    const ScalarFunction& log_density_;
    ChainState& state_;
    exec::RandomStream stream_;
};

void require_plan(const MetropolisPlan& plan) {
    require_between(plan.warm_up, 0, 1e9, "the number of warm-up steps", "");
    require_between(plan.draws, 1, 1e9, "the number of draws", "");
    require_between(plan.thinning, 1, 1e6, "the thinning", "");
    if (plan.first_step.empty() || plan.first_step.size() == plan.box.size()) return;
    throw InputError(Diagnostic{{},
                                std::to_string(plan.first_step.size()) + " first steps",
                                std::to_string(plan.box.size()) + ", one for each parameter",
                                ""});
}

}  // namespace

double ChainState::acceptance(const MetropolisPlan& plan) const {
    const long kept = step - plan.warm_up;
    return kept > 0 ? static_cast<double>(accepted) / static_cast<double>(kept) : 0.0;
}

ChainState start_chain(const MetropolisPlan& plan, const ScalarFunction& log_density,
                       std::uint64_t chain, std::span<const double> start) {
    require_plan(plan);
    require_start(plan.box, start, "Metropolis");
    ChainState state;
    state.chain = chain;
    state.theta.assign(start.begin(), start.end());
    state.mean = state.theta;
    state.covariance = Matrix(start.size(), start.size());
    for (std::size_t i = 0; i < start.size(); ++i) {
        const double width = plan.box.width(i);
        const double step = !plan.first_step.empty() ? plan.first_step[i]
                            : std::isfinite(width)   ? 0.01 * width
                                                     : 0.01 * std::max(1.0, std::abs(start[i]));
        require_positive(step, "the first step of parameter " + std::to_string(i), "");
        state.covariance(i, i) = step * step;
    }
    state.factor = *try_cholesky(state.covariance);
    state.log_density = guarded(log_density, start);
    guard_finite(state.log_density, "Metropolis", "log density", describe_point(start));
    return state;
}

void continue_chain(const MetropolisPlan& plan, const ScalarFunction& log_density,
                    ChainState& state, const std::atomic<bool>* cancel) {
    require_plan(plan);
    Chain chain(plan, log_density, state);
    while (state.step < steps_of(plan) && !is_cancelled(cancel)) chain.step();
}

void run_chains(const MetropolisPlan& plan, const ScalarFunction& log_density,
                const std::vector<std::vector<double>>& starts, exec::ThreadTeam& team,
                std::vector<ChainState>& chains, const std::atomic<bool>* cancel) {
    if (chains.empty()) {
        for (std::size_t c = 0; c < starts.size(); ++c) {
            chains.push_back(start_chain(plan, log_density, c, starts[c]));
        }
    }
    const auto work = [&](index_t c) {
        continue_chain(plan, log_density, chains[static_cast<std::size_t>(c)], cancel);
    };
    run_shards(static_cast<index_t>(chains.size()), work, team, {}, cancel);
}

Chains draws_of(const std::vector<ChainState>& chains, std::size_t parameter) {
    Chains result;
    for (const ChainState& chain : chains) {
        const std::size_t n = chain.theta.size();
        CARAVEL_EXPECTS(parameter < n);
        result.emplace_back();
        for (std::size_t at = parameter; at < chain.draws.size(); at += n) {
            result.back().push_back(chain.draws[at]);
        }
    }
    return result;
}

}  // namespace caravel::inference
