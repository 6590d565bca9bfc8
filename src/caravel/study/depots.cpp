#include "caravel/study/depots.hpp"

#include "caravel/base/unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace caravel::study {
namespace {

double default_half_life(std::string_view route) {
    if (route == "oral") return 3600.0;
    if (route == "intraperitoneal") return 1800.0;
    return 4.0 * 3600.0;
}

const Administration* dose_with_half_life(const StudyInput& study, std::string_view route) {
    for (const auto& a : study.protocol.administrations)
        if (a.route == route && a.absorption_half_life) return &a;
    return nullptr;
}

/// "50 %" or "50 to 100 %".
std::string absorbed_share(const StudyInput& study, std::string_view route) {
    double least = 1.0;
    double most = 0.0;
    for (const auto& a : study.protocol.administrations)
        if (a.route == route) {
            least = std::min(least, a.bioavailability);
            most = std::max(most, a.bioavailability);
        }
    const std::string low = format_number(100.0 * least, 4);
    return least == most ? low + " %" : low + " to " + format_number(100.0 * most, 4) + " %";
}

bool brings_carriers(const StudyInput& study, std::string_view route) {
    return !study.formulations.empty() &&
           std::any_of(study.protocol.administrations.begin(), study.protocol.administrations.end(),
                       [&](const auto& a) { return a.route == route && a.formulation != "free"; });
}

}  // namespace

bool needs_depot(std::string_view route) {
    return std::find(std::begin(depot_routes), std::end(depot_routes), route) !=
           std::end(depot_routes);
}

bool uses_route(const StudyInput& study, std::string_view route) {
    return std::any_of(study.protocol.administrations.begin(), study.protocol.administrations.end(),
                       [&](const auto& a) { return a.route == route; });
}

double absorption_half_life(const StudyInput& study, std::string_view route) {
    const Administration* told = dose_with_half_life(study, route);
    return told != nullptr ? *told->absorption_half_life : default_half_life(route);
}

std::vector<std::string> depot_assumptions(const StudyInput& study) {
    std::vector<std::string> all;
    for (const std::string_view route : depot_routes) {
        if (!uses_route(study, route)) continue;
        std::string text = fmt::format(
            "Of every {} dose {} is absorbed (bioavailability; 1 where it is left out), with a "
            "half-life of {} h{}.",
            route, absorbed_share(study, route),
            format_number(from_si(absorption_half_life(study, route), "h"), 3),
            dose_with_half_life(study, route) ? "" : " (assumed)");
        if (brings_carriers(study, route))
            text += " Carriers are absorbed whole, as drugs are; most leave the depot far less.";
        all.push_back(std::move(text));
    }
    return all;
}

}  // namespace caravel::study
