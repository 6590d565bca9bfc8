#include "caravel/formulation/synthesis/burst_conditions.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/formulation/synthesis/classical_nucleation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace caravel::formulation::synthesis {
namespace {

class Checks {
  public:
    void require(bool holds, const std::string& what, const std::string& expected,
                 const std::string& hint = "") {
        if (!holds) found_.push_back({{}, what, expected, hint});
    }
    void positive(double value, const std::string& name, const std::string& hint = "") {
        require(value > 0.0 && std::isfinite(value), name + " is " + std::to_string(value),
                "a number above 0", hint);
    }
    void not_negative(double value, const std::string& name) {
        require(value >= 0.0 && std::isfinite(value), name + " is " + std::to_string(value),
                "0 or more");
    }
    void finish() {
        if (!found_.empty()) throw InputError(std::move(found_));
    }

  private:
    std::vector<Diagnostic> found_;
};

void check_programme(const TemperatureProgramme& programme, Checks& checks) {
    const auto& times = programme.times;
    checks.require(!times.empty() && times.size() == programme.temperatures.size(),
                   "the temperature programme has " + std::to_string(times.size()) + " times and " +
                       std::to_string(programme.temperatures.size()) + " temperatures",
                   "as many of one as of the other, at least one");
    checks.require(
        std::adjacent_find(times.begin(), times.end(), std::greater_equal<>()) == times.end(),
        "times of the temperature programme do not increase", "increasing times");
    for (const double t : programme.temperatures) checks.positive(t, "a temperature (K)");
}

}  // namespace

double Arrhenius::operator()(double temperature) const {
    if (energy == 0.0) return value;
    return value *
           std::exp(-energy / gas_constant * (1.0 / temperature - 1.0 / reference_temperature));
}

double TemperatureProgramme::operator()(double time) const {
    const auto after = std::upper_bound(times.begin(), times.end(), time);
    if (after == times.begin()) return temperatures.front();
    if (after == times.end()) return temperatures.back();
    const auto i = static_cast<std::size_t>(after - times.begin());
    const double share = (time - times[i - 1]) / (times[i] - times[i - 1]);
    return temperatures[i - 1] + share * (temperatures[i] - temperatures[i - 1]);
}

double BurstConditions::log_supersaturation(double monomer) const {
    return monomer > 0.0 ? std::log(monomer / growth.solubility)
                         : -std::numeric_limits<double>::infinity();
}

double BurstConditions::nucleus(double monomer) const {
    const double critical = critical_radius(interfacial_energy, growth.molar_volume, temperature,
                                            log_supersaturation(monomer));
    return std::max(nucleus_radius(critical, interfacial_energy, temperature),
                    formula_unit_radius(growth.molar_volume));
}

double BurstConditions::nucleation(double monomer) const {
    const double log_s = log_supersaturation(monomer);
    if (!(log_s > 0.0) || nucleus(monomer) > growth.largest_radius) return 0.0;
    return nucleation_rate(nucleation_prefactor,
                           nucleation_barrier(interfacial_energy, growth.molar_volume, temperature,
                                              log_s, heterogeneous_factor));
}

BurstConditions burst_conditions(const BurstSystem& system, double time) {
    BurstConditions now;
    now.temperature = system.temperature(time);
    const double t = now.temperature;
    now.conversion = system.conversion(t);
    now.surface_conversion = system.surface_conversion(t);
    for (const Feed& feed : system.feeds)
        if (time >= feed.start && time < feed.start + feed.duration) now.feed += feed.rate;
    now.interfacial_energy = system.interfacial_energy;
    now.heterogeneous_factor = system.heterogeneous_factor;
    now.nucleation_prefactor = system.nucleation_prefactor;
    if (system.stability_ratio)
        now.collision = 2.0 * boltzmann * t / (3.0 * system.viscosity * *system.stability_ratio);
    now.growth.molar_volume = system.molar_volume;
    now.growth.diffusivity = system.diffusivity(t);
    now.growth.attachment = system.surface_rate(t);
    now.growth.solubility = system.solubility(t);
    now.growth.capillary_length =
        2.0 * system.interfacial_energy * system.molar_volume / (gas_constant * t);
    if (system.maximum_diameter) now.growth.largest_radius = *system.maximum_diameter / 2.0;
    return now;
}

std::vector<double> break_points(const BurstSystem& system) {
    std::vector<double> points = system.temperature.times;
    for (const Feed& feed : system.feeds) {
        points.push_back(feed.start);
        points.push_back(feed.start + feed.duration);
    }
    points.push_back(system.duration);
    std::sort(points.begin(), points.end());
    points.erase(std::unique(points.begin(), points.end()), points.end());
    std::erase_if(points, [&](double t) { return t <= 0.0 || t > system.duration; });
    return points;
}

double fed(const BurstSystem& system, double from, double to) {
    double sum = 0.0;
    for (const Feed& feed : system.feeds) {
        const double overlap =
            std::min(to, feed.start + feed.duration) - std::max(from, feed.start);
        sum += feed.rate * std::max(overlap, 0.0);
    }
    return sum;
}

double formula_unit_radius(double molar_volume) {
    return std::cbrt(3.0 * molar_volume / (4.0 * std::numbers::pi * avogadro));
}

void check(const BurstSystem& system) {
    Checks checks;
    checks.not_negative(system.precursor, "precursor (mol/m3)");
    checks.not_negative(system.monomer, "monomer (mol/m3)");
    for (const Feed& feed : system.feeds) {
        checks.not_negative(feed.rate, "feed rate (mol/m3/s)");
        checks.not_negative(feed.start, "start of a feed (s)");
        checks.not_negative(feed.duration, "duration of a feed (s)");
    }
    checks.not_negative(system.conversion.value, "conversion rate (1/s)");
    checks.not_negative(system.surface_conversion.value, "surface conversion rate (m/s)");
    checks.positive(system.solubility.value, "solubility (mol/m3)",
                    "a solid that never dissolves has no critical size");
    checks.positive(system.molar_volume, "molar volume (m3/mol)");
    checks.positive(system.interfacial_energy, "interfacial energy (J/m2)");
    checks.require(system.heterogeneous_factor >= 0.0 && system.heterogeneous_factor <= 1.0,
                   "heterogeneous factor is " + std::to_string(system.heterogeneous_factor),
                   "0 (no barrier) to 1 (homogeneous)");
    checks.not_negative(system.nucleation_prefactor, "nucleation prefactor (1/m3/s)");
    checks.positive(system.diffusivity.value, "diffusivity (m2/s)");
    checks.require(system.surface_rate.value > 0.0, "attachment rate (m/s) is not above 0",
                   "a number above 0", "a large one makes growth diffusion-limited");
    checks.positive(system.viscosity, "viscosity (Pa s)");
    checks.positive(system.duration, "duration (s)");
    if (system.maximum_diameter) checks.positive(*system.maximum_diameter, "maximum diameter (m)");
    if (system.stability_ratio)
        checks.require(*system.stability_ratio > 0.0, "stability ratio is not above 0",
                       "a number above 0, 1 for every collision", "");
    if (system.seeds) {
        checks.not_negative(system.seeds->number, "number of seeds (1/m3)");
        checks.positive(system.seeds->diameter, "diameter of seeds (m)");
        checks.require(system.seeds->spread >= 0.0 && system.seeds->spread <= 1.0,
                       "spread of seeds is " + std::to_string(system.seeds->spread), "0 to 1",
                       "standard deviation over mean");
    }
    check_programme(system.temperature, checks);
    checks.finish();
}

}  // namespace caravel::formulation::synthesis
