// Tables of a study file laid over shipped ones.
#pragma once

#include "caravel/input/document.hpp"

#include <string_view>

namespace caravel::study {

/// The entry of a key, or null.
input::Table::Entry* find_entry(input::Table& table, std::string_view key);

/// Keys of `own` replace those of `base`; tables are merged, everything else replaced.
void merge(input::Table& base, const input::Table& own);

}  // namespace caravel::study
