// Draws from a posterior by several adaptive Metropolis chains.
#pragma once

#include "caravel/exec/threads.hpp"
#include "caravel/inference/chain_diagnostics.hpp"
#include "caravel/inference/differences.hpp"
#include "caravel/inference/solver.hpp"

#include <atomic>
#include <cstdint>

namespace caravel::inference {

struct MetropolisPlan {
    Box box;             // outside, the density is 0 and is not evaluated
    int warm_up = 2000;  // steps in which the proposal adapts; not kept
    int draws = 2000;    // kept of each chain
    int thinning = 1;    // steps for each kept draw
    std::uint64_t seed = 0;
    std::vector<double> first_step;  // of each parameter; empty: 0.01 of the width of the box
};

/// Everything one chain knows after a step: copied, stored and continued, it gives the same bits as
/// an uninterrupted run.
struct ChainState {
    std::uint64_t chain = 0;  // which stream of random numbers
    std::uint64_t words_used = 0;
    std::vector<double> theta;
    double log_density = 0.0;
    std::vector<double> mean;  // of the warm-up, recent steps weighing more
    Matrix covariance;
    Matrix factor;  // Cholesky factor that proposals use
    double log_scale = 0.0;
    long step = 0;
    long accepted = 0;  // after the warm-up
    long failed = 0;    // proposals where the density threw NumericalError; they were rejected
    std::vector<double> draws;          // row after row
    std::vector<double> log_densities;  // of the draws

    double acceptance(const MetropolisPlan& plan) const;
};

/// Chain `chain` at its start. Throws InputError for a start outside of the box or a plan without
/// draws, NumericalError when the density there is not finite.
ChainState start_chain(const MetropolisPlan& plan, const ScalarFunction& log_density,
                       std::uint64_t chain, std::span<const double> start);

/// Steps until the plan is fulfilled or the caller cancels. `log_density` need not be normalised;
/// -infinity rejects, NaN and +infinity throw NumericalError with the place.
///
/// Proposal: normal around the present point with scale^2 2.38^2/d times the covariance of the
/// chain so far. During the warm-up both adapt, the scale towards an acceptance of 0.234 (0.44 for
/// one parameter) by Robbins and Monro; afterwards they are fixed, so that kept draws come from an
/// ordinary Markov chain.
/// Sources: H. Haario, E. Saksman, J. Tamminen, Bernoulli 7 (2001) 223; C. Andrieu, J. Thoms, Stat.
/// Comput. 18 (2008) 343.
void continue_chain(const MetropolisPlan& plan, const ScalarFunction& log_density,
                    ChainState& state, const std::atomic<bool>* cancel = nullptr);

/// Starts or continues one chain per start, one per thread at a time; `chains` is empty or what an
/// earlier call left. Results do not depend on the number of threads.
void run_chains(const MetropolisPlan& plan, const ScalarFunction& log_density,
                const std::vector<std::vector<double>>& starts, exec::ThreadTeam& team,
                std::vector<ChainState>& chains, const std::atomic<bool>* cancel = nullptr);

/// The draws of one parameter, chain by chain.
Chains draws_of(const std::vector<ChainState>& chains, std::size_t parameter);

}  // namespace caravel::inference
