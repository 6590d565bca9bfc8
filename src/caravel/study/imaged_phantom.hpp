// What scanners see of a phantom.
#pragma once

#include "caravel/imaging/object.hpp"
#include "caravel/study/imaged_agents.hpp"
#include "caravel/study/phantom_builder.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace caravel::study {

/// Regions are the phantom's shapes (those of one name are one region) over its background or, with
/// a label volume, its tissues. Readings compare with the shapes of role background, else with the
/// phantom's background, else with the first region that is no air. Agents are the loads. With
/// `fields` (the folder of a run) temperatures are those written there at `time` (s). Throws
/// IoError where they are missing.
imaging::ImagedObject imaged_phantom(const PhantomStudy& study, const BuiltPhantom& built,
                                     double time, const std::filesystem::path& fields,
                                     matter::Library& library, const AgentView& view,
                                     std::vector<std::string>& notes);

/// Throws InputError for a tissue that the tables of a study's scanners do not know.
void check_imaged_tissues(const PhantomStudy& study, const BuiltPhantom& built,
                          const matter::Library& library);

/// Makes own tissues known to the tables of the scanners: those of `use` with own numbers on top.
/// Throws InputError at the tissue's place for what no table can be told.
void define_imaged_tissues(const PhantomStudy& study, matter::Library& library);

}  // namespace caravel::study
