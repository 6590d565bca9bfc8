#include "caravel/formulation/colloid/corona.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/roots.hpp"
#include "caravel/base/sphere.hpp"
#include "caravel/kinetics/model.hpp"
#include "caravel/kinetics/solver.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace caravel::formulation::colloid {
namespace {

/// Diameter (m) of the sphere of the protein's volume.
double size_of(const PlasmaProtein& p) { return sphere_diameter(p.volume); }

/// Rate (1/s) at which a free surface takes the protein from undepleted plasma.
double take_up(const PlasmaProtein& p, const CoronaConditions& at) {
    return p.on_rate * p.concentration * at.plasma_fraction *
           std::exp(-insertion_work(p, at.coat, at.temperature));
}

void require_order(std::span<const PlasmaProtein> proteins, std::span<const double> times) {
    if (proteins.empty())
        throw InputError(Diagnostic{{}, "a corona needs proteins", "at least one", ""});
    const bool rising =
        std::adjacent_find(times.begin(), times.end(), std::greater_equal<>()) == times.end();
    if (times.empty() || !(times.front() > 0.0) || !rising)
        throw InputError(
            Diagnostic{{}, "times of a corona out of order", "ascending, from above 0", ""});
}

/// One species for the free surface, then a bound and a dissolved one per protein.
kinetics::KineticModel build(std::span<const PlasmaProtein> proteins, const CoronaConditions& at) {
    kinetics::KineticModel model;
    const auto free = model.add_species({"free surface", "", 1.0, true}, 1.0);
    for (const PlasmaProtein& p : proteins) {
        const double offered = p.concentration * at.plasma_fraction;
        if (offered <= 0.0) continue;
        const auto bound = model.add_species({p.name + " bound", "", 1.0, true}, 0.0);
        const auto dissolved = model.add_species({p.name + " dissolved", "", 1.0, true}, 1.0);
        const auto on = model.add_coefficient(p.name + " on", take_up(p, at));
        const auto off = model.add_coefficient(p.name + " off", p.off_rate);
        const double used = at.surface_per_volume / (p.footprint * avogadro * offered);
        model.add_reaction({p.name + " adsorbs",
                            {{free, -1.0}, {bound, 1.0}, {dissolved, -used}},
                            {on, free, dissolved, {}}});
        model.add_reaction({p.name + " leaves",
                            {{bound, -1.0}, {free, 1.0}, {dissolved, used}},
                            {off, bound, {}, {}}});
    }
    return model;
}

std::vector<double> bound_of(const kinetics::KineticModel& model,
                             std::span<const PlasmaProtein> proteins, std::span<const double> y) {
    std::vector<double> coverage;
    for (const PlasmaProtein& p : proteins) {
        const std::string name = p.name + " bound";
        coverage.push_back(
            model.has_species(name)
                ? std::max(0.0, y[static_cast<std::size_t>(model.species(name).index)])
                : 0.0);
    }
    return coverage;
}

}  // namespace

double brush_pressure(double density, double temperature) {
    return boltzmann * temperature * std::pow(density, 1.5);
}

double layer_pressure(double volume_fraction, double segment_length, double temperature) {
    return boltzmann * temperature / std::pow(segment_length, 3) * std::pow(volume_fraction, 2.25);
}

double insertion_work(const PlasmaProtein& p, const HydratedCoat& coat, double temperature) {
    if (coat.thickness <= 0.0) return 0.0;
    const double inside = std::min(1.0, coat.thickness / size_of(p));
    return coat.osmotic_pressure * p.volume * inside / (boltzmann * temperature);
}

CoronaCourse corona_course(std::span<const PlasmaProtein> proteins, const CoronaConditions& at,
                           std::span<const double> times) {
    require_order(proteins, times);
    const kinetics::KineticModel model = build(proteins, at);
    const kinetics::CompiledModel compiled(model);
    kinetics::SolverOptions options;
    options.relative_tolerance = 1e-8;
    kinetics::Solver solver(compiled, options);
    std::vector<double> y = model.initial();
    CoronaCourse course;
    course.times.assign(times.begin(), times.end());
    course.coverage.resize(times.size());
    double next_step = 0.0;
    solver.advance(y, 0.0, times.back(), next_step, {}, times,
                   [&](std::size_t i, double, std::span<const double> state) {
                       course.coverage[i] = bound_of(model, proteins, state);
                   });
    return course;
}

std::vector<double> corona_equilibrium(std::span<const PlasmaProtein> proteins,
                                       const CoronaConditions& at) {
    double total = 1.0;
    std::vector<double> coverage;
    for (const PlasmaProtein& p : proteins) {
        coverage.push_back(take_up(p, at) / p.off_rate);
        total += coverage.back();
    }
    for (double& c : coverage) c /= total;
    return coverage;
}

double corona_settling_time(std::span<const PlasmaProtein> proteins, const CoronaConditions& at) {
    // Eigenvalues -s of the exchange satisfy 1 + sum a_i/(k_i - s) = 0; the smallest lies between
    // the two smallest off-rates (or above the only one).
    std::vector<double> off;
    for (const PlasmaProtein& p : proteins) off.push_back(p.off_rate);
    std::sort(off.begin(), off.end());
    off.erase(std::unique(off.begin(), off.end()), off.end());
    if (off.empty()) throw InputError(Diagnostic{{}, "a corona needs proteins", "one", ""});
    const auto f = [&](double s) {
        double sum = 1.0;
        for (const PlasmaProtein& p : proteins) sum += take_up(p, at) / (p.off_rate - s);
        return sum;
    };
    double total = 0.0;
    for (const PlasmaProtein& p : proteins) total += take_up(p, at);
    const double slowest = off.front();
    const double next = off.size() > 1 ? off[1] : 2.0 * (slowest + total);
    const double margin = 1e-12 * slowest;
    if (f(slowest + margin) >= 0.0 || f(next - margin) <= 0.0) return 1.0 / slowest;
    return 1.0 / find_root(f, slowest + margin, next - margin,
                           {1e-15 * slowest, 300, "the settling time of the corona"});
}

CoronaLayer corona_layer(std::span<const PlasmaProtein> proteins, std::span<const double> coverage,
                         double wash_time) {
    CoronaLayer layer;
    double charge = 0.0;
    double opsonic = 0.0;
    for (std::size_t i = 0; i < proteins.size(); ++i) {
        const PlasmaProtein& p = proteins[i];
        const double number = coverage[i] / p.footprint;
        const double mass = number * p.molar_mass / avogadro;
        layer.coverage += coverage[i];
        layer.thickness += coverage[i] * p.thickness;
        layer.mass_per_area += mass;
        layer.mass_share.push_back(mass);
        layer.hard_coverage.push_back(coverage[i] * std::exp(-p.off_rate * wash_time));
        charge += number * p.charge * elementary_charge;
        opsonic += mass * p.opsonic;
    }
    if (layer.mass_per_area <= 0.0) return layer;
    for (double& share : layer.mass_share) share /= layer.mass_per_area;
    layer.charge_density = charge / layer.thickness;
    layer.opsonin_fraction = opsonic / layer.mass_per_area;
    return layer;
}

double marker_occupancy(double density, double half_density) {
    return density / (density + half_density);
}

}  // namespace caravel::formulation::colloid
