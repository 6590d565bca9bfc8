#include "caravel/imaging/mpi/particle_response.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/base/roots.hpp"
#include "caravel/base/sphere.hpp"
#include "caravel/formulation/magnetism/langevin.hpp"
#include "caravel/formulation/magnetism/relaxation_time.hpp"
#include "caravel/formulation/size_distribution.hpp"

#include <cmath>
#include <numbers>

namespace caravel::imaging {
namespace {

namespace magnetism = formulation::magnetism;

constexpr int size_nodes = 12;
constexpr std::size_t table_points = 16384;

void check(const MagneticAgent& agent, const ParticleSurroundings& s) {
    require_positive(agent.core_diameter, "the core diameter of a magnetic agent", "m");
    require_positive(agent.saturation_magnetisation, "the saturation magnetisation", "A/m");
    require_positive(agent.core_volume, "the magnetic volume of a magnetic agent", "m3 per unit");
    require_positive(agent.iron, "the iron of a magnetic agent", "kg per unit");
    require_positive(s.temperature, "the temperature", "K");
    require_positive(s.viscosity, "the viscosity", "Pa.s");
}

double debye_time(const MagneticAgent& agent, const ParticleSurroundings& s) {
    if (!s.relaxation) return 0.0;
    const double core = sphere_volume(agent.core_diameter);
    const double hydrodynamic =
        sphere_volume(std::max(agent.core_diameter, agent.hydrodynamic_diameter));
    const double brown = magnetism::brown_time(s.viscosity, hydrodynamic, s.temperature);
    if (!(agent.anisotropy > 0.0)) return brown;
    const double barrier = agent.anisotropy * core / (boltzmann * s.temperature);
    return magnetism::effective_time(brown, magnetism::neel_time(1e-9, barrier));
}

}  // namespace

ParticleResponse::ParticleResponse(const MagneticAgent& agent,
                                   const ParticleSurroundings& surroundings, double largest_field)
    : table_step_(largest_field / static_cast<double>(table_points - 3)) {
    check(agent, surroundings);
    require_positive(largest_field, "the largest field", "T");
    for (const auto& size :
         formulation::log_normal_sizes(agent.core_diameter, agent.spread, size_nodes)) {
        const double moment = agent.saturation_magnetisation * sphere_volume(size.diameter);
        nodes_.push_back({moment / (boltzmann * surroundings.temperature), size.weight});
    }
    for (std::size_t i = 0; i < table_points; ++i)
        table_.push_back(exact_over_field(table_step_ * static_cast<double>(i)));
    moment_per_iron_ = agent.saturation_magnetisation * agent.core_volume / agent.iron;
    relaxation_time_ = debye_time(agent, surroundings);
}

double ParticleResponse::exact_over_field(double field) const {
    double sum = 0.0;
    for (const Node& node : nodes_)
        sum += node.weight * node.gain * magnetism::langevin_over_argument(node.gain * field);
    return sum;
}

double ParticleResponse::alignment_over_field(double field) const {
    const double place = field / table_step_;
    const auto last = static_cast<double>(table_.size() - 3);
    if (place >= last) return exact_over_field(field);
    const auto i = static_cast<std::size_t>(place);
    const double t = place - static_cast<double>(i);
    const double* const p = table_.data() + i;
    const double before = i == 0 ? p[1] : table_[i - 1];  // even in the field
    const double c1 = 0.5 * (p[1] - before);
    const double c2 = before - 2.5 * p[0] + 2.0 * p[1] - 0.5 * p[2];
    const double c3 = 0.5 * (p[2] - before) + 1.5 * (p[0] - p[1]);
    return ((c3 * t + c2) * t + c1) * t + p[0];
}

double ParticleResponse::slope(double field) const {
    double sum = 0.0;
    for (const Node& node : nodes_)
        sum += node.weight * node.gain * magnetism::langevin_derivative(node.gain * field);
    return sum;
}

double ParticleResponse::width() const {
    const double half = 0.5 * slope(0.0);
    double high = 1.0 / nodes_.back().gain;
    while (slope(high) > half) high *= 2.0;
    return 2.0 * find_root([&](double b) { return slope(b) - half; }, 0.0, high);
}

double ParticleResponse::spectrum(double kappa) const {
    constexpr double pi = std::numbers::pi;
    double sum = 0.0;
    for (const Node& node : nodes_) {
        const double k = kappa / node.gain;
        const double decay = std::exp(-pi * k);
        const double rest = -std::expm1(-pi * k);
        const double coth_less_one = 2.0 * decay / rest;
        const double csch_squared = 4.0 * decay / (rest * rest);
        sum += node.weight / (node.gain * node.gain * node.gain) *
               (2.0 * pi * pi / (k * k) * coth_less_one + pi * pi * pi / k * csch_squared);
    }
    return sum;
}

}  // namespace caravel::imaging
