#include "caravel/response/damage/arrhenius.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/quadrature.hpp"
#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/response/damage/thermal_ramp.hpp"

#include <cmath>

#include <fmt/format.h>

namespace caravel::response {
namespace {

constexpr std::string_view table = "thermal_damage";
constexpr double largest_change = 2.0;  // of ln(rate) over a piece

void require_temperature(double temperature) {
    if (std::isfinite(temperature) && temperature > 0.0) return;
    throw InputError(Diagnostic{{},
                                fmt::format("the temperature is {} K", temperature),
                                "a finite temperature above 0 K",
                                ""});
}

double mean_rate(const ArrheniusProcess& process, double start, double end) {
    static const QuadratureRule rule = gauss_legendre(8, 0.0, 1.0);
    const double change =
        process.energy / gas_constant * std::abs(1.0 / start - 1.0 / end) / largest_change;
    const int pieces = std::max(1, static_cast<int>(std::ceil(change)));
    double sum = 0.0;
    for (int piece = 0; piece < pieces; ++piece)
        for (std::size_t i = 0; i < rule.size(); ++i) {
            const double place = (piece + rule.node[i]) / pieces;
            sum += rule.weight[i] * arrhenius_rate(process, start + place * (end - start));
        }
    return sum / pieces;
}

InputError unknown_process(const matter::Library& library, std::string_view name) {
    const std::vector<std::string> names = process_names(library);
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    return InputError(Diagnostic{{},
                                 fmt::format("unknown process of thermal damage '{}'", name),
                                 fmt::format("one of {}", fmt::join(names, ", ")),
                                 did_you_mean(name, candidates)});
}

}  // namespace

double arrhenius_rate(const ArrheniusProcess& process, double temperature) {
    require_temperature(temperature);
    // One exponential: the frequency and the Boltzmann factor alone leave the range of doubles.
    return std::exp(std::log(process.frequency) - process.energy / (gas_constant * temperature));
}

double arrhenius_dose(const ArrheniusProcess& process, double start, double end, double duration) {
    require_temperature(start);
    require_temperature(end);
    if (!(std::isfinite(duration) && duration >= 0.0))
        throw InputError(Diagnostic{
            {}, fmt::format("the duration is {} s", duration), "a finite time, not below 0 s", ""});
    const RampPart part = part_of_ramp(start, end, process.lowest, process.highest);
    double mean = 0.0;
    if (part.share > 0.0) mean += part.share * mean_rate(process, part.start, part.end);
    const double above = share_from(start, end, process.highest);
    if (above > 0.0) mean += above * arrhenius_rate(process, process.highest);
    return duration * mean;
}

double time_to_damage(const ArrheniusProcess& process, double temperature) {
    return 1.0 / arrhenius_rate(process, temperature);
}

double damaged_share(double omega) {
    if (!(omega >= 0.0))
        throw InputError(Diagnostic{
            {}, fmt::format("the damage integral is {}", omega), "a number not below 0", ""});
    return -std::expm1(-omega);
}

std::vector<std::string> process_names(const matter::Library& library) {
    std::vector<std::string> names;
    const matter::FactTable& facts = library.table(table);
    for (const std::string& name : facts.names())
        if (facts.find(name, "activation_energy") != nullptr) names.push_back(name);
    return names;
}

ArrheniusProcess find_process(matter::Library& library, std::string_view name) {
    if (library.table(table).find(name, "activation_energy") == nullptr)
        throw unknown_process(library, name);
    ArrheniusProcess process;
    process.name = name;
    process.frequency = library.value(table, name, "frequency_factor");
    process.energy = library.value(table, name, "activation_energy");
    process.lowest = library.value(table, name, "lowest_temperature");
    process.highest = library.value(table, name, "highest_temperature");
    if (!(process.frequency > 0.0 && process.energy > 0.0 && process.lowest > 0.0 &&
          process.highest > process.lowest))
        throw InputError(
            Diagnostic{{},
                       fmt::format("process '{}' of thermal damage makes no sense", name),
                       "positive frequency factor and activation energy, lowest below "
                       "highest temperature",
                       ""});
    return process;
}

}  // namespace caravel::response
