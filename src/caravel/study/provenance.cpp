#include "caravel/study/provenance.hpp"

#include "caravel/base/unit.hpp"

#include <algorithm>

namespace caravel::study {

void add_provenance(const std::vector<matter::Fact>& facts, report::RunRecord& record) {
    for (const auto& fact : facts) {
        report::Provenance row{
            fact.name + " " + fact.property +
                (fact.context.empty() ? "" : " (" + fact.context + ")"),
            format_number(fact.value, 6) + (fact.unit == "1" ? "" : " " + fact.unit),
            std::string(matter::to_text(fact.status)), fact.source};
        const bool known = std::any_of(record.provenance.begin(), record.provenance.end(),
                                       [&](const report::Provenance& r) {
                                           return r.what == row.what && r.value == row.value;
                                       });
        if (!known) record.provenance.push_back(std::move(row));
    }
}

}  // namespace caravel::study
