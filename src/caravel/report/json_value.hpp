// Short ways to build input::Value trees for JSON output.
#pragma once

#include "caravel/input/document.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace caravel::report {

inline input::Value json(std::string text) { return {std::move(text), {}}; }
inline input::Value json(std::string_view text) { return json(std::string(text)); }
inline input::Value json(const char* text) { return json(std::string(text)); }
inline input::Value json(bool value) { return {value, {}}; }
inline input::Value json(std::int64_t value) { return {value, {}}; }
inline input::Value json(input::Array items) { return {std::move(items), {}}; }
inline input::Value json(input::Table table) { return {std::move(table), {}}; }

/// A number, or null when it is not finite (JSON has no NaN).
inline input::Value json(double value) {
    if (!std::isfinite(value)) return {};
    return {value, {}};
}

/// Appends an entry.
template <class T>
void put(input::Table& table, std::string key, T value) {
    table.entries.push_back({std::move(key), {}, json(std::move(value))});
}

/// A table of a map's entries, in its order.
template <class Map>
input::Table table_of(const Map& map) {
    input::Table table;
    for (const auto& [key, value] : map) put(table, key, value);
    return table;
}

}  // namespace caravel::report
