#include "caravel/report/manifest.hpp"

#include "caravel/base/error.hpp"
#include "caravel/report/atomic_file.hpp"
#include "caravel/report/json_value.hpp"
#include "caravel/report/result_lock.hpp"
#include "caravel/report/sha256.hpp"

#include <algorithm>
#include <cmath>
#include <variant>
#include <vector>

#include <fmt/format.h>

namespace caravel::report {

namespace {

namespace fs = std::filesystem;

constexpr const char* schema = "caravel.manifest/1";

/// Timings that are numbers; a null could not be read back.
input::Table finite_only(const std::map<std::string, double>& timings) {
    input::Table table;
    for (const auto& [key, value] : timings) {
        if (std::isfinite(value)) put(table, key, value);
    }
    return table;
}

bool is_listed(const fs::path& relative) {
    const std::string name = relative.filename().string();
    return name != "manifest.json" && name != "journal.jsonl" && name != result_lock_name &&
           name.find(".tmp-") == std::string::npos;
}

input::Table files_below(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& item : fs::recursive_directory_iterator(folder)) {
        if (item.is_regular_file() && is_listed(item.path())) files.push_back(item.path());
    }
    std::sort(files.begin(), files.end());
    input::Table table;
    for (const fs::path& file : files) {
        input::Table entry;
        put(entry, "sha256", sha256_hex_of_file(file));
        put(entry, "bytes", static_cast<std::int64_t>(fs::file_size(file)));
        put(table, file.lexically_relative(folder).generic_string(), std::move(entry));
    }
    return table;
}

const input::Table& table_in(const input::Value& value, const std::string& name) {
    const auto* table = std::get_if<input::Table>(&value.data);
    if (table == nullptr) throw IoError(fmt::format("'{}' holds no table where one belongs", name));
    return *table;
}

std::string text_in(const input::Table& table, const char* key, const std::string& name) {
    const auto* entry = table.find(key);
    const auto* text = entry != nullptr ? std::get_if<std::string>(&entry->value.data) : nullptr;
    if (text == nullptr) throw IoError(fmt::format("'{}' has no text '{}'", name, key));
    return *text;
}

Manifest read_values(const input::Table& root, const fs::path& folder, const std::string& name) {
    if (text_in(root, "schema", name) != schema) {
        throw IoError(fmt::format("'{}' is not of schema {}", name, schema));
    }
    Manifest manifest;
    manifest.run = {text_in(root, "id", name),
                    text_in(root, "name", name),
                    text_in(root, "study_hash", name),
                    text_in(root, "parent", name),
                    text_in(root, "state", name),
                    0,
                    folder};
    if (const auto* entry = root.find("created_sequence")) {
        if (const auto* number = std::get_if<std::int64_t>(&entry->value.data)) {
            manifest.run.created_sequence = *number;
        }
    }
    if (const auto* entry = root.find("facts")) {
        for (const auto& fact : table_in(entry->value, name).entries) {
            if (const auto* text = std::get_if<std::string>(&fact.value.data)) {
                manifest.facts[fact.key] = *text;
            }
        }
    }
    if (const auto* entry = root.find("timings")) {
        for (const auto& timing : table_in(entry->value, name).entries) {
            if (const auto* number = std::get_if<double>(&timing.value.data)) {
                manifest.timings[timing.key] = *number;
            } else if (const auto* whole = std::get_if<std::int64_t>(&timing.value.data)) {
                manifest.timings[timing.key] = static_cast<double>(*whole);
            }
        }
    }
    return manifest;
}

}  // namespace

std::string manifest_json(const Manifest& manifest, const fs::path& folder, bool with_files) {
    const RunEntry& run = manifest.run;
    input::Table root;
    put(root, "schema", schema);
    put(root, "id", run.id);
    put(root, "name", run.name);
    put(root, "study_hash", run.study_hash);
    put(root, "parent", run.parent);
    put(root, "state", run.state);
    put(root, "created_sequence", run.created_sequence);
    put(root, "facts", table_of(manifest.facts));
    put(root, "timings", finite_only(manifest.timings));
    if (with_files) put(root, "files", files_below(folder));
    return input::to_json(json(std::move(root)), true);
}

Manifest read_manifest(const fs::path& folder) {
    const fs::path file = folder / "manifest.json";
    const std::string name = file.string();
    try {
        const input::Document document = input::parse_json(read_whole_file(file), name);
        return read_values(table_in(document.root, name), folder, name);
    } catch (const InputError& error) {
        throw IoError(fmt::format("'{}' is no valid manifest: {}", name, error.what()));
    }
}

}  // namespace caravel::report
