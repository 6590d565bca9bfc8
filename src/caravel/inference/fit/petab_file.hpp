// The .yaml file of a PEtab problem: which tables it consists of.
#pragma once

#include "caravel/input/visitor.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace caravel::inference::fit {

/// Files as the .yaml names them.
struct PetabProblemFiles {
    std::vector<std::string> conditions;
    std::vector<std::string> measurements;
    std::vector<std::string> observables;
    std::vector<std::string> models;
    std::vector<std::string> visualisations;  // not read
};
struct PetabFile {
    std::string version;
    std::vector<std::string> parameters;
    std::vector<PetabProblemFiles> problems;
};

void describe(input::Visitor& v, PetabProblemFiles& files);
void describe(input::Visitor& v, PetabFile& file);

/// Throws IoError or InputError; version 1 only.
PetabFile read_petab_file(const std::filesystem::path& path);

}  // namespace caravel::inference::fit
