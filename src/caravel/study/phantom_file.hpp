// Reads a study file that has [phantom] in place of [subject].
#pragma once

#include "caravel/study/model_builder.hpp"
#include "caravel/study/phantom_input.hpp"
#include "caravel/study/stored_study.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace caravel::study {

/// Whether a file has a [phantom]; false for files that cannot be read or parsed.
bool is_phantom_file(const std::filesystem::path& path);

/// A phantom as read: the struct, its complete echo and where relative files belong.
struct PhantomFile {
    PhantomStudy input;
    std::filesystem::path path;
    std::string echo;  // TOML, every default written out
};

/// Reads, applies `--set` assignments, resolves `use` of formulations, checks names and particles.
/// Throws IoError or InputError with everything found.
PhantomFile read_phantom(const std::filesystem::path& path,
                         const std::vector<std::string>& assignments, const DataPaths& data,
                         matter::Library& library);

/// The study with its label volume and measured data, as a run folder keeps it. Throws IoError.
StoredStudy make_stored_phantom(const PhantomFile& file);

}  // namespace caravel::study
