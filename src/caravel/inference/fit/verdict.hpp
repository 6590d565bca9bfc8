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

}  // namespace caravel::inference::fit
