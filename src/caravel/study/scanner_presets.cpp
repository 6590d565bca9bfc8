#include "caravel/study/scanner_presets.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/study/document_merge.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace caravel::study {
namespace {

namespace fs = std::filesystem;
using input::Table;

fs::path folder_of(const DataPaths& data) { return data.root / "scanners"; }

/// Text of a key of a scanner's file; throws InputError when it is missing.
std::string text_of(const Table& scanner, const std::string& key, const fs::path& file) {
    const auto* entry = scanner.find(key);
    const auto* text = entry ? std::get_if<std::string>(&entry->value.data) : nullptr;
    if (text == nullptr)
        throw InputError(Diagnostic{{file.string(), 1, 1},
                                    fmt::format("a scanner without {}", key),
                                    fmt::format("{} = \"...\"", key),
                                    ""});
    return *text;
}

Table read_scanner(const std::string& name, const DataPaths& data, const Location& where) {
    const fs::path path = folder_of(data) / (name + ".toml");
    if (!fs::exists(path)) {
        const auto names = shipped_scanners(data);
        const std::vector<std::string_view> views(names.begin(), names.end());
        throw InputError(Diagnostic{where, fmt::format("no shipped scanner is named '{}'", name),
                                    "a name from 'caravel list scanners'",
                                    did_you_mean(name, views)});
    }
    return std::get<Table>(input::read_document(path).root.data);
}

}  // namespace

std::vector<std::string> shipped_scanners(const DataPaths& data) {
    std::vector<std::string> names;
    if (!fs::exists(folder_of(data))) return names;
    for (const auto& entry : fs::directory_iterator(folder_of(data)))
        if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

ScannerInfo scanner_info(const std::string& name, const DataPaths& data) {
    const fs::path path = folder_of(data) / (name + ".toml");
    const Table scanner = read_scanner(name, data, {});
    return {name, text_of(scanner, "title", path), text_of(scanner, "modality", path),
            text_of(scanner, "species", path)};
}

void resolve_scanner(Table& image, const DataPaths& data) {
    const Table::Entry* named = find_entry(image, "scanner");
    if (named == nullptr) return;
    const auto* name = std::get_if<std::string>(&named->value.data);
    if (name == nullptr || name->empty()) return;  // the reader says what a scanner must be
    const fs::path path = folder_of(data) / (*name + ".toml");
    const Table scanner = read_scanner(*name, data, named->value.where);
    const std::string modality = text_of(scanner, "modality", path);
    if (const Table::Entry* own = find_entry(image, "modality")) {
        const auto* stated = std::get_if<std::string>(&own->value.data);
        if (stated != nullptr && *stated != modality)
            throw InputError(Diagnostic{
                own->value.where,
                fmt::format("the scanner '{}' is of modality {}, not {}", *name, modality, *stated),
                fmt::format("modality = \"{}\", or another scanner", modality), ""});
    } else {
        Table::Entry entry{"modality", named->where, {}};
        entry.value.where = named->value.where;
        entry.value.data = modality;
        image.entries.push_back(std::move(entry));
    }
    const auto* settings = scanner.find(modality);
    if (settings == nullptr || !settings->value.is_table()) return;
    Table merged = std::get<Table>(settings->value.data);
    merge(merged, image);
    image = std::move(merged);
}

}  // namespace caravel::study
