#include "caravel/formulation/synthesis/outcome_classes.hpp"

#include "caravel/formulation/synthesis/population_balance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace caravel::formulation::synthesis {
namespace {

constexpr double sphere = 4.0 * std::numbers::pi / 3.0;
constexpr double longest_parting = 1.0;  // e-folds per step between sizes near the critical one
constexpr double largest_loss = 0.5;     // of a class, per step of collisions

double cube(double x) { return x * x * x; }

BurstStepping bounded() {
    BurstStepping stepping;
    stepping.step_limit = 2'000;
    return stepping;
}

/// Rates of change of the classes by collisions; what is larger than all classes is kept apart.
struct Collisions {
    std::vector<double> change;  // 1/m3/s
    double larger_number = 0.0;  // 1/m3/s
    double larger_cubes = 0.0;   // m3/m3/s
};

/// Pairs within the classes: each collision takes two and gives one, shared between the classes
/// around its volume so that number and volume come out right.
Collisions collide(const std::vector<double>& radii, const std::vector<double>& cubes,
                   const std::vector<double>& weights, double collision) {
    const std::size_t n = radii.size();
    Collisions c{std::vector<double>(n, 0.0)};
    for (std::size_t i = 0; i < n; ++i) {
        std::size_t k = i;  // class below the volume of the pair
        for (std::size_t j = 0; j <= i; ++j) {
            const double sum = radii[i] + radii[j];
            const double rate = collision * sum * sum / (radii[i] * radii[j]) * weights[i] *
                                weights[j] * (i == j ? 0.5 : 1.0);
            c.change[i] -= rate;
            c.change[j] -= rate;
            const double together = cubes[i] + cubes[j];
            while (k + 1 < n && cubes[k + 1] < together) ++k;
            if (k + 1 == n) {
                c.larger_number += rate;
                c.larger_cubes += rate * together;
                continue;
            }
            const double share = (together - cubes[k]) / (cubes[k + 1] - cubes[k]);
            c.change[k] += (1.0 - share) * rate;
            c.change[k + 1] += share * rate;
        }
    }
    return c;
}

}  // namespace

ClassPopulation::ClassPopulation(double smallest_radius, std::size_t kept)
    : smallest_(smallest_radius), kept_(kept) {}

ClassPopulation::ClassPopulation(double smallest_radius, std::size_t kept, const Seeds& seeds)
    : ClassPopulation(smallest_radius, kept) {
    if (!(seeds.number > 0.0)) return;
    const double mean = seeds.diameter / 2.0;
    if (seeds.spread < 1e-6) {
        add(seeds.number, mean);
        return;
    }
    const double shape = 1.0 / (seeds.spread * seeds.spread);
    // Ripening lives on the largest sizes: classes reach to about a billionth of the number.
    const double low = std::max(1.0 - 3.5 * seeds.spread, 1e-3);
    const double high = 1.0 + seeds.spread * (6.0 + 10.0 * seeds.spread);
    double sum = 0.0;
    double first = 0.0;
    for (std::size_t i = 0; i < kept_; ++i) {
        const double x = low + (high - low) * (static_cast<double>(i) + 0.5) / double(kept_);
        // gamma density, as the other representations of seeds
        const double weight = std::exp((shape - 1.0) * std::log(x) - shape * (x - 1.0));
        radii_.push_back(x);
        weights_.push_back(weight);
        sum += weight;
        first += weight * x;
    }
    for (double& r : radii_) r *= mean * sum / first;
    for (double& w : weights_) w *= seeds.number / sum;
}

void ClassPopulation::move(const GrowthLaw& law, double monomer, double dt) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < radii_.size(); ++i) {
        const double radius = grown_radius(radii_[i], law, monomer, dt, smallest_);
        if (radius == 0.0) continue;
        radii_[kept] = radius;
        weights_[kept++] = weights_[i];
    }
    radii_.resize(kept);
    weights_.resize(kept);
}

void ClassPopulation::add(double number, double radius) {
    const auto at = std::upper_bound(radii_.begin(), radii_.end(), radius);
    weights_.insert(weights_.begin() + (at - radii_.begin()), number);
    radii_.insert(at, radius);
}

void ClassPopulation::aggregate(double collision, double dt) {
    if (empty()) return;
    double left = dt;
    while (left > 0.0) {
        merge_to(2 * kept_);
        left -= collide_once(collision, left);
    }
}

double ClassPopulation::collide_once(double collision, double longest) {
    const std::size_t n = size();
    std::vector<double> cubes(n);
    for (std::size_t i = 0; i < n; ++i) cubes[i] = cube(radii_[i]);
    const Collisions first = collide(radii_, cubes, weights_, collision);
    double dt = longest;
    for (std::size_t i = 0; i < n; ++i)
        if (first.change[i] < 0.0) dt = std::min(dt, largest_loss * weights_[i] / -first.change[i]);
    std::vector<double> middle(n);
    for (std::size_t i = 0; i < n; ++i) middle[i] = weights_[i] + 0.5 * dt * first.change[i];
    const Collisions c = collide(radii_, cubes, middle, collision);
    for (std::size_t i = 0; i < n; ++i) weights_[i] += dt * c.change[i];
    if (c.larger_number > 0.0)
        add(dt * c.larger_number, std::cbrt(c.larger_cubes / c.larger_number));
    return dt;
}

void ClassPopulation::settle(const GrowthLaw& law, double monomer) {
    if (size() > 2 * kept_) merge_to(kept_);
    if (size() > 1 && size() <= kept_ && law.rate(radii_.front(), monomer) < 0.0) halve();
}

void ClassPopulation::merge_to(std::size_t count) {
    if (size() <= count) return;
    const double all = number();
    const double solid = volume() / sphere;
    const auto share = [&](std::size_t i) {
        return weights_[i] / all + weights_[i] * cube(radii_[i]) / solid;
    };
    // what merging class i with the next would cost in resolution
    const auto cost = [&](std::size_t i) {
        const double lighter = std::min(share(i), share(i + 1));
        const double apart = std::log(radii_[i + 1] / radii_[i]);
        return std::pow(lighter, 0.5) * apart * apart;
    };
    while (size() > count) {
        std::size_t cheapest = 0;
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i + 1 < size(); ++i) {
            const double c = cost(i);
            if (c < least) {
                least = c;
                cheapest = i;
            }
        }
        const double w = weights_[cheapest] + weights_[cheapest + 1];
        radii_[cheapest] = std::cbrt((weights_[cheapest] * cube(radii_[cheapest]) +
                                      weights_[cheapest + 1] * cube(radii_[cheapest + 1])) /
                                     w);
        weights_[cheapest] = w;
        const auto next = static_cast<std::ptrdiff_t>(cheapest) + 1;
        radii_.erase(radii_.begin() + next);
        weights_.erase(weights_.begin() + next);
    }
}

void ClassPopulation::halve() {
    const std::size_t n = size();
    std::vector<double> cubes(n);
    for (std::size_t i = 0; i < n; ++i) cubes[i] = cube(radii_[i]);
    std::vector<double> widths(n);
    std::vector<double> density(n);
    for (std::size_t i = 0; i < n; ++i) {
        const double above = i + 1 < n ? cubes[i + 1] - cubes[i] : cubes[i] - cubes[i - 1];
        const double below = i > 0 ? cubes[i] - cubes[i - 1] : std::min(above, 2.0 * cubes[i]);
        widths[i] = 0.5 * (above + below);
        density[i] = weights_[i] / widths[i];
    }
    const std::vector<double> old = std::exchange(weights_, {});
    radii_.clear();
    for (std::size_t i = 0; i < n; ++i) {
        // van Leer's slope decides how unequal the halves are
        const double low = i > 0 ? (density[i] - density[i - 1]) / (cubes[i] - cubes[i - 1]) : 0.0;
        const double high =
            i + 1 < n ? (density[i + 1] - density[i]) / (cubes[i + 1] - cubes[i]) : 0.0;
        const double slope = low * high > 0.0 ? 2.0 * low * high / (low + high) : 0.0;
        const double uneven = std::clamp(0.25 * slope * widths[i] / density[i], -0.9, 0.9);
        const double apart = std::min(0.25 * widths[i], 0.45 * cubes[i]);
        const double centre = cubes[i] - uneven * apart;
        add(0.5 * (1.0 - uneven) * old[i], std::cbrt(centre - apart));
        add(0.5 * (1.0 + uneven) * old[i], std::cbrt(centre + apart));
    }
}

double ClassPopulation::moment(int power) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < size(); ++i) {
        double term = weights_[i];
        for (int k = 0; k < power; ++k) term *= radii_[i];
        sum += term;
    }
    return sum;
}

double ClassPopulation::number() const { return moment(0); }
double ClassPopulation::mean() const { return empty() ? 0.0 : moment(1) / moment(0); }
double ClassPopulation::volume() const { return sphere * moment(3); }
double ClassPopulation::area() const { return 4.0 * std::numbers::pi * moment(2); }

double ClassPopulation::deviation() const {
    if (empty()) return 0.0;
    const double centre = mean();
    double sum = 0.0;
    for (std::size_t i = 0; i < size(); ++i)
        sum += weights_[i] * (radii_[i] - centre) * (radii_[i] - centre);
    return std::sqrt(sum / number());
}

double ClassPopulation::uptake(const GrowthLaw& law, double monomer) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < size(); ++i)
        sum += weights_[i] * radii_[i] * radii_[i] * law.uptake(radii_[i], monomer);
    return 4.0 * std::numbers::pi * sum;
}

double ClassPopulation::longest_step(const GrowthLaw& law, double monomer) const {
    // Sizes near the critical one part exponentially at constant monomer; the balance has to follow
    // which of them dissolve. Smaller ones are gone whatever the step.
    const double critical = monomer > law.solubility
                                ? law.capillary_length / std::log(monomer / law.solubility)
                                : std::numeric_limits<double>::infinity();
    double dt = std::numeric_limits<double>::infinity();
    if (size() < 2) return dt;
    for (const double radius : radii_) {
        if (radius < 0.7 * critical) continue;
        const double slope = law.slope(radius, monomer);
        if (slope > 0.0) dt = std::min(dt, longest_parting / slope);
    }
    return dt;
}

ClassedBurst run_burst_classes(const BurstSystem& system, std::size_t kept) {
    check(system);
    // as in the moments: the last formula unit of many particles at once would upset the solution
    const double smallest = 0.1 * formula_unit_radius(system.molar_volume);
    ClassPopulation start = system.seeds ? ClassPopulation(smallest, kept, *system.seeds)
                                         : ClassPopulation(smallest, kept);
    BurstRun<ClassPopulation> run(system, std::move(start), bounded());
    BurstResult result = run.run();
    return {std::move(result), run.particles()};
}

BurstResult age_classes(const BurstSystem& system, const ClassPopulation& particles,
                        double precursor, double monomer, double temperature, double duration) {
    BurstSystem ageing = system;
    ageing.precursor = precursor;
    ageing.monomer = monomer;
    ageing.feeds.clear();
    ageing.seeds.reset();
    ageing.temperature = {{0.0}, {temperature}};
    ageing.duration = duration;
    check(ageing);
    return BurstRun<ClassPopulation>(ageing, particles, bounded()).run();
}

}  // namespace caravel::formulation::synthesis
