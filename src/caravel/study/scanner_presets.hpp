// Shipped scanners: settings that a study's images start from.
#pragma once

#include "caravel/input/document.hpp"
#include "caravel/study/model_builder.hpp"

#include <string>
#include <vector>

namespace caravel::study {

/// One shipped scanner, for lists.
struct ScannerInfo {
    std::string name;
    std::string title;
    std::string modality;
    std::string species;
};

/// Names of the shipped scanners, sorted.
std::vector<std::string> shipped_scanners(const DataPaths& data);
ScannerInfo scanner_info(const std::string& name, const DataPaths& data);

/// Puts the settings of the scanner that an image names under the image's own keys. Throws
/// InputError at its place for an unknown scanner and for one of another modality than stated.
void resolve_scanner(input::Table& image, const DataPaths& data);

}  // namespace caravel::study
