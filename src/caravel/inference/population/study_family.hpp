// One study of which some numbers vary: the pure function "values of the varied keys -> outputs"
// behind fits, populations, sensitivities, scans and intervals.
#pragma once

#include "caravel/study/study_run.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caravel::inference::population {

/// A key of the study file as `--set` writes it ("subject.body_weight",
/// "formulation.payload.0.release.0.half_life") and the unit in which its values are given.
struct VariedKey {
    std::string key;
    std::string unit;  // UCUM; empty: a pure number. Of another dimension than the key: InputError
};

/// A number of every run: with `time` an observable at that time ("tumour.concentration"), without
/// it a number of results.json ("tumour.delivery_efficiency_max").
struct RequestedOutput {
    std::string name;
    std::optional<double> time;  // s
};

/// "tumour.volume@240 h" or "plasma.half_life_terminal". Throws InputError.
RequestedOutput parse_output(std::string_view text);

/// A study prepared once and evaluated for many values of its varied keys.
class StudyFamily {
  public:
    struct Plan {
        std::filesystem::path study;
        std::vector<std::string> assignments;  // fixed for all, as --set
        std::vector<VariedKey> keys;
        std::vector<RequestedOutput> outputs;  // empty: all numbers of results.json of the base run
        std::string version;                   // of the product, part of the identity
    };

    /// Reads the study, checks that every key exists and takes numbers, every output exists ("did
    /// you mean"). Throws InputError with everything found.
    StudyFamily(const Plan& plan, const study::DataPaths& data);
    ~StudyFamily();
    StudyFamily(StudyFamily&&) noexcept;

    std::size_t keys() const;
    /// The keys as `--set` takes them, with their units.
    const std::vector<VariedKey>& varied_keys() const;
    /// Names of the outputs with time, e.g. "blood.concentration@24 h", and their units.
    const std::vector<std::string>& output_names() const;
    const std::vector<std::string>& output_units() const;
    /// What the study file says for each key, in the key's unit; NaN where it says nothing.
    const std::vector<double>& base_values() const;
    /// sha256 over everything the outputs depend on (study echo, tables, keys, outputs, version).
    const std::string& identity() const;

    /// Outputs for one set of values, in output_units(). A pure function, safe for several threads.
    /// Throws InputError or NumericalError naming what failed.
    std::vector<double> evaluate(std::span<const double> values) const;

    /// Outputs of many sets at once (row after row of `values`); rows that share the structure of
    /// the model go through the batched integrator. Row i has the same bits as evaluate(row i),
    /// whatever else is in the block. A row that fails has no outputs and its reason in `failures`.
    struct BlockResult {
        std::vector<std::vector<double>> outputs;
        std::vector<std::string> failures;  // empty text: none
    };
    BlockResult evaluate_block(std::span<const double> values) const;

    /// The command that repeats one individual: caravel run STUDY --set ...
    std::string command(std::span<const double> values) const;

  private:
    struct Content;
    std::unique_ptr<Content> content_;
};

}  // namespace caravel::inference::population
