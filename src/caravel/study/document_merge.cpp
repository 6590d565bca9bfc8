#include "caravel/study/document_merge.hpp"

namespace caravel::study {

using input::Table;

Table::Entry* find_entry(Table& table, std::string_view key) {
    for (auto& entry : table.entries)
        if (entry.key == key) return &entry;
    return nullptr;
}

void merge(Table& base, const Table& own) {
    for (const auto& entry : own.entries) {
        Table::Entry* known = find_entry(base, entry.key);
        if (known == nullptr) {
            base.entries.push_back(entry);
        } else if (known->value.is_table() && entry.value.is_table()) {
            merge(std::get<Table>(known->value.data), std::get<Table>(entry.value.data));
        } else {
            *known = entry;
        }
    }
}

}  // namespace caravel::study
