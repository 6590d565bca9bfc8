// Names of substances in a study, looked up where they stand in the file.
#pragma once

#include "caravel/input/reader.hpp"
#include "caravel/matter/table.hpp"

namespace caravel::study {

/// Adds every material, agent, receptor and tumour line of the study that the library does not
/// know, at its place in the file and with "did you mean". Reads the tree and not the structs,
/// because only the tree knows the place of every value. Values that are no text are left to the
/// reader.
void check_names(const input::Value& study, const matter::Library& library,
                 input::Diagnostics& mistakes);

/// The same of the tree of one formulation. Materials that it defines itself are known.
void check_formulation_names(const input::Value& formulation, const matter::Library& library,
                             input::Diagnostics& mistakes);

}  // namespace caravel::study
