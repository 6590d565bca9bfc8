#include "caravel/study/study_diff.hpp"

#include "caravel/input/document.hpp"

#include <map>
#include <string>

namespace caravel::study {
namespace {

void flatten(const input::Value& value, const std::string& path,
             std::map<std::string, std::string>& leaves) {
    if (const auto* table = std::get_if<input::Table>(&value.data)) {
        for (const auto& entry : table->entries)
            flatten(entry.value, path.empty() ? entry.key : path + "." + entry.key, leaves);
    } else if (const auto* list = std::get_if<input::Array>(&value.data)) {
        for (std::size_t i = 0; i < list->size(); ++i)
            flatten((*list)[i], path + "[" + std::to_string(i) + "]", leaves);
    } else if (const auto* text = std::get_if<std::string>(&value.data)) {
        leaves[path] = *text;
    } else {
        leaves[path] = input::to_json(value, false);
    }
}

std::map<std::string, std::string> leaves_of(std::string_view toml, const char* name) {
    std::map<std::string, std::string> leaves;
    flatten(input::parse_toml(toml, name).root, "", leaves);
    return leaves;
}

}  // namespace

std::vector<report::InputChange> study_diff(std::string_view before, std::string_view after) {
    const auto old_leaves = leaves_of(before, "before");
    const auto new_leaves = leaves_of(after, "after");
    std::vector<report::InputChange> changes;
    for (const auto& [key, value] : old_leaves) {
        const auto found = new_leaves.find(key);
        if (found == new_leaves.end())
            changes.push_back({key, value, "(none)"});
        else if (found->second != value)
            changes.push_back({key, value, found->second});
    }
    for (const auto& [key, value] : new_leaves)
        if (!old_leaves.count(key)) changes.push_back({key, "(none)", value});
    return changes;
}

}  // namespace caravel::study
