// Held-out-by-article skill of delivery learners on the measured sets, all on the same folds.
#pragma once

#include "caravel/inference/delivery/folds.hpp"
#include "caravel/inference/delivery/leak_test.hpp"
#include "caravel/inference/delivery/qualification_data.hpp"
#include "caravel/inference/delivery/scores.hpp"
#include "caravel/inference/guards.hpp"
#include "caravel/inference/record_store.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::inference::delivery {

/// The questions, as they stand in tables and files.
namespace question {
/// Greatest tumour fraction over the observed times of a record.
inline constexpr std::string_view tumour_max = "tumour_max";
/// Every later tumour point, given the first tumour point of the record.
inline constexpr std::string_view later_by_tumour = "tumour_later_given_tumour";
/// Every later tumour point, given the first blood point of the organ instance.
inline constexpr std::string_view later_by_blood = "tumour_later_given_blood";
/// Liver, spleen, kidney, lung and blood at 1 to 48 h.
inline constexpr std::string_view organs = "organs";
inline constexpr std::array all{tumour_max, later_by_tumour, later_by_blood, organs};
}  // namespace question

struct QualificationOptions {
    int folds = 10;  // of the tumour records
    int organ_folds = 5;
    std::uint64_t seed = 1;
    int threads = 1;
    int resamples = 1000;
    bool has_leak_test = true;
    const std::atomic<bool>* cancel = nullptr;
    ProgressCallback progress;     // folds of learners
    RecordStore* store = nullptr;  // of job_count jobs: finished ones are read, not computed
};

/// One demand on a score.
struct Goal {
    std::string question;
    std::string learner;
    std::string demand;  // "RMSE <= 0.55"
    double measured = 0.0;
    double standard_error = 0.0;
    bool is_hit = false;
};

struct Qualification {
    std::vector<std::string> learners;
    std::vector<Outcome> outcomes;    // by question, learner, case
    std::vector<Score> scores;        // by question, learner
    std::vector<Score> organ_scores;  // of one organ each; question "organs, liver"
    std::vector<Goal> goals;
    std::vector<LeakResult> leaks;
    std::vector<SplitLeak> split_leaks;  // over both plans; empty: the check is passed
    Folds tumour_folds;
    Folds organ_folds;
    std::size_t censored = 0;  // points in question that have no value to score
};

/// How many jobs qualify_delivery has: one for each learner, plan (tumour, organs, leak) and fold.
std::uint64_t job_count(std::size_t learners, const QualificationOptions& options);

/// Throws InputError where the data have fewer articles than the plan has folds, or folds fewer
/// than 2.
void require_plan(const DeliveryData& data, const QualificationOptions& options);

/// Cross-validates every learner. A fold's test articles are out of the training cases in both
/// tables; asked cases carry no points but those the question gives. The leak test trains on
/// shuffled outcomes in the tumour folds. Results do not depend on the number of threads. Throws
/// Interrupted when cancelled, else what the learners throw.
Qualification qualify_delivery(const DeliveryData& data, const std::vector<Learner>& learners,
                               const QualificationOptions& options);

}  // namespace caravel::inference::delivery
