// What is known of an image, as JSON beside it.
#pragma once

#include "caravel/report/image_files.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace caravel::report {

/// A fact under the name and in the unit of the Brain Imaging Data Structure (BIDS 1.9).
struct SidecarKey {
    std::string name{};  // "EchoTime"
    std::string unit{};  // UCUM: "s"
};

/// The key of a fact such as "echo_time" or "TE"; empty for what BIDS has no name for.
std::optional<SidecarKey> sidecar_key(std::string_view fact);

/// A fact's value in SI where it is a number with a unit ("8 ms"); empty for words.
std::optional<double> fact_value(const ImageFile& image, std::string_view key);

/// JSON: size, spacing (mm), orientation, unit, time, noise and its model, seed, program, the facts
/// (those with a BIDS name in BIDS units, all others as text under "Facts"). The same image gives
/// the same text.
std::string image_sidecar(const ImageFile& image, const ImageFileOptions& options);

}  // namespace caravel::report
