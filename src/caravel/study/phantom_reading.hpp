// What detectors, time gates and sweeps of absorption say about the light of a phantom.
#pragma once

#include "caravel/input/reader.hpp"
#include "caravel/study/phantom_light.hpp"

#include <string>
#include <vector>

namespace caravel::study {

/// Shares of the launched light, line after line: of other absorptions (`sweep`) or of pieces of
/// the time of flight.
struct LightTable {
    std::string light;
    std::string of;                             // tissue or load; empty: time
    std::string unit;                           // of the values
    std::vector<double> values{};               // SI: absorption, factor, or end of the gate
    std::vector<std::vector<double>> shares{};  // per value, in the order of light_table_columns()
    std::vector<std::vector<double>> errors{};  // standard errors by chance of the photons
    double error_reach = 0.0;
};

/// What one detector saw of one light.
struct DetectorBook {
    std::string light;
    std::string detector;
    double share = 0.0;  // of the launched light
    double error = 0.0;
    double mean_time = 0.0;                                   // s; NaN: saw nothing
    std::vector<std::pair<std::string, double>> mean_path{};  // m, per tissue
    std::vector<double> sensitivity{};  // m: d(share)/d(absorption of a voxel); empty: not asked
};

struct LightReadings {
    std::vector<LightTable> gates{};
    std::vector<LightTable> sweeps{};
    std::vector<DetectorBook> detectors{};
    /// Fluence (1/m2 per launched energy) per light and gate, where it was asked for.
    std::vector<std::vector<std::vector<double>>> gate_fluence{};
};

/// "absorbed", "reflected", "transmitted", "left", then the detectors' names. Specular reflection
/// belongs to no gate, and to what sweeps reflect.
std::vector<std::string> light_table_columns(const PhantomStudy& study);

/// What a sweep changed, as numbers name it: "dye 0.5 times", "deep 0.01 1/mm"; value in SI.
std::string sweep_row(const std::string& of, double value, const std::string& unit);

/// Unknown tissues and loads, loads that are not even or that scatter, detectors that see nothing
/// of the block, nothing to read.
void check_readings(const PhantomStudy& study, const response::TreatmentPlan& plan,
                    input::Diagnostics& mistakes);

/// Flies every lamp of method monte_carlo once for detectors and gates, and once for every sweep.
/// `books`: of the lamps, in their order.
LightReadings run_readings(const PhantomStudy& study, const BuiltPhantom& phantom,
                           matter::Library& library, int threads, const LightHooks& hooks,
                           const std::vector<LightBook>& books);

/// The tables as CSV, one line per light and value, each share with its standard error.
std::string light_tables_csv(const std::vector<LightTable>& tables,
                             const std::vector<std::string>& columns);

}  // namespace caravel::study
