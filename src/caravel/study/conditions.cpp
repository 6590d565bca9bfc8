#include "caravel/study/conditions.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/lower_case.hpp"

#include <set>

namespace caravel::study {
namespace {

/// Table property that holds a signal's usual value.
std::string property_of(const std::string& signal) {
    if (signal == "pH") return "ph";
    if (signal == "GSH") return "glutathione";
    if (signal == "ROS") return "reactive_oxygen_species";
    if (signal == "H2O2") return "hydrogen_peroxide";
    if (signal == "oxygen") return "oxygen_partial_pressure";
    if (signal == "cold") return "temperature";
    return lower_case(signal);
}

bool is_external(const std::string& signal) {
    static const std::set<std::string> external{
        "light", "ultrasound", "microwave", "magnetic_static", "magnetic_alternating",
        "xray",  "electric"};
    return external.count(signal) > 0;
}

}  // namespace

double condition_value(matter::Library& library, const BuiltModel& built,
                       const std::vector<ConditionInput>& own, const std::string& environment,
                       const std::string& signal) {
    for (const auto& c : own)
        if (c.environment == environment && c.signal == signal) return c.value.si;
    if (is_external(signal)) return 0.0;  // nothing reaches the tissue unless a stimulus says so
    const std::string property = property_of(signal);
    const auto lookup = [&](const std::string& context) -> std::optional<double> {
        for (const char* name : {built.physiology.species.c_str(), "any"})
            if (auto value = library.find("species", name, property, context)) return value;
        return std::nullopt;
    };
    if (property == "temperature") return lookup("core").value_or(310.15);
    std::string context = environment;
    for (const auto& tumour : built.tumours) {
        if (environment == tumour.name() + ".plasma") context = "blood";
        if (environment == tumour.name() + ".lysosome") context = "lysosome";
        if (environment != tumour.name() + ".interstitium") continue;
        context = "tumour_interstitium";
        if (auto measured =
                library.find("tumour_lines", tumour.parameters().line, property + "_interstitium"))
            return *measured;
    }
    if (auto value = lookup(context)) return *value;
    // Redox and radicals inside cells are tabulated for the cytosol.
    if (context == "lysosome")
        if (auto value = lookup("cytosol")) return *value;
    throw InputError(Diagnostic{{},
                                "signal '" + signal + "' has no known value in " + environment,
                                "a [[subject.condition]] with environment = \"" + environment +
                                    "\", signal = \"" + signal + "\" and its value",
                                ""});
}

std::string condition_slot(const std::string& environment, const std::string& signal) {
    const std::string name = signal == "cold" ? "temperature" : signal;
    const bool whole = name == "temperature" || is_external(name);
    const std::size_t dot = environment.rfind('.');
    if (whole && dot != std::string::npos) return environment.substr(0, dot) + "." + name;
    return environment + "." + name;
}

void add_condition(BuiltModel& built, matter::Library& library,
                   const std::vector<ConditionInput>& own, const std::string& environment,
                   const std::string& signal) {
    const auto& kind = formulation::signal_kind(signal);
    Condition condition{condition_slot(environment, signal), std::string(kind.unit), 0.0};
    for (const auto& known : built.conditions)
        if (known.slot == condition.slot) return;
    condition.value = condition_value(library, built, own, environment, signal);
    built.conditions.push_back(std::move(condition));
}

}  // namespace caravel::study
