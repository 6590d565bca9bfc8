// A phantom from file to results: what `caravel run` and `caravel check` do with it.
#pragma once

#include "caravel/matter/table.hpp"
#include "caravel/report/record.hpp"
#include "caravel/study/measured_data.hpp"
#include "caravel/study/phantom_file.hpp"
#include "caravel/study/phantom_output.hpp"
#include "caravel/study/study_run.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace caravel::study {

/// A phantom with its plan, ready to run.
struct PreparedPhantom {
    matter::Library library;
    PhantomFile file;
    StoredStudy stored;
    BuiltPhantom built;
    std::vector<Measurement> measurements;
};

/// Reads a phantom and builds its plan; throws InputError with everything that is wrong.
PreparedPhantom prepare_phantom(const std::filesystem::path& path,
                                const std::vector<std::string>& assignments, const DataPaths& data);

/// Everything a run gives, without files.
struct SimulatedPhantom {
    report::RunRecord record;
    PhantomOutcome outcome;
};
SimulatedPhantom simulate_phantom(PreparedPhantom& prepared, const PhantomHooks& hooks,
                                  const std::string& run_id);

/// Whether the study of these options, or the run to be resumed, has a [phantom].
bool names_phantom(const RunOptions& options);

/// As run_study, for a file with [phantom].
RunResult run_phantom(const RunOptions& options, const DataPaths& data);

/// Cost known before the run.
struct PhantomCost {
    double voxels = 0.0;
    double photons = 0.0;  // of one run of every light
    double steps = 0.0;    // of heat and chemistry
    double memory = 0.0;   // byte
    double seconds = 0.0;  // s of computation on one core
};
PhantomCost estimate_phantom(const PreparedPhantom& prepared);

/// What `caravel check` says, line by line.
std::vector<std::string> phantom_summary(const PreparedPhantom& prepared);

}  // namespace caravel::study
