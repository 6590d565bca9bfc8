#include "caravel/tissue/vessels/network_pattern.hpp"

#include "caravel/base/suggest.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/tissue/vessels/network_file.hpp"
#include "caravel/tissue/vessels/network_growth.hpp"
#include "caravel/tissue/vessels/network_map.hpp"
#include "caravel/tissue/vessels/pattern.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <numbers>
#include <string_view>

namespace caravel::tissue {
namespace {

constexpr double narrowest_radius = 1.35e-6;  // m, that a human red cell passes

double capillary_radius(const VesselPatternInput& pattern, const VascularMeans& means) {
    const double radius = pattern.vessel_radius.value_or(
        means.surface_density > 0.0 ? 2.0 * means.blood_fraction / means.surface_density : 0.0);
    if (!(radius >= narrowest_radius))
        throw InputError(
            Diagnostic{pattern.where,
                       "capillaries of " + format_number(radius * 1e6, 4) + " um radius" +
                           (pattern.vessel_radius ? "" : " (2 x blood fraction/surface density)"),
                       "1.35 um or more, which red cells pass", "set vessel_radius"});
    return radius;
}

double vessel_spacing(const VesselPatternInput& pattern, const VascularMeans& means, double radius,
                      double shape) {
    if (pattern.vessel_spacing) return *pattern.vessel_spacing;
    return std::sqrt(shape * 2.0 * std::numbers::pi * radius / means.surface_density);
}

/// min(most, scale * value) with the scale at which the mean over the tumour is `mean`.
void fill_up(const Domain& domain, std::vector<double>& values, double mean, double most,
             const Location& where) {
    double shares = 0.0;
    std::vector<std::pair<double, double>> sorted;  // value, share
    for (std::size_t v = 0; v < values.size(); ++v) {
        shares += domain.tumour_share[v];
        if (domain.tumour_share[v] > 0.0 && values[v] > 0.0)
            sorted.emplace_back(values[v], domain.tumour_share[v]);
    }
    std::sort(sorted.begin(), sorted.end());
    std::vector<double> below{0.0};  // sum of value * share
    for (const auto& entry : sorted) below.push_back(below.back() + entry.first * entry.second);
    double full = 0.0;  // share of voxels that are full
    std::size_t left = sorted.size();
    double scale = 0.0;
    for (; left > 0; --left) {
        scale = (mean * shares - most * full) / below[left];
        if (scale * sorted[left - 1].first <= most) break;
        full += sorted[left - 1].second;
    }
    if (left == 0 && mean > 0.0)
        throw InputError(Diagnostic{
            where,
            "the voxels with vessels hold at most a mean blood fraction of " +
                format_number(most * full / shares, 3),
            "a mean of " + format_number(mean, 3),
            "choose a coarser resolution, a lower mean or, of arrays and trees, a narrower "
            "vessel_spacing; a graph file needs more or wider vessels"});
    for (double& value : values) value = std::min(most, scale * value);
}

}  // namespace

VesselNetwork make_network(const Domain& domain, const VesselPatternInput& pattern,
                           const VascularMeans& means) {
    const bool hexagonal = pattern.network == "krogh_hexagonal";
    if (hexagonal || pattern.network == "krogh") {
        KroghInput input;
        input.hexagonal = hexagonal;
        input.radius = capillary_radius(pattern, means);
        input.spacing =
            vessel_spacing(pattern, means, input.radius, hexagonal ? 2.0 / std::sqrt(3.0) : 1.0);
        return krogh_array(domain, input);
    }
    if (pattern.network == "tree") {
        TreeInput input;
        input.capillary_radius = capillary_radius(pattern, means);
        input.spacing = vessel_spacing(pattern, means, input.capillary_radius, 1.0);
        input.seed = static_cast<std::uint64_t>(pattern.seed);
        return grow_tree(domain, input);
    }
    if (pattern.network.empty())
        throw InputError(Diagnostic{pattern.where, "pattern \"network\" without a network",
                                    "krogh, krogh_hexagonal, tree or a graph file", ""});
    const std::filesystem::path study(pattern.where.file);
    const auto graph = study.parent_path() / pattern.network;
    if (!std::filesystem::exists(graph)) {
        const std::array<std::string_view, 3> made = {"krogh", "krogh_hexagonal", "tree"};
        throw InputError(Diagnostic{
            pattern.where, "there is no graph file '" + pattern.network + "' beside the study",
            "krogh, krogh_hexagonal, tree or a graph file", did_you_mean(pattern.network, made)});
    }
    return read_network(graph);
}

VascularMap network_pattern(const Domain& domain, const VesselPatternInput& pattern,
                            const VascularMeans& means) {
    const VesselNetwork network = make_network(domain, pattern, means);
    VascularMap map = map_network(domain.grid, network, solve_flow(network)).map;
    double pressure = 0.0;
    double shares = 0.0;
    for (std::size_t v = 0; v < map.pressure.size(); ++v) {
        const double share = domain.tumour_share[v];
        shares += share;
        pressure += share * map.pressure[v];
        if (share > 0.0) continue;
        map.surface_density[v] = map.blood_fraction[v] = map.perfusion[v] = 0.0;
    }
    for (auto* field : {&map.surface_density, &map.blood_fraction, &map.perfusion})
        normalise(domain, *field, pattern.where);
    fill_up(domain, map.blood_fraction, means.blood_fraction, most_blood_fraction, pattern.where);
    for (std::size_t v = 0; v < map.pressure.size(); ++v) {
        map.surface_density[v] *= means.surface_density;
        map.perfusion[v] *= means.perfusion;
        map.pressure[v] += means.pressure - pressure / shares;
    }
    return map;
}

}  // namespace caravel::tissue
