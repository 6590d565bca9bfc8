#include "caravel/study/study_names.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace caravel::study {
namespace {

using input::Array;
using input::Table;
using input::Value;

constexpr std::string_view formulation_key = "formulation";

/// Materials that a formulation defines itself.
using Known = std::vector<std::string>;

/// Where a name stands in the tree, and the table that knows it.
struct NamedKey {
    std::vector<std::string_view> path;
    std::string_view table;
    std::string_view other;  // a word allowed besides the table's names
};

const std::vector<NamedKey>& named_keys() {
    static const std::vector<NamedKey> keys{
        {{"formulation", "layer", "material"}, "materials", ""},
        {{"formulation", "layer", "filled_with"}, "materials", ""},
        {{"formulation", "inclusion", "material"}, "materials", ""},
        {{"formulation", "coating", "material"}, "materials", ""},
        {{"formulation", "payload", "agent"}, "agents", ""},
        {{"formulation", "ligand", "receptor"}, "receptors", ""},
        {{"drug", "agent"}, "agents", ""},
        {{"subject", "tumour", "line"}, "tumour_lines", ""},
        {{"subject", "tumour", "kill", "agent"}, "agents", ""},
        {{"subject", "myelosuppression", "agent"}, "agents", ""},
        {{"protocol", "administer", "of"}, "agents", "particles"},
    };
    return keys;
}

/// The names of the [[material]] tables beside the layers.
Known defined_materials(const Value& formulation) {
    Known names;
    const auto* table = std::get_if<Table>(&formulation.data);
    const auto* entry = table ? table->find("material") : nullptr;
    const auto* list = entry ? std::get_if<Array>(&entry->value.data) : nullptr;
    if (!list) return names;
    for (const Value& value : *list) {
        const auto* material = std::get_if<Table>(&value.data);
        const auto* name = material ? material->find("name") : nullptr;
        const auto* text = name ? std::get_if<std::string>(&name->value.data) : nullptr;
        if (text) names.push_back(*text);
    }
    return names;
}

void check_name(const Value& value, const NamedKey& key, const Known& known,
                const matter::Library& library, input::Diagnostics& mistakes) {
    const auto* name = std::get_if<std::string>(&value.data);
    if (!name || name->empty() || *name == key.other) return;
    if (key.table == "materials" && std::find(known.begin(), known.end(), *name) != known.end())
        return;
    try {
        library.require(key.table, *name, value.where);
    } catch (const InputError& error) {
        for (const auto& d : error.diagnostics()) mistakes.add(d);
    }
}

/// `rest`: the part of the key's path below `value`.
void check(const Value& value, const NamedKey& key, std::span<const std::string_view> rest,
           const Known& known, const matter::Library& library, input::Diagnostics& mistakes) {
    if (const auto* list = std::get_if<Array>(&value.data)) {
        for (const auto& element : *list) check(element, key, rest, known, library, mistakes);
        return;
    }
    if (rest.empty()) {
        check_name(value, key, known, library, mistakes);
        return;
    }
    const auto* table = std::get_if<Table>(&value.data);
    const auto* entry = table ? table->find(rest.front()) : nullptr;
    if (!entry) return;
    const bool is_formulation = rest.size() == key.path.size() && rest.front() == formulation_key;
    if (!is_formulation) {
        check(entry->value, key, rest.subspan(1), known, library, mistakes);
        return;
    }
    const auto check_one = [&](const Value& one) {
        check(one, key, rest.subspan(1), defined_materials(one), library, mistakes);
    };
    if (const auto* several = std::get_if<Array>(&entry->value.data))
        std::for_each(several->begin(), several->end(), check_one);
    else
        check_one(entry->value);
}

}  // namespace

void check_names(const input::Value& study, const matter::Library& library,
                 input::Diagnostics& mistakes) {
    for (const auto& key : named_keys()) check(study, key, key.path, {}, library, mistakes);
}

void check_formulation_names(const input::Value& formulation, const matter::Library& library,
                             input::Diagnostics& mistakes) {
    const Known known = defined_materials(formulation);
    for (const auto& key : named_keys()) {
        if (key.path.front() != formulation_key) continue;
        check(formulation, key, std::span(key.path).subspan(1), known, library, mistakes);
    }
}

}  // namespace caravel::study
