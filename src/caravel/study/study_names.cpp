#include "caravel/study/study_names.hpp"

#include <span>

namespace caravel::study {
namespace {

using input::Array;
using input::Table;
using input::Value;

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

void check(const Value& value, const NamedKey& key, std::span<const std::string_view> rest,
           const matter::Library& library, input::Diagnostics& mistakes) {
    if (const auto* list = std::get_if<Array>(&value.data)) {
        for (const auto& element : *list) check(element, key, rest, library, mistakes);
        return;
    }
    if (rest.empty()) {
        const auto* name = std::get_if<std::string>(&value.data);
        if (!name || name->empty() || *name == key.other) return;
        try {
            library.require(key.table, *name, value.where);
        } catch (const InputError& error) {
            for (const auto& d : error.diagnostics()) mistakes.add(d);
        }
        return;
    }
    const auto* table = std::get_if<Table>(&value.data);
    const auto* entry = table ? table->find(rest.front()) : nullptr;
    if (entry) check(entry->value, key, rest.subspan(1), library, mistakes);
}

}  // namespace

void check_names(const input::Value& study, const matter::Library& library,
                 input::Diagnostics& mistakes) {
    for (const auto& key : named_keys()) check(study, key, key.path, library, mistakes);
}

}  // namespace caravel::study
