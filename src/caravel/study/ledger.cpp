#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/study/record_builder.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace caravel::study {
namespace {

constexpr double limit = 1e-9;

/// Amount or mass of a substance given by time t, infusions in progress counted by their time.
double given_until(const BuiltModel& built, const std::string& substance, double t) {
    double sum = 0.0;
    for (const auto& dose : built.doses) {
        if (dose.start > t) continue;
        const double part =
            dose.duration > 0.0 ? std::min(1.0, (t - dose.start) / dose.duration) : 1.0;
        const auto agent = dose.amounts.find(substance);
        if (agent != dose.amounts.end()) sum += part * agent->second;
        if (dose.formulation >= 0 &&
            substance ==
                "carrier " +
                    built.carrier_kinetics[static_cast<std::size_t>(dose.formulation)].name)
            sum += part * dose.carrier_mass;
    }
    return sum;
}

bool is_sink(const std::string& species) {
    for (const char* sink : {"metabolised.", "urine.", "bile.", "unabsorbed.", "degraded."})
        if (species.rfind(sink, 0) == 0) return true;
    return false;
}

}  // namespace

std::vector<report::LedgerRow> make_ledger(const BuiltModel& built, const AmountRecord& record) {
    std::map<std::string, report::LedgerRow> rows;
    const auto& species = built.model.all_species();
    for (const auto& s : species)
        if (!s.substance.empty()) rows[s.substance].substance = s.substance;
    for (auto& [substance, row] : rows) {
        const bool is_carrier = substance.rfind("carrier ", 0) == 0;
        row.limit = limit;
        row.unit = is_carrier ? "mg" : "umol";
        const double scale = from_si(1.0, row.unit);
        const double total = given_until(built, substance, record.times().back());
        for (std::size_t i = 0; i < record.times().size(); ++i) {
            double content = 0.0;
            double eliminated = 0.0;
            const auto y = record.row(i);
            for (std::size_t k = 0; k < species.size(); ++k)
                if (species[k].substance == substance)
                    (is_sink(species[k].name) ? eliminated : content) += y[k];
            const double given = given_until(built, substance, record.times()[i]);
            const double residual =
                total > 0.0 ? std::abs(content + eliminated - given) / total : 0.0;
            // Written so that NaN wins: a ledger that is not a number does not balance.
            if (!(residual <= row.relative_residual)) row.relative_residual = residual;
            row.sources = given * scale;
            row.content = content * scale;
            row.eliminated = eliminated * scale;
        }
        if (!(row.relative_residual <= limit))
            throw NumericalError(
                {"ledger", substance, "", record.times().back(), 0.0,
                 "does not balance: relative residual " + format_number(row.relative_residual, 3),
                 "this is a defect of Caravel; please report it"});
    }
    std::vector<report::LedgerRow> result;
    for (auto& [substance, row] : rows)
        if (row.sources > 0.0) result.push_back(row);
    return result;
}

}  // namespace caravel::study
