// A study as its run folder keeps it: complete, with the files that it names beside it (measured
// data, segmentations, vessel graphs, phantoms), so that the folder can be resumed or run again
// anywhere.
#pragma once

#include "caravel/study/study_file.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace caravel::study {

struct StoredFile {
    std::string name;  // relative to the run folder
    std::string content;
};

struct StoredStudy {
    std::string toml;              // every default written out; files named as in `data`
    std::vector<StoredFile> data;  // copies of the files
};

/// The study with the files that it names; a comment holds their SHA-256, so that
/// other data make another run. Throws IoError.
StoredStudy make_stored_study(const StudyFile& file);

/// Writes study.toml and data/ into a run folder. Throws ResourceError or IoError.
void write_stored_study(const StoredStudy& study, const std::filesystem::path& folder);

/// SHA-256 over the study, the version and every shipped table: what a checkpoint belongs to.
std::string identity(const StoredStudy& study, const std::string& version, const DataPaths& data);

/// Removes temporary files that killed processes left in a run folder.
void remove_abandoned_files(const std::filesystem::path& folder);

}  // namespace caravel::study
