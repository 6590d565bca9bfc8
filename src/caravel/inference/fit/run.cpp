#include "caravel/inference/fit/run.hpp"

#include "caravel/base/unit.hpp"
#include "caravel/exec/random.hpp"
#include "caravel/inference/fit/local_solver.hpp"
#include "caravel/inference/fit/pieces.hpp"
#include "caravel/inference/fit/squares_profile.hpp"
#include "caravel/inference/fit/verdict.hpp"
#include "caravel/inference/shards.hpp"
#include "caravel/report/sha256.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <mutex>

#include <fmt/format.h>

namespace caravel::inference::fit {
namespace {

constexpr std::uint32_t purpose_of_chain_starts = 0x66697463;  // own stream of random numbers
constexpr double z_95 = 1.959963984540054;
constexpr double rise_of_95 = 0.5 * z_95 * z_95;  // of a profile
constexpr double on_bound = 1e-6;                 // of the width of the bounds

constexpr int polish_iterations = 30;  // of BFGS, which begins without curvature

// One fit under way.
class Fit {
  public:
    Fit(const FitObjective& objective, const FitPlan& plan, exec::ThreadTeam& team,
        const FitControl& control)
        : objective_(objective),
          squares_(objective.least_squares()),
          plan_(plan),
          team_(team),
          control_(control),
          hash_(hash_of(objective.problem(), plan)) {
        const auto chains = plan.draws > 0 ? plan.chains : 0;
        total_ = static_cast<index_t>(plan.starts) +
                 (plan.profiles ? static_cast<index_t>(objective.space().size()) : 0) + chains;
    }

    FitResult run() {
        run_starts();
        polish(result_.starts.best().theta);
        analyse();
        if (plan_.profiles) run_profiles();
        if (plan_.draws > 0) run_all_chains();
        summarise_posterior();
        if (const auto text = unresolved_message(objective_.problem(), result_.prediction))
            result_.messages.push_back(*text);
        if (const auto text = other_optima_message(objective_.space(), result_))
            result_.messages.push_back(*text);
        return std::move(result_);
    }

  private:
    std::vector<std::vector<double>> start_points() const {
        const StartPlan plan{objective_.space().size(), plan_.starts, plan_.seed};
        std::vector<std::vector<double>> starts;
        for (std::uint64_t i = 0; i < plan_.starts; ++i)
            starts.push_back(objective_.space().from_cube(start_in_cube(plan, i)));
        if (plan_.from_nominal && !starts.empty()) starts.front() = objective_.space().nominal();
        return starts;
    }

    void run_starts() {
        const auto starts = start_points();
        PieceStore store(control_.folder, "starts", hash_, plan_.starts);
        MultiStart& found = result_.starts;
        found.fits.resize(starts.size());
        for (std::size_t i = 0; i < starts.size(); ++i)
            if (const auto payload = store.find(i))
                found.fits[i] = decode_local_fit(*payload, objective_.space().size());
        MultiStartOptions options;
        options.cancel = control_.cancel;
        options.progress = [&](const Progress& progress) {
            for (std::size_t i = 0; i < found.fits.size(); ++i)
                if (found.fits[i] && !store.has(i)) {
                    found.fits[i]->failure = one_line(found.fits[i]->failure);
                    store.add(i, encode(*found.fits[i]));
                }
            report(progress.done, progress.best);
        };
        const LocalSolver solver = [&](const std::vector<double>& start) {
            return solve_locally(objective_, squares_, plan_.method, start, control_.cancel);
        };
        run_multi_start(starts, solver, team_, found, options);
        stop_if_cancelled("starts");
        store.close();
        done_ = static_cast<index_t>(starts.size());
        if (found.failures() > 0)
            result_.messages.push_back(fmt::format("{} of {} starts failed; the first: {}",
                                                   found.failures(), starts.size(),
                                                   first_failure()));
    }

    std::string first_failure() const {
        for (const auto& fit : result_.starts.fits)
            if (fit && !fit->failure.empty()) return fit->failure;
        return {};
    }

    // Goes on from the best point with fresh damping, then with the other method; keeps the lowest.
    void polish(std::vector<double> theta) {
        double lowest = objective_.value(theta);
        Stop stop = Stop::running;
        const FitMethod other = plan_.method == FitMethod::quasi_newton ? FitMethod::least_squares
                                                                        : FitMethod::quasi_newton;
        for (const FitMethod method : {FitMethod::least_squares, other}) {
            // BFGS needs gradients better than difference quotients of an integrator give.
            if (method == FitMethod::quasi_newton && !objective_.problem().exact_derivatives)
                continue;
            try {
                LocalFit fit = solve_locally(objective_, squares_, method, theta, control_.cancel,
                                             polish_iterations);
                stop_if_cancelled("polish");
                if (stop == Stop::running || fit.value < lowest) stop = fit.stop;
                if (!(fit.value < lowest)) continue;
                lowest = fit.value;
                theta = std::move(fit.theta);
            } catch (const NumericalError&) {
                // The point at hand stays.
            }
        }
        result_.stop = stop;
        result_.theta = std::move(theta);
        result_.objective = lowest;
    }

    void analyse() {
        const ParameterSpace& space = objective_.space();
        result_.values = space.values(result_.theta);
        result_.negative_log_likelihood = objective_.negative_log_likelihood(result_.theta);
        result_.prediction = objective_.predict(result_.theta, false);
        const auto k = static_cast<double>(space.size());
        const auto n = static_cast<double>(objective_.problem().data.size());
        result_.aic = 2.0 * k + 2.0 * result_.negative_log_likelihood;
        result_.bic = k * std::log(n) + 2.0 * result_.negative_log_likelihood;
        std::vector<double> width(space.size());
        for (std::size_t i = 0; i < width.size(); ++i) width[i] = objective_.box().width(i);
        IdentifiabilityOptions options;
        options.held = held_parameters();
        result_.identifiability =
            analyse_curvature(objective_.information(result_.theta), space.names(), width, options);
        result_.estimates.clear();
        for (std::size_t i = 0; i < width.size(); ++i) {
            const auto& held = options.held;
            result_.estimates.push_back(
                estimate(i, std::find(held.begin(), held.end(), i) != held.end()));
        }
    }

    // Parameters that the data press onto a bound: to first order the objective rises across the
    // box by more than a 95 % profile. One that merely ended there is judged like any other.
    std::vector<std::size_t> held_parameters() const {
        std::vector<double> gradient(result_.theta.size());
        objective_.value(result_.theta, gradient);
        std::vector<std::size_t> held;
        for (std::size_t i = 0; i < gradient.size(); ++i) {
            const double rise = std::abs(gradient[i]) * objective_.box().width(i);
            if (!bound_of(i).empty() && rise > rise_of_95) held.push_back(i);
        }
        return held;
    }

    // "lower" or "upper" where the best point lies on a bound, empty elsewhere.
    std::string bound_of(std::size_t i) const {
        const double low = objective_.box().lower[i];
        const double high = objective_.box().upper[i];
        if (result_.theta[i] - low <= on_bound * (high - low)) return "lower";
        if (high - result_.theta[i] <= on_bound * (high - low)) return "upper";
        return "";
    }

    Estimate estimate(std::size_t i, bool is_held) const {
        const Parameter& parameter = objective_.space().estimated(i);
        const FitProblem& problem = objective_.problem();
        const double theta = result_.theta[i];
        const double low = objective_.box().lower[i];
        const double high = objective_.box().upper[i];
        Estimate e;
        e.name = parameter.name;
        for (std::size_t k = 0; k < problem.parameter_units.size(); ++k)
            if (problem.parameters[k].name == e.name) e.unit = problem.parameter_units[k];
        e.value = from_scale(parameter.scale, theta);
        e.bound = bound_of(i);
        const auto error = result_.identifiability.standard_error[i];
        e.is_determined = error.has_value() || is_held;
        if (!error) return e;
        e.standard_error = *error * std::abs(scale_slope(parameter.scale, theta));
        e.interval = {{from_scale(parameter.scale, std::max(low, theta - z_95 * *error)),
                       from_scale(parameter.scale, std::min(high, theta + z_95 * *error))}};
        return e;
    }

    void run_profiles() {
        const std::size_t n = objective_.space().size();
        // A profile may find a lower point; then all are taken again from there, twice at most.
        for (int round = 0; round < 3; ++round) {
            std::vector<std::optional<Profile>> profiles = profiles_of_round(round);
            const Profile* better = nullptr;
            for (const auto& profile : profiles)
                if (profile && profile->better &&
                    profile->better->value < result_.objective - 1e-3 &&
                    (better == nullptr || profile->better->value < better->better->value))
                    better = &*profile;
            if (better != nullptr && round < 2) {
                result_.messages.push_back(fmt::format(
                    "the profile of {} led to an objective lower by {}: the fit went on from there",
                    result_.estimates[better->parameter].name,
                    format_number(result_.objective - better->better->value, 3)));
                polish(better->better->theta);
                analyse();
                continue;
            }
            for (std::size_t i = 0; i < n; ++i)
                if (profiles[i]) take_profile(i, std::move(*profiles[i]));
            break;
        }
        done_ += static_cast<index_t>(n);
    }

    std::vector<std::optional<Profile>> profiles_of_round(int round) {
        const std::size_t n = objective_.space().size();
        PieceStore store(control_.folder, "profiles-" + std::to_string(round), hash_, n);
        std::vector<std::optional<Profile>> profiles(n);
        std::mutex mutex;
        index_t done = 0;
        const auto work = [&](index_t k) {
            const auto i = static_cast<std::size_t>(k);
            if (const auto payload = store.find(i)) {
                profiles[i] = decode_profile(*payload, n);
            } else {
                profiles[i] = profile_of(i);
            }
            const std::lock_guard lock(mutex);
            if (!profiles[i]) return;
            store.add(i, encode(*profiles[i]));
            report(done_ + ++done, result_.objective);
        };
        run_shards(static_cast<index_t>(n), work, team_, {}, control_.cancel);
        stop_if_cancelled("profiles");
        store.close();
        return profiles;
    }

    std::optional<Profile> profile_of(std::size_t i) const {
        try {
            return profile_by_squares(objective_, result_.theta, i, control_.cancel);
        } catch (const Interrupted&) {
            return std::nullopt;
        } catch (const NumericalError& error) {
            Profile failed;
            failed.parameter = i;
            failed.below.reason = failed.above.reason = one_line(error.what());
            return failed;
        }
    }

    void take_profile(std::size_t i, Profile profile) {
        Estimate& e = result_.estimates[i];
        const Scale scale = objective_.space().estimated(i).scale;
        if (profile.below.limit) e.profile_low = from_scale(scale, *profile.below.limit);
        if (profile.above.limit) e.profile_high = from_scale(scale, *profile.above.limit);
        if (profile.points.empty())
            result_.messages.push_back("the profile of " + e.name +
                                       " failed: " + profile.below.reason);
        else if (const auto text = follow_profile(profile, objective_.box().lower[i],
                                                  objective_.box().upper[i], e))
            result_.messages.push_back(*text);
        e.profile = std::move(profile);
    }

    MetropolisPlan chain_plan() const {
        MetropolisPlan plan;
        plan.box = objective_.box();
        plan.draws = plan_.draws;
        plan.warm_up = plan_.draws;
        plan.seed = plan_.seed;
        for (std::size_t i = 0; i < plan.box.size(); ++i) {
            const double width = plan.box.width(i);
            const auto error = result_.identifiability.standard_error[i];
            plan.first_step.push_back(std::clamp(error.value_or(0.1 * width), 1e-9 * width, width));
        }
        return plan;
    }

    // Two standard errors around the estimate, so that chains that agree have forgotten it.
    std::vector<double> chain_start(std::uint64_t chain, const MetropolisPlan& plan) const {
        exec::RandomStream stream(plan_.seed, purpose_of_chain_starts, chain);
        std::vector<double> theta = result_.theta;
        for (std::size_t i = 0; i < theta.size(); ++i)
            theta[i] += 2.0 * plan.first_step[i] * exec::normal(stream);
        plan.box.project(theta);
        try {
            if (std::isfinite(objective_.log_density(theta))) return theta;
        } catch (const NumericalError&) {
            // The estimate itself is a start that works.
        }
        return result_.theta;
    }

    ChainState chain_of(std::uint64_t chain, const MetropolisPlan& plan) const {
        const ScalarFunction density = [&](std::span<const double> theta) {
            return objective_.log_density(theta);
        };
        ChainState state = start_chain(plan, density, chain, chain_start(chain, plan));
        const Matrix& covariance = result_.identifiability.covariance;
        if (const auto factor = try_cholesky(covariance)) {
            state.covariance = covariance;
            state.factor = *factor;
        }
        continue_chain(plan, density, state, control_.cancel);
        return state;
    }

    void run_all_chains() {
        const auto count = static_cast<std::size_t>(plan_.chains);
        const MetropolisPlan plan = chain_plan();
        PieceStore store(control_.folder, "chains", hash_, count);
        std::vector<ChainState> chains(count);
        std::mutex mutex;
        index_t done = 0;
        const auto work = [&](index_t k) {
            const auto c = static_cast<std::size_t>(k);
            if (const auto payload = store.find(c)) {
                chains[c] = decode_chain(*payload, objective_.space().size());
            } else {
                chains[c] = chain_of(c, plan);
            }
            const std::lock_guard lock(mutex);
            if (is_cancelled(control_.cancel)) return;
            store.add(c, encode(chains[c]));
            report(done_ + ++done, result_.objective);
        };
        run_shards(static_cast<index_t>(count), work, team_, {}, control_.cancel);
        stop_if_cancelled("chains");
        store.close();
        result_.chains = std::move(chains);
    }

    void summarise_posterior() {
        if (result_.chains.empty()) return;
        bool mixed = true;
        for (std::size_t i = 0; i < result_.estimates.size(); ++i) {
            Chains draws = draws_of(result_.chains, i);
            const Scale scale = objective_.space().estimated(i).scale;
            for (auto& chain : draws)
                for (double& x : chain) x = from_scale(scale, x);
            result_.estimates[i].posterior = summarise(draws);
            mixed = mixed && result_.estimates[i].posterior->has_mixed();
        }
        if (!mixed)
            result_.messages.emplace_back(
                "the chains have not mixed (R-hat above 1.01 or fewer than 400 effective draws): "
                "take more draws");
    }

    void report(index_t done, double best) const {
        if (control_.progress) control_.progress({done, total_, best});
    }

    void stop_if_cancelled(const char* stage) const {
        if (is_cancelled(control_.cancel))
            throw Interrupted(std::string("interrupted during the ") + stage + " of the fit");
    }

    const FitObjective& objective_;
    LeastSquaresProblem squares_;
    const FitPlan& plan_;
    exec::ThreadTeam& team_;
    const FitControl& control_;
    std::string hash_;
    index_t total_ = 0;
    index_t done_ = 0;
    FitResult result_;
};

}  // namespace

std::string hash_of(const FitProblem& problem, const FitPlan& plan) {
    return report::sha256_hex(fmt::format(
        "{}\n{} {} {} {} {} {} {}", problem.identity, plan.starts, plan.seed,
        static_cast<int>(plan.method), plan.from_nominal, plan.profiles, plan.draws, plan.chains));
}

FitResult run_fit(const FitObjective& objective, const FitPlan& plan, exec::ThreadTeam& team,
                  const FitControl& control) {
    return Fit(objective, plan, team, control).run();
}

}  // namespace caravel::inference::fit
