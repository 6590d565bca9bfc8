#include "caravel/formulation/synthesis/burst_moments.hpp"

#include "caravel/formulation/synthesis/aggregation.hpp"
#include "caravel/formulation/synthesis/gqmom.hpp"
#include "caravel/formulation/synthesis/population_balance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace caravel::formulation::synthesis {
namespace {

constexpr std::size_t kept_nodes = 8;      // 16 moments pass through an inversion
constexpr std::size_t largest_count = 20;  // nuclei of so many steps are gathered first

// While particles dissolve, their smallest sizes come from the closure: 8 moments, 10 nodes. Chosen
// against finite volumes among 3 to 6 and 8 to 24; more moments are not better.
constexpr std::size_t closed_nodes = 4;
constexpr std::size_t filled_nodes = 10;

constexpr double longest_parting = 3.0;  // e-folds per step between sizes near the critical one

}  // namespace

NodePopulation::NodePopulation(double smallest_radius) : smallest_(smallest_radius) {}

NodePopulation::NodePopulation(double smallest_radius, const Seeds& seeds)
    : smallest_(smallest_radius) {
    const double radius = seeds.diameter / 2.0;
    if (!(seeds.number > 0.0)) return;
    nodes_ = gauss_nodes(
        gamma_recurrence(seeds.number, radius, std::max(seeds.spread, 1e-6), kept_nodes));
}

void NodePopulation::move(const GrowthLaw& law, double monomer, double dt) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const double radius = grown_radius(nodes_.nodes[i], law, monomer, dt, smallest_);
        if (radius == 0.0) continue;
        nodes_.nodes[kept] = radius;
        nodes_.weights[kept++] = nodes_.weights[i];
    }
    nodes_.nodes.resize(kept);
    nodes_.weights.resize(kept);
}

void NodePopulation::add(double number, double radius) {
    nodes_.nodes.push_back(radius);
    nodes_.weights.push_back(number);
}

void NodePopulation::aggregate(double collision, double dt) {
    const auto kernel = [=](double a, double b) { return collision * (a + b) * (a + b) / (a * b); };
    nodes_ = compressed(aggregated(nodes_, kernel, dt), kept_nodes);
}

void NodePopulation::settle(const GrowthLaw& law, double monomer) {
    if (nodes_.size() > largest_count) nodes_ = compressed(nodes_, kept_nodes);
    if (nodes_.size() < 2 || nodes_.size() >= filled_nodes) return;
    const double smallest = *std::min_element(nodes_.nodes.begin(), nodes_.nodes.end());
    if (law.rate(smallest, monomer) < 0.0)
        nodes_ = refilled(nodes_, std::min(closed_nodes, nodes_.size()), filled_nodes);
}

double NodePopulation::number() const {
    double sum = 0.0;
    for (const double w : nodes_.weights) sum += w;
    return sum;
}

double NodePopulation::mean() const {
    double sum = 0.0;
    for (std::size_t i = 0; i < nodes_.size(); ++i) sum += nodes_.weights[i] * nodes_.nodes[i];
    return nodes_.size() > 0 ? sum / number() : 0.0;
}

double NodePopulation::deviation() const {
    const double centre = mean();
    double sum = 0.0;
    for (std::size_t i = 0; i < nodes_.size(); ++i)
        sum += nodes_.weights[i] * (nodes_.nodes[i] - centre) * (nodes_.nodes[i] - centre);
    return nodes_.size() > 0 ? std::sqrt(sum / number()) : 0.0;
}

double NodePopulation::largest() const {
    return nodes_.size() > 0 ? *std::max_element(nodes_.nodes.begin(), nodes_.nodes.end()) : 0.0;
}

double NodePopulation::volume() const {
    double sum = 0.0;
    for (std::size_t i = 0; i < nodes_.size(); ++i)
        sum += nodes_.weights[i] * nodes_.nodes[i] * nodes_.nodes[i] * nodes_.nodes[i];
    return 4.0 * std::numbers::pi / 3.0 * sum;
}

double NodePopulation::area() const {
    double sum = 0.0;
    for (std::size_t i = 0; i < nodes_.size(); ++i)
        sum += nodes_.weights[i] * nodes_.nodes[i] * nodes_.nodes[i];
    return 4.0 * std::numbers::pi * sum;
}

double NodePopulation::uptake(const GrowthLaw& law, double monomer) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < nodes_.size(); ++i)
        sum += nodes_.weights[i] * nodes_.nodes[i] * nodes_.nodes[i] *
               law.uptake(nodes_.nodes[i], monomer);
    return 4.0 * std::numbers::pi * sum;
}

double NodePopulation::longest_step(const GrowthLaw& law, double monomer) const {
    // Sizes near the critical one part exponentially at constant monomer: within a few e-folds the
    // balance can still decide which of them dissolve. Smaller ones are gone whatever the step.
    const double critical = monomer > law.solubility
                                ? law.capillary_length / std::log(monomer / law.solubility)
                                : std::numeric_limits<double>::infinity();
    double dt = std::numeric_limits<double>::infinity();
    if (nodes_.size() < 2) return dt;
    for (const double radius : nodes_.nodes) {
        if (radius < 0.7 * critical) continue;
        const double slope = law.slope(radius, monomer);
        if (slope > 0.0) dt = std::min(dt, longest_parting / slope);
    }
    return dt;
}

NodePopulation seeded_nodes(const BurstSystem& system) {
    // the last formula unit of many particles at once would upset a dilute solution
    const double smallest = 0.1 * formula_unit_radius(system.molar_volume);
    return system.seeds ? NodePopulation(smallest, *system.seeds) : NodePopulation(smallest);
}

BurstResult run_burst_moments(const BurstSystem& system) {
    check(system);
    return BurstRun<NodePopulation>(system, seeded_nodes(system)).run();
}

}  // namespace caravel::formulation::synthesis
