// A fit from starts to intervals, in steps that are kept in a folder as they end.
#pragma once

#include "caravel/inference/fit/objective.hpp"
#include "caravel/inference/identifiability.hpp"
#include "caravel/inference/metropolis.hpp"
#include "caravel/inference/multi_start.hpp"
#include "caravel/inference/profile.hpp"

#include <array>
#include <filesystem>

namespace caravel::inference::fit {

enum class FitMethod {
    automatic,      // least squares
    least_squares,  // Levenberg-Marquardt on the residuals of FitObjective, sigma included
    quasi_newton,   // BFGS on the likelihood
};

/// What is computed; two equal plans of one problem give the same bits.
struct FitPlan {
    std::uint64_t starts = 20;
    std::uint64_t seed = 1;
    FitMethod method = FitMethod::automatic;
    bool from_nominal = false;  // start 0 is the nominal point instead of one spread over the box
    bool profiles = false;
    int draws = 0;  // of each chain after as many steps of warm-up; 0: no chains
    int chains = 4;
};

/// sha256 of the problem's identity and the plan.
std::string hash_of(const FitProblem& problem, const FitPlan& plan);

/// Told as pieces end: starts, profiles and chains count as one piece each.
struct FitControl {
    std::filesystem::path folder;  // pieces are kept here and taken up again; empty: in memory
    ProgressCallback progress = {};
    const std::atomic<bool>* cancel = nullptr;
};

/// Of one estimated parameter, in its own unit.
struct Estimate {
    std::string name;
    std::string unit;
    double value = 0.0;
    std::optional<double> standard_error;           // none where the data do not determine it
    std::optional<std::array<double, 2>> interval;  // 95 %, from the curvature in theta
    std::optional<Profile> profile;                 // in theta
    /// 95 % ends of the profile; none where it is open (or was not asked for).
    std::optional<double> profile_low;
    std::optional<double> profile_high;
    std::optional<PosteriorSummary> posterior;  // of the value
    std::string bound;                          // "lower" or "upper" when it ends there
    /// By the profile where there is one: both sides close, or the one that stays open begins on a
    /// bound. By the curvature otherwise.
    bool is_determined = true;
};

struct FitResult {
    std::vector<double> theta;   // the best point
    std::vector<double> values;  // all parameters there
    double objective = 0.0;      // -log likelihood - log prior
    double negative_log_likelihood = 0.0;
    double aic = 0.0;  // 2 k + 2 (-log L)
    double bic = 0.0;  // k log n + 2 (-log L)
    Stop stop = Stop::running;
    MultiStart starts;
    std::vector<Estimate> estimates;  // as theta
    IdentifiabilityReport identifiability;
    std::vector<ChainState> chains;
    Prediction prediction;  // at the best point, without derivatives
    std::vector<std::string> messages;
};

/// Multi-start, polish of the best, curvature, and, when asked for, profiles and chains. Throws
/// Interrupted when cancelled (what has ended is kept), NumericalError when every start fails,
/// IoError when the folder belongs to another fit. The result does not depend on the number of
/// threads nor on interruptions.
FitResult run_fit(const FitObjective& objective, const FitPlan& plan, exec::ThreadTeam& team,
                  const FitControl& control = {});

/// How far starts may lie above the best and still count as having found it.
inline constexpr double same_objective = 0.1;

}  // namespace caravel::inference::fit
