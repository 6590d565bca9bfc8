// What a fit says of its estimates and predictions beyond the numbers.
#pragma once

#include "caravel/inference/fit/run.hpp"

#include <optional>
#include <string>

namespace caravel::inference::fit {

/// Sets estimate.is_determined by its profile, whose points are not empty, over the bounds in
/// theta: the likelihood itself decides where its curvature at one point guessed. Determined: each
/// side closes, or the estimate lies on its bound. Not determined: flat, or a side that reaches its
/// bound without closing. A side that merely took too many points leaves the verdict of the
/// curvature. Returns what to tell: always where the profile is flat, else where the verdict
/// changes.
std::optional<std::string> follow_profile(const Profile& profile, double lower, double upper,
                                          Estimate& estimate);

/// "2 of 30 predictions ... are 0 within the absolute tolerance"; none where all are resolved.
std::optional<std::string> unresolved_message(const FitProblem& problem,
                                              const Prediction& prediction);

/// "4 of 10 starts within 0.1 of the best lie at other parameters ...", with those of the first:
/// starts that fit alike though some determined parameter lies further outside of its interval than
/// that is wide, as with absorption and elimination that change places. None where all agree.
std::optional<std::string> other_optima_message(const ParameterSpace& space,
                                                const FitResult& result);

}  // namespace caravel::inference::fit
