// Reads a study file: `use = ...` of shipped formulations, overrides, struct, located mistakes.
#pragma once

#include "caravel/input/document.hpp"
#include "caravel/input/reader.hpp"
#include "caravel/study/model_builder.hpp"
#include "caravel/study/study_input.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace caravel::study {

/// A study as read: the struct, its complete echo and where relative files belong.
struct StudyFile {
    StudyInput input;
    std::filesystem::path path;
    std::string echo;  // TOML, every default written out
};

/// Reads, applies `--set` assignments, resolves `use`, checks names, times and particles.
/// Throws IoError or InputError with everything found.
StudyFile read_study(const std::filesystem::path& path, const std::vector<std::string>& assignments,
                     const DataPaths& data, matter::Library& library);

/// The tree of a study file with `--set` assignments applied and `use` resolved: what read_study
/// reads, for those who read it many times with other numbers. Throws IoError or InputError.
input::Document read_study_document(const std::filesystem::path& path,
                                    const std::vector<std::string>& assignments,
                                    const DataPaths& data);

/// Reads such a tree again after numbers in it changed: names and files, which were checked
/// before, are not looked at, and there is no echo. Throws InputError with everything found.
StudyInput read_numbers(const input::Document& document, matter::Library& library);

/// What is wrong with the numbers of a study beyond each one's own range: events after its end,
/// particles that cannot be. `document` tells the places.
void check_numbers(const StudyInput& study, const input::Document& document,
                   matter::Library& library, input::Diagnostics& mistakes);

/// Reads a formulation by shipped name or from a file (of a study file: its formulation) and
/// applies `--set` assignments to it; with a library, names are checked where they stand. Throws
/// InputError with everything found and "did you mean".
formulation::Formulation read_formulation(const std::string& name_or_file, const DataPaths& data,
                                          const std::vector<std::string>& assignments = {},
                                          const matter::Library* library = nullptr);

/// Names of the shipped formulations, sorted.
std::vector<std::string> shipped_formulations(const DataPaths& data);

/// Complete echo of a study as TOML.
std::string echo_toml(const StudyInput& study);

}  // namespace caravel::study
