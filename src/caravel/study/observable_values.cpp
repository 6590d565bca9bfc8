#include "caravel/base/unit.hpp"
#include "caravel/study/observables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::study {
namespace {

/// Of the volume at the start: a tenth of the diameter, below which nobody weighs a tumour.
constexpr double least_share = 1e-3;

double total(const std::vector<kinetics::Term>& terms, std::span<const double> y) {
    double sum = 0.0;
    for (const auto& term : terms)
        sum += term.weight * y[static_cast<std::size_t>(term.species.index)];
    return sum;
}

}  // namespace

double stated_volume(const tissue::LumpedTumour& tumour) {
    const auto& p = tumour.parameters();
    return std::max(p.cell_volume, least_share * p.volume);
}

double injected_amount(const BuiltModel& built, const std::string& agent, double t) {
    double sum = 0.0;
    for (const auto& dose : built.doses) {
        const auto found = dose.amounts.find(agent);
        if (dose.start <= t && found != dose.amounts.end()) sum += found->second;
    }
    return sum;
}

double injected_carrier(const BuiltModel& built, int formulation, double t) {
    double sum = 0.0;
    for (const auto& dose : built.doses)
        if (dose.start <= t && dose.formulation == formulation) sum += dose.carrier_mass;
    return sum;
}

double evaluate(const Observable& o, const BuiltModel& built, std::span<const double> y, double t) {
    return evaluate(o, parse_unit(o.unit), built, y, t);
}

double evaluate(const Observable& o, const Unit& unit, const BuiltModel& built,
                std::span<const double> y, double t) {
    double below = o.denominator + total(o.denominator_terms, y);
    if (below < o.least_denominator) return std::numeric_limits<double>::quiet_NaN();
    if (!o.injected_agent.empty()) below *= injected_amount(built, o.injected_agent, t);
    if (o.injected_carrier >= 0) below *= injected_carrier(built, o.injected_carrier, t);
    if (below == 0.0) return std::numeric_limits<double>::quiet_NaN();
    return from_si(total(o.numerator, y) / below, unit);
}

std::vector<std::string> vanishing_notes(const BuiltModel& built, const std::vector<double>& times,
                                         const std::vector<report::Series>& series) {
    std::vector<std::string> notes;
    for (const auto& tumour : built.tumours) {
        const double least = from_si(stated_volume(tumour), parse_unit("mm3"));
        for (const auto& s : series) {
            if (s.name != tumour.name() + ".volume") continue;
            const auto gone =
                std::find_if(s.values.begin(), s.values.end(), [&](double v) { return v < least; });
            if (gone == s.values.end()) continue;
            const double when = times[static_cast<std::size_t>(gone - s.values.begin())];
            notes.push_back(fmt::format(
                "'{}' has nearly vanished at {}: while it is smaller than {} (a thousandth of its "
                "start, or one cell) no values per its mass or volume are stated, and maxima and "
                "areas of such curves leave that time out.",
                tumour.name(), format_quantity(when, "h"),
                format_quantity(stated_volume(tumour), "mm3")));
        }
    }
    return notes;
}

}  // namespace caravel::study
