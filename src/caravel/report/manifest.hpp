// manifest.json of a run: identity, state, versions, timings, hashes of its files.
#pragma once

#include "caravel/report/run_index.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace caravel::report {

struct Manifest {
    RunEntry run;
    std::map<std::string, std::string> facts;  // version, compiler, seed, host class ...
    std::map<std::string, double> timings;     // s
};

/// JSON text of schema "caravel.manifest/1" with SHA-256 and bytes of the files below `folder` when
/// `with_files` (journal and manifest itself left out).
std::string manifest_json(const Manifest& manifest, const std::filesystem::path& folder,
                          bool with_files);

/// Reads `<folder>/manifest.json`; throws IoError when it is missing, no JSON or another schema.
Manifest read_manifest(const std::filesystem::path& folder);

}  // namespace caravel::report
