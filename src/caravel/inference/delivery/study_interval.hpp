// 90 % intervals for every number a study predicts, from biological variability and what is not
// known of its carriers, updated by early points where there are some.
#pragma once

#include "caravel/study/study_run.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace caravel::inference::delivery {

struct StudyIntervalOptions {
    /// Unset: `usual_draws` where they cost less than `affordable` seconds of computation by the
    /// estimate that `caravel check` shows, else none; 0: none.
    std::optional<std::int64_t> draws;
    std::optional<double> known_until;  // s; measured points up to here update the draws
    int threads = 1;
    std::function<void(double done, double all)> progress;
    std::function<bool()> interrupted;
};
inline constexpr std::int64_t usual_draws = 200;
inline constexpr double affordable = 10.0;  // s

/// Puts 90 % intervals (5 % and 95 % of the draws) on the record's numbers and curves, which stay
/// what the study as it stands gives, and says how they came about. Draw i is a pure function of
/// (the study's seed, i): point i of a scrambled Sobol sequence over the individual and the
/// multipliers of each carrier (study_interval_spread.hpp); threads change no bit. A number that
/// does not exist in more than a tenth of the draws gets no interval, and the reason.
///
/// With `known_until` the draws are updated (update_draws) by the measured points up to then, each
/// with log-normal Student scatter (4 degrees) of 0.29 log10 within a study and 0.05 of digitising
/// (assumed), and its own spread; the record gets the updated medians and the intervals before.
/// Later points have no influence. Delivered shares of carriers have the forecast of the property
/// laws with their discrepancy (study_forecast.hpp), also where the draws are left out for their
/// cost. Throws InputError for a `known_until` that is no time in the
/// study or has no measured point, and Interrupted.
void add_intervals(report::RunRecord& record, const std::filesystem::path& study,
                   const std::vector<std::string>& assignments, const study::DataPaths& data,
                   const std::string& version, const StudyIntervalOptions& options);

/// What computing the intervals costs, in s of one core by the estimate of `caravel check`.
double interval_cost(const study::Prepared& prepared, std::int64_t draws);

/// Keeps results.json and report.html of the finished run that this one replaced, in the folder
/// `earlier` of its own, when their intervals came of other draws or other measured points: these
/// are no part of a run's id. Returns the folder, or nothing.
std::optional<std::filesystem::path> keep_other_intervals(const study::RunResult& result);

/// Writes results.json and report.html of a finished run again, with its intervals, and completes
/// its manifest.
void store_intervals(const study::RunResult& result, const std::filesystem::path& runs);

}  // namespace caravel::inference::delivery
