// Runs a study: windows between events, checkpoints, resume, cancel.
#pragma once

#include "caravel/report/record.hpp"
#include "caravel/study/body_kinetics.hpp"
#include "caravel/study/model_builder.hpp"
#include "caravel/study/study_input.hpp"
#include "caravel/tissue/grid/grid_tumour.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace caravel::study {

/// Times (s) at which results are recorded: a geometric start, the even grid, samples, data.
std::vector<double> output_times(const StudyInput& study, const BuiltModel& built,
                                 const std::vector<double>& extra);

/// Ends of windows (s): everything at which a right-hand side changes, and twenty even pieces.
/// With a tumour in space every output time too.
std::vector<double> window_ends(const StudyInput& study, const BuiltModel& built,
                                const std::vector<double>& extra = {});

/// The fields of a tumour in space at a time, and those of its treatment (or null).
struct FieldMoment {
    const tissue::GridTumour& tumour;
    std::span<const double> fields;
    const response::TumourTreatment* treatment = nullptr;
    std::span<const double> memory{};
    double time = 0.0;  // s
};

struct RunnerHooks {
    /// Simulated time (s) so far and in all.
    std::function<void(double, double)> progress;
    /// Whether to stop after this window (a signal came).
    std::function<bool()> interrupted;
    /// Where the checkpoint is kept; none: no checkpoints.
    std::optional<std::filesystem::path> checkpoint;
    /// Inputs' identity: a checkpoint of other inputs is refused.
    std::string identity;
    /// Least wall time (s) between checkpoints.
    double checkpoint_spacing = 1.0;
    /// Threads for runs that do not depend on each other.
    int threads = 1;
    /// Takes the fields of a tumour in space at the times of field_times(); those at 0 before the
    /// first dose.
    std::function<void(const FieldMoment&)> fields;
    /// Takes the amounts of a finished run, and its record to add to.
    std::function<void(const AmountRecord&, report::RunRecord&)> finished{};
};

struct RunOutcome {
    AmountRecord record;
    kinetics::SolverStatistics statistics;  // since the start, or since the run was resumed
    std::string graph;                      // processes and slots
    bool resumed = false;
    std::vector<report::QuantityResult> field_quantities{};  // of tumours in space, at the end
    std::vector<std::string> notes{};                        // of their treatments
    /// Largest of the whole run, also before it was resumed, of a substance between gridded tumours
    /// and the body, against the amount given.
    double field_residual = 0.0;
};

/// Integrates the study. With a checkpoint of the same inputs it resumes and ends with the same
/// bits. Throws NumericalError, Interrupted (after writing a checkpoint), IoError for a damaged
/// checkpoint.
RunOutcome run_model(const StudyInput& study, const BuiltModel& built,
                     const std::vector<double>& extra_times, const RunnerHooks& hooks);

/// The slot graph without running.
std::string slot_graph(const StudyInput& study, const BuiltModel& built);

}  // namespace caravel::study
