// Runs a phantom: light first, then windows of heat, damage and photochemistry.
#pragma once

#include "caravel/response/treatment/treatment.hpp"
#include "caravel/study/phantom_builder.hpp"
#include "caravel/study/phantom_light.hpp"
#include "caravel/study/phantom_reading.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caravel::study {

struct PhantomHooks {
    std::function<void(double, double)> progress{};  // done, in all
    std::function<bool()> interrupted{};
    std::optional<std::filesystem::path> checkpoint{};
    std::string identity{};           // of the inputs: a checkpoint of others is refused
    double checkpoint_spacing = 1.0;  // s of wall time, at least
    int threads = 1;
    /// Takes the fields at the times of phantom_field_times().
    std::function<void(const std::vector<response::TreatmentField>&, double)> fields{};
};

/// A number over time.
struct PhantomColumn {
    std::string name;  // "phantom.temperature_max"
    std::string label;
    std::string unit;
    std::string group;
};

struct PhantomOutcome {
    std::vector<LightBook> lights{};
    LightReadings readings{};
    std::vector<double> times{};  // s
    std::vector<PhantomColumn> columns{};
    std::vector<double> values{};                    // time after time, SI
    std::vector<response::TreatmentField> fields{};  // at the end
    std::vector<double> survival{};                  // at the end; empty for light alone
    response::TreatmentBooks books{};
    /// Relative standard error of the largest rise of temperature, per light; 0: not known.
    std::vector<double> rise_errors{};
    std::vector<std::string> notes{};
    bool resumed = false;

    double value(std::size_t time, std::size_t column) const {
        return values[time * columns.size() + column];
    }
};

/// Times (s) at which fields are written: the study's own, else four over the run; 0 for light
/// alone.
std::vector<double> phantom_field_times(const PhantomStudy& study, const BuiltPhantom& phantom);

/// Same bits for any number of threads and with or without an interruption. Throws NumericalError,
/// Interrupted (after writing a checkpoint where there is heat or photochemistry), IoError for a
/// damaged checkpoint.
PhantomOutcome run_phantom_model(const PhantomStudy& study, const BuiltPhantom& phantom,
                                 const std::vector<double>& extra_times, matter::Library& library,
                                 const PhantomHooks& hooks);

}  // namespace caravel::study
