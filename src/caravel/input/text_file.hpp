// What every text reader checks before it parses: size, binary content, UTF-8, nesting.
#pragma once

#include "caravel/base/error.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace caravel::input {

/// The whole file; throws IoError when it cannot be read and InputError when it has more than
/// `limit` bytes (found out before reading where the file has a size).
std::string read_text_file(const std::filesystem::path& path, std::size_t limit);

/// Throws InputError when the text has more than `limit` bytes, holds NUL bytes or is not UTF-8.
void check_text(std::string_view text, const std::string& name, std::size_t limit);

/// Line and column (in characters, both from 1) of a byte offset.
Location locate(std::string_view text, std::size_t offset, const std::string& name);

/// Bytes of the well-formed UTF-8 sequence at byte `i`, 0 when there is none.
std::size_t utf8_length(std::string_view text, std::size_t i);

/// Offset of the first byte that is not UTF-8, or npos.
std::size_t invalid_utf8(std::string_view text);

/// Most values that one document may hold; keeps a 16 MiB file from filling gigabytes as a tree.
inline constexpr std::size_t most_values = 1'000'000;

/// Throws InputError where TOML text nests brackets or dotted keys deeper than `depth`, separates
/// more than `most_values` values, or has what the TOML parser cannot refuse safely (a header that
/// is no key, characters outside ASCII without quotes). Knows strings and comments, nothing else of
/// the language; it runs before the recursive parser so that no text can exhaust the stack.
void check_toml_nesting(std::string_view text, const std::string& name, int depth);

}  // namespace caravel::input
