#include "caravel/formulation/optics/size_ensemble.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace caravel::formulation::optics {
namespace {

[[noreturn]] void refuse(std::string what, std::string expected) {
    throw InputError(Diagnostic{{}, std::move(what), std::move(expected), ""});
}

}  // namespace

std::vector<SizeNode> log_normal_nodes(double median_diameter, double geometric_deviation,
                                       int count) {
    if (!(geometric_deviation >= 1.0) || !std::isfinite(geometric_deviation))
        refuse(fmt::format("geometric standard deviation {}", geometric_deviation), "1 or more");
    return log_normal_sizes(median_diameter, std::log(geometric_deviation), count);
}

std::vector<SizeNode> histogram_nodes(std::span<const double> diameters,
                                      std::span<const double> counts) {
    if (diameters.size() != counts.size() || diameters.empty())
        refuse(fmt::format("histogram with {} diameters and {} counts", diameters.size(),
                           counts.size()),
               "as many of each, at least one");
    double total = 0.0;
    std::vector<SizeNode> nodes;
    for (std::size_t i = 0; i < diameters.size(); ++i) {
        if (!(diameters[i] > 0.0) || !(counts[i] >= 0.0))
            refuse(fmt::format("histogram bin {}: diameter {} m, count {}", i + 1, diameters[i],
                               counts[i]),
                   "positive diameters, counts of 0 or more");
        total += counts[i];
        nodes.push_back({diameters[i], counts[i]});
    }
    if (!(total > 0.0) || !std::isfinite(total))
        refuse(fmt::format("histogram with the total count {}", total), "more than 0");
    for (SizeNode& node : nodes) node.weight /= total;
    return nodes;
}

EnsembleOptics ensemble_average(std::span<const SizeNode> nodes,
                                const std::function<SizedOptics(double)>& optics) {
    EnsembleOptics mean;
    CrossSections& c = mean.per_particle;
    for (const SizeNode& node : nodes) {
        const SizedOptics one = optics(node.diameter);
        c.extinction += node.weight * one.cross_sections.extinction;
        c.scattering += node.weight * one.cross_sections.scattering;
        c.absorption += node.weight * one.cross_sections.absorption;
        c.anisotropy += node.weight * one.cross_sections.scattering * one.cross_sections.anisotropy;
        mean.mean_volume += node.weight * one.material_volume;
    }
    if (!(mean.mean_volume > 0.0))
        refuse(fmt::format("mean volume {} m3 of an ensemble", mean.mean_volume), "more than 0");
    if (c.scattering > 0.0) c.anisotropy /= c.scattering;
    mean.per_volume = {c.extinction / mean.mean_volume, c.scattering / mean.mean_volume,
                       c.absorption / mean.mean_volume, c.anisotropy};
    return mean;
}

double molar_coefficient(double cross_section) {
    return cross_section * avogadro / std::numbers::ln10;
}

double mass_coefficient(double cross_section, double particle_mass) {
    if (!(particle_mass > 0.0))
        refuse(fmt::format("particle mass {} kg", particle_mass), "more than 0");
    return cross_section / (particle_mass * std::numbers::ln10);
}

double photothermal_bound(const CrossSections& cross_sections) {
    if (!(cross_sections.extinction > 0.0)) return 0.0;
    return cross_sections.absorption / cross_sections.extinction;
}

}  // namespace caravel::formulation::optics
