// Sensitivities as resumable runs: indices with error bars, JSON, page, terminal table.
#pragma once

#include "caravel/inference/population/population_run.hpp"
#include "caravel/inference/population/sensitivity_plan.hpp"

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caravel::inference::population {

/// One parameter's influence on one output. Morris: `main` is mu* (in the output's unit for the
/// full range of the parameter), `other` sigma, `mean` mu. Sobol: `main` is the total index,
/// `other` the first one.
struct Influence {
    std::size_t factor = 0;
    Estimate main;
    Estimate other;
    double mean = 0.0;
};

/// Influences on one output, strongest first; none when the output does not vary.
struct OutputSensitivity {
    Column output;
    double mean = 0.0;
    double standard_deviation = 0.0;
    std::vector<Influence> influences;
};

/// Influences from the outputs of all points of a design, NaN where a point failed: trajectories
/// or base rows with a failed point are left out. Throws InputError when fewer than two are left.
std::vector<Influence> influences(const SensitivityDesign& design, std::span<const double> outputs,
                                  std::uint64_t seed);

struct SensitivityOutcome {
    std::filesystem::path folder;
    std::string id;
    std::string summary;
    std::vector<OutputSensitivity> outputs;
};

/// The plan of the command line: file, then overrides.
SensitivityInput sensitivity_input(const ManyRunOptions& options, const std::string& method,
                                   const std::vector<std::string>& vary);

/// Runs a sensitivity analysis and writes sensitivity.json and report.html.
SensitivityOutcome run_sensitivity(const ManyRunOptions& options, const SensitivityInput& plan,
                                   const study::DataPaths& data, const ModelFactory& models);

/// One point alone.
std::string show_point(const SensitivityInput& plan, std::int64_t only,
                       const study::DataPaths& data, const ModelFactory& models);

/// JSON of schema caravel.sensitivity/1, the page, and the table for the terminal.
std::string sensitivity_json(const SensitivityStudy& study,
                             const std::vector<OutputSensitivity>& outputs,
                             const std::vector<Quarantined>& failed, const std::string& command);
std::string sensitivity_page(const SensitivityStudy& study,
                             const std::vector<OutputSensitivity>& outputs,
                             const std::vector<Quarantined>& failed, const std::string& command);
std::string sensitivity_summary(const SensitivityStudy& study,
                                const std::vector<OutputSensitivity>& outputs,
                                const std::vector<Quarantined>& failed, const std::string& command,
                                const std::filesystem::path& folder);

}  // namespace caravel::inference::population
