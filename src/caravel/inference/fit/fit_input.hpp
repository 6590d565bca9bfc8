// The plan of a fit as a user writes it (fit.toml).
#pragma once

#include "caravel/inference/fit/run.hpp"
#include "caravel/input/visitor.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace caravel::inference::fit {

struct FitInfo {
    std::string name;
    std::string description;
    std::int64_t starts = 20;
    std::int64_t seed = 1;
    std::string method = "auto";
    bool profiles = false;
    std::int64_t draws = 0;
    std::int64_t chains = 4;
};

/// A study and the measured values that it is held against.
struct ExperimentInput {
    std::string study;  // file or folder, relative to the plan
    std::string name;   // default: the folder of the study
    std::vector<std::string> assignments;
    std::vector<std::string> data;  // tables instead of the study's own
    Location where;
};

/// Numbers are texts with units; plain numbers of a file become texts as they are read.
struct PriorInput {
    std::string law = "log_normal";
    std::string center;
    std::string spread;
    std::string low;
    std::string high;
};

struct ParameterInput {
    std::string name;  // default: its first key
    std::string key;
    std::vector<std::string> keys;         // tied
    std::vector<std::string> experiments;  // default: all
    std::string lower;
    std::string upper;
    std::string start;
    std::string scale = "log10";
    std::optional<PriorInput> prior;
    Location where;
};

struct NoiseInput {
    std::string observable;                // default: all that no other entry names
    std::vector<std::string> experiments;  // default: all
    std::string kind = "log_normal";
    std::string sigma;
    bool spread = false;
    std::string lower;
    std::string upper;
    std::string start;
    double freedom = 4.0;
    Location where;
};

struct FitInput {
    FitInfo info;
    std::vector<ExperimentInput> experiments;
    std::vector<ParameterInput> parameters;
    std::vector<NoiseInput> noises;
};

void describe(input::Visitor& v, FitInfo& info);
void describe(input::Visitor& v, ExperimentInput& experiment);
void describe(input::Visitor& v, PriorInput& prior);
void describe(input::Visitor& v, ParameterInput& parameter);
void describe(input::Visitor& v, NoiseInput& noise);
void describe(input::Visitor& v, FitInput& fit);

/// Reads a plan; studies and tables are made relative to the working folder. Throws IoError, or
/// InputError with everything found.
FitInput read_fit_input(const std::filesystem::path& path);

/// What the plan says about the computation.
FitPlan plan_of(const FitInput& input);

/// The method of that name: auto, least_squares, quasi_newton. Throws UsageError for another.
FitMethod method_of(const std::string& name);

}  // namespace caravel::inference::fit
