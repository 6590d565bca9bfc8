// Finds the word a user probably meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace caravel {

/// Fewest insertions, deletions, replacements and swaps of neighbours between two words (optimal
/// string alignment: no part is edited twice).
int edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word` (the first of equals), or "" when every one is further away than
/// max(1, length of word / 3) and none is the word without its bracket.
std::string nearest(std::string_view word, std::span<const std::string_view> candidates);

/// "did you mean 'x'?" for the nearest candidate, or "".
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace caravel
